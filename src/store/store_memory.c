/* store/store_memory.c: reading in the rings. */
#include "config.h"

#include "store/store_memory.h"

#include "base/check.h"
#include "base/container.h"
#include "base/mem.h"
#include "store/store_match.h"

#include <stdlib.h>

enum { FIRST_FOUND = 8 };

struct store_memory {
    struct store store;
    struct rings rings;
};

static struct store_memory *memory_of(struct store *store)
{
    return CONTAINER_OF(store, struct store_memory, store);
}

/* ---- reading ---- */

/* What a read has come to: lines from first to end are given, of those from low to high. */
struct span {
    uint32_t low, high, first, end;
};

/* Takes a line into the bounds that are left; false when it is beyond them. */
static bool take(const struct store_read *req, const struct message *m, uint32_t *lines, uint64_t *bytes)
{
    uint64_t size = req->line_bytes + (uint64_t)req->text_factor * m->text_len;

    if (*lines == 0 || (req->max_bytes != UINT64_MAX && size > *bytes)) {
        return false;
    }
    --*lines;
    *bytes -= req->max_bytes != UINT64_MAX ? size : 0;
    return true;
}

/* Where the read stands: what has been passed lies between first and end. */
static void set_next(struct store_read *req, const struct ring *ring, const struct span *span)
{
    bool has_passed = span->first < span->end;

    if (req->end == STORE_NEWEST) {
        req->more = span->first > span->low;
        req->next = has_passed ? rings_at(ring, span->first)->id : req->before;
        if (req->next == 0 && req->more) {
            req->next = rings_at(ring, span->high - 1)->id + 1;
        }
    } else {
        req->more = span->end < span->high;
        req->next = has_passed ? rings_at(ring, span->end - 1)->id : req->after;
    }
}

static void read_lines(struct store_read *req, const struct ring *ring, struct span *span)
{
    uint32_t lines = req->max_lines;
    uint64_t bytes = req->max_bytes;

    if (req->end == STORE_NEWEST) {
        while (span->first > span->low && take(req, rings_at(ring, span->first - 1), &lines, &bytes)) {
            span->first--;
        }
    } else {
        while (span->end < span->high && take(req, rings_at(ring, span->end), &lines, &bytes)) {
            span->end++;
        }
    }
    req->rest = (span->high - span->low) - (span->end - span->first);
    for (uint32_t i = span->first; i < span->end; i++) {
        req->line(req, rings_at(ring, i));
    }
}

/* Indices of lines, in the order in which they were found. */
struct found {
    uint32_t *at;
    uint32_t count, space;
};

static void note(struct found *found, uint32_t i)
{
    if (found->count == found->space) {
        found->space = found->space > 0 ? found->space * 2 : FIRST_FOUND;
        found->at = mem_realloc(found->at, found->space * sizeof(found->at[0]));
    }
    found->at[found->count++] = i;
}

static void search_lines(struct store_read *req, const struct ring *ring, struct span *span)
{
    bool from_newest = req->end == STORE_NEWEST;
    uint32_t lines = req->max_lines;
    uint64_t bytes = req->max_bytes;
    struct found found = {0};

    while (span->end - span->first < span->high - span->low &&
           (req->looked_lines == 0 || req->looked < req->max_looked)) {
        uint32_t i = from_newest ? span->first - 1 : span->end;
        const struct message *m = rings_at(ring, i);

        if (store_match_holds(m, req->words, &req->looked)) {
            if (!take(req, m, &lines, &bytes)) {
                break;
            }
            note(&found, i);
        }
        req->looked_lines++;
        if (from_newest) {
            span->first--;
        } else {
            span->end++;
        }
    }
    for (uint32_t k = 0; k < found.count; k++) {
        req->line(req, rings_at(ring, found.at[from_newest ? found.count - 1 - k : k]));
    }
    free(found.at);
}

static enum store_answer memory_read(struct store *store, struct store_read *req)
{
    const struct ring *ring = rings_find(&memory_of(store)->rings, req->room_folded);
    struct span span;

    req->more = false;
    req->next = req->rest = req->kept = req->looked = 0;
    req->looked_lines = 0;
    if (ring == NULL) {
        return STORE_DONE;
    }
    req->kept = ring->count;
    span.low = req->after != 0 ? rings_after(ring, req->after) : 0;
    span.high = req->before != 0 ? rings_after(ring, req->before - 1) : ring->count;
    span.high = span.high > span.low ? span.high : span.low;
    span.first = span.end = req->end == STORE_NEWEST ? span.high : span.low;
    (req->words != NULL ? search_lines : read_lines)(req, ring, &span);
    set_next(req, ring, &span);
    return STORE_DONE;
}

/* ---- the other operations ---- */

static enum store_fate memory_append(struct store *store, const char *room_folded, struct message *m)
{
    struct rings *rings = &memory_of(store)->rings;
    bool is_kept = rings_add(rings, room_folded, m);

