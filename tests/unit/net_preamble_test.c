/* Tests of net/preamble.h, with a preamble that consists of "@", the last digit of an IPv4 address, perhaps letters,
 * and "!", before connections that record their calls. */
#include "config.h"

#include "net/preamble.h"

#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <unistd.h>

/* ---- the world ------------------------------------------------------------------------------------ */

enum { LONGEST = 8, MOST = 3, WAIT_MS = 5000, FAILURES = 8 };

static struct fake_loop f;
static struct preamble_set preambles;
static const struct listener_profile *const profile = (const struct listener_profile *)&preambles; /* not used */
static const struct addr proxy = {.kind = ADDR_UNIX};
static struct fake_peer passed; /* the peer of the connection that has passed; its far end is not used */
static int passes, fails, looks;
static enum preamble_failure failures[FAILURES];
static bool is_refused; /* every connection that passes is refused */

static enum preamble_answer look(const char *data, size_t len, struct preamble_found *found)
{
    const char *end = memchr(data, '!', len);

    looks++;
    assert_in_range(len, 1, LONGEST);
    if (data[0] != '@') {
        return PREAMBLE_WRONG;
    }
    if (end == NULL) {
        return PREAMBLE_MORE;
    }
    found->used = (size_t)(end - data) + 1;
    if (found->used > 2) {
        found->peer = (struct addr){.kind = ADDR_IPV4, .ip = {192, 0, 2, (uint8_t)(data[1] - '0')}, .port = 7};
    }
    return PREAMBLE_WHOLE;
}

static const struct preamble_kind kind = {.max_bytes = LONGEST, .look = look};

static void on_input(struct conn_input *in, char *data, size_t len)
{
    assert_ptr_equal(in, &passed.input);
    strbuf_add(&passed.in, data, len);
}

static void on_eof(struct conn_input *in)
{
    assert_ptr_equal(in, &passed.input);
    passed.eofs++;
    conn_finish(passed.conn, REASON_EOF);
}

static void on_closed(struct conn_owner *owner, enum reason reason)
{
    assert_ptr_equal(owner, &passed.owner);
    passed.reason = reason;
    passed.closeds++;
}

static void on_freed(struct conn_owner *owner)
{
    assert_ptr_equal(owner, &passed.owner);
    passed.conn = NULL;
}

static void pass(void *ctx, const struct listener_profile *whose, struct conn *conn)
{
    static const struct conn_input_ops input_ops = {.input = on_input, .eof = on_eof};
    static const struct conn_owner_ops owner_ops = {.closed = on_closed, .freed = on_freed};

    assert_ptr_equal(ctx, &f);
    assert_ptr_equal(whose, profile);
    assert_null(conn->owner);
    assert_null(conn->input);
    passes++;
    passed.conn = conn;
    if (is_refused) {
        conn_finish(conn, REASON_SERVER_FULL);
        return;
    }
    passed.input.ops = &input_ops;
    passed.owner.ops = &owner_ops;
    conn_set_owner(conn, &passed.owner);
    conn_set_input(conn, &passed.input);
}

static void fail_it(void *ctx, const struct listener_profile *whose, const struct addr *peer,
                    enum preamble_failure failure)
{
    assert_ptr_equal(ctx, &f);
    assert_ptr_equal(whose, profile);
    assert_int_equal(peer->kind, ADDR_UNIX);
    assert_true(fails < FAILURES);
    failures[fails++] = failure;
}

static int begin(void **state)
{
    struct net_limits limits = fake_net_limits();

    (void)state;
    fake_loop_init(&f, &limits);
    preambles = (struct preamble_set){.net = &f.net, .most = MOST, .passed = pass, .failed = fail_it, .ctx = &f};
    preamble_set_init(&preambles, WAIT_MS);
    loop_add_timeq(&f.loop, &preambles.waiting);
    passed = (struct fake_peer){0};
    passes = fails = looks = 0;
    is_refused = false;
    return 0;
}

static int end(void **state)
{
    (void)state;
    fake_loop_fini(&f);
    assert_int_equal(preambles.count, 0);
    strbuf_fini(&passed.in);
    return 0;
}

/* Opens a connection that begins with text; returns the client's end. */
static int come(const char *text)
{
    int far, fd = fake_pair(&far, 0);

    fake_puts(far, text);
    assert_true(preamble_begin(&preambles, &kind, profile, fd, &proxy));
    fake_loop_turns(&f, 2);
    return far;
}

/* Checks that the client sees an end and has got nothing, and that nothing is left of the connection. */
static void assert_ended(int far)
{
    struct strbuf got = {0};

    fake_loop_turns(&f, 2);
    assert_false(fake_read(far, &got));
    assert_int_equal(got.len, 0);
    strbuf_fini(&got);
    close(far);
    fake_loop_turns(&f, 2);
}

/* ---- the tests ------------------------------------------------------------------------------------ */

static void what_comes_behind_it_is_for_whoever_it_is_for(void **state)
{
    int far;

    (void)state;
    far = come("@5!hello");
    assert_int_equal(passes, 1);
    assert_int_equal(preambles.count, 0);
    assert_int_equal(passed.conn->peer.kind, ADDR_IPV4);
    assert_int_equal(passed.conn->peer.ip[3], 5);
    assert_string_equal(strbuf_str(&passed.in), "hello");
    fake_puts(far, " @you!");
    fake_loop_turns(&f, 2);
    assert_string_equal(strbuf_str(&passed.in), "hello @you!");
    assert_int_equal(looks, 1);
    close(far);
    fake_loop_turns(&f, 2);
    assert_int_equal(passed.eofs, 1);
    assert_int_equal(f.net.closes[REASON_EOF], 1);
    assert_int_equal(fails, 0);
}

