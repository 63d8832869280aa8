/* chat/chat.c: what people do, and what passes between them. */
#include "config.h"

#include "chat/chat.h"

#include "base/check.h"
#include "base/mem.h"
#include "chat/announce.h"
#include "chat/deliver.h"
#include "chat/ignore.h"
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
    chat->limits = *limits;
    keeping_init(&chat->keeping, ports->store);
}

void chat_fini(struct chat *chat)
{
    rooms_set_permanent(chat, NULL, 0);
    CHECK(chat->people == 0 && chat->names == NULL && chat->rooms == NULL && chat->ops == NULL);
    replays_fini(&chat->replays);
    chat->ports.bus->ops->free(chat->ports.bus);
    chat->ports.directory->ops->free(chat->ports.directory);
    keeping_fini(&chat->keeping);
}

void chat_set_limits(struct chat *chat, const struct chat_limits *limits)
{
    chat->limits = *limits;
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

/* What the store keeps of a room: what was said in it. */
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
        keeping_add(&chat->keeping, room->name.folded, m);
    }
}

enum chat_result chat_say(struct attachment *from, struct room *room, enum message_kind kind, const char *text,
                          size_t len)
{
    const struct person *person = from->person;

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
                            .origin = attachment_origin(from),
                        });
    return CHAT_OK;
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
        chat->deliveries += deliver_to_all(chat->names, m);
        message_unref(m);
    }
}

enum chat_result chat_set_topic(struct attachment *by, struct room *room, const char *topic)
{
    if (room_find_member(room, by->person) == NULL) {
        return CHAT_NOT_IN_ROOM;
    }
    room_set_topic(room, topic, person_shown_name(by->person), clock_real_ms(room->chat->clock));
    announce_event(by, room, MESSAGE_TOPIC, "", topic);
    return CHAT_OK;
}

enum chat_result chat_private(struct attachment *by, struct person *to, const char *text, size_t len)
{
    struct person *from = by->person;
    struct message *m;

    if (!deliver_has_place(to, len)) {
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
        .origin = attachment_origin(by),
        .time_ms = clock_real_ms(from->chat->clock),
    });
    deliver_private(by, to, m);
    message_unref(m);
    return CHAT_OK;
}

/* ---- rooms ---- */

enum chat_result chat_join(struct attachment *attachment, struct name *name, struct room **out, chat_done_fn *done,
                           void *ctx)
{
    struct person *person = attachment->person;
    struct chat *chat = person->chat;
    enum chat_result result = CHAT_OK;
    struct room *room;
    struct chat_op *op;

    HASH_FIND_STR(chat->rooms, name->folded, room);
    *out = room;
    if (attachment->id == 0) {
        result = CHAT_UNAVAILABLE;
    } else if (room != NULL && room_find_member(room, person) != NULL) {
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
        rooms_enter(attachment, room);
        return CHAT_OK;
    case CHAT_LATER:
        op = ops_begin(attachment, done, ctx);
        op->room = room;
        ops_push(&room->waiting, op);
        return CHAT_LATER;
    default:
        rooms_refuse(room);
        return result;
    }
}

enum chat_result chat_leave(struct attachment *attachment, struct room *room, const char *text)
{
    if (room_find_member(room, attachment->person) == NULL) {
        return CHAT_NOT_IN_ROOM;
    }
    rooms_leave(attachment->person, room);
    if (room->count == 0) {
        rooms_end(room);
    } else {
        announce_event(attachment, room, MESSAGE_LEAVE, "", text);
    }
    return CHAT_OK;
}

/* The person leaves all rooms, with its last attachment that has not quit. */
static void quit_rooms(struct attachment *attachment, const char *text)
{
    struct person *person = attachment->person;
    struct room *told[ANNOUNCE_ROOMS];
    uint32_t count = 0;

    while (attachment->rooms != NULL) {
        struct room *room = attachment->rooms->room;

        rooms_leave(person, room);
        if (room->count == 0) {
            rooms_end(room);
        } else if (room->count <= person->chat->limits.announce_members) {
            told[count++] = room;
        }
        if (count == ANNOUNCE_ROOMS || attachment->rooms == NULL) {
            announce_quit(attachment, told, count, text);
            count = 0;
        }
    }
}

