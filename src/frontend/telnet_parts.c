/* frontend/telnet_parts.c: the states between the bytes of telnet. */
#include "config.h"

#include "frontend/telnet_parts.h"

#include "frontend/telnet_letters.h"

#include <libtelnet.h>
#include <string.h>

enum {
    SUBNEGOTIATION_BYTES = 4096, /* a longer one is no real one */
    SUBNEGOTIATION_KEPT = 1024,  /* of its beginning */
};

enum state { IN_TEXT, AFTER_IAC, IN_NEGOTIATION, AFTER_SB, IN_SB, IN_SB_AFTER_IAC };

static bool is_command(unsigned c)
{
    return c >= TELNET_EOF;
}

static void add_sub(struct telnet_parts *p, unsigned char c)
{
    if (p->sub_len < SUBNEGOTIATION_KEPT) {
        strbuf_addc(&p->sub, (char)c);
    }
    p->is_broken |= ++p->sub_len > SUBNEGOTIATION_BYTES;
}

/* One byte behind an IAC in text, and the one behind that, or TELNET_LETTERS_NONE. */
static void take_after_iac(struct telnet_parts *p, const struct telnet_parts_ops *ops, unsigned char c, int next)
{
    char text[2] = {(char)TELNET_IAC, (char)c};

    p->state = IN_TEXT;
    if (c == TELNET_IAC) {
        telnet_text_add(&p->text, text, 1);
    } else if (p->text.has_letters && is_command(c) && c < TELNET_SB &&
               telnet_letters_is_pair(next, telnet_text_is_inside(&p->text))) {
        telnet_text_add(&p->text, text, 2);
    } else if (c == TELNET_SB) {
        p->state = AFTER_SB;
    } else if (c > TELNET_SB) {
        p->verb = c;
        p->state = IN_NEGOTIATION;
    } else if (is_command(c)) {
        ops->command(p, c);
    } else if (c != '\0') { /* that is ncat's */
        telnet_text_add(&p->text, text, 2);
    }
}

/* Before an option in state AFTER_SB or IN_NEGOTIATION: whether the bytes before it are letters, and text now. */
static bool were_letters(struct telnet_parts *p, unsigned char option)
{
    unsigned verb = p->state == AFTER_SB ? TELNET_SB : p->verb;
    char text[2] = {(char)TELNET_IAC, (char)verb};

    if (!p->text.has_letters || !telnet_letters_is_triple(verb, option, telnet_text_is_inside(&p->text))) {
        return false;
    }
    p->state = IN_TEXT;
    telnet_text_add(&p->text, text, 2);
    return true;
}

/* One byte that belongs to telnet. */
static void take_telnet(struct telnet_parts *p, const struct telnet_parts_ops *ops, unsigned char c, int next)
{
    switch (p->state) {
    case AFTER_IAC:
        take_after_iac(p, ops, c, next);
        break;
    case IN_NEGOTIATION:
        p->state = IN_TEXT;
        ops->negotiation(p, p->verb, c);
        break;
    case AFTER_SB:
        p->option = c;
        p->sub_len = 0;
        strbuf_fini(&p->sub);
        p->state = c == TELNET_IAC ? IN_SB_AFTER_IAC : IN_SB;
        break;
    case IN_SB:
        if (c == TELNET_IAC) {
            p->state = IN_SB_AFTER_IAC;
        } else {
            add_sub(p, c);
        }
        break;
    case IN_SB_AFTER_IAC:
        p->state = IN_SB;
        if (c == TELNET_SE) {
            p->state = IN_TEXT;
            ops->subnegotiation(p, p->option);
            strbuf_fini(&p->sub);
        } else if (c == TELNET_IAC) {
            add_sub(p, c);
        } else if (is_command(c)) {
            take_after_iac(p, ops, c, TELNET_LETTERS_NONE); /* it was never ended */
        } else {
            add_sub(p, TELNET_IAC); /* a client that does not double 255 in the size of its window */
            add_sub(p, c);
        }
        break;
    }
}

size_t telnet_parts_take(struct telnet_parts *p, const struct telnet_parts_ops *ops, const char *data, size_t n,
                         char *out)
{
    p->text.out = out;
    p->text.out_len = 0;
    if (n == 1 && p->text.has_letters && p->state == IN_TEXT) { /* a key, which is not doubled */
        telnet_text_add(&p->text, data, 1);
        n = 0;
    }
    while (n > 0 && !p->is_broken && !p->is_eof) {
        size_t len = 1;

        if ((p->state == AFTER_SB || p->state == IN_NEGOTIATION) && were_letters(p, (unsigned char)*data)) {
            continue;
        }
        if (p->state == IN_TEXT) {
            const char *iac = memchr(data, TELNET_IAC, n);
            size_t text = iac != NULL ? (size_t)(iac - data) : n;

            if (text > 0) {
                telnet_text_add(&p->text, data, text);
            }
            p->state = iac != NULL ? AFTER_IAC : IN_TEXT;
            len = text + (iac != NULL);
        } else {
            take_telnet(p, ops, (unsigned char)*data, n > 1 ? (unsigned char)data[1] : TELNET_LETTERS_NONE);
        }
        data += len;
        n -= len;
    }
    p->text.out = NULL;
    return p->text.out_len;
}

void telnet_parts_fini(struct telnet_parts *p)
{
    strbuf_fini(&p->sub);
}
