/* Tests of net/uring.h: what is told of each write is what the other end gets.  Skipped where there is no io_uring. */
#include "config.h"

#include "net/uring.h"

#include "fakes.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PAIRS = 600, PIECES = 200 };

static struct uring *uring;
static int ends[PAIRS], far[PAIRS];

static int begin(void **state)
{
    (void)state;
    if (!uring_is_usable()) {
        print_message("no io_uring here: %s\n", strerror(errno));
        uring = NULL;
        return 0;
    }
    uring = uring_new();
    assert_non_null(uring);
    return 0;
}

static int end(void **state)
{
    (void)state;
    uring_free(uring);
    return 0;
}

static void open_pairs(int count, int buffer)
{
    for (int i = 0; i < count; i++) {
        ends[i] = fake_pair(&far[i], buffer);
    }
}

static void close_pairs(int count)
{
    for (int i = 0; i < count; i++) {
        close(ends[i]);
        close(far[i]);
    }
}

static void add(int fd, const char *text, struct flush_write *w)
{
    struct iovec iov = {.iov_base = (void *)text, .iov_len = strlen(text)};

    *w = (struct flush_write){.want = iov.iov_len};
    uring_add(uring, fd, &iov, 1, w);
}

static void assert_got(int fd, const char *text)
{
    struct strbuf got = {0};

    fake_read(fd, &got);
    assert_string_equal(strbuf_str(&got), text);
    strbuf_fini(&got);
}

static void writes_are_made_when_they_are_submitted(void **state)
{
    struct flush_write writes[3];

    (void)state;
    if (uring == NULL) {
        skip();
    }
    open_pairs(3, 0);
    for (int round = 0; round < 100; round++) {
        add(ends[0], "one", &writes[0]);
        add(ends[1], "two!", &writes[1]);
        add(ends[2], "three", &writes[2]);
        assert_true(fake_is_quiet(far[0]));
        uring_submit(uring);
        assert_got(far[0], "one");
        assert_got(far[1], "two!");
        assert_got(far[2], "three");
        for (int i = 0; i < 3; i++) {
            assert_int_equal(writes[i].result, TRANSPORT_OK);
            assert_int_equal(writes[i].n, writes[i].want);
        }
    }
    uring_submit(uring); /* nothing was added */
    close_pairs(3);
}

static void more_than_there_is_room_for_are_submitted_before(void **state)
{
    static struct flush_write writes[PAIRS];

    (void)state;
    if (uring == NULL) {
        skip();
    }
    open_pairs(PAIRS / 2, 0);
    for (int i = 0; i < PAIRS; i++) {
        add(ends[i / 2], i % 2 == 0 ? "a" : "b", &writes[i]);
    }
    uring_submit(uring);
    for (int i = 0; i < PAIRS; i++) {
        assert_int_equal(writes[i].n, 1);
        if (i % 2 == 0) {
            assert_got(far[i / 2], "ab");
        }
    }
    close_pairs(PAIRS / 2);
}

static void many_pieces_arrive_in_order(void **state)
{
    struct flush_write writes[10];
    char text[10][PIECES + 1];

    (void)state;
    if (uring == NULL) {
        skip();
    }
    open_pairs(10, 0);
    for (int i = 0; i < 10; i++) { /* more pieces than there is room for */
        struct iovec iov[PIECES];

        for (int k = 0; k < PIECES; k++) {
            text[i][k] = (char)('a' + (i + k) % 26);
            iov[k] = (struct iovec){.iov_base = &text[i][k], .iov_len = 1};
        }
        text[i][PIECES] = '\0';
        writes[i] = (struct flush_write){.want = PIECES};
        uring_add(uring, ends[i], iov, PIECES, &writes[i]);
        memset(iov, 0, sizeof(iov)); /* it was copied */
    }
    uring_submit(uring);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(writes[i].n, PIECES);
        assert_got(far[i], text[i]);
    }
    close_pairs(10);
}

