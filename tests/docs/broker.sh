# SPDX-License-Identifier: Apache-2.0
# A throw-away mosquitto with mutual TLS, for the scripts beside it, which source this file:
#
#     make_certificates    # in $directory: ca.pem, other.pem, client.pem and client.key
#     start_broker         # on $port of 127.0.0.1, for "localhost" and "broker.example"; $directory/log is its log
#     kill_broker; restart_broker
#
# Clients may use topics below "home/" and "open/". All of it is gone when the script ends. Without the tools that are
# needed the script ends with status 77, "skipped".
#
# shellcheck shell=bash disable=SC2034  # the scripts use some of these
directory=''
broker=''
port=''

need() {
    for tool; do
        command -v "$tool" >/dev/null && continue
        echo "skipped: $tool is not installed" >&2
        exit 77
    done
}

clean_up() {
    for process in $(jobs -p); do
        kill -9 "$process" 2>/dev/null || true
        wait "$process" 2>/dev/null || true
    done
    rm -rf "$directory"
}

make_authority() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
        -subj "/CN=$2" -keyout "$1.key" -out "$1.pem" 2>/dev/null
}

make_certificates() {
    PATH=$PATH:/usr/sbin
    need mosquitto openssl
    directory=$(mktemp -d)
    trap clean_up EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    cd "$directory" || return
    make_authority ca 'our authority'
    make_authority other 'another authority'
    for name in server client; do
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
            -subj "/CN=our $name" -keyout $name.key -out $name.csr 2>/dev/null
        echo 'subjectAltName = DNS:broker.example, DNS:localhost' >$name.ext
        openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 \
            -extfile $name.ext -out $name.pem 2>/dev/null
    done
}

# Waits until a line of the file matches; fails when that takes minutes.
wait_for() { # FILE PATTERN
    for _ in {1..10000}; do
        grep -qs -- "$2" "$1" && return 0
        sleep 0.02
    done
    echo "'$2' did not come in $1:" >&2
    cat "$1" >&2
    return 1
}

write_configuration() {
    printf 'topic readwrite home/#\ntopic readwrite open/#\n' >"$directory/acl"
    {
        echo "listener $port 127.0.0.1"
        echo "cafile $directory/ca.pem"
        echo "certfile $directory/server.pem"
        echo "keyfile $directory/server.key"
        echo 'require_certificate true'
        echo 'allow_anonymous true'
        echo "acl_file $directory/acl"
        echo "user $(id -un)"
        echo 'log_dest stderr'
        echo 'log_type all'
    } >"$directory/mosquitto.conf"
}

restart_broker() {
    mosquitto -c "$directory/mosquitto.conf" >"$directory/log" 2>&1 4>&- &
    broker=$!
    wait_for "$directory/log" ' running$\|Error'
    ! grep -q Error "$directory/log"
}

kill_broker() {
    {
        kill -9 "$broker"
        wait "$broker" || true
    } 2>/dev/null
}

start_broker() {
    for _ in {1..10}; do
        port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 10000))
        write_configuration
        restart_broker && return
    done
    echo 'mosquitto did not start in ten attempts' >&2
    cat "$directory/log" >&2
    exit 1
}
