/* session/order.c: what an act is about, and why it has failed. */
#include "config.h"

#include "session/order.h"

#include "base/cidr.h"
#include "base/span.h"
#include "base/strbuf.h"
#include "session/refusal.h"

#include <stdlib.h>
#include <string.h>

char *order_text(const char *what, const struct room *room, int64_t until_ms)
{
    struct strbuf text = {0};

    strbuf_addf(&text, "%s %s %lld", what, room->name.shown, (long long)until_ms);
    return strbuf_take(&text);
}

struct order order_read(char *text)
{
    struct order order = {.what = text};
    char *end = strchr(text, ' ');

    *end++ = '\0';
    order.room = end;
    end = strchr(end, ' ');
    *end++ = '\0';
    order.until_ms = strtoll(end, NULL, 10);
    return order;
}

bool order_take_span(struct session *s, const char **text, int64_t *span_ms)
{
    enum span_answer span = span_take(text, span_ms);

    if (span == SPAN_OK) {
        return true;
    }
    *span_ms = 0;
    if (span == SPAN_TOO_LONG || span_is_meant(*text)) { /* not the reason of something without an end */
        session_reply(s, REPLY(REPLY_BAD_SPAN, .limit = SPAN_MOST_DAYS));
        return false;
    }
    return true;
}

/* Tells why there is no such network. */
static void tell_bad_network(struct session *s, const char *text)
{
    struct strbuf why = {0};
    struct cidr net;

    if (!cidr_parse(&net, text, &why)) {
        session_reply(s, REPLY(REPLY_BAD_NETWORK, .value = text, .why = why.data));
    }
    strbuf_fini(&why);
}

void order_tell_failed(struct session *s, enum chat_result result, const struct order *order)
{
    uint32_t limit = s->env->chat->refusal.limit;

    if (refusal_tell(s, result, order->room)) {
        return;
    }
    switch (result) {
    case CHAT_ONESELF:
        session_reply(s, REPLY(REPLY_ORDER_SELF, .name = order->what));
        break;
    case CHAT_NO_SUCH_PERSON:
        session_reply(s, REPLY(order->by_network ? REPLY_ORDER_NOBODY : REPLY_ORDER_NO_PERSON, .name = order->what));
        break;
    case CHAT_NEEDS_ACCOUNT:
        session_reply(s, REPLY(REPLY_NEEDS_ACCOUNT, .name = order->what));
        break;
    case CHAT_NOT_THERE:
        session_reply(s, REPLY(REPLY_NOT_THERE, .name = order->what, .room = order->room));
        break;
    case CHAT_ALREADY:
        session_reply(s, REPLY(REPLY_ORDER_ALREADY, .name = order->what, .room = order->room));
        break;
    case CHAT_NO_SUCH_RULE:
        session_reply(s, REPLY(order->is_role ? REPLY_NO_SUCH_ROLE : REPLY_NO_SUCH_RULE, .name = order->what,
                               .room = order->room));
        break;
    case CHAT_TOO_MANY_RULES:
        session_reply(s, REPLY(REPLY_TOO_MANY_RULES, .room = order->room, .limit = limit));
        break;
    case CHAT_OWNS_TOO_MANY:
        session_reply(s, REPLY(REPLY_OWNS_TOO_MANY, .name = order->what, .limit = limit));
        break;
    case CHAT_BAD_VALUE:
        if (order->by_network) {
            tell_bad_network(s, order->what);
        } else {
            session_reply(s, REPLY(REPLY_NO_NETWORK, .value = order->what));
        }
        break;
    default:
        session_reply(s, REPLY(REPLY_ORDER_UNAVAILABLE));
    }
}
