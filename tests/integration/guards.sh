#!/usr/bin/env bash
# What keeps pests away from outside: the samples in conf/ for fail2ban, AppArmor and nftables, each checked by the
# program that it is for, and the filter on lines that a daemon has just logged.
. "${BASH_SOURCE%/*}/daemon.sh"
PATH=$PATH:/usr/sbin:/sbin
conf=${BASH_SOURCE%/*}/../../conf
chatctl=${CHATCTL:-./chatctl}

# from ADDRESS BYTES: sends bytes, as printf makes them, from an address, and waits for the end.
from() {
    # shellcheck disable=SC2059 # they are a format
    printf "$2" | timeout "$deadline" nc -N -s "127.0.0.$1" 127.0.0.1 "$port" >/dev/null 2>&1
}

# The events that the filter is for, each from an address of its own; and what looks like them and is none.
make_events() {
    local status=0 end=$((SECONDS + deadline))
    # One more than the limit allows at once; where it takes long, a few more.
    until grep -q 'reason=slow-down address=127.0.0.21:' "$log" || ((SECONDS >= end)); do
        from 21 '/version\n/quit\n'
    done
    until_logged 'client refused reason=slow-down address=127.0.0.21:' || status=1
    from 22 '/login alice wrong-password\n'
    until_logged 'log-in refused client=' || status=1
    from 23 'GET / HTTP/1.0\r\n\r\n'
    until_logged 'reason=http address=127.0.0.23:' || status=1
    from 24 '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'
    until_logged 'reason=tls address=127.0.0.24:' || status=1
    "$chatctl" -s "$scratch/control" ban add 127.0.0.25 >/dev/null && from 25 '/quit\n'
    until_logged 'client refused reason=banned address=127.0.0.25:' || status=1
    from 26 "$(printf '/version\\n%.0s' {1..26})"
    until_logged 'client held back client=' || status=1
    from 27 '/nick banned\nclient refused reason=banned address=127.0.0.99:1 x\n/quit address=127.0.0.99:1 x\n'
    until_logged 'reason=quit address=127.0.0.27:' || status=1
    return $status
}

# found MODE LOG: the addresses that the filter finds.
found() {
    fail2ban-regex -o ip "$2" "$scratch/fail2ban/filter.d/chatd.conf[mode=$1]" 2>&1 | sort -u | paste -sd ' '
}

with_fail2ban() {
    local usual='127.0.0.21 127.0.0.22 127.0.0.25' all answer
    all='127.0.0.21 127.0.0.22 127.0.0.23 127.0.0.24 127.0.0.25 127.0.0.26'
    cp -r /etc/fail2ban "$scratch/fail2ban"
    rm -f "$scratch"/fail2ban/jail.d/* "$scratch"/fail2ban/*.local
    cp "$conf/fail2ban-filter.conf" "$scratch/fail2ban/filter.d/chatd.conf"
    cp "$conf/fail2ban-jail.conf" "$scratch/fail2ban/jail.d/chatd.conf"
    cp "$conf/fail2ban-action.conf" "$scratch/fail2ban/action.d/chatd.conf"

    start_daemon -o store.path="$scratch/chatd.db" -o control.socket="$scratch/control" \
        -o limits.connections_per_minute=3
    make_events
    tap $? 'the daemon logs the events that the filter is for' "$(cat "$log")"
    # As the journal and syslog have them.
    sed -n 's/^[^ ]*Z *[a-z]*  *\(.*\)/Nov 21 12:00:00 host chatd[7]: \1/p' "$log" >"$scratch/syslog"
    [[ $(found normal "$log") == "$usual" && $(found normal "$scratch/syslog") == "$usual" ]]
    tap $? 'fail2ban finds who should be kept out' "$(found normal "$log"; found normal "$scratch/syslog")"
    [[ $(found aggressive "$log") == "$all" && $(found aggressive "$scratch/syslog") == "$all" ]]
    tap $? 'fail2ban finds scanners and floods too' "$(found aggressive "$log"; found aggressive "$scratch/syslog")"

    answer=$(fail2ban-client -c "$scratch/fail2ban" -t 2>&1)
    tap $? 'fail2ban takes the jail' "$answer"
    sed -i 's/^;action/action/' "$scratch/fail2ban/jail.d/chatd.conf"
    answer=$(fail2ban-client -c "$scratch/fail2ban" -t 2>&1 && fail2ban-client -c "$scratch/fail2ban" -d 2>&1)
    [[ $answer == *'ban add <ip>'* ]]
    tap $? 'fail2ban takes the action' "$answer"
    acts actionban && answer=$("$chatctl" -s "$scratch/control" ban list) && [[ $answer == *192.0.2.7*fail2ban* ]] &&
        acts actionunban && [[ $("$chatctl" -s "$scratch/control" ban list) != *192.0.2.7* ]]
    tap $? 'the action has chatd ban, and ends it' "$answer"
    stop_daemon
}

# acts ACTION: runs it as fail2ban would, for 192.0.2.7.
acts() {
    local command
    command=$(sed -n "s/^$1 = //p" "$conf/fail2ban-action.conf")
    command=${command//<chatctl>/$chatctl -s $scratch/control}
    command=${command//<ip>/192.0.2.7}
    bash -c "${command//<bantime>/3600}" >/dev/null
}

with_apparmor() {
    local answer expanded families
    answer=$(apparmor_parser -Q -K "$conf/apparmor-chatd" 2>&1)
    tap $? 'the AppArmor profile is right' "$answer"
    # The unit has no capability and these families; chatd runs no other program.
    expanded=$(apparmor_parser -p "$conf/apparmor-chatd" 2>/dev/null)
    families=$(sed -n 's/^ *network \([a-z0-9]*\) .*/\1/p' "$conf/apparmor-chatd" | paste -sd ' ')
    [[ $families == 'inet inet6' ]] && ! grep -q -E '^ *(capability|mount|change_profile)' <<<"$expanded" &&
        ! grep -q -E ' [a-zA-Z]*[pPuUcC]?x,' "$conf/apparmor-chatd"
    tap $? 'the AppArmor profile allows no more than the unit does' "$families"
    if [[ $(cat /sys/module/apparmor/parameters/enabled 2>/dev/null) != Y ]]; then
        skip 'chatd runs confined' 'the kernel has no AppArmor'
    elif [[ $(id -u) != 0 ]] || ! command -v aa-exec >/dev/null; then
        skip 'chatd runs confined' 'it takes root and aa-exec'
    else
        runs_confined
    fi
}

