/* Deleted lines: gone from the history of their room everywhere, over restarts; and who may delete which. */
#include "config.h"

#include "ctl.h"
#include "json_client.h"
#include "strict_json.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *db_path(void)
{
    return harness_text("%s/chatd.db", harness_dir());
}

static struct daemon *start(void)
{
    return daemon_start("-o", harness_text("store.path=%s", db_path()), "-o", "store.sync_ms=20", "-o",
                        "accounts.hash_memory=1M", "-o", "accounts.hash_passes=1", "-o", ctl_option());
}

static struct daemon *restart(struct daemon *d)
{
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    return start();
}

/* The one number that the database gives. */
static int ask_db(const char *sql)
{
    sqlite3_stmt *statement;
    sqlite3 *raw;
    int number;

    assert_int_equal(sqlite3_open(db_path(), &raw), SQLITE_OK);
    sqlite3_busy_timeout(raw, harness_deadline_ms());
    assert_int_equal(sqlite3_prepare_v2(raw, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    number = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(raw);
    return number;
}

/* The id of a line, as the answer to /history ids has it. */
static const char *id_of(struct client *c, const char *text)
{
    const char *line, *id;

    client_send(c, "/history ids\n");
    do {
        line = client_expect(c, text);
    } while (line[0] == '['); /* it was heard when it was said */
    id = strchr(line, '[') - 17; /* before the room: 16 digits and a blank */
    if (id < line || strspn(id, "0123456789abcdef") != 16) {
        harness_fail("no id in: %s", line);
    }
    return harness_text("%.16s", id);
}

static void a_line_that_is_taken_back_is_gone_over_a_restart(void)
{
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob"), *carol;

    client_send(alice, "hello\nthe password is xyzzy\n");
    client_expect(bob, "xyzzy");
    client_send(bob, "oh\n/delete last\n");
    client_expect_line(bob, "-- The line is deleted.");
    client_send(alice, "/delete\n/delete last\n");
    client_expect_line(alice, "!! usage: /delete needs an id or last, for example: /delete last");
    client_expect_line(alice, "-- The line is deleted.");
    client_expect_line(bob, "[#lobby] -- alice deleted a line of alice");
    client_send(bob, "/history\n/history xyzzy\n");
    client_expect_none(bob, "xyzzy", "-- 1 of 1 line kept in #lobby");
    client_expect_line(bob, "-- 0 lines found among the last 1 in #lobby");
    carol = client_open(d);
    client_expect_none(carol, "xyzzy", "-- You are");

    d = restart(d);
    assert_int_equal(ask_db("SELECT count(*) FROM message"), 1);
    assert_int_equal(ask_db("SELECT count(*) FROM message_words WHERE message_words MATCH 'xyzzy'"), 0);
    carol = client_join(d, "carol");
    client_send(carol, "/history\n/history xyzzy\n/delete last\n");
    client_expect_none(carol, "xyzzy", "-- 1 of 1 line kept in #lobby");
    client_expect_line(carol, "-- 0 lines found among the last 1 in #lobby");
    client_expect_line(carol, "!! no-such-line: none of the last lines kept in #lobby is yours");
}

/* Whether the file of the database, or the log beside it, has these bytes. */
static bool is_on_disk(const char *bytes)
{
    const char *const ends[] = {"", "-wal"};
    bool is_there = false;

    for (size_t i = 0; i < 2; i++) {
        FILE *file = fopen(harness_text("%s%s", db_path(), ends[i]), "r");
        struct stat st;
        char *all;

        if (file != NULL) {
            assert_int_equal(fstat(fileno(file), &st), 0);
            all = calloc(1, (size_t)st.st_size + 1);
            assert_non_null(all);
            assert_int_equal(fread(all, 1, (size_t)st.st_size, file), st.st_size);
            is_there = is_there || memmem(all, (size_t)st.st_size, bytes, strlen(bytes)) != NULL;
            free(all);
            fclose(file);
        }
    }
    return is_there;
}

/* The index of words is made compact a second after a start, or a minute after the last time. */
static void await_upkeep(void)
{
    int64_t until = harness_now_ms() + harness_deadline_ms();

    while (ask_db("SELECT count(*) FROM upkeep") > 0) {
        if (harness_now_ms() > until) {
            harness_fail("the words of erased lines are in the index still");
        }
        usleep(1000);
    }
}

static void words_of_a_deleted_line_leave_the_disk(void)
{
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice"), *bob;

    client_send(alice, "hello\nthe password is XyzzyPlugh\n");
    client_sync(alice);
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    assert_true(is_on_disk("XyzzyPlugh"));
    assert_true(is_on_disk("yzzyplugh")); /* the index has its words, in their folded form */
    d = start();
    bob = client_join(d, "bob");
    client_send(bob, "hello\n");
    ctl_ok("delete", "lobby", id_of(bob, "alice: the password"));
    d = restart(d);
    await_upkeep();
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    assert_int_equal(ask_db("SELECT count(*) FROM message"), 2);
    assert_int_equal(ask_db("SELECT count(*) FROM message_words WHERE message_words MATCH 'hello'"), 2);
    assert_false(is_on_disk("XyzzyPlugh"));
    assert_false(is_on_disk("yzzyplugh"));
}

/* What a guest has said before a restart is nobody's any more, under whatever name. */
static void others_lines_stay(void)
{
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");
    const char *id;

    client_send(alice, "mine\n");
    client_expect(bob, "mine");
    id = id_of(bob, "alice: mine");
    client_sendf(bob, "/delete %s\n", id);
    client_expect(bob, "!! not-yours: that line is not yours");
    d = restart(d);
    alice = client_join(d, "alice");
    client_sendf(alice, "/delete %s\n/history\n", id);
    client_expect(alice, "!! not-yours: that line is not yours");
    client_expect_line(alice, "-- 1 of 1 line kept in #lobby");
}

static void programs_are_told_which_line_it_was(void)
{
    struct daemon *d = start();
    struct client *bot = json_client_join(d, "bot"), *alice = client_join(d, "alice");
    const char *said, *event;

    client_send(alice, "oops\n/delete last\n");
    said = json_client_expect(bot, "say");
    event = json_client_expect(bot, "event");
    json_client_check(event, "event", "delete");
    json_client_check(event, "from", "alice");
    json_client_check(event, "writer", "alice");
    json_client_check(event, "about", strict_json_get(said, "id"));
    client_send(bot, "mine\n");
    said = json_client_expect(bot, "say");
    client_sendf(bot, "/delete %s\n", strict_json_get(said, "id"));
    json_client_check(json_client_expect(bot, "event"), "about", strict_json_get(said, "id"));
    event = json_client_next(bot);
    json_client_check(event, "type", "deleted");
    json_client_check(event, "room", "#lobby");
    json_client_check(event, "about", strict_json_get(said, "id"));
    json_client_check(json_client_next(bot), "type", "ok");
    client_sendf(bot, "/delete %s\n", strict_json_get(said, "id"));
    json_client_check(json_client_expect(bot, "error"), "code", "no-such-line");
}

static void administrators_delete_any_line(void)
{
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");
    const char *id, *other;

    client_send(alice, "spam\n/join Tea\nmore spam\n");
    client_sync(alice);
    other = id_of(alice, "alice: more spam");
    client_send(alice, "/leave\n");
    client_sync(alice); /* nobody is in #tea now */
    id = id_of(bob, "alice: spam");
    assert_string_equal(ctl_ok("delete", "#lobby", id), "The line is deleted.\n");
    client_expect_line(bob, "[#lobby] -- server deleted a line of alice");
    assert_string_equal(ctl_fails(1, "delete", "lobby", id), "chatctl: no line of that id is kept of #lobby\n");
    assert_string_equal(ctl_fails(1, "delete", "lobby", other), "chatctl: no line of that id is kept of #lobby\n");
    assert_string_equal(ctl_ok("--json", "delete", "TEA", other), harness_text("{\"deleted\":\"%s\"}\n", other));
    assert_non_null(strstr(ctl_fails(2, "delete", "lobby", "last"), "16 hexadecimal digits"));
    assert_non_null(strstr(ctl_fails(1, "delete", "nowhere", id), "no line of that id is kept of #nowhere"));
    daemon_wait_log(d, "delete TEA");
    d = restart(d);
    assert_int_equal(ask_db("SELECT count(*) FROM message"), 0);
}

/* Without a database, too. */
static void memory_forgets_it_as_well(void)
{
    struct daemon *d = daemon_start("-o", ctl_option());
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    client_send(alice, "one\ntwo\n/delete last\n");
    client_expect_line(alice, "-- The line is deleted.");
    ctl_ok("delete", "lobby", id_of(bob, "alice: one"));
    client_send(bob, "/history\n");
    client_expect_line(bob, "-- 0 of 0 lines kept in #lobby");
}

#ifdef HAVE_SODIUM

#define PASSWORD "correct horse"

/* A person with an account who has said a line, and the daemon that knows it from the database alone. */
static struct daemon *start_with_a_line_of_alice(void)
{
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice");

    client_send(alice, "/register\n" PASSWORD "\n");
    client_expect(alice, "-- You are logged in as alice.");
    client_send(alice, "something of mine\n");
    client_sync(alice);
    return restart(d);
}

static void an_account_keeps_its_lines(void)
{
    struct daemon *d = start_with_a_line_of_alice();
    struct client *alice = client_open(d), *bob = client_join(d, "bob");
    const char *id = id_of(bob, "something of mine");

    client_sendf(bob, "/delete %s\n", id);
    client_expect(bob, "!! not-yours: ");
    client_send(alice, "/login alice " PASSWORD "\n/nick lissy\n");
    client_sendf(alice, "/delete %s\n", id);
    client_expect_line(alice, "-- The line is deleted.");
    client_expect_line(bob, "[#lobby] -- lissy deleted a line of alice");
    client_send(alice, "again\n/logout\n/nick ann\n/delete last\n/delete last\n"); /* it is the same person still */
    client_expect_line(alice, "-- The line is deleted.");
    client_expect_line(alice, "!! no-such-line: none of the last lines kept in #lobby is yours");
}

static void an_account_takes_its_lines_along_on_wish(void)
{
    struct daemon *d = start_with_a_line_of_alice();
    struct client *alice = client_open(d);

    client_send(alice, "a guest's\n/login alice " PASSWORD "\nand one more\n/forget lines\n" PASSWORD "\n");
    client_expect_line(alice, "-- The account is erased, and so is what it said.");
    client_send(alice, "/history\n");
    client_expect_line(alice, "-- 1 of 1 line kept in #lobby");
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    assert_int_equal(ask_db("SELECT count(*) FROM message"), 1);
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(a_line_that_is_taken_back_is_gone_over_a_restart),
        HARNESS_TEST_ONCE(words_of_a_deleted_line_leave_the_disk),
        HARNESS_TEST(others_lines_stay),
        HARNESS_TEST(programs_are_told_which_line_it_was),
        HARNESS_TEST(administrators_delete_any_line),
        HARNESS_TEST_ONCE(memory_forgets_it_as_well),
#ifdef HAVE_SODIUM
        HARNESS_TEST_ONCE(an_account_keeps_its_lines),
        HARNESS_TEST_ONCE(an_account_takes_its_lines_along_on_wish),
#endif
    };

    return harness_main(tests);
}
