/* chat/departed.c: a table indexed by the people's ids. */
#include "config.h"

#include "chat/departed.h"

#include "base/mem.h"
#include "chat/names.h"

#include <stdlib.h>

struct departed *departed_add(struct chat *chat, const struct person *person, uint32_t quits)
{
    struct departed *departed = mem_zalloc(sizeof(*departed));

    departed->id = person_id(person);
    departed->quits = quits;
    HASH_ADD(hh, chat->departed, id, sizeof(departed->id), departed);
    return departed;
}

struct departed *departed_find(const struct chat *chat, uint64_t id)
{
    struct departed *departed;

    HASH_FIND(hh, chat->departed, &id, sizeof(id), departed);
    return departed;
}

bool departed_take_name(struct chat *chat, struct person *person)
{
    struct departed *departed = departed_find(chat, person_id(person));

    if (departed == NULL || !person->has_name) {
        return false;
    }
    names_move(chat, &person->name, &departed->name, NAME_OF_DEPARTED);
    person->has_name = false;
    departed->has_name = true;
    return true;
}

static void end(struct chat *chat, struct departed *departed)
{
    HASH_DEL(chat->departed, departed);
    if (departed->has_name) {
        names_release(chat, &departed->name, true);
    }
    free(departed);
}

void departed_note(struct chat *chat, struct departed *departed)
{
    if (--departed->quits == 0) {
        end(chat, departed);
    }
}

void departed_clear(struct chat *chat)
{
    struct departed *departed, *next;

    HASH_ITER(hh, chat->departed, departed, next) {
        end(chat, departed);
    }
}
