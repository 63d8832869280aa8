/* tests/unit/fake_accounts.c: accounts with their passwords as they are, in lists. */
#include "config.h"

#include "fake_accounts.h"

#include "base/lookalike.h"
#include "base/container.h"
#include "base/mem.h"
#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TOKENS = 3, MOST_CERTS = 2, LEAST_CHARS = 8 };

struct fake_account {
    struct account account;
    char *name, *folded, *password;
    unsigned failures;
    struct {
        char *label, text[ACCOUNTS_MADE_SIZE];
        int64_t created_ms, used_ms;
    } tokens[MOST_TOKENS]; /* sorted by label */
    size_t tokens_count;
    struct {
        char *fingerprint; /* NULL: none */
        int64_t created_ms, used_ms;
        bool is_proven;
    } certs[MOST_CERTS];
    struct fake_account *next;
};

/* A request that waits, with copies of its strings. */
struct fake_ask {
    struct accounts_request *asked;
    struct accounts_request own;
    struct fake_ask *next;
};

static struct fake_accounts *fake_of(struct accounts *accounts)
{
    return CONTAINER_OF(accounts, struct fake_accounts, accounts);
}

static struct fake_account *by_name(const struct fake_accounts *a, const char *folded)
{
    struct fake_account *f = a->list;

    while (f != NULL && strcmp(f->folded, folded) != 0) {
        f = f->next;
    }
    return f;
}

static struct fake_account *by_id(const struct fake_accounts *a, int64_t id)
{
    struct fake_account *f = a->list;

    while (f != NULL && f->account.id != id) {
        f = f->next;
    }
    return f;
}

static struct fake_account *add(struct fake_accounts *a, const char *name, const char *folded, const char *password)
{
    struct fake_account *f = mem_zalloc(sizeof(*f)), **link = &a->list;

    f->name = mem_strdup(name);
    f->folded = mem_strdup(folded);
    f->password = mem_strdup(password);
    f->account = (struct account){
        .id = ++a->last_id, .name = f->name, .folded = f->folded, .created_ms = a->now_ms, .seen_ms = a->now_ms};
    while (*link != NULL && strcmp((*link)->folded, folded) < 0) {
        link = &(*link)->next;
    }
    f->next = *link;
    *link = f;
    return f;
}

static void free_account(struct fake_account *f)
{
    for (size_t i = 0; i < f->tokens_count; i++) {
        free(f->tokens[i].label);
    }
    for (size_t i = 0; i < MOST_CERTS; i++) {
        free(f->certs[i].fingerprint);
    }
    free(f->name);
    free(f->folded);
    free(f->password);
    free(f);
}

static void end_account(struct fake_accounts *a, struct fake_account *f)
{
    struct fake_account **link = &a->list;

    while (*link != f) {
        link = &(*link)->next;
    }
    *link = f->next;
    if (a->accounts.events != NULL) {
        a->accounts.events->removed(a->accounts.ctx, &f->account);
    }
    free_account(f);
}

/* ---- deeds ---- */

static bool is_text(const char *text, const char *s, size_t len)
{
    return strlen(text) == len && memcmp(text, s, len) == 0;
}

static char *made(struct fake_accounts *a, struct accounts_request *req, const char *what)
{
    snprintf(req->made, sizeof(req->made), "%s%d", what, a->asked);
    return req->made;
}

/* DONE when a new password may be one. */
static enum accounts_answer judge(const struct accounts_request *req)
{
    if (req->new_secret != NULL && req->new_secret_len < LEAST_CHARS) {
        return ACCOUNTS_SHORT;
    }
    assert_true(req->new_secret != NULL || req->is_admin);
    return ACCOUNTS_DONE;
}

static char *password_of(struct fake_accounts *a, struct accounts_request *req)
{
    return req->new_secret != NULL ? mem_strndup(req->new_secret, req->new_secret_len)
                                   : mem_strdup(made(a, req, "made-password-"));
}

