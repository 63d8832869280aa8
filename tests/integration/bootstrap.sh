#!/usr/bin/env bash
# ./bootstrap where packages are missing and the user is not root: it asks sudo once, and stops when that refuses.
# sudo, apt-get and id are stand-ins, and what sudo is asked for is written down.
. "${BASH_SOURCE%/*}/../tap.sh"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
fakes=$scratch/fakes
asked=$scratch/asked
bootstrap=${top_srcdir:-.}/bootstrap
export BUILD_DIR=$scratch/build CC=false # nothing is built here

# fake NAME: the program that standard input says, in place of the real one.
fake() {
    {
        echo '#!/bin/sh'
        cat
    } >"$fakes/$1"
    chmod 755 "$fakes/$1"
}

mkdir "$fakes"
fake id <<<'echo 1000'
fake apt-get <<<"echo \"\$*\" >>'$scratch/installed'"
fake apt-cache <<<'exit 0'
fake sleep <<<"echo slept >>'$asked'"
fake pkg-config <<<'exit 1' # as where libraries are missing

# sudo_says LINE...: what the sudo to come does, once it is noted what it was asked for.
sudo_says() {
    : >"$asked"
    rm -f "$scratch/installed"
    {
        echo "echo \"\$*\" >>'$asked'"
        printf '%s\n' "$@"
    } | fake sudo
}

# run ARGUMENT...: what it prints on both outputs, and its status, are in said and status.
run() {
    said=$(PATH=$fakes:$PATH bash "$bootstrap" "$@" 2>&1 </dev/null)
    status=$?
}

# is NAME GOT WANTED
is() {
    [[ $2 == "$3" ]]
    tap $? "$1" "wanted: $3"$'\n'"got: $2"
}

sudo_says 'echo "sudo: a password is required" >&2' 'exit 1'
run run
is 'a sudo that refuses ends it' "$status" 1
is 'at once' "$(grep -c . "$asked") $(grep -c slept "$asked")" '1 0'
is 'with the one command for an administrator' "$(tail -n 1 <<<"$said" | cut -c 1-20)" '    apt-get install '
is 'and the reason once' "$(grep -c 'a password is required' <<<"$said")" 1
is 'without a terminal no password is asked for' "$(grep -c '^-n ' "$asked")" 1
run check
is 'check ends with its line even so' "$(tail -n 1 <<<"$said")" '0 passed, 1 failed, 0 skipped'

said=$(printf 'none false\nbash true\n' | PATH=$fakes:$PATH bash "$bootstrap" require 2>&1)
is 'require names what is missing alone' "$? $(tail -n 1 <<<"$said")" '1     apt-get install none'

if command -v expect >/dev/null; then
    # As at a terminal, where sudo reads what is typed.
    # shellcheck disable=SC2016
    sudo_says 'printf "[sudo] password: " >/dev/tty' 'read -r word </dev/tty' '[ "$word" = right ] || exit 1' \
        'while [ "$1" != apt-get ] && [ "$1" != dpkg ]; do shift; done' '"$@"'
    said=$(PATH=$fakes:$PATH timeout 60 expect -c 'set timeout 50; spawn bash '"$bootstrap"' run
        expect "password: "; send "wrong\r"; expect eof; exit [lindex [wait] 3]' 2>&1)
    is 'at a terminal sudo asks there, and once' "$? $(grep -c . "$asked") $(grep -c '^-n ' "$asked")" '1 1 0'
    : >"$asked"
    PATH=$fakes:$PATH timeout 60 expect -c 'set timeout 50; spawn bash '"$bootstrap"' run
        expect {
            "password: " { send "right\r"; exp_continue }
            eof
        }' >/dev/null 2>&1
    is 'and with the right password packages are installed' \
        "$(grep -o '^-q .* install -y ' "$scratch/installed" | sed 's/ -o [^ ]*//g')" '-q install -y '
else
    skip 'at a terminal sudo asks there' 'expect is not installed'
fi

said=$(bash "$bootstrap" --help 2>"$scratch/errors")
is '--help is no error' "$? $(cat "$scratch/errors")" '0 '
is 'and says what there is' "$(grep -c '^ *./bootstrap' <<<"$said")" 4
said=$(bash "$bootstrap" chcek 2>"$scratch/errors")
is 'what it does not know is one' "$? $said $(grep -c '^ *./bootstrap' "$scratch/errors")" '2  4'
tap_end
