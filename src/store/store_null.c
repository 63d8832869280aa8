/* store/store_null.c: nothing kept, nothing to read. */
#include "config.h"

#include "store/store_null.h"

#include "base/mem.h"

#include <stdlib.h>

static enum store_fate null_append(struct store *store, const char *room_folded, struct message *m)
{
    (void)store;
    (void)room_folded;
    (void)m;
    return STORE_KEPT; /* as safe as this store makes it */
}

static enum store_answer null_read(struct store *store, struct store_read *req)
{
    (void)store;
    (void)req;
    return STORE_DONE;
}

static void null_cancel(struct store *store, struct store_read *req)
{
    (void)store;
    (void)req;
}

static uint64_t null_count(const struct store *store, const char *room_folded)
{
    (void)store;
    (void)room_folded;
    return 0;
}

static void null_forget(struct store *store, const char *room_folded)
{
    (void)store;
    (void)room_folded;
}

static uint64_t null_end(struct store *store, unsigned deadline_ms)
{
    (void)deadline_ms;
    free(store);
    return 0;
}

static const struct store_ops ops = {
    .append = null_append,
    .read = null_read,
    .cancel = null_cancel,
    .count = null_count,
    .forget = null_forget,
    .end = null_end,
};

struct store *store_null_new(void)
{
    struct store *store = mem_zalloc(sizeof(*store));

    store->ops = &ops;
    return store;
}
