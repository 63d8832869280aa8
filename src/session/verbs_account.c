/* session/verbs_account.c: who a person is, proven by a password, a token or a certificate: registering, logging in
 * and out. */
#include "config.h"

#include "chat/port_accounts.h"
#include "session/verbs.h"

#include "base/mem.h"
#include "base/name.h"
#include "chat/bans.h"
#include "chat/logins.h"
#include "chat/names.h"
#include "chat/owners.h"
#include "session/account_job.h"
#include "session/await.h"
#include "session/profile.h"
#include "session/sanction.h"
#include "session/scroll.h"
#include "session/secret.h"

#include <stdlib.h>
#include <string.h>

/* ---- logging in ---- */

/* result: what came of the account's name. */
static enum verb_result begin_profile(struct session *s, enum chat_result result, enum profile_way way,
                                      session_then_fn *then)
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
    if (account->is_admin) {
        session_reply(s, REPLY(REPLY_ADMIN, .name = account->name, .on = true));
    }
    if (way == PROFILE_ATTACHED || (s->current == NULL && bans_lockdown(s->env->chat) != NULL)) {
        (void)verbs_show_rooms(s); /* they may be others now; and a guest could enter none in a lockdown */
    }
    scroll_take(s);
    return profile_begin(s, way, then);
}

static enum verb_result tell_login(struct session *s, enum chat_result result, struct room *room, const char *about,
                                   session_then_fn *then)
{
    (void)room;
    (void)about;
    return begin_profile(s, result, PROFILE_LOGGED_IN, then);
}

static enum verb_result tell_registered(struct session *s, enum chat_result result, struct room *room,
                                        const char *about, session_then_fn *then)
{
    (void)room;
    (void)about;
    return begin_profile(s, result, PROFILE_NEW, then);
}

static enum verb_result join_person(struct session *s, struct person *person, session_then_fn *then)
{
    chat_attach(&s->self, person);
    session_apply_settings(s, s->encoding, s->wants_echo, session_wants_comings(s));
    return begin_profile(s, CHAT_ALREADY, PROFILE_ATTACHED, then);
}

/* What the owner is told as soon as the account's time zone is known. */
static void note_attempts(struct session *s, const struct accounts_request *req)
{
    if (req->failures > 0 || req->last_seen_ms != 0 || s->extra != NULL) {
        session_get_extra(s)->failures = req->failures;
        s->extra->last_seen_ms = req->last_seen_ms;
    }
}

static enum verb_result log_in(struct session *s, const struct account_job *job, session_then_fn *then)
{
    const struct accounts_request *req = &job->req;
    struct person *here = owners_find(s->env->chat, req->account);
    const struct account *own = owners_account(s->self.person);
    uint32_t rooms = s->self.person->room_count;
    enum chat_result result;

    if (s->self.id == 0) {
        return VERB_REFUSED; /* it has quit */
    }
    if (req->found != NULL && sanction_tell_banned(s, req->found)) {
        return VERB_REFUSED;
    }
    if (own != NULL && here != s->self.person) { /* by another attachment of the person's meanwhile */
        session_reply(s, REPLY(REPLY_LOGGED_IN_ALREADY, .name = own->name));
        return VERB_REFUSED;
    }
    note_attempts(s, req);
    if (req->deed == ACCOUNTS_REGISTER) {
        session_reply(s, REPLY(REPLY_REGISTERED, .name = req->found->name));
    }
    if (here == s->self.person) {
        return begin_profile(s, CHAT_ALREADY, PROFILE_ATTACHED, then);
    }
    if (here != NULL) {
        return join_person(s, here, then);
    }
    result = logins_begin(&s->self, req->account, await_done, s);
    if ((result == CHAT_OK || result == CHAT_LATER) && rooms > 1) {
        session_charge(s, rooms - 1u); /* each of them is told */
    }
    return await_result(s, result, NULL, NULL, req->deed == ACCOUNTS_REGISTER ? tell_registered : tell_login, then);
}

