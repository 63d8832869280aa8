/* session/around.c: a read in each direction, and one answer. */
#include "config.h"

#include "session/around.h"

#include "base/container.h"
#include "base/mem.h"
#include "chat/port_store.h"
#include "session/answer.h"
#include "session/lines.h"
#include "session/past.h"

#include <stdlib.h>

enum { EACH_SHOWN = 10 /* lines, in each direction */ };

/* The lines from the time on are read first: so the answer has none that was said, and heard, after the command.  The
 * older ones stand behind them in past.lines. */
struct around {
    struct past past;
    int64_t time_ms;
    uint64_t from; /* the lowest id from the time on */
    bool is_older; /* the second read is under way */
    uint32_t newer; /* lines of the first read */
    uint64_t rest; /* lines from the time on that it has not given */
};

static void around_free(struct session_job *job)
{
    struct around *around = CONTAINER_OF(job, struct around, past.job);

    past_fini(&around->past);
    free(around);
}

/* ---- showing ---- */

/* The lines that are shown are those from *first to the last of the older, and those up to *end of the newer: those
 * nearest to the time that fit. */
static void fit(const struct around *around, uint32_t *first, uint32_t *end)
{
    const struct past *past = &around->past;
    struct past_place place = past_place_of(answer_room(past->s), answer_page_rows(past->s));
    bool goes_on = true, goes_back = true;

    *first = past->count;
    *end = 0;
    while (goes_on || goes_back) {
        goes_on = goes_on && *end < around->newer && past_take(past, *end, &place);
        *end += goes_on;
        goes_back = goes_back && *first > around->newer && past_take(past, *first - 1, &place);
        *first -= goes_back;
    }
}

/* Lines may be gone meanwhile. */
static void count_newer(struct around *around)
{
    const struct past *past = &around->past;

    around->newer = 0;
    while (around->newer < past->count && past->lines[around->newer]->id >= around->from) {
        around->newer++;
    }
}

static void show(struct around *around)
{
    const struct past *past = &around->past;
    uint32_t first, end, older;
    uint64_t left_before, left;
    char previous[PAST_NEXT_SIZE], next[PAST_NEXT_SIZE];

    count_newer(around);
    fit(around, &first, &end);
    older = past->count - first;
    left_before = past->read.rest + (first - around->newer);
    left = around->rest + (around->newer - end);
    past_next(past, previous, "before", older > 0 ? past->lines[first]->id : around->from);
    past_next(past, next, "since", end > 0 ? past->lines[end - 1]->id : around->from - 1);
    past_show(past, first, past->count);
    past_show(past, 0, end);
    session_reply(past->s, REPLY(REPLY_HISTORY_AROUND, .room = past->job.room->name.shown, .time = around->time_ms,
                                 .count = older + end, .older = (int64_t)left_before,
                                 .previous = left_before > 0 ? previous : NULL, .left = (int64_t)left,
                                 .next = left > 0 ? next : NULL));
    past_tell_hidden(past, past_hidden(past, first, past->count) + past_hidden(past, 0, end));
}

/* ---- reading ---- */

/* What follows an answer: the second read, or nothing. */
static enum store_answer go_on(struct around *around, enum store_answer answer)
{
    struct past *past = &around->past;

    if (answer != STORE_DONE || around->is_older) {
        return answer;
    }
    around->is_older = true;
    around->newer = past->count;
    around->rest = past->read.rest;
    past->read.end = STORE_NEWEST;
    past->read.after = 0;
    past->read.before = around->from;
    return past_ask_more(past);
}

static bool finish(struct around *around, enum store_answer answer)
{
    if (answer == STORE_FAILED) {
        session_reply(around->past.s, REPLY(REPLY_HISTORY_UNAVAILABLE));
        return false;
    }
    show(around);
    return true;
}

static enum session_step step(struct session *s, struct session_job *job)
{
    struct around *around = CONTAINER_OF(job, struct around, past.job);
    enum store_answer answer;

    if (job->room == NULL) {
        session_reply(s, REPLY(REPLY_HISTORY_ROOM_LOST));
        return SESSION_STEP_FAILED;
    }
    answer = go_on(around, past_answer(&around->past));
    if (answer == STORE_LATER) {
        return SESSION_STEP_WAIT;
    }
    return finish(around, answer) ? SESSION_STEP_OK : SESSION_STEP_FAILED;
}

enum verb_result around_begin(struct session *s, const char *text, bool with_ids)
{
    int64_t now_ms = clock_real_ms(s->env->clock), time_ms;
    struct around *around;
    enum store_answer answer;
    bool worked;

    if (!clock_parse(look_zone(session_look(s)), text, now_ms, &time_ms)) {
        session_reply(s, REPLY(REPLY_BAD_TIME));
        return VERB_REFUSED;
    }
    around = mem_zalloc(sizeof(*around));
    around->time_ms = time_ms < 1 ? 1 : time_ms > now_ms ? now_ms : time_ms; /* later there is nothing yet */
    around->from = message_id_at(around->time_ms);
    past_init(&around->past, s, s->current, step, around_free);
    around->past.with_ids = with_ids;
    past_bound(&around->past, EACH_SHOWN, answer_room(s));
    around->past.read.end = STORE_OLDEST;
    around->past.read.after = around->from - 1;
    answer = go_on(around, past_ask(&around->past));
    if (answer == STORE_LATER) {
        lines_await_job(s, &around->past.job);
        return VERB_PENDING;
    }
    worked = finish(around, answer);
    around_free(&around->past.job);
    return worked ? VERB_DONE : VERB_REFUSED;
}
