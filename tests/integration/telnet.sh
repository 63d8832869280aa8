#!/usr/bin/env bash
# telnet itself, at a terminal that expect plays: inetutils', netkit's and busybox's, whichever are there.
. "${BASH_SOURCE%/*}/daemon.sh"

# What each conversation has: "person NAME" starts a client that takes the name, "says" types a line,
# "hears" awaits a text; $escape is what leads to the client's own prompt.
prelude='
    set timeout $env(deadline)
    log_user 1
    match_max 100000

    proc broken {why} {
        puts "\n# $why"
        exit 1
    }
    proc hears {id text} {
        expect {
            -i $id
            -ex $text {}
            timeout { broken "not heard: $text" }
            eof { broken "the client ended before: $text" }
        }
    }
    proc types {id text} {
        send -i $id -- $text
    }
    proc says {id text} {
        types $id "$text\r"
    }
    # What the server sends before it has read an interrupt the client discards, until it is answered: so
    # wait for the answer to something typed after it.
    proc interrupts {id what} {
        types $id $what
        says $id "/version"
        hears $id "-- chatd "
    }
    proc leaves {id} {
        expect {
            -i $id
            eof {}
            timeout { broken "the client does not end" }
        }
    }
    proc person {name} {
        global env
        spawn -noecho {*}$env(client) 127.0.0.1 $env(port)
        hears $spawn_id "/quit leaves."
        says $spawn_id "/nick $name"
        hears $spawn_id "You are now $name."
        return $spawn_id
    }
'

# conversation NAME SCRIPT: one case; what was seen is printed when it fails.  The terminal is one for which the server
# does not begin to edit lines, unless $terminal is another: what is typed while it begins the client may lose.
conversation() {
    local out status
    # Who takes part in the one before may still have the name.
    if ! until_alone; then
        tap 1 "$client: $1" 'the clients of the conversation before are still connected'
        return
    fi
    out=$(client=$client port=$port deadline=$deadline TERM=${terminal-dumb} timeout $((4 * deadline)) \
        expect -c "$prelude $2" </dev/null 2>&1)
    status=$?
    tap "$status" "$client: $1"
    [[ $status == 0 ]] || sed 's/\r$//; s/^/# /' <<<"$out"
}

chats_both_ways='
    set alice [person alice]
    set bob [person bob]
    hears $alice "is now bob"
    says $bob "hello, alice"
    hears $alice "bob: hello, alice"
    says $alice "hello, bob"
    hears $bob "alice: hello, bob"
    says $bob "/msg alice psst"
    hears $alice "\[bob -> you\] psst"
    says $alice "/quit"
    leaves $alice
    hears $bob "alice quit"
'

hears_on_after_ctrl_c='
    set alice [person alice]
    set bob [person bob]
    hears $alice "is now bob"
    interrupts $alice "half a line\003"
    says $bob "do you hear me?"
    hears $alice "bob: do you hear me?"
    says $alice "yes, I do"
    hears $bob "yes, I do"
    interrupts $alice "\003\003"
    says $bob "and now?"
    hears $alice "bob: and now?"
    says $alice "and now, too"
    hears $bob "alice: and now, too"
'

# The letters whose bytes inetutils takes for its special keys, once it is in binary.
writes_cyrillic_after_ctrl_c='
    set alice [person alice]
    set bob [person bob]
    hears $alice "is now bob"
    interrupts $alice "\003"
    says $alice "яКМНх ухо Кот Мир Ü Ã Ú"
    hears $bob "alice: яКМНх ухо Кот Мир Ü Ã Ú"
    says $bob "привет"
    hears $alice "bob: привет"
'

# The client speaks telnet then, and tells the type of its terminal.
is_edited_after_ctrl_c='
    set alice [person alice]
    set bob [person bob]
    hears $alice "is now bob"
    types $alice "half a line\003"
    hears $alice "edited here now"
    hears $alice "#lobby> "
    says $alice "яКМНх"
    hears $bob "alice: яКМНх"
'

# A terminal in CP1251: я is byte 255, which telnet doubles from the beginning, and inetutils strips the others of bit 7
# until it is in binary.
writes_in_a_charset='
    set alice [person alice]
    set bob [person bob]
    hears $alice "is now bob"
    says $alice "/set charset cp1251"
    hears $alice "charset is cp1251"
    fconfigure $alice -encoding binary
    says $alice "\xec\xe5\xed\xff \xff\xec\xe0 \xff\xf1\xed\xee, \x83\x8f\x9a\x9c\x9d"
    hears $bob "alice: меня яма ясно, ѓЏљњќ"
    says $bob "я ясно скажу «да»"
    hears $alice "bob: \xff \xff\xf1\xed\xee \xf1\xea\xe0\xe6\xf3 \xab\xe4\xe0\xbb"
    says $alice "\xff!"
    hears $bob "alice: я!"
