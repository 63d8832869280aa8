/* session/scroll.c: a table of lines by account, of which the oldest entry gives way. */
#include "config.h"

#include "session/scroll.h"

#include "base/hash.h"
#include "base/mem.h"
#include "chat/owners.h"
#include "chat/port_accounts.h"

#include <stdlib.h>
#include <string.h>

struct scroll {
    int64_t account;
    UT_hash_handle hh; /* by account, in env->scrolls: the order of the table is that of leaving */
    size_t len;
    char lines[]; /* each with a NUL, the oldest first */
};

static struct scroll *find(const struct session_env *env, int64_t account)
{
    struct scroll *scroll = NULL;

    HASH_FIND(hh, env->scrolls, &account, sizeof(account), scroll);
    return scroll;
}

static void drop(struct session_env *env, struct scroll *scroll)
{
    HASH_DEL(env->scrolls, scroll);
    free(scroll);
}

/* Also of accounts that are no more. */
static void make_place(struct session_env *env)
{
    struct accounts *accounts = env->chat->ports.accounts;

    while (env->scrolls != NULL && (HASH_COUNT(env->scrolls) >= SCROLL_ACCOUNTS ||
                                    accounts->ops->get(accounts, env->scrolls->account) == NULL)) {
        drop(env, env->scrolls);
    }
}

void scroll_take(struct session *s)
{
    int64_t account = owners_account_id(s->self.person);
    struct frontend *fe = frontend_of_conn(s->conn);
    struct scroll *scroll = account != 0 && session_edits(s) && fe != NULL ? find(s->env, account) : NULL;

    if (scroll != NULL) {
        fe->ops->put_typed(fe, scroll->lines, scroll->len);
        drop(s->env, scroll);
    }
}

void scroll_leave(struct session *s)
{
    int64_t account = owners_account_id(s->self.person);
    struct frontend *fe = frontend_of_conn(s->conn);
    struct scroll *scroll;
    const char *lines;
    size_t len;

    if (account == 0 || !session_edits(s) || fe == NULL) {
        return;
    }
    lines = fe->ops->get_typed(fe, &len);
    if (len == 0) {
        return;
    }
    scroll = find(s->env, account);
    if (scroll != NULL) {
        drop(s->env, scroll);
    }
    make_place(s->env);
    scroll = mem_zalloc(sizeof(*scroll) + len);
    scroll->account = account;
    scroll->len = len;
    memcpy(scroll->lines, lines, len);
    HASH_ADD(hh, s->env->scrolls, account, sizeof(scroll->account), scroll);
}

void scroll_fini(struct session_env *env)
{
    while (env->scrolls != NULL) {
        drop(env, env->scrolls);
    }
}
