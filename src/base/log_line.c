/* base/log_line.c: writes a record as a line. */
#include "config.h"

#include "base/log_line.h"

#include "base/text.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <utf8proc.h>

enum {
    END_BYTES = 16,     /* of a line, reserved for the mark of a cut, the closing quote and the line end */
    VALUE_BYTES = 1024, /* of one value as written; a longer one is cut, so that others find space */
    UNIT_BYTES = 12,    /* of one character of a value as written, such as \u{10FFFF} */
};

_Static_assert(LOG_LINE_BYTES <= PIPE_BUF, "a pipe takes a line whole or not at all");

static void add(struct log_line *l, const char *data, size_t len)
{
    size_t room = sizeof(l->data) - l->len;

    len = len < room ? len : room;
    memcpy(l->data + l->len, data, len);
    l->len += len;
}

static void adds(struct log_line *l, const char *s)
{
    add(l, s, strlen(s));
}

/* Writes the first character of the left bytes at s in its form within quotes; *used is its length at s. */
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

static void put_value(struct log_line *l, const char *s)
{
    size_t len = strlen(s);
    bool quoted = needs_quotes(s, len);
    size_t end = l->len + VALUE_BYTES;
    size_t used;

    end = end < LOG_LINE_BYTES - END_BYTES ? end : LOG_LINE_BYTES - END_BYTES;
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

static void put_fields(struct log_line *l, const struct log_field *fields)
{
    for (const struct log_field *f = fields; f->key != NULL; f++) {
        size_t key_len = strlen(f->key);
        char num[1 + TEXT_NUMBER_BYTES] = "-";

        if (l->len + key_len + sizeof(num) + 2 > LOG_LINE_BYTES - END_BYTES) {
            adds(l, " ...");
            break;
        }
        adds(l, " ");
        add(l, f->key, key_len);
        adds(l, "=");
        if (f->str != NULL) {
            put_value(l, f->str);
        } else {
            uint64_t size = f->num < 0 ? -(uint64_t)f->num : (uint64_t)f->num;
            char *digits = num + (f->num < 0);

            add(l, num, (size_t)(text_put_number(digits, size) - num));
        }
    }
}

void log_line_add_event(struct log_line *line, const struct log_record *record)
{
    add(line, record->phrase, strnlen(record->phrase, LOG_LINE_BYTES / 2));
    put_fields(line, record->fields);
}

/* Formats the second; it is nearly always the same as that of the last line. */
static const char *stamp_of(time_t second)
{
    static _Thread_local char stamp[64];
    static _Thread_local time_t is = -1;
    struct tm tm;

    if (second != is) {
        is = second;
        gmtime_r(&second, &tm);
        strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &tm);
    }
    return stamp;
}

void log_line_make(struct log_line *line, const struct log_record *record)
{
    static const char *const levels[] = {"Z error ", "Z warn  ", "Z info  ", "Z debug "};
    struct timespec now;
    char ms[TEXT_NUMBER_BYTES];

    line->len = 0;
    clock_gettime(CLOCK_REALTIME, &now);
    adds(line, stamp_of(now.tv_sec));
    text_put_number(ms, (uint64_t)(1000 + now.tv_nsec / 1000000)); /* four digits */
    ms[0] = '.';
    add(line, ms, 4);
    adds(line, levels[record->level]);
    log_line_add_event(line, record);
    adds(line, "\n");
}
