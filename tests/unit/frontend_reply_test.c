/* Tests of frontend/reply.h: each kind of the table in both forms. */
#include "config.h"

#include "frontend/frontend.h"
#include "frontend/reply.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NOON INT64_C(1795262400000) /* 2026-11-21T12:00:00Z */

static const struct reply_item people[] = {
    {.name = "al"}, {.name = "bo", .is_away = true}, {.name = "cy", .has_left = true}};
static const struct reply_item names[] = {{.name = "a"}, {.name = "b"}};
static const struct reply_item commands[] = {{.name = "me", .usage = "TEXT"}, {.name = "quit", .usage = ""}};

/* Something for each field that the kind may have. */
static struct reply filled(enum reply_kind kind, bool needed_only)
{
    struct reply r = {.kind = kind, .ending = REASON_KICKED};

    for (enum reply_field f = 0; f < REPLY_FIELD_END; f++) {
        void *at = (void *)(uintptr_t)reply_field_at(&r, f);

        if (!(needed_only ? reply_needs(kind, f) : reply_may_have(kind, f))) {
            continue;
        }
        switch (reply_field_value(f)) {
        case REPLY_VALUE_STRING:
        case REPLY_VALUE_ROOM:
        case REPLY_VALUE_WORDS:
            *(const char **)at = reply_field_member(f);
            break;
        case REPLY_VALUE_USAGE:
            *(const char **)at = "NAME TEXT";
            break;
        case REPLY_VALUE_LINES:
            *(const char **)at = "one\ntwo";
            break;
        case REPLY_VALUE_NUMBER:
        case REPLY_VALUE_SPAN:
            *(int64_t *)at = 3;
            break;
        case REPLY_VALUE_BOOL:
            *(bool *)at = true;
            break;
        case REPLY_VALUE_TIME:
            *(int64_t *)at = NOON;
            break;
        case REPLY_VALUE_ALIASES:
            *(const char **)at = "a b";
            break;
        case REPLY_VALUE_ROOMS:
            *(struct reply_list *)at = (struct reply_list){names, 2};
            break;
        case REPLY_VALUE_PEOPLE:
            *(struct reply_list *)at = (struct reply_list){people, 3};
            break;
        case REPLY_VALUE_COMMANDS:
            *(struct reply_list *)at = (struct reply_list){commands, 2};
            break;
        }
    }
    return r;
}

/* A reply in a form, to be freed. */
static char *shown(const struct reply *r, unsigned encoding, const char *command, unsigned columns)
{
    struct strbuf out = {0};
    struct reply_context ctx = {.command = command, .now_ms = NOON + 60000, .columns = columns};

    frontend_form(encoding)->reply(&out, encoding, r, &ctx);
    return strbuf_take(&out);
}

static void assert_shows_at(int line, const struct reply *r, const char *text, const char *json)
{
    char *as_text = shown(r, 0, "cmd", 0), *as_json = shown(r, FRONTEND_JSON, "cmd", 0);

    assert_true(reply_is_whole(r));
    if (strcmp(as_text, text) != 0) {
        fail_msg("line %d: '%s', not '%s'", line, as_text, text);
    }
    if (strcmp(as_json, json) != 0) {
        fail_msg("line %d: '%s', not '%s'", line, as_json, json);
    }
    free(as_text);
    free(as_json);
}
#define assert_shows(r, text, json) assert_shows_at(__LINE__, r, text, json)

/* Lines of the form, at least one unless the kind has no sentence, and nothing of the templates in them. */
static void check_text(const struct reply *r)
{
    char *text = shown(r, 0, "cmd", 0), *line = text, *end;
    enum fault fault;

    assert_null(strpbrk(text, "{}[]|"));
    assert_int_equal(text[0] == '\0', reply_sentence(r) == NULL && r->kind != REPLY_HELP_GROUP);
    while (*line != '\0') {
        assert_memory_equal(line, reply_is_error(r->kind, &fault) ? "!! " : "-- ", 3);
        end = strstr(line, "\r\n");
        assert_non_null(end);
        assert_true(end > line + 3 && strcspn(line, "\r\n") == (size_t)(end - line));
        line = end + 2;
    }
    free(text);
}

