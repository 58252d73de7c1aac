#!/bin/sh
# Builds and tests the Kotlin binding on a plain JVM. Everything it fetches or makes goes to target/kotlin; a second run fetches nothing.
#
#   bindings/kotlin/jvm.sh [tools|generate|compile|test|quickstart|story|vectors]      (default: test)
#
# Needs cargo, a JDK (17 or later), npm, and apt-get with dpkg for the Debian packages of JNA, JUnit 5 and Gson; these are unpacked, not installed,
# so no root is needed. Elsewhere put the jars into the folder named by KOTLIN_JARS.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
work=$target/kotlin
kotlin=$work/npm/node_modules/kotlin-compiler
debian=$work/debian
native=$work/native
jars=${KOTLIN_JARS:-$debian/usr/share/java}
library=$target/debug/libehr_ffi.so
[ "$(uname)" = Darwin ] && library=$target/debug/libehr_ffi.dylib
kotlin_version=2.4.20

say() { printf 'kotlin: %s\n' "$*" >&2; }
need() { command -v "$1" >/dev/null 2>&1 || { say "needs $1, which is not here"; exit 1; }; }

# The compiler from npm (it brings the standard library and coroutines), the other jars from Debian.
tools() {
    need java
    if [ "$(cat "$work/npm/version" 2>/dev/null)" != "$kotlin_version" ]; then
        need npm
        mkdir -p "$work/npm"
        say "fetching the Kotlin compiler $kotlin_version"
        npm install --silent --no-save --no-audit --no-fund --prefix "$work/npm" "kotlin-compiler@$kotlin_version"
        echo "$kotlin_version" >"$work/npm/version"
    fi
    if [ -z "${KOTLIN_JARS:-}" ] && [ ! -e "$debian/complete" ]; then
        need apt-get; need dpkg
        say "fetching JNA, JUnit 5 and Gson"
        mkdir -p "$debian/deb"
        packages="libjna-java libjna-jni junit5 libopentest4j-java libapiguardian-java libpicocli-java libunivocity-parsers-java libgoogle-gson-java"
        fetch() { (cd "$debian/deb" && apt-get -qq download $packages); }
        fetch 2>"$debian/log" || { apt-get -qq update && fetch; } 2>>"$debian/log" || { cat "$debian/log"; exit 1; }
        for deb in "$debian"/deb/*.deb; do dpkg -x "$deb" "$debian"; done
        # Debian's JNA looks for its native half in the system's folders only, and else on the class path.
        prefix=$native/com/sun/jna/linux-$(uname -m | tr _ -)
        mkdir -p "$prefix"
        cp "$debian"/usr/lib/*/jni/libjnidispatch.system.so "$prefix/libjnidispatch.so"
        touch "$debian/complete"
    fi
    compile_path=$jars/jna.jar:$kotlin/lib/kotlinx-coroutines-core-jvm.jar
    path=$compile_path:$kotlin/lib/kotlin-stdlib.jar:$native
    test_compile_path=$compile_path:$jars/junit-jupiter-api.jar:$jars/apiguardian-api.jar:$jars/gson.jar
    test_path=$path:$jars/gson.jar:$jars/junit-jupiter-api.jar:$jars/junit-jupiter-engine.jar:$jars/junit-platform-commons.jar:$jars/junit-platform-engine.jar
    test_path=$test_path:$jars/junit-platform-launcher.jar:$jars/junit-platform-reporting.jar:$jars/junit-platform-console.jar
    test_path=$test_path:$jars/opentest4j.jar:$jars/apiguardian-api.jar:$jars/picocli.jar:$jars/univocity-parsers.jar
}

# Kotlin sources of the compiled library, for the JVM and for Android. What did not change keeps its time, and is not compiled again.
generate() {
    (cd "$root" && cargo build -q -p ehr-ffi -p uniffi-bindgen)
    stamp=$work/generated/stamp
    if [ -e "$stamp" ] && [ "$stamp" -nt "$library" ] && [ "$stamp" -nt "$here/uniffi.toml" ] && [ "$stamp" -nt "$here/generate.sh" ]; then return; fi
    rm -rf "$work/new"
    "$here/generate.sh" "$target/debug/uniffi-bindgen" "$library" "$work/new/jvm"
    "$here/generate.sh" "$target/debug/uniffi-bindgen" "$library" "$work/new/android" android
    diff -rq -x stamp "$work/new" "$work/generated" >/dev/null 2>&1 || { rm -rf "$work/generated"; mv "$work/new" "$work/generated"; }
    rm -rf "$work/new"
    touch "$stamp"
}

# newer_than JAR FOLDER...: whether a source is newer than the jar.
newer_than() {
    jar=$1; shift
    [ ! -e "$jar" ] || [ -n "$(find "$@" -newer "$jar" -name '*.kt' -print | head -1)" ]
}

kotlinc() {
    JAVA_OPTS="-Xmx1500m -XX:+UseSerialGC -XX:TieredStopAtLevel=4" "$kotlin/bin/kotlinc" -jvm-target 17 -no-reflect "$@"
}

compile() {
    if newer_than "$work/ehr-ledger.jar" "$work/generated/jvm" "$here/lib/src/main"; then
        say "compiling the library"
        rm -f "$work/ehr-ledger.jar"
        kotlinc -cp "$compile_path" -nowarn -module-name ehr-ledger -d "$work/ehr-ledger.jar" "$work/generated/jvm" "$here/lib/src/main/kotlin"
    fi
}

compile_tests() {
    if newer_than "$work/tests.jar" "$here/lib/src/test" || [ "$work/ehr-ledger.jar" -nt "$work/tests.jar" ]; then
        say "compiling the tests"
        rm -f "$work/tests.jar"
        kotlinc -cp "$work/ehr-ledger.jar:$test_compile_path" -d "$work/tests.jar" "$here/lib/src/test/kotlin"
    fi
}

# Without backtraces: each wrong argument would take one, milliseconds in a debug library.
jvm() {
    RUST_BACKTRACE=0 java -Xmx1g -XX:+UseSerialGC -Djna.library.path="$target/debug" \
        -Dehr.vectors="$root/vectors" -cp "$work/tests.jar:$work/ehr-ledger.jar:$test_path" "$@"
}

command=${1:-test}
[ $# -gt 0 ] && shift
tools
case $command in
    tools) exit 0 ;;
    generate) generate; exit 0 ;;
esac
generate
compile
case $command in
    compile) ;;
    test) compile_tests; jvm org.junit.platform.console.ConsoleLauncher --disable-banner --details=tree --fail-if-no-tests --scan-classpath "$work/tests.jar" "$@" ;;
    quickstart) compile_tests; jvm QuickstartKt "$@" ;;
    story) compile_tests; jvm org.ehrledger.story.StoryKt "$@" ;;
    vectors) compile_tests; jvm org.ehrledger.vectors.RunnerKt "$@" ;;
    *) say "no such command: $command" >&2; exit 2 ;;
esac
