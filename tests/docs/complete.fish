# SPDX-License-Identifier: Apache-2.0
# Prints what fish offers for the last word: complete.fish DIRECTORY PROGRAM WORD...
#
# With `installed` as the directory, what it finds by itself; below $XDG_DATA_DIRS, where that is set.
if test $argv[1] != installed
    source $argv[1]/$argv[2].fish; or exit
end
set -l words (string escape -- $argv[2..-2]) $argv[-1]
# From version 4 on, where nothing begins like the word, fish offers what holds its letters in the same order.
complete -C"$words" | string replace -r '\t.*' '' | string match -r -- '^'(string escape --style=regex -- $argv[-1])'.*'
