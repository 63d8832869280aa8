/* Private lines for people who may be absent: /tell, kept over restarts, shown at the log-in. */
#include "config.h"

#include "harness.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#if defined(HAVE_SODIUM) && defined(HAVE_SQLITE)

#define PASSWORD "correct horse"

static struct daemon *start_keeping(const char *most)
{
    return daemon_start("-o", harness_text("store.path=%s/chatd.db", harness_dir()), "-o", "accounts.hash_memory=1M",
                        "-o", "accounts.hash_passes=1", "-o", "flood.lines_per_second=0", "-o",
                        "limits.queue_bytes=64K", "-o", harness_text("store.mail_per_person=%s", most));
}

/* Somebody with an account of that name, logged in. */
static struct client *own(struct daemon *d, const char *name)
{
    struct client *c = client_join(d, name);

    client_send(c, "/register " PASSWORD "\n");
    client_expect(c, "-- You are logged in as ");
    return c;
}

/* Makes an account whose owner is not here. */
static void leave_account(struct daemon *d, const char *name)
{
    struct client *c = own(d, name);

    client_send(c, "/logout\n");
    client_expect(c, "-- You are logged out");
    client_close(c);
}

static struct client *log_in(struct daemon *d, const char *name)
{
    struct client *c = client_open(d);

    client_sendf(c, "/login %s " PASSWORD "\n", name);
    client_expect(c, "-- You are logged in as ");
    return c;
}

static void a_line_waits_for_its_reader_over_a_restart(void)
{
    struct daemon *d = start_keeping("50");
    struct client *bob, *alice;

    leave_account(d, "alice");
    bob = client_join(d, "bob");
    client_send(bob, "/tell Alice the key is under the mat\n/tell alice and a second one\n");
    client_expect_line(bob, "-- kept for alice, who is not here: it is shown at the next log-in");
    client_expect(bob, "-- kept for alice");
    daemon_signal(d, SIGKILL);
    (void)daemon_wait(d);
    d = start_keeping("50");
    alice = log_in(d, "alice");
    client_expect_line(alice, "-- 2 private lines were kept for you:");
    client_expect(alice, "[bob -> you] the key is under the mat");
    client_expect(alice, "[bob -> you] and a second one");
    client_send(alice, "/mail\n");
    client_expect_line(alice, "-- no private lines were kept for you");
    client_close(alice);
    alice = log_in(d, "alice");
    client_send(alice, "/time\n");
    client_expect_none(alice, "kept for you", "-- 20");
}

static void a_program_gets_fields(void)
{
    struct daemon *d = start_keeping("50");
    struct client *bob, *alice;

    leave_account(d, "alice");
    bob = own(d, "bob");
    client_send(bob, "/format json\n/tell alice over\n");
    client_expect_line(bob, "{\"type\":\"kept\",\"command\":\"tell\",\"name\":\"alice\"}");
    client_expect_line(bob, "{\"type\":\"ok\",\"command\":\"tell\"}");
    alice = client_open(d);
    client_send(alice, "/format json\n/login alice " PASSWORD "\n");
    client_expect_line(alice, "{\"type\":\"mail\",\"command\":\"login\",\"count\":1}");
    client_expect(alice, ",\"from\":\"bob\",\"to\":\"alice\",\"text\":\"over\",\"replay\":true}");
    client_expect_line(alice, "{\"type\":\"ok\",\"command\":\"login\"}");
}

static void who_is_here_reads_it_at_once(void)
{
    struct daemon *d = start_keeping("50");
    struct client *alice = own(d, "alice"), *guest = client_join(d, "gus"), *bob = client_join(d, "bob");

    client_send(alice, "/nick zoe\n");
    client_expect(alice, "-- You are now zoe.");
    client_send(bob, "/tell alice one\n/tell gus two\n/tell nobody three\n");
    client_expect_line(alice, "[bob -> you] one");
    client_expect_line(guest, "[bob -> you] two");
    client_expect(bob, "!! no-such-name: there is nobody called nobody here");
    client_send(bob, "/mail\n");
    client_expect(bob, "!! not-logged-in: ");
}

static void a_mailbox_has_a_bound_and_shares(void)
{
    struct daemon *d = start_keeping("4");
    struct client *bob, *carol, *dave, *erin, *alice;

    leave_account(d, "alice");
    bob = client_join(d, "bob");
    carol = own(d, "carol");
    dave = own(d, "dave");
    erin = own(d, "erin");
    client_send(bob, "/tell alice one\n/tell alice two\n/tell alice three\n");
    client_expect(bob, "!! mailbox-full: alice's mailbox is full of what guests wrote, of which it takes 2 lines");
    client_send(carol, "/tell alice four\n/tell alice five\n");
    client_expect(carol, "-- kept for alice");
    client_expect(carol, "!! mailbox-full: as many lines of yours are waiting as may: 1 for alice");
    client_send(dave, "/tell alice six\n");
    client_expect(dave, "-- kept for alice");
    client_send(erin, "/tell alice seven\n");
    client_expect_line(erin, "!! mailbox-full: alice's mailbox is full: 4 lines wait in it; nothing was kept");
    alice = log_in(d, "alice");
    client_expect(alice, "-- 4 private lines were kept for you:");
    client_expect(alice, "[dave -> you] six");
    client_send(alice, "/logout\n");
    client_expect(alice, "-- You are logged out");
    client_send(erin, "/tell alice seven\n");
    client_expect(erin, "-- kept for alice");
}

