/* store/states.h: what rooms have beside their lines, in and out of the database: their topics.
 *
 *   states_set_topic() --> the writer, among the lines
 *   states_ask() --> from what the writer has; or else queue --(a batch a job)--> the lane --> topic(), done()
 *
 * Nobody waits for an answer: a database that cannot be read is asked again later, with the whole queue.  Loop thread
 * only. */
#ifndef CHATD_STORE_STATES_H
#define CHATD_STORE_STATES_H

#include "base/lane.h"
#include "chat/port_store.h"
#include "store/writer.h"

#include <stdbool.h>
#include <stdint.h>

struct state_ask;
struct state_job;

struct states {
    struct lane *lane; /* borrowed, as are the next two */
    struct db *db;     /* used in the lane alone */
    struct writer *writer;
    uint64_t last_topic; /* of the items that were given to the writer, how many with the last topic; 0: no topic was */
    struct state_ask *first, **last_link; /* that wait for the lane */
    struct state_job *jobs; /* in the lane */
    unsigned count;         /* of these jobs */
};

void states_init(struct states *states, struct lane *lane, struct db *db, struct writer *writer);
/* Nothing is asked any more. */
void states_fini(struct states *states);

/* False: too much waits to be written. */
bool states_set_topic(struct states *states, const struct store_topic *topic);
/* A room has ended with all that it had (PARCEL_ROOM_ENDS is about to be given to the writer). */
void states_note_end(struct states *states);
/* STORE_DONE or STORE_LATER. */
enum store_answer states_ask(struct states *states, struct store_state *req);
void states_cancel(struct states *states, struct store_state *req);
/* Asks for those that wait, if any do: to be called from time to time, and when the database works again. */
void states_go(struct states *states);

#endif
