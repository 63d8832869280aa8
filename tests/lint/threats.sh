#!/usr/bin/env bash
# The table of threats in README.md names tests that exist: a function of a test program, or a script.
. "${BASH_SOURCE%/*}/lint.sh"

# The rows' threats, and the tests that the last cell names, a line each.
named() {
    awk -F '|' '
        /^## / { is_there = $0 == "## Security" }
        is_there && /^\|/ && NF == 5 && $2 !~ /^ *(threat|-+) *$/ {
            print "row" $2
            n = split($4, parts, "`")
            for (i = 2; i <= n; i += 2)
                print "test " parts[i]
        }' "$1/README.md"
}

complaints() {
    local kind name threat='' tests=1
    while read -r kind name; do
        if [[ $kind == row ]]; then
            ((tests > 0)) || echo "no test holds: $threat"
            threat=$name tests=0
            continue
        fi
        tests=$((tests + 1))
        if [[ $name == *.sh ]]; then
            find "$1/tests" -name "$name" | grep -q . || echo "there is no script $name"
        else
            grep -r -q --include='*_test.c' -E "^static void $name\(" "$1/tests" || echo "there is no test $name"
        fi
    done < <(named "$1"; echo 'row end')
    [[ $(named "$1" | grep -c '^row') -gt 1 ]] || echo 'there is no table'
}

holds 'each threat in README.md has a test that exists' "$(complaints "$root")"

sample tests/unit/a_test.c <<'END'
static void it_is_there(void **state)
END
sample tests/integration/guards.sh </dev/null
sample README.md <<'END'
## Security
| threat | what it meets | test |
|---|---|---|
| one | an answer | `it_is_there` |
| two | an `option` | `it_is_gone`, `guards.sh` |
| three | an answer | `lost.sh` |
| four | an `option` | |
## Other
| five | an answer | `elsewhere` |
END
bad=$(complaints "$scratch")
notices 'a test that is gone' "$bad" 'there is no test it_is_gone'
notices 'a script that is gone' "$bad" 'there is no script lost.sh'
notices 'a threat without a test' "$bad" 'no test holds: four'
holds 'nothing else in the bad samples' "$(grep -v -e it_is_gone -e lost.sh -e four <<<"$bad")"
finish
