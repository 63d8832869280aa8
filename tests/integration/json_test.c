/* Tests of the json form: every line is one object of strict JSON and has the fields that a program needs. */
#include "config.h"

#include "harness.h"

#include "json_client.h"
#include "strict_json.h"

#include <stdlib.h>
#include <string.h>

static void the_checker_of_these_tests_forgives_nothing(void)
{
    static const char *const good[] = {
        "{}", "[]", "0", "-1.5e+3", "\"\"", " {\"a\" : 1 } ",
        "{\"a\":[1,true,null,{\"b\":\"\\u00e9\\ud83d\\ude42\\n\"}]}",
    };
    static const char *const bad[] = {
        "", "{", "{\"a\"}", "{\"a\":1,}", "[1,]", "{a:1}", "{'a':1}", "01", "1.", "+1",
        "\"\\x\"", "\"\\ud800\"", "\"a\nb\"", "\"a\tb\"", "\"\xff\"", "\"\xed\xa0\x80\"",
        "{\"a\":1}{}", "{\"a\":1,\"a\":2}",
        "tru", "\"",
    };

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_true(strict_json_is_valid(good[i]));
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(strict_json_is_valid(bad[i]));
    }
    assert_string_equal(strict_json_get("{\"a\":\"x\\\"\\u0416\",\"b\":true}", "a"), "x\"Ж");
    assert_string_equal(strict_json_get("{\"a\":\"x\",\"b\":true}", "b"), "true");
    assert_null(strict_json_get("{\"a\":\"b\"}", "b"));
}

static void each_kind_of_message_has_its_fields(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = json_client_join(d, "bob");
    const char *line;

    client_send(alice, "hello\n/me waves\n/msg bob psst\n/topic plans\n/nick alicia\n/leave\n/join lobby\n"
                "/quit so long\n");
    line = json_client_expect(bob, "say");
    json_client_check(line, "room", "#lobby");
    json_client_check(line, "from", "alice");
    json_client_check(line, "text", "hello");
    json_client_check(line, "replay", NULL);
    assert_int_equal(strlen(strict_json_get(line, "id")), 16);
    assert_int_equal(strlen(strict_json_get(line, "time")), strlen("2026-11-21T12:00:00.000Z"));
    line = json_client_next(bob);
    json_client_check(line, "type", "action");
    json_client_check(line, "text", "waves");
    json_client_check(line, "from", "alice");
    line = json_client_next(bob);
    json_client_check(line, "type", "private");
    json_client_check(line, "from", "alice");
    json_client_check(line, "to", "bob");
    json_client_check(line, "text", "psst");
    json_client_check(line, "room", NULL);
    line = json_client_next(bob);
    json_client_check(line, "type", "event");
    json_client_check(line, "event", "topic");
    json_client_check(line, "topic", "plans");
    json_client_check(line, "room", "#lobby");
    json_client_check(line, "text", NULL);
    line = json_client_next(bob);
    json_client_check(line, "event", "nick");
    json_client_check(line, "from", "alice");
    json_client_check(line, "nick", "alicia");
    json_client_check(line, "text", NULL);
    line = json_client_next(bob);
    json_client_check(line, "event", "leave");
    json_client_check(line, "from", "alicia");
    json_client_check(line, "reason", "");
    json_client_check(line, "text", NULL);
    json_client_check(json_client_next(bob), "event", "join");
    line = json_client_next(bob);
    json_client_check(line, "event", "quit");
    json_client_check(line, "from", "alicia");
    json_client_check(line, "reason", "so long");
    json_client_check(line, "text", NULL);
    assert_non_null(strstr(line, ",\"rooms\":[\"#lobby\"],"));
    json_client_check(line, "room", NULL);
    client_open(d);
    line = json_client_next(bob);
    json_client_check(line, "type", "event");
    json_client_check(line, "event", "join");
    json_client_check(line, "from", "guest3");
    json_client_check(line, "text", NULL);
}

static void own_lines_come_back_with_their_ids(void)
{
    struct daemon *d = daemon_start();
    struct client *bob = json_client_join(d, "bob");
    const char *line;

    client_send(bob, "mine\n/me waves\n/msg bob to myself\n");
    line = json_client_next(bob);
    json_client_check(line, "type", "say");
    json_client_check(line, "from", "bob");
    json_client_check(line, "text", "mine");
    json_client_check(json_client_next(bob), "type", "action");
    json_client_check(json_client_next(bob), "command", "me");
}