static enum accounts_answer do_register(struct fake_accounts *a, struct accounts_request *req)
{
    enum accounts_answer answer = judge(req);
    struct fake_account *f;
    char *password;

    req->limit = LEAST_CHARS;
    if (a->is_closed && !req->is_admin) {
        return ACCOUNTS_CLOSED;
    }
    if (a->invitation != NULL && !req->is_admin &&
        (req->invitation == NULL || strcmp(req->invitation, a->invitation) != 0)) {
        return ACCOUNTS_NEEDS_INVITATION;
    }
    if (by_name(a, req->folded) != NULL) {
        return ACCOUNTS_TAKEN;
    }
    if (answer != ACCOUNTS_DONE) {
        return answer;
    }
    password = password_of(a, req);
    f = add(a, req->name, req->folded, password);
    free(password);
    req->account = f->account.id;
    req->found = &f->account;
    if (a->accounts.events != NULL) {
        a->accounts.events->added(a->accounts.ctx, &f->account);
    }
    return ACCOUNTS_DONE;
}

static enum accounts_answer let_in(struct fake_accounts *a, struct accounts_request *req, struct fake_account *f)
{
    req->account = f->account.id;
    req->found = &f->account;
    req->failures = f->failures;
    req->last_seen_ms = f->account.seen_ms;
    f->failures = 0;
    f->account.seen_ms = a->now_ms;
    return ACCOUNTS_DONE;
}

static enum accounts_answer log_in(struct fake_accounts *a, struct accounts_request *req)
{
    struct fake_account *f = by_name(a, req->folded);

    if (f == NULL || !is_text(f->password, req->secret, req->secret_len)) {
        if (f != NULL) {
            f->failures++;
        }
        return ACCOUNTS_WRONG;
    }
    return let_in(a, req, f);
}

static enum accounts_answer log_in_by_token(struct fake_accounts *a, struct accounts_request *req)
{
    for (struct fake_account *f = a->list; f != NULL; f = f->next) {
        for (size_t i = 0; i < f->tokens_count; i++) {
            if (is_text(f->tokens[i].text, req->secret, req->secret_len)) {
                f->tokens[i].used_ms = a->now_ms;
                return let_in(a, req, f);
            }
        }
    }
    return ACCOUNTS_WRONG;
}

static enum accounts_answer token_new(struct fake_accounts *a, struct accounts_request *req, struct fake_account *f)
{
    size_t at = 0;

    while (at < f->tokens_count && strcmp(f->tokens[at].label, req->label) < 0) {
        at++;
    }
    if (at < f->tokens_count && strcmp(f->tokens[at].label, req->label) == 0) {
        return ACCOUNTS_TAKEN;
    }
    if (f->tokens_count == MOST_TOKENS) {
        req->limit = MOST_TOKENS;
        return ACCOUNTS_TOO_MANY;
    }
    memmove(&f->tokens[at + 1], &f->tokens[at], (f->tokens_count - at) * sizeof(f->tokens[0]));
    f->tokens_count++;
    f->tokens[at].label = mem_strdup(req->label);
    snprintf(f->tokens[at].text, sizeof(f->tokens[at].text), "%s", made(a, req, "chatd.token.made-"));
    f->tokens[at].created_ms = a->now_ms;
    f->tokens[at].used_ms = 0;
    return ACCOUNTS_DONE;
}

static enum accounts_answer token_list(struct accounts_request *asked, const struct fake_account *f)
{
    for (size_t i = 0; i < f->tokens_count; i++) {
        asked->token(asked, &(struct accounts_token){.label = f->tokens[i].label,
                                                     .created_ms = f->tokens[i].created_ms,
                                                     .used_ms = f->tokens[i].used_ms});
    }
    return ACCOUNTS_DONE;
}

static enum accounts_answer token_revoke(const struct accounts_request *req, struct fake_account *f)
{
    for (size_t i = 0; i < f->tokens_count; i++) {
        if (strcmp(f->tokens[i].label, req->label) == 0) {
            free(f->tokens[i].label);
            f->tokens_count--;
            memmove(&f->tokens[i], &f->tokens[i + 1], (f->tokens_count - i) * sizeof(f->tokens[0]));
            return ACCOUNTS_DONE;
        }
    }
    return ACCOUNTS_NO_SUCH;
}

