/* store/asks.c: one job a read.
 *
 * The tail is what waits for the database and belongs to the answer.  All of it is newer than what the database has of
 * the room, so a read of the newest takes from it first and a read of the oldest last, and the database is asked for
 * what lies before it.  As long as the disk works there is none: what waits is written before the read. */
#include "config.h"

#include "store/asks.h"

#include "base/check.h"
#include "base/container.h"
#include "base/mem.h"
#include "store/record.h"
#include "store/rows_read.h"
#include "store/store_match.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST_IN_LANE = 16,
    SEARCH_MS = 500,
    SEARCH_WORK = 1 << 16, /* of a search, as struct store_read counts: the index is asked, no text is looked through */
    FIRST_LINES = 16,
};

struct lines {
    struct message **m; /* references, the oldest first */
    uint32_t count, space;
};

struct ask {
    struct reads_item read;
    struct asks *asks;
    struct store_read *req; /* NULL: cancelled */
    char *room_folded, *words;
    uint64_t note;
    struct lines tail;
    uint64_t *erased; /* ids of lines of the room that items that wait erase: the database may have them yet */
    uint32_t erased_count, erased_space;
    bool is_new_room; /* the earlier one of its name has ended with its lines, which the database may still have */
    uint32_t waiting; /* lines of the room that wait, whether they are in the tail or not */
    uint32_t tail_first; /* the first of the tail that is given; count: none */
    bool counts_room;
    uint64_t lines; /* in the room, unless that is counted */
    /* The thread's: */
    struct db *db;
    struct rows_query query;
    struct rows_page page;
    enum db_fault fault;
};

/* ---- lines ---- */

static void push_line(struct lines *lines, struct message *m)
{
    if (lines->count == lines->space) {
        lines->space = lines->space > 0 ? lines->space * 2 : FIRST_LINES;
        lines->m = mem_realloc(lines->m, lines->space * sizeof(lines->m[0]));
    }
    lines->m[lines->count++] = m;
}

static void free_lines(struct lines *lines)
{
    while (lines->count > 0) {
        message_unref(lines->m[--lines->count]);
    }
    free(lines->m);
}

/* ---- the tail ---- */

/* Whether a line of the room is in the answer. */
static bool is_asked_for(const struct ask *ask, const struct message *m)
{
    uint64_t looked = 0;

    return m->id > ask->query.after && (ask->query.before == 0 || m->id < ask->query.before) &&
           (ask->words == NULL || store_match_holds(m, ask->words, &looked));
}

static bool is_erased(const struct ask *ask, uint64_t id)
{
    uint32_t i = 0;

    while (i < ask->erased_count && ask->erased[i] != id) {
        i++;
    }
    return i < ask->erased_count;
}

static bool is_of_room(const struct ask *ask, const struct parcel_item *item)
{
    return strcmp(item->room_folded, ask->room_folded) == 0;
}

static void collect_erased(struct ask *ask)
{
    struct writer_look look = {0};
    struct parcel_item item;

    while (writer_peek(ask->asks->writer, &look, &item)) {
        if (item.op == PARCEL_ERASE && is_of_room(ask, &item)) {
            if (ask->erased_count == ask->erased_space) {
                ask->erased_space = ask->erased_space > 0 ? ask->erased_space * 2 : FIRST_LINES;
                ask->erased = mem_realloc(ask->erased, ask->erased_space * sizeof(ask->erased[0]));
            }
            ask->erased[ask->erased_count++] = item.id;
        }
    }
    ask->query.without = ask->erased;
    ask->query.without_count = ask->erased_count;
}

/* All lines so far are those of a room that has ended. */
static void drop_tail(struct ask *ask)
{
    while (ask->tail.count > 0) {
        message_unref(ask->tail.m[--ask->tail.count]);
    }
    ask->waiting = 0;
    ask->is_new_room = true;
}

