#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Puts small wrong changes, the mutants, into a copy of the sources, one at a time, and shows whether the simulation
# catches each of them, how fast, and by which invariant. One that it does not catch is a missing invariant.
#
#     tests/simulation/mutants/run.sh [NAME…]      # all of them by default; first the simulation without a mutant
#     tests/simulation/mutants/run.sh --list       # their names, and what each breaks
#     tests/simulation/mutants/run.sh --check      # builds nothing: is every text that a mutant replaces still there?
#
# The exit status is 1 if one is not caught, does not compile or cannot be put in, or if the simulation finds something
# without a mutant. All of them take half an hour of two cores. Everything happens in a temporary directory, which goes
# with this script, however it ends.
#
# A mutant is a paragraph of a table, *.txt: its name, the file, what it breaks, the text that is there exactly once,
# each line behind a '-', and what replaces it, each line behind a '+'. A change that nobody could notice is no mutant.
set -eu -o pipefail
export LC_ALL=C  # texts are bytes
here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$here/../../.." && pwd)
target=mqtts-simulation
seconds=60  # that the simulation has for each

. "$source/tests/simulation/place.sh"

running=  # the simulation
names=()
declare -A file breaks old new

complain() {
    echo "tests/simulation/mutants/run.sh: $*" >&2
}

take_line() {
    case $2 in
        -*) old[$1]+=${2#-}$'\n' ;;
        +*) new[$1]+=${2#+}$'\n' ;;
        *) if [ -z "${file[$1]-}" ]; then file[$1]=$2; else breaks[$1]+="${breaks[$1]+ }$2"; fi ;;
    esac
}

read_tables() {
    local table line name
    for table in "$here"/*.txt; do
        name=
        while IFS= read -r line; do
            case $line in
                '#'*) ;;
                '') name= ;;
                *)
                    if [ -n "$name" ]; then
                        take_line "$name" "$line"
                    else
                        name=$line
                        [ -z "${file[$name]-}" ] || { complain "there are two mutants '$name'" && exit 1; }
                        names+=("$name")
                    fi
                    ;;
            esac
        done < "$table"
    done
}

# mutated NAME TREE: prints the file of the mutant with the change in it.
mutated() {
    if [ -z "${old[$1]-}" ] || [ ! -f "$2/${file[$1]}" ]; then
        complain "$1: it has no file, or no text" && return 1
    fi
    BEFORE=${old[$1]%$'\n'} AFTER=${new[$1]%$'\n'} awk -v RS='\001' -v ORS= '
        {
            at = index($0, ENVIRON["BEFORE"])
            rest = substr($0, at + length(ENVIRON["BEFORE"]))
            if (at == 0 || index(rest, ENVIRON["BEFORE"]) != 0) exit 1
            print substr($0, 1, at - 1) ENVIRON["AFTER"] rest
        }' "$2/${file[$1]}" || { complain "$1: its text is not in ${file[$1]} exactly once" && return 1; }
}

check_all() {
    local name status=0
    for name in "${names[@]}"; do
        mutated "$name" "$source" > /dev/null || status=1
    done
    return $status
}

stop_running() {
    [ -z "$running" ] || kill "$running" || true
}

copy_sources() {
    mkdir "$place/tree"
    mkfifo "$place/output"
    git -C "$source" ls-files -z --cached --others --exclude-standard |
        tar -C "$source" --null --files-from=- -cf - | tar -C "$place/tree" -xf -
}

# Of the libraries that are mutated each file is compiled by itself: one change, one file.
configure() {
    echo 'cmake_language(DEFER CALL set_target_properties mqtts_session mqtts_client mqtts_command mqtts_store
          PROPERTIES UNITY_BUILD OFF)' > "$place/defer.cmake"
    cmake -S "$place/tree" -B "$place/build" -G Ninja -DCMAKE_BUILD_TYPE= -DCMAKE_CXX_FLAGS=-O1 -DCMAKE_UNITY_BUILD=ON \
        -DCMAKE_PROJECT_mqtts_INCLUDE="$place/defer.cmake" > "$place/log" || { cat "$place/log" && exit 1; }
}

build() {
    CCACHE_BASEDIR=$place CCACHE_NOHASHDIR=1 cmake --build "$place/build" --target $target > "$place/log" 2>&1
}

# Runs the simulation until its first finding. Sets `found` to its line and `caught` to the invariant, or both to
# nothing; `status` and `taken`.
simulate() {
    local program began
    status=0
    program=$(find "$place/build/tests/simulation" -name $target -type f)
    began=$EPOCHREALTIME
    timeout --kill-after=5 $((seconds + 60)) "$program" --all --seconds $seconds --jobs 2 > "$place/output" 2>&1 &
    running=$!
    found=$(grep -m 1 '^seed .* breaks ' "$place/output") || true
    [ -z "$found" ] || kill $running
    wait $running || status=$?
    running=
    taken=$(((${EPOCHREALTIME/./} - ${began/./}) / 100000))
    taken=$((taken / 10)).$((taken % 10))
    caught=${found#seed * breaks }
    [ "$found$status" != 1 ] || caught='the simulation dies'
    [ "$found$status" != 124 ] || caught='the simulation hangs'
}

# try NAME: returns 1 if it is not caught.
try() {
    local path=$place/tree/${file[$1]}
    cp "$path" "$place/original"
    mutated "$1" "$place/tree" > "$place/mutated" || return 1
    cp "$place/mutated" "$path"
    if ! build; then
        printf '%-40s DOES NOT COMPILE\n' "$1"
        grep -m 5 'error' "$place/log" || tail -n 20 "$place/log"
        cp "$place/original" "$path"
        return 1
    fi
    simulate
    cp "$place/original" "$path"
    if [ -n "$caught" ]; then
        printf '%-40s %6s s  %s\n' "$1" "$taken" "$caught"
        return
    fi
    printf '%-40s %6s s  NOT CAUGHT: %s\n' "$1" "$taken" "${breaks[$1]}"
    return 1
}

read_tables
chosen=("$@")
case ${1-} in
    --list)
        for name in "${names[@]}"; do printf '%-40s %s\n' "$name" "${breaks[$name]}"; done
        exit
        ;;
    --check)
        check_all
        exit
        ;;
    '') chosen=("${names[@]}") ;;
esac
for name in "${chosen[@]}"; do
    [ -n "${file[$name]-}" ] || { complain "there is no mutant '$name'; --list names them" && exit 2; }
done
check_all
make_place mutants
copy_sources
configure
build || { cat "$place/log" && exit 1; }
simulate
[ "$status" = 0 ] || { complain "without a mutant, the simulation ends with $status: $found" && exit 1; }
printf '%-40s %6s s  nothing found, as it must be\n' 'no mutant' "$taken"
missed=0
for name in "${chosen[@]}"; do
    try "$name" || missed=$((missed + 1))
done
echo "${#chosen[@]} mutants, $missed not caught"
[ "$missed" = 0 ]