'

# Ctrl-D in the middle of a line sends what is typed so far.
drops_the_half_line_at_ctrl_c='
    set alice [person alice]
    set bob [person bob]
    hears $alice "is now bob"
    types $alice "never mind\004"
    interrupts $alice "\003"
    says $alice "good"
    hears $bob "alice: good\r\n"
    types $alice "never mind\004"
    types $alice "\003"
    types $alice "\004"
    leaves $alice
    hears $bob "alice quit"
'

leaves_with_ctrl_d='
    set alice [person alice]
    set bob [person bob]
    says $alice "bye"
    hears $bob "alice: bye"
    types $alice "\004"
    leaves $alice
    hears $bob "alice quit"
'

asks_whether_anybody_is_there='
    set alice [person alice]
    types $alice "\035"
    hears $alice "telnet>"
    says $alice "send ayt"
    hears $alice "yes, chatd is here"
    says $alice "/time"
    hears $alice "-- 20"
'

sends_synch_and_break='
    set alice [person alice]
    set bob [person bob]
    hears $alice "is now bob"
    foreach what {synch brk ip abort} {
        types $alice "\035"
        hears $alice "telnet>"
        interrupts $alice "send $what\r"
        says $bob "after $what"
        hears $alice "bob: after $what"
        says $alice "$what is done"
        hears $bob "alice: $what is done\r\n"
    }
'

# A terminal takes no more than 4 KiB at once, so the lines are short.
pastes_sixty_lines='
    set alice [person alice]
    set bob [person bob]
    hears $alice "is now bob"
    set paste ""
    for {set i 1} {$i <= 60} {incr i} {
        append paste "pasted line $i\r"
    }
    types $alice $paste
    for {set i 1} {$i <= 60} {incr i} {
        hears $bob "alice: pasted line $i\r\n"
    }
    says $alice "/quit"
    leaves $alice
'

run_client() {
    client=$1
    conversation 'people chat both ways' "$chats_both_ways"
    if iconv -f CP1251 -t UTF-8 </dev/null &>/dev/null; then
        conversation 'letters of another charset go both ways' "$writes_in_a_charset"
    else
        skip "$client: another charset" 'there is no converter for CP1251'
    fi
    case $client in
    busybox*) # Ctrl-C and Ctrl-] lead to a menu of its own, Ctrl-D ends it by itself
        return
        ;;
    esac
    conversation 'Ctrl-C makes nobody deaf or dumb' "$hears_on_after_ctrl_c"
    conversation 'every letter arrives whole after Ctrl-C' "$writes_cyrillic_after_ctrl_c"
    # A terminal in which names have no colours.
    terminal=vt220 conversation 'lines are edited after Ctrl-C' "$is_edited_after_ctrl_c"
    conversation 'Ctrl-C drops the half line that Ctrl-D has sent' "$drops_the_half_line_at_ctrl_c"
    conversation 'Ctrl-D on an empty line leaves' "$leaves_with_ctrl_d"
    conversation 'send ayt is answered' "$asks_whether_anybody_is_there"
    conversation 'send synch, brk, ip and abort leave no trace' "$sends_synch_and_break"
}

run_tests() {
    local found=''
    if ! command -v expect >/dev/null; then
        skip 'telnet at a terminal' 'there is no expect'
        return
    fi
    # The flood settings are those that everybody has: a person does not notice them.  Each change of name is told: not
    # together with the joins and quits of a second, in which one conversation may end and the next one begin.
    start_daemon -o rooms.fold_above=0 || {
        tap 1 'the daemon starts'
        return
    }
    for client in telnet inetutils-telnet telnet.netkit 'busybox telnet'; do
        # Debian's alternatives may make "telnet" one of the others.
        if [[ $client == *' '* ]]; then
            busybox telnet --help >/dev/null 2>&1 || continue
        elif ! command -v "$client" >/dev/null ||
            [[ " $found " == *" $(readlink -f "$(command -v "$client")") "* ]]; then
            continue
        fi
        found="$found $(readlink -f "$(command -v "${client%% *}")")"
        run_client "$client"
    done
    if [[ -n $found ]]; then
        client=telnet
        ! command -v telnet >/dev/null ||
            conversation 'a paste of sixty lines arrives whole' "$pastes_sixty_lines"
    else
        skip 'telnet at a terminal' 'there is no telnet'
    fi
    stop_daemon
}

on_each_backend