/* The place of a certificate, or NULL's first one; MOST_CERTS if there is none. */
static size_t cert_at(const struct fake_account *f, const char *fingerprint)
{
    size_t i = 0;

    while (i < MOST_CERTS && (fingerprint == NULL || f->certs[i].fingerprint == NULL
                                  ? fingerprint != f->certs[i].fingerprint
                                  : strcmp(f->certs[i].fingerprint, fingerprint) != 0)) {
        i++;
    }
    return i;
}

static enum accounts_answer log_in_by_cert(struct fake_accounts *a, struct accounts_request *req)
{
    for (struct fake_account *f = a->list; f != NULL; f = f->next) {
        size_t i = cert_at(f, req->label);

        if (i < MOST_CERTS) {
            req->found = &f->account;
            f->certs[i].is_proven |= req->is_proven;
            if (!f->certs[i].is_proven) {
                return ACCOUNTS_UNPROVEN;
            }
            f->certs[i].used_ms = a->now_ms;
            return let_in(a, req, f);
        }
    }
    return ACCOUNTS_NO_SUCH;
}

static enum accounts_answer cert_add(struct fake_accounts *a, struct accounts_request *req, struct fake_account *f)
{
    size_t i = cert_at(f, NULL);

    for (const struct fake_account *g = a->list; g != NULL; g = g->next) {
        if (cert_at(g, req->label) < MOST_CERTS) {
            return ACCOUNTS_TAKEN;
        }
    }
    if (i == MOST_CERTS) {
        req->limit = MOST_CERTS;
        return ACCOUNTS_TOO_MANY;
    }
    f->certs[i].fingerprint = mem_strdup(req->label);
    f->certs[i].created_ms = a->now_ms;
    f->certs[i].used_ms = 0;
    f->certs[i].is_proven = req->is_proven;
    return ACCOUNTS_DONE;
}

static enum accounts_answer cert_list(struct accounts_request *asked, const struct fake_account *f)
{
    for (size_t i = 0; i < MOST_CERTS; i++) {
        if (f->certs[i].fingerprint != NULL) {
            asked->token(asked, &(struct accounts_token){.label = f->certs[i].fingerprint,
                                                         .created_ms = f->certs[i].created_ms,
                                                         .used_ms = f->certs[i].used_ms,
                                                         .is_proven = f->certs[i].is_proven});
        }
    }
    return ACCOUNTS_DONE;
}

static enum accounts_answer cert_remove(const struct accounts_request *req, struct fake_account *f)
{
    size_t i = cert_at(f, req->label);

    if (i == MOST_CERTS) {
        return ACCOUNTS_NO_SUCH;
    }
    free(f->certs[i].fingerprint);
    f->certs[i].fingerprint = NULL;
    return ACCOUNTS_DONE;
}

static bool is_proven(const struct accounts_request *req, struct fake_account *f)
{
    bool is_right = req->secret == NULL || is_text(f->password, req->secret, req->secret_len);

    f->failures += !is_right;
    return is_right;
}

static enum accounts_answer set_password(struct fake_accounts *a, struct accounts_request *req, struct fake_account *f)
{
    enum accounts_answer answer = judge(req);

    req->limit = LEAST_CHARS;
    if (answer != ACCOUNTS_DONE || !is_proven(req, f)) {
        return answer != ACCOUNTS_DONE ? answer : ACCOUNTS_WRONG;
    }
    free(f->password);
    f->password = password_of(a, req);
    return ACCOUNTS_DONE;
}

static enum accounts_answer of_account(struct fake_accounts *a, struct accounts_request *req,
                                       struct accounts_request *asked)
{
    struct fake_account *f = by_id(a, req->account);

