/* store/accounts_keys.c: adds, lists and removes what logs in to an account beside its password. */
#include "config.h"

#include "store/accounts_keys.h"

#include "base/mem.h"
#include "store/accounts_ask.h"
#include "store/accounts_priv.h"

static void listed(struct account_jobs *jobs, void *who, struct account_work *result)
{
    struct account_ask *ask = accounts_ask_of(who);

    (void)jobs;
    if (ask == NULL) {
        return;
    }
    for (size_t i = 0; i < result->count; i++) {
        ask->req->token(ask->req, &(struct accounts_token){.label = result->rows[i].name,
                                                           .created_ms = result->rows[i].created_ms,
                                                           .used_ms = result->rows[i].seen_ms,
                                                           .is_proven = result->rows[i].is_proven});
    }
    accounts_ask_finish(ask, result->answer);
}

static void list_keys(struct account_ask *ask, account_rows_fn *fn)
{
    struct account_work given = {0};

    accounts_ask_work(ask, fn, false, &given, listed);
}

static void remove_key(struct account_ask *ask, account_rows_fn *fn)
{
    struct account_work given = {.label = mem_strdup(ask->label)};

    accounts_ask_work(ask, fn, true, &given, accounts_ask_answered);
}

void accounts_keys_add_token(struct account_ask *ask)
{
    struct account_work given = {.label = mem_strdup(ask->label), .most = ask->db->limits.tokens};

    ask->req->limit = ask->db->limits.tokens;
    if (!tokens_make(TOKENS_LOGIN, ask->made) || !tokens_hash(ask->made, given.token)) {
        account_rows_fini(&given);
        accounts_ask_finish(ask, ACCOUNTS_ABSENT);
        return;
    }
    accounts_ask_work(ask, account_rows_token_add, true, &given, accounts_ask_answered);
}

void accounts_keys_add_certificate(struct account_ask *ask)
{
    struct account_work given = {
        .label = mem_strdup(ask->label), .most = ask->db->limits.certificates, .is_proven = ask->is_proven};

    ask->req->limit = ask->db->limits.certificates;
    accounts_ask_work(ask, account_rows_cert_add, true, &given, accounts_ask_answered);
}

void accounts_keys_list_tokens(struct account_ask *ask)
{
    list_keys(ask, account_rows_token_list);
}

void accounts_keys_list_certificates(struct account_ask *ask)
{
    list_keys(ask, account_rows_cert_list);
}

void accounts_keys_remove_token(struct account_ask *ask)
{
    remove_key(ask, account_rows_token_remove);
}

void accounts_keys_remove_certificate(struct account_ask *ask)
{
    remove_key(ask, account_rows_cert_remove);
}
