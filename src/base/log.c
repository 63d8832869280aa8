/* base/log.c: one line an event, written at once or counted as lost.
 *
 * A line is made whole in one buffer and given to the kernel in one call.  It is at most LINE_BYTES long,
 * which is less than PIPE_BUF, so a pipe takes all of it or nothing (POSIX, write()); the rest of a line
 * that a terminal or a TCP socket took in part is kept and goes first.
 *
 * Never waiting needs O_NONBLOCK, and that flag belongs to the open file description, which standard
 * error shares with the shell and every other program it started.  So a pipe or a terminal is opened anew
 * through /proc, with a description of our own. */
#include "config.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <utf8proc.h>

#include "base/text.h"

enum {
    LINE_BYTES = 4000,  /* of a line with its end */
    END_BYTES = 16,     /* of them, kept back for what marks a cut, the closing quote and the line's end */
    VALUE_BYTES = 1024, /* of one value as written; what is longer is cut, so that others find place */
    UNIT_BYTES = 12,    /* of one character of a value as written: \u{10FFFF} */
};

_Static_assert(LINE_BYTES <= PIPE_BUF, "a pipe takes a line whole or not at all");

/* How a write is kept from waiting. */
enum manner {
    MANNER_PLAIN, /* it does not wait: a regular file, or a description of our own with O_NONBLOCK */
    MANNER_SEND,  /* a socket: by a flag of the call */
    MANNER_POLL,  /* a pipe or terminal that could not be opened anew: room is asked for first */
};

struct line {
    size_t len;
    char data[LINE_BYTES];
};

static struct {
    int fd;     /* -1: not opened */
    bool owned; /* fd is a description of our own */
    enum manner manner;
    enum log_level level;
    uint64_t lost; /* lines not written and not told of yet */
    size_t rest_len;
    char rest[LINE_BYTES]; /* of a line that was written in part: goes before all others */
} out = {.fd = -1, .level = LOG_LEVEL_INFO};

/* ---- making a line -------------------------------------------------------------------------------- */

static void add(struct line *l, const char *data, size_t len)
{
    size_t room = sizeof(l->data) - l->len;

    len = len < room ? len : room;
    memcpy(l->data + l->len, data, len);
    l->len += len;
}

static void adds(struct line *l, const char *s)
{
    add(l, s, strlen(s));
}

/* Time, level and phrase. */
static void begin_line(struct line *l, enum log_level level, const char *phrase)
{
    static const char *const levels[] = {"error", "warn ", "info ", "debug"};
    struct timespec now;
    struct tm tm;
    char stamp[64];

    l->len = 0;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &tm);
    add(l, stamp, strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &tm));
    snprintf(stamp, sizeof(stamp), ".%03ldZ %s ", now.tv_nsec / 1000000, levels[level]);
    adds(l, stamp);
    add(l, phrase, strnlen(phrase, LINE_BYTES / 2));
}

/* Writes the first character of the left bytes at s as it stands within quotes; *used is its length. */
static size_t put_unit(char unit[UNIT_BYTES + 1], const char *s, size_t left, size_t *used)
{
    static const char escaped[] = "\"\\\n\r\t";
    static const char names[] = "\"\\nrt";
    const char *e = memchr(escaped, *s, sizeof(escaped) - 1);
    int32_t cp;
    utf8proc_ssize_t n;

    *used = 1;
    if (e != NULL) {
        return (size_t)snprintf(unit, UNIT_BYTES + 1, "\\%c", names[e - escaped]);
    }
    n = utf8proc_iterate((const uint8_t *)s, (utf8proc_ssize_t)left, &cp);
    if (n <= 0 || (n == 1 && !text_is_clean(s, 1))) {
        return (size_t)snprintf(unit, UNIT_BYTES + 1, "\\x%02X", (unsigned)(unsigned char)*s);
    }
    *used = (size_t)n;
    if (!text_is_clean(s, (size_t)n)) {
        return (size_t)snprintf(unit, UNIT_BYTES + 1, "\\u{%04" PRIX32 "}", (uint32_t)cp);
    }
    memcpy(unit, s, (size_t)n);
    return (size_t)n;
}

static bool needs_quotes(const char *s, size_t len)
{
    return len == 0 || s[strcspn(s, " \"=\\")] != '\0' || !text_is_clean(s, len);
}

static void put_value(struct line *l, const char *s)
{
    size_t len = strlen(s);
    bool quoted = needs_quotes(s, len);
    size_t end = l->len + VALUE_BYTES;
    size_t used;

    end = end < LINE_BYTES - END_BYTES ? end : LINE_BYTES - END_BYTES;
    if (!quoted && l->len + len <= end) {
        add(l, s, len);
        return;
    }
    if (quoted) {
        adds(l, "\"");
    }
    for (size_t i = 0; i < len; i += used) {
        char unit[UNIT_BYTES + 1];
        size_t n = put_unit(unit, s + i, len - i, &used);

        if (l->len + n > end) {
            adds(l, "...");
            break;
        }
        add(l, unit, n);
    }
    if (quoted) {
        adds(l, "\"");
    }
}

