/* chat/rooms.c: which rooms there are, from the first who enters to the last who leaves.
 *
 * Invariant: a room in the table has members, or somebody who waits for it to open, or is permanent, or still tells of
 * its opening. */
#include "config.h"

#include "chat/rooms.h"

#include "base/container.h"
#include "chat/announce.h"
#include "chat/ops.h"

#include <stdlib.h>
#include <string.h>

/* ---- the table ---- */

/* Any room of that name, an open one or not. */
struct room *rooms_find_any(const struct chat *chat, const char *folded)
{
    struct room *room;

    HASH_FIND_STR(chat->rooms, folded, room);
    return room;
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

    for (struct rooms_walk *walk = chat->walks; walk != NULL; walk = walk->next) {
        if (walk->at == room) {
            walk->at = room->hh.next;
        }
    }
    HASH_DEL(chat->rooms, room);
}

/* Ends a room that nobody is in or waits for, unless it is a permanent one or still tells of its opening. */
void rooms_end(struct room *room)
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
    chat->ports.store->ops->forget(chat->ports.store, room->name.folded);
    room_free(room);
}

/* ---- opening ---- */

void rooms_enter(struct attachment *attachment, struct room *room)
{
    struct person *person = attachment->person;

    for (struct attachment *at = person->attachments; at != NULL && at->id != 0; at = at->next_of_person) {
        room_add(room, at);
    }
    room->people++;
    person->room_count++;
    announce_event(attachment, room, MESSAGE_JOIN, "", "");
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
        if (room_find_member(room, op->attachment->person) == NULL) { /* by another attachment that has waited */
            rooms_enter(op->attachment, room);
        }
    }
    while (room->waiting != NULL) {
        struct chat_op *op = room->waiting;
        bool is_in = room_find_member(room, op->attachment->person) != NULL;

        room->waiting = op->next;
        ops_finish(op, is_in ? CHAT_OK : CHAT_UNAVAILABLE, is_in ? room : NULL);
    }
    room->is_opening = false;
    rooms_end(room);
}

/* The room is gone before anybody is told: their next commands may ask for it anew. */
void rooms_refuse(struct room *room)
{
    struct chat_op *waiting = take_waiting(room);

    room_unlist(room);
    room_free(room);
    while (waiting != NULL) {
        struct chat_op *op = waiting;

        waiting = op->next;
        ops_finish(op, CHAT_UNAVAILABLE, NULL);
    }
}

static void room_claim_done(struct directory_request *req, enum directory_answer answer)
{
    struct room *room = CONTAINER_OF(req, struct room, claim);

    room->is_claiming = false;
    if (answer != DIRECTORY_GRANTED) {
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
    struct directory *dir = chat->ports.directory;
    struct room *room = room_new(chat, name);
    enum directory_answer answer;

    HASH_ADD_KEYPTR(hh, chat->rooms, room->name.folded, strlen(room->name.folded), room);
    room->claim = (struct directory_request){
        .kind = DIRECTORY_ROOM, .folded = room->name.folded, .done = room_claim_done};
    answer = dir->ops->claim(dir, &room->claim);
    room->is_claiming = answer == DIRECTORY_LATER;
    *result = answer == DIRECTORY_GRANTED ? CHAT_OK
              : answer == DIRECTORY_LATER ? CHAT_LATER
                                          : CHAT_UNAVAILABLE;
    room->is_open = *result == CHAT_OK;
    room->is_permanent = is_permanent(chat, room->name.folded);
    return room;
}

/* When the directory refuses it, it is made by the first who enters it, if that works then. */
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
    for (size_t i = 0; i < count; i++) {
        keep_room(chat, &names[i]);
    }
    for (size_t i = 0; i < old_count; i++) {
        if ((room = rooms_find_any(chat, old[i].folded)) != NULL) {
            rooms_end(room);
        }
        name_fini(&old[i]);
    }
    free(old);
}