/* False when the person is logged in already or there are no accounts, and the error has been sent. */
static bool can_log_in(struct session *s)
{
    const struct account *account = owners_account(s->self.person);

    if (!account_job_is_possible(s)) {
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
    char *folded = name_fold(word, strlen(word));
    enum verb_result result = VERB_REFUSED;

    if (folded == NULL) {
        account_job_note_refused(s, ACCOUNTS_WRONG);
        session_reply(s, REPLY(REPLY_LOGIN_FAILED)); /* the word may be a password: it is not told back */
    } else {
        result = account_job_begin(s, &(struct accounts_request){.deed = ACCOUNTS_LOGIN, .folded = folded,
                                                                 .secret = password, .secret_len = len},
                                   log_in, then);
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
        return password == NULL ? secret_refuse(s, 1) : VERB_REFUSED;
    }
    if (password == NULL) {
        return secret_ask(s, REPLY_ASK_PASSWORD,
                          &(struct secret){.answer = login_answer, .then = then, .word = mem_strdup(name)});
    }
    return login_with(s, name, password, strlen(password), then);
}

enum verb_result verbs_login_token(struct session *s, const char *token, session_then_fn *then)
{
    if (!can_log_in(s)) {
        return VERB_REFUSED;
    }
    return account_job_begin(s, &(struct accounts_request){.deed = ACCOUNTS_LOGIN_TOKEN, .secret = token,
                                                           .secret_len = strlen(token)},
                             log_in, then);
}

enum verb_result verbs_login_trusted(struct session *s, const char *folded, session_then_fn *then)
{
    const struct accounts *accounts = s->env->chat->ports.accounts;
    const struct account *account = accounts != NULL ? accounts->ops->find(accounts, folded) : NULL;

    if (account == NULL) {
        return VERB_DONE;
    }
    return account_job_begin(s, &(struct accounts_request){.deed = ACCOUNTS_LOGIN_TRUSTED, .account = account->id},
                             log_in, then);
}

enum verb_result verbs_login_cert(struct session *s, const char *fingerprint, session_then_fn *then)
{
    const struct accounts *accounts = s->env->chat->ports.accounts;

    if (accounts == NULL || accounts->absence != ACCOUNTS_PRESENT) {
        return VERB_DONE;
    }
    return account_job_begin(s, &(struct accounts_request){.deed = ACCOUNTS_LOGIN_CERT, .label = fingerprint}, log_in,
                             then);
}

enum verb_result verbs_cert_accept(struct session *s, session_then_fn *then)
{
    char fingerprint[FINGERPRINT_SIZE];

    if (!can_log_in(s)) {
        return VERB_REFUSED;
    }
    if (!session_certificate(s, fingerprint)) {
        session_reply(s, REPLY(REPLY_NO_CERT));
        return VERB_REFUSED;
    }
    return account_job_begin(s, &(struct accounts_request){.deed = ACCOUNTS_LOGIN_CERT, .label = fingerprint,
                                                           .is_proven = true},
                             log_in, then);
}

/* ---- registering ---- */

/* What is known before a password is asked for, which a client may show to others. */
static bool may_register(struct session *s, const char *invitation)
{
    const struct accounts *accounts = s->env->chat->ports.accounts;

    if (accounts->is_closed) {
        session_reply(s, REPLY(REPLY_REGISTRATION_CLOSED));
    } else if (accounts->needs_invitation && invitation == NULL) {
        session_reply(s, REPLY(REPLY_NEEDS_INVITATION));
    }
    return !accounts->is_closed && (!accounts->needs_invitation || invitation != NULL);
}

static enum verb_result register_with(struct session *s, const char *invitation, const char *password, size_t len,
                                      session_then_fn *then)
{
    const struct name *name = &s->self.person->name.name;

    if (!can_log_in(s)) {
        return VERB_REFUSED;
    }
    if (sanction_tell(s, bans_may_enter(&s->self))) { /* or a lockdown would keep nobody out */
        return VERB_REFUSED;
    }
    if (name_is_reserved(name)) {
        session_reply(s, REPLY(REPLY_REGISTER_GUEST, .name = name->shown));
        return VERB_REFUSED;
    }
    if (names_is_kept(s->env->chat, name)) {
        session_reply(s, REPLY(REPLY_NAME_KEPT, .name = name->shown));
        return VERB_REFUSED;
    }
    if (names_find_alike(s->env->chat, NULL, name) != NULL) { /* the person had it before */
        session_reply(s, REPLY(REPLY_NAME_ALIKE, .name = name->shown, .own = name->shown));
        return VERB_REFUSED;
    }
    if (password == NULL) {
        return may_register(s, invitation) ? VERB_ASKED : VERB_REFUSED;
    }
    return account_job_begin(s, &(struct accounts_request){.deed = ACCOUNTS_REGISTER, .name = name->shown,
                                                           .folded = name->folded, .new_secret = password,
                                                           .new_secret_len = len, .invitation = invitation},
                             log_in, then);
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
    return result == VERB_REFUSED && password == NULL ? secret_refuse(s, 1) : result;
}

/* ---- logging out ---- */

static enum verb_result tell_logout(struct session *s, enum chat_result result, struct room *room, const char *about,
                                    session_then_fn *then)
{
    (void)room;
    (void)about;
    (void)then;
    if (result != CHAT_OK && result != CHAT_ALREADY) {
        session_reply(s, REPLY(REPLY_NAME_UNAVAILABLE, .own = person_shown_name(s->self.person)));
        return VERB_REFUSED;
    }
    logins_end(s->self.person);
    session_note(s, "client logged out", NULL);
    session_reply(s, REPLY(REPLY_LOGGED_OUT, .name = person_shown_name(s->self.person)));
    return VERB_DONE;
}

/* The session has a person of its own, which is in no room yet. */
static enum verb_result settle_alone(struct session *s, enum chat_result result, struct room *none, const char *about,
                                     session_then_fn *then)
{
    const char *room = s->env->limits.default_room;

    (void)none;
    (void)about;
    if (result != CHAT_OK) {
        session_end(s, REASON_LOGIN);
        return VERB_REFUSED;
    }
    session_reply(s, REPLY(REPLY_LOGGED_OUT, .name = person_shown_name(s->self.person)));
    return room[0] != '\0' ? verbs_join(s, room, NULL, then) : VERB_DONE;
}

enum verb_result verbs_logout(struct session *s, session_then_fn *then)
{
    if (account_job_own(s) == NULL) {
        return VERB_REFUSED;
    }
    session_set_other(s, NULL); /* who wrote to the account's owner */
    if (person_live_attachments(s->self.person) == 1) {
        return await_result(s, logins_leave_name(&s->self, await_done, s), NULL, NULL, tell_logout, then);
    }
    chat_detach(&s->self); /* the others stay */
    return await_result(s, names_rename_guest(&s->self, await_done, s), NULL, NULL, settle_alone, then);
}
