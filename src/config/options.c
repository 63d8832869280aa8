/* config/options.c: the table of options.
 *
 * A new option needs one row here and its field in struct conf, and nothing else.  The reader, the
 * sample file, --check-config, the report of a reload and the list in the manual page are all made from the rows:
 * "make manual" renews conf/chatd.ini and the page, and tests/lint/options.sh checks that they match.  The rows
 * of a section stand together.  This file checks each value on its own; conf.c checks values that depend on each
 * other. */
#include "config.h"

#include "config/options.h"

#include "base/check.h"
#include "base/log_place.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/text.h"
#include "config/mistakes.h"

#include <stdlib.h>
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
static const char *const queue_policies[] = {
    [CONF_QUEUE_SKIP_OLDEST] = "skip-oldest",
    [CONF_QUEUE_DISCONNECT] = "disconnect",
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
    {FIELD(server, default_room), TEXT(TEXT, 0, 255), .default_text = "lobby", .none = "no room",
     .reloadable = true,
     .help = "The room that a newcomer is put into. With none, a newcomer talks to nobody until they join "
             "a room."},
    {FIELD(server, event_backend), CHOICE(backends), .default_text = "auto",
     .help = "How the system is asked which connections are ready. auto takes the best that there is, "
             "epoll on Linux. The work of poll and select grows with every client that is connected, "
             "silent or not."},
    {FIELD(server, drain_seconds), SECONDS(0, 3600), .default_text = "10", .none = "no wait",
     .reloadable = true,
     .help = "How long a stop waits for clients to take what is still queued for them. A client that has "
             "not taken it by then is closed without it."},

    {FIELD(limits, clients), NUMBER(1, 1000000, "clients"), .default_text = "10000", .reloadable = true,
     .help = "How many clients may be connected at once. The next one is told server-full and closed; the others "
             "notice nothing. Each takes a file descriptor: see LimitNOFILE in systemd.exec(5)."},
    {FIELD(limits, clients_per_address), NUMBER(0, 1000000, "clients"), .default_text = "64",
     .none = "no limit", .reloadable = true,
     .help = "How many clients may be connected at once from one address. An IPv6 network of /64 counts as one "
             "address, "
             "and so does everybody behind one NAT or proxy. The next one is told too-many-from-address and closed."},
    {FIELD(limits, connections_per_minute), NUMBER(0, 1000000, "connections a minute"),
     .default_text = "60", .none = "no limit", .reloadable = true,
     .help = "How often one address may connect; an IPv6 /64, a NAT or a proxy counts as one. One that comes more "
             "often is told slow-down and closed. A connection that ends without having sent a line, as a health "
             "check's does, does not count, up to 4 times as many a minute."},
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
    {FIELD(limits, queues_bytes), BYTES(M, T), .default_text = "256M", .reloadable = true,
     .help = "How much may wait for all clients together: what is queued for them, and what they have sent of "
             "lines that are unfinished or have to wait. Past that, the longest queues lose lines of rooms "
             "first; where that is not enough, the connections with the most waiting are closed. A connection "
             "with less than half of an equal share loses nothing. It must be at least queue_bytes."},
    {FIELD(limits, stall_seconds), SECONDS(1, 86400), .default_text = "120", .reloadable = true,
     .help = "How long a client may take nothing of what waits for it. Then it is closed, and the log tells why. A "
             "client that takes something, however little, is looked at again after the same time."},
    {FIELD(limits, dead_seconds), SECONDS(2, 28800), .default_text = "120", .reloadable = true,
     .help = "How long the machine of a client that is connected over TCP may give no sign of life. Then the "
             "connection is closed, and the name is free again. While nothing is sent to it, it is probed. A client "
             "whose machine answers but takes nothing of what was sent is closed after this time too. A reload "
             "applies it to new connections."},
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

    {FIELD(flood, lines_per_second), NUMBER(0, 1000, "lines a second"), .default_text = "5",
     .none = "no limit", .reloadable = true,
     .help = "How many lines one client may send a second, on average. A client that sends faster is read "
             "more slowly, and told so once: nothing is lost, and nobody else waits."},
    {FIELD(flood, burst), NUMBER(1, 100000, "lines"), .default_text = "20", .reloadable = true,
     .help = "How many lines one client may send at once before lines_per_second limits it."},

    {FIELD(rooms, announce_members), NUMBER(0, 1000000, "members"), .default_text = "100",
     .none = "never announced", .reloadable = true,
     .help = "Up to how many members a room announces joins, leaves and quits. A larger room does not "
             "announce them, so that they do not bury what is said."},
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
        if (strcmp(rows[i].section, section) == 0 && strcmp(rows[i].key, key) == 0) {
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

enum amount { AMOUNT_OK, AMOUNT_NONE, AMOUNT_LOW, AMOUNT_HIGH };

/* Unlike strtoull() it takes no sign, no blanks and no other base, and distinguishes a number that is too large from
 * text that is no number. */
static enum amount read_amount(const char *s, bool has_suffix, uint64_t *number)
{
    static const char suffixes[] = "KMGTkmgt";
    const char *suffix;
    bool is_negative = *s == '-';
    bool is_high = false;
    uint64_t factor = 1;

    s += is_negative;
    *number = 0;
    if (*s < '0' || *s > '9') {
        return AMOUNT_NONE;
    }
    for (; *s >= '0' && *s <= '9'; s++) {
        is_high |= __builtin_mul_overflow(*number, 10, number);
        is_high |= __builtin_add_overflow(*number, (uint64_t)(*s - '0'), number);
    }
    if (has_suffix && *s != '\0' && (suffix = strchr(suffixes, *s)) != NULL) {
        factor = UINT64_C(1) << (10 * ((suffix - suffixes) % 4 + 1));
        s++;
    }
    is_high |= __builtin_mul_overflow(*number, factor, number);
    if (*s != '\0') {
        return AMOUNT_NONE;
    }
    if (is_negative) {
        return AMOUNT_LOW;
    }
    return is_high ? AMOUNT_HIGH : AMOUNT_OK;
}

void options_format_number(const struct options_row *row, uint64_t number, struct strbuf *out)
{
    static const char suffixes[] = "KMGT";
    size_t power = 0;

    if (row->type == OPTIONS_CHOICE) {
        strbuf_adds(out, row->choices[number]);
        return;
    }
    if (row->type == OPTIONS_BYTES && number >= 64 * K) { /* a small amount reads better in bytes */
        for (; number % K == 0 && power < 4; power++) {
            number /= K;
        }
    }
    strbuf_addf(out, "%llu", (unsigned long long)number);
    if (power != 0) {
        strbuf_addc(out, suffixes[power - 1]);
    }
}

/* "10 clients", "1 client": the first word of a unit is a noun in the plural. */
static void add_with_unit(const struct options_row *row, uint64_t number, struct strbuf *out)
{
    size_t noun = strcspn(row->unit, " ");

    options_format_number(row, number, out);
    strbuf_addc(out, ' ');
    strbuf_addf(out, "%.*s%s", (int)noun - 1, row->unit, text_plural(number, "", "s"));
    strbuf_adds(out, row->unit + noun);
}

static bool parse_number(const struct options_row *row, const char *text, uint64_t *number,
                         struct strbuf *err)
{
    enum amount amount = read_amount(text, row->type == OPTIONS_BYTES, number);

    if (amount == AMOUNT_OK && *number < row->min) {
        amount = AMOUNT_LOW;
    } else if (amount == AMOUNT_OK && *number > row->max) {
        amount = AMOUNT_HIGH;
    }
    switch (amount) {
    case AMOUNT_OK:
        return true;
    case AMOUNT_NONE:
        mistakes_quote(err, text);
        if (row->type == OPTIONS_BYTES) {
            strbuf_adds(err, " is no number of bytes, such as 65536 or 64K"
                             " (K, M, G and T are powers of 1024)");
        } else {
            strbuf_adds(err, " is no whole number");
        }
        return false;
    case AMOUNT_LOW:
    case AMOUNT_HIGH:
        mistakes_show(err, text, 40);
        strbuf_adds(err, amount == AMOUNT_LOW ? " is below the minimum, " : " is above the maximum, ");
        add_with_unit(row, amount == AMOUNT_LOW ? row->min : row->max, err);
        return false;
    }
    return false;
}

static void add_choices(const struct options_row *row, struct strbuf *out)
{
    for (size_t i = 0; row->choices[i] != NULL; i++) {
        strbuf_addf(out, "%s%s", i == 0 ? "" : ", ", row->choices[i]);
    }
}

static bool parse_choice(const struct options_row *row, const char *text, uint64_t *number,
                         struct strbuf *err)
{
    struct nearest near = {.wanted = text};

    for (size_t i = 0; row->choices[i] != NULL; i++) {
        if (strcmp(row->choices[i], text) == 0) {
            *number = i;
            return true;
        }
        nearest_try(&near, row->choices[i]);
    }
    mistakes_quote(err, text);
    strbuf_adds(err, " is none of ");
    add_choices(row, err);
    if (near.best != NULL) {
        strbuf_addf(err, "; did you mean %s?", near.best);
    }
    return false;
}

static bool parse_text(const struct options_row *row, const char *text, char **out, struct strbuf *err)
{
    struct strbuf value = {0};

    if (strlen(text) > row->max) {
        strbuf_adds(err, "is longer than ");
        add_with_unit(row, row->max, err);
        return false;
    }
    for (; *text != '\0'; text++) {
        if (row->type == OPTIONS_LINES && text[0] == '\\' && text[1] == 'n') {
            strbuf_addc(&value, '\n');
            text++;
        } else {
            strbuf_addc(&value, *text);
        }
    }
    *out = strbuf_take(&value);
    return true;
}

bool options_parse(const struct options_row *row, const char *text, struct options_value *out,
                   struct strbuf *err)
{
    *out = (struct options_value){0};
    if (*text == '\0' && (row->min > 0 || !options_is_text(row))) {
        strbuf_adds(err, "has no value");
        return false;
    }
    if (options_is_text(row)) {
        return parse_text(row, text, &out->text, err);
    }
    if (row->type == OPTIONS_CHOICE) {
        return parse_choice(row, text, &out->number, err);
    }
    return parse_number(row, text, &out->number, err);
}

void options_store(const struct options_row *row, struct conf *cfg, const struct options_value *value)
{
    void *field = (char *)cfg + row->offset;

    if (options_is_text(row)) {
        *(const char **)field = value->text;
    } else {
        *(uint64_t *)field = value->number;
    }
}

uint64_t options_number(const struct options_row *row, const struct conf *cfg)
{
    const void *field = (const char *)cfg + row->offset;

    CHECK(!options_is_text(row));
    return *(const uint64_t *)field;
}

const char *options_text(const struct options_row *row, const struct conf *cfg)
{
    const void *field = (const char *)cfg + row->offset;

    CHECK(options_is_text(row));
    return *(const char *const *)field;
}

void options_format(const struct options_row *row, const struct conf *cfg, struct strbuf *out)
{
    if (!options_is_text(row)) {
        options_format_number(row, options_number(row, cfg), out);
        return;
    }
    for (const char *s = options_text(row, cfg); *s != '\0'; s++) {
        if (*s == '\n') {
            strbuf_adds(out, "\\n");
        } else {
            strbuf_addc(out, *s);
        }
    }
}

void options_describe(const struct options_row *row, struct strbuf *out)
{
    bool is_text = options_is_text(row);

    if (*row->default_text == '\0') {
        strbuf_addf(out, "Default: empty, %s.", row->none);
    } else {
        strbuf_addf(out, "Default: %s.", row->default_text);
    }
    if (row->type == OPTIONS_CHOICE) {
        strbuf_adds(out, " One of: ");
        add_choices(row, out);
        strbuf_addc(out, '.');
    } else if (is_text) {
        strbuf_adds(out, " At most ");
        add_with_unit(row, row->max, out);
    } else {
        strbuf_adds(out, " Range: ");
        options_format_number(row, row->min, out);
        strbuf_adds(out, " to ");
        add_with_unit(row, row->max, out);
    }
    if (row->type != OPTIONS_CHOICE) {
        if (row->none != NULL && !(is_text && *row->default_text == '\0')) {
            strbuf_addf(out, "; %s: %s", is_text ? "empty" : "0", row->none);
        }
        strbuf_addc(out, '.');
    }
    strbuf_adds(out, row->reloadable ? " A reload applies it." : " It needs a restart.");
}
