# shellcheck shell=bash
# The servers that are measured; sourced by bench.sh.
#
# chatd-uring is chatd that writes by io_uring.
# chatd-store is chatd with a database, which bench.sh holds against chatd without one; chatd-flood has its flood limits
# as they are by default; pair is another build of chatd, the program $PAIR.
# A name with -tls is the same server over TLS, and with -2 the same chatd with two writers.  haproxy stands in front of
# a chatd in clear, and is what is measured.
# Each is started in the foreground by server_exec NAME PORT DIRECTORY, which replaces the calling process,
# with a configuration that lifts its limits and changes nothing else that it could be faster or slower by.
# Wants CHATD, FLOOR and PEERS, the directory that setup.sh unpacks into.

# shellcheck disable=SC2034
SERVERS='floor chatd ngircd inspircd redis'

# beside_tls SERVER: what is measured in clear and over TLS for its sake; nothing where it is not measured over TLS.
beside_tls() {
    case $1 in
    chatd) echo 'chatd chatd-tls chatd-2 chatd-tls-2 haproxy haproxy-tls' ;;
    ngircd) echo 'ngircd ngircd-tls' ;;
    esac
}

# binary NAME: where the server's program is; fails when it is nowhere.
binary() {
    local name=${1%-2} place
    name=${name%-tls}
    case $name in
    floor) echo "$FLOOR"; return ;;
    chatd | chatd-store | chatd-flood | chatd-uring) echo "$CHATD"; return ;;
    pair) echo "$PAIR"; return ;;
    redis) name=redis-server ;;
    esac
    for place in "$PEERS/usr/sbin" "$PEERS/usr/bin"; do
        if [[ -f $place/$name && -x $place/$name ]]; then
            echo "$place/$name"
            return
        fi
    done
    PATH=$PATH:/usr/sbin:/usr/local/sbin command -v "$name"
}

# is_here NAME: there is its program, and OpenSSL where it is needed: load and chatctl, which makes the certificate, are
# built with it as chatd is.
is_here() {
    binary "$1" >/dev/null && { [[ $1 != *-tls* ]] || "$CHATD" --version | grep -q '^with OpenSSL'; }
}

# why_not NAME: what is_here lacks.
why_not() {
    if binary "$1" >/dev/null; then
        echo 'chatd is built without OpenSSL'
    else
        echo 'it is not here (tests/bench/setup.sh fetches it)'
    fi
}

# The protocol that load speaks to it.
wire_of() {
    case $1 in
    ngircd* | inspircd) echo irc ;;
    chatd* | haproxy* | pair) echo chatd ;;
    *) echo "$1" ;;
    esac
}

# What it says of itself, in one line.
version_of() {
    local program
    [[ $1 != floor ]] && program=$(binary "$1") || return
    LD_LIBRARY_PATH=$(library_path)${LD_LIBRARY_PATH-} "$program" --version 2>&1 | head -1
}

# make_certificate DIRECTORY: leaves chatd.crt and chatd.key there, and both in chatd.pem.
make_certificate() {
    [[ ! -f $1/chatd.pem ]] || return 0
    "$(dirname "$CHATD")/chatctl" mkcert --name localhost --out "$1" >"$1/said" &&
        (umask 077 && cat "$1/chatd.crt" "$1/chatd.key" >"$1/chatd.pem")
}

# Libraries that only setup.sh's directory has.
library_path() {
    local dir
    for dir in "$PEERS"/usr/lib/*-linux-gnu*; do
        printf '%s:' "$dir"
    done
}

# chatd_ini PORT: or another place to listen at.
chatd_ini() {
    local place=$1
    [[ $place == *:* ]] || place=127.0.0.1:$1
    cat <<CONFIG
[server]
listen = $place
name = bench
default_room =
[limits]
clients = 1000000
clients_per_address = 0
silent_clients = 0
connections_per_minute = 0
rooms = 1000000
stall_seconds = 86400
[flood]
lines_per_second = 0
CONFIG
    [[ -z ${METRICS-} ]] || printf '[metrics]\nlisten = 127.0.0.1:%s\n' "$METRICS"
}

# known_to PROGRAM FILE: writes a configuration to FILE without the options that a build of chatd does not know.
known_to() {
    local known
    known=$("$1" --print-config | sed -n 's/^;\{0,1\}\([a-z_0-9]*\) = .*/\1/p')
    awk 'NR == FNR { known[$1] = 1; next } !/ = / || $1 in known' <(echo "$known") - >"$2"
}

