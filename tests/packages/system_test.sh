#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What is built on an older Debian runs on a newer one: installed there with dpkg -i, and by unpacking the archive; talks
# to a broker, is completed by the shells, and leaves nothing when it is removed.
#
# The newer Debian is a folder: $MQTTS_SYSTEM, which may be given, or else one that mmdebstrap makes, which takes the
# network, a minute and 400 MB.
. "$(dirname "$0")/support.sh"
. "$tests/broker.sh"
. "$tests/completion.sh"
need_root
# What is mounted below is mounted for this test alone, where that is allowed.
if [ -z "${MQTTS_UNSHARED:-}" ] && unshare --mount true 2> /dev/null; then
    MQTTS_UNSHARED=1 exec unshare --mount "$0" "$@"
fi

package=$(only "$packages"/static/packages/*.deb)
archive=$(only "$packages"/static/packages/*.tar.xz)
system=${MQTTS_SYSTEM:-$packages/system}
if [ ! -e "$system/etc/debian_version" ]; then
    need mmdebstrap
    mmdebstrap --variant=minbase --include=bash-completion,fish,zsh trixie "$system" || skip 'there is no newer Debian'
fi
# bash wants /dev/fd to complete, which is in /proc, and the test of zsh a terminal.
mounted=no
if mount -t proc proc "$system/proc" && mount -t devpts devpts "$system/dev/pts"; then mounted=yes; fi 2> /dev/null
echo "Debian $(cat "$system/etc/debian_version"), built on $(cat /etc/debian_version)"

# A message goes through the broker, by the programs in this folder of the system.
talks() {
    received=$(chroot "$system" "$1/mqtts-sub" -h localhost -p "$port" --cafile /root/mqtts/ca.pem -t greeting -q 1 -C 1 -W 60 \
        -- "$1/mqtts-pub" -h localhost -p "$port" --cafile /root/mqtts/ca.pem -t greeting -q 1 -m hello)
    [ "$received" = hello ] || fail "received: $received"
}

start_broker "$packages/static/apps/mqtts-pub"
rm -rf "$system/root/mqtts"
mkdir "$system/root/mqtts"
cp "$broker_folder/ca.pem" "$package" "$source"/tests/docs/complete.* "$system/root/mqtts"
tar --extract --file="$archive" --directory="$system/root/mqtts"

chroot "$system" dpkg --purge mqtts 2> /dev/null || true  # of a run that failed
before=$(find "$system/usr" -name '*mqtts*')
[ -z "$before" ] || fail "already there: $before"
chroot "$system" sh -c 'dpkg -i /root/mqtts/*.deb'
chroot "$system" mqtts-pub --version
talks /usr/bin
if [ "$mounted" = yes ]; then
    check_completions '' /root/mqtts chroot "$system"
else
    echo 'without completions: nothing may be mounted here'
fi
chroot "$system" dpkg --purge mqtts
after=$(find "$system/usr" -name '*mqtts*')
[ -z "$after" ] || fail "left behind: $after"

talks "/root/mqtts/$(basename "$archive" .tar.xz)/bin"
rm -r "$system/root/mqtts"