static void it_may_come_in_pieces(void **state)
{
    int far;

    (void)state;
    far = come("@");
    assert_int_equal(preambles.count, 1);
    assert_true(f.net.input_bytes > 0);
    fake_puts(far, "4");
    fake_loop_turns(&f, 2);
    assert_int_equal(passes, 0);
    fake_puts(far, "ab!x");
    fake_loop_turns(&f, 2);
    assert_int_equal(passes, 1);
    assert_int_equal(f.net.input_bytes, 0);
    assert_int_equal(passed.conn->peer.ip[3], 4);
    assert_string_equal(strbuf_str(&passed.in), "x");
    fake_loop_pass(&f, 2 * WAIT_MS); /* the time of the preamble is over, but it has passed */
    assert_true(conn_is_open(passed.conn));
    close(far);
}

static void it_may_tell_no_other_address(void **state)
{
    int far;

    (void)state;
    far = come("@!");
    assert_int_equal(passes, 1);
    assert_int_equal(passed.conn->peer.kind, ADDR_UNIX);
    assert_int_equal(passed.in.len, 0);
    close(far);
}

static void longest_one_passes_and_a_longer_one_fails(void **state)
{
    int far;

    (void)state;
    far = come("@234567!9");
    assert_int_equal(passes, 1);
    assert_string_equal(strbuf_str(&passed.in), "9");
    close(far);
    fake_loop_turns(&f, 2);
    assert_ended(come("@2345678!"));
    far = come("@2345");
    fake_puts(far, "678!");
    assert_ended(far);
    assert_int_equal(passes, 1);
    assert_int_equal(fails, 2);
    assert_int_equal(failures[0], PREAMBLE_IS_LONG);
    assert_int_equal(failures[1], PREAMBLE_IS_LONG);
}

static void wrong_one_is_ended_at_its_first_byte(void **state)
{
    (void)state;
    assert_ended(come("h"));
    assert_int_equal(fails, 1);
    assert_int_equal(failures[0], PREAMBLE_IS_WRONG);
    assert_int_equal(f.net.count, 0);
    for (int i = 0; i < REASON_COUNT; i++) {
        assert_int_equal(f.net.closes[i], 0); /* it is not counted as a client */
    }
}

static void time_for_it_is_from_the_beginning(void **state)
{
    int silent, slow;

    (void)state;
    silent = come("");
    slow = come("@");
    for (int i = 0; i < 4; i++) {
        fake_loop_pass(&f, WAIT_MS / 5);
        fake_puts(slow, "1");
        fake_loop_turns(&f, 2);
    }
    assert_int_equal(preambles.count, 2);
    fake_loop_pass(&f, WAIT_MS / 5);
    assert_int_equal(preambles.count, 0);
    assert_ended(silent);
    assert_ended(slow);
    assert_int_equal(fails, 2);
    assert_int_equal(failures[0], PREAMBLE_IS_LATE);
    assert_int_equal(failures[1], PREAMBLE_IS_LATE);
    assert_int_equal(f.net.count, 0);
    assert_int_equal(f.net.input_bytes, 0);
}

static void there_are_only_so_many_at_once(void **state)
{
    int fars[MOST], far, fd;

    (void)state;
    for (int i = 0; i < MOST; i++) {
        fars[i] = come("@");
    }
    fd = fake_pair(&far, 0);
    assert_false(preamble_begin(&preambles, &kind, profile, fd, &proxy));
    assert_int_equal(fails, 1);
    assert_int_equal(failures[0], PREAMBLE_IS_CROWDED);
    close(fars[0]);
    fake_loop_turns(&f, 2);
    assert_int_equal(fails, 1); /* a peer that ends its connection is no failure */
    assert_true(preamble_begin(&preambles, &kind, profile, fd, &proxy));
    assert_int_equal(preambles.count, MOST);
    close(far);
    close(fars[1]);
    close(fars[2]);
}

static void one_that_is_refused_behind_it_gets_no_more(void **state)
{
    int far;

    (void)state;
    is_refused = true;
    far = come("@5!hello");
    assert_int_equal(passes, 1);
    assert_ended(far);
    assert_int_equal(f.net.count, 0);
}

static void end_of_all_ends_it_too(void **state)
{
    int far;

    (void)state;
    far = come("@5");
    net_end_all(&f.net, REASON_SHUTDOWN);
    assert_ended(far);
    assert_int_equal(f.net.count, 0);
    assert_int_equal(fails, 0);
    close(come("@6")); /* one is in its preamble at the end of the test */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_comes_behind_it_is_for_whoever_it_is_for),
        TEST(it_may_come_in_pieces),
        TEST(it_may_tell_no_other_address),
        TEST(longest_one_passes_and_a_longer_one_fails),
        TEST(wrong_one_is_ended_at_its_first_byte),
        TEST(time_for_it_is_from_the_beginning),
        TEST(there_are_only_so_many_at_once),
        TEST(one_that_is_refused_behind_it_gets_no_more),
        TEST(end_of_all_ends_it_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
