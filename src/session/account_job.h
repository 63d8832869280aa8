/* session/account_job.h: what a verb asks of the accounts (chat/port_accounts.h), and what is told if it does not work.
 *
 * The accounts answer later as a rule: a password takes them a while.  The session's lines wait.  Loop thread only. */
#ifndef CHATD_SESSION_ACCOUNT_JOB_H
#define CHATD_SESSION_ACCOUNT_JOB_H

#include "chat/port_accounts.h"
#include "session/session.h"
#include "session/verbs.h"

#include <stdbool.h>
#include <stdint.h>

struct account_job;

/* Tells the person what has worked: the answer was ACCOUNTS_DONE.  Returns VERB_PENDING if another job goes on, which
 * calls then(). */
typedef enum verb_result account_job_done_fn(struct session *s, const struct account_job *job, session_then_fn *then);

/* A request under way. */
struct account_job {
    struct session_job job;
    struct session *s;
    struct accounts_request req;
    char *label; /* of the token that it is about, or the certificate's fingerprint; NULL: none */
    uint32_t shown, omitted; /* tokens or certificates of a list */
    account_job_done_fn *done;
};

/* Asks what req says, with the session's address; all that it points to is the caller's.  If it works, done() tells the
 * result; otherwise the person is told why it does not. */
enum verb_result account_job_begin(struct session *s, const struct accounts_request *req, account_job_done_fn *done,
                                   session_then_fn *then);

/* Logs that an attempt to log in has failed: the answer is ACCOUNTS_WRONG or ACCOUNTS_SLOW.  The name and the password
 * that were tried are not logged: people type one in place of the other. */
void account_job_note_refused(struct session *s, enum accounts_answer answer);
/* The peer's address without its port; NULL if it has none, or is exempt from limits by address. */
const char *account_job_address(const struct session *s, char buf[ADDR_TEXT_SIZE]);
/* False if there are no accounts here; the person has been told why. */
bool account_job_is_possible(struct session *s);
/* The account that the person is logged in to; NULL if there is none, and the person has been told. */
const struct account *account_job_own(struct session *s);

#endif
