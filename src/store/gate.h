/* store/gate.h: counts jobs in a lane that have not run, so that the loop can wait for them at its end.
 *
 * Both threads look at it.  It is freed by whichever is last, since a job may hang in a disk for longer than its owner
 * lives.  Any thread. */
#ifndef CHATD_STORE_GATE_H
#define CHATD_STORE_GATE_H

#include <stdbool.h>
#include <time.h>

struct gate;

/* With one reference, the owner's. */
struct gate *gate_new(void);
/* A job is pushed: it has a reference, too. */
void gate_enter(struct gate *gate);
/* A job has run, or was not pushed after all. */
void gate_leave(struct gate *gate);
/* Waits until all jobs have run.  Returns false if some have not by then (base/thread.h). */
bool gate_wait(struct gate *gate, const struct timespec *until);
/* Gives up the owner's or a job's reference. */
void gate_unref(struct gate *gate);

#endif
