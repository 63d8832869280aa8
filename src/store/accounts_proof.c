/* store/accounts_proof.c: compares a password with the hash of the account's. */
#include "config.h"

#include "store/accounts_proof.h"

#include "base/log.h"
#include "store/accounts_ask.h"
#include "store/accounts_limit.h"
#include "store/accounts_priv.h"

void accounts_proof_log_failed(struct account_ask *ask)
{
    const struct account_entry *entry = account_list_get(&ask->db->list, ask->account);
    uint32_t unsaid;

    /* What was given for a name may be a password: only that of an account is logged. */
    if (log_limit_allows(&ask->db->failed_log, clock_ms(ask->db->clock), &unsaid)) {
        log_info(ask->db->failed_log.phrase, LOG_STR("name", entry != NULL ? entry->name : "-"),
                 LOG_STR("network", ask->from[0] != '\0' ? ask->from : "-"), LOG_NUM("unsaid", unsaid));
    }
}

static void failed_to_prove(struct account_ask *ask)
{
    struct account_work given = {0};

    accounts_proof_log_failed(ask);
    if (account_list_get(&ask->db->list, ask->account) != NULL) {
        accounts_ask_note(ask, account_rows_failed, &given);
    }
    accounts_ask_finish(ask, ACCOUNTS_WRONG);
}

static void verified(void *ctx, enum password_answer answer, const char *hash, bool is_old)
{
    struct account_ask *ask = ctx;

    ask->hashing = NULL;
    ask->is_old = is_old;
    if (answer == PASSWORD_FAILED) {
        accounts_ask_finish(ask, ACCOUNTS_FAILED);
    } else if (answer == PASSWORD_RIGHT && account_list_get(&ask->db->list, ask->account) != NULL) {
        accounts_limit_take_back(ask);
        ask->then(ask, hash);
    } else {
        failed_to_prove(ask);
    }
}

/* Compares with "no hash" where there is no account, which takes as long. */
static void password_read(struct account_jobs *jobs, void *who, struct account_work *result)
{
    struct account_ask *ask = accounts_ask_of(who);
    bool can_be_right;

    (void)jobs;
    if (ask == NULL) {
        return;
    }
    if (result->answer == ACCOUNTS_FAILED) {
        accounts_ask_finish(ask, ACCOUNTS_FAILED);
        return;
    }
    ask->failures = result->failures;
    ask->seen_ms = result->seen_ms;
    can_be_right = result->hash[0] != '\0' && ask->secret_len <= PASSWORD_MAX_BYTES;
    accounts_ask_await(ask,
                       passwords_verify(ask->db->passwords, can_be_right ? result->hash : NULL, ask->secret,
                                        can_be_right ? ask->secret_len : 0, verified, ask),
                       ask->then);
}

bool accounts_proof_may_attempt(struct account_ask *ask)
{
    ask->req->wait_s = accounts_limit_wait_s(ask);
    if (ask->req->wait_s > 0) {
        accounts_ask_finish(ask, ACCOUNTS_SLOW);
        return false;
    }
    accounts_limit_begin(ask);
    return true;
}

void accounts_proof_begin(struct account_ask *ask, accounts_step_fn *then)
{
    struct account_work given = {0};

    if (accounts_proof_may_attempt(ask)) {
        ask->then = then;
        accounts_ask_work(ask, account_rows_password, false, &given, password_read);
    }
}
