#!/usr/bin/env bash
# The commands that README and the manual pages show work as they are written there, in the order in which they stand.
#
# A command is a line of an indented block, or of a page's display, that begins with a prompt, # or $; in README each
# line of a block is one, if its first line begins with the name of a program.  What explains it follows behind two
# blanks, and one that ends with a \ goes on in the next line.  What the text takes for granted is there: the service,
# alice and bob in it, carol who has come and gone.  A command is good when its status is 0 and it prints no error; a
# new one is tried without a word here.
. "${BASH_SOURCE%/*}/system.sh"

# What the make that runs this was told is not for those in here.
unset MAKEFLAGS MAKELEVEL MAKEOVERRIDES DESTDIR BUILD_DIR CONFIGURE_FLAGS

PATH=$bindir:$sbindir:/usr/sbin:$PATH
clone=$scratch/clone
deadline=60

# ---- out of the documents ----

# of_readme FILE
of_readme() {
    local line is_first=1 is_block=0 first
    while IFS= read -r line; do
        if [[ $line != '    '* ]]; then
            is_first=1
            # What is shown within a sentence, if it is a whole command.
            grep -oE '`(systemctl (enable|start) [^`]+|chatd -o [^`]+)`' <<<"$line" | tr -d '`'
            continue
        fi
        line=${line#    }
        first=${line%% *}
        if [[ $is_first == 1 ]]; then
            is_block=0
            [[ ! $first =~ ^(\./)?[a-z][a-z-]+$ ]] || ! (cd "$clone" && command -v "$first") >/dev/null || is_block=1
        fi
        is_first=0
        if [[ $line == [#$]' '* ]]; then
            echo "${line:2}"
        elif [[ $is_block == 1 ]]; then
            echo "$line"
        fi
    done <"$1" | sed 's/   *.*//'
}

# of_page FILE
of_page() {
    sed -nE '
        s/^\.Dl ([#$] )/\1/
        /^[#$] |^printf /{
            :continued
            /\\e$/{
                N
                s/ *\\e\n */ /
                b continued
            }
            s/^[#$] //
            s/\\\(aq/'\''/g; s/\\\(dq/"/g; s/\\e/\\/g; s/\\[&]//g; s/\\-/-/g
            p
        }' "$1"
}

# ---- what is taken for granted ----

prepare() {
    local file
    # The sources as a clone of one's own, built already.
    mkdir "$clone"
    for file in "$top_srcdir"/*; do
        [[ $file == "$top_srcdir"/build* ]] || ln -s "$file" "$clone/"
    done
    ln -s "$top_srcdir/build-aux" "$clone/"
    ln -s "$top_builddir" "$clone/build"
    useradd -M test-admin
    mkdir -p /etc/logrotate.d
    settings <<<$'[metrics]\nlisten = 127.0.0.1:9400'
}

are_here() {
    local name
    [[ $(of chatd ActiveState) == active && ${#mouth[@]} -gt 0 ]] || return
    for name in alice bob; do
        is_here "$name" || return
    done
    chatctl status 2>/dev/null | grep -q ' serving$'
}

nobody_is_here() {
    people_leave
    systemctl disable --now chatd.socket 2>/dev/null
    systemctl stop chatd 2>/dev/null
}

# The service runs, and people are in it.
all_are_here() {
    ! are_here || return 0
    nobody_is_here
    systemctl start chatd || return
    person alice >/dev/null && person bob >/dev/null && person carol >/dev/null || return
    says alice '/join ops'
    says carol '/quit'
    hears alice 'are in #ops' >/dev/null
}

# ---- trying them ----

# foreground COMMAND: it takes newcomers, until it is told to end.
foreground() {
    local pid
    nobody_is_here
    bash -c "exec $1" >"$scratch/said" 2>&1 </dev/null &
    pid=$!
    until_true eval "grep -q ' info  ready ' $scratch/said || ! kill -0 $pid"
    kill -TERM "$pid"
    wait "$pid"
}

# greeted COMMAND: one that waits for what somebody types.
greeted() {
    local pid status
    bash -c "exec $1" >"$scratch/said" 2>&1 < <(until_true grep -qF -e '-- Welcome' "$scratch/said") &
    pid=$!
    until_true grep -qF -e '-- Welcome' "$scratch/said"
    status=$?
    kill "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
    return $status
}

# The service takes clients by TLS, with the certificate that the README has made.
speaks_tls() {
    all_are_here || return
    grep -q ' people over TLS' <<<"$(chatctl status)" && return
    settings <<<"[metrics]
listen = 127.0.0.1:9400
[tls]
listen = *:6697
certificate = $confdir/chatd.crt
key = $confdir/chatd.key
client_certificates = any"
    chatctl reload >/dev/null
}

# once COMMAND: it ends by itself.
once() {
    all_are_here && (cd "$2" && bash -o pipefail -c "$1") >"$scratch/said" 2>&1 </dev/null &&
        ! grep -E '^(!! |chatctl: )' "$scratch/said"
}

# make_token: of an account, in a file where the commands run.
make_token() {
    all_are_here
    printf '/nick robot\n/register sesame-street\n/token new readme\n' | nc -N localhost 4000 |
        sed -n 's/.*\(chatd[.]token[.][^ ]*\).*/\1/p' >"$confdir/token"
    [[ -s $confdir/token ]]
}

# try WHERE COMMAND
try() {
    local command=$2 name="$1: $2" program status
    for program in curl jq openssl socat sqlite3 telnet-ssl; do
        if [[ $command == *$program\ * ]] && ! command -v $program >/dev/null; then
            skip "$name" "$program is not installed"
            return
        fi
    done
    : >"$scratch/said"
    case $command in
    './bootstrap check' | 'make -C build deb' | 'apt-get install ./build/chatd_'*)
        skip "$name" 'other tests do it'
        return
        ;;
    './bootstrap run') (cd "$clone" && foreground "$command") ;;
    './bootstrap'*) once "$command" "$clone" ;;
    'chatd -c '* | 'chatd -o '*) foreground "$command" ;;
    'nc localhost 4000') all_are_here && greeted "$command" ;;
    'openssl s_client '* | 'ncat --ssl'* | 'socat '* | 'telnet-ssl '*)
        speaks_tls && (cd "$confdir" && greeted "$command")
        ;;
    *'$(cat token)'*) make_token && once "$command" "$confdir" ;;
    'chatctl admin add '*)
        all_are_here && chatctl account add "${command##* }" >/dev/null && once "$command" "$confdir" &&
            chatctl account remove "${command##* }" >/dev/null
        status=$?
        people_leave
        ;;
    'chatctl lockdown on')
        once "$command" "$confdir" && chatctl lockdown off >/dev/null
        ;;
    'chatctl account add '*)
        once "$command" "$confdir" && chatctl account remove "${command##* }" >/dev/null
        status=$?
        people_leave # the name was taken from somebody
        ;;
    *)
        all_are_here
        command=${command//PID/$(of chatd MainPID)}
        once "${command//ADMIN/test-admin}" "$confdir"
        ;;
    esac
    tap "${status:-$?}" "$name" "$(cat "$scratch/said")"
}

# try_all WHERE LEAST: the commands on standard input, of which there have to be so many.
try_all() {
    local command count=0
    local -a commands
    mapfile -t commands
    for command in "${commands[@]}"; do
        try "$1" "$command"
    done
    is "$1 has commands" "$((${#commands[@]} >= $2))" 1
}

fresh
prepare
try_all README 25 < <(of_readme "$docdir/README.md")
for page in chatctl.1 chatd.8 chatd-protocol.7; do
    try_all "$page" 1 < <(of_page "$mandir/man${page##*.}/$page")
done
fresh
finish
