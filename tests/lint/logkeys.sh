#!/usr/bin/env bash
# The keys of the log, which are the journal's fields too: each that a line has is in the list of chatd(8), so that one
# thing has one key, and the list has no other.
. "${BASH_SOURCE%/*}/lint.sh"

# "FILE:LINE KEY" a line.
used() {
    grep -rnoE 'LOG_(STR|NUM)\("[^"]*"' src --include='*.c' | sed 's/:LOG_[A-Z]*("\(.*\)"$/ \1/'
}

# The list that follows "A key means the same in each line:".
listed() {
    awk '
        /^A key means the same/ { on = 1 }
        on && /^\.El/ { exit }
        on && /^\.It/ { for (i = 2; i <= NF; i++) if ($i != "Cm" && $i != ",") print $i }' man/chatd.8
}

complaints() {
    (
        cd "$1" || exit
        used | while read -r where key; do
            [[ $key =~ ^[a-z_]+$ ]] || echo "$where: the key $key is no word of a to z and _"
            listed | grep -qxF -e "$key" || echo "$where: the key $key is not in man/chatd.8"
        done
        listed | while read -r key; do
            used | grep -q " $key\$" || echo "man/chatd.8: no line of the log has the key $key"
        done
    )
}

holds "each key of the log is in the manual" "$(complaints "$root")"

sample src/net/conn.c <<'END'
log_info("come", LOG_STR("name", name), LOG_NUM("Client", 1));
log_info("gone", LOG_STR("nick", name));
END
sample man/chatd.8 <<'END'
.It Cm nick
A key means the same in each line:
.Bl -tag
.It Cm name , Cm Client
.It Cm room
.El
.It Cm nick
END
bad=$(complaints "$scratch")
notices 'a key that is not listed' "$bad" 'src/net/conn.c:2: the key nick is not in man/chatd.8'
notices 'a key of another form' "$bad" 'src/net/conn.c:1: the key Client is no word'
notices 'a listed key that nothing has' "$bad" 'man/chatd.8: no line of the log has the key room'
holds 'nothing else in the bad sample' "$(grep -vE 'nick|Client is no|key room' <<<"$bad")"
finish
