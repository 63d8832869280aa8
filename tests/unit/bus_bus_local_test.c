/* Tests of bus/bus_local.h: numbering. */
#include "config.h"

#include "bus/bus_local.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static int events;
static uint64_t last;

static void on_event(void *ctx, struct message *m)
{
    assert_ptr_equal(ctx, &events);
    assert_true(m->id > last); /* strictly, whatever the clock does */
    last = m->id;
    events++;
}

static struct bus *begin(void)
{
    static const struct bus_events on = {.message = on_event};
    struct bus *bus = bus_local_new();

    bus->events = &on;
    bus->ctx = &events;
    events = 0;
    last = 0;
    return bus;
}

static void publish(struct bus *bus, int64_t time_ms)
{
    struct message *m = message_new(&(struct message_parts){.time_ms = time_ms});
    int before = events;

    assert_int_equal(bus->ops->publish(bus, m), BUS_DONE);
    assert_int_equal(events, before + 1); /* it comes back in the same call */
    assert_int_equal(m->refs, 1);
    message_unref(m);
}

static void id_is_the_time_and_a_count(void **state)
{
    struct bus *bus = begin();

    (void)state;
    publish(bus, 1000);
    assert_true(last == UINT64_C(1000) << 16);
    publish(bus, 1000);
    assert_true(last == (UINT64_C(1000) << 16) + 1);
    publish(bus, 1001);
    assert_true(last == UINT64_C(1001) << 16);
    bus->ops->free(bus);
}

static void ids_grow_though_the_clock_goes_back(void **state)
{
    struct bus *bus = begin();

    (void)state;
    publish(bus, INT64_C(1795262400000));
    for (int64_t ms = 0; ms < 5000; ms++) {
        publish(bus, INT64_C(1795262400000) - ms * 7);
    }
    publish(bus, 0);
    publish(bus, INT64_C(1795262400000) + 60000);
    assert_true(last == (UINT64_C(1795262400000) + 60000) << 16);
    bus->ops->free(bus);
}

static void more_in_a_millisecond_than_the_count_can_tell_still_grow(void **state)
{
    struct bus *bus = begin();

    (void)state;
    for (int i = 0; i < 200000; i++) {
        publish(bus, 1000 + i / 100000);
    }
    bus->ops->free(bus);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(id_is_the_time_and_a_count),
        cmocka_unit_test(ids_grow_though_the_clock_goes_back),
        cmocka_unit_test(more_in_a_millisecond_than_the_count_can_tell_still_grow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