/* The database is asked for what lies before the first line of the room that waits. */
static void collect_tail(struct ask *ask)
{
    struct writer_look look = {0};
    struct parcel_item item;
    uint64_t end = ask->query.end;

    while (writer_peek(ask->asks->writer, &look, &item)) {
        struct message *m = NULL;

        if (item.op == PARCEL_ROOM_ENDS && is_of_room(ask, &item)) {
            drop_tail(ask);
        }
        if (item.op == PARCEL_LINE && item.id < end && is_of_room(ask, &item) && !is_erased(ask, item.id)) {
            m = record_message(&item);
        }
        if (m != NULL) {
            ask->query.end = ask->waiting++ == 0 ? m->id : ask->query.end;
            if (is_asked_for(ask, m)) {
                push_line(&ask->tail, m);
            } else {
                message_unref(m);
            }
        }
    }
    ask->tail_first = ask->tail.count;
}

/* Takes a line into the bounds that are left; false when it is beyond them. */
static bool take(struct rows_query *left, const struct message *m)
{
    uint64_t size = left->line_bytes + (uint64_t)left->text_factor * m->text_len;

    if (left->max_lines == 0 || (left->max_bytes != UINT64_MAX && size > left->max_bytes)) {
        return false;
    }
    left->max_lines--;
    left->max_bytes -= left->max_bytes != UINT64_MAX ? size : 0;
    return true;
}

/* What of the tail the answer has, when it is read from the newest. */
static void take_newest(struct ask *ask)
{
    while (ask->tail_first > 0 && take(&ask->query, ask->tail.m[ask->tail_first - 1])) {
        ask->tail_first--;
    }
    if (ask->tail_first > 0) { /* no older one is wanted, only how many there are */
        ask->query.max_lines = 0;
    }
}

/* ---- the answer ---- */

/* The database's part of the answer, the oldest first. */
static void collect_page(struct ask *ask, struct lines *lines)
{
    const struct asks *asks = ask->asks;
    struct parcel_item item;

    for (size_t at = 0; parcel_next(&ask->page.lines, &at, &item);) {
        struct message *known = asks->events->recall(asks->ctx, ask->room_folded, item.id);
        struct message *m = known != NULL ? message_ref(known) : record_message(&item);

        if (m != NULL) {
            push_line(lines, m);
        }
    }
    for (uint32_t i = 0; !ask->query.from_oldest && i < lines->count / 2; i++) {
        struct message *m = lines->m[i];

        lines->m[i] = lines->m[lines->count - 1 - i];
        lines->m[lines->count - 1 - i] = m;
    }
}

/* How far the tail is given; its first line is tail_first. */
static uint32_t end_of_tail(struct ask *ask, const struct lines *page)
{
    struct rows_query left = ask->query;
    uint32_t end = 0;

    if (!ask->query.from_oldest) {
        return ask->tail.count;
    }
    ask->tail_first = 0;
    for (uint32_t i = 0; i < page->count; i++) {
        take(&left, page->m[i]);
    }
    while (!ask->page.is_more && end < ask->tail.count && take(&left, ask->tail.m[end])) {
        end++;
    }
    return end;
}

/* Where the read goes on, if it does. */
static uint64_t next_of(const struct ask *ask, const struct lines *page, uint32_t tail_end)
{
    const struct lines *tail = &ask->tail;

    if (ask->query.from_oldest && !ask->page.is_more) {
        return tail_end > 0      ? tail->m[tail_end - 1]->id
               : page->count > 0 ? page->m[page->count - 1]->id
                                 : ask->req->after;
    }
    if (!ask->query.from_oldest && ask->tail_first > 0) {
        return ask->tail_first < tail->count ? tail->m[ask->tail_first]->id : tail->m[tail->count - 1]->id + 1;
    }
    return ask->page.next;
}

static void set_end(struct ask *ask, const struct lines *page, uint32_t tail_end)
{
    struct store_read *req = ask->req;
    uint32_t given = page->count + tail_end - ask->tail_first;
    bool is_open = req->after == 0 && req->before == 0;

    req->kept = ask->counts_room ? ask->page.kept + ask->waiting : ask->lines;
    req->more = ask->page.is_more || given < page->count + ask->tail.count;
    req->next = next_of(ask, page, tail_end);
    req->rest = is_open && req->kept >= given ? req->kept - given
                                              : ask->page.rest + ask->tail.count - (tail_end - ask->tail_first);
    req->looked = req->looked_lines = 0;
    if (ask->words != NULL) {
        req->rest = 0;
        req->looked = ask->page.gave_up ? UINT32_MAX : SEARCH_WORK;
        req->looked_lines = (uint32_t)(ask->page.passed + ask->tail.count);
    }
}

