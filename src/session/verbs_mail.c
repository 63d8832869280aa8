/* session/verbs_mail.c: letters: private lines for somebody who may be absent, and those that wait for oneself.
 *
 * To write is a job without steps, for as long as the mail takes. */
#include "config.h"

#include "chat/port_accounts.h"
#include "chat/port_mail.h"
#include "session/verbs.h"

#include "base/container.h"
#include "base/mem.h"
#include "chat/letters.h"
#include "chat/owners.h"
#include "session/account_job.h"
#include "session/find.h"
#include "session/job.h"
#include "session/mailbag.h"
#include "session/sanction.h"

#include <stdlib.h>
#include <string.h>

struct letter_job {
    struct session_job job;
    struct session *s;
    struct mail_request req;
    char *name; /* of the account */
};

static void job_free(struct letter_job *job)
{
    free(job->name);
    free(job);
}

/* The session goes first. */
static void cancel(struct session_job *base)
{
    struct letter_job *job = CONTAINER_OF(base, struct letter_job, job);
    const struct chat *chat = job->s->env->chat;

    chat->ports.mail->ops->cancel(chat->ports.mail, &job->req);
    job_free(job);
}

/* ---- writing ---- */

static enum verb_result tell_kept(const struct letter_job *job, enum mail_answer answer)
{
    struct session *s = job->s;
    int64_t limit = (int64_t)job->req.limit;

    switch (answer) {
    case MAIL_DONE:
        session_reply(s, REPLY(REPLY_LETTER_KEPT, .name = job->name));
        return VERB_DONE;
    case MAIL_FULL:
        session_reply(s, REPLY(REPLY_MAILBOX_FULL, .name = job->name, .limit = limit));
        break;
    case MAIL_GUESTS:
        session_reply(s, REPLY(REPLY_MAILBOX_FULL_OF_GUESTS, .name = job->name, .limit = limit));
        break;
    case MAIL_WRITER:
        session_reply(s, REPLY(REPLY_MAILBOX_FULL_OF_YOU, .name = job->name, .limit = limit));
        break;
    case MAIL_SLOW:
        session_reply(s, REPLY(REPLY_TOO_MANY_LETTERS, .seconds = job->req.wait_s));
        break;
    case MAIL_OFF:
        session_reply(s, REPLY(REPLY_NO_MAIL, .name = job->name));
        break;
    case MAIL_NO_SUCH:
        session_reply(s, REPLY(REPLY_NO_SUCH_NAME, .name = job->name));
        break;
    default:
        session_reply(s, REPLY(REPLY_LETTER_UNAVAILABLE, .name = job->name));
        break;
    }
    return VERB_REFUSED;
}

static void kept(struct mail_request *req, enum mail_answer answer)
{
    struct letter_job *job = CONTAINER_OF(req, struct letter_job, req);
    struct session *s = job->s;
    session_then_fn *then = job->job.then;
    enum verb_result result;

    (void)job_end(s);
    result = tell_kept(job, answer);
    job_free(job);
    then(s, result == VERB_DONE);
}

static enum verb_result keep(struct session *s, const struct account *to, const char *text, size_t len,
                             session_then_fn *then)
{
    uint32_t most = s->env->limits.lines.line_bytes;
    enum mail_answer answer = MAIL_OFF;
    enum verb_result result;
    char address[ADDR_TEXT_SIZE];
    struct letter_job *job;
    enum chat_result may;

    if (len > most) {
        session_reply(s, REPLY(REPLY_LETTER_TOO_LONG, .name = to->name, .limit = most));
        return VERB_REFUSED;
    }
    job = mem_zalloc(sizeof(*job));
    *job = (struct letter_job){
        .job = {.then = then, .free = cancel}, .s = s, .req = {.done = kept}, .name = mem_strdup(to->name)};
    may = letters_keep(&s->self, to, text, len, account_job_address(s, address), &job->req, &answer);
    if (may != CHAT_OK) {
        if (!sanction_tell(s, may)) {
            session_reply(s, REPLY(REPLY_NAME_NOT_YOURS, .name = person_shown_name(s->self.person)));
        }
        result = VERB_REFUSED;
    } else if (answer == MAIL_LATER) {
        job_await(s, &job->job);
        return VERB_PENDING;
    } else {
        result = tell_kept(job, answer);
    }
    job_free(job);
    return result;
}

enum verb_result verbs_write(struct session *s, const char *name, const char *text, size_t len, session_then_fn *then)
{
    const struct chat *chat = s->env->chat;
    const struct accounts *accounts = chat->ports.accounts;
    char *folded = name_fold(name, strlen(name));
    const struct account *to = folded != NULL && accounts != NULL ? accounts->ops->find(accounts, folded) : NULL;
    struct person *here = to != NULL ? owners_find(chat, to->id) : NULL;

    free(folded);
    if (here != NULL) { /* by whatever name */
        return verbs_tell_person(s, here, text, len);
    }
    return to != NULL ? keep(s, to, text, len, then) : verbs_tell(s, name, text, len);
}

/* ---- reading ---- */

struct reading {
    struct session_job job;
    struct mailbag bag;
};

static void reading_free(struct session_job *job)
{
    struct reading *reading = CONTAINER_OF(job, struct reading, job);

    mailbag_fini(&reading->bag);
    free(reading);
}

static enum session_step reading_step(struct session *s, struct session_job *job)
{
    (void)s;
    return mailbag_end(&CONTAINER_OF(job, struct reading, job)->bag) ? SESSION_STEP_OK : SESSION_STEP_FAILED;
}

enum verb_result verbs_show_letters(struct session *s, session_then_fn *then)
{
    struct reading *reading;
    bool has_worked;

    if (account_job_own(s) == NULL) {
        return VERB_REFUSED;
    }
    reading = mem_zalloc(sizeof(*reading));
    reading->job = (struct session_job){.step = reading_step, .free = reading_free, .then = then};
    if (mailbag_ask(&reading->bag, s, true)) {
        job_wait(s, &reading->job);
        return VERB_PENDING;
    }
    has_worked = mailbag_end(&reading->bag);
    reading_free(&reading->job);
    return has_worked ? VERB_DONE : VERB_REFUSED;
}
