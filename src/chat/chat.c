/* chat/chat.c: people, rooms, and what passes between them.
 *
 * Owns the tables of names and rooms, the ports, and the operations that wait for an answer.
 * Invariants: a room in the table has members, or somebody who waits for it to open, or is permanent, or still tells
 * of its opening; a person comes out of a room in take_out() alone, where the sink is told; a name in the table belongs
 * to a person, as the name or as the one asked for. */
#include "config.h"

#include "chat/chat.h"

#include "base/check.h"
#include "base/container.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "chat/deliver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { QUIT_ROOMS = 32 /* in one message, at most: it must fit into the queues, whatever the rooms' names are */ };

/* What a person waits for. */
struct chat_op {
    struct person *person;
    chat_done_fn *done;
    void *ctx;
    struct person_name name;          /* renaming: the one asked for */
    struct directory_request claim; /* renaming; its folded is NULL otherwise */
    struct room *room;              /* joining */
    struct chat_op *next;           /* in room->waiting: who asked before */
};

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
    chat_set_permanent(chat, NULL, 0);
    CHECK(chat->people == 0 && chat->names == NULL && chat->rooms == NULL);
    chat->ports.bus->ops->free(chat->ports.bus);
    chat->ports.directory->ops->free(chat->ports.directory);
    chat->ports.store->ops->free(chat->ports.store);
}

void chat_set_limits(struct chat *chat, const struct chat_limits *limits)
{
    chat->limits = *limits;
    chat->histories.max_lines = limits->history_lines;
    chat->histories.max_bytes = limits->history_bytes;
    history_pool_trim(&chat->histories);
}

/* ---- messages ---- */

static void publish(struct chat *chat, const struct message_parts *parts)
{
    struct message *m = message_new(parts);

    m->time_ms = clock_real_ms(chat->clock);
    chat->ports.bus->ops->publish(chat->ports.bus, m);
    m->origin = NULL; /* the person may go before the message does */
    message_unref(m);
}

/* A quit's: the rooms of it that have members here. */
static void quit_event(struct chat *chat, struct message *m)
{
    struct room *rooms[QUIT_ROOMS];
    const char *list = m->room_folded, *word;
    uint32_t count = 0;
    size_t len;

    while (count < QUIT_ROOMS && (word = message_next_room(&list, &len)) != NULL) {
        struct room *room;

        HASH_FIND(hh, chat->rooms, word, len, room);
        if (room != NULL && room->is_open) {
            rooms[count++] = room;
        }
    }
    chat->deliveries += deliver_to_rooms(rooms, count, m);
}

/* A room's message, from this process or another. */
static void bus_event(void *ctx, struct message *m)
{
    struct chat *chat = ctx;
    struct room *room;

    if (m->event == MESSAGE_QUIT) {
        quit_event(chat, m);
        return;
    }
    room = chat_find_room(chat, m->room_folded);
    if (room == NULL) {
        return; /* its last member here has just left */
    }
    chat->deliveries += room->count;
    deliver_to_room(room, m);
    if (m->kind != MESSAGE_EVENT || m->event == MESSAGE_NOTICE) {
        history_add(&room->history, m);
        chat->ports.store->ops->append(chat->ports.store, room->name.folded, m);
    }
}

/* "alice joined", "alice left: good night", "alice is now bob": verb, then more behind join. */
static void announce(struct person *person, struct room *room, enum message_event event, const char *verb,
                     const char *join, const char *more)
{
    bool is_coming = event == MESSAGE_JOIN || event == MESSAGE_LEAVE;
    struct strbuf text = {0};

    if (person->is_unannounced) {
        return;
    }
    if (is_coming && room->count > room->chat->limits.announce_members) {
        return; /* a rush of joins must not cost each newcomer a line to everybody */
    }
    strbuf_addf(&text, "%s %s%s%s", person_shown_name(person), verb, more[0] != '\0' ? join : "", more);
    publish(room->chat, &(struct message_parts){
                            .kind = MESSAGE_EVENT,
                            .event = event,
                            .room = room->name.shown,
                            .room_folded = room->name.folded,
                            .from = person_shown_name(person),
                            .to = is_coming ? "" : more,
                            .text = text.data,
                            .text_len = text.len,
                            .from_id = person_id(person),
                            .origin = person,
                        });
    strbuf_fini(&text);
}

