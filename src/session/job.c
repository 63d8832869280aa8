/* session/job.c: the one place that a session's job has, and the turns in which it goes on. */
#include "config.h"

#include "session/job.h"

#include "base/check.h"
#include "base/container.h"
#include "base/mem.h"

#include <stdlib.h>

enum { READING_MS = 5000 /* for what a job waits for, at most: then it goes on without it */ };

static void take_over(struct session *s, struct session_job *job)
{
    CHECK((s->holds & SESSION_JOB) == 0);
    job->command = s->command;
    job->work = job->work > 0 ? job->work : CROWD_QUANTUM;
    s->job = job;
    s->holds |= SESSION_JOB;
}

void job_begin(struct session *s, struct session_job *job)
{
    take_over(s, job);
    crowd_wait(&s->env->crowd, &s->wait);
}

/* The job is not in the crowd until it is woken. */
static void begin_waiting(struct session *s)
{
    s->job->is_waiting = true;
    timeq_push(&s->env->reading, &s->wait, clock_ms(s->env->clock));
}

void job_wait(struct session *s, struct session_job *job)
{
    take_over(s, job);
    begin_waiting(s);
    if (job->held != NULL) {
        session_apply_settings(s, s->encoding, s->wants_echo, session_wants_comings(s));
    }
}

void job_wake(struct session *s)
{
    if ((s->holds & SESSION_JOB) != 0 && s->job->is_waiting) {
        s->job->is_waiting = false;
        crowd_wait(&s->env->crowd, &s->wait);
    }
}

struct session_job *job_end(struct session *s)
{
    struct session_job *job = s->job;

    CHECK((s->holds & SESSION_JOB) != 0);
    session_release(s);
    s->holds &= (uint8_t)~SESSION_JOB;
    s->command = job->command;
    session_await_line(s);
    return job;
}

void job_drop(struct session *s)
{
    if ((s->holds & SESSION_JOB) != 0) {
        struct session_job *job = job_end(s);

        job->free(job);
    }
}

void job_await(struct session *s, struct session_job *job)
{
    take_over(s, job); /* in no queue */
}

/* ---- what falls due ---- */

static void crowd_due(struct timeq *q, struct timeq_node *node)
{
    struct session *s = CONTAINER_OF(node, struct session, wait);
    struct session_env *env = q->ctx;
    struct session_job *job = s->job;
    session_then_fn *then = job->then;
    enum session_step step;

    if (!conn_is_open(s->conn)) {
        return; /* job_drop() follows */
    }
    crowd_serve(&env->crowd, s, job->work);
    step = job->step(s, job);
    switch (step) {
    case SESSION_STEP_MORE:
        crowd_wait(&env->crowd, node);
        return;
    case SESSION_STEP_WAIT:
        begin_waiting(s);
        return;
    case SESSION_STEP_OK:
    case SESSION_STEP_FAILED:
        (void)job_end(s);
        job->free(job);
        then(s, step == SESSION_STEP_OK);
        return;
    case SESSION_STEP_GONE:
        job->free(job); /* the session may have another job by now */
        return;
    }
}

static void reading_due(struct timeq *q, struct timeq_node *node)
{
    (void)q;
    job_wake(CONTAINER_OF(node, struct session, wait));
}

void job_init(struct session_env *env)
{
    timeq_init(&env->reading, READING_MS, reading_due, env);
    crowd_init(&env->crowd, env->clock, crowd_due, env);
}
