// Not run where this project is tested: neither Gradle nor the Android tools are there. `make test-kotlin` is what proves the binding.
pluginManagement {
    repositories {
        google()
        mavenCentral()
        gradlePluginPortal()
    }
}
dependencyResolutionManagement {
    repositories {
        google()
        mavenCentral()
    }
}
rootProject.name = "ehr-ledger"
include(":lib", ":android")
