/* chat/names.h: who has which name.
 *
 * One holder among all processes, as the directory says, which may answer later: chat/chat_state.h.  Loop thread
 * only. */
#ifndef CHATD_CHAT_NAMES_H
#define CHATD_CHAT_NAMES_H

#include "base/name.h"
#include "chat/attachment.h"
#include "chat/chat_state.h"
#include "chat/person.h"

#include <stdbool.h>

/* Gives the attachment's person the next free guest name.  CHAT_NAME_TAKEN: a number of them were all taken. */
enum chat_result names_rename_guest(struct attachment *by, chat_done_fn *done, void *ctx);
/* Gives the person a name, which it takes over (and empties) in every case. */
enum chat_result names_rename(struct attachment *by, struct name *name, chat_done_fn *done, void *ctx);
/* By folded name; NULL when there is none. */
struct person *names_find(const struct chat *chat, const char *folded);
/* The person whose own message it is; NULL: nobody here. */
const struct attachment *names_find_origin(const struct chat *chat, const struct message *m);
/* Takes a name out of the table, and frees it; is_held says that the directory has granted it. */
void names_release(struct chat *chat, struct person_name *un, bool is_held);

#endif
