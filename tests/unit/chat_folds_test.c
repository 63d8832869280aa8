/* Unit tests for chat/folds.c: people who come or go at once are told together, and in order. */
#include "config.h"

#include "fake_chat.h"

#include "chat/folds.h"
#include "chat/names.h"
#include "chat/rooms.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static struct fake_chat f;
/* w folds, e is told of each, and the others come and go. */
static struct fake_ear *const w = &f.ears[0], *const e = &f.ears[1], *const p = &f.ears[2];

static const char *got(struct fake_ear *ear)
{
    return fake_sink_got(&ear->sink);
}

static void come(struct fake_ear *ear, const char *name)
{
    fake_ear_come(&f, ear, name, NULL);
    ear->sink.folds = true;
}

static void join(struct fake_ear *ear, const char *room)
{
    assert_int_equal(fake_ear_join(ear, room, NULL), CHAT_OK);
}

static void leave(struct fake_ear *ear, const char *room)
{
    assert_int_equal(chat_leave(&ear->sink.at, fake_chat_room(&f, room), "", fake_ear_done, ear), CHAT_OK);
}

static void rename_to(struct fake_ear *ear, const char *name)
{
    struct name own = fake_name(name);

    assert_int_equal(names_rename(&ear->sink.at, &own, fake_ear_done, ear), CHAT_OK);
}

static void pass(uint64_t ms)
{
    fake_clock_advance(&f.clock, ms);
    timeq_run(&f.chat.folding, clock_ms(&f.clock));
}

/* Two are in the room, and nobody has come for long. */
static int begin(void **state)
{
    static const char *const names[] = {"p1", "p2", "p3", "p4", "p5", "p6"};

    (void)state;
    fake_chat_init(&f);
    f.chat.limits.fold_above = 1;
    come(w, "w");
    come(e, "e");
    e->sink.folds = false;
    join(w, "r");
    join(e, "r");
    pass(FOLDS_MS);
    pass(FOLDS_MS);
    assert_null(f.chat.folds);
    for (int i = 0; i < 6; i++) {
        come(&p[i], names[i]);
    }
    got(w);
    got(e);
    return 0;
}

static int end(void **state)
{
    (void)state;
    fake_chat_fini(&f);
    return 0;
}

static void first_is_told_at_once_and_the_others_together(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++) {
        join(&p[i], "r");
    }
    assert_string_equal(got(w), "#r join p1\n");
    assert_string_equal(got(e), "#r join p1\n#r join p2\n#r join p3\n#r join p4\n#r join p5\n#r join p6\n");
    pass(FOLDS_MS - 1);
    assert_string_equal(got(w), "");
    pass(1);
    assert_string_equal(got(w), "#r join 5: p2 p3 p4\n");
    assert_string_equal(got(e), "");
    /* The next one is one of many. */
    leave(&p[5], "r");
    assert_string_equal(got(w), "");
    pass(FOLDS_MS);
    assert_string_equal(got(w), "#r leave p6\n");
    pass(FOLDS_MS);
    assert_null(f.chat.folds);
    leave(&p[4], "r");
    assert_string_equal(got(w), "#r leave p5\n");
}

static void those_who_come_are_told_of_those_behind_them(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++) {
        join(&p[i], "r");
        got(&p[i]);
    }
    pass(FOLDS_MS);
    assert_string_equal(got(&p[0]), "#r join 5: p2 p3 p4\n");
    assert_string_equal(got(&p[1]), "#r join 4: p3 p4 p5 p6\n");
    assert_string_equal(got(&p[4]), "#r join p6\n");
    assert_string_equal(got(&p[5]), "");
}

static void who_speaks_is_told_of_before_it(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        join(&p[i], "r");
    }
    got(w);
    assert_int_equal(fake_ear_say(w, "r", "who is it?"), CHAT_OK); /* nobody waits for what others say */
    assert_string_equal(got(w), "#r says w: who is it?\n");
    assert_int_equal(fake_ear_say(&p[2], "r", "me"), CHAT_OK);
    assert_string_equal(got(w), "#r join 3: p2 p3 p4\n#r says p3: me\n");
    pass(FOLDS_MS);
    assert_string_equal(got(w), "");
}

