# SPDX-License-Identifier: Apache-2.0
# Prints what bash offers for the last word: complete.bash DIRECTORY PROGRAM WORD...
#
# With `installed` as the directory, what it finds by itself; below $XDG_DATA_DIRS, where that is set.
if [[ $1 == installed ]]; then
    source /usr/share/bash-completion/bash_completion || exit
    if declare -F _comp_load > /dev/null; then _comp_load "$2"; else _completion_loader "$2"; fi
else
    source "$1/$2.bash" || exit
fi
shift

function=$(complete -p "$1" | sed 's/.*-F \([^ ]*\) .*/\1/')
COMP_WORDS=()
for word in "$@"; do
    case $word in
        --*=) COMP_WORDS+=("${word%=}" =) ;;  # as readline takes it apart
        --*=*) COMP_WORDS+=("${word%%=*}" = "${word#*=}") ;;
        *) COMP_WORDS+=("$word") ;;
    esac
done
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
"$function"
((${#COMPREPLY[@]} == 0)) || printf '%s\n' "${COMPREPLY[@]}"
