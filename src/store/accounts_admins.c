/* store/accounts_admins.c: puts together both sources of administrators. */
#include "config.h"

#include "store/accounts_admins.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/name.h"
#include "base/text.h"
#include "store/accounts_ask.h"
#include "store/accounts_priv.h"

#include <stdlib.h>
#include <string.h>

/* ---- the settings ---- */

bool accounts_admins_has(const struct accounts_db *a, const char *folded)
{
    size_t i = 0;

    while (i < a->admins_count && strcmp(a->admins[i], folded) != 0) {
        i++;
    }
    return i < a->admins_count;
}

/* What follows from both sources; tells of a change. */
static void decide(struct accounts_db *a, struct account_entry *entry)
{
    bool was = entry->account.is_admin;

    entry->account.is_admin = entry->is_stored_admin || entry->account.is_admin_by_option;
    if (entry->account.is_admin != was && a->accounts.events != NULL) {
        log_info(was ? "no administrator any more" : "administrator", LOG_STR("name", entry->name));
        a->accounts.events->admin(a->accounts.ctx, &entry->account);
    }
}

void accounts_admins_note(struct accounts_db *a, struct account_entry *entry)
{
    entry->account.is_admin_by_option = accounts_admins_has(a, entry->folded);
    decide(a, entry);
}

/* There are many accounts, and few of them are meant: only those are looked at by name. */
void accounts_admins_apply(struct accounts_db *a)
{
    for (size_t i = 0; i < a->list.count; i++) {
        struct account_entry *entry = a->list.sorted[i];

        if (entry->account.is_admin_by_option) {
            accounts_admins_note(a, entry);
        }
    }
    for (size_t i = 0; i < a->admins_count && a->is_loaded; i++) {
        struct account_entry *entry = account_list_find(&a->list, a->admins[i]);

        if (entry != NULL) {
            accounts_admins_note(a, entry);
        } else {
            log_warn("administrator without an account", LOG_STR("name", a->admins[i]),
                     LOG_STR("option", "accounts.admins"));
        }
    }
}

void accounts_admins_fini(struct accounts_db *a)
{
    for (size_t i = 0; i < a->admins_count; i++) {
        free(a->admins[i]);
    }
    free(a->admins);
    a->admins = NULL;
    a->admins_count = 0;
}

void accounts_admins_set(struct accounts_db *a, const char *list)
{
    const char *item;
    size_t len;

    accounts_admins_fini(a);
    while (list != NULL && text_next_item(&list, &item, &len)) {
        char *folded = name_fold(item, len);

        if (folded != NULL && !accounts_admins_has(a, folded)) {
            a->admins = mem_realloc(a->admins, (a->admins_count + 1) * sizeof(char *));
            a->admins[a->admins_count++] = folded;
        } else {
            free(folded);
        }
    }
    accounts_admins_apply(a);
}

/* ---- chatctl ---- */

static void written(struct account_jobs *jobs, void *who, struct account_work *result)
{
    struct accounts_db *a = accounts_of_jobs(jobs);
    struct account_entry *entry = account_list_get(&a->list, result->account);
    struct account_ask *ask = accounts_ask_of(who);

    if (result->answer == ACCOUNTS_DONE && entry != NULL) {
        entry->is_stored_admin = result->is_admin;
        decide(a, entry);
    }
    if (ask != NULL) {
        accounts_ask_finish(ask, result->answer);
    }
}

void accounts_admins_begin(struct account_ask *ask)
{
    struct account_work given = {.is_admin = ask->on};

    accounts_ask_work(ask, account_rows_set_admin, true, &given, written);
}
