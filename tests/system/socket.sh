#!/usr/bin/env bash
# Socket activation: systemd listens, and chatd comes when somebody does.
. "${BASH_SOURCE%/*}/system.sh"

v6=::1
[[ -e /proc/net/if_inet6 ]] || v6=127.0.0.1 # a machine without it

first_connection_starts_it() {
    local where
    for where in '127.0.0.1 4000' "$v6 4000" '-U /run/chatd.sock'; do
        fresh
        systemctl start chatd.socket
        is "nothing runs before somebody comes" "$(of chatd ActiveState)" inactive
        # shellcheck disable=SC2086
        ok "the first to come to $where is answered" answers $where
        ok 'by chatd, which runs now' until_true eval '[[ $(of chatd ActiveState) == active ]]'
    done
}

all_of_them_talk_to_each_other() {
    systemctl start chatd.socket
    person four 127.0.0.1 4000
    person six $v6 4000
    person file -U /run/chatd.sock
    ok 'IPv4 and IPv6 are one server' chats four six 'from four'
    ok 'and the unix socket' chats file four 'from the file'
    is 'whose file is for everybody' "$(stat -c '%F %a' /run/chatd.sock)" 'socket 666'
    ok 'they know the address of a newcomer' until_true in_journal 'client connected.*address=127.0.0.1:'
}

sockets_take_the_place_of_listen() {
    settings <<<$'[server]\nlisten = 127.0.0.1:4444'
    systemctl start chatd.socket chatd
    ok 'with the sockets of chatd.socket' answers
    answers 127.0.0.1 4444 >/dev/null 2>&1
    is 'server.listen is not opened' "$?" 1
    ok 'and the log says so' until_true in_journal 'server.listen'
    settings <<<$'[server]\nlisten = 127.0.0.1:4445'
    ok 'a reload changes nothing of it' systemctl reload chatd
    ok 'and says so' until_true in_journal 'server.listen.*no effect|has no effect option=server.listen'
    ok 'the sockets stay' answers
}

nobody_is_refused_during_a_restart() {
    local pid
    systemctl start chatd.socket chatd
    pid=$(of chatd MainPID)
    kill -9 "$pid"
    ok 'killed,' until_true has_ended "$pid"
    ok 'it keeps who comes waiting, and answers' answers
    is 'after one restart' "$(of chatd NRestarts)" 1
    ok 'a restart by hand' systemctl restart chatd
    ok 'leaves the file where it is' answers -U /run/chatd.sock
}

# has_ended PID: nobody can be connected to it any more.
has_ended() {
    [[ ! -e /proc/$1/exe ]]
}

stopped_it_comes_again() {
    systemctl start chatd.socket chatd
    systemctl stop chatd 2>/dev/null
    is 'stopped' "$(of chatd ActiveState)" inactive
    ok 'it is started again by the next to come' answers -U /run/chatd.sock
}

low_port() {
    drop_in chatd.socket <<<$'[Socket]\nListenStream=127.0.0.1:23'
    systemctl start chatd.socket
    ok 'a port below 1024 works' answers 127.0.0.1 23
}

names_say_whose_they_are() {
    cat >/run/systemd/system/chatd-more.socket <<'END'
[Socket]
ListenStream=/run/chatd-more.sock
FileDescriptorName=more
Service=chatd.service
END
    systemctl daemon-reload
    systemctl start chatd.socket chatd-more.socket
    ok 'a second unit adds to the sockets' answers -U /run/chatd-more.sock
    ok 'of the first' answers
}

# Somebody who waited on would have it started again at once, and it cannot start.
wrong_settings_turn_newcomers_away() {
    local said
    settings <<<$'[limits]\nclients = many'
    systemctl start chatd.socket
    said=$(timeout 60 nc 127.0.0.1 4000 </dev/null 2>&1)
    has 'with wrong settings a newcomer is told to come later' "$said" '^!! server-full: '
    said=$(timeout 60 nc -U /run/chatd.sock </dev/null 2>&1)
    has 'at the unix socket too' "$said" '^!! server-full: '
    ok 'each of them has one start fail' until_true sub_state_is chatd failed
    is 'and no more' "$(($(logged | grep -c 'clients: "many"') <= 3))" 1
    ok 'the sockets stay open' until_true sub_state_is chatd.socket listening
    : | settings
    ok 'put right, the next to come is answered' answers
    settings <<<$'[log]\ntarget = file\nfile = /no/such/folder/log'
    systemctl stop chatd 2>/dev/null
    said=$(timeout 60 nc 127.0.0.1 4000 </dev/null 2>&1)
    has 'so it is where what the settings name cannot be had' "$said" '^!! server-full: '
    # Who is told so is told while that start is under way, and a start by hand would be one with it.
    ok 'by a start that fails' until_true sub_state_is chatd failed
    settings <<<$'[server]\nlisten = 127.0.0.1:4444'
    ok 'a start by hand' systemctl start chatd
    ok 'serves at the sockets' answers -U /run/chatd.sock
}

