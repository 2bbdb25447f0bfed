#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds Debian's package from the sources as they stand here, against shared libraries, as `dpkg-buildpackage -us -uc`
# does it: in a copy of them that has the folder debian at its top.
#
#   apps/packaging/build-deb.sh [DIRECTORY]     where the packages go; build/deb unless given
#
# Needs build-essential, debhelper and what debian/control names (apps/install-packages.sh installs that).
set -eu
source=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "${1:-$source/build/deb}"
directory=$(cd "${1:-$source/build/deb}" && pwd)

# 0.2.0-1: the version of the sources, and of the package.
version=$(sed -n '1s/.*(\(.*\)-[^-]*).*/\1/p' "$source/apps/packaging/debian/changelog")
copy=$directory/mqtts-$version

# Names, each ended by NUL: what git tracks, or in an unpacked archive everything but what was built.
list_sources() {
    if [ -e "$source/.git" ]; then
        git -C "$source" ls-files -z
    else
        (cd "$source" && find . -path ./build -prune -o -type f -print0)
    fi
}

rm -rf "$copy"
mkdir "$copy"
(cd "$source" && list_sources | xargs -0 cp --parents --target-directory="$copy")
tar --create --xz --file="$directory/mqtts_$version.orig.tar.xz" --directory="$directory" --sort=name \
    --owner=0 --group=0 --numeric-owner "mqtts-$version"
cp -R "$copy/apps/packaging/debian" "$copy/debian"
cd "$copy"
dpkg-buildpackage -us -uc
