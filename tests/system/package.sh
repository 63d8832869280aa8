#!/usr/bin/env bash
# The Debian package, built as "make deb" does: installed it serves, an upgrade keeps people's settings, remove
# stops it, and after a purge all is as before.
. "${BASH_SOURCE%/*}/system.sh"

unset MAKEFLAGS MAKELEVEL MAKEOVERRIDES DESTDIR

leave_out() {
    if [[ ${SYSTEM_TESTS-} == required ]]; then
        ok "$1" false
    else
        skip 'the Debian package' "$1"
    fi
    finish
}

# From here on, chatd is what the package brings.
leave_to_the_package() {
    make -s -C "$top_builddir" uninstall >/dev/null 2>&1
    userdel chatd 2>/dev/null
    systemctl daemon-reload
    confdir=/etc/chatd
    # Containers forbid packages to start services, and leave out documents.
    rm -f /usr/sbin/policy-rc.d /etc/dpkg/dpkg.cfg.d/*
    # Each step would have man-db look through all the manual pages of the machine.
    rm -f /var/lib/man-db/auto-update
    export DEBIAN_FRONTEND=noninteractive
}

missing_tools_are_named() {
    local said all='dpkg-dev build-essential debhelper libcmocka-dev libevent-dev libinih-dev libsodium-dev'
    all+=' libsqlite3-dev libssl-dev libsystemd-dev libtelnet-dev liburing-dev libutf8proc-dev pkg-config uthash-dev'
    said=$(PATH=/nonexistent "$BASH" "$top_srcdir/conf/deb.sh" none.tar.gz 2>&1)
    is 'without the tools make deb says what to install' "$?: $said" \
        "1: make deb: needs the packages $all; apt-get install $all"
    said=$(DEB_BUILD_OPTIONS=nocheck PATH=/nonexistent "$BASH" "$top_srcdir/conf/deb.sh" none.tar.gz 2>&1)
    is 'and what is not needed without tests' "${said%; *}" "make deb: needs the packages ${all/ libcmocka-dev/}"

    # One that is missing, as a machine has it that has built chatd without libsystemd.
    cp -R "$top_srcdir/conf" "$scratch/conf"
    sed -i 's/^ uthash-dev,/ uthash-dev, chatd-none-dev (>= 2),/' "$scratch/conf/debian/control"
    said=$("$BASH" "$scratch/conf/deb.sh" none.tar.gz 2>&1)
    is 'and of what is there in part the rest' "$said" \
        'make deb: needs the packages chatd-none-dev; apt-get install chatd-none-dev'
}

# By whom the build belongs to, who will want to write to it again; others may test it at the same time.
package_is_built() {
    local built owner=$top_builddir/config.status folder=$scratch/built
    chmod 711 "$scratch"
    mkdir "$folder"
    chown --reference="$owner" "$folder"
    ok 'make deb works' flock "$owner" \
        setpriv --reuid="$(stat -c %u "$owner")" --regid="$(stat -c %g "$owner")" --clear-groups \
        env DEB_BUILD_OPTIONS='nocheck parallel=2' make -C "$top_builddir" deb_folder="$folder" deb
    built=$(cd "$folder" && ls ./*.deb)
    deb=$(ls "$folder"/chatd_*.deb)
    version=$(dpkg-deb -f "$deb" Version)
    is 'it leaves the package, and the symbols for a debugger' "$built" \
        "$(printf './%s_%s_%s.deb\n' chatd-dbgsym "$version" "$(dpkg --print-architecture)" \
            chatd "$version" "$(dpkg --print-architecture)")"
    [[ -e $deb ]]
}

lintian_is_content() {
    local said
    if ! command -v lintian >/dev/null; then
        skip 'lintian is content' 'lintian is not installed'
        return
    fi
    said=$(lintian --fail-on error,warning "$scratch"/built/*.deb 2>&1)
    tap $? 'lintian finds neither errors nor warnings' "$said"
}

# What "make install" brings, and what else may be in the package, in Debian's places.
package_is_complete() {
    local installed=$scratch/installed
    make -s -C "$top_builddir" DESTDIR="$installed" install >/dev/null 2>&1
    (cd "$installed" && find . -type f) | sed 's,.*/,,' | grep -vxE 'LICENSE|CHANGELOG.md' | sort >"$scratch/wanted"
    dpkg-deb -c "$deb" | grep -v '^d' | sed 's,.*/,,; s,[.]gz$,,' | sort >"$scratch/got"
    is 'all that is installed is in it' "$(comm -23 "$scratch/wanted" "$scratch/got")" ''
    is 'and what Debian wants' "$(comm -13 "$scratch/wanted" "$scratch/got" | xargs)" \
        'changelog changelog.Debian chatd copyright' # chatd: what lintian is to overlook
    is 'all of it root'"'"'s, readable and not more' \
        "$(dpkg-deb -c "$deb" | grep -vE '^(drwxr-xr-x|-rw-r--r--|-rwxr-xr-x|lrwxrwxrwx) root/root ')" ''
    is 'the settings are the administrator'"'"'s' "$(dpkg-deb -I "$deb" conffiles)" \
        $'/etc/chatd/chatd.ini\n/etc/logrotate.d/chatd'
}

