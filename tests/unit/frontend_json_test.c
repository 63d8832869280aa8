/* Tests of frontend/json.h: what a program reads. */
#include "config.h"

#include "frontend/json.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define NOON INT64_C(1795262400000) /* 2026-11-21T12:00:00Z */

static void assert_shows_at(int line, struct message_parts parts, bool is_replay, const char *want)
{
    struct strbuf out = {0};
    struct delivery d = {.is_replay = is_replay};
    struct message *m;

    parts.time_ms = NOON;
    if (parts.text_len == 0) {
        parts.text_len = strlen(parts.text);
    }
    m = message_new(&parts);
    m->id = 0x1a2b;
    d.m = m;
    json_form.message(&out, FRONTEND_JSON, NULL, &d);
    if (strcmp(out.data, want) != 0) {
        fail_msg("line %d: '%s', not '%s'", line, out.data, want);
    }
    message_unref(m);
    strbuf_fini(&out);
}
#define assert_shows(parts, want) assert_shows_at(__LINE__, parts, false, want)

static const struct message_parts said = {
    .kind = MESSAGE_SAY, .room = "lobby", .actor = "alice", .text = "hello"};

static void each_kind_is_one_object_a_line(void **state)
{
    struct message_parts parts = said;

    (void)state;
    assert_shows(parts, "{\"type\":\"say\",\"id\":\"0000000000001a2b\",\"time\":\"2026-11-21T12:00:00.000Z\","
                        "\"room\":\"#lobby\",\"from\":\"alice\",\"text\":\"hello\"}\n");
    assert_shows_at(__LINE__, parts, true,
                    "{\"type\":\"say\",\"id\":\"0000000000001a2b\",\"time\":\"2026-11-21T12:00:00.000Z\","
                    "\"room\":\"#lobby\",\"from\":\"alice\",\"text\":\"hello\",\"replay\":true}\n");
    parts.kind = MESSAGE_ACTION;
    assert_shows(parts, "{\"type\":\"action\",\"id\":\"0000000000001a2b\",\"time\":\"2026-11-21T12:00:00.000Z\","
                        "\"room\":\"#lobby\",\"from\":\"alice\",\"text\":\"hello\"}\n");
    parts = (struct message_parts){.kind = MESSAGE_PRIVATE, .actor = "alice", .target = "bob", .text = "psst"};
    assert_shows(parts, "{\"type\":\"private\",\"time\":\"2026-11-21T12:00:00.000Z\",\"from\":\"alice\","
                        "\"to\":\"bob\",\"text\":\"psst\"}\n");
}

/* What an event's object has behind the room. */
static void assert_event(struct message_parts parts, const char *end)
{
    char want[512];

    snprintf(want, sizeof(want), "{\"type\":\"event\",\"id\":\"0000000000001a2b\","
             "\"time\":\"2026-11-21T12:00:00.000Z\",%s}\n", end);
    assert_shows(parts, want);
}

static void events_tell_what_has_changed(void **state)
{
    struct message_parts parts = {.kind = MESSAGE_JOIN, .room = "lobby", .actor = "bob", .text = ""};

    (void)state;
    assert_event(parts, "\"room\":\"#lobby\",\"from\":\"bob\",\"event\":\"join\"");
    parts.kind = MESSAGE_TOPIC;
    assert_event(parts, "\"room\":\"#lobby\",\"from\":\"bob\",\"event\":\"topic\",\"topic\":\"\"");
    parts.kind = MESSAGE_LEAVE;
    assert_event(parts, "\"room\":\"#lobby\",\"from\":\"bob\",\"event\":\"leave\",\"reason\":\"\"");
    parts.text = "good night";
    assert_event(parts, "\"room\":\"#lobby\",\"from\":\"bob\",\"event\":\"leave\",\"reason\":\"good night\"");
    parts.kind = MESSAGE_QUIT;
    parts.room = "lobby ops";
    assert_event(parts, "\"rooms\":[\"#lobby\",\"#ops\"],\"from\":\"bob\",\"event\":\"quit\","
                        "\"reason\":\"good night\"");
    parts = (struct message_parts){
        .kind = MESSAGE_RENAME, .room = "lobby", .actor = "bob", .target = "rob", .text = ""};
    assert_event(parts, "\"room\":\"#lobby\",\"from\":\"bob\",\"event\":\"nick\",\"nick\":\"rob\"");
    parts = (struct message_parts){.kind = MESSAGE_NOTICE, .actor = "server", .text = "soon"};
    assert_shows(parts, "{\"type\":\"event\",\"time\":\"2026-11-21T12:00:00.000Z\",\"from\":\"server\","
                        "\"event\":\"notice\",\"notice\":\"soon\"}\n");
}

/* RFC 8259, 7: the quote, the backslash and the controls; everything else may stand as it is. */
static void text_is_escaped(void **state)
{
    struct strbuf out = {0};

    (void)state;
    json_form.reply(&out, FRONTEND_JSON, REPLY(REPLY_MOTD, .line =
                    "\"a\\b/\x01\t\n\x1f\x7f \xc3\xa9 \xf0\x9f\x98\x80 </script>"),
                    &(struct reply_context){0});
    assert_string_equal(out.data, "{\"type\":\"motd\",\"line\":\"\\\"a\\\\b/\\u0001\\u0009\\u000a\\u001f\x7f "
                                  "\xc3\xa9 \xf0\x9f\x98\x80 </script>\"}\n");
    strbuf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_one_object_a_line),
        cmocka_unit_test(events_tell_what_has_changed),
        cmocka_unit_test(text_is_escaped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
