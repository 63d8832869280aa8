/* How lines look to their reader: the times before them. */
#include "config.h"

#include "harness.h"
#include "raw_db.h"

#include <signal.h>
#include <string.h>

static struct daemon *start(void)
{
    return daemon_start("-o", harness_text("store.path=%s", raw_db_path()), "-o", "store.sync_ms=20");
}

/* Somebody with a name for whom all that was sent so far has been read. */
static struct client *come(struct daemon *d, const char *name)
{
    struct client *c = client_join(d, name);

    client_sync(c);
    return c;
}

/* ---- times ---- */

static void times_have_the_form_that_the_reader_has_chosen(void)
{
    struct daemon *d = start();
    struct client *alice = come(d, "alice"), *bob = come(d, "bob");
    const char *line;

    client_send(bob, "/set time [%H:%M:%S]\n");
    client_expect(bob, "-- time is on ([%H:%M:%S]): the time before each message");
    client_send(alice, "hello\n");
    line = client_expect(bob, " [#lobby] alice: hello");
    assert_int_equal(line[0], '[');
    assert_int_equal(line[6], ':');
    assert_int_equal(line[9], ']');
    client_send(bob, "/set time\n/set time off\n/set time on\n/set time %H:%M\n");
    client_expect_next(bob, "-- time is on ([%H:%M:%S]): the time before each message");
    client_expect_next(bob, "-- time is off ([%H:%M:%S]): the time before each message");
    client_expect_next(bob, "-- time is on ([%H:%M:%S]): the time before each message");
    client_expect_next(bob, "-- time is on: the time before each message");
}

static void a_form_that_could_be_anything_is_refused(void)
{
    static const char *const forms[] = {"%n%H", "%500H", "%H%c", "%", "%%", "%H %A %B %A %B %A %B", "%H%"};
    struct daemon *d = start();
    struct client *bob = come(d, "bob");

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        client_sendf(bob, "/set time %s\n", forms[i]);
        client_expect_next(bob, "!! bad-value: that is no form of a time; %H:%M:%S, %R and %d.%m. %H:%M are some");
    }
    client_sendf(bob, "/set time %s\n/set time\n", harness_repeat("%H", 300));
    client_expect_next(bob, "!! bad-value: time can be on, off, "
                            "a zone such as Europe/Berlin, or a form such as %H:%M:%S");
    client_expect_next(bob, "-- time is off: the time before each message");
}

/* Alice has said "one" and "two" on a day of November 2020, and "three" on the next one. */
static struct daemon *start_with_lines_of_two_days(void)
{
    struct daemon *d = start();
    struct client *alice = come(d, "alice");
    sqlite3 *raw;

    client_send(alice, "one\ntwo\nthree\n");
    client_sync(alice);
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    raw = raw_db_open();
    raw_db_run(raw, "UPDATE message SET time = 1606219200000 WHERE text = 'one';"
                    "UPDATE message SET time = 1606219260000 WHERE text = 'two';"
                    "UPDATE message SET time = 1606305600000 WHERE text = 'three';"
                    "UPDATE message SET id = time << 16");
    sqlite3_close(raw);
    daemon_wrap("export TZ=UTC");
    return start();
}

static void a_new_day_is_told_to_readers_who_see_times(void)
{
    struct daemon *d = start_with_lines_of_two_days();
    struct client *bob = come(d, "bob"), *carol = come(d, "carol");

    client_sync(bob);
    client_send(bob, "/set time on\n/history\n");
    client_expect_next(bob, "-- time is on: the time before each message");
    client_expect_next(bob, "-- Tuesday, 24 November 2020");
    client_expect_next(bob, "12:00 [#lobby] alice: one");
    client_expect_next(bob, "12:01 [#lobby] alice: two");
    client_expect_next(bob, "-- Wednesday, 25 November 2020");
    client_expect_next(bob, "12:00 [#lobby] alice: three");
    client_expect(bob, "-- 3 of 3 lines kept in #lobby");
    client_send(carol, "/history\n");
    client_expect_next(carol, "2020-11-24 12:00 [#lobby] alice: one");
    client_expect(carol, "-- 3 of 3 lines kept in #lobby");
    client_send(carol, "and now\n/me waves\n");
    assert_non_null(strstr(client_line(bob), " 20")); /* today */
    client_expect(bob, "[#lobby] carol: and now");
    client_expect(bob, "[#lobby] * carol waves");
}

