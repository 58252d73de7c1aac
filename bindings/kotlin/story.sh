#!/bin/sh
# The story of docs/story.md in Kotlin. Exit status 77: Kotlin is not set up here.
here=$(dirname "$0")
"$here/jvm.sh" tools || exit 77
exec "$here/jvm.sh" story
