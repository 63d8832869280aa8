/* chat/letters.h: private lines for the owners of accounts who are not here: kept by the mail (chat/port_mail.h), and
 * delivered when they are.
 *
 * A person who is ignored is ignored as a writer of letters too, whether here or not, if logged in to an account when
 * ignored.  Loop thread only. */
#ifndef CHATD_CHAT_LETTERS_H
#define CHATD_CHAT_LETTERS_H

#include "chat/attachment.h"
#include "chat/chat_state.h"
#include "chat/person.h"
#include "chat/port_mail.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct account; /* chat/port_accounts.h */

/* Asks the mail to keep a letter for the owner of the account: from is the writer's address, as in the request, whose
 * done and nothing else the caller has set.  Returns CHAT_OK, and then *answer is the mail's; CHAT_NAME_REGISTERED,
 * since the writer is in a grace; or CHAT_SERVER_MUTED or CHAT_LOCKDOWN (chat/bans.h). */
enum chat_result letters_keep(struct attachment *by, const struct account *to, const char *text, size_t len,
                              const char *from, struct mail_request *req, enum mail_answer *answer);
/* Reads the letters of the account to which the person is logged in: req as above.  Returns MAIL_OFF if there is no
 * mail, or its letters are being read for another attachment. */
enum mail_answer letters_read(const struct person *person, struct mail_request *req);
/* Such a request has been answered, or is cancelled. */
void letters_have_read(const struct chat *chat, int64_t account);
/* True if the person ignores the writer. */
bool letters_is_ignored(const struct person *person, const struct mail_letter *letter);
/* Delivers a letter to one attachment, as a private line of the past. */
void letters_deliver(struct attachment *to, const struct mail_letter *letter);

#endif
