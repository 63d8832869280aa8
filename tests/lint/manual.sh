#!/usr/bin/env bash
# The manual pages are well-formed mdoc, in good style, and name no page of ours that does not exist;
# chatd(8) explains each warning and error of the log.
. "${BASH_SOURCE%/*}/lint.sh"

if ! command -v mandoc >/dev/null; then
    echo '1..0 # SKIP mandoc is not installed'
    exit 0
fi

# complaints FOLDER: of the pages in its man/.  Whether pages of others are installed here says nothing, and
# of a machine's outdated list of them mandoc complains too.
complaints() {
    (
        cd "$1" || exit
        mandoc -T lint man/*.[1-9] 2>&1 | grep -vE 'referenced manual not found|mandoc[.]db'
        awk '$1 == ".Xr" { print FILENAME, $2 "." $3 }' man/*.[1-9] |
            while read -r page other; do
                [[ $other != chat* || -e man/$other ]] || echo "$page: there is no $other"
            done
    )
}

# unexplained FOLDER: of the sources in its src/.
unexplained() {
    grep -rhoE 'log_(warn|error)\("[^"]+"' "$1/src" | sed 's/.*("//; s/"$//' | sort -u |
        while read -r phrase; do
            grep -qxF ".It $phrase" "$1/man/chatd.8" || echo "man/chatd.8 does not explain: $phrase"
        done
}

holds 'mandoc finds nothing in the pages, and their references are right' "$(complaints "$root")"
holds 'each warning of the log is explained' "$(unexplained "$root")"
[[ $(grep -rE 'log_(warn|error)\("' "$root/src" | wc -l) -gt 5 ]]
tap $? 'there are warnings to look at'

sample man/bad.8 <<'END'
.Dd January 1, 2026
.Dt BAD 8
.Os
.Sh NAME
.Nm bad
.Nd a page with an unknown macro
.Zz
.Sh SEE ALSO
.Xr cat 1 ,
.Xr bad 8 ,
.Xr chatter 1
END
bad=$(complaints "$scratch")
notices 'an unknown macro' "$bad" 'man/bad.8:7'
notices 'a page of ours that does not exist' "$bad" 'man/bad.8: there is no chatter.1'
holds 'nothing else in the bad sample' "$(grep -E 'cat|bad.8: there is no bad' <<<"$bad")"
sample man/chatd.8 <<'END'
.It disk is full
END
sample src/bad.c <<'END'
    log_warn("disk is full", LOG_NUM("bytes", 1));
    log_error("disk is fuller");
END
bad=$(unexplained "$scratch")
notices 'a warning that is not explained' "$bad" 'man/chatd.8 does not explain: disk is fuller'
holds 'nothing else among the bad warnings' "$(grep -v fuller <<<"$bad")"
finish
