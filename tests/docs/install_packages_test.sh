#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs apps/install-packages.sh on systems that are made up: its PATH holds nothing but what one has, and apt-get writes
# down what it is asked for. Argument: the top of the repository.
set -eu
script=$1/apps/install-packages.sh
if ! command -v dpkg > /dev/null; then
    echo 'skipped: dpkg, which compares versions, is not installed'
    exit 77
fi
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
failed=0

program() {
    {
        echo '#!/bin/sh'
        cat
    } > "$place/bin/$1"
    chmod +x "$place/bin/$1"
}

make_programs() {
    mkdir "$place/bin"
    for name in sh cat sed env dpkg; do ln -s "$(command -v $name)" "$place/bin/$name"; done
    program id << 'ID'
cat "$PLACE/user"
ID
    program dpkg-query << 'LOOKUP'
for package; do :; done
version=$(sed -n "s/^$package=//p" "$PLACE/installed")
[ -n "$version" ] || exit 1
case $* in *Status*) printf installed ;; *) printf '%s' "$version" ;; esac
LOOKUP
    program apt-cache << 'POLICY'
sed -n "s/^$2=/  Candidate: /p" "$PLACE/known"
POLICY
    program apt-get << 'LOG'
case $1 in indextargets) echo lists ;; *) echo "$*" >> "$PLACE/log" ;; esac
LOG
}

# on USER INSTALLED KNOWN [ARGUMENT]: runs the script for the user of this number, where these packages are there, and apt's lists
# name those; each is name=version.
# shellcheck disable=SC2086  # lists of words
on() {
    echo "$1" > "$place/user"
    printf '%s\n' $2 > "$place/installed"
    printf '%s\n' $3 > "$place/known"
    : > "$place/log"
    status=0
    output=$(PLACE=$place PATH="$place/bin" "$script" ${4+"$4"} 2>&1) || status=$?
    log=$(cat "$place/log")
}

# expect WHAT TEXT PATTERN
expect() {
    # shellcheck disable=SC2254  # it is a pattern
    case $2 in
        $3) return ;;
    esac
    printf 'FAILED %s\nwanted: %s\ngot:    %s\n' "$1" "$3" "$2"
    failed=1
}

boost_12='libboost1.81-dev=1.81.0-5 libboost-dev=1.74.0.3'
boost_13='libboost-dev=1.83.0.2'
boost_13_installed="$boost_13 libboost-program-options-dev=1.83.0.2"
basics='cmake=3 ninja-build=1 make=4 g++=12 libssl-dev=3 libfmt-dev=9 doctest-dev=2 libsqlite3-dev=3 libre2-dev=1
        openssl=3 mosquitto=2 zlib1g-dev=1 libzstd-dev=1'
tools='mandoc=1 zsh=5 fish=3 microsocks=1 tinyproxy-bin=1 libengine-pkcs11-openssl=0 pkcs11-provider=1 softhsm2=2 opensc=0
       strace=6 valgrind=3 nats-server=2 ejabberd=23 rabbitmq-server=3 activemq=5 libmqtt-client-java=1'
make_programs

on 0 '' "$basics $tools $boost_12"
expect 'Debian 12' "$status $log" '0 update*install*cmake*libboost1.81-dev libboost-program-options1.81-dev mandoc*'

on 0 '' "$basics $tools $boost_13"
expect 'Debian 13' "$status $log" '0 update*install*cmake*libboost-dev libboost-program-options-dev mandoc*'

on 0 "$basics libboost-dev=1.74.0.3 libboost-program-options-dev=1.74.0.3" "$basics $boost_12"
expect 'Boost is there, but too old' "$status $log" \
    '0 update*install*recommends libboost1.81-dev libboost-program-options1.81-dev'
expect 'a tool that the release does not have' "$output" '*not in this release: mandoc*'

on 1000 "$basics $tools $boost_13_installed" ''
expect 'all is there' "$status $output$log" '0 '

on 0 '' "$basics $tools $boost_13" --to-build
expect 'only what building needs' "$status $log" '0 update*install*libboost-program-options-dev'

on 0 "$basics $boost_13_installed" "$tools" --to-build
expect 'all that building needs is there' "$status $output$log" '0 '

on 0 '' '' --all
expect 'an argument that is unknown' "$status $output" "2 *'--all' is unknown*"

on 1000 "$tools" "$basics $tools $boost_13"
expect 'neither root nor sudo' "$status $log" '1 '
expect 'the line for root' "$output" '*
apt-get update && apt-get install -y --no-install-recommends cmake *libboost-dev libboost-program-options-dev'

on 1000 "$basics $boost_13_installed" "$tools"
expect 'neither root nor sudo, and only tools are missing' "$status $output" '0 *recommends mandoc *'

echo 'exec "$@"' | program sudo
on 1000 "$tools" "$basics $tools $boost_13"
expect 'sudo' "$status $log" '0 update*install*libboost-dev*'

rm "$place/bin/apt-get"
on 0 '' ''
expect 'another system' "$status $output" '0 *no apt-get*CMake 3.25*Boost 1.81*OpenSSL 3.0*mosquitto*mandoc*'

exit $failed
