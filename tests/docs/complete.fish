# Prints what fish offers for the last word: complete.fish DIRECTORY PROGRAM WORD...
source $argv[1]/$argv[2].fish; or exit
set -l words (string escape -- $argv[2..-2]) $argv[-1]
complete -C"$words" | string replace -r '\t.*' ''
