/* The past of a room as a client finds it in the database: around a time, since an id over restarts, and by words
 * in any script. */
#include "config.h"

#include "json_client.h"
#include "strict_json.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
        client_expect_next(alice, "!! bad-value: around is followed by a time: /history around 14:02, or Tue 14:02, "
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

/* ---- since an id, over restarts ---- */

static sqlite3 *open_raw(void)
{
    sqlite3 *raw;

    assert_int_equal(sqlite3_open(db_path(), &raw), SQLITE_OK);
    sqlite3_busy_timeout(raw, harness_deadline_ms());
    return raw;
}

static int count_lines(sqlite3 *raw)
{
    sqlite3_stmt *count;
    int lines;

    assert_int_equal(sqlite3_prepare_v2(raw, "SELECT count(*) FROM message", -1, &count, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(count), SQLITE_ROW);
    lines = sqlite3_column_int(count, 0);
    sqlite3_finalize(count);
    return lines;
}

static void await_lines(int lines)
{
    int64_t until = harness_now_ms() + harness_deadline_ms();
    sqlite3 *raw = open_raw();

    while (count_lines(raw) < lines) {
        if (harness_now_ms() > until) {
            harness_fail("the database has %d lines instead of %d", count_lines(raw), lines);
        }
        usleep(1000);
    }
    sqlite3_close(raw);
}

/* A small queue: what came since is read in several parts. */
static struct daemon *start_small(void)
{
    return daemon_start("-o", harness_text("store.path=%s", db_path()), "-o", "store.sync_ms=20", "-o",
                        "history.lines=10", "-o", "limits.queue_bytes=64K");
}

/* Alice comes and says "line FIRST" to "line LAST", each with much behind it. */
static void say(struct daemon *d, int first, int last)
{
    struct client *alice = client_join(d, "alice");

    for (int i = first; i <= last; i++) {
        client_sendf(alice, "line %d %s\n", i, harness_repeat("x", 1000));
    }
    client_send(alice, "/quit\n");
    client_expect_eof(alice);
    client_close(alice); /* the name is free */
}

static void expect_text(const char *text, int n)
{
    const char *begin = harness_text("line %d x", n);

    if (strncmp(text, begin, strlen(begin)) != 0) {
        harness_fail("expected: %s...\nbut received: %.40s", begin, text);
    }
}

/* The bot was told of the line with that id; *next is the number of the one that follows, and gets that of the one
 * that does not exist yet.  Returns the id of the last line. */
static const char *read_since(struct client *bot, const char *id, int *next, int *parts)
{
    const char *last = id, *ask = harness_text("/history since %s", id);

    for (*parts = 0; ask != NULL; ++*parts) {
        const char *line, *type;

        client_sendf(bot, "%s\n", ask);
        for (ask = NULL; strcmp(type = strict_json_get(line = json_client_next(bot), "type"), "ok") != 0;) {
            if (strcmp(type, "say") == 0) {
                expect_text(strict_json_get(line, "text"), (*next)++);
                last = harness_text("%s", strict_json_get(line, "id"));
            } else if (strcmp(type, "history") == 0 && strict_json_get(line, "next") != NULL) {
                ask = harness_text("%s", strict_json_get(line, "next"));
            }
        }
    }
    return last;
}

/* A bot has heard 10 lines.  40 more come while it is away, then the daemon ends by sig, and 40 come to the next one.
 * meanwhile runs between the two. */
static void resume(int sig, const char *(*meanwhile)(const char *id))
{
    struct daemon *d = start_small();
    struct client *bot = json_client_join(d, "bot");
    const char *id = NULL, *line;
    int next = 11, parts;

    say(d, 1, 10);
    for (int i = 1; i <= 10; i++) {
        do {
            line = json_client_expect(bot, "say");
        } while (strcmp(strict_json_get(line, "from"), "alice") != 0);
        expect_text(strict_json_get(line, "text"), i);
        id = harness_text("%s", strict_json_get(line, "id"));
    }
    client_close(bot);
    say(d, 11, 50);
    await_lines(50);
    assert_int_equal(daemon_stop(d, sig), sig == SIGKILL ? 128 + SIGKILL : 0);
    id = meanwhile(id);
    d = start_small();
    say(d, 51, 90);
    bot = json_client_join(d, "bot");
    id = read_since(bot, id, &next, &parts);
    assert_int_equal(next, 91);
    assert_true(parts > 2);
    say(d, 91, 91);
    line = json_client_expect(bot, "say"); /* which it hears, once, and it comes behind all others */
    expect_text(strict_json_get(line, "text"), 91);
    assert_true(strcmp(strict_json_get(line, "id"), id) > 0);
    next = 91;
    read_since(bot, id, &next, &parts);
    assert_int_equal(next, 92);
}

static const char *nothing_else(const char *id)
{
    return id;
}

/* All that is in the database has been said an hour later: for the next daemon, the clock was set back. */
static const char *clock_is_set_back(const char *id)
{
    sqlite3 *raw = open_raw();

    assert_int_equal(sqlite3_exec(raw,
                                  "UPDATE message SET id = -(id + (3600000 << 16)), time = time + 3600000;"
                                  "UPDATE message SET id = -id",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(raw);
    return harness_text("%016llx", strtoull(id, NULL, 16) + (3600000ULL << 16));
}

static void bot_that_was_away_over_a_restart_loses_nothing(void)
{
    resume(SIGTERM, nothing_else);
}

static void bot_that_was_away_over_a_kill_loses_nothing(void)
{
    resume(SIGKILL, nothing_else);
}

static void bot_that_was_away_while_the_clock_was_set_back_loses_nothing(void)
{
    resume(SIGTERM, clock_is_set_back);
}

/* In the text form, too, each part tells how to ask for the next. */
static void text_goes_on_over_a_restart(void)
{
    struct daemon *d = start_small();
    struct client *bob;
    const char *ask = "/history since 0000000000000000";
    int next = 1, parts = 0;

    say(d, 1, 60);
    while (ask != NULL) {
        const char *line;
        bool is_kill;

        bob = client_join(d, "bob");
        client_sendf(bob, "%s\n", ask);
        for (ask = NULL; strncmp(line = client_line(bob), "-- ", 3) != 0 || strstr(line, "all that is kept") != NULL;) {
            const char *said = strstr(line, "[#lobby] alice: ");

            if (said != NULL) {
                expect_text(said + strlen("[#lobby] alice: "), next++);
            }
        }
        if (strstr(line, " more: ") != NULL) {
            ask = harness_text("%s", strstr(line, " more: ") + strlen(" more: "));
        }
        client_close(bob);
        is_kill = parts++ % 2 == 0;
        await_lines(60);
        assert_int_equal(daemon_stop(d, is_kill ? SIGKILL : SIGTERM), is_kill ? 128 + SIGKILL : 0);
        d = start_small();
    }
    assert_int_equal(next, 61);
    assert_true(parts > 2);
}

/* ---- searching ---- */

static void any_script_is_found(void)
{
    static const char *const said[] = {
        "Привет, МИР! Всё готово", "東京都に行きます", "cafe\u0301 au lait", "Straße gesperrt",
        "\u1112\u1161\u11ab\u1100\u116e\u11a8 여행", "ΟΔΥΣΣΕΥΣ", "ＷＩＤＥ letters", "بِسْمِ اللَّهِ", "🎉 released",
    };
    static const struct {
        const char *words;
        int line; /* that is found; -1: none */
    } searches[] = {
        {"привет", 0}, {"мир", 0}, {"МиР ПРИВЕТ", 0}, {"все", 0}, {"готов", 0}, {"мираж", -1},
        {"東京", 1}, {"京都", 1}, {"東京都", 1}, {"都", 1}, {"京東", -1},
        {"café", 2}, {"CAFE\u0301", 2}, {"CAFÉ", 2}, {"cafe lait", 2}, {"cafe thé", -1},
        {"STRASSE", 3}, {"straße", 3},
        {"한국", 4}, {"\u1112\u1161\u11ab\u1100\u116e\u11a8", 4}, {"여행", 4},
        {"οδυσσευς", 5}, {"οδυσσευσ", 5},
        {"wide", 6}, {"ＬＥＴＴＥＲＳ", 6},
        {"بِسْمِ", 7}, {"🎉", 8},
    };
    enum { LINES = sizeof(said) / sizeof(said[0]) };
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice"), *bob;

    for (size_t i = 0; i < LINES; i++) {
        client_sendf(alice, "%s\n", said[i]);
    }
    client_sync(alice);
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    d = start();
    bob = client_join(d, "bob");
    client_sync(bob);
    for (size_t i = 0; i < sizeof(searches) / sizeof(searches[0]); i++) {
        const char *line;

        client_sendf(bob, "/history %s\n", searches[i].words);
        line = client_line(bob);
        if (searches[i].line >= 0) {
            if (strstr(line, said[searches[i].line]) == NULL) {
                harness_fail("%s: expected: %s\nbut received: %s", searches[i].words, said[searches[i].line], line);
            }
            line = client_line(bob);
        }
        assert_string_equal(line, harness_text("-- %s found among the last %d in #lobby",
                                               searches[i].line >= 0 ? "1 line" : "0 lines", LINES));
    }
}

/* 120 of 240 lines have the words: they are found in three steps, the newest first. */
static void expect_search_goes_on(struct daemon *d)
{
    struct client *alice = client_join(d, "alice"), *bot = json_client_join(d, "bot");
    const char *ask = "/history ВЕДРО воды", *line;
    int steps = 0;

    for (int i = 1; i <= 120; i++) {
        client_sendf(alice, "%d ведро воды\nничего\n", i);
    }
    client_sync(alice);
    client_send(alice, "/history ВЕДРО воды\n");
    for (int i = 71; i <= 120; i++) {
        client_expect(alice, harness_text("alice: %d ведро воды", i));
    }
    line = client_line(alice);
    assert_int_equal(strncmp(line, "-- 50 lines found among the last 240 in #lobby, and 70 older that are not shown: "
                                   "/history before ",
                             strlen("-- 50 lines found among the last 240 in #lobby, and 70 older that are not shown: "
                                    "/history before ")),
                     0);
    client_sync(bot);
    for (int last = 120; ask != NULL; last -= 50, steps++) {
        client_sendf(bot, "%s\n", ask);
        for (int i = last > 50 ? last - 49 : 1; i <= last; i++) {
            json_client_check(json_client_expect(bot, "say"), "text", harness_text("%d ведро воды", i));
        }
        line = json_client_next(bot);
        json_client_check(line, "type", "found");
        json_client_check(line, "count", last > 50 ? "50" : "20");
        json_client_check(line, "left", last > 50 ? harness_text("%d", last - 50) : NULL);
        ask = strict_json_get(line, "next");
        ask = ask != NULL ? harness_text("%s", ask) : NULL;
        json_client_check(json_client_next(bot), "type", "ok");
    }
    assert_int_equal(steps, 3);
    client_send(alice, "/history before 0000000000000001 ведро\n");
    client_expect_line(alice, "-- 0 lines found among 0 older lines in #lobby");
    client_send(alice, "/history before here ведро\n");
    client_expect(alice, "!! bad-value: before is followed by an id");
}

static void search_goes_on_in_the_database(void)
{
    expect_search_goes_on(start());
}

static void search_goes_on_in_memory(void)
{
    expect_search_goes_on(daemon_start("-o", "history.lines=1000"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(lines_around_a_time_and_on_in_both_directions),
        HARNESS_TEST(lines_around_a_day_and_at_the_ends),
        HARNESS_TEST_ONCE(what_is_no_time_is_told),
        HARNESS_TEST(program_goes_on_in_both_directions),
        HARNESS_TEST(bot_that_was_away_over_a_restart_loses_nothing),
        HARNESS_TEST(bot_that_was_away_over_a_kill_loses_nothing),
        HARNESS_TEST(bot_that_was_away_while_the_clock_was_set_back_loses_nothing),
        HARNESS_TEST_ONCE(text_goes_on_over_a_restart),
        HARNESS_TEST_ONCE(any_script_is_found),
        HARNESS_TEST(search_goes_on_in_the_database),
        HARNESS_TEST(search_goes_on_in_memory),
    };

    return harness_main(tests);
}
