/* chat/expiry.c: one heap of rules, and a timer for the first of them.
 *
 * until_ms is a time of day, and the timer's is not: so the timer waits for LONGEST_MS at most, in case that the clock
 * is set. */
#include "config.h"

#include "chat/expiry.h"

#include "base/clock.h"
#include "base/container.h"
#include "base/strbuf.h"
#include "chat/rights.h"
#include "chat/room.h"
#include "chat/rules.h"

enum { LONGEST_MS = 60000, AT_ONCE = 100 };

static void tell(const struct rules_item *item)
{
    struct strbuf text = {0};

    if (item->rule.kind != RULE_BAN && item->rule.kind != RULE_MUTE) {
        return;
    }
    strbuf_addf(&text, item->rule.kind == RULE_BAN ? "the ban of %s has ended" : "%s is no longer muted",
                item->rule.label);
    (void)rights_tell(item->room->chat, item->room, text.data, text.len);
    strbuf_fini(&text);
}

void expiry_note(struct chat *chat)
{
    const struct heap_node *first = heap_first(&chat->due);
    int64_t wait_ms;

    if (first == NULL) {
        timeq_remove(&chat->expiring);
        return;
    }
    wait_ms = first->at - clock_real_ms(chat->clock);
    wait_ms = wait_ms < 0 ? 0 : wait_ms < LONGEST_MS ? wait_ms : LONGEST_MS;
    chat->expiry.wait_ms = (uint64_t)wait_ms;
    timeq_push(&chat->expiry, &chat->expiring, clock_ms(chat->clock));
}

/* Many may end at the same time: the rest follows in the next turn. */
static void due(struct timeq *q, struct timeq_node *node)
{
    struct chat *chat = q->ctx;
    int64_t now_ms = clock_real_ms(chat->clock);
    struct heap_node *first = heap_first(&chat->due);

    (void)node;
    for (int i = 0; i < AT_ONCE && first != NULL && first->at <= now_ms; i++) {
        struct rules_item *item = CONTAINER_OF(first, struct rules_item, due);

        tell(item);
        rules_set(item->room->rules, &item->rule, true);
        first = heap_first(&chat->due);
    }
    expiry_note(chat);
}

void expiry_init(struct chat *chat)
{
    timeq_init(&chat->expiry, TIMEQ_OFF, due, chat);
}

void expiry_fini(struct chat *chat)
{
    timeq_remove(&chat->expiring);
    heap_fini(&chat->due);
}
