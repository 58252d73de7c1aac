#!/bin/sh
# Answers the golden vectors in Swift (docs/vectors.md): vectors.sh [FOLDER]. Exit 3: there is no Swift compiler.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$here/../../vectors}
folder=$(cd "$folder" && pwd)
tree=$(cd "$here/../.." && pwd)
"$here/toolchain.sh" >/dev/null || { echo "swift not set up: no Swift compiler, and none could be had"; exit 3; }
# Only the tree is visible where the compiler may live.
case $folder in
"$tree"/*) ;;
*)
    copy="$tree/target/swift-vectors"
    rm -rf "$copy"
    mkdir -p "$copy"
    cp -R "$folder/." "$copy/"
    folder=$copy
    ;;
esac
exec "$here/swift.sh" run -q Vectors "$folder"