static void all_times_are_in_the_readers_zone(void)
{
    struct daemon *d = start_with_lines_of_two_days();
    struct client *bob = come(d, "bob");

    client_send(bob, "/set time off tokyo\n/history 3\n");
    client_expect_next(bob, "-- time is off (Asia/Tokyo): the time before each message");
    client_expect_next(bob, "2020-11-24 21:00 [#lobby] alice: one");
    client_expect(bob, "-- 3 of 3 lines kept in #lobby");
    client_send(bob, "/history around 2020-11-24 21:01\n/seen alice\n/time\n");
    client_expect(bob, "2020-11-24 21:01 [#lobby] alice: two");
    client_expect(bob, "2020-11-24 21:01"); /* around which it was */
    client_expect(bob, " JST (UTC+09:00)");
    client_send(bob, "/set time Pacific/Auckland %R\n/history 3\n");
    client_expect_next(bob, "-- time is on (Pacific/Auckland %R): the time before each message");
    client_expect_next(bob, "-- Wednesday, 25 November 2020");
    client_expect_next(bob, "01:00 [#lobby] alice: one");
    client_expect_next(bob, "01:01 [#lobby] alice: two");
    client_expect_next(bob, "-- Thursday, 26 November 2020");
    client_expect_next(bob, "01:00 [#lobby] alice: three");
    client_expect(bob, "-- 3 of 3 lines kept in #lobby");
    client_send(bob, "/set time server %H:%M\n/set time Europe/Berln\n/set time aukland\n/set time ../../etc/passwd\n");
    client_expect_next(bob, "-- time is on: the time before each message");
    client_expect_next(bob, "!! bad-value: no time zone has that name; did you mean Europe/Berlin?");
    client_expect_next(bob, "!! bad-value: no time zone has that name; did you mean Pacific/Auckland?");
    client_expect_next(bob, "!! bad-value: time can be on, off, a zone such as Euro"
                            "pe/Berlin, or a form such as %H:%M:%S");
}

static void a_server_without_tzdata_says_so(void)
{
    struct daemon *d;
    struct client *bob;

    daemon_wrap("export TZDIR=/nonexistent TZ=UTC");
    d = start();
    bob = come(d, "bob");
    client_send(bob, "/set time Europe/Berlin\n/set time server %H\n");
    client_expect_next(bob, "!! unavailable: this server has no list of time zones");
    client_expect_next(bob, "-- time is on (%H): the time before each message");
}

static void the_zone_and_the_form_come_back_with_the_account(void)
{
    struct daemon *d = start();
    struct client *bob = come(d, "bob");
    sqlite3 *raw;

    client_send(bob, "/register correcthorse\n");
    client_expect(bob, "-- You are logged in as ");
    client_send(bob, "/set time off Asia/Kathmandu %T\n");
    client_expect(bob, "-- time is off (Asia/Kathmandu %T)");
    client_send(bob, "/quit\n");
    client_expect_eof(bob);
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    raw = raw_db_open();
    raw_db_run(raw, "UPDATE account SET seen = 1606219200000"); /* noon, 24 November 2020 */
    sqlite3_close(raw);
    d = start();
    bob = client_open(d);
    client_send(bob, "/login bob wrong\n/login bob correcthorse\n");
    client_expect(bob, "-- You are logged in as bob.");
    client_expect_next(bob, "-- 1 attempt to log in has failed since you were here last, at 2020-11-24 17:45.");
    client_send(bob, "/set time\n");
    client_expect(bob, "-- time is off (Asia/Kathmandu %T)");
}

/* ---- colours, mentions, right-to-left text ---- */

/* Somebody whose telnet tells this type of a terminal. */
static struct client *come_by_telnet(struct daemon *d, const char *name, const char *type)
{
    struct client *c = client_open(d);

