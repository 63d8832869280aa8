/* Tests of net/outq.h: the ring of shared payloads.  The references counted here and the sanitizers show that no
 * reference and no ring is lost. */
#include "config.h"

#include "net/outq.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what must hold at any time ------------------------------------------------------------------- */

static void assert_sound_at(const struct outq *q, int line)
{
    uint64_t bytes = 0, droppable = 0;

    if ((q->slots == NULL) != (q->room == 0) || q->count > q->room || (q->room & (q->room - 1)) != 0 ||
        (q->room > 0 && q->head >= q->room) || (q->count == 0 && q->sent > 0)) {
        fail_msg("line %d: a ring of room %u, head %u, count %u", line, q->room, q->head, q->count);
    }
    for (uint32_t i = 0; i < q->count; i++) {
        uintptr_t slot = q->slots[(q->head + i) & (q->room - 1)];
        const struct payload *p = (const struct payload *)slot;

        if ((slot & 1) != 0) {
            if (slot >> 1 == 0 || outq_gap(q, i) != slot >> 1 || (i > 0 && outq_gap(q, i - 1) > 0)) {
                fail_msg("line %d: slot %u: a gap of none, or beside another", line, i);
            }
            continue;
        }
        if (outq_gap(q, i) != 0) {
            fail_msg("line %d: slot %u is no gap", line, i);
        }
        bytes += p->len;
        if (p->kind == PAYLOAD_DROPPABLE && !(i == 0 && q->sent > 0)) {
            droppable += p->len;
        }
        if (i == 0 && q->sent >= p->len) {
            fail_msg("line %d: the first is written and still there", line);
        }
    }
    if (bytes != q->bytes || droppable != outq_droppable_bytes(q)) {
        fail_msg("line %d: counted %u and %u bytes, there are %llu and %llu", line, q->bytes, outq_droppable_bytes(q),
                 (unsigned long long)bytes, (unsigned long long)droppable);
    }
}
#define assert_sound(q) assert_sound_at(q, __LINE__)

/* The queue as "a:3 b~2 <5> ": ':' stands for kept payloads, '~' for droppable ones, <> for gaps; "+N" is the number of
 * bytes sent of the first one. */
static void assert_holds_at(const struct outq *q, const char *want, int line)
{
    char got[4096] = "";
    size_t len = 0;

    assert_sound_at(q, line);
    for (uint32_t i = 0; i < q->count; i++) {
        const struct payload *p = (const struct payload *)q->slots[(q->head + i) & (q->room - 1)];

        if (outq_gap(q, i) > 0) {
            len += (size_t)snprintf(got + len, sizeof(got) - len, "<%u> ", outq_gap(q, i));
        } else {
            len += (size_t)snprintf(got + len, sizeof(got) - len, "%c%c%u ", p->data[0],
                                    p->kind == PAYLOAD_KEPT ? ':' : '~', p->len);
        }
    }
    if (q->sent > 0) {
        snprintf(got + len, sizeof(got) - len, "+%u ", q->sent);
    }
    if (strcmp(got, want) != 0) {
        fail_msg("line %d: it holds '%s', not '%s'", line, got, want);
    }
}
#define assert_holds(q, want) assert_holds_at(q, want, __LINE__)

static struct payload *make(char letter, size_t len, enum payload_class kind)
{
    char *data = malloc(len);
    struct payload *p;

    memset(data, letter, len);
    p = payload_new(data, len, kind);
    free(data);
    return p;
}

/* Pushes a payload and gives back the reference of its maker. */
static void push(struct outq *q, struct outq_pool *pool, char letter, size_t len, enum payload_class kind)
{
    struct payload *p = make(letter, len, kind);

    outq_push(q, pool, p);
    payload_unref(p);
}

#define KEPT PAYLOAD_KEPT
#define DROP PAYLOAD_DROPPABLE

static struct outq q;
static struct outq_pool pool;