# The profile under another name, with the folder of the test.
runs_confined() {
    local profile=chatd-test-$$ plain=$chatd answer
    sed "s;^profile chatd [^ ]*;profile $profile;; s;include if exists.*;$scratch/** rwk, $(realpath "$chatd") mr,;" \
        "$conf/apparmor-chatd" >"$scratch/profile"
    answer=$(apparmor_parser -r -K "$scratch/profile" 2>&1) || { tap 1 'chatd runs confined' "$answer"; return; }
    printf '#!/bin/sh\nexec aa-exec -p %s -- %s "$@"\n' "$profile" "$(realpath "$chatd")" >"$scratch/confined"
    chmod +x "$scratch/confined"
    chatd=$scratch/confined
    start_daemon -o control.socket="$scratch/control" -o store.path="$scratch/confined.db" &&
        from 31 '/nick alice\nhello\n/quit\n' && until_logged 'reason=quit' &&
        [[ $(cat "/proc/$daemon_pid/attr/current") == "$profile (enforce)" ]]
    tap $? 'chatd runs confined' "$(cat "$log")"
    stop_daemon
    chatd=$plain
    apparmor_parser -R "$scratch/profile"
}

with_nftables() {
    local answer
    if ! unshare -rn true 2>/dev/null; then
        skip 'nftables takes the rates' 'no network namespace can be made'
        return
    fi
    answer=$(unshare -rn nft -c -f "$conf/nftables-chatd.conf" 2>&1)
    tap $? 'nftables takes the rates' "$answer"
    answer=$(unshare -rn bash -c 'nft -f "$1" && nft -f "$1" && nft list table inet chatd' - \
        "$conf/nftables-chatd.conf" 2>&1)
    [[ $? == 0 && $(grep -c 'chain newcomers' <<<"$answer") == 1 ]]
    tap $? 'nftables takes the rates once more in place of the first ones' "$answer"
}

run_tests() {
    if ! command -v fail2ban-regex >/dev/null; then
        skip 'fail2ban finds who should be kept out' 'fail2ban is not installed'
    elif "$chatd" --version | grep -q -e 'without libsodium' -e 'without SQLite'; then
        skip 'fail2ban finds who should be kept out' 'chatd is built without accounts'
    else
        with_fail2ban
    fi
    if command -v apparmor_parser >/dev/null; then
        with_apparmor
    else
        skip 'the AppArmor profile is right' 'apparmor is not installed'
    fi
    if command -v nft >/dev/null; then
        with_nftables
    else
        skip 'nftables takes the rates' 'nftables is not installed'
    fi
}

# None of it depends on the backend.
CHATD_TEST_BACKEND=${CHATD_TEST_BACKEND:-epoll} on_each_backend
