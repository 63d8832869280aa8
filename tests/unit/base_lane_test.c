/* Tests of base/lane.h: jobs that wait until the test lets them go on. */
#include "config.h"

#include "base/lane.h"

#include "base/clock.h"
#include "base/container.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { WAIT_MS = 60000, JOBS = 100, NAME_BYTES = 16 };

struct job {
    struct lane_job job;
    int number;
    int gate[2]; /* a pipe: a byte lets run() end; -1 if run() ends at once */
    int begun[2]; /* a pipe: a job with a gate writes a byte when it runs */
    bool has_run;
    bool has_signals;
    char name[NAME_BYTES]; /* of the thread */
    pthread_t ran_in;
    struct job *then; /* pushed by done() */
    unsigned frees;
};

static struct lane *lane;
static struct job jobs[JOBS];
static int done_count, done_order[2 * JOBS];
static int freed[2]; /* a pipe: a byte for each job that was freed */
static int threads_left; /* how many more pthread_create() starts; -1 for any number */

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *), void *arg);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *), void *arg);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *), void *arg)
{
    if (threads_left == 0) {
        return EAGAIN;
    }
    threads_left -= threads_left > 0;
    return __real_pthread_create(thread, attr, run, arg);
}

static void run(struct lane_job *lane_job)
{
    struct job *job = CONTAINER_OF(lane_job, struct job, job);
    sigset_t blocked;
    char byte = 'x';

    pthread_sigmask(SIG_BLOCK, NULL, &blocked);
    job->has_signals = sigismember(&blocked, SIGTERM) == 0 || sigismember(&blocked, SIGHUP) == 0;
    job->ran_in = pthread_self();
    pthread_getname_np(pthread_self(), job->name, sizeof(job->name));
    job->has_run = true;
    if (job->gate[0] >= 0) {
        (void)!write(job->begun[1], &byte, 1);
        (void)!read(job->gate[0], &byte, 1);
    }
}

static void done(struct lane_job *lane_job)
{
    struct job *job = CONTAINER_OF(lane_job, struct job, job);

    assert_true(job->has_run);
    assert_int_equal(job->frees, 0);
    done_order[done_count++] = job->number;
    if (job->then != NULL) {
        assert_true(lane_push(lane, &job->then->job));
    }
}

static void freed_one(struct lane_job *lane_job)
{
    char byte = 'x';

    CONTAINER_OF(lane_job, struct job, job)->frees++;
    (void)!write(freed[1], &byte, 1);
}

static const struct lane_job_ops ops = {.run = run, .done = done, .free = freed_one};

static void begin_lane(unsigned threads, size_t most, unsigned drain_ms)
{
    lane = lane_new(&(struct lane_spec){.name = "test", .threads = threads, .most = most, .drain_ms = drain_ms});
    assert_non_null(lane);
}

static size_t end_lane(void)
{
    size_t lost = lane_free(lane);

    lane = NULL;
    return lost;
}

static int begin(void **state)
{
    (void)state;
    memset(jobs, 0, sizeof(jobs));
    for (int i = 0; i < JOBS; i++) {
        jobs[i] = (struct job){.job.ops = &ops, .number = i, .gate = {-1, -1}, .begun = {-1, -1}};
    }
    done_count = 0;
    threads_left = -1;
    return pipe2(freed, O_CLOEXEC);
}

