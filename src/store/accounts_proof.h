/* store/accounts_proof.h: proves that a request comes from the owner of an account, and limits how often that is tried.
 * Loop thread only. */
#ifndef CHATD_STORE_ACCOUNTS_PROOF_H
#define CHATD_STORE_ACCOUNTS_PROOF_H

#include "store/accounts_priv.h"

#include <stdbool.h>

/* Goes on with then if the ask's secret is the account's password; otherwise finishes the ask.  If there is no such
 * account, that takes as long. */
void accounts_proof_begin(struct account_ask *ask, accounts_step_fn *then);

/* Counts an attempt to prove it in any way; or finishes the ask and returns false, since it comes too soon after
 * others. */
bool accounts_proof_may_attempt(struct account_ask *ask);
/* Logs an attempt that has failed. */
void accounts_proof_log_failed(struct account_ask *ask);

#endif
