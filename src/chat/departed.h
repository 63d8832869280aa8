/* chat/departed.h: the people who have gone from here, and whose quit has not come back from the bus yet.
 *
 * Their names stay taken until then, and their places in rooms (chat/others.h), so that everybody everywhere learns of
 * it in one order: nobody is seen to take a name that another one seems to have.  With a bus that answers at once there
 * are none.  Loop thread only. */
#ifndef CHATD_CHAT_DEPARTED_H
#define CHATD_CHAT_DEPARTED_H

#include "chat/chat_state.h"
#include "chat/person.h"

#include <stdint.h>

struct departed {
    uint64_t id;             /* person_id() */
    uint32_t quits;          /* messages that are to come back */
    bool has_name;
    struct person_name name; /* in the table of names, from when the person is gone */
    UT_hash_handle hh;       /* by id, in chat->departed */
};

struct departed *departed_add(struct chat *chat, const struct person *person, uint32_t quits);
/* NULL: nobody of that id. */
struct departed *departed_find(const struct chat *chat, uint64_t id);
/* The person is gone: its name is kept here.  False: all have learnt it already. */
bool departed_take_name(struct chat *chat, struct person *person);
/* A quit has come back; with the last one the name is free. */
void departed_note(struct chat *chat, struct departed *departed);
/* At the end of a chat. */
void departed_clear(struct chat *chat);

#endif
