/* Tests of store/rings.h: the rings of the rooms' last lines, under one common bound. */
#include "config.h"

#include "store/rings.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

enum { ROOMS = 5 };

static const char *const names[ROOMS] = {"r0", "r1", "r2", "r3", "r4"};
static struct rings rings;
static uint64_t last_id;

static void set_limits(uint32_t lines, uint64_t bytes)
{
    rings_set_limits(&rings, &(struct rings_limits){.lines = lines, .bytes = bytes});
}

static int begin(void **state)
{
    (void)state;
    rings = (struct rings){0};
    set_limits(10, 1 << 20);
    last_id = 0;
    return 0;
}

static int end(void **state)
{
    (void)state;
    rings_fini(&rings);
    return 0;
}

/* How many lines a room has. */
static uint32_t count(int room)
{
    const struct ring *ring = rings_find(&rings, names[room]);

    return ring != NULL ? ring->count : 0;
}

static struct message *at(int room, uint32_t i)
{
    const struct ring *ring = rings_find(&rings, names[room]);

    assert_non_null(ring);
    assert_in_range(i, 0, ring->count - 1);
    return rings_at(ring, i);
}

static struct message *make(size_t len)
{
    static char text[4096];
    struct message *m;

    memset(text, 'x', sizeof(text));
    m = message_new(&(struct message_parts){.room = "r", .room_folded = "r", .text = text, .text_len = len});
    m->id = ++last_id;
    return m;
}

/* Adds a line of len bytes; returns its id. */
static uint64_t add(int room, size_t len)
{
    struct message *m = make(len);

    assert_true(rings_add(&rings, names[room], m));
    message_unref(m);
    return last_id;
}

/* The same, of an account. */
static void add_of(int room, int64_t account)
{
    struct message *m = message_new(
        &(struct message_parts){.room = "r", .room_folded = "r", .text = "x", .text_len = 1, .account = account});

    m->id = ++last_id;
    assert_true(rings_add(&rings, names[room], m));
    message_unref(m);
}

static void room_keeps_its_last_lines_in_order(void **state)
{
    (void)state;
    for (int i = 0; i < 35; i++) {
        add(0, 10);
        rings_check(&rings);
    }
    assert_int_equal(count(0), 10);
    for (uint32_t i = 0; i < 10; i++) {
        assert_int_equal(at(0, i)->id, 26 + i);
    }
}

static void lines_of_an_account_go_and_others_stay_in_order(void **state)
{
    (void)state;
    for (int i = 0; i < 17; i++) { /* the ring has gone round */
        add_of(0, i % 3);
        add_of(1, 1);
        add_of(2, i < 2 ? 1 : 2);
    }
    rings_erase(&rings, 1);
    rings_check(&rings);
    assert_int_equal(count(0), 6);
    assert_int_equal(count(1), 0);
    assert_int_equal(count(2), 10);
    for (uint32_t i = 0; i < 6; i++) {
        assert_int_not_equal(at(0, i)->account, 1);
    }
    rings_erase(&rings, 0); /* guests are no account */
    rings_erase(&rings, 99);
    assert_int_equal(count(0), 6);
    rings_erase(&rings, 2);
    rings_check(&rings);
    assert_int_equal(count(2), 0);
    add_of(1, 1);
    add_of(0, 1);
    rings_check(&rings);
}

static void line_is_freed_when_it_falls_out_and_not_while_another_holds_it(void **state)
{
    struct message *m = make(10);

    (void)state;
    assert_true(rings_add(&rings, names[0], m));
    assert_int_equal(m->refs, 2);
    for (int i = 0; i < 10; i++) {
        add(0, 10);
    }
    assert_int_equal(m->refs, 1);
    message_unref(m);
}

static void without_lines_nothing_is_kept(void **state)
{
    (void)state;
    set_limits(0, 1 << 20);
    add(0, 10);
    assert_int_equal(count(0), 0);
    set_limits(10, 0);
    add(0, 10);
    assert_int_equal(count(0), 0);
    rings_check(&rings);
}

static void oldest_anywhere_gives_way_to_the_common_bound(void **state)
{
    uint32_t size;

    (void)state;
    add(0, 100);
    size = at(0, 0)->size;
    set_limits(10, 4 * size);
    add(1, 100);
    add(1, 100);
    add(0, 100);
    add(2, 100); /* the first of room 0 goes */
    assert_int_equal(count(0), 1);
    assert_int_equal(count(1), 2);
    add(2, 100); /* then those of room 1 */
    add(2, 100);
    assert_int_equal(count(1), 0);
    assert_int_equal(count(2), 3);
    rings_check(&rings);
    add(3, 3000); /* larger than all of it: everything goes, itself at last */
    assert_int_equal(rings.bytes, 0);
    rings_check(&rings);
}

static void smaller_limits_after_a_reload_hold(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) {
        add(i % 2, 100);
    }
    set_limits(10, rings.bytes / 2);
    assert_int_equal(count(0) + count(1), 5);
    assert_int_equal(at(0, count(0) - 1)->id, 9);
    set_limits(1, rings.bytes);
    add(0, 100);
    assert_int_equal(count(0), 1);
    assert_int_equal(at(0, 0)->id, 11);
    set_limits(100, 1 << 20);
    for (int i = 0; i < 50; i++) {
        add(0, 10);
    }
    assert_int_equal(count(0), 51);
    rings_check(&rings);
}

static void ids_grow_in_a_room(void **state)
{
    struct message *m = make(10);

    (void)state;
    assert_true(rings_add(&rings, names[0], m));
    assert_false(rings_add(&rings, names[0], m));
    assert_true(rings_add(&rings, names[1], m));
    assert_int_equal(count(0), 1);
    rings_check(&rings);
    message_unref(m);
}

