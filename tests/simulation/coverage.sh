#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Measures which lines of the session and of the client the simulation runs through, by itself.
#
#     tests/simulation/coverage.sh [SECONDS]      # of simulation, 120 by default
#
# Prints each file of lib/session, and each file of lib/client that touches neither a socket nor a file, with its share
# of lines; then the lines that never ran; then the total. The exit status is 1 if that is below 95 %. Builds in a
# temporary directory, which goes with this script, and needs gcov, which comes with gcc.
set -eu -o pipefail
export LC_ALL=C
source=$(cd "$(dirname "$0")/../.." && pwd)
target=mqtts-simulation
seconds=${1:-120}
least=95  # percent
. "$source/tests/simulation/place.sh"

# What is left out, and why.
left_out='
lib/client/connection        the socket itself: the simulation has a link of its own
lib/client/packet_log        only the socket has it: it shows packets under -d
lib/client/timer             the clock of the system
'

# The files that count, a path in a line.
counted() {
    (cd "$source" && ls lib/session/*.?pp lib/client/*.?pp) |
        grep -vxF -f <(sed -n 's/^\(lib[^ ]*\) .*/\1.cpp\n\1.hpp/p' <<< "$left_out")
}

# Counts of gcov for each line, of all that was compiled. A line may be in many programs, and then counts once.
counts() {
    find "$place/build" -name '*.gcda' -exec gcov --stdout {} + 2> /dev/null
}

report() {
    awk -F: -v source="$source/" -v least=$least '
        FILENAME != "-" { name[++files] = $1; counts[$1] = 1; next }
        $2 ~ /^ *0$/ {  # what is measured
            if ($3 != "Source") next
            path = $4
            if (index(path, source) == 1) path = substr(path, length(source) + 1)
            sub(/.*\/lib\/include\/[a-z]*\//, "lib/", path)  # where a header of another library is found
            next
        }
        path in counts && $2 ~ /^ *[0-9]+$/ && $1 !~ /^ *-$/ {
            number = $2 + 0
            if (!((path, number) in text)) {
                text[path, number] = substr($0, length($1) + length($2) + 3)
                ++lines[path]
                if (number > last[path]) last[path] = number
            }
            if ($1 + 0 > 0 && !((path, number) in ran)) { ran[path, number] = 1; ++run[path] }
        }
        END {
            for (i = 1; i <= files; ++i) {
                path = name[i]
                if (lines[path] == 0) continue
                printf "%-40s %5d of %5d lines %7.2f %%\n", path, run[path], lines[path], 100 * run[path] / lines[path]
                all += lines[path]
                all_run += run[path]
            }
            print ""
            for (i = 1; i <= files; ++i)
                for (number = 1; number <= last[name[i]]; ++number)
                    if ((name[i], number) in text && !((name[i], number) in ran))
                        printf "%s:%d:%s\n", name[i], number, text[name[i], number]
            if (all == 0) { print "gcov has counted nothing"; exit 1 }
            printf "\n%d of %d lines, %.2f %%\n", all_run, all, 100 * all_run / all
            exit 100 * all_run < least * all
        }' <(counted) -
}

make_place coverage
cmake -S "$source" -B "$place/build" -G Ninja -DCMAKE_BUILD_TYPE= -DCMAKE_UNITY_BUILD=ON \
    -DCMAKE_CXX_FLAGS='-O1 --coverage' > "$place/log" || { cat "$place/log" && exit 1; }
cmake --build "$place/build" --target $target > "$place/log" || { cat "$place/log" && exit 1; }
program=$(find "$place/build/tests/simulation" -name $target -type f)
"$program" --seconds "$seconds" --jobs "$(nproc)"
echo "left out:$left_out"
counts | report
