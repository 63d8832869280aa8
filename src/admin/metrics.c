/* admin/metrics.c: the table of metrics, and its text form.
 *
 * A new metric needs a counter in the layer that counts, a row here, and a line in chatd(8).  tests/lint/metrics.sh
 * checks chatd(8), and the dashboard and the alert rules in conf/, against the table. */
#include "config.h"

#include "admin/metrics.h"

#include "base/check.h"
#include "base/log.h"
#include "chat/port_accounts.h"
#include "chat/rooms.h"
#include "session/cmd.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- getters ---- */

#define GETTER(name, value)                                     \
    static uint64_t name(const struct metrics *m, size_t i)     \
    {                                                           \
        (void)m;                                                \
        (void)i;                                                \
        return value;                                           \
    }

static const struct accounts *accounts_of(const struct metrics *m)
{
    static const struct accounts none;

    return m->chat->ports.accounts != NULL ? m->chat->ports.accounts : &none;
}

GETTER(one, 1)
GETTER(clients, m->admit->clients)
GETTER(clients_limit, m->admit->limits.clients)
GETTER(silent_clients, m->admit->silent.count)
GETTER(silent_clients_limit, m->admit->silent.limit)
GETTER(rooms, rooms_count(m->chat))
GETTER(rooms_limit, m->chat->limits.rooms)
GETTER(connections, m->listeners->accepted[i])
GETTER(refused_at, m->listeners->refused[i])
GETTER(draining, m->listeners->is_paused)
GETTER(accept_failures, m->listeners->failures[i])
GETTER(refused, m->admit->refused[i])
GETTER(closes, m->net->closes[i])
GETTER(received_bytes, m->net->bytes_in)
GETTER(sent_bytes, m->net->bytes_out)
GETTER(queue_bytes, m->net->queued_bytes)
GETTER(input_bytes, m->net->input_bytes)
GETTER(queue_limit, m->net->limits.memory_bytes)
GETTER(skipped_lines, m->net->lines_skipped)
GETTER(received_lines, m->sessions->lines)
GETTER(commands, m->sessions->commands[i])
GETTER(errors, m->sessions->faults[i])
GETTER(flood_stops, m->sessions->flood_stops)
GETTER(lines, m->chat->lines)
GETTER(private_lines, m->chat->private_lines)
GETTER(deliveries, m->chat->deliveries)
GETTER(history_bytes, m->chat->ports.store->memory_bytes)
GETTER(history_limit, m->chat->ports.store->memory_most)
GETTER(store_failing, m->chat->keeping.is_failing)
GETTER(store_lost_lines, m->chat->keeping.lost_lines)
GETTER(store_waiting_bytes, m->chat->ports.store->waiting_bytes)
GETTER(accounts, accounts_of(m)->count)
GETTER(accounts_limit, accounts_of(m)->most)
GETTER(handshakes, m->handshakes->count)
GETTER(handshakes_limit, m->handshakes->most)
GETTER(handshakes_ended, m->handshakes->results[i])
GETTER(certificate_until_ms,
       m->certificate != NULL && m->certificate->until_ms > 0 ? (uint64_t)m->certificate->until_ms : METRICS_UNKNOWN)
GETTER(registrations, accounts_of(m)->registered)
GETTER(logins, accounts_of(m)->logins[i])
GETTER(passwords, m->passwords != NULL ? lane_count(m->passwords) : 0)
GETTER(reloads, m->reloads[i])
GETTER(reload_refused, *m->is_reload_refused)
GETTER(log_lines_lost, log_lost())
GETTER(start_ms, (uint64_t)m->started_ms)

static const struct histogram *turns(const struct metrics *m)
{
    return m->turns;
}

/* ---- numbers of the process from the system ---- */

static uint64_t cpu_ns(const struct metrics *m, size_t i)
{
    struct timespec used;

    (void)m;
    (void)i;
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) != 0) {
        return METRICS_UNKNOWN;
    }
    return (uint64_t)used.tv_sec * 1000000000 + (uint64_t)used.tv_nsec;
}

