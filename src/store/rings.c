/* store/rings.c: rings of messages, and a heap of the rings.
 *
 * Which ring has the oldest line of all is on top of the heap, which is ordered by the ids of the rings' first lines:
 * ids grow, in a room and from room to room.
 *
 * Invariant: a ring is in the table and in the heap if and only if it has lines. */
#include "config.h"

#include "store/rings.h"

#include "base/check.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SPACE = 8 };

static uint64_t id_at(const struct ring *ring, uint32_t i)
{
    return rings_at(ring, i)->id;
}

/* ---- the heap ---- */

static void put(struct rings *rings, struct ring *ring, uint32_t place)
{
    rings->heap[place] = ring;
    ring->place = place;
}

/* The ring has a new first line, or a new place: moves it to where it belongs among the first count ones. */
static void sift(struct rings *rings, struct ring *ring, uint32_t count)
{
    uint64_t id = id_at(ring, 0);
    uint32_t at = ring->place, child;

    while (at > 0 && id_at(rings->heap[(at - 1) / 2], 0) > id) {
        put(rings, rings->heap[(at - 1) / 2], at);
        at = (at - 1) / 2;
    }
    while ((child = 2 * at + 1) < count) {
        if (child + 1 < count && id_at(rings->heap[child + 1], 0) < id_at(rings->heap[child], 0)) {
            child++;
        }
        if (id_at(rings->heap[child], 0) >= id) {
            break;
        }
        put(rings, rings->heap[child], at);
        at = child;
    }
    put(rings, ring, at);
}

/* Takes a ring that has been given its first line into the table and the heap. */
static void list_ring(struct rings *rings, struct ring *ring)
{
    uint32_t count;

    HASH_ADD_KEYPTR(hh, rings->list, ring->room_folded, strlen(ring->room_folded), ring);
    count = HASH_COUNT(rings->list);
    if (count > rings->heap_space) {
        rings->heap_space = rings->heap_space > 0 ? rings->heap_space * 2 : FIRST_SPACE;
        rings->heap = mem_realloc(rings->heap, rings->heap_space * sizeof(rings->heap[0]));
    }
    ring->place = count - 1;
    sift(rings, ring, count);
}

static void unlist_ring(struct rings *rings, struct ring *ring)
{
    uint32_t last = HASH_COUNT(rings->list) - 1;
    struct ring *moved = rings->heap[last];

    HASH_DEL(rings->list, ring);
    if (moved != ring) {
        moved->place = ring->place;
        sift(rings, moved, last);
    }
}

/* ---- lines ---- */

static void let_go_first(struct rings *rings, struct ring *ring)
{
    struct message *m = rings_at(ring, 0);

    ring->first = (ring->first + 1) & (ring->space - 1);
    ring->count--;
    rings->bytes -= m->size;
    message_unref(m);
}

static void end_ring(struct rings *rings, struct ring *ring)
{
    unlist_ring(rings, ring);
    while (ring->count > 0) {
        let_go_first(rings, ring);
    }
    free(ring->slots);
    free(ring->room_folded);
    free(ring);
}

/* The ring is gone with its last line. */
static void drop_oldest(struct rings *rings, struct ring *ring)
{
    if (ring->count == 1) {
        end_ring(rings, ring);
    } else {
        let_go_first(rings, ring);
        sift(rings, ring, HASH_COUNT(rings->list));
    }
}

static void trim(struct rings *rings)
{
    while (rings->bytes > rings->limits.bytes) {
        CHECK(rings->list != NULL);
        drop_oldest(rings, rings->heap[0]);
    }
}

static void grow(struct ring *ring)
{
    uint32_t space = ring->space > 0 ? ring->space * 2 : FIRST_SPACE;
    struct message **slots = mem_alloc(space * sizeof(struct message *));

    for (uint32_t i = 0; i < ring->count; i++) {
        slots[i] = rings_at(ring, i);
    }
    free(ring->slots);
    ring->slots = slots;
    ring->space = space;
    ring->first = 0;
}

static void push(struct ring *ring, struct message *m)
{
    if (ring->count == ring->space) {
        grow(ring);
    }
    ring->slots[(ring->first + ring->count++) & (ring->space - 1)] = message_ref(m);
}

