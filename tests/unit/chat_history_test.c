/* Tests of chat/history.h: the rings of the rooms' last lines, under one common bound. */
#include "config.h"

#include "chat/history.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

enum { ROOMS = 5 };

static struct history_pool pool;
static struct history rooms[ROOMS];
static uint64_t last_id;

static int begin(void **state)
{
    (void)state;
    pool = (struct history_pool){.max_lines = 10, .max_bytes = 1 << 20};
    for (int i = 0; i < ROOMS; i++) {
        rooms[i] = (struct history){.pool = &pool};
    }
    last_id = 0;
    return 0;
}

static int end(void **state)
{
    (void)state;
    for (int i = 0; i < ROOMS; i++) {
        history_fini(&rooms[i]);
    }
    assert_int_equal(pool.bytes, 0);
    assert_null(pool.oldest);
    assert_null(pool.newest);
    return 0;
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

    history_add(&rooms[room], m);
    message_unref(m);
    return last_id;
}

/* The sums and the list of ages are what the rings say. */
static void assert_sound(void)
{
    const struct message *m = pool.oldest;
    uint64_t bytes = 0;
    uint32_t listed = 0, kept = 0;

    for (int i = 0; i < ROOMS; i++) {
        for (uint32_t k = 0; k < rooms[i].count; k++) {
            bytes += history_at(&rooms[i], k)->size;
            assert_ptr_equal(history_at(&rooms[i], k)->kept_by, &rooms[i]);
            assert_true(k == 0 || history_at(&rooms[i], k - 1)->id < history_at(&rooms[i], k)->id);
        }
        kept += rooms[i].count;
        assert_true(rooms[i].count <= rooms[i].room);
        assert_int_equal(rooms[i].room & (rooms[i].room - 1), 0);
    }
    assert_int_equal(pool.bytes, bytes);
    for (; m != NULL; m = m->kept_newer, listed++) {
        assert_true(m->kept_newer == NULL ? m == pool.newest : m->id < m->kept_newer->id);
        assert_true(m->kept_newer == NULL || m->kept_newer->kept_older == m);
    }
    assert_int_equal(listed, kept);
}

static void room_keeps_its_last_lines_in_order(void **state)
{
    (void)state;
    for (int i = 0; i < 35; i++) {
        add(0, 10);
        assert_sound();
    }
    assert_int_equal(rooms[0].count, 10);
    for (uint32_t i = 0; i < 10; i++) {
        assert_int_equal(history_at(&rooms[0], i)->id, 26 + i);
    }
}

static void line_is_freed_when_it_falls_out_and_not_while_another_holds_it(void **state)
{
    struct message *m = make(10);

    (void)state;
    history_add(&rooms[0], m);
    assert_int_equal(m->refs, 2);
    for (int i = 0; i < 10; i++) {
        add(0, 10);
    }
    assert_int_equal(m->refs, 1);
    assert_null(m->kept_by);
    message_unref(m);
}

static void without_lines_nothing_is_kept(void **state)
{
    (void)state;
    pool.max_lines = 0;
    add(0, 10);
    assert_int_equal(rooms[0].count, 0);
    assert_null(rooms[0].slots);
    pool.max_lines = 10;
    pool.max_bytes = 0;
    add(0, 10);
    assert_int_equal(rooms[0].count, 0);
    assert_sound();
}

static void oldest_anywhere_gives_way_to_the_common_bound(void **state)
{
    uint32_t size;

    (void)state;
    add(0, 100);
    size = rooms[0].slots[0]->size;
    pool.max_bytes = 4 * size;
    add(1, 100);
    add(1, 100);
    add(0, 100);
    add(2, 100); /* the first of room 0 goes */
    assert_int_equal(rooms[0].count, 1);
    assert_int_equal(rooms[1].count, 2);
    add(2, 100); /* then those of room 1 */
    add(2, 100);
    assert_int_equal(rooms[1].count, 0);
    assert_int_equal(rooms[2].count, 3);
    assert_sound();
    add(3, 3000); /* larger than all of it: everything goes, itself at last */
    assert_int_equal(pool.bytes, 0);
    assert_sound();
}

static void smaller_limits_after_a_reload_hold(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) {
        add(i % 2, 100);
    }
    pool.max_bytes = pool.bytes / 2;
    history_pool_trim(&pool);
    assert_int_equal(rooms[0].count + rooms[1].count, 5);
    assert_int_equal(history_at(&rooms[0], rooms[0].count - 1)->id, 9);
    pool.max_lines = 1;
    add(0, 100);
    assert_int_equal(rooms[0].count, 1);
    assert_int_equal(history_at(&rooms[0], 0)->id, 11);
    pool.max_lines = 100;
    pool.max_bytes = 1 << 20;
    for (int i = 0; i < 50; i++) {
        add(0, 10);
    }
    assert_int_equal(rooms[0].count, 51);
    assert_sound();
}

static void lines_after_an_id_are_found(void **state)
{
    (void)state;
    assert_int_equal(history_after(&rooms[0], 0), 0);
    for (int i = 0; i < 23; i++) {
        add(i % 2, 10); /* room 0 has the odd ids */
    }
    for (uint64_t id = 0; id < 30; id++) {
        uint32_t want = 0;

        while (want < rooms[0].count && history_at(&rooms[0], want)->id <= id) {
            want++;
        }
        assert_int_equal(history_after(&rooms[0], id), want);
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
    while (bytes > pool.max_bytes) {
        bytes -= model[model_first++].size;
    }
}

static void model_add(int room, uint64_t id, uint64_t size)
{
    uint32_t lines = 0;

    for (int i = model_first; i < model_count; i++) {
        lines += model[i].room == room;
    }
    for (int i = model_first; i < model_count && lines >= pool.max_lines; i++) {
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

static void histories_do_what_simple_lists_do(void **state)
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
            pool.max_lines = 1 + any / 101 % 40;
        } else if (any % 103 == 0) {
            pool.max_bytes = any % 20000;
            history_pool_trim(&pool);
            model_fit();
        } else if (any % 97 == 0) {
            history_fini(&rooms[room]);
            for (int i = model_first; i < model_count; i++) {
                if (model[i].room == room) {
                    model_drop(i);
                }
            }
        } else {
            size_t len = any / 7 % 300;
            struct message *m = make(len);

            model_add(room, m->id, m->size);
            history_add(&rooms[room], m);
            message_unref(m);
        }
        if (step % 10 == 0) {
            uint32_t at[ROOMS] = {0};

            assert_sound();
            for (int i = model_first; i < model_count; i++) {
                assert_int_equal(history_at(&rooms[model[i].room], at[model[i].room]++)->id, model[i].id);
            }
            for (int i = 0; i < ROOMS; i++) {
                assert_int_equal(rooms[i].count, at[i]);
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
        TEST(lines_after_an_id_are_found),
        TEST(histories_do_what_simple_lists_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
