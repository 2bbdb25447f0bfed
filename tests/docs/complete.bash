# Prints what bash offers for the last word: complete.bash DIRECTORY PROGRAM WORD...
source "$1/$2.bash" || exit
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
