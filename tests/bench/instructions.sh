#!/usr/bin/env bash
# How many instructions chatd itself, without the kernel, spends on one delivery: a room of 500, 32 messages
# in flight.
#
#   tests/bench/instructions.sh [--top N] [--messages N] [--receivers N] [--ignored N] [--store] [--check]
#
# Two runs under callgrind that differ only in how many messages are said, one of N and one of 3 N; what the
# longer one needs more is divided by what it delivers more, so that start, logins and end fall out.  One
# member says all 32 in one write and the next 32 when all have got them, so that each turn of the loop does
# the same: the count repeats within a few parts in ten thousand for one compiler, on any machine.
#
# Prints instructions-per-delivery=X, and where they are: the functions by their own instructions.
#
# --ignored N: each member ignores N of the others, and is ignored by as many, who do not get what is said.  What a line
# costs is divided by the members all the same.
#
# --store: each line is kept in a database too; what its thread spends is not counted, since the loop does not wait
# for it.
#
# --check fails when that is over a tenth more than instructions.txt has, with --ignored over a half more, and
# with --store when it is over 3 % more than without, which is measured too. It ends with 77, saying so, where the
# compiler or its flags are others than those the record is of, or valgrind is missing. Whoever changes the figure
# for a good reason writes the new one there.
set -u

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
build=${BUILD:-$root/build}
chatd=${CHATD:-$build/chatd}
load=${LOAD:-$build/tests/bench/load}
top=25 messages=1600 receivers=500 ignored=0 store='' check=''
while [[ $# -gt 0 ]]; do
    case $1 in
    --top) top=$2; shift 2 ;;
    --messages) messages=$2; shift 2 ;;
    --receivers) receivers=$2; shift 2 ;;
    --ignored) ignored=$2; shift 2 ;;
    --store) store=1; shift ;;
    --check) check=1; shift ;;
    *) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p;}' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
    esac
done
if ! command -v valgrind >/dev/null; then
    echo 'instructions.sh: valgrind is not here (the package valgrind has it)' >&2
    exit 77
fi
. "$here/servers.sh"

# of_build NAME: what configure found; the compiler's own line without the name it was called by.
of_build() {
    sed -n "s/^S\\[\"$1\"\\]=\"\\(.*\\)\"\$/\\1/p" "$build/config.status"
}
recorded() {
    sed -n "s/^$1=//p" "$here/instructions.txt"
}
# shellcheck disable=SC2046
compiler=$($(of_build CC) --version | sed -n '1s/^[^ ]* //p')
flags=$(of_build CFLAGS)
if [[ -n $check && "$compiler, $flags" != "$(recorded compiler), $(recorded flags)" ]]; then
    echo "skipped: the record is of $(recorded compiler) with $(recorded flags), this is $compiler with $flags"
    exit 77
fi

pid=
scratch=$(mktemp -d)
trap '[[ -z $pid ]] || kill -KILL "$pid" 2>/dev/null; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

# shellcheck disable=SC2046
$(of_build CC) -shared -fPIC -O2 -o "$scratch/slowclock.so" "$here/slowclock.c" || exit

# run MESSAGES: leaves callgrind's counts in $scratch/MESSAGES.
run() {
    local port line
    chatd_ini 0 >"$scratch/chatd.ini"
    if [[ -n $store ]]; then
        rm -f "$scratch"/chatd.db*
        printf '[store]\npath = %s\n' "$scratch/chatd.db" >>"$scratch/chatd.ini"
    fi
    : >"$scratch/log"
    LD_PRELOAD=$scratch/slowclock.so \
        valgrind --tool=callgrind ${store:+--separate-threads=yes} --callgrind-out-file="$scratch/$1" \
        "$chatd" -c "$scratch/chatd.ini" \
        >>"$scratch/log" 2>&1 </dev/null &
    pid=$!
    # It chooses a port that is free, and says so when it gets there.
    port=''
    while [[ -z $port ]] && IFS= read -r line; do
        [[ $line != *' listening address='* ]] || port=${line##*:}
    done < <(tail -n +1 -f --pid="$pid" "$scratch/log")
    "$load" --wire chatd --port "$port" --pid "$pid" --receivers "$receivers" --ignored "$ignored" \
        --window 32 --senders 1 --warm 320 --messages "$1" >"$scratch/said" || { cat "$scratch/log" >&2; exit 1; }
    kill -TERM "$pid"
    wait "$pid"
    pid=
    [[ -z $store ]] || mv "$scratch/$1-01" "$scratch/$1" # the loop's thread
}

total() {
    sed -n 's/^\(summary\|totals\): *\([0-9]*\).*/\2/p' "$1" | head -1
}

# "count function" a line, by the function's own instructions.
functions() {
    callgrind_annotate --auto=no --threshold=100 "$1" | awk '
        $1 ~ /^[0-9,]+$/ && /:/ {
            count = $1
            gsub(/,/, "", count)
            sub(/^[^)]*\) */, "")
            sub(/ \[[^]]*\]$/, "")
            sub(/^[^ ]*:/, "")
            own[$0] += count
        }
        END { for (f in own) print own[f], f }'
}

deliveries=$((2 * messages * receivers))
# measure: leaves the figure in $count.
measure() {
    run "$messages"
    run $((3 * messages))
    count=$(awk -v a="$(total "$scratch/$messages")" -v b="$(total "$scratch/$((3 * messages))")" -v n="$deliveries" \
        'BEGIN { printf "%.2f", (b - a) / n }')
}

if [[ -n $check && -n $store ]]; then
    store='' measure
    without=$count
    echo "without a store: $without"
fi
measure
echo "instructions-per-delivery=$count"
echo "compiler: $compiler, $flags"
if [[ -n $check ]]; then
    most=1.1 was=$(recorded instructions-per-delivery)
    [[ $ignored == 0 ]] || most=1.5
    [[ -z $store ]] || most=1.03 was=$without
    awk -v is="$count" -v most=$most -v was="$was" 'BEGIN {
        printf "held against: %s, which makes %.3f\n", was, is / was
        exit !(is > 0 && is <= most * was)
    }'
    exit
fi
functions "$scratch/$messages" >"$scratch/short"
functions "$scratch/$((3 * messages))" | awk -v n="$deliveries" -v top="$top" -v short="$scratch/short" '
    BEGIN {
        while ((getline <short) > 0) {
            count = $1
            sub(/^[0-9]+ /, "")
            before[$0] = count
        }
    }
    {
        count = $1
        sub(/^[0-9]+ /, "")
        printf "%9.2f  %s\n", (count - before[$0]) / n, $0
    }' | sort -rn | head -"$top"
