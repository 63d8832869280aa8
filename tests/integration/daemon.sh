# shellcheck shell=bash
# What the shell tests share; sourced by each of them: a daemon of one's own, and TAP.
#
# A shell test defines run_tests, and ends with "on_each_backend", which runs it once for each of the
# backends epoll, poll and select, all at once, or on the one that CHATD_TEST_BACKEND names.  What they
# print comes one after the other.
set -u
. "${BASH_SOURCE[0]%/*}/../tap.sh"
export LC_ALL=C.UTF-8

chatd=${CHATD:-./chatd}
deadline=${CHATD_TEST_DEADLINE:-60} # seconds that any wait takes at most
scratch=$(mktemp -d)
main_pid=$BASHPID

# start_daemon ARGUMENT...: starts a daemon, and sets port and daemon_pid when it is ready.
start_daemon() {
    log=$scratch/log.$backend.$cases
    : >"$log"
    "$chatd" -o server.listen=127.0.0.1:0 -o server.name=test -o server.event_backend="$backend" \
        -o limits.connections_per_minute=0 -o limits.clients_per_address=0 "$@" 2>"$log" </dev/null &
    daemon_pid=$!
    local line
    port=''
    # tail ends by itself, whichever of the two ends it.
    while IFS= read -r line; do
        case $line in
        *' listening address='*) [[ -n $port ]] || port=${line##*:} ;;
        *' ready version='*) return 0 ;;
        esac
    done < <(timeout "$deadline" tail -n +1 -f --pid="$daemon_pid" "$log")
    echo "# the daemon did not get ready:"
    sed 's/^/# /' "$log"
    return 1
}

# Stops it, and says whether it ended as it should.
stop_daemon() {
    local status
    kill -TERM "$daemon_pid"
    wait "$daemon_pid"
    status=$?
    [[ $status == 0 ]] && ! grep -q -e Sanitizer -e 'runtime error:' -e 'chatd: bug:' "$log"
    tap $? 'the daemon stops in order'
    if [[ $status != 0 ]]; then
        echo "# its exit status is $status; its log:"
        sed 's/^/# /' "$log"
    fi
}

# until_logged TEXT [COUNT]: waits until the daemon's log has COUNT lines with TEXT, or one.
until_logged() {
    local end=$((SECONDS + deadline))
    until [[ $(grep -c -F -e "$1" "$log") -ge ${2:-1} ]]; do
        ((SECONDS < end)) || return 1
        sleep 0.05
    done
}

# until_alone: waits until nobody is connected, so that the names of those who have left are free.
until_alone() {
    local end=$((SECONDS + deadline)) said
    while ((SECONDS < end)); do
        said=$(exec 9<>"/dev/tcp/127.0.0.1/$port" && echo /quit >&9 && timeout "$deadline" cat <&9)
        [[ $said != *'in #lobby, nobody else is.'* ]] || return 0
        sleep 0.05
    done
    return 1
}

run_on() {
    backend=$1
    echo "# on $backend"
    run_tests
    tap_end
}

on_each_backend() {
    local pids=() status=0 i
    local -a backends
    read -ra backends <<<"${CHATD_TEST_BACKEND:-epoll poll select}"
    for i in "${!backends[@]}"; do
        run_on "${backends[i]}" >"$scratch/out.$i" 2>&1 &
        pids+=($!)
    done
    for i in "${!pids[@]}"; do
        wait "${pids[i]}" || status=1
        cat "$scratch/out.$i"
    done
    exit "$status"
}

# Also in the subshells, which end before it.
trap '[[ $BASHPID != "$main_pid" ]] || rm -rf "$scratch"' EXIT
