/* config/options.c: the table of options.
 *
 * A new option needs one row here and its field in struct conf, and nothing else.  The reader, the
 * sample file, --check-config, the report of a reload and the list in the manual page are all made from the rows:
 * "make manual" renews conf/chatd.ini and the page, and tests/lint/options.sh checks that they match.  The rows
 * of a section stand together.  The table is long, and is kept whole: it is the one list of the options. */
#include "config.h"

#include "config/options.h"

#include "base/check.h"
#include "base/log_place.h"
#include "base/mem.h"
#include "base/nearest.h"

#include <string.h>

#define K UINT64_C(1024)
#define M (K * K)
#define G (K * M)
#define T (K * G)

#define FIELD(s, k) .section = #s, .key = #k, .offset = offsetof(struct conf, s.k)
#define NUMBER(low, high, u) .type = OPTIONS_NUMBER, .min = (low), .max = (high), .unit = (u)
#define SECONDS(low, high) .type = OPTIONS_SECONDS, .min = (low), .max = (high), .unit = "seconds"
#define BYTES(low, high) .type = OPTIONS_BYTES, .min = (low), .max = (high), .unit = "bytes"
#define CHOICE(list) .type = OPTIONS_CHOICE, .choices = (list)
#define TEXT(kind, low, high) .type = OPTIONS_##kind, .min = (low), .max = (high), .unit = "bytes"

static const char *const backends[] = {
    [CONF_BACKEND_AUTO] = "auto",
    [CONF_BACKEND_EPOLL] = "epoll",
    [CONF_BACKEND_POLL] = "poll",
    [CONF_BACKEND_SELECT] = "select",
    NULL,
};
static const char *const writes[] = {
    [CONF_WRITE_AUTO] = "auto",
    [CONF_WRITE_SEND] = "send",
    [CONF_WRITE_IO_URING] = "io_uring",
    NULL,
};
static const char *const queue_policies[] = {
    [CONF_QUEUE_SKIP_OLDEST] = "skip-oldest",
    [CONF_QUEUE_DISCONNECT] = "disconnect",
    NULL,
};
static const char *const registrations[] = {
    [CONF_REGISTRATION_OPEN] = "open",
    [CONF_REGISTRATION_CLOSED] = "closed",
    [CONF_REGISTRATION_INVITE] = "invite",
    NULL,
};
static const char *const tls_minimums[] = {
    [CONF_TLS_1_2] = "1.2",
    [CONF_TLS_1_3] = "1.3",
    NULL,
};
static const char *const client_certificates[] = {
    [CONF_CLIENTS_OFF] = "off",
    [CONF_CLIENTS_ANY] = "any",
    [CONF_CLIENTS_CA] = "ca",
    [CONF_CLIENTS_REQUIRED] = "required",
    NULL,
};
static const char *const edits[] = {
    [CONF_EDIT_AUTO] = "auto",
    [CONF_EDIT_ON] = "on",
    [CONF_EDIT_OFF] = "off",
    NULL,
};
static const char *const words_actions[] = {
    [CONF_WORDS_REFUSE] = "refuse",
    [CONF_WORDS_TELL] = "tell",
    NULL,
};
static const char *const links[] = {
    [CONF_LINKS_ALLOW] = "allow",
    [CONF_LINKS_MEMBERS] = "members",
    [CONF_LINKS_NEVER] = "never",
    NULL,
};
static const char *const log_levels[] = {
    [LOG_LEVEL_ERROR] = "error",
    [LOG_LEVEL_WARN] = "warn",
    [LOG_LEVEL_INFO] = "info",
    [LOG_LEVEL_DEBUG] = "debug",
    NULL,
};
static const char *const log_targets[] = {
    [LOG_TARGET_AUTO] = "auto",
    [LOG_TARGET_JOURNAL] = "journal",
    [LOG_TARGET_SYSLOG] = "syslog",
    [LOG_TARGET_STDERR] = "stderr",
    [LOG_TARGET_FILE] = "file",
    NULL,
};
static const char *const log_facilities[] = {
    [LOG_FACILITY_DAEMON] = "daemon",
    [LOG_FACILITY_USER] = "user",
    [LOG_FACILITY_LOCAL0] = "local0",
    "local1",
    "local2",
    "local3",
    "local4",
    "local5",
    "local6",
    [LOG_FACILITY_LOCAL7] = "local7",
    NULL,
};

