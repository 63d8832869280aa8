#!/usr/bin/env bash
# Every usual program that connects, sends a line and goes: what it sends is heard, a hundred times of a
# hundred; the less usual ones, and variants of them, twenty times of twenty.
. "${BASH_SOURCE%/*}/daemon.sh"

times=100
at_once=10
seldom=20

# Opens the descriptor ops: somebody who listens in #ops.
open_listener() {
    local line
    exec {ops}<>"/dev/tcp/127.0.0.1/$port"
    printf '/nick listener\n/leave lobby\n/join ops\n' >&"$ops"
    while IFS= read -r -t "$deadline" -u "$ops" line; do
        [[ $line != *'You are in #ops'* ]] || return 0
    done
    return 1
}

# heard WORD: reads from the listener until WORD and each number from 1 to $times were posted, once each.
heard() {
    local line number i
    local -A count=()
    while [[ ${#count[@]} -lt $times ]] && IFS= read -r -t "$deadline" -u "$ops" line; do
        line=${line%$'\r'}
        number=${line##* }
        if [[ $line != "[#ops] "*": $1 $number" || -n ${count[$number]-} ]]; then
            echo "# not awaited: $line"
            return 1
        fi
        count[$number]=1
    done
    for ((i = 1; i <= times; i++)); do
        if [[ -z ${count[$i]-} ]]; then
            echo "# heard ${#count[@]} of $times; missing, for one: $i"
            return 1
        fi
    done
}

# try NAME WORD PROGRAM COMMAND...: runs COMMAND WORD NUMBER for each number from 1 to $times, some at
# once, and sees that all was heard; skips it when there is no PROGRAM.
try() {
    local name=$1 word=$2 program=$3 pids=() i
    shift 3
    if ! command -v "$program" >/dev/null; then
        skip "$name" "there is no $program"
        return
    fi
    for ((i = 1; i <= times; i++)); do
        "$@" "$word" "$i" >/dev/null 2>&1 &
        pids+=($!)
        if [[ ${#pids[@]} == "$at_once" ]]; then
            wait "${pids[@]}"
            pids=()
        fi
    done
    [[ ${#pids[@]} == 0 ]] || wait "${pids[@]}"
    heard "$word"
    tap $? "$name"
}

# What is sent: with a line end, without one, and with one that telnet would send.
line() { printf '/post #ops %s %s\n' "$1" "$2"; }
open_line() { printf '/post #ops %s %s' "$1" "$2"; }
crlf_line() { printf '/post #ops %s %s\r\n' "$1" "$2"; }
quitting() { printf '/post #ops %s %s\n/quit\n' "$1" "$2"; }

# through SENDS PROGRAM... -- WORD NUMBER: pipes what the function SENDS prints into the program.
through() {
    local sends=$1 command=()
    shift
    while [[ $1 != -- ]]; do
        command+=("$1")
        shift
    done
    "$sends" "$2" "$3" | timeout "$deadline" "${command[@]}"
}

# The same for one that gives up when nothing comes for a second: what is sent is there before it starts.
at_once_through() {
    local sends=$1 text
    shift
    text=$("$sends" "${@: -2}")
    timeout "$deadline" "${@:1:$#-3}" <<<"$text"
}

# As an administrator writes it into a script, without a program at all.
dev_tcp() { line "$1" "$2" >"/dev/tcp/127.0.0.1/$port"; }
dev_tcp_open() { open_line "$1" "$2" >"/dev/tcp/127.0.0.1/$port"; }

has_openbsd_nc() { nc -h 2>&1 | grep -q OpenBSD; }
has_busybox_nc() { busybox nc --help >/dev/null 2>&1; }

run_tests() {
    local host=127.0.0.1 socket=$scratch/socket.$backend dear=$times
    # ncat takes long to start: a hundred times on the backend that is the default, fewer on the others.
    [[ $backend == epoll ]] || dear=$seldom
    start_daemon -o flood.lines_per_second=0 -o "server.listen=127.0.0.1:0,unix:$socket" || {
        tap 1 'the daemon starts'
        return
    }
    open_listener
    tap $? 'somebody listens'

    if has_openbsd_nc; then
        try 'nc -N' nc-N nc through line nc -N "$host" "$port" --
        try 'nc -N, and no line end' nc-N-open nc through open_line nc -N "$host" "$port" --
        times=$seldom try 'nc -N -C' nc-C nc through line nc -N -C "$host" "$port" --
        times=$seldom try 'nc -N over a unix socket' nc-U nc through line nc -N -U "$socket" --
        try 'nc -q0' nc-q0 nc through line nc -q0 "$host" "$port" --
        try 'nc -q0, and no line end' nc-q0-open nc through open_line nc -q0 "$host" "$port" --
        # It waits a second in silence: so all at once.
        at_once=$times try 'nc -w1' nc-w1 nc at_once_through line nc -w1 "$host" "$port" --
    else
        skip 'nc' 'it is not the one of OpenBSD'
    fi
    times=$seldom try 'nc, and /quit' nc-quit nc through quitting nc "$host" "$port" --
    times=$dear try 'ncat' ncat ncat through line ncat "$host" "$port" --
    times=$seldom try 'ncat, and no line end' ncat-open ncat through open_line ncat "$host" "$port" --
    times=$seldom try 'ncat -C' ncat-C ncat through line ncat -C "$host" "$port" --
    times=$dear try 'ncat --send-only' ncat-send-only ncat through line ncat --send-only "$host" "$port" --
    times=$seldom try 'ncat --send-only, and no line end' ncat-send-only-open ncat \
        through open_line ncat --send-only "$host" "$port" --
    times=$seldom try 'ncat -t' ncat-t ncat through line ncat -t "$host" "$port" --
    times=$seldom try 'socat -u' socat-u socat through line socat -u - "TCP:$host:$port" --
    times=$seldom try 'socat -' socat socat through line socat - "TCP:$host:$port" --
    times=$seldom try 'socat -,crnl' socat-crnl socat through line socat - "TCP:$host:$port,crnl" --
    if has_busybox_nc; then
        times=$seldom try 'busybox nc' busybox busybox through line busybox nc "$host" "$port" --
    else
        skip 'busybox nc' 'there is no busybox with nc'
    fi
    times=$seldom try 'bash >/dev/tcp' dev-tcp bash dev_tcp
    times=$seldom try 'bash >/dev/tcp, and no line end' dev-tcp-open bash dev_tcp_open
    times=$seldom try 'CRLF by hand' crlf nc through crlf_line nc -N "$host" "$port" --
    exec {ops}>&-
    stop_daemon
}

on_each_backend
