# shellcheck shell=bash
# TAP for the tests that are shell scripts; sourced by what each kind of them shares.

cases=0
failures=0

# tap STATUS NAME [TEXT]: one result, good when STATUS is 0; TEXT explains a bad one.
tap() {
    cases=$((cases + 1))
    if [[ $1 == 0 ]]; then
        echo "ok $cases - $2"
    else
        echo "not ok $cases - $2"
        [[ -z ${3-} ]] || sed 's/^/# /' <<<"$3"
        failures=$((failures + 1))
    fi
}

# skip NAME WHY
skip() {
    cases=$((cases + 1))
    echo "ok $cases - $1 # SKIP $2"
}

# The plan, behind all results; fails when one of them was bad.
tap_end() {
    echo "1..$cases"
    [[ $failures == 0 ]]
}
