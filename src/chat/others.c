/* chat/others.c: a table for each room. */
#include "config.h"

#include "chat/others.h"

#include "base/mem.h"
#include "chat/chat_state.h"

#include <stdlib.h>
#include <string.h>

struct other *others_find(const struct room *room, uint32_t process, uint64_t id)
{
    struct other_key key = {.id = id, .process = process};
    struct other *other;

    HASH_FIND(hh, room->others, &key, sizeof(key), other);
    return other;
}

/* Searched: one of them is asked for only when somebody acts against the person. */
struct other *others_find_id(const struct room *room, uint64_t id)
{
    struct other *other = room->others;

    while (other != NULL && other->key.id != id) {
        other = other->hh.next;
    }
    return other;
}

struct other *others_find_name(const struct room *room, const char *folded)
{
    struct other *other = room->others;

    while (other != NULL && strcmp(other->name.folded, folded) != 0) {
        other = other->hh.next;
    }
    return other;
}

struct other *others_put(struct room *room, uint32_t process, uint64_t id, const char *shown, const char *folded)
{
    struct other *other = others_find(room, process, id);
    struct name name = {.shown = (char *)shown, .folded = (char *)folded};

    if (other == NULL) {
        other = mem_zalloc(sizeof(*other));
        other->key = (struct other_key){.id = id, .process = process};
        HASH_ADD(hh, room->others, key, sizeof(other->key), other);
        room->people++;
    } else {
        name_fini(&other->name);
    }
    other->name = name_copy(&name);
    return other;
}

void others_remove(struct room *room, struct other *other)
{
    HASH_DEL(room->others, other);
    room->people--;
    name_fini(&other->name);
    free(other);
}

void others_clear(struct room *room)
{
    struct other *other, *next;

    HASH_ITER(hh, room->others, other, next) {
        others_remove(room, other);
    }
}

/* Searched and not counted: there are some only while a bus is slow and a room is about to end. */
bool others_has_own(const struct room *room)
{
    const struct other *other = room->others;

    while (other != NULL && other->key.process != room->chat->ports.bus->process) {
        other = other->hh.next;
    }
    return other != NULL;
}

uint32_t others_count(const struct room *room)
{
    return HASH_COUNT(room->others);
}
