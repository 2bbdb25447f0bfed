# SPDX-License-Identifier: Apache-2.0
# Sourced: the shells find the completions of what is installed, by themselves.

# The shell offers this candidate: the rest of the line is the call of complete.*, and what is typed.
offers() {
    shell=$1
    candidate=$2
    shift 2
    "$@" | grep -q -x -e "$candidate" || fail "$shell does not offer $candidate: $*"
}

# In the system below the folder "$1", whose programs are called through the words behind it (chroot DIRECTORY).
# $2: where that system sees complete.*
check_completions() {
    below=$1
    scripts=$2
    shift 2
    home=$(mktemp -d)
    for shell in bash zsh fish; do
        if ! "$@" sh -c "command -v $shell" > /dev/null; then
            echo "without $shell, which is not installed"
            continue
        fi
        option=''
        case $shell in
            bash) option=--norc ;;
            zsh) option=-f ;;
        esac
        for program in mqtts-pub mqtts-sub; do
            # shellcheck disable=SC2086  # no option, or one
            offers $shell --cafile "$@" env HOME="$home" installed_below="$below" XDG_DATA_DIRS="$below/usr/share" \
                $shell $option "$scripts/complete.$shell" installed $program --caf
        done
    done
    rmdir "$home" 2> /dev/null || rm -r "$home"
}
