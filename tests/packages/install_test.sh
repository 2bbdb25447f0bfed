#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Debian's package: installed with dpkg -i in a folder, run, completed in the shells, and removed.
. "$(dirname "$0")/support.sh"
. "$tests/dpkg.sh"
. "$tests/completion.sh"
need dpkg dpkg-deb

package=$(only "$packages"/static/packages/*.deb)
root=$(fresh installed)
install_in "$root" "$package"
expect_version "$root/usr/bin/mqtts-pub" mqtts-pub static-openssl
expect_version "$root/usr/bin/mqtts-sub" mqtts-sub static-openssl
expect_connects "$root/usr"
check_documents "$root"
PATH=$root/usr/bin:$PATH check_completions "$root" "$source/tests/docs" env
remove_from "$root"