static int begin(void **state)
{
    (void)state;
    memset(&q, 0, sizeof(q));
    memset(&pool, 0, sizeof(pool));
    return 0;
}

static int end(void **state)
{
    (void)state;
    outq_fini(&q, &pool);
    assert_sound(&q);
    assert_null(q.slots);
    outq_pool_fini(&pool);
    assert_null(pool.sizes[0].first);
    assert_int_equal(pool.sizes[0].count, 0);
    return 0;
}

/* ---- in and out ----------------------------------------------------------------------------------- */

static void queue_takes_a_reference_and_gives_it_back(void **state)
{
    struct payload *p = make('a', 3, DROP);

    (void)state;
    outq_push(&q, &pool, p);
    outq_push(&q, &pool, p);
    assert_int_equal(p->refs, 3);
    assert_holds(&q, "a~3 a~3 ");
    outq_consume(&q, &pool, 3);
    assert_int_equal(p->refs, 2);
    outq_fini(&q, &pool);
    assert_int_equal(p->refs, 1);
    payload_unref(p);
}

static void idle_queue_has_no_ring(void **state)
{
    (void)state;
    assert_null(q.slots);
    push(&q, &pool, 'a', 1, KEPT);
    assert_non_null(q.slots);
    outq_consume(&q, &pool, 1);
    assert_null(q.slots);
    assert_int_equal(q.room, 0);
    assert_int_equal(pool.sizes[0].count, 1);
}

static void small_rings_are_used_again(void **state)
{
    void *ring;

    (void)state;
    push(&q, &pool, 'a', 1, KEPT);
    ring = q.slots;
    outq_consume(&q, &pool, 1);
    for (int i = 0; i < 100; i++) {
        push(&q, &pool, 'a', 1, KEPT);
        assert_ptr_equal(q.slots, ring);
        assert_int_equal(pool.sizes[0].count, 0);
        outq_consume(&q, &pool, 1);
        assert_int_equal(pool.sizes[0].count, 1);
    }
}

static void pool_keeps_a_bounded_number_of_rings_of_the_usual_sizes(void **state)
{
    static struct outq many[OUTQ_POOL_MAX + 10];

    (void)state;
    memset(many, 0, sizeof(many));
    for (size_t i = 0; i < sizeof(many) / sizeof(many[0]); i++) {
        push(&many[i], &pool, 'a', 1, KEPT);
    }
    for (size_t i = 0; i < sizeof(many) / sizeof(many[0]); i++) {
        outq_fini(&many[i], &pool);
    }
    assert_int_equal(pool.sizes[0].count, OUTQ_POOL_MAX);
    outq_pool_fini(&pool);
    for (int i = 0; i <= OUTQ_SMALL_ROOM; i++) {
        push(&q, &pool, 'a', 1, KEPT);
    }
    assert_int_equal(pool.sizes[0].count, 1); /* the small ring, replaced by a larger one */
    outq_fini(&q, &pool);
    assert_int_equal(pool.sizes[0].count, 1);
    assert_int_equal(pool.sizes[1].count, 1); /* this one is kept too */
    for (int i = 0; i < 1000; i++) {
        push(&q, &pool, 'a', 1, KEPT);
    }
    outq_fini(&q, &pool);
    for (int i = 0; i < OUTQ_POOL_SIZES; i++) {
        assert_int_equal(pool.sizes[i].count, 1); /* one of each size; the largest is freed */
    }
}

static void all_of_it_goes_at_once_and_the_ring_with_it(void **state)
{
    struct payload *p = make('a', 3, DROP);

    (void)state;
    for (int i = 0; i < 100; i++) {
        outq_push(&q, &pool, p);
    }
    outq_consume(&q, &pool, 4);
    outq_consume_all(&q, &pool);
    outq_settle(&pool);
    assert_int_equal(p->refs, 1);
    assert_null(q.slots);
    assert_int_equal(q.bytes, 0);
    assert_int_equal(outq_droppable_bytes(&q), 0);
    assert_int_equal(q.sent, 0);
    payload_unref(p);
}

