/* session/past.c: a read, its lines, and those of them that fit. */
#include "config.h"

#include "session/past.h"

#include "base/container.h"
#include "base/mem.h"
#include "chat/ignore.h"
#include "chat/port_store.h"
#include "session/answer.h"
#include "session/job.h"

#include <stdio.h>
#include <stdlib.h>

enum { FIRST_SPACE = 16 };

/* ---- what the store tells ---- */

static void read_line(struct store_read *req, struct message *m)
{
    struct past *past = CONTAINER_OF(req, struct past, read);

    if (past->count == past->space) {
        past->space = past->space > 0 ? past->space * 2 : FIRST_SPACE;
        past->lines = mem_realloc(past->lines, past->space * sizeof(past->lines[0]));
    }
    past->lines[past->count++] = message_ref(m);
}

static void read_done(struct store_read *req, enum store_answer answer)
{
    struct past *past = CONTAINER_OF(req, struct past, read);

    past->answer = answer;
    job_wake(past->s);
}

/* ---- lines that are gone ---- */

static void note_erased(struct session_job *job, uint64_t id)
{
    struct past *past = CONTAINER_OF(job, struct past, job);

    if (past->erased_count == past->erased_space) {
        past->erased_space = past->erased_space > 0 ? past->erased_space * 2 : FIRST_SPACE;
        past->erased = mem_realloc(past->erased, past->erased_space * sizeof(past->erased[0]));
    }
    past->erased[past->erased_count++] = id;
}

bool past_has_lost(const struct past *past, const struct message *m)
{
    uint32_t i = 0;

    while (i < past->erased_count && past->erased[i] != m->id) {
        i++;
    }
    return i < past->erased_count;
}

static void drop_lost(struct past *past)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; past->erased_count > 0 && i < past->count; i++) {
        if (past_has_lost(past, past->lines[i])) {
            message_unref(past->lines[i]);
        } else {
            past->lines[kept++] = past->lines[i];
        }
    }
    past->count = past->erased_count > 0 ? kept : past->count;
}

/* ---- reading ---- */

void past_init(struct past *past, struct session *s, struct room *room,
               enum session_step (*step)(struct session *s, struct session_job *job),
               void (*free)(struct session_job *job))
{
    past->job.room = room;
    past->job.step = step;
    past->job.free = free;
    past->job.erased = note_erased;
    past->s = s;
    past->room_folded = mem_strdup(room->name.folded);
    past->read.room_folded = past->room_folded;
    past->read.line = read_line;
    past->read.done = read_done;
    past->answer = STORE_DONE;
}

static void forget_lines(struct past *past)
{
    while (past->count > 0) {
        message_unref(past->lines[--past->count]);
    }
}

static struct store *store_of(const struct past *past)
{
    return past->s->env->chat->ports.store;
}

static void stop_waiting(struct past *past)
{
    if (past->answer == STORE_LATER) {
        store_of(past)->ops->cancel(store_of(past), &past->read);
        past->answer = STORE_FAILED;
    }
}

void past_fini(struct past *past)
{
    stop_waiting(past);
    forget_lines(past);
    free(past->lines);
    free(past->erased);
    free(past->room_folded);
}

void past_bound(struct past *past, uint32_t lines, uint32_t bytes)
{
    past->read.max_lines = lines;
    past->read.max_bytes = bytes;
    answer_message_measure(past->s, &past->read.line_bytes, &past->read.text_factor);
}

enum store_answer past_ask(struct past *past)
{
    forget_lines(past);
    return past_ask_more(past);
}

enum store_answer past_ask_more(struct past *past)
{
    past->answer = STORE_LATER; /* done() is called then, and not before read() has returned */
    past->answer = store_of(past)->ops->read(store_of(past), &past->read);
    return past->answer;
}

enum store_answer past_answer(struct past *past)
{
    stop_waiting(past);
    drop_lost(past);
    return past->answer;
}

/* ---- showing ---- */

struct past_place past_place_of(uint32_t bytes, unsigned rows)
{
    return (struct past_place){.bytes = bytes, .rows = rows, .has_no_pages = rows == 0};
}

bool past_take(const struct past *past, uint32_t i, struct past_place *place)
{
    const struct message *m = past->lines[i];
    uint32_t bytes = answer_message_bytes(past->s, m);
    unsigned rows = place->has_no_pages ? 0 : answer_message_rows(past->s, m, past->with_ids);

    if (bytes > place->bytes || (rows > place->rows && place->is_begun)) {
        return false;
    }
    place->bytes -= bytes;
    place->rows -= rows < place->rows ? rows : place->rows;
    place->is_begun = true;
    return true;
}

uint32_t past_fit_newest(const struct past *past, uint32_t bytes, unsigned rows)
{
    struct past_place place = past_place_of(bytes, rows);
    uint32_t first = past->count;

    while (first > 0 && past_take(past, first - 1, &place)) {
        first--;
    }
    return first;
}

uint32_t past_fit_oldest(const struct past *past, uint32_t bytes, unsigned rows)
{
    struct past_place place = past_place_of(bytes, rows);
    uint32_t end = 0;

    while (end < past->count && past_take(past, end, &place)) {
        end++;
    }
    return end;
}

void past_show(const struct past *past, uint32_t first, uint32_t end)
{
    for (uint32_t i = first; i < end; i++) {
        session_replay(past->s, past->lines[i], past->with_ids);
    }
}

uint32_t past_hidden(const struct past *past, uint32_t first, uint32_t end)
{
    const struct person *person = past->s->self.person;
    uint32_t hidden = 0;

    for (uint32_t i = first; i < end && ignore_count(person) > 0; i++) {
        hidden += ignore_has(person, past->lines[i]->actor_id);
    }
    return hidden;
}

void past_tell_hidden(const struct past *past, uint32_t hidden)
{
    if (hidden > 0) {
        session_reply(past->s, REPLY(REPLY_HISTORY_HIDDEN, .count = hidden));
    }
}

void past_next(const struct past *past, char *buf, const char *word, uint64_t id)
{
    char text[MESSAGE_ID_SIZE];

    snprintf(buf, PAST_NEXT_SIZE, "/history %s%s %s", past->with_ids ? "ids " : "", word, message_id_text(id, text));
}

void past_tell_older(const struct past *past, uint32_t first, uint64_t count)
{
    char next[PAST_NEXT_SIZE];

    if (first == past->count) {
        snprintf(next, sizeof(next), "/history %s%llu", past->with_ids ? "ids " : "", (unsigned long long)count);
        session_reply(past->s, REPLY(REPLY_LINES_OMITTED, .count = (int64_t)count, .next = next));
    } else {
        past_next(past, next, "before", past->lines[first]->id);
        session_reply(past->s, REPLY(REPLY_OLDER_OMITTED, .count = (int64_t)count, .next = next));
    }
}
