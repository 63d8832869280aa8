/* store/accounts_ask.h: a request that is not answered yet: what it waits for, and its answer.
 *
 * Each step either ends the request (accounts_ask_finish()) or waits for one thing and says in then what comes next.  A
 * step that changes the database is seen through though nobody waits any more, and what is in memory follows it.  Loop
 * thread only. */
#ifndef CHATD_STORE_ACCOUNTS_ASK_H
#define CHATD_STORE_ACCOUNTS_ASK_H

#include "store/accounts_priv.h"

#include <stdbool.h>

/* Answers the request.  The ask is freed: at once, or in ask(), if that has not returned. */
void accounts_ask_finish(struct account_ask *ask, enum accounts_answer answer);
/* Ends all that the ask waits for, and frees it. */
void accounts_ask_stop(struct account_ask *ask);

/* Has the database do something with the ask's account: done is called with the result and the ask, for
 * accounts_ask_of().  Or finishes the ask, if too much waits.  Takes over what *given owns. */
void accounts_ask_work(struct account_ask *ask, account_rows_fn *fn, bool writes, struct account_work *given,
                       account_job_done_fn *done);
/* The same for work that writes, and nobody waits for it. */
void accounts_ask_note(struct account_ask *ask, account_rows_fn *fn, struct account_work *given);
/* The ask that the work was for, in done; NULL if it waits no more. */
struct account_ask *accounts_ask_of(void *who);
/* For done: finishes with the answer of the work, which is its only result. */
account_job_done_fn accounts_ask_answered;

/* Goes on with then when a password was hashed or verified: hashing, whose done function is the caller's own.  Or
 * finishes the ask, if that is NULL since too many wait. */
void accounts_ask_await(struct account_ask *ask, struct password_request *hashing, accounts_step_fn *then);
/* Goes on with then and the hash of the new password. */
void accounts_ask_hash_new_secret(struct account_ask *ask, accounts_step_fn *then);
/* Gives work the hash of a password. */
void accounts_ask_set_hash(struct account_work *given, const char *hash);

#endif
