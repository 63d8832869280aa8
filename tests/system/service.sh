#!/usr/bin/env bash
# The service starts, stays up, is reloaded and stopped.
. "${BASH_SOURCE%/*}/system.sh"

# Each of these begins with "fresh".
started_when_ready() {
    ok 'it starts' systemctl start chatd
    ok 'and answers at once' answers
    is 'as the user chatd' "$(ps -o user= -p "$(of chatd MainPID)")" chatd
    # Where the machine itself allows less, the process has less.
    is 'with descriptors for 100,000 clients' "$(($(of chatd LimitNOFILE) >= 100000 + 320))" 1
}

people_stay_over_a_reload() {
    local pid
    settings <<<$'[limits]\nnick_chars = 20'
    systemctl start chatd
    pid=$(of chatd MainPID)
    person alice && person bob
    ok 'two people chat' chats alice bob 'before the reload'

    settings <<<$'[limits]\nnick_chars = 7'
    ok 'a reload with one limit changed works' systemctl reload chatd
    says alice '/nick eightlong'
    ok 'it is in force when systemctl returns' hears alice '7'
    ok 'they go on to chat' chats bob alice 'after the reload'

    settings <<<$'[limits]\nnick_chars = 7\nno_such_limit = 1'
    systemctl reload chatd >"$scratch/reload" 2>&1
    is 'a reload of wrong settings fails' "$?" 1
    ok 'the journal tells why' until_true in_journal 'no_such_limit'
    is 'and chatd runs on' "$(of chatd ActiveState)/$(of chatd SubState)" active/running
    ok 'with everybody in it' chats alice bob 'after the wrong settings'

    settings <<<$'[limits]\nnick_chars = 20'
    ok 'right settings work again' systemctl reload chatd
    is 'all in one process' "$(of chatd MainPID)" "$pid"
    is 'nobody had to come again' "$(is_here alice && is_here bob && echo here)" here
}

descriptors() {
    find "/proc/$(of chatd MainPID)/fd" -type l | wc -l
}

reloads_leak_nothing() {
    local before
    systemctl start chatd
    person alice
    systemctl reload chatd
    before=$(descriptors)
    for _ in {1..20}; do
        systemctl reload chatd || break
    done
    # The connection of the last one may be there for a moment yet, each time.
    ok '20 reloads leak no descriptor' until_true has_descriptors "$before"
}

# has_descriptors N: not more.
has_descriptors() {
    (($(descriptors) <= $1))
}

stop_tells_people() {
    systemctl start chatd
    person alice
    ok 'it stops' systemctl stop chatd
    ok 'and people are told' hears alice 'shutdown: '
    is 'without a failure' "$(of chatd Result)" success
    is 'and stays down' "$(of chatd ActiveState)" inactive
    is 'with its runtime folders gone' "$(find /run -maxdepth 1 -name 'chatd*')" ''
}

what_was_said_stays() {
    local folder=/var/lib/chatd
    systemctl start chatd
    person alice
    says alice 'kept over restarts'
    ok 'it stops' systemctl stop chatd
    is 'the database is its own' "$(stat -L -c '%U %a' "$folder/chatd.db")" 'chatd 600'
    is 'and has been closed' "$(cd "$folder" && echo chatd.db*)" chatd.db
    ok 'it starts again' systemctl start chatd
    person bob
    ok 'and tells what was said' hears bob 'kept over restarts'
    kill -9 "$(of chatd MainPID)"
    ok 'killed, it comes back' until_true answers
    person carol
    ok 'and tells it again' hears carol 'kept over restarts'
}

comes_back_after_kill() {
    local pid
    systemctl start chatd
    pid=$(of chatd MainPID)
    kill -9 "$pid"
    ok 'killed, it comes back' until_true answers
    is 'as another process' "$(($(of chatd MainPID) != pid && $(of chatd MainPID) != 0))" 1
    is 'once' "$(of chatd NRestarts)" 1
}

status_line_is_alive() {
    systemctl start chatd
    person alice && person bob
    ok 'systemctl status tells how many are there' until_true status_says '"2 clients, 1 room'
    says alice '/join #else'
    ok 'and goes with them' until_true status_says '"2 clients, 2 rooms'
}

