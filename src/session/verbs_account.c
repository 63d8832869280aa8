/* session/verbs_account.c: accounts: who a person is, proven by a password or a token.
 *
 * The accounts (chat/ports.h) answer later as a rule: a password takes them a while.  The session's lines wait. */
#include "config.h"

#include "session/verbs.h"

#include "base/container.h"
#include "base/mem.h"
#include "base/name.h"
#include "base/text.h"
#include "chat/logins.h"
#include "chat/names.h"
#include "chat/owners.h"
#include "session/secret.h"

#include <stdlib.h>
#include <string.h>

enum { LABEL_CHARS = 40 /* of a token */ };

/* What waits for the accounts. */
struct account_job {
    struct session_job job;
    struct session *s;
    struct accounts_request req;
    char *label; /* of the token that it is about; NULL: none */
    uint32_t shown, omitted; /* of the list */
};

/* ---- what can go wrong ---- */

static const char *absence_text(const struct accounts *accounts)
{
    switch (accounts != NULL ? accounts->absence : ACCOUNTS_WITHOUT_STORE) {
    case ACCOUNTS_WITHOUT_SODIUM:
        return "it was built without libsodium";
    case ACCOUNTS_WITHOUT_SQLITE:
        return "it was built without SQLite";
    default:
        return "it has no database (store.path)";
    }
}

/* Of a password that is set. */
static void tell_bad_password(struct session *s, enum accounts_answer answer, uint64_t limit)
{
    enum reply_kind kind = answer == ACCOUNTS_SHORT ? REPLY_PASSWORD_SHORT : REPLY_PASSWORD_LONG;

    session_reply(s, REPLY(kind, .limit = (int64_t)limit));
}

/* What is about the person's tokens, and no other deed.  False: it is not. */
static bool tell_token_failure(struct session *s, const struct accounts_request *req, enum accounts_answer answer)
{
    if (req->deed == ACCOUNTS_TOKEN_NEW && answer == ACCOUNTS_TAKEN) {
        session_reply(s, REPLY(REPLY_LABEL_TAKEN));
    } else if (req->deed == ACCOUNTS_TOKEN_NEW && answer == ACCOUNTS_TOO_MANY) {
        session_reply(s, REPLY(REPLY_TOO_MANY_TOKENS, .limit = (int64_t)req->limit));
    } else if (req->deed == ACCOUNTS_TOKEN_REVOKE && answer == ACCOUNTS_NO_SUCH) {
        session_reply(s, REPLY(REPLY_NO_SUCH_TOKEN));
    } else {
        return false;
    }
    return true;
}

static void tell_failure(struct session *s, const struct accounts_request *req, enum accounts_answer answer)
{
    const struct accounts *accounts = s->env->chat->ports.accounts;

    if (tell_token_failure(s, req, answer)) {
        return;
    }
    switch (answer) {
    case ACCOUNTS_WRONG:
        session_reply(s, REPLY(req->deed == ACCOUNTS_LOGIN || req->deed == ACCOUNTS_LOGIN_TOKEN ? REPLY_LOGIN_FAILED
                                                                                               : REPLY_PASSWORD_WRONG));
        break;
    case ACCOUNTS_TAKEN:
        session_reply(s, REPLY(REPLY_NAME_REGISTERED, .own = person_shown_name(s->self.person)));
        break;
    case ACCOUNTS_CLOSED:
        session_reply(s, REPLY(REPLY_REGISTRATION_CLOSED));
        break;
    case ACCOUNTS_NEEDS_INVITATION:
        session_reply(s, REPLY(REPLY_NEEDS_INVITATION));
        break;
    case ACCOUNTS_SLOW:
        session_reply(s, REPLY(REPLY_TOO_MANY_ATTEMPTS, .seconds = req->wait_s));
        break;
    case ACCOUNTS_SHORT:
    case ACCOUNTS_LONG:
        tell_bad_password(s, answer, req->limit);
        break;
    case ACCOUNTS_TOO_MANY:
        session_reply(s, REPLY(REPLY_ACCOUNTS_FULL));
        break;
    case ACCOUNTS_NO_SUCH:
        session_reply(s, REPLY(REPLY_NOT_LOGGED_IN));
        break;
    case ACCOUNTS_ABSENT:
        session_reply(s, REPLY(REPLY_NO_ACCOUNTS, .why = absence_text(accounts)));
        break;
    default:
        session_reply(s, REPLY(REPLY_ACCOUNTS_UNAVAILABLE));
        break;
    }
}

