/* store/accounts_register.c: adds accounts, and invitations to have one. */
#include "config.h"

#include "store/accounts_register.h"

#include "base/log.h"
#include "base/mem.h"
#include "store/accounts_admins.h"
#include "store/accounts_ask.h"
#include "store/accounts_limit.h"
#include "store/accounts_priv.h"

#include <string.h>

enum { DAY_MS = 86400000 };

static void registered(struct account_jobs *jobs, void *who, struct account_work *result)
{
    struct account_ask *ask = accounts_ask_of(who);
    struct accounts_db *a = accounts_of_jobs(jobs);

    if (result->answer == ACCOUNTS_DONE) {
        struct account_entry *entry =
            account_list_add(&a->list, &(struct account){.id = result->account,
                                                         .name = result->name,
                                                         .folded = result->folded,
                                                         .created_ms = result->now_ms,
                                                         .seen_ms = result->is_absent ? 0 : result->now_ms});

        a->accounts.count = a->list.count;
        a->accounts.registered++;
        log_info("account added", LOG_STR("name", entry->name), LOG_NUM("count", a->list.count));
        accounts_admins_note(a, entry);
        if (a->accounts.events != NULL) {
            a->accounts.events->added(a->accounts.ctx, &entry->account);
        }
    }
    if (ask != NULL) {
        ask->account = result->account;
        accounts_ask_finish(ask, result->answer);
    }
}

static void add(struct account_ask *ask, const char *hash)
{
    struct account_work given = {.name = mem_strdup(ask->name),
                                 .folded = mem_strdup(ask->folded),
                                 .needs_invitation = ask->has_invitation,
                                 .is_absent = ask->is_admin};

    accounts_ask_set_hash(&given, hash);
    memcpy(given.invitation, ask->invitation, sizeof(given.invitation));
    accounts_ask_work(ask, account_rows_add, true, &given, registered);
}

/* DONE: nothing forbids it so far. */
static enum accounts_answer may_register(struct account_ask *ask)
{
    const struct accounts_limits *limits = &ask->db->limits;

    if (!ask->is_admin && limits->registration == ACCOUNTS_REGISTRATION_CLOSED) {
        return ACCOUNTS_CLOSED;
    }
    if (account_list_find(&ask->db->list, ask->folded) != NULL) {
        return ACCOUNTS_TAKEN;
    }
    if (!ask->is_admin && accounts_admins_has(ask->db, ask->folded)) {
        return ACCOUNTS_KEPT;
    }
    if (ask->is_admin || limits->registration == ACCOUNTS_OPEN) {
        ask->has_invitation = false; /* one that is given is not used up */
    } else if (!ask->has_invitation) {
        return ACCOUNTS_NEEDS_INVITATION;
    }
    if (ask->db->list.count >= limits->most) {
        ask->req->limit = limits->most;
        return ACCOUNTS_TOO_MANY;
    }
    ask->req->wait_s = accounts_limit_wait_s(ask);
    return ask->req->wait_s > 0 ? ACCOUNTS_SLOW : ACCOUNTS_DONE;
}

void accounts_register_begin(struct account_ask *ask)
{
    enum accounts_answer answer = may_register(ask);

    if (answer != ACCOUNTS_DONE) {
        accounts_ask_finish(ask, answer);
        return;
    }
    accounts_limit_begin(ask);
    accounts_ask_hash_new_secret(ask, add);
}

void accounts_register_invite(struct account_ask *ask)
{
    struct account_work given = {.until_ms = clock_real_ms(ask->db->clock) +
                                             (int64_t)ask->db->limits.invitation_days * DAY_MS};

    if (!tokens_make(TOKENS_INVITATION, ask->made) || !tokens_hash(ask->made, given.invitation)) {
        accounts_ask_finish(ask, ACCOUNTS_ABSENT);
        return;
    }
    accounts_ask_work(ask, account_rows_invite, true, &given, accounts_ask_answered);
}