status_says() {
    systemctl status chatd | grep -E -e "^ *Status: $1"
}

# Somebody reads nothing, so that what is queued for them keeps chatd from ending: it asks for the time that
# its settings give it, and gets it.
long_goodbye_is_not_cut_off() {
    local began
    drop_in chatd.service <<<$'[Service]\nTimeoutStopSec=8'
    settings <<<$'[server]\ndrain_seconds = 12\n[flood]\nlines_per_second = 0\n[limits]\nqueue_bytes = 64M'
    systemctl start chatd
    person alice && person sleeper -I 4096 127.0.0.1 4000
    kill -STOP "${nc_of[sleeper]}"
    yes "/me $(printf '%01000d' 0)" 2>/dev/null | head -n 20000 >&"${mouth[alice]}"
    says alice '/time'
    hears alice '-- 20' >/dev/null
    began=$SECONDS
    ok 'it stops' systemctl stop chatd
    is 'not before the time that drain_seconds gives' "$((SECONDS - began >= 11))" 1
    is 'and not by force' "$(of chatd Result)" success
}

watchdog_ends_what_hangs() {
    local pid
    drop_in chatd.service <<<$'[Service]\nWatchdogSec=2'
    systemctl start chatd
    pid=$(of chatd MainPID)
    kill -STOP "$pid"
    ok 'a loop that stands still is noticed' until_true in_journal 'chatd.service: Watchdog timeout'
    ok 'and started again' until_true answers
    ok 'by systemd' was_restarted
    is 'as another process' "$(($(of chatd MainPID) != pid))" 1
}

# is_alive: it has told the service manager that it is, since this was asked the last time.
is_alive() {
    local last=$told
    told=$(of chatd WatchdogTimestampMonotonic)
    [[ $told != "$last" ]]
}

# Asked for more often than it would be missed, so that nothing happens to it when the machine stands still.
what_turns_tells_the_watchdog() {
    local flood told='' i
    drop_in chatd.service <<<$'[Service]\nWatchdogSec=1h\nEnvironment=WATCHDOG_USEC=2000000'
    settings <<<$'[flood]\nlines_per_second = 0'
    systemctl start chatd
    is_alive
    for i in 1 2 3; do
        ok "an idle one tells that it is alive, $i" until_true is_alive
    done
    person alice && person bob
    yes 'a line, and again' >&"${mouth[alice]}" 2>/dev/null &
    flood=$!
    for i in 1 2 3; do
        ok "and so does a busy one, $i" until_true is_alive
    done
    kill "$flood"
    wait "$flood" 2>/dev/null
    ok 'that goes on to work' answers
}

check_is_of_the_installed_file() {
    settings <<<$'[limits]\nclients = 7'
    is 'chatd --check-config names the installed file' "$("$sbindir/chatd" --check-config)" \
        "chatd: $confdir/chatd.ini: the settings are right"
    settings <<<$'[limits]\nclients = many'
    "$sbindir/chatd" --check-config 2>"$scratch/check"
    is 'and does not approve what is wrong in it' "$?" 78
    has 'but tells its line' "$(<"$scratch/check")" "^chatd: $confdir/chatd.ini:2: limits.clients: "
}

wrong_settings_do_not_loop() {
    settings <<<$'[limits]\nclients = many'
    systemctl start chatd 2>"$scratch/start"
    is 'a start with wrong settings fails' "$?" 1
    is 'for good' "$(of chatd ActiveState)/$(of chatd SubState)/$(of chatd NRestarts)" failed/failed/0
    has 'systemctl status shows the line that is wrong' "$(status)" 'chatd.ini:2:.*clients'
    has 'and what it is' "$(status)" 'status=78/CONFIG'
    : | settings
    ok 'put right, it starts' systemctl start chatd
}

# lasts NAME PATTERN: a start with the settings of standard input fails for good, and the status has PATTERN.
lasts() {
    settings
    systemctl start chatd 2>"$scratch/start"
    is "a start with $1 fails for good" "$? $(of chatd SubState) $(of chatd NRestarts)" '1 failed 0'
    has 'with the status of wrong settings' "$(status)" 'status=78/CONFIG'
    has 'and says why' "$(status)" "$2"
    systemctl reset-failed chatd
}

