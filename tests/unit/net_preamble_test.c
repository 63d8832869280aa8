/* Tests of net/preamble.h, with a preamble that consists of "@", the last digit of an IPv4 address, perhaps letters,
 * and "!".  "?" in it is wrong. */
#include "config.h"

#include "net/preamble.h"

#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- the world ------------------------------------------------------------------------------------ */

enum { LONGEST = 8, MOST = 3, WAIT_MS = 5000, FAILURES = 8 };

static struct fake_loop f;
static struct preamble_set preambles;
static const struct listener_profile *const profile = (const struct listener_profile *)&preambles; /* not used */
static const struct addr proxy = {.kind = ADDR_UNIX};
static struct preamble_found passed;
static char rest[64]; /* what could be read from the socket when it had passed */
static int passes, fails, looks;
static enum preamble_failure failures[FAILURES];

static enum preamble_answer look(const char *data, size_t len, struct preamble_found *found)
{
    const char *end = memchr(data, '!', len);

    looks++;
    assert_in_range(len, 1, LONGEST);
    assert_false(found->is_own);
    if (data[0] != '@') {
        return PREAMBLE_NONE;
    }
    if (memchr(data, '?', len) != NULL) {
        return PREAMBLE_WRONG;
    }
    if (end == NULL) {
        return len < LONGEST ? PREAMBLE_MORE : PREAMBLE_LONG;
    }
    found->used = (size_t)(end - data) + 1;
    if (found->used > 2) {
        found->peer = (struct addr){.kind = ADDR_IPV4, .ip = {192, 0, 2, (uint8_t)(data[1] - '0')}, .port = 7};
    } else {
        found->is_own = true;
    }
    return PREAMBLE_WHOLE;
}

static const struct preamble_kind kind = {.max_bytes = LONGEST, .look = look};

static void pass(void *ctx, const struct listener_profile *whose, int fd, const struct preamble_found *found)
{
    ssize_t n = recv(fd, rest, sizeof(rest) - 1, MSG_DONTWAIT);

    assert_ptr_equal(ctx, &f);
    assert_ptr_equal(whose, profile);
    rest[n > 0 ? n : 0] = '\0';
    passes++;
    passed = *found;
    close(fd);
}

static void fail_it(void *ctx, const struct listener_profile *whose, int fd, const struct addr *peer,
                    enum preamble_failure failure)
{
    assert_ptr_equal(ctx, &f);
    assert_ptr_equal(whose, profile);
    assert_int_equal(peer->kind, ADDR_UNIX);
    assert_true(fails < FAILURES);
    failures[fails++] = failure;
    close(fd);
}

static int begin(void **state)
{
    struct net_limits limits = fake_net_limits();

    (void)state;
    fake_loop_init(&f, &limits);
    preambles = (struct preamble_set){.net = &f.net, .most = MOST, .passed = pass, .failed = fail_it, .ctx = &f};
    preamble_set_init(&preambles, WAIT_MS);
    loop_add_timeq(&f.loop, &preambles.waiting);
    passes = fails = looks = 0;
    rest[0] = '\0';
    return 0;
}

static int end(void **state)
{
    (void)state;
    preamble_close_all(&preambles);
    assert_int_equal(preambles.count, 0);
    fake_loop_fini(&f);
    return 0;
}

/* Opens a socket that begins with text; returns the client's end. */
static int come(const char *text)
{
    int far, fd = fake_pair(&far, 0);

    fake_puts(far, text);
    preamble_begin(&preambles, &kind, profile, fd, &proxy);
    fake_loop_turns(&f, 2);
    return far;
}

/* Checks that the client sees an end and has got nothing. */
static void assert_ended(int far)
{
    struct strbuf got = {0};

    fake_loop_turns(&f, 2);
    assert_false(fake_read(far, &got));
    assert_int_equal(got.len, 0);
    strbuf_fini(&got);
    close(far);
}

/* ---- the tests ------------------------------------------------------------------------------------ */

static void bytes_behind_it_stay_in_the_socket(void **state)
{
    int far;

    (void)state;
    far = come("@5!hello");
    assert_int_equal(passes, 1);
    assert_int_equal(preambles.count, 0);
    assert_int_equal(passed.peer.kind, ADDR_IPV4);
    assert_int_equal(passed.peer.ip[3], 5);
    assert_false(passed.is_own);
    assert_string_equal(rest, "hello");
    assert_int_equal(looks, 1);
    assert_int_equal(fails, 0);
    close(far);
}

