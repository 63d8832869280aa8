/* store/rulebook.c: rules as words, and one job that reads them all. */
#include "config.h"

#include "store/rulebook.h"

#include "base/check.h"
#include "base/container.h"
#include "base/mem.h"
#include "store/rule_rows.h"

#include <stdlib.h>
#include <string.h>

static const char *const kinds[RULE_KINDS] = {
    [RULE_MODE] = "mode", [RULE_ROLE] = "role",     [RULE_BAN] = "ban",
    [RULE_MUTE] = "mute", [RULE_INVITE] = "invite",
};
/* RULE_WHO_PERSON is not stored: it ends with the person. */
static const char *const whos[] = {
    [RULE_WHO_NONE] = "", [RULE_WHO_ACCOUNT] = "account", [RULE_WHO_NETWORK] = "network"};

struct rulebook_job {
    struct lane_job job;
    struct rulebook *book; /* NULL: it has ended */
    struct db *db;
    int64_t now_ms;
    uint64_t note; /* last_rule when it began */
    struct parcel rules;
    enum db_fault fault;
};

/* ---- in ---- */

static bool add(struct rulebook *book, const struct parcel_item *item)
{
    if (!writer_add(book->writer, item)) {
        return false;
    }
    book->last_rule = book->writer->added;
    return true;
}

bool rulebook_set(struct rulebook *book, const char *room, const char *room_folded, const struct rule *rule,
                  bool is_off)
{
    CHECK(rule->kind > RULE_NONE && rule->kind < RULE_KINDS && rule->who < sizeof(whos) / sizeof(whos[0]));
    return add(book, &(struct parcel_item){.op = is_off ? PARCEL_RULE_OFF : PARCEL_RULE,
                                           .room = room,
                                           .room_folded = room_folded,
                                           .kind = kinds[rule->kind],
                                           .folded = whos[rule->who],
                                           .target = rule->key,
                                           .label = rule->label,
                                           .text = rule->value,
                                           .text_len = strlen(rule->value),
                                           .name = rule->by,
                                           .time_ms = rule->time_ms,
                                           .until_ms = rule->until_ms});
}

bool rulebook_end(struct rulebook *book, const char *room_folded, bool with_lines)
{
    return add(book, &(struct parcel_item){.op = with_lines ? PARCEL_ROOM_ENDS : PARCEL_ROOM_RULES_END,
                                           .room_folded = room_folded});
}

/* ---- out ---- */

/* The index of a word; count if it is none of them. */
static size_t index_of(const char *const *words, size_t count, const char *word)
{
    size_t i = 0;

    while (i < count && (words[i] == NULL || strcmp(words[i], word) != 0)) {
        i++;
    }
    return i;
}

/* What a later version has written is left out. */
static void give(struct store_rules *req, const struct parcel *rules)
{
    struct parcel_item item;

    for (size_t at = 0; parcel_next(rules, &at, &item);) {
        size_t kind = index_of(kinds, RULE_KINDS, item.kind);
        size_t who = index_of(whos, sizeof(whos) / sizeof(whos[0]), item.folded);

        if (kind < RULE_KINDS && who < sizeof(whos) / sizeof(whos[0])) {
            req->rule(req, item.room, item.room_folded,
                      &(struct rule){.kind = (enum rule_kind)kind,
                                     .who = (enum rule_who)who,
                                     .key = item.target,
                                     .label = item.label,
                                     .value = item.text,
                                     .by = item.name,
                                     .time_ms = item.time_ms,
                                     .until_ms = item.until_ms});
        }
    }
}

static void run_read(struct lane_job *lane_job)
{
    struct rulebook_job *job = CONTAINER_OF(lane_job, struct rulebook_job, job);

    job->fault = db_open(job->db);
    if (job->fault == DB_OK) {
        job->fault = rule_rows_read(job->db, job->now_ms, &job->rules);
    }
}

/* What was read is not the answer if a rule has been set since: the database is asked again, when that is written. */
static void read_done(struct lane_job *lane_job)
{
    struct rulebook_job *job = CONTAINER_OF(lane_job, struct rulebook_job, job);
    struct rulebook *book = job->book;
    struct store_rules *req;

    if (book == NULL) {
        return;
    }
    book->job = NULL;
    req = book->req;
    if (req == NULL || job->fault != DB_OK) {
        return;
    }
    if (job->note != book->last_rule) {
        rulebook_go(book);
        return;
    }
    book->req = NULL;
    req->store_data = NULL;
    give(req, &job->rules);
    req->done(req, STORE_DONE);
}

static void read_free(struct lane_job *lane_job)
{
    struct rulebook_job *job = CONTAINER_OF(lane_job, struct rulebook_job, job);

    parcel_fini(&job->rules);
    free(job);
}

static const struct lane_job_ops ops = {.run = run_read, .done = read_done, .free = read_free};

void rulebook_go(struct rulebook *book)
{
    const struct writer *writer = book->writer;
    struct rulebook_job *job;

    if (book->req == NULL || book->job != NULL || writer->fault != DB_OK || writer->done < book->last_rule) {
        return;
    }
    job = mem_zalloc(sizeof(*job));
    *job = (struct rulebook_job){.job.ops = &ops,
                                 .book = book,
                                 .db = book->db,
                                 .now_ms = clock_real_ms(book->clock),
                                 .note = book->last_rule};
    if (lane_push(book->lane, &job->job)) {
        book->job = job;
    } else {
        read_free(&job->job); /* the lane is full of others' jobs */
    }
}

void rulebook_init(struct rulebook *book, struct lane *lane, struct db *db, struct writer *writer, struct clock *clock)
{
    *book = (struct rulebook){.lane = lane, .db = db, .writer = writer, .clock = clock};
    book->is_read = db_is_open(db) && rule_rows_read(db, clock_real_ms(clock), &book->opened) == DB_OK;
}

void rulebook_fini(struct rulebook *book)
{
    CHECK(book->req == NULL);
    parcel_fini(&book->opened);
    if (book->job != NULL && !lane_cancel(book->lane, &book->job->job)) {
        book->job->book = NULL; /* it runs: what comes of it concerns nobody */
    }
}

enum store_answer rulebook_read(struct rulebook *book, struct store_rules *req)
{
    bool is_answer = book->is_read && book->last_rule == 0;

    CHECK(book->req == NULL);
    if (is_answer) {
        give(req, &book->opened);
    }
    parcel_fini(&book->opened);
    book->is_read = false;
    if (is_answer) {
        return STORE_DONE;
    }
    book->req = req;
    req->store_data = book;
    rulebook_go(book);
    return STORE_LATER;
}

void rulebook_cancel(struct rulebook *book, struct store_rules *req)
{
    CHECK(book->req == req);
    book->req = NULL;
    req->store_data = NULL;
}
