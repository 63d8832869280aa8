/* session/verbs_owner.c: what the owner of an account does with it: another password, tokens, certificates, its
 * end. */
#include "config.h"

#include "chat/port_accounts.h"
#include "session/verbs.h"

#include "base/fingerprint.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "session/account_job.h"
#include "session/secret.h"

#include <string.h>

enum { LABEL_CHARS = 40 /* of a token */ };

/* ---- another password ---- */

static enum verb_result tell_password_set(struct session *s, const struct account_job *job, session_then_fn *then)
{
    (void)job;
    (void)then;
    session_reply(s, REPLY(REPLY_PASSWORD_SET));
    return VERB_DONE;
}

static enum verb_result new_password_answer(struct session *s, const struct secret *asked, const char *text,
                                            size_t len)
{
    const struct account *account = account_job_own(s);

    if (account == NULL) {
        return VERB_REFUSED;
    }
    return account_job_begin(s, &(struct accounts_request){.deed = ACCOUNTS_SET_PASSWORD, .account = account->id,
                                                           .secret = asked->before, .secret_len = strlen(asked->before),
                                                           .new_secret = text, .new_secret_len = len},
                             tell_password_set, asked->then);
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
    if (account_job_own(s) == NULL) {
        return secret_refuse(s, 2);
    }
    return secret_ask(s, REPLY_ASK_OLD_PASSWORD, &(struct secret){.answer = old_password_answer, .then = then});
}

/* ---- the end of an account ---- */

static enum verb_result tell_forgotten(struct session *s, const struct account_job *job, session_then_fn *then)
{
    (void)then;
    session_reply(s, REPLY(REPLY_FORGOTTEN, .on = job->req.with_lines));
    return VERB_DONE;
}

static enum verb_result forget_answer(struct session *s, const struct secret *asked, const char *text, size_t len)
{
    const struct account *account = account_job_own(s);

    if (account == NULL) {
        return VERB_REFUSED;
    }
    return account_job_begin(s, &(struct accounts_request){.deed = ACCOUNTS_FORGET, .account = account->id,
                                                           .secret = text, .secret_len = len,
                                                           .with_lines = asked->with_lines},
                             tell_forgotten, asked->then);
}

enum verb_result verbs_forget(struct session *s, bool with_lines, session_then_fn *then)
{
    if (account_job_own(s) == NULL) {
        return secret_refuse(s, 1);
    }
    return secret_ask(s, with_lines ? REPLY_ASK_TO_FORGET_LINES : REPLY_ASK_TO_FORGET,
                      &(struct secret){.answer = forget_answer, .then = then, .with_lines = with_lines});
}

/* ---- tokens ---- */

static enum verb_result tell_token_made(struct session *s, const struct account_job *job, session_then_fn *then)
{
    (void)then;
    session_reply(s, REPLY(REPLY_TOKEN_MADE, .label = job->label, .token = job->req.made));
    return VERB_DONE;
}

static enum verb_result tell_token_revoked(struct session *s, const struct account_job *job, session_then_fn *then)
{
    (void)then;
    session_reply(s, REPLY(REPLY_TOKEN_REVOKED, .label = job->label));
    return VERB_DONE;
}

/* The tokens, or certificates, themselves have been shown. */
static enum verb_result tell_list(struct session *s, const struct account_job *job, session_then_fn *then)
{
    (void)then;
    if (job->omitted > 0) {
        session_reply(s, REPLY(REPLY_OMITTED, .count = job->omitted));
    } else if (job->shown == 0) {
        session_reply(s, REPLY(job->req.deed == ACCOUNTS_CERT_LIST ? REPLY_CERT_NONE : REPLY_TOKEN_NONE));
    }
    return VERB_DONE;
}

static enum verb_result ask_about_token(struct session *s, enum accounts_deed deed, const char *label,
                                        account_job_done_fn *done, session_then_fn *then)
{
    const struct account *account = account_job_own(s);

    if (account == NULL) {
        return VERB_REFUSED;
    }
    if (label != NULL && text_chars(label, strlen(label)) > LABEL_CHARS) {
        session_reply(s, REPLY(REPLY_LABEL_TOO_LONG, .limit = LABEL_CHARS));
        return VERB_REFUSED;
    }
    return account_job_begin(s, &(struct accounts_request){.deed = deed, .account = account->id, .label = label}, done,
                             then);
}