static void ids_increase_and_can_be_given_back(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = json_client_join(d, "bob");
    char middle[32] = "", last[32] = "";
    const char *object;

    for (int i = 0; i < 20; i++) {
        client_sendf(alice, "line %d\n", i);
    }
    for (int i = 0; i < 20; i++) {
        const char *line = json_client_expect(bob, "say"), *id = strict_json_get(line, "id");

        json_client_check(line, "text", harness_text("line %d", i));
        assert_true(strlen(id) == 16 && strcmp(id, last) > 0);
        strcpy(last, id);
        if (i == 14) {
            strcpy(middle, id);
        }
    }
    client_sendf(bob, "/history since %s\n", middle);
    for (int i = 15; i < 20; i++) {
        const char *line = json_client_next(bob);

        json_client_check(line, "text", harness_text("line %d", i));
        json_client_check(line, "replay", "true");
    }
    object = json_client_next(bob);
    json_client_check(object, "type", "history");
    json_client_check(object, "room", "#lobby");
    json_client_check(object, "count", "5");
    json_client_check(json_client_next(bob), "type", "ok");
    client_sendf(bob, "/history since %s\n", last);
    json_client_check(json_client_next(bob), "count", "0");
    json_client_check(json_client_next(bob), "command", "history");
}

/* The rest of an answer is asked for with the command in it. */
static void history_tells_what_is_left_and_how_to_ask_for_it(void)
{
    struct daemon *d = daemon_start("-o", "limits.queue_bytes=64K", "-o", "history.replay=0");
    struct client *alice = client_join(d, "alice"), *bob;
    const char *line, *next;
    int lines = 0;

    for (int i = 0; i < 100; i++) {
        client_sendf(alice, "%d: %0300d\n", i, 0);
    }
    client_sync(alice);
    bob = json_client_join(d, "bob");
    next = harness_text("/history since %016x", 1);
    do {
        bool is_first = lines == 0;

        client_sendf(bob, "%s\n", next);
        if (is_first) {
            json_client_check(json_client_next(bob), "type", "beginning");
        }
        for (;;) {
            line = json_client_next(bob);
            if (strcmp(strict_json_get(line, "type"), "say") != 0) {
                break;
            }
            assert_int_equal(atoi(strict_json_get(line, "text")), lines++);
        }
        json_client_check(line, "type", "history");
        json_client_check(line, "room", "#lobby");
        next = strict_json_get(line, "next");
        if (next != NULL) {
            json_client_check(line, "left", harness_text("%d", 100 - lines));
            next = harness_text("%s", next);
        }
        json_client_check(json_client_next(bob), "type", "ok");
    } while (next != NULL);
    assert_int_equal(lines, 100);

    client_send(bob, "/history 1\n");
    json_client_check(json_client_expect(bob, "history"), "all", "100");
    client_send(bob, "/history 99:\n");
    line = json_client_expect(bob, "found");
    json_client_check(line, "count", "1");
    json_client_check(line, "all", "100");
    assert_null(strict_json_get(line, "left"));
}

static void any_text_is_valid_json(void)
{
    static const char *const texts[] = {
        "\"quoted\" and \\ and / and \\u0041", "{\"type\":\"say\"}", "яКМН 世界 🙂 é",
        "'\"'\"\\\\\\", "\\", "\"", "tab here", "</script>", "a\u2028b",
        "control\x01\x1b[31m\x05", "[#lobby] x: y",
    };
    static const char *const heard[] = {
        "\"quoted\" and \\ and / and \\u0041", "{\"type\":\"say\"}", "яКМН 世界 🙂 é",
        "'\"'\"\\\\\\", "\\", "\"", "tab here", "</script>", "ab", "control", "[#lobby] x: y",
    };
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = json_client_join(d, "bob");

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        client_sendf(alice, "%s\n/topic %s\n/me %s\n", texts[i], texts[i], texts[i]);
        json_client_check(json_client_expect(bob, "say"), "text", heard[i]);
        json_client_check(json_client_expect(bob, "event"), "topic", heard[i]);
        json_client_check(json_client_expect(bob, "action"), "text", heard[i]);
    }
    client_send(bob, "/history 200\n/\"\\\n/whois \"x\\\n/nick \"\n");
    json_client_expect(bob, "ok");
    json_client_check(json_client_expect(bob, "error"), "code", "unknown-command");
    json_client_check(json_client_expect(bob, "error"), "code", "no-such-name");
    json_client_check(json_client_expect(bob, "error"), "code", "bad-name");
}

