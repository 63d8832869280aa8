/* Tests of net/accept.h: newcomers of real listening sockets, and a system that is out of descriptors. */
#include "config.h"

#include "net/accept.h"

#include "fake_listeners.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

static void newcomer_is_handed_over_with_an_address(void **state)
{
    int fd;

    (void)state;
    fake_listeners_open_path();
    fd = fake_listeners_connect();
    fake_loop_turn(&world.f);
    assert_int_equal(world.count, 1);
    assert_int_equal(world.last_peer.kind, ADDR_UNIX);
    close(fd);
}

static void tcp_newcomer_is_known_by_its_ipv4_address_on_any_socket(void **state)
{
    static const char *const places[] = {"127.0.0.1:0", "*:0"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

        to.sin_port = htons(fake_listeners_open_tcp(places[i]));
        assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof(to)), 0);
        fake_listeners_turn_until((int)i + 1);
        assert_int_equal(world.last_peer.kind, ADDR_IPV4);
        assert_int_equal(world.last_peer.ip[0], 127);
        close(fd);
    }
}

static void newcomers_come_in_bounded_batches(void **state)
{
    int fds[LISTENER_BATCH + 10];

    (void)state;
    fake_listeners_open_path();
    for (int i = 0; i < LISTENER_BATCH + 10; i++) {
        fds[i] = fake_listeners_connect();
    }
    fake_loop_turn(&world.f);
    assert_int_equal(world.count, LISTENER_BATCH);
    fake_loop_turn(&world.f);
    assert_int_equal(world.count, LISTENER_BATCH + 10);
    for (int i = 0; i < LISTENER_BATCH + 10; i++) {
        close(fds[i]);
    }
}

/* Each newcomer takes as long as all may have in a turn. */
static void newcomers_that_take_long_come_one_in_a_turn(void **state)
{
    int fds[3];

    (void)state;
    fake_listeners_open_path();
    for (int i = 0; i < 3; i++) {
        fds[i] = fake_listeners_connect();
    }
    world.set.turn = NULL; /* the turn's own bound is another one */
    fake_clock_fly(&world.f.clock);
    for (int i = 0; i < 3; i++) {
        fake_loop_turn(&world.f);
        assert_int_equal(world.count, i + 1);
    }
    fake_clock_stop(&world.f.clock);
    for (int i = 0; i < 3; i++) {
        close(fds[i]);
    }
}

static void one_that_has_gone_again_does_not_keep_others_out(void **state)
{
    static const int errors[] = {ECONNABORTED, EINTR, EPROTO, EPERM};

    (void)state;
    fake_listeners_open_path();
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        int fd = fake_listeners_connect();

        world.fail_with = errors[i];
        world.fails_left = 3;
        fake_loop_turn(&world.f);
        assert_int_equal(world.count, (int)i + 1);
        close(fd);
    }
    assert_int_equal(world.set.accepted[LISTENER_LINES], 4);
    assert_int_equal(world.set.failures[LISTENER_GONE], 9); /* EINTR is not counted */
}

static void callee_may_close_the_listeners(void **state)
{
    int one, other;

    (void)state;
    fake_listeners_open_path();
    world.closes_all = true;
    one = fake_listeners_connect();
    other = fake_listeners_connect();
    fake_loop_turns(&world.f, 2);
    assert_int_equal(world.count, 1);
    close(one);
    close(other);
}

static void shortage_is_told_rested_from_and_recovered_from(void **state)
{
    static const int errors[] = {EMFILE, ENFILE, ENOMEM, ENOBUFS, ENOTSOCK};

    (void)state;
    fake_listeners_open_path();
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        struct strbuf got = {0};
        int told = fake_listeners_connect(), waiting = fake_listeners_connect();

        fake_puts(told, "hello"); /* unread bytes would cause a reset */
        fake_log_count(&world.log, "listening");
        world.count = 0;
        world.fail_with = errors[i];
        world.fails_left = 1;
        fake_loop_turn(&world.f);
        assert_int_equal(world.count, 0);
        assert_false(fake_read(told, &got));
        assert_string_equal(strbuf_str(&got), "sorry\r\n");
        assert_true(fake_is_quiet(waiting));
        assert_int_equal(fake_log_count(&world.log, "cannot accept newcomers"), 1);

        world.accepts = 0;
        fake_loop_pass(&world.f, LISTENER_REST_MS - 1); /* it rests and does not spin */
        assert_int_equal(world.accepts, 0);
        fake_loop_pass(&world.f, 1);
        fake_loop_turn(&world.f);
        assert_int_equal(world.count, 1);
        assert_int_equal(fake_log_count(&world.log, "accepting newcomers again"), 1);
        close(world.newcomers[0]);
        close(told);
        close(waiting);
        strbuf_fini(&got);
    }
    world.count = 0;
    assert_int_equal(world.set.failures[LISTENER_DESCRIPTORS], 2);
    assert_int_equal(world.set.failures[LISTENER_MEMORY], 2);
    assert_int_equal(world.set.failures[LISTENER_OTHER], 1);
    assert_int_equal(world.set.accepted[LISTENER_LINES], 5);
}

