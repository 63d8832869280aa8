/* session/past.h: what was said in a room: reading it from the store, and showing what the reader's queue has room for.
 *
 * The store may answer later: then a job of the session waits for it, in env->reading, and its step finds the answer.
 * Loop thread only. */
#ifndef CHATD_SESSION_PAST_H
#define CHATD_SESSION_PAST_H

#include "session/session.h"

#include <stdbool.h>
#include <stdint.h>

/* Embedded first in what a command goes on with.  After past_init() the read's range, bounds and words are the
 * command's. */
struct past {
    struct session_job job; /* its room is the one that is read */
    struct session *s;
    struct store_read read;
    char *room_folded; /* the room may end while its past is read */
    enum store_answer answer;
    struct message **lines; /* that were read, the oldest first; references */
    uint32_t count, space;
};

/* Of a zeroed one: for the session's person, who is in the room.  step and free are the job's. */
void past_init(struct past *past, struct session *s, struct room *room,
               enum session_step (*step)(struct session *s, struct session_job *job),
               void (*free)(struct session_job *job));
void past_fini(struct past *past);

/* The read gives at most so many lines, which take at most so many bytes in the reader's form. */
void past_bound(struct past *past, uint32_t lines, uint32_t bytes);
/* Reads, in place of what was read before.  STORE_LATER: past->job is to wait, by job_wait() or
 * SESSION_STEP_WAIT. */
enum store_answer past_ask(struct past *past);
/* The same, in addition to what was read before: its lines come behind those in past->lines. */
enum store_answer past_ask_more(struct past *past);
/* The answer that the job has waited for.  STORE_FAILED too when it has waited for too long. */
enum store_answer past_answer(struct past *past);

/* The first of the lines that are shown when bytes are left for them in the reader's queue: the newest ones fit. */
uint32_t past_fit_newest(const struct past *past, uint32_t bytes);
/* The same for the oldest ones: the end of those that fit. */
uint32_t past_fit_oldest(const struct past *past, uint32_t bytes);
/* Shows the lines from first to end. */
void past_show(const struct past *past, uint32_t first, uint32_t end);
/* How many of these lines are by people that the person ignores: they count, and are not shown. */
uint32_t past_hidden(const struct past *past, uint32_t first, uint32_t end);
/* Tells how many, if there are any: else the count would look wrong. */
void past_tell_hidden(const struct past *past, uint32_t hidden);
/* Tells that count lines before the first one shown, of those that were wanted, are left out, and how to ask for
 * them. */
void past_tell_older(const struct past *past, uint32_t first, uint64_t count);
/* The line that asks for what comes "since" or "before" an id; buf has PAST_NEXT_SIZE bytes. */
enum { PAST_NEXT_SIZE = 48 };
void past_next(char *buf, const char *word, uint64_t id);

#endif
