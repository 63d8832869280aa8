/* chat/gone.c: removes the people of a process from rooms, and announces those of this process again. */
#include "config.h"

#include "chat/gone.h"

#include "base/container.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "chat/announce.h"
#include "chat/folds.h"
#include "chat/others.h"
#include "chat/room_rules.h"
#include "chat/rooms.h"

#include <stdlib.h>

/* ---- another process ---- */

/* One of its people; used while the rooms are collected. */
struct lost_person {
    struct other_key key;
    struct name name;
    struct room *rooms[ANNOUNCE_ROOMS]; /* the rooms that are told */
    uint32_t count;
    UT_hash_handle hh;
};

static void collect(struct lost_person **lost, struct room *room, const struct other *other)
{
    struct lost_person *one;

    HASH_FIND(hh, *lost, &other->key, sizeof(other->key), one);
    if (one == NULL) {
        one = mem_zalloc(sizeof(*one));
        one->key = other->key;
        one->name = name_copy(&other->name);
        HASH_ADD(hh, *lost, key, sizeof(one->key), one);
    }
    if (other->is_shown && room->people <= room->chat->limits.announce_members && one->count < ANNOUNCE_ROOMS) {
        one->rooms[one->count++] = room;
    }
}

/* Tells the rooms of one person, as if the person had quit without a word. */
static void tell(const struct lost_person *one, uint64_t id, int64_t time_ms)
{
    static const struct deliver_origin elsewhere = {.own = DELIVER_NOBODY};
    struct strbuf shown = {0}, folded = {0};
    struct message *m;

    for (uint32_t i = 0; i < one->count; i++) {
        strbuf_addf(&shown, "%s%s", i > 0 ? " " : "", one->rooms[i]->name.shown);
        strbuf_addf(&folded, "%s%s", i > 0 ? " " : "", one->rooms[i]->name.folded);
    }
    m = message_new(&(struct message_parts){
        .kind = MESSAGE_QUIT,
        .time_ms = time_ms,
        .room = strbuf_str(&shown),
        .room_folded = strbuf_str(&folded),
        .actor = one->name.shown,
        .actor_folded = one->name.folded,
        .actor_id = one->key.id,
        .origin = message_origin((uint32_t)one->key.process, 0),
    });
    m->id = id;
    folds_deliver(one->rooms, one->count, m, &elsewhere);
    message_unref(m);
    strbuf_fini(&shown);
    strbuf_fini(&folded);
}

/* Removes all of its people from all rooms before telling any room. */
static void lose(struct chat *chat, uint32_t process, uint64_t id, int64_t time_ms)
{
    struct lost_person *lost = NULL, *one, *next_one;

    for (struct room *room = chat->rooms; room != NULL; room = room->hh.next) {
        struct other *other, *next;

        HASH_ITER(hh, room->others, other, next) {
            if (other->key.process == process) {
                collect(&lost, room, other);
                others_remove(room, other);
            }
        }
        room_rules_vacate(room);
    }
    HASH_ITER(hh, lost, one, next_one) {
        if (one->count > 0) {
            tell(one, id, time_ms);
        }
        HASH_DEL(lost, one);
        name_fini(&one->name);
        free(one);
    }
}

/* ---- this one ---- */

/* The other processes have removed the people of this process, so it publishes that they are there.  This changes
 * nothing here. */
static void publish_all(struct chat *chat)
{
    for (const struct person_name *un = chat->names; un != NULL; un = un->hh.next) {
        struct person *person = un->use == NAME_OF_PERSON ? CONTAINER_OF(un, struct person, name) : NULL;
        struct member *m = person != NULL ? person_rooms(person) : NULL;

        for (; m != NULL; m = m->next_of_attachment) {
            struct message_parts parts = announce_join(person->attachments, m->room);

            parts.origin = message_origin(chat->ports.bus->process, 0);
            (void)announce_owe(chat, &parts);
        }
    }
}

/* By what the others know, the people who are here are in no room until they have been told again, and departed people
 * are in no room any more, although their quits have not come back. */
static void leave_all(struct chat *chat)
{
    struct room *room, *next_room;

    HASH_ITER(hh, chat->rooms, room, next_room) {
        struct other *other, *next;

        for (uint32_t i = 0; i < room->count; i++) {
            room->members[i].member->flags |= MEMBER_AGAIN;
        }
        HASH_ITER(hh, room->others, other, next) {
            if (other->key.process == chat->ports.bus->process) {
                others_remove(room, other);
            }
        }
        room_rules_vacate(room);
        rooms_end(room);
    }
}

void gone_receive(struct chat *chat, uint32_t process, uint64_t id, int64_t time_ms)
{
    if (process == chat->ports.bus->process) {
        leave_all(chat);
        publish_all(chat);
    } else {
        lose(chat, process, id, time_ms);
    }
}