    if (f == NULL) {
        return ACCOUNTS_NO_SUCH;
    }
    req->found = &f->account;
    switch (req->deed) {
    case ACCOUNTS_LOGIN_TRUSTED:
        return let_in(a, req, f);
    case ACCOUNTS_SET_PASSWORD:
        return set_password(a, req, f);
    case ACCOUNTS_SET_ADMIN:
        if (f->account.is_admin != req->on) {
            f->account.is_admin = req->on;
            a->accounts.events->admin(a->accounts.ctx, &f->account);
        }
        return ACCOUNTS_DONE;
    case ACCOUNTS_TOKEN_NEW:
        return token_new(a, req, f);
    case ACCOUNTS_TOKEN_LIST:
        return token_list(asked, f);
    case ACCOUNTS_TOKEN_REVOKE:
        return token_revoke(req, f);
    case ACCOUNTS_CERT_ADD:
        return cert_add(a, req, f);
    case ACCOUNTS_CERT_LIST:
        return cert_list(asked, f);
    case ACCOUNTS_CERT_REMOVE:
        return cert_remove(req, f);
    default:
        if (!is_proven(req, f)) {
            return ACCOUNTS_WRONG;
        }
        req->found = NULL;
        if (req->with_lines && a->accounts.events != NULL) {
            a->accounts.events->erased(a->accounts.ctx, &f->account);
        }
        end_account(a, f);
        return ACCOUNTS_DONE;
    }
}

/* asked: req itself, or what it is a copy of. */
static enum accounts_answer act(struct fake_accounts *a, struct accounts_request *req, struct accounts_request *asked)
{
    req->wait_s = a->wait_s;
    if (a->answer != ACCOUNTS_DONE) {
        return a->answer;
    }
    switch (req->deed) {
    case ACCOUNTS_REGISTER:
        return do_register(a, req);
    case ACCOUNTS_LOGIN:
        return log_in(a, req);
    case ACCOUNTS_LOGIN_TOKEN:
        return log_in_by_token(a, req);
    case ACCOUNTS_LOGIN_CERT:
        return log_in_by_cert(a, req);
    case ACCOUNTS_INVITE:
        made(a, req, "chatd.invite.made-");
        return ACCOUNTS_DONE;
    default:
        return of_account(a, req, asked);
    }
}

/* ---- requests ---- */

static const char *copy(const char *s)
{
    return s != NULL ? mem_strdup(s) : NULL;
}

static struct accounts_request copy_request(const struct accounts_request *req)
{
    struct accounts_request own = *req;

    own.name = copy(req->name);
    own.folded = copy(req->folded);
    own.secret = req->secret != NULL ? mem_strndup(req->secret, req->secret_len) : NULL;
    own.new_secret = req->new_secret != NULL ? mem_strndup(req->new_secret, req->new_secret_len) : NULL;
    own.invitation = copy(req->invitation);
    own.label = copy(req->label);
    own.from = copy(req->from);
    return own;
}

static void free_ask(struct fake_ask *ask)
{
    free((char *)ask->own.name);
    free((char *)ask->own.folded);
    free((char *)ask->own.secret);
    free((char *)ask->own.new_secret);
    free((char *)ask->own.invitation);
    free((char *)ask->own.label);
    free((char *)ask->own.from);
    free(ask);
}

static enum accounts_answer fake_ask(struct accounts *accounts, struct accounts_request *req)
{
    struct fake_accounts *a = fake_of(accounts);
    struct fake_ask *ask, **link = &a->waiting;

    a->asked++;
    assert_true(req->deed < ACCOUNTS_DEEDS);
    assert_true(req->deed != ACCOUNTS_INVITE || req->is_admin);
    if (!a->is_late) {
        return act(a, req, req);
    }
    assert_non_null(req->done);
    ask = mem_zalloc(sizeof(*ask));
    ask->asked = req;
    ask->own = copy_request(req);
    while (*link != NULL) {
        link = &(*link)->next;
    }
    *link = ask;
    req->accounts_data = ask;
    return ACCOUNTS_LATER;
}

