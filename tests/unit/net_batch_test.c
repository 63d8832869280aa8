/* Tests of net/batch.h. */
#include "config.h"

#include "net/batch.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

enum { LINES = 6 };

static struct batch batch;
static struct outq_pool pool;
static struct outq queues[4];
static struct payload *lines[LINES];

static int begin(void **state)
{
    (void)state;
    memset(&pool, 0, sizeof(pool));
    memset(queues, 0, sizeof(queues));
    for (int i = 0; i < LINES; i++) {
        char text[] = {'a', (char)('0' + i), '\n'};

        lines[i] = payload_new(text, sizeof(text), PAYLOAD_DROPPABLE);
    }
    return 0;
}

static int end(void **state)
{
    (void)state;
    batch_forget(&batch);
    assert_int_equal(batch.count, 0);
    for (size_t i = 0; i < sizeof(queues) / sizeof(queues[0]); i++) {
        outq_fini(&queues[i], &pool);
    }
    for (int i = 0; i < LINES; i++) {
        assert_int_equal(lines[i]->refs, 1);
        payload_unref(lines[i]);
    }
    outq_pool_fini(&pool);
    return 0;
}

/* Queues the lines first to last. */
static void fill(struct outq *q, int first, int last)
{
    for (int i = first; i <= last; i++) {
        outq_push(q, &pool, lines[i]);
    }
}

#define assert_found(q, want)                                                                             \
    do {                                                                                                  \
        struct iovec one_;                                                                                \
        assert_true(batch_find(&batch, (q), &one_));                                                      \
        assert_int_equal(one_.iov_len, strlen(want));                                                     \
        assert_memory_equal(one_.iov_base, (want), strlen(want));                                         \
    } while (0)
#define assert_not_found(q)                                                                               \
    do {                                                                                                  \
        struct iovec one_;                                                                                \
        assert_false(batch_find(&batch, (q), &one_));                                                     \
    } while (0)

static void second_queue_and_all_after_it_find_one_piece(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        fill(&queues[i], 0, 2);
    }
    assert_not_found(&queues[0]);
    assert_found(&queues[1], "a0\na1\na2\n");
    assert_found(&queues[2], "a0\na1\na2\n");
}

static void another_sequence_is_never_taken_for_it(void **state)
{
    (void)state;
    fill(&queues[0], 0, 2);
    fill(&queues[1], 0, 3); /* longer */
    fill(&queues[2], 1, 3); /* as long */
    fill(&queues[3], 1, 3);
    assert_not_found(&queues[0]);
    assert_not_found(&queues[1]);
    assert_found(&queues[1], "a0\na1\na2\na3\n");
    assert_not_found(&queues[2]);
    assert_found(&queues[3], "a1\na2\na3\n");
    assert_not_found(&queues[0]);
}

static void what_is_remembered_cannot_become_another_line(void **state)
{
    struct payload *p = payload_new("first\n", 6, PAYLOAD_KEPT);

    (void)state;
    outq_push(&queues[0], &pool, p);
    fill(&queues[0], 0, 0);
    payload_unref(p);
    assert_not_found(&queues[0]);
    outq_consume_all(&queues[0], &pool);
    outq_settle(&pool); /* no other queue has it: without a reference it would be freed */
    assert_int_equal(p->refs, 1);
    batch_forget(&batch);
}

static void what_is_no_whole_sequence_of_payloads_is_left_alone(void **state)
{
    struct outq *q = &queues[0];

    (void)state;
    fill(q, 0, 0);
    assert_not_found(q); /* a single payload is one piece already */
    assert_not_found(q);
    fill(q, 1, 2);
    outq_consume(q, &pool, 1);
    assert_not_found(q); /* begun */
    assert_not_found(q);
    outq_consume(q, &pool, 2);
    outq_push_gap(q, &pool);
    assert_not_found(q);
    assert_not_found(q);
    assert_int_equal(batch.count, 0);
}

static void ring_whose_slots_lie_apart_is_left_alone(void **state)
{
    struct outq *q = &queues[0];

    (void)state;
    fill(q, 0, 5);
    outq_consume(q, &pool, 5 * 3);
    fill(q, 0, 3); /* past the end of the eight slots */
    assert_true(q->head + q->count > q->room);
    assert_not_found(q);
    assert_not_found(q);
}

static void only_so_many_payloads_and_bytes_are_copied(void **state)
{
    size_t half = BATCH_BYTES / 2;
    char *text = calloc(1, half + 1);
    struct payload *fits = payload_new(text, half, PAYLOAD_KEPT);
    struct payload *too_much = payload_new(text, half + 1, PAYLOAD_KEPT);
    struct iovec one;

    (void)state;
    for (int i = 0; i < 2; i++) {
        outq_push(&queues[0], &pool, fits);
        outq_push(&queues[1], &pool, i == 0 ? fits : too_much);
    }
    for (int i = 0; i <= BATCH_SLOTS; i++) {
        outq_push(&queues[2], &pool, lines[0]);
    }
    assert_not_found(&queues[0]);
    assert_true(batch_find(&batch, &queues[0], &one));
    assert_int_equal(one.iov_len, BATCH_BYTES);
    for (int i = 0; i < 2; i++) {
        assert_not_found(&queues[1]);
        assert_not_found(&queues[2]);
    }
    payload_unref(fits);
    payload_unref(too_much);
    free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(second_queue_and_all_after_it_find_one_piece),
        TEST(another_sequence_is_never_taken_for_it),
        TEST(what_is_remembered_cannot_become_another_line),
        TEST(what_is_no_whole_sequence_of_payloads_is_left_alone),
        TEST(ring_whose_slots_lie_apart_is_left_alone),
        TEST(only_so_many_payloads_and_bytes_are_copied),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
