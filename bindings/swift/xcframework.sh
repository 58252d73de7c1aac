#!/bin/sh
# Builds EhrLedgerFFI.xcframework for iPhone, its simulator and macOS. Needs macOS with Xcode and the Rust targets
# below. Not run on the project's own machines, which have neither.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
cd "$tree"
for target in aarch64-apple-ios aarch64-apple-ios-sim x86_64-apple-ios aarch64-apple-darwin x86_64-apple-darwin; do
    rustup target add "$target"
    cargo build --profile ffi -p ehr-ffi --target "$target"
done
"$here/generate.sh"
headers="$tree/target/xcframework-headers"
out="$tree/target/xcframework"
rm -rf "$headers" "$out" "$here/EhrLedgerFFI.xcframework"
mkdir -p "$headers" "$out/sim" "$out/mac"
cp "$here"/Sources/EhrLedgerFFI/*.h "$here/Sources/EhrLedgerFFI/module.modulemap" "$headers/"
lib=ffi/libehr_ffi.a
lipo -create "target/aarch64-apple-ios-sim/$lib" "target/x86_64-apple-ios/$lib" -output "$out/sim/libehr_ffi.a"
lipo -create "target/aarch64-apple-darwin/$lib" "target/x86_64-apple-darwin/$lib" -output "$out/mac/libehr_ffi.a"
xcodebuild -create-xcframework \
    -library "target/aarch64-apple-ios/$lib" -headers "$headers" \
    -library "$out/sim/libehr_ffi.a" -headers "$headers" \
    -library "$out/mac/libehr_ffi.a" -headers "$headers" \
    -output "$here/EhrLedgerFFI.xcframework"
