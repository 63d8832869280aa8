#!/usr/bin/env bash
# What an administrator does with the service: chatctl, reloads, the journal, the other places for the log.
. "${BASH_SOURCE%/*}/system.sh"

control=/run/chatd/control

# as USER COMMAND...: with the groups that USER is in.
as() {
    local user=$1
    shift
    setpriv --reuid "$user" --regid "$user" --init-groups "$@"
}

prepare() {
    useradd -M -G chatd test-member
    useradd -M test-stranger
}

chatctl_is_for_root_and_the_group() {
    systemctl start chatd
    person alice
    is 'the control socket is for chatd and its group' "$(stat -c '%U:%G %a' $control)" 'chatd:chatd 660'
    has 'root sees who is there' "$(chatctl clients)" 'alice'
    has 'and so does a member of the group' "$(as test-member chatctl clients)" 'alice'
    as test-stranger chatctl clients >"$scratch/stranger" 2>&1
    is 'a stranger does not' "$? $(grep -c alice "$scratch/stranger")" '3 0'
    has 'and is told who does' "$(cat "$scratch/stranger")" ' the members of the group chatd '
    # A hash takes threads and memory, and locks some of it.
    if grep -q '^with libsodium' <<<"$(chatd --version)" && grep -q '^with SQLite' <<<"$(chatd --version)"; then
        has 'the sandbox allows accounts' "$(as test-member chatctl account add carol 2>&1)" 'carol has an account'
        has 'which the list has' "$(chatctl account list)" ' carol$'
    fi
    ok 'a member kicks' as test-member chatctl kick alice 'enough'
    ok 'and it is told' hears alice 'enough'
    settings <<<$'[control]\ngroup = chatd'
    ok 'the group may be named in the settings too' systemctl restart chatd
    settings <<<$'[control]\ngroup = no-such-group'
    systemctl restart chatd 2>/dev/null
    is 'a group that does not exist is a wrong setting' "$? $(of chatd SubState) $(of chatd NRestarts)" '1 failed 0'
}

reload_tells_what_came_of_it() {
    systemctl start chatd
    settings <<<$'[limits]\nnick_chars = 7\n[server]\nlisten = 127.0.0.1:4005\nevent_backend = poll'
    ok 'a reload works' systemctl reload chatd
    ok 'the journal has what changed' until_true in_journal 'limits.nick_chars: 24 -> 7'
    ok 'and what needs a restart' until_true in_journal 'server.event_backend.*restart'
    ok 'it listens where the settings say now' answers 127.0.0.1 4005
    answers 127.0.0.1 4000 >/dev/null 2>&1
    is 'and no longer where they said' "$?" 1
    settings <<<$'[limits]\nnick_chars = -7'
    is 'chatctl check' "$(chatctl check >/dev/null 2>&1; echo $?)" 1
    systemctl reload chatd 2>"$scratch/reload"
    is 'a refused one fails' "$?" 1
    has 'systemctl status shows why' "$(status)" 'chatctl.*chatd.ini:2: limits.nick_chars: '
    has 'and that it was the reload' "$(status)" 'ExecReload=.* status=1'
    is 'the old settings hold' "$(chatctl config limits.nick_chars | grep -c ' = 7 ')" 1
}

drain_and_stop() {
    systemctl start chatd
    person alice
    ok 'it takes no more newcomers' chatctl drain
    answers >/dev/null 2>&1
    is 'whom the system refuses' "$?" 1
    has 'who is there stays' "$(chatctl clients)" alice
    ok 'systemctl status says so' until_true status_says 'draining: no newcomers are taken'
    ok 'drain off takes them again' chatctl drain off
    ok 'newcomers' answers
    ok 'chatctl stop' chatctl stop
    ok 'stops the service' until_true sub_state_is chatd dead
    ok 'and people are told' hears alice 'shutdown: '
    is 'it stays down' "$(of chatd Result)" success
}

status_says() {
    systemctl status chatd | grep -E "Status: .*$1"
}

instances_have_their_own() {
    settings a <<<$'[server]\nlisten = 127.0.0.1:4001'
    systemctl start chatd@a chatd
    person alice 127.0.0.1 4001
    is 'chatctl -i speaks to an instance' "$(chatctl -i a clients | grep -c alice)" 1
    is 'and without it to the other' "$(chatctl clients | grep -c alice)" 0
    has 'members of the group may too' "$(as test-member chatctl -i a clients)" alice
    ok 'an instance reloads' systemctl reload chatd@a
}

