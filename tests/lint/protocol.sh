#!/usr/bin/env bash
# chatd-protocol(7) lists what the code has, and nothing else: the commands with their arguments, the codes
# of errors and of ends, the types of the JSON form with their fields, the events.  The code speaks through
# a program that links what chatd links, tests/lint/protocol.c.
. "${BASH_SOURCE%/*}/lint.sh"

program=$build/tests/lint/protocol
page=man/chatd-protocol.7

if ! [[ -x $program ]]; then
    echo '1..0 # SKIP needs the built tests/lint/protocol: make check'
    exit 0
fi

# What the code has, a line each: "error no-room", "field say id", "field no-such-room room" for the error of that code,
# "field - id" and "value id string" for the list of all fields.  A type or code without fields counts as one.
of_code() {
    "$program" | grep -v '^alias' | awk '
        { if ($1 != "field" || $3 != "type") print }
        $1 == "field" { print "field - " $3 }' | sort -u
}

# What a page has, in the same form, by the sections and lists in which it stands.
of_page() {
    awk '
        function rest(from,    i, text) {
            for (i = from; i <= NF; i++)
                text = text (i > from ? " " : "") $i
            return text
        }
        { gsub(/\\&/, "") }
        /^\.S[hs] / { section = rest(2); type = "" }
        section == "COMMANDS" && /^\.It Ic / { print "command " rest(3) }
        section == "Lines and commands" && /^\.It Cm / { print "error " $3 }
        section == "Last words" && /^\.It Cm / { print "last-word " $3 }
        section == "The server\047s log" && /^\.It Cm / { print "reason " $3 }
        section == "Events" && /^\.It Cm / { print "event " $3 }
        section == "Fields" && /^\.It Va / {
            print "field - " $3
            print "value " $3 " " (NF > 3 ? $5 : "string")
        }
        section ~ /^(Types|Lines and commands$)/ && /^\.It Cm / { type = $3 }
        section ~ /^(Types|Lines and commands$)/ && type != "" && /^\.Va / {
            for (i = 2; i <= NF; i++)
                if ($i ~ /^[a-z]/)
                    print "field " type " " $i
        }
    ' "$1" | sort -u
}

# Commands and codes that the page speaks of anywhere.
spoken_of() {
    grep -noE '(^|[ (>])/[a-z]+' "$1" | sed -E 's,^([0-9]+):[ (>]?,\1 command ,'
    grep -noE '^\.Ql [a-z]+(-[a-z]+)+' "$1" | sed -E 's,^([0-9]+):\.Ql ,\1 code ,'
}

# complaints PAGE
complaints() {
    diff <(of_code) <(of_page "$1") | sed -n "s,^< ,not in $page: ,p; s,^> ,only in $page: ,p"
    spoken_of "$1" | while read -r line kind word; do
        case $kind in
        command) "$program" | grep -qE "^(command|alias) $word( |\$)" ;;
        code) "$program" | grep -qE "^(error|last-word|reason) $word\$" ;;
        esac || echo "$page:$line: there is no $kind $word"
    done
}

for thing in command error last-word reason event 'field say' 'field ok'; do
    of_code | grep -q "^$thing ." || echo "no $thing"
done >"$scratch/missing"
holds 'the code tells of each kind of thing' "$(<"$scratch/missing")"
holds 'the page has what the code has' "$(complaints "$root/$page")"

sed -e '/^\.It Cm not-reading/d' -e '/^\.It Cm idle/d' -e '/^\.It Cm stalled/d' -e 's/^\(\.It Ic \/nick\) NAME/\1/' \
    -e '/^\.It Cm topic$/d' -e 's/^\.Va id , time , room , from , text ;/.Va id , time , room , text , colour ;/' \
    -e 's/^\.It Va rate/.It Va missed/' \
    -e 's/^\.It Va count Pq number/.It Va count/' -e 's/^\.Va limit ;/.Va bound ;/' \
    -e 's/^\.Ql line-too-long/.Ql line-too-short/' \
    -e 's,^\.It Ic /version,.It Ic /uptime,' "$root/$page" >"$scratch/bad.7"
bad=$(complaints "$scratch/bad.7")
notices 'an error that is missing' "$bad" "not in $page: error not-reading"
notices 'a last word that is missing' "$bad" "not in $page: last-word idle"
notices 'a reason that is missing' "$bad" "not in $page: reason stalled"
notices 'other arguments' "$bad" "only in $page: command /nick"
notices 'an event that is missing' "$bad" "not in $page: event topic"
notices 'a field that is missing in a type' "$bad" "not in $page: field say from"
notices 'a field that a type does not have' "$bad" "only in $page: field action colour"
notices 'a field that is not explained' "$bad" "not in $page: field - rate"
notices 'a field that does not exist' "$bad" "only in $page: field - missed"
notices 'a field that holds something else' "$bad" "not in $page: value count number"
notices 'a field that is missing in an error' "$bad" "not in $page: field text-too-long limit"
notices 'a field that an error does not have' "$bad" "only in $page: field text-too-long bound"
notices 'a code that does not exist' "$bad" 'there is no code line-too-short'
notices 'a command that is missing' "$bad" "not in $page: command /version"
notices 'a command that does not exist' "$bad" 'there is no command /uptime'
holds 'nothing else in the bad sample' "$(grep -E 'no-room|field event|command /join|nowhere' <<<"$bad")"
finish