# What is where a package could leave something.  Users stay, and dpkg's own notes do.
files() {
    find /etc /etc/systemd /run/chatd* /usr /var/lib /var/lib/private /srv /opt /home -xdev 2>/dev/null |
        grep -vE '^/etc/(passwd|group|shadow|gshadow|subuid|subgid|[.]pwd[.]lock)' |
        grep -vE '^/etc/systemd/system(/[a-z-]*[.]target[.]wants)?$' |
        grep -vE '^/var/lib/(dpkg/|systemd/(timers|catalog|random-seed))' | sort -u
}

# newer FILE VERSION: the package as if of that version, whose program says so, and whose chatd.ini is another.
newer() {
    local tree=$scratch/tree old=${version%-*}
    dpkg-deb -R "$deb" "$tree"
    sed -i "s/^Version: .*/Version: $2-1/" "$tree/DEBIAN/control"
    sed -i "s/${old//./[.]}/$2/g" "$tree/usr/sbin/chatd"
    echo '; of the newer version' >>"$tree/etc/chatd/chatd.ini"
    dpkg-deb --root-owner-group -b "$tree" "$1" >/dev/null
    rm -r "$tree"
}

# says_version NAME VERSION: the server that NAME talks to is of VERSION.
says_version() {
    says "$1" /version && hears "$1" "chatd $2"
}

installed_it_serves() {
    ok 'dpkg installs it' dpkg -i "$deb"
    is 'it runs' "$(of chatd ActiveState)" active
    is 'and will at the next boot' "$(systemctl is-enabled chatd.service)" enabled
    ok 'it answers on port 4000' until_true answers
    is 'the sockets do not stand in for server.listen' \
        "$(systemctl is-enabled chatd.socket) $(of chatd.socket ActiveState)" 'disabled inactive'
    person alice
    ok 'it is the version of the package' says_version alice "${version%-*}"
    is 'folders and files have their owners and modes' \
        "$(stat -L -c '%n %U:%G %a' /etc/chatd /etc/chatd/chatd.ini /var/lib/chatd)" \
        "$(printf '%s\n' '/etc/chatd root:root 755' '/etc/chatd/chatd.ini root:root 644' \
            '/var/lib/chatd chatd:chatd 700')"
    is 'its user lasts' "$(getent -s files passwd chatd | cut -d: -f1,6,7)" "chatd:/:$(ls /usr/sbin/nologin)"
    is 'and what there is to read names the places where it is' \
        "$(dpkg -L chatd | grep -E '/(man|doc)/' | xargs zgrep -l /usr/local/ 2>/dev/null)" ''
    has 'chatctl reaches it' "$(chatctl clients 2>&1)" ' alice '
}

upgrade_keeps_settings() {
    local said pid number
    settings <<<$'[server]\nname = parlour'
    systemctl reload chatd
    person bob
    has 'settings are changed' "$(answers)" 'Welcome to parlour'
    number=${version%-*}
    newer "$scratch/newer.deb" "9${number#?}" # as long as the old one, or the program would be broken
    pid=$(of chatd MainPID)

    # With another chatd.ini in it dpkg has a question, and nobody is here to answer.
    said=$(dpkg -i "$scratch/newer.deb" 2>&1 </dev/null)
    has 'an upgrade asks about the changed settings' "$said" "Configuration file '/etc/chatd/chatd.ini'"
    is 'as long as nobody answers, people chat on' "$(of chatd MainPID) $(is_here bob && echo here)" "$pid here"

    ok 'answered, it goes on' dpkg --configure --force-confold chatd
    ok 'those who are there are told' hears bob 'shutdown: '
    ok 'and can come back at once' until_true answers
    person carol
    ok 'to the new version' says_version carol "9${number#?}"
    has 'with the settings as they were' "$(answers)" 'Welcome to parlour'
    ok 'the new sample lies beside them' grep -q 'of the newer version' /etc/chatd/chatd.ini.dpkg-dist
}

