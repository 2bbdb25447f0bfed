# SPDX-License-Identifier: Apache-2.0
# For scripts that build in a directory of their own.

stop_running() { :; } # a script that leaves a process running says here how that ends

# make_place NAME: sets `place` to a new directory, which goes with the script, even if that is killed: the process
# behind `alive` sees the end of its input then.
make_place() {
    place=$(mktemp -d "${TMPDIR:-/tmp}/mqtts-$1.XXXXXX")
    trap 'stop_running; rm -rf "$place"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    # shellcheck disable=SC2034  # it is there to be closed
    exec {alive}> >(trap '' INT TERM HUP && cat > /dev/null && rm -rf "$place")
}
