/* Tests of base/crew.h. */
#include "config.h"

#include "base/crew.h"

#include "fakes.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <time.h>

enum { MOST = 1000, ONCE = 16, DEADLINE_S = 60 };

static int threads_left = -1; /* pthread_create() fails after so many; negative: never */

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

/* What the pieces of one round are made of: written by the loop's thread between rounds. */
static struct work {
    unsigned done[MOST]; /* how often; each is written by one member */
    unsigned by[MOST];
    uint32_t largest[8]; /* by member: the most pieces at once */
    bool waits;          /* the loop's thread waits in its first piece until a helper has done one */
    _Atomic unsigned helped;
} work;

static void wait_for_help(void)
{
    time_t end = time(NULL) + DEADLINE_S;

    while (atomic_load(&work.helped) == 0) {
        assert_true(time(NULL) < end);
        sched_yield();
    }
}

static void do_pieces(void *ctx, unsigned member, uint32_t first, uint32_t end)
{
    struct work *w = ctx;

    if (member == 0 && w->waits) {
        wait_for_help();
    }
    for (uint32_t i = first; i < end; i++) {
        w->done[i]++;
        w->by[i] = member;
    }
    if (end - first > w->largest[member]) {
        w->largest[member] = end - first;
    }
    if (member > 0) {
        atomic_fetch_add(&w->helped, 1);
    }
}

static struct crew *crew_of(unsigned members)
{
    struct crew *crew = crew_new(
        &(struct crew_spec){.name = "test", .members = members, .most_once = ONCE, .fn = do_pieces, .ctx = &work});

    assert_non_null(crew);
    return crew;
}

static void each_piece_is_done_once(void **state)
{
    static const uint32_t counts[] = {0, 1, 2, 3, 15, 16, 17, 100, MOST};

    (void)state;
    for (unsigned members = 1; members <= 8; members *= 2) {
        struct crew *crew = crew_of(members);

        for (unsigned round = 0; round < 900; round++) {
            uint32_t count = counts[round % (sizeof(counts) / sizeof(counts[0]))];

            memset(&work, 0, sizeof(work));
            crew_begin(crew, count, round % (members + 1), round % 3 == 0);
            assert_int_equal(crew_finish(crew, NULL), count);
            for (uint32_t i = 0; i < MOST; i++) {
                assert_int_equal(work.done[i], i < count);
                assert_true(work.by[i] < members);
            }
            for (unsigned m = 0; m < members; m++) {
                assert_true(work.largest[m] <= ONCE);
            }
        }
        crew_free(crew);
    }
}

static void helper_does_pieces_while_the_loop_is_busy(void **state)
{
    struct crew *crew = crew_of(2);

    (void)state;
    for (int round = 0; round < 20; round++) {
        memset(&work, 0, sizeof(work));
        work.waits = true;
        crew_begin(crew, 100, 1, false);
        assert_int_equal(crew_finish(crew, NULL), 100);
        assert_true(work.helped > 0);
    }
    crew_free(crew);
}

static void end_of_the_turn_leaves_the_last_pieces(void **state)
{
    struct clock clock;
    struct turn turn = {.clock = &clock};

    (void)state;
    fake_clock_init(&clock);
    for (unsigned members = 1; members <= 4; members++) {
        struct crew *crew = crew_of(members);
        uint32_t done;

        memset(&work, 0, sizeof(work));
        fake_clock_fly(&clock);
        turn_begin_part(&turn, TURN_FLUSH);
        crew_begin(crew, MOST, 0, false);
        done = crew_finish(crew, &turn);
        fake_clock_stop(&clock);
        assert_true(done > 0);
        assert_true(members > 1 || done == ONCE);
        crew_begin(crew, 0, members, true); /* whoever is late finds nothing of the round before */
        assert_int_equal(crew_finish(crew, NULL), 0);
        for (uint32_t i = 0; i < MOST; i++) {
            assert_int_equal(work.done[i], i < done);
        }
        crew_free(crew);
    }
}

static void crew_without_threads_is_an_error(void **state)
{
    struct crew_spec spec = {.name = "test", .members = 4, .most_once = 1, .fn = do_pieces, .ctx = &work};

    (void)state;
    for (threads_left = 0; threads_left < 3; threads_left++) {
        int left = threads_left;

        assert_null(crew_new(&spec));
        assert_int_equal(errno, EAGAIN);
        threads_left = left;
    }
    threads_left = -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_piece_is_done_once),
        cmocka_unit_test(helper_does_pieces_while_the_loop_is_busy),
        cmocka_unit_test(end_of_the_turn_leaves_the_last_pieces),
        cmocka_unit_test(crew_without_threads_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