static void op_cancel(struct chat_op *op)
{
    struct chat *chat = op->attachment->person->chat;
    struct room *room = op->room;

    if (op->claim.folded != NULL) {
        chat->ports.directory->ops->cancel(chat->ports.directory, &op->claim);
        names_release(chat, &op->name, false);
    }
    if (op->queue != NULL) {
        ops_remove(op);
    }
    if (room != NULL) {
        rooms_end(room);
    }
    ops_end(op);
}

/* ---- a person's attachments: first those that have not quit ---- */

static void list_remove(struct attachment *attachment)
{
    struct attachment **link = &attachment->person->attachments;

    while (*link != attachment) {
        link = &(*link)->next_of_person;
    }
    *link = attachment->next_of_person;
    attachment->next_of_person = NULL;
}

/* Behind all of its kind. */
static void list_add(struct attachment *attachment)
{
    struct attachment **link = &attachment->person->attachments;

    while (*link != NULL && ((*link)->id != 0 || attachment->id == 0)) {
        link = &(*link)->next_of_person;
    }
    attachment->next_of_person = *link;
    *link = attachment;
}

void chat_quit(struct attachment *attachment, const char *text)
{
    const struct attachment *first = attachment->person->attachments, *second = first->next_of_person;

    struct chat_op *op = ops_find(attachment);

    if (op != NULL) {
        op_cancel(op);
    }
    if (attachment->id == 0) {
        return;
    }
    if (first == attachment && (second == NULL || second->id == 0)) {
        quit_rooms(attachment, text);
    }
    rooms_leave_alone(attachment);
    attachment->id = 0;
    list_remove(attachment);
    list_add(attachment);
}

/* ---- coming and going ---- */

/* Gives the attachment a person, and a number of its own. */
static void tie(struct attachment *attachment, struct person *person)
{
    struct chat *chat = person->chat;

    attachment->person = person;
    attachment->id = ++chat->last_attachment;
    if (attachment->id == 0) {
        attachment->id = ++chat->last_attachment; /* the numbers begin anew, and 0 is none of them */
    }
    list_add(attachment);
}

void chat_enter(struct chat *chat, struct attachment *attachment)
{
    struct person *person = mem_zalloc(sizeof(*person));

    person->chat = chat;
    person->since_s = (uint32_t)(clock_real_ms(chat->clock) / 1000);
    person->active_s = (uint32_t)(clock_ms(chat->clock) / 1000);
    person->serial = ++chat->last_serial;
    attachment->rooms = NULL;
    attachment->since_s = person->since_s;
    tie(attachment, person);
    chat->people++;
}

void chat_defer(struct person *person)
{
    person->is_unannounced = true;
}

void chat_announce(struct attachment *attachment)
{
    struct person *person = attachment->person;

    if (!person->is_unannounced) {
        return;
    }
    person->is_unannounced = false;
    for (struct member *m = attachment->rooms; m != NULL; m = m->next_of_attachment) {
        announce_event(attachment, m->room, MESSAGE_JOIN, "", "");
    }
}

void chat_skip_announcement(struct person *person)
{
    person->is_unannounced = false;
}

/* With the last attachment the person goes. */
static void untie(struct attachment *attachment)
{
    struct person *person = attachment->person;
    struct chat *chat = person->chat;

    chat_quit(attachment, "");
    if (attachment->next_of_person != NULL || person->attachments != attachment) {
        list_remove(attachment);
        return;
    }
    ignore_fini(person);
    person_leave_handle(person);
    if (person->has_name) {
        names_release(chat, &person->name, true);
    }
    free(person);
    chat->people--;
}

void chat_attach(struct attachment *attachment, struct person *person)
{
    CHECK(attachment->id != 0 && person != attachment->person && person->has_name);
    untie(attachment);
    tie(attachment, person);
    if (person->attachments != attachment) {
        rooms_enter_too(attachment);
    }
    attachment->sink.ops->changed(&attachment->sink);
}

void chat_exit(struct attachment *attachment)
{
    untie(attachment);
    attachment->person = NULL;
}