/* As chatd-protocol(7) promises for the default limits. */
static void no_line_is_longer_than_a_program_need_read(void)
{
    enum { LONGEST = 16384, NAMES = 100 };
    struct daemon *d = daemon_start("-o", "limits.nick_chars=64", "-o",
                                    harness_text("server.motd=%s", harness_repeat("\"", 4096)));
    struct client *alice = client_join(d, "alice"), *bob = json_client_join(d, "bob");
    const char *letters = harness_repeat("\U00020000", 60);
    size_t names = 0;

    client_sync(bob);
    client_sendf(alice, "%s\n", harness_repeat("\"", 32000));
    for (int i = 0; i < 16; i++) {
        assert_in_range(strlen(json_client_expect(bob, "say")), 1, LONGEST);
    }
    client_sendf(alice, "/quit %s\n", harness_repeat("\"", 32000));
    assert_in_range(strlen(json_client_expect(bob, "event")), 2048, LONGEST);
    for (int i = 0; i < NAMES; i++) {
        client_join(d, harness_text("%s%d", letters, i));
        client_sendf(bob, "/ignore %s%d\n", letters, i);
        json_client_expect(bob, "ok");
    }
    client_send(bob, "/ignore\n/who\n");
    while (names < 2 * NAMES + 1) { /* bob too */
        const char *line = json_client_next(bob);

        assert_in_range(strlen(line), 1, LONGEST);
        while ((line = strstr(line, "{\"name\":")) != NULL) {
            names++;
            line++;
        }
    }
    assert_int_equal(names, 2 * NAMES + 1);
    json_client_expect(bob, "ok");
    client_sendf(bob, "/who %s\n/set %s\n/join %s\n/away %s\n/motd\n", harness_repeat("\"", 512),
                 harness_repeat("\"", 512), harness_repeat("\"", 512), harness_repeat("\"", 256));
    for (int i = 0; i < 3; i++) {
        assert_in_range(strlen(json_client_expect(bob, "error")), 1024, LONGEST);
    }
    assert_in_range(strlen(json_client_expect(bob, "away")), 512, LONGEST);
    assert_in_range(strlen(json_client_expect(bob, "motd")), 8000, LONGEST);
}

static void every_line_is_ended_by_lf_alone(void)
{
    struct daemon *d = daemon_start();
    struct client *bob = json_client_join(d, "bob");
    size_t before = client_seen_bytes(bob);

    client_send(bob, "/help\nhi\n/history\n/quit\n");
    client_rest(bob);
    assert_null(strchr(client_seen(bob) + before, '\r'));
    assert_int_equal(client_seen(bob)[client_seen_bytes(bob) - 1], '\n');
}

static void going_back_to_text_is_text_again(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = json_client_join(d, "bob");

    client_send(bob, "/format text\n");
    client_expect_next(bob, "-- What you get is text now.");
    client_send(alice, "hello\n");
    client_expect_next(bob, "[#lobby] alice: hello");
}

static void script_needs_one_connection_and_no_terminal(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *c = client_open(d);

    client_send(c, "/format json\n/nick cron\n/post lobby backup done\n/quit\n");
    client_half_close(c);
    client_expect_line(c, "{\"type\":\"ok\",\"command\":\"format\"}");
    json_client_check(json_client_expect(c, "name"), "name", "cron");
    client_expect(c, "\"command\":\"nick\"");
    client_expect(c, "{\"type\":\"ok\",\"command\":\"post\"}");
    client_expect(c, "{\"type\":\"goodbye\",\"command\":\"quit\",\"name\":\"cron\"}");
    client_expect_eof(c);
    client_expect_line(alice, "[#lobby] cron: backup done");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(the_checker_of_these_tests_forgives_nothing),
        HARNESS_TEST(each_kind_of_message_has_its_fields),
        HARNESS_TEST(own_lines_come_back_with_their_ids),
        HARNESS_TEST(ids_increase_and_can_be_given_back),
        HARNESS_TEST_ONCE(history_tells_what_is_left_and_how_to_ask_for_it),
        HARNESS_TEST(any_text_is_valid_json),
        HARNESS_TEST(no_line_is_longer_than_a_program_need_read),
        HARNESS_TEST(every_line_is_ended_by_lf_alone),
        HARNESS_TEST(going_back_to_text_is_text_again),
        HARNESS_TEST(script_needs_one_connection_and_no_terminal),
    };

    return harness_main(tests);
}
