/* session/sanction.h: what a session tells its person of bans, mutes and lockdowns of the whole server (chat/bans.h).
 *
 * Loop thread only. */
#ifndef CHATD_SESSION_SANCTION_H
#define CHATD_SESSION_SANCTION_H

#include "session/session.h"

#include <stdbool.h>

struct account;

/* Sends the error for a result of chat/bans.h.  Returns false, and sends nothing, if it is another one. */
bool sanction_tell(struct session *s, enum chat_result result);
/* Sends the error if the account is banned.  Returns false, and sends nothing, if it is not. */
bool sanction_tell_banned(struct session *s, const struct account *account);
/* Ends the session if a ban hits it.  Returns true if it does. */
bool sanction_put_out(struct session *s);
/* Tells that there is a lockdown now, or none any more. */
void sanction_tell_lockdown(struct session *s);

#endif
