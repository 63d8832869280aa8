#!/usr/bin/env bash
# Measures what chatd costs, beside other servers and beside the least that the kernel asks for: BENCHMARKS.md
# tells how and what it means.  make bench runs it.
#
#   tests/bench/bench.sh [--quick] [--rounds N] [--seconds S] [--loads 'A B'] [--servers 'A B'] [--spin]
#                        [--pair BUILD]
#
# --loads takes names and patterns: room-32 burst-32 room-4 room-1 rate-100 rooms-100x10 half-0
# half-250 growth-10 ... growth-10000 idle-1000 ... idle-19000 paste tls-room-32 tls-burst-32 tls-room-1
# tls-idle-1000 store uring writers; --servers floor chatd ngircd inspircd redis.
# --quick: one round, half a second each, without the largest rooms and crowds.  Writes results.txt, table.txt,
# table.svg and results.html, which has both, into build/bench.  It fetches nothing: setup.sh does that.
#
# --pair BUILD: instead, this build of chatd and another, a program or the folder that it was built in, in alternating
# rounds: the ratio of each round, its median and how far the rounds lie apart.  So a change is judged on a machine that
# does other work too; five rounds if nothing else is said.  Writes pair.txt.
set -u

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
export BUILD=${BUILD:-$root/build}
export OUT=$BUILD/bench
export CHATD=${CHATD:-$BUILD/chatd} FLOOR=${FLOOR:-$BUILD/tests/bench/floor} PEERS=${PEERS:-$OUT/peers}
load=${LOAD:-$BUILD/tests/bench/load}
. "$here/servers.sh"

rounds='' seconds=1.5 loads='*' servers=$SERVERS quick='' spin=''
export PAIR=''
while [[ $# -gt 0 ]]; do
    case $1 in
    --quick) quick=1 rounds=1 seconds=0.5; shift ;;
    --rounds) rounds=$2; shift 2 ;;
    --seconds) seconds=$2; shift 2 ;;
    --loads) loads=$2; shift 2 ;;
    --servers) servers=$2; shift 2 ;;
    --spin) spin=--spin; shift ;;
    --pair) PAIR=$2 servers='chatd pair'; shift 2 ;;
    *) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p;}' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
    esac
done

[[ ! -d $PAIR ]] || PAIR=$PAIR/chatd
if [[ -n $PAIR && ! -x $PAIR ]]; then
    echo "bench.sh: there is no program $PAIR" >&2
    exit 2
fi
[[ -n $rounds ]] || rounds=$([[ -n $PAIR ]] && echo 5 || echo 3)

# A load, which servers, in how many rounds (all: 0), and what load is told.  few: without those that would
# take minutes; flood: chatd alone, under its flood limits; tls: in clear and over TLS.  The IRC servers tell
# each newcomer's coming to all in the room, however many; ngIRCd goes through all who are connected for each newcomer.
all_loads() {
    cat <<'END_OF_LOADS'
room-32        all   0  --receivers 500 --window 32
burst-32       all   0  --receivers 500 --window 32 --senders 1
room-4         all   0  --receivers 500 --window 4
room-1         all   0  --receivers 500 --window 1
rate-100       all   0  --receivers 500 --rate 100 --window 4
rooms-100x10   all   0  --rooms 100 --receivers 10 --window 4
half-0         all   0  --receivers 250 --window 32
half-250       all   0  --receivers 250 --window 32 --stuck 250 --warm 10000
growth-10      all   0  --receivers 10 --window 4 --senders 1
growth-100     all   0  --receivers 100 --window 4 --senders 1
growth-1000    all   0  --receivers 1000 --window 4 --senders 1
growth-10000   few   0  --receivers 10000 --window 4 --senders 1
idle-1000      all   0  --idle 1000
idle-5000      all   1  --idle 5000
idle-10000     all   1  --idle 10000
idle-19000     few   1  --idle 19000
paste          flood 0  --receivers 1000 --paste 60 --seconds 6
tls-room-32    tls   0  --receivers 500 --window 32
tls-burst-32   tls   0  --receivers 500 --window 32 --senders 1
tls-room-1     tls   0  --receivers 500 --window 1
tls-idle-1000  tls   0  --idle 1000
END_OF_LOADS
}

