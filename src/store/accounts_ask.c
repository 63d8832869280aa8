/* store/accounts_ask.c: the answer to a request, and what it waits for. */
#include "config.h"

#include "store/accounts_ask.h"

#include "base/mem.h"
#include "store/accounts_limit.h"
#include "store/accounts_priv.h"

#include <stdlib.h>
#include <string.h>

/* ---- the end ---- */

void accounts_ask_stop(struct account_ask *ask)
{
    if (ask->hashing != NULL) {
        passwords_cancel(ask->db->passwords, ask->hashing);
    }
    if (ask->job != NULL) {
        account_jobs_forget(&ask->db->jobs, ask->job);
    }
    if (ask->forgetting != NULL) {
        *ask->forgetting = NULL;
    }
    free(ask->name);
    mem_free_secret(ask->folded); /* it may be a password that was typed for a name */
    free(ask->label);
    ask->db->asks--;
    mem_wipe(ask, sizeof(*ask));
    free(ask);
}

static void fill(const struct account_ask *ask, struct accounts_request *req)
{
    const struct account_entry *entry = account_list_get(&ask->db->list, ask->account);

    req->accounts_data = NULL;
    req->found = NULL;
    if (ask->answer == ACCOUNTS_DONE || ask->answer == ACCOUNTS_UNPROVEN) {
        req->account = ask->account;
        req->found = entry != NULL ? &entry->account : NULL;
    }
    if (ask->answer == ACCOUNTS_DONE) {
        req->failures = ask->failures;
        req->last_seen_ms = ask->seen_ms;
        memcpy(req->made, ask->made, sizeof(req->made));
    }
}

static void count_login(struct account_ask *ask, enum accounts_answer answer)
{
    uint64_t *logins = ask->db->accounts.logins;

    switch (answer) {
    case ACCOUNTS_DONE:
        logins[ask->deed == ACCOUNTS_LOGIN         ? ACCOUNTS_LOGIN_BY_PASSWORD
               : ask->deed == ACCOUNTS_LOGIN_TOKEN ? ACCOUNTS_LOGIN_BY_TOKEN
               : ask->deed == ACCOUNTS_LOGIN_CERT  ? ACCOUNTS_LOGIN_BY_CERTIFICATE
                                                   : ACCOUNTS_LOGIN_BY_USER]++;
        break;
    case ACCOUNTS_WRONG:
        logins[ACCOUNTS_LOGIN_WRONG]++;
        break;
    case ACCOUNTS_SLOW:
        logins[ACCOUNTS_LOGIN_SLOW]++;
        break;
    default:
        logins[ACCOUNTS_LOGIN_FAILED]++;
        break;
    }
}

/* A certificate that logs nobody in is no attempt. */
static bool is_login(const struct account_ask *ask, enum accounts_answer answer)
{
    return ask->deed == ACCOUNTS_LOGIN || ask->deed == ACCOUNTS_LOGIN_TOKEN || ask->deed == ACCOUNTS_LOGIN_TRUSTED ||
           (ask->deed == ACCOUNTS_LOGIN_CERT && answer != ACCOUNTS_NO_SUCH && answer != ACCOUNTS_UNPROVEN);
}

void accounts_ask_finish(struct account_ask *ask, enum accounts_answer answer)
{
    struct accounts_request *req = ask->req;

    if (answer != ACCOUNTS_WRONG && answer != ACCOUNTS_NEEDS_INVITATION &&
        (answer != ACCOUNTS_DONE || ask->deed != ACCOUNTS_REGISTER)) {
        accounts_limit_take_back(ask);
    }
    if (is_login(ask, answer)) {
        count_login(ask, answer);
    }
    ask->answer = answer;
    fill(ask, req);
    if (ask->is_in_ask) {
        ask->is_over = true;
        return;
    }
    accounts_ask_stop(ask);
    req->done(req, answer);
}

/* ---- waiting ---- */

void accounts_ask_work(struct account_ask *ask, account_rows_fn *fn, bool writes, struct account_work *given,
                       account_job_done_fn *done)
{
    given->account = ask->account;
    given->now_ms = clock_real_ms(ask->db->clock);
    ask->job = account_jobs_push(&ask->db->jobs, fn, writes, given, done, ask);
    if (ask->job == NULL) {
        accounts_ask_finish(ask, ACCOUNTS_BUSY);
    }
}

void accounts_ask_note(struct account_ask *ask, account_rows_fn *fn, struct account_work *given)
{
    given->account = ask->account;
    given->now_ms = clock_real_ms(ask->db->clock);
    (void)account_jobs_push(&ask->db->jobs, fn, true, given, NULL, NULL);
}

struct account_ask *accounts_ask_of(void *who)
{
    struct account_ask *ask = who;

    if (ask != NULL) {
        ask->job = NULL;
    }
    return ask;
}

void accounts_ask_await(struct account_ask *ask, struct password_request *hashing, accounts_step_fn *then)
{
    ask->hashing = hashing;
    ask->then = then;
    if (hashing == NULL) {
        accounts_ask_finish(ask, ACCOUNTS_BUSY);
    }
}

static void hashed(void *ctx, enum password_answer answer, const char *hash, bool is_old)
{
    struct account_ask *ask = ctx;

    (void)is_old;
    ask->hashing = NULL;
    if (answer != PASSWORD_HASHED) {
        accounts_ask_finish(ask, ACCOUNTS_FAILED);
        return;
    }
    ask->then(ask, hash);
}

void accounts_ask_hash_new_secret(struct account_ask *ask, accounts_step_fn *then)
{
    accounts_ask_await(ask, passwords_hash(ask->db->passwords, ask->new_secret, ask->new_secret_len, hashed, ask),
                       then);
}

void accounts_ask_set_hash(struct account_work *given, const char *hash)
{
    memcpy(given->hash, hash, strnlen(hash, sizeof(given->hash) - 1));
}

void accounts_ask_answered(struct account_jobs *jobs, void *who, struct account_work *result)
{
    struct account_ask *ask = accounts_ask_of(who);

    (void)jobs;
    if (ask != NULL) {
        accounts_ask_finish(ask, result->answer);
    }
}