static void short_and_blocked_writes_are_told(void **state)
{
    static char text[100001], piece[5001];
    struct flush_write writes[20];
    size_t told = 0, got = 0;
    int blocked = 0, partly = 0;
    struct strbuf buf = {0};

    (void)state;
    if (uring == NULL) {
        skip();
    }
    open_pairs(1, FAKE_SMALL_BUFFER);
    memset(text, 'x', sizeof(text) - 1);
    memset(piece, 'y', sizeof(piece) - 1);
    add(ends[0], text, &writes[0]);
    uring_submit(uring);
    assert_int_equal(writes[0].result, TRANSPORT_OK);
    assert_in_range(writes[0].n, 1, sizeof(text) - 2);
    fake_read(far[0], &buf);
    assert_int_equal(buf.len, writes[0].n);
    strbuf_fini(&buf);
    for (int i = 0; i < 20; i++) {
        add(ends[0], piece, &writes[i]);
    }
    uring_submit(uring);
    for (int i = 0; i < 20; i++) {
        blocked += writes[i].result == TRANSPORT_WANT_WRITE;
        partly += writes[i].result == TRANSPORT_OK && writes[i].n < writes[i].want;
        told += writes[i].n;
    }
    buf = (struct strbuf){0};
    fake_read(far[0], &buf);
    got = buf.len;
    strbuf_fini(&buf);
    assert_true(blocked > 0 && partly <= 20 - blocked);
    assert_int_equal(told, got);
    close_pairs(1);
}

/* And no SIGPIPE. */
static void who_has_gone_is_told_and_the_others_get_theirs(void **state)
{
    struct flush_write writes[4];

    (void)state;
    if (uring == NULL) {
        skip();
    }
    open_pairs(4, 0);
    close(far[1]);
    close(far[2]);
    for (int i = 0; i < 4; i++) {
        add(ends[i], "hello", &writes[i]);
    }
    uring_submit(uring);
    assert_int_equal(writes[0].result, TRANSPORT_OK);
    assert_int_equal(writes[1].result, TRANSPORT_EOF);
    assert_int_equal(writes[2].result, TRANSPORT_EOF);
    assert_int_equal(writes[3].result, TRANSPORT_OK);
    assert_int_equal(writes[1].n, 0);
    assert_got(far[0], "hello");
    assert_got(far[3], "hello");
    far[1] = far[2] = -1;
    close_pairs(4);
}

static void *use(void *arg)
{
    struct flush_write w;

    (void)arg;
    add(ends[0], "from elsewhere", &w);
    uring_submit(uring);
    assert_int_equal(w.n, w.want);
    return NULL;
}

static void ring_belongs_to_the_thread_that_writes_first(void **state)
{
    pthread_t thread;

    (void)state;
    if (uring == NULL) {
        skip();
    }
    open_pairs(1, 0);
    assert_int_equal(pthread_create(&thread, NULL, use, NULL), 0);
    pthread_join(thread, NULL);
    assert_got(far[0], "from elsewhere");
    close_pairs(1);
}

/* A ring that takes no more writes, here one of another thread: send() makes them. */
static void writes_that_the_ring_refuses_are_made_without_it(void **state)
{
    static struct flush_write many[URING_WRITES + 10];
    struct strbuf got = {0};
    struct flush_write w;
    pthread_t thread;

    (void)state;
    if (uring == NULL) {
        skip();
    }
    open_pairs(1, 0);
    assert_int_equal(pthread_create(&thread, NULL, use, NULL), 0);
    pthread_join(thread, NULL);
    for (int i = 0; i < URING_WRITES + 10; i++) { /* the ring is full before it is seen that it takes none */
        add(ends[0], "x", &many[i]);
    }
    uring_submit(uring);
    for (int i = 0; i < URING_WRITES + 10; i++) {
        assert_int_equal(many[i].result, TRANSPORT_OK);
        assert_int_equal(many[i].n, 1);
    }
    fake_read(far[0], &got);
    assert_int_equal(got.len, strlen("from elsewhere") + URING_WRITES + 10);
    strbuf_fini(&got);
    for (int round = 0; round < 3; round++) {
        add(ends[0], "and from here", &w);
        uring_submit(uring);
        assert_int_equal(w.result, TRANSPORT_OK);
        assert_int_equal(w.n, w.want);
        assert_got(far[0], "and from here");
    }
    close_pairs(1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(writes_are_made_when_they_are_submitted),
        TEST(more_than_there_is_room_for_are_submitted_before),
        TEST(many_pieces_arrive_in_order),
        TEST(short_and_blocked_writes_are_told),
        TEST(who_has_gone_is_told_and_the_others_get_theirs),
        TEST(ring_belongs_to_the_thread_that_writes_first),
        TEST(writes_that_the_ring_refuses_are_made_without_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
