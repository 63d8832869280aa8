#!/usr/bin/env bash
# Real proxies in front of the daemon: HAProxy and nginx, both versions of the PROXY protocol, health checks, and TLS
# that ends at the proxy or goes through it.  Each client has an address of its own on the loopback interface, and the
# daemon knows it.
. "${BASH_SOURCE%/*}/daemon.sh"
PATH=$PATH:/usr/sbin:/sbin

nginx_stream=$(ls /usr/lib/nginx/modules/ngx_stream_module.so /usr/lib64/nginx/modules/ngx_stream_module.so \
    2>/dev/null | head -n 1)
# An address that other processes are unlikely to use: its ports are free.
own=127.$((RANDOM % 200 + 20)).$((RANDOM % 250 + 1)).$((RANDOM % 250 + 1))

# until_there ADDRESS PORT PID: waits until something listens there, or the process has ended.
until_there() {
    local end=$((SECONDS + deadline))
    until (exec 9<>"/dev/tcp/$1/$2") 2>/dev/null; do
        kill -0 "$3" 2>/dev/null && ((SECONDS < end)) || return 1
        read -r -t 0.05 <> <(:) || :
    done
}

# open_observer: somebody who has come directly, from an address that is no proxy's; the descriptors hears and says.
open_observer() {
    coproc OBSERVER { exec nc -s 127.0.0.2 127.0.0.1 "$port"; }
    exec {hears}<&"${OBSERVER[0]}" {says}>&"${OBSERVER[1]}"
    printf '/nick observer\n' >&"$says"
    heard 'You are now observer.'
}

# heard TEXT: whether the observer hears it; all that came before is in seen.
heard() {
    local line
    seen=''
    while IFS= read -r -t "$deadline" -u "$hears" line; do
        seen+=$line$'\n'
        [[ $line != *"$1"* ]] || return 0
    done
    return 1
}

# comes NAME SOURCE COMMAND...: a client that says a line and quits, by a command that connects it; it is heard, and the
# daemon knows that it comes from SOURCE.
comes() {
    local name=$1 source=$2 answer
    shift 2
    answer=$(printf '/nick %s\nhello\n/quit\n' "$name" | timeout "$deadline" "$@" 2>&1)
    heard "$name: hello" && heard "$name quit" && until_logged " address=$source:"
    tap $? "$name is heard, and comes from $source" "$answer"
}

# joins NAME COMMAND...: somebody who stays, connected by a command; to[NAME] and of[NAME] are the descriptors.
declare -A to of
joins() {
    local name=$1 in out
    shift
    { coproc CLIENT { exec "$@"; }; } 2>/dev/null # bash warns that another one is there
    exec {out}<&"${CLIENT[0]}" {in}>&"${CLIENT[1]}"
    of[$name]=$out
    to[$name]=$in
    printf '/nick %s\n' "$name" >&"$in"
    reads "$name" "You are now $name."
}

# reads NAME TEXT: whether somebody gets TEXT.
reads() {
    local line
    while IFS= read -r -t "$deadline" -u "${of[$1]}" line; do
        [[ $line != *"$2"* ]] || return 0
    done
    return 1
}

# TLS that ends at the proxy, TLS that goes through it, and none.
in_one_room() {
    local name other status=0
    joins plain nc -s 127.0.0.31 "$own" 4001 && joins ended openssl s_client -quiet -connect "$own:4004" &&
        joins whole ncat --ssl -s 127.0.0.33 "$own" 4006 || status=1
    for name in plain ended whole; do
        printf 'hello from %s\n' "$name" >&"${to[$name]}"
        for other in plain ended whole; do
            [[ $other == "$name" ]] || reads "$other" "$name: hello from $name" || status=1
        done
    done
    tap $status 'nc, openssl s_client and ncat --ssl talk in one room through HAProxy'
    for name in plain ended whole; do
        printf '/quit\n' >&"${to[$name]}"
    done
}

start_haproxy() {
    cat >"$scratch/haproxy.cfg" <<END
defaults
    mode tcp
    timeout connect ${deadline}s
    timeout client ${deadline}s
    timeout server ${deadline}s
listen v1
    bind $own:4001
    server chatd 127.0.0.1:$port send-proxy check inter 50ms
listen v2
    bind $own:4002
    server chatd 127.0.0.1:$port send-proxy-v2 check inter 50ms
listen more
    bind $own:4003
    server chatd 127.0.0.1:$port send-proxy-v2 proxy-v2-options crc32c,unique-id,authority
    unique-id-format %{+X}o\ %ci:%cp_%fi:%fp_%Ts_%rt:%pid
listen tls
    bind $own:4004 ssl crt $scratch/pair.pem
    server chatd 127.0.0.1:$port send-proxy-v2-ssl-cn
listen through
    bind $own:4006
    server chatd 127.0.0.1:$tls_port send-proxy-v2
listen none
    bind $own:4005
    server chatd 127.0.0.1:$port
END
    timeout $((8 * deadline)) haproxy -db -f "$scratch/haproxy.cfg" >"$scratch/haproxy.log" 2>&1 </dev/null &
    proxy_pid=$!
    until_there "$own" 4004 "$proxy_pid"
    tap $? 'HAProxy starts' "$(cat "$scratch/haproxy.log")"
}

