/* Tests of the json form: every line is one object of strict JSON and has the fields that a program needs. */
#include "config.h"

#include "harness.h"

#include "strict_json.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* The next object; fails if the line is not valid. */
static const char *next_object(struct client *c)
{
    const char *line = client_line(c);

    if (!strict_json_is_valid(line) || strict_json_get(line, "type") == NULL) {
        harness_fail("no object of JSON: %s", line);
    }
    return line;
}

/* Skips objects up to one of a type, and returns that one. */
static const char *expect_type(struct client *c, const char *type)
{
    const char *line;

    do {
        line = next_object(c);
    } while (strcmp(strict_json_get(line, "type"), type) != 0);
    return line;
}

static void check(const char *line, const char *key, const char *value)
{
    const char *got = strict_json_get(line, key);

    if (value == NULL ? got != NULL : got == NULL || strcmp(got, value) != 0) {
        harness_fail("expected \"%s\" to be: %s\nbut the object is: %s", key,
                     value != NULL ? value : "(not there)", line);
    }
}

static struct client *join_json(struct daemon *d, const char *name)
{
    struct client *c = client_join(d, name);

    client_send(c, "/format json\n");
    client_expect_line(c, "{\"type\":\"ok\",\"command\":\"format\"}");
    return c;
}

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
    struct client *alice = client_join(d, "alice"), *bob = join_json(d, "bob");
    const char *line;

    client_send(alice, "hello\n/me waves\n/msg bob psst\n/topic plans\n/nick alicia\n/leave\n/join lobby\n"
                "/quit so long\n");
    line = expect_type(bob, "say");
    check(line, "room", "#lobby");
    check(line, "from", "alice");
    check(line, "text", "hello");
    check(line, "replay", NULL);
    assert_int_equal(strlen(strict_json_get(line, "id")), 16);
    assert_int_equal(strlen(strict_json_get(line, "time")), strlen("2026-11-21T12:00:00.000Z"));
    line = next_object(bob);
    check(line, "type", "action");
    check(line, "text", "waves");
    check(line, "from", "alice");
    line = next_object(bob);
    check(line, "type", "private");
    check(line, "from", "alice");
    check(line, "to", "bob");
    check(line, "text", "psst");
    check(line, "room", NULL);
    line = next_object(bob);
    check(line, "type", "event");
    check(line, "event", "topic");
    check(line, "topic", "plans");
    check(line, "room", "#lobby");
    check(line, "text", NULL);
    line = next_object(bob);
    check(line, "event", "nick");
    check(line, "from", "alice");
    check(line, "nick", "alicia");
    check(line, "text", NULL);
    line = next_object(bob);
    check(line, "event", "leave");
    check(line, "from", "alicia");
    check(line, "reason", "");
    check(line, "text", NULL);
    check(next_object(bob), "event", "join");
    line = next_object(bob);
    check(line, "event", "quit");
    check(line, "from", "alicia");
    check(line, "reason", "so long");
    check(line, "text", NULL);
    assert_non_null(strstr(line, ",\"rooms\":[\"#lobby\"],"));
    check(line, "room", NULL);
    client_open(d);
    line = next_object(bob);
    check(line, "type", "event");
    check(line, "event", "join");
    check(line, "from", "guest3");
    check(line, "text", NULL);
}

static void own_lines_come_back_with_their_ids(void)
{
    struct daemon *d = daemon_start();
    struct client *bob = join_json(d, "bob");
    const char *line;

    client_send(bob, "mine\n/me waves\n/msg bob to myself\n");
    line = next_object(bob);
    check(line, "type", "say");
    check(line, "from", "bob");
    check(line, "text", "mine");
    check(next_object(bob), "type", "action");
    check(next_object(bob), "command", "me");
}

