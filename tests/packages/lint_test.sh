#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What lintian says of the package of cpack: nothing, but that it embeds libraries, for which there is a written reason.
# Whether lintian recognizes one depends on the release of the library: where it does not, the override is not used.
. "$(dirname "$0")/support.sh"
. "$tests/lint.sh"
need lintian

package=$(only "$packages"/static/packages/*.deb)
lint "$package"
others=$(lintian --allow-root --no-override --tag-display-limit 0 --suppress-tags initial-upload-closes-no-bugs "$package" |
    grep -v '^[A-Z]: mqtts: embedded-library ' || true)
[ -z "$others" ] || fail "overridden without a written reason: $others"
