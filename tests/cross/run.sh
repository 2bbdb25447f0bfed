#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Cross-builds the programs and their tests for other processors, and runs them: unit, session, client and transport tests, and
# a stream through a real broker.
#
#     tests/cross/run.sh [i386] [arm64] [s390x]       # all of them by default
#
# As root, on an amd64 Debian with the package mmdebstrap: everything happens in a system of its own, in
# $MQTTS_CROSS_ROOT (/var/cache/mqtts-cross), which is kept for the next run, and needs 3 GB. Its packages come from where
# mmdebstrap gets them, or from $MQTTS_CROSS_MIRROR, an address or a line of sources.list. arm64 and s390x, which has
# the bytes of its numbers the other way round, run in qemu-user; i386 runs as it is. Takes 10 to 20 minutes for each.
set -eu -o pipefail
cd "$(dirname "$0")/../.."
source=$PWD
root=${MQTTS_CROSS_ROOT:-/var/cache/mqtts-cross}
release=${MQTTS_CROSS_RELEASE:-bookworm}

triplet_of() {
    case $1 in
        i386) echo i686-linux-gnu ;;
        arm64) echo aarch64-linux-gnu ;;
        s390x) echo s390x-linux-gnu ;;
        *) echo "tests/cross/run.sh: '$1' is neither i386 nor arm64 nor s390x" >&2 && return 1 ;;
    esac
}

# What runs a program of this architecture on amd64; nothing: it runs by itself.
emulator_of() {
    case $1 in
        arm64) echo /usr/bin/qemu-aarch64 ;;
        s390x) echo /usr/bin/qemu-s390x ;;
    esac
}

make_system() {
    packages='cmake ninja-build make doctest-dev openssl mosquitto qemu-user'
    boost=libboost1.81-dev,libboost-program-options1.81-dev
    [ "$release" = bookworm ] || boost=libboost-dev,libboost-program-options-dev
    for architecture in $architectures; do
        packages="$packages g++-$(triplet_of "$architecture")"
        for library in ${boost//,/ } libssl-dev libfmt-dev libsqlite3-dev libre2-dev; do
            packages="$packages $library:$architecture"
        done
    done
    if [ -e "$root" ] && ! [ -O "$root/architectures" ]; then
        echo "tests/cross/run.sh: $root is none of its systems, so nothing in it is removed" >&2
        exit 1
    fi
    rm -rf --one-file-system "$root"
    mmdebstrap --variant=minbase --architectures="amd64,${architectures// /,}" --include="${packages// /,}" \
        "$release" "$root" ${MQTTS_CROSS_MIRROR:+"$MQTTS_CROSS_MIRROR"}
    echo "$architectures" > "$root/architectures"
}

has_all_of_them() {
    for architecture in $architectures; do
        grep -qw "$architecture" "$root/architectures" 2> /dev/null || return 1
    done
}

in_system() {
    chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LANG=C.UTF-8 "$@"
}

put_source() {
    rm -rf "$root/source"
    mkdir -p "$root/source"
    git -C "$source" ls-files -z --cached --others --exclude-standard |
        tar -C "$source" --null --files-from=- -cf - | tar -C "$root/source" -xf -
}

build() {
    triplet=$(triplet_of "$1")
    in_system cmake -S /source -B "/build/$1" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_UNITY_BUILD=ON -DMQTTS_WERROR=ON \
        -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR="${triplet%%-*}" \
        -DCMAKE_CXX_COMPILER="/usr/bin/$triplet-g++" -DCMAKE_CROSSCOMPILING_EMULATOR="$(emulator_of "$1")"
    # A test has the name of its program.
    tests=$(in_system ctest --test-dir "/build/$1" -N -L "$labels" | sed -n 's/.*Test *#[0-9]*: //p')
    # shellcheck disable=SC2086  # a list of words
    in_system cmake --build "/build/$1" --target mqtts-pub mqtts-sub $tests
}

labels='^(unit|session|client|transport)$'
architectures=${*:-i386 arm64 s390x}
for architecture in $architectures; do
    triplet_of "$architecture" > /dev/null
done
has_all_of_them || make_system
trap 'umount --quiet "$root/dev/pts" "$root/dev" "$root/proc" || true' EXIT
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount --make-private "$root/dev"  # or /dev/pts of the host would get the next one, too
mount -t devpts devpts "$root/dev/pts"
put_source
for architecture in $architectures; do
    echo "--- $architecture"
    build "$architecture"
    in_system ctest --test-dir "/build/$architecture" -L "$labels" --output-on-failure --timeout 1800
    in_system /source/tests/cross/stream.sh "/build/$architecture/apps" "$(emulator_of "$architecture")"
done
