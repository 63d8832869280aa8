#!/usr/bin/env bash
# Fetches what chatd is measured beside: Debian's packages of ngircd, InspIRCd, Redis and HAProxy, and gnuplot for
# the plot.
#
#   tests/bench/setup.sh [DIRECTORY]        build/bench/peers if not given
#
# They are unpacked, not installed: ngircd and InspIRCd exclude each other, an installed server would be
# started at once and with each boot, and nothing here needs root.  Only this script fetches anything; the
# benchmark itself takes what it finds there or in PATH, and says what it has not found.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
peers=${1:-$root/build/bench/peers}

if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
    echo 'setup.sh: this fetches packages of Debian and Ubuntu; elsewhere, install ngircd or InspIRCd,' >&2
    echo 'setup.sh: redis-server, haproxy and gnuplot by hand: the benchmark finds them in PATH' >&2
    exit 1
fi

# What apt would install for a package and is not there: itself and libraries.  InspIRCd's modules need
# much that its core does not, and no module is loaded.
wanted() {
    case $1 in
    inspircd) echo inspircd ;;
    *)
        apt-get -s install --no-install-recommends "$1" 2>/dev/null | awk -v package="$1" '
            /^Inst/ && ($2 == package || $2 ~ /^lib|^redis-tools$|^gnuplot-data$/) { print $2 }'
        ;;
    esac
}

mkdir -p "$peers/deb"
for package in ngircd inspircd redis-server haproxy gnuplot-nox; do
    list=$(wanted "$package" | grep -v -e '-dev$' || :)
    if [[ -z $list ]]; then
        echo "$package: nothing to fetch: it is installed, or no package source has it"
        continue
    fi
    # Unquoted on purpose: several packages in one variable.
    # shellcheck disable=SC2086
    if (cd "$peers/deb" && apt-get -q download $list >/dev/null); then
        for one in $list; do
            for file in "$peers/deb/${one}"_*.deb; do
                dpkg-deb -x "$file" "$peers"
            done
        done
        echo "$package: unpacked into $peers"
    else
        echo "$package: could not be fetched; does apt-get update help?" >&2
    fi
done
