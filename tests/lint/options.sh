#!/usr/bin/env bash
# Each option is in the manual page as it is in the table: in its section, with its default, its range
# and what a reload does; and the manual page has no other.  The table speaks through the sample file,
# which it makes.
. "${BASH_SOURCE%/*}/lint.sh"

# What the sample says: "[section] key: Default: ..." a line.
of_sample() {
    awk '
        /^\[/ { section = $0 }
        /^; / { said = said " " substr($0, 3) }
        /^;[a-z]/ {
            sub(/.* Default: /, "Default: ", said)
            sub(/ *=.*/, "")
            print section " " substr($0, 2) ": " said
        }
        !/^; / { said = "" }'
}

# The same of a manual page.
of_manual() {
    awk '
        function tell() {
            if (key != "") {
                sub(/.* Default: /, "Default: ", said)
                print section " " key ": " said
            }
            key = said = ""
            depth = 0
        }
        /^\.Ss \[/ { tell(); section = substr($2, 1, index($2, "]")) }
        /^\.S[hs] [^[]/ { tell(); section = "" }
        section == "" { next }
        # Inside an option a list may stand, whose items are no options.
        /^\.Bl/ { if (key != "") { depth++ } }
        /^\.El/ { if (depth > 0) { depth-- } else { tell() } }
        /^\.It Cm/ && depth == 0 { tell(); key = $3 }
        /^[^.]/ { gsub(/\\&/, ""); gsub(/\\-/, "-"); said = said " " $0 }
        END { tell() }'
}

# complaints SAMPLE MANUAL
complaints() {
    diff <(of_sample <"$1") <(of_manual <"$2") |
        sed -n 's/^</wanted in the manual:/p; s/^>/is in the manual:/p'
}

if [[ -x ${CHATD:-} ]]; then
    "$CHATD" --print-config >"$scratch/chatd.ini"
else
    cp "$root/conf/chatd.ini" "$scratch/chatd.ini"
fi
[[ $(of_sample <"$scratch/chatd.ini" | grep -c ': Default: .*[.]$') -gt 20 ]]
tap $? 'the sample tells of options'
holds 'each option is in the manual as it is in the table' \
    "$(complaints "$scratch/chatd.ini" "$root/man/chatd.ini.5")"

sample sample.ini <<'END'
[a]
; Help.
; Default: 5. Range: 1 to
; 10. A reload applies it.
;same = 5

; Default: 5. It needs a restart.
;other = 5

; Default: x.
;missing = x
[b]
; Default: x.
;moved = x
END
sample manual.5 <<'END'
.Ss [a]\&
.Bl -tag
.It Cm same = Ar number
Help.
.Bl -tag
.It Cm choice
Default: of a choice.
.El
Default: 5.
Range: 1 to 10.
A reload applies it.
.It Cm other = Ar number
Default: 6.
It needs a restart.
.It Cm moved = Ar text
Default: x.
.El
.Ss [b]\&
.Bl -tag
.It Cm invented = Ar text
Default: y.
.El
.Sh EXAMPLES
Default: none.
END
bad=$(complaints "$scratch/sample.ini" "$scratch/manual.5")
notices 'another default' "$bad" 'wanted in the manual: [a] other: Default: 5.'
notices 'an option that is missing' "$bad" 'wanted in the manual: [a] missing'
notices 'an option in another section' "$bad" 'wanted in the manual: [b] moved'
notices 'an option that does not exist' "$bad" 'is in the manual: [b] invented'
holds 'nothing else in the bad samples' "$(grep -E 'same|choice|none' <<<"$bad")"
finish