static void coming_and_going_stay_in_order(void **state)
{
    (void)state;
    join(&p[0], "r");
    got(w);
    join(&p[1], "r");
    join(&p[2], "r");
    leave(&p[1], "r");
    leave(&p[0], "r");
    assert_string_equal(got(w), "");
    join(&p[1], "r"); /* who has left: all that is told before */
    assert_string_equal(got(w), "#r join 2: p2 p3\n#r leave 2: p2 p1\n");
    fake_ear_go(&p[2]);
    pass(FOLDS_MS);
    assert_string_equal(got(w), "#r join p2\n#r quit p3\n");
}

static void name_taken_meanwhile_is_the_one_that_is_told(void **state)
{
    (void)state;
    join(&p[0], "r");
    join(&p[1], "r");
    join(&p[2], "r");
    got(w);
    got(e);
    got(&p[1]);
    got(&p[2]);
    rename_to(&p[1], "zoe");
    assert_string_equal(got(w), "");
    assert_string_equal(got(e), "#r rename p2: zoe\n");
    assert_string_equal(got(&p[1]), "#r rename p2: zoe\n"); /* it is oneself */
    assert_string_equal(got(&p[2]), "#r rename p2: zoe\n"); /* it came behind p2, and may know them */
    pass(FOLDS_MS);
    assert_string_equal(got(w), "#r join 2: zoe p3\n");
    rename_to(&p[1], "yan");
    assert_string_equal(got(w), "#r rename zoe: yan\n");
    join(&p[3], "r");
    rename_to(&p[3], "xan");
    pass(FOLDS_MS);
    assert_string_equal(got(w), "#r join xan\n");
    join(&p[4], "r");
    leave(&p[1], "r");
    rename_to(&p[1], "qed");
    rename_to(&p[3], "yan"); /* the name of one whose leaving is not told */
    assert_string_equal(got(w), "#r join p5\n#r leave yan\n#r rename xan: yan\n");
}

static void quit_is_told_once_where_rooms_are_told(void **state)
{
    (void)state;
    join(w, "s");
    join(&p[0], "r");
    join(&p[0], "s");
    pass(FOLDS_MS);
    pass(FOLDS_MS);
    pass(FOLDS_MS);
    assert_null(f.chat.folds);
    join(&p[1], "r");
    got(w);
    got(e);
    fake_ear_go(&p[0]); /* #r collects, #s tells */
    assert_string_equal(got(w), "#r s quit p1\n");
    assert_string_equal(got(e), "#r s quit p1\n");
}

static void sink_that_changes_its_mind_is_told_of_everybody_once(void **state)
{
    (void)state;
    join(&p[0], "r");
    join(&p[1], "r");
    join(&p[2], "r");
    got(w);
    got(e);
    folds_catch_up(&w->sink.at, true);
    w->sink.folds = false;
    folds_catch_up(&e->sink.at, false);
    e->sink.folds = true;
    assert_string_equal(got(w), "#r join 2: p2 p3\n");
    join(&p[3], "r");
    assert_string_equal(got(w), "#r join p4\n");
    assert_string_equal(got(e), "");
    pass(FOLDS_MS);
    assert_string_equal(got(w), "");
    assert_string_equal(got(e), "#r join p4\n");
}

static void room_that_ends_has_nothing_left(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        join(&p[i], "t");
    }
    for (int i = 0; i < 4; i++) {
        leave(&p[i], "t");
    }
    assert_null(rooms_find(&f.chat, "t"));
    pass(FOLDS_MS);
    assert_null(f.chat.folds);
}

static void without_a_limit_each_is_told(void **state)
{
    (void)state;
    f.chat.limits.fold_above = 0;
    for (int i = 0; i < 4; i++) {
        join(&p[i], "r");
    }
    assert_string_equal(got(w), "#r join p1\n#r join p2\n#r join p3\n#r join p4\n");
    f.chat.limits.fold_above = 1;
    join(&p[4], "r");
    join(&p[5], "r");
    f.chat.limits.fold_above = 0; /* a reload */
    leave(&p[0], "r");
    assert_string_equal(got(w), "#r join p5\n#r leave p1\n");
    pass(FOLDS_MS);
    assert_string_equal(got(w), "#r join p6\n");
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(first_is_told_at_once_and_the_others_together),
        TEST(those_who_come_are_told_of_those_behind_them),
        TEST(who_speaks_is_told_of_before_it),
        TEST(coming_and_going_stay_in_order),
        TEST(name_taken_meanwhile_is_the_one_that_is_told),
        TEST(quit_is_told_once_where_rooms_are_told),
        TEST(sink_that_changes_its_mind_is_told_of_everybody_once),
        TEST(room_that_ends_has_nothing_left),
        TEST(without_a_limit_each_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
