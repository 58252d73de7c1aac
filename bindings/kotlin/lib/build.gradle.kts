// The library for a plain JVM. Generate its sources first: ./jvm.sh generate
plugins {
    kotlin("jvm")
    `java-library`
    `maven-publish`
}

val target = rootDir.resolve("../../target")

kotlin {
    jvmToolchain(17)
    sourceSets.main { kotlin.srcDir(target.resolve("kotlin/generated/jvm")) }
}

dependencies {
    api("net.java.dev.jna:jna:5.15.0")
    api("org.jetbrains.kotlinx:kotlinx-coroutines-core:1.8.1")
    testImplementation("org.junit.jupiter:junit-jupiter:5.9.2")
    testImplementation("com.google.code.gson:gson:2.10")
    testRuntimeOnly("org.junit.platform:junit-platform-launcher")
}

tasks.test {
    useJUnitPlatform()
    systemProperty("jna.library.path", target.resolve("debug"))
    systemProperty("ehr.vectors", rootDir.resolve("../../vectors"))
}

publishing {
    publications.create<MavenPublication>("maven") {
        artifactId = "ehr-ledger"
        from(components["java"])
    }
}