/* ---- asking the accounts ---- */

static enum verb_result answered(struct account_job *job, enum accounts_answer answer, session_then_fn *then);

static void end_registering(struct session *s, const struct accounts_request *req)
{
    if (req->deed == ACCOUNTS_REGISTER && s->self.person != NULL) {
        s->self.person->is_registering = false;
    }
}

static void free_job(struct account_job *job)
{
    mem_wipe(job->req.made, sizeof(job->req.made));
    free(job->label);
    free(job);
}

static void show_token(struct accounts_request *req, const struct accounts_token *token)
{
    struct account_job *job = CONTAINER_OF(req, struct account_job, req);

    if (job->omitted == 0 && session_reply_if_fits(job->s, REPLY(REPLY_TOKEN, .label = token->label,
                                                                 .time = token->created_ms, .used = token->used_ms))) {
        job->shown++;
    } else {
        job->omitted++;
    }
}

static void request_done(struct accounts_request *req, enum accounts_answer answer)
{
    struct account_job *job = CONTAINER_OF(req, struct account_job, req);
    struct session *s = job->s;
    session_then_fn *then = job->job.then;
    enum verb_result result;

    (void)job_end(s);
    end_registering(s, req);
    result = answered(job, answer, then);
    free_job(job);
    if (result != VERB_PENDING) {
        then(s, result == VERB_DONE);
    }
}

/* The session goes first. */
static void cancel_request(struct session_job *base)
{
    struct account_job *job = CONTAINER_OF(base, struct account_job, job);
    struct accounts *accounts = job->s->env->chat->ports.accounts;

    end_registering(job->s, &job->req);
    accounts->ops->cancel(accounts, &job->req);
    free_job(job);
}

static enum verb_result ask(struct session *s, struct accounts_request *req, session_then_fn *then)
{
    struct accounts *accounts = s->env->chat->ports.accounts;
    struct account_job *job = mem_alloc(sizeof(*job));
    enum accounts_answer answer = ACCOUNTS_ABSENT;
    enum verb_result result = VERB_PENDING;

    *job = (struct account_job){.job = {.then = then, .free = cancel_request}, .s = s, .req = *req};
    job->req.done = request_done;
    job->req.token = show_token;
    job->label = req->label != NULL ? mem_strdup(req->label) : NULL;
    if (accounts != NULL) {
        s->self.person->is_registering |= req->deed == ACCOUNTS_REGISTER;
        answer = accounts->ops->ask(accounts, &job->req);
    }
    if (answer == ACCOUNTS_LATER) {
        job_await(s, &job->job);
    } else {
        end_registering(s, &job->req);
        result = answered(job, answer, then);
        free_job(job);
    }
    return result;
}

/* The peer's address without its port; NULL: it has none. */
static const char *address_of(const struct session *s, char buf[ADDR_TEXT_SIZE])
{
    const struct addr *peer = &s->conn->peer;
    char *text = buf;

    if (peer->kind == ADDR_UNIX) {
        return NULL;
    }
    addr_text(peer, buf);
    *strrchr(buf, ':') = '\0';
    if (*text == '[') {
        text[strlen(text) - 1] = '\0';
        text++;
    }
    return text;
}

/* ---- logging in ---- */

/* result: what came of the account's name. */
static enum verb_result tell_login(struct session *s, enum chat_result result)
{
    const struct account *account = owners_account(s->self.person);

    if (account == NULL) { /* it has ended meanwhile, which the person was told */
        return VERB_REFUSED;
    }
    session_note(s, "client logged in", NULL);
    if (result == CHAT_OK || result == CHAT_ALREADY) {
        session_reply(s, REPLY(REPLY_LOGGED_IN, .name = account->name));
    } else {
        session_reply(s, REPLY(REPLY_LOGGED_IN_UNNAMED, .name = account->name,
                               .own = person_shown_name(s->self.person)));
    }
    return VERB_DONE;
}

static void login_done(void *ctx, enum chat_result result, struct room *room)
{
    struct session *s = ctx;
    session_then_fn *then = job_answered(s, NULL);

    (void)room;
    then(s, tell_login(s, result) == VERB_DONE);
}

/* The person's rooms may be others now. */
static enum verb_result join_person(struct session *s, struct person *person)
{
    chat_attach(&s->self, person);
    session_apply_settings(s, s->encoding, s->wants_echo, session_wants_comings(s));
    (void)tell_login(s, CHAT_ALREADY);
    return verbs_show_rooms(s);
}