static void it_may_come_in_pieces(void **state)
{
    int far;

    (void)state;
    far = come("@");
    assert_int_equal(preambles.count, 1);
    fake_puts(far, "4");
    fake_loop_turns(&f, 2);
    looks = 0;
    fake_loop_turns(&f, 5); /* the bytes so far are taken: the socket does not stay readable */
    assert_int_equal(looks, 0);
    assert_int_equal(passes, 0);
    fake_puts(far, "ab!x");
    fake_loop_turns(&f, 2);
    assert_int_equal(passes, 1);
    assert_int_equal(passed.peer.ip[3], 4);
    assert_string_equal(rest, "x");
    fake_loop_pass(&f, 2 * WAIT_MS);
    assert_int_equal(fails, 0);
    close(far);
}

static void it_may_tell_no_other_address(void **state)
{
    (void)state;
    close(come("@!"));
    assert_int_equal(passes, 1);
    assert_int_equal(passed.peer.kind, ADDR_UNIX);
    assert_true(passed.is_own);
    assert_string_equal(rest, "");
}

static void longest_one_passes_and_a_longer_one_fails(void **state)
{
    int far;

    (void)state;
    close(come("@234567!9"));
    assert_int_equal(passes, 1);
    assert_string_equal(rest, "9");
    assert_ended(come("@2345678!"));
    far = come("@2345");
    fake_puts(far, "678!");
    assert_ended(far);
    assert_int_equal(passes, 1);
    assert_int_equal(fails, 2);
    assert_int_equal(failures[0], PREAMBLE_IS_LONG);
    assert_int_equal(failures[1], PREAMBLE_IS_LONG);
}

static void wrong_one_is_ended_at_once(void **state)
{
    int far;

    (void)state;
    assert_ended(come("h"));
    assert_ended(come("@?"));
    far = come("@1");
    fake_puts(far, "?");
    assert_ended(far);
    assert_int_equal(fails, 3);
    assert_int_equal(failures[0], PREAMBLE_IS_MISSING);
    assert_int_equal(failures[1], PREAMBLE_IS_WRONG);
    assert_int_equal(failures[2], PREAMBLE_IS_WRONG);
    assert_int_equal(preambles.count, 0);
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
    assert_int_equal(failures[0], PREAMBLE_IS_MISSING);
    assert_int_equal(failures[1], PREAMBLE_IS_LATE);
}

static void one_that_ends_is_a_failure_only_within_it(void **state)
{
    int far;

    (void)state;
    close(come("")); /* as a health check does */
    fake_loop_turns(&f, 2);
    assert_int_equal(preambles.count, 0);
    assert_int_equal(fails, 0);
    far = come("@");
    shutdown(far, SHUT_WR);
    assert_ended(far);
    assert_int_equal(fails, 1);
    assert_int_equal(failures[0], PREAMBLE_IS_WRONG);
    far = come("");
    shutdown(far, SHUT_WR);
    assert_ended(far);
    assert_int_equal(fails, 1);
}

static void there_are_only_so_many_at_once(void **state)
{
    int fars[MOST], far;

    (void)state;
    for (int i = 0; i < MOST; i++) {
        fars[i] = come("@");
    }
    assert_ended(come("@1!")); /* even if it is complete */
    assert_int_equal(fails, 1);
    assert_int_equal(failures[0], PREAMBLE_IS_CROWDED);
    fake_puts(fars[0], "!");
    fake_loop_turns(&f, 2);
    assert_int_equal(passes, 1);
    far = come("@");
    assert_int_equal(preambles.count, MOST);
    assert_int_equal(fails, 1);
    close(far);
    for (int i = 0; i < MOST; i++) {
        close(fars[i]);
    }
}

static void all_are_closed_at_the_end(void **state)
{
    int far;

    (void)state;
    far = come("@5");
    preamble_close_all(&preambles);
    assert_int_equal(preambles.count, 0);
    assert_ended(far);
    assert_int_equal(fails, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bytes_behind_it_stay_in_the_socket),
        TEST(it_may_come_in_pieces),
        TEST(it_may_tell_no_other_address),
        TEST(longest_one_passes_and_a_longer_one_fails),
        TEST(wrong_one_is_ended_at_once),
        TEST(time_for_it_is_from_the_beginning),
        TEST(one_that_ends_is_a_failure_only_within_it),
        TEST(there_are_only_so_many_at_once),
        TEST(all_are_closed_at_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
