/* tests/unit/fake_store.c: a memory store whose answers the test holds back. */
#include "config.h"

#include "fake_store.h"

#include "base/container.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "fakes.h"
#include "store/store_memory.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

enum { MOST_LINES = 4096 };

/* A read that waits, and its answer. */
struct fake_read {
    struct store_read *asked;
    struct store_read own;
    struct message *lines[MOST_LINES]; /* references */
    int count;
    struct fake_read *next;
};

static struct fake_store *store_of(struct store *store)
{
    return CONTAINER_OF(store, struct fake_store, store);
}

/* ---- lines ---- */

static enum store_fate store_append(struct store *store, const char *room_folded, struct message *m)
{
    struct fake_store *s = store_of(store);

    assert_true(m->id > 0);
    assert_string_equal(room_folded, m->room_folded);
    s->appended++;
    if (s->fate != STORE_REFUSED) {
        assert_int_equal(s->memory->ops->append(s->memory, room_folded, m), STORE_KEPT);
    }
    s->lines_waiting += s->fate == STORE_WAITS;
    s->last_id = m->id;
    return s->fate;
}

void fake_store_fill(struct fake_store *s, const char *room, int n)
{
    for (int i = 0; i < n; i++) {
        struct strbuf text = {0};
        struct message *m;

        strbuf_addf(&text, "old %d", i + 1);
        m = message_new(&(struct message_parts){.kind = MESSAGE_SAY,
                                                .time_ms = FAKE_REAL_MS,
                                                .room = room,
                                                .room_folded = room,
                                                .actor = "elder",
                                                .text = text.data,
                                                .text_len = text.len});
        m->id = ++s->last_id;
        assert_int_equal(s->memory->ops->append(s->memory, room, m), STORE_KEPT);
        message_unref(m);
        strbuf_fini(&text);
    }
}

void fake_store_keep(struct fake_store *s)
{
    s->lines_waiting = 0;
    s->store.events->kept(s->store.ctx, s->last_id);
}

void fake_store_lose(struct fake_store *s)
{
    uint64_t lines = s->lines_waiting;

    s->lines_waiting = 0;
    s->store.events->lost(s->store.ctx, lines);
}

void fake_store_tell(struct fake_store *s, const char *why)
{
    s->store.events->state(s->store.ctx, why);
}

/* ---- reads ---- */

static void keep_line(struct store_read *own, struct message *m)
{
    struct fake_read *read = CONTAINER_OF(own, struct fake_read, own);

    assert_true(read->count < MOST_LINES);
    read->lines[read->count++] = message_ref(m);
}

static void free_read(struct fake_read *read)
{
    while (read->count > 0) {
        message_unref(read->lines[--read->count]);
    }
    free(read);
}

static enum store_answer store_read(struct store *store, struct store_read *req)
{
    struct fake_store *s = store_of(store);
    struct fake_read **link = &s->waiting, *read;

    s->reads++;
    if (s->answer == STORE_DONE) {
        return s->memory->ops->read(s->memory, req);
    }
    if (s->answer == STORE_FAILED) {
        return STORE_FAILED;
    }
    read = mem_zalloc(sizeof(*read));
    read->asked = req;
    read->own = *req;
    read->own.line = keep_line;
    assert_int_equal(s->memory->ops->read(s->memory, &read->own), STORE_DONE);
    while (*link != NULL) {
        link = &(*link)->next;
    }
    *link = read;
    return STORE_LATER;
}

void fake_store_done(struct fake_store *s, enum store_answer answer)
{
    struct fake_read *read = s->waiting;
    struct store_read *req;
    int given;

    if (read == NULL) {
        fail_msg("no read waits");
        return;
    }
    s->waiting = read->next;
    req = read->asked;
    assert_string_equal(req->room_folded, read->own.room_folded); /* the caller has not changed it */
    given = answer == STORE_DONE ? read->count : read->count / 2;
    for (int i = 0; i < given; i++) {
        req->line(req, read->lines[i]);
    }
    req->more = read->own.more;
    req->next = read->own.next;
    req->rest = read->own.rest;
    req->kept = read->own.kept;
    req->looked = read->own.looked;
    req->looked_lines = read->own.looked_lines;
    free_read(read);
    req->done(req, answer);
}