static void give(struct ask *ask)
{
    struct store_read *req = ask->req;
    struct lines page = {0};
    uint32_t tail_end;

    collect_page(ask, &page);
    tail_end = end_of_tail(ask, &page);
    set_end(ask, &page, tail_end);
    for (uint32_t i = 0; i < page.count; i++) {
        req->line(req, page.m[i]);
    }
    for (uint32_t i = ask->tail_first; i < tail_end; i++) {
        req->line(req, ask->tail.m[i]);
    }
    free_lines(&page);
}

/* ---- the job ---- */

static void run_read(struct lane_job *job)
{
    struct ask *ask = CONTAINER_OF(job, struct ask, read.job);

    ask->fault = db_open(ask->db);
    if (ask->fault == DB_OK && !ask->is_new_room) {
        ask->fault = rows_read_page(ask->db, &ask->query, &ask->page);
    }
}

static void read_done(struct lane_job *job)
{
    struct ask *ask = CONTAINER_OF(job, struct ask, read.job);
    struct asks *asks = ask->asks;
    struct store_read *req = ask->req;
    enum store_answer answer = STORE_DONE;

    reads_leave(&ask->read);
    if (req != NULL) {
        if (ask->fault != DB_OK) {
            answer = asks->events->failed(asks->ctx, req);
        } else {
            if (ask->counts_room) {
                asks->events->counted(asks->ctx, ask->room_folded, ask->page.kept + ask->waiting, ask->note);
            }
            give(ask);
        }
        ask->req = NULL;
        req->store_data = NULL;
        req->done(req, answer);
    }
    reads_go(&asks->reads);
}

static void read_free(struct lane_job *job)
{
    struct ask *ask = CONTAINER_OF(job, struct ask, read.job);

    free_lines(&ask->tail);
    parcel_fini(&ask->page.lines);
    free(ask->erased);
    free(ask->room_folded);
    free(ask->words);
    free(ask);
}

static const struct lane_job_ops ops = {.run = run_read, .done = read_done, .free = read_free};

/* When what was appended before the call cannot be written, it is taken from the writer. */
static void ready(struct reads_item *item)
{
    struct ask *ask = CONTAINER_OF(item, struct ask, read);

    if (ask->asks->writer->fault != DB_OK) {
        collect_erased(ask);
        collect_tail(ask);
        if (!ask->query.from_oldest) {
            take_newest(ask);
        }
    }
}

/* ---- the port's side ---- */

void asks_init(struct asks *asks, struct lane *lane, struct db *db, struct writer *writer)
{
    *asks = (struct asks){.db = db, .writer = writer};
    reads_init(&asks->reads, lane, writer, MOST_IN_LANE, ready);
}

void asks_begin(struct asks *asks, struct store_read *req, uint64_t upto, uint64_t lines, uint64_t note)
{
    struct ask *ask = mem_zalloc(sizeof(*ask));

    *ask = (struct ask){.read.job.ops = &ops,
                        .asks = asks,
                        .req = req,
                        .room_folded = mem_strdup(req->room_folded),
                        .words = req->words != NULL ? mem_strdup(req->words) : NULL,
                        .note = note,
                        .counts_room = lines == ASKS_UNKNOWN,
                        .lines = lines,
                        .db = asks->db};
    ask->query = (struct rows_query){.room_folded = ask->room_folded,
                                     .after = req->after,
                                     .before = req->before,
                                     .from_oldest = req->end == STORE_OLDEST,
                                     .words = ask->words,
                                     .max_lines = req->max_lines,
                                     .max_bytes = req->max_bytes,
                                     .line_bytes = req->line_bytes,
                                     .text_factor = req->text_factor,
                                     .end = upto + 1,
                                     .counts_room = ask->counts_room,
                                     .counts_rest = req->words != NULL || req->after != 0 || req->before != 0,
                                     .max_ms = SEARCH_MS};
    req->store_data = ask;
    reads_begin(&asks->reads, &ask->read);
}

void asks_cancel(struct asks *asks, struct store_read *req)
{
    struct ask *ask = req->store_data;

    CHECK(ask != NULL && ask->req == req && ask->asks == asks);
    ask->req = NULL;
    req->store_data = NULL;
    reads_cancel(&ask->read);
}
