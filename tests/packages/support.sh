# SPDX-License-Identifier: Apache-2.0
# Sourced by the tests of packages, each of which is called with one folder: for all that is built here.
set -eu
unset SSL_CERT_FILE SSL_CERT_DIR  # what the systems of the tests trust is their own
tests=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$tests/../.." && pwd)
mkdir -p "$1"
packages=$(cd "$1" && pwd)
version=$(sed -n 's/^project(mqtts VERSION \([^ ]*\) .*/\1/p' "$source/CMakeLists.txt")

# What ctest reports as skipped.
skip() {
    echo "skipped: $1"
    exit 77
}

fail() {
    echo "failed: $1" >&2
    exit 1
}

# The programs that a test cannot do without.
need() {
    for program in "$@"; do
        command -v "$program" > /dev/null || skip "$program is not installed"
    done
}

need_root() {
    [ "$(id -u)" -eq 0 ] || skip 'only root can change its root directory'
}

# The only file that the pattern stands for.
only() {
    [ $# -eq 1 ] && [ -e "$1" ] || fail "not one file: $*"
    echo "$1"
}

# An empty folder of this name.
fresh() {
    rm -rf "$packages/$1"
    mkdir -p "$packages/$1"
    echo "$packages/$1"
}

# Says that it is this release: the program, and words that its line must have.
expect_version() {
    line=$("$1" --version)
    for word in "$version" "$@"; do
        case "$1: $line" in
            *"$word"*) ;;
            *) fail "$1 --version says: $line" ;;
        esac
    done
}

# Nothing but folders is left below it, if it is there at all.
expect_no_files() {
    left=$(find "$1" ! -type d 2> /dev/null || true)
    [ -z "$left" ] || fail "left behind: $left"
}

# The program below this prefix finds its library there: it tries to connect, to a port on which nobody listens.
expect_connects() {
    [ -s "$1/lib/mqtts/$version/libmqtts.so" ] || fail "no library in $1/lib/mqtts/$version"
    status=0
    (cd / && "$1/bin/mqtts-pub" -h localhost -p 1 -t t -m x) 2> "$packages/error" || status=$?
    [ "$status" -eq 4 ] || fail "$1/bin/mqtts-pub: status $status, $(cat "$packages/error")"
}
