/* store/accounts_login.c: lets the owner of an account in. */
#include "config.h"

#include "store/accounts_login.h"

#include "base/mem.h"
#include "store/accounts_ask.h"
#include "store/accounts_limit.h"
#include "store/accounts_priv.h"
#include "store/accounts_proof.h"

#include <string.h>

static void let_in(struct account_ask *ask)
{
    struct account_entry *entry = account_list_get(&ask->db->list, ask->account);

    if (entry == NULL) { /* it has ended meanwhile */
        accounts_ask_finish(ask, ACCOUNTS_WRONG);
        return;
    }
    accounts_limit_take_back(ask);
    accounts_limit_forget(ask);
    entry->account.seen_ms = clock_real_ms(ask->db->clock);
    accounts_ask_finish(ask, ACCOUNTS_DONE);
}

/* hash: what the password's is from now on; "": what it was. */
static void enter(struct account_ask *ask, const char *hash)
{
    struct account_work given = {0};

    accounts_ask_set_hash(&given, hash);
    accounts_ask_note(ask, account_rows_enter, &given);
    let_in(ask);
}

/* A renewed hash is a favour that nobody is kept out for. */
static void renewed(void *ctx, enum password_answer answer, const char *hash, bool is_old)
{
    struct account_ask *ask = ctx;

    (void)is_old;
    ask->hashing = NULL;
    enter(ask, answer == PASSWORD_HASHED ? hash : "");
}

static void password_is_right(struct account_ask *ask, const char *hash)
{
    (void)hash;
    if (ask->is_old) {
        ask->hashing = passwords_hash(ask->db->passwords, ask->secret, ask->secret_len, renewed, ask);
    }
    if (ask->hashing == NULL) {
        enter(ask, "");
    }
}

static void trusted_read(struct account_jobs *jobs, void *who, struct account_work *result)
{
    struct account_ask *ask = accounts_ask_of(who);

    (void)jobs;
    if (ask == NULL) {
        return;
    }
    if (result->answer != ACCOUNTS_DONE) {
        accounts_ask_finish(ask, result->answer);
        return;
    }
    ask->failures = result->failures;
    ask->seen_ms = result->seen_ms;
    enter(ask, "");
}

/* Notes the login by a token or a certificate. */
static void note_key(struct account_ask *ask)
{
    struct account_work given = {.label = ask->label != NULL ? mem_strdup(ask->label) : NULL,
                                 .is_proven = ask->is_proven};

    memcpy(given.token, ask->token, sizeof(given.token));
    accounts_ask_note(ask, ask->deed == ACCOUNTS_LOGIN_CERT ? account_rows_cert_enter : account_rows_token_enter,
                      &given);
}

static void key_found(struct account_jobs *jobs, void *who, struct account_work *result)
{
    struct account_ask *ask = accounts_ask_of(who);

    (void)jobs;
    if (ask == NULL) {
        return;
    }
    if (result->answer == ACCOUNTS_WRONG) {
        accounts_proof_log_failed(ask);
    }
    if (result->answer != ACCOUNTS_DONE) {
        accounts_ask_finish(ask, result->answer);
        return;
    }
    ask->account = result->account;
    ask->failures = result->failures;
    ask->seen_ms = result->seen_ms;
    if (ask->deed == ACCOUNTS_LOGIN_CERT && !result->is_proven && !ask->is_proven) {
        accounts_ask_finish(ask, ACCOUNTS_UNPROVEN);
        return;
    }
    note_key(ask);
    let_in(ask);
}

void accounts_login_by_password(struct account_ask *ask)
{
    const struct account_entry *entry = account_list_find(&ask->db->list, ask->folded);

    ask->account = entry != NULL ? entry->account.id : 0;
    accounts_proof_begin(ask, password_is_right);
}

void accounts_login_by_token(struct account_ask *ask)
{
    struct account_work given = {0};

    if (accounts_proof_may_attempt(ask)) {
        memcpy(given.token, ask->token, sizeof(given.token));
        accounts_ask_work(ask, account_rows_token_find, false, &given, key_found);
    }
}

void accounts_login_by_certificate(struct account_ask *ask)
{
    struct account_work given = {0};

    if (accounts_proof_may_attempt(ask)) {
        given.label = mem_strdup(ask->label);
        accounts_ask_work(ask, account_rows_cert_find, false, &given, key_found);
    }
}

void accounts_login_trusted(struct account_ask *ask)
{
    struct account_work given = {0};

    accounts_ask_work(ask, account_rows_password, false, &given, trusted_read);
}
