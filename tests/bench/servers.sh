# shellcheck shell=bash
# The servers that are measured; sourced by bench.sh.
#
# chatd-uring is chatd that writes by io_uring.
# chatd-store is chatd with a database, which bench.sh holds against chatd without one; chatd-flood has its flood limits
# as they are by default; chatd-tls speaks TLS; pair is another build of chatd, the program $PAIR.
# Each is started in the foreground by server_exec NAME PORT DIRECTORY, which replaces the calling process,
# with a configuration that lifts its limits and changes nothing else that it could be faster or slower by.
# Wants CHATD, FLOOR and PEERS, the directory that setup.sh unpacks into.

# shellcheck disable=SC2034
SERVERS='floor chatd ngircd inspircd redis'

# binary NAME: where the server's program is; fails when it is nowhere.
binary() {
    local name=$1 place
    case $name in
    floor) echo "$FLOOR"; return ;;
    chatd | chatd-store | chatd-flood | chatd-tls | chatd-uring) echo "$CHATD"; return ;;
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

# The protocol that load speaks to it.
wire_of() {
    case $1 in
    ngircd | inspircd) echo irc ;;
    chatd-store | chatd-flood | chatd-tls | chatd-uring | pair) echo chatd ;;
    *) echo "$1" ;;
    esac
}

# What it says of itself, in one line.
version_of() {
    local program
    [[ $1 != floor ]] && program=$(binary "$1") || return
    LD_LIBRARY_PATH=$(library_path)${LD_LIBRARY_PATH-} "$program" --version 2>&1 | head -1
}

# Libraries that only setup.sh's directory has.
library_path() {
    local dir
    for dir in "$PEERS"/usr/lib/*-linux-gnu*; do
        printf '%s:' "$dir"
    done
}

chatd_ini() {
    cat <<CONFIG
[server]
listen = 127.0.0.1:$1
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

# ngIRCd closes whoever does not take what it has for them; that cannot be lifted.
ngircd_conf() {
    cat <<CONFIG
[Global]
Name = irc.example.net
Info = bench
Ports = $1
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

server_exec() {
    local name=$1 port=$2 dir=$3 program
    program=$(binary "$name") || return
    LD_LIBRARY_PATH=$(library_path)${LD_LIBRARY_PATH-}
    export LD_LIBRARY_PATH
    case $name in
    floor) exec "$program" "$port" ;;
    chatd | pair)
        chatd_ini "$port" >"$dir/chatd.ini"
        exec "$program" -c "$dir/chatd.ini"
        ;;
    chatd-flood)
        chatd_ini "$port" | grep -v '^lines_per_second' >"$dir/chatd.ini"
        exec "$program" -c "$dir/chatd.ini"
        ;;
    chatd-uring)
        chatd_ini "$port" >"$dir/chatd.ini"
        exec "$program" -c "$dir/chatd.ini" -o server.write=io_uring
        ;;
    chatd-tls)
        [[ -f $dir/chatd.key ]] ||
            "$(dirname "$program")/chatctl" mkcert --name localhost --out "$dir" >"$dir/said" || return
        chatd_ini "$port" | sed "s,^listen = 127.*,listen = unix:$dir/socket," >"$dir/chatd.ini"
        printf '[tls]\nlisten = 127.0.0.1:%s\ncertificate = %s\nkey = %s\n' "$port" "$dir/chatd.crt" \
            "$dir/chatd.key" >>"$dir/chatd.ini"
        exec "$program" -c "$dir/chatd.ini"
        ;;
    chatd-store)
        chatd_ini "$port" >"$dir/chatd.ini"
        printf '[store]\npath = %s\n' "$dir/chatd.db" >>"$dir/chatd.ini"
        exec "$program" -c "$dir/chatd.ini"
        ;;
    ngircd)
        ngircd_conf "$port" >"$dir/ngircd.conf"
        exec "$program" -n -f "$dir/ngircd.conf"
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
