#!/bin/sh
# The native library for Android, into target/kotlin/jniLibs. Needs the Android NDK, cargo-ndk and the Rust targets
# aarch64-linux-android, armv7-linux-androideabi and x86_64-linux-android. Not run where this project is tested.
set -eu
cd "$(dirname "$0")/../../.."
cargo ndk --platform 24 -t arm64-v8a -t armeabi-v7a -t x86_64 -o target/kotlin/jniLibs build --profile ffi -p ehr-ffi
