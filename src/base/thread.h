/* base/thread.h: threads beside the loop's, and waits for them that no jump of the clock prolongs. */
#ifndef CHATD_BASE_THREAD_H
#define CHATD_BASE_THREAD_H

#include <pthread.h>
#include <time.h>

/* A thread with a small stack and without signals, which are the loop's; to be joined or detached.  0, or the number
 * of an error. */
int thread_begin(pthread_t *thread, void *(*run)(void *ctx), void *ctx);
/* The calling thread is chatd-NAME from now on, for ps(1), top(1) and debuggers; cut at 15 bytes. */
void thread_set_name(const char *name);
/* What pthread_cond_timedwait() can wait on until a thread_deadline(). */
void thread_cond_init(pthread_cond_t *cond);
/* The moment wait_ms milliseconds from now. */
struct timespec thread_deadline(unsigned wait_ms);

#endif
