/* Tests of base/work.h: jobs that wait until they are told to go on. */
#include "config.h"

#include "base/work.h"

#include "base/container.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { WAIT_MS = 60000, JOBS = 100 };

struct job {
    struct work_job job;
    int number;
    int gate[2]; /* a pipe; its end lets run() end; -1: run() ends at once */
    int begun[2]; /* of a job with a gate: a byte, once it runs */
    bool has_run;
    bool has_signals;
    pthread_t ran_in;
    struct job *then; /* to be pushed by done() */
};

static struct work *work;
static struct job jobs[JOBS];
static int done_count, done_order[2 * JOBS];
static int free_count;
static int freed[2]; /* a pipe: a byte for each job that was freed */

static void run(struct work_job *work_job)
{
    struct job *job = CONTAINER_OF(work_job, struct job, job);
    sigset_t blocked;
    char byte = 'x';

    pthread_sigmask(SIG_BLOCK, NULL, &blocked);
    job->has_signals = sigismember(&blocked, SIGTERM) == 0 || sigismember(&blocked, SIGHUP) == 0;
    job->ran_in = pthread_self();
    job->has_run = true;
    if (job->gate[0] >= 0) {
        (void)!write(job->begun[1], &byte, 1);
        (void)!read(job->gate[0], &byte, 1);
    }
}

static void done(struct work_job *work_job)
{
    struct job *job = CONTAINER_OF(work_job, struct job, job);

    assert_true(job->has_run);
    done_order[done_count++] = job->number;
    if (job->then != NULL) {
        work_push(work, &job->then->job);
    }
}

static void freed_one(struct work_job *work_job)
{
    char byte = 'x';

    (void)work_job;
    free_count++;
    (void)!write(freed[1], &byte, 1);
}

static const struct work_job_ops ops = {.run = run, .done = done, .free = freed_one};

static int begin(void **state)
{
    (void)state;
    memset(jobs, 0, sizeof(jobs));
    for (int i = 0; i < JOBS; i++) {
        jobs[i] = (struct job){.job.ops = &ops, .number = i, .gate = {-1, -1}, .begun = {-1, -1}};
    }
    done_count = free_count = 0;
    work = work_new();
    return work != NULL && pipe2(freed, O_CLOEXEC) == 0 ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    if (work != NULL) {
        work_free(work, WAIT_MS);
    }
    for (int i = 0; i < JOBS; i++) {
        for (int side = 0; side < 2 && jobs[i].gate[0] >= 0; side++) {
            close(jobs[i].begun[side]);
            if (jobs[i].gate[side] >= 0) {
                close(jobs[i].gate[side]);
            }
        }
    }
    close(freed[0]);
    close(freed[1]);
    return 0;
}

static void give_gate(struct job *job)
{
    assert_int_equal(pipe2(job->gate, O_CLOEXEC), 0);
    assert_int_equal(pipe2(job->begun, O_CLOEXEC), 0);
}

static void open_gate(struct job *job)
{
    close(job->gate[1]);
    job->gate[1] = -1;
}

/* Something comes out of fd, some time. */
static void expect_byte(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    char byte;

    assert_int_equal(poll(&p, 1, WAIT_MS), 1);
    assert_int_equal(read(fd, &byte, 1), 1);
}

static bool rings(int wait_ms)
{
    struct pollfd p = {.fd = work_bell(work), .events = POLLIN};

    return poll(&p, 1, wait_ms) == 1;
}

static void reap_until(int count)
{
    while (done_count < count) {
        assert_true(rings(WAIT_MS));
        work_reap(work);
    }
}

static int threads(void)
{
    char line[256];
    int n = 0;
    FILE *status = fopen("/proc/self/status", "re");

    assert_non_null(status);
    while (fgets(line, sizeof(line), status) != NULL) {
        sscanf(line, "Threads: %d", &n);
    }
    fclose(status);
    return n;
}

static void jobs_are_run_elsewhere_and_handed_back_here_in_their_order(void **state)
{
    (void)state;
    for (int i = 0; i < JOBS; i++) {
        work_push(work, &jobs[i].job);
    }
    assert_int_equal(done_count, 0);
    reap_until(JOBS);
    for (int i = 0; i < JOBS; i++) {
        assert_int_equal(done_order[i], i);
        assert_false(pthread_equal(jobs[i].ran_in, pthread_self()));
        assert_true(pthread_equal(jobs[i].ran_in, jobs[0].ran_in)); /* one at a time */
        assert_false(jobs[i].has_signals);
    }
    assert_int_equal(free_count, JOBS);
}

static void who_has_no_job_has_no_thread(void **state)
{
    int before = threads();

    (void)state;
    assert_false(rings(0));
    work_push(work, &jobs[0].job);
    reap_until(1);
    assert_int_equal(threads(), before + 1);
    work_free(work, WAIT_MS);
    work = NULL;
    assert_int_equal(threads(), before);
}

static void job_that_hangs_holds_up_those_behind_it_and_nobody_else(void **state)
{
    (void)state;
    give_gate(&jobs[1]);
    for (int i = 0; i < 3; i++) {
        work_push(work, &jobs[i].job);
    }
    expect_byte(jobs[1].begun[0]);
    work_reap(work);
    assert_int_equal(done_count, 1);
    work_reap(work);
    assert_false(rings(0));
    open_gate(&jobs[1]);
    reap_until(3);
    assert_int_equal(done_order[1], 1);
    assert_int_equal(done_order[2], 2);
}

static void who_is_handed_back_may_push_the_next(void **state)
{
    (void)state;
    jobs[0].then = &jobs[1];
    jobs[1].then = &jobs[2];
    work_push(work, &jobs[0].job);
    reap_until(3);
    assert_int_equal(done_order[2], 2);
}

static void end_frees_what_has_not_begun_and_what_nobody_took_back(void **state)
{
    (void)state;
    give_gate(&jobs[1]);
    for (int i = 0; i < 4; i++) {
        work_push(work, &jobs[i].job);
    }
    expect_byte(jobs[1].begun[0]);
    open_gate(&jobs[1]);
    work_free(work, WAIT_MS);
    work = NULL;
    assert_int_equal(done_count, 0);
    assert_int_equal(free_count, 4);
}

static void end_does_not_wait_for_a_job_that_hangs(void **state)
{
    (void)state;
    give_gate(&jobs[0]);
    work_push(work, &jobs[0].job);
    work_push(work, &jobs[1].job);
    expect_byte(jobs[0].begun[0]);
    work_free(work, 1);
    work = NULL;
    expect_byte(freed[0]);
    assert_false(jobs[1].has_run);
    open_gate(&jobs[0]);
    expect_byte(freed[0]); /* it goes by itself */
    assert_int_equal(done_count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(jobs_are_run_elsewhere_and_handed_back_here_in_their_order),
        TEST(who_has_no_job_has_no_thread),
        TEST(job_that_hangs_holds_up_those_behind_it_and_nobody_else),
        TEST(who_is_handed_back_may_push_the_next),
        TEST(end_frees_what_has_not_begun_and_what_nobody_took_back),
        TEST(end_does_not_wait_for_a_job_that_hangs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
