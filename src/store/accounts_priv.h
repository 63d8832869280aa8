/* store/accounts_priv.h: what the files accounts*.c share: the accounts, and a request that is not answered yet. */
#ifndef CHATD_STORE_ACCOUNTS_PRIV_H
#define CHATD_STORE_ACCOUNTS_PRIV_H

#include "base/clock.h"
#include "base/log_limit.h"
#include "base/timeq.h"
#include "chat/port_accounts.h"
#include "store/account_jobs.h"
#include "store/account_limits.h"
#include "store/account_list.h"
#include "store/attempts.h"

struct forgetting;

struct accounts_db {
    struct accounts accounts;
    struct account_jobs jobs;
    struct store *store; /* NULL if lines are nowhere but in the database */
    struct forgetting *forgetting; /* accounts whose lines wait to be written before they are erased */
    struct passwords *passwords;
    struct clock *clock;
    struct accounts_limits limits;
    struct account_list list;
    char **admins; /* the folded names that the settings make administrators; limits.admins is not valid */
    size_t admins_count;
    bool is_loaded;
    struct timeq loading;
    struct timeq_node load_node;
    struct attempts_table addresses;   /* attempts to log in that have failed or still run, by address */
    struct attempts_table names;       /* the same, by the hash of a name that has no account */
    struct attempts_table registering; /* accounts made, wrong invitations, requests that run, by address */
    struct log_limit failed_log;
    unsigned asks; /* requests that are not answered yet */
};

/* A request that is not answered yet.  It waits for one job, one forgetting or one password at a time. */
struct account_ask {
    struct accounts_db *db;
    struct accounts_request *req; /* borrowed until the answer */
    enum accounts_deed deed;
    bool with_lines;
    bool is_admin;
    bool on;
    bool is_proven;
    bool is_in_ask; /* ask() has not returned */
    bool is_over;   /* the request was answered within ask() */
    enum accounts_answer answer;
    int64_t account;
    char *name, *folded, *label;
    bool has_invitation;
    unsigned char invitation[TOKENS_HASH_BYTES], token[TOKENS_HASH_BYTES];
    bool has_secret;
    bool is_counted; /* as an attempt, by accounts_limit_begin() */
    bool is_old;     /* the password is right, and is to be hashed anew */
    size_t secret_len, new_secret_len;
    char secret[PASSWORD_MAX_BYTES], new_secret[PASSWORD_MAX_BYTES];
    char made[ACCOUNTS_MADE_SIZE];
    char from[ATTEMPTS_KEY_SIZE]; /* attempts_key() of the peer's address; "" if it is not limited by address */
    unsigned failures;
    int64_t seen_ms;
    struct account_job *job; /* the request waits for this, */
    struct forgetting *forgetting; /* or this, */
    struct password_request *hashing;  /* or this; at most one is not NULL */
    void (*then)(struct account_ask *ask, const char *hash); /* the next step */
};

/* accounts_ask.c, below accounts.c: */

/* Takes the first step of the deed. */
void accounts_ask_begin(struct account_ask *ask);
/* Answers the request.  The ask is freed: at once, or in ask(), if that has not returned. */
void accounts_ask_finish(struct account_ask *ask, enum accounts_answer answer);
/* Ends all that the ask waits for, and frees it. */
void accounts_ask_stop(struct account_ask *ask);

/* accounts_forget.c, below it: removes an account.  It goes on after the request was cancelled. */

/* Removes the ask's account, and its lines before it if with_lines; then finishes the ask. */
void accounts_forget_begin(struct account_ask *ask);
/* The ask no longer waits for the removal, which goes on. */
void accounts_forget_leave(struct account_ask *ask);
/* Ends all waits for lines to be written; those accounts are not removed. */
void accounts_forget_end(struct accounts_db *a);

/* accounts_admins.c, below it: which accounts are those of administrators. */

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

/* accounts_limit.c, below all: */

/* The seconds until an attempt may begin; 0 if it may begin now. */
unsigned accounts_limit_wait_s(struct account_ask *ask);
/* Counts an attempt, which begins. */
void accounts_limit_begin(struct account_ask *ask);
/* Takes back the count: the attempt was right, or was not made. */
void accounts_limit_take_back(struct account_ask *ask);
/* The owner has logged in: clears the account's count, and notes the owner's address. */
void accounts_limit_forget(struct account_ask *ask);

#endif
