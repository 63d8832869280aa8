/* chat/marks.c: notes marks, and walks over the owners in rounds. */
#include "config.h"

#include "chat/marks.h"

#include "base/container.h"
#include "base/mem.h"
#include "chat/owners.h"
#include "chat/port_profiles.h"
#include "chat/rights.h"
#include "chat/rooms.h"

#include <stdlib.h>

enum {
    ROUND_MS = 150000, /* between two rounds */
    STEP_MS = 20,      /* between two steps of a round */
    STEP_MARKS = 128,  /* in one step: some 0.1 ms */
};

/* The chat's. */
struct marks {
    struct timeq due;
    struct timeq_node node;
    uint64_t newest; /* the id of the last line of any room while somebody was logged in */
    uint64_t noted;  /* by the round before this one: lines up to this id */
    uint64_t noting; /* by this round */
    uint64_t next;   /* by the next round: the newest when this one began */
};

static struct owner *owner_of(const struct person *person)
{
    return person->handle != NULL ? person->handle->owner : NULL;
}

static struct owner_unread *find_unread(const struct owner *owner, const struct room *room)
{
    for (uint32_t i = 0; i < owner->unread_count; i++) {
        if (owner->unread[i].room == room) {
            return &owner->unread[i];
        }
    }
    return NULL;
}

/* ---- noting ---- */

/* What was missed stays new as long as nothing is delivered behind it. */
static bool has_received(const struct owner *owner, const struct room *room)
{
    const struct owner_unread *unread = find_unread(owner, room);

    return unread == NULL || room->newest_id > unread->newest;
}

/* upto: as in struct profiles_ops.  A room that leaves no trace on the disk leaves none by this.  A note that is
 * refused is made later, or lines are told again as new. */
static void keep(const struct owner *owner, const struct room *room, uint64_t upto)
{
    struct profiles *profiles = room->chat->ports.profiles;

    if (profiles != NULL && !rules_has_mode(room->rules, MODE_NOLOG)) {
        (void)profiles->ops->mark(profiles, owner->account, room->name.shown, room->name.folded, upto);
    }
}

static void note(const struct owner *owner, const struct room *room, uint64_t upto)
{
    if (!owner->is_lost && has_received(owner, room)) {
        keep(owner, room, upto);
    }
}

void marks_lose(struct person *person)
{
    struct owner *owner = owner_of(person);

    if (owner != NULL) {
        owner->is_lost = true;
    }
}

void marks_leave(struct person *person, const struct room *room)
{
    const struct owner *owner = owner_of(person);

    if (owner != NULL) {
        note(owner, room, 0);
        marks_set_unread(person, room, 0);
    }
}

void marks_log_out(struct person *person)
{
    const struct owner *owner = owner_of(person);

    for (const struct member *m = person_rooms(person); owner != NULL && m != NULL; m = m->next_of_attachment) {
        note(owner, m->room, 0);
    }
}

/* ---- rounds ---- */

static void begin_round(struct chat *chat)
{
    struct marks *marks = chat->marks;

    marks->noted = marks->noting;
    marks->noting = marks->next;
    marks->next = marks->newest;
    owners_walk_begin(chat);
}

static unsigned note_owner(const struct owner *owner, const struct marks *marks)
{
    unsigned noted = 0;

    for (const struct member *m = person_rooms(owner->person); m != NULL; m = m->next_of_attachment) {
        if (m->room->newest_id > marks->noted && marks->noting > marks->noted) {
            note(owner, m->room, marks->noting);
            noted++;
        }
    }
    return noted;
}

static void wait_for(struct chat *chat, uint64_t ms)
{
    chat->marks->due.wait_ms = ms;
    timeq_push(&chat->marks->due, &chat->marks->node, clock_ms(chat->clock));
}

static void round_due(struct timeq *q, struct timeq_node *node)
{
    struct chat *chat = q->ctx;
    struct marks *marks = chat->marks;

    (void)node;
    if (chat->keeping.is_failing) { /* what waits is for lines */
        wait_for(chat, ROUND_MS);
        return;
    }
    if (chat->next_owner == NULL) {
        begin_round(chat);
    }
    for (unsigned done = 0; chat->next_owner != NULL && done < STEP_MARKS; done++) {
        done += note_owner(owners_walk_next(chat), marks);
    }
    if (chat->next_owner != NULL) {
        wait_for(chat, STEP_MS);
    } else if (marks->newest > marks->noting) {
        wait_for(chat, ROUND_MS);
    }
}

void marks_init(struct chat *chat)
{
    chat->marks = mem_zalloc(sizeof(*chat->marks));
    timeq_init(&chat->marks->due, ROUND_MS, round_due, chat);
}

void marks_fini(struct chat *chat)
{
    timeq_remove(&chat->marks->node);
    free(chat->marks);
}

struct timeq *marks_timeq(struct chat *chat)
{
    return &chat->marks->due;
}

void marks_expect_round(struct chat *chat, uint64_t newest)
{
    chat->marks->newest = newest;
    if (!timeq_is_waiting(&chat->marks->node) && chat->ports.profiles != NULL) {
        wait_for(chat, ROUND_MS);
    }
}

/* ---- unread rooms ---- */

bool marks_may_tell(const struct person *person, const char *room_folded)
{
    const struct room *room = rooms_find_any(person->chat, room_folded);
    enum chat_result result;

    if (room == NULL || room_find_member(room, person) != NULL) {
        return true; /* a room that has ended has no rules any more */
    }
    result = rights_may_enter(room, person, NULL);
    return result == CHAT_OK || result == CHAT_ROOM_FULL;
}

uint64_t marks_unread(const struct person *person, const struct room *room)
{
    const struct owner *owner = owner_of(person);
    const struct owner_unread *unread = owner != NULL ? find_unread(owner, room) : NULL;

    return unread != NULL ? unread->since : 0;
}

void marks_set_unread(struct person *person, const struct room *room, uint64_t since)
{
    struct owner *owner = owner_of(person);
    struct owner_unread *unread = owner != NULL ? find_unread(owner, room) : NULL;

    if (owner == NULL || (unread == NULL && since == 0)) {
        return;
    }
    if (since == 0) {
        *unread = owner->unread[--owner->unread_count];
        return;
    }
    if (unread == NULL) {
        owner->unread = mem_realloc(owner->unread, (owner->unread_count + 1) * sizeof(*unread));
        unread = &owner->unread[owner->unread_count++];
        *unread = (struct owner_unread){.room = room, .newest = room->newest_id};
    }
    unread->since = since;
}

void marks_show(struct person *person, const struct room *room, uint64_t upto, bool is_all)
{
    const struct owner *owner = owner_of(person);

    if (owner != NULL) {
        marks_set_unread(person, room, is_all ? 0 : upto);
        keep(owner, room, upto);
    }
}
