/* chat/deliver.c: the fan-out: nearly all that a chat server does happens in this loop. */
#include "config.h"

#include "chat/deliver.h"

#include "base/container.h"
#include "base/text.h"
#include "chat/room.h"
#include "chat/user.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static void begin(struct delivery *d, const struct message *m)
{
    *d = (struct delivery){.m = m};
    if (m->event == MESSAGE_JOIN || m->event == MESSAGE_LEAVE) {
        d->topics |= DELIVER_COMINGS;
    } else if (m->kind != MESSAGE_EVENT) {
        d->topics |= DELIVER_FROM_PERSON | (m->kind == MESSAGE_PRIVATE ? DELIVER_PRIVATE : 0);
    }
}

static void end(struct delivery *d)
{
    for (int i = 0; i < DELIVER_ENCODINGS; i++) {
        if (d->encoded[i] != NULL) {
            payload_unref(d->encoded[i]);
        }
    }
    free(d->from_folded);
}

const char *deliver_from_folded(struct delivery *d)
{
    if (d->from_folded == NULL) {
        d->from_folded = text_fold(d->m->from, strlen(d->m->from));
    }
    return d->from_folded;
}

void deliver_to_room(const struct room *room, const struct message *m)
{
    struct delivery d;

    begin(&d, m);
    for (uint32_t i = 0; i < room->count; i++) {
        struct sink *sink = room->members[i].sink;

        sink->ops->deliver(sink, &d);
    }
    end(&d);
}

void deliver_to_sink(struct sink *sink, const struct message *m, bool is_replay, bool is_own_copy)
{
    struct delivery d;

    begin(&d, m);
    d.is_replay = is_replay;
    d.is_own_copy = is_own_copy;
    sink->ops->deliver(sink, &d);
    end(&d);
}

void deliver_to_all(const struct user_name *names, const struct message *m)
{
    struct delivery d;

    begin(&d, m);
    for (const struct user_name *un = names; un != NULL; un = un->hh.next) {
        if (!un->is_pending) {
            struct sink *sink = CONTAINER_OF(un, const struct user, name)->sink;

            sink->ops->deliver(sink, &d);
        }
    }
    end(&d);
}