static void ids_increase_and_can_be_given_back(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = join_json(d, "bob");
    char middle[32] = "", last[32] = "";
    const char *object;

    for (int i = 0; i < 20; i++) {
        client_sendf(alice, "line %d\n", i);
    }
    for (int i = 0; i < 20; i++) {
        const char *line = expect_type(bob, "say"), *id = strict_json_get(line, "id");

        check(line, "text", harness_text("line %d", i));
        assert_true(strlen(id) == 16 && strcmp(id, last) > 0);
        strcpy(last, id);
        if (i == 14) {
            strcpy(middle, id);
        }
    }
    client_sendf(bob, "/history since %s\n", middle);
    for (int i = 15; i < 20; i++) {
        const char *line = next_object(bob);

        check(line, "text", harness_text("line %d", i));
        check(line, "replay", "true");
    }
    object = next_object(bob);
    check(object, "type", "history");
    check(object, "room", "#lobby");
    check(object, "count", "5");
    check(next_object(bob), "type", "ok");
    client_sendf(bob, "/history since %s\n", last);
    check(next_object(bob), "count", "0");
    check(next_object(bob), "command", "history");
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
    bob = join_json(d, "bob");
    next = harness_text("/history since %016x", 1);
    do {
        bool is_first = lines == 0;

        client_sendf(bob, "%s\n", next);
        if (is_first) {
            check(next_object(bob), "type", "beginning");
        }
        for (;;) {
            line = next_object(bob);
            if (strcmp(strict_json_get(line, "type"), "say") != 0) {
                break;
            }
            assert_int_equal(atoi(strict_json_get(line, "text")), lines++);
        }
        check(line, "type", "history");
        check(line, "room", "#lobby");
        next = strict_json_get(line, "next");
        if (next != NULL) {
            check(line, "left", harness_text("%d", 100 - lines));
            next = harness_text("%s", next);
        }
        check(next_object(bob), "type", "ok");
    } while (next != NULL);
    assert_int_equal(lines, 100);

    client_send(bob, "/history 1\n");
    check(expect_type(bob, "history"), "all", "100");
    client_send(bob, "/history 99:\n");
    line = expect_type(bob, "found");
    check(line, "count", "1");
    check(line, "all", "100");
    assert_null(strict_json_get(line, "left"));
}

static void ok_follows_each_command_that_worked_and_no_other(void)
{
    static const struct {
        const char *line, *command, *code;
    } runs[] = {
        {"/nick robert", "nick", NULL},      {"/nick server", NULL, "name-reserved"},
        {"/nick", NULL, "usage"},            {"/join ops", "join", NULL},
        {"/join a!b", NULL, "bad-name"},     {"/room lobby", "room", NULL},
        {"/room nowhere", NULL, "no-such-room"}, {"/leave ops", "leave", NULL},
        {"/leave ops", NULL, "no-such-room"}, {"/rooms", "rooms", NULL},
        {"/list", "rooms", NULL},            {"/who", "who", NULL},
        {"/who nowhere", NULL, "no-such-room"}, {"/whois robert", "whois", NULL},
        {"/whois nobody", NULL, "no-such-name"}, {"/reply x", NULL, "nobody-to-reply"},
        {"/msg nobody x", NULL, "no-such-name"}, {"/msg robert x", "msg", NULL},
        {"/post lobby x", "post", NULL},     {"/post nowhere x", NULL, "no-such-room"},
        {"/me waves", "me", NULL},           {"/topic x", "topic", NULL},
        {"/topic", "topic", NULL},           {"/history 1", "history", NULL},
        {"/history since x", NULL, "bad-value"}, {"/away", "away", NULL},
        {"/back", "back", NULL},             {"/ignore alice", "ignore", NULL},
        {"/ignore robert", NULL, "bad-value"}, {"/unignore alice", "unignore", NULL},
        {"/unignore alice", NULL, "no-such-name"}, {"/set", "set", NULL},
        {"/set joins off", "set", NULL},     {"/set time on", NULL, "bad-value"},
        {"/set nonesuch", NULL, "bad-value"}, {"/terminal", "terminal", NULL},
        {"/time", "time", NULL},             {"/motd", "motd", NULL},
        {"/version", "version", NULL},       {"/help", "help", NULL},
        {"/help nonesuch", NULL, "unknown-command"}, {"/nonesuch", NULL, "unknown-command"},
        {"/format json", "format", NULL},    {"/format xml", NULL, "bad-value"},
    };
    struct daemon *d = daemon_start();
    struct client *bob;

    client_join(d, "alice");
    bob = join_json(d, "bob");
    for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
        const char *line, *type;
        int oks = 0, errors = 0;

        client_sendf(bob, "%s\n/whois sync\n", runs[i].line);
        for (;;) { /* up to the answer to the second command */
            line = next_object(bob);
            type = strict_json_get(line, "type");
            if (strcmp(type, "error") == 0 && strict_json_get(line, "name") != NULL &&
                strcmp(strict_json_get(line, "name"), "sync") == 0) {
                break;
            }
            if (strcmp(type, "ok") == 0) {
                oks++;
                check(line, "command", runs[i].command);
            } else if (strcmp(type, "error") == 0) {
                errors++;
                check(line, "code", runs[i].code);
            }
        }
        if (oks != (runs[i].command != NULL) || errors != (runs[i].code != NULL)) {
            harness_fail("%s: %d times ok, %d errors", runs[i].line, oks, errors);
        }
    }
}

