/* session/profile.h: what is kept with a person's account: noted when it changes, and brought back at log-in.
 *
 * Kept are the choices of /set (session/choices.h) and the away message; the chat keeps the read marks (chat/marks.h).
 * The form, and what is known of the terminal, are not the person's and are not kept.  The JSON form is for programs:
 * a session in it neither gets the account's choices nor changes them, so that the choices of a person do not change
 * what a program reads, and the reverse.  Loop thread only. */
#ifndef CHATD_SESSION_PROFILE_H
#define CHATD_SESSION_PROFILE_H

#include "session/choices.h"
#include "session/session.h"
#include "session/verbs.h"

/* How a person has come to an account. */
enum profile_way {
    PROFILE_NEW,      /* it was registered just now */
    PROFILE_LOGGED_IN,
    PROFILE_ATTACHED, /* the session was attached to a person who was logged in before */
};

/* Called when the person has logged in: brings back what is kept with the account, tells when it was used last, as
 * noted in the session's extra, and in which rooms there are new lines, and shows the letters that wait
 * (session/mailbag.h); a new account is given the person's choices.
 * Returns VERB_DONE or VERB_PENDING. */
enum verb_result profile_begin(struct session *s, enum profile_way way, session_then_fn *then);
/* Notes a choice or the away message of a person who has an account, after it was changed. */
void profile_note_choice(const struct session *s, const struct choice *choice);
void profile_note_away(const struct session *s);

#endif
