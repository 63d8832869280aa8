#!/usr/bin/env bash
# with-systemd.sh COMMAND [ARGUMENT...]: a systemd of one's own, with this build of chatd installed in it.
#
# Boots the machine's own systemd as process 1 of new namespaces, in less than a second, and runs COMMAND in
# there as root, in the current folder and environment.  "make install" has been done in there, under the prefix
# that the build has.  The files are the machine's, copied when written to; all that is written is gone
# afterwards, but below $io, which is the same folder inside and outside; in there $io/written has what is written,
# with a character device for what is deleted.  The network is an own loopback.
# Nothing of the machine changes.  It is no jail: COMMAND is root, on this kernel.
#
# Exit status: COMMAND's; 99 when systemd did not get to its end.  Where this cannot be done, prints why, as a
# TAP test that is skipped; as one that fails with SYSTEM_TESTS=required.
# Environment: top_srcdir, top_builddir, systemdsystemunitdir, SANITIZE_FLAGS   of the build
#              SYSTEM_TEST_SECONDS   that all may take together, 840
set -euo pipefail

# ---- in the new namespaces, process 1: make a machine, become its systemd ----

machine_files() {
    local place device name major minor
    mount -t tmpfs -o mode=755,size=50% none "$room/written"
    mkdir "$room/written"/{upper,work}
    mount -t overlay -o "lowerdir=/,upperdir=$room/written/upper,workdir=$room/written/work" none "$top"

    mount -t proc -o nosuid,nodev,noexec proc "$top/proc"
    mount --bind "$top/proc/sys" "$top/proc/sys"
    # systemd would set it; a new network begins with 10, and what journald has no room for is lost.
    echo 512 >"$top/proc/sys/net/unix/max_dgram_qlen" || :
    mount -o remount,bind,ro "$top/proc/sys" # they are the machine's settings
    mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$top/sys"
    mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 "$top/sys/fs/cgroup"

    # What would start, or remember, something of the machine itself.
    for place in dev run etc/systemd usr/lib/systemd/system-generators var/log var/lib/private; do
        mkdir -p "$top/$place"
        mount -t tmpfs -o mode=755 none "$top/$place"
    done
    chmod 700 "$top/var/lib/private"

    for device in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0 kmsg:1:11; do
        IFS=: read -r name major minor <<<"$device"
        mknod -m 666 "$top/dev/$name" c "$major" "$minor"
    done
    ln -s /proc/self/fd "$top/dev/fd"
    ln -s pts/ptmx "$top/dev/ptmx"
    mkdir "$top/dev/pts" "$top/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=666,mode=620 devpts "$top/dev/pts"
    mount -t tmpfs -o mode=1777 none "$top/dev/shm"

    # The sources and the build may be on other file systems than the root's.
    for place in "$PWD" "$top_srcdir" "$top_builddir" "$io"; do
        mkdir -p "$top$place"
        mount --bind "$place" "$top$place"
    done
    mkdir "$io/written"
    mount --bind "$room/written/upper" "$top$io/written"
    mkdir "$top/var/log/journal"
    mount --bind "$io/journal" "$top/var/log/journal"
}

machine_settings() {
    local unit
    mkdir -p "$top"/etc/systemd/{system,journald.conf.d} "$top/etc/tmpfiles.d"
    # tmp: the build, and what goes in and out, may be below /tmp.
    for unit in dev-hugepages sys-fs-fuse-connections sys-kernel-config sys-kernel-debug sys-kernel-tracing tmp; do
        ln -s /dev/null "$top/etc/systemd/system/$unit.mount"
    done
    ln -sf /dev/null "$top/etc/tmpfiles.d/tmp.conf" # it would clear /tmp, where the build may be
    printf '%s\n' '[Journal]' Storage=persistent RateLimitBurst=0 ReadKMsg=no \
        >"$top/etc/systemd/journald.conf.d/test.conf"
    # Neither the first boot of a machine, which would enable all there is, nor one that has users made already.
    rm -f "$top/etc/machine-id" "$top/etc/.updated"
    tr -d - </proc/sys/kernel/random/uuid >"$top/etc/machine-id"
    : >"$top/etc/fstab"
    cat >"$top/etc/systemd/system/test.service" <<END
[Unit]
After=test.target
[Service]
Type=exec
ExecStart=bash $io/run
END
    cat >"$top/etc/systemd/system/test.target" <<END
[Unit]
Requires=basic.target dbus.socket
After=basic.target dbus.socket
Wants=test.service
END
}

become_systemd() {
    top=$room/top
    # Containers forbid this and that.
    set -E
    trap 'echo "the kernel does not let us: $BASH_COMMAND" >"$io/cannot"' ERR
    unshare --user true # as the unit does
    machine_files
    machine_settings
    trap - ERR
    # The build is complete: a test is no place to compile in.
    env -u MAKEFLAGS -u MAKELEVEL -u DESTDIR make -s -C "$top_builddir" DESTDIR="$top" install >"$io/install" 2>&1 || {
        cat "$io/install"
        exit 99
    }
    cd "$top"
    pivot_root . .
    umount -l .
    cd /
    mount --make-rshared /
    ulimit -Sn 1024
    # The clock, the modules and the ports are the machine's.
    exec setpriv --bounding-set=-sys_time,-sys_module,-sys_rawio env -i container=chatd-test \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        "$systemd" --system --unit=test.target --show-status=no --log-target=journal
}

