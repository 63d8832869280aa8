/* Tests of net/listener_change.h: other places to listen on, and what becomes of newcomers at the former ones. */
#include "config.h"

#include "net/listener_change.h"

#include "fake_listeners.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Changes to the addresses, or fails to, and changes back. */
static bool change(const struct addr_listen *next, size_t count)
{
    struct listener_place places[4];
    char err[256];
    bool is_open;

    assert_true(count <= sizeof(places) / sizeof(places[0]));
    for (size_t i = 0; i < count; i++) {
        places[i] = (struct listener_place){.at = next[i], .profile = world.asked_profile};
    }
    listener_change_begin(&world.set, places, count);
    is_open = listener_change_open(&world.set, places, count, err, sizeof(err));
    (is_open ? listener_change_commit : listener_change_cancel)(&world.set);
    return is_open;
}

/* Listens on a port that no other process uses by chance on any address: the system chooses other ports for clients. */
static struct addr_listen place_at(const char *host, struct sockaddr_in *in)
{
    struct addr_listen where;
    char text[64];

    snprintf(text, sizeof(text), "%s:%u", host, 20000 + (unsigned)getpid() % 10000);
    fake_listeners_parse(&where, text);
    if (in != NULL) {
        memcpy(in, &where.addr, sizeof(*in));
    }
    return where;
}

static void newcomers_at_a_place_that_is_left_are_taken_first(void **state)
{
    struct sockaddr_in in;
    struct stat st;
    int fds[LISTENER_BATCH];

    (void)state;
    fake_listeners_open_own(&in);
    fake_listeners_open_path();
    for (int i = 0; i < LISTENER_BATCH; i++) {
        fds[i] = fake_listeners_connect();
    }
    assert_true(change(NULL, 0));
    assert_int_equal(world.count, LISTENER_BATCH);
    assert_null(world.set.first);
    assert_null(world.set.leaving);
    assert_int_equal(stat(world.path, &st), -1);
    assert_int_equal(fake_listeners_try(&in), ECONNREFUSED);
    for (int i = 0; i < LISTENER_BATCH; i++) {
        close(fds[i]);
    }
}

static void newcomers_at_a_place_that_is_left_are_taken_in_as_many_turns_as_that_takes(void **state)
{
    struct turn over = {.clock = &world.f.clock, .since_ns = 1}; /* one newcomer a turn */
    struct addr_listen next;
    struct stat st;
    int fds[4];

    (void)state;
    fake_listeners_open_path();
    for (int i = 0; i < 4; i++) {
        fds[i] = fake_listeners_connect();
    }
    world.set.turn = &over;
    fake_listeners_parse(&next, "127.0.0.1:0");
    assert_true(change(&next, 1));
    assert_int_equal(world.count, 1);
    assert_int_equal(stat(world.path, &st), -1); /* no client can connect any more */
    fake_listeners_parse_path(&next);
    assert_true(change(&next, 1)); /* it is another profile by now */
    fake_listeners_turn_until(4);
    fake_loop_turn(&world.f);
    assert_null(world.set.leaving);
    close(fake_listeners_connect());
    fake_listeners_turn_until(5);
    for (int i = 0; i < 4; i++) {
        close(fds[i]);
        fds[i] = fake_listeners_connect();
    }
    assert_true(change(NULL, 0));
    assert_non_null(world.set.leaving);
    listener_pause_all(&world.set);
    assert_null(world.set.leaving); /* the close is for listeners that are leaving too */
    for (int i = 0; i < 4; i++) {
        close(fds[i]);
    }
}

static void place_that_stays_is_the_same_socket(void **state)
{
    struct addr_listen next[2];
    struct sockaddr_in in;
    struct stat before, after;

    (void)state;
    fake_listeners_open_path();
    fake_listeners_open_own(&in);
    assert_int_equal(stat(world.path, &before), 0);
    fake_listeners_parse_path(&next[0]);
    fake_listeners_parse(&next[1], "127.0.0.1:0");
    next[0].mode = 0602;
    next[0].group = (gid_t)-1;
    assert_true(change(next, 2));
    assert_int_equal(stat(world.path, &after), 0);
    assert_int_equal(after.st_ino, before.st_ino);
    assert_int_equal(after.st_mode & 07777, 0602);
    assert_int_equal(fake_listeners_try(&in), ECONNREFUSED);
    close(fake_listeners_connect());
    fake_listeners_turn_until(1);
}

static void place_that_overlaps_with_the_one_before_takes_over(void **state)
{
    struct sockaddr_in in;
    struct addr_listen every = place_at("0.0.0.0", NULL), other = place_at("127.0.0.2", &in);
    struct addr_listen own = place_at("127.0.0.1", NULL);

    (void)state;
    assert_true(change(&other, 1));
    for (int i = 0; i < 3; i++) {
        assert_true(change(&every, 1));
        assert_int_equal(fake_listeners_try(&in), 0);
        assert_true(change(&own, 1));
        assert_int_equal(fake_listeners_try(&in), ECONNREFUSED);
    }
}

