/* store/store_null.c: nothing kept, nothing to read. */
#include "config.h"

#include "store/store_null.h"

#include "base/mem.h"

#include <stdlib.h>

static void null_append(struct store *store, const char *room_folded, struct message *m)
{
    (void)store;
    (void)room_folded;
    (void)m;
}

static enum store_answer null_read(struct store *store, struct store_request *req)
{
    (void)store;
    (void)req;
    return STORE_DONE;
}

static void null_cancel(struct store *store, struct store_request *req)
{
    (void)store;
    (void)req;
}

static void null_free(struct store *store)
{
    free(store);
}

static const struct store_ops ops = {
    .append = null_append,
    .read = null_read,
    .cancel = null_cancel,
    .free = null_free,
};

struct store *store_null_new(void)
{
    struct store *store = mem_zalloc(sizeof(*store));

    store->ops = &ops;
    return store;
}
