/* chat/keeping.c: counts lost lines and logs each failure once. */
#include "config.h"

#include "chat/keeping.h"

#include "base/log.h"
#include "base/strbuf.h"

static void store_kept(void *ctx, uint64_t upto_id)
{
    struct keeping *keeping = ctx;

    if (upto_id > keeping->safe_id) {
        keeping->safe_id = upto_id;
    }
}

static void store_lost(void *ctx, uint64_t lines)
{
    struct keeping *keeping = ctx;

    keeping->lost_lines += lines;
    log_error("lines lost", LOG_NUM("count", lines));
}

static void store_state(void *ctx, const char *why)
{
    struct keeping *keeping = ctx;

    keeping->is_failing = why != NULL;
    if (why != NULL) {
        log_error("store fails", LOG_STR("why", why));
    } else {
        log_info("store works again");
    }
    if (keeping->changed != NULL) {
        keeping->changed(keeping, why);
    }
}

static const struct store_events events = {
    .kept = store_kept,
    .lost = store_lost,
    .state = store_state,
};

void keeping_init(struct keeping *keeping, struct store *store)
{
    *keeping = (struct keeping){.store = store};
    store->events = &events;
    store->ctx = keeping;
}

void keeping_fini(struct keeping *keeping)
{
    keeping->store->events = NULL;
    keeping->store->ctx = NULL;
}

/* Logs the first line that is refused, and the first that is not refused again. */
static void note_refused(struct keeping *keeping, bool is_refused)
{
    if (is_refused == keeping->is_refused) {
        return;
    }
    keeping->is_refused = is_refused;
    if (is_refused) {
        log_error("lines are not kept");
    } else {
        log_info("lines are kept again", LOG_NUM("count", keeping->lost_lines));
    }
}

void keeping_add(struct keeping *keeping, const char *room_folded, struct message *m)
{
    bool is_refused = keeping->store->ops->append(keeping->store, room_folded, m) == STORE_REFUSED;

    keeping->lost_lines += is_refused;
    note_refused(keeping, is_refused);
}

void keeping_erase(struct keeping *keeping, const char *room_folded, uint64_t id)
{
    if (keeping->store->ops->erase(keeping->store, room_folded, id) == STORE_REFUSED) {
        struct strbuf room = {0};
        char text[MESSAGE_ID_SIZE];

        strbuf_addf(&room, "#%s", room_folded);
        log_error("line not erased", LOG_STR("room", room.data), LOG_STR("id", message_id_text(id, text)));
        strbuf_fini(&room);
    }
}

void keeping_topic(struct keeping *keeping, const struct store_topic *topic)
{
    note_refused(keeping, keeping->store->ops->set_topic(keeping->store, topic) == STORE_REFUSED);
}

/* The store takes rules when it takes no lines any more, within a bound: the one does not tell of the other. */
static void note_rule(const char *room_folded, enum store_fate fate)
{
    if (fate == STORE_REFUSED) {
        struct strbuf room = {0};

        strbuf_addf(&room, "#%s", room_folded);
        log_error("rule not stored", LOG_STR("room", room.data));
        strbuf_fini(&room);
    }
}

void keeping_rule(struct keeping *keeping, const struct name *room, const struct rule *rule, bool is_off)
{
    const struct store_ops *ops = keeping->store->ops;

    if (rule->who != RULE_WHO_PERSON) {
        note_rule(room->folded, ops->set_rule(keeping->store, room->shown, room->folded, rule, is_off));
    }
}

void keeping_end_rules(struct keeping *keeping, const char *room_folded, bool with_lines)
{
    note_rule(room_folded, keeping->store->ops->end_rules(keeping->store, room_folded, with_lines));
}
