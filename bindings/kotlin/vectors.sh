#!/bin/sh
# vectors.sh [FOLDER]: the golden vectors in Kotlin, as docs/vectors.md says.
here=$(dirname "$0")
reason=$("$here/jvm.sh" tools 2>&1) || { echo "kotlin not set up: $(printf %s "$reason" | tail -n 1)"; exit 3; }
exec "$here/jvm.sh" vectors "$@"