static const char *const first_steps[] = {
    [CONF_FIRST_STEPS_OFF] = "off",
    [CONF_FIRST_STEPS_ON] = "on",
    NULL,
};

static const struct options_row rows[] = {
    {FIELD(server, listen), TEXT(LIST, 1, 4096), .default_text = "*:4000", .reloadable = true,
     .help = "Where chatd listens, separated by commas: *:PORT (every address of this machine, IPv4 and "
             "IPv6), ADDRESS:PORT, [IPV6]:PORT or unix:PATH. Addresses are numbers, since a name could "
             "stall the start; a link-local one names its network interface, as in [fe80::1%eth0]:4000. "
             "Every user of this machine who can reach its folder may connect to a unix socket, unless the "
             "mode and group of its file follow its path, as in unix:PATH,mode=0660,group=staff. "
             "chatd must be a member of the group, unless it runs as root. "
             "A longer list continues in indented lines."},
    {FIELD(server, name), TEXT(TEXT, 0, 255), .default_text = "", .none = "the host's name",
     .reloadable = true,
     .help = "What the server calls itself when it greets a newcomer."},
    {FIELD(server, motd), TEXT(LINES, 0, 4096), .default_text = "", .none = "no message",
     .reloadable = true,
     .help = "The message of the day, told to each newcomer and by /motd. Each indented line that follows "
             "adds a line to it, and so does each \\n within a line."},
    {FIELD(server, first_steps), CHOICE(first_steps), .default_text = "on", .reloadable = true,
     .help = "Whether newcomers are told in three lines how to talk, list the people and leave. People who are logged "
             "in by the address from which they come are not told. off suits a server that mostly scripts and people "
             "who know it use; /help tells it all anyhow."},
    {FIELD(server, default_room), TEXT(TEXT, 0, 255), .default_text = "lobby", .none = "no room",
     .reloadable = true,
     .help = "The room that a newcomer is put into. With none, a newcomer talks to nobody until they join "
             "a room."},
    {FIELD(server, event_backend), CHOICE(backends), .default_text = "auto",
     .help = "How the system is asked which connections are ready. auto takes the best that there is, "
             "epoll on Linux. The work of poll and select grows with every client that is connected, "
             "silent or not."},
    {FIELD(server, write), CHOICE(writes), .default_text = "auto",
     .help = "How lines are written to clients. send: a call of the kernel for each client. io_uring: one call for "
             "many clients, where this build, the kernel and the filter of system calls allow that; otherwise the "
             "log says io_uring refused, and it is send. The unit's filter does not allow it: see io_uring.conf "
             "among the examples. Connections by TLS always use send. auto: send."},
    {FIELD(server, writers), NUMBER(1, 32, "threads"), .default_text = "auto", .word = "auto",
     .help = "How many threads write to clients, the one that does everything else included. auto: one fewer than "
             "the processors that chatd may use, but at most 8, and at least 1. With 1, no other thread is started. "
             "The others sleep until there is much to write, as to a room of some hundred members."},
    {FIELD(server, writers_from), NUMBER(1, 1000000, "clients"), .default_text = "64",
     .help = "From how many clients that have something to be written to them at the same time the other writers "
             "are woken. For fewer, waking them takes longer than they save."},
    {FIELD(server, drain_seconds), SECONDS(0, 3600), .default_text = "10", .none = "no wait",
     .reloadable = true,
     .help = "How long a stop waits for clients to take what is still queued for them. A client that has "
             "not taken it by then is closed without it."},

    {FIELD(tls, listen), TEXT(LIST, 0, 4096), .default_text = "", .none = "no TLS", .reloadable = true,
     .help = "Where chatd listens for clients that speak TLS, written as in server.listen: *:4001. It needs "
             "tls.certificate. A connection begins with TLS at once; there is no command that changes to it."},
    {FIELD(tls, certificate), TEXT(TEXT, 0, 4095), .default_text = "", .none = "no certificate", .reloadable = true,
     .help = "A file in PEM format: the server's certificate, followed by those that lead to an authority that clients "
             "know, as fullchain.pem of a certificate from Let's Encrypt. A reload reads it again. The system's "
             "service sees files beside chatd.ini alone."},
    {FIELD(tls, key), TEXT(TEXT, 0, 4095), .default_text = "", .none = "in the file of the certificate",
     .reloadable = true,
     .help = "A file in PEM format: the private key of the certificate, without a passphrase. Only chatd's user should "
             "be able to read it. A reload reads it again."},
    {FIELD(tls, minimum), CHOICE(tls_minimums), .default_text = "1.2", .reloadable = true,
     .help = "The oldest version of TLS that is taken. A reload applies it to new connections."},
    {FIELD(tls, ciphers), TEXT(TEXT, 1, 1024), .default_text = "ECDHE+AESGCM:ECDHE+CHACHA20", .reloadable = true,
     .help = "The ciphers for TLS 1.2, in the notation of openssl-ciphers(1). The default takes those that are held to "
             "be safe today. TLS 1.3 has no others, and this option does not change them. A reload applies it to new "
             "connections."},
    {FIELD(tls, client_certificates), CHOICE(client_certificates), .default_text = "off", .reloadable = true,
     .help = "Whether clients are asked for a certificate. off: no. any: yes, and any is taken, one that its owner has "
             "made too. ca: yes, and one that is shown must be issued by tls.client_ca. required: a client without "
             "such a certificate is refused. A certificate logs in to the account to which /cert has added it. A "
             "reload applies it to new connections."},
    {FIELD(tls, client_ca), TEXT(TEXT, 0, 4095), .default_text = "", .none = "nobody", .reloadable = true,
     .help = "A file in PEM format: the certificates of those who issue certificates to clients. A reload reads it "
             "again."},
    {FIELD(tls, handshake_seconds), SECONDS(1, 300), .default_text = "10", .reloadable = true,
     .help = "How long the TLS handshake of a client may take, counted from its connecting. Then it is closed."},
    {FIELD(tls, handshakes), NUMBER(1, 65536, "handshakes"), .default_text = "1024", .reloadable = true,
     .help = "How many clients may be in their TLS handshake at once. For one more, the one that has taken the longest "
             "is closed. One that has sent its first message takes about 45 KB of memory, one before that less than 1 "
             "KB."},

    {FIELD(limits, clients), NUMBER(1, 1000000, "clients"), .default_text = "10000", .reloadable = true,
     .help = "How many clients may be connected at once. The next one is told server-full and closed; the others "
             "notice nothing. Each takes a file descriptor: see LimitNOFILE in systemd.exec(5)."},
    {FIELD(limits, clients_per_address), NUMBER(0, 1000000, "clients"), .default_text = "64",
     .none = "no limit", .reloadable = true,
     .help = "How many clients may be connected at once from one address. An IPv6 network of /64 counts as one "
             "address, "
             "and so does everybody behind one NAT or proxy. An IPv4 address that is mapped into IPv6, as in "
             "::ffff:192.0.2.1, counts as the IPv4 address. The next client is told too-many-from-address and closed."},
    {FIELD(limits, network_v4), NUMBER(0, 1000000, "clients"), .default_text = "512", .none = "no limit",
     .reloadable = true,
     .help = "How many clients may be connected at once from one IPv4 network of /24, which is 256 addresses. The next "
             "one is told too-many-from-network and closed. A network may always have as many clients as one of its "
             "addresses: if clients_per_address is larger, that is the limit, and if it is 0, there is none."},
    {FIELD(limits, network_v6), NUMBER(0, 1000000, "clients"), .default_text = "512", .none = "no limit",
     .reloadable = true,
     .help = "The same for one IPv6 network of /48, which is 65536 of what counts as one address. A provider usually "
             "gives one customer a network between /48 and /64."},
    {FIELD(limits, silent_clients), NUMBER(0, 1000000, "clients"), .default_text = "5000", .none = "no limit",
     .reloadable = true,
     .help = "How many clients there may be that have sent no line yet and are not logged in. At this limit, the "
             "networks (IPv4 /24, IPv6 /48) that have the most of them make space for newcomers from other networks: "
             "their newest silent clients are closed with silent-full. A newcomer whose own network has the most is "
             "refused with it. So a crowd from a few networks puts out nobody else, however long somebody only reads. "
             "Clients of limits.exempt and of unix sockets do not count."},
    {FIELD(limits, connections_per_minute), NUMBER(0, 1000000, "connections a minute"),
     .default_text = "60", .none = "no limit", .reloadable = true,
     .help = "How often one address may connect; an IPv6 /64, a NAT or a proxy counts as one. One that comes more "
             "often is told slow-down and closed. A connection that ends without having sent a line, as a health "
             "check's does, does not count, up to 4 times as many a minute. A network that network_v4 or network_v6 "
             "limits may connect 8 times as often as one address; past that, it is told network-slow-down."},
    {FIELD(limits, exempt), TEXT(LIST, 0, 4096), .default_text = "", .none = "no address is exempt", .reloadable = true,
     .help = "Addresses and networks for which clients_per_address, network_v4, network_v6, connections_per_minute and "
             "silent_clients do not hold, separated by commas: 127.0.0.1, 10.0.0.0/8, 2001:db8::/32. They are for "
             "gateways, through which many people come from one address, and for health checks. Attempts to log in "
             "are not limited by such an address either. limits.clients and bans hold for them too."},
    {FIELD(limits, line_bytes), BYTES(256, 16 * K), .default_text = "2048", .reloadable = true,
     .help = "How long a line may be in one piece. A longer one is split at a space, or else between two "
             "characters, and delivered in parts; past 16 parts its sender gets an error."},
    {FIELD(limits, queue_bytes), BYTES(64 * K, G), .default_text = "256K", .reloadable = true,
     .help = "How much may wait for one person whose connection is too slow. Past that, queue_policy "
             "decides. It must be at least 16 times line_bytes."},
    {FIELD(limits, queue_policy), CHOICE(queue_policies), .default_text = "skip-oldest", .reloadable = true,
     .help = "What happens when more than queue_bytes wait for one person. skip-oldest: the oldest lines "
             "of rooms that were not sent yet give way, and one line in their place tells how many; "
             "private lines and answers stay. disconnect: that person is closed, and the log tells why."},
    {FIELD(limits, memory_bytes), .was = "queues_bytes", BYTES(M, T), .default_text = "256M", .reloadable = true,
     .help = "How much memory all clients together may take up with what waits: what is queued for them, and what they "
             "have sent of lines that are unfinished or have to wait, before their first line too. Past that, the "
             "longest queues lose lines of rooms first; where that is not enough, the connections with the most "
             "waiting are closed. A connection with less than half of an equal share loses nothing. It must be at "
             "least queue_bytes."},
    {FIELD(limits, stall_seconds), SECONDS(1, 86400), .default_text = "120", .reloadable = true,
     .help = "How long a client may take nothing of what waits for it. Then it is closed, and the log tells why. A "
             "client that takes something, however little, is looked at again after the same time."},
    {FIELD(limits, dead_seconds), SECONDS(2, 28800), .default_text = "120", .reloadable = true,
     .help = "How long the machine of a client that is connected over TCP may give no sign of life. Then the "
             "connection is closed, and the name is free again. While nothing is sent to it, it is probed. A client "
             "whose machine answers but takes nothing of what was sent is closed after this time too. Users can have "
             "the first probe come earlier by /set keepalive, and not later. A reload applies it to new connections."},
    {FIELD(limits, idle_seconds), SECONDS(0, 31536000), .default_text = "0", .none = "no limit",
     .reloadable = true,
     .help = "How long a client may send nothing; a newcomer has two seconds more for the first line. Then it is "
             "warned, and later closed with the error idle."},
    {FIELD(limits, rooms), NUMBER(1, 1000000, "rooms"), .default_text = "10000", .reloadable = true,
     .help = "How many rooms there may be at once. One more is refused with an error."},
    {FIELD(limits, rooms_per_client), NUMBER(1, 1000, "rooms"), .default_text = "16", .reloadable = true,
     .help = "How many rooms one person may be in at once. One more is refused with an error."},
    {FIELD(limits, nick_chars), NUMBER(2, 64, "characters"), .default_text = "24", .reloadable = true,
     .help = "How long a person's name may be. A longer one is refused with an error."},
    {FIELD(limits, room_chars), NUMBER(1, 64, "characters"), .default_text = "32", .reloadable = true,
     .help = "How long a room's name may be. A longer one is refused with an error."},
    {FIELD(limits, topic_chars), NUMBER(0, 1024, "characters"), .default_text = "256",
     .none = "no topics", .reloadable = true,
     .help = "How long a room's topic may be. A longer one is refused with an error."},

    {FIELD(proxy, from), TEXT(LIST, 0, 4096), .default_text = "", .none = "no PROXY header is taken",
     .reloadable = true,
     .help = "The proxies in front of chatd, separated by commas: addresses and networks as in limits.exempt, and unix "
             "for unix sockets. A connection from there begins with a header of the PROXY protocol, version 1 or 2 "
             "(send-proxy and send-proxy-v2 of haproxy, proxy_protocol of nginx). Limits, bans, the log and "
             "administrators see the client's address, which the header tells. Nobody but proxies should have these "
             "addresses, since a header is believed. From others a header is refused."},
    {FIELD(proxy, required), TEXT(LIST, 0, 4096), .default_text = "",
     .none = "each connection from proxy.from has a header", .reloadable = true,
     .help = "The addresses of server.listen and tls.listen that are for proxies alone, separated by commas and "
             "written as they are there: 127.0.0.1:4001. Each connection there comes from proxy.from and begins with "
             "a header; others are told proxy-only and closed. At the other addresses no header is taken, so a proxy "
             "and people on the same machine can each have an address."},
    {FIELD(proxy, seconds), SECONDS(1, 600), .default_text = "5", .reloadable = true,
     .help = "How long a proxy may take to send its header. Then the connection is closed, and the log tells why."},
    {FIELD(proxy, waiting), NUMBER(1, 100000, "connections"), .default_text = "1024", .reloadable = true,
     .help = "How many connections may wait for their header at once. They do not count in limits.clients. One more "
             "is told proxy-full and closed."},

    {FIELD(flood, lines_per_second), NUMBER(0, 1000, "lines a second"), .default_text = "5",
     .none = "no limit", .reloadable = true,
     .help = "How many lines one client may send a second, on average. A client that sends faster is read "
             "more slowly, and told so once: nothing is lost, and nobody else waits."},
    {FIELD(flood, burst), NUMBER(1, 100000, "lines"), .default_text = "20", .reloadable = true,
     .help = "How many lines one client may send at once before lines_per_second limits it."},

    {FIELD(terminal, edit), CHOICE(edits), .default_text = "auto", .reloadable = true,
     .help = "For which clients the line being typed is edited by chatd, so that no message breaks it. auto: those "
             "that speak telnet by themselves and tell the type of a terminal that is known. on: all that speak "
             "telnet by themselves, except clients for MUDs. Others can ask for it with /edit on. off: none. A reload "
             "applies it to new connections."},

    {FIELD(rooms, announce_members), NUMBER(0, 1000000, "members"), .default_text = "100",
     .none = "never announced", .reloadable = true,
     .help = "Up to how many members a room announces joins, leaves and quits. A larger room does not "
             "announce them, so that they do not bury what is said."},
    {FIELD(rooms, fold_above), NUMBER(0, 1000000, "members"), .default_text = "3",
     .none = "each is told singly", .reloadable = true,
     .help = "How many people who join, leave or quit within a second a room is told of one by one. Those beyond "
             "this number are told in one line a second, with how many they are and the first names. Clients that "
             "have chosen /set joins on or the JSON form are told of each at once."},
    {FIELD(rooms, per_account), NUMBER(0, 100000, "rooms"), .default_text = "10", .none = "no rooms with owners",
     .reloadable = true,
     .help = "How many rooms an account may own. Somebody who is logged in and enters a room that does not exist "
             "becomes its owner, and it stays when everybody has left. The rooms that server.default_room and "
             "rooms.permanent name get no owner by that. Beyond this number, new rooms have no owner and end with "
             "their last member, as those of guests do."},
    {FIELD(rooms, rules), NUMBER(10, 100000, "rules"), .default_text = "1000", .reloadable = true,
     .help = "How many rules a room may have: roles, bans, mutes, invitations and modes together. "
             "A mode can be set in any case."},
    {FIELD(rooms, permanent), TEXT(LIST, 0, 4096), .default_text = "", .none = "no permanent rooms",
     .reloadable = true,
     .help = "Rooms that exist from the start and do not end when the last member leaves, separated by commas: "
             "ops, dev. They count in limits.rooms. A room that a reload takes off the list ends once nobody is in "
             "it. A longer list continues in indented lines."},

    {FIELD(history, lines), NUMBER(0, 100000, "lines"), .default_text = "200", .none = "no history",
     .reloadable = true,
     .help = "How many lines of each room are remembered, in memory. The oldest gives way to the newest."},
    {FIELD(history, replay), NUMBER(0, 1000, "lines"), .default_text = "20", .none = "nothing shown",
     .reloadable = true,
     .help = "How many of the remembered lines are shown on entering a room: the last ones, and no more than fit "
             "into three eighths of limits.queue_bytes. /history shows the others."},
    {FIELD(history, bytes), BYTES(0, T), .default_text = "64M", .none = "no history", .reloadable = true,
     .help = "How much memory the remembered lines of all rooms may take together. Past that, the oldest "
             "lines give way first."},

    {FIELD(store, path), TEXT(TEXT, 0, 4000), .default_text = "auto",
     .none = "what is said is remembered in memory alone",
     .help = "The database in which what is said in rooms is kept over restarts: an absolute path. Rooms remember it "
             "there even when nobody is left in them; history.lines of each room are in memory too. auto: chatd.db in "
             "the state directory that a service manager gives (STATE_DIRECTORY in the environment, "
             "/var/lib/chatd with chatd.service), and none otherwise. It is an SQLite database, and sqlite3(1) may "
             "read it meanwhile. Only one chatd can use it at a time."},
    {FIELD(store, sync_ms), NUMBER(10, 60000, "milliseconds"), .default_text = "200", .reloadable = true,
     .help = "How long a line may wait before it is on the disk. What was said in that time is lost when the machine "
             "fails or chatd is killed; a stop in order loses nothing."},
    {FIELD(store, waiting_bytes), BYTES(M, 64 * G), .default_text = "16M", .reloadable = true,
     .help = "How much may wait for the disk when it is full, fails or is too slow. What is said beyond that is "
             "remembered in memory alone, and the log tells so. What waits is written once the disk works again."},
    {FIELD(store, keep_days), NUMBER(0, 36500, "days"), .default_text = "0", .none = "no limit", .reloadable = true,
     .help = "How many days a line is kept."},
    {FIELD(store, keep_lines), NUMBER(0, 1000000000, "lines"), .default_text = "0", .none = "no limit",
     .reloadable = true, .help = "How many lines of each room are kept: the newest ones."},
    {FIELD(store, audit_days), NUMBER(0, 36500, "days"), .default_text = "365", .none = "no limit", .reloadable = true,
     .help = "How many days an entry of the audit trail is kept, which \"chatctl audit\" tells. Of what is done in "
             "rooms, the last million entries at most are kept."},
    {FIELD(store, max_bytes), BYTES(0, 1024 * T), .default_text = "1G", .none = "no limit", .reloadable = true,
     .help = "How large the database may become. Past that, the oldest lines of all rooms are removed, until it is a "
             "twentieth smaller. 1G is about 5 million lines."},
    {FIELD(store, mail_per_person), NUMBER(0, 1000, "lines"), .default_text = "50", .none = "nothing is kept",
     .reloadable = true,
     .help = "How many private lines may wait for the owner of an account who is not here, from /tell. Guests may take "
             "half of them, one account a quarter, and in the mailboxes of all no more than this. A line that waits "
             "is shown when the owner logs in, and erased then."},

    {FIELD(accounts, registration), CHOICE(registrations), .default_text = "open", .reloadable = true,
     .help = "Who can make the name that they bear an account, so that nobody else can take it. open: everybody. "
             "invite: those who have an invitation from \"chatctl account invite\", which is used once. closed: "
             "nobody. In each case \"chatctl account add\" makes accounts. They are kept in the database "
             "that store.path names; without one there are no accounts."},
    {FIELD(accounts, grace_seconds), SECONDS(0, 3600), .default_text = "60", .none = "refused at once",
     .reloadable = true,
     .help = "How long somebody who takes a name that has an account may have it without logging in. Until then they "
             "can say nothing, and after it they get a guest's name; nobody can take the name so again within an "
             "hour. The owner gets the name at once, by logging in."},
    {FIELD(accounts, most), NUMBER(1, 10000000, "accounts"), .default_text = "100000", .reloadable = true,
     .help = "How many accounts there may be. Each takes about 300 bytes of memory."},
    {FIELD(accounts, admins), TEXT(LIST, 0, 4096), .default_text = "", .none = "no administrators by this option",
     .reloadable = true,
     .help = "The names of accounts whose owners are administrators of the server while they are logged in, separated "
             "by commas: alice, bob. They may do what the owner of a room may, in every room, and ban people from the "
             "server. While such a name has no account, only \"chatctl account add\" can make it. \"chatctl admin\" "
             "appoints others."},
    {FIELD(accounts, reserved), TEXT(LIST, 0, 4096),
     .default_text = "admin, administrator, chatd, moderator, operator, root, system",
     .none = "no names", .reloadable = true,
     .help = "Names that nobody can take or register, and patterns of such names, separated by commas: * stands for "
             "any characters, ? for one. Names that can be read as one of these count too, such as adm1n. \"chatctl "
             "account add\" makes accounts of such names, whose owners can take them. Somebody who has such a name "
             "when it becomes reserved keeps it until they leave."},
    {FIELD(accounts, unix_users), TEXT(LIST, 0, 4096), .default_text = "", .none = "nobody", .reloadable = true,
     .help = "Users of this machine who are logged in to an account as soon as they connect to a unix socket of "
             "server.listen, without a password: USER:ACCOUNT, separated by commas, such as root:alice, 1000:bob. USER "
             "is a name or a number; the system tells whose process it is. A user can have one account, and an account "
             "several users. Names are looked up when the settings are read. A longer list continues in indented "
             "lines."},
    {FIELD(accounts, tokens), NUMBER(0, 1000, "tokens"), .default_text = "20", .none = "no tokens",
     .reloadable = true,
     .help = "How many tokens an account may have. A token is a word by which a program logs in to it."},
    {FIELD(accounts, certificates), NUMBER(0, 1000, "certificates"), .default_text = "20", .none = "no certificates",
     .reloadable = true,
     .help = "How many certificates of clients an account may have. Its owner adds them by /cert; a client that shows "
             "one of them by TLS is logged in as soon as it connects."},
    {FIELD(accounts, password_min), NUMBER(1, 64, "characters"), .default_text = "8", .reloadable = true,
     .help = "How long a new password must be at least."},
    {FIELD(accounts, invitation_days), NUMBER(1, 3650, "days"), .default_text = "7", .reloadable = true,
     .help = "How long an invitation can be used."},
    {FIELD(accounts, hash_memory), BYTES(M, 4 * G), .default_text = "32M", .reloadable = true,
     .help = "How much memory it takes to hash a password (argon2id), for each of hash_threads. The more it takes, "
             "the more it costs somebody who has stolen the database to try passwords out. After a change, the hash of "
             "a password is made anew when its owner logs in."},
    {FIELD(accounts, hash_passes), NUMBER(1, 100, "passes"), .default_text = "3", .reloadable = true,
     .help = "How often hashing a password goes through that memory."},
    {FIELD(accounts, hash_threads), NUMBER(1, 64, "threads"), .default_text = "2",
     .help = "How many passwords are hashed at the same time, in threads of their own. 64 may wait; who comes then is "
             "told to try again."},

    {FIELD(moderation, words), TEXT(TEXT, 0, 4095), .default_text = "", .none = "no words", .reloadable = true,
     .help = "A file of words that may not be said in public: in rooms, topics, away messages, last words, names and "
             "names of new rooms; private lines are free. It has one word a line, of letters and digits; what "
             "follows a # is a comment. Case, width, invisible characters and marks that strike a word out do not "
             "matter, and whole words count: art is not in party. In Chinese, Japanese, Thai, Lao, Khmer and "
             "Burmese, which have no blanks between words, a word is found anywhere. A reload reads the file again. "
             "The system's service sees files beside chatd.ini alone."},
    {FIELD(moderation, words_action), CHOICE(words_actions), .default_text = "refuse", .reloadable = true,
     .help = "What happens to such a word. refuse: what holds it is not sent, and its author gets an error that names "
             "it. tell: it is sent, and told to the operators of the room, the administrators who are here, and the "
             "log."},
    {FIELD(moderation, links), CHOICE(links), .default_text = "allow", .reloadable = true,
     .help = "Who may post links in public. allow: everybody. members: those who are logged in to an account, so that "
             "guests do not. never: nobody. A link is what begins with http://, another scheme or www., or the name "
             "of a host, as example.com and t.me/x."},

    {FIELD(log, target), CHOICE(log_targets), .default_text = "auto", .reloadable = true,
     .help = "Where the log goes. journal: systemd's, with fields. syslog: /dev/log, if somebody listens there. "
             "stderr: standard error. file: what log.file names. auto: the journal when standard error leads "
             "there, else standard error."},
    {FIELD(log, file), TEXT(TEXT, 0, 4095), .default_text = "", .none = "no file", .reloadable = true,
     .help = "The path for the target file. The log is appended to it, a new file is readable for its group, "
             "and SIGUSR1 or chatctl reopen opens it anew, for logrotate. The service's sandbox lets chatd write "
             "below /var/log/chatd."},
    {FIELD(log, syslog_facility), CHOICE(log_facilities), .default_text = "daemon", .reloadable = true,
     .help = "What kind of program chatd is for the target syslog, whose configuration tells where that goes."},
    {FIELD(log, level), CHOICE(log_levels), .default_text = "info", .reloadable = true,
     .help = "What is logged: errors alone, warnings too, what happens too, or everything. Each takes in "
             "the ones before it."},

    {FIELD(metrics, listen), TEXT(TEXT, 0, 255), .default_text = "", .none = "no metrics over HTTP",
     .reloadable = true,
     .help = "Where Prometheus reads the metrics, over HTTP at /metrics: one place, written as in "
             "server.listen, with the mode and group of a unix socket too. Everyone who reaches it can "
             "read them, so it should be an address of this machine alone, such as 127.0.0.1:9400, or "
             "unix:PATH; for other addresses a firewall should let only Prometheus through."},

    {FIELD(control, socket), TEXT(TEXT, 0, 107), .default_text = "", .none = "no control socket", .reloadable = true,
     .help = "The unix socket that chatctl speaks to: an absolute path, such as /run/chatd/control. A file that is "
             "there already is replaced only when it is a socket that no process has open."},
    {FIELD(control, mode), TEXT(TEXT, 3, 4), .default_text = "0660", .reloadable = true,
     .help = "The mode of the control socket's file, in octal digits. Users who may write to the file can "
             "do everything that chatctl does."},
    {FIELD(control, group), TEXT(TEXT, 0, 64), .default_text = "", .none = "the group that chatd runs as",
     .reloadable = true,
     .help = "The group of the control socket's file, by name or number. chatd must be a member of it, unless "
             "it runs as root."},
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

size_t options_count(void)
{
    return ROWS;
}

const struct options_row *options_get(size_t i)
{
    CHECK(i < ROWS);
    return &rows[i];
}

size_t options_index(const struct options_row *row)
{
    return (size_t)(row - rows);
}

const struct options_row *options_find(const char *section, const char *key)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (strcmp(rows[i].section, section) == 0 &&
            (strcmp(rows[i].key, key) == 0 || (rows[i].was != NULL && strcmp(rows[i].was, key) == 0))) {
            return &rows[i];
        }
    }
    return NULL;
}

