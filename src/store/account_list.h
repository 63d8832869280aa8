/* store/account_list.h: the names and times of all accounts, in memory, so that the account of a name is found at once.
 *
 * Loop thread only. */
#ifndef CHATD_STORE_ACCOUNT_LIST_H
#define CHATD_STORE_ACCOUNT_LIST_H

#include "base/hash.h"
#include "chat/port_accounts.h"
#include "store/attempts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The skeleton of an account's name (base/lookalike.h), if it differs from its folded form. */
struct account_alike {
    struct account_entry *entry;
    UT_hash_handle hh;
    char skeleton[];
};

struct account_entry {
    struct account account; /* its strings are the entry's */
    char *name, *folded;
    bool is_stored_admin; /* as the database has it; account.is_admin follows from it and the settings */
    struct attempts_count attempts; /* attempts to log in to the account */
    char *owner_from; /* attempts_key() of the address of the last login; NULL if there was none */
    struct account_alike *alike; /* NULL if the skeleton is folded */
    UT_hash_handle hh; /* by account.id */
};

/* Zeroed at first. */
struct account_list {
    struct account_entry **sorted; /* in order of folded */
    size_t count, space;
    struct account_entry *by_id; /* a uthash table */
    struct account_alike *alikes; /* the same, by skeleton; several may have the same one */
};

void account_list_fini(struct account_list *list);
/* Adds an account, whose name and id are not in the list yet; the strings are copied. */
struct account_entry *account_list_add(struct account_list *list, const struct account *account);
void account_list_remove(struct account_list *list, struct account_entry *entry);
/* The account of that name, or with that id; NULL if there is none. */
struct account_entry *account_list_find(const struct account_list *list, const char *folded);
struct account_entry *account_list_get(const struct account_list *list, int64_t id);
/* An account whose name has that skeleton; NULL if there is none. */
struct account_entry *account_list_find_alike(const struct account_list *list, const char *skeleton);
/* The first account after a name, which need not be that of an account; NULL if there is none. */
struct account_entry *account_list_next(const struct account_list *list, const char *folded);

#endif