# ---- outside, with a view of the mounts of its own: start it, pass on what COMMAND prints, end it ----

tidy() {
    trap '' TERM INT HUP
    # An older kernel has no cgroup.kill; there systemd ends with who started it, and all else with systemd.
    [[ ! -e $group/cgroup.kill ]] || echo 1 >"$group/cgroup.kill"
    kill -KILL "$boot" || :
    { wait || :; } 2>/dev/null # the shell would announce the killed
    # Its subgroups are systemd's; a moment passes until the kernel lets the killed go.
    for _ in {1..1000}; do
        find "$group" -depth -type d -exec rmdir {} + 2>/dev/null && break
        sleep 0.05
    done
    umount -l "$room"
    rmdir "$room"
} 2>/dev/null

run_systemd() {
    local printer watch
    mount -t tmpfs -o mode=755 none "$room"
    export io=$room/io
    mkdir "$room"/{cgroup,written,top,io}
    mkdir "$io/journal"
    mount -t cgroup2 cgroup2 "$room/cgroup" || {
        umount "$room"
        rmdir "$room"
        leave_out 'the kernel has no cgroup2 for us'
    }
    # A killed run may have left one behind, of the same process id.
    group=$(mktemp -d "$room/cgroup/chatd-test.XXXXXX")
    boot=''
    trap tidy EXIT
    trap 'exit 99' TERM INT HUP

    mkfifo "$io/out"
    {
        printf 'exec >%q 2>&1 </dev/null\n' "$io/out"
        # What systemd says of this machine's own service, if that is what runs this, is not true in there, nor
        # need its place for scratch files be there.
        export -p | grep -vE \
            '^declare -x (NOTIFY_SOCKET|LISTEN_|WATCHDOG_|INVOCATION_ID|JOURNAL_STREAM|XDG_|DBUS_|TMPDIR)'
        printf 'cd %q\n' "$PWD"
        printf '%q ' "$@"
        printf '\necho $? >%q\n' "$io/status"
    } >"$io/run"

    (
        echo "$BASHPID" >"$group/cgroup.procs"
        exec setpriv --pdeathsig KILL unshare --cgroup --ipc --mount --net --pid --uts --fork --kill-child=KILL \
            bash "$self" --become-systemd "$room"
    ) >"$io/boot" 2>&1 </dev/null &
    boot=$!
    timeout --foreground "${SYSTEM_TEST_SECONDS:-840}" cat "$io/out" &
    printer=$!
    # No one writes to the pipe when systemd does not get there.
    (
        while kill -0 "$boot" 2>/dev/null; do sleep 0.1; done
        [[ -e $io/status ]] || kill "$printer"
    ) 2>/dev/null &
    watch=$!
    { wait "$printer" || :; } 2>/dev/null
    kill "$watch" 2>/dev/null || :

    if [[ -e $io/cannot ]]; then
        leave_out "$(cat "$io/cannot")"
    elif [[ ! -e $io/status ]]; then
        echo '# systemd did not get to the end of the test; what there was to read:'
        sed 's/^/# /' "$io/boot"
        journalctl -q --no-pager -n 60 -D "$io/journal" 2>/dev/null | sed 's/^/# /' || :
        exit 99
    fi
    exit "$(cat "$io/status")"
}

# ---- the reasons not to ----

leave_out() {
    if [[ ${SYSTEM_TESTS-} == required ]]; then
        printf '1..1\nnot ok 1 - a systemd of its own\n# %s\n' "$1"
        exit 1
    fi
    echo "1..0 # SKIP $1"
    exit 0
}

reason_not_to() {
    local program
    [[ $(uname -s) == Linux ]] || { echo 'needs Linux'; return; }
    [[ $(id -u) == 0 ]] || { echo 'needs root'; return; }
    for program in unshare setpriv pivot_root dbus-daemon systemctl journalctl systemd-analyze nc; do
        command -v "$program" >/dev/null || { echo "needs $program"; return; }
    done
    [[ -n $systemd ]] || { echo 'needs systemd'; return; }
    unshare --mount --propagation private true 2>/dev/null || { echo 'this root may not make namespaces'; return; }
    [[ -z ${SANITIZE_FLAGS-} ]] || { echo 'a build with sanitizers does not fit into the sandbox'; return; }
    case ${systemdsystemunitdir-} in
    no) echo 'a build without units' ;;
    '' | /usr/lib/systemd/system | /usr/local/lib/systemd/system | /lib/systemd/system) ;;
    *) echo "systemd does not look for units in $systemdsystemunitdir" ;;
    esac
}

self=$(readlink -f "$0")
systemd=$(ls /lib/systemd/systemd /usr/lib/systemd/systemd 2>/dev/null | head -n 1) || :
case ${1:?with-systemd.sh COMMAND [ARGUMENT...]} in
--become-systemd)
    room=$2
    become_systemd
    ;;
--run-systemd)
    room=$2
    shift 2
    run_systemd "$@"
    ;;
*)
    reason=$(reason_not_to)
    [[ -z $reason ]] || leave_out "$reason"
    room=$(mktemp -d --tmpdir chatd-system.XXXXXX)
    exec unshare --mount --propagation private bash "$self" --run-systemd "$room" "$@"
    ;;
esac
