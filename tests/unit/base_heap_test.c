/* Tests of base/heap.h: what falls due first comes first. */
#include "config.h"

#include "base/heap.h"

#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

enum { NODES = 200 };

/* The time of the first of those that are in the heap. */
static int64_t earliest(const struct heap_node *nodes)
{
    int64_t at = INT64_MAX;

    for (int i = 0; i < NODES; i++) {
        if (nodes[i].place != 0 && nodes[i].at < at) {
            at = nodes[i].at;
        }
    }
    return at;
}

static void first_node_is_the_earliest_whatever_comes_and_goes(void **state)
{
    struct heap_node nodes[NODES] = {0};
    struct heap heap = {0};
    size_t count = 0;

    (void)state;
    assert_null(heap_first(&heap));
    for (int round = 0; round < 50000; round++) {
        struct heap_node *node = &nodes[fake_rnd(NODES)];

        count -= node->place != 0;
        if (fake_rnd(3) == 0) {
            heap_remove(&heap, node);
        } else {
            heap_push(&heap, node, (int64_t)fake_rnd(1000) - 500);
            count++;
        }
        assert_int_equal(heap.count, count);
        if (count > 0) {
            assert_true(heap_first(&heap)->at == earliest(nodes));
        }
    }
    heap_fini(&heap);
    assert_null(heap_first(&heap));
}

static void all_come_out_in_order(void **state)
{
    struct heap_node nodes[NODES] = {0}, *first;
    struct heap heap = {0};
    int64_t last = INT64_MIN;

    (void)state;
    for (int i = 0; i < NODES; i++) {
        heap_push(&heap, &nodes[i], (int64_t)fake_rnd(50));
    }
    while ((first = heap_first(&heap)) != NULL) {
        assert_true(first->at >= last);
        last = first->at;
        heap_remove(&heap, first);
        heap_remove(&heap, first);
    }
    heap_fini(&heap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_node_is_the_earliest_whatever_comes_and_goes),
        cmocka_unit_test(all_come_out_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