is_wanted() {
    local pattern
    set -f
    for pattern in $loads; do
        # Unquoted on purpose: a pattern.
        # shellcheck disable=SC2053
        [[ $1 == $pattern ]] && { set +f; return 0; }
    done
    set +f
    return 1
}

# With --quick, unless asked for by name.
is_too_much() {
    [[ -n $quick && $loads == '*' && $1 == @(growth-10|growth-?000|growth-10000|idle-5000|idle-1?000) ]]
}

# What load is told for the sake of one server: InspIRCd lets people in once a second, all who wait; and
# the idle stand in one room, but those of the IRC servers in rooms of 100.
for_server() {
    case $1 in
    inspircd) echo '--at-once 2000' ;;
    *-tls | *-tls-2) echo '--tls' ;;
    esac
    case $1,$2 in
    ngircd*,*idle-* | inspircd,idle-*) echo '--receivers 100' ;;
    *,*idle-*) echo '--receivers 0' ;;
    esac
}

# in_turn WHICH: the servers of a load in this round; of a pair, the one that was the second is the first now.
in_turn() {
    if [[ $1 == flood ]]; then
        [[ $here_servers != *' chatd'* || -n $PAIR ]] || echo chatd-flood
    elif [[ $1 == tls ]]; then
        echo "$here_tls"
    elif [[ -n $PAIR && $((round % 2)) == 0 ]]; then
        echo 'pair chatd'
    else
        echo "$here_servers"
    fi
}

# ---- one run -------------------------------------------------------------------------------------

server_pid=
stop_server() {
    [[ -n $server_pid ]] || return 0
    # A server with thousands of connections may take its time to say goodbye to each.
    kill -KILL "$server_pid" 2>/dev/null
    wait "$server_pid" 2>/dev/null
    server_pid=
}

scratch=$(mktemp -d)
trap 'stop_server; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

# pinned CORE COMMAND...: without a core, wherever.
pinned() {
    local core=$1
    shift
    if [[ -n $core ]]; then
        exec taskset -c "$core" "$@"
    fi
    exec "$@"
}

# How long the turns of chatd's loop took, by its metrics at the port $METRICS.
turns() {
    local metrics
    exec {metrics}<>"/dev/tcp/127.0.0.1/$METRICS" || return 0
    printf 'GET /metrics HTTP/1.0\r\n\r\n' >&"$metrics"
    awk '
        /^chatd_turn_seconds_bucket/ && match($1, /le="[^"]*"/) {
            bound[n] = substr($1, RSTART + 4, RLENGTH - 5)
            below[n++] = $2
        }
        /^chatd_turn_seconds_sum/ { sum = $2 }
        /^chatd_turn_seconds_count/ { count = $2 }
        END {
            for (i = 0; i < n && below[i] < 0.99 * count; i++) { }
            # Evenly within the bucket.
            low = i > 0 ? bound[i - 1] : 0
            under = i > 0 ? below[i - 1] : 0
            if (count > 0 && bound[i] != "+Inf")
                printf "turns=%d turn_mean_us=%.1f turn_p99_us=%.0f", count, 1e6 * sum / count,
                    1e6 * (low + (bound[i] - low) * (0.99 * count - under) / (below[i] - under))
        }' <&"$metrics"
    exec {metrics}>&-
}

