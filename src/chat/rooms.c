/* chat/rooms.c: makes and ends rooms.
 *
 * Invariant: a room in the table has members, or a join waits for it, or it is permanent or persistent, or it is being
 * opened. */
#include "config.h"

#include "chat/rooms.h"

#include "base/container.h"
#include "base/lookalike.h"
#include "chat/announce.h"
#include "chat/folds.h"
#include "chat/ops.h"
#include "chat/others.h"
#include "chat/port_bus.h"
#include "chat/port_store.h"
#include "chat/rights.h"
#include "chat/room_rules.h"

#include <stdlib.h>
#include <string.h>

/* ---- the table ---- */

/* The room with that name, open or not. */
struct room *rooms_find_any(const struct chat *chat, const char *folded)
{
    struct room *room;

    HASH_FIND_STR(chat->rooms, folded, room);
    return room;
}

/* The look of rooms' names is not kept, so a room whose own name is not plain is not seen. */
bool rooms_has_alike(const struct chat *chat, const struct name *name)
{
    char *skeleton = lookalike_skeleton(name->shown);
    bool is_alike = strcmp(skeleton, name->folded) != 0 && rooms_find_any(chat, skeleton) != NULL;

    free(skeleton);
    return is_alike;
}

struct room *rooms_find(const struct chat *chat, const char *folded)
{
    struct room *room = rooms_find_any(chat, folded);

    return room != NULL && room->is_open ? room : NULL;
}

uint32_t rooms_count(const struct chat *chat)
{
    return HASH_COUNT(chat->rooms);
}

void rooms_walk_begin(struct chat *chat, struct rooms_walk *walk)
{
    *walk = (struct rooms_walk){.at = chat->rooms, .next = chat->walks};
    chat->walks = walk;
}

struct room *rooms_walk_next(struct rooms_walk *walk)
{
    struct room *room = walk->at;

    while (room != NULL && !room->is_open) {
        room = room->hh.next;
    }
    walk->at = room != NULL ? room->hh.next : NULL;
    return room;
}

void rooms_walk_end(struct chat *chat, struct rooms_walk *walk)
{
    struct rooms_walk **link = &chat->walks;

    while (*link != walk) {
        link = &(*link)->next;
    }
    *link = walk->next;
}

static void room_unlist(struct room *room)
{
    struct chat *chat = room->chat;

    folds_forget(room);
    for (struct rooms_walk *walk = chat->walks; walk != NULL; walk = walk->next) {
        if (walk->at == room) {
            walk->at = room->hh.next;
        }
    }
    HASH_DEL(chat->rooms, room);
}

/* A room that stays when it is empty. */
static bool is_lasting(const struct room *room)
{
    return room->is_permanent || (room_rules_is_persistent(room) && !room->chat->is_ending);
}

/* Ends a room that has no members here and for which no join waits, unless it stays, or is being opened, or a message
 * published here has not come back: a join, or the quit of a person who has left. */
void rooms_end(struct room *room)
{
    struct chat *chat = room->chat;
    struct bus *bus = chat->ports.bus;

    if (room->count > 0 || room->waiting != NULL || is_lasting(room) || room->is_opening ||
        room->joins_under_way > 0 || others_has_own(room)) {
        return;
    }
    if (!chat->is_ending) {
        room_rules_vacate(room);
    }
    room_rules_free(room);
    room_unlist(room);
    if (room->is_entering) {
        bus->ops->cancel(bus, &room->enter);
    } else {
        bus->ops->leave(bus, room->name.folded);
    }
    if (room->awaits_state) {
        chat->ports.store->ops->cancel_state(chat->ports.store, &room->state);
    }
    chat->ports.store->ops->forget(chat->ports.store, room->name.folded);
    others_clear(room);
    room_free(room);
}

void rooms_forget(struct chat *chat)
{
    struct room *room, *next;

    HASH_ITER(hh, chat->rooms, room, next) {
        room->joins_under_way = 0;
        others_clear(room);
        rooms_end(room);
    }
}

/* ---- what the store has kept of a room ---- */

static void kept_topic(struct store_state *req, const struct store_topic *topic)
{
    struct room *room = CONTAINER_OF(req, struct room, state);

    if (!room->knows_topic) {
        room_set_topic(room, topic->text, topic->by, topic->account, topic->time_ms);
    }
}

static void state_done(struct store_state *req, enum store_answer answer)
{
    (void)answer; /* a room without its topic is a room too */
    CONTAINER_OF(req, struct room, state)->awaits_state = false;
}

