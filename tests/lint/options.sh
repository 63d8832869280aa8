#!/usr/bin/env bash
# What is made from the table of options and kept in the tree is as the table has it: the sample,
# conf/chatd.ini, and the manual page, chatd.ini(5).
. "${BASH_SOURCE%/*}/lint.sh"

chatd=${CHATD:-$build/chatd}
options=$build/man/options

# complaints KEPT MADE...: KEPT is what MADE, a command, prints.
complaints() {
    local kept=$1
    shift
    if ! "$@" >"$scratch/made" 2>"$scratch/errors"; then
        echo "$*: $(<"$scratch/errors")"
    elif ! diff "$kept" "$scratch/made" >"$scratch/diff"; then
        echo "$kept is not what the table of options gives; \"make manual\" in the build folder renews it:"
        cat "$scratch/diff"
    fi
}

if ! [[ -x $chatd && -x $options ]]; then
    echo '1..0 # SKIP needs the built chatd and man/options: make check'
    exit 0
fi
holds 'the sample is as the table has it' "$(complaints "$root/conf/chatd.ini" "$chatd" --print-config)"
holds 'the manual page is as the table has it' \
    "$(complaints "$root/man/chatd.ini.5" "$options" "$root/man/chatd.ini.5.in")"

# The two programs read the table alike: each option is in both, under its section.
of_sample() {
    sed -n 's/^\(\[.*\]\)$/\1/p; s/^;\([a-z_]*\) =.*/\1/p' "$root/conf/chatd.ini"
}
of_page() {
    sed -n 's/^\.Ss \(\[.*\]\).*/\1/p; s/^\.It Cm \([a-z_]*\) = .*/\1/p' "$root/man/chatd.ini.5"
}
[[ $(of_sample | wc -l) -gt 30 ]]
tap $? 'the sample tells of options'
holds 'the page has the options that the sample has' "$(diff <(of_sample) <(of_page))"

sample frame.in <<'END'
before
@OPTIONS@
after
END
sed 's/^It needs a restart\.$/A reload applies it./; /^\.It Cm motd /,/^A reload/d' <("$options" "$scratch/frame.in") \
    >"$scratch/bad.5"
bad=$(complaints "$scratch/bad.5" "$options" "$scratch/frame.in")
notices 'a page that says something else of an option' "$bad" '> It needs a restart.'
notices 'a page without an option' "$bad" '> .It Cm motd = Ar text'
notices 'what to do' "$bad" '"make manual" in the build folder renews it'
holds 'nothing else in the bad sample' "$(grep -E '(before|after|OPTIONS|Cm name)' <<<"$bad")"
sample bad.in <<<'a frame without a place for the options'
notices 'a frame without a place' "$(complaints "$scratch/bad.5" "$options" "$scratch/bad.in")" 'no line @OPTIONS@'
finish
