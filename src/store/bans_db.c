/* store/bans_db.c: a queue of changes, the job that writes some of them, and the job that reads all rows. */
#include "config.h"

#include "store/bans_db.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/rows.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum {
    AT_ONCE = 500,   /* changes in a transaction */
    RETRY_MS = 5000, /* after a fault */
};

enum field { ACT, KIND, WHAT, LABEL, REASON, BY, FIELDS };

/* A row that is read, or is to be written. */
struct ban_row {
    struct ban_row *next;
    bool is_kept; /* of a change: from now on, or no longer */
    int64_t created_ms, until_ms;
    char *fields[FIELDS];
};

struct bans_db {
    struct bans_store bans;
    struct lane *lane;
    struct db *db;
    struct clock *clock;
    const struct bans_events *events; /* NULL until begin() */
    void *ctx;
    struct ban_row *read;             /* rows that were read before begin() */
    struct ban_row *first, **last;    /* changes that wait */
    struct bans_job *job;             /* in the lane; NULL if there is none */
    bool is_loaded, is_failing;
    struct timeq retrying;
    struct timeq_node retry;
};

/* Reads all rows, or writes some changes. */
struct bans_job {
    struct lane_job job;
    struct bans_db *bans; /* NULL: it has ended */
    struct db *db;
    bool reads;
    enum db_fault fault;
    struct ban_row *rows; /* changes; or what was read */
};

static struct bans_db *db_of(struct bans_store *bans)
{
    return CONTAINER_OF(bans, struct bans_db, bans);
}

static void free_rows(struct ban_row *row)
{
    while (row != NULL) {
        struct ban_row *next = row->next;

        for (size_t i = 0; i < FIELDS; i++) {
            free(row->fields[i]);
        }
        free(row);
        row = next;
    }
}

/* ---- in the lane ---- */

static enum db_fault read_rows(struct db *db, struct ban_row **rows)
{
    sqlite3_stmt *read = db_statement(db, "SELECT act, kind, what, label, reason, by, created, until FROM ban"
                                          " WHERE room IS NULL ORDER BY id");
    struct ban_row **last = rows;
    int got = -1;

    while (read != NULL && (got = db_step(read)) > 0) {
        struct ban_row *row = *last = mem_zalloc(sizeof(*row));

        for (int i = 0; i < FIELDS; i++) {
            row->fields[i] = mem_strdup(db_column_text(read, i));
        }
        row->created_ms = sqlite3_column_int64(read, FIELDS);
        row->until_ms = sqlite3_column_int64(read, FIELDS + 1);
        last = &row->next;
    }
    if (got < 0) {
        return db_failed(db);
    }
    sqlite3_reset(read);
    return DB_OK;
}

static void bind(sqlite3_stmt *statement, const struct ban_row *row, int fields)
{
    for (int i = 0; i < fields; i++) {
        db_bind_text(statement, i + 1, row->fields[i]);
    }
}

/* Its place in the order is that of now, also if it takes the place of another. */
static enum db_fault write_row(struct db *db, const struct ban_row *row)
{
    sqlite3_stmt *drop = db_statement(db, "DELETE FROM ban WHERE coalesce(room, 0) = 0 AND act = ?1 AND kind = ?2"
                                          " AND what = ?3");
    sqlite3_stmt *keep;

    if (drop == NULL) {
        return db_failed(db);
    }
    bind(drop, row, WHAT + 1);
    if (db_step(drop) != 0) {
        return db_failed(db);
    }
    if (!row->is_kept) {
        return DB_OK;
    }
    keep = db_statement(db, "INSERT INTO ban (act, kind, what, label, reason, by, created, until)"
                            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    if (keep == NULL) {
        return db_failed(db);
    }
    bind(keep, row, FIELDS);
    sqlite3_bind_int64(keep, FIELDS + 1, row->created_ms);
    if (row->until_ms != 0) {
        sqlite3_bind_int64(keep, FIELDS + 2, row->until_ms);
    }
    return db_step(keep) == 0 ? DB_OK : db_failed(db);
}

static enum db_fault write_rows(struct db *db, const struct ban_row *row)
{
    enum db_fault fault = db_begin(db);