# run_one LOAD SERVER LOAD-ARGUMENTS: a line of results.
run_one() {
    local name=$1 server=$2 core=$server_core port result
    shift 2
    # Two writers are there to use two cores.
    [[ $server != *-2 ]] || core=''
    mkdir -p "$scratch/$server"
    port=$("$load" --free-port)
    (pinned "$core" bash -c '. "$0"; server_exec "$@"' "$here/servers.sh" "$server" "$port" \
        "$scratch/$server") >"$scratch/$server.log" 2>&1 </dev/null &
    server_pid=$!
    # The shell that writes the configuration becomes the server; load measures from when that listens.
    # shellcheck disable=SC2046
    result=$(pinned "$load_core" "$load" --wire "$(wire_of "$server")" --port "$port" --pid "$server_pid" \
        --seconds "$seconds" $spin "$@" $(for_server "$server" "$name") 2>&1) ||
        result="failed=1 ${result//$'\n'/; }"
    [[ -z ${METRICS-} ]] || result+=" $(turns)"
    stop_server
    echo "round=$round load=$name server=$server $result"
}

# ---- all runs ------------------------------------------------------------------------------------

if [[ ! -x $load || ! -x $FLOOR || ! -x $CHATD ]]; then
    echo 'bench.sh: the programs are not built; make bench does that first' >&2
    exit 1