enum verb_result verbs_token_new(struct session *s, const char *label, session_then_fn *then)
{
    return ask_about_token(s, ACCOUNTS_TOKEN_NEW, label, tell_token_made, then);
}

enum verb_result verbs_token_revoke(struct session *s, const char *label, session_then_fn *then)
{
    return ask_about_token(s, ACCOUNTS_TOKEN_REVOKE, label, tell_token_revoked, then);
}

enum verb_result verbs_token_list(struct session *s, session_then_fn *then)
{
    return ask_about_token(s, ACCOUNTS_TOKEN_LIST, NULL, tell_list, then);
}

/* ---- certificates ---- */

/* Who can log in has changed: administrators find that in the log. */
static void log_cert(const struct session *s, const struct account_job *job, const char *phrase)
{
    log_info(phrase, LOG_STR("name", job->req.found != NULL ? job->req.found->name : "-"),
             LOG_NUM("client", s->conn->id), LOG_STR("fingerprint", job->label));
}

static enum verb_result tell_cert_added(struct session *s, const struct account_job *job, session_then_fn *then)
{
    (void)then;
    log_cert(s, job, "certificate added");
    session_reply(s, REPLY(job->req.is_proven ? REPLY_CERT_ADDED : REPLY_CERT_WAITS, .fingerprint = job->label));
    return VERB_DONE;
}

static enum verb_result tell_cert_removed(struct session *s, const struct account_job *job, session_then_fn *then)
{
    (void)then;
    log_cert(s, job, "certificate removed");
    session_reply(s, REPLY(REPLY_CERT_REMOVED, .fingerprint = job->label));
    return VERB_DONE;
}

static enum verb_result ask_about_cert(struct session *s, enum accounts_deed deed, const char *fingerprint,
                                       bool is_proven, account_job_done_fn *done, session_then_fn *then)
{
    const struct account *account = account_job_own(s);

    if (account == NULL) {
        return VERB_REFUSED;
    }
    return account_job_begin(s, &(struct accounts_request){.deed = deed, .account = account->id, .label = fingerprint,
                                                           .is_proven = is_proven},
                             done, then);
}

/* The fingerprint in the form in which it is kept; false if it is none, and the person was told. */
static bool read_fingerprint(struct session *s, const char *word, char text[FINGERPRINT_SIZE])
{
    unsigned char bytes[FINGERPRINT_BYTES];

    if (!fingerprint_parse(word, bytes)) {
        session_reply(s, REPLY(REPLY_BAD_FINGERPRINT));
        return false;
    }
    fingerprint_text(bytes, text);
    return true;
}

enum verb_result verbs_cert_add(struct session *s, const char *fingerprint, session_then_fn *then)
{
    char shown[FINGERPRINT_SIZE], text[FINGERPRINT_SIZE];
    bool has_shown = session_certificate(s, shown);

    if (fingerprint != NULL && !read_fingerprint(s, fingerprint, text)) {
        return VERB_REFUSED;
    }
    if (fingerprint == NULL && !has_shown) {
        session_reply(s, REPLY(REPLY_NO_CERT));
        return VERB_REFUSED;
    }
    if (fingerprint == NULL) {
        memcpy(text, shown, sizeof(text));
    }
    return ask_about_cert(s, ACCOUNTS_CERT_ADD, text, has_shown && strcmp(shown, text) == 0, tell_cert_added, then);
}

enum verb_result verbs_cert_remove(struct session *s, const char *fingerprint, session_then_fn *then)
{
    char text[FINGERPRINT_SIZE];

    if (!read_fingerprint(s, fingerprint, text)) {
        return VERB_REFUSED;
    }
    return ask_about_cert(s, ACCOUNTS_CERT_REMOVE, text, false, tell_cert_removed, then);
}

enum verb_result verbs_cert_list(struct session *s, session_then_fn *then)
{
    return ask_about_cert(s, ACCOUNTS_CERT_LIST, NULL, false, tell_list, then);
}
