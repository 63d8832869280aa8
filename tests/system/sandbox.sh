#!/usr/bin/env bash
# The sandbox: what chatd has no business to do is refused.  tests/system/probe.c tries it: without a sandbox,
# where all must be allowed, or the attempt would prove nothing; with one line of the unit at a time; and in
# chatd's place, with all of them.
. "${BASH_SOURCE%/*}/system.sh"

probe=/usr/lib/chatd-probe
unit=$systemdsystemunitdir/chatd.service

# What the probe looks for.
prepare() {
    install -m 755 "$top_builddir/tests/system/probe" "$probe"
    install -m 755 -o 1 "$(type -P true)" /usr/lib/chatd-probe-true
    install -m 644 /dev/null /home/chatd-probe
    install -m 644 /dev/null /tmp/chatd-probe
    mkdir -p /usr/lib/modules
    : >/usr/lib/modules/chatd-probe
    ipcmk -M 1 >/dev/null
    fresh
}

# What kernels refuse that are built or set so, and containers.  Of the sandbox nothing can be said there.
refused_by_some='add-key|call-foreign|open-kmsg|read-kernel-log|run-realtime|tune-kernel|unshare-user|use-io-uring'

everything_is_allowed_without() {
    local out attempt
    out=$(SETTINGS=$confdir/chatd.ini "$probe")
    is 'without a sandbox root may do all of it' \
        "$(grep -vE " (allowed|absent)\$|^($refused_by_some) refused" <<<"$out")" ''
    for attempt in $(sed -nE "s/^($refused_by_some) refused.*/\1/p" <<<"$out"); do
        skip "that $attempt is refused by the sandbox" 'this machine refuses it itself'
    done
    is 'which is something' "$(($(wc -l <<<"$out") > 30))" 1
}

# A line of the unit (the beginning of a regular expression for it), the attempts that it alone refuses, and
# what else they need to be tried at all.
lines() {
    cat <<'END'
ProtectSystem=              write-etc write-usr
ProtectHome=                read-home
PrivateTmp=                 read-tmp
InaccessiblePaths=          write-tmp write-shm
(NoExecPaths|ExecPaths)=    run-program         ExecPaths=/usr/lib/chatd-probe
PrivateDevices=             open-kmsg make-device
(DevicePolicy|DeviceAllow)= open-device
ProtectKernelTunables=      tune-kernel
ProtectKernelModules=       see-modules
ProtectKernelLogs=          read-kernel-log open-kmsg
ProtectControlGroups=       make-cgroup
ProtectClock=               adjust-clock
ProtectHostname=            set-hostname
ProtectProc=                see-others          User=nobody
ProcSubset=                 see-system
CapabilityBoundingSet=      open-raw open-packet set-hostname make-device
NoNewPrivileges=            gain-privileges
PrivateUsers=               know-users
PrivateIPC=                 see-segments
RestrictSUIDSGID=           set-suid
RestrictNamespaces=         unshare-user
RestrictRealtime=           run-realtime
LockPersonality=            change-personality
MemoryDenyWriteExecute=     write-and-execute
RestrictAddressFamilies=    open-netlink open-packet
SystemCallArchitectures=    call-foreign
SystemCall(Filter|ErrorN)   add-key use-io-uring trace become-root unshare-user run-realtime make-device \
                            see-segments SystemCallFilter=wait4
UMask=                      let-others-read
END
}

