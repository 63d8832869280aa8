/* store/accounts_admins.h: which accounts are those of administrators: the settings name some, and chatctl the
 * others, which the database keeps.  Loop thread only. */
#ifndef CHATD_STORE_ACCOUNTS_ADMINS_H
#define CHATD_STORE_ACCOUNTS_ADMINS_H

#include <stdbool.h>

struct account_ask;
struct account_entry;
struct accounts_db;

/* Takes the names in limits.admins, and applies them to all accounts. */
void accounts_admins_set(struct accounts_db *a, const char *list);
/* Applies them to all accounts, which have just been read. */
void accounts_admins_apply(struct accounts_db *a);
/* Applies them to one account, which is new. */
void accounts_admins_note(struct accounts_db *a, struct account_entry *entry);
/* The settings make an administrator of the account of that name, whether it exists or not. */
bool accounts_admins_has(const struct accounts_db *a, const char *folded);
/* Writes ask->on of the ask's account, then finishes the ask. */
void accounts_admins_begin(struct account_ask *ask);
void accounts_admins_fini(struct accounts_db *a);

#endif
