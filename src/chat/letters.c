/* chat/letters.c: from a line to a letter, and back. */
#include "config.h"

#include "chat/letters.h"

#include "base/clock.h"
#include "chat/bans.h"
#include "chat/deliver.h"
#include "chat/ignore.h"
#include "chat/owners.h"
#include "chat/port_accounts.h"

enum chat_result letters_keep(struct attachment *by, const struct account *to, const char *text, size_t len,
                              const char *from, struct mail_request *req, enum mail_answer *answer)
{
    const struct person *person = by->person;
    const struct account *account = owners_account(person);
    struct mail *mail = person->chat->ports.mail;
    enum chat_result may;

    if (person_grace(person) != NULL) {
        return CHAT_NAME_REGISTERED;
    }
    may = bans_may_speak(by, to->is_admin);
    if (may != CHAT_OK) {
        return may;
    }
    req->account = to->id;
    req->from = from;
    req->letter = (struct mail_letter){.name = person_shown_name(person),
                                       .folded = person_folded_name(person),
                                       .writer = account != NULL ? account->id : 0,
                                       .text = text,
                                       .text_len = len};
    *answer = mail != NULL ? mail->ops->keep(mail, req) : MAIL_OFF;
    return CHAT_OK;
}

enum mail_answer letters_read(const struct person *person, struct mail_request *req)
{
    const struct account *account = owners_account(person);
    struct mail *mail = person->chat->ports.mail;
    enum mail_answer answer;

    if (account == NULL || mail == NULL || person->handle->owner->is_reading) {
        return MAIL_OFF;
    }
    req->account = account->id;
    answer = mail->ops->read(mail, req);
    person->handle->owner->is_reading = answer == MAIL_LATER;
    return answer;
}

void letters_have_read(const struct chat *chat, int64_t account)
{
    const struct person *person = owners_find(chat, account);

    if (person != NULL) {
        person->handle->owner->is_reading = false;
    }
}

bool letters_is_ignored(const struct person *person, const struct mail_letter *letter)
{
    return letter->writer != 0 && ignore_has_account(person, letter->writer);
}

void letters_deliver(struct attachment *to, const struct mail_letter *letter)
{
    struct chat *chat = to->person->chat;
    struct message *m = message_new(&(struct message_parts){
        .kind = MESSAGE_PRIVATE,
        .actor = letter->name,
        .actor_folded = letter->folded,
        .target = person_shown_name(to->person),
        .text = letter->text,
        .text_len = letter->text_len,
        .time_ms = letter->time_ms,
        .account = letter->writer,
    });

    deliver_replay(NULL, &to->sink, m, clock_real_ms(chat->clock));
    message_unref(m);
}
