/* chat/history.c: rings of messages under one common bound. */
#include "config.h"

#include "chat/history.h"

#include "base/check.h"
#include "base/mem.h"

#include <stdlib.h>

enum { FIRST_ROOM = 8 };

static struct message **slot(const struct history *h, uint32_t i)
{
    return &h->slots[(h->first + i) & (h->room - 1)];
}

static void pool_unlink(struct history_pool *pool, struct message *m)
{
    if (m->kept_older != NULL) {
        m->kept_older->kept_newer = m->kept_newer;
    } else {
        pool->oldest = m->kept_newer;
    }
    if (m->kept_newer != NULL) {
        m->kept_newer->kept_older = m->kept_older;
    } else {
        pool->newest = m->kept_older;
    }
    m->kept_older = m->kept_newer = NULL;
    m->kept_by = NULL;
    pool->bytes -= m->size;
}

static void drop_oldest(struct history *h)
{
    struct message *m = *slot(h, 0);

    h->first = (h->first + 1) & (h->room - 1);
    h->count--;
    pool_unlink(h->pool, m);
    message_unref(m);
}

void history_pool_trim(struct history_pool *pool)
{
    while (pool->bytes > pool->max_bytes) {
        CHECK(pool->oldest != NULL);
        drop_oldest(pool->oldest->kept_by);
    }
}

static void grow(struct history *h)
{
    uint32_t room = h->room > 0 ? h->room * 2 : FIRST_ROOM;
    struct message **slots = mem_alloc(room * sizeof(struct message *));

    for (uint32_t i = 0; i < h->count; i++) {
        slots[i] = *slot(h, i);
    }
    free(h->slots);
    h->slots = slots;
    h->room = room;
    h->first = 0;
}

void history_add(struct history *h, struct message *m)
{
    struct history_pool *pool = h->pool;

    if (pool->max_lines == 0) {
        return;
    }
    while (h->count >= pool->max_lines) {
        drop_oldest(h);
    }
    if (h->count == h->room) {
        grow(h);
    }
    *slot(h, h->count++) = message_ref(m);
    m->kept_by = h;
    m->kept_older = pool->newest;
    if (pool->newest != NULL) {
        pool->newest->kept_newer = m;
    } else {
        pool->oldest = m;
    }
    pool->newest = m;
    pool->bytes += m->size;
    history_pool_trim(pool);
}

void history_fini(struct history *h)
{
    while (h->count > 0) {
        drop_oldest(h);
    }
    free(h->slots);
    h->slots = NULL;
    h->room = 0;
}

struct message *history_at(const struct history *h, uint32_t i)
{
    CHECK(i < h->count);
    return *slot(h, i);
}

uint32_t history_after(const struct history *h, uint64_t id)
{
    uint32_t low = 0, high = h->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (history_at(h, middle)->id > id) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}
