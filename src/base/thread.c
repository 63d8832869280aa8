/* base/thread.c: starts all of chatd's threads, and defines the clock of their deadlines. */
#include "config.h"

#include "base/thread.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

enum {
    STACK_BYTES = 256 * 1024,
    NAME_BYTES = 16, /* Linux takes no more, NUL included */
};

int thread_begin(pthread_t *thread, void *(*run)(void *ctx), void *ctx)
{
    pthread_attr_t attr;
    sigset_t all, before;
    int error;

    sigfillset(&all);
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK_BYTES);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* the new thread inherits it */
    error = pthread_create(thread, &attr, run, ctx);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attr);
    return error;
}

void thread_set_name(const char *name)
{
    char full[NAME_BYTES];

    snprintf(full, sizeof(full), "chatd-%.*s", NAME_BYTES - (int)sizeof("chatd-"), name);
    pthread_setname_np(pthread_self(), full);
}

/* An affinity that taskset(1) or CPUAffinity= of a unit has set counts. */
unsigned thread_processors(void)
{
    cpu_set_t set;
    long online;

    if (sched_getaffinity(0, sizeof(set), &set) == 0) {
        return (unsigned)CPU_COUNT(&set);
    }
    online = sysconf(_SC_NPROCESSORS_ONLN); /* more processors than the set has room for, or a filter */
    return online > 0 ? (unsigned)online : 1;
}

int thread_processor(void)
{
    return sched_getcpu();
}

int thread_keep_off(pthread_t thread, int processor)
{
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof(set), &set) != 0) {
        return errno;
    }
    if (processor < 0 || processor >= CPU_SETSIZE || !CPU_ISSET((size_t)processor, &set) || CPU_COUNT(&set) < 2) {
        return 0;
    }
    CPU_CLR((size_t)processor, &set);
    return pthread_setaffinity_np(thread, sizeof(set), &set);
}

void thread_cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t attr;

    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(cond, &attr);
    pthread_condattr_destroy(&attr);
}

struct timespec thread_deadline(unsigned wait_ms)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += wait_ms / 1000;
    until.tv_nsec += (long)(wait_ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    return until;
}
