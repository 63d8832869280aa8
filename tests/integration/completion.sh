#!/usr/bin/env bash
# The completion of chatctl's command lines, as bash would ask for it.
. "${BASH_SOURCE%/*}/daemon.sh"

chatctl=${CHATCTL:-./chatctl}

# What readline is asked to do with the words.
compopt() {
    asked="$*"
}

# completes NAME WANTED WORD...: the completions of the last word, in order, parted by blanks.  A server that does not
# answer within a second completes nothing, and is asked again.
completes() {
    local name=$1 wanted=$2 end=$((SECONDS + deadline)) got
    shift 2
    COMP_WORDS=("$chatctl" "$@")
    COMP_CWORD=$#
    while :; do
        asked=''
        _chatctl
        got=$(printf '%s\n' ${COMPREPLY[@]+"${COMPREPLY[@]}"} | sort | paste -sd ' ' -)
        [[ -z $got && $got != "$wanted" ]] && ((SECONDS < end)) || break
        sleep 0.1
    done
    [[ $got == "$wanted" ]]
    tap $? "$name"
    [[ $got == "$wanted" ]] || printf '# wanted: %s\n# got: %s\n' "$wanted" "$got"
}

run_tests() {
    local people
    # shellcheck source=/dev/null
    . "${top_srcdir:-.}/conf/bash-completion/chatctl"
    completes 'commands need no server' 'rooms' ro
    completes 'several begin alike' 'clients' cl
    completes 'all commands' \
        "account admin audit ban check clients config delete drain export help kick lockdown log-level mkcert mute \
reload reopen rooms say status stop store" ''
    completes 'options' '--json' --j
    completes 'behind an option too' 'status stop store' --json --timeout 5 st
    completes 'nobody is known without a server' '' -s "$scratch/none" kick ''
    completes 'a command is explained' 'reload' help rel
    completes 'and another' 'reopen' help reo
    completes 'levels' 'debug' log-level d
    completes 'drain off' 'off' drain ''
    completes 'what can be done with the database' 'backup check' store ''
    completes 'what can be done with accounts' 'list' account l

    start_daemon -o control.socket="$scratch/control" -o store.path="$scratch/chatd.db" \
        -o accounts.hash_memory=1M || return 1
    exec {people}<>"/dev/tcp/127.0.0.1/$port"
    printf '/nick álice\n/join #ops\n/version\n' >&"$people"
    while IFS= read -r -t "$deadline" -u "$people" line && [[ $line != '-- chatd '* ]]; do :; done
    completes 'people' 'álice' -s "$scratch/control" kick ''
    completes 'rooms, as the shell can have them' 'lobby ops' --socket "$scratch/control" say ''
    completes 'rooms to be exported' 'ops' -s "$scratch/control" export o
    completes 'of a socket behind an equals sign' 'lobby ops' --socket = "$scratch/control" say ''
    completes 'which is completed too' "$scratch/control" --socket = "$scratch/con"
    [[ $asked == '-o filenames' ]]
    tap $? 'as a file, so that a folder is gone on from'
    if "$chatctl" -s "$scratch/control" account add alice >"$scratch/added" 2>&1; then
        completes 'accounts' 'alice' -s "$scratch/control" account passwd a
        completes 'but not where a new one is named' '' -s "$scratch/control" account add a
    fi
    completes 'a text is not completed' '' -s "$scratch/control" say lobby ''
    completes 'settings' 'limits.nick_chars' -s "$scratch/control" config limits.ni
    export CHATD_SOCKET=$scratch/control
    completes 'of the server that the environment names' 'ops' say o
    unset CHATD_SOCKET
    exec {people}>&-
    stop_daemon
}

CHATD_TEST_BACKEND=${CHATD_TEST_BACKEND:-epoll} # no backend changes it
on_each_backend
