# shellcheck shell=bash
# What the tests under a systemd of one's own share; sourced by each of them, first of all.
#
# Outside, this runs the test again under with-systemd.sh.  Inside, it gives the test TAP, settings, and people
# who chat.  chatd is installed and stopped, on its defaults; "fresh" makes it so again.  Nothing here sleeps for
# a time: it awaits what is to come, for no longer than $deadline seconds.
set -u
export LC_ALL=C.UTF-8 SYSTEMD_PAGER='' SYSTEMD_COLORS=0

if [[ -z ${io-} ]]; then
    exec bash "${BASH_SOURCE%/*}/with-systemd.sh" bash "$0"
fi

. "${BASH_SOURCE[0]%/*}/../tap.sh"
deadline=120
scratch=$(mktemp -d)

# ---- results ----

# ok NAME COMMAND...: good when COMMAND succeeds.
ok() {
    local name=$1 said status
    shift
    said=$("$@" 2>&1)
    status=$?
    tap "$status" "$name" "$*: $status: $said"
}

# is NAME GOT WANTED
is() {
    [[ $2 == "$3" ]]
    tap $? "$1" "wanted: $3"$'\n'"got: $2"
}

# has NAME TEXT PATTERN: good when PATTERN, an extended regular expression, matches a line of TEXT.
has() {
    grep -qE -e "$3" <<<"$2"
    tap $? "$1" "wanted: $3"$'\n'"got: $2"
}

finish() {
    if [[ $failures != 0 ]]; then
        echo '# ---- the journal ----'
        journalctl -q --no-pager -o short-precise -u 'chatd*' -n 60 | sed 's/^/# /'
    fi
    tap_end
    exit
}

# until_true COMMAND...: runs COMMAND again until it succeeds; fails at the deadline.
until_true() {
    local end=$((SECONDS + deadline))
    until "$@" >/dev/null 2>&1; do
        if ((SECONDS >= end)); then
            echo "not within $deadline seconds: $*"
            return 1
        fi
        sleep 0.02
    done
}

# ---- settings and units ----

# settings [UNIT]: the ini of chatd, or of an instance, is what standard input says.
settings() {
    cat >"$confdir/${1:-chatd}.ini"
}

# drop_in UNIT: adds to a unit, until the next "fresh", what standard input says.
drop_in() {
    drop_ins=$((drop_ins + 1))
    mkdir -p "/run/systemd/system/$1.d"
    cat >"/run/systemd/system/$1.d/$drop_ins.conf"
    systemctl daemon-reload
}
drop_ins=10

# of UNIT PROPERTY
of() {
    systemctl show -P "$2" "$1"
}

sub_state_is() {
    [[ $(of "$1" SubState) == "$2" ]]
}

# fresh: all is stopped, undone and forgotten.
fresh() {
    people_leave
    systemctl stop 'chatd*.socket' 'chatd*.service' 2>/dev/null
    rm -rf /run/systemd/system/chatd* /var/log/chatd* /var/lib/chatd*/chatd.db*
    systemctl daemon-reload
    systemctl reset-failed
    : | settings
}

# each TEST...: one after the other, each from a fresh start.
each() {
    local test
    for test in "$@"; do
        echo "# $test"
        fresh
        "$test"
    done
}

# logged: what the journal has of chatd, once all that was sent to it has got there.
logged() {
    journalctl --sync
    journalctl -q --no-pager -o cat -u chatd
}

# in_journal PATTERN
in_journal() {
    grep -qE -e "$1" <<<"$(logged)"
}

# status: systemctl's, with what was logged so far.
status() {
    journalctl --sync
    systemctl -n 1000 status chatd # a journal that fell behind is not in order
}

# was_restarted [TIMES]: by systemd, of its own accord.
was_restarted() {
    (($(of chatd NRestarts) >= ${1:-1}))
}

# ---- people ----

declare -A mouth
trap : PIPE # who says something to somebody who is gone is not to end for it

# person NAME [ARGUMENT OF nc...]: connects, and is NAME; to 127.0.0.1 4000 unless told otherwise.
person() {
    local name=$1 fd
    shift
    [[ $# -gt 0 ]] || set -- 127.0.0.1 4000
    rm -f "$scratch/$name.in"
    mkfifo "$scratch/$name.in"
    : >"$scratch/$name.out"
    nc "$@" <"$scratch/$name.in" >"$scratch/$name.out" 2>&1 &
    nc_of[$name]=$!
    exec {fd}>"$scratch/$name.in"
    mouth[$name]=$fd
    says "$name" "/nick $name"
    hears "$name" "You are now $name"
}
declare -A nc_of

says() {
    echo "$2" >&"${mouth[$1]}"
}

# hears NAME TEXT: waits until TEXT has come.
hears() {
    until_true grep -qF -e "$2" "$scratch/$1.out" || {
        cat "$scratch/$1.out"
        return 1
    }
}

# chats FROM TO TEXT: what one says the other hears.
chats() {
    says "$1" "$3" && hears "$2" "$1: $3"
}

# is_here NAME: the connection stands.
is_here() {
    kill -0 "${nc_of[$1]}" 2>/dev/null
}

people_leave() {
    local name
    for name in "${!mouth[@]}"; do
        eval "exec ${mouth[$name]}>&-"
        kill -KILL "${nc_of[$name]}" 2>/dev/null
        wait "${nc_of[$name]}" 2>/dev/null
    done
    mouth=()
    nc_of=()
}

# answers [ARGUMENT OF nc...]: somebody is greeted.
answers() {
    [[ $# -gt 0 ]] || set -- 127.0.0.1 4000
    timeout "$deadline" nc -N "$@" <<<'/quit' 2>&1 | grep -F -e '-- Welcome'
}
