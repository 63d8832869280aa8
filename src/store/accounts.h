/* store/accounts.h: the accounts in the database, behind the port of chat/ports.h.
 *
 *   ask() --> attempts --> [rows of the account] --> [hash lane: compare] --> [hash lane: hash] --> [rows] --> done()
 *
 * The store's lane does all work with the database, the hash lane all work with passwords, the loop only what is in
 * memory: names, and counts of attempts.  Nothing is logged or kept of a secret but its hash.
 *
 * When the database cannot be read, nobody can log in; when it can only be read, logging in works, and the rest fails.
 * Loop thread only. */
#ifndef CHATD_STORE_ACCOUNTS_H
#define CHATD_STORE_ACCOUNTS_H

#include "base/clock.h"
#include "base/lane.h"
#include "base/log_limit.h"
#include "base/passwords.h"
#include "base/timeq.h"
#include "chat/ports.h"
#include "store/account_limits.h"
#include "store/db.h"

#include <stdint.h>

/* What they are made of, all of it borrowed.  db is used in the lane alone from then on, if it is not open, or right
 * now, if it is.  store is the one that keeps lines in db; NULL: there is none. */
struct accounts_spec {
    struct lane *lane;
    struct db *db;
    struct store *store;
    struct passwords *passwords;
    struct clock *clock;
    struct accounts_limits limits;
};

/* Never fails: what cannot be read now is read later, and until then each request is answered ACCOUNTS_FAILED.  Ended
 * before the database and the passwords are, by its free operation. */
struct accounts *accounts_new(const struct accounts_spec *spec);
/* For a loop to run. */
struct timeq *accounts_timeq(struct accounts *accounts);
/* For lines about attempts to log in that fail. */
struct log_limit *accounts_log_limit(struct accounts *accounts);
/* After a reload. */
void accounts_set_limits(struct accounts *accounts, const struct accounts_limits *limits);
/* How many there are. */
uint64_t accounts_count(const struct accounts *accounts);

#endif
