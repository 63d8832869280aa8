/* tests/bench/paste.h: a crowd that pastes, and one who is elsewhere and waits for answers.
 *
 * Every client of the crowd writes many lines at once, under the flood limits of chatd, which is the only server that
 * is measured so.  A process of its own, whose clients are in another room, asks for the time every 50 ms, whether the
 * last answer has come or not, and measures how long each answer takes.  Its clients take turns, so that none of them
 * asks more often than the flood limits allow.  Any failure ends the process with a message.
 */
#ifndef CHATD_BENCH_PASTE_H
#define CHATD_BENCH_PASTE_H

#include "crowd.h"
#include "meter.h"

/* Logs the asking clients in, has each client of the crowd, all of which have logged in, paste so many lines, and reads
 * what comes for so many seconds.  answers gets the times of those seconds. */
void paste_run(struct crowd *c, unsigned lines, double seconds, struct meter_times *answers);

#endif
