#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tests/cross/stream.sh PROGRAMS [EMULATOR]: streams through mosquitto over mutual TLS, at each QoS and with JSON on the
# way, and past the 2 GiB that 32 bits count.
set -eu
pub=("$1/mqtts-pub")
sub=("$1/mqtts-sub")
if [ -n "${2:-}" ]; then
    pub=("$2" "${pub[@]}")
    sub=("$2" "${sub[@]}")
fi
directory=$(mktemp -d)
broker=''
subscriber=''
clean_up() {
    for process in $subscriber $broker; do
        kill "$process" 2> /dev/null || true
        wait "$process" 2> /dev/null || true
    done
    rm -rf "$directory"
}
trap clean_up EXIT
cd "$directory"

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj '/CN=authority' \
    -keyout ca.key -out ca.pem 2> /dev/null
for name in server client; do
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" \
        -keyout $name.key -out $name.csr 2> /dev/null
    echo 'subjectAltName = DNS:localhost' > $name.ext
    openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile $name.ext \
        -out $name.pem 2> /dev/null
done
port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 10000))
cat > mosquitto.conf << END
listener $port 127.0.0.1
cafile $directory/ca.pem
certfile $directory/server.pem
keyfile $directory/server.key
require_certificate true
allow_anonymous true
user root
max_queued_messages 0
END
mosquitto -c mosquitto.conf > log 2>&1 &
broker=$!
tls=(-h localhost -p "$port" --cafile ca.pem --cert client.pem --key client.key)

fail() {
    echo "stream.sh: $1" >&2
    exit 1
}

# Starts "$@" and returns once its subscriptions are granted.
subscribe() {
    rm -f ready && mkfifo ready
    "$@" --ready-fd 3 3> ready &
    subscriber=$!
    line=''
    read -r line < ready || true
    [ "$line" = ready ] || fail 'it did not subscribe'
}

"${pub[@]}" "${tls[@]}" --retry-connect 60 -t start -q 1 -m up
seq -f 'line %g' 50000 > sent
for qos in 0 1 2; do
    subscribe "${sub[@]}" "${tls[@]}" -t lines -q $qos -C 50000 > received
    "${pub[@]}" "${tls[@]}" -t lines -q $qos -l < sent
    wait "$subscriber"
    cmp sent received || fail "the stream at QoS $qos is not what was sent"
done
echo 'three streams of 50000 lines arrived as they were sent'

printf '\303\274mlaut \001\377 %s' "$(seq 1000)" > bytes
subscribe "${sub[@]}" "${tls[@]}" -t bytes -q 2 -V 5 --output json -C 1 > message
"${pub[@]}" "${tls[@]}" -t bytes -q 2 -V 5 -D publish user-property name value -f bytes
wait "$subscriber"
subscribe "${sub[@]}" "${tls[@]}" -t bytes -q 2 -C 1 -N > copy
"${pub[@]}" "${tls[@]}" -q 2 --input json -f message
wait "$subscriber"
cmp bytes copy || fail 'a message that travelled as JSON is not what it was'
echo 'a message travelled as JSON'

truncate -s 3G large && echo >> large
subscribe "${sub[@]}" "${tls[@]}" -t tail -q 2 --state state -C 2 >> large
printf 'one\ntwo\n' | "${pub[@]}" "${tls[@]}" -t tail -q 2 -l
wait "$subscriber"
[ "$(tail -c 8 large)" = "$(printf 'one\ntwo')" ] || fail 'what goes behind 3 GiB did not get there'
status=0
"${pub[@]}" "${tls[@]}" -t tail -f large 2> error || status=$?
[ $status = 3 ] && grep -q 'longer than --max-message-size' error || fail "status $status: $(cat error)"
echo 'a file of 3 GiB was appended to, and refused as a message for its size'
