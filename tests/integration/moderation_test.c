/* Tests of what may not be said in public: words, and links. */
#include "config.h"

#include "harness.h"

#include <signal.h>
#include <string.h>

static const char *words_option(const char *words)
{
    return harness_text("moderation.words=%s", harness_file("words", words));
}

static struct daemon *start(const char *words, const char *action)
{
    return daemon_start("-o", words_option(words), "-o", harness_text("moderation.words_action=%s", action));
}

static void words_are_refused_in_public(void)
{
    static const char *const lines[] = {
        "you foo",         "FOO!",       "//foo",          "/me is foo",   "/post #lobby foo", "/topic all foo",
        "/away gone foo",  "/nick foo",  "/nick x-foo",    "/join foo",    "/join #so_foo",    "ｆｏｏ",
        "f\u200bo\u200bo", "笨蛋",       "你是笨蛋吗",     "ты ДУРАК",     "f\u0336o\u0336o",
    };
    struct daemon *d = start("# bad\nfoo\n笨蛋\nдурак\n", "refuse");
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    client_sync(alice);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        client_sendf(bob, "%s\n", lines[i]);
        client_expect(bob, "!! word-refused: the word ");
    }
    client_send(bob, "foo\n");
    client_expect_next(bob, "!! word-refused: the word foo is not allowed on this server; nothing was sent");
    client_send(bob, "/format json\nfoo\n");
    client_expect(bob, "{\"type\":\"error\",\"code\":\"word-refused\",\"value\":\"foo\",");
    client_sendf(bob, "/format text\n%s foo\n", harness_repeat("long line ", 120)); /* in parts: all or nothing */
    client_expect(bob, "!! word-refused: ");
    client_send(bob, "food is no foot\n/quit so foo\n");
    client_expect_next(alice, "[#lobby] bob: food is no foot");
    client_expect_next(alice, "[#lobby] -- bob quit");
}

static void private_lines_are_free(void)
{
    struct daemon *d = daemon_start("-o", words_option("foo\n"), "-o", "moderation.links=never");
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    client_send(bob, "/msg alice foo at http://example.org\n");
    client_expect(alice, "[bob -> you] foo at http://example.org");
}

static void words_can_be_told_and_not_refused(void)
{
    struct daemon *d = start("foo\n", "tell");
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    client_send(bob, "some FOO\n");
    client_expect(alice, "[#lobby] bob: some FOO");
    daemon_wait_log(d, "filtered word client=2 name=bob word=foo unsaid=0 room=#lobby");
    client_send(bob, "/nick foo\n");
    client_expect(bob, "-- You are now foo.");
    daemon_wait_log(d, "filtered word client=2 name=bob word=foo unsaid=0\n");
}

static void reload_reads_the_words_again(void)
{
    const char *words = harness_file("words", "foo\n");
    const char *path = harness_file(
        "chatd.ini", harness_text("[server]\nlisten = 127.0.0.1:0\n[moderation]\nwords = %s\n", words));
    struct daemon *d = daemon_launch("-c", path);
    struct client *bob;

    daemon_wait_ready(d);
    bob = client_join(d, "bob");
    client_send(bob, "foo\nbar\n");
    client_expect(bob, "!! word-refused: the word foo ");
    client_sync_without(bob, "word-refused");
    harness_file("words", "bar\n");
    daemon_signal(d, SIGHUP);
    daemon_wait_log(d, "reloaded");
    client_send(bob, "foo\nbar\n");
    client_expect(bob, "!! word-refused: the word bar ");
    harness_file("words", "foo\nbar baz\n\n???\n");
    daemon_signal(d, SIGHUP);
    daemon_wait_log(d, "words:2: not one word of letters and digits");
    daemon_wait_log(d, "words:4: not one word of letters and digits");
    client_send(bob, "bar\nfoo\n"); /* the words before stay in force */
    client_expect(bob, "!! word-refused: the word bar ");
    client_sync_without(bob, "word-refused");
    harness_file("chatd.ini", "[server]\nlisten = 127.0.0.1:0\n");
    daemon_signal(d, SIGHUP);
    daemon_wait_log_next(d, "reloaded");
    client_send(bob, "bar\n");
    client_sync_without(bob, "word-refused");
}

