/* chat/person.h: a person, who has one or more attachments (chat/attachment.h).
 *
 * chat_enter() makes a person, and the chat_exit() of the last attachment frees it.  Code that refers to a person for
 * longer than a call uses a handle or the id, never the name: so it follows a change of name, and does not refer to
 * another person who takes the name later.  Loop thread only. */
#ifndef CHATD_CHAT_PERSON_H
#define CHATD_CHAT_PERSON_H

#include "base/hash.h"
#include "base/name.h"
#include "chat/attachment.h"

#include <stdbool.h>
#include <stdint.h>

struct chat;
struct grace;
struct ignore;
struct member;
struct owner;

/* The owner of a name in the chat's table. */
enum name_use {
    NAME_OF_PERSON,   /* a person */
    NAME_ASKED,       /* a rename that has not ended: struct naming (chat/ops.h) */
    NAME_OF_DEPARTED, /* a person who has left (chat/departed.h) */
};

struct person_name {
    struct name name;
    enum name_use use;
    UT_hash_handle hh; /* by name.folded */
};

/* What others refer to, and fields that few people need; made when it is first needed. */
struct person_handle {
    uint32_t refs;     /* those of others, and the person's own until the person leaves */
    uint32_t ignorers; /* the number of people that ignore the person */
    uint32_t ignorers_space;
    struct person **ignored_by; /* these people (chat/ignore.c) */
    uint64_t id;       /* person_id() */
    struct person *person; /* NULL if the person has left */
    char *name;        /* the last name, if the person has left */
    char *away;        /* NULL if the person is not away */
    struct ignore *ignored; /* chat/ignore.h; NULL if the person ignores nobody */
    struct owner *owner; /* chat/owners.h; NULL if the person is a guest */
    int64_t account; /* the last one to which the person was logged in, also when it has left; 0: none */
    struct grace *grace; /* chat/graces.h; NULL unless the person has an account's name without being logged in to it */
};

struct person {
    struct chat *chat;
    struct person_name name;  /* zero until has_name */
    struct attachment *attachments; /* at least one, those that have not quit first; borrowed */
    struct person_handle *handle; /* NULL until it is needed */
    uint32_t since_s;       /* when the person came, since 1970 */
    uint32_t active_s;      /* when the person last did something, by clock_ms() */
    uint32_t serial;        /* distinguishes people who came in the same second */
    uint16_t room_count;
    bool has_name : 1;
    bool is_unannounced : 1; /* the announcement is deferred: chat_defer() */
    bool is_registering : 1; /* the accounts are asked to register the person's name */
    bool had_grace : 1; /* an account's name was lent to the person, who has not logged in to it (chat/graces.h) */
};
_Static_assert(sizeof(struct person) <= 120 || sizeof(void *) != 8, "malloc() gives 120 bytes, then 136");

/* The person's rooms, the last joined first, linked by next_of_attachment.  These are the members of the first
 * attachment; all attachments are in the same rooms. */
static inline struct member *person_rooms(const struct person *person)
{
    return person->attachments->rooms;
}

/* The number of attachments that have not quit. */
static inline uint32_t person_live_attachments(const struct person *person)
{
    uint32_t count = 0;

    for (const struct attachment *at = person->attachments; at != NULL && at->id != 0; at = at->next_of_person) {
        count++;
    }
    return count;
}

/* The shown name; "" before the person has one. */
const char *person_shown_name(const struct person *person);
/* A number that no other person has or will have; never 0. */
uint64_t person_id(const struct person *person);

/* The folded name. */
const char *person_folded_name(const struct person *person);

/* The away message; NULL if the person is not away. */
const char *person_away(const struct person *person);
/* Sets the away message; NULL if the person is back. */
void person_set_away(struct person *person, const char *text);

/* The handle, which is made if there is none; the reference is the person's. */
struct person_handle *person_handle(struct person *person);
/* A reference to the person's handle, which stays valid after the person has left; the caller gives it back. */
struct person_handle *person_handle_ref(struct person *person);
void person_handle_unref(struct person_handle *handle);
/* The shown name, or the last one of a person who has left. */
const char *person_handle_name(const struct person_handle *handle);
/* The person leaves: the handle keeps the name, and no longer refers to the person. */
void person_leave_handle(struct person *person);
/* The person's state has changed: tells the sinks of all attachments. */
void person_changed(const struct person *person);
/* The grace that the person is in; NULL if it is in none. */
static inline struct grace *person_grace(const struct person *person)
{
    return person->handle != NULL ? person->handle->grace : NULL;
}
/* Returns true if somebody ignores the person. */
static inline bool person_is_ignored(const struct person *person)
{
    return person->handle != NULL && person->handle->ignorers > 0;
}

#endif