    client_send(c, "\xff\xfb\x18");
    client_send_literal(c, "\xff\xfa\x18");
    client_send_literal(c, "\0");
    client_sendf(c, "%s\xff\xf0", type);
    client_sendf(c, "/nick %s\n", name);
    client_expect(c, harness_text("-- You are now %s.", name));
    client_send(c, "/set colour\n");
    return c;
}

static void colours_follow_the_terminal_unless_they_are_chosen(void)
{
    static const struct {
        const char *type, *shows, *begins;
    } terminals[] = {
        {"XTERM-256COLOR", "-- colour is on (auto)", "[#lobby] \x1b[1;38;5;"},
        {"LINUX", "-- colour is on (auto)", "[#lobby] \x1b[1;3"},
        {"VT220", "-- colour is off (auto)", "[#lobby] alice: hello"},
        {"DUMB", "-- colour is off (auto)", "[#lobby] alice: hello"},
        {"MUDLET", "-- colour is off (auto)", "[#lobby] alice: hello"},
    };
    struct daemon *d = daemon_start("-o", "terminal.edit=off");

    for (size_t i = 0; i < sizeof(terminals) / sizeof(terminals[0]); i++) {
        struct client *bob = come_by_telnet(d, harness_text("bob%zu", i), terminals[i].type), *alice;

        client_expect(bob, terminals[i].shows);
        alice = come(d, "alice");
        client_send(alice, "hello\n");
        client_expect(bob, terminals[i].begins);
        client_send(bob, "/set colour off\n");
        client_expect(bob, "-- colour is off: names in colours");
        client_send(alice, "hello\n");
        client_expect_line(bob, "[#lobby] alice: hello");
        client_send(alice, "/quit\n");
        client_expect_eof(alice);
        client_send(bob, "/quit\n");
        client_expect_eof(bob);
    }
}

static void clients_for_muds_tell_of_colours(void)
{
    static const char send[] = "\xff\xfa\x18\x01\xff\xf0";
    static const struct {
        const char *mtts, *begins;
    } clients[] = {
        {"MTTS 271", "[#lobby] \x1b[1;38;5;"},
        {"MTTS 5", "[#lobby] \x1b[1;3"},
        {"MTTS 335", "[#lobby] alice: hello"}, /* a screen reader */
        {"TINTIN++", "[#lobby] alice: hello"},
    };
    struct daemon *d = start();

    for (size_t i = 0; i < sizeof(clients) / sizeof(clients[0]); i++) {
        const char *types[] = {"TINTIN++", "XTERM-256COLOR", clients[i].mtts};
        struct client *bob = client_join(d, harness_text("bob%zu", i)), *alice;

        client_send(bob, "\xff\xfb\x18");
        for (size_t j = 0; j < sizeof(types) / sizeof(types[0]); j++) {
            client_expect_literal(bob, send);
            client_send_bytes(bob, "\xff\xfa\x18", 4); /* with a NUL */
            client_sendf(bob, "%s\xff\xf0", types[j]);
        }
        client_sync(bob);
        alice = come(d, "alice");
        client_send(alice, "hello\n");
        client_expect(bob, clients[i].begins);
        client_send(alice, "/quit\n");
        client_expect_eof(alice);
        client_close(bob);
    }
}

