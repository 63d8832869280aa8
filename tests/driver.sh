#!/usr/bin/env bash
# Runs one test for automake's test harness and turns the TAP it prints into one result a case.
#
# automake has a driver for TAP of its own.  This one exists for what cmocka prints: a plan for each
# group of one program, numbers that begin again, "not ok ... # SKIP", and a failed group teardown that
# the exit status does not tell.  Whatever the test printed, it is a failure when it was killed, took
# too long, left with an error that no case explains, or ran fewer cases than it had planned.
#
# The test runs in a process group of its own, which is killed afterwards: no test can leave a daemon
# behind.  Its standard input is /dev/null.
set -u

name='' log='' trs=''
while [[ $# -gt 0 ]]; do
    case $1 in
    --test-name) name=$2; shift 2 ;;
    --log-file) log=$2; shift 2 ;;
    --trs-file) trs=$2; shift 2 ;;
    --color-tests | --expect-failure | --enable-hard-errors | --collect-skipped-logs) shift 2 ;;
    --) shift; break ;;
    *) echo "$0: unknown argument: $1" >&2; exit 2 ;;
    esac
done

# timeout puts itself and the test into a new process group that carries its process id.
CMOCKA_MESSAGE_OUTPUT=TAP timeout -k 5 "${TEST_TIMEOUT:-900}" "$@" >"$log" 2>&1 </dev/null &
group=$!
trap 'kill -TERM "$group"' INT TERM HUP
# The braces keep the shell from announcing a signal that the result tells.
{ wait "$group"; } 2>/dev/null
status=$?
kill -KILL -- "-$group" 2>/dev/null

"${AWK:-awk}" -v name="$name" -v status="$status" -v trs="$trs" '
    function result(kind, text) {
        count[kind]++
        print ":test-result: " kind " " text >trs
        if (kind != "PASS")
            print kind ": " name ": " text
    }
    /^[ \t]*1\.\.[0-9]+/ {
        plan = $0
        sub(/^[ \t]*1\.\./, "", plan)
        planned += plan + 0
        has_plan = 1
        if (plan + 0 == 0)
            result("SKIP", "everything " plan)
        next
    }
    /^(not )?ok / {
        text = $0
        sub(/^(not )?ok +/, "", text)
        # The number 0 is how cmocka reports the setup and the teardown of a group.
        if (text !~ /^0 /)
            ran++
        if (text ~ /# *[Ss][Kk][Ii][Pp]/)
            result("SKIP", text)
        else
            result(/^not / ? "FAIL" : "PASS", text)
    }
    END {
        if (status == 124 || status == 137)
            why = "killed, or it took too long"
        else if (status > 128)
            why = "ended by signal " (status - 128)
        else if (status != 0 && !count["FAIL"])
            why = "exit status " status
        if (!has_plan)
            why = why (why ? "; " : "") "it printed no plan"
        else if (ran != planned)
            why = why (why ? "; " : "") "planned " planned " cases, ran " ran + 0
        if (why)
            result("ERROR", why)

        bad = count["FAIL"] + count["ERROR"]
        all = bad ? "FAIL" : count["PASS"] ? "PASS" : "SKIP"
        print ":global-test-result: " all >trs
        print ":recheck: " (bad ? "yes" : "no") >trs
        print ":copy-in-global-log: " (bad ? "yes" : "no") >trs
        print all ": " name " (" count["PASS"] + 0 (count["SKIP"] ? ", skipped " count["SKIP"] : "") ")"
    }
' "$log"
