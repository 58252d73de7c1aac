#!/bin/sh
# Runs a command inside a folder that holds a Debian system, with /proc, /dev and this project's tree at its usual
# path. The mounts belong to the command alone and end with it, so nothing outside is reachable through the folder
# when it is removed.
#
#   enter.sh ROOT COMMAND [ARGUMENT ...]
set -eu
root=$1
shift
tree=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$root$tree"
# shellcheck disable=SC2016  # the inner shell expands these
exec unshare --mount sh -eu -c '
    root=$1 tree=$2 at=$3
    shift 3
    mount --rbind /proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount --bind "$tree" "$root$tree"
    exec chroot "$root" sh -c "cd \"\$0\" 2>/dev/null || cd \"\$1\"; shift; exec \"\$@\"" "$at" "$tree" "$@"
' enter "$root" "$tree" "$PWD" "$@"
