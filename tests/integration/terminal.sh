#!/usr/bin/env bash
# chatd started by hand at a terminal, which expect plays: it says how to talk, how to end it, and what to do when the
# port is taken; to others it says nothing of it.
. "${BASH_SOURCE%/*}/daemon.sh"

prelude='
    set timeout $env(deadline)
    match_max 100000

    proc broken {why} {
        puts "\n# $why"
        exit 1
    }
    proc shows {pattern} {
        upvar expect_out expect_out
        expect {
            -re $pattern {}
            timeout { broken "not shown: $pattern" }
            eof { broken "ended before: $pattern" }
        }
    }
    proc starts {args} {
        global env
        uplevel 1 [list spawn -noecho $env(chatd) -o server.event_backend=$env(backend) {*}$args]
    }
    proc ends {status} {
        upvar spawn_id spawn_id
        expect {
            eof {}
            timeout { broken "it does not end" }
        }
        if {[lindex [wait] 3] != $status} { broken "its exit status is not $status" }
    }
'

# session NAME SCRIPT: one case; what was seen is printed when it fails.
session() {
    local out status
    out=$(chatd=$chatd backend=$backend deadline=$deadline scratch=$scratch timeout $((4 * deadline)) \
        expect -c "$prelude $2" </dev/null 2>&1)
    status=$?
    tap "$status" "$1" "$out"
}

tells_the_way='
    starts -o server.listen=127.0.0.1:0
    shows {chatd: to talk, type in another terminal: nc 127\.0\.0\.1 ([0-9]+)\r\n}
    set port $expect_out(1,string)
    shows "chatd: only users of this machine reach it; -o server\\.listen=\\*:$port lets others in"
    shows {Ctrl-C ends it}
    # Which the way is.
    set heard [exec bash -c "exec 3<>/dev/tcp/127.0.0.1/$port; echo /quit >&3; cat <&3"]
    if {![string match "*Goodbye, guest1.*" $heard]} { broken "no answer there: $heard" }
    send "\003"
    ends 0
'

tells_who_may_talk='
    starts -o server.listen=*:0
    shows {nc localhost ([0-9]+)\r\n}
    set port $expect_out(1,string)
    shows "chatd: anyone who reaches this port may talk; -o server\\.listen=127\\.0\\.0\\.1:$port keeps others out"
    send "\003"
    ends 0
'

knows_unix_sockets='
    starts -o server.listen=unix:$env(scratch)/$env(backend).sock
    shows "nc -U $env(scratch)/$env(backend).sock\r\n"
    shows {only users of this machine reach it; -o server\.listen=\*:4000 lets others in}
    set first $spawn_id
    starts -o server.listen=unix:$env(scratch)/$env(backend).sock
    shows {Address already in use\r\nchatd: another program serves that socket; server\.listen takes another path\r\n}
    ends 1
    set spawn_id $first
    send "\003"
    ends 0
'

tells_of_another_port='
    starts -o server.listen=127.0.0.1:0
    shows {nc 127\.0\.0\.1 ([0-9]+)\r\n}
    set first $spawn_id
    set port $expect_out(1,string)
    starts -o server.listen=127.0.0.1:$port
    shows {server\.listen: cannot listen on 127\.0\.0\.1:[0-9]+: Address already in use\r\n}
    shows {-o server\.listen=127\.0\.0\.1:500[01] takes another port\r\n}
    ends 1
    starts -o server.listen=*:$port
    shows {-o server\.listen=\*:500[01] takes another port\r\n}
    ends 1
    set spawn_id $first
    send "\003"
    ends 0
'

# Who starts it as root is warned, at a terminal or not.
warns_root_alone() {
    start_daemon || return 1
    if [[ $(id -u) == 0 ]]; then
        grep -q ' warn  runs as root ' "$log"
    else
        ! grep -q 'runs as root' "$log"
    fi
    tap $? 'root is warned, and nobody else'
    ! grep -q -e 'to talk' -e 'Ctrl-C' "$log"
    tap $? 'a log that is no terminal has nothing of it'
    stop_daemon
}

run_tests() {
    if command -v expect >/dev/null; then
        session 'how to talk and how to end it is told' "$tells_the_way"
        session 'it is told that others may talk' "$tells_who_may_talk"
        session 'the way to a unix socket is told' "$knows_unix_sockets"
        session 'it is told how to take another port' "$tells_of_another_port"
    else
        skip 'what is told at a terminal' 'expect is not installed'
    fi
    warns_root_alone
}

on_each_backend