static void words_that_cannot_be_read_keep_it_from_starting(void)
{
    struct daemon *d = daemon_launch("-o", words_option("one\ntwo words\n"));

    assert_int_equal(daemon_wait(d), 78); /* EX_CONFIG */
    assert_non_null(strstr(daemon_log(d), "words:2: not one word of letters and digits"));
    d = daemon_launch("-o", "moderation.words=/nonexistent/words");
    assert_int_equal(daemon_wait(d), 78);
    assert_non_null(strstr(daemon_log(d), "/nonexistent/words: cannot be read: No such file or directory"));
}

static void links_of_guests_are_refused(void)
{
    static const char *const links[] = {
        "see http://example.org",  "https://x.y",         "www.example.org",       "example.com", "t.me/spam",
        "/me likes example.com",   "/topic example.com",  "/away at example.com",  "HTTP://EXAMPLE.ORG",
        "/post #lobby example.com",
    };
    struct daemon *d = daemon_start("-o", "moderation.links=members");
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    client_sync(alice);
    for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
        client_sendf(bob, "%s\n", links[i]);
        client_expect_next(bob, "!! link-refused: only people who are logged in may post links; nothing was sent");
    }
    client_send(bob, "e.g. main.c, and/or 1.2.3.4 ...\n/quit buy at example.com\n");
    client_expect_next(alice, "[#lobby] bob: e.g. main.c, and/or 1.2.3.4 ...");
    client_expect_next(alice, "[#lobby] -- bob quit");
}

static void links_can_be_refused_to_everybody(void)
{
    struct client *bob = client_join(daemon_start("-o", "moderation.links=never"), "bob");

    client_send(bob, "http://example.org\n");
    client_expect(bob, "!! link-refused: links are not allowed on this server; nothing was sent");
}

static void nothing_is_refused_unless_it_is_set(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    client_send(bob, "foo http://example.org\n");
    client_expect(alice, "[#lobby] bob: foo http://example.org");
}

#if defined(HAVE_SODIUM) && defined(HAVE_SQLITE)

static void words_are_told_to_the_operators_and_the_administrators(void)
{
    struct daemon *d = daemon_start("-o", harness_text("store.path=%s/chatd.db", harness_dir()), "-o",
                                    "accounts.hash_memory=1M", "-o", "accounts.hash_passes=1", "-o",
                                    words_option("foo\n"), "-o", "moderation.words_action=tell");
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob"), *carol = client_join(d, "carol");

    client_send(alice, "/register correct-horse\n/join #den\n");
    client_expect(alice, "-- You are in #den,");
    client_send(carol, "/join #den\n");
    client_expect(carol, "-- You are in #den with ");
    client_send(bob, "/join #den\nsome FOO\n");
    client_expect(alice, "[#den] -- server: bob says \"foo\", a word to be told");
    client_expect_line(alice, "[#den] bob: some FOO");
    client_expect_line(carol, "[#den] bob: some FOO");
    client_send(alice, "/mute bob\n");
    client_expect(bob, "muted");
    client_send(bob, "more foo\n");
    client_expect(bob, "!! ");
    client_sync(alice);
    client_sync_without(carol, "word to be told");
    assert_int_equal(client_count_literal(alice, "a word to be told"), 1);
}

static void links_of_members_are_said(void)
{
    struct daemon *d = daemon_start("-o", harness_text("store.path=%s/chatd.db", harness_dir()), "-o",
                                    "accounts.hash_memory=1M", "-o", "accounts.hash_passes=1", "-o",
                                    "moderation.links=members");
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    client_send(bob, "/register correct-horse\n");
    client_expect(bob, "-- You are logged in as bob");
    client_send(bob, "see http://example.org\n");
    client_expect(alice, "[#lobby] bob: see http://example.org");
    client_send(bob, "/logout\nsee http://example.org\n");
    client_expect(bob, "!! link-refused: ");
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST_ONCE(words_are_refused_in_public),
        HARNESS_TEST_ONCE(private_lines_are_free),
        HARNESS_TEST_ONCE(words_can_be_told_and_not_refused),
        HARNESS_TEST_ONCE(reload_reads_the_words_again),
        HARNESS_TEST_ONCE(words_that_cannot_be_read_keep_it_from_starting),
        HARNESS_TEST_ONCE(links_of_guests_are_refused),
        HARNESS_TEST_ONCE(links_can_be_refused_to_everybody),
        HARNESS_TEST_ONCE(nothing_is_refused_unless_it_is_set),
#if defined(HAVE_SODIUM) && defined(HAVE_SQLITE)
        HARNESS_TEST_ONCE(links_of_members_are_said),
        HARNESS_TEST_ONCE(words_are_told_to_the_operators_and_the_administrators),
#endif
    };

    return harness_main(tests);
}
