/* chat/owners.c: the table of people who are logged in. */
#include "config.h"

#include "chat/owners.h"

#include "base/check.h"
#include "base/mem.h"
#include "chat/port_accounts.h"

#include <stdlib.h>

static struct owner *owner_of(const struct person *person)
{
    return person->handle != NULL ? person->handle->owner : NULL;
}

const struct account *owners_account(const struct person *person)
{
    const struct accounts *accounts = person->chat->ports.accounts;
    const struct owner *owner = owner_of(person);

    return owner != NULL ? accounts->ops->get(accounts, owner->account) : NULL;
}

int64_t owners_account_id(const struct person *person)
{
    const struct owner *owner = owner_of(person);

    return owner != NULL ? owner->account : 0;
}

int64_t owners_answering_id(const struct person *person)
{
    return person->handle != NULL ? person->handle->account : 0;
}

const char *owners_name_of(const struct chat *chat, int64_t account, const char *otherwise)
{
    const struct accounts *accounts = chat->ports.accounts;
    const struct account *found = account != 0 && accounts != NULL ? accounts->ops->get(accounts, account) : NULL;

    return found != NULL ? found->name : otherwise;
}

const char *owners_trail_name(const struct person *person)
{
    return owners_name_of(person->chat, owners_account_id(person), person_shown_name(person));
}

struct person *owners_find(const struct chat *chat, int64_t account)
{
    struct owner *owner;

    HASH_FIND(hh, chat->owners, &account, sizeof(account), owner);
    return owner != NULL ? owner->person : NULL;
}

bool owners_is_admin_account(const struct chat *chat, int64_t id)
{
    const struct accounts *accounts = chat->ports.accounts;
    const struct account *account = accounts != NULL ? accounts->ops->get(accounts, id) : NULL;

    return account != NULL && account->is_admin;
}

bool owners_is_admin(const struct person *person)
{
    const struct account *account = owners_account(person);

    return account != NULL && account->is_admin;
}

const struct account *owners_bar(const struct person *person, const char *folded)
{
    const struct accounts *accounts = person->chat->ports.accounts;
    const struct account *account = accounts != NULL ? accounts->ops->find(accounts, folded) : NULL;
    const struct owner *owner = owner_of(person);

    return account != NULL && (owner == NULL || owner->account != account->id) ? account : NULL;
}

void owners_add(struct person *person, int64_t account)
{
    struct owner *owner = mem_zalloc(sizeof(*owner));

    CHECK(owner_of(person) == NULL && owners_find(person->chat, account) == NULL);
    owner->account = account;
    owner->person = person;
    HASH_ADD(hh, person->chat->owners, account, sizeof(owner->account), owner);
    person_handle(person)->owner = owner;
    person->handle->account = account;
}

void owners_remove(struct person *person)
{
    const struct account *account = owners_account(person);
    struct owner *owner = owner_of(person);

    if (owner == NULL) {
        return;
    }
    if (account != NULL) {
        person->chat->ports.accounts->ops->seen(person->chat->ports.accounts, account->id);
    }
    if (person->chat->next_owner == owner) {
        person->chat->next_owner = owner->hh.next;
    }
    HASH_DEL(person->chat->owners, owner);
    person->handle->owner = NULL;
    free(owner->unread);
    free(owner);
}

void owners_walk_begin(struct chat *chat)
{
    chat->next_owner = chat->owners;
}

struct owner *owners_walk_next(struct chat *chat)
{
    struct owner *owner = chat->next_owner;

    if (owner != NULL) {
        chat->next_owner = owner->hh.next;
    }
    return owner;
}
