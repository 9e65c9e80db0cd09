#!/bin/bash
#
# Proves that a bare Debian 12 is enough: makes one (debootstrap), puts the committed tree into it and runs a command
# there. Needs root, debootstrap, the network, about 3 GiB.
#
#   deploy/local/bare-check.sh [COMMAND…]      default: make test
#
# BERBAGI_BARE_DIR: where the tree is made (default /var/tmp/berbagi-bare); it is kept for a next run, whose set-up then
# finds things there already; remove it for a truly bare one. BERBAGI_BARE_SUITE, BERBAGI_BARE_MIRROR: what and whence.

set -eu -o pipefail
cd "$(dirname "$0")/../.."

bare=${BERBAGI_BARE_DIR:-/var/tmp/berbagi-bare}
suite=${BERBAGI_BARE_SUITE:-bookworm}
mirror=${BERBAGI_BARE_MIRROR:-http://deb.debian.org/debian}
[ $# -gt 0 ] || set -- make test

[ "$(id -u)" -eq 0 ] || { echo "bare-check: only root can make a root directory" >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "bare-check: apt-get install debootstrap" >&2; exit 1; }

if [ ! -e "$bare/etc/debian_version" ]; then
    echo "  BARE  debootstrap $suite in $bare"
    # make, and certificates for the downloads, are all that a user brings; git is how the tree gets there.
    debootstrap --variant=minbase --include=make,ca-certificates "$suite" "$bare" "$mirror" >"$bare.log" 2>&1 ||
        { tail -n 5 "$bare.log" >&2; exit 1; }
    echo "deb $mirror $suite main
deb $mirror $suite-updates main
deb ${mirror%/debian}/debian-security $suite-security main" >"$bare/etc/apt/sources.list"
fi
cp /etc/resolv.conf "$bare/etc/resolv.conf"
# A proxy of this machine that signs with a certificate of its own is part of the network, not of the tree.
cp /etc/ssl/certs/ca-certificates.crt "$bare/etc/ssl/certs/ca-certificates.crt"

mounted=
clean_up() {
    for place in $mounted; do umount "$place" || true; done
}
trap clean_up EXIT
mount -t proc proc "$bare/proc" && mounted="$bare/proc $mounted"
mount -t tmpfs tmpfs "$bare/dev/shm" 2>/dev/null && mounted="$bare/dev/shm $mounted"

mkdir -p "$bare/root/berbagi"
git archive HEAD | tar -x -C "$bare/root/berbagi"
for tool in java mvn node gcc psql; do
    [ -e "$bare/root/berbagi/build" ] || [ ! -e "$bare/usr/bin/$tool" ] || echo "  BARE  note: $tool is there already"
done

echo "  BARE  $*"
began=$SECONDS
status=0
env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LANG=C.UTF-8 \
    chroot "$bare" /bin/bash -c 'cd /root/berbagi && exec "$@"' bare "$@" || status=$?
echo "  BARE  $* ended with $status after $((SECONDS - began)) s"
exit $status