static void answers_name_their_command(void)
{
    struct daemon *d = daemon_start();
    struct client *bob = join_json(d, "bob");

    client_send(bob, "/who\n/quit\n");
    check(next_object(bob), "command", "who");
    check(next_object(bob), "command", "who");
    check(next_object(bob), "type", "ok");
    check(next_object(bob), "command", "quit");
    client_expect_eof(bob);
}

/* Checks the next objects: one that begins with each of the texts, and then the command's ok. */
static void expect_answer(struct client *c, const char *line, ...)
{
    const char *begin, *got;
    va_list ap;

    client_sendf(c, "%s\n", line);
    va_start(ap, line);
    while ((begin = va_arg(ap, const char *)) != NULL) {
        got = next_object(c);
        if (strncmp(got, begin, strlen(begin)) != 0) {
            harness_fail("%s: expected: %s\nbut the object is: %s", line, begin, got);
        }
    }
    va_end(ap);
    got = next_object(c);
    if (strcmp(strict_json_get(got, "type"), "ok") != 0) {
        harness_fail("%s: one too many: %s", line, got);
    }
}

static void answers_have_fields_and_no_sentences(void)
{
    struct daemon *d = daemon_start("-o", "server.name=example", "-o", "server.motd=be kind");
    struct client *alice = client_join(d, "alice"), *bob;

    client_send(alice, "/join ops\n/topic what \"runs\"\n/away at lunch\n");
    client_expect_line(alice, "-- You are away: at lunch");
    bob = join_json(d, "bob");
    expect_answer(bob, "/who",
                  "{\"type\":\"who\",\"command\":\"who\",\"room\":\"#lobby\",\"all\":2}",
                  "{\"type\":\"members\",\"command\":\"who\",\"room\":\"#lobby\",\"first\":1,"
                  "\"people\":[{\"name\":\"alice\",\"away\":true},{\"name\":\"bob\"}]}", NULL);
    expect_answer(bob, "/who b*",
                  "{\"type\":\"who\",\"command\":\"who\",\"room\":\"#lobby\",\"count\":1,\"all\":2,\"pattern\":\"b*\"}",
                  "{\"type\":\"members\",\"command\":\"who\",\"room\":\"#lobby\",\"first\":1,"
                  "\"people\":[{\"name\":\"bob\"}]}", NULL);
    expect_answer(bob, "/who 2", "{\"type\":\"who\"", "{\"type\":\"members\"",
                  "{\"type\":\"part\",\"command\":\"who\",\"first\":2,\"last\":2,\"count\":2}", NULL);
    expect_answer(bob, "/who 3", "{\"type\":\"who\"", "{\"type\":\"part\",\"command\":\"who\",\"count\":2}", NULL);
    expect_answer(bob, "/rooms", "{\"type\":\"rooms\",\"command\":\"rooms\",\"all\":2}",
                  "{\"type\":\"room\",\"command\":\"rooms\",\"room\":\"#lobby\",\"count\":2}",
                  "{\"type\":\"room\",\"command\":\"rooms\",\"room\":\"#ops\",\"topic\":\"what \\\"runs\\\"\","
                  "\"count\":1}", NULL);
    expect_answer(bob, "/rooms x*",
                  "{\"type\":\"rooms\",\"command\":\"rooms\",\"count\":0,\"all\":2,\"pattern\":\"x*\"}", NULL);
    expect_answer(bob, "/whois alice", "{\"type\":\"whois\",\"command\":\"whois\",\"name\":\"alice\",\"connected\":",
                  "{\"type\":\"whois\",\"command\":\"whois\",\"name\":\"alice\",\"rooms\":[\"#ops\",\"#lobby\"]}",
                  "{\"type\":\"away\",\"command\":\"whois\",\"name\":\"alice\",\"reason\":\"at lunch\"}", NULL);
    expect_answer(bob, "/set joins",
                  "{\"type\":\"setting\",\"command\":\"set\",\"name\":\"joins\",\"on\":true,\"help\":\"", NULL);
    expect_answer(bob, "/terminal",
                  "{\"type\":\"terminal\",\"command\":\"terminal\",\"form\":\"json\",\"telnet\":false}", NULL);
    expect_answer(bob, "/time", "{\"type\":\"time\",\"command\":\"time\",\"time\":\"2", NULL);
    expect_answer(bob, "/motd", "{\"type\":\"motd\",\"command\":\"motd\",\"line\":\"be kind\"}", NULL);
    expect_answer(bob, "/version",
                  "{\"type\":\"version\",\"command\":\"version\",\"server\":\"example\",\"version\":\"", NULL);
    expect_answer(bob, "/help quit",
                  "{\"type\":\"help\",\"command\":\"help\",\"name\":\"quit\",\"usage\":\"[TEXT]\",\"help\":\"", NULL);
    client_send(bob, "/help\n");
    check(expect_type(bob, "commands"), "group", "Talking");
    assert_non_null(strstr(expect_type(bob, "commands"), "{\"name\":\"leave\",\"usage\":\"[ROOM]\"}"));
    expect_type(bob, "ok");
    client_send(bob, "/quit\n");
    client_expect_line(bob, "{\"type\":\"goodbye\",\"command\":\"quit\",\"name\":\"bob\"}");
}

