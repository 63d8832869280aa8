/* chat/near.c: a bounded search for the name nearest to one that was typed. */
#include "config.h"

#include "chat/near.h"

#include "base/container.h"
#include "base/nearest.h"
#include "chat/rights.h"

/* Returns true if the candidate is the best one so far. */
static bool is_better(struct nearest *near, const char *candidate)
{
    const char *was = near->best;

    nearest_try(near, candidate);
    return near->best != was;
}

const struct person *near_person(const struct chat *chat, const struct room *room, const char *folded)
{
    struct nearest near = {.wanted = folded};
    const struct person *best = NULL;
    uint32_t looks = 0;

    for (uint32_t i = 0; room != NULL && i < room->count && looks < NEAR_LOOKS; i++, looks++) {
        const struct person *person = room_person_at(room, i);

        best = person != NULL && is_better(&near, person->name.name.folded) ? person : best;
    }
    for (const struct person_name *un = chat->names; un != NULL && looks < NEAR_LOOKS; un = un->hh.next, looks++) {
        if (un->use == NAME_OF_PERSON && is_better(&near, un->name.folded)) {
            best = CONTAINER_OF(un, const struct person, name);
        }
    }
    return best;
}

/* A private room is not betrayed by a typing error. */
static bool may_suggest(const struct room *room, const struct person *person)
{
    return person != NULL ? rights_sees(room, person) : !rules_has_mode(room->rules, MODE_PRIVATE);
}

const struct room *near_room(const struct chat *chat, const struct person *person, const char *folded)
{
    struct nearest near = {.wanted = folded};
    const struct room *best = NULL;
    const struct member *m = person != NULL ? person_rooms(person) : NULL;
    uint32_t looks = 0;

    for (; m != NULL && looks < NEAR_LOOKS; looks++) {
        best = is_better(&near, m->room->name.folded) ? m->room : best;
        m = m->next_of_attachment;
    }
    for (const struct room *room = chat->rooms; room != NULL && looks < NEAR_LOOKS; room = room->hh.next, looks++) {
        if (room->is_open && may_suggest(room, person) && is_better(&near, room->name.folded)) {
            best = room;
        }
    }
    return best;
}
