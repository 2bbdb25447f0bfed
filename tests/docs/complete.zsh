# SPDX-License-Identifier: Apache-2.0
# Prints what zsh offers for the last word: complete.zsh DIRECTORY PROGRAM WORD...
# In the file $zcompdump one call leaves to the next what it found in the directories of completions.
#
# With `installed` as the directory, what it finds where it looks by itself; below $installed_below, where that is set.
#
# Completion works only where somebody types. So an interactive zsh on a terminal of its own reads this file once more;
# there compadd, through which everything offered passes, notes the candidates, and the shell ends.
if [[ -z $candidates ]]; then
    zmodload zsh/zpty
    export candidates=$(mktemp) directory=$1
    shift
    zpty shell zsh -f -i
    zpty -w shell "PROMPT= ; source ${(q)${(%):-%x}:A}; PROMPT=ready"
    zpty -r shell seen '*ready'
    zpty -n -w shell "${(q)@[1,-2]} ${@[-1]}"$'\t'
    while zpty -r shell seen; do :; done
    cat $candidates
    rm $candidates
    return
fi

if [[ $directory == installed ]]; then
    fpath=($installed_below${^fpath} $fpath)
else
    fpath=($directory $fpath)
fi
autoload -Uz compinit
compinit -u -d $zcompdump

compadd() {
    local -a found
    # Calls with these options only ask which of some words match.
    if [[ -z ${(M)@[1,(i)(-|--)]:#-[OAD]*} ]]; then
        builtin compadd -O found "$@"
        (($#found == 0)) || print -rl -- $found >> $candidates
    fi
    builtin compadd "$@"
}

offer() {
    _main_complete
    compstate[list]='' compstate[insert]=''
    exit
}
zle -C offer complete-word offer
bindkey '^I' offer
