/* store/accounts_ask.c: what a request goes through, step by step.
 *
 * Each step either ends the request (accounts_ask_finish()) or waits for one thing and says in then what comes next.  A
 * step that changes the database is seen through though nobody waits any more, and what is in memory follows it. */
#include "config.h"

#include "store/accounts_priv.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { DAY_MS = 86400000 };

/* ---- the end ---- */

void accounts_ask_stop(struct account_ask *ask)
{
    if (ask->hashing != NULL) {
        passwords_cancel(ask->db->passwords, ask->hashing);
    }
    if (ask->job != NULL) {
        account_jobs_forget(&ask->db->jobs, ask->job);
    }
    accounts_forget_leave(ask);
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

/* Has the database do something, whose done function is told; or ends the request. */
static void work(struct account_ask *ask, account_rows_fn *fn, bool writes, struct account_work *given,
                 account_job_done_fn *done)
{
    given->account = ask->account;
    given->now_ms = clock_real_ms(ask->db->clock);
    ask->job = account_jobs_push(&ask->db->jobs, fn, writes, given, done, ask);
    if (ask->job == NULL) {
        accounts_ask_finish(ask, ACCOUNTS_BUSY);
    }
}

/* The same, and nobody waits for it. */
static void note(struct account_ask *ask, account_rows_fn *fn, struct account_work *given)
{
    given->account = ask->account;
    given->now_ms = clock_real_ms(ask->db->clock);
    (void)account_jobs_push(&ask->db->jobs, fn, true, given, NULL, NULL);
}

/* Which request the work was for; NULL: it waits no more. */
static struct account_ask *asked(void *who)
{
    struct account_ask *ask = who;

    if (ask != NULL) {
        ask->job = NULL;
    }
    return ask;
}

static struct accounts_db *db_of(struct account_jobs *jobs)
{
    return CONTAINER_OF(jobs, struct accounts_db, jobs);
}

static void wait_for(struct account_ask *ask, struct password_request *hashing,
                     void (*then)(struct account_ask *ask, const char *hash))
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

static void hash_new_secret(struct account_ask *ask, void (*then)(struct account_ask *ask, const char *hash))
{
    wait_for(ask, passwords_hash(ask->db->passwords, ask->new_secret, ask->new_secret_len, hashed, ask), then);
}

static void set_hash(struct account_work *given, const char *hash)
{
    memcpy(given->hash, hash, strnlen(hash, sizeof(given->hash) - 1));
}

/* The answer to work whose only result is that. */
static void answered(struct account_jobs *jobs, void *who, struct account_work *result)
{
    struct account_ask *ask = asked(who);

    (void)jobs;
    if (ask != NULL) {
        accounts_ask_finish(ask, result->answer);
    }
}

/* ---- proving a password ---- */

static void log_failed(struct account_ask *ask)
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

    log_failed(ask);
    if (account_list_get(&ask->db->list, ask->account) != NULL) {
        note(ask, account_rows_failed, &given);
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
    struct account_ask *ask = asked(who);
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
    wait_for(ask,
             passwords_verify(ask->db->passwords, can_be_right ? result->hash : NULL, ask->secret,
                              can_be_right ? ask->secret_len : 0, verified, ask),
             ask->then);
}

/* Counts an attempt; or finishes, because it comes too soon after others. */
static bool may_attempt(struct account_ask *ask)
{
    ask->req->wait_s = accounts_limit_wait_s(ask);
    if (ask->req->wait_s > 0) {
        accounts_ask_finish(ask, ACCOUNTS_SLOW);
        return false;
    }
    accounts_limit_begin(ask);
    return true;
}

/* Goes on with then if the secret is the account's password. */
static void prove(struct account_ask *ask, void (*then)(struct account_ask *ask, const char *hash))
{
    struct account_work given = {0};

    if (may_attempt(ask)) {
        ask->then = then;
        work(ask, account_rows_password, false, &given, password_read);
    }
}

/* ---- logging in ---- */

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

    set_hash(&given, hash);
    note(ask, account_rows_enter, &given);
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
    struct account_ask *ask = asked(who);

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
    note(ask, ask->deed == ACCOUNTS_LOGIN_CERT ? account_rows_cert_enter : account_rows_token_enter, &given);
}