# field NAME VALUE: what the journal has of it, a line each.
field() {
    journalctl --sync
    journalctl -q --no-pager -o json -u chatd "$1=$2"
}

journal_has_fields() {
    local line
    systemctl start chatd
    person alice
    says alice '/join #ops'
    hears alice '#ops' >/dev/null
    says alice '/quit'
    ok 'a close is found by its reason' until_true eval 'field CHATD_REASON quit | grep -q alice'
    line=$(field CHATD_REASON quit | grep alice)
    has 'with the number of the client' "$line" '"CHATD_CLIENT":"1"'
    has 'their address' "$line" '"CHATD_ADDRESS":"127.0.0.1:[0-9]+"'
    has 'their room' "$line" '"CHATD_ROOM":"#ops"'
    has 'the priority' "$line" '"PRIORITY":"6"'
    has 'the program' "$line" '"SYSLOG_IDENTIFIER":"chatd"'
    has 'and the unit' "$line" '"_SYSTEMD_UNIT":"chatd.service"'
    is 'all of one client are found by its number' "$(($(field CHATD_CLIENT 1 | wc -l) >= 2))" 1
}

# log_in_file PATH [UNIT]: settings for it.
log_in_file() {
    settings "${2-chatd}" <<<$'[log]\ntarget = file\nfile = '"$1"
}

log_goes_where_it_is_sent() {
    local log=/var/log/chatd/chatd.log
    log_in_file $log
    ok 'the log goes to a file' systemctl start chatd
    ok 'below /var/log' until_true grep -q ' ready ' $log
    is 'that its group reads, and nobody else' "$(stat -c '%U:%G %a' $log)" 'chatd:chatd 640'
    has 'members of the group do' "$(as test-member cat $log)" ' ready '
    is 'a stranger does not' "$(as test-stranger cat $log 2>&1 | grep -c ' ready ')" 0
    mv $log $log.1
    ok 'chatctl reopen works, for the group too' as test-member chatctl reopen
    ok 'and the file is there again' until_true test -e $log
    is 'for the group too' "$(stat -c '%U:%G %a' $log)" 'chatd:chatd 640'
    mv $log $log.1
    systemctl kill -s USR1 chatd
    ok 'a signal does the same' until_true test -e $log
    log_in_file /var/lib/chatd/chatd.log
    systemctl restart chatd
    ok 'the log may be among the state too' until_true grep -q ' ready ' /var/lib/chatd/chatd.log
    settings <<<$'[log]\ntarget = syslog'
    systemctl restart chatd
    ok 'syslog' until_true eval 'journalctl -q -u chatd _TRANSPORT=syslog | grep -q " ready "'
    settings <<<$'[log]\ntarget = stderr'
    systemctl restart chatd
    ok 'standard error' until_true eval 'journalctl -q -u chatd _TRANSPORT=stdout | grep -q " ready "'
}

an_instance_has_a_log_folder_of_its_own() {
    log_in_file /var/log/chatd-a/chatd.log a
    ok 'an instance starts with its log in a file' systemctl start chatd@a
    ok 'below /var/log' until_true grep -q ' ready ' /var/log/chatd-a/chatd.log
    has 'that the group reads too' "$(as test-member cat /var/log/chatd-a/chatd.log)" ' ready '
    rm "$confdir/a.ini"
}

# The snippet that was installed, where a logrotate that knows only /etc finds it.
logrotate_moves_logs_and_has_them_opened_anew() {
    local log=/var/log/chatd/chatd.log of_a=/var/log/chatd-a/chatd.log said
    local files='chatd.log chatd.log.1 chatd.log.2 chatd.log.3'
    if ! PATH=$PATH:/usr/sbin command -v logrotate >/dev/null; then
        skip 'logrotate moves the logs' 'logrotate is not installed'
        return
    fi
    log_in_file $log
    log_in_file $of_a a
    printf '[server]\nlisten = 127.0.0.1:4001\n' >>"$confdir/a.ini"
    systemctl start chatd chatd@a
    ln -sf "$sysconfdir/logrotate.d/chatd" "$scratch/snippet"
    for _ in 1 2 3; do
        ok 'logs are written' until_true eval "grep -q . $log && grep -q . $of_a"
        said=$(PATH=$PATH:/usr/sbin logrotate -f -s "$scratch/rotated" "$scratch/snippet" 2>&1)
        is 'logrotate has nothing to complain of' "$?: $said" '0: '
        ok 'a file is there anew' until_true eval "test -e $log && test -e $of_a"
        systemctl reload chatd chatd@a # which is logged
    done
    is 'and those before it, of each server' "$(cd /var/log && ls chatd chatd-a | xargs)" \
        "chatd: $files chatd-a: $files"
    systemctl stop chatd chatd@a
    rm "$confdir/a.ini"
    said=$(PATH=$PATH:/usr/sbin logrotate -f -s "$scratch/rotated" "$scratch/snippet" 2>&1)
    is 'nor when no server runs' "$?: $said" '0: '
}

