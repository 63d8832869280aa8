/* What follows an account: missed lines, choices and the away message, over restarts, in text and json. */
#include "config.h"

#include "harness.h"
#include "json_client.h"
#include "strict_json.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(HAVE_SODIUM) && defined(HAVE_SQLITE)

#include <sqlite3.h>

#define PASSWORD "correct horse"

static struct daemon *start_with(const char *option, const char *value)
{
    return daemon_start("-o", harness_text("store.path=%s/chatd.db", harness_dir()), "-o", "store.sync_ms=20", "-o",
                        "accounts.hash_memory=1M", "-o", "accounts.hash_passes=1", "-o",
                        harness_text("%s=%s", option, value));
}

static struct daemon *start(void)
{
    return start_with("history.replay", "2");
}

static void register_as(struct client *c)
{
    client_send(c, "/register " PASSWORD "\n");
    client_expect(c, "-- You are logged in as ");
}

static struct client *log_in(struct daemon *d, const char *name)
{
    struct client *c = client_open(d);

    client_sendf(c, "/login %s " PASSWORD "\n", name);
    client_expect(c, harness_text("-- You are logged in as %s.", name));
    return c;
}

/* What another program reads in the database. */
static const char *ask_raw(const char *sql)
{
    sqlite3_stmt *statement;
    sqlite3 *raw;
    const char *text;

    assert_int_equal(sqlite3_open(harness_text("%s/chatd.db", harness_dir()), &raw), SQLITE_OK);
    sqlite3_busy_timeout(raw, harness_deadline_ms());
    if (sqlite3_prepare_v2(raw, sql, -1, &statement, NULL) != SQLITE_OK || sqlite3_step(statement) != SQLITE_ROW) {
        harness_fail("%s: %s", sql, sqlite3_errmsg(raw));
    }
    text = harness_text("%s", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    sqlite3_close(raw);
    return text;
}

/* Quits, and waits until the daemon has ended the connection. */
static void quit(struct client *c)
{
    client_send(c, "/quit\n");
    client_expect_eof(c);
    client_close(c);
}

/* The next line ends with that; an old one has its time before it. */
static void expect_next_ends(struct client *c, const char *text)
{
    const char *line = client_line(c);
    size_t len = strlen(line), end = strlen(text);

    if (len < end || strcmp(line + len - end, text) != 0) {
        harness_fail("expected the end: %s\nbut the line is: %s", text, line);
    }
}

/* Says so many lines in #ops, "1" and so on. */
static void say_in_ops(struct client *c, int count)
{
    client_send(c, "/join ops\n");
    for (int i = 1; i <= count; i++) {
        client_sendf(c, "%d\n", i);
    }
    client_sync(c);
}

/* Alice registers and enters #ops, where Bob says something; and she goes. */
static struct client *leave_alice_behind(struct daemon *d)
{
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    register_as(alice);
    client_send(alice, "/join ops\n");
    client_expect(alice, "-- You are in #ops");
    client_send(bob, "/join ops\nhello\n");
    client_expect(alice, "[#ops] bob: hello");
    quit(alice);
    client_expect(bob, "alice quit");
    return bob;
}

static void missed_lines_are_told_and_shown(void)
{
    struct daemon *d = start();
    struct client *bob = leave_alice_behind(d), *alice;

    say_in_ops(bob, 3);
    alice = log_in(d, "alice");
    client_expect(alice, "-- #ops: 3 new lines since ");
    assert_non_null(strstr(client_seen(alice), "; /join #ops and /history new show them\r\n"));
    client_send(alice, "/join ops\n");
    client_expect(alice, "-- #ops: 3 new lines since ");
    assert_non_null(strstr(client_seen(alice), "; /history new shows them\r\n"));
    client_send(alice, "/history new\n");
    expect_next_ends(alice, " [#ops] bob: 1");
    expect_next_ends(alice, " [#ops] bob: 2");
    expect_next_ends(alice, " [#ops] bob: 3");
    client_expect_next(alice, "-- 3 lines");
    client_send(alice, "/history new\n");
    client_expect_next(alice, "-- nothing is new in #ops");
    quit(alice);
    alice = log_in(d, "alice");
    client_sync_without(alice, "new line"); /* none was said since */
}

static void missed_lines_are_told_over_restarts(void)
{
    struct daemon *d = start();
    struct client *bob = leave_alice_behind(d), *alice;

    say_in_ops(bob, 1);
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    d = start();
    bob = client_join(d, "bob");
    say_in_ops(bob, 2);
    alice = log_in(d, "alice");
    client_expect(alice, "-- #ops: 3 new lines since ");
    client_send(alice, "/join ops\n/history new\n");
    client_expect(alice, "-- 3 lines");
    assert_int_equal(daemon_stop(d, SIGTERM), 0); /* she is in the room, and has them all */
    d = start();
    alice = log_in(d, "alice");
    client_sync_without(alice, "new line");
}

static void await_raw(const char *sql, const char *value)
{
    int64_t until = harness_now_ms() + harness_deadline_ms();

    while (strcmp(ask_raw(sql), value) != 0) {
        if (harness_now_ms() > until) {
            harness_fail("%s: %s and not %s", sql, ask_raw(sql), value);
        }
        usleep(1000);
    }
}

static void what_was_noted_outlives_a_kill(void)
{
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice"), *bob;

    register_as(alice);
    client_send(alice, "/set time on\n/join ops\nhello\n/leave ops\n/away gone\n");
    await_raw("SELECT count(*) FROM account_setting WHERE setting = 'away'", "1"); /* and so what came before */
    assert_int_equal(daemon_stop(d, SIGKILL), 128 + SIGKILL);
    d = start();
    bob = client_join(d, "bob");
    say_in_ops(bob, 2);
    alice = log_in(d, "alice");
    client_expect(alice, "-- You are away: gone");
    client_expect(alice, "-- #ops: 2 new lines since ");
    client_send(alice, "/set time\n");
    client_expect_line(alice, "-- time is on: the time before each message");
}

/* Whoever is cut off cannot have received everything. */
static void lines_before_a_connection_broke_off_are_new(void)
{
    struct daemon *d = start();
    struct client *bob = leave_alice_behind(d), *alice;

    alice = log_in(d, "alice");
    client_send(alice, "/join ops\n");
    client_sync(alice);
    client_send(bob, "is anybody there?\n");
    client_expect(alice, "[#ops] bob: is anybody there?");
    client_reset(alice);
    client_expect(bob, "alice quit");
    alice = log_in(d, "alice");
    client_expect(alice, "-- #ops: 1 new line since ");
}

static void a_room_that_one_stays_in_as_a_guest_has_new_lines_too(void)
{
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    register_as(alice);
    client_send(bob, "hello\n");
    client_expect(alice, "[#lobby] bob: hello");
    client_send(alice, "/logout\n");
    client_expect(alice, "-- You are logged out");
    client_send(bob, "again\n");
    client_expect(alice, "[#lobby] bob: again");
    quit(alice);
    alice = log_in(d, "alice");
    client_expect(alice, "-- #lobby: 1 new line since ");
    assert_non_null(strstr(client_seen(alice), "; /history new shows it\r\n"));
    client_send(alice, "/join ops\n/history new #lobby\n");
    client_expect(alice, "-- You are in #ops, nobody else is.");
    expect_next_ends(alice, " [#lobby] bob: again");
    client_expect_next(alice, "-- 1 line");
    client_send(alice, "/history new #nowhere\n");
    client_expect(alice, "!! no-such-room: ");
    client_send(alice, "/leave lobby\n/history new #lobby\n");
    client_expect(alice, "!! not-in-room: ");
}

static void a_room_in_which_nothing_was_said_yet_has_new_lines_too(void)
{
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    register_as(alice);
    client_send(alice, "/join Ops\n");
    client_sync(alice);
    quit(alice);
    client_expect(bob, "alice quit");
    say_in_ops(bob, 2);
    alice = log_in(d, "alice");
    client_expect(alice, "-- #Ops: 2 new lines since ");
}

static void lines_that_another_session_has_received_are_not_new(void)
{
    struct daemon *d = start();
    struct client *bob = leave_alice_behind(d), *alice, *other;

    alice = log_in(d, "alice");
    client_send(alice, "/join ops\n");
    client_sync(alice);
    say_in_ops(bob, 3);
    client_expect(alice, "[#ops] bob: 3");
    other = log_in(d, "alice");
    client_sync_without(other, "new line");
    quit(other);
    quit(alice);
    client_expect(bob, "alice quit");
    client_send(bob, "more\n");
    client_sync(bob);
    alice = log_in(d, "alice");
    client_expect(alice, "-- #ops: 1 new line since ");
}

/* Olga makes #ops, which is hers, and Alice leaves it. */
static struct client *leave_alice_behind_in_a_room_of_olgas(struct daemon *d, const char *mode)
{
    struct client *olga = client_join(d, "olga"), *alice = client_join(d, "alice");

    register_as(olga);
    client_sendf(olga, "/join ops\n/mode %s on\nhello\n", mode);
    client_sync(olga);
    register_as(alice);
    client_send(alice, "/join ops\n");
    client_sync(alice);
    quit(alice);
    client_expect(olga, "alice quit");
    return olga;
}

static void a_room_that_one_may_not_enter_is_not_told(void)
{
    struct daemon *d = start();
    struct client *olga = leave_alice_behind_in_a_room_of_olgas(d, "private"), *alice;

    client_send(olga, "/ban alice\nshe is out\n");
    client_sync(olga);
    alice = log_in(d, "alice");
    client_sync_without(alice, "new line");
    client_send(alice, "/join ops\n");
    client_expect(alice, "!! banned: ");
    quit(alice);
    client_send(olga, "/unban alice\n");
    client_sync(olga);
    alice = log_in(d, "alice");
    client_expect(alice, "-- #ops: 1 new line since ");
}

static void a_room_without_a_log_keeps_no_marks(void)
{
    struct daemon *d = start();
    struct client *olga = leave_alice_behind_in_a_room_of_olgas(d, "nolog");

    client_send(olga, "this is off the record\n/leave ops\n/set time on\n");
    client_sync(olga);
    await_raw("SELECT count(*) FROM account_setting WHERE setting = 'time' AND value = 'on'", "1");
    assert_string_equal(ask_raw("SELECT count(*) FROM mark JOIN room ON room.id = room WHERE folded = 'ops'"), "0");
}

static void json_has_room_count_id_and_time(void)
{
    struct daemon *d = start();
    struct client *bob = leave_alice_behind(d), *alice;
    const char *line, *since;

    say_in_ops(bob, 3);
    alice = json_client_join(d, "bot");
    client_send(alice, "/login alice " PASSWORD "\n");
    line = json_client_expect(alice, "new");
    json_client_check(line, "command", "login");
    json_client_check(line, "room", "#ops");
    json_client_check(line, "count", "3");
    json_client_check(line, "next", "/join #ops");
    since = harness_text("%s", strict_json_get(line, "since"));
    assert_int_equal(strlen(since), 16);
    assert_non_null(strict_json_get(line, "time"));
    json_client_check(json_client_next(alice), "type", "ok");
    client_send(alice, "/join ops\n");
    line = json_client_expect(alice, "new");
    json_client_check(line, "command", "join");
    json_client_check(line, "since", since);
    json_client_check(line, "next", "/history new");
    json_client_check(json_client_next(alice), "type", "ok");
    json_client_answers(alice, "/history new", "{\"type\":\"say\",", "{\"type\":\"say\",", "{\"type\":\"say\",",
                        "{\"type\":\"history\",\"command\":\"history\",\"room\":\"#ops\",\"count\":3}", NULL);
    json_client_answers(alice, "/history new",
                        "{\"type\":\"history\",\"command\":\"history\",\"room\":\"#ops\",\"count\":0}", NULL);
    json_client_answers(alice, harness_text("/history since %s", since), "{\"type\":\"say\",", "{\"type\":\"say\",",
                        "{\"type\":\"say\",", "{\"type\":\"history\",", NULL);
}

/* Each time as much as there is place for, and no line twice. */
static void new_lines_that_do_not_fit_come_with_the_next_asking(void)
{
    enum { LINES = 300 };
    struct daemon *d = start_with("limits.queue_bytes", "64K");
    struct client *bob = leave_alice_behind(d), *alice;
    const char *line;
    int left;

    say_in_ops(bob, LINES);
    alice = log_in(d, "alice");
    client_expect(alice, harness_text("-- #ops: %d new lines since ", LINES));
    client_send(alice, "/join ops\n");
    client_expect(alice, "; /history new shows them");
    client_send(alice, "/history new\n");
    left = atoi(client_expect(alice, " more: /history new") + strlen("-- "));
    assert_in_range(left, 1, LINES - 1);
    quit(alice);
    alice = log_in(d, "alice"); /* only what was not shown is new now */
    client_expect(alice, harness_text("-- #ops: %d new line", left));
    client_send(alice, "/join ops\n");
    client_expect(alice, "; /history new shows ");
    client_send(alice, "/history new\n");
    for (int i = LINES - left + 1; i <= LINES;) {
        line = client_line(alice);
        if (strstr(line, " [#ops] bob: ") != NULL) {
            assert_string_equal(strstr(line, "[#ops]"), harness_text("[#ops] bob: %d", i++));
        } else if (strncmp(line, "-- ", 3) == 0) {
            assert_non_null(strstr(line, " more: /history new"));
            client_send(alice, "/history new\n");
        }
    }
    client_expect(alice, " line");
    client_send(alice, "/history new\n");
    client_expect_next(alice, "-- nothing is new in #ops");
}

/* ---- choices and the away message ---- */

static void choices_and_away_come_back_over_restarts(void)
{
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice"), *bob;

    client_send(alice, "/set joins off\n");
    client_sync(alice);
    register_as(alice);
    client_send(alice, "/set time on\n/set bell on\n/set bell off\n/away back at two\n");
    client_expect_line(alice, "-- You are away: back at two");
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    d = start();
    alice = log_in(d, "alice");
    client_expect(alice, "-- You were here last at ");
    client_expect_next(alice, "-- You are away: back at two");
    client_send(alice, "/set\n");
    client_expect_next(alice, "-- time is on: the time before each message");
    client_expect_next(alice, "-- colour is off (auto): names in colours");
    client_expect_next(alice, "-- bell is off: a bell with each private line");
    client_expect_next(alice, "-- highlight is off: lines with these words are marked, as those with your name");
    client_expect_next(alice, "-- joins is off: people who join, leave and quit");
    client_expect_next(alice, "-- echo is off: your own lines too");
    bob = client_join(d, "bob");
    client_send(bob, "/msg alice are you there?\n");
    client_expect_line(bob, "-- alice is away: back at two");
    client_send(alice, "/back\n");
    client_expect_line(alice, "-- You are back.");
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    d = start();
    alice = log_in(d, "alice");
    client_sync_without(alice, "away");
}

static void a_programs_form_and_choices_stay_its_own(void)
{
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice"), *bot;

    register_as(alice);
    client_send(alice, "/set joins off\n");
    client_sync(alice);
    quit(alice);
    bot = json_client_join(d, "bot");
    client_send(bot, "/login alice " PASSWORD "\n");
    json_client_expect(bot, "account");
    json_client_check(json_client_expect(bot, "ok"), "command", "login");
    client_send(bot, "/set joins\n");
    json_client_check(json_client_expect(bot, "setting"), "on", "true");
    client_send(bot, "/set echo on\n");
    json_client_expect(bot, "setting");
    client_close(bot);
    alice = log_in(d, "alice");
    client_send(alice, "/set joins\n/set echo\n");
    client_expect_line(alice, "-- joins is off: people who join, leave and quit");
    client_expect_line(alice, "-- echo is off: your own lines too");
}

/* ---- what is erased ---- */

static void an_account_that_is_erased_leaves_nothing(void)
{
    struct daemon *d = start();
    struct client *bob = leave_alice_behind(d), *alice;

    alice = log_in(d, "alice");
    client_send(alice, "/join ops\n/away gone\n/set time on\n");
    client_sync(alice);
    await_raw("SELECT count(*) > 0 FROM mark", "1");
    client_send(alice, "/forget\n" PASSWORD "\n");
    client_expect(alice, "-- The account is erased.");
    client_send(bob, "after\n");
    client_expect(alice, "[#ops] bob: after");
    client_send(alice, "/set time off\n/away again\n/leave ops\n/history new\n");
    client_expect(alice, "!! not-logged-in: ");
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    assert_string_equal(ask_raw("SELECT count(*) FROM mark"), "0");
    assert_string_equal(ask_raw("SELECT count(*) FROM account_setting"), "0");
    d = start();
    alice = client_join(d, "alice");
    register_as(alice); /* a new account, to which nothing of the old one comes */
    client_send(alice, "/set time\n");
    client_expect_line(alice, "-- time is off: the time before each message");
}

#endif

static void a_server_without_accounts_has_no_new_lines(void)
{
    struct client *c = client_join(daemon_start(), "alice");

    client_send(c, "/history new\n");
    client_expect(c, "!! no-accounts: ");
    client_send(c, "/history new deploy\n"); /* no room's name: a search */
    client_expect(c, "-- 0 lines found");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#if defined(HAVE_SODIUM) && defined(HAVE_SQLITE)
        HARNESS_TEST(missed_lines_are_told_and_shown),
        HARNESS_TEST(missed_lines_are_told_over_restarts),
        HARNESS_TEST(what_was_noted_outlives_a_kill),
        HARNESS_TEST(lines_before_a_connection_broke_off_are_new),
        HARNESS_TEST(a_room_that_one_stays_in_as_a_guest_has_new_lines_too),
        HARNESS_TEST(a_room_in_which_nothing_was_said_yet_has_new_lines_too),
        HARNESS_TEST(lines_that_another_session_has_received_are_not_new),
        HARNESS_TEST(a_room_that_one_may_not_enter_is_not_told),
        HARNESS_TEST(a_room_without_a_log_keeps_no_marks),
        HARNESS_TEST(json_has_room_count_id_and_time),
        HARNESS_TEST(new_lines_that_do_not_fit_come_with_the_next_asking),
        HARNESS_TEST(choices_and_away_come_back_over_restarts),
        HARNESS_TEST(a_programs_form_and_choices_stay_its_own),
        HARNESS_TEST(an_account_that_is_erased_leaves_nothing),
#endif
        HARNESS_TEST_ONCE(a_server_without_accounts_has_no_new_lines),
    };

    return harness_main(tests);
}
