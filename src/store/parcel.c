/* store/parcel.c: a head of fixed size, then the strings. */
#include "config.h"

#include "store/parcel.h"

#include "base/check.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { STRINGS = 8, FIRST_BYTES = 4096, TEXT = STRINGS - 1 };

/* Copied from and to its place, which need not be aligned. */
struct head {
    uint64_t id;
    int64_t time_ms, until_ms, account;
    uint32_t len[STRINGS]; /* without the NULs */
    uint32_t op;
};

void parcel_fini(struct parcel *parcel)
{
    free(parcel->bytes);
    *parcel = (struct parcel){0};
}

void parcel_reset(struct parcel *parcel)
{
    parcel->used = parcel->items = 0;
    parcel->last_id = 0;
}

static char *extend(struct parcel *parcel, size_t size)
{
    size_t room = parcel->room > 0 ? parcel->room : FIRST_BYTES;
    char *at;

    while (room - parcel->used < size) {
        room *= 2;
    }
    if (room != parcel->room) {
        parcel->bytes = mem_realloc(parcel->bytes, room);
        parcel->room = room;
    }
    at = parcel->bytes + parcel->used;
    parcel->used += size;
    return at;
}

void parcel_add(struct parcel *parcel, const struct parcel_item *item)
{
    const char *strings[STRINGS] = {item->room,   item->room_folded, item->kind,  item->name,
                                    item->folded, item->target,      item->label, item->text};
    struct head head = {.id = item->id,
                        .time_ms = item->time_ms,
                        .until_ms = item->until_ms,
                        .account = item->account,
                        .op = item->op};
    size_t size = sizeof(head);
    char *at;

    for (int i = 0; i < STRINGS; i++) {
        size_t len = i == TEXT ? item->text_len : strings[i] != NULL ? strlen(strings[i]) : 0;

        CHECK(len < UINT32_MAX / 2);
        head.len[i] = (uint32_t)len;
        size += len + 1;
    }
    at = extend(parcel, size);
    memcpy(at, &head, sizeof(head));
    at += sizeof(head);
    for (int i = 0; i < STRINGS; i++) {
        if (head.len[i] > 0) {
            memcpy(at, strings[i], head.len[i]);
        }
        at[head.len[i]] = '\0';
        at += head.len[i] + 1;
    }
    parcel->items++;
    if (item->op == PARCEL_LINE) {
        parcel->last_id = item->id;
    }
}

bool parcel_next(const struct parcel *parcel, size_t *at, struct parcel_item *item)
{
    const char *strings[STRINGS], *next = parcel->bytes + *at;
    struct head head;

    if (*at == parcel->used) {
        return false;
    }
    memcpy(&head, next, sizeof(head));
    next += sizeof(head);
    for (int i = 0; i < STRINGS; i++) {
        strings[i] = next;
        next += head.len[i] + 1;
    }
    *item = (struct parcel_item){.op = (enum parcel_op)head.op,
                                .id = head.id,
                                .time_ms = head.time_ms,
                                .until_ms = head.until_ms,
                                .account = head.account,
                                .room = strings[0],
                                .room_folded = strings[1],
                                .kind = strings[2],
                                .name = strings[3],
                                .folded = strings[4],
                                .target = strings[5],
                                .label = strings[6],
                                .text = strings[7],
                                .text_len = head.len[TEXT]};
    *at = (size_t)(next - parcel->bytes);
    return true;
}
