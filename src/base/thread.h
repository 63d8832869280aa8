/* base/thread.h: starts threads beside the loop's, and makes deadlines that do not change when the system's time is
 * set. */
#ifndef CHATD_BASE_THREAD_H
#define CHATD_BASE_THREAD_H

#include <pthread.h>
#include <time.h>

/* Starts a thread with a small stack and all signals blocked, since signals are for the loop's thread.  The caller
 * joins or detaches it.  Returns 0 or an error number. */
int thread_begin(pthread_t *thread, void *(*run)(void *ctx), void *ctx);
/* Names the calling thread chatd-NAME, cut at 15 bytes, for ps(1), top(1) and debuggers. */
void thread_set_name(const char *name);
/* The number of processors that the process may use, at least 1. */
unsigned thread_processors(void);
/* The processor that the calling thread runs on; -1 if the system does not tell. */
int thread_processor(void);
/* Lets a thread run on all processors that the calling thread may use but one.  Does nothing if that leaves none.
 * Returns 0 or an error number. */
int thread_keep_off(pthread_t thread, int processor);
/* Initializes a condition variable for pthread_cond_timedwait() with a thread_deadline(). */
void thread_cond_init(pthread_cond_t *cond);
/* The time wait_ms milliseconds from now. */
struct timespec thread_deadline(unsigned wait_ms);

#endif
