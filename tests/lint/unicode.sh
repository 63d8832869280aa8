#!/usr/bin/env bash
# What is made from Unicode's data and kept in the tree is as its makers make it.  A table is left out where its data
# are not installed, or are of another version.
. "${BASH_SOURCE%/*}/lint.sh"

data=${UNICODE_DATA:-/usr/share/unicode}
scripts=src/base/script_table.c
alikes=src/base/lookalike_table.c

# make_scripts: the table; fails where there are no data.
make_scripts() {
    LC_ALL=C ${AWK:-awk} -f "$root/src/base/script_table.awk" \
        "$data/extracted/DerivedGeneralCategory.txt" "$data/PropertyValueAliases.txt" "$data/Scripts.txt" \
        "$data/ScriptExtensions.txt"
}

make_alikes() {
    # Unquoted on purpose: several flags.
    # shellcheck disable=SC2046
    ${CC:-cc} -o "$scratch/maker" "$root/src/base/lookalike_table_maker.c" \
        $(pkg-config --cflags --libs icu-uc icu-i18n) && "$scratch/maker"
}

# complaints TABLE MADE
complaints() {
    diff "$1" "$2" >"$scratch/diff" ||
        echo "$1 is not what its maker makes; \"make unicode\" renews it: $(head -20 "$scratch/diff")"
}

version_of() {
    sed -n '1s/.*version \([0-9.]*\) .*/\1/p' "$1"
}

# check TABLE MAKER
check() {
    local name=${1##*/}
    if ! "$2" >"$scratch/$name" 2>/dev/null; then
        skip "$1 is as its data have it" 'needs the data, as Debian has them in unicode-data and libicu-dev'
    elif [[ $(version_of "$root/$1") != "$(version_of "$scratch/$name")" ]]; then
        skip "$1 is as its data have it" "the data are not of version $(version_of "$root/$1")"
    else
        holds "$1 is as its data have it" "$(complaints "$root/$1" "$scratch/$name")"
    fi
}

check "$scripts" make_scripts
check "$alikes" make_alikes

sed 's/{0x400, [0-9]*}/{0x400, 2}/' "$root/$scripts" >"$scratch/bad.c"
notices 'a table that has been edited' "$(complaints "$scratch/bad.c" "$root/$scripts")" '"make unicode" renews it'
finish
