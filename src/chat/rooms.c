/* chat/rooms.c: which rooms there are, from the first who enters to the last who leaves.
 *
 * Invariants: all attachments of a person, but those that have quit, are in the same rooms.  An attachment comes out of
 * a room in take_out() alone, where its sink is told.  A room in the table has members, or somebody who waits for it to
 * open, or is permanent, or still tells of its opening. */
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

/* One that waits for this room is told by its own wait. */
static void tell_entered(struct attachment *attachment, struct room *room)
{
    const struct chat_op *op = ops_find(attachment);

    if (op == NULL || op->room != room) {
        attachment->sink.ops->entered(&attachment->sink, room);
    }
}

void rooms_enter(struct attachment *attachment, struct room *room)
{
    struct person *person = attachment->person;

    for (struct attachment *at = person->attachments; at != NULL && at->id != 0; at = at->next_of_person) {
        room_add(room, at);
    }
    room->people++;
    person->room_count++;
    for (struct attachment *at = person->attachments; at != NULL && at->id != 0; at = at->next_of_person) {
        if (at != attachment) {
            tell_entered(at, room);
        }
    }
    announce_event(attachment, room, MESSAGE_JOIN, "", "");
}

void rooms_enter_too(struct attachment *attachment)
{
    struct member *all = NULL;

    for (struct member *m = person_rooms(attachment->person); m != NULL; m = m->next_of_attachment) {
        room_add(m->room, attachment);
        attachment->rooms->role = m->role;
        attachment->rooms->flags = m->flags;
    }
    while (attachment->rooms != NULL) { /* which stand in reverse order */
        struct member *m = attachment->rooms;

        attachment->rooms = m->next_of_attachment;
        m->next_of_attachment = all;
        all = m;
    }
    attachment->rooms = all;
    for (struct member *m = all; m != NULL; m = m->next_of_attachment) {
        attachment->sink.ops->entered(&attachment->sink, m->room);
    }
}

/* The only way out of a room. */
static void take_out(struct attachment *attachment, struct room *room)
{
    room_remove(room, attachment);
    attachment->sink.ops->left(&attachment->sink, room);
}

void rooms_leave(struct person *person, struct room *room)
{
    room->people--;
    person->room_count--;
    for (struct attachment *at = person->attachments; at != NULL && at->id != 0; at = at->next_of_person) {
        take_out(at, room);
    }
}

void rooms_leave_alone(struct attachment *attachment)
{
    while (attachment->rooms != NULL) {
        take_out(attachment, attachment->rooms->room);
    }
}

/* Moves those who wait for a room to another queue, the first to have asked first. */
static void move_waiting(struct room *room, struct chat_op **queue)
{
    struct chat_op *op;

    while ((op = room->waiting) != NULL) {
        ops_remove(op);
        ops_push(queue, op);
    }
}

/* The next one of a queue, which it leaves; NULL: it is empty. */
static struct chat_op *take_first(struct chat_op **queue)
{
    struct chat_op *op = *queue;

    if (op != NULL) {
        ops_remove(op);
    }
    return op;
}

/* It may be in already, by another attachment that has waited, which may have reached the limit too. */
static enum chat_result enter_late(struct attachment *attachment, struct room *room)
{
    if (room_find_member(room, attachment->person) != NULL) {
        return CHAT_OK;
    }
    if (attachment->person->room_count >= room->chat->limits.rooms_per_client) {
        return CHAT_TOO_MANY;
    }
    rooms_enter(attachment, room);
    return CHAT_OK;
}

/* Whoever is told may act at once: leave, or take those out who are told after them, or end their wait. */
static void room_open(struct room *room)
{
    struct chat_op *entering = NULL, *op;

    move_waiting(room, &entering);
    room->is_open = room->is_opening = true;
    for (op = entering; op != NULL; op = op->next) {
        op->result = enter_late(op->attachment, room);
    }
    while ((op = take_first(&entering)) != NULL) {
        bool is_in = room_find_member(room, op->attachment->person) != NULL;

        ops_finish(op, is_in ? CHAT_OK : op->result == CHAT_OK ? CHAT_UNAVAILABLE : op->result, is_in ? room : NULL);
    }
    room->is_opening = false;
    rooms_end(room);
}

/* The room is gone before anybody is told: their next commands may ask for it anew. */
void rooms_refuse(struct room *room)
{
    struct chat_op *refused = NULL, *op;

    move_waiting(room, &refused);
    for (op = refused; op != NULL; op = op->next) {
        op->room = NULL;
    }
    room_unlist(room);
    room_free(room);
    while ((op = take_first(&refused)) != NULL) {
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
