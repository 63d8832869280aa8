/* Tests of net/shares.h: a room of some hundred, and who makes the writes.  What net/flush.h promises is tested with
 * shares too, in net_flush_test.c and others. */
#include "config.h"

#include "net/shares.h"

#include "fakes.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { ROOM = 300, LIMIT = 1 << 16, DEADLINE_S = 60 };

/* ---- the system calls ----------------------------------------------------------------------------- */

static pthread_t loop_thread;
static _Atomic int own_writes, helped_writes; /* of the loop's thread, and of the others */
static _Atomic int odd;                       /* if it is not 0, each so many-th write fails or is short */
static _Atomic bool waits;                    /* the loop's thread waits in a write until another has made one */

ssize_t __real_sendmsg(int fd, const struct msghdr *msg, int flags);
ssize_t __wrap_sendmsg(int fd, const struct msghdr *msg, int flags);
ssize_t __real_send(int fd, const void *data, size_t len, int flags);
ssize_t __wrap_send(int fd, const void *data, size_t len, int flags);

static void count_write(void)
{
    time_t end = time(NULL) + DEADLINE_S;

    if (!pthread_equal(pthread_self(), loop_thread)) {
        helped_writes++;
        return;
    }
    own_writes++;
    while (waits && helped_writes == 0) {
        assert_true(time(NULL) < end);
        sched_yield();
    }
}

/* Returns true if this write is an odd one; then either *len is less or the write fails with errno. */
static bool is_odd(size_t *len)
{
    static _Atomic unsigned count;
    unsigned n = count++;

    if (odd == 0 || n % (unsigned)odd != 0) {
        return false;
    }
    if (n % 3 == 0) {
        *len = *len / 2 + 1;
        return false;
    }
    errno = n % 3 == 1 ? EAGAIN : ENOBUFS;
    return true;
}

ssize_t __wrap_sendmsg(int fd, const struct msghdr *msg, int flags)
{
    struct iovec first = msg->msg_iov[0];
    struct msghdr part = *msg;
    size_t len = first.iov_len;

    count_write();
    if (is_odd(&len)) {
        return -1;
    }
    if (len < first.iov_len) {
        first.iov_len = len;
        part.msg_iov = &first;
        part.msg_iovlen = 1;
    }
    return __real_sendmsg(fd, &part, flags);
}

ssize_t __wrap_send(int fd, const void *data, size_t len, int flags)
{
    count_write();
    return is_odd(&len) ? -1 : __real_send(fd, data, len, flags);
}

/* ---- the world ------------------------------------------------------------------------------------ */

static struct fake_loop f;
static struct fake_peer room[ROOM];
static struct strbuf wanted[ROOM]; /* what the peer is sent */
static bool is_gone[ROOM];

static int begin(void **state)
{
    struct net_limits limits = fake_net_limits();

    (void)state;
    limits.queue_bytes = LIMIT;
    fake_loop_init(&f, &limits);
    for (int i = 0; i < ROOM; i++) {
        room[i] = (struct fake_peer){0};
        is_gone[i] = false;
        fake_peer_open(&room[i], &f, 0);
    }
    own_writes = helped_writes = 0;
    odd = 0;
    waits = false;
    loop_thread = pthread_self();
    return 0;
}

static int end(void **state)
{
    (void)state;
    fake_loop_fini(&f);
    for (int i = 0; i < ROOM; i++) {
        fake_peer_fini(&room[i]);
        strbuf_fini(&wanted[i]);
    }
    return 0;
}

/* Sends a line to all but each so many-th; 0: to all. */
static void say(const char *line, int but)
{
    struct payload *p = payload_new(line, strlen(line), PAYLOAD_DROPPABLE);

    for (int i = 0; i < ROOM; i++) {
        if (but == 0 || i % but != 0) {
            conn_send(room[i].conn, p);
            strbuf_adds(&wanted[i], line);
        }
    }
    payload_unref(p);
}

static bool has_all(int i)
{
    fake_peer_read(&room[i]);
    return room[i].got.len == wanted[i].len;
}

