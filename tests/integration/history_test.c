/* The past of a room as a client finds it in the database: around a time. */
#include "config.h"

#include "json_client.h"
#include "strict_json.h"

#include <signal.h>
#include <sqlite3.h>
#include <string.h>

static const char *db_path(void)
{
    return harness_text("%s/chatd.db", harness_dir());
}

static struct daemon *start(void)
{
    return daemon_start("-o", harness_text("store.path=%s", db_path()), "-o", "store.sync_ms=20");
}

/* ---- around a time ---- */

/* Alice has said "line 0" at 12:00 UTC and one more each minute, up to "line 59"; in Berlin it was an hour later. */
static struct daemon *start_with_lines_of_each_minute(void)
{
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice");
    sqlite3 *raw;

    for (int i = 0; i < 60; i++) {
        client_sendf(alice, "line %d\n", i);
    }
    client_sync(alice);
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    assert_int_equal(sqlite3_open(db_path(), &raw), SQLITE_OK);
    assert_int_equal(sqlite3_exec(raw,
                                  "UPDATE message SET time = 1606219200000 + 60000 * substr(text, 6);"
                                  "UPDATE message SET id = time << 16",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(raw);
    daemon_wrap("export TZ=CET-1CEST,M3.5.0,M10.5.0/3");
    return start();
}

/* Sends a line, and expects these lines, 13:MM, and then the end. */
static void expect_minutes(struct client *c, const char *line, int first, int last)
{
    client_sendf(c, "%s\n", line);
    for (int i = first; i <= last; i++) {
        client_expect_next(c, harness_text("2020-11-24 13:%02d [#lobby] alice: line %d", i, i));
    }
}

static const char *follow(struct client *c, const char *begin)
{
    const char *line = client_line(c), *next = strstr(line, ": ");

    if (strncmp(line, begin, strlen(begin)) != 0 || next == NULL) {
        harness_fail("expected: %s...\nbut received: %s", begin, line);
    }
    return next + strlen(": ");
}

static void lines_around_a_time_and_on_in_both_directions(void)
{
    struct daemon *d = start_with_lines_of_each_minute();
    struct client *bob = client_join(d, "bob");
    const char *older, *newer;

    expect_minutes(bob, "/history around 2020-11-24 13:30", 20, 39);
    client_expect_next(bob, "-- 20 lines around 2020-11-24 13:30");
    older = follow(bob, "-- 20 older: /history before ");
    newer = follow(bob, "-- 20 more: /history since ");
    expect_minutes(bob, older, 0, 19);
    client_expect_next(bob, "-- 20 lines; there are no older ones");
    expect_minutes(bob, newer, 40, 59);
    client_expect_next(bob, "-- 20 lines");

    /* Between two lines, and as the JSON form writes it. */
    expect_minutes(bob, "/history around 2020-11-24T12:29:00.001Z", 20, 39);
    client_expect_next(bob, "-- 20 lines around 2020-11-24 13:29");
    client_line(bob);
    client_line(bob);
    expect_minutes(bob, "/history AROUND 2020-11-24 13:04:59", 0, 14);
    client_expect_next(bob, "-- 15 lines around 2020-11-24 13:04");
    follow(bob, "-- 45 more: /history since ");
    client_sync(bob);
}

static void lines_around_a_day_and_at_the_ends(void)
{
    struct daemon *d = start_with_lines_of_each_minute();
    struct client *bob = client_join(d, "bob");
    const char *next;

    expect_minutes(bob, "/history around 2020-11-24", 0, 9);
    client_expect_next(bob, "-- 10 lines around 2020-11-24 00:00");
    next = follow(bob, "-- 50 more: /history since ");
    expect_minutes(bob, next, 10, 59);
    client_expect_next(bob, "-- 50 lines");
    expect_minutes(bob, "/history around 2020-11-25", 50, 59);
    client_expect_next(bob, "-- 10 lines around 2020-11-25 00:00");
    follow(bob, "-- 50 older: /history before ");
    expect_minutes(bob, "/history around 00:00", 50, 59);
    client_expect_next(bob, "-- 10 lines around 00:00");
    follow(bob, "-- 50 older: /history before ");
    expect_minutes(bob, "/history around 9999-12-31 23:59", 50, 59); /* which is still to come */
    client_expect(bob, "-- 10 lines around ");
    follow(bob, "-- 50 older: /history before ");
    client_send(bob, "/history around 1990-01-01\n");
    client_expect(bob, "-- 10 lines around 1990-01-01 00:00");
    follow(bob, "-- 50 more: /history since ");
    client_sync(bob);
}

static void what_is_no_time_is_told(void)
{
    static const char *const wrong[] = {"", " noon", " 25:00", " 2020-02-30", " 2020-11-24 13", " 0123456789abcdef"};
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice");

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        client_sendf(alice, "/history around%s\n", wrong[i]);
        client_expect_next(alice, "!! bad-value: around is followed by a time: /history around 14:02, or 2026-11-24, "
                                  "or 2026-11-24 14:02");
    }
}

/* A program reads all of a room, from a time in its middle, to both ends. */
static void program_goes_on_in_both_directions(void)
{
    struct daemon *d = start_with_lines_of_each_minute();
    struct client *bot = json_client_join(d, "bot");
    const char *answer, *older, *newer;

    client_send(bot, "/history around 2020-11-24T12:30:00.000Z\n");
    for (int i = 20; i < 40; i++) {
        answer = json_client_next(bot);
        json_client_check(answer, "text", harness_text("line %d", i));
        json_client_check(answer, "time", harness_text("2020-11-24T12:%02d:00.000Z", i));
    }
    answer = json_client_next(bot);
    json_client_check(answer, "type", "history");
    json_client_check(answer, "command", "history");
    json_client_check(answer, "room", "#lobby");
    json_client_check(answer, "time", "2020-11-24T12:30:00.000Z");
    json_client_check(answer, "count", "20");
    json_client_check(answer, "left", "20");
    json_client_check(answer, "older", "20");
    newer = harness_text("%s", strict_json_get(answer, "next"));
    older = harness_text("%s", strict_json_get(answer, "previous"));
    json_client_check(json_client_next(bot), "type", "ok");
    client_sendf(bot, "%s\n%s\n", older, newer);
    for (int i = 0; i < 60; i++) {
        if (i == 20) {
            json_client_check(json_client_expect(bot, "history"), "left", NULL);
            json_client_check(json_client_next(bot), "type", "ok");
            i = 40;
        }
        json_client_check(json_client_next(bot), "text", harness_text("line %d", i));
    }
    client_send(bot, "/history around 2020-11-24\n");
    answer = json_client_expect(bot, "history"); /* of /history since */
    answer = json_client_expect(bot, "history");
    json_client_check(answer, "older", NULL);
    json_client_check(answer, "previous", NULL);
    json_client_check(answer, "left", "50");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(lines_around_a_time_and_on_in_both_directions),
        HARNESS_TEST(lines_around_a_day_and_at_the_ends),
        HARNESS_TEST_ONCE(what_is_no_time_is_told),
        HARNESS_TEST(program_goes_on_in_both_directions),
    };

    return harness_main(tests);
}
