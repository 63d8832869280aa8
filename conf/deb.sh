#!/usr/bin/env bash
# deb.sh TARBALL FOLDER: builds the Debian package of the chatd in TARBALL, and leaves it in FOLDER.
#
# "make deb" runs it.  The packaging files are the tarball's conf/debian/; they are copied to where dpkg wants them
# in a scratch folder here, deb.work/, which stays when something fails.
# Environment: DEB_BUILD_OPTIONS   as dpkg-buildpackage knows it; nocheck leaves out the unit tests, and cmocka
set -euo pipefail

fail() {
    echo "make deb: $*" >&2
    exit 1
}

control=${BASH_SOURCE[0]%/*}/debian/control
nocheck=''
[[ " ${DEB_BUILD_OPTIONS-} " != *' nocheck '* ]] || nocheck=nocheck

# What the package is built with, as packages to install.  By the shell alone: nothing may be there yet.
needed() {
    local line name is_needed=''
    echo dpkg-dev
    echo build-essential
    while IFS= read -r line; do
        name=${line# }
        name=${name%%[ ,]*}
        case $line in
        Build-Depends:*) is_needed=1 ;;
        ' debhelper-compat'*) echo debhelper ;; # which provides that, and the next
        ' dh-sequence-'*) ;;
        ' '*'<!nocheck>'*) [[ -n $nocheck ]] || echo "$name" ;;
        ' '*) [[ -z $is_needed ]] || echo "$name" ;;
        *) is_needed='' ;;
        esac
    done <"$control"
}

# Those that are not there; all of them, where nothing can tell.
missing() {
    if ! command -v dpkg-checkbuilddeps >/dev/null; then
        needed
    else
        { dpkg-checkbuilddeps ${nocheck:+-P nocheck} "$control" 2>&1 || :; } |
            sed -n 's/.*[Uu]nmet build dependencies: //p' |
            sed 's/ *([^)]*)//g; s/debhelper-compat/debhelper/; s/dh-sequence-[a-z]*//g' | xargs
    fi
}
packages=$(missing)
packages=${packages//$'\n'/ }
[[ -z $packages ]] || fail "needs the packages $packages; apt-get install $packages"

tarball=$(readlink -f "$1")
folder=$(readlink -f "$2")
here=$PWD
name=${tarball##*/}
name=${name%.tar.gz}

rm -rf deb.work
mkdir deb.work
cd deb.work
tar -xzf "$tarball"
cd "$name"
cp -R conf/debian debian

# Two files tell the version, and a release changes both.
version=$(dpkg-parsechangelog -S Version)
[[ chatd-${version%-*} == "$name" ]] || fail "$name has conf/debian/changelog of $version"

if [[ -n $nocheck ]]; then
    export DEB_BUILD_PROFILES="${DEB_BUILD_PROFILES:+$DEB_BUILD_PROFILES }nocheck"
fi
# Nothing of the make that runs this, nor of its build's settings, is meant for the package's.
env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u MAKEOVERRIDES -u DESTDIR dpkg-buildpackage -us -uc -b ||
    fail "dpkg-buildpackage failed in $PWD"

cd "$here"
for deb in deb.work/*.deb; do
    mv "$deb" "$folder"
    echo "make deb: ${deb##*/}"
done
rm -rf deb.work
