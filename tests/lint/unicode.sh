#!/usr/bin/env bash
# What is made from Unicode's data and kept in the tree, src/base/script_table.c, is as its script makes it.  Skipped
# where the data are not installed, or are of another version.
. "${BASH_SOURCE%/*}/lint.sh"

data=${UNICODE_DATA:-/usr/share/unicode}
table=$root/src/base/script_table.c

made() {
    LC_ALL=C ${AWK:-awk} -f "$root/src/base/script_table.awk" \
        "$1/extracted/DerivedGeneralCategory.txt" "$1/PropertyValueAliases.txt" "$1/Scripts.txt" \
        "$1/ScriptExtensions.txt"
}

# complaints TABLE
complaints() {
    made "$data" >"$scratch/made" 2>&1
    diff "$1" "$scratch/made" >"$scratch/diff" ||
        echo "$1 is not what its script makes; \"make unicode\" renews it: $(head -20 "$scratch/diff")"
}

version=$(sed -n '1s/.*version \([0-9.]*\) .*/\1/p' "$table")
if ! [[ -r $data/Scripts.txt ]]; then
    echo "1..0 # SKIP needs Unicode's data, as Debian has them in unicode-data"
    exit 0
fi
if ! grep -qF "Scripts-$version.txt" "$data/Scripts.txt"; then
    echo "1..0 # SKIP Unicode's data are not of version $version"
    exit 0
fi
holds 'the table of scripts is as the data have it' "$(complaints "$table")"

sed 's/{0x400, [0-9]*}/{0x400, 2}/' "$table" >"$scratch/bad.c"
notices 'a table that has been edited' "$(complaints "$scratch/bad.c")" '"make unicode" renews it'
finish