/* One object, which names its type and each field that json has. */
static void check_json(const struct reply *r)
{
    char *json = shown(r, FRONTEND_JSON, "cmd", 0), key[64];
    enum fault fault;

    if (reply_type(r->kind) == NULL) {
        assert_string_equal(json, "");
        free(json);
        return;
    }
    snprintf(key, sizeof(key), "{\"type\":\"%s\"", reply_type(r->kind));
    assert_memory_equal(json, key, strlen(key));
    assert_ptr_equal(strchr(json, '\n'), json + strlen(json) - 1);
    assert_int_equal(strstr(json, "\"command\":\"cmd\"") != NULL, !reply_is_notice(r->kind));
    assert_int_equal(strstr(json, ",\"text\":\"") != NULL, reply_is_error(r->kind, &fault));
    for (enum reply_field f = 0; f < REPLY_FIELD_END; f++) {
        if (reply_field_name(f) != NULL && reply_has(r, f)) {
            snprintf(key, sizeof(key), ",\"%s\":", reply_field_name(f));
            assert_non_null(strstr(json, key));
        }
    }
    free(json);
}

static void each_kind_is_shown_in_both_forms(void **state)
{
    (void)state;
    for (enum reply_kind kind = 0; kind < REPLY_KINDS; kind++) {
        for (int needed_only = 0; needed_only < 2; needed_only++) {
            struct reply r = filled(kind, needed_only);

            assert_true(reply_is_whole(&r));
            check_text(&r);
            check_json(&r);
        }
    }
}

static void reply_has_what_its_kind_needs_and_nothing_else(void **state)
{
    (void)state;
    assert_true(reply_is_whole(REPLY(REPLY_NAMED, .name = "x")));
    assert_false(reply_is_whole(REPLY(REPLY_NAMED)));
    assert_false(reply_is_whole(REPLY(REPLY_NAMED, .name = "x", .count = 1)));
    assert_false(reply_is_whole(REPLY(REPLY_NAMED, .name = "x", .near = "y")));
    assert_true(reply_is_whole(REPLY(REPLY_OMITTED))); /* a number may be 0 */
    assert_true(reply_is_whole(REPLY(REPLY_NO_SUCH_NAME, .name = "x", .near = "y")));
}

/* No type has a field of two kinds of value, which its readers could not tell apart. */
static void field_of_one_name_holds_one_thing(void **state)
{
    (void)state;
    for (enum reply_field f = 0; f < REPLY_FIELD_END; f++) {
        for (enum reply_field g = 0; g < f; g++) {
            if (reply_field_name(f) != NULL && reply_field_name(g) != NULL &&
                strcmp(reply_field_name(f), reply_field_name(g)) == 0) {
                assert_true(reply_field_value(f) <= REPLY_VALUE_ROOM && reply_field_value(g) <= REPLY_VALUE_ROOM);
                for (enum reply_kind kind = 0; kind < REPLY_KINDS; kind++) {
                    assert_false(reply_may_have(kind, f) && reply_may_have(kind, g));
                }
            }
        }
    }
}

