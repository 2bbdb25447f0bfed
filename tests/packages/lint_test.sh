#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What lintian says of the package of cpack: nothing, but that it embeds libraries, for which there is a written reason.
. "$(dirname "$0")/support.sh"
. "$tests/lint.sh"
need lintian

package=$(only "$packages"/static/packages/*.deb)
lint "$package"
lintian --allow-root --show-overrides "$package" | grep -q '^O: mqtts: embedded-library ' ||
    fail 'nothing is embedded: the override is of no use'
