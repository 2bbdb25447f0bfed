#!/bin/sh
# Installs what building and testing need on Debian 12. Does nothing, and needs no network, when all of it is there.
set -eu

packages='cmake ninja-build g++ libboost1.81-dev libboost-program-options1.81-dev libssl-dev libfmt-dev doctest-dev
          libsqlite3-dev libre2-dev openssl mosquitto mandoc zsh fish microsocks tinyproxy-bin
          libengine-pkcs11-openssl softhsm2 opensc strace valgrind'

missing=''
for package in $packages; do
    status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) || status='unknown'
    [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=''
if [ "$(id -u)" -ne 0 ]; then
    as_root='sudo'
fi
echo "installing:$missing"
$as_root apt-get update -qq
# shellcheck disable=SC2086  # a list of words
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
