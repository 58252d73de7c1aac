#!/bin/sh
# Finds a Swift compiler and prints how to run it: "host" when swiftc is on PATH, else the folder of a Debian 13
# system that holds one. The folder is made once, outside the tree, when that can be done within EHR_SWIFT_SECONDS.
#
#   EHR_SWIFT_ROOT     where the folder is (default: ehr-ledger/swift-trixie in the user's cache directory)
#   EHR_SWIFT_SECONDS  how long setting it up may take (default 600)
#
# Exit 0 and one line on stdout, or exit 1 and the reason on stderr. The mirror is the one apt is configured with.
set -eu

say() { echo "swift toolchain: $*" >&2; }
cannot() { say "$*"; exit 1; }

if command -v swiftc >/dev/null 2>&1; then echo host; exit 0; fi

root=${EHR_SWIFT_ROOT:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/ehr-ledger/swift-trixie}
here=$(cd "$(dirname "$0")" && pwd)
usable() { [ -e "$root/.ready" ] && [ "$(id -u)" = 0 ] && "$here/enter.sh" "$root" swiftc --version >/dev/null 2>&1; }
if usable; then echo "$root"; exit 0; fi

[ "$(id -u)" = 0 ] || cannot "no swiftc on PATH, and only root can set up or enter a Debian 13 folder"
unshare --mount true 2>/dev/null || cannot "no swiftc on PATH, and this machine lets nobody mount /proc in a folder"
command -v apt-get >/dev/null 2>&1 || cannot "no swiftc on PATH, and this is not a Debian system"
mkdir -p "$(dirname "$root")"
exec 9>"$root.lock"
flock -w 600 9 || cannot "another set-up holds $root.lock"
if usable; then echo "$root"; exit 0; fi

started=$(date +%s)
budget=${EHR_SWIFT_SECONDS:-600}
left() { echo $((budget - ($(date +%s) - started))); }
# Runs a step with what is left of the budget; its output is kept and shown only when it fails.
step() {
    log="$root.log"
    seconds=$(left)
    [ "$seconds" -gt 0 ] || cannot "out of time before: $*"
    timeout "$seconds" "$@" >"$log" 2>&1 9>&- || { tail -n 20 "$log" >&2; cannot "failed within $(( $(date +%s) - started )) s: $*"; }
}

if ! command -v debootstrap >/dev/null 2>&1; then
    step apt-get update
    step apt-get install -y --no-install-recommends debootstrap
fi
# The repository this system itself comes from, as apt is configured; so is the proxy.
codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' |
    awk -v codename="$codename" '$2 == codename && $3 == "main" { print $1; exit }')
[ -n "$mirror" ] || cannot "apt's configuration names no Debian repository"
eval "$(apt-config shell proxy Acquire::http::Proxy)"
[ -z "${proxy:-}" ] || export http_proxy="$proxy"

say "setting up Debian 13 with swiftlang in $root, at most $budget s"
part="$root.part"
rm -rf "$part"
step debootstrap --variant=minbase --include=ca-certificates trixie "$part" "$mirror"
for file in /etc/resolv.conf /etc/ssl/certs/ca-certificates.crt; do
    [ ! -e "$file" ] || cp "$file" "$part$file"
done
step chroot "$part" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    swiftlang libc6-dev libstdc++-14-dev gcc
step chroot "$part" apt-get clean
step "$here/enter.sh" "$part" swiftc --version
date +%s >"$part/.ready"
rm -rf "$root"
mv "$part" "$root"
say "set up in $(( $(date +%s) - started )) s"
echo "$root"