/* "bob quit: good night", in rooms that the person was in; the last entered stands first among them. */
static void announce_quit(struct person *person, struct room *const *rooms, uint32_t count, const char *why)
{
    struct strbuf text = {0}, shown = {0}, folded = {0};

    if (person->is_unannounced || count == 0) {
        return;
    }
    while (count-- > 0) {
        strbuf_addf(&shown, "%s%s", rooms[count]->name.shown, count > 0 ? " " : "");
        strbuf_addf(&folded, "%s%s", rooms[count]->name.folded, count > 0 ? " " : "");
    }
    strbuf_addf(&text, "%s quit%s%s", person_shown_name(person), why[0] != '\0' ? ": " : "", why);
    publish(person->chat, &(struct message_parts){
                            .kind = MESSAGE_EVENT,
                            .event = MESSAGE_QUIT,
                            .room = shown.data,
                            .room_folded = folded.data,
                            .from = person_shown_name(person),
                            .to = why,
                            .text = text.data,
                            .text_len = text.len,
                            .from_id = person_id(person),
                            .origin = person,
                        });
    strbuf_fini(&text);
    strbuf_fini(&shown);
    strbuf_fini(&folded);
}

/* In every room of the person's. */
static void announce_nick(struct person *person, const char *nick)
{
    for (struct member *m = person->rooms; m != NULL; m = m->next_of_person) {
        announce(person, m->room, MESSAGE_NICK, "is now", " ", nick);
    }
}

void chat_say(struct person *person, struct room *room, enum message_kind kind, const char *text, size_t len)
{
    person->chat->lines++;
    rate_note(&person->chat->said, clock_ms(person->chat->clock));
    publish(person->chat, &(struct message_parts){
                            .kind = kind,
                            .room = room->name.shown,
                            .room_folded = room->name.folded,
                            .from = person_shown_name(person),
                            .text = text,
                            .text_len = len,
                            .from_id = person_id(person),
                            .origin = person,
                        });
}

void chat_notice(struct chat *chat, struct room *room, const char *text, size_t len)
{
    char *bare = mem_strndup(text, len);
    struct strbuf whole = {0};
    struct message_parts parts = {.kind = MESSAGE_EVENT, .event = MESSAGE_NOTICE, .from = "server", .to = bare};

    strbuf_addf(&whole, "server: %s", bare);
    parts.text = whole.data;
    parts.text_len = whole.len;
    if (room != NULL) {
        parts.room = room->name.shown;
        parts.room_folded = room->name.folded;
        publish(chat, &parts);
    } else {
        struct message *m = message_new(&parts);

        m->time_ms = clock_real_ms(chat->clock);
        chat->deliveries += chat->people;
        deliver_to_all(chat->names, m);
        message_unref(m);
    }
    strbuf_fini(&whole);
    free(bare);
}

void chat_set_topic(struct person *person, struct room *room, const char *topic)
{
    room_set_topic(room, topic, person_shown_name(person), clock_real_ms(room->chat->clock));
    announce(person, room, MESSAGE_TOPIC, topic[0] != '\0' ? "set the topic" : "cleared the topic", ": ", topic);
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
        .from = person_shown_name(from),
        .to = person_shown_name(to),
        .text = text,
        .text_len = len,
        .from_id = person_id(from),
        .time_ms = clock_real_ms(from->chat->clock),
    });
    deliver_private(from, to, m);
    message_unref(m);
    return CHAT_OK;
}

/* ---- operations that may wait ---- */

static struct chat_op *op_new(struct person *person, chat_done_fn *done, void *ctx)
{
    struct chat_op *op = mem_zalloc(sizeof(*op));

    CHECK(person->op == NULL);
    *op = (struct chat_op){.person = person, .done = done, .ctx = ctx};
    person->op = op;
    return op;
}

/* Ends the wait; the caller tells of the result. */
static void op_free(struct chat_op *op)
{
    op->person->op = NULL;
    free(op);
}

static void op_finish(struct chat_op *op, enum chat_result result, struct room *room)
{
    chat_done_fn *done = op->done;
    void *ctx = op->ctx;

    op_free(op);
    done(ctx, result, room);
}

/* ---- names ---- */

