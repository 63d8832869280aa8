/* session/account_job.c: a job without steps, for as long as the accounts take. */
#include "config.h"

#include "session/account_job.h"

#include "base/container.h"
#include "base/mem.h"
#include "chat/owners.h"
#include "frontend/fault.h"
#include "session/job.h"

#include <stdlib.h>
#include <string.h>

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

void account_job_note_refused(struct session *s, enum accounts_answer answer)
{
    enum fault fault = answer == ACCOUNTS_SLOW ? FAULT_TOO_MANY_ATTEMPTS : FAULT_LOGIN_FAILED;

    session_note_address(s, "log-in refused", fault_code(fault), NULL);
}

/* The same for certificates. */
static bool tell_cert_failure(struct session *s, const struct accounts_request *req, enum accounts_answer answer)
{
    if (req->deed == ACCOUNTS_CERT_ADD && answer == ACCOUNTS_TAKEN) {
        session_reply(s, REPLY(REPLY_CERT_TAKEN));
    } else if (req->deed == ACCOUNTS_CERT_ADD && answer == ACCOUNTS_TOO_MANY) {
        session_reply(s, REPLY(REPLY_TOO_MANY_CERTS, .limit = (int64_t)req->limit));
    } else if (req->deed == ACCOUNTS_CERT_REMOVE && answer == ACCOUNTS_NO_SUCH) {
        session_reply(s, REPLY(REPLY_NO_SUCH_CERT));
    } else if (req->deed == ACCOUNTS_LOGIN_CERT && req->is_proven && answer == ACCOUNTS_NO_SUCH) {
        session_reply(s, REPLY(REPLY_CERT_NOT_OFFERED));
    } else {
        return false;
    }
    return true;
}

/* What no command has asked for. */
static bool tell_unasked_failure(struct session *s, const struct account_job *job, enum accounts_answer answer)
{
    bool is_cert = job->req.deed == ACCOUNTS_LOGIN_CERT && !job->req.is_proven;

    if (is_cert && answer == ACCOUNTS_NO_SUCH) {
        session_reply(s, REPLY(REPLY_CERT_UNKNOWN, .fingerprint = job->label));
    } else if (is_cert && answer == ACCOUNTS_UNPROVEN && job->req.found != NULL) {
        session_reply(s, REPLY(REPLY_CERT_OFFERED, .fingerprint = job->label, .name = job->req.found->name));
    } else if (is_cert || job->req.deed == ACCOUNTS_LOGIN_TRUSTED) {
        session_reply(s, REPLY(REPLY_OWNER_UNKNOWN));
    } else {
        return false;
    }
    return true;
}

static void tell_failure(struct session *s, const struct account_job *job, enum accounts_answer answer)
{
    const struct accounts_request *req = &job->req;
    const struct accounts *accounts = s->env->chat->ports.accounts;

    if ((req->deed == ACCOUNTS_LOGIN || req->deed == ACCOUNTS_LOGIN_TOKEN) &&
        (answer == ACCOUNTS_WRONG || answer == ACCOUNTS_SLOW)) {
        account_job_note_refused(s, answer);
    }
    if (tell_token_failure(s, req, answer) || tell_cert_failure(s, req, answer) ||
        tell_unasked_failure(s, job, answer)) {
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
    case ACCOUNTS_KEPT:
        session_reply(s, REPLY(REPLY_NAME_KEPT, .name = person_shown_name(s->self.person)));
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

/* ---- asking ---- */

const char *account_job_address(const struct session *s, char buf[ADDR_TEXT_SIZE])
{
    const struct addr *peer = &s->conn->peer;
    char *text = buf;

    if (peer->kind == ADDR_UNIX || (s->env->is_exempt != NULL && s->env->is_exempt(s->env->gone_ctx, peer))) {
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

static void end_registering(struct session *s, const struct accounts_request *req)
{
    if (req->deed == ACCOUNTS_REGISTER && s->self.person != NULL) {
        s->self.person->is_registering = false;
    }
}

static void job_free(struct account_job *job)
{
    mem_wipe(job->req.made, sizeof(job->req.made));
    free(job->label);
    free(job);
}

/* Tells the result and frees the job. */
static enum verb_result finish(struct account_job *job, enum accounts_answer answer)
{
    struct session *s = job->s;
    enum verb_result result = VERB_REFUSED;

    end_registering(s, &job->req);
    if (answer == ACCOUNTS_DONE) {
        s->guarded = 0;
        result = job->done(s, job, job->job.then);
    } else {
        tell_failure(s, job, answer);
    }
    job_free(job);
    return result;
}

/* Or a certificate. */
static void show_token(struct accounts_request *req, const struct accounts_token *token)
{
    struct account_job *job = CONTAINER_OF(req, struct account_job, req);
    struct reply r = {.kind = REPLY_TOKEN, .label = token->label, .time = token->created_ms, .used = token->used_ms};

    if (req->deed == ACCOUNTS_CERT_LIST) {
        r = (struct reply){.kind = REPLY_CERT, .fingerprint = token->label, .time = token->created_ms,
                           .used = token->used_ms, .on = token->is_proven};
    }
    if (job->omitted == 0 && session_reply_if_fits(job->s, &r)) {
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
    result = finish(job, answer);
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
    job_free(job);
}

enum verb_result account_job_begin(struct session *s, const struct accounts_request *req, account_job_done_fn *done,
                                   session_then_fn *then)
{
    struct accounts *accounts = s->env->chat->ports.accounts;
    struct account_job *job = mem_alloc(sizeof(*job));
    enum accounts_answer answer = ACCOUNTS_ABSENT;
    char address[ADDR_TEXT_SIZE];

    *job = (struct account_job){.job = {.then = then, .free = cancel_request}, .s = s, .req = *req, .done = done};
    job->req.from = account_job_address(s, address);
    job->req.done = request_done;
    job->req.token = show_token;
    job->label = req->label != NULL ? mem_strdup(req->label) : NULL;
    if (accounts != NULL) {
        s->self.person->is_registering |= req->deed == ACCOUNTS_REGISTER;
        answer = accounts->ops->ask(accounts, &job->req);
    }
    if (answer == ACCOUNTS_LATER) {
        job_await(s, &job->job);
        return VERB_PENDING;
    }
    return finish(job, answer);
}

bool account_job_is_possible(struct session *s)
{
    const struct accounts *accounts = s->env->chat->ports.accounts;

    if (accounts == NULL || accounts->absence != ACCOUNTS_PRESENT) {
        session_reply(s, REPLY(REPLY_NO_ACCOUNTS, .why = absence_text(accounts)));
        return false;
    }
    return true;
}

const struct account *account_job_own(struct session *s)
{
    const struct account *account = owners_account(s->self.person);

    if (account == NULL && account_job_is_possible(s)) {
        session_reply(s, REPLY(REPLY_NOT_LOGGED_IN));
    }
    return account;
}
