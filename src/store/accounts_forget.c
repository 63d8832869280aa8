/* store/accounts_forget.c: the end of an account.
 *
 *   [lines in memory go, what was said is written] --> [lines in the database go, in steps] --> [the account goes]
 *
 * What has begun is seen through, whether or not anybody waits for it. */
#include "config.h"

#include "store/accounts_forget.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/accounts_ask.h"
#include "store/accounts_priv.h"
#include "store/store_sqlite.h"

#include <stdlib.h>

enum { ERASE_AT_ONCE = 500 /* lines in one transaction */ };

/* An account whose lines are being written. */
struct forgetting {
    struct writer_waiter waiter;
    struct accounts_db *db;
    struct account_ask *ask; /* NULL: nobody waits for it */
    int64_t account;
    struct forgetting *next;
};

static void lines_erased(struct account_jobs *jobs, void *who, struct account_work *result);

static void removed(struct account_jobs *jobs, void *who, struct account_work *result)
{
    struct accounts_db *a = accounts_of_jobs(jobs);
    struct account_entry *entry = account_list_get(&a->list, result->account);
    struct account_ask *ask = accounts_ask_of(who);

    if (result->answer == ACCOUNTS_DONE && entry != NULL) {
        log_info("account removed", LOG_STR("name", entry->name), LOG_NUM("count", a->list.count - 1));
        if (a->accounts.events != NULL) {
            a->accounts.events->removed(a->accounts.ctx, &entry->account);
        }
        account_list_remove(&a->list, entry);
        a->accounts.count = a->list.count;
    }
    if (ask != NULL) {
        accounts_ask_finish(ask, result->answer);
    }
}

/* The next job. */
static void go_on(struct accounts_db *a, struct account_ask *ask, int64_t account, bool has_lines)
{
    struct account_work given = {.account = account, .most = ERASE_AT_ONCE};
    struct account_job *job = account_jobs_push(&a->jobs, has_lines ? account_rows_erase_lines : account_rows_remove,
                                                true, &given, has_lines ? lines_erased : removed, ask);

    if (ask != NULL) {
        ask->job = job;
        if (job == NULL) {
            accounts_ask_finish(ask, ACCOUNTS_BUSY);
        }
    }
}

static void lines_erased(struct account_jobs *jobs, void *who, struct account_work *result)
{
    struct account_ask *ask = accounts_ask_of(who);
    struct accounts_db *a = accounts_of_jobs(jobs);
    const struct account_entry *entry = account_list_get(&a->list, result->account);

    if (result->answer == ACCOUNTS_DONE) {
        if (!result->is_more && a->store != NULL) { /* read or counted meanwhile */
            (void)store_sqlite_erase(a->store, result->account, NULL);
        }
        if (!result->is_more && entry != NULL && a->accounts.events != NULL) {
            a->accounts.events->erased(a->accounts.ctx, &entry->account);
        }
        go_on(a, ask, result->account, result->is_more);
    } else if (ask != NULL) {
        accounts_ask_finish(ask, result->answer);
    }
}

/* ---- what still waits to be written ---- */

static void unlist(struct forgetting *f)
{
    struct forgetting **link = &f->db->forgetting;

    while (*link != f) {
        link = &(*link)->next;
    }
    *link = f->next;
}

static void written(struct writer_waiter *waiter)
{
    struct forgetting *f = CONTAINER_OF(waiter, struct forgetting, waiter);
    struct account_ask *ask = f->ask;
    struct accounts_db *a = f->db;
    int64_t account = f->account;

    unlist(f);
    free(f);
    if (ask != NULL) {
        ask->forgetting = NULL;
    }
    go_on(a, ask, account, true);
}

void accounts_forget_begin(struct account_ask *ask)
{
    struct accounts_db *a = ask->db;
    struct forgetting *f;

    if (!ask->with_lines || a->store == NULL) {
        go_on(a, ask, ask->account, ask->with_lines);
        return;
    }
    f = mem_zalloc(sizeof(*f));
    *f = (struct forgetting){
        .waiter.ready = written, .db = a, .ask = ask, .account = ask->account, .next = a->forgetting};
    if (store_sqlite_erase(a->store, ask->account, &f->waiter)) {
        a->forgetting = f;
        ask->forgetting = &f->ask;
    } else {
        free(f);
        go_on(a, ask, ask->account, true);
    }
}

void accounts_forget_end(struct accounts_db *a)
{
    while (a->forgetting != NULL) {
        struct forgetting *f = a->forgetting;

        a->forgetting = f->next;
        store_sqlite_stop_waiting(a->store, &f->waiter);
        free(f);
    }
}