/* The references of queues that held the same are given back together, and those of another queue with them. */
static void what_is_owed_is_given_back_once_for_all(void **state)
{
    struct payload *a = make('a', 3, DROP), *b = make('b', 2, KEPT);

    (void)state;
    for (int i = 0; i < 5; i++) {
        outq_push(&q, &pool, a);
        if (i < 4) {
            outq_push(&q, &pool, b);
        }
        outq_push(&q, &pool, a); /* the fifth queue holds another sequence */
        outq_consume_all(&q, &pool);
        assert_null(q.slots);
    }
    assert_int_equal(b->refs, 1);
    assert_int_equal(a->refs, 1 + 2);
    outq_settle(&pool);
    outq_settle(&pool);
    assert_int_equal(a->refs, 1);
    outq_push(&q, &pool, a);
    outq_push(&q, &pool, b);
    outq_consume_all(&q, &pool);
    outq_pool_fini(&pool); /* gives back too */
    assert_int_equal(a->refs, 1);
    assert_int_equal(b->refs, 1);
    payload_unref(a);
    payload_unref(b);
}

static void gather_points_at_the_payloads_themselves(void **state)
{
    struct payload *p = make('a', 3, DROP), *r = make('b', 2, KEPT);
    struct iovec iov[4];

    (void)state;
    assert_int_equal(outq_gather(&q, iov, 4), 0);
    outq_push(&q, &pool, p);
    outq_push(&q, &pool, r);
    assert_int_equal(outq_gather(&q, iov, 4), 2);
    assert_ptr_equal(iov[0].iov_base, p->data);
    assert_int_equal(iov[0].iov_len, 3);
    assert_ptr_equal(iov[1].iov_base, r->data);
    assert_int_equal(iov[1].iov_len, 2);
    assert_int_equal(outq_gather(&q, iov, 1), 1);
    outq_consume(&q, &pool, 2);
    assert_int_equal(outq_gather(&q, iov, 4), 2);
    assert_ptr_equal(iov[0].iov_base, p->data + 2);
    assert_int_equal(iov[0].iov_len, 1);
    payload_unref(p);
    payload_unref(r);
}

/* Writes five payloads in two parts, cut at every position. */
static void write_may_end_anywhere(void **state)
{
    static const size_t lens[] = {1, 3, 2, 1, 4};
    static const char *const stream = "abbbccdeeee";

    (void)state;
    for (size_t first = 0; first <= strlen(stream); first++) {
        for (size_t second = 0; first + second <= strlen(stream); second++) {
            char got[16];
            size_t len = 0;
            struct iovec iov[8];
            int n;

            for (int i = 0; i < 5; i++) {
                push(&q, &pool, (char)('a' + i), lens[i], i % 2 != 0 ? KEPT : DROP);
            }
            outq_consume(&q, &pool, first);
            assert_sound(&q);
            outq_consume(&q, &pool, second);
            assert_sound(&q);
            n = outq_gather(&q, iov, 8);
            for (int i = 0; i < n; i++) {
                memcpy(got + len, iov[i].iov_base, iov[i].iov_len);
                len += iov[i].iov_len;
            }
            assert_int_equal(len, strlen(stream) - first - second);
            assert_memory_equal(got, stream + first + second, len);
            outq_consume(&q, &pool, len);
            assert_int_equal(q.count, 0);
            assert_null(q.slots);
        }
    }
}

/* The ring grows with its head at every position. */
static void ring_grows_from_every_place_of_its_head(void **state)
{
    (void)state;
    for (uint32_t head = 0; head < OUTQ_SMALL_ROOM; head++) {
        char want[400] = "";

        push(&q, &pool, 'x', 1, KEPT);
        for (uint32_t i = 0; i < head; i++) {
            push(&q, &pool, 'x', 1, KEPT);
            outq_consume(&q, &pool, 1);
        }
        assert_int_equal(q.head, head);
        strcpy(want, "x:1 ");
        for (int i = 0; i < 3 * OUTQ_SMALL_ROOM; i++) {
            push(&q, &pool, (char)('a' + i), 1, DROP);
            snprintf(want + strlen(want), sizeof(want) - strlen(want), "%c~1 ", 'a' + i);
            assert_holds(&q, want);
        }
        outq_fini(&q, &pool);
    }
}