each_line_refuses() {
    local pattern rest word line out
    local -a properties more attempts
    # shellcheck disable=SC2162
    while read pattern rest; do # a \ goes on in the next line
        properties=()
        attempts=()
        more=()
        for word in $rest; do
            if [[ $word == *=* ]]; then more+=(-p "$word"); else attempts+=("$word"); fi
        done
        while IFS= read -r line; do
            line=${line//%t//run}
            line=${line//%S//var/lib}
            line=${line//%L//var/log}
            # /var/tmp is where the probe has its own files outside of the sandbox.
            properties+=(-p "${line/ -+\/var\/tmp/}")
        done < <(grep -E "^$pattern" "$unit")
        out=$(systemd-run --quiet --pipe --wait "${properties[@]}" "${more[@]}" "$probe" "${attempts[@]}" 2>&1)
        is "$pattern alone refuses ${attempts[*]}" \
            "$(grep -cE ' (refused: .*|absent)$' <<<"$out") of $(wc -l <<<"$out")" \
            "${#attempts[@]} of ${#attempts[@]}"
        [[ $out != *allowed* ]] || sed 's/^/# /' <<<"$out"
    done < <(lines)
}

everything_is_refused_in_its_place() {
    drop_in chatd.service <<END
[Service]
Type=oneshot
Restart=no
WatchdogSec=0
Environment=SETTINGS=$confdir/chatd.ini
ExecPaths=+$probe
SystemCallFilter=wait4
ExecStart=
ExecStart=$probe
StandardOutput=file:$scratch/refused
END
    ok 'the probe runs in the place of chatd' systemctl start chatd
    is 'and is refused all' "$(grep -vE ' (refused: .*|absent)$' "$scratch/refused")" ''
    is 'of the same attempts' "$(cut -d' ' -f1 "$scratch/refused")" "$("$probe" | cut -d' ' -f1)"
}

chatd_has_no_rights() {
    local pid
    systemctl start chatd && until_true answers
    pid=$(of chatd MainPID)
    is 'chatd has no capability' "$(grep -E '^Cap' "/proc/$pid/status" | grep -v '0000000000000000$')" ''
    has 'can gain none' "$(cat "/proc/$pid/status")" '^NoNewPrivs:[[:space:]]*1'
    has 'runs behind a filter of system calls' "$(cat "/proc/$pid/status")" '^Seccomp:[[:space:]]*2'
    is 'and its tree holds no program but its own' \
        "$(find "/proc/$pid/root" -xdev -type f -perm /111 | grep -vE "($sbindir/chatd|$bindir/chatctl)\$")" ''
}

folders_are_its_own() {
    local mode='%U:%G %a'
    systemctl start chatd
    is 'the state folder is its own' "$(stat -L -c "$mode" /var/lib/chatd)" 'chatd:chatd 700'
    is 'the runtime folder is its own, and others may look into it' \
        "$(stat -c "$mode" /run/chatd)" 'chatd:chatd 755'
    is 'the settings are root'"'"'s' "$(stat -c "$mode" "$confdir/chatd.ini")" 'root:root 644'
}

# By itself, and with the drop-in that comes for it; whether the kernel has io_uring, the probe knows.
threads_and_io_uring_do_as_far_as_they_may() {
    local attempt
    settings <<'END'
[server]
write = io_uring
writers = 3
writers_from = 1
END
    systemctl start chatd && until_true answers
    ok 'several threads write in the sandbox' in_journal ' writers=3 write=send '
    ok 'which has no io_uring' in_journal 'io_uring refused error="Operation not permitted"'
    drop_in chatd.service <"$docdir/examples/io_uring.conf"
    systemctl restart chatd && until_true answers
    attempt=$("$probe" use-io-uring)
    if [[ $attempt == *allowed* ]]; then
        ok 'but with the drop-in for it' in_journal ' writers=3 write=io_uring '
    else
        skip 'but with the drop-in for it' "this machine refuses it itself: $attempt"
    fi
}

exposure_is_low() {
    local name
    for name in chatd.service chatd@.service; do
        # A tenth of it is for the calls by which threads choose their processors and priority.
        ok "$name: the exposure is at most 1.1" \
            systemd-analyze security --offline=true --threshold=11 "$systemdsystemunitdir/$name"
    done
}

prepare
each everything_is_allowed_without each_line_refuses everything_is_refused_in_its_place \
    chatd_has_no_rights folders_are_its_own threads_and_io_uring_do_as_far_as_they_may exposure_is_low
fresh
finish