static void fields_are_put_into_the_sentence(void **state)
{
    (void)state;
    assert_shows(REPLY(REPLY_NAMED, .name = "bob"), "-- You are now bob.\r\n",
                 "{\"type\":\"name\",\"command\":\"cmd\",\"name\":\"bob\"}\n");
    assert_shows(REPLY(REPLY_ROOM, .room = "ops", .count = 1), "-- #ops  1 person\r\n",
                 "{\"type\":\"room\",\"command\":\"cmd\",\"room\":\"#ops\",\"count\":1}\n");
    assert_shows(REPLY(REPLY_ROOM, .room = "ops", .count = 0, .topic = "a \"b\""), "-- #ops  0 people  a \"b\"\r\n",
                 "{\"type\":\"room\",\"command\":\"cmd\",\"room\":\"#ops\",\"topic\":\"a \\\"b\\\"\",\"count\":0}\n");
    assert_shows(REPLY(REPLY_ROOMS_MATCHING, .count = 0, .all = 7, .pattern = "x*"), "-- 0 of 7 rooms match x*\r\n",
                 "{\"type\":\"rooms\",\"command\":\"cmd\",\"count\":0,\"all\":7,\"pattern\":\"x*\"}\n");
    assert_shows(REPLY(REPLY_ROOMS_MATCHING, .count = 1, .all = 7, .pattern = "x*"), "-- 1 of 7 rooms matches x*:\r\n",
                 "{\"type\":\"rooms\",\"command\":\"cmd\",\"count\":1,\"all\":7,\"pattern\":\"x*\"}\n");
    assert_shows(REPLY(REPLY_SETTING, .name = "bell", .on = false, .help = "a bell"), "-- bell is off: a bell\r\n",
                 "{\"type\":\"setting\",\"command\":\"cmd\",\"name\":\"bell\",\"on\":false,\"help\":\"a bell\"}\n");
    assert_shows(REPLY(REPLY_TOPIC, .room = "ops", .by = "al", .time = NOON, .topic = "x"),
                 "-- The topic of #ops, set by al at 12:00: x\r\n",
                 "{\"type\":\"topic\",\"command\":\"cmd\",\"room\":\"#ops\",\"topic\":\"x\",\"by\":\"al\","
                 "\"time\":\"2026-11-21T12:00:00.000Z\"}\n");
    assert_shows(REPLY(REPLY_WHOIS, .name = "al", .connected = 90000, .idle = 59),
                 "-- al came 1 d 1 h ago and was last active 59 s ago.\r\n",
                 "{\"type\":\"whois\",\"command\":\"cmd\",\"name\":\"al\",\"connected\":90000,\"idle\":59}\n");
    assert_shows(REPLY(REPLY_TIME, .time = NOON, .zone = "UTC"), "-- 2026-11-21 12:00:00 UTC\r\n",
                 "{\"type\":\"time\",\"command\":\"cmd\",\"time\":\"2026-11-21T12:00:00.000Z\",\"zone\":\"UTC\"}\n");
}

static void lists_are_arrays(void **state)
{
    (void)state;
    assert_shows(REPLY(REPLY_MEMBERS, .room = "ops", .first = 1, .people = {people, 3}),
                 "-- al, bo (away), cy (has left)\r\n",
                 "{\"type\":\"members\",\"command\":\"cmd\",\"room\":\"#ops\",\"first\":1,"
                 "\"people\":[{\"name\":\"al\"},"
                 "{\"name\":\"bo\",\"away\":true},{\"name\":\"cy\",\"left\":true}]}\n");
    assert_shows(REPLY(REPLY_WHOIS_ROOMS, .name = "al", .rooms = {names, 2}), "-- al is in #a, #b.\r\n",
                 "{\"type\":\"whois\",\"command\":\"cmd\",\"name\":\"al\",\"rooms\":[\"#a\",\"#b\"]}\n");
    assert_shows(REPLY(REPLY_WHOIS_NO_ROOM, .name = "al"), "-- al is in no room.\r\n",
                 "{\"type\":\"whois\",\"command\":\"cmd\",\"name\":\"al\",\"rooms\":[]}\n");
    assert_shows(REPLY(REPLY_HELP, .name = "quit", .usage = "[TEXT]", .help = "leaves", .args = "One.\nTwo.",
                       .example = "quit bye", .aliases = "a b"),
                 "-- /quit [TEXT]: leaves\r\n-- One.\r\n-- Two.\r\n-- Example: /quit bye\r\n-- Other names: /a, /b\r\n",
                 "{\"type\":\"help\",\"command\":\"cmd\",\"name\":\"quit\",\"usage\":\"[TEXT]\",\"help\":\"leaves\","
                 "\"args\":\"One. Two.\",\"example\":\"quit bye\",\"aliases\":[\"a\",\"b\"]}\n");
}

