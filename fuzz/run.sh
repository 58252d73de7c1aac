#!/usr/bin/env bash
# Fuzzes every target (or those named) for FUZZ_SECONDS each, starting from the committed corpus.
# Fails if a target crashes, hangs, or ran nothing. Needs a C++ compiler and stable Rust, no cargo-fuzz.
#
#   fuzz/run.sh                              # five seconds each
#   FUZZ_SECONDS=600 fuzz/run.sh state_machine
#
# New inputs go to fuzz/work/<target>, crashers to fuzz/artifacts/<target>. To see one again:
#   EHR_FUZZ_TARGET=<target> <program> <file>
set -euo pipefail
cd "$(dirname "$0")"

seconds="${FUZZ_SECONDS:-5}"
jobs="${FUZZ_JOBS:-$(nproc)}"
host="$(rustc -vV | sed -n 's/^host: //p')"

# The flags cargo-fuzz passes, less the sanitizer: our crates forbid unsafe code. Only code for the target host is
# instrumented, not build scripts and macros.
flags="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4"
flags="$flags -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
flags="$flags -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing"
# libFuzzer's own allocator hooks and counters must see one copy of the code.
flags="$flags -Ccodegen-units=4"
RUSTFLAGS="$flags" cargo build --quiet --release --features libfuzzer --target "$host"
program="$PWD/target/$host/release/any"

if [ "$#" -gt 0 ]; then targets=("$@"); else mapfile -t targets < <(ls corpus); fi

fuzz_one() {
    target="$1"
    mkdir -p "work/$target" "artifacts/$target"
    log="work/$target.log"
    if ! EHR_FUZZ_TARGET="$target" "$program" "work/$target" "corpus/$target" \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=1 \
        -artifact_prefix="artifacts/$target/" >"$log" 2>&1; then
        # What it said first, then how libFuzzer ended; the backtrace between them is long.
        grep -a -A4 'panicked at' "$log" || true
        tail -n 12 "$log"
        echo "fuzz $target: FAILED"
        return 1
    fi
    runs="$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
    files="$(find "corpus/$target" -type f | wc -l)"
    if [ "${runs:-0}" -le "$files" ]; then
        tail -n 20 "$log"
        echo "fuzz $target: FAILED: ran ${runs:-0} inputs, $files are in its corpus"
        return 1
    fi
    echo "fuzz $target: $runs inputs"
}
export -f fuzz_one
export seconds program

printf '%s\n' "${targets[@]}" | xargs -P "$jobs" -I{} bash -c 'fuzz_one {}'
echo "fuzz: ${#targets[@]} targets, ${seconds} s each"