bool rings_add(struct rings *rings, const char *room_folded, struct message *m)
{
    struct ring *ring = rings_find(rings, room_folded);

    if (rings->limits.lines == 0) {
        return true;
    }
    if (ring != NULL && id_at(ring, ring->count - 1) >= m->id) {
        return false;
    }
    while (ring != NULL && ring->count >= rings->limits.lines) {
        struct ring *left = ring->count > 1 ? ring : NULL;

        drop_oldest(rings, ring);
        ring = left;
    }
    if (ring != NULL) {
        push(ring, m);
    } else {
        ring = mem_zalloc(sizeof(*ring));
        ring->room_folded = mem_strdup(room_folded);
        push(ring, m);
        list_ring(rings, ring);
    }
    rings->bytes += m->size;
    trim(rings);
    return true;
}

struct ring *rings_find(const struct rings *rings, const char *room_folded)
{
    struct ring *ring;

    HASH_FIND_STR(rings->list, room_folded, ring);
    return ring;
}

void rings_forget(struct rings *rings, const char *room_folded)
{
    struct ring *ring = rings_find(rings, room_folded);

    if (ring != NULL) {
        end_ring(rings, ring);
    }
}

/* Of one room; false when nothing is left of it, and the ring is gone. */
static bool erase_in(struct rings *rings, struct ring *ring, int64_t account)
{
    uint32_t kept = 0, count = ring->count;

    for (uint32_t i = 0; i < count; i++) {
        struct message *m = rings_at(ring, i);

        kept += m->account != account;
    }
    if (kept == 0) {
        end_ring(rings, ring);
        return false;
    }
    kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct message *m = rings_at(ring, i);

        if (m->account == account) {
            rings->bytes -= m->size;
            message_unref(m);
        } else {
            ring->slots[(ring->first + kept++) & (ring->space - 1)] = m;
        }
    }
    ring->count = kept;
    return true;
}

void rings_erase(struct rings *rings, int64_t account)
{
    struct ring *ring, *next;

    if (account == 0) {
        return;
    }
    HASH_ITER(hh, rings->list, ring, next) {
        if (erase_in(rings, ring, account)) {
            sift(rings, ring, HASH_COUNT(rings->list));
        }
    }
}

/* The index of the line with that id; ring->count if there is none. */
static uint32_t index_of(const struct ring *ring, uint64_t id)
{
    uint32_t i = id > 0 ? rings_after(ring, id - 1) : ring->count;

    return i < ring->count && id_at(ring, i) == id ? i : ring->count;
}

struct message *rings_line(const struct rings *rings, const char *room_folded, uint64_t id)
{
    const struct ring *ring = rings_find(rings, room_folded);
    uint32_t i = ring != NULL ? index_of(ring, id) : 0;

    return ring != NULL && i < ring->count ? rings_at(ring, i) : NULL;
}

bool rings_erase_line(struct rings *rings, const char *room_folded, uint64_t id)
{
    struct ring *ring = rings_find(rings, room_folded);
    uint32_t i = ring != NULL ? index_of(ring, id) : 0;
    struct message *m;

    if (ring == NULL || i == ring->count) {
        return false;
    }
    if (i == 0) {
        drop_oldest(rings, ring);
        return true;
    }
    m = rings_at(ring, i);
    for (uint32_t k = i + 1; k < ring->count; k++) {
        ring->slots[(ring->first + k - 1) & (ring->space - 1)] = rings_at(ring, k);
    }
    ring->count--;
    rings->bytes -= m->size;
    message_unref(m);
    return true;
}

void rings_set_limits(struct rings *rings, const struct rings_limits *limits)
{
    rings->limits = *limits;
    trim(rings);
}

void rings_fini(struct rings *rings)
{
    while (rings->list != NULL) {
        end_ring(rings, rings->list);
    }
    CHECK(rings->bytes == 0);
    free(rings->heap);
}

uint32_t rings_after(const struct ring *ring, uint64_t id)
{
    uint32_t low = 0, high = ring->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (id_at(ring, middle) > id) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

void rings_check(const struct rings *rings)
{
    uint32_t count = HASH_COUNT(rings->list);
    uint64_t bytes = 0;

    for (const struct ring *ring = rings->list; ring != NULL; ring = ring->hh.next) {
        CHECK(ring->count > 0 && ring->count <= ring->space && (ring->space & (ring->space - 1)) == 0);
        CHECK(ring->place < count && rings->heap[ring->place] == ring);
        CHECK(ring->place == 0 || id_at(rings->heap[(ring->place - 1) / 2], 0) <= id_at(ring, 0));
        for (uint32_t i = 0; i < ring->count; i++) {
            CHECK(i == 0 || id_at(ring, i - 1) < id_at(ring, i));
            bytes += rings_at(ring, i)->size;
        }
    }
    CHECK(bytes == rings->bytes && bytes <= rings->limits.bytes);
}