    for (; fault == DB_OK && row != NULL; row = row->next) {
        fault = write_row(db, row);
    }
    fault = fault == DB_OK ? db_commit(db) : fault;
    if (fault != DB_OK && db_is_open(db)) {
        db_roll_back(db, fault);
    }
    return fault;
}

static void job_run(struct lane_job *lane_job)
{
    struct bans_job *job = CONTAINER_OF(lane_job, struct bans_job, job);

    job->fault = db_open(job->db);
    if (job->fault == DB_OK) {
        job->fault = job->reads ? read_rows(job->db, &job->rows) : write_rows(job->db, job->rows);
    }
}

/* ---- what comes of a job ---- */

static void take_rows(struct bans_db *b, struct ban_row *rows)
{
    b->is_loaded = true;
    for (const struct ban_row *row = rows; row != NULL; row = row->next) {
        b->events->row(b->ctx, &(struct bans_row){.act = row->fields[ACT],
                                                  .kind = row->fields[KIND],
                                                  .what = row->fields[WHAT],
                                                  .label = row->fields[LABEL],
                                                  .reason = row->fields[REASON],
                                                  .by = row->fields[BY],
                                                  .created_ms = row->created_ms,
                                                  .until_ms = row->until_ms});
    }
    free_rows(rows);
}

/* Puts changes back before those that wait. */
static void put_back(struct bans_db *b, struct ban_row *rows)
{
    struct ban_row **end = &rows;

    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = b->first;
    if (b->first == NULL) {
        b->last = end;
    }
    b->first = rows;
    if (b->last == &rows) { /* there was nothing at all */
        b->last = &b->first;
    }
}

static void push(struct bans_db *b);

static void note_fault(struct bans_db *b, const struct bans_job *job)
{
    if (job->fault != DB_OK && !b->is_failing) {
        log_error(job->reads ? "bans are not read" : "bans are not kept", LOG_STR("why", db_fault_name(job->fault)));
    } else if (job->fault == DB_OK && b->is_failing) {
        log_info("bans are kept again");
    }
    b->is_failing = job->fault != DB_OK;
}

static void job_done(struct lane_job *lane_job)
{
    struct bans_job *job = CONTAINER_OF(lane_job, struct bans_job, job);
    struct bans_db *b = job->bans;
    struct ban_row *rows = job->rows;

    if (b == NULL) {
        return;
    }
    b->job = NULL;
    job->bans = NULL;
    job->rows = NULL;
    note_fault(b, job);
    if (job->fault != DB_OK) {
        if (job->reads) {
            free_rows(rows);
        } else {
            put_back(b, rows);
        }
        timeq_push(&b->retrying, &b->retry, clock_ms(b->clock));
        return;
    }
    if (job->reads) {
        take_rows(b, rows);
    } else {
        free_rows(rows);
    }
    push(b);
}

static void job_free(struct lane_job *lane_job)
{
    struct bans_job *job = CONTAINER_OF(lane_job, struct bans_job, job);

    if (job->bans != NULL) {
        job->bans->job = NULL;
    }
    if (job->fault != DB_OK && job->bans == NULL && !job->reads && job->rows != NULL) {
        log_error("bans lost", LOG_STR("why", db_fault_name(job->fault)));
    }
    free_rows(job->rows);
    free(job);
}

static const struct lane_job_ops job_ops = {.run = job_run, .done = job_done, .free = job_free};

/* ---- beginning a job ---- */

/* Cuts off the first changes. */
static struct ban_row *take_changes(struct bans_db *b)
{
    struct ban_row *first = b->first, **end = &b->first;

