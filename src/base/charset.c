/* base/charset.c: the converters. */
#include "config.h"

#include "base/charset.h"

#include "base/check.h"
#include "base/mem.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    PIECE_BYTES = 512, /* converted at once */
    ASCII = 128,
    IAC = 0xff,
};

struct charset {
    const char *name;
    iconv_t in, out; /* to UTF-8, and from it */
};

const char *charset_name(const struct charset *charset)
{
    return charset->name;
}

/* Converts what it can of *len bytes at *s, up to PIECE_BYTES of result.  Returns 0, or the errno why it has stopped:
 * EILSEQ at what has no place, EINVAL at the beginning of a character, E2BIG when there is more. */
static int convert(iconv_t how, const char **s, size_t *len, char piece[PIECE_BYTES], size_t *made)
{
    char *from = (char *)(uintptr_t)*s, *to = piece;
    size_t left = PIECE_BYTES;
    int error = iconv(how, &from, len, &to, &left) == (size_t)-1 ? errno : 0;

    *s = from;
    *made = PIECE_BYTES - left;
    return error;
}

/* The converter begins anew; if it had a state, it would write what ends that. */
static void reset(iconv_t how)
{
    char out[16], *to = out;
    size_t left = sizeof(out);

    CHECK(iconv(how, NULL, NULL, &to, &left) == 0 && to == out);
}

size_t charset_decode(const struct charset *charset, struct strbuf *out, const char *s, size_t len, bool is_end)
{
    const char *at = s;
    int error;

    do {
        char piece[PIECE_BYTES];
        size_t made;

        error = convert(charset->in, &at, &len, piece, &made);
        strbuf_add(out, piece, made);
        mem_wipe(piece, made); /* a password may be in it */
        if (error == EINVAL && !is_end && len <= CHARSET_HALF) {
            break;
        }
        if (error == EILSEQ || error == EINVAL) {
            strbuf_addc(out, CHARSET_BAD_BYTE);
            at++;
            len--;
        }
    } while (len > 0);
    reset(charset->in);
    return (size_t)(at - s);
}

bool charset_has(const struct charset *charset, const char *s, size_t len)
{
    int error;

    do {
        char piece[PIECE_BYTES];
        size_t made;

        error = convert(charset->out, &s, &len, piece, &made);
    } while (error == E2BIG);
    reset(charset->out);
    return error == 0;
}

static void add_doubled(struct strbuf *out, const char *s, size_t len)
{
    while (len > 0) {
        const char *iac = memchr(s, IAC, len);
        size_t n = iac != NULL ? (size_t)(iac - s) + 1 : len;

        strbuf_add(out, s, n);
        if (iac != NULL) {
            strbuf_addc(out, (char)IAC);
        }
        s += n;
        len -= n;
    }
}

void charset_encode(const struct charset *charset, struct strbuf *out, const char *s, size_t len, bool is_telnet)
{
    int error;

    do {
        char piece[PIECE_BYTES];
        size_t made;

        error = convert(charset->out, &s, &len, piece, &made);
        if (is_telnet) {
            add_doubled(out, piece, made);
        } else {
            strbuf_add(out, piece, made);
        }
    } while (error == E2BIG);
    CHECK(error == 0);
    reset(charset->out);
}

/* ---- opening ---- */

static bool is_ascii(iconv_t how)
{
    for (int c = 0; c < ASCII; c++) {
        char in = (char)c, piece[PIECE_BYTES];
        const char *s = &in;
        size_t len = 1, made;

        if (convert(how, &s, &len, piece, &made) != 0 || made != 1 || piece[0] != in) {
            return false;
        }
    }
    return true;
}

void charset_close(struct charset *charset)
{
    if (charset->in != (iconv_t)-1) {
        iconv_close(charset->in);
    }
    if (charset->out != (iconv_t)-1) {
        iconv_close(charset->out);
    }
    free(charset);
}

struct charset *charset_open(const char *name, const char *converter)
{
    struct charset *charset = mem_zalloc(sizeof(*charset));

    charset->name = name;
    charset->in = iconv_open("UTF-8", converter);
    charset->out = iconv_open(converter, "UTF-8");
    if (charset->in == (iconv_t)-1 || charset->out == (iconv_t)-1 || !is_ascii(charset->in) ||
        !is_ascii(charset->out)) {
        charset_close(charset);
        return NULL;
    }
    return charset;
}
