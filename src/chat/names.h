/* chat/names.h: the names of people.
 *
 * A name has one holder among all processes.  The directory decides that, and may answer later.  Loop thread only. */
#ifndef CHATD_CHAT_NAMES_H
#define CHATD_CHAT_NAMES_H

#include "base/name.h"
#include "base/reserved.h"
#include "chat/attachment.h"
#include "chat/chat_state.h"
#include "chat/message.h"
#include "chat/ops.h"
#include "chat/person.h"

#include <stdbool.h>

/* Gives the attachment's person the next free guest name.  The result is CHAT_NAME_TAKEN if a number of them were all
 * taken. */
enum chat_result names_rename_guest(struct attachment *by, chat_done_fn *done, void *ctx);
/* Gives the attachment's person a name, unless it is kept for an account.  Takes over name (and empties it) in every
 * case. */
enum chat_result names_rename(struct attachment *by, struct name *name, chat_done_fn *done, void *ctx);
/* Sets the names that nobody can take but the owner of an account of that name; takes over reserved, which may be
 * NULL.  Somebody who has such a name already keeps it. */
void names_set_reserved(struct chat *chat, struct reserved *reserved);
/* Returns true if the name is reserved and has no account. */
bool names_is_kept(const struct chat *chat, const struct name *name);
/* An account that has another name, which looks the same; NULL if there is none.  own, which may be NULL, is not
 * meant: the account of the person that is to have the name. */
const struct account *names_find_alike(const struct chat *chat, const struct account *own, const struct name *name);
/* The person with that folded name; NULL if there is none. */
struct person *names_find(const struct chat *chat, const char *folded);

/* ---- for the files of chat ---- */

/* The actor of m, even if its name has changed meanwhile; NULL if the actor is not in this process. */
struct person *names_find_actor(const struct chat *chat, const struct message *m);
/* A rename comes from the bus; person is its actor, or NULL if the actor is not in this process.  Returns true if the
 * person's name has changed. */
bool names_receive(struct chat *chat, struct person *person, const struct message *m);
/* The directory has given this name away, or its owner claims it: the person who has it becomes a guest. */
void names_lose(struct chat *chat, const char *folded);
/* The operation ends: a claim that the directory has not granted yet is cancelled. */
void names_cancel(struct chat_op *op);
/* The person leaves: the names of its renames are released when they are granted. */
void names_leave(struct person *person);
/* Called at the end of a chat. */
void names_clear(struct chat *chat);
/* Removes a name from the table and frees it; is_held says that the directory has granted it. */
void names_release(struct chat *chat, struct person_name *un, bool is_held);
/* Moves a name from one owner to another. */
void names_move(struct chat *chat, struct person_name *from, struct person_name *to, enum name_use use);

#endif
