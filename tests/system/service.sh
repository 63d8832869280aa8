#!/usr/bin/env bash
# The service starts, stays up, is reloaded and stopped.
. "${BASH_SOURCE%/*}/system.sh"

start() {
    systemctl start chatd && until_true answers
}

# Each of these begins with "fresh".
people_stay_over_a_reload() {
    local pid
    settings <<<$'[limits]\nnick_chars = 20'
    start
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
    ok 'the journal tells why' until_true in_journal 'no_such_limit'
    is 'and chatd runs on' "$(of chatd ActiveState)/$(of chatd SubState)" active/running
    ok 'with everybody in it' chats alice bob 'after the wrong settings'

    settings <<<$'[limits]\nnick_chars = 20'
    ok 'right settings work again' systemctl reload chatd
    is 'all in one process' "$(of chatd MainPID)" "$pid"
    is 'nobody had to come again' "$(is_here alice && is_here bob && echo here)" here
}

reloads_leak_nothing() {
    local before after
    start
    person alice
    systemctl reload chatd
    before=$(ls "/proc/$(of chatd MainPID)/fd" | wc -l)
    for _ in {1..20}; do
        systemctl reload chatd || break
    done
    after=$(ls "/proc/$(of chatd MainPID)/fd" | wc -l)
    is '20 reloads leak no descriptor' "$after" "$before"
}

stop_tells_people() {
    start
    person alice
    ok 'it stops' systemctl stop chatd
    ok 'and people are told' hears alice 'shutdown: '
    is 'without a failure' "$(of chatd Result)" success
    is 'and stays down' "$(of chatd ActiveState)" inactive
    is 'with its runtime folders gone' "$(ls -d /run/chatd* 2>&1 | grep -v 'cannot access')" ''
}

comes_back_after_kill() {
    local pid
    start
    pid=$(of chatd MainPID)
    kill -9 "$pid"
    ok 'killed, it comes back' until_true answers
    is 'as another process' "$(($(of chatd MainPID) != pid && $(of chatd MainPID) != 0))" 1
    is 'once' "$(of chatd NRestarts)" 1
}

taken_address_is_tried_again() {
    local nc
    nc -lk 4000 >/dev/null </dev/null &
    nc=$!
    until_true grep -q ':0FA0 ' /proc/net/tcp /proc/net/tcp6
    systemctl start chatd 2>"$scratch/start"
    ok 'a taken address is tried again' until_true sub_state_is chatd auto-restart
    kill "$nc"
    wait "$nc" 2>/dev/null
    ok 'until it is free' until_true answers
}

for test in people_stay_over_a_reload reloads_leak_nothing stop_tells_people \
    comes_back_after_kill taken_address_is_tried_again; do
    echo "# $test"
    fresh
    $test
done
fresh
finish
