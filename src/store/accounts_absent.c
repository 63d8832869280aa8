/* store/accounts_absent.c: operations that find nothing. */
#include "config.h"

#include "store/accounts_absent.h"

#include "base/mem.h"

#include <stdlib.h>

static enum accounts_answer absent_ask(struct accounts *accounts, struct accounts_request *req)
{
    (void)accounts;
    (void)req;
    return ACCOUNTS_ABSENT;
}

static void absent_cancel(struct accounts *accounts, struct accounts_request *req)
{
    (void)accounts;
    (void)req;
}

static const struct account *absent_find(const struct accounts *accounts, const char *folded)
{
    (void)accounts;
    (void)folded;
    return NULL;
}

static const struct account *absent_get(const struct accounts *accounts, int64_t id)
{
    (void)accounts;
    (void)id;
    return NULL;
}

static void absent_seen(struct accounts *accounts, int64_t id)
{
    (void)accounts;
    (void)id;
}

static void absent_free(struct accounts *accounts)
{
    free(accounts);
}

static const struct accounts_ops ops = {
    .ask = absent_ask,
    .cancel = absent_cancel,
    .find = absent_find,
    .find_alike = absent_find,
    .get = absent_get,
    .seen = absent_seen,
    .next = absent_find,
    .free = absent_free,
};

struct accounts *accounts_absent_new(enum accounts_absence absence)
{
    struct accounts *accounts = mem_zalloc(sizeof(*accounts));

    accounts->ops = &ops;
    accounts->absence = absence;
    return accounts;
}