static void store_cancel(struct store *store, struct store_read *req)
{
    struct fake_store *s = store_of(store);

    for (struct fake_read **link = &s->waiting; *link != NULL; link = &(*link)->next) {
        struct fake_read *read = *link;

        if (read->asked == req) {
            *link = read->next;
            free_read(read);
            s->cancels++;
            return;
        }
    }
    fail_msg("cancelled a read that does not wait");
}

static void note_newest(struct store_read *req, struct message *m)
{
    *(const struct message **)req->store_data = m;
}

const struct message *fake_store_newest(struct fake_store *s, const char *room)
{
    const struct message *newest = NULL;
    struct store_read req = {.room_folded = room,
                             .max_lines = 1,
                             .max_bytes = UINT64_MAX,
                             .line = note_newest,
                             .store_data = &newest};

    s->memory->ops->read(s->memory, &req);
    return newest;
}

/* ---- topics ---- */

static enum store_fate store_set_topic(struct store *store, const struct store_topic *topic)
{
    struct fake_store *s = store_of(store);

    strbuf_addf(&s->topics, "#%s %s: %s\n", topic->room, topic->by, topic->text);
    return s->fate;
}

static void tell_topic(const struct fake_store *s, struct store_state *req)
{
    if (s->kept_topic != NULL) {
        req->topic(req, s->kept_topic, "elder", FAKE_REAL_MS);
    }
}

static enum store_answer store_state(struct store *store, struct store_state *req)
{
    struct fake_store *s = store_of(store);

    if (s->is_late) {
        s->asked = req;
        return STORE_LATER;
    }
    tell_topic(s, req);
    return STORE_DONE;
}

void fake_store_answer_state(struct fake_store *s)
{
    struct store_state *req = s->asked;

    assert_non_null(req);
    s->asked = NULL;
    tell_topic(s, req);
    req->done(req, STORE_DONE);
}

static void store_cancel_state(struct store *store, struct store_state *req)
{
    struct fake_store *s = store_of(store);

    s->cancels++;
    if (s->asked == req) {
        s->asked = NULL;
    }
}

/* ---- the rest ---- */

static enum store_fate store_audit(struct store *store, const struct audit_entry *entry)
{
    struct fake_store *s = store_of(store);

    assert_true(entry->time_ms != 0);
    strbuf_addf(&s->audits, "%s %s %s #%s: %s\n", entry->act, entry->by, entry->whom, entry->room, entry->why);
    return s->fate;
}

static enum store_fate store_erase(struct store *store, const char *room_folded, uint64_t id)
{
    struct fake_store *s = store_of(store);

    s->erased = id;
    if (s->fate != STORE_REFUSED) {
        s->memory->ops->erase(s->memory, room_folded, id);
    }
    return s->fate;
}

static uint64_t store_count(const struct store *store, const char *room_folded)
{
    const struct fake_store *s = CONTAINER_OF(store, const struct fake_store, store);

    return s->memory->ops->count(s->memory, room_folded);
}

uint64_t fake_store_count(const struct fake_store *s, const char *room)
{
    return store_count(&s->store, room);
}

static void store_forget(struct store *store, const char *room_folded)
{
    (void)room_folded; /* the lines stay */
    store_of(store)->forgotten++;
}

static uint64_t store_end(struct store *store, unsigned deadline_ms)
{
    struct fake_store *s = store_of(store);
    uint64_t lost = s->lines_waiting;

    assert_null(s->waiting);
    assert_null(store->events);
    assert_null(s->asked);
    s->memory->ops->end(s->memory, deadline_ms);
    strbuf_fini(&s->topics);
    strbuf_fini(&s->audits);
    free(s);
    return lost;
}

static const struct store_ops ops = {
    .append = store_append,
    .read = store_read,
    .cancel = store_cancel,
    .set_topic = store_set_topic,
    .state = store_state,
    .cancel_state = store_cancel_state,
    .erase = store_erase,
    .audit = store_audit,
    .count = store_count,
    .forget = store_forget,
    .end = store_end,
};

struct fake_store *fake_store_new(uint32_t lines)
{
    struct rings_limits limits = {.lines = lines, .bytes = 1 << 20};
    struct fake_store *s = mem_zalloc(sizeof(*s));

    s->store.ops = &ops;
    s->store.keeps_audit = true;
    s->memory = store_memory_new(&limits);
    s->answer = STORE_DONE;
    s->fate = STORE_KEPT;
    return s;
}

void fake_store_end(struct fake_store *s)
{
    s->store.ops->end(&s->store, 0);
}
