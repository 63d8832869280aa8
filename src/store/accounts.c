/* store/accounts.c: the port: requests in, what is known at once, the start and the end. */
#include "config.h"

#include "store/accounts.h"

#include "base/check.h"
#include "base/container.h"
#include "base/fold.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/accounts_admins.h"
#include "store/accounts_ask.h"
#include "store/accounts_deeds.h"
#include "store/accounts_forget.h"
#include "store/accounts_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_ADDRESSES = 8192, /* of each table of attempts */
    LOAD_MS = 5000,        /* between two attempts to read the accounts */
};

static struct accounts_db *db_of(struct accounts *accounts)
{
    return CONTAINER_OF(accounts, struct accounts_db, accounts);
}

static const struct accounts_db *const_db_of(const struct accounts *accounts)
{
    return CONTAINER_OF(accounts, const struct accounts_db, accounts);
}

/* ---- secrets ---- */

/* A password in its composed form, since systems differ in which one their keyboards give.  Returns its length, which
 * is beyond PASSWORD_MAX_BYTES when it does not fit. */
static size_t take_password(char to[PASSWORD_MAX_BYTES], const char *secret, size_t len)
{
    char *composed = len <= PASSWORD_MAX_BYTES ? fold_compose(secret, len) : NULL;
    const char *from = composed != NULL ? composed : secret;
    size_t from_len = composed != NULL ? strlen(composed) : len;

    memcpy(to, from, from_len <= PASSWORD_MAX_BYTES ? from_len : 0);
    mem_free_secret(composed);
    return from_len;
}

/* The hash of a token or an invitation; that of nothing, which none has, for what cannot be one. */
static void take_token(unsigned char hash[TOKENS_HASH_BYTES], const char *text, size_t len, enum tokens_kind kind)
{
    char word[TOKENS_SIZE] = "";

    if (len < sizeof(word)) {
        memcpy(word, text, len);
    }
    (void)tokens_hash(tokens_kind(word) == kind ? word : "", hash);
    mem_wipe(word, sizeof(word));
}

/* The password that is to be, or one that is made. */
static enum accounts_answer take_new_password(struct account_ask *ask, struct accounts_request *req)
{
    if (req->new_secret == NULL) {
        CHECK(req->is_admin);
        if (!tokens_make(TOKENS_PASSWORD, ask->made)) {
            return ACCOUNTS_ABSENT;
        }
        ask->new_secret_len = strlen(ask->made);
        memcpy(ask->new_secret, ask->made, ask->new_secret_len);
        return ACCOUNTS_DONE;
    }
    ask->new_secret_len = take_password(ask->new_secret, req->new_secret, req->new_secret_len);
    if (ask->new_secret_len > PASSWORD_MAX_BYTES) {
        req->limit = PASSWORD_MAX_BYTES;
        return ACCOUNTS_LONG;
    }
    if (text_chars(ask->new_secret, ask->new_secret_len) < ask->db->limits.password_chars) {
        req->limit = ask->db->limits.password_chars;
        return ACCOUNTS_SHORT;
    }
    return ACCOUNTS_DONE;
}

static enum accounts_answer take_secrets(struct account_ask *ask, struct accounts_request *req)
{
    if (req->deed == ACCOUNTS_LOGIN_TOKEN) {
        take_token(ask->token, req->secret, req->secret_len, TOKENS_LOGIN);
    } else if (req->secret != NULL) {
        ask->has_secret = true;
        ask->secret_len = take_password(ask->secret, req->secret, req->secret_len);
    }
    if (req->invitation != NULL) {
        ask->has_invitation = true;
        take_token(ask->invitation, req->invitation, strlen(req->invitation), TOKENS_INVITATION);
    }
    return req->deed == ACCOUNTS_REGISTER || req->deed == ACCOUNTS_SET_PASSWORD ? take_new_password(ask, req)
                                                                                 : ACCOUNTS_DONE;
}

/* ---- requests ---- */

static char *copy(const char *s)
{
    return s != NULL ? mem_strdup(s) : NULL;
}

static struct account_ask *ask_new(struct accounts_db *a, struct accounts_request *req)
{
    struct account_ask *ask = mem_zalloc(sizeof(*ask));

    ask->db = a;
    ask->req = req;
    ask->deed = req->deed;
    ask->with_lines = req->with_lines;
    ask->is_admin = req->is_admin;
    ask->on = req->on;
    ask->is_proven = req->is_proven;
    ask->account = req->account;
    ask->name = copy(req->name);
    ask->folded = copy(req->folded);
    ask->label = copy(req->label);
    if (req->from != NULL) {
        attempts_key(req->from, ask->from);
    }
    a->asks++;
    return ask;
}

static enum accounts_answer accounts_ask(struct accounts *accounts, struct accounts_request *req)
{
    struct accounts_db *a = db_of(accounts);
    struct account_ask *ask;
    enum accounts_answer answer;

    if (!a->is_loaded) {
        return ACCOUNTS_FAILED;
    }
    ask = ask_new(a, req);
    answer = take_secrets(ask, req);
    if (answer == ACCOUNTS_DONE) {
        ask->is_in_ask = true;
        req->accounts_data = ask;
        accounts_deeds_begin(ask);
        ask->is_in_ask = false;
        if (!ask->is_over) {
            return ACCOUNTS_LATER;
        }
        answer = ask->answer;
    }
    accounts_ask_stop(ask);
    return answer;
}

static void accounts_cancel(struct accounts *accounts, struct accounts_request *req)
{
    struct account_ask *ask = req->accounts_data;

    CHECK(ask != NULL && ask->req == req && ask->db == db_of(accounts));
    req->accounts_data = NULL;
    accounts_ask_stop(ask);
}

/* ---- what is known at once ---- */