static void what_a_person_does_is_answered_in_fields(void)
{
    struct daemon *d = daemon_start();
    struct client *bob;

    client_join(d, "alice");
    bob = join_json(d, "bob");
    client_send(bob, "/set joins off\n");
    expect_type(bob, "ok");
    expect_answer(bob, "/nick bob", "{\"type\":\"name\",\"command\":\"nick\",\"name\":\"bob\"}", NULL);
    expect_answer(bob, "/room", "{\"type\":\"current\",\"command\":\"room\",\"current\":\"#lobby\"}", NULL);
    expect_answer(bob, "/join lobby", "{\"type\":\"joined\",\"command\":\"join\",\"room\":\"#lobby\"}", NULL);
    expect_answer(bob, "/join ops", "{\"type\":\"event\"",
                  "{\"type\":\"joined\",\"command\":\"join\",\"room\":\"#ops\",\"others\":0}", NULL);
    expect_answer(bob, "/room",
                  "{\"type\":\"current\",\"command\":\"room\",\"current\":\"#ops\",\"rooms\":[\"#lobby\"]}", NULL);
    expect_answer(bob, "/topic", "{\"type\":\"topic\",\"command\":\"topic\",\"room\":\"#ops\"}", NULL);
    expect_answer(bob, "/topic plans", "{\"type\":\"event\"",
                  "{\"type\":\"topic\",\"command\":\"topic\",\"room\":\"#ops\",\"topic\":\"plans\"}", NULL);
    expect_answer(bob, "/topic",
                  "{\"type\":\"topic\",\"command\":\"topic\",\"room\":\"#ops\",\"topic\":\"plans\","
                  "\"by\":\"bob\",\"time\":\"2", NULL);
    expect_answer(bob, "/leave",
                  "{\"type\":\"left\",\"command\":\"leave\",\"room\":\"#ops\",\"current\":\"#lobby\"}", NULL);
    expect_answer(bob, "/away x", "{\"type\":\"away\",\"command\":\"away\",\"name\":\"bob\",\"reason\":\"x\"}", NULL);
    expect_answer(bob, "/back", "{\"type\":\"back\",\"command\":\"back\"}", NULL);
    expect_answer(bob, "/ignore", "{\"type\":\"ignored\",\"command\":\"ignore\",\"people\":[]}", NULL);
    expect_answer(bob, "/ignore alice",
                  "{\"type\":\"ignore\",\"command\":\"ignore\",\"name\":\"alice\",\"on\":true}", NULL);
    expect_answer(bob, "/ignore",
                  "{\"type\":\"ignored\",\"command\":\"ignore\",\"people\":[{\"name\":\"alice\"}]}", NULL);
    expect_answer(bob, "/unignore alice",
                  "{\"type\":\"ignore\",\"command\":\"unignore\",\"name\":\"alice\",\"on\":false}", NULL);
    expect_answer(bob, "/leave", "{\"type\":\"left\",\"command\":\"leave\",\"room\":\"#lobby\"}", NULL);
    expect_answer(bob, "/room", "{\"type\":\"current\",\"command\":\"room\"}", NULL);
    expect_answer(bob, "/post lobby x", "{\"type\":\"said\",\"command\":\"post\",\"room\":\"#lobby\"}", NULL);
}

