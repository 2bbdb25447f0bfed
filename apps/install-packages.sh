#!/bin/sh
# Installs what building and testing need on Debian 12. Does nothing, and needs no network, when all of it is there.
set -eu

packages='cmake ninja-build g++ libboost1.81-dev libboost-program-options1.81-dev libssl-dev libfmt-dev doctest-dev
          libsqlite3-dev libre2-dev openssl mosquitto mandoc zsh fish microsocks tinyproxy-bin
          libengine-pkcs11-openssl softhsm2 opensc strace valgrind'
# For tests/brokers, which skips what a release of Debian does not have. The last one is what activemq's MQTT needs.
brokers='nats-server ejabberd rabbitmq-server activemq libmqtt-client-java'

# Those of its arguments that are not installed.
missing_of() {
    for package in "$@"; do
        status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) || status='unknown'
        [ "$status" = installed ] || printf ' %s' "$package"
    done
}

# shellcheck disable=SC2086  # lists of words
missing=$(missing_of $packages)
# shellcheck disable=SC2086
wanted=$(missing_of $brokers)
[ -n "$missing$wanted" ] || exit 0

as_root=''
if [ "$(id -u)" -ne 0 ]; then
    as_root='sudo'
fi
$as_root apt-get update -qq
for package in $wanted; do
    if apt-cache show "$package" > /dev/null 2>&1; then
        missing="$missing $package"
    else
        echo "not in this release: $package"
    fi
done
[ -n "$missing" ] || exit 0
echo "installing:$missing"
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