/* Number n of /proc/self/statm, converted from pages to bytes. */
static uint64_t statm(int n)
{
    char text[128];
    char *end = text;
    uint64_t pages = 0;
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t len = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;

    if (fd >= 0) {
        close(fd);
    }
    if (len <= 0) {
        return METRICS_UNKNOWN;
    }
    text[len] = '\0';
    for (int i = 0; i <= n; i++) {
        pages = strtoull(end, &end, 10);
    }
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

GETTER(virtual_bytes, statm(0))
GETTER(resident_bytes, statm(1))

/* Since 6.2, Linux reports the number of open descriptors as the size of that directory.  Counting 100,000 entries
 * would block the loop for a tenth of a second. */
static uint64_t open_fds(const struct metrics *m, size_t i)
{
    struct stat st;

    (void)m;
    (void)i;
    return stat("/proc/self/fd", &st) == 0 && st.st_size > 0 ? (uint64_t)st.st_size : METRICS_UNKNOWN;
}

static uint64_t max_fds(const struct metrics *m, size_t i)
{
    struct rlimit limit;

    (void)m;
    (void)i;
    return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : METRICS_UNKNOWN;
}

/* ---- labels ---- */

static const char *version(size_t i)
{
    (void)i;
    return PACKAGE_VERSION;
}

static const char *failure(size_t i)
{
    return listener_failure_code((enum listener_failure)i);
}

/* Control connections are no newcomers. */
static const char *listener(size_t i)
{
    return i != LISTENER_CONTROL ? listener_kind_code((enum listener_kind)i) : NULL;
}

static const char *refusal(size_t i)
{
    return reason_is_refusal((enum reason)i) ? reason_code((enum reason)i) : NULL;
}

static const char *close_reason(size_t i)
{
    return reason_is_end((enum reason)i) ? reason_code((enum reason)i) : NULL;
}

static const char *command(size_t i)
{
    return cmd_at(i)->name;
}

static const char *reload_result(size_t i)
{
    return i == METRICS_RELOAD_APPLIED ? "applied" : "refused";
}

static const char *login_result(size_t i)
{
    static const char *const results[] = {
        [ACCOUNTS_LOGIN_BY_PASSWORD] = "password", [ACCOUNTS_LOGIN_BY_TOKEN] = "token",
        [ACCOUNTS_LOGIN_BY_USER] = "unix-user",    [ACCOUNTS_LOGIN_BY_CERTIFICATE] = "certificate",
        [ACCOUNTS_LOGIN_WRONG] = "wrong",          [ACCOUNTS_LOGIN_SLOW] = "slow",
        [ACCOUNTS_LOGIN_FAILED] = "failed",
    };

    return results[i];
}

static const char *fault(size_t i)
{
    return fault_code((enum fault)i);
}

/* ---- the table ---- */

#define ROW(t, n, p) .name = (n), .type = METRICS_##t, .per = (p)
#define COUNTER(n) ROW(COUNTER, n, 1)
#define GAUGE(n) ROW(GAUGE, n, 1)
#define LABEL(name, count, value) .label = (name), .label_count = (count), .label_value = (value)
#define MS_PER_S 1000
#define NS_PER_S 1000000000

static const char *handshake_result(size_t i)
{
    return handshake_result_code((enum handshake_result)i);
}

static const struct metrics_row rows[] = {
    {GAUGE("chatd_build_info"), .get = one, LABEL("version", 1, version),
     .help = "Always 1; the label tells the version"},
    {GAUGE("chatd_clients"), .get = clients, .help = "People connected"},
    {GAUGE("chatd_clients_limit"), .get = clients_limit, .help = "People who may be connected: limits.clients"},
    {GAUGE("chatd_silent_clients"), .get = silent_clients,
     .help = "Of them, those that have sent no line yet, are not logged in, and count for limits.silent_clients"},
    {GAUGE("chatd_silent_clients_limit"), .get = silent_clients_limit,
     .help = "Those that there may be, 0 for no limit: limits.silent_clients"},
    {GAUGE("chatd_rooms"), .get = rooms, .help = "Rooms that have members, and those of rooms.permanent"},
    {GAUGE("chatd_rooms_limit"), .get = rooms_limit, .help = "Rooms that there may be: limits.rooms"},
    {GAUGE("chatd_draining"), .get = draining, .help = "1 while newcomers are kept out by chatctl drain; else 0"},

    {COUNTER("chatd_connections_total"), .get = connections, LABEL("listener", LISTENER_KINDS, listener),
     .help = "Connections accepted, those refused then too, by their listener: lines (server.listen), tls "
             "(tls.listen), or proxies and tls-proxies (addresses of these two in proxy.required)"},
    {COUNTER("chatd_accept_failures_total"), .get = accept_failures, LABEL("cause", LISTENER_FAILURES, failure),
     .help = "Connections that could not be accepted, by cause"},
    {COUNTER("chatd_refused_total"), .get = refused, LABEL("reason", REASON_COUNT, refusal),
     .help = "Newcomers told that they cannot be taken in, by reason"},
    {COUNTER("chatd_listener_refused_total"), .get = refused_at, LABEL("listener", LISTENER_KINDS, listener),
     .help = "The same newcomers, by their listener"},
    {COUNTER("chatd_closes_total"), .get = closes, LABEL("reason", REASON_COUNT, close_reason),
     .help = "People's connections that ended, by reason"},

    {COUNTER("chatd_received_bytes_total"), .get = received_bytes, .help = "Bytes read from connections"},
    {COUNTER("chatd_sent_bytes_total"), .get = sent_bytes, .help = "Bytes written to connections"},
    {GAUGE("chatd_queue_bytes"), .get = queue_bytes, .help = "Bytes that wait to be written, of all connections"},
    {GAUGE("chatd_input_bytes"), .get = input_bytes,
     .help = "Bytes kept of unfinished lines and of lines that have to wait, of all connections"},
    {GAUGE("chatd_queue_limit_bytes"), .get = queue_limit,
     .help = "Bytes that may wait in all, in queues and of input, before the longest give way: limits.memory_bytes"},
    {COUNTER("chatd_skipped_lines_total"), .get = skipped_lines,
     .help = "Lines of rooms that gave way since their reader was too slow"},

    {COUNTER("chatd_received_lines_total"), .get = received_lines, .help = "Lines that people sent, commands too"},
    {COUNTER("chatd_commands_total"), .get = commands, LABEL("command", CMD_COUNT, command),
     .help = "Commands that people gave, by name"},
    {COUNTER("chatd_errors_total"), .get = errors, LABEL("code", FAULT_COUNT, fault),
     .help = "Errors that people were told, by code"},
    {COUNTER("chatd_flood_stops_total"), .get = flood_stops,
     .help = "Times that reading from somebody stopped since they sent too fast"},

    {COUNTER("chatd_lines_total"), .get = lines, .help = "Lines said in rooms"},
    {COUNTER("chatd_private_lines_total"), .get = private_lines, .help = "Private lines"},
    {COUNTER("chatd_deliveries_total"), .get = deliveries,
     .help = "Members that the messages of rooms went to, events and the writer's own place counted too"},
    {GAUGE("chatd_history_bytes"), .get = history_bytes, .help = "Bytes of the lines that rooms remember"},
    {GAUGE("chatd_history_limit_bytes"), .get = history_limit,
     .help = "Bytes that rooms may remember: history.bytes"},
    {GAUGE("chatd_store_failing"), .get = store_failing,
     .help = "1 while what is said cannot be written to the database; else 0"},
    {COUNTER("chatd_store_lost_lines_total"), .get = store_lost_lines,
     .help = "Lines said in rooms that were not kept, since the database failed for too long"},
    {GAUGE("chatd_store_waiting_bytes"), .get = store_waiting_bytes,
     .help = "Bytes of lines that wait to be written to the database"},

    {GAUGE("chatd_accounts"), .get = accounts, .help = "Accounts that there are"},
    {GAUGE("chatd_accounts_limit"), .get = accounts_limit, .help = "Accounts that there may be: accounts.most"},
    {COUNTER("chatd_registrations_total"), .get = registrations, .help = "Accounts that were made"},
    {COUNTER("chatd_logins_total"), .get = logins, LABEL("result", ACCOUNTS_LOGINS, login_result),
     .help = "Attempts to log in, by how they succeeded or why they failed"},
    {GAUGE("chatd_password_hashes"), .get = passwords,
     .help = "Passwords that are being hashed or wait for it, of at most 64"},

    {GAUGE("chatd_tls_handshakes"), .get = handshakes, .help = "Connections in their TLS handshake"},
    {GAUGE("chatd_tls_handshakes_limit"), .get = handshakes_limit,
     .help = "Connections that may be in their TLS handshake: tls.handshakes"},
    {COUNTER("chatd_tls_handshakes_total"), .get = handshakes_ended,
     LABEL("result", HANDSHAKE_RESULTS, handshake_result),
     .help = "TLS handshakes that are over, by how they ended"},
    {ROW(GAUGE, "chatd_tls_certificate_expires_timestamp_seconds", MS_PER_S), .get = certificate_until_ms,
     .help = "When the certificate that TLS uses expires, since 1970"},

    {ROW(HISTOGRAM, "chatd_turn_seconds", NS_PER_S), .histogram = turns,
     .help = "How long turns of the loop took, from waking up to having written what there was"},

    {COUNTER("chatd_reloads_total"), .get = reloads, LABEL("result", METRICS_RELOADS, reload_result),
     .help = "Reloads of the configuration, by what came of them"},
    {GAUGE("chatd_reload_refused"), .get = reload_refused,
     .help = "1 when the last reload was refused, and a restart would fail; else 0"},
    {COUNTER("chatd_log_lost_lines_total"), .get = log_lines_lost,
     .help = "Lines of the log that its place did not take"},

    {ROW(COUNTER, "process_cpu_seconds_total", NS_PER_S), .get = cpu_ns, .help = "CPU time used, user and system"},
    {GAUGE("process_open_fds"), .get = open_fds, .help = "Descriptors open, where the system tells (Linux 6.2)"},
    {GAUGE("process_max_fds"), .get = max_fds, .help = "Descriptors that may be open"},
    {GAUGE("process_virtual_memory_bytes"), .get = virtual_bytes, .help = "Size of the address space"},
    {GAUGE("process_resident_memory_bytes"), .get = resident_bytes, .help = "Memory in use"},
    {ROW(GAUGE, "process_start_time_seconds", MS_PER_S), .get = start_ms, .help = "When chatd started, since 1970"},
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

const struct metrics_row *metrics_at(size_t i)
{
    return i < ROWS ? &rows[i] : NULL;
}

const struct metrics_row *metrics_find(const char *name)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}

uint64_t metrics_value(const struct metrics *m, const char *name)
{
    const struct metrics_row *row = metrics_find(name);
    uint64_t sum = 0;

    CHECK(row != NULL && row->get != NULL);
    if (row->label == NULL) {
        return row->get(m, 0);
    }
    for (size_t i = 0; i < row->label_count; i++) {
        sum += row->label_value(i) != NULL ? row->get(m, i) : 0;
    }
    return sum;
}

/* ---- as text ---- */

/* Escapes backslashes and line ends, for a help line; and quotes too, for a label's value. */
static void add_escaped(struct strbuf *out, const char *s, bool is_quoted)
{
    for (; *s != '\0'; s++) {
        if (*s == '\n') {
            strbuf_adds(out, "\\n");
            continue;
        }
        if (*s == '\\' || (*s == '"' && is_quoted)) {
            strbuf_addc(out, '\\');
        }
        strbuf_addc(out, *s);
    }
}

/* Appends number / per exactly; per is a power of 10. */
static void add_number(struct strbuf *out, uint64_t number, uint64_t per)
{
    uint64_t rest = number % per;

    strbuf_addf(out, "%llu", (unsigned long long)(number / per));
    if (rest > 0) {
        strbuf_addc(out, '.');
        while (rest > 0) {
            per /= 10;
            strbuf_addc(out, (char)('0' + rest / per));
            rest %= per;
        }
    }
}

static void write_value(struct strbuf *out, const struct metrics_row *row, const char *label_value, uint64_t number)
{
    strbuf_adds(out, row->name);
    if (row->label != NULL) {
        strbuf_addf(out, "{%s=\"", row->label);
        add_escaped(out, label_value, true);
        strbuf_adds(out, "\"}");
    }
    strbuf_addc(out, ' ');
    add_number(out, number, row->per);
    strbuf_addc(out, '\n');
}

static void write_histogram(struct strbuf *out, const struct metrics_row *row, const struct histogram *h)
{
    uint64_t below = 0;

    for (size_t i = 0; i <= h->count; i++) {
        below += h->buckets[i];
        strbuf_addf(out, "%s_bucket{le=\"", row->name);
        if (i < h->count) {
            add_number(out, h->bounds[i], row->per);
        } else {
            strbuf_adds(out, "+Inf");
        }
        strbuf_addf(out, "\"} %llu\n", (unsigned long long)below);
    }
    strbuf_addf(out, "%s_sum ", row->name);
    add_number(out, h->sum, row->per);
    strbuf_addf(out, "\n%s_count %llu\n", row->name, (unsigned long long)below);
}

void metrics_write_row(const struct metrics *m, const struct metrics_row *row, struct strbuf *out)
{
    static const char *const types[] = {"counter", "gauge", "histogram"};

    if (row->get != NULL && row->label == NULL && row->get(m, 0) == METRICS_UNKNOWN) {
        return;
    }
    strbuf_addf(out, "# HELP %s ", row->name);
    add_escaped(out, row->help, false);
    strbuf_addf(out, "\n# TYPE %s %s\n", row->name, types[row->type]);
    if (row->histogram != NULL) {
        write_histogram(out, row, row->histogram(m));
    } else if (row->label == NULL) {
        write_value(out, row, NULL, row->get(m, 0));
    } else {
        for (size_t i = 0; i < row->label_count; i++) {
            if (row->label_value(i) != NULL) {
                write_value(out, row, row->label_value(i), row->get(m, i));
            }
        }
    }
}

void metrics_write(const struct metrics *m, struct strbuf *out)
{
    for (size_t i = 0; i < ROWS; i++) {
        metrics_write_row(m, &rows[i], out);
    }
}
