/* Tests of store/store_memory.h: what the port of a store promises of a read (chat/port_store.h). */
#include "config.h"

#include "store/store_memory.h"

#include "base/container.h"
#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

enum { MOST = 400, LINE = 10 /* bytes that a line counts beside its text */ };

static struct store *store;
static uint64_t last_id;

static int begin(void **state)
{
    (void)state;
    store = store_memory_new(&(struct rings_limits){.lines = MOST, .bytes = 1 << 20});
    last_id = 0;
    return 0;
}

static int end(void **state)
{
    (void)state;
    assert_int_equal(store->ops->end(store, 0), 0);
    return 0;
}

/* A line with the next even id. */
static void say(const char *room, const char *who, const char *text)
{
    struct message *m = message_new(&(struct message_parts){
        .room = room, .room_folded = room, .actor = who, .text = text, .text_len = strlen(text)});

    m->id = last_id += 2;
    assert_int_equal(store->ops->append(store, room, m), STORE_KEPT);
    message_unref(m);
}

/* ---- a read and its lines ---- */

struct reading {
    struct store_read req;
    uint64_t ids[MOST];
    uint32_t count;
};

static void note(struct store_read *req, struct message *m)
{
    struct reading *r = CONTAINER_OF(req, struct reading, req);

    assert_true(r->count == 0 || r->ids[r->count - 1] < m->id);
    r->ids[r->count++] = m->id;
}

static struct reading reading(enum store_end from)
{
    return (struct reading){.req = {.room_folded = "r",
                                    .end = from,
                                    .max_lines = MOST,
                                    .max_bytes = UINT64_MAX,
                                    .line_bytes = LINE,
                                    .text_factor = 1,
                                    .max_looked = UINT32_MAX,
                                    .line = note}};
}

static void read_on(struct reading *r)
{
    r->count = 0;
    r->req.kept = r->req.rest = r->req.next = 99; /* must be set */
    assert_int_equal(store->ops->read(store, &r->req), STORE_DONE);
}

static void assert_ids(const struct reading *r, uint64_t first, uint64_t last)
{
    assert_int_equal(r->count, (last - first) / 2 + 1);
    assert_int_equal(r->ids[0], first);
    assert_int_equal(r->ids[r->count - 1], last);
}

static void room_without_lines_is_read_too(void **state)
{
    struct reading r = reading(STORE_NEWEST);

    (void)state;
    read_on(&r);
    assert_int_equal(r.count, 0);
    assert_int_equal(r.req.kept, 0);
    assert_int_equal(r.req.rest, 0);
    assert_false(r.req.more);
}

static void range_is_read_from_the_end_that_is_wanted(void **state)
{
    struct reading r = reading(STORE_NEWEST);

    (void)state;
    for (int i = 0; i < 20; i++) {
        say("r", "a", "x");
        say("other", "a", "x");
    }
    last_id = 0; /* room r has 2, 6, 10 to 78 */
    r.req.max_lines = 3;
    read_on(&r);
    assert_int_equal(r.ids[0], 70);
    assert_int_equal(r.ids[2], 78);
    assert_int_equal(r.req.kept, 20);
    assert_int_equal(r.req.rest, 17);
    assert_true(r.req.more);
    r.req.end = STORE_OLDEST;
    read_on(&r);
    assert_int_equal(r.ids[0], 2);
    assert_int_equal(r.ids[2], 10);
    assert_int_equal(r.req.rest, 17);
    r.req.after = 10;
    r.req.before = 22; /* neither is part of it */
    read_on(&r);
    assert_int_equal(r.count, 2);
    assert_int_equal(r.ids[0], 14);
    assert_int_equal(r.ids[1], 18);
    assert_false(r.req.more);
    assert_int_equal(r.req.rest, 0);
    r.req.after = 22;
    r.req.before = 10;
    read_on(&r);
    assert_int_equal(r.count, 0);
    assert_false(r.req.more);
}

static void bound_of_bytes_holds_for_the_first_line_too(void **state)
{
    struct reading r = reading(STORE_NEWEST);

    (void)state;
    say("r", "a", "12345");
    say("r", "a", "12345");
    say("r", "a", "1234567890");
    r.req.max_bytes = 2 * LINE + 15;
    read_on(&r);
    assert_ids(&r, 4, 6);
    r.req.max_bytes--;
    read_on(&r);
    assert_ids(&r, 6, 6);
    r.req.text_factor = 2;
    read_on(&r);
    assert_ids(&r, 6, 6);
    r.req.max_bytes = LINE + 19;
    read_on(&r);
    assert_int_equal(r.count, 0);
    assert_int_equal(r.req.rest, 3);
    assert_true(r.req.more);
    r.req.before = r.req.next; /* where it goes on with more room */
    r.req.max_bytes = UINT64_MAX;
    read_on(&r);
    assert_ids(&r, 2, 6);
    r = reading(STORE_OLDEST);
    r.req.max_bytes = 0;
    read_on(&r);
    assert_int_equal(r.count, 0);
    r.req.after = r.req.next;
    r.req.max_bytes = UINT64_MAX;
    read_on(&r);
    assert_ids(&r, 2, 6);
}