/* Tells what the owner must know before anything else. */
static void tell_attempts(struct session *s, const struct accounts_request *req)
{
    if (req->deed == ACCOUNTS_REGISTER) {
        session_reply(s, REPLY(REPLY_REGISTERED, .name = req->found->name));
    } else if (req->failures > 0) {
        session_reply(s, REPLY(REPLY_FAILED_ATTEMPTS, .count = req->failures, .time = req->last_seen_ms));
    } else {
        session_reply(s, REPLY(REPLY_LAST_SEEN, .time = req->last_seen_ms));
    }
}

static enum verb_result log_in(struct session *s, const struct accounts_request *req, session_then_fn *then)
{
    struct person *here = owners_find(s->env->chat, req->account);
    const struct account *own = owners_account(s->self.person);
    uint32_t rooms = s->self.person->room_count;
    enum chat_result result;

    if (s->self.id == 0) {
        return VERB_REFUSED; /* it has quit */
    }
    if (own != NULL && here != s->self.person) { /* by another attachment of the person's meanwhile */
        session_reply(s, REPLY(REPLY_LOGGED_IN_ALREADY, .name = own->name));
        return VERB_REFUSED;
    }
    tell_attempts(s, req);
    if (here == s->self.person) {
        return tell_login(s, CHAT_ALREADY);
    }
    if (here != NULL) {
        return join_person(s, here);
    }
    result = logins_begin(&s->self, req->account, login_done, s);
    if ((result == CHAT_OK || result == CHAT_LATER) && rooms > 1) {
        session_charge(s, rooms - 1u); /* each of them is told */
    }
    if (result == CHAT_LATER) {
        job_await_chat(s, then, NULL);
        return VERB_PENDING;
    }
    return tell_login(s, result);
}

/* What has worked, but for what logs in. */
static void tell_done(struct session *s, const struct account_job *job)
{
    switch (job->req.deed) {
    case ACCOUNTS_SET_PASSWORD:
        session_reply(s, REPLY(REPLY_PASSWORD_SET));
        break;
    case ACCOUNTS_FORGET:
        session_reply(s, REPLY(REPLY_FORGOTTEN, .on = job->req.with_lines));
        break;
    case ACCOUNTS_TOKEN_NEW:
        session_reply(s, REPLY(REPLY_TOKEN_MADE, .label = job->label, .token = job->req.made));
        break;
    case ACCOUNTS_TOKEN_REVOKE:
        session_reply(s, REPLY(REPLY_TOKEN_REVOKED, .label = job->label));
        break;
    default:
        if (job->omitted > 0) {
            session_reply(s, REPLY(REPLY_OMITTED, .count = job->omitted));
        } else if (job->shown == 0) {
            session_reply(s, REPLY(REPLY_TOKEN_NONE));
        }
        break;
    }
}

static enum verb_result answered(struct account_job *job, enum accounts_answer answer, session_then_fn *then)
{
    const struct accounts_request *req = &job->req;
    struct session *s = job->s;

    if (answer != ACCOUNTS_DONE) {
        tell_failure(s, req, answer);
        return VERB_REFUSED;
    }
    if (req->deed <= ACCOUNTS_LOGIN_TRUSTED) {
        return log_in(s, req, then);
    }
    tell_done(s, job);
    return VERB_DONE;
}

/* The account that the person is logged in to; with NULL the error has been sent. */
static const struct account *get_account(struct session *s)
{
    const struct account *account = owners_account(s->self.person);

    if (account == NULL) {
        session_reply(s, REPLY(REPLY_NOT_LOGGED_IN));
    }
    return account;
}

/* False when the person is logged in already or there are no accounts, and the error has been sent. */
static bool can_log_in(struct session *s)
{
    const struct accounts *accounts = s->env->chat->ports.accounts;
    const struct account *account = owners_account(s->self.person);

    if (accounts == NULL || accounts->absence != ACCOUNTS_PRESENT) {
        session_reply(s, REPLY(REPLY_NO_ACCOUNTS, .why = absence_text(accounts)));
        return false;
    }
    if (account != NULL) {
        session_reply(s, REPLY(REPLY_LOGGED_IN_ALREADY, .name = account->name));
        return false;
    }
    return true;
}

