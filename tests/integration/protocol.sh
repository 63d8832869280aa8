#!/usr/bin/env bash
# What chatd-protocol(7) says a program can rely on: its example is what the daemon does, and each command
# is answered by one "ok" or one "error".
. "${BASH_SOURCE%/*}/daemon.sh"

page=${top_srcdir:-.}/man/chatd-protocol.7

# The example's lines, those that go on joined.
example() {
    sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/p' "$page" | sed '1,/^\.Bd/d; /^\.Ed/,$d' | awk '
        /^ / { line = line substr($0, 2); next }
        { if (NR > 1) print line; line = $0 }
        END { print line }'
}

# Ids and times in their form are as good as any others.
plain() {
    sed -E 's/"id":"[0-9a-f]{16}"/ID/
        s/"time":"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z"/TIME/' <<<"$1"
}

# field NAME LINE
field() {
    sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" <<<"$2"
}

# next_line DESCRIPTOR: sets line to the next one.
next_line() {
    IFS= read -r -t "$deadline" -u "$1" line
    local status=$?
    line=${line%$'\r'}
    return $status
}

# What carol does in the example, so that the line WANTED comes.
carol_does() {
    [[ $(field from "$1") == carol && $1 != *'"replay":true'* ]] || return 0
    case $(field type "$1") in
    say) printf '%s\n' "$(field text "$1")" >&"$carol" ;;
    private) printf '/msg %s %s\n' "$(field to "$1")" "$(field text "$1")" >&"$carol" ;;
    esac
}

run_example() {
    local wanted count=0 line
    exec {carol}<>"/dev/tcp/127.0.0.1/$port"
    printf '/nick carol\n/join #ops\n/leave #lobby\nanybody here?\n/time\n' >&"$carol"
    while next_line "$carol" && [[ $line != "-- "2???-??-??\ * ]]; do :; done
    exec {bot}<>"/dev/tcp/127.0.0.1/$port"
    while IFS= read -r wanted; do
        count=$((count + 1))
        if [[ $wanted == '> '* ]]; then
            printf '%s\n' "${wanted#> }" >&"$bot"
            continue
        fi
        carol_does "$wanted"
        if ! next_line "$bot" || [[ $(plain "$line") != "$(plain "$wanted")" ]]; then
            printf '# the page: %s\n# the daemon: %s\n' "$wanted" "$line"
            return 1
        fi
    done < <(example)
    next_line "$bot" && {
        echo "# the page ends here; the daemon: $line"
        return 1
    }
    exec {bot}>&- {carol}>&-
    [[ $count -gt 20 ]]
}

# Each command but /quit, with none to three words: how many answers there are.
count_answers() {
    local line command commands=() words
    exec {bot}<>"/dev/tcp/127.0.0.1/$port"
    printf '/format json\n/help all\n' >&"$bot"
    while next_line "$bot" && [[ $line != '{"type":"ok","command":"help"}' ]]; do
        [[ $(field type "$line") != help ]] || commands+=("/$(field name "$line")")
    done
    for command in "${commands[@]}"; do
        [[ $command != /quit ]] || continue
        for words in '' ' x' ' x y' ' x y z' ' #x !y' " $(printf '%040d' 0)"; do
            printf '%s%s\n' "$command" "$words" >&"$bot"
            # Up to the answer, and not beyond.
            line=''
            while [[ $line != '{"type":"ok"'* && $line != '{"type":"error"'* ]]; do
                next_line "$bot" || { echo "# no answer to $command$words"; return 1; }
            done
            if [[ $line == '{"type":"ok"'* && $(field command "$line") != "${command#/}" ]]; then
                echo "# $command$words: $line"
                return 1
            fi
        done
    done
    printf '/version\n' >&"$bot"
    next_line "$bot"
    if [[ $line != '{"type":"version","command":"version"'* ]]; then
        echo "# one answer too many: $line"
        return 1
    fi
    exec {bot}>&-
    [[ ${#commands[@]} -gt 20 ]]
}

# The program at the end of the page, as a reader would copy it.
python_client() {
    sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/p' "$page" | sed '1,/^import json/{/^import json/!d}; /^\.Ed/,$d; s/\\e/\\/g'
}

# It answers carol in private, and ends with the connection.
run_python_client() {
    local line pid status
    python_client >"$scratch/echo.$backend.py"
    exec {carol}<>"/dev/tcp/127.0.0.1/$port"
    printf '/nick carol\n/join #ops\n' >&"$carol"
    while next_line "$carol" && [[ $line != *'in #ops'* ]]; do :; done
    python3 "$scratch/echo.$backend.py" 127.0.0.1 "$port" </dev/null 2>"$scratch/echo.$backend" &
    pid=$!
    # Its name before or after it has come, as the server tells it.
    while next_line "$carol" && [[ $line != *'echo joined'* ]]; do :; done
    printf '/msg echo h\xc3\xa9llo {there}\n' >&"$carol"
    while next_line "$carol" && [[ $line != '[echo -> you]'* ]]; do :; done
    [[ $line == '[echo -> you] héllo {there}' ]]
    status=$?
    # Another one does not answer itself under a name that it was not given.
    timeout "$deadline" python3 "$scratch/echo.$backend.py" 127.0.0.1 "$port" </dev/null 2>"$scratch/second"
    [[ $? == 1 ]] && grep -q 'somebody else has that name' "$scratch/second" || status=1
    kill "$pid"
    wait "$pid" 2>/dev/null
    exec {carol}>&-
    [[ $status == 0 ]] || sed 's/^/# /' "$scratch/echo.$backend"
    return "$status"
}

run_tests() {
    start_daemon -o server.name=example -o flood.lines_per_second=0 -o rooms.fold_above=0 || return
    run_example
    tap $? 'the example of the page is what happens'
    count_answers
    tap $? 'each command is answered by one ok or error'
    if command -v python3 >/dev/null; then
        run_python_client
        tap $? 'the client of the page works'
    else
        skip 'the client of the page works' 'python3 is not installed'
    fi
    [[ $(python_client | grep -c .) -le 15 ]]
    tap $? 'the client of the page has no more than 15 lines'
    stop_daemon
}

on_each_backend