what_can_never_succeed_does_not_loop() {
    lasts 'addresses that overlap' 'which overlap' <<<$'[server]\nlisten = *:4000, 0.0.0.0:4000'
    lasts 'a port that takes a right' 'cannot listen on .*:23: Permission denied' <<<$'[server]\nlisten = *:23'
    lasts 'a folder that is not there' 'is in the folder /srv/none: No such' <<<$'[server]\nlisten = unix:/srv/none/s'
    lasts 'a folder of others' 'Permission denied|Read-only file system' <<<$'[server]\nlisten = unix:/run/s'
    lasts 'a log that cannot be' 'log.file: .*Permission denied|log.file: .*Read-only' \
        <<<$'[log]\ntarget = file\nfile = /usr/lib/chatd.log'
    lasts 'a group that it cannot give' 'control.group: .* Group= of its unit' <<<$'[control]\ngroup = daemon'
    lasts 'a group that it cannot give to people' 'server.listen: .* Group= of its unit' \
        <<<$'[server]\nlisten = unix:/run/chatd/s,group=daemon'
    : | settings
    ok 'put right, it starts' systemctl start chatd
    settings <<<$'[control]\ngroup = daemon\n[limits]\nclients = 5'
    chatctl check >"$scratch/check" 2>&1
    is 'chatctl check does not approve it either' "$? $(grep -c 'control.group: .*Group=' "$scratch/check")" '1 1'
}

wrong_arguments_do_not_loop() {
    drop_in chatd.service <<END
[Service]
ExecStart=
ExecStart=$sbindir/chatd --no-such-option
END
    systemctl start chatd 2>"$scratch/start"
    is 'a start with wrong arguments fails for good' \
        "$?/$(of chatd ActiveState)/$(of chatd SubState)/$(of chatd NRestarts)" 1/failed/failed/0
}

link_local_addresses_have_a_zone() {
    [[ -e /proc/net/if_inet6 ]] || return # a machine without IPv6
    ip address add fe80::7/64 dev lo nodad
    settings <<<$'[server]\nlisten = [fe80::7%lo]:4000'
    ok 'it listens on a link-local address' systemctl start chatd
    ok 'and answers there' answers fe80::7%lo 4000
    ok 'the log names the interface' until_true in_journal 'listening address=.?\[fe80::7%lo\]:4000'
    settings <<<$'[server]\nlisten = [fe80::7%eth7]:4000'
    systemctl restart chatd 2>"$scratch/start"
    is 'an interface that is not there is a failure' "$?" 1
    ok 'that is told' until_true in_journal 'there is no network interface eth7'
    ok 'and tried again, since it may come' until_true was_restarted 1
    settings <<<$'[server]\nlisten = [fe80::7]:4000'
    ok 'without an interface it is wrong' until_true sub_state_is chatd failed
    ok 'which is told too' until_true in_journal 'needs its network interface'
    ip address del fe80::7/64 dev lo
}

taken_address_is_tried_again() {
    local nc
    nc -lk 4000 >/dev/null </dev/null &
    nc=$!
    until_true grep -qE ':0FA0 0+:0000 0A ' /proc/net/tcp # it listens
    systemctl start chatd 2>"$scratch/start"
    is 'a start at a taken address fails' "$?" 1
    ok 'and says why' until_true in_journal 'cannot listen on .*:4000: Address already in use'
    ok 'but is tried again' until_true was_restarted 2
    kill "$nc"
    wait "$nc" 2>/dev/null
    ok 'until it is free' until_true answers
}

each started_when_ready people_stay_over_a_reload reloads_leak_nothing stop_tells_people \
    what_was_said_stays \
    status_line_is_alive long_goodbye_is_not_cut_off comes_back_after_kill watchdog_ends_what_hangs \
    what_turns_tells_the_watchdog check_is_of_the_installed_file wrong_settings_do_not_loop \
    what_can_never_succeed_does_not_loop wrong_arguments_do_not_loop link_local_addresses_have_a_zone \
    taken_address_is_tried_again
fresh
finish