static void errors_have_their_command_and_fields(void)
{
    struct daemon *d = daemon_start();
    struct client *bob;

    client_join(d, "alice");
    bob = join_json(d, "bob");
    client_send(bob, "/who lobyb\n/who alice\n/whois alcie\n/msg\n/hlep\n/set tmie\n/nick alice\n"
                     "/join a!b\n/leave lobby\nx\n");
    client_expect_line(bob, "{\"type\":\"error\",\"code\":\"no-such-room\",\"command\":\"who\",\"room\":\"#lobyb\","
                            "\"near\":\"#lobby\",\"text\":\"there is no room #lobyb; did you mean #lobby? /rooms "
                            "lists them\"}");
    client_expect_line(bob, "{\"type\":\"error\",\"code\":\"no-such-room\",\"command\":\"who\",\"name\":\"alice\","
                            "\"room\":\"#alice\",\"text\":\"there is no room #alice, but a person of that name: "
                            "/whois alice tells about them\"}");
    client_expect_line(bob, "{\"type\":\"error\",\"code\":\"no-such-name\",\"command\":\"whois\",\"name\":\"alcie\","
                            "\"near\":\"alice\",\"text\":\"there is nobody called alcie here; did you mean alice?\"}");
    client_expect(bob, "{\"type\":\"error\",\"code\":\"usage\",\"command\":\"msg\",\"usage\":\"NAME|ROOM TEXT\","
                       "\"given\":0,\"example\":\"");
    client_expect(bob, "{\"type\":\"error\",\"code\":\"unknown-command\",\"name\":\"hlep\",\"near\":\"help\",");
    client_expect(bob, "{\"type\":\"error\",\"code\":\"bad-value\",\"command\":\"set\",\"name\":\"tmie\","
                       "\"near\":\"time\",");
    client_expect(bob, "{\"type\":\"error\",\"code\":\"name-taken\",\"command\":\"nick\",\"own\":\"bob\",");
    client_expect(bob, "{\"type\":\"error\",\"code\":\"bad-name\",\"command\":\"join\",\"room\":\"#a!b\","
                       "\"problem\":\"bad-character\",\"limit\":32,");
    client_expect(bob, "{\"type\":\"error\",\"code\":\"no-room\",\"text\":");
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
    struct client *alice = client_join(d, "alice"), *bob = join_json(d, "bob");

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        client_sendf(alice, "%s\n/topic %s\n/me %s\n", texts[i], texts[i], texts[i]);
        check(expect_type(bob, "say"), "text", heard[i]);
        check(expect_type(bob, "event"), "topic", heard[i]);
        check(expect_type(bob, "action"), "text", heard[i]);
    }
    client_send(bob, "/history 200\n/\"\\\n/whois \"x\\\n/nick \"\n");
    expect_type(bob, "ok");
    check(expect_type(bob, "error"), "code", "unknown-command");
    check(expect_type(bob, "error"), "code", "no-such-name");
    check(expect_type(bob, "error"), "code", "bad-name");
}

