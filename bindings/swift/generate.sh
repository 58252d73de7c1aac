#!/bin/sh
# Builds the debug library and writes the generated Swift code and headers to where Package.swift looks for them.
# Files that did not change keep their time, so nothing is compiled again for them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
cd "$tree"
cargo build -q -p ehr-ffi
out="$tree/target/swift-generated"
rm -rf "$out"
mkdir -p "$out" "$here/Sources/EhrLedger/Generated"
cargo run -q -p uniffi-bindgen -- generate target/debug/libehr_ffi.so --language swift --config "$here/uniffi.toml" \
    --out-dir "$out" --no-format
keep() { cmp -s "$1" "$2/$(basename "$1")" || cp "$1" "$2/"; }
for file in "$out"/*.swift; do keep "$file" "$here/Sources/EhrLedger/Generated"; done
for file in "$out"/*.h; do keep "$file" "$here/Sources/EhrLedgerFFI"; done