# Half an hour off all that a machine may have, so that it does not come out right by chance.
time_zone_of_a_drop_in_holds() {
    if [[ ! -e /usr/share/zoneinfo/Asia/Kolkata ]]; then
        skip 'TZ= in a drop-in' 'tzdata is not installed'
        return
    fi
    drop_in chatd.service <<<$'[Service]\nEnvironment=TZ=Asia/Kolkata'
    systemctl start chatd
    person alice && person bob
    says alice '/set time on'
    hears alice 'time is on' >/dev/null
    ok 'somebody asks' chats bob alice 'how late is it?'
    has 'in the zone that TZ= of a drop-in names' "$(grep -F 'how late' "$scratch/alice.out")" \
        "$(TZ=Asia/Kolkata date -d '-1 min' +%H:%M)|$(TZ=Asia/Kolkata date +%H:%M)"
}

control_on_a_socket_of_the_manager() {
    cat >/run/systemd/system/chatd-control.socket <<'END'
[Socket]
ListenStream=/run/by-systemd/control
SocketMode=0660
SocketGroup=chatd
FileDescriptorName=control
Service=chatd.service
END
    systemctl daemon-reload
    systemctl start chatd-control.socket chatd
    ok 'server.listen holds, when no socket is for people' answers
    has 'a member of its group may use it' "$(as test-member chatctl -s /run/by-systemd/control status)" serving
    is 'a stranger may not' "$(as test-stranger chatctl -s /run/by-systemd/control status 2>&1 | grep -c serving)" 0
    is 'and the option has opened none' "$(test -e $control; echo $?)" 1
}

# example N: the N-th example of chatd.ini(5) that has a unix socket in it, as it is written there.
example() {
    awk -v n="$1" '
        /^\.Bd -literal/ { text = ""; on = 1; next }
        /^\.Ed/ { if (on && text ~ /unix:/ && --n == 0) printf "%s", text; on = 0 }
        on { text = text $0 "\n" }' "$top_srcdir/man/chatd.ini.5"
}

unix_sockets_are_for_people() {
    local sock=/run/chatd/chatd.sock n
    ip address add 192.168.1.10/32 dev lo
    for n in 1 2; do
        fresh
        example "$n" | settings
        has "example $n of the manual has a unix socket" "$(<"$confdir/chatd.ini")" "unix:$sock"
        ok 'it starts with it' systemctl start chatd
        has 'and a stranger talks there' "$(as test-stranger nc -N -U $sock <<<'/quit' 2>&1)" 'Welcome'
    done
    settings <<<$'[server]\nlisten = *:4000, unix:'$sock$',mode=0660,group=chatd\n[metrics]\nlisten = '"unix:$sock.m"
    ok 'a reload narrows it to a group' systemctl reload chatd
    is 'in place' "$(stat -c '%U:%G %a' $sock)" 'chatd:chatd 660'
    has 'whose members talk' "$(as test-member nc -N -U $sock <<<'/quit' 2>&1)" 'Welcome'
    as test-stranger nc -N -U $sock <<<'/quit' >/dev/null 2>&1
    is 'and strangers do not' "$?" 1
    has 'the metrics can be read by strangers' \
        "$(as test-stranger nc -N -U $sock.m <<<$'GET /metrics HTTP/1.0\r\n\r' 2>&1)" '^chatd_clients '
}

prepare
each chatctl_is_for_root_and_the_group reload_tells_what_came_of_it drain_and_stop instances_have_their_own \
    journal_has_fields log_goes_where_it_is_sent an_instance_has_a_log_folder_of_its_own \
    logrotate_moves_logs_and_has_them_opened_anew time_zone_of_a_drop_in_holds control_on_a_socket_of_the_manager \
    unix_sockets_are_for_people
fresh
finish
