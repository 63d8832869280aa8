#!/usr/bin/env bash
# The metrics out of the sandbox, which hides nearly all of /proc: where the settings say, and on a socket that the
# service manager hands over.
. "${BASH_SOURCE%/*}/system.sh"

# scrape: what is answered at /metrics.
scrape() {
    local fd
    exec {fd}<>/dev/tcp/127.0.0.1/9400 || return
    printf 'GET /metrics HTTP/1.0\r\n\r\n' >&"$fd"
    cat <&"$fd"
    exec {fd}>&-
}

served_where_the_settings_say() {
    local text
    systemctl start chatd
    is 'nothing is served unless it is wanted' "$(scrape 2>/dev/null)" ''
    settings <<<$'[metrics]\nlisten = 127.0.0.1:9400'
    systemctl restart chatd
    person alice && person bob
    ok 'people chat' chats alice bob 'to be counted'
    text=$(scrape)
    has 'people are counted' "$text" '^chatd_clients 2$'
    has 'and lines' "$text" '^chatd_lines_total 1$'
    has 'the sandbox shows the memory in use' "$text" '^process_resident_memory_bytes [0-9]{6,}$'
    has 'the time' "$text" '^process_cpu_seconds_total [0-9.]*[1-9]'
    has 'and the limit on descriptors' "$text" '^process_max_fds [0-9]+$'
    systemctl kill -s HUP chatd
    ok 'a reload is counted' until_true scrape_says '^chatd_reloads_total{result="applied"} 1$'
}

scrape_says() {
    scrape | grep -qE "$1"
}

served_on_a_socket_of_the_manager() {
    local unit=/run/systemd/system/chatd-metrics.socket
    cat >"$unit" <<'END'
[Socket]
ListenStream=127.0.0.1:9400
FileDescriptorName=metrics
Service=chatd.service
END
    systemctl daemon-reload
    systemctl start chatd-metrics.socket
    is 'chatd does not run yet' "$(of chatd ActiveState)" inactive
    has 'the first who asks starts it, and is answered' "$(scrape)" '^chatd_clients 0$'
    ok 'people find it where they always do' answers
    systemctl stop chatd-metrics.socket chatd
    rm -f "$unit"
}

each served_where_the_settings_say served_on_a_socket_of_the_manager
fresh
finish
