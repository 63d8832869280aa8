/* base/lane.c: a list with a lock, the threads that work on it, and an eventfd for the bell.
 *
 * The list holds the jobs in the order in which they were pushed: first those that run or have run, then those that
 * wait.  lane_free() disposes of the lane if all threads have ended in time; otherwise the last thread does. */
#include "config.h"

#include "base/lane.h"

#include "base/check.h"
#include "base/mem.h"
#include "base/thread.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { WAITS, RUNS, HAS_RUN }; /* a job's state */

struct lane {
    struct lane_spec spec;
    int bell;
    pthread_t *threads; /* used by the loop's thread alone, as is until */
    struct timespec until; /* the deadline of lane_free() */
    pthread_mutex_t lock; /* guards everything below */
    pthread_cond_t given; /* a job was pushed, or the end has begun */
    pthread_cond_t ended; /* a thread has ended */
    struct lane_job *first, **last_link;
    struct lane_job *waiting; /* the first job that waits */
    size_t count;
    unsigned running; /* threads that have not ended */
    bool is_ending;
    bool is_left; /* lane_free() has returned: the last thread disposes of the lane */
};

/* ---- the list ---- */

static void append(struct lane *lane, struct lane_job *job)
{
    job->state = WAITS;
    job->next = NULL;
    job->link = lane->last_link;
    *job->link = job;
    lane->last_link = &job->next;
    if (lane->waiting == NULL) {
        lane->waiting = job;
    }
    lane->count++;
}

static void take_out(struct lane *lane, struct lane_job *job)
{
    if (lane->waiting == job) {
        lane->waiting = job->next;
    }
    *job->link = job->next;
    if (job->next != NULL) {
        job->next->link = job->link;
    } else {
        lane->last_link = job->link;
    }
    lane->count--;
}

/* ---- the lane ---- */

static void dispose(struct lane *lane)
{
    struct lane_job *job;

    while ((job = lane->first) != NULL) {
        take_out(lane, job);
        job->ops->free(job);
    }
    close(lane->bell);
    pthread_cond_destroy(&lane->ended);
    pthread_cond_destroy(&lane->given);
    pthread_mutex_destroy(&lane->lock);
    free(lane);
}

static void ring(const struct lane *lane)
{
    uint64_t one = 1;

    (void)!write(lane->bell, &one, sizeof(one));
}

static bool has_one_to_reap(const struct lane *lane)
{
    return lane->first != NULL && lane->first->state == HAS_RUN;
}

/* ---- the threads ---- */

/* Returns NULL if the lane is being ended and no job waits. */
static struct lane_job *begin_next(struct lane *lane)
{
    struct lane_job *job;

    while (lane->waiting == NULL && !lane->is_ending) {
        pthread_cond_wait(&lane->given, &lane->lock);
    }
    job = lane->waiting;
    if (job != NULL) {
        lane->waiting = job->next;
        job->state = RUNS;
    }
    return job;
}

static void *run(void *arg)
{
    struct lane *lane = arg;
    struct lane_job *job;
    bool is_mine;

    thread_set_name(lane->spec.name);
    if (lane->spec.nice > 0) {
        (void)setpriority(PRIO_PROCESS, 0, lane->spec.nice); /* on Linux, that of the thread */
    }
    pthread_mutex_lock(&lane->lock);
    while ((job = begin_next(lane)) != NULL) {
        pthread_mutex_unlock(&lane->lock);
        job->ops->run(job);
        pthread_mutex_lock(&lane->lock);
        job->state = HAS_RUN;
        if (job == lane->first) {
            ring(lane); /* jobs behind it that have run were waiting for it */
        }
    }
    lane->running--;
    is_mine = lane->is_left && lane->running == 0;
    pthread_cond_signal(&lane->ended);
    pthread_mutex_unlock(&lane->lock);
    if (is_mine) {
        dispose(lane);
    }
    return NULL;
}

/* ---- the loop's side ---- */

/* Returns 0, or the error that kept one from starting. */
static int begin_threads(struct lane *lane)
{
    int error = 0;

    pthread_mutex_lock(&lane->lock);
    while (lane->running < lane->spec.threads && error == 0) {
        error = thread_begin(&lane->threads[lane->running], run, lane);
        lane->running += error == 0;
    }
    pthread_mutex_unlock(&lane->lock);
    return error;
}

struct lane *lane_new(const struct lane_spec *spec)
{
    struct lane *lane = mem_zalloc(sizeof(*lane));

    CHECK(spec->threads > 0);
    lane->spec = *spec;
    lane->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (lane->bell < 0) {
        free(lane);
        return NULL;
    }
    lane->threads = mem_alloc(spec->threads * sizeof(lane->threads[0]));
    lane->last_link = &lane->first;
    pthread_mutex_init(&lane->lock, NULL);
    pthread_cond_init(&lane->given, NULL);
    thread_cond_init(&lane->ended);
    errno = begin_threads(lane);
    if (errno != 0) {
        int error = errno;

        lane->spec.threads = lane->running; /* those that were started are joined */
        lane_free(lane);
        errno = error;
        return NULL;
    }
    return lane;
}

