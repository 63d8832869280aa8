/* chat/owners.h: which people are logged in to an account, and which names that keeps from others.
 *
 * A person has one account or none, and an account has one person here or none: its other sessions are attachments of
 * that person.  A name that has an account is borne by nobody else, but for a grace (chat/graces.h), and by nobody at
 * all from the moment that the owner claims it (chat/logins.h).  Loop thread only. */
#ifndef CHATD_CHAT_OWNERS_H
#define CHATD_CHAT_OWNERS_H

#include "base/hash.h"
#include "chat/chat_state.h"
#include "chat/person.h"

#include <stdbool.h>
#include <stdint.h>

struct account; /* chat/port_accounts.h */

/* A room in which the person has missed lines (chat/marks.h). */
struct owner_unread {
    const struct room *room; /* one of the person's */
    uint64_t since;  /* an id: those after it */
    uint64_t newest; /* the room's newest_id when this was found out */
};

/* A person who is logged in; the handle's. */
struct owner {
    int64_t account;
    struct person *person;
    struct owner_unread *unread; /* unread_count of them, at most one for each room */
    uint32_t unread_count;
    bool is_lost; /* marks_lose() was called */
    bool is_reading; /* the account's letters are being read (chat/letters.h) */
    UT_hash_handle hh; /* by account, in chat->owners */
};

/* The person's account; NULL: a guest.  Borrowed until the loop goes on. */
const struct account *owners_account(const struct person *person);
/* The account's id; 0: a guest. */
int64_t owners_account_id(const struct person *person);
/* The account that bans and mutes are looked for: the person's, or the last one that the person was logged in to.  So
 * nobody gets rid of them by logging out.  0: there was none. */
int64_t owners_answering_id(const struct person *person);
/* The name of an account; otherwise, if it is 0 or has ended.  Borrowed until the loop goes on. */
const char *owners_name_of(const struct chat *chat, int64_t account, const char *otherwise);
/* What the person is called where it must be told later who it was: the account's name, whatever the person is called
 * at the moment; a guest's own.  Borrowed until the loop goes on. */
const char *owners_trail_name(const struct person *person);
/* The person who is logged in to the account; NULL: nobody here. */
struct person *owners_find(const struct chat *chat, int64_t account);
/* True when the person is logged in as an administrator of the server. */
bool owners_is_admin(const struct person *person);
/* True when the account is one of an administrator. */
bool owners_is_admin_account(const struct chat *chat, int64_t account);
/* The account that the name has, unless it is the person's; else NULL. */
const struct account *owners_bar(const struct person *person, const char *folded);

/* ---- for the files of chat ---- */

/* The person, who has no account, is logged in to one to which nobody is. */
void owners_add(struct person *person, int64_t account);
/* The person is logged in no longer, if it was. */
void owners_remove(struct person *person);

/* A walk over all owners, between whose steps they may come and go; the chat has one.  The next one is NULL at the
 * end. */
void owners_walk_begin(struct chat *chat);
struct owner *owners_walk_next(struct chat *chat);

#endif
