/* store/writer.c: parcels, jobs, and what comes of them.
 *
 * A part is a parcel in a list.  It belongs to the writer while it waits, and to the job while that is in the lane,
 * which hands it back when it has failed. */
#include "config.h"

#include "store/writer.h"

#include "base/check.h"
#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/thread.h"
#include "store/gate.h"
#include "store/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    PARCEL_BYTES = 1 << 20, /* a full parcel: some 6,000 lines */
    FIRST_RETRY_MS = 250,
    LAST_RETRY_MS = 30000,
    WHY_BYTES = 512,
};

struct writer_part {
    struct writer_part *next;
    struct parcel parcel;
};

struct writer_job {
    struct lane_job job;
    struct writer *writer; /* only for done() */
    struct gate *gate;
    struct db *db;
    struct writer_part *parts; /* written one after another, a transaction each; the loop reads them meanwhile */
    bool is_last;              /* closes the database */
    unsigned openings, moves;  /* that are known */
    /* What it has come to: */
    bool is_opened; /* there was another one */
    uint64_t last_id; /* before anything was written */
    unsigned written; /* the first parts, which are on the disk */
    enum db_fault fault;
    uint64_t slowest_ms;
    char why[WHY_BYTES];
};

/* ---- in the thread ---- */

static uint64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static enum db_fault open_database(struct writer_job *job)
{
    enum db_fault fault = db_open(job->db);

    if (fault == DB_OK && db_openings(job->db) != job->openings) {
        fault = db_last_id(job->db, &job->last_id);
        job->openings = fault == DB_OK ? db_openings(job->db) : job->openings;
        job->moves = db_moves(job->db);
        job->is_opened = fault == DB_OK;
    }
    return fault;
}

static void write_parts(struct writer_job *job)
{
    const struct writer_part *part = job->parts;

    if (part == NULL) { /* is the disk there again? */
        job->fault = open_database(job);
    }
    for (; part != NULL && job->fault == DB_OK; part = part->next) {
        uint64_t before = now_ms(), ms;

        job->fault = open_database(job);
        job->fault = job->fault == DB_OK ? rows_write(job->db, &part->parcel) : job->fault;
        job->written += job->fault == DB_OK;
        ms = now_ms() - before;
        job->slowest_ms = ms > job->slowest_ms ? ms : job->slowest_ms;
    }
}

static void job_run(struct lane_job *lane_job)
{
    struct writer_job *job = CONTAINER_OF(lane_job, struct writer_job, job);

    if (job->parts != NULL || !job->is_last) {
        write_parts(job);
    }
    if (job->fault != DB_OK) {
        snprintf(job->why, sizeof(job->why), "%s", db_why(job->db));
    }
    if (job->is_last) {
        db_close(job->db);
    }
    gate_leave(job->gate);
}

/* ---- parts ---- */

static void free_part(struct writer_part *part)
{
    parcel_fini(&part->parcel);
    free(part);
}

static void free_parts(struct writer_part *part)
{
    while (part != NULL) {
        struct writer_part *next = part->next;

        free_part(part);
        part = next;
    }
}

static void append_part(struct writer *writer, struct writer_part *part)
{
    part->next = NULL;
    *writer->last_link = part;
    writer->last_link = &part->next;
}

/* What was filled waits from now on. */
static void close_filling(struct writer *writer)
{
    struct writer_part *part;

    if (writer->filling.items == 0) {
        return;
    }
    part = mem_zalloc(sizeof(*part));
    part->parcel = writer->filling;
    writer->filling = (struct parcel){0};
    writer->is_due = false;
    timeq_remove(&writer->sync_node);
    append_part(writer, part);
}

/* After a job has run: the parts that are on the disk go, those that are not are the first again. */
static void take_back(struct writer *writer, struct writer_job *job)
{
    struct writer_part *part;

    for (unsigned i = 0; i < job->written; i++) {
        part = job->parts;
        job->parts = part->next;
        writer->bytes -= part->parcel.used;
        writer->done += part->parcel.items;
        writer->stats.written += part->parcel.items;
        writer->stats.attempts++;
        if (part->parcel.last_id != 0) {
            writer->events->kept(writer->ctx, part->parcel.last_id);
        }
        free_part(part);
    }
    if (job->parts != NULL) {
        for (part = job->parts; part->next != NULL; part = part->next) {
        }
        part->next = writer->first;
        writer->last_link = writer->first == NULL ? &part->next : writer->last_link;
        writer->first = job->parts;
        job->parts = NULL;
    }
    job->written = 0;
}

/* ---- handing over ---- */

static void job_done(struct lane_job *lane_job);