static void forgotten_room_has_no_lines(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        add(i % 3, 50);
    }
    rings_forget(&rings, names[1]);
    rings_forget(&rings, names[4]); /* which has none */
    assert_int_equal(count(1), 0);
    assert_int_equal(count(0) + count(2), 14 - 1);
    rings_check(&rings);
    add(1, 10);
    assert_int_equal(count(1), 1);
}

static void one_line_is_erased_and_the_others_stay_in_order(void **state)
{
    uint64_t first, middle, last;

    (void)state;
    set_limits(5, 1 << 20);
    for (int i = 0; i < 7; i++) { /* the ring goes round */
        add(0, 10);
    }
    add(1, 10);
    first = at(0, 0)->id;
    middle = at(0, 2)->id;
    last = at(0, 4)->id;
    assert_ptr_equal(rings_line(&rings, names[0], middle), at(0, 2));
    assert_null(rings_line(&rings, names[1], middle));
    assert_false(rings_erase_line(&rings, names[1], middle));
    assert_false(rings_erase_line(&rings, names[2], middle));
    assert_false(rings_erase_line(&rings, names[0], last + 100));
    assert_false(rings_erase_line(&rings, names[0], 0));
    assert_true(rings_erase_line(&rings, names[0], middle));
    rings_check(&rings);
    assert_false(rings_erase_line(&rings, names[0], middle));
    assert_int_equal(count(0), 4);
    assert_true(rings_erase_line(&rings, names[0], first));
    assert_true(rings_erase_line(&rings, names[0], last));
    rings_check(&rings);
    assert_int_equal(count(0), 2);
    assert_int_equal(at(0, 0)->id, first + 1);
    assert_int_equal(at(0, 1)->id, last - 1);
    assert_true(rings_erase_line(&rings, names[0], first + 1));
    assert_true(rings_erase_line(&rings, names[0], last - 1));
    rings_check(&rings);
    assert_int_equal(count(0), 0);
    assert_int_equal(count(1), 1);
}

static void lines_after_an_id_are_found(void **state)
{
    (void)state;
    for (int i = 0; i < 23; i++) {
        add(i % 2, 10); /* room 0 has the odd ids */
    }
    for (uint64_t id = 0; id < 30; id++) {
        uint32_t want = 0;

        while (want < count(0) && at(0, want)->id <= id) {
            want++;
        }
        assert_int_equal(rings_after(rings_find(&rings, names[0]), id), want);
    }
}

/* ---- against simple lists, at random -------------------------------------------------------------- */

enum { MODEL = 20000 };

static struct {
    int room;
    uint64_t id;
    uint64_t size;
} model[MODEL];
static int model_first, model_count;

static void model_drop(int i)
{
    memmove(&model[model_first + 1], &model[model_first], (size_t)(i - model_first) * sizeof(model[0]));
    model_first++;
}

static void model_fit(void)
{
    uint64_t bytes = 0;

    for (int i = model_first; i < model_count; i++) {
        bytes += model[i].size;
    }
    while (bytes > rings.limits.bytes) {
        bytes -= model[model_first++].size;
    }
}

static void model_add(int room, uint64_t id, uint64_t size)
{
    uint32_t lines = 0;

    for (int i = model_first; i < model_count; i++) {
        lines += model[i].room == room;
    }
    for (int i = model_first; i < model_count && lines >= rings.limits.lines; i++) {
        if (model[i].room == room) {
            model_drop(i);
            lines--;
        }
    }
    model[model_count].room = room;
    model[model_count].id = id;
    model[model_count++].size = size;
    model_fit();
}

static void rings_do_what_simple_lists_do(void **state)
{
    uint32_t seed = 7;

    (void)state;
    model_first = model_count = 0;
    for (int step = 0; step < 15000; step++) {
        uint32_t any;
        int room;

        seed = seed * 1664525 + 1013904223;
        any = seed >> 8;
        room = (int)(any % ROOMS);
        if (any % 101 == 0) {
            set_limits(1 + any / 101 % 40, rings.limits.bytes);
        } else if (any % 103 == 0) {
            set_limits(rings.limits.lines, any % 20000);
            model_fit();
        } else if (any % 97 == 0) {
            rings_forget(&rings, names[room]);
            for (int i = model_first; i < model_count; i++) {
                if (model[i].room == room) {
                    model_drop(i);
                }
            }
        } else {
            size_t len = any / 7 % 300;
            struct message *m = make(len);

            model_add(room, m->id, m->size);
            assert_true(rings_add(&rings, names[room], m));
            message_unref(m);
        }
        if (step % 10 == 0) {
            uint32_t seen[ROOMS] = {0};

            rings_check(&rings);
            for (int i = model_first; i < model_count; i++) {
                assert_int_equal(at(model[i].room, seen[model[i].room]++)->id, model[i].id);
            }
            for (int i = 0; i < ROOMS; i++) {
                assert_int_equal(count(i), seen[i]);
            }
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(room_keeps_its_last_lines_in_order),
        TEST(line_is_freed_when_it_falls_out_and_not_while_another_holds_it),
        TEST(without_lines_nothing_is_kept),
        TEST(oldest_anywhere_gives_way_to_the_common_bound),
        TEST(smaller_limits_after_a_reload_hold),
        TEST(ids_grow_in_a_room),
        TEST(forgotten_room_has_no_lines),
        TEST(lines_of_an_account_go_and_others_stay_in_order),
        TEST(one_line_is_erased_and_the_others_stay_in_order),
        TEST(lines_after_an_id_are_found),
        TEST(rings_do_what_simple_lists_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
