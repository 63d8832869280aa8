/* frontend/telnet_charset.c: lists of charsets in telnet. */
#include "config.h"

#include "frontend/telnet_charset.h"

#include <ctype.h>
#include <libtelnet.h>
#include <string.h>

#define TTABLE "[TTABLE]" /* and a byte: the client would take a table */

static void add_begin(struct strbuf *out, enum telnet_charset_verb verb)
{
    char begin[] = {(char)TELNET_IAC, (char)TELNET_SB, TELNET_CHARSET, (char)verb};

    strbuf_add(out, begin, sizeof(begin));
}

static void add_end(struct strbuf *out)
{
    char end[] = {(char)TELNET_IAC, (char)TELNET_SE};

    strbuf_add(out, end, sizeof(end));
}

static bool is_offered(const struct charsets *all, int only, unsigned number)
{
    return charsets_has(all, number) && (only == TELNET_CHARSET_ANY || only == (int)number);
}

void telnet_charset_add_request(struct strbuf *out, const struct charsets *all, int only)
{
    add_begin(out, TELNET_CHARSET_REQUEST);
    for (unsigned i = 0; charsets_name(i) != NULL; i++) {
        if (is_offered(all, only, i)) {
            strbuf_addc(out, ';');
            strbuf_adds(out, charsets_iana_name(i));
        }
    }
    add_end(out);
}

void telnet_charset_add(struct strbuf *out, enum telnet_charset_verb verb, const char *name)
{
    add_begin(out, verb);
    strbuf_adds(out, name);
    add_end(out);
}

/* A name is sent back as it came, so it must be one that breaks nothing. */
static bool is_name(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)s[i] >= 0x80 || !isgraph((unsigned char)s[i])) {
            return false;
        }
    }
    return len > 0;
}

bool telnet_charset_choose(const struct charsets *all, int only, const char *data, size_t len, unsigned *number,
                           char *name, size_t room)
{
    size_t table = strlen(TTABLE) + 1;
    const char *end, *at;
    bool has_any = false;
    char separator;

    if (len > table && strncasecmp(data, TTABLE, strlen(TTABLE)) == 0) {
        data += table;
        len -= table;
    }
    if (len < 2) {
        return false;
    }
    separator = data[0];
    end = data + len;
    for (at = data + 1; at < end; at++) {
        const char *next = memchr(at, separator, (size_t)(end - at));
        size_t n = (size_t)((next != NULL ? next : end) - at);
        unsigned found;

        if (n < room && is_name(at, n) && charsets_find(at, n, &found) && is_offered(all, only, found) &&
            (!has_any || (found == CHARSETS_UTF8 && *number != CHARSETS_UTF8))) {
            has_any = true;
            *number = found;
            memcpy(name, at, n);
            name[n] = '\0';
        }
        at += n;
    }
    return has_any;
}
