/* chat/names.h: who has which name.
 *
 * One holder among all processes, as the directory says, which may answer later: chat/chat_state.h.  Loop thread
 * only. */
#ifndef CHATD_CHAT_NAMES_H
#define CHATD_CHAT_NAMES_H

#include "base/name.h"
#include "chat/attachment.h"
#include "chat/chat_state.h"
#include "chat/message.h"
#include "chat/ops.h"
#include "chat/person.h"

#include <stdbool.h>

/* Gives the attachment's person the next free guest name.  CHAT_NAME_TAKEN: a number of them were all taken. */
enum chat_result names_rename_guest(struct attachment *by, chat_done_fn *done, void *ctx);
/* Gives the person a name, which it takes over (and empties) in every case. */
enum chat_result names_rename(struct attachment *by, struct name *name, chat_done_fn *done, void *ctx);
/* By folded name; NULL when there is none. */
struct person *names_find(const struct chat *chat, const char *folded);

/* ---- for the files of chat ---- */

/* The person here that says or does it, whatever the name is by now; NULL: nobody here. */
struct person *names_find_actor(const struct chat *chat, const struct message *m);
/* A rename has come back, or come in; person is who is here, or NULL.  True: the person's name is another one now. */
bool names_receive(struct chat *chat, struct person *person, const struct message *m);
/* The directory gives that name to others: who has it becomes a guest. */
void names_lose(struct chat *chat, const char *folded);
/* The operation ends: what the directory has not granted yet is asked for no longer. */
void names_cancel(struct chat_op *op);
/* The person goes; names on their way to it are free when they come. */
void names_leave(struct person *person);
/* At the end of a chat. */
void names_clear(struct chat *chat);
/* Takes a name out of the table, and frees it; is_held says that the directory has granted it. */
void names_release(struct chat *chat, struct person_name *un, bool is_held);
/* The name is another's from here on. */
void names_move(struct chat *chat, struct person_name *from, struct person_name *to, enum name_use use);

#endif
