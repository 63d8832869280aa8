/* session/held.c: a list of payloads. */
#include "config.h"

#include "session/held.h"

#include "base/mem.h"

#include <stdlib.h>

enum { FIRST_SPACE = 8 };

struct held {
    struct payload **list; /* references */
    uint32_t count, space;
    uint64_t bytes;
};

struct held *held_new(void)
{
    return mem_zalloc(sizeof(struct held));
}

bool held_add(struct held *held, struct payload *p, uint32_t most)
{
    if (held->bytes + p->len > most) {
        return false;
    }
    if (held->count == held->space) {
        held->space = held->space > 0 ? held->space * 2 : FIRST_SPACE;
        held->list = mem_realloc(held->list, held->space * sizeof(held->list[0]));
    }
    held->list[held->count++] = payload_ref(p);
    held->bytes += p->len;
    return true;
}

uint32_t held_payloads(const struct held *held)
{
    return held->count;
}

void held_send(struct held *held, struct conn *conn)
{
    for (uint32_t i = 0; i < held->count; i++) {
        conn_send(conn, held->list[i]);
        payload_unref(held->list[i]);
    }
    free(held->list);
    free(held);
}
