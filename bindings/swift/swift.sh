#!/bin/sh
# Runs `swift COMMAND` of this package against the debug library: swift.sh build, swift.sh test --filter StoryTests,
# swift.sh run Story. Builds the library and generates the code first. Exit 77: there is no Swift compiler.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
toolchain=$("$here/toolchain.sh") || exit 77
"$here/generate.sh"
command=$1
shift
lib="$tree/target/debug"
set -- swift "$command" --package-path "$here" --scratch-path "$tree/target/swift" \
    -Xlinker "-L$lib" -Xlinker -rpath -Xlinker "$lib" "$@"
if [ "$toolchain" = host ]; then exec "$@"; else exec "$here/enter.sh" "$toolchain" "$@"; fi
