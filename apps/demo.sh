#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Streams lines through a throw-away broker over mutual TLS: builds the programs, makes certificates, starts mosquitto
# on a free loopback port, subscribes, publishes, and removes everything again.
set -eu
cd "$(dirname "$0")/.."

apps/install-packages.sh --to-build
cmake --preset release
cmake --build --preset release --target mqtts-pub mqtts-sub

directory=$(mktemp -d)
broker=''
subscriber=''
clean_up() {
    for process in $subscriber $broker; do
        kill "$process" 2>/dev/null || true
        wait "$process" 2>/dev/null || true
    done
    rm -rf "$directory"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

make_certificates() (
    cd "$directory"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
        -subj '/CN=demo authority' -keyout ca.key -out ca.pem 2>/dev/null
    for name in server client; do
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
            -subj "/CN=demo $name" -keyout $name.key -out $name.csr 2>/dev/null
        echo 'subjectAltName = DNS:localhost' >"$name.ext"
        openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 \
            -extfile $name.ext -out $name.pem 2>/dev/null
    done
)

# Reads the broker's log, line by line, until one matches; fails when none comes any more.
wait_for_log() {
    while read -r -t 10 line <&3; do
        case $line in
            *"$1"*) return 0 ;;
        esac
    done
    return 1
}

start_broker_on() {
    port=$1
    {
        echo "listener $port 127.0.0.1"
        echo "cafile $directory/ca.pem"
        echo "certfile $directory/server.pem"
        echo "keyfile $directory/server.key"
        echo 'require_certificate true'
        echo 'allow_anonymous true'
        echo "user $(id -un)"
        echo 'log_dest stderr'
        for type in error warning notice information subscribe; do echo "log_type $type"; done
    } >"$directory/mosquitto.conf"
    mosquitto -c "$directory/mosquitto.conf" >"$directory/log" 2>&1 &
    broker=$!
    exec 3<"$directory/log"
    wait_for_log ' running'
}

start_broker() {
    mkfifo "$directory/log"
    for attempt in 1 2 3 4 5 6 7 8 9 10; do
        start_broker_on $((20000 + $(od -An -N2 -tu2 /dev/urandom) % 10000)) && return
    done
    echo "mosquitto did not start in $attempt attempts" >&2
    exit 1
}

show() {
    printf '\n$ %s\n' "$1"
}

PATH=$PATH:/usr/sbin
make_certificates
start_broker

pub=build/release/apps/mqtts-pub
sub=build/release/apps/mqtts-sub
tls=(-h localhost -p "$port" --cafile "$directory/ca.pem" --cert "$directory/client.pem" --key "$directory/client.key")

show "$sub ${tls[*]} -t 'demo/#' -q 1 -v -C 5 &"
$sub "${tls[@]}" -t 'demo/#' -q 1 -v -C 5 &
subscriber=$!
wait_for_log ' demo/#' || {
    echo 'mqtts-sub did not subscribe' >&2
    exit 1
}

show "seq -f 'line %g' 5 | $pub ${tls[*]} -t demo/lines -q 1 -l"
seq -f 'line %g' 5 | $pub "${tls[@]}" -t demo/lines -q 1 -l

wait "$subscriber"
subscriber=''
printf '\nfive lines went through mosquitto over mutual TLS and arrived\n'