/* ---- giving way ----------------------------------------------------------------------------------- */

static void oldest_give_way_and_kept_ones_stay(void **state)
{
    (void)state;
    push(&q, &pool, 'a', 10, DROP);
    push(&q, &pool, 'b', 10, KEPT);
    push(&q, &pool, 'c', 10, DROP);
    push(&q, &pool, 'd', 10, DROP);
    push(&q, &pool, 'e', 10, DROP);
    assert_int_equal(outq_shed(&q, 50, 0), 0);
    assert_int_equal(outq_shed(&q, 25, 0), 30);
    assert_holds(&q, "<1> b:10 <2> e~10 ");
    assert_int_equal(outq_shed(&q, 0, 0), 10);
    assert_holds(&q, "<1> b:10 <3> ");
    assert_int_equal(outq_shed(&q, 0, 0), 0);
    assert_holds(&q, "<1> b:10 <3> ");
}

static void what_is_partly_written_never_gives_way(void **state)
{
    (void)state;
    push(&q, &pool, 'a', 10, DROP);
    push(&q, &pool, 'b', 10, DROP);
    outq_consume(&q, &pool, 1);
    assert_int_equal(outq_droppable_bytes(&q), 10);
    assert_int_equal(outq_shed(&q, 0, 0), 10);
    assert_holds(&q, "a~10 <1> +1 ");
    outq_consume(&q, &pool, 9);
    assert_holds(&q, "<1> ");
    outq_fini(&q, &pool);
}

static void gaps_merge_and_stay_where_they_are(void **state)
{
    (void)state;
    outq_push_gap(&q, &pool);
    outq_push_gap(&q, &pool);
    assert_holds(&q, "<2> ");
    push(&q, &pool, 'a', 5, DROP);
    outq_push_gap(&q, &pool);
    assert_holds(&q, "<2> a~5 <1> ");
    outq_shed(&q, 0, 0);
    assert_holds(&q, "<4> ");
    push(&q, &pool, 'b', 5, KEPT);
    push(&q, &pool, 'c', 5, DROP);
    push(&q, &pool, 'd', 5, DROP);
    outq_shed(&q, 10, 0);
    assert_holds(&q, "<4> b:5 <1> d~5 ");
    outq_shed(&q, 5, 0);
    assert_holds(&q, "<4> b:5 <2> ");
}

static void gap_is_filled_in_its_place_and_stops_the_writing_before(void **state)
{
    struct payload *line = make('g', 7, KEPT);
    struct iovec iov[8];

    (void)state;
    push(&q, &pool, 'a', 5, KEPT);
    outq_push_gap(&q, &pool);
    push(&q, &pool, 'b', 5, KEPT);
    assert_int_equal(outq_gap(&q, 0), 0);
    assert_int_equal(outq_gap(&q, 1), 1);
    assert_int_equal(outq_gap(&q, 7), 0);
    assert_int_equal(outq_gather(&q, iov, 8), 1);
    outq_consume(&q, &pool, 5);
    assert_int_equal(outq_gather(&q, iov, 8), 0);
    outq_fill_gap(&q, 0, line);
    assert_int_equal(line->refs, 2);
    assert_holds(&q, "g:7 b:5 ");
    assert_int_equal(outq_gather(&q, iov, 8), 2);
    payload_unref(line);
}

