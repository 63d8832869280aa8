/* store/batch.c: a head of fixed size, then the strings. */
#include "config.h"

#include "store/batch.h"

#include "base/check.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { STRINGS = 7, FIRST_BYTES = 4096, TEXT = STRINGS - 1 };

/* Copied from and to its place, which need not be aligned. */
struct head {
    uint64_t id;
    int64_t time_ms, account;
    uint32_t len[STRINGS]; /* without the NULs */
    uint32_t op;
};

void batch_fini(struct batch *batch)
{
    free(batch->bytes);
    *batch = (struct batch){0};
}

void batch_reset(struct batch *batch)
{
    batch->used = batch->items = 0;
    batch->last_id = 0;
}

static char *extend(struct batch *batch, size_t size)
{
    size_t room = batch->room > 0 ? batch->room : FIRST_BYTES;
    char *at;

    while (room - batch->used < size) {
        room *= 2;
    }
    if (room != batch->room) {
        batch->bytes = mem_realloc(batch->bytes, room);
        batch->room = room;
    }
    at = batch->bytes + batch->used;
    batch->used += size;
    return at;
}

void batch_add(struct batch *batch, const struct batch_item *item)
{
    const char *strings[STRINGS] = {item->room,   item->room_folded, item->kind, item->name,
                                    item->folded, item->target,      item->text};
    struct head head = {.id = item->id, .time_ms = item->time_ms, .account = item->account, .op = item->op};
    size_t size = sizeof(head);
    char *at;

    for (int i = 0; i < STRINGS; i++) {
        size_t len = i == TEXT ? item->text_len : strlen(strings[i]);

        CHECK(len < UINT32_MAX / 2);
        head.len[i] = (uint32_t)len;
        size += len + 1;
    }
    at = extend(batch, size);
    memcpy(at, &head, sizeof(head));
    at += sizeof(head);
    for (int i = 0; i < STRINGS; i++) {
        memcpy(at, strings[i], head.len[i]);
        at[head.len[i]] = '\0';
        at += head.len[i] + 1;
    }
    batch->items++;
    if (item->op == BATCH_LINE) {
        batch->last_id = item->id;
    }
}

bool batch_next(const struct batch *batch, size_t *at, struct batch_item *item)
{
    const char *strings[STRINGS], *next = batch->bytes + *at;
    struct head head;

    if (*at == batch->used) {
        return false;
    }
    memcpy(&head, next, sizeof(head));
    next += sizeof(head);
    for (int i = 0; i < STRINGS; i++) {
        strings[i] = next;
        next += head.len[i] + 1;
    }
    *item = (struct batch_item){.op = (enum batch_op)head.op,
                                .id = head.id,
                                .time_ms = head.time_ms,
                                .account = head.account,
                                .room = strings[0],
                                .room_folded = strings[1],
                                .kind = strings[2],
                                .name = strings[3],
                                .folded = strings[4],
                                .target = strings[5],
                                .text = strings[6],
                                .text_len = head.len[TEXT]};
    *at = (size_t)(next - batch->bytes);
    return true;
}
