/* session/mailbag.c: from the mail's answer to the session's queue. */
#include "config.h"

#include "session/mailbag.h"

#include "base/container.h"
#include "chat/letters.h"
#include "chat/owners.h"
#include "chat/port_accounts.h"
#include "chat/port_mail.h"
#include "session/answer.h"
#include "session/job.h"

static bool fits(const struct session *s, const struct mail_letter *letter)
{
    uint32_t overhead, text_factor;

    answer_message_measure(s, &overhead, &text_factor);
    return overhead + (uint64_t)text_factor * letter->text_len <= answer_room(s);
}

/* Without those by people who are ignored, which are erased with the others. */
static int64_t count_heard(const struct session *s, const struct mail_request *req)
{
    int64_t count = 0;

    for (size_t i = 0; i < req->count; i++) {
        count += !letters_is_ignored(s->self.person, &req->letters[i]);
    }
    return count;
}

static void show(const struct mailbag *bag)
{
    const struct mail_request *req = &bag->req;
    struct session *s = bag->s;
    struct mail *mail = s->env->chat->ports.mail;
    int64_t left = count_heard(s, req);
    size_t i = 0;

    if (left > 0) {
        session_reply(s, REPLY(REPLY_LETTERS, .count = left));
    } else if (bag->is_asked_for) {
        session_reply(s, REPLY(REPLY_LETTERS_NONE));
    }
    for (; i < req->count; i++) {
        bool is_heard = !letters_is_ignored(s->self.person, &req->letters[i]);

        if (is_heard && !fits(s, &req->letters[i])) {
            break;
        }
        if (is_heard) {
            letters_deliver(&s->self, &req->letters[i]);
            left--;
        }
    }
    if (i > 0) {
        mail->ops->erase(mail, req->account, req->letters[i - 1].id);
    }
    if (left > 0) {
        session_reply(s, REPLY(REPLY_LETTERS_LEFT, .left = left, .next = "/mail"));
    }
}

/* They are no reason for a log-in to fail. */
static void tell_failed(struct mailbag *bag)
{
    bag->has_failed = true;
    session_reply(bag->s, REPLY(bag->is_asked_for ? REPLY_LETTERS_UNAVAILABLE : REPLY_LETTERS_UNREAD));
}

/* Whoever has asked may be another one by now, or be gone. */
static bool is_still_there(const struct session *s, int64_t account)
{
    const struct account *own = s->self.id != 0 ? owners_account(s->self.person) : NULL;

    return own != NULL && own->id == account && conn_is_open(s->conn);
}

static void have_read(struct mail_request *req, enum mail_answer answer)
{
    struct mailbag *bag = CONTAINER_OF(req, struct mailbag, req);

    bag->is_waiting = false;
    letters_have_read(bag->s->env->chat, req->account);
    if (answer != MAIL_DONE) {
        tell_failed(bag);
    } else if (is_still_there(bag->s, req->account)) {
        show(bag);
    }
    job_wake(bag->s);
}

bool mailbag_ask(struct mailbag *bag, struct session *s, bool is_asked_for)
{
    enum mail_answer answer;

    *bag = (struct mailbag){.s = s, .req = {.done = have_read}, .is_asked_for = is_asked_for};
    answer = letters_read(s->self.person, &bag->req);
    bag->is_waiting = answer == MAIL_LATER;
    if (!bag->is_waiting && answer != MAIL_OFF) {
        tell_failed(bag);
    } else if (!bag->is_waiting && is_asked_for) {
        session_reply(s, REPLY(REPLY_LETTERS_NONE));
    }
    return bag->is_waiting;
}

bool mailbag_end(struct mailbag *bag)
{
    if (bag->is_waiting) {
        mailbag_fini(bag);
        tell_failed(bag);
    }
    return !bag->has_failed;
}

void mailbag_fini(struct mailbag *bag)
{
    if (bag->is_waiting) {
        struct chat *chat = bag->s->env->chat;

        bag->is_waiting = false;
        letters_have_read(chat, bag->req.account);
        chat->ports.mail->ops->cancel(chat->ports.mail, &bag->req);
    }
}