static void a_mention_is_marked_and_rings_if_wanted(void)
{
    struct daemon *d = start();
    struct client *alice = come(d, "alice"), *bob = come(d, "bob"), *carol = come(d, "carol");

    client_sync(bob);
    client_send(bob, "/highlight lunch, Обед\n/set colour on\n");
    client_expect_next(bob, "-- highlight is on (lunch Обед): lines with these words are marked, as those with "
                            "your name");
    client_expect_next(bob, "-- colour is on: names in colours");
    client_sync(bob);
    client_send(alice, "BOB: hi\nbobby\nLUNCH?\nлюблю обед\nbreakfast\n/me greets bob\n");
    client_expect(bob, "\x1b[1;7;3");
    client_expect_next(carol, "[#lobby] alice: BOB: hi");
    assert_null(strstr(client_line(bob), "\x1b[1;7;"));
    assert_non_null(strstr(client_line(bob), "\x1b[1;7;3"));
    assert_non_null(strstr(client_line(bob), "\x1b[1;7;3"));
    assert_null(strstr(client_line(bob), "\x1b[1;7;"));
    assert_non_null(strstr(client_line(bob), "\x1b[1;7;3"));
    client_send(bob, "/set colour off\n/set bell mention\n/highlight off\n");
    client_expect(bob, "-- bell is on (mention): a bell with each private line");
    client_expect(bob, "-- highlight is off");
    client_send(alice, "bob!\nlunch\n");
    client_expect_next(bob, "[#lobby] alice: bob!\a");
    client_expect_next(bob, "[#lobby] alice: lunch");
    client_send(bob, "/set bell on\n");
    client_expect(bob, "-- bell is on: ");
    client_send(alice, "bob!\n");
    client_expect_next(bob, "[#lobby] alice: bob!");
}

static void words_to_highlight_are_bounded(void)
{
    struct daemon *d = start();
    struct client *bob = come(d, "bob");

    client_sendf(bob, "/highlight %s\n/highlight %s\n/highlight\n", harness_repeat("w ", 17), harness_repeat("x", 65));
    client_expect_next(bob, "!! bad-value: highlight takes up to 16 words, or off");
    client_expect_next(bob, "!! bad-value: highlight takes up to 16 words, or off");
    client_expect(bob, "-- highlight is off: ");
    client_sendf(bob, "/highlight %s\n", harness_repeat("w ", 16));
    client_expect(bob, "-- highlight is on (w w w");
    client_send(bob, "/format json\n/highlight x\n");
    client_expect(bob, "\"error\"");
}

static void right_to_left_text_cannot_turn_the_line_around_it(void)
{
    struct daemon *d = start();
    struct client *alice = come(d, "alice"), *bob = come(d, "bob"), *carol = come(d, "carol");

    client_sync(bob);
    client_send(bob, "/set bidi\n/set bidi on\n");
    client_expect(bob, "-- bidi is off (auto): ");
    client_expect(bob, "-- bidi is on: ");
    client_sync(carol);
    client_send(alice, "שלום\n\xe2\x80\xae" "abc\xe2\x81\xa9\n/nick דנה\n/topic שלום\n");
    client_expect_next(bob, "[#lobby] alice: \xe2\x81\xa8שלום\xe2\x81\xa9");
    client_expect_next(bob, "[#lobby] alice: abc"); /* controls of people's own are never let through */
    client_expect_next(bob, "[#lobby] -- alice is now \xe2\x81\xa8דנה\xe2\x81\xa9");
    client_expect_next(bob, "[#lobby] -- \xe2\x81\xa8דנה\xe2\x81\xa9 set the topic: "
                            "\xe2\x81\xa8שלום\xe2\x81\xa9");
    client_expect_next(carol, "[#lobby] alice: שלום");
    client_send(bob, "/topic\n");
    client_expect(bob, "\xe2\x81\xa8שלום\xe2\x81\xa9");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(times_have_the_form_that_the_reader_has_chosen),
        HARNESS_TEST_ONCE(a_form_that_could_be_anything_is_refused),
        HARNESS_TEST_ONCE(a_new_day_is_told_to_readers_who_see_times),
        HARNESS_TEST_ONCE(all_times_are_in_the_readers_zone),
        HARNESS_TEST_ONCE(a_server_without_tzdata_says_so),
        HARNESS_TEST(colours_follow_the_terminal_unless_they_are_chosen),
        HARNESS_TEST_ONCE(clients_for_muds_tell_of_colours),
        HARNESS_TEST(a_mention_is_marked_and_rings_if_wanted),
        HARNESS_TEST_ONCE(words_to_highlight_are_bounded),
        HARNESS_TEST_ONCE(right_to_left_text_cannot_turn_the_line_around_it),
        HARNESS_TEST_ONCE(the_zone_and_the_form_come_back_with_the_account),
    };

    return harness_main(tests);
}
