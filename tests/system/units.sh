#!/usr/bin/env bash
# The units as they are installed: nothing to complain of, several servers beside each other, and all gone again.
. "${BASH_SOURCE%/*}/system.sh"

systemd_finds_no_fault() {
    local said
    said=$(systemd-analyze verify --man=no chatd.service chatd.socket chatd@some.service \
        chatd-takeover.service chatd-log@chatd.service chatd-user@chatd.service 2>&1)
    is 'systemd-analyze verify prints nothing' "$?: $said" '0: '
    systemctl -q enable chatd.service chatd.socket chatd@some.service
    is 'all can be enabled' "$(systemctl is-enabled chatd.service chatd.socket chatd@some.service | sort -u)" enabled
    systemctl -q disable chatd.service chatd.socket chatd@some.service
}

# Whatever their names are.
servers_beside_each_other() {
    local name
    settings a <<<$'[server]\nname = first\nlisten = 127.0.0.1:4001'
    settings root <<<$'[server]\nname = second\nlisten = 127.0.0.1:4002'
    ok 'three servers start' systemctl start chatd chatd@a chatd@root
    ok 'the one answers' until_true answers 127.0.0.1 4000
    for name in first:4001 second:4002; do
        ok "${name%:*} answers" until_true answers 127.0.0.1 "${name#*:}"
        has 'by its name' "$(answers 127.0.0.1 "${name#*:}")" "Welcome to ${name%:*}"
    done
    for name in a root; do
        is "chatd@$name has a user of its own" \
            "$(ps -o user:32=,group= -p "$(of chatd@$name MainPID)" | xargs)" "chatd-$name chatd"
        is 'a state folder of its own' "$(stat -L -c '%U:%G %a' "/var/lib/chatd-$name")" "chatd-$name:chatd 700"
        is 'and a runtime folder' "$(stat -c '%U:%G %a' "/run/chatd-$name")" "chatd-$name:chatd 755"
    done
    person alice 127.0.0.1 4001
    person bob 127.0.0.1 4002
    ok 'one is stopped' systemctl stop chatd@a chatd
    ok 'and its people told' hears alice 'shutdown: '
    says bob '/time'
    ok 'the other goes on' hears bob '-- 20'
    is 'with its folders' \
        "$(find /run -maxdepth 1 -name 'chatd*' | sort | paste -sd ' ')" '/run/chatd-root /run/chatd-root.root'
}

# Before sysusers.d has been looked at, or where nobody does.
runs_without_a_lasting_user() {
    local users=$scratch/users
    getent -s files passwd chatd >"$users"
    is 'the user has been made at boot' "$(cut -d: -f1 "$users")" chatd
    userdel chatd
    rm -rf /var/lib/private/chatd
    ok 'without it chatd starts too' systemctl start chatd
    is 'as a user that is there for so long' "$(ps -o user= -p "$(of chatd MainPID)")" chatd
    is 'to whom the state belongs' "$(stat -L -c '%U:%G' /var/lib/chatd)" chatd:chatd
    systemctl stop chatd
    ok 'who can be made to last' systemd-sysusers
    ok 'and chatd starts again' systemctl start chatd
    is 'with the state its own' "$(stat -L -c '%U %u' /var/lib/chatd)" \
        "chatd $(getent -s files passwd chatd | cut -d: -f3)"
}

# What an administrator may have made by hand, before sysusers.d was looked at.
starts_with_half_a_user() {
    userdel chatd
    groupdel chatd 2>/dev/null
    groupadd -r chatd
    ok 'with the group alone it starts' systemctl start chatd
    ok 'and answers' answers
    is 'as a user that was made for it' "$(ps -o user= -p "$(of chatd MainPID)")" chatd
    is 'with the group' "$(stat -c '%U:%G' /run/chatd/control)" chatd:chatd
    groupadd -r chatd-half
    settings half <<<$'[server]\nlisten = 127.0.0.1:4001'
    ok 'an instance likewise' systemctl start chatd@half
    ok 'which answers too' answers 127.0.0.1 4001
    systemctl stop chatd chatd@half
    userdel chatd
    groupdel chatd 2>/dev/null
    rm -rf /var/lib/private/chatd /var/lib/chatd
    useradd -r -N -g users chatd
    ok 'with a user of another primary group it starts' systemctl start chatd
    ok 'and answers then' answers
    has 'the journal says what to run' "$(user_said)" 'groupadd -f chatd && usermod -g chatd chatd'
    systemctl stop chatd
    groupadd -f chatd && usermod -g chatd chatd
    rm -rf /var/lib/private/chatd /var/lib/chatd
    journalctl --rotate --vacuum-size=1 >/dev/null 2>&1
    ok 'with that it starts likewise' systemctl start chatd
    ok 'and answers again' answers
    is 'for its group' "$(stat -c '%U:%G %a' /run/chatd/control)" 'chatd:chatd 660'
    is 'with nothing more to say' "$(user_said | grep -c usermod)" 0
    systemctl stop chatd
    rm "$confdir/half.ini"
    userdel chatd
    groupdel chatd 2>/dev/null
    rm -rf /var/lib/private/chatd /var/lib/chatd
    systemd-sysusers
}

user_said() {
    journalctl --sync
    journalctl -q --no-pager -o cat -u chatd-user@chatd
}

# What make install has put there, all of it below the prefix or among the settings.
ours() {
    find "${prefix%/}" "$confdir" -xdev '(' -name 'chatd*' -o -path '*/chatd/*' ')' ! -type d 2>/dev/null |
        grep -vE '/(tests|chatd-probe)' | sort
}

documents_name_the_installed_places() {
    local tree=$scratch/elsewhere
    ok 'make install works for another prefix' env -u MAKEFLAGS -u MAKELEVEL \
        make -s -C "$top_builddir" DESTDIR="$tree" prefix=/opt/chat sysconfdir=/etc/opt install
    is 'what there is to read names no other' \
        "$(grep -rl /usr/local/ "$tree/opt/chat/share/man" "$tree/opt/chat/share/doc/chatd/README.md")" ''
    has 'the settings in a page' "$(cat "$tree/opt/chat/share/man/man8/chatd.8")" ' /etc/opt/chatd/chatd.ini$'
    has 'the documents in another' "$(cat "$tree/opt/chat/share/man/man8/chatd.8")" '/opt/chat/share/doc/chatd/'
    has 'and the settings in README' "$(cat "$tree/opt/chat/share/doc/chatd/README.md")" \
        'chatd -c /etc/opt/chatd/chatd.ini '
}

uninstall_takes_all_away() {
    install -m 644 "$top_srcdir/conf/chatd.ini" "$confdir/chatd.ini"
    rm -f "$confdir"/a.ini "$confdir"/root.ini
    has 'there are units' "$(ours)" "/systemd/system/chatd@.service\$"
    ok 'make uninstall works' env -u MAKEFLAGS -u MAKELEVEL make -s -C "$top_builddir" uninstall
    is 'and leaves nothing' "$(ours)" ''
}

each systemd_finds_no_fault servers_beside_each_other runs_without_a_lasting_user \
    starts_with_half_a_user documents_name_the_installed_places uninstall_takes_all_away
finish