static void put_fields(struct line *l, const struct log_field *fields)
{
    for (const struct log_field *f = fields; f->key != NULL; f++) {
        size_t key_len = strlen(f->key);
        char num[24];

        if (l->len + key_len + sizeof(num) > LINE_BYTES - END_BYTES) {
            adds(l, " ...");
            break;
        }
        adds(l, " ");
        add(l, f->key, key_len);
        adds(l, "=");
        if (f->str != NULL) {
            put_value(l, f->str);
        } else {
            add(l, num, (size_t)snprintf(num, sizeof(num), "%" PRId64, f->num));
        }
    }
}

/* ---- writing it ----------------------------------------------------------------------------------- */

/* One attempt, which never waits; -1 when nothing was taken. */
static ssize_t put(const char *data, size_t len)
{
    struct pollfd p = {.fd = out.fd, .events = POLLOUT};
    ssize_t n;

    if (out.manner == MANNER_SEND) {
        do {
            n = send(out.fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL);
        } while (n < 0 && errno == EINTR);
        return n;
    }
    /* A pipe with POLLOUT has room for PIPE_BUF bytes; a terminal may still wait for its reader, but it
     * is somebody's own who also stopped it.  POLLERR: the reader is gone. */
    if (out.manner == MANNER_POLL && (poll(&p, 1, 0) != 1 || p.revents != POLLOUT)) {
        return -1;
    }
    do {
        n = write(out.fd, data, len);
    } while (n < 0 && errno == EINTR);
    return n;
}

/* False when there still is a rest of an earlier line. */
static bool put_rest(void)
{
    if (out.rest_len > 0) {
        ssize_t n = put(out.rest, out.rest_len);

        if (n > 0) {
            out.rest_len -= (size_t)n;
            memmove(out.rest, out.rest + n, out.rest_len);
        }
    }
    return out.rest_len == 0;
}

/* False when the line was not taken; else it is written, or what is left of it is kept. */
static bool put_line(struct line *l)
{
    ssize_t n;

    if (!put_rest()) {
        return false;
    }
    adds(l, "\n");
    n = put(l->data, l->len);
    if (n <= 0) {
        return false;
    }
    out.rest_len = l->len - (size_t)n;
    memcpy(out.rest, l->data + n, out.rest_len);
    return true;
}

/* False when lines were lost and that could not be told. */
static bool tell_lost(void)
{
    struct line l;

    if (out.lost == 0) {
        return true;
    }
    begin_line(&l, LOG_LEVEL_WARN, "log lines lost");
    put_fields(&l, LOG_FIELDS(LOG_NUM("count", out.lost)));
    if (!put_line(&l)) {
        return false;
    }
    out.lost = 0;
    return true;
}

/* ---- the public part ------------------------------------------------------------------------------ */

/* Tries once more to write what is left, and lets go of the place.  Lines lost stay counted. */
static void let_go(void)
{
    if (out.fd >= 0 && put_rest()) {
        tell_lost();
    }
    if (out.owned) {
        close(out.fd);
    }
    out.fd = -1;
    out.owned = false;
    out.rest_len = 0;
}

void log_open(int fd, enum log_level level)
{
    char path[32];
    struct stat st;
    int own;

    let_go();
    out.fd = fd;
    out.level = level;
    out.manner = MANNER_PLAIN;
    if (fstat(fd, &st) != 0) {
        return;
    }
    if (S_ISSOCK(st.st_mode)) {
        out.manner = MANNER_SEND;
    } else if (S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode)) {
        snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
        own = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (own >= 0) {
            out.fd = own;
            out.owned = true;
        } else { /* no /proc, or another user's, as after su */
            out.manner = MANNER_POLL;
        }
    }
}

void log_set_level(enum log_level level)
{
    out.level = level;
}

void log_close(void)
{
    let_go();
    out.lost = 0;
}

void log_write(enum log_level level, const char *phrase, const struct log_field *fields)
{
    int saved = errno; /* a caller may still want to look at it */
    struct line l;

    if (level > out.level) {
        return;
    }
    if (out.fd < 0) {
        log_open(STDERR_FILENO, out.level);
    }
    if (tell_lost()) {
        begin_line(&l, level, phrase);
        put_fields(&l, fields);
        out.lost += !put_line(&l);
    } else {
        out.lost++;
    }
    errno = saved;
}

int log_limit_allows(struct log_limit *limit, uint64_t now_ms, uint32_t *skipped)
{
    *skipped = 0;
    if (limit->spent == 0 || now_ms < limit->since_ms) {
        limit->since_ms = now_ms;
    } else {
        uint64_t seconds = (now_ms - limit->since_ms) / 1000;

        limit->since_ms += seconds * 1000;
        limit->spent -= seconds < limit->spent ? (uint32_t)seconds : limit->spent;
        if (limit->spent == 0) {
            limit->since_ms = now_ms;
        }
    }
    if (limit->spent >= LOG_LIMIT_BURST) {
        limit->skipped += limit->skipped < UINT32_MAX;
        return 0;
    }
    limit->spent++;
    *skipped = limit->skipped;
    limit->skipped = 0;
    return 1;
}