static void job_free(struct lane_job *lane_job)
{
    struct writer_job *job = CONTAINER_OF(lane_job, struct writer_job, job);

    free_parts(job->parts);
    if (job->is_last) {
        db_free(job->db);
    }
    gate_unref(job->gate);
    free(job);
}

static const struct lane_job_ops job_ops = {.run = job_run, .done = job_done, .free = job_free};

static bool push_job(struct writer *writer, bool is_last)
{
    struct writer_job *job = mem_zalloc(sizeof(*job));

    *job = (struct writer_job){.job = {.ops = &job_ops, .must_run = true},
                               .writer = writer,
                               .gate = writer->gate,
                               .db = writer->db,
                               .parts = writer->first,
                               .openings = writer->openings,
                               .moves = writer->moves,
                               .is_last = is_last};
    gate_enter(writer->gate);
    if (!lane_push(writer->lane, &job->job)) {
        gate_leave(writer->gate);
        job->parts = NULL;
        job->is_last = false;
        job_free(&job->job);
        return false;
    }
    writer->first = NULL;
    writer->last_link = &writer->first;
    writer->job = job;
    return true;
}

/* Waits before the next attempt, twice as long as before the last. */
static void rest(struct writer *writer)
{
    uint64_t wait_ms = writer->retrying.wait_ms * 2;

    writer->retrying.wait_ms = wait_ms < FIRST_RETRY_MS ? FIRST_RETRY_MS
                               : wait_ms > LAST_RETRY_MS ? LAST_RETRY_MS
                                                         : wait_ms;
    timeq_push(&writer->retrying, &writer->retry_node, clock_ms(writer->clock));
}

/* Begins a job when something is due and nothing forbids it. */
static void hand_over(struct writer *writer)
{
    if (writer->job != NULL || timeq_is_waiting(&writer->retry_node)) {
        return; /* so what is filled grows meanwhile */
    }
    if (writer->is_due) {
        close_filling(writer);
    }
    if (writer->first != NULL && !push_job(writer, false)) {
        rest(writer); /* the lane is full of others' jobs */
    }
}

/* ---- what has become of a job ---- */

/* All that are served by what is on the disk now; all, when nothing can be written. */
static void tell_waiters(struct writer *writer)
{
    struct writer_waiter *waiter;

    while ((waiter = writer->waiters) != NULL && (waiter->upto <= writer->done || writer->fault != DB_OK)) {
        writer_forget(writer, waiter);
        waiter->ready(waiter);
    }
}

static void note_fault(struct writer *writer, const struct writer_job *job)
{
    writer->fault = job->fault;
    if (job->fault != DB_OK) {
        writer->stats.attempts++;
        writer->stats.failures++;
        rest(writer);
    } else {
        writer->retrying.wait_ms = 0;
    }
    if (writer->told != job->fault) {
        writer->told = job->fault;
        writer->events->state(writer->ctx, job->fault, job->why);
    }
}

static void job_done(struct lane_job *lane_job)
{
    struct writer_job *job = CONTAINER_OF(lane_job, struct writer_job, job);
    struct writer *writer = job->writer;

    if (writer == NULL) {
        return; /* it has ended */
    }
    writer->job = NULL;
    if (job->slowest_ms > writer->stats.slowest_ms) {
        writer->stats.slowest_ms = job->slowest_ms;
    }
    writer->openings = job->openings;
    if (writer->moves != job->moves) {
        writer->moves = job->moves;
        log_warn("database moved away", LOG_STR("path", db_path(job->db)),
                 LOG_STR("why", "another file is used from now on; the accounts in memory are those of the one before, "
                                "until the server is restarted"));
    }
    if (job->is_opened && writer->events->opened != NULL) {
        writer->events->opened(writer->ctx, job->last_id);
    }
    take_back(writer, job);
    note_fault(writer, job);
    tell_waiters(writer);
    hand_over(writer);
}

/* ---- the loop's side ---- */

static void sync_due(struct timeq *q, struct timeq_node *node)
{
    struct writer *writer = q->ctx;

    (void)node;
    writer->is_due = true;
    hand_over(writer);
}

/* An empty job too, by which it is found out that the disk works again. */
static void retry_due(struct timeq *q, struct timeq_node *node)
{
    struct writer *writer = q->ctx;

    (void)node;
    close_filling(writer);
    if (writer->job == NULL && !push_job(writer, false)) {
        rest(writer);
    }
}