static void name_add(struct chat *chat, struct person_name *un)
{
    HASH_ADD_KEYPTR(hh, chat->names, un->name.folded, strlen(un->name.folded), un);
}

static void name_release(struct chat *chat, struct person_name *un, bool is_held)
{
    HASH_DEL(chat->names, un);
    if (is_held) {
        chat->ports.directory->ops->release(chat->ports.directory, DIRECTORY_NAME, un->name.folded);
    }
    name_fini(&un->name);
}

/* The name that was asked for becomes the person's. */
static void name_take(struct person *person, struct person_name *asked)
{
    struct chat *chat = person->chat;

    if (person->has_name) {
        announce_nick(person, asked->name.shown);
        name_release(chat, &person->name, true);
    }
    HASH_DEL(chat->names, asked);
    person->name = (struct person_name){.name = asked->name};
    person->has_name = true;
    name_add(chat, &person->name);
}

static enum chat_result name_answer(struct chat_op *op, enum directory_answer answer)
{
    if (answer == DIRECTORY_GRANTED) {
        name_take(op->person, &op->name);
        return CHAT_OK;
    }
    name_release(op->person->chat, &op->name, false);
    return answer == DIRECTORY_TAKEN ? CHAT_NAME_TAKEN : CHAT_UNAVAILABLE;
}

static void name_claim_done(struct directory_request *req, enum directory_answer answer)
{
    struct chat_op *op = CONTAINER_OF(req, struct chat_op, claim);

    op_finish(op, name_answer(op, answer), NULL);
}

/* The same name in another case or width: the person keeps it and shows it differently. */
static enum chat_result reshape(struct person *person, struct name *name)
{
    struct name shaped = *name;
    struct person_name *un = &person->name;

    *name = (struct name){0};
    if (strcmp(un->name.shown, shaped.shown) == 0) {
        name_fini(&shaped);
        return CHAT_ALREADY;
    }
    announce_nick(person, shaped.shown);
    if (un->name.shown != un->name.folded) {
        free(un->name.shown); /* else it stays, as the table's key */
    }
    un->name.shown = shaped.shown;
    if (shaped.folded != shaped.shown) {
        free(shaped.folded);
    }
    return CHAT_OK;
}

enum chat_result chat_rename(struct person *person, struct name *name, chat_done_fn *done, void *ctx)
{
    struct chat *chat = person->chat;
    struct directory *dir = chat->ports.directory;
    struct person_name *un;
    struct chat_op *op;
    enum directory_answer answer;
    enum chat_result result;

    HASH_FIND_STR(chat->names, name->folded, un);
    if (un != NULL) {
        if (un == &person->name) {
            return reshape(person, name);
        }
        name_fini(name);
        return CHAT_NAME_TAKEN;
    }
    op = op_new(person, done, ctx);
    op->name = (struct person_name){.name = *name, .is_pending = true};
    *name = (struct name){0};
    name_add(chat, &op->name);
    op->claim = (struct directory_request){
        .kind = DIRECTORY_NAME, .folded = op->name.name.folded, .done = name_claim_done};
    answer = dir->ops->claim(dir, &op->claim);
    if (answer == DIRECTORY_LATER) {
        return CHAT_LATER;
    }
    result = name_answer(op, answer);
    op_free(op);
    return result;
}

enum chat_result chat_name_guest(struct person *person, chat_done_fn *done, void *ctx)
{
    char shown[32];
    struct name name;

    snprintf(shown, sizeof(shown), "guest%llu", (unsigned long long)++person->chat->last_guest);
    CHECK(name_init(&name, shown, strlen(shown), sizeof(shown)) == NAME_OK);
    return chat_rename(person, &name, done, ctx);
}

struct person *chat_find_person(const struct chat *chat, const char *folded)
{
    struct person_name *un;

    HASH_FIND_STR(chat->names, folded, un);
    return un != NULL && !un->is_pending ? CONTAINER_OF(un, struct person, name) : NULL;
}

/* ---- rooms ---- */

/* Any room of that name, an open one or not. */
static struct room *find_any(const struct chat *chat, const char *folded)
{
    struct room *room;

    HASH_FIND_STR(chat->rooms, folded, room);
    return room;
}

struct room *chat_find_room(const struct chat *chat, const char *folded)
{
    struct room *room = find_any(chat, folded);

