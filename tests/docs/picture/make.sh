#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Makes the picture in README.md: runs the commands of the file "session" on a pseudo-terminal, with our programs and a
# real broker behind mutual TLS, and draws what the terminal shows.
#
#     tests/docs/picture/make.sh build/release/apps        # writes terminal.svg and terminal.txt beside this script
#     tests/docs/picture/make.sh build/dev/apps --check    # compares them with what the programs do today
set -eu
here=$(cd "$(dirname "$0")" && pwd)
programs=$(cd "$1" && pwd)
check=${2:-}
# shellcheck source=tests/docs/broker.sh
. "$here/../broker.sh"
need script stty awk

columns=96

# The name broker.example leads to our broker.
write_user_configuration() {
    mkdir user
    for program in mqtts-pub mqtts-sub; do
        printf '%s\n' "--connect-to 127.0.0.1:$port" '--connect-timeout 600' >user/$program
    done
}

# What runs on the terminal: it shows each command as a shell does, and runs it.
write_player() {
    cat >player <<'PLAYER'
stty cols "$2" -onlcr
while IFS= read -r line <&3; do
    printf '$ %s\n' "$line"
    eval "$line"
done 3<"$1"
PLAYER
}

# The lines are folded as a terminal does.
play() {
    env -i PATH="$programs:/usr/bin:/bin" HOME="$directory" XDG_CONFIG_HOME="$directory/user" TERM=xterm \
        script -qec "bash player '$here/session' $columns" /dev/null </dev/null |
        LC_ALL=C sed -E "s/.{$columns}/&\n/g; s/\n$//; s/ +(\n|$)/\1/g" >terminal.txt
}

make_certificates
start_broker
write_user_configuration
write_player
play
awk -v columns=$columns -f "$here/draw.awk" terminal.txt >terminal.svg
for file in terminal.txt terminal.svg; do
    if [ "$check" = --check ]; then
        diff "$here/$file" $file
    else
        cp $file "$here"
    fi
done
