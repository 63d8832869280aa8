/* store/account_list.h: all accounts' names and times in memory, so that everybody knows at once whose a name is.
 *
 * Loop thread only. */
#ifndef CHATD_STORE_ACCOUNT_LIST_H
#define CHATD_STORE_ACCOUNT_LIST_H

#include "base/hash.h"
#include "chat/ports.h"
#include "store/attempts.h"

#include <stddef.h>
#include <stdint.h>

struct account_entry {
    struct account account; /* its strings are the entry's */
    char *name, *folded;
    struct attempts_count attempts; /* to log in to it */
    char *owner_from; /* attempts_key() of the address of the last login; NULL if there was none */
    UT_hash_handle hh; /* by account.id */
};

/* Zeroed at first. */
struct account_list {
    struct account_entry **sorted; /* by folded */
    size_t count, space;
    struct account_entry *by_id; /* a uthash table */
};

void account_list_fini(struct account_list *list);
/* There is none of the same name or id; the strings are copied. */
struct account_entry *account_list_add(struct account_list *list, const struct account *account);
void account_list_remove(struct account_list *list, struct account_entry *entry);
/* NULL if there is none. */
struct account_entry *account_list_find(const struct account_list *list, const char *folded);
struct account_entry *account_list_get(const struct account_list *list, int64_t id);
/* The first one behind a name, whether or not there is one of that name; NULL: there is none. */
struct account_entry *account_list_next(const struct account_list *list, const char *folded);

#endif