    return room != NULL && room->is_open ? room : NULL;
}

uint32_t chat_rooms(const struct chat *chat)
{
    return HASH_COUNT(chat->rooms);
}

void chat_walk_begin(struct chat *chat, struct chat_walk *walk)
{
    *walk = (struct chat_walk){.at = chat->rooms, .next = chat->walks};
    chat->walks = walk;
}

struct room *chat_walk_next(struct chat_walk *walk)
{
    struct room *room = walk->at;

    while (room != NULL && !room->is_open) {
        room = room->hh.next;
    }
    walk->at = room != NULL ? room->hh.next : NULL;
    return room;
}

void chat_walk_end(struct chat *chat, struct chat_walk *walk)
{
    struct chat_walk **link = &chat->walks;

    while (*link != walk) {
        link = &(*link)->next;
    }
    *link = walk->next;
}

static void room_unlist(struct room *room)
{
    struct chat *chat = room->chat;

    for (struct chat_walk *walk = chat->walks; walk != NULL; walk = walk->next) {
        if (walk->at == room) {
            walk->at = room->hh.next;
        }
    }
    HASH_DEL(chat->rooms, room);
}

/* Ends a room that nobody is in or waits for, unless it is a permanent one or still tells of its opening. */
static void room_end(struct room *room)
{
    struct chat *chat = room->chat;
    struct directory *dir = chat->ports.directory;

    if (room->count > 0 || room->waiting != NULL || room->is_permanent || room->is_opening) {
        return;
    }
    room_unlist(room);
    if (room->is_claiming) {
        dir->ops->cancel(dir, &room->claim);
    } else {
        dir->ops->release(dir, DIRECTORY_ROOM, room->name.folded);
    }
    if (room->is_reading) {
        chat->ports.store->ops->cancel(chat->ports.store, &room->read);
    }
    room_free(room);
}

static void enter(struct person *person, struct room *room)
{
    room_add(room, person);
    announce(person, room, MESSAGE_JOIN, "joined", "", "");
}

/* Takes those who wait for a room off it, the first to have asked first. */
static struct chat_op *take_waiting(struct room *room)
{
    struct chat_op *first = NULL;

    while (room->waiting != NULL) {
        struct chat_op *op = room->waiting;

        room->waiting = op->next;
        op->next = first;
        first = op;
    }
    return first;
}

/* Whoever is told may act at once: leave, or take those out who are told after them. */
static void room_open(struct room *room)
{
    room->waiting = take_waiting(room);
    room->is_open = room->is_opening = true;
    for (struct chat_op *op = room->waiting; op != NULL; op = op->next) {
        enter(op->person, room);
    }
    while (room->waiting != NULL) {
        struct chat_op *op = room->waiting;
        bool is_in = room_find_member(room, op->person) != NULL;

        room->waiting = op->next;
        op_finish(op, is_in ? CHAT_OK : CHAT_UNAVAILABLE, is_in ? room : NULL);
    }
    room->is_opening = false;
    room_end(room);
}

/* The room is gone before anybody is told: their next commands may ask for it anew. */
static void room_refuse(struct room *room)
{
    struct chat_op *waiting = take_waiting(room);

    room_unlist(room);
    room_free(room);
    while (waiting != NULL) {
        struct chat_op *op = waiting;

        waiting = op->next;
        op_finish(op, CHAT_UNAVAILABLE, NULL);
    }
}

static void read_line(struct store_request *req, struct message *m)
{
    history_add(&CONTAINER_OF(req, struct room, read)->history, m);
}

static void read_done(struct store_request *req, enum store_answer answer)
{
    struct room *room = CONTAINER_OF(req, struct room, read);

    (void)answer; /* a history that cannot be read does not close the room: it begins anew */
    room->is_reading = false;
    room_open(room);
}

static enum chat_result room_begin_read(struct room *room)
{
    struct store *store = room->chat->ports.store;

    room->read = (struct store_request){.room_folded = room->name.folded,
                                        .max = room->chat->limits.history_lines,
                                        .line = read_line,
                                        .done = read_done};
    if (store->ops->read(store, &room->read) == STORE_LATER) {
        room->is_reading = true;
        return CHAT_LATER;
    }
    return CHAT_OK;
}