static void key_found(struct account_jobs *jobs, void *who, struct account_work *result)
{
    struct account_ask *ask = asked(who);

    (void)jobs;
    if (ask == NULL) {
        return;
    }
    if (result->answer == ACCOUNTS_WRONG) {
        log_failed(ask);
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

static void begin_login(struct account_ask *ask)
{
    const struct account_entry *entry = account_list_find(&ask->db->list, ask->folded);

    ask->account = entry != NULL ? entry->account.id : 0;
    prove(ask, password_is_right);
}

static void begin_token(struct account_ask *ask)
{
    struct account_work given = {0};

    if (may_attempt(ask)) {
        memcpy(given.token, ask->token, sizeof(given.token));
        work(ask, account_rows_token_find, false, &given, key_found);
    }
}

static void begin_cert(struct account_ask *ask)
{
    struct account_work given = {0};

    if (may_attempt(ask)) {
        given.label = mem_strdup(ask->label);
        work(ask, account_rows_cert_find, false, &given, key_found);
    }
}

/* ---- registering ---- */

static void registered(struct account_jobs *jobs, void *who, struct account_work *result)
{
    struct account_ask *ask = asked(who);
    struct accounts_db *a = db_of(jobs);

    if (result->answer == ACCOUNTS_DONE) {
        struct account_entry *entry =
            account_list_add(&a->list, &(struct account){.id = result->account,
                                                         .name = result->name,
                                                         .folded = result->folded,
                                                         .created_ms = result->now_ms,
                                                         .seen_ms = result->is_absent ? 0 : result->now_ms});

        a->accounts.count = a->list.count;
        a->accounts.registered++;
        log_info("account added", LOG_STR("name", entry->name), LOG_NUM("count", a->list.count));
        accounts_admins_note(a, entry);
        if (a->accounts.events != NULL) {
            a->accounts.events->added(a->accounts.ctx, &entry->account);
        }
    }
    if (ask != NULL) {
        ask->account = result->account;
        accounts_ask_finish(ask, result->answer);
    }
}

static void add(struct account_ask *ask, const char *hash)
{
    struct account_work given = {.name = mem_strdup(ask->name),
                                 .folded = mem_strdup(ask->folded),
                                 .needs_invitation = ask->has_invitation,
                                 .is_absent = ask->is_admin};

    set_hash(&given, hash);
    memcpy(given.invitation, ask->invitation, sizeof(given.invitation));
    work(ask, account_rows_add, true, &given, registered);
}

/* DONE: nothing forbids it so far. */
static enum accounts_answer may_register(struct account_ask *ask)
{
    const struct accounts_limits *limits = &ask->db->limits;

    if (!ask->is_admin && limits->registration == ACCOUNTS_REGISTRATION_CLOSED) {
        return ACCOUNTS_CLOSED;
    }
    if (account_list_find(&ask->db->list, ask->folded) != NULL) {
        return ACCOUNTS_TAKEN;
    }
    if (!ask->is_admin && accounts_admins_has(ask->db, ask->folded)) {
        return ACCOUNTS_KEPT;
    }
    if (ask->is_admin || limits->registration == ACCOUNTS_OPEN) {
        ask->has_invitation = false; /* one that is given is not used up */
    } else if (!ask->has_invitation) {
        return ACCOUNTS_NEEDS_INVITATION;
    }
    if (ask->db->list.count >= limits->most) {
        ask->req->limit = limits->most;
        return ACCOUNTS_TOO_MANY;
    }
    ask->req->wait_s = accounts_limit_wait_s(ask);
    return ask->req->wait_s > 0 ? ACCOUNTS_SLOW : ACCOUNTS_DONE;
}

static void begin_register(struct account_ask *ask)
{
    enum accounts_answer answer = may_register(ask);

    if (answer != ACCOUNTS_DONE) {
        accounts_ask_finish(ask, answer);
        return;
    }
    accounts_limit_begin(ask);
    hash_new_secret(ask, add);
}

/* ---- of an account ---- */

static void set_password(struct account_ask *ask, const char *hash)
{
    struct account_work given = {0};

    set_hash(&given, hash);
    work(ask, account_rows_set_password, true, &given, answered);
}

static void hash_password(struct account_ask *ask, const char *hash)
{
    (void)hash;
    hash_new_secret(ask, set_password);
}

static void forget(struct account_ask *ask, const char *hash)
{
    (void)hash;
    accounts_forget_begin(ask);
}

static void keys_listed(struct account_jobs *jobs, void *who, struct account_work *result)
{
    struct account_ask *ask = asked(who);

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

static void begin_new_token(struct account_ask *ask)
{
    struct account_work given = {.label = mem_strdup(ask->label), .most = ask->db->limits.tokens};

    ask->req->limit = ask->db->limits.tokens;
    if (!tokens_make(TOKENS_LOGIN, ask->made) || !tokens_hash(ask->made, given.token)) {
        account_rows_fini(&given);
        accounts_ask_finish(ask, ACCOUNTS_ABSENT);
        return;
    }
    work(ask, account_rows_token_add, true, &given, answered);
}

/* Removes a token or a certificate. */
static void begin_revoke(struct account_ask *ask, account_rows_fn *fn)
{
    struct account_work given = {.label = mem_strdup(ask->label)};

    work(ask, fn, true, &given, answered);
}

static void begin_new_cert(struct account_ask *ask)
{
    struct account_work given = {
        .label = mem_strdup(ask->label), .most = ask->db->limits.certificates, .is_proven = ask->is_proven};

    ask->req->limit = ask->db->limits.certificates;
    work(ask, account_rows_cert_add, true, &given, answered);
}

static void begin_invite(struct account_ask *ask)
{
    struct account_work given = {.until_ms = clock_real_ms(ask->db->clock) +
                                             (int64_t)ask->db->limits.invitation_days * DAY_MS};

    if (!tokens_make(TOKENS_INVITATION, ask->made) || !tokens_hash(ask->made, given.invitation)) {
        accounts_ask_finish(ask, ACCOUNTS_ABSENT);
        return;
    }
    work(ask, account_rows_invite, true, &given, answered);
}

static void begin_of_account(struct account_ask *ask)
{
    struct account_work given = {0};

    if (account_list_get(&ask->db->list, ask->account) == NULL) {
        accounts_ask_finish(ask, ACCOUNTS_NO_SUCH);
        return;
    }
    switch (ask->deed) {
    case ACCOUNTS_LOGIN_TRUSTED:
        work(ask, account_rows_password, false, &given, trusted_read);
        break;
    case ACCOUNTS_SET_ADMIN:
        accounts_admins_begin(ask);
        break;
    case ACCOUNTS_TOKEN_NEW:
        begin_new_token(ask);
        break;
    case ACCOUNTS_TOKEN_LIST:
        work(ask, account_rows_token_list, false, &given, keys_listed);
        break;
    case ACCOUNTS_TOKEN_REVOKE:
        begin_revoke(ask, account_rows_token_remove);
        break;
    case ACCOUNTS_CERT_ADD:
        begin_new_cert(ask);
        break;
    case ACCOUNTS_CERT_LIST:
        work(ask, account_rows_cert_list, false, &given, keys_listed);
        break;
    case ACCOUNTS_CERT_REMOVE:
        begin_revoke(ask, account_rows_cert_remove);
        break;
    default: { /* what a password protects */
        void (*then)(struct account_ask *, const char *) = ask->deed == ACCOUNTS_FORGET ? forget : hash_password;

        if (ask->has_secret) {
            prove(ask, then);
        } else {
            then(ask, NULL);
        }
        break;
    }
    }
}

void accounts_ask_begin(struct account_ask *ask)
{
    switch (ask->deed) {
    case ACCOUNTS_REGISTER:
        begin_register(ask);
        break;
    case ACCOUNTS_LOGIN:
        begin_login(ask);
        break;
    case ACCOUNTS_LOGIN_TOKEN:
        begin_token(ask);
        break;
    case ACCOUNTS_LOGIN_CERT:
        begin_cert(ask);
        break;
    case ACCOUNTS_INVITE:
        begin_invite(ask);
        break;
    default:
        begin_of_account(ask);
        break;
    }
}
