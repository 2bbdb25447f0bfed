#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what building and testing need on Debian 12, 13 and later, and on what is made from them. Does nothing, and
# needs no network, when all of it is there. On another system it says what is needed.
#
#     apps/install-packages.sh              # what building and testing need
#     apps/install-packages.sh --to-build   # what building and the demonstration need, which is a third of it
set -eu
export LC_ALL=C

# Without these nothing is built, and there is no demonstration. The two last are for the preset static.
needed='cmake ninja-build make g++ libssl-dev libfmt-dev doctest-dev libsqlite3-dev libre2-dev openssl mosquitto
        zlib1g-dev libzstd-dev'
oldest_boost='1.81'
# The tests skip what a release does not have. The second line is for tests/brokers, activemq's MQTT needs its last
# word; the third is for tests/servers.
wanted='mandoc zsh fish microsocks tinyproxy-bin libengine-pkcs11-openssl softhsm2 opensc strace valgrind mosquitto-dev
        nats-server ejabberd rabbitmq-server activemq libmqtt-client-java
        nginx-light libnginx-mod-stream haproxy stunnel4 gnutls-bin nodejs erlang-base erlang-ssl
        squid privoxy apache2-bin dante-server libwolfssl-dev libmbedtls-dev'

case $(cat /etc/debian_version 2> /dev/null) in
    12*) ;;
    *) wanted="$wanted pkcs11-provider" ;;  # later than 12
esac
case ${1-} in
    --to-build) wanted='' ;;
    '') ;;
    *) echo "$0: '$1' is unknown; there is --to-build" >&2 && exit 2 ;;
esac

if ! command -v apt-get > /dev/null || ! command -v dpkg-query > /dev/null; then
    cat << LIST
$0: this system has no apt-get, so nothing is installed. Needed, in these versions or later:
  to build: g++ 12 or clang 16, CMake 3.25, Ninja, Boost $oldest_boost (Asio, Program_options), OpenSSL 3.0, fmt 9,
            SQLite 3, RE2
  to test:  doctest 2.4, the command openssl 3.0, mosquitto 2.0
LIST
    [ -z "$wanted" ] || echo "  and, what is missing of them is skipped: $wanted"
    exit 0
fi

# Those of its arguments that are not installed.
missing_of() {
    for package in "$@"; do
        status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2> /dev/null) || status='unknown'
        [ "$status" = installed ] || printf '%s ' "$package"
    done
}

# Those of its arguments that this release has, as far as the lists of apt tell.
known_of() {
    for package in "$@"; do
        [ -z "$(candidate "$package")" ] || printf '%s ' "$package"
    done
}

candidate() {
    apt-cache policy "$1" | sed -n 's/^  Candidate: \([^(]\)/\1/p'
}

# The packages of Boost are named after a version, or are those that the release prefers.
boost_named() {
    echo "libboost$1-dev libboost-program-options$1-dev"
}

new_enough() {
    [ -n "$1" ] && dpkg --compare-versions "$1" ge $oldest_boost
}

# shellcheck disable=SC2046  # a list of words
boost_is_there() {
    for version in $oldest_boost ''; do
        installed=$(dpkg-query --show --showformat='${Version}' "libboost$version-dev" 2> /dev/null) || installed=''
        if new_enough "$installed" && [ -z "$(missing_of $(boost_named "$version"))" ]; then return 0; fi
    done
    return 1
}

# The first that is new enough. Before the first update of apt's lists only the release is known.
boost_of_release() {
    for version in $oldest_boost ''; do
        if new_enough "$(candidate "libboost$version-dev")"; then
            boost_named "$version"
            return
        fi
    done
    case $(cat /etc/debian_version 2> /dev/null) in
        12*) boost_named $oldest_boost ;;
        *) boost_named '' ;;
    esac
}

missing_to_build() {
    # shellcheck disable=SC2086  # a list of words
    missing_of $needed
    boost_is_there || boost_of_release
}

# shellcheck disable=SC2086  # lists of words
look() {
    missing=$(missing_to_build)
    missing_to_test=$(missing_of $wanted)
    known=$(known_of $missing_to_test)
}

without_sudo() {
    # shellcheck disable=SC2086
    set -- $missing $known
    [ $# -gt 0 ] || exit 0
    echo 'nothing is installed without root or sudo. As root:'
    echo "apt-get update && apt-get install -y --no-install-recommends $*"
    [ -z "$missing" ] || exit 1
    exit 0  # all that is built is there, and the tests skip the rest
}

look
[ -n "$missing$missing_to_test" ] || exit 0
as_root=''
if [ "$(id -u)" -ne 0 ]; then
    as_root='sudo'
    command -v sudo > /dev/null || without_sudo
fi

# shellcheck disable=SC2016  # what is in brackets is for apt-get
lists=$(apt-get indextargets --format '$(FILENAME)' 'Created-By: Packages')
if [ -n "$missing$known" ] || [ -z "$lists" ]; then
    $as_root apt-get update -qq
    look
fi
for package in $missing_to_test; do
    case " $known" in
        *" $package "*) ;;
        *) echo "not in this release: $package" ;;
    esac
done
[ -n "$missing$known" ] || exit 0
# shellcheck disable=SC2086
set -- $missing $known
echo "installing: $*"
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
