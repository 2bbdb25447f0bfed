#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The .rpm: needs the C library alone, is installed in a folder, runs, and is removed again.
. "$(dirname "$0")/support.sh"
need rpm rpmbuild
need_root

package=$(only "$packages"/static/packages/*.rpm)
needs=$(rpm --query --requires --package "$package" | grep -v -E '^(rpmlib\(|lib[cm]\.so\.6|ld-linux|rtld\()' || true)
[ -z "$needs" ] || fail "$package needs $needs"
rpm --query --info --package "$package" | grep -q '^message is acknowledged only after it was written' || fail 'no description'
[ "$(rpm --query --recommends --package "$package")" = ca-certificates ] || fail 'it does not recommend ca-certificates'
root=$(fresh installed-rpm)
rpm --root "$root" --initdb
rpm --root "$root" --install --nodeps "$package"  # the C library is here, and not known to rpm
for program in mqtts-pub mqtts-sub; do
    expect_version "$root/usr/bin/$program" static-openssl
    [ -s "$root/usr/share/zsh/site-functions/_$program" ] || fail 'zsh of Fedora looks in site-functions'
done
expect_connects "$root/usr"
[ -s "$root/usr/share/doc/mqtts/LICENSE" ] || fail 'no licence'
rpm --root "$root" --erase mqtts
expect_no_files "$root/usr/bin"
expect_no_files "$root/usr/lib/mqtts"
expect_no_files "$root/usr/share"
