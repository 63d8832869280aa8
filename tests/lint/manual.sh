#!/usr/bin/env bash
# The manual pages are well-formed mdoc.
. "${BASH_SOURCE%/*}/lint.sh"

if ! command -v mandoc >/dev/null; then
    echo '1..0 # SKIP mandoc is not installed'
    exit 0
fi

# Its remarks on style are left out: they ask for lines of 80 characters, and that every page which
# another one names is installed on the machine that runs this.
complaints() {
    (cd "$1" && mandoc -T lint -W warning man/*.[1-9] 2>&1)
}

holds 'mandoc finds nothing in the pages' "$(complaints "$root")"

sample man/bad.8 <<'END'
.Dd January 1, 2026
.Dt BAD 8
.Os
.Sh NAME
.Nm bad
.Nd a page with an unknown macro
.Zz
END
notices 'an unknown macro' "$(complaints "$scratch")" 'man/bad.8:7'
finish
