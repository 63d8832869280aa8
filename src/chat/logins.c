/* chat/logins.c: a registered name goes to its owner. */
#include "config.h"

#include "chat/logins.h"

#include "base/check.h"
#include "base/mem.h"
#include "base/name.h"
#include "chat/names.h"
#include "chat/owners.h"

#include <string.h>

static void tell(const struct person *person, enum sink_news news, const char *name)
{
    for (struct attachment *at = person->attachments; at != NULL; at = at->next_of_person) {
        at->sink.ops->news(&at->sink, news, name);
    }
}

/* Whoever bears the account's name, and is not logged in to it, becomes a guest. */
static void claim(struct chat *chat, const struct account *account)
{
    struct person *person = names_find(chat, account->folded);

    if (person != NULL && owners_bar(person, account->folded)) {
        tell(person, SINK_NAME_CLAIMED, account->name);
        names_lose(chat, account->folded);
    }
}

static bool bears(const struct person *person, const struct account *account)
{
    return strcmp(person_folded_name(person), account->folded) == 0;
}

enum chat_result logins_begin(struct attachment *by, int64_t id, chat_done_fn *done, void *ctx)
{
    struct person *person = by->person;
    const struct account *account = person->chat->ports.accounts->ops->get(person->chat->ports.accounts, id);
    struct name name;

    CHECK(account != NULL);
    owners_add(person, id);
    if (bears(person, account)) {
        return CHAT_ALREADY;
    }
    claim(person->chat, account);
    name.shown = mem_strdup(account->name);
    name.folded = strcmp(account->name, account->folded) == 0 ? name.shown : mem_strdup(account->folded);
    return names_rename(by, &name, done, ctx);
}

enum chat_result logins_leave_name(struct attachment *by, chat_done_fn *done, void *ctx)
{
    const struct account *account = owners_account(by->person);

    return account != NULL && bears(by->person, account) ? names_rename_guest(by, done, ctx) : CHAT_ALREADY;
}

void logins_end(struct person *person)
{
    owners_remove(person);
}

/* ---- what the accounts tell ---- */

static void added(void *ctx, const struct account *account)
{
    const struct person *person = names_find(ctx, account->folded);

    if (person != NULL && !person->is_registering) {
        claim(ctx, account);
    }
}

static void removed(void *ctx, const struct account *account)
{
    struct person *person = owners_find(ctx, account->id);

    if (person != NULL) {
        tell(person, SINK_ACCOUNT_ENDED, account->name);
        owners_remove(person);
    }
}

static void admin(void *ctx, const struct account *account)
{
    const struct person *person = owners_find(ctx, account->id);

    if (person != NULL) {
        tell(person, account->is_admin ? SINK_ADMIN : SINK_NO_ADMIN, account->name);
    }
}

void logins_listen(struct chat *chat)
{
    static const struct accounts_events events = {.added = added, .removed = removed, .admin = admin};
    struct accounts *accounts = chat->ports.accounts;

    if (accounts != NULL) {
        accounts->events = &events;
        accounts->ctx = chat;
    }
}

void logins_forget(struct chat *chat)
{
    if (chat->ports.accounts != NULL) {
        chat->ports.accounts->events = NULL;
    }
}