static void assert_all_got_theirs(void)
{
    for (int i = 0; i < ROOM; i++) {
        if (!is_gone[i]) {
            assert_true(has_all(i));
            assert_string_equal(fake_peer_got(&room[i]), strbuf_str(&wanted[i]));
        }
        strbuf_reset(&wanted[i]);
    }
}

/* Turns until all have got what they were sent. */
static void settle(void)
{
    bool is_settled = false;

    for (int turns = 0; !is_settled; turns++) {
        assert_true(turns < 10000);
        fake_loop_turn(&f);
        is_settled = true;
        for (int i = 0; i < ROOM; i++) {
            is_settled = is_settled && (is_gone[i] || has_all(i));
        }
    }
    assert_all_got_theirs();
}

/* ---- tests ---------------------------------------------------------------------------------------- */

static void each_gets_its_lines_in_order_in_one_write(void **state)
{
    (void)state;
    for (int round = 0; round < 20; round++) {
        char line[32];

        own_writes = helped_writes = 0;
        for (int i = 0; i < 1 + round % 7; i++) {
            snprintf(line, sizeof(line), "%d.%d\n", round, i);
            say(line, i == 3 ? 5 : 0);
        }
        fake_loop_turn(&f);
        assert_int_equal(own_writes + helped_writes, fake_has_uring ? 0 : ROOM);
        assert_all_got_theirs();
        assert_false(net_has_work(&f.net));
    }
}

static void other_thread_makes_writes_while_the_loop_is_busy(void **state)
{
    (void)state;
    if (fake_writers < 2 || fake_has_uring) {
        return;
    }
    waits = true;
    say("hello\n", 0);
    fake_loop_turn(&f);
    assert_true(helped_writes > 0);
    assert_all_got_theirs();
}

static void short_and_failed_writes_lose_nothing(void **state)
{
    (void)state;
    for (int round = 0; round < 40; round++) {
        odd = 1 + round % 9;
        for (int i = 0; i < 1 + round % 5; i++) {
            say("the quick brown fox\n", round % 4);
        }
        settle();
    }
}

static void more_than_one_write_takes_goes_on_in_the_same_turn(void **state)
{
    (void)state;
    for (int i = 0; i < 700; i++) { /* a write takes 256 payloads at most */
        say("x", i % 50 == 0 ? 2 : 0);
    }
    fake_loop_turn(&f);
    assert_int_equal(own_writes + helped_writes, fake_has_uring ? 0 : 3 * ROOM);
    assert_all_got_theirs();
}

static void who_has_gone_is_closed_and_the_others_are_served(void **state)
{
    (void)state;
    for (int i = 0; i < ROOM; i += 7) {
        fake_peer_hang_up(&room[i]);
        is_gone[i] = true;
    }
    for (int round = 0; round < 3; round++) {
        struct payload *p = payload_new("hello\n", 6, PAYLOAD_DROPPABLE);

        for (int i = 0; i < ROOM; i++) {
            if (!is_gone[i]) {
                strbuf_adds(&wanted[i], "hello\n");
            }
            if (room[i].conn != NULL) {
                conn_send(room[i].conn, p);
            }
        }
        payload_unref(p);
        settle();
    }
    for (int i = 0; i < ROOM; i += 7) {
        assert_null(room[i].conn);
    }
}

static void what_the_turn_has_no_time_for_follows_in_the_next_ones(void **state)
{
    bool was_left = false;

    (void)state;
    fake_clock_fly(&f.clock);
    for (int round = 0; round < 3; round++) {
        say("hello\n", 0);
        fake_loop_turn(&f);
        was_left = was_left || net_has_work(&f.net);
    }
    /* The others may have written all before the loop looks at the clock, and a ring takes as many at once. */
    assert_true(was_left || fake_writers > 1 || fake_has_uring);
    while (net_has_work(&f.net)) {
        fake_loop_turn(&f);
    }
    fake_clock_stop(&f.clock);
    assert_all_got_theirs();
}

/* A clock by which a part of a turn has time for some writes, and not for all. */
static void creep(struct clock *clock)
{
    static uint64_t ns = UINT64_C(1) << 40;

    ns += 1000000;
    clock->mono_ns = ns;
    clock->mono_ms = ns / 1000000;
}

