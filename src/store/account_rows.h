/* store/account_rows.h: reads and writes accounts, their tokens and invitations in the database.
 *
 * Each function of the type account_rows_fn is one piece of work: it reads its parameters in a struct account_work, and
 * writes its result there.  account_rows_run() calls it with the database open.  Any thread, one at a time for each
 * database. */
#ifndef CHATD_STORE_ACCOUNT_ROWS_H
#define CHATD_STORE_ACCOUNT_ROWS_H

#include "base/passwords.h"
#include "base/tokens.h"
#include "chat/port_accounts.h"
#include "chat/port_mail.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A row of a list: an account, a token, a certificate or a letter.  A token's name is its label, a certificate's is its
 * fingerprint; their folded names are "". */
struct account_row {
    int64_t id;
    char *name, *folded;
    char *text; /* a letter's */
    int64_t writer; /* a letter's: the account; 0 if there is none */
    /* A token's or a certificate's seen_ms is its last use, 0 if it was never used; a letter has none. */
    int64_t created_ms, seen_ms;
    bool is_admin;               /* an account's */
    bool is_proven;              /* a certificate's */
};

/* The parameters and the result, which it owns.  Zeroed at first; freed by account_rows_fini(). */
struct account_work {
    /* Parameters: */
    int64_t account;
    char *name, *folded, *label; /* the label is a certificate's fingerprint too */
    unsigned char token[TOKENS_HASH_BYTES];
    unsigned char invitation[TOKENS_HASH_BYTES];
    bool needs_invitation;
    bool is_absent; /* the owner of the new account is not here: somebody else adds it */
    int64_t now_ms, until_ms; /* since 1970 (UTC) */
    uint64_t most; /* tokens or certificates of the account, lines to erase, or letters */
    int64_t writer; /* of a letter: the account; 0 if there is none */
    char *text;     /* of a letter; name and folded are the writer's */
    int64_t upto_id;
    bool is_admin;
    /* Parameter or result: */
    bool is_proven; /* of a certificate */
    char hash[PASSWORD_HASH_SIZE]; /* "" if there is none */
    /* Result: */
    enum accounts_answer answer; /* ACCOUNTS_DONE, or the reason why nothing was changed or found */
    enum mail_answer mail; /* MAIL_DONE, or the reason why the letter is not kept */
    unsigned failures;
    int64_t seen_ms;
    bool is_more;
    struct account_row *rows;
    size_t count;
};

typedef enum db_fault account_rows_fn(struct db *db, struct account_work *work);

void account_rows_fini(struct account_work *work);

/* Opens the database if it is not open, and calls fn.  If writes, fn runs in a transaction, which is rolled back unless
 * the answer is ACCOUNTS_DONE.  On a fault the answer is ACCOUNTS_FAILED. */
enum db_fault account_rows_run(struct db *db, account_rows_fn *fn, bool writes, struct account_work *work);

/* These functions read.  Answers are named without ACCOUNTS_; each function can also answer DONE. */

/* Reads all accounts as rows. */
account_rows_fn account_rows_load;
/* Reads hash, failures and seen_ms of account.  NO_SUCH if there is no such account. */
account_rows_fn account_rows_password;
/* Finds the account that has token: sets account, failures and seen_ms.  WRONG if there is no such token. */
account_rows_fn account_rows_token_find;
/* Reads the tokens of account as rows, in order of their labels. */
account_rows_fn account_rows_token_list;
/* Finds the account that has the certificate label: sets account, failures, seen_ms and is_proven.  NO_SUCH if none
 * has. */
account_rows_fn account_rows_cert_find;
/* Reads the certificates of account as rows, in the order in which they were added. */
account_rows_fn account_rows_cert_list;

/* These functions write.  Where no answer is named for it, NO_SUCH if there is no such account. */

/* Adds an account with name, folded, hash, is_absent and now_ms, and sets account.  TAKEN if the name has an account.
 * With needs_invitation, invitation is used up; NEEDS_INVITATION if there is no such invitation, or it has expired at
 * now_ms. */
account_rows_fn account_rows_add;
/* Notes a login to account at now_ms: clears failures and, if hash is not "", replaces the password's hash. */
account_rows_fn account_rows_enter;
/* The same for a login with token, whose last use is noted too.  NO_SUCH if account has no such token. */
account_rows_fn account_rows_token_enter;
/* Notes that an attempt to log in to account has failed: adds one to failures. */
account_rows_fn account_rows_failed;
/* Notes that account's owner was connected at now_ms. */
account_rows_fn account_rows_seen;
/* Replaces the hash of account's password by hash. */
account_rows_fn account_rows_set_password;
/* Sets is_admin of account. */
account_rows_fn account_rows_set_admin;
/* Adds a token to account, with label, token and now_ms.  TAKEN if the account has a token with that label, TOO_MANY if
 * it has most tokens, NO_SUCH if there is no such account. */
account_rows_fn account_rows_token_add;
/* Removes the token with label.  NO_SUCH if account has no such token. */
account_rows_fn account_rows_token_remove;
/* Adds the certificate label to account, with is_proven and now_ms.  With is_proven, takes it from another account that
 * has it without; one that account has without is_proven gets it.  TAKEN if an account has the certificate otherwise,
 * TOO_MANY if account has most others, NO_SUCH if there is no such account. */
account_rows_fn account_rows_cert_add;
/* Removes the certificate label.  NO_SUCH if account does not have it. */
account_rows_fn account_rows_cert_remove;
/* As account_rows_enter for a login with the certificate label, whose last use is noted too; if is_proven, it is proven
 * from now on. */
account_rows_fn account_rows_cert_enter;
/* Adds invitation, which is valid until until_ms.  Removes invitations that have expired before now_ms. */
account_rows_fn account_rows_invite;
/* Removes up to most lines of account, and sets is_more if there are others; with the last ones its topics and letters.
 * Never NO_SUCH. */
account_rows_fn account_rows_erase_lines;
/* Removes account, with its tokens and everything else that belongs to it.  Its lines stay, as lines of a guest. */
account_rows_fn account_rows_remove;

#endif
