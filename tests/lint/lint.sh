# What the lints share; sourced by each of them.
#
# A lint is a function that prints a complaint a line and nothing when all is well.  Each lint also
# feeds itself something bad: a check that cannot fail checks nothing.
#
# A lint can be run by hand, tests/lint/layers.sh, or by make check, which gives it top_srcdir and the
# rest in the environment.
set -u
. "${BASH_SOURCE[0]%/*}/../tap.sh"

root=${top_srcdir:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
build=${top_builddir:-$root/build}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# holds NAME COMPLAINTS: good when there are none.
holds() {
    [[ -z $2 ]]
    tap $? "$1" "$2"
}

# notices NAME COMPLAINTS TEXT: good when TEXT is among the complaints about a bad sample.
notices() {
    [[ $2 == *"$3"* ]]
    tap $? "$1" "wanted: $3"$'\n'"got: $2"
}

# sample PATH: makes a file of standard input in the tree of bad samples.
sample() {
    mkdir -p "$(dirname "$scratch/$1")"
    cat >"$scratch/$1"
}

finish() {
    tap_end
    exit
}