# A chatd that cannot even look at its settings leaves newcomers waiting.
starts_without_end_are_given_up() {
    # So many attempts in so long a time are counted: here in any.
    drop_in chatd.socket <<<$'[Socket]\nTriggerLimitIntervalSec=1h\nTriggerLimitBurst=5'
    drop_in chatd.service <<END
[Service]
ExecStart=
ExecStart=$sbindir/chatd --no-such-option
END
    systemctl start chatd.socket
    nc -N 127.0.0.1 4000 </dev/null >/dev/null 2>&1 &
    ok 'after some failed starts the sockets are given up' until_true sub_state_is chatd.socket failed
    is 'and not many' "$(($(logged | grep -c 'no-such-option') <= 6))" 1
    wait $!
    rm /run/systemd/system/chatd.service.d/*.conf
    systemctl daemon-reload
    systemctl reset-failed
    ok 'put right, they are opened again' systemctl restart chatd.socket
    ok 'and work' answers
}

# As after the Debian package has started the service, and an administrator wants the sockets.
enabled_it_takes_over_from_a_running_chatd() {
    local pid
    settings <<<$'[server]\nlisten = *:4000, 127.0.0.1:4444'
    systemctl start chatd
    pid=$(of chatd MainPID)
    person alice
    ok 'the sockets are enabled and started while chatd runs' systemctl enable --now chatd.socket
    is 'they are open' "$(of chatd.socket ActiveState)" active
    ok 'people were told' hears alice 'shutdown: '
    ok 'who comes to them is answered' answers -U /run/chatd.sock
    ok 'at the same port too' answers
    has 'chatctl status tells where it listens' "$(chatctl status)" \
        'unix:/run/chatd.sock for people, socket people of the service manager$'
    has 'and what is configured' "$(chatctl status)" 'unix:/run/chatd/control for control, as configured$'
    is 'and nothing else' "$(chatctl status | grep -cE ' for (people|metrics|control), ')" 3
    is 'by a chatd that was started with them' "$(($(of chatd MainPID) != pid))" 1
    answers 127.0.0.1 4444 >/dev/null 2>&1
    is 'and opens nothing else' "$?" 1
    ok 'a second time nothing happens' systemctl enable --now chatd.socket
    ok 'disabled and stopped, they are gone' systemctl disable --now chatd.socket
    systemctl restart chatd
    ok 'and chatd listens by itself again' answers 127.0.0.1 4444
}

# given_up: chatd.socket is, once enough have come.
given_up() {
    timeout 10 nc -N 127.0.0.1 4000 </dev/null >/dev/null 2>&1
    sub_state_is chatd.socket failed
}

# A chatd without them would listen elsewhere, and only its log would tell.
enabled_they_come_with_the_service() {
    systemctl enable chatd.socket chatd.service 2>/dev/null
    settings <<<$'[server]\nlisten = 127.0.0.1:4444'
    ok 'enabled, they are opened with the service' systemctl start chatd
    ok 'which serves at them' answers -U /run/chatd.sock
    settings <<<$'[limits]\nclients = few'
    systemctl restart chatd 2>/dev/null
    drop_in chatd.socket <<<$'[Socket]\nTriggerLimitIntervalSec=1h\nTriggerLimitBurst=1'
    systemctl restart chatd.socket
    until_true given_up
    is 'given up after failed starts' "$(of chatd.socket SubState)" failed
    settings <<<$'[server]\nlisten = 127.0.0.1:4444'
    ok 'they are opened again with the service' systemctl start chatd
    ok 'and it serves at them' answers -U /run/chatd.sock
    systemctl stop chatd.socket chatd
    mkdir /run/chatd.sock
    systemctl start chatd 2>/dev/null
    is 'when they cannot be opened, the service does not start' "$? $(of chatd ActiveState)" '1 inactive'
    rmdir /run/chatd.sock
    systemctl disable chatd.socket chatd.service 2>/dev/null
}

each first_connection_starts_it all_of_them_talk_to_each_other sockets_take_the_place_of_listen \
    enabled_it_takes_over_from_a_running_chatd enabled_they_come_with_the_service \
    nobody_is_refused_during_a_restart stopped_it_comes_again low_port names_say_whose_they_are \
    wrong_settings_turn_newcomers_away starts_without_end_are_given_up
fresh
finish
