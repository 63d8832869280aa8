/* chat/deliver.c: the fan-out, in which a chat server spends nearly all of its time. */
#include "config.h"

#include "chat/deliver.h"

#include "base/container.h"
#include "chat/ignore.h"
#include "chat/person.h"
#include "chat/room.h"

#include <stddef.h>
#include <stdlib.h>

enum { PRIVATE_FORM_BYTES = 128 /* about as many bytes as a private line has beside its text */ };

/* Returns true if the message holds a person's own words; a topic does too. */
static bool is_from_person(const struct message *m)
{
    return m->actor_id != 0 && (!message_is_event(m) || m->kind == MESSAGE_TOPIC);
}

static const struct deliver_origin of_nobody = {.own = DELIVER_NOBODY};

static void begin(struct delivery *d, const struct message *m, const struct deliver_origin *origin)
{
    *d = (struct delivery){.m = m, .topics = DELIVER_ANY, .own = origin->own};
    if (m->kind == MESSAGE_PRIVATE) {
        d->topics |= DELIVER_PRIVATE;
    }
    if (m->size - sizeof(*m) > DELIVER_SHORT_COLUMNS - DELIVER_FORM_COLUMNS) { /* its strings have so many bytes */
        d->topics |= DELIVER_LONG;
    }
    if (m->kind == MESSAGE_QUIT) {
        d->topics |= DELIVER_LONG; /* it may list many rooms */
    }
    if (m->kind == MESSAGE_JOIN || m->kind == MESSAGE_LEAVE || m->kind == MESSAGE_QUIT) {
        d->topics |= DELIVER_COMINGS | (m->about > 0 ? DELIVER_LONG : 0);
    } else if (is_from_person(m) && (origin->person == NULL || person_is_ignored(origin->person))) {
        d->topics |= DELIVER_IGNORABLE; /* for nearly every person it is known here that nobody ignores them */
    }
}

static void free_rows(struct deliver_rows *rows)
{
    while (rows != NULL) {
        struct deliver_rows *next = rows->next;

        if (rows->plain != NULL) {
            payload_unref(rows->plain);
        }
        if (rows->text != NULL) {
            payload_unref(rows->text);
        }
        for (int i = 0; i < WRAP_CLASSES; i++) {
            if (rows->payloads[i] != NULL) {
                payload_unref(rows->payloads[i]);
            }
        }
        free(rows);
        rows = next;
    }
}

static void end(struct delivery *d)
{
    free_rows(d->rows);
    free(d->folded);
    for (int i = 0; i < DELIVER_ENCODINGS; i++) {
        if (d->encoded[i] != NULL) {
            payload_unref(d->encoded[i]);
        }
    }
}

/* If few people ignore the sender, their sinks are told before the delivery, so no receiver has to search its list. */
static bool begin_shunning(struct delivery *d, const struct person *from, uint32_t receivers)
{
    if ((d->topics & DELIVER_IGNORABLE) == 0 || from->handle->ignorers > receivers) {
        return false;
    }
    d->topics = (d->topics & ~(uint32_t)DELIVER_IGNORABLE) | DELIVER_IGNORED;
    ignore_shun(from, true);
    return true;
}

void deliver_to_room(const struct room *room, const struct message *m, const struct deliver_origin *origin)
{
    struct delivery d;
    bool shunned;

    begin(&d, m, origin);
    shunned = origin->person != NULL && begin_shunning(&d, origin->person, room->count);
    for (uint32_t i = 0; i < room->count;) {
        i += room->members[i].attachment->sink.ops->deliver_run(&room->members[i], room->count - i, &d);
    }
    if (shunned) {
        ignore_shun(origin->person, false);
    }
    end(&d);
}

/* Returns true if the attachment is in one of the earlier rooms too. */
static bool has_got_it(const struct attachment *attachment, uint32_t rank)
{
    for (const struct member *m = attachment->rooms; m != NULL; m = m->next_of_attachment) {
        if (m->room->rank != 0 && m->room->rank < rank) {
            return true;
        }
    }
    return false;
}