/* Turn by turn others are sent something, some of them so much that it takes two writes, and there is seldom time for
 * all.  Those who wait are joined by others. */
static void nobody_is_lost_among_those_for_whom_there_was_no_time(void **state)
{
    enum { ROUNDS = 100 };
    uint32_t random = 1;

    (void)state;
    f.clock.read = creep;
    for (int round = 0; round < ROUNDS; round++) {
        struct payload *p = payload_new("x", 1, PAYLOAD_DROPPABLE);

        for (int i = 0; i < ROOM; i++) {
            random = random * 1664525 + 1013904223;
            if (random >> 16 & 1) {
                for (unsigned n = (random >> 17 & 7) == 0 ? 300 : 1; n > 0; n--) {
                    conn_send(room[i].conn, p);
                    strbuf_adds(&wanted[i], "x");
                }
            }
        }
        payload_unref(p);
        for (int turn = 0; turn <= round % 3; turn++) {
            fake_loop_turn(&f);
        }
        for (int i = 0; i < ROOM; i++) {
            (void)has_all(i);
        }
    }
    settle();
    fake_clock_stop(&f.clock);
}

/* Some do not read: they lose lines, are told how many, and delay nobody. */
static void who_does_not_read_is_told_what_was_skipped(void **state)
{
    enum { SLOW = 40, LINES = 600 };
    char line[1001];
    int sleepers = 0;

    (void)state;
    memset(line, 'x', sizeof(line) - 2);
    memcpy(line + sizeof(line) - 2, "\n", 2);
    for (int n = 0; n < LINES; n++) {
        say(line, 0);
        fake_loop_turn(&f);
        for (int i = 0; i < ROOM; i++) {
            if (i % SLOW != 0) {
                assert_true(has_all(i));
                assert_true(conn_queued_bytes(room[i].conn) == 0);
                fake_peer_got(&room[i]);
                strbuf_reset(&wanted[i]);
            } else {
                assert_true(conn_queued_bytes(room[i].conn) <= LIMIT);
            }
        }
    }
    for (int i = 0; i < ROOM; i += SLOW) {
        size_t lines = 0;

        fake_peer_read_all(&room[i]);
        for (const char *s = fake_peer_got(&room[i]); *s != '\0'; s++) {
            lines += *s == '\n';
        }
        assert_true(room[i].gaps > 0);
        assert_int_equal(lines + room[i].gaps, LINES);
        sleepers++;
    }
    assert_true(sleepers > 5);
}

/* The loop alone writes to few, whatever the number of threads. */
static void few_writes_wake_nobody(void **state)
{
    struct net_limits limits = fake_net_limits();
    struct shares *shares = shares_new(&(struct shares_spec){.writers = 3, .from = ROOM + 1});

    (void)state;
    fake_loop_fini(&f);
    for (int i = 0; i < ROOM; i++) {
        fake_peer_fini(&room[i]);
    }
    assert_non_null(shares);
    fake_loop_init(&f, &limits);
    shares_join(shares, &f.net);
    for (int i = 0; i < ROOM; i++) {
        room[i] = (struct fake_peer){0};
        fake_peer_open(&room[i], &f, 0);
    }
    for (int round = 0; round < 10; round++) {
        say("hello\n", 0);
        fake_loop_turn(&f);
        assert_all_got_theirs();
    }
    assert_int_equal(own_writes, 10 * ROOM);
    assert_int_equal(helped_writes, 0);
    fake_loop_net_fini(&f);
    shares_free(shares);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(each_gets_its_lines_in_order_in_one_write),
        TEST(other_thread_makes_writes_while_the_loop_is_busy),
        TEST(short_and_failed_writes_lose_nothing),
        TEST(more_than_one_write_takes_goes_on_in_the_same_turn),
        TEST(who_has_gone_is_closed_and_the_others_are_served),
        TEST(what_the_turn_has_no_time_for_follows_in_the_next_ones),
        TEST(nobody_is_lost_among_those_for_whom_there_was_no_time),
        TEST(who_does_not_read_is_told_what_was_skipped),
        TEST(few_writes_wake_nobody),
    };

    return fake_run_with_uring(tests);
}
