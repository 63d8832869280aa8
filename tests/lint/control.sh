#!/usr/bin/env bash
# chatctl(1) has each option and each command of chatctl, with its arguments, and no other; what the completion offers
# without asking is there too.
. "${BASH_SOURCE%/*}/lint.sh"

chatctl=${CHATCTL:-$build/chatctl}

# What chatctl's help says: "--json", "kick NAME [REASON]", a line each.
of_help() {
    awk '
        /^Commands:/ { in_commands = 1; next }
        /^$/ { in_commands = 0 }
        in_commands {
            sub(/^  /, "")
            sub(/  +.*/, "")
            print
        }
        match($0, /^ +(-[a-z], )?--[a-z]+/) {
            option = substr($0, RSTART, RLENGTH)
            sub(/.*--/, "--", option)
            print option
        }'
}

# The same of a manual page, its macros taken off.
of_manual() {
    awk '
        /^\.It Fl / && match($0, /-[a-z]+( Ar [a-z]+)?$/) {
            option = substr($0, RSTART, RLENGTH)
            sub(/ Ar .*/, "", option)
            print "-" option
        }
        /^\.It Ic / {
            text = $0
            sub(/^\.It Ic /, "", text)
            gsub(/ Ns \| Ns /, "|", text)
            while (match(text, /Op .*$/)) {
                text = substr(text, 1, RSTART - 1) "[" substr(text, RSTART + 3) "]"
            }
            gsub(/(Ar|Cm) /, "", text)
            print text
        }'
}

# complaints HELP MANUAL
complaints() {
    diff <(of_help <"$1" | sort) <(of_manual <"$2" | sort) |
        sed -n 's/^</wanted in the manual:/p; s/^>/is in the manual:/p'
}

if ! [[ -x $chatctl ]]; then
    echo '1..0 # SKIP needs the built chatctl: make'
    exit 0
fi
"$chatctl" --help >"$scratch/help"
[[ $(of_help <"$scratch/help" | wc -l) -ge 18 ]]
tap $? 'the help tells of options and commands'
holds 'chatctl(1) has what chatctl has' "$(complaints "$scratch/help" "$root/man/chatctl.1")"
holds 'the completion has the options' \
    "$(for option in $(of_help <"$scratch/help" | grep '^--'); do
        grep -q -- "$option[ ']" "$root/conf/bash-completion/chatctl" || echo "wanted in the completion: $option"
    done)"
if command -v bash >/dev/null; then
    bash -n "$root/conf/bash-completion/chatctl"
    tap $? 'the completion is a script of bash'
fi

sample help <<'END'
  -s, --socket SOCKET   what
      --json            what

Commands:
  kick NAME [REASON]         ends it
  config [OPTION|SECTION]    tells it
  lost                       is not there

Exit status: 0
END
sample page.1 <<'END'
.It Fl s , -socket Ar socket
.It Fl -xml
.It Ic kick Ar NAME Op Ar REASON
.It Ic config Op Ar OPTION Ns | Ns Ar SECTION
.It Ic invented Cm off
END
bad=$(complaints "$scratch/help" "$scratch/page.1")
notices 'an option that is missing' "$bad" 'wanted in the manual: --json'
notices 'an option that does not exist' "$bad" 'is in the manual: --xml'
notices 'a command that is missing' "$bad" 'wanted in the manual: lost'
notices 'a command that does not exist' "$bad" 'is in the manual: invented off'
holds 'nothing else in the bad samples' "$(grep -E 'kick|config|socket' <<<"$bad")"
finish