static void long_shortage_is_one_line_in_the_log(void **state)
{
    int fds[20];

    (void)state;
    fake_listeners_open_path();
    for (int i = 0; i < 20; i++) {
        fds[i] = fake_listeners_connect();
    }
    world.fail_with = EMFILE;
    for (int i = 0; i < 20; i++) {
        struct strbuf got = {0};

        world.fails_left = 1;
        fake_loop_turn(&world.f);
        fake_loop_pass(&world.f, LISTENER_REST_MS);
        assert_false(fake_read(fds[i], &got)); /* each gets the line */
        assert_string_equal(strbuf_str(&got), "sorry\r\n");
        strbuf_fini(&got);
        close(fds[i]);
    }
    assert_int_equal(fake_log_count(&world.log, "cannot accept newcomers"), 1);
    assert_true(world.set.spare_fd >= 0);
}

static void shortage_without_a_newcomer_left_is_harmless(void **state)
{
    int fd;

    (void)state;
    fake_listeners_open_path();
    fd = fake_listeners_connect();
    world.fail_with = EMFILE;
    world.fails_left = 2; /* also after the spare descriptor was closed */
    fake_loop_turn(&world.f);
    fake_loop_pass(&world.f, LISTENER_REST_MS);
    fake_loop_turn(&world.f);
    assert_int_equal(world.count, 1);
    close(fd);
}

static void resting_listener_can_be_closed(void **state)
{
    int fd;

    (void)state;
    fake_listeners_open_path();
    fd = fake_listeners_connect();
    world.fail_with = EMFILE;
    world.fails_left = 1;
    fake_loop_turn(&world.f);
    listener_close_all(&world.set);
    fake_loop_pass(&world.f, LISTENER_REST_MS);
    close(fd);
}

static void descriptor_that_the_backend_cannot_watch_is_turned_away(void **state)
{
    struct strbuf got = {0};
    int fd;

    (void)state;
    fake_listeners_open_path();
    world.set.max_fd = 2;
    world.set.past_max = LISTENER_SELECT;
    fd = fake_listeners_connect();
    fake_loop_turn(&world.f);
    assert_int_equal(world.count, 0);
    assert_false(fake_read(fd, &got));
    assert_string_equal(strbuf_str(&got), "sorry\r\n");
    assert_int_equal(world.set.failures[LISTENER_SELECT], 1);
    assert_int_equal(world.set.accepted[LISTENER_LINES], 0);
    strbuf_fini(&got);
    close(fd);
}

static void listener_that_cannot_be_watched_is_tried_again(void **state)
{
    int fd;

    (void)state;
    world.watch_fails_left = 3;
    fake_listeners_open_path();
    fd = fake_listeners_connect();
    for (int i = 0; i < 3; i++) {
        fake_loop_turn(&world.f);
        assert_int_equal(world.count, 0);
        fake_loop_pass(&world.f, LISTENER_REST_MS);
    }
    fake_loop_turns(&world.f, 2);
    assert_int_equal(world.count, 1);
    close(fd);
}

static void people_at_the_edge_of_a_shortage_do_not_flood_the_log(void **state)
{
    int fd;

    (void)state;
    fake_listeners_open_path();
    world.set.past_max = LISTENER_SELECT;
    for (int i = 0; i < 200; i++) {
        world.set.max_fd = i % 2 == 0 ? 2 : FD_SETSIZE;
        fd = fake_listeners_connect();
        fake_loop_turn(&world.f);
        close(fd);
        if (world.count > 0) {
            close(world.newcomers[--world.count]);
        }
    }
    assert_int_equal(world.set.failures[LISTENER_SELECT], 100);
    assert_int_equal(fake_log_count(&world.log, "newcomers"), 2 * LOG_LIMIT_BURST); /* each beginning and its end */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_listeners_begin, fake_listeners_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(newcomer_is_handed_over_with_an_address),
        TEST(tcp_newcomer_is_known_by_its_ipv4_address_on_any_socket),
        TEST(newcomers_come_in_bounded_batches),
        TEST(newcomers_that_take_long_come_one_in_a_turn),
        TEST(one_that_has_gone_again_does_not_keep_others_out),
        TEST(callee_may_close_the_listeners),
        TEST(shortage_is_told_rested_from_and_recovered_from),
        TEST(long_shortage_is_one_line_in_the_log),
        TEST(listener_that_cannot_be_watched_is_tried_again),
        TEST(people_at_the_edge_of_a_shortage_do_not_flood_the_log),
        TEST(shortage_without_a_newcomer_left_is_harmless),
        TEST(resting_listener_can_be_closed),
        TEST(descriptor_that_the_backend_cannot_watch_is_turned_away),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
