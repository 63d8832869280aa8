#!/usr/bin/env bash
# Keeps a database as the newest version of the schema makes it, for the tests that later versions take it over:
#
#   tests/databases/keep.sh <statements.sql
#
# Takes the kept database of the version before, has the built chatd bring it up to the newest version, runs the
# statements, which fill what the last step has added, and writes tests/databases/vN.sql.  Then list that file in
# Makefile.am.  Needs sqlite3(1).  What was kept is never made anew.
set -eu

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
chatd=${CHATD:-$here/../../build/chatd}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
db=$scratch/chatd.db

last=0
while [[ -e $here/v$((last + 1)).sql ]]; do last=$((last + 1)); done
[[ $last == 0 ]] || { echo 'PRAGMA auto_vacuum = INCREMENTAL;'; cat "$here/v$last.sql"; } | sqlite3 "$db"

mkfifo "$scratch/log"
"$chatd" -o store.path="$db" -o server.listen=127.0.0.1:0 >/dev/null 2>"$scratch/log" &
while IFS= read -r line && [[ $line != *' ready '* ]]; do echo "$line" >&2; done <"$scratch/log"
kill -TERM $!
wait $!

version=$(sqlite3 "$db" 'PRAGMA user_version')
if [[ $version != $((last + 1)) ]]; then
    echo "keep.sh: v$last.sql is the newest that is kept, and chatd makes version $version" >&2
    exit 1
fi
sqlite3 -bail "$db"
{
    sqlite3 "$db" "SELECT 'PRAGMA application_id = ' || application_id || ';' FROM pragma_application_id"
    echo "PRAGMA user_version = $version;"
    sqlite3 "$db" .dump
} >"$here/v$version.sql"
echo "$here/v$version.sql"
