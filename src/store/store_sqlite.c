/* store/store_sqlite.c: memory before, the database behind.
 *
 * What is in memory of a room is all of it from some line on: lines are added as they are said, and go from the oldest
 * on.  So a range that begins behind the first of them is answered there, and any range when the room has no more
 * lines than are in memory; for that, rooms in use have the number of their lines here, which the first read of a room
 * brings from the database. */
#include "config.h"

#include "store/store_sqlite.h"

#include "base/container.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/asks.h"
#include "store/profiles.h"
#include "store/record.h"
#include "store/states.h"
#include "store/store_memory.h"

#include <stdlib.h>
#include <string.h>

enum {
    BUSY_MS = 1000,
    FIRST_PASS_MS = 1000, /* of retention: after the start, or new limits */
    PASS_MS = 60000,      /* between two passes */
    STEP_MS = 20,         /* between two steps of one */
};

/* A room in use. */
struct known {
    char *room_folded;
    uint64_t lines;    /* if they were counted: in the database, or on the way there */
    uint64_t appended; /* so many in its lower half; the upper one tells this room from an earlier one of its name */
    bool is_counted;
    bool has_refused; /* lines in memory are nowhere else */
    UT_hash_handle hh; /* by room_folded */
};

struct thinning {
    struct lane_job job;
    struct store_sqlite *sqlite; /* NULL: the store has ended */
    struct db *db;
    struct retention_limits limits;
    int64_t now_ms;
    struct retention pass;
    bool is_more;
    enum db_fault fault;
};

struct store_sqlite {
    struct store store;
    struct store *memory;
    struct lane *lane;
    struct clock *clock;
    struct db *db; /* the writer's */
    struct writer writer;
    struct asks asks;
    struct states states;
    struct profiles_db profiles;
    struct known *rooms; /* a uthash table */
    uint64_t rooms_ever;
    uint64_t first_id;   /* the greatest at the start */
    uint64_t last_id;
    struct retention_limits keeping;
    struct timeq thinning_due;
    struct timeq_node thinning_node;
    struct thinning *thinning; /* in the lane; NULL: none */
    struct retention pass;
};

static struct store_sqlite *sqlite_of(struct store *store)
{
    return CONTAINER_OF(store, struct store_sqlite, store);
}

/* ---- what is known of rooms ---- */

static struct known *find_known(const struct store_sqlite *sqlite, const char *room_folded)
{
    struct known *known;

    HASH_FIND_STR(sqlite->rooms, room_folded, known);
    return known;
}

static struct known *get_known(struct store_sqlite *sqlite, const char *room_folded)
{
    struct known *known = find_known(sqlite, room_folded);

    if (known == NULL) {
        known = mem_zalloc(sizeof(*known));
        known->room_folded = mem_strdup(room_folded);
        known->appended = ++sqlite->rooms_ever << 32;
        HASH_ADD_KEYPTR(hh, sqlite->rooms, known->room_folded, strlen(known->room_folded), known);
    }
    return known;
}

static void drop_known(struct store_sqlite *sqlite, struct known *known)
{
    HASH_DEL(sqlite->rooms, known);
    free(known->room_folded);
    free(known);
}

static void room_counted(void *ctx, const char *room_folded, uint64_t lines, uint64_t note)
{
    struct known *known = find_known(ctx, room_folded);

    if (known != NULL && known->appended >> 32 == note >> 32) {
        known->lines = lines + known->appended - note;
        known->is_counted = true;
    }
}

/* A line of the room is gone, which a read that is under way still counts.  The number of lines is known still if it
 * was known before, and the line was in memory and in the database. */
static void count_erased(struct store_sqlite *sqlite, struct known *known, bool was_in_memory)
{
    known->appended = ++sqlite->rooms_ever << 32;
    known->is_counted = known->is_counted && was_in_memory && !known->has_refused && known->lines > 0;
    known->lines -= known->is_counted;
}