# ngIRCd closes whoever does not take what it has for them; that cannot be lifted.
# ngircd_conf PORT, or ngircd_conf PORT DIRECTORY over TLS with the certificate there.
ngircd_conf() {
    cat <<CONFIG
[Global]
Name = irc.example.net
Info = bench
${2:+# }Ports = $1
Listen = 127.0.0.1
MotdPhrase = welcome
PidFile =
ServerUID = $(id -u)
ServerGID = $(id -g)
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxPenaltyTime = 0
PingTimeout = 86400
PongTimeout = 86400
[Options]
DNS = no
Ident = no
PAM = no
SyslogFacility = local1
CONFIG
    [[ -z ${2-} ]] || printf '[SSL]\nPorts = %s\nCertFile = %s\nKeyFile = %s\n' "$1" "$2/chatd.crt" "$2/chatd.key"
}

inspircd_conf() {
    local modules
    modules=$(dirname "$(dirname "$(binary inspircd)")")/lib/inspircd/modules
    cat <<CONFIG
<server name="irc.example.net" description="bench" network="bench" id="1AA">
<admin name="bench" nick="bench" email="bench@example.net">
<path configdir="$2" datadir="$2" logdir="$2" runtimedir="$2" moduledir="$modules">
<bind address="127.0.0.1" port="$1" type="clients">
<connect allow="*" timeout="600" pingfreq="86400" localmax="1000000" globalmax="1000000" limit="1000000"
         maxchans="100" hardsendq="1000000000" softsendq="1000000000" recvq="65536" threshold="1000000000"
         commandrate="1000000000" fakelag="no" resolvehostnames="no" useident="no" maxconnwarn="no">
<performance softlimit="1000000" somaxconn="511" clonesonconnect="no" quietbursts="yes">
<dns server="127.0.0.1" timeout="1">
<options defaultmodes="nt">
<log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="$2/inspircd.log">
CONFIG
}

redis_conf() {
    cat <<CONFIG
bind 127.0.0.1
port $1
daemonize no
dir $2
save ""
appendonly no
maxclients 19900
timeout 0
client-output-buffer-limit pubsub 0 0 0
CONFIG
}

# haproxy_cfg PORT SOCKET [CERTIFICATE]: one thread, which sends on what comes at the port to the socket.
haproxy_cfg() {
    cat <<CONFIG
global
    nbthread 1
defaults
    mode tcp
    timeout connect 10s
    timeout client 1d
    timeout server 1d
listen bench
    bind 127.0.0.1:$1${3:+ ssl crt $3}
    server chatd unix@$2
CONFIG
}

# chatd_behind DIRECTORY: starts a chatd that listens to the socket there, and ends with the process that called this.
chatd_behind() {
    rm -f "$1/socket"
    chatd_ini "unix:$1/socket" >"$1/chatd.ini"
    setpriv --pdeathsig KILL "$CHATD" -c "$1/chatd.ini" &
    until [[ -S $1/socket ]]; do
        kill -0 $! || return
        sleep 0.05
    done
}

server_exec() {
    local name=$1 port=$2 dir=$3 program options=() is_secure=''
    program=$(binary "$name") || return
    [[ $name != *-2 ]] || options=(-o server.writers=2)
    if [[ $name == *-tls* ]]; then
        is_secure=1
        make_certificate "$dir" || return
    fi
    LD_LIBRARY_PATH=$(library_path)${LD_LIBRARY_PATH-}
    export LD_LIBRARY_PATH
    case $name in
    floor) exec "$program" "$port" ;;
    pair)
        # It may be older than some of the limits, and has none of those then.
        chatd_ini "$port" | known_to "$program" "$dir/chatd.ini"
        exec "$program" -c "$dir/chatd.ini"
        ;;
    chatd | chatd-2)
        chatd_ini "$port" >"$dir/chatd.ini"
        exec "$program" -c "$dir/chatd.ini" "${options[@]}"
        ;;
    chatd-flood)
        chatd_ini "$port" | grep -v '^lines_per_second' >"$dir/chatd.ini"
        exec "$program" -c "$dir/chatd.ini"
        ;;
    chatd-uring)
        chatd_ini "$port" >"$dir/chatd.ini"
        exec "$program" -c "$dir/chatd.ini" -o server.write=io_uring
        ;;
    chatd-tls | chatd-tls-2)
        chatd_ini "unix:$dir/socket" >"$dir/chatd.ini"
        printf '[tls]\nlisten = 127.0.0.1:%s\ncertificate = %s\nkey = %s\n' "$port" "$dir/chatd.crt" \
            "$dir/chatd.key" >>"$dir/chatd.ini"
        exec "$program" -c "$dir/chatd.ini" "${options[@]}"
        ;;
    chatd-store)
        chatd_ini "$port" >"$dir/chatd.ini"
        printf '[store]\npath = %s\n' "$dir/chatd.db" >>"$dir/chatd.ini"
        exec "$program" -c "$dir/chatd.ini"
        ;;
    ngircd | ngircd-tls)
        ngircd_conf "$port" ${is_secure:+"$dir"} >"$dir/ngircd.conf"
        exec "$program" -n -f "$dir/ngircd.conf"
        ;;
    haproxy | haproxy-tls)
        chatd_behind "$dir" || return
        haproxy_cfg "$port" "$dir/socket" ${is_secure:+"$dir/chatd.pem"} >"$dir/haproxy.cfg"
        exec "$program" -db -f "$dir/haproxy.cfg"
        ;;
    inspircd)
        inspircd_conf "$port" "$dir" >"$dir/inspircd.conf"
        # It refuses to run as root, as it should, unless told; here it listens to nobody else.
        if [[ $(id -u) == 0 ]]; then
            exec "$program" --runasroot --nofork --config "$dir/inspircd.conf"
        fi
        exec "$program" --nofork --config "$dir/inspircd.conf"
        ;;
    redis)
        redis_conf "$port" "$dir" >"$dir/redis.conf"
        exec "$program" "$dir/redis.conf"
        ;;
    esac
}
