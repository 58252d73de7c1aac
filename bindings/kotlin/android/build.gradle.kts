// The library for Android. First ./jvm.sh generate (sources, with the Android variant beside them), then android/build-native.sh.
plugins {
    id("com.android.library")
    kotlin("android")
    `maven-publish`
}

val target = rootDir.resolve("../../target")

android {
    namespace = "org.ehrledger"
    compileSdk = 36
    defaultConfig {
        minSdk = 24
        consumerProguardFiles("consumer-rules.pro")
    }
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }
    sourceSets.named("main") {
        kotlin.srcDirs("../lib/src/main/kotlin", target.resolve("kotlin/generated/android"))
        jniLibs.srcDir(target.resolve("kotlin/jniLibs"))
    }
    // Profile `ffi` keeps the symbol table, which the generator reads; the Android tools strip it: 5.9 MB are left of 7.8 (x86-64).
    publishing.singleVariant("release") { withSourcesJar() }
}

kotlin { jvmToolchain(17) }

dependencies {
    api("net.java.dev.jna:jna:5.15.0@aar")
    api("org.jetbrains.kotlinx:kotlinx-coroutines-android:1.8.1")
    implementation("androidx.annotation:annotation:1.9.1")
}

publishing {
    publications.register<MavenPublication>("release") {
        artifactId = "ehr-ledger-android"
        afterEvaluate { from(components["release"]) }
    }
}
