/* store/trail.c: one job for each read.
 *
 * A read belongs to the writer while it waits for what is to be written, and to the lane from then on.  One that is
 * cancelled there runs nevertheless, for nobody. */
#include "config.h"

#include "store/trail.h"

#include "base/check.h"
#include "base/container.h"
#include "base/mem.h"
#include "store/trail_rows.h"

#include <stdlib.h>
#include <string.h>

struct trail_ask {
    struct lane_job job;
    struct writer_waiter waiter;
    struct trail *trail;
    struct store_audit *req; /* NULL: cancelled */
    bool is_in_lane;
    /* The thread's: */
    struct db *db;
    struct trail_query query;
    struct trail_page page;
    enum db_fault fault;
};

static void run_read(struct lane_job *job)
{
    struct trail_ask *ask = CONTAINER_OF(job, struct trail_ask, job);

    ask->fault = db_open(ask->db);
    if (ask->fault == DB_OK) {
        ask->fault = trail_rows_read(ask->db, &ask->query, &ask->page);
    }
}

static void give(struct store_audit *req, const struct trail_page *page)
{
    struct parcel_item item;

    for (size_t at = 0; parcel_next(&page->entries, &at, &item);) {
        req->entry(req, &(struct audit_entry){.act = item.kind,
                                              .by = item.name,
                                              .whom = item.target,
                                              .room = item.room,
                                              .why = item.text,
                                              .until_ms = item.until_ms,
                                              .time_ms = item.time_ms});
    }
    req->more = page->is_more;
    req->next = page->next;
}

static void answer(struct trail_ask *ask)
{
    struct store_audit *req = ask->req;

    if (req == NULL) {
        return;
    }
    ask->req = NULL;
    req->store_data = NULL;
    if (ask->fault == DB_OK) {
        give(req, &ask->page);
    }
    req->done(req, ask->fault == DB_OK ? STORE_DONE : STORE_FAILED);
}

static void read_done(struct lane_job *job)
{
    answer(CONTAINER_OF(job, struct trail_ask, job));
}

static void read_free(struct lane_job *job)
{
    struct trail_ask *ask = CONTAINER_OF(job, struct trail_ask, job);

    parcel_fini(&ask->page.entries);
    free(ask);
}

static const struct lane_job_ops ops = {.run = run_read, .done = read_done, .free = read_free};

/* What was added before the call is on the disk, or cannot be written just now: then the answer would not be whole.
 * False also if the lane is full of others' jobs. */
static bool push(struct trail_ask *ask)
{
    ask->is_in_lane = ask->trail->writer->fault == DB_OK && lane_push(ask->trail->lane, &ask->job);
    return ask->is_in_lane;
}

static void ready(struct writer_waiter *waiter)
{
    struct trail_ask *ask = CONTAINER_OF(waiter, struct trail_ask, waiter);

    if (!push(ask)) {
        ask->fault = DB_FAILING;
        answer(ask);
        read_free(&ask->job);
    }
}

void trail_init(struct trail *trail, struct lane *lane, struct db *db, struct writer *writer)
{
    *trail = (struct trail){.lane = lane, .db = db, .writer = writer};
}

bool trail_add(struct trail *trail, const struct audit_entry *entry)
{
    return writer_add(trail->writer, &(struct parcel_item){.op = PARCEL_AUDIT,
                                                           .time_ms = entry->time_ms,
                                                           .until_ms = entry->until_ms,
                                                           .room = entry->room,
                                                           .room_folded = "",
                                                           .kind = entry->act,
                                                           .name = entry->by,
                                                           .folded = "",
                                                           .target = entry->whom,
                                                           .text = entry->why,
                                                           .text_len = strlen(entry->why)});
}

enum store_answer trail_read(struct trail *trail, struct store_audit *req)
{
    struct trail_ask *ask = mem_zalloc(sizeof(*ask));

    *ask = (struct trail_ask){.job.ops = &ops, .waiter.ready = ready, .trail = trail, .req = req, .db = trail->db};
    ask->query = (struct trail_query){
        .since_ms = req->since_ms, .after = req->after, .max_entries = req->max_entries};
    req->store_data = ask;
    if (writer_wait(trail->writer, &ask->waiter) || push(ask)) {
        return STORE_LATER;
    }
    req->store_data = NULL;
    read_free(&ask->job);
    return STORE_FAILED;
}

void trail_cancel(struct trail *trail, struct store_audit *req)
{
    struct trail_ask *ask = req->store_data;

    CHECK(ask != NULL && ask->req == req);
    ask->req = NULL;
    req->store_data = NULL;
    if (ask->is_in_lane) {
        (void)lane_cancel(trail->lane, &ask->job); /* else it runs: what comes of it concerns nobody */
    } else {
        writer_forget(trail->writer, &ask->waiter);
        read_free(&ask->job);
    }
}
