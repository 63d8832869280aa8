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

missing=()
command -v dpkg-buildpackage >/dev/null || missing+=(dpkg-dev)
command -v dh >/dev/null || missing+=(debhelper)
[[ ${#missing[@]} == 0 ]] || fail "needs the packages ${missing[*]}; apt-get install ${missing[*]}"

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

if [[ " ${DEB_BUILD_OPTIONS-} " == *' nocheck '* ]]; then
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
