/* chat/chat.c: what people do, and what passes between them.
 *
 * Invariant: a person comes out of a room in take_out() alone, where the sink is told. */
#include "config.h"

#include "chat/chat.h"

#include "base/check.h"
#include "base/mem.h"
#include "chat/announce.h"
#include "chat/deliver.h"
#include "chat/names.h"
#include "chat/ops.h"
#include "chat/rooms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void bus_event(void *ctx, struct message *m);

void chat_init(struct chat *chat, struct clock *clock, const struct chat_limits *limits,
               const struct chat_ports *ports)
{
    *chat = (struct chat){.clock = clock, .ports = *ports};
    chat->ports.bus->event = bus_event;
    chat->ports.bus->ctx = chat;
    chat_set_limits(chat, limits);
}

void chat_fini(struct chat *chat)
{
    rooms_set_permanent(chat, NULL, 0);
    CHECK(chat->people == 0 && chat->names == NULL && chat->rooms == NULL);
    replays_fini(&chat->replays);
    chat->ports.bus->ops->free(chat->ports.bus);
    chat->ports.directory->ops->free(chat->ports.directory);
    chat->ports.store->ops->end(chat->ports.store, 0);
}

void chat_set_limits(struct chat *chat, const struct chat_limits *limits)
{
    chat->limits = *limits;
    chat->histories.max_lines = limits->history_lines;
    chat->histories.max_bytes = limits->history_bytes;
    history_pool_trim(&chat->histories);
}

/* ---- messages ---- */

/* A quit's: the rooms of it that have members here. */
static void quit_event(struct chat *chat, struct message *m)
{
    struct room *rooms[ANNOUNCE_ROOMS];
    const char *list = m->room_folded, *word;
    uint32_t count = 0;
    size_t len;

    while (count < ANNOUNCE_ROOMS && (word = message_next_room(&list, &len)) != NULL) {
        struct room *room;

        HASH_FIND(hh, chat->rooms, word, len, room);
        if (room != NULL && room->is_open) {
            rooms[count++] = room;
        }
    }
    chat->deliveries += deliver_to_rooms(rooms, count, m, names_find_origin(chat, m));
}

/* What a room's history keeps: what was said in it. */
static bool is_kept(const struct message *m)
{
    return !message_is_event(m) || m->kind == MESSAGE_NOTICE;
}

/* A room's message, from this process or another. */
static void bus_event(void *ctx, struct message *m)
{
    struct chat *chat = ctx;
    struct room *room;

    if (m->kind == MESSAGE_QUIT) {
        quit_event(chat, m);
        return;
    }
    room = rooms_find(chat, m->room_folded);
    if (room == NULL) {
        return; /* its last member here has just left */
    }
    chat->deliveries += room->count;
    deliver_to_room(room, m, names_find_origin(chat, m));
    if (is_kept(m)) {
        history_add(&room->history, m);
        chat->ports.store->ops->append(chat->ports.store, room->name.folded, m);
    }
}

void chat_say(struct person *person, struct room *room, enum message_kind kind, const char *text, size_t len)
{
    person->chat->lines++;
    rate_note(&person->chat->said, clock_ms(person->chat->clock));
    announce_publish(person->chat, &(struct message_parts){
                            .kind = kind,
                            .room = room->name.shown,
                            .room_folded = room->name.folded,
                            .actor = person_shown_name(person),
                            .actor_folded = person_folded_name(person),
                            .text = text,
                            .text_len = len,
                            .actor_id = person_id(person),
                            .origin = person_origin(person),
                        });
}

void chat_notice(struct chat *chat, struct room *room, const char *text, size_t len)
{
    struct message_parts parts = {.kind = MESSAGE_NOTICE, .actor = "server", .text = text, .text_len = len};

    if (room != NULL) {
        parts.room = room->name.shown;
        parts.room_folded = room->name.folded;
        announce_publish(chat, &parts);
    } else {
        struct message *m = message_new(&parts);

        m->time_ms = clock_real_ms(chat->clock);
        chat->deliveries += chat->people;
        deliver_to_all(chat->names, m);
        message_unref(m);
    }
}

void chat_set_topic(struct person *person, struct room *room, const char *topic)
{
    room_set_topic(room, topic, person_shown_name(person), clock_real_ms(room->chat->clock));
    announce_event(person, room, MESSAGE_TOPIC, "", topic);
}

enum chat_result chat_private(struct person *from, struct person *to, const char *text, size_t len)
{
    struct message *m;