static void search_finds_text_and_writer_in_any_case_and_script(void **state)
{
    struct reading r = reading(STORE_NEWEST);

    (void)state;
    say("r", "alice", "the Backup is done");
    say("r", "Backupper", "hello");
    say("r", "bob", "nothing");
    say("r", "carol", "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82");
    r.req.words = "backup";
    read_on(&r);
    assert_ids(&r, 2, 4);
    assert_int_equal(r.req.looked_lines, 4);
    assert_in_range(r.req.looked, 4 * 64, 4 * 64 + 1000);
    assert_false(r.req.more);
    assert_int_equal(r.req.kept, 4);
    r.req.words = "\xd0\xbf\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82";
    r.req.end = STORE_OLDEST;
    read_on(&r);
    assert_ids(&r, 8, 8);
}

static void search_rests_and_goes_on(void **state)
{
    struct reading r = reading(STORE_NEWEST);
    uint32_t looked = 0, found = 0, reads = 0;

    (void)state;
    for (int i = 0; i < 100; i++) {
        say("r", "a", i % 10 == 0 ? "needle" : "hay");
    }
    r.req.words = "needle";
    r.req.max_looked = 5 * 64;
    do {
        read_on(&r);
        assert_in_range(r.req.looked_lines, 1, 5);
        looked += r.req.looked_lines;
        found += r.count;
        reads++;
        r.req.before = r.req.next;
    } while (r.req.more);
    assert_int_equal(looked, 100);
    assert_int_equal(found, 10);
    assert_int_equal(reads, 20);
    r.req.before = 0;
    r.req.max_looked = 0; /* one line at least */
    read_on(&r);
    assert_int_equal(r.req.looked_lines, 1);
    assert_true(r.req.more);
}

/* Whatever the bounds, who goes on where each read tells gets every line of the range once, in order. */
static void reads_that_go_on_meet_every_line_once(void **state)
{
    (void)state;
    for (int i = 0; i < 200; i++) {
        char text[64];

        snprintf(text, sizeof(text), "%.*s%s", i * 7 % 40, "........................................",
                 i % 3 == 0 ? "word" : "");
        say(i % 5 == 4 ? "other" : "r", "a", text);
    }
    for (int round = 0; round < 2000; round++) {
        struct reading r = reading(fake_rnd(2) ? STORE_NEWEST : STORE_OLDEST);
        uint64_t after = fake_rnd(300) * 2, before = after + fake_rnd(300) * 2;
        bool seen[2 * MOST + 4] = {false};
        int reads = 0;

        r.req.after = after;
        r.req.before = before;
        r.req.words = fake_rnd(2) ? "word" : NULL;
        r.req.max_lines = 1 + fake_rnd(30);
        r.req.max_bytes = LINE + 44 + fake_rnd(500); /* one line at least */
        r.req.max_looked = fake_rnd(2000);
        do {
            read_on(&r);
            assert_true(++reads < 400);
            assert_true(r.count <= r.req.max_lines);
            for (uint32_t i = 0; i < r.count; i++) {
                assert_false(seen[r.ids[i]]);
                seen[r.ids[i]] = true;
            }
            assert_true(r.req.words != NULL || r.req.more == (r.req.rest > 0));
            if (r.req.end == STORE_NEWEST) {
                r.req.before = r.req.next;
            } else {
                r.req.after = r.req.next;
            }
        } while (r.req.more);
        for (int i = 0; i < 200; i++) {
            uint64_t id = 2 * (uint64_t)i + 2;
            bool wanted = i % 5 != 4 && (r.req.words == NULL || i % 3 == 0) && id > after &&
                          (before == 0 || id < before);

            assert_int_equal(seen[id], wanted);
        }
    }
}

static void bytes_in_memory_are_counted(void **state)
{
    (void)state;
    say("r", "a", "hello");
    say("s", "a", "hello");
    assert_int_equal(store->memory_most, 1 << 20);
    assert_true(store->memory_bytes > 0);
    assert_int_equal(store->ops->count(store, "r"), 1);
    assert_int_equal(store->ops->count(store, "none"), 0);
    store->ops->forget(store, "r");
    assert_int_equal(store->ops->count(store, "r"), 0);
    assert_true(store->memory_bytes > 0);
    store_memory_set_limits(store, &(struct rings_limits){.lines = MOST, .bytes = 0});
    assert_int_equal(store->memory_bytes, 0);
    assert_int_equal(store->memory_most, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(room_without_lines_is_read_too),
        TEST(range_is_read_from_the_end_that_is_wanted),
        TEST(bound_of_bytes_holds_for_the_first_line_too),
        TEST(search_finds_text_and_writer_in_any_case_and_script),
        TEST(search_rests_and_goes_on),
        TEST(reads_that_go_on_meet_every_line_once),
        TEST(bytes_in_memory_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
