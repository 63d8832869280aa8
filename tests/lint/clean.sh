#!/usr/bin/env bash
# Text as people want to meet it in a diff: no space at a line's end, no tab in C, no line over 120
# characters.  And no plural but by text_plural().
. "${BASH_SOURCE%/*}/lint.sh"

# The project's own files; neither git nor the tarball is asked, so that a new file counts at once.
files() {
    local place
    for place in "$@"; do
        [[ ! -e $place ]] || find "$place" -type f \( -name '*.[ch1-9]' -o -name '*.sh' -o -name '*.awk' \
            -o -name '*.md' -o -name '*.ini' -o -name '*.conf' -o -name '*.yml' -o -name '*.socket' -o -name '*.ac' \
            -o -name '*.am' -o -name '*.in' -o -name bootstrap -o -name run -o -name LICENSE \)
    done
}

complaints() {
    (
        cd "$1" || exit
        export LC_ALL=C.UTF-8
        files src tests conf docs man systemd .ci ./*.md bootstrap configure.ac Makefile.am LICENSE | sort |
            while read -r file; do
                grep -anE '[[:space:]]+$' "$file" | sed "s,^\([0-9]*\):.*,$file:\1: space at the end,"
                grep -anE '^.{121}' "$file" | sed "s,^\([0-9]*\):.*,$file:\1: over 120 characters,"
                [[ $file != *.[ch] ]] || grep -an $'\t' "$file" | sed "s,^\([0-9]*\):.*,$file:\1: a tab,"
                [[ $file != src/*.c ]] ||
                    grep -anE '== 1 \? *"' "$file" | sed "s,^\([0-9]*\):.*,$file:\1: a plural made by hand,"
            done
    )
}

holds 'the text of the project is clean' "$(complaints "$root")"

printf 'int x;\t\nint\ty;\n' | sample src/bad.c
printf 'n == 1 ? "" : "s"\nn == 1 ? a : b\n' | sample src/worse.c
printf '%0121d\n%0120d\n' 0 0 | sample tests/bad.sh
printf '\tgood\n' | sample Makefile.am
bad=$(complaints "$scratch")
notices 'space at the end' "$bad" 'src/bad.c:1: space'
notices 'a tab in C' "$bad" 'src/bad.c:2: a tab'
notices 'a plural made by hand' "$bad" 'src/worse.c:1: a plural'
notices 'a long line' "$bad" 'tests/bad.sh:1: over'
holds 'nothing else in the bad samples' "$(grep -E 'Makefile|worse.c:2|sh:2|c:2: space' <<<"$bad")"
finish
