/* store/store_sqlite.c: memory before, the database behind.
 *
 * What is in memory of a room is all of it from some line on: lines are added as they are said, and go from the oldest
 * on.  So a range that begins behind the first of them is answered there, and any range when the room has no more
 * lines than are in memory; for that, the first read of a room brings the number of its lines from the database
 * (store/room_counts.h). */
#include "config.h"

#include "store/store_sqlite.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/asks.h"
#include "store/profiles.h"
#include "store/record.h"
#include "store/room_counts.h"
#include "store/rulebook.h"
#include "store/states.h"
#include "store/store_memory.h"
#include "store/thinning.h"
#include "store/trail.h"

#include <stdlib.h>
#include <string.h>

enum { BUSY_MS = 1000 };

struct store_sqlite {
    struct store store;
    struct store *memory;
    struct db *db; /* the writer's */
    struct writer writer;
    struct asks asks;
    struct states states;
    struct profiles_db profiles;
    struct room_counts counts;
    struct thinning thinning;
    struct trail trail;
    struct rulebook rulebook;
    uint64_t last_id;
    void (*go_on)(void *ctx, uint64_t last_id); /* NULL: not asked for yet */
    void *go_on_ctx;
};

static struct store_sqlite *sqlite_of(struct store *store)
{
    return CONTAINER_OF(store, struct store_sqlite, store);
}

/* ---- reading ---- */

/* A read of what is in memory, whose lines are held back until it is known that they are the answer. */
struct probe {
    struct store_read req;
    struct message **lines;
    uint32_t count, space;
};

static void probe_line(struct store_read *req, struct message *m)
{
    struct probe *probe = CONTAINER_OF(req, struct probe, req);

    if (probe->count == probe->space) {
        probe->space = probe->space > 0 ? probe->space * 2 : 16;
        probe->lines = mem_realloc(probe->lines, probe->space * sizeof(struct message *));
    }
    probe->lines[probe->count++] = m;
}

/* The id of the first line that is in memory; 0: none is. */
static uint64_t first_in_memory(struct store_sqlite *sqlite, const char *room_folded)
{
    struct probe probe = {.req = {.room_folded = room_folded,
                                  .end = STORE_OLDEST,
                                  .max_lines = 1,
                                  .max_bytes = UINT64_MAX,
                                  .line = probe_line}};
    uint64_t id;

    sqlite->memory->ops->read(sqlite->memory, &probe.req);
    id = probe.count > 0 ? probe.lines[0]->id : 0;
    free(probe.lines);
    return id;
}

/* Answers from memory, when the lines that are there are all that can be meant. */
static bool read_memory(struct store_sqlite *sqlite, const struct room_count *room, struct store_read *req)
{
    struct probe probe = {.req = *req};
    uint64_t first = first_in_memory(sqlite, req->room_folded);
    uint64_t in_memory = sqlite->memory->ops->count(sqlite->memory, req->room_folded), beyond;
    bool has_all, is_answer;

    if (!room->is_counted || req->words != NULL) {
        return false;
    }
    has_all = (room->lines <= in_memory && !room->has_refused) || (first != 0 && req->after >= first - 1);
    if (!has_all && (req->end == STORE_OLDEST || first == 0)) {
        return false;
    }
    probe.req.line = probe_line;
    sqlite->memory->ops->read(sqlite->memory, &probe.req);
    beyond = room->lines > in_memory ? room->lines - in_memory : 0;
    /* A read of the newest that has come to its bounds has not come to what is not here.  How many lines there are
     * beyond is known of the whole room alone. */
    is_answer = has_all || (probe.req.more && req->after == 0);
    if (is_answer) {
        req->more = probe.req.more;
        req->next = probe.req.next;
        req->rest = probe.req.rest + (has_all ? 0 : beyond);
        req->kept = room->lines;
        req->looked = 0;
        req->looked_lines = 0;
    }
    for (uint32_t i = 0; is_answer && i < probe.count; i++) {
        req->line(req, probe.lines[i]);
    }
    free(probe.lines);
    return is_answer;
}

static enum store_answer sqlite_read(struct store *store, struct store_read *req)
{
    struct store_sqlite *sqlite = sqlite_of(store);
    struct room_count *room = room_counts_get(&sqlite->counts, req->room_folded);

    if (read_memory(sqlite, room, req)) {
        return STORE_DONE;
    }
    asks_begin(&sqlite->asks, req, sqlite->last_id, room->is_counted ? room->lines : ASKS_UNKNOWN, room->appended);
    return STORE_LATER;
}