static void change_that_fails_leaves_all_as_it_was(void **state)
{
    struct addr_listen next[3];
    struct sockaddr_in in;
    struct stat before, after;

    (void)state;
    fake_listeners_parse_path(&next[0]);
    next[0].mode = 0640;
    next[0].group = (gid_t)-1;
    next[1] = place_at("127.0.0.2", &in);
    assert_true(change(next, 2));
    assert_int_equal(stat(world.path, &before), 0);
    next[0].mode = 0602;
    next[1] = place_at("0.0.0.0", NULL);
    fake_listeners_parse(&next[2], "192.0.2.1:0"); /* an address of another machine */
    for (int i = 0; i < 3; i++) {
        struct sockaddr_in other = in;

        assert_false(change(next, 3));
        assert_int_equal(stat(world.path, &after), 0);
        assert_int_equal(after.st_ino, before.st_ino);
        assert_int_equal(after.st_mode, before.st_mode);
        assert_int_equal(fake_listeners_try(&in), 0);
        other.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        assert_int_equal(fake_listeners_try(&other), ECONNREFUSED);
    }
    close(fake_listeners_connect());
    fake_listeners_turn_until(4);
}

static void places_change_while_they_are_paused(void **state)
{
    struct addr_listen next[2];
    struct sockaddr_in in;
    struct stat st;
    char err[256];

    (void)state;
    next[0] = place_at("127.0.0.2", &in);
    assert_true(change(next, 1));
    listener_pause_all(&world.set);
    fake_listeners_parse_path(&next[0]);
    next[1] = place_at("0.0.0.0", NULL);
    assert_true(change(next, 2));
    assert_int_equal(stat(world.path, &st), -1);
    assert_int_equal(fake_listeners_try(&in), ECONNREFUSED);
    assert_true(listener_resume_all(&world.set, err, sizeof(err)));
    assert_int_equal(fake_listeners_try(&in), 0);
    close(fake_listeners_connect());
    fake_listeners_turn_until(2);
}

static void newcomer_comes_with_its_listeners_profile(void **state)
{
    struct addr_listen next[2];
    struct sockaddr_in in;

    (void)state;
    fake_listeners_open_own(&in);
    world.asked_profile = &fake_listeners_special;
    fake_listeners_open_path();
    assert_int_equal(fake_log_count(&world.log, " for=proxies\n"), 1);
    assert_int_equal(fake_listeners_try(&in), 0);
    fake_listeners_turn_until(1);
    assert_ptr_equal(world.last_profile, &fake_listeners_ordinary);
    close(fake_listeners_connect());
    fake_listeners_turn_until(2);
    assert_ptr_equal(world.last_profile, &fake_listeners_special);

    /* A listener that stays may get another profile. */
    fake_listeners_parse_path(&next[0]);
    fake_listeners_parse(&next[1], "192.0.2.1:0"); /* an address of another machine */
    world.asked_profile = &fake_listeners_ordinary;
    assert_false(change(next, 2));
    close(fake_listeners_connect());
    fake_listeners_turn_until(3);
    assert_ptr_equal(world.last_profile, &fake_listeners_special);
    fake_log_read(&world.log);
    assert_true(change(next, 1));
    assert_int_equal(fake_log_count(&world.log, " listening address=unix:"), 1);
    assert_true(change(next, 1));
    assert_int_equal(fake_log_count(&world.log, " listening address=unix:"), 0);
    close(fake_listeners_connect());
    fake_listeners_turn_until(4);
    assert_ptr_equal(world.last_profile, &fake_listeners_ordinary);
}

static void resting_listener_can_be_left(void **state)
{
    int client;

    (void)state;
    fake_listeners_open_path();
    client = fake_listeners_connect();
    world.fail_with = ENOBUFS;
    world.fails_left = 1000;
    fake_loop_turn(&world.f);
    assert_true(change(NULL, 0));
    fake_loop_pass(&world.f, LISTENER_REST_MS);
    fake_loop_turn(&world.f);
    close(client);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_listeners_begin, fake_listeners_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(newcomers_at_a_place_that_is_left_are_taken_first),
        TEST(newcomers_at_a_place_that_is_left_are_taken_in_as_many_turns_as_that_takes),
        TEST(place_that_stays_is_the_same_socket),
        TEST(place_that_overlaps_with_the_one_before_takes_over),
        TEST(change_that_fails_leaves_all_as_it_was),
        TEST(places_change_while_they_are_paused),
        TEST(newcomer_comes_with_its_listeners_profile),
        TEST(resting_listener_can_be_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