size_t lane_count(struct lane *lane)
{
    size_t count;

    pthread_mutex_lock(&lane->lock);
    count = lane->count;
    pthread_mutex_unlock(&lane->lock);
    return count;
}

bool lane_push(struct lane *lane, struct lane_job *job)
{
    bool is_taken;

    pthread_mutex_lock(&lane->lock);
    is_taken = !lane->is_ending && lane->count < lane->spec.most;
    if (is_taken) {
        append(lane, job);
        pthread_cond_signal(&lane->given);
    }
    pthread_mutex_unlock(&lane->lock);
    return is_taken;
}

bool lane_cancel(struct lane *lane, struct lane_job *job)
{
    bool is_out;

    pthread_mutex_lock(&lane->lock);
    is_out = job->state == WAITS;
    if (is_out) {
        take_out(lane, job);
    }
    pthread_mutex_unlock(&lane->lock);
    if (is_out) {
        job->ops->free(job);
    }
    return is_out;
}

int lane_bell(const struct lane *lane)
{
    return lane->bell;
}

/* Takes out the first job if it has run; otherwise returns NULL. */
static struct lane_job *take_first(struct lane *lane)
{
    struct lane_job *job = NULL;

    pthread_mutex_lock(&lane->lock);
    if (has_one_to_reap(lane)) {
        job = lane->first;
        take_out(lane, job);
    }
    pthread_mutex_unlock(&lane->lock);
    return job;
}

void lane_reap(struct lane *lane, struct turn *turn)
{
    struct lane_job *job;
    uint64_t rings;

    (void)!read(lane->bell, &rings, sizeof(rings)); /* before the list is read: a later ring is for the next call */
    while ((job = take_first(lane)) != NULL) {
        job->ops->done(job);
        job->ops->free(job);
        if (turn_is_over(turn)) {
            ring(lane); /* there may be more */
            break;
        }
    }
}

/* ---- the end ---- */

/* Takes out the jobs that wait and need not run, as a chain by next. */
static struct lane_job *take_needless(struct lane *lane)
{
    struct lane_job *taken = NULL;

    for (struct lane_job *job = lane->waiting, *next; job != NULL; job = next) {
        next = job->next;
        if (!job->must_run) {
            take_out(lane, job);
            job->next = taken;
            taken = job;
        }
    }
    return taken;
}

/* Takes out all jobs but those that run, as a chain by next.  *lost is the number of jobs that must run and have not
 * finished. */
static struct lane_job *take_idle(struct lane *lane, size_t *lost)
{
    struct lane_job *taken = NULL;

    *lost = 0;
    for (struct lane_job *job = lane->first, *next; job != NULL; job = next) {
        next = job->next;
        *lost += job->must_run && job->state != HAS_RUN;
        if (job->state != RUNS) {
            take_out(lane, job);
            job->next = taken;
            taken = job;
        }
    }
    return taken;
}

static void free_chain(struct lane_job *job)
{
    while (job != NULL) {
        struct lane_job *next = job->next;

        job->ops->free(job);
        job = next;
    }
}

void lane_end(struct lane *lane)
{
    struct lane_job *needless = NULL;

    pthread_mutex_lock(&lane->lock);
    if (!lane->is_ending) {
        lane->is_ending = true;
        lane->until = thread_deadline(lane->spec.drain_ms);
        needless = take_needless(lane);
        pthread_cond_broadcast(&lane->given);
    }
    pthread_mutex_unlock(&lane->lock);
    free_chain(needless); /* without the lock: it may take long */
}

static void let_go(pthread_t *threads, unsigned count, bool is_left)
{
    for (unsigned i = 0; i < count; i++) {
        if (is_left) {
            pthread_detach(threads[i]);
        } else {
            pthread_join(threads[i], NULL);
        }
    }
    free(threads);
}

size_t lane_free(struct lane *lane)
{
    pthread_t *threads = lane->threads;
    unsigned count = lane->spec.threads;
    struct lane_job *idle;
    size_t lost;
    bool is_left;
    int error = 0;

    lane_end(lane);
    pthread_mutex_lock(&lane->lock);
    while (lane->running > 0 && error == 0) {
        error = pthread_cond_timedwait(&lane->ended, &lane->lock, &lane->until);
    }
    idle = take_idle(lane, &lost);
    is_left = lane->running > 0;
    lane->is_left = is_left;
    lane->threads = NULL;
    pthread_mutex_unlock(&lane->lock); /* from here on the last thread may free a lane that is left */
    free_chain(idle);
    let_go(threads, count, is_left);
    if (!is_left) {
        dispose(lane);
    }
    return lost;
}