    store->memory_bytes = rings->bytes;
    return is_kept ? STORE_KEPT : STORE_REFUSED;
}

static void memory_cancel(struct store *store, struct store_read *req)
{
    (void)store;
    (void)req;
    CHECK(false); /* nothing waits */
}

/* A topic is the room's own as long as the room is there, and this store ends with the process: it keeps none. */
static enum store_fate memory_set_topic(struct store *store, const struct store_topic *topic)
{
    (void)store;
    (void)topic;
    return STORE_KEPT;
}

static enum store_answer memory_state(struct store *store, struct store_state *req)
{
    (void)store;
    (void)req;
    return STORE_DONE;
}

static void memory_cancel_state(struct store *store, struct store_state *req)
{
    (void)store;
    (void)req;
    CHECK(false); /* nothing waits */
}

static enum store_fate memory_erase(struct store *store, const char *room_folded, uint64_t id)
{
    struct rings *rings = &memory_of(store)->rings;

    (void)rings_erase_line(rings, room_folded, id);
    store->memory_bytes = rings->bytes;
    return STORE_KEPT;
}

/* The log has it; this store ends with the process. */
static enum store_fate memory_audit(struct store *store, const struct audit_entry *entry)
{
    (void)store;
    (void)entry;
    return STORE_REFUSED;
}

static enum store_answer memory_read_audit(struct store *store, struct store_audit *req)
{
    (void)store;
    (void)req;
    return STORE_FAILED;
}

static void memory_cancel_audit(struct store *store, struct store_audit *req)
{
    (void)store;
    (void)req;
    CHECK(false); /* nothing waits */
}

struct message *store_memory_line(const struct store *store, const char *room_folded, uint64_t id)
{
    return rings_line(&CONTAINER_OF(store, const struct store_memory, store)->rings, room_folded, id);
}

/* Rules are a room's own too. */
static enum store_fate memory_set_rule(struct store *store, const char *room, const char *room_folded,
                                       const struct rule *rule, bool is_off)
{
    (void)store;
    (void)room;
    (void)room_folded;
    (void)rule;
    (void)is_off;
    return STORE_KEPT;
}

static enum store_answer memory_read_rules(struct store *store, struct store_rules *req)
{
    (void)store;
    (void)req;
    return STORE_DONE;
}

static void memory_cancel_rules(struct store *store, struct store_rules *req)
{
    (void)store;
    (void)req;
    CHECK(false); /* nothing waits */
}

static uint64_t memory_count(const struct store *store, const char *room_folded)
{
    const struct ring *ring = rings_find(&CONTAINER_OF(store, const struct store_memory, store)->rings, room_folded);

    return ring != NULL ? ring->count : 0;
}

static void memory_forget(struct store *store, const char *room_folded)
{
    struct rings *rings = &memory_of(store)->rings;

    rings_forget(rings, room_folded);
    store->memory_bytes = rings->bytes;
}

/* The lines of a room end with it in any case. */
static enum store_fate memory_end_rules(struct store *store, const char *room_folded, bool with_lines)
{
    if (with_lines) {
        memory_forget(store, room_folded);
    }
    return STORE_KEPT;
}

void store_memory_erase(struct store *store, int64_t account)
{
    struct rings *rings = &memory_of(store)->rings;

    rings_erase(rings, account);
    store->memory_bytes = rings->bytes;
}

static uint64_t memory_end(struct store *store, unsigned deadline_ms)
{
    struct store_memory *memory = memory_of(store);

    (void)deadline_ms; /* nothing waits */
    rings_fini(&memory->rings);
    free(memory);
    return 0;
}

static const struct store_ops ops = {
    .append = memory_append,
    .read = memory_read,
    .cancel = memory_cancel,
    .set_topic = memory_set_topic,
    .state = memory_state,
    .cancel_state = memory_cancel_state,
    .erase = memory_erase,
    .audit = memory_audit,
    .read_audit = memory_read_audit,
    .cancel_audit = memory_cancel_audit,
    .set_rule = memory_set_rule,
    .end_rules = memory_end_rules,
    .read_rules = memory_read_rules,
    .cancel_rules = memory_cancel_rules,
    .count = memory_count,
    .forget = memory_forget,
    .end = memory_end,
};

struct store *store_memory_new(const struct rings_limits *limits)
{
    struct store_memory *memory = mem_zalloc(sizeof(*memory));

    memory->store.ops = &ops;
    store_memory_set_limits(&memory->store, limits);
    return &memory->store;
}

void store_memory_set_limits(struct store *store, const struct rings_limits *limits)
{
    struct rings *rings = &memory_of(store)->rings;

    rings_set_limits(rings, limits);
    store->memory_bytes = rings->bytes;
    store->memory_most = limits->bytes;
}
