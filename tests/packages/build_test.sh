#!/bin/sh
# Makes the packages of the preset `static`, in the folder of its build, with their checksums.
. "$(dirname "$0")/support.sh"

launcher=$(command -v ccache || true)
cmake --preset static -S "$source" -B "$packages/static" -DMQTTS_STATIC_LIBC=OFF \
    -DCMAKE_CXX_COMPILER_LAUNCHER="$launcher" > "$packages/configure.log"
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