    for (int i = 0; i < AT_ONCE && *end != NULL; i++) {
        end = &(*end)->next;
    }
    if (*end == NULL) {
        b->first = NULL;
        b->last = &b->first;
    } else {
        struct ban_row *rest = *end;

        *end = NULL;
        b->first = rest;
    }
    return first;
}

/* Begins the next job, if there is something to do and none is under way.  What is kept is read before anything is
 * written. */
static void push(struct bans_db *b)
{
    struct bans_job *job;

    if (b->job != NULL || timeq_is_waiting(&b->retry) || (b->is_loaded && b->first == NULL)) {
        return;
    }
    job = mem_zalloc(sizeof(*job));
    job->job = (struct lane_job){.ops = &job_ops, .must_run = b->is_loaded};
    job->bans = b;
    job->db = b->db;
    job->reads = !b->is_loaded;
    job->rows = b->is_loaded ? take_changes(b) : NULL;
    b->job = job;
    if (!lane_push(b->lane, &job->job)) {
        put_back(b, job->rows);
        job->rows = NULL;
        job_free(&job->job);
        timeq_push(&b->retrying, &b->retry, clock_ms(b->clock));
    }
}

static void retry_due(struct timeq *q, struct timeq_node *node)
{
    (void)node;
    push(q->ctx);
}

/* ---- the port ---- */

static void change(struct bans_store *bans, const struct bans_row *given, bool is_kept)
{
    const char *const fields[FIELDS] = {[ACT] = given->act,     [KIND] = given->kind,     [WHAT] = given->what,
                                        [LABEL] = given->label, [REASON] = given->reason, [BY] = given->by};
    struct bans_db *b = db_of(bans);
    struct ban_row *row = mem_zalloc(sizeof(*row));

    row->is_kept = is_kept;
    row->created_ms = given->created_ms;
    row->until_ms = given->until_ms;
    for (size_t i = 0; i < FIELDS; i++) {
        row->fields[i] = mem_strdup(fields[i]);
    }
    *b->last = row;
    b->last = &row->next;
    push(b);
}

static void bans_keep(struct bans_store *bans, const struct bans_row *row)
{
    change(bans, row, true);
}

static void bans_drop(struct bans_store *bans, const struct bans_row *row)
{
    change(bans, row, false);
}

static void bans_begin(struct bans_store *bans, const struct bans_events *events, void *ctx)
{
    struct bans_db *b = db_of(bans);
    struct ban_row *rows = b->read;

    b->events = events;
    b->ctx = ctx;
    if (b->is_loaded) {
        b->read = NULL;
        take_rows(b, rows);
    } else {
        push(b);
    }
}

struct bans_store *bans_db_new(struct lane *lane, struct db *db, struct clock *clock)
{
    static const struct bans_store_ops ops = {.begin = bans_begin, .keep = bans_keep, .drop = bans_drop};
    struct bans_db *b = mem_zalloc(sizeof(*b));

    b->bans.ops = &ops;
    b->lane = lane;
    b->db = db;
    b->clock = clock;
    b->last = &b->first;
    timeq_init(&b->retrying, RETRY_MS, retry_due, b);
    b->is_loaded = db_is_open(db) && read_rows(db, &b->read) == DB_OK;
    if (!b->is_loaded) {
        free_rows(b->read);
        b->read = NULL;
    }
    return &b->bans;
}

struct timeq *bans_db_timeq(struct bans_store *bans)
{
    return &db_of(bans)->retrying;
}

/* The job that runs is behind in the lane of none that follows, so the order stays. */
void bans_db_end(struct bans_store *bans)
{
    struct bans_db *b = db_of(bans);

    timeq_remove(&b->retry);
    if (b->job != NULL) {
        b->job->bans = NULL;
        b->job = NULL;
    }
    b->is_loaded = true; /* nothing more is read */
    while (b->first != NULL && !timeq_is_waiting(&b->retry)) {
        push(b);
        if (b->job != NULL) {
            b->job->bans = NULL;
            b->job = NULL;
        }
    }
    timeq_remove(&b->retry);
    if (b->first != NULL) {
        log_error("bans lost", LOG_STR("why", "the store has too much to do"));
    }
    free_rows(b->first);
    free_rows(b->read);
    free(b);
}