wrong_settings_stop_an_upgrade() {
    local pid said
    pid=$(of chatd MainPID)
    person erin
    sed -i 's/^name = .*/nmae = parlour/' /etc/chatd/chatd.ini
    said=$(dpkg -i --force-confold "$scratch/newer.deb" 2>&1)
    is 'an upgrade fails with settings that it would not start with' "$?" 1
    has 'with their fault' "$said" 'chatd.ini:[0-9]+: .*nmae'
    has 'and what to do' "$said" 'dpkg --configure chatd'
    is 'and nobody is dropped' "$(of chatd MainPID) $(is_here erin && echo here)" "$pid here"
    sed -i 's/^nmae/name/' /etc/chatd/chatd.ini
    ok 'put right, it goes on' dpkg --configure chatd
    ok 'to a restart' hears erin 'shutdown: '
    until_true answers
}

# What an administrator has added to the package's own: sockets, and a second server.
upgrade_minds_the_others() {
    local pid service
    settings second <<<$'[server]\nlisten = 127.0.0.1:4002'
    ok 'a second server starts' systemctl enable --now chatd@second
    ok 'which chatctl reaches too' chatctl -i second status
    ok 'and sockets for the first, which runs' systemctl enable --now chatd.socket
    ok 'which serves at them' answers -U /run/chatd.sock
    pid=$(of chatd@second MainPID)
    service=$(of chatd MainPID)
    is 'by the sockets' "$(of chatd.socket ActiveState)" active
    ok 'an upgrade' dpkg -i --force-confold "$scratch/newer.deb"
    is 'lets the sockets be' "$(of chatd.socket SubState)" running
    ok 'restarts the first' until_true answers
    ok 'and the second' until_true answers 127.0.0.1 4002
    is 'each of them' "$(($(of chatd@second MainPID) != pid && $(of chatd MainPID) != service))" 1
}

removed_it_is_stopped() {
    person dave
    ok 'dpkg removes it' dpkg -r chatd
    ok 'people are told' hears dave 'shutdown: '
    is 'nothing of it runs' \
        "$(systemctl list-units --no-legend --plain 'chatd*' | awk '$3 == "active"'; pgrep -x chatd)" ''
    answers >/dev/null 2>&1
    is 'nobody listens' "$?" 1
    has 'the settings stay' "$(cat /etc/chatd/chatd.ini)" '^name = parlour'
    is 'and the state' "$(cd /var/lib/private && ls -d chatd*)" $'chatd\nchatd-second'
}

# What was only unpacked runs nothing by itself, but somebody may start it, and no prerm comes before its purge.
unpacked_it_is_stopped_by_a_purge() {
    ok 'dpkg unpacks it' dpkg --unpack "$deb"
    systemctl daemon-reload
    ok 'somebody starts it' systemctl start chatd chatd@second
    ok 'it runs' until_true answers
}

# Of the files on standard input, those that were written in here, or deleted: what others do on the machine at the
# same time shows through.
written_here() {
    local file
    while IFS= read -r file; do
        [[ ! -e $io/written$file && ! -L $io/written$file ]] || echo "$file"
    done
}
deleted_here() {
    local file
    while IFS= read -r file; do
        [[ ! -c $io/written$file ]] || echo "$file"
    done
}

purged_nothing_is_left() {
    ok 'dpkg purges it' dpkg -P chatd
    is 'nothing of it runs' "$(pgrep -x chatd)" ''
    files >"$scratch/after"
    is 'nothing is left' "$(comm -13 "$scratch/before" "$scratch/after" | written_here)" ''
    is 'and nothing else is gone' "$(comm -23 "$scratch/before" "$scratch/after" | deleted_here)" ''
    is 'dpkg has forgotten it' "$(dpkg-query -W -f '${Status}' chatd 2>&1 | grep -c 'not-installed\|no packages')" 1
}

for program in dpkg-buildpackage dh; do
    command -v "$program" >/dev/null || leave_out "needs $program"
done
unmet=$(dpkg-checkbuilddeps -P nocheck "$top_srcdir/conf/debian/control" 2>&1) || leave_out "needs ${unmet##*: }"
leave_to_the_package
echo '# the package'
missing_tools_are_named
package_is_built || finish
lintian_is_content
package_is_complete
echo '# its life'
files >"$scratch/before"
for test in installed_it_serves upgrade_keeps_settings wrong_settings_stop_an_upgrade upgrade_minds_the_others \
    removed_it_is_stopped unpacked_it_is_stopped_by_a_purge purged_nothing_is_left; do
    echo "# $test"
    $test
done
finish