static void guests_of_one_address_write_little(void)
{
    struct daemon *d = start_keeping("50");
    struct client *c;

    leave_account(d, "alice");
    for (int i = 0; i < 5; i++) {
        c = client_open(d);
        client_send(c, "/tell alice hello\n");
        client_expect(c, "-- kept for alice");
    }
    c = client_open(d);
    client_send(c, "/tell alice hello\n");
    client_expect(c, "!! too-many-letters: guests from your address have written too much");
}

static void a_server_may_keep_none(void)
{
    struct daemon *d = start_keeping("0");
    struct client *bob;

    leave_account(d, "alice");
    bob = client_join(d, "bob");
    client_send(bob, "/tell alice hello\n");
    client_expect_line(bob, "!! no-mail: alice is not here, and this server keeps nothing for people who are not");
}

static void who_is_ignored_has_written_nothing(void)
{
    struct daemon *d = start_keeping("50");
    struct client *carol, *alice;

    leave_account(d, "alice");
    carol = own(d, "carol");
    client_send(carol, "/tell alice hear me\n");
    client_expect(carol, "-- kept for alice");
    alice = client_open(d);
    client_send(alice, "/ignore carol\n");
    client_expect(alice, "-- You ignore carol now.");
    client_close(carol);
    client_send(alice, "/login alice " PASSWORD "\n/mail\n");
    client_expect_none(alice, "hear me", "-- no private lines were kept for you");
}

static void what_does_not_fit_is_shown_later(void)
{
    enum { LETTERS = 45 };
    struct daemon *d = start_keeping("200");
    struct client *bob, *alice;
    const char *text = harness_repeat("x", 2000), *line;
    int left;

    leave_account(d, "alice");
    bob = own(d, "bob");
    for (int i = 0; i < LETTERS; i++) {
        client_sendf(bob, "/tell alice %d %s\n", i, text);
        client_expect(bob, "-- kept for alice");
    }
    alice = log_in(d, "alice");
    client_expect(alice, harness_text("-- %d private lines were kept for you:", LETTERS));
    line = client_expect(alice, " left out: too much is waiting for you to read it; /mail shows more");
    assert_int_equal(sscanf(line, "-- %d", &left), 1);
    client_sync(alice);
    client_send(alice, "/mail\n");
    client_expect(alice, harness_text("-- %d private line", left));
    client_expect(alice, harness_text("[bob -> you] %d %s", LETTERS - left, text));
    client_send(bob, harness_text("/tell alice %s\n", harness_repeat("x", 2050)));
    client_expect(bob, "[you -> alice] xxx"); /* who is here gets it in parts */
}

static void a_line_that_is_kept_is_one_line(void)
{
    struct daemon *d = start_keeping("50");
    struct client *bob;

    leave_account(d, "alice");
    bob = client_join(d, "bob");
    client_send(bob, harness_text("/tell alice %s\n", harness_repeat("x", 2049)));
    client_expect_line(bob, "!! text-too-long: alice is not here, and a line that is kept has at most 2048 bytes;"
                            " nothing was kept");
}

#else

static void without_accounts_nothing_is_kept(void)
{
    struct client *c = client_join(daemon_start(), "bob");

    client_send(c, "/tell alice hello\n");
    client_expect(c, "!! no-such-name: ");
    client_send(c, "/mail\n");
    client_expect(c, "!! no-accounts: ");
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
#if defined(HAVE_SODIUM) && defined(HAVE_SQLITE)
        HARNESS_TEST(a_line_waits_for_its_reader_over_a_restart),
        HARNESS_TEST(a_program_gets_fields),
        HARNESS_TEST(who_is_here_reads_it_at_once),
        HARNESS_TEST(a_mailbox_has_a_bound_and_shares),
        HARNESS_TEST_ONCE(guests_of_one_address_write_little),
        HARNESS_TEST_ONCE(a_server_may_keep_none),
        HARNESS_TEST_ONCE(who_is_ignored_has_written_nothing),
        HARNESS_TEST(what_does_not_fit_is_shown_later),
        HARNESS_TEST_ONCE(a_line_that_is_kept_is_one_line),
#else
        HARNESS_TEST_ONCE(without_accounts_nothing_is_kept),
#endif
    };

    return harness_main(tests);
}