static void room_counted(void *ctx, const char *room_folded, uint64_t lines, uint64_t note)
{
    room_counts_counted(&((struct store_sqlite *)ctx)->counts, room_folded, lines, note);
}

static enum store_answer read_failed(void *ctx, struct store_read *req)
{
    struct store_sqlite *sqlite = ctx;

    return sqlite->memory->ops->read(sqlite->memory, req);
}

static void sqlite_cancel(struct store *store, struct store_read *req)
{
    asks_cancel(&sqlite_of(store)->asks, req);
}

static struct message *recall_line(void *ctx, const char *room_folded, uint64_t id)
{
    const struct store_sqlite *sqlite = ctx;

    return store_memory_line(sqlite->memory, room_folded, id);
}

static const struct asks_events asks_events = {.counted = room_counted, .recall = recall_line, .failed = read_failed};

/* ---- writing ---- */

/* Lines in memory are no longer the newest of their rooms if the clock was set back before the database could be
 * opened: then they are read from there. */
static void writer_opened(void *ctx, uint64_t last_id)
{
    struct store *store = ctx;
    struct store_sqlite *sqlite = sqlite_of(store);

    room_counts_forget_all(&sqlite->counts);
    if (last_id <= sqlite->last_id) {
        return;
    }
    sqlite->last_id = last_id;
    for (struct room_count *room = sqlite->counts.rooms; room != NULL; room = room->hh.next) {
        uint64_t first = first_in_memory(sqlite, room->room_folded);

        if (first != 0 && first <= last_id) {
            sqlite->memory->ops->forget(sqlite->memory, room->room_folded);
        }
    }
    store->memory_bytes = sqlite->memory->memory_bytes;
    if (sqlite->go_on != NULL) {
        sqlite->go_on(sqlite->go_on_ctx, last_id);
    }
}

static void writer_kept(void *ctx, uint64_t upto_id)
{
    struct store *store = ctx;

    store->waiting_bytes = sqlite_of(store)->writer.bytes;
    if (store->events != NULL) {
        store->events->kept(store->ctx, upto_id);
    }
    states_go(&sqlite_of(store)->states);
    rulebook_go(&sqlite_of(store)->rulebook);
    profiles_go(&sqlite_of(store)->profiles);
}

static void writer_state(void *ctx, enum db_fault fault, const char *why)
{
    struct store *store = ctx;

    if (store->events != NULL) {
        store->events->state(store->ctx, fault != DB_OK ? why : NULL);
    }
    if (fault == DB_OK) {
        states_go(&sqlite_of(store)->states);
        rulebook_go(&sqlite_of(store)->rulebook);
    }
}

static const struct writer_events writer_events = {
    .opened = writer_opened, .kept = writer_kept, .state = writer_state};

/* The fate of what the writer was given. */
static enum store_fate taken(struct store *store, bool is_taken)
{
    store->waiting_bytes = sqlite_of(store)->writer.bytes;
    return is_taken ? STORE_WAITS : STORE_REFUSED;
}

static enum store_fate sqlite_append(struct store *store, const char *room_folded, struct message *m)
{
    struct store_sqlite *sqlite = sqlite_of(store);
    struct room_count *count = room_counts_get(&sqlite->counts, room_folded);
    struct parcel_item item;

    record_of(m, &item);
    item.room_folded = room_folded;
    sqlite->memory->ops->append(sqlite->memory, room_folded, m);
    store->memory_bytes = sqlite->memory->memory_bytes;
    if (!writer_add(&sqlite->writer, &item)) {
        count->has_refused = true;
        return STORE_REFUSED;
    }
    store->waiting_bytes = sqlite->writer.bytes;
    sqlite->last_id = m->id > sqlite->last_id ? m->id : sqlite->last_id;
    room_counts_added(count);
    return STORE_WAITS;
}

static enum store_fate sqlite_erase(struct store *store, const char *room_folded, uint64_t id)
{
    struct store_sqlite *sqlite = sqlite_of(store);
    struct room_count *count = room_counts_find(&sqlite->counts, room_folded);
    struct parcel_item item = {.op = PARCEL_ERASE,
                               .id = id,
                               .room = "",
                               .room_folded = room_folded,
                               .kind = "",
                               .name = "",
                               .folded = "",
                               .target = "",
                               .text = ""};

    if (count != NULL) {
        room_counts_erased(&sqlite->counts, count, store_memory_line(sqlite->memory, room_folded, id) != NULL);
    }
    sqlite->memory->ops->erase(sqlite->memory, room_folded, id);
    store->memory_bytes = sqlite->memory->memory_bytes;
    return taken(store, writer_add(&sqlite->writer, &item));
}

