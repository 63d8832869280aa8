/* session/search.c: a job that reads a little at a time. */
#include "config.h"

#include "session/search.h"

#include "base/container.h"
#include "base/fold.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "chat/ignore.h"
#include "chat/port_store.h"
#include "session/answer.h"
#include "session/lines.h"
#include "session/past.h"

#include <stdlib.h>
#include <string.h>

enum {
    MATCHES_SHOWN = 50,
    /* Work is counted as in struct store_read: bytes of ASCII looked through, some 0.5 ns each. */
    TOKEN_WORK = 1 << 17,  /* for each further line of flood control that a search counts as */
    SEARCH_WORK = 1 << 23, /* in one search: all of a history with the default's lines, in most scripts */
    STEP_WORK = 1 << 16,   /* in one step, and the line that is looked at then: 0.2 ms at the default's line_bytes */
    STEP_LINES = 64,       /* found in one step */
};

/* A search on its way through the past of a room, from the newest line to the oldest, while lines come and go. */
struct search {
    struct past past;
    char *words;     /* as they were typed */
    char *folded;
    uint64_t before; /* where it began; 0: at the end */
    bool is_asked;   /* the store has not answered yet */
    uint64_t looked; /* at lines */
    uint64_t work;   /* that took */
    uint32_t place;  /* bytes that may still be shown */
    uint32_t count;
    uint64_t left_out;
    struct message *found[MATCHES_SHOWN]; /* the newest first; references */
};

static void free_search(struct session_job *job)
{
    struct search *search = CONTAINER_OF(job, struct search, past.job);

    for (uint32_t i = 0; i < search->count; i++) {
        message_unref(search->found[i]);
    }
    past_fini(&search->past);
    free(search->words);
    free(search->folded);
    free(search);
}

static void keep_found(struct search *search, struct message *m)
{
    const struct session *s = search->past.s;

    if (ignore_has(s->self.person, m->actor_id)) {
        return; /* it would not be shown */
    }
    if (search->count < MATCHES_SHOWN && search->left_out == 0 && answer_message_bytes(s, m) <= search->place) {
        search->place -= answer_message_bytes(s, m);
        search->found[search->count++] = message_ref(m);
    } else {
        search->left_out++;
    }
}

static void charge(struct search *search)
{
    session_charge(search->past.s, (unsigned)(search->work / TOKEN_WORK));
}

/* The line that goes on with the search: behind the first fit lines found, which are shown, or, if no more were found,
 * where it has stopped.  Nothing is put at the end of the past, or if the search has not got ahead. */
static void put_next(struct strbuf *next, const struct search *search, uint32_t fit)
{
    const struct store_read *read = &search->past.read;
    uint64_t from = fit > 0 ? search->found[fit - 1]->id : search->before;
    char id[MESSAGE_ID_SIZE];

    if (search->left_out == 0) {
        if (!read->more || read->looked_lines == 0) {
            return;
        }
        from = read->next;
    }
    strbuf_adds(next, search->past.with_ids ? "/history ids " : "/history ");
    if (from != 0) {
        strbuf_addf(next, "before %s ", message_id_text(from, id));
    }
    strbuf_adds(next, search->words);
}

/* Lines may be gone since they were found. */
static void drop_lost(struct search *search)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < search->count; i++) {
        if (past_has_lost(&search->past, search->found[i])) {
            message_unref(search->found[i]);
        } else {
            search->found[kept++] = search->found[i];
        }
    }
    search->count = kept;
}

/* How many of the lines found, the newest first, have a place in the queue, which may have filled up while the search
 * went on, and on a page. */
static uint32_t count_fitting(struct session *s, const struct search *search)
{
    uint32_t place = answer_room(s), fit = 0;
    unsigned page = answer_page_rows(s), rows = 0;

    while (fit < search->count) {
        uint32_t bytes = answer_message_bytes(s, search->found[fit]);

        rows += page > 0 ? answer_message_rows(s, search->found[fit], search->past.with_ids) : 0;
        if (bytes > place || (rows > page && fit > 0)) {
            break;
        }
        place -= bytes;
        fit++;
    }
    return fit;
}

/* What has no place is left out, the oldest first. */
static void tell_found(struct session *s, struct search *search)
{
    struct strbuf next = {0};
    uint32_t fit;

    charge(search);
    drop_lost(search);
    fit = count_fitting(s, search);
    search->left_out += search->count - fit;
    for (uint32_t i = fit; i > 0; i--) {
        session_replay(s, search->found[i - 1], search->past.with_ids);
    }
    put_next(&next, search, fit);
    session_reply(s, REPLY(search->before != 0 ? REPLY_FOUND_BEFORE : REPLY_FOUND,
                           .room = search->past.job.room->name.shown, .count = fit, .all = (int64_t)search->looked,
                           .left = (int64_t)search->left_out, .next = next.len > 0 ? strbuf_str(&next) : NULL));
    strbuf_fini(&next);
}

static enum session_step step(struct session *s, struct session_job *job)
{
    struct search *search = CONTAINER_OF(job, struct search, past.job);
    struct past *past = &search->past;
    enum store_answer answer;

    if (job->room == NULL) {
        charge(search);
        session_reply(s, REPLY(REPLY_SEARCH_ROOM_LOST));
        return SESSION_STEP_FAILED;
    }
    answer = search->is_asked ? past_answer(past) : past_ask(past);
    search->is_asked = answer == STORE_LATER;
    if (answer == STORE_LATER) {
        return SESSION_STEP_WAIT;
    }
    if (answer == STORE_FAILED) {
        charge(search);
        session_reply(s, REPLY(REPLY_HISTORY_UNAVAILABLE));
        return SESSION_STEP_FAILED;
    }
    for (uint32_t i = past->count; i > 0; i--) {
        keep_found(search, past->lines[i - 1]);
    }
    search->looked += past->read.looked_lines;
    search->work += past->read.looked;
    if (!past->read.more || search->work >= SEARCH_WORK) {
        tell_found(s, search);
        return SESSION_STEP_OK;
    }
    past->read.before = past->read.next;
    return SESSION_STEP_MORE;
}

bool search_begin(struct session *s, const char *words, uint64_t before, bool with_ids)
{
    char *folded = fold_text(words, strlen(words));
    struct search *search;

    if (folded == NULL) {
        session_reply(s, REPLY(REPLY_BAD_SEARCH));
        return false;
    }
    search = mem_zalloc(sizeof(*search));
    past_init(&search->past, s, s->current, step, free_search);
    search->past.with_ids = with_ids;
    past_bound(&search->past, STEP_LINES, UINT32_MAX);
    search->words = mem_strdup(words);
    search->past.read.words = search->folded = folded;
    search->past.read.before = search->before = before;
    search->past.read.max_looked = STEP_WORK;
    search->place = answer_room(s);
    lines_begin_job(s, &search->past.job);
    return true;
}