static void errors_have_a_code_their_fields_and_a_sentence(void **state)
{
    char *red;

    (void)state;
    assert_shows(REPLY(REPLY_NO_SUCH_ROOM, .room = "op", .near_room = "ops"),
                 "!! no-such-room: there is no room #op; did you mean #ops? /rooms lists them\r\n",
                 "{\"type\":\"error\",\"code\":\"no-such-room\",\"command\":\"cmd\",\"room\":\"#op\",\"near\":\"#ops\","
                 "\"text\":\"there is no room #op; did you mean #ops? /rooms lists them\"}\n");
    assert_shows(REPLY(REPLY_NO_SUCH_ROOM, .room = "op"),
                 "!! no-such-room: there is no room #op; /rooms lists them\r\n",
                 "{\"type\":\"error\",\"code\":\"no-such-room\",\"command\":\"cmd\",\"room\":\"#op\","
                 "\"text\":\"there is no room #op; /rooms lists them\"}\n");
    assert_shows(REPLY(REPLY_NO_ROOM_FOR_IT),
                 "!! no-room: /cmd is for a room, and you are in none; /join ROOM enters one\r\n",
                 "{\"type\":\"error\",\"code\":\"no-room\",\"command\":\"cmd\",\"text\":\"/cmd is for a room, and you "
                 "are in none; /join ROOM enters one\"}\n");
    assert_shows(REPLY(REPLY_USAGE_MISSING, .usage = "NAME|ROOM TEXT", .given = 0, .example = "msg al hi"),
                 "!! usage: /cmd needs a name or a room and a text, for example: /msg al hi\r\n",
                 "{\"type\":\"error\",\"code\":\"usage\",\"command\":\"cmd\",\"usage\":\"NAME|ROOM TEXT\",\"given\":0,"
                 "\"example\":\"msg al hi\",\"text\":\"/cmd needs a name or a room and a text, for example: "
                 "/msg al hi\"}\n");
    assert_shows(REPLY(REPLY_USAGE_MISSING, .usage = "NAME|ROOM TEXT", .given = 1, .example = "msg al hi"),
                 "!! usage: /cmd needs a text too, for example: /msg al hi\r\n",
                 "{\"type\":\"error\",\"code\":\"usage\",\"command\":\"cmd\",\"usage\":\"NAME|ROOM TEXT\",\"given\":1,"
                 "\"example\":\"msg al hi\",\"text\":\"/cmd needs a text too, for example: /msg al hi\"}\n");
    red = shown(REPLY(REPLY_IGNORE_SELF, .name = "al"), FRONTEND_COLOUR, NULL, 0);
    assert_string_equal(red, "\033[31m!! bad-value: that is you\033[0m\r\n");
    free(red);
}

static void end_is_told_with_its_reason(void **state)
{
    struct strbuf out = {0};

    (void)state;
    frontend_goodbye(&out, 0, REASON_QUIT, "never told");
    assert_int_equal(out.len, 0);
    frontend_goodbye(&out, 0, REASON_IDLE, NULL);
    frontend_goodbye(&out, 0, REASON_KICKED, "");
    frontend_goodbye(&out, 0, REASON_KICKED, "spam");
    frontend_goodbye(&out, FRONTEND_JSON, REASON_KICKED, "spam");
    assert_string_equal(out.data, "!! idle: you have said nothing for too long\r\n"
                                  "!! kicked: an administrator has ended your connection\r\n"
                                  "!! kicked: an administrator has ended your connection: spam\r\n"
                                  "{\"type\":\"error\",\"code\":\"kicked\",\"said\":\"spam\","
                                  "\"text\":\"an administrator has ended your connection: spam\"}\n");
    strbuf_fini(&out);
}