static void cancel(struct accounts *accounts, struct accounts_request *req)
{
    struct fake_accounts *a = fake_of(accounts);
    struct fake_ask *ask = req->accounts_data, **link = &a->waiting;

    while (*link != ask) {
        assert_non_null(*link);
        link = &(*link)->next;
    }
    *link = ask->next;
    free_ask(ask);
    a->cancels++;
}

void fake_accounts_answer(struct fake_accounts *a)
{
    struct fake_ask *ask = a->waiting;
    struct accounts_request *asked;
    enum accounts_answer answer;

    assert_non_null(ask);
    asked = ask->asked;
    a->waiting = ask->next;
    answer = act(a, &ask->own, asked);
    asked->account = ask->own.account;
    asked->found = ask->own.found;
    asked->failures = ask->own.failures;
    asked->last_seen_ms = ask->own.last_seen_ms;
    asked->wait_s = ask->own.wait_s;
    asked->limit = ask->own.limit;
    memcpy(asked->made, ask->own.made, sizeof(asked->made));
    free_ask(ask);
    asked->done(asked, answer);
}

int fake_accounts_waiting(const struct fake_accounts *a)
{
    int count = 0;

    for (const struct fake_ask *ask = a->waiting; ask != NULL; ask = ask->next) {
        count++;
    }
    return count;
}

/* ---- the other operations ---- */

static const struct account *find(const struct accounts *accounts, const char *folded)
{
    const struct fake_account *f = by_name(CONTAINER_OF(accounts, const struct fake_accounts, accounts), folded);

    return f != NULL ? &f->account : NULL;
}

static const struct account *find_alike(const struct accounts *accounts, const char *skeleton)
{
    const struct fake_account *f = CONTAINER_OF(accounts, const struct fake_accounts, accounts)->list;
    bool is_alike = false;

    for (; f != NULL && !is_alike; f = is_alike ? f : f->next) {
        char *own = lookalike_skeleton(f->name);

        is_alike = strcmp(own, skeleton) == 0;
        free(own);
    }
    return is_alike ? &f->account : NULL;
}

static const struct account *get(const struct accounts *accounts, int64_t id)
{
    const struct fake_account *f = by_id(CONTAINER_OF(accounts, const struct fake_accounts, accounts), id);

    return f != NULL ? &f->account : NULL;
}

static const struct account *next(const struct accounts *accounts, const char *folded)
{
    const struct fake_account *f = CONTAINER_OF(accounts, const struct fake_accounts, accounts)->list;

    while (f != NULL && strcmp(f->folded, folded) <= 0) {
        f = f->next;
    }
    return f != NULL ? &f->account : NULL;
}

static void seen(struct accounts *accounts, int64_t id)
{
    struct fake_accounts *a = fake_of(accounts);
    struct fake_account *f = by_id(a, id);

    assert_non_null(f);
    f->account.seen_ms = a->now_ms;
    a->seen++;
}

static void free_all(struct accounts *accounts)
{
    struct fake_accounts *a = fake_of(accounts);

    assert_null(a->waiting);
    while (a->list != NULL) {
        struct fake_account *f = a->list;

        a->list = f->next;
        free_account(f);
    }
    free(a);
}

static const struct accounts_ops ops = {
    .ask = fake_ask,
    .cancel = cancel,
    .find = find,
    .find_alike = find_alike,
    .get = get,
    .seen = seen,
    .next = next,
    .free = free_all,
};

struct fake_accounts *fake_accounts_new(void)
{
    struct fake_accounts *a = mem_zalloc(sizeof(*a));

    a->accounts.ops = &ops;
    a->now_ms = FAKE_REAL_MS;
    return a;
}

void fake_accounts_free(struct fake_accounts *a)
{
    free_all(&a->accounts);
}

int64_t fake_accounts_add(struct fake_accounts *a, const char *name, const char *folded, const char *password)
{
    return add(a, name, folded, password)->account.id;
}

void fake_accounts_remove(struct fake_accounts *a, const char *folded)
{
    struct fake_account *f = by_name(a, folded);

    assert_non_null(f);
    end_account(a, f);
}
