/* store/account_rows.h: accounts, their tokens, and invitations, in and out of the database.
 *
 * Each function of the type account_rows_fn is one piece of work: it takes what it needs from a struct account_work,
 * and leaves its result there.  account_rows_run() calls it with the database open.  In the thread that has the
 * database. */
#ifndef CHATD_STORE_ACCOUNT_ROWS_H
#define CHATD_STORE_ACCOUNT_ROWS_H

#include "base/passwords.h"
#include "base/tokens.h"
#include "chat/ports.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A row of a list: an account, or a token, whose label is the name. */
struct account_row {
    int64_t id;
    char *name, *folded;
    int64_t created_ms, seen_ms; /* of a token seen_ms is its last use; 0: never */
};

/* What the work is about, owned by it.  Zeroed at first; account_rows_fini(). */
struct account_work {
    /* Given: */
    int64_t account;
    char *name, *folded, *label;
    unsigned char token[TOKENS_HASH_BYTES];
    unsigned char invitation[TOKENS_HASH_BYTES];
    bool needs_invitation;
    int64_t now_ms, until_ms; /* since 1970 (UTC) */
    uint64_t most;
    /* Given, or the result: */
    char hash[PASSWORD_HASH_SIZE]; /* "" if there is none */
    /* The result: */
    enum accounts_answer answer; /* DONE, or why the database is as it was */
    unsigned failures;
    int64_t seen_ms;
    bool is_more;
    struct account_row *rows;
    size_t count;
};

typedef enum db_fault account_rows_fn(struct db *db, struct account_work *work);

void account_rows_fini(struct account_work *work);

/* Opens the database when it is not open, and does the work; if it writes, in a transaction, which is rolled back when
 * the answer is not DONE. */
enum db_fault account_rows_run(struct db *db, account_rows_fn *fn, bool writes, struct account_work *work);

/* These read: */

/* All accounts, as rows. */
account_rows_fn account_rows_load;
/* Of account: hash, failures, seen_ms.  NO_SUCH: there is none. */
account_rows_fn account_rows_password;
/* Of the account with this token: account, failures, seen_ms.  WRONG: there is none. */
account_rows_fn account_rows_token_find;
/* The tokens of account as rows, sorted by label. */
account_rows_fn account_rows_token_list;

/* These write: */

/* A new account: name, folded, hash, now_ms; sets account.  TAKEN: the name has one.  With needs_invitation, the
 * invitation is used up; NEEDS_INVITATION: there is none that is valid at now_ms. */
account_rows_fn account_rows_add;
/* account was logged in to at now_ms: no failures any more, and if hash is not "", that is the password. */
account_rows_fn account_rows_enter;
/* The same for the token, which was used, and its account. */
account_rows_fn account_rows_token_enter;
/* An attempt to log in to account has failed. */
account_rows_fn account_rows_failed;
/* account's owner was there at now_ms. */
account_rows_fn account_rows_seen;
/* The password of account is hash.  NO_SUCH: there is no account. */
account_rows_fn account_rows_set_password;
/* A token of account: label, token, now_ms.  TAKEN: it has one of that label; TOO_MANY: it has most; NO_SUCH. */
account_rows_fn account_rows_token_add;
/* NO_SUCH: account has no token with that label. */
account_rows_fn account_rows_token_remove;
/* An invitation, valid until until_ms.  Invitations that have ended before now_ms are removed. */
account_rows_fn account_rows_invite;
/* Removes up to most lines of account; is_more: there are others. */
account_rows_fn account_rows_erase_lines;
/* Ends account, with its tokens and all else that is its own.  Lines stay as a guest's. */
account_rows_fn account_rows_remove;

#endif
