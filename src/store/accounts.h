/* store/accounts.h: the accounts in the database, behind the port of chat/port_accounts.h.
 *
 *   ask() --> attempts --> [rows of the account] --> [hash lane: compare] --> [hash lane: hash] --> [rows] --> done()
 *
 * The store's lane does all work with the database, once accounts_new() has returned.  The hash lane does all work with
 * passwords.  The loop uses only what is in memory: names, and counts of attempts.  Of a secret only its hash is
 * stored, and nothing is logged.
 *
 * If the database cannot be read, nobody can log in.  If it can be read and not written, logging in and listing tokens
 * work, and all else fails.  Loop thread only. */
#ifndef CHATD_STORE_ACCOUNTS_H
#define CHATD_STORE_ACCOUNTS_H

#include "base/clock.h"
#include "base/lane.h"
#include "base/log_limit.h"
#include "base/passwords.h"
#include "base/timeq.h"
#include "chat/port_accounts.h"
#include "store/account_limits.h"
#include "store/db.h"

#include <stdint.h>

/* What the accounts use, all of it borrowed.  accounts_new() reads db at once if it is open; after that only jobs in
 * the lane use it.  store is the store that keeps lines in db (store/store_sqlite.h); NULL if there is none. */
struct accounts_spec {
    struct lane *lane;
    struct db *db;
    struct store *store;
    struct passwords *passwords;
    struct clock *clock;
    struct accounts_limits limits;
};

/* Never fails: if the accounts cannot be read now, they are read later, and until then each request is answered
 * ACCOUNTS_FAILED.  Freed by its free operation, before the database and the passwords are. */
struct accounts *accounts_new(const struct accounts_spec *spec);
/* The queue that a loop runs: it reads the accounts if that has failed. */
struct timeq *accounts_timeq(struct accounts *accounts);
/* The limit of log lines about failed attempts to log in. */
struct log_limit *accounts_log_limit(struct accounts *accounts);
/* Sets new limits after a reload. */
void accounts_set_limits(struct accounts *accounts, const struct accounts_limits *limits);
/* The number of accounts. */
uint64_t accounts_count(const struct accounts *accounts);

#endif