static void gap_can_need_a_larger_ring(void **state)
{
    (void)state;
    for (int i = 0; i < OUTQ_SMALL_ROOM; i++) {
        push(&q, &pool, 'a', 1, KEPT);
    }
    outq_push_gap(&q, &pool);
    assert_int_equal(q.room, OUTQ_ROOM_STEP * OUTQ_SMALL_ROOM);
    assert_holds(&q, "a:1 a:1 a:1 a:1 a:1 a:1 a:1 a:1 <1> ");
}

static void what_is_not_sent_is_dropped_but_for_the_begun_one(void **state)
{
    (void)state;
    push(&q, &pool, 'a', 5, DROP);
    push(&q, &pool, 'b', 5, KEPT);
    outq_push_gap(&q, &pool);
    outq_consume(&q, &pool, 2);
    outq_drop_unsent(&q, &pool, 0);
    assert_holds(&q, "a~5 +2 ");
    push(&q, &pool, 'c', 5, DROP);
    assert_holds(&q, "a~5 c~5 +2 ");
    outq_consume(&q, &pool, 3);
    outq_drop_unsent(&q, &pool, 0);
    assert_holds(&q, "");
    assert_null(q.slots);
    outq_drop_unsent(&q, &pool, 0);
    assert_holds(&q, "");
}

static void what_is_pinned_stays_until_it_is_unpinned(void **state)
{
    (void)state;
    push(&q, &pool, 'a', 5, DROP);
    push(&q, &pool, 'b', 5, DROP);
    push(&q, &pool, 'c', 5, DROP);
    push(&q, &pool, 'd', 5, DROP);
    outq_consume(&q, &pool, 2);
    outq_pin(&q, 2);
    assert_int_equal(outq_droppable_bytes(&q), 10); /* c and d: a is partly written, b is pinned */
    assert_int_equal(outq_shed(&q, 0, 2), 10);
    outq_drop_unsent(&q, &pool, 2);
    outq_unpin(&q, 2);
    assert_holds(&q, "a~5 b~5 +2 ");
    assert_int_equal(outq_droppable_bytes(&q), 5);
    outq_drop_unsent(&q, &pool, 0);
    assert_holds(&q, "a~5 +2 ");
}

/* ---- against a simple list, at random ------------------------------------------------------------- */

enum { MODEL = 4096 };

struct item {
    uint32_t gap; /* of payloads; 0 if it is a payload: */
    struct payload *p;
};

static struct item model[MODEL];
static int model_count;
static uint32_t model_sent;

static uint32_t seed;

static uint32_t any(uint32_t below)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % below;
}

static void model_add_gap(int *w, uint32_t n)
{
    if (*w > 0 && model[*w - 1].gap > 0) {
        model[*w - 1].gap += n;
    } else {
        model[(*w)++] = (struct item){.gap = n};
    }
}

static void model_shed(uint32_t target)
{
    uint32_t bytes = 0;
    int w = 0;

    for (int i = 0; i < model_count; i++) {
        bytes += model[i].gap > 0 ? 0 : model[i].p->len;
    }
    for (int i = 0; i < model_count; i++) {
        struct item it = model[i];

        if (it.gap > 0) {
            model_add_gap(&w, it.gap);
        } else if (it.p->kind == DROP && bytes > target && !(i == 0 && model_sent > 0)) {
            bytes -= it.p->len;
            model_add_gap(&w, 1);
        } else {
            model[w++] = it;
        }
    }
    model_count = w;
}

static void model_consume(size_t n)
{
    int done = 0;

    for (; n > 0; done++) {
        uint32_t left = model[done].p->len - model_sent;

        if (n < left) {
            model_sent += (uint32_t)n;
            break;
        }
        n -= left;
        model_sent = 0;
    }
    model_count -= done;
    memmove(model, model + done, (size_t)model_count * sizeof(model[0]));
}

static void assert_like_model(void)
{
    assert_int_equal(q.count, model_count);
    assert_int_equal(q.sent, model_sent);
    for (int i = 0; i < model_count; i++) {
        assert_int_equal(outq_gap(&q, (uint32_t)i), model[i].gap);
        if (model[i].gap == 0) {
            assert_ptr_equal((struct payload *)q.slots[(q.head + (uint32_t)i) & (q.room - 1)], model[i].p);
        }
    }
    assert_sound(&q);
}