behind_haproxy() {
    local before
    start_haproxy
    comes version1 127.0.0.11 nc -N -s 127.0.0.11 "$own" 4001
    comes version2 127.0.0.12 nc -N -s 127.0.0.12 "$own" 4002
    comes fields 127.0.0.13 nc -N -s 127.0.0.13 "$own" 4003
    if command -v ncat >/dev/null; then
        comes encrypted 127.0.0.14 ncat --ssl -s 127.0.0.14 "$own" 4004
        if [[ $tls_port != "$port" ]]; then
            comes through 127.0.0.17 ncat --ssl -s 127.0.0.17 "$own" 4006
            in_one_room
        else
            skip 'through is heard, and comes from 127.0.0.17' 'chatd is built without TLS'
        fi
    else
        skip 'encrypted is heard, and comes from 127.0.0.14' 'there is no ncat'
    fi

    # A proxy that is to send a header and does not.
    before=$(timeout "$deadline" nc -N -s 127.0.0.15 "$own" 4005 < <(echo hello))
    [[ $before == *'!! proxy-missing: '* ]] && until_logged 'client refused reason=proxy-missing address=127.0.0.1:'
    tap $? 'a proxy that sends no header is refused' "$before"

    # Many health checks of both versions: LOCAL, or UNKNOWN, and the end.
    printf '/version\n' >&"$says"
    heard '-- chatd '
    before=$(grep -c ' address=127.0.0.1:' "$log")
    until_logged ' address=127.0.0.1:' $((before + 10))
    tap $? 'HAProxy checks the health of the daemon'
    printf '/version\n' >&"$says"
    heard '-- chatd ' && [[ $seen != *guest* && $(grep -c 'client refused' "$log") == 1 ]]
    tap $? 'nobody hears of health checks, and none is refused' "$seen"
    kill "$proxy_pid"
    wait "$proxy_pid" 2>/dev/null
}

behind_nginx() {
    mkdir -p "$scratch/nginx"
    cat >"$scratch/nginx/nginx.conf" <<END
load_module $nginx_stream;
master_process off;
daemon off;
pid $scratch/nginx/pid;
error_log stderr;
events { }
stream {
    server {
        listen $own:4011;
        proxy_pass 127.0.0.1:$port;
        proxy_protocol on;
    }
}
END
    timeout $((8 * deadline)) nginx -p "$scratch/nginx" -c "$scratch/nginx/nginx.conf" -e stderr \
        >"$scratch/nginx.log" 2>&1 </dev/null &
    proxy_pid=$!
    until_there "$own" 4011 "$proxy_pid"
    tap $? 'nginx starts' "$(cat "$scratch/nginx.log")"
    comes stream 127.0.0.16 nc -N -s 127.0.0.16 "$own" 4011
    kill "$proxy_pid"
    wait "$proxy_pid" 2>/dev/null
}

limits_are_the_clients() {
    local first second answer
    start_daemon -o proxy.from=127.0.0.1 -o limits.clients_per_address=1
    start_haproxy
    for first in 21 22 23 24; do
        coproc CLIENT { exec nc -s "127.0.0.$first" "$own" 4002; }
        exec {second}<&"${CLIENT[0]}"
        IFS= read -r -t "$deadline" -u "$second" answer
        [[ $answer == *Welcome* ]] || break
    done 2>/dev/null # bash warns that coprocesses are still there
    [[ $answer == *Welcome* ]]
    tap $? 'clients of one proxy have limits of their own' "$answer"
    answer=$(timeout "$deadline" nc -s 127.0.0.23 "$own" 4002 </dev/null)
    [[ $answer == *'!! too-many-from-address: '* ]]
    tap $? 'one that comes twice is refused' "$answer"
    kill "$proxy_pid"
    wait "$proxy_pid" 2>/dev/null
    stop_daemon
}

run_tests() {
    local tls=()
    openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=chat.example -days 1 -keyout "$scratch/key.pem" \
        -out "$scratch/cert.pem" 2>/dev/null
    cat "$scratch/cert.pem" "$scratch/key.pem" >"$scratch/pair.pem"
    if "$chatd" --version | grep -q '^with OpenSSL'; then
        tls=(-o tls.listen=127.0.0.1:0 -o tls.certificate="$scratch/pair.pem")
    fi
    # Each join and quit is told: not several of a second together.
    start_daemon -o proxy.from=127.0.0.1 -o proxy.seconds=60 -o log.level=debug -o rooms.fold_above=0 "${tls[@]}"
    # Without TLS, nobody is brought there.
    tls_port=$(sed -n 's/.* listening address=127.0.0.1:\([0-9]*\) for=tls$/\1/p' "$log")
    tls_port=${tls_port:-$port}
    open_observer
    if command -v haproxy >/dev/null; then
        behind_haproxy
    else
        skip 'clients behind HAProxy' 'haproxy is not installed'
    fi
    if command -v nginx >/dev/null && [[ -n $nginx_stream ]]; then
        behind_nginx
    else
        skip 'clients behind nginx' 'nginx with its module stream is not installed'
    fi
    stop_daemon
    if command -v haproxy >/dev/null; then
        limits_are_the_clients
    else
        skip 'limits behind HAProxy' 'haproxy is not installed'
    fi
}

# What the proxies do is the same on each backend.
CHATD_TEST_BACKEND=${CHATD_TEST_BACKEND:-epoll} on_each_backend
