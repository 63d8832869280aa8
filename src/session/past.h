/* session/past.h: reads a room's history from the store, and sends the lines that fit in the receiver's queue.
 *
 * The store may answer later.  Then a job of the session waits for it, in env->reading, and the job's next step gets
 * the answer.  Loop thread only. */
#ifndef CHATD_SESSION_PAST_H
#define CHATD_SESSION_PAST_H

#include "chat/port_store.h"
#include "session/session.h"

#include <stdbool.h>
#include <stdint.h>

/* Embedded as the first field of a job's data.  After past_init() the command sets the read's range, bounds and
 * words. */
struct past {
    struct session_job job; /* its room is the room that is read */
    struct session *s;
    struct store_read read;
    char *room_folded; /* a copy: the room may end while its history is read */
    enum store_answer answer;
    struct message **lines; /* the lines read, in the order of the reads; references */
    uint32_t count, space;
    uint64_t *erased; /* ids of lines that are gone since the read began */
    uint32_t erased_count, erased_space;
    bool with_ids;    /* its lines are shown with their ids */
};

/* Initializes past, which is zeroed.  The session's person is in the room.  step and free are those of the job. */
void past_init(struct past *past, struct session *s, struct room *room,
               enum session_step (*step)(struct session *s, struct session_job *job),
               void (*free)(struct session_job *job));
/* Cancels a read that is not answered, and frees what past owns. */
void past_fini(struct past *past);

/* Bounds the read: at most so many lines, which take at most so many bytes in the session's form. */
void past_bound(struct past *past, uint32_t lines, uint32_t bytes);
/* Begins a read, and drops the lines read before.  If it returns STORE_LATER, the caller lets past->job wait, by
 * job_wait() or SESSION_STEP_WAIT. */
enum store_answer past_ask(struct past *past);
/* The same, but keeps the lines read before: the new ones are put behind them. */
enum store_answer past_ask_more(struct past *past);
/* The answer that the job has waited for; STORE_FAILED if the time limit of the wait is over, and the read was
 * cancelled.  The lines read have none that is gone by now. */
enum store_answer past_answer(struct past *past);

/* Returns true if the line is gone from the history since the job began. */
bool past_has_lost(const struct past *past, const struct message *m);

/* What is left of the place for lines: bytes, and rows of a page unless has_no_pages. */
struct past_place {
    uint32_t bytes;
    unsigned rows;
    bool has_no_pages, is_begun;
};

/* rows as in past_fit_newest(). */
struct past_place past_place_of(uint32_t bytes, unsigned rows);
/* Takes the place of line i.  Returns false, and takes none, if there is too little; but the first line has a page,
 * however long it is. */
bool past_take(const struct past *past, uint32_t i, struct past_place *place);
/* The index of the first of the newest lines that fit in bytes, and in so many rows of a page (answer_page_rows());
 * rows is 0 if there are no pages. */
uint32_t past_fit_newest(const struct past *past, uint32_t bytes, unsigned rows);
/* The index behind the last of the oldest lines that fit so. */
uint32_t past_fit_oldest(const struct past *past, uint32_t bytes, unsigned rows);
/* Sends the lines from index first up to, and without, end. */
void past_show(const struct past *past, uint32_t first, uint32_t end);
/* The number of these lines that come from people whom the person ignores: past_show() does not send them. */
uint32_t past_hidden(const struct past *past, uint32_t first, uint32_t end);
/* Tells the person that number, unless it is 0: without that, the count of lines would look wrong. */
void past_tell_hidden(const struct past *past, uint32_t hidden);
/* Tells the person that count lines that were asked for are left out, which come before the line with index first, and
 * how to ask for them. */
void past_tell_older(const struct past *past, uint32_t first, uint64_t count);
/* Makes the command that asks for the lines "since" or "before" an id, by word.  buf has PAST_NEXT_SIZE bytes. */
enum { PAST_NEXT_SIZE = 48 };
void past_next(const struct past *past, char *buf, const char *word, uint64_t id);

#endif