/* ---- what rooms have beside lines ---- */

static enum store_fate sqlite_set_topic(struct store *store, const struct store_topic *topic)
{
    return taken(store, states_set_topic(&sqlite_of(store)->states, topic));
}

static enum store_answer sqlite_state(struct store *store, struct store_state *req)
{
    return states_ask(&sqlite_of(store)->states, req);
}

static void sqlite_cancel_state(struct store *store, struct store_state *req)
{
    states_cancel(&sqlite_of(store)->states, req);
}

/* ---- the audit trail ---- */

static enum store_fate sqlite_audit(struct store *store, const struct audit_entry *entry)
{
    return taken(store, trail_add(&sqlite_of(store)->trail, entry));
}

static enum store_answer sqlite_read_audit(struct store *store, struct store_audit *req)
{
    return trail_read(&sqlite_of(store)->trail, req);
}

static void sqlite_cancel_audit(struct store *store, struct store_audit *req)
{
    trail_cancel(&sqlite_of(store)->trail, req);
}

/* ---- retention ---- */

static bool may_thin(void *ctx)
{
    struct store_sqlite *sqlite = ctx;

    states_go(&sqlite->states); /* these are due from time to time too */
    rulebook_go(&sqlite->rulebook);
    profiles_go(&sqlite->profiles);
    return sqlite->writer.fault == DB_OK;
}

static void thinned(void *ctx, uint64_t lines)
{
    room_counts_forget_all(&((struct store_sqlite *)ctx)->counts);
    log_info("old lines removed", LOG_NUM("count", lines));
}

static const struct thinning_events thinning_events = {.may_step = may_thin, .erased = thinned};

/* ---- the other operations ---- */

static uint64_t sqlite_count(const struct store *store, const char *room_folded)
{
    const struct store_sqlite *sqlite = CONTAINER_OF(store, const struct store_sqlite, store);
    const struct room_count *count = room_counts_find(&sqlite->counts, room_folded);

    return count != NULL && count->is_counted ? count->lines
                                              : sqlite->memory->ops->count(sqlite->memory, room_folded);
}

static void sqlite_forget(struct store *store, const char *room_folded)
{
    struct store_sqlite *sqlite = sqlite_of(store);

    sqlite->memory->ops->forget(sqlite->memory, room_folded);
    store->memory_bytes = sqlite->memory->memory_bytes;
    room_counts_drop(&sqlite->counts, room_folded);
}

static uint64_t sqlite_end(struct store *store, unsigned deadline_ms)
{
    struct store_sqlite *sqlite = sqlite_of(store);
    uint64_t lost;

    thinning_fini(&sqlite->thinning);
    states_fini(&sqlite->states);
    rulebook_fini(&sqlite->rulebook);
    lost = writer_end(&sqlite->writer, deadline_ms);
    sqlite->memory->ops->end(sqlite->memory, 0);
    room_counts_fini(&sqlite->counts);
    free(sqlite);
    return lost;
}

/* ---- rules ---- */

static enum store_fate sqlite_set_rule(struct store *store, const char *room, const char *room_folded,
                                       const struct rule *rule, bool is_off)
{
    return taken(store, rulebook_set(&sqlite_of(store)->rulebook, room, room_folded, rule, is_off));
}

static enum store_fate sqlite_end_rules(struct store *store, const char *room_folded, bool with_lines)
{
    struct store_sqlite *sqlite = sqlite_of(store);

    if (with_lines) {
        sqlite->memory->ops->forget(sqlite->memory, room_folded);
        store->memory_bytes = sqlite->memory->memory_bytes;
        room_counts_drop(&sqlite->counts, room_folded);
        states_note_end(&sqlite->states);
    }
    return taken(store, rulebook_end(&sqlite->rulebook, room_folded, with_lines));
}

static enum store_answer sqlite_read_rules(struct store *store, struct store_rules *req)
{
    return rulebook_read(&sqlite_of(store)->rulebook, req);
}

static void sqlite_cancel_rules(struct store *store, struct store_rules *req)
{
    rulebook_cancel(&sqlite_of(store)->rulebook, req);
}

