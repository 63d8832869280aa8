/* chat/logins.h: what follows in the chat when a person logs in or out, and when accounts come and go.
 *
 * Who it is was proven by then: the accounts (chat/port_accounts.h) do that.  Loop thread only. */
#ifndef CHATD_CHAT_LOGINS_H
#define CHATD_CHAT_LOGINS_H

#include "chat/attachment.h"
#include "chat/chat_state.h"
#include "chat/person.h"

#include <stdint.h>

/* As names_rename(); a name that is the person's account's is taken from whoever else has it. */
enum chat_result logins_rename(struct attachment *by, struct name *name, chat_done_fn *done, void *ctx);
/* The person has another name: if that has an account that is not the person's, a grace begins (chat/graces.h). */
void logins_renamed(struct person *person);

/* The attachment's person, who has no account, is logged in to one to which nobody here is, at once, and gets the
 * account's name.  A person who bears that name becomes a guest, and is told (sink_ops.news).  The result is that of
 * names_rename(): the person keeps the name before when that comes to nothing.  CHAT_ALREADY: it has the name. */
enum chat_result logins_begin(struct attachment *by, int64_t account, chat_done_fn *done, void *ctx);
/* A person who is logged in and bears the account's name gets a guest's; CHAT_ALREADY: it bears another one.  With
 * CHAT_OK or CHAT_ALREADY the caller calls logins_end(): until then the name is the person's own. */
enum chat_result logins_leave_name(struct attachment *by, chat_done_fn *done, void *ctx);
/* The person is logged in no longer. */
void logins_end(struct person *person);

/* The accounts tell the chat of what happens to them from here on, until logins_forget(). */
void logins_listen(struct chat *chat);
void logins_forget(struct chat *chat);

#endif
