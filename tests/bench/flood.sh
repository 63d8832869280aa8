#!/usr/bin/env bash
# Shows what people who are in notice of a flood at the door: how long a message takes to all of its room, quietly and
# while a crowd comes.  BENCHMARKS.md has the table.
#
#   tests/bench/flood.sh [--rounds N] [--seconds S] [--rate N] [--kinds 'A B']
#
# A room of 50 hears 200 messages a second, at chatd's default limits but for those of 127.0.0.1, which is exempt.
# flood.c tells what each kind does; near is reset from four addresses, most of which is refused.  Prints a row for each
# kind, of the round whose p99 is in the middle: the times of messages, how busy chatd was, how many connections came a
# second, and how many were refused.  FLOOD_UNDER='chrt -f 5' runs the flood under another command.
set -u

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
build=${BUILD:-$root/build}
chatd=${CHATD:-$build/chatd} load=${LOAD:-$build/tests/bench/load} flood=${FLOOD:-$build/tests/bench/flood}
rounds=3 seconds=3 rate=20000 kinds='go reset near hold drip'

while [[ $# -gt 0 ]]; do
    case $1 in
    --rounds) rounds=$2; shift 2 ;;
    --seconds) seconds=$2; shift 2 ;;
    --rate) rate=$2; shift 2 ;;
    --kinds) kinds=$2; shift 2 ;;
    *) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p;}' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
    esac
done

scratch=$(mktemp -d) || exit 1
server=''
stop() {
    [[ -z $server ]] || { kill "$server"; wait "$server"; } 2>/dev/null
    server=''
}
trap 'stop; rm -rf "$scratch"' EXIT

value() {
    sed -n "s/.*\\b$1=\\([^ ]*\\).*/\\1/p" "$2"
}

start() {
    port=$("$load" --free-port)
    "$chatd" -o "server.listen=127.0.0.1:$port" -o server.default_room= -o limits.exempt=127.0.0.1 \
        -o flood.lines_per_second=0 -o "metrics.listen=unix:$scratch/metrics" -o store.path= 2>"$scratch/log" &
    server=$!
    for ((i = 0; i < 100; i++)); do
        grep -q ' ready ' "$scratch/log" && return
        sleep 0.1
    done
    cat "$scratch/log" >&2
    exit 1
}

metric() {
    curl -s --unix-socket "$scratch/metrics" http://localhost/metrics |
        awk -v name="$1" 'index($1, name) == 1 { sum += $2 } END { printf "%d\n", sum }'
}

# A kind, and what flood is told for it: far more are held than silent_clients lets in; and a crowd from one /24.
flood_options() {
    case $1 in
    hold) echo '--kind hold --held 9000' ;;
    near) echo '--kind reset --nets 1 --hosts 4' ;;
    *) echo "--kind $1" ;;
    esac
}

# One round: its row.
round() {
    local kind=$1 came='' refused longer
    longer=$(awk "BEGIN { print $seconds + 3 }") # than the messages take
    start
    if [[ $kind != quiet ]]; then
        # Unquoted on purpose: several words.
        # shellcheck disable=SC2046
        ${FLOOD_UNDER-} "$flood" --port "$port" $(flood_options "$kind") --rate "$rate" \
            --seconds "$longer" >"$scratch/flood" &
        came=$!
    fi
    "$load" --wire chatd --port "$port" --pid "$server" --receivers 50 --rate 200 --window 4 --warm 200 \
        --seconds "$seconds" >"$scratch/load" || exit 1
    refused=$(metric chatd_refused_total)
    [[ -z $came ]] || wait "$came"
    printf '%-7s %8s %8s %8s %8s %6s %9s %9s\n' "$kind" "$(value p50_us "$scratch/load")" \
        "$(value p99_us "$scratch/load")" "$(value p999_us "$scratch/load")" "$(value max_us "$scratch/load")" \
        "$(value busy "$scratch/load")" \
        "$([[ -z $came ]] && echo - || value per_s "$scratch/flood")" "$refused"
    stop
}

printf '%-7s %8s %8s %8s %8s %6s %9s %9s\n' flood p50_us p99_us p999_us max_us busy conn/s refused
for kind in quiet $kinds; do
    for ((n = 0; n < rounds; n++)); do
        round "$kind"
    done | sort -n -k3 | sed -n "$(((rounds + 1) / 2))p"
done