static void room_claim_done(struct directory_request *req, enum directory_answer answer)
{
    struct room *room = CONTAINER_OF(req, struct room, claim);

    room->is_claiming = false;
    if (answer != DIRECTORY_GRANTED) {
        room_refuse(room);
    } else if (room_begin_read(room) == CHAT_OK) {
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

static struct room *room_make(struct chat *chat, struct name *name, enum chat_result *result)
{
    struct directory *dir = chat->ports.directory;
    struct room *room = room_new(chat, &chat->histories, name);
    enum directory_answer answer;

    HASH_ADD_KEYPTR(hh, chat->rooms, room->name.folded, strlen(room->name.folded), room);
    room->claim = (struct directory_request){
        .kind = DIRECTORY_ROOM, .folded = room->name.folded, .done = room_claim_done};
    answer = dir->ops->claim(dir, &room->claim);
    room->is_claiming = answer == DIRECTORY_LATER;
    *result = answer == DIRECTORY_GRANTED ? room_begin_read(room)
              : answer == DIRECTORY_LATER ? CHAT_LATER
                                          : CHAT_UNAVAILABLE;
    room->is_open = *result == CHAT_OK;
    room->is_permanent = is_permanent(chat, room->name.folded);
    return room;
}

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
        *out = room = room_make(chat, name, &result);
    } else if (!room->is_open) {
        result = CHAT_LATER;
    }
    name_fini(name);
    switch (result) {
    case CHAT_OK:
        enter(person, room);
        return CHAT_OK;
    case CHAT_LATER:
        op = op_new(person, done, ctx);
        op->room = room;
        op->next = room->waiting;
        room->waiting = op;
        return CHAT_LATER;
    default:
        room_refuse(room);
        return result;
    }
}

/* When the directory refuses it, it is made by the first who enters it, if that works then. */
static void keep_room(struct chat *chat, const struct name *name)
{
    struct room *room = find_any(chat, name->folded);
    struct name copy;
    enum chat_result result;

    if (room != NULL) {
        room->is_permanent = true;
        return;
    }
    copy = name_copy(name);
    room = room_make(chat, &copy, &result);
    if (result == CHAT_UNAVAILABLE) {
        room_refuse(room);
    }
}

void chat_set_permanent(struct chat *chat, struct name *names, size_t count)
{
    struct name *old = chat->permanent;
    size_t old_count = chat->permanent_count;
    struct room *room;

    chat->permanent = names;
    chat->permanent_count = count;
    for (size_t i = 0; i < old_count; i++) {
        if ((room = find_any(chat, old[i].folded)) != NULL) {
            room->is_permanent = false;
        }
    }
    for (size_t i = 0; i < count; i++) {
        keep_room(chat, &names[i]);
    }
    for (size_t i = 0; i < old_count; i++) {
        if ((room = find_any(chat, old[i].folded)) != NULL) {
            room_end(room);
        }
        name_fini(&old[i]);
    }
    free(old);
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
        room_end(room);
    } else {
        announce(person, room, MESSAGE_LEAVE, "left", ": ", text);
    }
}

void chat_quit(struct person *person, const char *text)
{
    struct room *told[QUIT_ROOMS];
    uint32_t count = 0;

    while (person->rooms != NULL) {
        struct room *room = person->rooms->room;

        take_out(person, room);
        if (room->count == 0) {
            room_end(room);
        } else if (room->count <= person->chat->limits.announce_members) {
            told[count++] = room;
        }
        if (count == QUIT_ROOMS || person->rooms == NULL) {
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
    person->serial = ++chat->last_serial;
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
        announce(person, m->room, MESSAGE_JOIN, "joined", "", "");
    }
}

static void op_cancel(struct chat_op *op)
{
    struct chat *chat = op->person->chat;
    struct room *room = op->room;

    if (op->claim.folded != NULL) {
        chat->ports.directory->ops->cancel(chat->ports.directory, &op->claim);
        name_release(chat, &op->name, false);
    }
    if (room != NULL) {
        struct chat_op **link = &room->waiting;

        while (*link != op) {
            link = &(*link)->next;
        }
        *link = op->next;
        room_end(room);
    }
    op_free(op);
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
        name_release(chat, &person->name, true);
    }
    free(person);
    chat->people--;
}
