/* store/accounts_priv.h: what the files of the accounts share: all of them, and a request that is under way. */
#ifndef CHATD_STORE_ACCOUNTS_PRIV_H
#define CHATD_STORE_ACCOUNTS_PRIV_H

#include "base/clock.h"
#include "base/log_limit.h"
#include "base/timeq.h"
#include "store/account_jobs.h"
#include "store/account_limits.h"
#include "store/account_list.h"
#include "store/attempts.h"

struct forgetting;

struct accounts_db {
    struct accounts accounts;
    struct account_jobs jobs;
    struct store *store; /* NULL: none has lines elsewhere than in the database */
    struct forgetting *forgetting; /* accounts whose lines wait to be written before they are erased */
    struct passwords *passwords;
    struct clock *clock;
    struct accounts_limits limits;
    struct account_list list;
    bool is_loaded;
    struct timeq loading;
    struct timeq_node load_node;
    struct attempts_table addresses;   /* attempts to log in, by address */
    struct attempts_table names;       /* the same, by names that have no account */
    struct attempts_table registering; /* accounts that were made, by address */
    struct log_limit failed_log;
    unsigned asks; /* under way */
};

/* A request that is under way: it waits for one piece of work, or one password, at a time. */
struct account_ask {
    struct accounts_db *db;
    struct accounts_request *req; /* NULL: cancelled */
    enum accounts_deed deed;
    bool with_lines;
    bool is_admin;
    bool is_in_ask; /* ask() has not returned */
    bool is_over;   /* and knows the answer already */
    enum accounts_answer answer;
    int64_t account;
    char *name, *folded, *label;
    bool has_invitation;
    unsigned char invitation[TOKENS_HASH_BYTES], token[TOKENS_HASH_BYTES];
    bool has_secret;
    bool is_counted; /* as an attempt */
    bool is_old;     /* the secret is right, and its hash is to be made anew */
    size_t secret_len, new_secret_len;
    char secret[PASSWORD_MAX_BYTES], new_secret[PASSWORD_MAX_BYTES];
    char made[ACCOUNTS_MADE_SIZE];
    char from[ATTEMPTS_KEY_SIZE]; /* "": not limited by address */
    unsigned failures;
    int64_t seen_ms;
    struct account_job *job; /* waits for this */
    struct forgetting *forgetting; /* or for this */
    struct password_request *hashing;  /* or for this */
    void (*then)(struct account_ask *ask, const char *hash); /* what comes next */
};

/* accounts_ask.c, below accounts.c: */

/* What the deed begins with. */
void accounts_ask_begin(struct account_ask *ask);
/* The answer.  The ask is gone after it, or when ask() returns. */
void accounts_ask_finish(struct account_ask *ask, enum accounts_answer answer);
/* Waits for nothing any more. */
void accounts_ask_stop(struct account_ask *ask);

/* accounts_forget.c, below it: the end of an account, which is seen through though nobody waits for it any more. */

/* Ends the ask's account, with its lines first if that is wished; the ask is finished then. */
void accounts_forget_begin(struct account_ask *ask);
/* The ask waits no more. */
void accounts_forget_leave(struct account_ask *ask);
/* Nothing is seen through any more. */
void accounts_forget_end(struct accounts_db *a);

/* accounts_limit.c, below all: */

/* 0: an attempt may begin; else the seconds until one may. */
unsigned accounts_limit_wait_s(struct account_ask *ask);
/* It begins. */
void accounts_limit_begin(struct account_ask *ask);
/* It was right, or it was none. */
void accounts_limit_take_back(struct account_ask *ask);
/* The owner has logged in: nothing counts any more for the account. */
void accounts_limit_forget(struct account_ask *ask);

#endif
