#!/usr/bin/env bash
# What is promised of queues and lines holds however the writes are made: the tests of them once more, with several
# threads that write even to one client, and by io_uring.  Where io_uring is refused, that is how chatd goes on without.
. "${BASH_SOURCE%/*}/../tap.sh"
set -u

tests=${SHARING_TESTS-queues talk oneshot tls} # without their _test
ways='server.writers=3 server.writers_from=1
server.write=io_uring server.writers=1
server.write=io_uring server.writers=3 server.writers_from=1'

if [[ ! -x tests/integration/queues_test ]]; then
    skip 'queues and lines with several writers' 'the tests are not built'
    tap_end
    exit
fi
export CHATD_TEST_BACKEND=${CHATD_TEST_BACKEND:-epoll} # no backend changes it
while IFS= read -r options; do
    export CHATD_TEST_OPTIONS=$options
    for test in $tests; do
        [[ -x tests/integration/${test}_test ]] || continue # without OpenSSL there is no test of TLS
        output=$("tests/integration/${test}_test" 2>&1)
        tap $? "${test}_test with $options" "$output"
    done
done <<<"$ways"
tap_end
