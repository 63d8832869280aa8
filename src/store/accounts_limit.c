/* store/accounts_limit.c: which attempts are counted where.
 *
 * An attempt to log in is counted for its address, and for the account or, where there is none, for the name: so
 * nobody learns by the waits which names have accounts.  Others' attempts do not shut an owner out: from the address
 * of the last login, the account's waits do not apply.  Registering counts for the address. */
#include "config.h"

#include "store/accounts_limit.h"

#include "base/mem.h"
#include "store/accounts_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_HASH_BYTES = 16 };

static const struct attempts_rule of_address = {.free = 8, .first_s = 1, .most_s = 900, .forget_s = 3600};
static const struct attempts_rule of_account = {.free = 5, .first_s = 1, .most_s = 60, .forget_s = 3600};
static const struct attempts_rule of_registering = {.free = 10, .first_s = 30, .most_s = 3600, .forget_s = 86400};

/* How an attempt is counted. */
struct counted {
    struct attempts_count *by_address, *by_account; /* NULL: it is not */
    const struct attempts_rule *address_rule;
};

static bool is_owners_address(const struct account_ask *ask, const struct account_entry *entry)
{
    return ask->from[0] != '\0' && entry->owner_from != NULL && strcmp(entry->owner_from, ask->from) == 0;
}

/* What was given for a name that nobody has may be a password, so that is kept as its hash alone. */
static struct attempts_count *by_name(struct accounts_db *a, const char *folded)
{
    unsigned char hash[TOKENS_HASH_BYTES];
    char key[2 * NAME_HASH_BYTES + 1];

    (void)tokens_hash(folded, hash);
    for (size_t i = 0; i < NAME_HASH_BYTES; i++) {
        snprintf(key + 2 * i, 3, "%02x", hash[i]);
    }
    return attempts_get(&a->names, key);
}

static struct counted counted(struct account_ask *ask)
{
    struct accounts_db *a = ask->db;
    struct counted c = {.address_rule = &of_address};
    struct account_entry *entry;

    if (ask->is_admin) {
        return c;
    }
    if (ask->from[0] != '\0') {
        c.by_address = attempts_get(ask->deed == ACCOUNTS_REGISTER ? &a->registering : &a->addresses, ask->from);
    }
    switch (ask->deed) {
    case ACCOUNTS_REGISTER:
        c.address_rule = &of_registering;
        break;
    case ACCOUNTS_LOGIN_TOKEN: /* nobody can try tokens out; the address is to learn that it sends wrong ones */
    case ACCOUNTS_LOGIN_CERT:
        break;
    default:
        entry = account_list_get(&a->list, ask->account);
        if (entry == NULL) {
            c.by_account = by_name(a, ask->folded != NULL ? ask->folded : "");
        } else if (!is_owners_address(ask, entry)) {
            c.by_account = &entry->attempts;
        }
        break;
    }
    return c;
}

unsigned accounts_limit_wait_s(struct account_ask *ask)
{
    struct counted c = counted(ask);
    uint64_t now_ms = clock_ms(ask->db->clock);
    unsigned address_s = 0, account_s = 0;

    if (c.by_address != NULL) {
        address_s = attempts_wait_s(c.by_address, c.address_rule, now_ms);
    }
    if (c.by_account != NULL) {
        account_s = attempts_wait_s(c.by_account, &of_account, now_ms);
    }
    return address_s > account_s ? address_s : account_s;
}

void accounts_limit_begin(struct account_ask *ask)
{
    struct counted c = counted(ask);
    uint64_t now_ms = clock_ms(ask->db->clock);

    if (c.by_address != NULL) {
        attempts_begin(c.by_address, c.address_rule, now_ms);
    }
    if (c.by_account != NULL) {
        attempts_begin(c.by_account, &of_account, now_ms);
    }
    ask->is_counted = true;
}

void accounts_limit_take_back(struct account_ask *ask)
{
    struct counted c;

    if (!ask->is_counted) {
        return;
    }
    c = counted(ask);
    ask->is_counted = false;
    if (c.by_address != NULL) {
        attempts_take_back(c.by_address);
    }
    if (c.by_account != NULL) {
        attempts_take_back(c.by_account);
    }
}

void accounts_limit_forget(struct account_ask *ask)
{
    struct account_entry *entry = account_list_get(&ask->db->list, ask->account);

    if (entry == NULL) {
        return;
    }
    entry->attempts = (struct attempts_count){0};
    if (ask->from[0] != '\0' && !is_owners_address(ask, entry)) {
        free(entry->owner_from);
        entry->owner_from = mem_strdup(ask->from);
    }
}
