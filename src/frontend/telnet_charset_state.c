/* frontend/telnet_charset_state.c: the negotiation of a charset. */
#include "config.h"

#include "frontend/telnet_charset_state.h"

#include "frontend/telnet_charset.h"

enum { CHARSET_CHARS = 40 /* of a name */ };

static int only(const struct telnet_charset_state *s)
{
    return s->is_fixed ? s->charset : TELNET_CHARSET_ANY;
}

static void agree(struct telnet_charset_state *s, unsigned number)
{
    s->has_charset = true;
    s->charset = (uint8_t)number;
}

void telnet_charset_state_request(struct telnet_charset_state *s, const struct charsets *all, struct strbuf *answers)
{
    s->requests = true;
    telnet_charset_add_request(answers, all, only(s));
}

/* The client requests one of its list.  If both sides do so at the same time, it is the client's that fails. */
static void receive_request(struct telnet_charset_state *s, const struct charsets *all, const char *list, size_t len,
                            struct strbuf *answers)
{
    char name[CHARSET_CHARS + 1] = "";
    unsigned number;
    bool is_good = !s->requests && telnet_charset_choose(all, only(s), list, len, &number, name, sizeof(name));

    telnet_charset_add(answers, is_good ? TELNET_CHARSET_ACCEPTED : TELNET_CHARSET_REJECTED, name);
    if (is_good) {
        agree(s, number);
    }
}

unsigned telnet_charset_state_receive(struct telnet_charset_state *s, const struct charsets *all, const char *data,
                                      size_t len, struct strbuf *answers)
{
    unsigned number;

    switch (len > 0 ? data[0] : 0) {
    case TELNET_CHARSET_REQUEST:
        receive_request(s, all, data + 1, len - 1, answers);
        return 1;
    case TELNET_CHARSET_ACCEPTED:
        if (s->requests && !s->is_fixed && charsets_find(data + 1, len - 1, &number) && charsets_has(all, number)) {
            agree(s, number);
        }
        s->requests = false;
        return 0;
    case TELNET_CHARSET_REJECTED:
        s->requests = false;
        return 0;
    case TELNET_CHARSET_TTABLE_IS:
        telnet_charset_add(answers, TELNET_CHARSET_TTABLE_REJECTED, "");
        s->requests = false;
        return 1;
    default:
        return 0;
    }
}

void telnet_charset_state_fix(struct telnet_charset_state *s, unsigned number)
{
    s->is_fixed = true;
    s->has_charset = false;
    s->charset = (uint8_t)number;
}

bool telnet_charset_state_take(struct telnet_charset_state *s, unsigned *number)
{
    bool has_charset = s->has_charset;

    s->has_charset = false;
    *number = s->charset;
    return has_charset;
}
