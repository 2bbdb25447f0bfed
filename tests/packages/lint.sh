# SPDX-License-Identifier: Apache-2.0
# Sourced: what lintian has against the packages, errors and warnings. Where no bug asks for the package, none is closed.
lint() {
    lintian --allow-root --tag-display-limit 0 --suppress-tags initial-upload-closes-no-bugs --fail-on error,warning \
        "$@" || fail "lintian: $*"
}