void writer_init(struct writer *writer, struct lane *lane, struct clock *clock, struct db *db, enum db_fault fault,
                 const struct writer_limits *limits)
{
    *writer = (struct writer){.lane = lane, .clock = clock, .db = db, .fault = fault, .gate = gate_new()};
    writer->openings = db_openings(db);
    writer->last_link = &writer->first;
    writer->last_waiter = &writer->waiters;
    timeq_init(&writer->syncing, 0, sync_due, writer);
    timeq_init(&writer->retrying, 0, retry_due, writer);
    writer_set_limits(writer, limits);
    if (fault != DB_OK) {
        rest(writer);
    }
}

void writer_set_limits(struct writer *writer, const struct writer_limits *limits)
{
    writer->limits = *limits;
    writer->syncing.wait_ms = limits->sync_ms / 2; /* the other half is the disk's */
}

/* The bound for an item. */
static size_t bound_of(const struct writer *writer, const struct parcel_item *item)
{
    bool is_act = item->op == PARCEL_ERASE || item->op == PARCEL_AUDIT || item->op == PARCEL_RULE ||
                  item->op == PARCEL_RULE_OFF || item->op == PARCEL_ROOM_RULES_END || item->op == PARCEL_ROOM_ENDS;

    return writer->limits.most_bytes + (is_act ? WRITER_RESERVE : 0);
}

bool writer_add(struct writer *writer, const struct parcel_item *item)
{
    size_t before = writer->filling.used;

    /* The bound is of what was taken: an item that is added to less may go beyond it. */
    if (writer->bytes >= bound_of(writer, item)) {
        writer->stats.refused++;
        return false;
    }
    parcel_add(&writer->filling, item);
    writer->bytes += writer->filling.used - before;
    writer->added++;
    if (writer->filling.used >= PARCEL_BYTES) {
        close_filling(writer);
        hand_over(writer);
    } else if (!timeq_is_waiting(&writer->sync_node)) {
        timeq_push(&writer->syncing, &writer->sync_node, clock_ms(writer->clock));
    }
    return true;
}

bool writer_wait(struct writer *writer, struct writer_waiter *waiter)
{
    if (writer->done == writer->added || writer->fault != DB_OK) {
        return false;
    }
    writer->is_due = true;
    hand_over(writer);
    waiter->upto = writer->added;
    waiter->next = NULL;
    waiter->link = writer->last_waiter;
    *writer->last_waiter = waiter;
    writer->last_waiter = &waiter->next;
    return true;
}

void writer_forget(struct writer *writer, struct writer_waiter *waiter)
{
    if (waiter->link == NULL) {
        return;
    }
    *waiter->link = waiter->next;
    if (waiter->next != NULL) {
        waiter->next->link = waiter->link;
    } else {
        writer->last_waiter = waiter->link;
    }
    waiter->link = NULL;
}

/* ---- looking at what waits ---- */

/* What follows a part: the job's parts, those that wait, what is filled. */
static const struct parcel *next_parcel(const struct writer *writer, struct writer_look *look)
{
    switch (look->stage) {
    case 0: /* the job's */
        look->part = look->part != NULL ? look->part->next : writer->job != NULL ? writer->job->parts : NULL;
        if (look->part != NULL) {
            return &look->part->parcel;
        }
        look->stage = 1;
        look->part = writer->first;
        break;
    case 1: /* those that wait */
        look->part = look->part->next;
        break;
    default:
        return NULL;
    }
    if (look->part != NULL) {
        return &look->part->parcel;
    }
    look->stage = 2;
    return &writer->filling;
}

bool writer_peek(const struct writer *writer, struct writer_look *look, struct parcel_item *item)
{
    while (look->parcel == NULL || !parcel_next(look->parcel, &look->at, item)) {
        look->parcel = next_parcel(writer, look);
        look->at = 0;
        if (look->parcel == NULL) {
            return false;
        }
    }
    return true;
}

/* ---- the end ---- */

uint64_t writer_end(struct writer *writer, unsigned deadline_ms)
{
    struct timespec until = thread_deadline(deadline_ms);
    struct writer_job *last;

    CHECK(writer->waiters == NULL);
    timeq_remove(&writer->sync_node);
    timeq_remove(&writer->retry_node);
    /* What the job before has not written is written by the last one, before the rest. */
    if (writer->job != NULL) {
        writer->job->writer = NULL;
        if (gate_wait(writer->gate, &until)) {
            take_back(writer, writer->job);
        }
    }
    close_filling(writer);
    if (push_job(writer, true)) {
        last = writer->job;
        last->writer = NULL;
        if (gate_wait(writer->gate, &until)) {
            take_back(writer, last);
        }
    }
    free_parts(writer->first);
    gate_unref(writer->gate);
    return writer->added - writer->done;
}
