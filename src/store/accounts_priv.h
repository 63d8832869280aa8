/* store/accounts_priv.h: what the files accounts*.c share: the accounts, and a request that is not answered yet.
 *
 *   accounts.c          the port
 *   accounts_deeds.c    which steps a request takes
 *   accounts_login.c, accounts_register.c, accounts_keys.c, accounts_forget.c, accounts_admins.c
 *   accounts_proof.c    the check of a password
 *   accounts_ask.c      what a request waits for, and its answer
 *   accounts_limit.c    which attempts are counted where
 *
 * A file uses those below it. */
#ifndef CHATD_STORE_ACCOUNTS_PRIV_H
#define CHATD_STORE_ACCOUNTS_PRIV_H

#include "base/clock.h"
#include "base/container.h"
#include "base/log_limit.h"
#include "base/timeq.h"
#include "chat/port_accounts.h"
#include "store/account_jobs.h"
#include "store/account_limits.h"
#include "store/account_list.h"
#include "store/attempts.h"

struct account_ask;
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

/* The next step of a request.  hash is that of the password that was hashed or verified; NULL if none was. */
typedef void accounts_step_fn(struct account_ask *ask, const char *hash);

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
    struct account_ask **forgetting; /* or this, where a forgetting points to it, */
    struct password_request *hashing;  /* or this; at most one is not NULL */
    accounts_step_fn *then; /* the next step */
};

/* The accounts that the jobs are those of. */
static inline struct accounts_db *accounts_of_jobs(struct account_jobs *jobs)
{
    return CONTAINER_OF(jobs, struct accounts_db, jobs);
}

#endif
