/* base/unix_users.h: which users of this machine are the owners of which accounts, as a setting tells: a list of
 * "USER:ACCOUNT", USER a name or a number.
 *
 * Any thread; but what reads a list may wait for the system's database of users, so it is not called in the loop. */
#ifndef CHATD_BASE_UNIX_USERS_H
#define CHATD_BASE_UNIX_USERS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct unix_users;

/* Returns false, and writes the end of a sentence to err, if an item of the list is wrong. */
bool unix_users_check(const char *item, char *err, size_t err_size);
/* The same if the list, whose items are right, has a user twice. */
bool unix_users_check_all(const char *list, char *err, size_t err_size);
/* Reads a list; an item that is wrong is left out. */
struct unix_users *unix_users_new(const char *list);
struct unix_users *unix_users_copy(const struct unix_users *users);
void unix_users_free(struct unix_users *users);
/* The folded name of the account that the user owns; NULL if there is none.  Borrowed; users may be NULL. */
const char *unix_users_find(const struct unix_users *users, uid_t uid);

#endif