const char *options_find_section(const char *name)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (strcmp(rows[i].section, name) == 0) {
            return rows[i].section;
        }
    }
    return NULL;
}

/* The nearest key, of one section or of all. */
static const struct options_row *nearest_row(const char *section, const char *key)
{
    struct nearest near = {.wanted = key};
    const struct options_row *best = NULL;

    for (size_t i = 0; i < ROWS; i++) {
        const char *before = near.best;

        if (section != NULL && strcmp(rows[i].section, section) != 0) {
            continue;
        }
        nearest_try(&near, rows[i].key);
        if (near.best != before) {
            best = &rows[i];
        }
    }
    return best;
}

const struct options_row *options_suggest(const char *section, const char *key)
{
    const struct options_row *row;
    const char *dot = strrchr(key, '.');

    if (dot != NULL) { /* "limits.clients" as on the command line: it names the section already */
        key = dot + 1;
    }
    for (size_t i = 0; i < ROWS; i++) {
        if (strcmp(rows[i].key, key) == 0) {
            return &rows[i];
        }
    }
    row = section != NULL ? nearest_row(section, key) : NULL;
    return row != NULL ? row : nearest_row(NULL, key);
}

const char *options_suggest_section(const char *name)
{
    struct nearest near = {.wanted = name};

    for (size_t i = 0; i < ROWS; i++) {
        if (i == 0 || strcmp(rows[i].section, rows[i - 1].section) != 0) {
            nearest_try(&near, rows[i].section);
        }
    }
    return near.best;
}

bool options_is_text(const struct options_row *row)
{
    return row->type == OPTIONS_TEXT || row->type == OPTIONS_LINES || row->type == OPTIONS_LIST;
}
