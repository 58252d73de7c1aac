#!/bin/sh
# Compiles and runs the Swift tests. Where no Swift compiler can be had, says how many were not run, and passes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tests=$(cat "$here"/Tests/EhrLedgerTests/*.swift | grep -c '^    func test')
status=0
"$here/swift.sh" test "$@" || status=$?
if [ "$status" = 77 ]; then
    echo "SWIFT TESTS NOT RUN: $tests tests, because there is no Swift compiler here (reason above)" >&2
    exit 0
fi
exit "$status"
