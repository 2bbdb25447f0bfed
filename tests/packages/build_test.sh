#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes the packages of the preset `static`, in the folder of its build, with their checksums.
. "$(dirname "$0")/support.sh"

cmake --preset static -S "$source" -B "$packages/static" -DMQTTS_STATIC_LIBC=OFF
cmake --build "$packages/static"
rm -rf "$packages/static/packages"
cd "$packages/static"
cpack
cd packages
ls -l
only ./*.tar.xz > /dev/null
if command -v dpkg-deb > /dev/null; then only ./*.deb > /dev/null; fi
if command -v rpmbuild > /dev/null; then only ./*.rpm > /dev/null; fi
for package in ./*.tar.xz ./*.deb ./*.rpm; do
    if [ -e "$package" ]; then sha256sum --check "$package.sha256"; fi
done
