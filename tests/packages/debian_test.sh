#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# apps/packaging/build-deb.sh: Debian's own way, against shared libraries. Without fault for lintian, installed and removed.
. "$(dirname "$0")/support.sh"
. "$tests/lint.sh"
. "$tests/dpkg.sh"
. "$tests/completion.sh"
need dpkg-buildpackage dh lintian
(cd "$source/apps/packaging" && dpkg-checkbuilddeps debian/control) || skip 'packages to build with are not installed'

folder=$(fresh deb)
"$source/apps/packaging/build-deb.sh" "$folder" > "$folder/log" 2>&1 || {
    tail -n 50 "$folder/log"
    fail 'dpkg-buildpackage'
}
lint "$(only "$folder"/mqtts_*.changes)"
package=$(only "$folder"/mqtts_*.deb)
dpkg-deb --field "$package" Depends | grep -q libssl3 || fail 'OpenSSL is not shared'

root=$(fresh installed-deb)
install_in "$root" "$package"
expect_version "$root/usr/bin/mqtts-pub" mqtts-pub
check_documents "$root"
PATH=$root/usr/bin:$PATH check_completions "$root" "$source/tests/docs" env
remove_from "$root"
