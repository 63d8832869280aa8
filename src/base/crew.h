/* base/crew.h: threads that help the loop's thread with many small pieces of work of the same kind.
 *
 *   crew_begin() --> pieces:  [done] [done] [in work] [done] [in work] | [not taken] [not taken]
 *                                                                      |
 *                          whoever is free takes the next few from here, the loop's thread too
 *
 * The pieces are taken from one counter, so a helper that is not awake yet delays nobody: the loop's thread does the
 * work of that helper too, and waits only for pieces that a helper has taken.  Helpers sleep when there is nothing to
 * do.  Only if more pieces are announced do they look for them for some microseconds before that, since waking a thread
 * takes longer.
 *
 * Helpers keep off the processor of the loop's thread.  Otherwise the scheduler may wake one of them there, behind the
 * loop's thread, which does not sleep; it would find another place some milliseconds later, when all is done.  Where
 * the system refuses that, they run wherever they are put.
 *
 * The threads are started with the crew.  They take no signals and are called chatd-NAME.  Every function is for the
 * loop's thread, except crew_fn. */
#ifndef CHATD_BASE_CREW_H
#define CHATD_BASE_CREW_H

#include "base/turn.h"

#include <stdbool.h>
#include <stdint.h>

struct crew;

/* Does the pieces first to end - 1.  Called in the loop's thread, which is member 0, and in the helpers', which are
 * members 1, 2, ...; two members never get the same piece. */
typedef void crew_fn(void *ctx, unsigned member, uint32_t first, uint32_t end);

struct crew_spec {
    const char *name;   /* borrowed; at most 9 bytes */
    unsigned members;   /* the loop's thread included; with 1 there are no other threads */
    uint32_t most_once; /* the most pieces that a member takes at once */
    crew_fn *fn;
    void *ctx;
};

/* Returns NULL and sets errno if the system cannot start a thread. */
struct crew *crew_new(const struct crew_spec *spec);
/* Ends the threads and waits for them.  No pieces are in work. */
void crew_free(struct crew *crew);

/* Offers count pieces and wakes up to so many helpers.  What the pieces are made of stays unchanged until crew_finish()
 * returns.  has_more: more pieces will be offered soon. */
void crew_begin(struct crew *crew, uint32_t count, unsigned helpers, bool has_more);
/* Does pieces, at least one if there is one, until all are taken or the turn's part is over; then waits for those that
 * are in work.  Returns the number of pieces done: the first ones.  The others are not offered any more. */
uint32_t crew_finish(struct crew *crew, struct turn *turn);

#endif