/* When a room opens, which waits for no answer.  One that is in use elsewhere is as the bus says. */
static void ask_state(struct room *room)
{
    struct store *store = room->chat->ports.store;

    if (room->knows_topic || room->others != NULL) {
        return;
    }
    room->state =
        (struct store_state){.room_folded = room->name.folded, .topic = kept_topic, .done = state_done};
    room->awaits_state = store->ops->state(store, &room->state) == STORE_LATER;
}

/* ---- opening ---- */

void rooms_set_common(struct chat *chat, const char *shown)
{
    free(chat->common);
    chat->common = shown != NULL ? name_fold(shown, strlen(shown)) : NULL;
}

/* Rooms of the settings are everybody's. */
static bool is_of_settings(const struct room *room)
{
    const char *common = room->chat->common;

    return room->is_permanent || (common != NULL && strcmp(room->name.folded, common) == 0);
}

/* The person's account becomes the owner of the room, if it is a new one when the join comes back. */
static bool may_found(const struct room *room, int64_t account)
{
    const struct chat *chat = room->chat;

    return account != 0 && chat->knows_rules && !is_of_settings(room) && room_rules_is_new(room) &&
           rights_rooms_owned(chat, account) < chat->limits.rooms_per_account;
}

enum chat_result rooms_join(struct chat_op *op)
{
    struct message_parts parts = announce_join(op->attachment, op->room);
    struct room *room = op->room;
    enum chat_result result;

    parts.rule = may_found(room, parts.account) ? RULE_ROLE : RULE_NONE;
    result = ops_publish(op, &parts);

    if (result == CHAT_UNAVAILABLE) {
        room->joins_under_way--;
    }
    return result;
}

/* Moves the joins that wait for a room to another queue, in the order of asking. */
static void move_waiting(struct room *room, struct chat_op **queue)
{
    struct chat_op *op;

    while ((op = room->waiting) != NULL) {
        ops_remove(op);
        ops_push(queue, op);
    }
}

/* Removes the next join from a queue; NULL if it is empty. */
static struct chat_op *take_first(struct chat_op **queue)
{
    struct chat_op *op = *queue;

    if (op != NULL) {
        ops_remove(op);
    }
    return op;
}

enum chat_result rooms_may_join(const struct attachment *attachment, const struct room *room, const char *key)
{
    const struct person *person = attachment->person;

    if (others_find(room, room->chat->ports.bus->process, person_id(person)) != NULL) {
        return CHAT_UNAVAILABLE; /* the person was refused, and is being taken out again */
    }
    return rights_may_enter(room, person, key);
}

/* The person may be a member already, or have reached the limit, by another attachment that has waited.  Returns
 * CHAT_LATER; or another result if op has ended. */
static enum chat_result enter_late(struct chat_op *op)
{
    const struct person *person = op->attachment->person;
    enum chat_result result = CHAT_OK;

    if (room_find_member(op->room, person) == NULL) {
        result = person->room_count < op->room->chat->limits.rooms_per_client
                     ? rooms_may_join(op->attachment, op->room, op->key)
                     : CHAT_TOO_MANY;
        if (result == CHAT_OK) {
            return rooms_join(op);
        }
    }
    ops_end(op);
    return result;
}

/* A callee may act at once: leave, take others out of the room, or end their operations. */
static void room_open(struct room *room)
{
    struct chat_op *entering = NULL, *op;

    move_waiting(room, &entering);
    ask_state(room);
    room->is_open = room->is_opening = true;
    while ((op = take_first(&entering)) != NULL) {
        chat_done_fn *done = op->done;
        void *ctx = op->ctx;
        enum chat_result result = enter_late(op);

        if (result != CHAT_LATER) {
            done(ctx, result, result == CHAT_OK ? room : NULL);
        }
    }
    room->is_opening = false;
    rooms_end(room);
}

/* The room ends before any operation does: the next command may join it anew. */
void rooms_refuse(struct room *room)
{
    struct chat_op *refused = NULL, *op;

    move_waiting(room, &refused);
    for (op = refused; op != NULL; op = op->next) {
        op->room = NULL;
    }
    room->chat->has_lost_rules |= room->rules != NULL;
    room_unlist(room);
    others_clear(room);
    room_rules_free(room);
    room_free(room);
    while ((op = take_first(&refused)) != NULL) {
        ops_finish(op, CHAT_UNAVAILABLE, NULL);
    }
}

/* ---- the room's state, as the bus tells it ---- */

