/* chat/person.h: a person who is here, through one attachment or several (chat/attachment.h).
 *
 * A person comes with chat_enter(), and is gone with the chat_exit() of the last attachment.  Whatever refers to a
 * person for longer than a call does so by a handle, or by the id, and never by the name: it follows a change of name,
 * and does not hit another person who takes the name later.  Loop thread only. */
#ifndef CHATD_CHAT_PERSON_H
#define CHATD_CHAT_PERSON_H

#include "base/hash.h"
#include "base/name.h"
#include "chat/attachment.h"

#include <stdbool.h>
#include <stdint.h>

struct chat;
struct ignore;
struct member;

/* Whose a name in the chat's table is. */
enum name_use {
    NAME_OF_PERSON,   /* a person's who is here */
    NAME_ASKED,       /* one that a person will have, perhaps: struct naming (chat/ops.h) */
    NAME_OF_DEPARTED, /* of one who has gone (chat/departed.h) */
};

struct person_name {
    struct name name;
    enum name_use use;
    UT_hash_handle hh; /* by name.folded */
};

/* What others hold on to, and what only few people have; made when it is first needed. */
struct person_handle {
    uint32_t refs;     /* the person's own, as long as the person is here, and others' */
    uint32_t ignorers; /* people that ignore the person, */
    uint32_t ignorers_space;
    struct person **ignored_by; /* and who they are (chat/ignore.c) */
    uint64_t id;       /* person_id() */
    struct person *person; /* NULL: the person has left */
    char *name;        /* the last one, once the person has left */
    char *away;        /* NULL: here */
    struct ignore *ignored; /* chat/ignore.h; NULL: nobody */
};

struct person {
    struct chat *chat;
    struct person_name name;  /* zero until has_name */
    struct attachment *attachments; /* at least one; first those that have not quit.  Borrowed */
    struct person_handle *handle; /* NULL: not needed yet */
    uint32_t since_s;       /* when the person came, since 1970 */
    uint32_t active_s;      /* when the person last did something, by the clock that does not jump */
    uint32_t serial;        /* which of all people it is, to tell apart those of one second */
    uint16_t room_count;
    bool has_name;
    bool is_unannounced;    /* nobody is told what the person does: chat_defer() */
};
_Static_assert(sizeof(struct person) <= 120 || sizeof(void *) != 8, "malloc() gives 120 bytes, then 136");

/* The places in the person's rooms, last joined first, through next_of_attachment: those of one attachment, as all are
 * in the same. */
static inline struct member *person_rooms(const struct person *person)
{
    return person->attachments->rooms;
}

/* How many attachments have not quit. */
static inline uint32_t person_live_attachments(const struct person *person)
{
    uint32_t count = 0;

    for (const struct attachment *at = person->attachments; at != NULL && at->id != 0; at = at->next_of_person) {
        count++;
    }
    return count;
}

/* The name as shown; "" before the first is granted. */
const char *person_shown_name(const struct person *person);
/* A number that no other person has or will have; never 0. */
uint64_t person_id(const struct person *person);

/* The same, folded. */
const char *person_folded_name(const struct person *person);

/* NULL: here. */
const char *person_away(const struct person *person);
/* text may be NULL: back. */
void person_set_away(struct person *person, const char *text);

/* What others hold on to, made if need be; the person's own reference. */
struct person_handle *person_handle(struct person *person);
/* A reference to the person, to be given back; it stays valid after they have left. */
struct person_handle *person_handle_ref(struct person *person);
void person_handle_unref(struct person_handle *handle);
/* The name as shown, or the last one of a person who has left. */
const char *person_handle_name(const struct person_handle *handle);
/* The person leaves: what refers to them learns it. */
void person_leave_handle(struct person *person);
/* Something has changed that holds for the person: tells the sinks of all attachments. */
void person_changed(const struct person *person);
/* True when somebody ignores the person. */
static inline bool person_is_ignored(const struct person *person)
{
    return person->handle != NULL && person->handle->ignorers > 0;
}

#endif