static void notice_answers_no_command(void **state)
{
    (void)state;
    assert_shows(REPLY(REPLY_SKIPPED, .count = 1), "-- 1 line was skipped here: you were reading too slowly\r\n",
                 "{\"type\":\"skipped\",\"count\":1}\n");
    assert_shows(REPLY(REPLY_SKIPPED, .count = 37), "-- 37 lines were skipped here: you were reading too slowly\r\n",
                 "{\"type\":\"skipped\",\"count\":37}\n");
    assert_shows(REPLY(REPLY_OK), "", "{\"type\":\"ok\",\"command\":\"cmd\"}\n");
    assert_shows(REPLY(REPLY_WELCOME, .server = "here", .name = "guest1"),
                 "-- Welcome to here.\r\n-- You are guest1. /nick NAME changes that, /help lists the commands.\r\n",
                 "{\"type\":\"welcome\",\"server\":\"here\",\"name\":\"guest1\"}\n");
}

/* A row holds as many commands as the window has columns for, and none is cut. */
static void groups_of_commands_fit_the_window(void **state)
{
    static const struct reply_item many[] = {
        {.name = "one", .usage = "NAME|ROOM TEXT"}, {.name = "two", .usage = ""}, {.name = "three", .usage = "[TEXT]"},
        {.name = "four", .usage = "ROOM"}, {.name = "five", .usage = ""}, {.name = "six", .usage = ""}};
    const struct reply *r = REPLY(REPLY_HELP_GROUP, .group = "Some", .commands = {many, 6});
    char *text;

    (void)state;
    text = shown(r, 0, NULL, 0);
    assert_string_equal(text, "-- Some: /one /two /three /four /five /six\r\n");
    free(text);
    text = shown(r, 0, NULL, 31);
    assert_string_equal(text, "-- Some: /one /two /three /four\r\n--     /five /six\r\n");
    free(text);
    text = shown(r, 0, NULL, 30);
    assert_string_equal(text, "-- Some: /one /two /three\r\n--     /four /five /six\r\n");
    free(text);
    text = shown(r, FRONTEND_JSON, "help", 40);
    assert_non_null(strstr(text, "\"group\":\"Some\",\"commands\":[{\"name\":\"one\",\"usage\":\"NAME|ROOM TEXT\"},"
                                 "{\"name\":\"two\",\"usage\":\"\"},"));
    free(text);
}

/* A table's rows, whose columns the caller has measured. */
static void rows_of_lists_are_aligned(void **state)
{
    static const struct reply_item row[] = {{.name = "日本"}, {.name = "bob", .is_away = true}, {.name = "x"}};
    char *text;

    (void)state;
    text = shown(REPLY(REPLY_MEMBERS, .room = "r", .first = 1, .people = {row, 3}, .cells = {.name = 12}), 0, NULL,
                 80);
    assert_string_equal(text, "-- 日本        bob (away)  x\r\n");
    free(text);
    text = shown(REPLY(REPLY_ROOM, .room = "語", .count = 1, .topic = "all of it", .cells = {.name = 6, .number = 3}), 0,
                 NULL, 33);
    assert_string_equal(text, "-- #語     1 person  all of it\r\n");
    free(text);
    text = shown(REPLY(REPLY_ROOM, .room = "r", .count = 23, .topic = "all of it", .cells = {.name = 6, .number = 3}),
                 0, NULL, 29);
    assert_string_equal(text, "-- #r     23 people  all o...\r\n");
    free(text);
}

static int in_utc(void **state)
{
    (void)state;
    setenv("TZ", "UTC", 1);
    tzset();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_shown_in_both_forms),
        cmocka_unit_test(reply_has_what_its_kind_needs_and_nothing_else),
        cmocka_unit_test(field_of_one_name_holds_one_thing),
        cmocka_unit_test(fields_are_put_into_the_sentence),
        cmocka_unit_test(lists_are_arrays),
        cmocka_unit_test(errors_have_a_code_their_fields_and_a_sentence),
        cmocka_unit_test(end_is_told_with_its_reason),
        cmocka_unit_test(notice_answers_no_command),
        cmocka_unit_test(groups_of_commands_fit_the_window),
        cmocka_unit_test(rows_of_lists_are_aligned),
    };

    return cmocka_run_group_tests(tests, in_utc, NULL);
}
