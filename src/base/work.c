/* base/work.c: two queues with a lock, a thread between them, and an eventfd for a bell. */
#include "config.h"

#include "base/work.h"

#include "base/mem.h"
#include "base/thread.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

struct queue {
    struct work_job *first, **end;
};

struct work {
    int bell;
    bool has_thread; /* the loop's own, as is the next */
    pthread_t thread;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t changed;
    struct queue todo, over;
    bool is_ending; /* the thread shall end, and */
    bool has_ended;
    bool is_left; /* to the thread, to be freed */
};

/* ---- queues ---- */

static void queue_init(struct queue *q)
{
    q->first = NULL;
    q->end = &q->first;
}

static void queue_push(struct queue *q, struct work_job *job)
{
    job->next = NULL;
    *q->end = job;
    q->end = &job->next;
}

static struct work_job *queue_pop(struct queue *q)
{
    struct work_job *job = q->first;

    if (job != NULL) {
        q->first = job->next;
        if (q->first == NULL) {
            q->end = &q->first;
        }
    }
    return job;
}

static void queue_drop(struct queue *q)
{
    struct work_job *job;

    while ((job = queue_pop(q)) != NULL) {
        job->ops->free(job);
    }
}

static void dispose(struct work *work)
{
    queue_drop(&work->todo);
    queue_drop(&work->over);
    close(work->bell);
    pthread_cond_destroy(&work->changed);
    pthread_mutex_destroy(&work->lock);
    free(work);
}

/* ---- the thread ---- */

static void run_one(struct work *work, struct work_job *job)
{
    uint64_t one = 1;

    job->ops->run(job);
    pthread_mutex_lock(&work->lock);
    queue_push(&work->over, job);
    pthread_mutex_unlock(&work->lock);
    (void)!write(work->bell, &one, sizeof(one));
}

static void *run(void *arg)
{
    struct work *work = arg;
    struct work_job *job;
    bool is_left;

    pthread_mutex_lock(&work->lock);
    while (!work->is_ending) {
        job = queue_pop(&work->todo);
        if (job == NULL) {
            pthread_cond_wait(&work->changed, &work->lock);
            continue;
        }
        pthread_mutex_unlock(&work->lock);
        run_one(work, job);
        pthread_mutex_lock(&work->lock);
    }
    work->has_ended = true;
    is_left = work->is_left;
    pthread_cond_broadcast(&work->changed);
    pthread_mutex_unlock(&work->lock);
    if (is_left) {
        dispose(work);
    }
    return NULL;
}

/* ---- the loop's side ---- */

struct work *work_new(void)
{
    struct work *work = mem_zalloc(sizeof(*work));

    work->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (work->bell < 0) {
        free(work);
        return NULL;
    }
    pthread_mutex_init(&work->lock, NULL);
    thread_cond_init(&work->changed);
    queue_init(&work->todo);
    queue_init(&work->over);
    return work;
}

/* False when the thread is still at a job by then. */
static bool end_thread(struct work *work, unsigned wait_ms)
{
    pthread_t thread = work->thread;
    struct timespec until = thread_deadline(wait_ms);
    int error = 0;
    bool has_ended;

    pthread_mutex_lock(&work->lock);
    work->is_ending = true;
    pthread_cond_broadcast(&work->changed);
    while (!work->has_ended && error == 0) {
        error = pthread_cond_timedwait(&work->changed, &work->lock, &until);
    }
    has_ended = work->has_ended;
    work->is_left = !has_ended;
    queue_drop(&work->todo); /* in this thread, which is theirs */
    queue_drop(&work->over);
    pthread_mutex_unlock(&work->lock);
    if (has_ended) {
        pthread_join(thread, NULL);
    } else {
        pthread_detach(thread);
    }
    return has_ended;
}

void work_free(struct work *work, unsigned wait_ms)
{
    if (!work->has_thread || end_thread(work, wait_ms)) {
        dispose(work);
    }
}

void work_push(struct work *work, struct work_job *job)
{
    if (!work->has_thread && thread_begin(&work->thread, run, work) != 0) {
        run_one(work, job); /* better late than never */
        return;
    }
    work->has_thread = true;
    pthread_mutex_lock(&work->lock);
    queue_push(&work->todo, job);
    pthread_cond_broadcast(&work->changed);
    pthread_mutex_unlock(&work->lock);
}

int work_bell(const struct work *work)
{
    return work->bell;
}

static struct work_job *take_over(struct work *work)
{
    struct work_job *job;

    pthread_mutex_lock(&work->lock);
    job = queue_pop(&work->over);
    pthread_mutex_unlock(&work->lock);
    return job;
}

void work_reap(struct work *work)
{
    struct work_job *job;
    uint64_t rings;

    (void)!read(work->bell, &rings, sizeof(rings)); /* before the look: a ring behind it is for the next time */
    while ((job = take_over(work)) != NULL) {
        job->ops->done(job);
        job->ops->free(job);
    }
}