/* The bytes up to the first gap, which a write may take. */
static uint32_t writable_bytes(void)
{
    struct iovec iov[16];
    int n = outq_gather(&q, iov, 16);
    uint32_t bytes = 0;

    for (int i = 0; i < n; i++) {
        assert_true(iov[i].iov_len > 0);
        bytes += (uint32_t)iov[i].iov_len;
    }
    return bytes;
}

static void step(struct payload *const *payloads, uint32_t payload_count)
{
    struct payload *p = payloads[any(payload_count)];
    uint32_t writable, target;

    switch (any(12)) {
    default:
        if (model_count < MODEL - 1) {
            outq_push(&q, &pool, p);
            model[model_count++] = (struct item){.p = p};
        }
        break;
    case 0:
        if (model_count < MODEL - 1) {
            outq_push_gap(&q, &pool);
            model_add_gap(&model_count, 1);
        }
        break;
    case 1:
    case 2:
    case 3:
    case 4:
        writable = writable_bytes();
        if (writable > 0) {
            writable = any(3) == 0 ? writable : any(writable + 1);
            outq_consume(&q, &pool, writable);
            model_consume(writable);
        }
        break;
    case 5:
        target = any(q.bytes + 1);
        model_shed(target);
        outq_shed(&q, target, 0);
        break;
    case 6:
        if (model_count > 0) {
            uint32_t i = any((uint32_t)model_count);

            i = outq_gap(&q, 0) > 0 ? 0 : i;
            if (outq_gap(&q, i) > 0) {
                outq_fill_gap(&q, i, p);
                model[i] = (struct item){.p = p};
            }
        }
        break;
    case 7:
        if (any(50) == 0) {
            outq_drop_unsent(&q, &pool, 0);
            model_count = model_sent > 0 ? 1 : 0;
        }
        break;
    }
}

static void queue_does_what_a_simple_list_does(void **state)
{
    struct payload *payloads[16];

    (void)state;
    for (int i = 0; i < 16; i++) {
        payloads[i] = make((char)('a' + i), (size_t)(1 + i * i), i % 3 == 0 ? KEPT : DROP);
    }
    for (uint32_t round = 0; round < 40; round++) {
        seed = round;
        model_count = 0;
        model_sent = 0;
        for (int i = 0; i < 3000; i++) {
            step(payloads, 1 + any(16));
            assert_like_model();
        }
        outq_fini(&q, &pool);
        assert_sound(&q);
        for (int i = 0; i < 16; i++) {
            assert_int_equal(payloads[i]->refs, 1);
        }
    }
    for (int i = 0; i < 16; i++) {
        payload_unref(payloads[i]);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(queue_takes_a_reference_and_gives_it_back),
        TEST(idle_queue_has_no_ring),
        TEST(small_rings_are_used_again),
        TEST(pool_keeps_a_bounded_number_of_rings_of_the_usual_sizes),
        TEST(all_of_it_goes_at_once_and_the_ring_with_it),
        TEST(what_is_owed_is_given_back_once_for_all),
        TEST(gather_points_at_the_payloads_themselves),
        TEST(write_may_end_anywhere),
        TEST(ring_grows_from_every_place_of_its_head),
        TEST(oldest_give_way_and_kept_ones_stay),
        TEST(what_is_partly_written_never_gives_way),
        TEST(gaps_merge_and_stay_where_they_are),
        TEST(gap_is_filled_in_its_place_and_stops_the_writing_before),
        TEST(gap_can_need_a_larger_ring),
        TEST(what_is_not_sent_is_dropped_but_for_the_begun_one),
        TEST(what_is_pinned_stays_until_it_is_unpinned),
        TEST(queue_does_what_a_simple_list_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
