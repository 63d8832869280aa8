/* chat/departed.h: people who have left this process, and whose quit has not come back from the bus yet.
 *
 * Until then they keep their names and are members of their rooms (chat/others.h), so that all processes see the same
 * order: no person seems to take a name that another one still has.  With a bus that answers at once there are none.
 * Loop thread only. */
#ifndef CHATD_CHAT_DEPARTED_H
#define CHATD_CHAT_DEPARTED_H

#include "chat/chat_state.h"
#include "chat/person.h"

#include <stdint.h>

struct departed {
    uint64_t id;             /* person_id() */
    uint32_t quits;          /* messages that will come back */
    bool has_name;
    struct person_name name; /* in the table of names, after the person was freed */
    UT_hash_handle hh;       /* by id, in chat->departed */
};

struct departed *departed_add(struct chat *chat, const struct person *person, uint32_t quits);
/* NULL if there is none with that id. */
struct departed *departed_find(const struct chat *chat, uint64_t id);
/* Takes over the name of a person who is being freed.  Returns false if the quit has come back already. */
bool departed_take_name(struct chat *chat, struct person *person);
/* A quit has come back; after the last one the name is free. */
void departed_note(struct chat *chat, struct departed *departed);
/* Called at the end of a chat. */
void departed_clear(struct chat *chat);

#endif
