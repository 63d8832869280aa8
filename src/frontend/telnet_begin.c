/* frontend/telnet_begin.c: where telnet begins in plain text.
 *
 * Any byte above 127 is a letter to somebody who sends another encoding than UTF-8.  So each command is looked at for
 * whether a client would begin with it, and whether words of such encodings have it. */
#include "config.h"

#include "frontend/telnet_begin.h"

#include <libtelnet.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { LAST_OPTION = 49 /* that is in use between client and server; 138 to 140 and 255 are not */ };

/* One of two bytes. */
static bool is_command(unsigned c)
{
    return c >= TELNET_EOF && c < TELNET_SB;
}

/* The line so far and what follows, as one. */
struct stream {
    char *line, *data;
    size_t len, end; /* of the line, of both */
};

static unsigned byte_at(const struct stream *s, size_t i)
{
    return (unsigned char)(i < s->len ? s->line[i] : s->data[i - s->len]);
}

/* Where the commands begin that stand directly before i: a client's interrupt is followed by DO TIMING-MARK. */
static size_t commands_before(const struct stream *s, size_t i)
{
    size_t first = s->len > TELNET_BEGIN_BACK ? s->len - TELNET_BEGIN_BACK : 0;

    while (i >= first + 2 && byte_at(s, i - 2) == TELNET_IAC && is_command(byte_at(s, i - 1))) {
        i -= 2;
    }
    return i;
}

static bool is_line_begin(const struct stream *s, size_t i)
{
    unsigned before = i > 0 ? byte_at(s, i - 1) : '\n';

    return before == '\n' || before == '\r' || before == '\0';
}

/* Whether what stands at i is the refusal of an option that there is.  FF FE begins UTF-16 too, as Windows writes it:
 * there a letter follows, or what is such an option and then a 0. */
static bool is_refusal(const struct stream *s, size_t i)
{
    bool is_utf16 = i + 3 < s->end && byte_at(s, i + 1) == TELNET_DONT && byte_at(s, i + 3) == '\0';
    unsigned option = i + 2 < s->end ? byte_at(s, i + 2) : UINT_MAX;

    return option <= LAST_OPTION && !is_utf16;
}

/* Whether the IAC at i, where telnet was never spoken, is one.  Only WILL and DO, which begin any talk of it, are
 * telnet anywhere.  A refusal or AYT is, where a line begins: FF FE is how verbs end in CP1251, FF F6 how months do.
 * Other commands are of no use before, and subnegotiations of no meaning. */
static bool is_beginning(const struct stream *s, size_t i)
{
    unsigned option = i + 2 < s->end ? byte_at(s, i + 2) : '\n'; /* with a line end no word is one */

    switch (byte_at(s, i + 1)) {
    case TELNET_WILL:
    case TELNET_DO:
        return option != '\n' && option != '\r';
    case TELNET_WONT:
    case TELNET_DONT:
        return option != '\n' && option != '\r' && is_refusal(s, i) && is_line_begin(s, commands_before(s, i));
    case TELNET_AYT:
        return is_line_begin(s, commands_before(s, i));
    default:
        return false;
    }
}

/* What begins nothing and is no text either: the commands that clients keep a line alive with, or send at a key,
 * and FF 00 18, with which ncat -t begins. */
static bool is_idle(const struct stream *s, size_t i)
{
    unsigned c = byte_at(s, i + 1);

    return is_line_begin(s, i) && (c == '\0' || is_command(c));
}

static void clear(const struct stream *s, size_t i)
{
    *(i < s->len ? &s->line[i] : &s->data[i - s->len]) = '\0';
}

size_t telnet_begin_find(char *line, size_t len, char *data, size_t n)
{
    struct stream s = {.line = line, .data = data, .len = len, .end = len + n};
    size_t first = len > TELNET_BEGIN_BACK ? len - TELNET_BEGIN_BACK : 0;
    size_t i = len > 2 ? len - 2 : 0;

    while (i > first && byte_at(&s, i - 1) == TELNET_IAC) { /* which of them is doubled? */
        i--;
    }
    while (i < s.end) {
        if (i >= len) {
            const char *iac = memchr(data + (i - len), TELNET_IAC, s.end - i);

            if (iac == NULL) {
                break;
            }
            i = len + (size_t)(iac - data);
        }
        if (byte_at(&s, i) != TELNET_IAC || i + 1 == s.end) {
            i++;
        } else if (is_beginning(&s, i)) {
            return commands_before(&s, i);
        } else if (is_idle(&s, i)) {
            clear(&s, i);
            clear(&s, i + 1);
            i += 2;
        } else {
            i += byte_at(&s, i + 1) == TELNET_IAC ? 2 : 1;
        }
    }
    return SIZE_MAX;
}