static enum verb_result login_with(struct session *s, const char *word, const char *password, size_t len,
                                   session_then_fn *then)
{
    char address[ADDR_TEXT_SIZE], *folded = name_fold(word, strlen(word));
    enum verb_result result = VERB_REFUSED;

    if (folded == NULL) {
        session_reply(s, REPLY(REPLY_LOGIN_FAILED)); /* the word may be a password: it is not told back */
    } else {
        result = ask(s, &(struct accounts_request){.deed = ACCOUNTS_LOGIN, .folded = folded, .secret = password,
                                                   .secret_len = len, .from = address_of(s, address)},
                     then);
    }
    free(folded);
    return result;
}

static enum verb_result login_answer(struct session *s, const struct secret *asked, const char *text, size_t len)
{
    return can_log_in(s) ? login_with(s, asked->word, text, len, asked->then) : VERB_REFUSED;
}

enum verb_result verbs_login(struct session *s, const char *name, const char *password, session_then_fn *then)
{
    if (!can_log_in(s)) {
        return VERB_REFUSED;
    }
    if (password == NULL) {
        return secret_ask(s, REPLY_ASK_PASSWORD,
                          &(struct secret){.answer = login_answer, .then = then, .word = mem_strdup(name)});
    }
    return login_with(s, name, password, strlen(password), then);
}

enum verb_result verbs_login_token(struct session *s, const char *token, session_then_fn *then)
{
    char address[ADDR_TEXT_SIZE];

    if (!can_log_in(s)) {
        return VERB_REFUSED;
    }
    return ask(s, &(struct accounts_request){.deed = ACCOUNTS_LOGIN_TOKEN, .secret = token,
                                             .secret_len = strlen(token), .from = address_of(s, address)},
               then);
}

/* ---- registering ---- */

static enum verb_result register_with(struct session *s, const char *invitation, const char *password, size_t len,
                                      session_then_fn *then)
{
    const struct name *name = &s->self.person->name.name;
    char address[ADDR_TEXT_SIZE];

    if (!can_log_in(s)) {
        return VERB_REFUSED;
    }
    if (name_is_reserved(name)) {
        session_reply(s, REPLY(REPLY_REGISTER_GUEST, .name = name->shown));
        return VERB_REFUSED;
    }
    if (password == NULL) {
        return VERB_ASKED;
    }
    return ask(s, &(struct accounts_request){.deed = ACCOUNTS_REGISTER, .name = name->shown, .folded = name->folded,
                                             .new_secret = password, .new_secret_len = len,
                                             .invitation = invitation, .from = address_of(s, address)},
               then);
}

static enum verb_result register_answer(struct session *s, const struct secret *asked, const char *text, size_t len)
{
    return register_with(s, asked->word, text, len, asked->then);
}

enum verb_result verbs_register(struct session *s, const char *invitation, const char *password,
                                session_then_fn *then)
{
    enum verb_result result =
        register_with(s, invitation, password, password != NULL ? strlen(password) : 0, then);

    if (result == VERB_ASKED) {
        return secret_ask(s, REPLY_ASK_NEW_PASSWORD,
                          &(struct secret){.answer = register_answer, .then = then,
                                           .word = invitation != NULL ? mem_strdup(invitation) : NULL});
    }
    return result;
}

/* ---- another password ---- */

static enum verb_result new_password_answer(struct session *s, const struct secret *asked, const char *text,
                                            size_t len)
{
    const struct account *account = get_account(s);
    char address[ADDR_TEXT_SIZE];

    if (account == NULL) {
        return VERB_REFUSED;
    }
    return ask(s, &(struct accounts_request){.deed = ACCOUNTS_SET_PASSWORD, .account = account->id,
                                             .secret = asked->before, .secret_len = strlen(asked->before),
                                             .new_secret = text, .new_secret_len = len,
                                             .from = address_of(s, address)},
               asked->then);
}

static enum verb_result old_password_answer(struct session *s, const struct secret *asked, const char *text,
                                            size_t len)
{
    return secret_ask(s, REPLY_ASK_NEW_PASSWORD,
                      &(struct secret){.answer = new_password_answer, .then = asked->then,
                                       .before = mem_strndup(text, len)});
}

enum verb_result verbs_set_password(struct session *s, session_then_fn *then)
{
    if (get_account(s) == NULL) {
        return VERB_REFUSED;
    }
    return secret_ask(s, REPLY_ASK_OLD_PASSWORD, &(struct secret){.answer = old_password_answer, .then = then});
}

/* ---- the end of an account ---- */