static const struct store_ops ops = {
    .append = sqlite_append,
    .read = sqlite_read,
    .cancel = sqlite_cancel,
    .set_topic = sqlite_set_topic,
    .set_rule = sqlite_set_rule,
    .end_rules = sqlite_end_rules,
    .read_rules = sqlite_read_rules,
    .cancel_rules = sqlite_cancel_rules,
    .state = sqlite_state,
    .cancel_state = sqlite_cancel_state,
    .erase = sqlite_erase,
    .audit = sqlite_audit,
    .read_audit = sqlite_read_audit,
    .cancel_audit = sqlite_cancel_audit,
    .count = sqlite_count,
    .forget = sqlite_forget,
    .end = sqlite_end,
};

/* ---- making it ---- */

enum store_sqlite_opened store_sqlite_new(struct store **store, const char *path, struct lane *lane,
                                          struct clock *clock, const struct store_sqlite_limits *limits,
                                          struct strbuf *why)
{
    struct db *db = db_new(&(struct db_spec){.path = path, .busy_ms = BUSY_MS});
    enum db_fault fault = db_open(db);
    struct store_sqlite *sqlite;
    uint64_t last_id = 0;

    if (fault == DB_OK) {
        fault = db_last_id(db, &last_id);
    }
    if (fault != DB_OK) {
        strbuf_adds(why, db_why(db));
    }
    if (!db_fault_may_pass(fault)) {
        db_free(db);
        *store = NULL;
        return fault == DB_IN_USE ? STORE_SQLITE_TAKEN : STORE_SQLITE_REFUSED;
    }
    sqlite = mem_zalloc(sizeof(*sqlite));
    sqlite->store.ops = &ops;
    sqlite->store.keeps_audit = true;
    sqlite->memory = store_memory_new(&limits->memory);
    sqlite->db = db;
    sqlite->last_id = last_id;
    writer_init(&sqlite->writer, lane, clock, db, fault, &limits->writing);
    sqlite->writer.events = &writer_events;
    sqlite->writer.ctx = &sqlite->store;
    states_init(&sqlite->states, lane, db, &sqlite->writer);
    profiles_init(&sqlite->profiles, lane, db, &sqlite->writer);
    trail_init(&sqlite->trail, lane, db, &sqlite->writer);
    rulebook_init(&sqlite->rulebook, lane, db, &sqlite->writer, clock);
    asks_init(&sqlite->asks, lane, db, &sqlite->writer);
    sqlite->asks.events = &asks_events;
    sqlite->asks.ctx = sqlite;
    thinning_init(&sqlite->thinning, lane, clock, db, &thinning_events, sqlite);
    store_sqlite_set_limits(&sqlite->store, limits);
    *store = &sqlite->store;
    return fault == DB_OK ? STORE_SQLITE_OPEN : STORE_SQLITE_LATER;
}

size_t store_sqlite_timeqs(struct store *store, struct timeq **timeqs)
{
    struct store_sqlite *sqlite = sqlite_of(store);

    timeqs[0] = &sqlite->writer.syncing;
    timeqs[1] = &sqlite->writer.retrying;
    timeqs[2] = &sqlite->thinning.due;
    return STORE_SQLITE_TIMEQS;
}

void store_sqlite_tell_last_id(struct store *store, void (*go_on)(void *ctx, uint64_t last_id), void *ctx)
{
    struct store_sqlite *sqlite = sqlite_of(store);

    sqlite->go_on = go_on;
    sqlite->go_on_ctx = ctx;
    go_on(ctx, sqlite->last_id);
}

bool store_sqlite_erase(struct store *store, int64_t account, struct writer_waiter *waiter)
{
    struct store_sqlite *sqlite = sqlite_of(store);

    store_memory_erase(sqlite->memory, account);
    store->memory_bytes = sqlite->memory->memory_bytes;
    room_counts_forget_all(&sqlite->counts);
    return waiter != NULL && writer_wait(&sqlite->writer, waiter);
}

void store_sqlite_stop_waiting(struct store *store, struct writer_waiter *waiter)
{
    writer_forget(&sqlite_of(store)->writer, waiter);
}

struct profiles *store_sqlite_profiles(struct store *store)
{
    return &sqlite_of(store)->profiles.profiles;
}

struct db *store_sqlite_db(const struct store *store)
{
    return CONTAINER_OF(store, const struct store_sqlite, store)->db;
}

void store_sqlite_set_limits(struct store *store, const struct store_sqlite_limits *limits)
{
    struct store_sqlite *sqlite = sqlite_of(store);

    store_memory_set_limits(sqlite->memory, &limits->memory);
    store->memory_bytes = sqlite->memory->memory_bytes;
    store->memory_most = sqlite->memory->memory_most;
    writer_set_limits(&sqlite->writer, &limits->writing);
    thinning_set_limits(&sqlite->thinning, &limits->keeping);
}
