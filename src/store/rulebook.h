/* store/rulebook.h: the rules of rooms, in and out of the database.
 *
 *   rulebook_set() --> the writer, among the lines
 *   rulebook_init() reads all that there are --> rulebook_read() gives them at once
 *                    or, if the database could not be read then: a job in the lane, when it can --> rule(), done()
 *
 * An answer has each rule as it was set last before the answer.  Loop thread only. */
#ifndef CHATD_STORE_RULEBOOK_H
#define CHATD_STORE_RULEBOOK_H

#include "base/clock.h"
#include "base/lane.h"
#include "chat/port_store.h"
#include "store/writer.h"

#include <stdbool.h>
#include <stdint.h>

struct rulebook_job;

struct rulebook {
    struct lane *lane; /* borrowed, as are the next three */
    struct db *db;     /* used in the lane alone, but by rulebook_init() */
    struct writer *writer;
    struct clock *clock;
    uint64_t last_rule;   /* of the items that were given to the writer, how many with the last rule; 0: no rule was */
    struct parcel opened; /* what there was at the start, if is_read, until it is asked for */
    bool is_read;
    struct store_rules *req; /* waits for an answer; NULL if none does */
    struct rulebook_job *job; /* in the lane; NULL if none is */
};

/* Reads the database if it is open, before the lane has any job that uses it. */
void rulebook_init(struct rulebook *book, struct lane *lane, struct db *db, struct writer *writer, struct clock *clock);
/* Nothing is asked any more. */
void rulebook_fini(struct rulebook *book);

/* These return false if too much waits to be written. */
bool rulebook_set(struct rulebook *book, const char *room, const char *room_folded, const struct rule *rule,
                  bool is_off);
bool rulebook_end(struct rulebook *book, const char *room_folded, bool with_lines);
/* STORE_DONE or STORE_LATER. */
enum store_answer rulebook_read(struct rulebook *book, struct store_rules *req);
void rulebook_cancel(struct rulebook *book, struct store_rules *req);
/* Goes on with a request that waits: to be called from time to time, and when something was written or the database
 * works again. */
void rulebook_go(struct rulebook *book);

#endif