fi
mkdir -p "$OUT"
ulimit -n "$(ulimit -Hn)"
cores=$(taskset -cp $$ 2>/dev/null | sed 's/.*: //; s/[,-]/ /g')
server_core=${cores%% *} load_core=${cores##* }
if [[ $server_core == "$load_core" ]]; then
    echo 'bench.sh: there is one core, or no taskset: server and load share it' >&2
    server_core='' load_core=''
fi

# those_here SERVERS: and says which are not.
those_here() {
    local server
    for server in $1; do
        if is_here "$server"; then
            printf ' %s' "$server"
        else
            echo "bench.sh: $server is skipped: $(why_not "$server")" >&2
        fi
    done
}
here_servers=$(those_here "$servers")
here_tls=
for server in $here_servers; do
    [[ -n $PAIR ]] || here_tls+=$(those_here "$(beside_tls "$server")")
done

{
    echo "# $(uname -sr), $(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
    echo "# server on core ${server_core:-any}, load on core ${load_core:-any}," \
        "$rounds rounds of $seconds s${spin:+, spinning}"
    for server in $here_servers $([[ $here_tls != *haproxy* ]] || echo haproxy); do
        version=$(version_of "$server")
        [[ -z $version ]] || echo "# $server: $version"
    done
    # What else the machine does is seen here: the figures of a busy one are worth little.
    echo "# load average before: $(cut -d' ' -f1-3 /proc/loadavg)"
} | tee "$OUT/results.txt"
for ((round = 1; round <= rounds; round++)); do
    while read -r -u 3 name which max arguments; do
        if ! is_wanted "$name" || [[ $max != 0 && $round -gt $max ]] || is_too_much "$name"; then
            continue
        fi
        for server in $(in_turn "$which"); do
            [[ $which != few || $(wire_of "$server") != irc || $server,$name == inspircd,idle-* ]] || continue
            # shellcheck disable=SC2086
            run_one "$name" "$server" $arguments | tee -a "$OUT/results.txt" >&2
        done
    done 3< <(all_loads)
done

# ratios BASE KEY DECIMALS WHAT: a table of results, against the base that ratios.awk tells of.
ratios() {
    grep -v 'failed=1' |
        awk -f "$here/results.awk" -f "$here/ratios.awk" -v base="$1" -v key="$2" -v decimals="$3" -v what="$4"
}

if [[ -n $PAIR ]]; then
    {
        ratios pair cpu_per_delivery_us 3 'us of CPU' <"$OUT/results.txt"
        ratios pair p50_us 1 'p50, us' <"$OUT/results.txt"
        ratios pair p99_us 1 'p99, us' <"$OUT/results.txt"
        ratios pair rss_per_member 0 'bytes each' <"$OUT/results.txt"
        ratios pair login_us 1 'us to log in' <"$OUT/results.txt"
        grep 'failed=1' "$OUT/results.txt"
    } | tee "$OUT/pair.txt"
    ! grep -q 'failed=1' "$OUT/results.txt"
    exit
fi

# The store by itself: no server, no load.  Then whether the loop notices that it has one.  Into the folder of the
# results, since /tmp may be no disk.
store=$BUILD/tests/bench/store
if [[ -x $store ]] && is_wanted store; then
    {
        for rate in 0 50000; do
            { "$store" --folder "$OUT" --rate "$rate" ${quick:+--seconds 1} || echo failed=1; } 2>&1 |
                sed "s/^/store rate=$rate /"
        done
        METRICS=$("$load" --free-port)
        export METRICS
        for ((round = 1; round <= rounds; round++)); do
            for server in chatd chatd-store; do
                run_one rate-100 "$server" --receivers 500 --rate 100 --window 4
                run_one burst-32 "$server" --receivers 500 --window 32 --senders 1
            done
        done
    } | tee "$OUT/store.txt"
    ! grep -q 'failed=1' "$OUT/store.txt" || exit 1
fi

# io_uring against send(), and both against the floor, which calls send().
if is_wanted uring; then
    for ((round = 1; round <= rounds; round++)); do
        for server in floor chatd chatd-uring; do
            run_one room-1 "$server" --receivers 500 --window 1
            run_one rate-100 "$server" --receivers 500 --rate 100 --window 4
            run_one room-32 "$server" --receivers 500 --window 32
        done
    done >"$OUT/uring.txt"
    ratios floor cpu_per_delivery_us 3 'us of CPU' <"$OUT/uring.txt"
    grep 'failed=1' "$OUT/uring.txt"
    ! grep -q 'failed=1' "$OUT/uring.txt" || exit 1
fi

# Several threads that write, against one: neither is pinned to a core.
writers=$BUILD/tests/bench/writers
if [[ -x $writers ]] && is_wanted writers; then
    { "$writers" ${quick:+--members '20 500' --rounds 50} || echo failed=1; } 2>&1 | tee "$OUT/writers.txt"
    ! grep -q 'failed=1' "$OUT/writers.txt" || exit 1
fi

# over_tls KEY DECIMALS WHAT: the results over TLS, against those of the same server in clear.
over_tls() {
    grep ' load=tls-' "$OUT/results.txt" | ratios clear "$@"
}

rm -f "$OUT/table.dat" "$OUT/table.svg"
{
    awk -f "$here/results.awk" -f "$here/table.awk" -v plot="$OUT/table.dat" "$OUT/results.txt"
    over_tls cpu_per_delivery_us 3 'us of CPU'
    over_tls rss_per_member 0 'bytes each'
    over_tls login_us 1 'us to log in'
} | tee "$OUT/table.txt"
if gnuplot=$(binary gnuplot || binary gnuplot-nox) && [[ -s $OUT/table.dat ]]; then
    LD_LIBRARY_PATH=$(library_path)${LD_LIBRARY_PATH-} "$gnuplot" \
        -e "data='$OUT/table.dat'; picture='$OUT/table.svg'" "$here/plot.gp" &&
        echo "the plot: $OUT/table.svg"
else
    echo 'bench.sh: no plot: gnuplot is not here (tests/bench/setup.sh fetches it)' >&2
fi

# escaped: for HTML.
escaped() {
    sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g'
}
{
    cat <<'END_OF_PAGE'
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>What chatd costs</title>
<style>body { font-family: sans-serif; margin: 2em; } pre { font-size: 90%; overflow-x: auto; }</style></head>
<body><h1>What chatd costs</h1><h2>Medians</h2><pre>
END_OF_PAGE
    escaped <"$OUT/table.txt"
    echo '</pre>'
    if [[ -s $OUT/table.svg ]]; then
        echo '<h2>CPU per delivery, relative to the floor</h2>'
        sed '/^<?xml/d; /^<!DOCTYPE/,/>$/d' "$OUT/table.svg"
    fi
    echo '<h2>Each run</h2><pre>'
    escaped <"$OUT/results.txt"
    echo '</pre></body></html>'
} >"$OUT/results.html"
echo "the page: $OUT/results.html"
! grep -q 'failed=1' "$OUT/results.txt"
