/* store/states.c: a queue of rooms, and a few jobs at a time that ask for some of them each.
 *
 * As long as there are not many, each ask is in the lane at once, and before the read of the room's lines that follows
 * it: so whoever enters is told the topic. */
#include "config.h"

#include "store/states.h"

#include "base/check.h"
#include "base/container.h"
#include "base/mem.h"
#include "store/db.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum {
    BATCH = 64, /* some 10 us each, when the database is in memory */
    MOST_JOBS = 8,
};

/* Of a room.  In the queue, or in the job. */
struct state_ask {
    struct store_state *req; /* NULL: cancelled */
    struct state_ask *next, **link; /* link: in the queue alone */
    char *room_folded;
    /* The thread's, while the job is in the lane: */
    char *topic, *by; /* topic NULL: none was found */
    int64_t time_ms, account;
};

struct state_job {
    struct lane_job job;
    struct states *states; /* NULL: it has ended */
    struct state_job *next, **link; /* of those in the lane */
    struct db *db;
    struct state_ask *asks;
    enum db_fault fault;
};

static void free_ask(struct state_ask *ask)
{
    free(ask->room_folded);
    free(ask->topic);
    free(ask->by);
    free(ask);
}

/* ---- the queue ---- */

static void enqueue(struct states *states, struct state_ask *ask)
{
    ask->next = NULL;
    ask->link = states->last_link;
    *states->last_link = ask;
    states->last_link = &ask->next;
}

static void dequeue(struct states *states, struct state_ask *ask)
{
    *ask->link = ask->next;
    if (ask->next != NULL) {
        ask->next->link = ask->link;
    } else {
        states->last_link = ask->link;
    }
    ask->link = NULL;
    ask->next = NULL;
}

/* ---- the job ---- */

static enum db_fault read_topic(struct db *db, struct state_ask *ask)
{
    sqlite3_stmt *find =
        db_statement(db, "SELECT topic, topic_by, topic_time, topic_account FROM room WHERE folded = ?1");
    int found;

    if (find == NULL) {
        return db_failed(db);
    }
    db_bind_text(find, 1, ask->room_folded);
    found = db_step(find);
    if (found < 0) {
        return db_failed(db);
    }
    if (found > 0 && sqlite3_column_bytes(find, 0) > 0) {
        ask->topic = mem_strdup((const char *)sqlite3_column_text(find, 0));
        ask->by = mem_strdup((const char *)sqlite3_column_text(find, 1));
        ask->time_ms = sqlite3_column_int64(find, 2);
        ask->account = sqlite3_column_int64(find, 3);
    }
    sqlite3_reset(find);
    return DB_OK;
}

static void run_job(struct lane_job *lane_job)
{
    struct state_job *job = CONTAINER_OF(lane_job, struct state_job, job);

    job->fault = db_open(job->db);
    for (struct state_ask *ask = job->asks; job->fault == DB_OK && ask != NULL; ask = ask->next) {
        if (ask->topic == NULL) {
            job->fault = read_topic(job->db, ask);
        }
    }
}

static void answer(struct state_ask *ask)
{
    struct store_state *req = ask->req;

    if (req == NULL) {
        return; /* cancelled */
    }
    req->store_data = NULL;
    if (ask->topic != NULL) {
        req->topic(req, &(struct store_topic){.text = ask->topic,
                                              .by = ask->by,
                                              .time_ms = ask->time_ms,
                                              .account = ask->account});
    }
    req->done(req, STORE_DONE);
}

/* ---- the jobs in the lane ---- */

static void add_job(struct states *states, struct state_job *job)
{
    job->next = states->jobs;
    job->link = &states->jobs;
    if (job->next != NULL) {
        job->next->link = &job->next;
    }
    states->jobs = job;
    states->count++;
}

static void remove_job(struct states *states, struct state_job *job)
{
    *job->link = job->next;
    if (job->next != NULL) {
        job->next->link = job->link;
    }
    states->count--;
}

/* All that were asked for, unless the database fails: these are asked for again, behind the others. */
static void job_done(struct lane_job *lane_job)
{
    struct state_job *job = CONTAINER_OF(lane_job, struct state_job, job);
    struct states *states = job->states;
    struct state_ask *ask;

    if (states == NULL) {
        return;
    }
    remove_job(states, job);
    while ((ask = job->asks) != NULL) {
        job->asks = ask->next;
        if (job->fault != DB_OK && ask->req != NULL) {
            enqueue(states, ask);
        } else {
            answer(ask);
            free_ask(ask);
        }
    }
    if (job->fault == DB_OK) {
        states_go(states);
    }
}