static const struct account *accounts_find(const struct accounts *accounts, const char *folded)
{
    const struct account_entry *entry = account_list_find(&const_db_of(accounts)->list, folded);

    return entry != NULL ? &entry->account : NULL;
}

static const struct account *accounts_find_alike(const struct accounts *accounts, const char *skeleton)
{
    const struct account_entry *entry = account_list_find_alike(&const_db_of(accounts)->list, skeleton);

    return entry != NULL ? &entry->account : NULL;
}

static const struct account *accounts_get(const struct accounts *accounts, int64_t id)
{
    const struct account_entry *entry = account_list_get(&const_db_of(accounts)->list, id);

    return entry != NULL ? &entry->account : NULL;
}

static const struct account *accounts_next(const struct accounts *accounts, const char *folded)
{
    const struct account_entry *entry = account_list_next(&const_db_of(accounts)->list, folded);

    return entry != NULL ? &entry->account : NULL;
}

static void accounts_seen(struct accounts *accounts, int64_t id)
{
    struct accounts_db *a = db_of(accounts);
    struct account_entry *entry = account_list_get(&a->list, id);
    struct account_work given = {.account = id, .now_ms = clock_real_ms(a->clock)};

    if (entry != NULL) {
        entry->account.seen_ms = given.now_ms;
        (void)account_jobs_push(&a->jobs, account_rows_seen, true, &given, NULL, NULL);
    }
}

uint64_t accounts_count(const struct accounts *accounts)
{
    return const_db_of(accounts)->list.count;
}

/* ---- the start ---- */

static void take_rows(struct accounts_db *a, const struct account_work *work)
{
    for (size_t i = 0; i < work->count; i++) {
        const struct account_row *row = &work->rows[i];

        account_list_add(&a->list, &(struct account){.id = row->id,
                                                     .name = row->name,
                                                     .folded = row->folded,
                                                     .is_admin = row->is_admin,
                                                     .created_ms = row->created_ms,
                                                     .seen_ms = row->seen_ms})
            ->is_stored_admin = row->is_admin;
    }
    a->accounts.count = a->list.count;
    a->is_loaded = true;
    accounts_admins_apply(a);
}

static void loaded(struct account_jobs *jobs, void *who, struct account_work *result)
{
    struct accounts_db *a = accounts_of_jobs(jobs);

    (void)who;
    if (result->answer != ACCOUNTS_DONE) {
        timeq_push(&a->loading, &a->load_node, clock_ms(a->clock));
        return;
    }
    take_rows(a, result);
    for (size_t i = 0; i < a->list.count && a->accounts.events != NULL; i++) {
        a->accounts.events->added(a->accounts.ctx, &a->list.sorted[i]->account);
    }
}

static void load_due(struct timeq *q, struct timeq_node *node)
{
    struct accounts_db *a = q->ctx;
    struct account_work given = {0};

    if (account_jobs_push(&a->jobs, account_rows_load, false, &given, loaded, a) == NULL) {
        timeq_push(q, node, clock_ms(a->clock));
    }
}

/* At once when that is possible: a name must not be taken before it is known whose it is. */
static void load(struct accounts_db *a)
{
    struct account_work work = {0};

    if (db_is_open(a->jobs.db) && account_rows_run(a->jobs.db, account_rows_load, false, &work) == DB_OK) {
        take_rows(a, &work);
    } else {
        timeq_push(&a->loading, &a->load_node, clock_ms(a->clock));
    }
    account_rows_fini(&work);
}

static void accounts_end(struct accounts *accounts)
{
    struct accounts_db *a = db_of(accounts);

    CHECK(a->asks == 0);
    timeq_remove(&a->load_node);
    timeq_remove(&a->failed_log.node);
    accounts_forget_end(a);
    account_jobs_end(&a->jobs);
    account_list_fini(&a->list);
    accounts_admins_fini(a);
    attempts_fini(&a->addresses);
    attempts_fini(&a->names);
    attempts_fini(&a->registering);
    free(a);
}

static const struct accounts_ops ops = {
    .ask = accounts_ask,
    .cancel = accounts_cancel,
    .find = accounts_find,
    .find_alike = accounts_find_alike,
    .get = accounts_get,
    .seen = accounts_seen,
    .next = accounts_next,
    .free = accounts_end,
};

struct accounts *accounts_new(const struct accounts_spec *spec)
{
    struct accounts_db *a = mem_zalloc(sizeof(*a));

    a->accounts.ops = &ops;
    a->jobs = (struct account_jobs){.lane = spec->lane, .db = spec->db};
    a->store = spec->store;
    a->passwords = spec->passwords;
    a->clock = spec->clock;
    a->addresses.most = a->names.most = a->registering.most = MOST_ADDRESSES;
    a->failed_log.phrase = "login failed";
    timeq_init(&a->loading, LOAD_MS, load_due, a);
    accounts_set_limits(&a->accounts, &spec->limits);
    load(a);
    return &a->accounts;
}

struct timeq *accounts_timeq(struct accounts *accounts)
{
    return &db_of(accounts)->loading;
}

struct log_limit *accounts_log_limit(struct accounts *accounts)
{
    return &db_of(accounts)->failed_log;
}

void accounts_set_limits(struct accounts *accounts, const struct accounts_limits *limits)
{
    struct accounts_db *a = db_of(accounts);

    a->limits = *limits;
    a->accounts.most = limits->most;
    a->accounts.is_closed = limits->registration == ACCOUNTS_REGISTRATION_CLOSED;
    a->accounts.needs_invitation = limits->registration == ACCOUNTS_BY_INVITATION;
    accounts_admins_set(a, limits->admins);
    passwords_set_costs(a->passwords, limits->hash_passes, limits->hash_memory_bytes);
}
