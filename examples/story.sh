#!/bin/sh
# Runs the story (docs/story.md) in every language that is set up and compares the lines they end with. A language that
# is not set up is named loudly; a line that differs from the one of Rust fails.
set -u
cd "$(dirname "$0")/.."
expected=$(cargo run -q -p ehr-examples --example story | tail -n 1) || { echo "story: Rust failed" >&2; exit 1; }
case $expected in '{"tip":'*) ;; *) echo "story: Rust gave no line: $expected" >&2; exit 1 ;; esac
printf '%s\n' "$expected"
same=1
differ=0
skipped=
# compare LANGUAGE COMMAND...: exit 77 of the command means that the language is not set up.
compare() {
    language=$1
    shift
    output=$("$@")
    status=$?
    line=$(printf '%s\n' "$output" | tail -n 1)
    if [ $status = 77 ]; then
        skipped="$skipped $language"
    elif [ $status = 0 ] && [ "$line" = "$expected" ]; then
        same=$((same + 1))
        echo "story: $language ends in the same line"
    else
        differ=$((differ + 1))
        echo "story: $language DIFFERS (exit $status): $line" >&2
    fi
}
python() {
    interpreter=${EHR_PYTHON:-target/python-venv/bin/python}
    { [ -f examples/story.py ] && "$interpreter" -c 'import ehr_ledger'; } >/dev/null 2>&1 || return 77
    "$interpreter" examples/story.py
}
kotlin() {
    [ -x bindings/kotlin/story.sh ] || return 77
    bindings/kotlin/story.sh
}
compare Python python
compare Kotlin kotlin
compare Swift bindings/swift/swift.sh run -q Story
[ -z "$skipped" ] || echo "STORY NOT RUN in:$skipped, because the language is not set up here" >&2
echo "story: $same languages agree, $differ differ"
[ "$differ" = 0 ]