/* As chatd-protocol(7) promises for the default limits. */
static void no_line_is_longer_than_a_program_need_read(void)
{
    enum { LONGEST = 16384, NAMES = 100 };
    struct daemon *d = daemon_start("-o", "limits.nick_chars=64", "-o",
                                    harness_text("server.motd=%s", harness_repeat("\"", 4096)));
    struct client *alice = client_join(d, "alice"), *bob = join_json(d, "bob");
    const char *letters = harness_repeat("\U00020000", 60);
    size_t names = 0;

    client_sync(bob);
    client_sendf(alice, "%s\n", harness_repeat("\"", 32000));
    for (int i = 0; i < 16; i++) {
        assert_in_range(strlen(expect_type(bob, "say")), 1, LONGEST);
    }
    client_sendf(alice, "/quit %s\n", harness_repeat("\"", 32000));
    assert_in_range(strlen(expect_type(bob, "event")), 2048, LONGEST);
    for (int i = 0; i < NAMES; i++) {
        client_join(d, harness_text("%s%d", letters, i));
        client_sendf(bob, "/ignore %s%d\n", letters, i);
        expect_type(bob, "ok");
    }
    client_send(bob, "/ignore\n/who\n");
    while (names < 2 * NAMES + 1) { /* bob too */
        const char *line = next_object(bob);

        assert_in_range(strlen(line), 1, LONGEST);
        while ((line = strstr(line, "{\"name\":")) != NULL) {
            names++;
            line++;
        }
    }
    assert_int_equal(names, 2 * NAMES + 1);
    expect_type(bob, "ok");
    client_sendf(bob, "/who %s\n/set %s\n/join %s\n/away %s\n/motd\n", harness_repeat("\"", 512),
                 harness_repeat("\"", 512), harness_repeat("\"", 512), harness_repeat("\"", 256));
    for (int i = 0; i < 3; i++) {
        assert_in_range(strlen(expect_type(bob, "error")), 1024, LONGEST);
    }
    assert_in_range(strlen(expect_type(bob, "away")), 512, LONGEST);
    assert_in_range(strlen(expect_type(bob, "motd")), 8000, LONGEST);
}

static void every_line_is_ended_by_lf_alone(void)
{
    struct daemon *d = daemon_start();
    struct client *bob = join_json(d, "bob");
    size_t before = client_seen_bytes(bob);

    client_send(bob, "/help\nhi\n/history\n/quit\n");
    client_rest(bob);
    assert_null(strchr(client_seen(bob) + before, '\r'));
    assert_int_equal(client_seen(bob)[client_seen_bytes(bob) - 1], '\n');
}

static void going_back_to_text_is_text_again(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = join_json(d, "bob");

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
    check(expect_type(c, "name"), "name", "cron");
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
        HARNESS_TEST(ok_follows_each_command_that_worked_and_no_other),
        HARNESS_TEST(answers_name_their_command),
        HARNESS_TEST(answers_have_fields_and_no_sentences),
        HARNESS_TEST(what_a_person_does_is_answered_in_fields),
        HARNESS_TEST(errors_have_their_command_and_fields),
        HARNESS_TEST(any_text_is_valid_json),
        HARNESS_TEST(no_line_is_longer_than_a_program_need_read),
        HARNESS_TEST(every_line_is_ended_by_lf_alone),
        HARNESS_TEST(going_back_to_text_is_text_again),
        HARNESS_TEST(script_needs_one_connection_and_no_terminal),
    };

    return harness_main(tests);
}
