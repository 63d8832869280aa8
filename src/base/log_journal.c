/* base/log_journal.c: sends a datagram for each event, in the journal's native protocol.
 *
 * The datagrams are made here and not by libsystemd, whose sd_journal_sendv() waits for a journal that hangs.
 * A field is "KEY=value\n"; or, if the value holds a line end, "KEY\n", the value's length in 8 bytes (little-endian),
 * the value and "\n" (https://systemd.io/JOURNAL_NATIVE_PROTOCOL/). */
#include "config.h"

#include "base/log_journal.h"

#include "base/container.h"
#include "base/log_dgram.h"
#include "base/log_line.h"
#include "base/mem.h"
#include "base/strbuf.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct journal {
    struct log_sink sink;
    struct log_dgram to;
    struct strbuf data; /* the datagram being made; kept to reuse its memory */
};

bool log_journal_is_behind(int fd)
{
    const char *named = getenv("JOURNAL_STREAM");
    char real[64];
    struct stat st;

    if (named == NULL || fstat(fd, &st) != 0) {
        return false;
    }
    snprintf(real, sizeof(real), "%" PRIuMAX ":%" PRIuMAX, (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
    return strcmp(named, real) == 0;
}

/* Adds a value; the field's name precedes it. */
static void add_value(struct strbuf *b, const char *value, size_t len)
{
    if (memchr(value, '\n', len) == NULL) {
        strbuf_addc(b, '=');
    } else {
        strbuf_addc(b, '\n');
        for (unsigned shift = 0; shift < 64; shift += 8) {
            strbuf_addc(b, (char)(unsigned char)((uint64_t)len >> shift));
        }
    }
    strbuf_add(b, value, len);
    strbuf_addc(b, '\n');
}

/* Keys are ASCII, whatever the locale. */
static void add_name(struct strbuf *b, const char *key)
{
    strbuf_adds(b, "CHATD_");
    for (; *key != '\0'; key++) {
        strbuf_addc(b, *key >= 'a' && *key <= 'z' ? (char)(*key - 'a' + 'A') : *key);
    }
}

static bool journal_put(struct log_sink *sink, const struct log_record *record)
{
    struct journal *j = CONTAINER_OF(sink, struct journal, sink);
    struct strbuf *b = &j->data;
    struct log_line message;

    message.len = 0;
    log_line_add_event(&message, record);
    strbuf_reset(b);
    strbuf_addf(b, "SYSLOG_IDENTIFIER=chatd\nPRIORITY=%d\nMESSAGE", log_dgram_severity(record->level));
    add_value(b, message.data, message.len);
    for (const struct log_field *f = record->fields; f->key != NULL; f++) {
        char num[24];

        add_name(b, f->key);
        if (f->str != NULL) {
            add_value(b, f->str, strlen(f->str));
        } else {
            add_value(b, num, (size_t)snprintf(num, sizeof(num), "%" PRId64, f->num));
        }
    }
    return log_dgram_send(&j->to, b->data, b->len);
}

static size_t journal_retry(struct log_sink *sink)
{
    return log_dgram_retry(&CONTAINER_OF(sink, struct journal, sink)->to);
}

static void journal_close(struct log_sink *sink)
{
    struct journal *j = CONTAINER_OF(sink, struct journal, sink);

    log_dgram_close(&j->to);
    strbuf_fini(&j->data);
    free(j);
}

static const struct log_sink_ops journal_ops = {.put = journal_put, .retry = journal_retry, .close = journal_close};

struct log_sink *log_journal_open(const char *path, char *err, size_t err_size)
{
    struct log_dgram to;
    struct journal *j;

    if (!log_dgram_open(&to, path, err, err_size)) {
        return NULL;
    }
    j = mem_zalloc(sizeof(*j));
    j->sink.ops = &journal_ops;
    j->to = to;
    return &j->sink;
}
