#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What a script learns when something goes wrong: mosquitto's clients beside ours, at a real broker with mutual TLS.
# Prints the rows of the table in README.md, or writes them there:
#
#     tests/docs/compare.sh build/release/apps                  # the folder with our programs
#     tests/docs/compare.sh build/dev/apps --write README.md
#     tests/docs/compare.sh build/dev/apps --check README.md    # compares our column, prints what differs
set -eu
tests=$(cd "$(dirname "$0")/.." && pwd)
programs=$(cd "$1" && pwd)
mode=${2:-}
readme=$([ -z "$mode" ] || realpath "$3")
# shellcheck source=tests/docs/broker.sh
. "$tests/docs/broker.sh"
need mosquitto_pub mosquitto_sub
unset "${!MQTTS_@}" ALL_PROXY all_proxy SSLKEYLOGFILE
export XDG_CONFIG_HOME=$tests/support/configuration

pub() { "${which}pub" "$@"; }
sub() { "${which}sub" "$@"; }
trusted() { # pub or sub, ARGUMENTS…
    local program=$1
    shift
    "$program" -h localhost -p "$port" --cafile ca.pem --cert client.pem --key client.key "$@"
}

# Runs a command, and says its status and the first line of its standard error.
outcome_of() { # COMMAND…
    local status=0 words
    "$@" >output 2>errors || status=$?
    words=$(head -1 errors | sed "s/^mqtts-[a-z]*: //; s/:$port/:8883/g; s/|/\\\\|/g")
    echo "$status${words:+: \`$words\`}"
}

# The same, of twenty runs: what mosquitto's clients say of TLS depends on time.
outcomes_of() { # COMMAND…
    for _ in {1..20}; do outcome_of "$@"; done | sort -u | sed ':all; N; $!b all; s/\n/ or /g'
}

nothing_listens() { outcomes_of pub -h 127.0.0.1 -p 1 --cafile ca.pem -t open/lamp -m on; }
unknown_authority() { outcomes_of trusted pub --cafile other.pem -t open/lamp -m on; }
another_name() { outcomes_of trusted pub -h 127.0.0.1 -t open/lamp -m on; }
no_certificate() { outcomes_of pub -h localhost -p "$port" --cafile ca.pem -t open/lamp -m on; }
refused_message() { outcomes_of trusted pub -V 5 -q 1 -t closed/lamp -m on; }

subscribe_to_full_disk() { trusted sub -c -i "$session" -q 1 -t open/full -C 1 >/dev/full; }
full_disk() {
    session=${which##*/}
    trusted sub -c -i "$session" -q 1 -t open/full -E
    trusted pub -q 1 -t open/full -m precious
    local first after='the message is lost'
    first=$(outcome_of subscribe_to_full_disk)
    trusted sub -c -i "$session" -q 1 -t open/full -C 1 -W "$limit" >output 2>errors || true
    if grep -q precious output; then after='the next call gets the message'; fi
    echo "$first; $after"
}

publish_lines() { trusted pub -q 1 -t open/lines -l <lines; }
lost_by_publisher() {
    mkfifo lines
    outcome_of publish_lines >outcome &
    local publisher=$!
    exec 4>lines
    echo one >&4
    wait_for log 'Received PUBLISH .*open/lines'
    kill_broker
    sleep 0.5
    restart_broker
    (trap '' PIPE && echo two >&4) 2>/dev/null || true
    exec 4>&-
    wait "$publisher"
    rm lines
    local after='the second line is lost'
    if grep -q 'Received PUBLISH .*open/lines' log; then after='the second line arrives'; fi
    echo "$(cat outcome); $after"
}

lost_by_subscriber() {
    outcome_of trusted sub -q 1 -t open/lost -C 1 >outcome &
    local subscriber=$!
    wait_for log 'Received SUBSCRIBE'
    kill_broker
    sleep 0.5
    restart_broker
    wait_for_either log 'Received SUBSCRIBE' outcome .
    trusted pub -q 1 -t open/lost -m later
    wait "$subscriber"
    local after='it gets no more messages'
    if grep -q later output; then after='it gets the next message'; fi
    echo "$(cat outcome); $after"
}
wait_for_either() { # FILE PATTERN FILE PATTERN
    until grep -qs "$2" "$1" || grep -qs "$4" "$3"; do sleep 0.02; done
}

row() { # TITLE CASE
    local theirs
    which=mosquitto_
    limit=2
    "$2" >row
    theirs=$(cat row)
    which=$programs/mqtts-
    limit=300
    "$2" >row
    echo "| $1 | $theirs | $(cat row) |"
}

# shellcheck disable=SC2016  # Markdown
rows() {
    row 'nothing listens on the port' nothing_listens
    row 'the broker has a certificate of an unknown authority' unknown_authority
    row 'the broker has a certificate for another name' another_name
    row 'the broker asks for a client certificate' no_certificate
    row 'the broker refuses the message (QoS 1, MQTT 5)' refused_message
    row 'the disk is full when a message of the session comes' full_disk
    row 'the broker crashes and comes back while `pub -l` waits for lines' lost_by_publisher
    row 'the broker crashes and comes back while `sub` waits for messages' lost_by_subscriber
}

# The rows of a file, without mosquitto's column.
ours() { sed -n 's/^\(| [a-z][^|]* |\) .* | \([0-9][^|]*\) |$/\1 \2 |/p' "$1"; }

make_certificates
start_broker
rows >all_rows
case $mode in
    --check)
        ours all_rows >measured
        [ "$(wc -l <measured)" = 8 ]
        ours "$readme" | grep -Fx -f measured >in_readme || true
        diff in_readme measured
        ;;
    --write)
        # A row of the file gives way to the measured one with its title.
        awk -F ' [|] ' 'NR == FNR { rows[$1] = $0; next } $1 in rows { $0 = rows[$1] } { print }' \
            all_rows "$readme" >new_readme
        cp new_readme "$readme"
        ;;
    *) cat all_rows ;;
esac
