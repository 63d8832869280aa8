/* chat/rules_load.c: asks the store for all rules, and makes the rooms of these. */
#include "config.h"

#include "chat/rules_load.h"

#include "base/container.h"
#include "base/log.h"
#include "base/name.h"
#include "chat/port_store.h"
#include "chat/put_out.h"
#include "chat/rights.h"
#include "chat/room_rules.h"
#include "chat/rooms.h"
#include "chat/succession.h"

static struct room *get_room(struct chat *chat, const char *shown, const char *folded)
{
    struct room *room = rooms_find_any(chat, folded);
    struct name name = {.shown = (char *)shown, .folded = (char *)folded};
    enum chat_result result;

    if (room != NULL) {
        return room;
    }
    name = name_copy(&name);
    room = rooms_make(chat, &name, &result);
    if (result == CHAT_UNAVAILABLE) {
        rooms_refuse(room);
        chat->has_lost_rules = true;
        return NULL;
    }
    return room;
}

static void load_rule(struct store_rules *req, const char *shown, const char *folded, const struct rule *rule)
{
    struct room *room = get_room(CONTAINER_OF(req, struct chat, rules_read), shown, folded);

    if (room != NULL) {
        room_rules_put(room, rule);
    }
}

/* People may have entered before their ranks and bans were known. */
static void apply(struct chat *chat, struct room *room)
{
    room->is_opening = true; /* it does not end before all are out */
    succession_check(chat, room);
    for (uint32_t i = 0; i < room->count; i++) {
        rights_refresh_in(room, room->members[i].attachment->person);
    }
    put_out_banned(room);
    room->is_opening = false;
    room_rules_vacate(room);
    rooms_end(room);
}

static void loaded(struct store_rules *req, enum store_answer answer)
{
    struct chat *chat = CONTAINER_OF(req, struct chat, rules_read);
    struct room *room, *next;

    chat->awaits_rules = false;
    if (answer != STORE_DONE) {
        log_error("rules of rooms not read");
        return;
    }
    chat->knows_rules = true;
    HASH_ITER(hh, chat->rooms, room, next) {
        if (room->rules != NULL && !room->is_entering) {
            apply(chat, room);
        }
    }
}

void rules_load_begin(struct chat *chat)
{
    const struct store_ops *ops = chat->ports.store->ops;
    enum store_answer answer;

    if (chat->awaits_rules) {
        return;
    }
    chat->has_lost_rules = false;
    chat->rules_read = (struct store_rules){.rule = load_rule, .done = loaded};
    chat->awaits_rules = true;
    answer = ops->read_rules(chat->ports.store, &chat->rules_read);
    if (answer != STORE_LATER) {
        loaded(&chat->rules_read, answer);
    }
}

void rules_load_end(struct chat *chat)
{
    if (chat->awaits_rules) {
        chat->ports.store->ops->cancel_rules(chat->ports.store, &chat->rules_read);
        chat->awaits_rules = false;
    }
}
