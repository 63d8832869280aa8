/* chat/logins.c: a registered name goes to its owner. */
#include "config.h"

#include "chat/logins.h"

#include "base/check.h"
#include "base/container.h"
#include "base/mem.h"
#include "base/name.h"
#include "chat/announce.h"
#include "chat/bans.h"
#include "chat/graces.h"
#include "chat/marks.h"
#include "chat/names.h"
#include "chat/owners.h"
#include "chat/port_accounts.h"
#include "chat/port_sink.h"
#include "chat/put_out.h"
#include "chat/rights.h"
#include "chat/rooms.h"
#include "chat/succession.h"

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

/* The name is lent to the person, who has it; or the person becomes a guest, if there is no time for that. */
static void lend(struct person *person, const struct account *account)
{
    struct chat *chat = person->chat;

    if (chat->graces->lent.wait_ms == 0 || owners_find(chat, account->id) != NULL) {
        claim(chat, account);
    } else {
        graces_begin(person, account->id);
        tell(person, SINK_NAME_LENT, account->name);
    }
}

/* The grace is over. */
static void lapse(struct timeq *q, struct timeq_node *node)
{
    struct grace *grace = CONTAINER_OF(node, struct grace, node);
    struct person *person = grace->person;
    struct chat *chat = q->ctx;

    if (!grace->is_due) {
        tell(person, SINK_NAME_LAPSED, chat->ports.accounts->ops->get(chat->ports.accounts, grace->account)->name);
    }
    names_lose(chat, person_folded_name(person));
    if (person_grace(person) == grace) {
        graces_prolong(grace);
    }
}

void logins_renamed(struct person *person)
{
    const struct account *account = owners_bar(person, person_folded_name(person));
    const struct grace *grace = person_grace(person);

    if (grace != NULL && account != NULL && grace->account == account->id) {
        return; /* the same name in another case */
    }
    graces_end(person);
    if (account != NULL) {
        lend(person, account);
    }
}

enum chat_result logins_rename(struct attachment *by, struct name *name, chat_done_fn *done, void *ctx)
{
    const struct account *account = owners_account(by->person);

    if (account != NULL && strcmp(account->folded, name->folded) == 0) {
        claim(by->person->chat, account);
    }
    return names_rename(by, name, done, ctx);
}

/* The person has another account, or it has become that of an administrator, or is none any more: that decides what the
 * person may do in rooms, and whether a ban hits the person. */
static void has_changed(struct person *person)
{
    rights_refresh(person);
    announce_account_to_all(person);
    put_out_of_rooms(person);
}

/* account: that from before; 0 if the person was a guest. */
static void has_changed_account(struct person *person, int64_t account)
{
    rights_note_account(person, account);
    has_changed(person);
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
    has_changed_account(person, 0);
    if (bears(person, account)) {
        graces_fulfil(person);
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
    int64_t account = owners_account_id(person);

    marks_log_out(person);
    owners_remove(person);
    has_changed_account(person, account);
}

/* ---- what the accounts tell ---- */

static void added(void *ctx, const struct account *account)
{
    struct person *person = names_find(ctx, account->folded);

    if (person != NULL && !person->is_registering) {
        lend(person, account);
    }
}

static void removed(void *ctx, const struct account *account)
{
    struct person *person = owners_find(ctx, account->id);
    struct chat *chat = ctx;

    bans_forget_account(ctx, account->id);
    graces_forget(chat->graces, account->id);
    if (person != NULL) {
        tell(person, SINK_ACCOUNT_ENDED, account->name);
        owners_remove(person);
        has_changed_account(person, account->id);
    }
    succession_end_account(ctx, account->id);
}

static void admin(void *ctx, const struct account *account)
{
    struct person *person = owners_find(ctx, account->id);

    if (person != NULL) {
        has_changed(person);
        tell(person, account->is_admin ? SINK_ADMIN : SINK_NO_ADMIN, account->name);
    }
}

static void erased(void *ctx, const struct account *account)
{
    rooms_erase_topics(ctx, account->id);
}

void logins_listen(struct chat *chat)
{
    static const struct accounts_events events = {.added = added, .removed = removed, .erased = erased, .admin = admin};
    struct accounts *accounts = chat->ports.accounts;

    chat->graces = graces_new(lapse, chat);
    if (accounts != NULL) {
        accounts->events = &events;
        accounts->ctx = chat;
    }
}

void logins_forget(struct chat *chat)
{
    graces_free(chat->graces);
    if (chat->ports.accounts != NULL) {
        chat->ports.accounts->events = NULL;
    }
}