static void job_free(struct lane_job *lane_job)
{
    struct state_job *job = CONTAINER_OF(lane_job, struct state_job, job);
    struct state_ask *ask;

    while ((ask = job->asks) != NULL) {
        job->asks = ask->next;
        free_ask(ask);
    }
    free(job);
}

static const struct lane_job_ops ops = {.run = run_job, .done = job_done, .free = job_free};

/* The first of the queue, which they leave. */
static struct state_ask *take_batch(struct states *states)
{
    struct state_ask *batch = NULL, **link = &batch, *ask;

    for (unsigned i = 0; i < BATCH && (ask = states->first) != NULL; i++) {
        dequeue(states, ask);
        *link = ask;
        link = &ask->next;
    }
    return batch;
}

void states_go(struct states *states)
{
    struct state_job *job;
    struct state_ask *ask;

    if (states->count == MOST_JOBS || states->first == NULL) {
        return;
    }
    job = mem_zalloc(sizeof(*job));
    *job = (struct state_job){.job.ops = &ops, .states = states, .db = states->db, .asks = take_batch(states)};
    if (lane_push(states->lane, &job->job)) {
        add_job(states, job);
        return;
    }
    while ((ask = job->asks) != NULL) { /* the lane is full of others' jobs */
        job->asks = ask->next;
        enqueue(states, ask);
    }
    free(job);
}

/* ---- the port's side ---- */

void states_init(struct states *states, struct lane *lane, struct db *db, struct writer *writer)
{
    *states = (struct states){.lane = lane, .db = db, .writer = writer};
    states->last_link = &states->first;
}

void states_fini(struct states *states)
{
    struct state_job *job;

    CHECK(states->first == NULL);
    while ((job = states->jobs) != NULL) {
        remove_job(states, job);
        if (!lane_cancel(states->lane, &job->job)) {
            job->states = NULL; /* it runs: what comes of it concerns nobody */
        }
    }
}

bool states_set_topic(struct states *states, const struct store_topic *topic)
{
    struct parcel_item item = {.op = PARCEL_TOPIC,
                               .time_ms = topic->time_ms,
                               .account = topic->account,
                               .room = topic->room,
                               .room_folded = topic->room_folded,
                               .kind = "",
                               .name = topic->by,
                               .folded = "",
                               .target = "",
                               .text = topic->text,
                               .text_len = strlen(topic->text)};

    if (!writer_add(states->writer, &item)) {
        return false;
    }
    states->last_topic = states->writer->added;
    return true;
}

void states_note_end(struct states *states)
{
    states->last_topic = states->writer->added + 1;
}

/* True when a topic of the room, perhaps "", waits to be written: the last one is given. */
static bool find_waiting(const struct states *states, struct store_state *req)
{
    struct writer_look look = {0};
    struct parcel_item item, last = {0};

    if (states->last_topic <= states->writer->done) {
        return false; /* none waits of any room */
    }
    while (writer_peek(states->writer, &look, &item)) {
        bool is_topic = item.op == PARCEL_TOPIC || item.op == PARCEL_ROOM_ENDS; /* that is one of "" */

        if (is_topic && strcmp(item.room_folded, req->room_folded) == 0) {
            last = item;
        }
    }
    if (last.text_len > 0) {
        req->topic(req, &(struct store_topic){.text = last.text,
                                              .by = last.name,
                                              .time_ms = last.time_ms,
                                              .account = last.account});
    }
    return last.text != NULL;
}

enum store_answer states_ask(struct states *states, struct store_state *req)
{
    struct state_ask *ask;

    if (find_waiting(states, req)) {
        return STORE_DONE;
    }
    ask = mem_zalloc(sizeof(*ask));
    ask->req = req;
    ask->room_folded = mem_strdup(req->room_folded);
    req->store_data = ask;
    enqueue(states, ask);
    states_go(states);
    return STORE_LATER;
}

void states_cancel(struct states *states, struct store_state *req)
{
    struct state_ask *ask = req->store_data;

    CHECK(ask != NULL && ask->req == req);
    ask->req = NULL;
    req->store_data = NULL;
    if (ask->link != NULL) {
        dequeue(states, ask);
        free_ask(ask);
    }
}