static enum verb_result forget_answer(struct session *s, const struct secret *asked, const char *text, size_t len)
{
    const struct account *account = get_account(s);
    char address[ADDR_TEXT_SIZE];

    if (account == NULL) {
        return VERB_REFUSED;
    }
    return ask(s, &(struct accounts_request){.deed = ACCOUNTS_FORGET, .account = account->id, .secret = text,
                                             .secret_len = len, .with_lines = asked->with_lines,
                                             .from = address_of(s, address)},
               asked->then);
}

enum verb_result verbs_forget(struct session *s, bool with_lines, session_then_fn *then)
{
    if (get_account(s) == NULL) {
        return VERB_REFUSED;
    }
    return secret_ask(s, REPLY_ASK_TO_FORGET,
                      &(struct secret){.answer = forget_answer, .then = then, .with_lines = with_lines});
}

/* ---- tokens ---- */

static enum verb_result ask_about_token(struct session *s, enum accounts_deed deed, const char *label,
                                        session_then_fn *then)
{
    const struct account *account = get_account(s);

    if (account == NULL) {
        return VERB_REFUSED;
    }
    if (label != NULL && text_chars(label, strlen(label)) > LABEL_CHARS) {
        session_reply(s, REPLY(REPLY_LABEL_TOO_LONG, .limit = LABEL_CHARS));
        return VERB_REFUSED;
    }
    return ask(s, &(struct accounts_request){.deed = deed, .account = account->id, .label = label}, then);
}

enum verb_result verbs_token_new(struct session *s, const char *label, session_then_fn *then)
{
    return ask_about_token(s, ACCOUNTS_TOKEN_NEW, label, then);
}

enum verb_result verbs_token_revoke(struct session *s, const char *label, session_then_fn *then)
{
    return ask_about_token(s, ACCOUNTS_TOKEN_REVOKE, label, then);
}

enum verb_result verbs_token_list(struct session *s, session_then_fn *then)
{
    return ask_about_token(s, ACCOUNTS_TOKEN_LIST, NULL, then);
}

/* ---- logging out ---- */

static enum verb_result tell_logout(struct session *s, enum chat_result result)
{
    if (result != CHAT_OK && result != CHAT_ALREADY) {
        session_reply(s, REPLY(REPLY_NAME_UNAVAILABLE, .own = person_shown_name(s->self.person)));
        return VERB_REFUSED;
    }
    logins_end(s->self.person);
    session_note(s, "client logged out", NULL);
    session_reply(s, REPLY(REPLY_LOGGED_OUT, .name = person_shown_name(s->self.person)));
    return VERB_DONE;
}

static void logout_done(void *ctx, enum chat_result result, struct room *room)
{
    struct session *s = ctx;
    session_then_fn *then = job_answered(s, NULL);

    (void)room;
    then(s, tell_logout(s, result) == VERB_DONE);
}

/* The session has a person of its own, which is in no room yet. */
static enum verb_result settle_alone(struct session *s, enum chat_result result, session_then_fn *then)
{
    const char *room = s->env->limits.default_room;

    if (result != CHAT_OK) {
        session_end(s, REASON_LOGIN);
        return VERB_REFUSED;
    }
    session_reply(s, REPLY(REPLY_LOGGED_OUT, .name = person_shown_name(s->self.person)));
    return room[0] != '\0' ? verbs_join(s, room, then) : VERB_DONE;
}

static void alone_done(void *ctx, enum chat_result result, struct room *room)
{
    struct session *s = ctx;
    session_then_fn *then = job_answered(s, NULL);
    enum verb_result settled = settle_alone(s, result, then);

    (void)room;
    if (settled != VERB_PENDING) {
        then(s, settled == VERB_DONE);
    }
}

enum verb_result verbs_logout(struct session *s, session_then_fn *then)
{
    enum chat_result result;
    bool is_alone;

    if (get_account(s) == NULL) {
        return VERB_REFUSED;
    }
    session_set_other(s, NULL); /* who wrote to the account's owner */
    is_alone = person_live_attachments(s->self.person) == 1;
    if (is_alone) {
        result = logins_leave_name(&s->self, logout_done, s);
    } else { /* the others stay */
        chat_detach(&s->self);
        result = names_rename_guest(&s->self, alone_done, s);
    }
    if (result == CHAT_LATER) {
        job_await_chat(s, then, NULL);
        return VERB_PENDING;
    }
    return is_alone ? tell_logout(s, result) : settle_alone(s, result, then);
}