uint32_t deliver_to_rooms(struct room *const *rooms, uint32_t count, uint32_t told, const struct message *m,
                          const struct deliver_origin *origin)
{
    uint32_t receivers = 0;
    struct delivery d;

    for (uint32_t i = 0; i < count; i++) {
        rooms[i]->rank = i + 1;
    }
    begin(&d, m, origin);
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < rooms[i]->count; k++) {
            struct attachment *attachment = rooms[i]->members[k].attachment;

            if (i >= told && attachment->person != origin->person && attachment->sink.ops->folds(&attachment->sink)) {
                continue;
            }
            if (i == 0 || !has_got_it(attachment, i + 1)) {
                attachment->sink.ops->deliver(&attachment->sink, &d);
                receivers++;
            }
        }
    }
    end(&d);
    for (uint32_t i = 0; i < count; i++) {
        rooms[i]->rank = 0;
    }
    return receivers;
}

uint32_t deliver_to_chosen(const struct room *room, const struct message *m, const struct deliver_origin *origin,
                           deliver_choose_fn *choose, void *ctx)
{
    uint32_t receivers = 0;
    struct delivery d;

    begin(&d, m, origin);
    for (uint32_t i = 0; i < room->count; i++) {
        if (choose(ctx, &room->members[i])) {
            room->members[i].attachment->sink.ops->deliver(&room->members[i].attachment->sink, &d);
            receivers++;
        }
    }
    end(&d);
    return receivers;
}

void deliver_to_one(struct sink *sink, const struct message *m)
{
    struct delivery d;

    begin(&d, m, &of_nobody);
    sink->ops->deliver(sink, &d);
    end(&d);
}

static bool has_place(struct attachment *at, size_t text_len)
{
    return at->sink.ops->has_place(&at->sink, text_len + PRIVATE_FORM_BYTES);
}

bool deliver_has_place(const struct person *to, size_t text_len)
{
    struct attachment *at = to->attachments;

    while (at != NULL && !has_place(at, text_len)) {
        at = at->next_of_person;
    }
    return at != NULL;
}

/* An attachment without space does not get the line, so that its queue loses none.  The attachment that has sent the
 * line gets it in any case. */
static void deliver_private_to(struct person *to, struct attachment *by, const struct message *m, bool is_own_copy)
{
    struct delivery d;

    begin(&d, m, &of_nobody);
    d.from = by->person;
    d.is_own_copy = is_own_copy;
    for (struct attachment *at = to->attachments; at != NULL; at = at->next_of_person) {
        if (at == by || has_place(at, m->text_len)) {
            at->sink.ops->deliver(&at->sink, &d);
        }
    }
    end(&d);
}

void deliver_private(struct attachment *by, struct person *to, const struct message *m)
{
    deliver_private_to(to, by, m, false);
    deliver_private_to(by->person, by, m, true);
}

uint32_t deliver_to_person(struct person *person, const struct message *m, uint32_t but)
{
    uint32_t receivers = 0;
    struct delivery d;

    begin(&d, m, &of_nobody);
    for (struct attachment *at = person->attachments; at != NULL && at->id != 0; at = at->next_of_person) {
        if (at->id != but) {
            at->sink.ops->deliver(&at->sink, &d);
            receivers++;
        }
    }
    end(&d);
    return receivers;
}

void deliver_replay(struct replays *replays, struct sink *sink, const struct message *m, int64_t now_ms)
{
    struct delivery d;

    begin(&d, m, &of_nobody);
    d.is_replay = true;
    d.now_ms = now_ms;
    d.replays = replays;
    sink->ops->deliver(sink, &d);
    end(&d);
}

/* Its encodings are not kept: few people ask for ids. */
void deliver_replay_with_id(struct sink *sink, const struct message *m, int64_t now_ms)
{
    struct delivery d;

    begin(&d, m, &of_nobody);
    d.topics |= DELIVER_LONG; /* the id takes more than the form's columns */
    d.is_replay = d.shows_id = true;
    d.now_ms = now_ms;
    sink->ops->deliver(sink, &d);
    end(&d);
}

uint32_t deliver_to_all(const struct person_name *names, const struct message *m)
{
    uint32_t receivers = 0;
    struct delivery d;

    begin(&d, m, &of_nobody);
    for (const struct person_name *un = names; un != NULL; un = un->hh.next) {
        bool is_here = un->use == NAME_OF_PERSON;
        struct attachment *at = is_here ? CONTAINER_OF(un, const struct person, name)->attachments : NULL;

        for (; at != NULL; at = at->next_of_person) {
            at->sink.ops->deliver(&at->sink, &d);
            receivers++;
        }
    }
    end(&d);
    return receivers;
}
