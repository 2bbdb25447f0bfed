# SPDX-License-Identifier: Apache-2.0
# Sourced: a throw-away mosquitto at localhost, with a certificate of its own, for as long as the test runs.

# Sets $port and $broker_folder, where ca.pem is. $1: the mqtts-pub that finds out when the broker is there.
start_broker() {
    need openssl
    mosquitto=$(PATH=$PATH:/usr/sbin command -v mosquitto) || skip 'mosquitto is not installed'
    broker_folder=$(fresh broker)
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost -keyout "$broker_folder/key.pem" -out "$broker_folder/ca.pem" 2> /dev/null
    trap stop_broker EXIT
    for attempt in 1 2 3 4 5 6 7 8 9 10; do
        port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 10000))
        launch_broker
        "$1" --retry-connect=30 -h localhost -p "$port" --cafile "$broker_folder/ca.pem" -t t -m x 2> /dev/null && return
        stop_broker
    done
    fail "mosquitto did not start in $attempt attempts"
}

launch_broker() {
    cat > "$broker_folder/mosquitto.conf" <<END
listener $port 127.0.0.1
certfile $broker_folder/ca.pem
keyfile $broker_folder/key.pem
allow_anonymous true
user $(id -un)
END
    "$mosquitto" -c "$broker_folder/mosquitto.conf" > "$broker_folder/log" 2>&1 &
    broker=$!
}

stop_broker() {
    kill "$broker" 2> /dev/null || true
    wait "$broker" || true
}