static int end(void **state)
{
    (void)state;
    if (lane != NULL) {
        end_lane();
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
    char byte = 'x';

    assert_int_equal(write(job->gate[1], &byte, 1), 1); /* ThreadSanitizer knows this order, but not that of close() */
    close(job->gate[1]);
    job->gate[1] = -1;
}

/* Waits until a byte can be read from fd. */
static void expect_byte(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    char byte;

    assert_int_equal(poll(&p, 1, WAIT_MS), 1);
    assert_int_equal(read(fd, &byte, 1), 1);
}

static void expect_begun(struct job *job)
{
    expect_byte(job->begun[0]);
}

static bool rings(int wait_ms)
{
    struct pollfd p = {.fd = lane_bell(lane), .events = POLLIN};

    return poll(&p, 1, wait_ms) == 1;
}

static void reap_until(int count)
{
    while (done_count < count) {
        assert_true(rings(WAIT_MS));
        lane_reap(lane, NULL);
    }
}

static void push(int first, int count)
{
    for (int i = first; i < first + count; i++) {
        assert_true(lane_push(lane, &jobs[i].job));
    }
}

static void assert_order(int count)
{
    assert_int_equal(done_count, count);
    for (int i = 0; i < count; i++) {
        assert_int_equal(done_order[i], i);
    }
}

/* Each job was done once. */
static void assert_freed(int first, int count)
{
    for (int i = first; i < first + count; i++) {
        assert_int_equal(jobs[i].frees, 1);
    }
}

/* ---- a lane at work ---- */

static void jobs_are_run_elsewhere_and_handed_back_here_in_their_order(void **state)
{
    (void)state;
    begin_lane(1, JOBS, WAIT_MS);
    assert_false(rings(0));
    push(0, JOBS);
    assert_int_equal(done_count, 0);
    reap_until(JOBS);
    assert_order(JOBS);
    assert_freed(0, JOBS);
    for (int i = 0; i < JOBS; i++) {
        assert_false(pthread_equal(jobs[i].ran_in, pthread_self()));
        assert_true(pthread_equal(jobs[i].ran_in, jobs[0].ran_in)); /* one at a time */
        assert_false(jobs[i].has_signals);
    }
}

static void threads_bear_the_name_of_their_lane(void **state)
{
    (void)state;
    begin_lane(1, JOBS, WAIT_MS);
    push(0, 1);
    reap_until(1);
    assert_string_equal(jobs[0].name, "chatd-test");
    end_lane();
    lane = lane_new(&(struct lane_spec){.name = "very-long-name", .threads = 1, .most = 1, .drain_ms = WAIT_MS});
    push(1, 1);
    reap_until(2);
    assert_string_equal(jobs[1].name, "chatd-very-long");
}

static void job_that_hangs_holds_up_those_behind_it_and_no_others(void **state)
{
    (void)state;
    begin_lane(1, JOBS, WAIT_MS);
    give_gate(&jobs[1]);
    push(0, 3);
    expect_begun(&jobs[1]);
    lane_reap(lane, NULL);
    assert_int_equal(done_count, 1);
    lane_reap(lane, NULL);
    assert_false(rings(0));
    open_gate(&jobs[1]);
    reap_until(3);
    assert_order(3);
}

static void lanes_do_not_wait_for_one_another(void **state)
{
    struct lane *stuck;

    (void)state;
    begin_lane(1, JOBS, WAIT_MS);
    stuck = lane;
    give_gate(&jobs[1]);
    push(1, 1);
    expect_begun(&jobs[1]);
    begin_lane(1, JOBS, WAIT_MS);
    push(0, 1);
    reap_until(1);
    end_lane();
    lane = stuck;
    open_gate(&jobs[1]);
    reap_until(2);
    assert_order(2);
}

static void several_threads_run_at_once_and_hand_back_in_order(void **state)
{
    (void)state;
    begin_lane(3, JOBS, WAIT_MS);
    for (int i = 0; i < 3; i++) {
        give_gate(&jobs[i]);
    }
    push(0, JOBS);
    for (int i = 0; i < 3; i++) {
        expect_begun(&jobs[i]); /* all three run before one has ended */
    }
    open_gate(&jobs[2]);
    open_gate(&jobs[1]);
    lane_reap(lane, NULL);
    assert_int_equal(done_count, 0); /* the first one still runs */
    open_gate(&jobs[0]);
    reap_until(JOBS);
    assert_order(JOBS);
    assert_freed(0, JOBS);
}

static void next_job_may_be_pushed_while_one_is_handed_back(void **state)
{
    (void)state;
    begin_lane(1, 1, WAIT_MS); /* the lane has space for it nevertheless */
    jobs[0].then = &jobs[1];
    jobs[1].then = &jobs[2];
    push(0, 1);
    reap_until(3);
    assert_order(3);
}

static void full_lane_refuses_and_takes_again_once_one_is_handed_back(void **state)
{
    (void)state;
    begin_lane(1, 3, WAIT_MS);
    give_gate(&jobs[0]);
    push(0, 3);
    assert_false(lane_push(lane, &jobs[3].job));
    expect_begun(&jobs[0]);
    assert_false(lane_push(lane, &jobs[3].job)); /* a job that runs counts too, */
    open_gate(&jobs[0]);
    assert_true(rings(WAIT_MS));
    assert_false(lane_push(lane, &jobs[3].job)); /* and one that has run */
    assert_int_equal(jobs[3].frees, 0);
    reap_until(3);
    push(3, 3);
    reap_until(6);
    assert_order(6);
}

static void job_that_has_not_begun_can_be_cancelled(void **state)
{
    (void)state;
    begin_lane(1, 4, WAIT_MS);
    give_gate(&jobs[0]);
    push(0, 4);
    expect_begun(&jobs[0]);
    assert_false(lane_cancel(lane, &jobs[0].job));
    assert_true(lane_cancel(lane, &jobs[2].job)); /* in the middle, */
    assert_true(lane_cancel(lane, &jobs[1].job)); /* the first that waits, */
    assert_true(lane_cancel(lane, &jobs[3].job)); /* the only one */
    assert_freed(1, 3);
    push(4, 3); /* their entries are free */
    open_gate(&jobs[0]);
    reap_until(4);
    assert_int_equal(done_order[0], 0);
    assert_int_equal(done_order[1], 4);
    assert_int_equal(done_order[3], 6);
    assert_false(jobs[1].has_run || jobs[2].has_run || jobs[3].has_run);
}

static void job_that_has_run_is_not_cancelled(void **state)
{
    (void)state;
    begin_lane(1, JOBS, WAIT_MS);
    push(0, 1);
    assert_true(rings(WAIT_MS));
    assert_false(lane_cancel(lane, &jobs[0].job));
    reap_until(1);
    assert_freed(0, 1);
}

static void no_more_is_handed_back_at_once_than_the_turn_has_time_for(void **state)
{
    struct clock clock;
    struct turn turn = {.clock = &clock, .since_ns = 1}; /* a share of no time */

    (void)state;
    clock_init(&clock);
    begin_lane(1, JOBS, WAIT_MS);
    give_gate(&jobs[3]);
    push(0, 4);
    expect_begun(&jobs[3]);
    for (int i = 0; i < 3; i++) {
        assert_true(rings(0));
        lane_reap(lane, &turn);
        assert_int_equal(done_count, i + 1);
    }
    open_gate(&jobs[3]);
    reap_until(4);
}

/* ---- the end ---- */

static void end_frees_what_need_not_run_and_what_was_not_handed_back(void **state)
{
    (void)state;
    begin_lane(1, JOBS, WAIT_MS);
    give_gate(&jobs[1]);
    push(0, 4);
    expect_begun(&jobs[1]);
    lane_end(lane);
    assert_freed(2, 2);
    open_gate(&jobs[1]);
    assert_int_equal(end_lane(), 0);
    assert_int_equal(done_count, 0);
    assert_freed(0, 4);
    assert_false(jobs[2].has_run || jobs[3].has_run);
}

static void end_runs_what_must_run(void **state)
{
    (void)state;
    begin_lane(2, JOBS, WAIT_MS);
    give_gate(&jobs[0]);
    give_gate(&jobs[1]);
    for (int i = 0; i < JOBS; i++) {
        jobs[i].job.must_run = i % 2 == 0;
    }
    push(0, JOBS);
    expect_begun(&jobs[0]);
    expect_begun(&jobs[1]);
    lane_end(lane);
    assert_freed(3, 1);
    open_gate(&jobs[0]);
    open_gate(&jobs[1]);
    assert_int_equal(end_lane(), 0);
    assert_int_equal(done_count, 0);
    assert_freed(0, JOBS);
    for (int i = 2; i < JOBS; i++) {
        assert_int_equal(jobs[i].has_run, i % 2 == 0);
    }
}

static void nothing_is_taken_once_the_end_has_begun(void **state)
{
    (void)state;
    begin_lane(1, JOBS, WAIT_MS);
    jobs[0].job.must_run = true;
    lane_end(lane);
    lane_end(lane);
    assert_false(lane_push(lane, &jobs[0].job));
    end_lane();
    assert_int_equal(jobs[0].frees, 0);
}

static void end_does_not_wait_for_a_job_that_hangs_and_counts_what_is_lost(void **state)
{
    (void)state;
    begin_lane(1, JOBS, 1);
    give_gate(&jobs[1]);
    for (int i = 1; i < 4; i++) {
        jobs[i].job.must_run = true;
    }
    push(0, 5);
    expect_begun(&jobs[1]);
    assert_int_equal(end_lane(), 3); /* the job that hangs, and two behind it */
    for (int i = 0; i < 4; i++) {
        expect_byte(freed[0]); /* all but the one that hangs are freed by lane_free() */
    }
    assert_int_equal(jobs[1].frees, 0);
    assert_freed(0, 1);
    assert_freed(2, 3);
    assert_false(jobs[2].has_run || jobs[3].has_run || jobs[4].has_run);
    open_gate(&jobs[1]);
    expect_byte(freed[0]); /* its thread frees it */
    assert_int_equal(done_count, 0);
}

static void lane_that_is_left_goes_with_the_last_of_its_threads(void **state)
{
    (void)state;
    begin_lane(3, JOBS, 1);
    give_gate(&jobs[0]);
    give_gate(&jobs[1]);
    push(0, 2);
    expect_begun(&jobs[0]);
    expect_begun(&jobs[1]);
    assert_int_equal(end_lane(), 0); /* none of them must run */
    open_gate(&jobs[0]);
    open_gate(&jobs[1]);
    for (int i = 0; i < 2; i++) {
        expect_byte(freed[0]);
    }
}

/* ---- threads that cannot be had ---- */

static void without_a_thread_there_is_no_lane(void **state)
{
    (void)state;
    for (int given = 0; given < 3; given++) {
        threads_left = given;
        errno = 0;
        assert_null(lane_new(&(struct lane_spec){.name = "test", .threads = 3, .most = 1, .drain_ms = WAIT_MS}));
        assert_int_equal(errno, EAGAIN);
        assert_int_equal(threads_left, 0);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(jobs_are_run_elsewhere_and_handed_back_here_in_their_order),
        TEST(threads_bear_the_name_of_their_lane),
        TEST(job_that_hangs_holds_up_those_behind_it_and_no_others),
        TEST(lanes_do_not_wait_for_one_another),
        TEST(several_threads_run_at_once_and_hand_back_in_order),
        TEST(next_job_may_be_pushed_while_one_is_handed_back),
        TEST(full_lane_refuses_and_takes_again_once_one_is_handed_back),
        TEST(job_that_has_not_begun_can_be_cancelled),
        TEST(job_that_has_run_is_not_cancelled),
        TEST(no_more_is_handed_back_at_once_than_the_turn_has_time_for),
        TEST(end_frees_what_need_not_run_and_what_was_not_handed_back),
        TEST(end_runs_what_must_run),
        TEST(nothing_is_taken_once_the_end_has_begun),
        TEST(end_does_not_wait_for_a_job_that_hangs_and_counts_what_is_lost),
        TEST(lane_that_is_left_goes_with_the_last_of_its_threads),
        TEST(without_a_thread_there_is_no_lane),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
