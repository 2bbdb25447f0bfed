#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The .tar.xz: unpacked anywhere, the programs run.
. "$(dirname "$0")/support.sh"

archive=$(only "$packages"/static/packages/*.tar.xz)
folder=$(fresh unpacked)
tar --extract --file="$archive" --directory="$folder"
cd "$folder"/*
for program in mqtts-pub mqtts-sub; do
    expect_version "./bin/$program" static-openssl
    for file in "share/man/man1/$program.1" "share/zsh/site-functions/_$program" \
        "share/bash-completion/completions/$program" "share/fish/vendor_completions.d/$program.fish"; do
        [ -s "$file" ] || fail "no $file"
    done
done
expect_connects "$PWD"
[ -s share/man/man7/mqtts.7 ] || fail 'no page mqtts(7)'
[ -s share/doc/mqtts/LICENSE ] || fail 'no licence'
for library in libssl-dev libre2-dev libfmt-dev libsqlite3-dev libstdc++6; do
    grep -q "^---- .*/$library/copyright" share/doc/mqtts/THIRD-PARTY || fail "no licence of $library, which is linked in"
done