    if (!to->sink->ops->has_place(to->sink, len + 128)) {
        return CHAT_NO_PLACE;
    }
    from->chat->private_lines++;
    rate_note(&from->chat->said, clock_ms(from->chat->clock));
    m = message_new(&(struct message_parts){
        .kind = MESSAGE_PRIVATE,
        .actor = person_shown_name(from),
        .actor_folded = person_folded_name(from),
        .target = person_shown_name(to),
        .text = text,
        .text_len = len,
        .actor_id = person_id(from),
        .origin = person_origin(from),
        .time_ms = clock_real_ms(from->chat->clock),
    });
    deliver_private(from, to, m);
    message_unref(m);
    return CHAT_OK;
}

/* ---- rooms ---- */

enum chat_result chat_join(struct person *person, struct name *name, struct room **out, chat_done_fn *done, void *ctx)
{
    struct chat *chat = person->chat;
    enum chat_result result = CHAT_OK;
    struct room *room;
    struct chat_op *op;

    HASH_FIND_STR(chat->rooms, name->folded, room);
    *out = room;
    if (room != NULL && room_find_member(room, person) != NULL) {
        result = CHAT_ALREADY;
    } else if (person->room_count >= chat->limits.rooms_per_client) {
        result = CHAT_TOO_MANY;
    } else if (room == NULL && HASH_COUNT(chat->rooms) >= chat->limits.rooms) {
        result = CHAT_FULL;
    }
    if (result != CHAT_OK) {
        name_fini(name);
        return result;
    }
    if (room == NULL) {
        *out = room = rooms_make(chat, name, &result);
    } else if (!room->is_open) {
        result = CHAT_LATER;
    }
    name_fini(name);
    switch (result) {
    case CHAT_OK:
        rooms_enter(person, room);
        return CHAT_OK;
    case CHAT_LATER:
        op = ops_begin(person, done, ctx);
        op->room = room;
        op->next = room->waiting;
        room->waiting = op;
        return CHAT_LATER;
    default:
        rooms_refuse(room);
        return result;
    }
}

/* The only way out of a room. */
static void take_out(struct person *person, struct room *room)
{
    struct member *member = room_find_member(room, person);

    CHECK(member != NULL);
    room_remove(room, person, member);
    person->sink->ops->left(person->sink, room);
}

void chat_leave(struct person *person, struct room *room, const char *text)
{
    take_out(person, room);
    if (room->count == 0) {
        rooms_end(room);
    } else {
        announce_event(person, room, MESSAGE_LEAVE, "", text);
    }
}

void chat_quit(struct person *person, const char *text)
{
    struct room *told[ANNOUNCE_ROOMS];
    uint32_t count = 0;

    while (person->rooms != NULL) {
        struct room *room = person->rooms->room;

        take_out(person, room);
        if (room->count == 0) {
            rooms_end(room);
        } else if (room->count <= person->chat->limits.announce_members) {
            told[count++] = room;
        }
        if (count == ANNOUNCE_ROOMS || person->rooms == NULL) {
            announce_quit(person, told, count, text);
            count = 0;
        }
    }
}

/* ---- coming and going ---- */

struct person *chat_enter(struct chat *chat, struct sink *sink)
{
    struct person *person = mem_zalloc(sizeof(*person));

    person->chat = chat;
    person->sink = sink;
    person->since_s = (uint32_t)(clock_real_ms(chat->clock) / 1000);
    person->active_s = (uint32_t)(clock_ms(chat->clock) / 1000);
    person->serial = ++chat->last_serial != 0 ? chat->last_serial : ++chat->last_serial; /* 0 is nobody's */
    chat->people++;
    return person;
}

void chat_defer(struct person *person)
{
    person->is_unannounced = true;
}

void chat_announce(struct person *person)
{
    if (!person->is_unannounced) {
        return;
    }
    person->is_unannounced = false;
    for (struct member *m = person->rooms; m != NULL; m = m->next_of_person) {
        announce_event(person, m->room, MESSAGE_JOIN, "", "");
    }
}

void chat_skip_announcement(struct person *person)
{
    person->is_unannounced = false;
}

static void op_cancel(struct chat_op *op)
{
    struct chat *chat = op->person->chat;
    struct room *room = op->room;

    if (op->claim.folded != NULL) {
        chat->ports.directory->ops->cancel(chat->ports.directory, &op->claim);
        names_release(chat, &op->name, false);
    }
    if (room != NULL) {
        struct chat_op **link = &room->waiting;

        while (*link != op) {
            link = &(*link)->next;
        }
        *link = op->next;
        rooms_end(room);
    }
    ops_end(op);
}

void chat_exit(struct person *person)
{
    struct chat *chat = person->chat;

    if (person->op != NULL) {
        op_cancel(person->op);
    }
    chat_quit(person, "");
    person_leave_handle(person);
    if (person->has_name) {
        names_release(chat, &person->name, true);
    }
    free(person);
    chat->people--;
}