/* Nobody knows any more how many lines any room has. */
static void forget_counts(struct store_sqlite *sqlite)
{
    for (struct known *known = sqlite->rooms; known != NULL; known = known->hh.next) {
        known->is_counted = false;
    }
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
static bool read_memory(struct store_sqlite *sqlite, const struct known *known, struct store_read *req)
{
    struct probe probe = {.req = *req};
    uint64_t first = first_in_memory(sqlite, req->room_folded);
    uint64_t in_memory = sqlite->memory->ops->count(sqlite->memory, req->room_folded), beyond;
    bool has_all, is_answer;

    if (!known->is_counted || req->words != NULL) {
        return false;
    }
    has_all = (known->lines <= in_memory && !known->has_refused) || (first != 0 && req->after >= first - 1);
    if (!has_all && (req->end == STORE_OLDEST || first == 0)) {
        return false;
    }
    probe.req.line = probe_line;
    sqlite->memory->ops->read(sqlite->memory, &probe.req);
    beyond = known->lines > in_memory ? known->lines - in_memory : 0;
    /* A read of the newest that has come to its bounds has not come to what is not here.  How many lines there are
     * beyond is known of the whole room alone. */
    is_answer = has_all || (probe.req.more && req->after == 0);
    if (is_answer) {
        req->more = probe.req.more;
        req->next = probe.req.next;
        req->rest = probe.req.rest + (has_all ? 0 : beyond);
        req->kept = known->lines;
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
    struct known *known = get_known(sqlite, req->room_folded);

    if (read_memory(sqlite, known, req)) {
        return STORE_DONE;
    }
    asks_begin(&sqlite->asks, req, sqlite->last_id, known->is_counted ? known->lines : ASKS_UNKNOWN, known->appended);
    return STORE_LATER;
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

static void writer_kept(void *ctx, uint64_t upto_id)
{
    struct store *store = ctx;

    store->waiting_bytes = sqlite_of(store)->writer.bytes;
    if (store->events != NULL) {
        store->events->kept(store->ctx, upto_id);
    }
    states_go(&sqlite_of(store)->states);
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
    }
}

static const struct writer_events writer_events = {.kept = writer_kept, .state = writer_state};

static enum store_fate sqlite_append(struct store *store, const char *room_folded, struct message *m)
{
    struct store_sqlite *sqlite = sqlite_of(store);
    struct known *known = get_known(sqlite, room_folded);
    struct parcel_item item;

    record_of(m, &item);
    item.room_folded = room_folded;
    sqlite->memory->ops->append(sqlite->memory, room_folded, m);
    store->memory_bytes = sqlite->memory->memory_bytes;
    if (!writer_add(&sqlite->writer, &item)) {
        known->has_refused = true;
        return STORE_REFUSED;
    }
    store->waiting_bytes = sqlite->writer.bytes;
    sqlite->last_id = m->id > sqlite->last_id ? m->id : sqlite->last_id;
    known->lines++;
    known->appended++;
    return STORE_WAITS;
}

static enum store_fate sqlite_erase(struct store *store, const char *room_folded, uint64_t id)
{
    struct store_sqlite *sqlite = sqlite_of(store);
    struct known *known = find_known(sqlite, room_folded);
    struct parcel_item item = {.op = PARCEL_ERASE,
                               .id = id,
                               .room = "",
                               .room_folded = room_folded,
                               .kind = "",
                               .name = "",
                               .folded = "",
                               .target = "",
                               .text = ""};

    if (known != NULL) {
        count_erased(sqlite, known, store_memory_line(sqlite->memory, room_folded, id) != NULL);
    }
    sqlite->memory->ops->erase(sqlite->memory, room_folded, id);
    store->memory_bytes = sqlite->memory->memory_bytes;
    if (!writer_add(&sqlite->writer, &item)) {
        return STORE_REFUSED;
    }
    store->waiting_bytes = sqlite->writer.bytes;
    return STORE_WAITS;
}

/* ---- what rooms have beside lines ---- */

static enum store_fate sqlite_set_topic(struct store *store, const struct store_topic *topic)
{
    struct store_sqlite *sqlite = sqlite_of(store);

    if (!states_set_topic(&sqlite->states, topic)) {
        return STORE_REFUSED;
    }
    store->waiting_bytes = sqlite->writer.bytes;
    return STORE_WAITS;
}

static enum store_answer sqlite_state(struct store *store, struct store_state *req)
{
    return states_ask(&sqlite_of(store)->states, req);
}

static void sqlite_cancel_state(struct store *store, struct store_state *req)
{
    states_cancel(&sqlite_of(store)->states, req);
}

/* ---- retention ---- */

static void thinning_run(struct lane_job *job)
{
    struct thinning *thinning = CONTAINER_OF(job, struct thinning, job);

    thinning->fault = db_open(thinning->db);
    if (thinning->fault == DB_OK) {
        thinning->fault = retention_step(thinning->db, &thinning->limits, thinning->now_ms, &thinning->pass,
                                         &thinning->is_more);
    }
}

static void wait_for_thinning(struct store_sqlite *sqlite, uint64_t ms)
{
    sqlite->thinning_due.wait_ms = ms;
    timeq_push(&sqlite->thinning_due, &sqlite->thinning_node, clock_ms(sqlite->clock));
}

static void end_pass(struct store_sqlite *sqlite, const struct retention *pass)
{
    if (pass->lines > 0) {
        forget_counts(sqlite);
        log_info("old lines removed", LOG_NUM("count", pass->lines));
    }
    sqlite->pass = (struct retention){0};
}

static void thinning_done(struct lane_job *job)
{
    struct thinning *thinning = CONTAINER_OF(job, struct thinning, job);
    struct store_sqlite *sqlite = thinning->sqlite;

    if (sqlite == NULL) {
        return;
    }
    sqlite->thinning = NULL;
    if (thinning->fault == DB_OK) {
        sqlite->pass = thinning->pass;
    }
    if (thinning->fault == DB_OK && !thinning->is_more) {
        end_pass(sqlite, &thinning->pass);
    }
    wait_for_thinning(sqlite, thinning->fault == DB_OK && thinning->is_more ? STEP_MS : PASS_MS);
}

static void thinning_free(struct lane_job *job)
{
    free(CONTAINER_OF(job, struct thinning, job));
}

static const struct lane_job_ops thinning_ops = {.run = thinning_run, .done = thinning_done, .free = thinning_free};

static void thinning_due(struct timeq *q, struct timeq_node *node)
{
    struct store_sqlite *sqlite = q->ctx;
    struct thinning *thinning = mem_zalloc(sizeof(*thinning));

    (void)node;
    states_go(&sqlite->states);
    profiles_go(&sqlite->profiles);
    *thinning = (struct thinning){.job.ops = &thinning_ops,
                                  .sqlite = sqlite,
                                  .db = sqlite->db,
                                  .limits = sqlite->keeping,
                                  .now_ms = clock_real_ms(sqlite->clock),
                                  .pass = sqlite->pass};
    if (sqlite->writer.fault == DB_OK && lane_push(sqlite->lane, &thinning->job)) {
        sqlite->thinning = thinning;
        return;
    }
    free(thinning);
    wait_for_thinning(sqlite, PASS_MS);
}

/* ---- the other operations ---- */

static uint64_t sqlite_count(const struct store *store, const char *room_folded)
{
    const struct store_sqlite *sqlite = CONTAINER_OF(store, const struct store_sqlite, store);
    const struct known *known = find_known(sqlite, room_folded);

    return known != NULL && known->is_counted ? known->lines
                                              : sqlite->memory->ops->count(sqlite->memory, room_folded);
}

static void sqlite_forget(struct store *store, const char *room_folded)
{
    struct store_sqlite *sqlite = sqlite_of(store);
    struct known *known = find_known(sqlite, room_folded);

    sqlite->memory->ops->forget(sqlite->memory, room_folded);
    store->memory_bytes = sqlite->memory->memory_bytes;
    if (known != NULL) {
        drop_known(sqlite, known);
    }
}

static uint64_t sqlite_end(struct store *store, unsigned deadline_ms)
{
    struct store_sqlite *sqlite = sqlite_of(store);
    struct known *known, *next;
    uint64_t lost;

    timeq_remove(&sqlite->thinning_node);
    if (sqlite->thinning != NULL && !lane_cancel(sqlite->lane, &sqlite->thinning->job)) {
        sqlite->thinning->sqlite = NULL; /* it runs: what comes of it concerns nobody */
    }
    states_fini(&sqlite->states);
    lost = writer_end(&sqlite->writer, deadline_ms);
    sqlite->memory->ops->end(sqlite->memory, 0);
    HASH_ITER(hh, sqlite->rooms, known, next) {
        drop_known(sqlite, known);
    }
    free(sqlite);
    return lost;
}

static const struct store_ops ops = {
    .append = sqlite_append,
    .read = sqlite_read,
    .cancel = sqlite_cancel,
    .set_topic = sqlite_set_topic,
    .state = sqlite_state,
    .cancel_state = sqlite_cancel_state,
    .erase = sqlite_erase,
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
    sqlite->memory = store_memory_new(&limits->memory);
    sqlite->lane = lane;
    sqlite->clock = clock;
    sqlite->db = db;
    sqlite->first_id = sqlite->last_id = last_id;
    writer_init(&sqlite->writer, lane, clock, db, fault, &limits->writing);
    sqlite->writer.events = &writer_events;
    sqlite->writer.ctx = &sqlite->store;
    states_init(&sqlite->states, lane, db, &sqlite->writer);
    profiles_init(&sqlite->profiles, lane, db, &sqlite->writer);
    asks_init(&sqlite->asks, lane, db, &sqlite->writer);
    sqlite->asks.events = &asks_events;
    sqlite->asks.ctx = sqlite;
    timeq_init(&sqlite->thinning_due, 0, thinning_due, sqlite);
    wait_for_thinning(sqlite, FIRST_PASS_MS);
    store_sqlite_set_limits(&sqlite->store, limits);
    *store = &sqlite->store;
    return fault == DB_OK ? STORE_SQLITE_OPEN : STORE_SQLITE_LATER;
}

size_t store_sqlite_timeqs(struct store *store, struct timeq **timeqs)
{
    struct store_sqlite *sqlite = sqlite_of(store);

    timeqs[0] = &sqlite->writer.syncing;
    timeqs[1] = &sqlite->writer.retrying;
    timeqs[2] = &sqlite->thinning_due;
    return STORE_SQLITE_TIMEQS;
}

uint64_t store_sqlite_last_id(const struct store *store)
{
    return CONTAINER_OF(store, const struct store_sqlite, store)->first_id;
}

static bool is_other(const struct retention_limits *was, const struct retention_limits *is)
{
    return was->keep_days != is->keep_days || was->keep_lines != is->keep_lines || was->max_bytes != is->max_bytes;
}

bool store_sqlite_erase(struct store *store, int64_t account, struct writer_waiter *waiter)
{
    struct store_sqlite *sqlite = sqlite_of(store);

    store_memory_erase(sqlite->memory, account);
    store->memory_bytes = sqlite->memory->memory_bytes;
    forget_counts(sqlite);
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
    if (is_other(&sqlite->keeping, &limits->keeping) && sqlite->thinning == NULL) {
        sqlite->pass = (struct retention){0};
        wait_for_thinning(sqlite, FIRST_PASS_MS);
    }
    sqlite->keeping = limits->keeping;
}
