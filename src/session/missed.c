/* session/missed.c: a read from the person's mark on. */
#include "config.h"

#include "session/missed.h"

#include "base/container.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "chat/marks.h"
#include "chat/owners.h"
#include "chat/port_store.h"
#include "session/account_job.h"
#include "session/answer.h"
#include "session/find.h"
#include "session/lines.h"
#include "session/past.h"

#include <stdlib.h>

enum { MOST_SHOWN = 100000 /* lines, if there is place for them */ };

static void missed_free(struct session_job *job)
{
    struct past *past = CONTAINER_OF(job, struct past, job);

    past_fini(past);
    free(past);
}

static void tell_more(const struct past *past, uint32_t shown, int64_t left)
{
    const struct room *room = past->job.room;
    struct strbuf next = {0};

    strbuf_addf(&next, "/history %snew", past->with_ids ? "ids " : "");
    if (room != past->s->current) {
        strbuf_addf(&next, " #%s", room->name.shown);
    }
    session_reply(past->s, REPLY(REPLY_HISTORY_MORE, .room = room->name.shown, .count = shown, .left = left,
                                 .next = strbuf_str(&next)));
    strbuf_fini(&next);
}

static void show(const struct past *past)
{
    struct session *s = past->s;
    const struct room *room = past->job.room;
    uint32_t end = past_fit_oldest(past, answer_room(s), answer_page_rows(s));
    int64_t left = (int64_t)(past->read.rest + past->count - end);

    past_show(past, 0, end);
    if (end > 0) {
        marks_show(s->self.person, room, past->lines[end - 1]->id, left == 0);
    } else if (left == 0) {
        marks_set_unread(s->self.person, room, 0);
    }
    if (left > 0) {
        tell_more(past, end, left);
    } else {
        session_reply(s, REPLY(REPLY_HISTORY_SINCE, .room = room->name.shown, .count = end));
    }
    past_tell_hidden(past, past_hidden(past, 0, end));
}

static bool finish(const struct past *past, enum store_answer answer)
{
    if (answer == STORE_FAILED) {
        session_reply(past->s, REPLY(REPLY_HISTORY_UNAVAILABLE));
        return false;
    }
    show(past);
    return true;
}

static enum session_step step(struct session *s, struct session_job *job)
{
    struct past *past = CONTAINER_OF(job, struct past, job);

    if (job->room == NULL) {
        session_reply(s, REPLY(REPLY_HISTORY_ROOM_LOST));
        return SESSION_STEP_FAILED;
    }
    return finish(past, past_answer(past)) ? SESSION_STEP_OK : SESSION_STEP_FAILED;
}

static enum verb_result begin(struct session *s, struct room *room, uint64_t since, bool with_ids)
{
    struct past *past = mem_zalloc(sizeof(*past));
    enum store_answer answer;
    bool worked;

    past_init(past, s, room, step, missed_free);
    past_bound(past, MOST_SHOWN, answer_room(s));
    past->with_ids = with_ids;
    past->read.end = STORE_OLDEST;
    past->read.after = since;
    answer = past_ask(past);
    if (answer == STORE_LATER) {
        lines_await_job(s, &past->job);
        return VERB_PENDING;
    }
    worked = finish(past, answer);
    missed_free(&past->job);
    return worked ? VERB_DONE : VERB_REFUSED;
}

enum verb_result missed_begin(struct session *s, const char *word, bool with_ids)
{
    struct room *room = *word != '\0' ? find_room(s, word) : s->current;
    uint64_t since;

    if (room == NULL) {
        return VERB_REFUSED;
    }
    if (room_find_member(room, s->self.person) == NULL) {
        session_reply(s, REPLY(REPLY_NOT_IN_ROOM, .room = room->name.shown));
        return VERB_REFUSED;
    }
    if (account_job_own(s) == NULL) {
        return VERB_REFUSED;
    }
    since = marks_unread(s->self.person, room);
    if (since == 0) {
        session_reply(s, REPLY(REPLY_HISTORY_NOTHING_NEW, .room = room->name.shown));
        return VERB_DONE;
    }
    return begin(s, room, since, with_ids);
}