void rooms_set_topic(struct room *room, const char *topic, const char *by, int64_t account, int64_t time_ms)
{
    room->knows_topic = true;
    room_set_topic(room, topic, by, account, time_ms);
    if (rules_has_mode(room->rules, MODE_NOLOG)) {
        return;
    }
    keeping_topic(&room->chat->keeping, &(struct store_topic){.room = room->name.shown,
                                                              .room_folded = room->name.folded,
                                                              .text = topic,
                                                              .by = by,
                                                              .account = account,
                                                              .time_ms = time_ms});
}

/* The members keep what they have on their screens, and are not disturbed. */
void rooms_erase_topics(struct chat *chat, int64_t account)
{
    struct room *room, *next;

    HASH_ITER(hh, chat->rooms, room, next) {
        if (room->topic_account == account) {
            (void)announce_owe(chat, &(struct message_parts){
                                   .kind = MESSAGE_TOPIC,
                                   .room = room->name.shown,
                                   .room_folded = room->name.folded,
                                   .actor = "server",
                                   .origin = message_origin(chat->ports.bus->process, 0),
                                   .is_silent = true,
                               });
        }
    }
}

static void enter_topic(struct bus_enter *req, const char *topic, const char *by, int64_t time_ms)
{
    rooms_set_topic(CONTAINER_OF(req, struct room, enter), topic, by, 0, time_ms);
}

static void enter_person(struct bus_enter *req, const struct bus_person *person)
{
    struct room *room = CONTAINER_OF(req, struct room, enter);
    struct other *other = others_put(room, person->process, person->id, person->shown, person->folded);

    other->is_shown = person->is_shown;
    other->account = person->account;
}

static void enter_rule(struct bus_enter *req, const struct rule *rule, bool is_off)
{
    room_rules_set(CONTAINER_OF(req, struct room, enter), rule, is_off);
}

static void enter_done(struct bus_enter *req, enum bus_answer answer)
{
    struct room *room = CONTAINER_OF(req, struct room, enter);

    room->is_entering = false;
    if (answer != BUS_DONE) {
        rooms_refuse(room);
    } else {
        room_open(room);
    }
}

static bool is_permanent(const struct chat *chat, const char *folded)
{
    for (size_t i = 0; i < chat->permanent_count; i++) {
        if (strcmp(chat->permanent[i].folded, folded) == 0) {
            return true;
        }
    }
    return false;
}

struct room *rooms_make(struct chat *chat, struct name *name, enum chat_result *result)
{
    struct bus *bus = chat->ports.bus;
    struct room *room = room_new(chat, name);
    enum bus_answer answer;

    HASH_ADD_KEYPTR(hh, chat->rooms, room->name.folded, strlen(room->name.folded), room);
    room->enter = (struct bus_enter){.folded = room->name.folded,
                                     .topic = enter_topic,
                                     .person = enter_person,
                                     .rule = enter_rule,
                                     .done = enter_done};
    answer = bus->ops->enter(bus, &room->enter);
    room->is_entering = answer == BUS_LATER;
    *result = answer == BUS_DONE ? CHAT_OK : answer == BUS_LATER ? CHAT_LATER : CHAT_UNAVAILABLE;
    room->is_open = *result == CHAT_OK;
    room->is_permanent = is_permanent(chat, room->name.folded);
    if (room->is_open) {
        ask_state(room);
    }
    return room;
}

/* If the bus refuses it, it is made when a person enters it, or when the bus is joined again. */
static void keep_room(struct chat *chat, const struct name *name)
{
    struct room *room = rooms_find_any(chat, name->folded);
    struct name copy;
    enum chat_result result;

    if (room != NULL) {
        room->is_permanent = true;
        return;
    }
    copy = name_copy(name);
    room = rooms_make(chat, &copy, &result);
    if (result == CHAT_UNAVAILABLE) {
        rooms_refuse(room);
    }
}

void rooms_keep_permanent(struct chat *chat)
{
    for (size_t i = 0; i < chat->permanent_count; i++) {
        keep_room(chat, &chat->permanent[i]);
    }
}

void rooms_set_permanent(struct chat *chat, struct name *names, size_t count)
{
    struct name *old = chat->permanent;
    size_t old_count = chat->permanent_count;
    struct room *room;

    chat->permanent = names;
    chat->permanent_count = count;
    for (size_t i = 0; i < old_count; i++) {
        if ((room = rooms_find_any(chat, old[i].folded)) != NULL) {
            room->is_permanent = false;
        }
    }
    rooms_keep_permanent(chat);
    for (size_t i = 0; i < old_count; i++) {
        if ((room = rooms_find_any(chat, old[i].folded)) != NULL) {
            rooms_end(room);
        }
        name_fini(&old[i]);
    }
    free(old);
}
