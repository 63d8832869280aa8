/* Tests of frontend/text.h: what a person reads; and of frontend/frontend.h: the choice of a form. */
#include "config.h"

#include "frontend/text.h"

#include "base/container.h"
#include "frontend/frontend.h"
#include "frontend/json.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NOON INT64_C(1795262400000) /* 2026-11-21T12:00:00Z */

static int in_utc(void **state)
{
    (void)state;
    setenv("TZ", "UTC", 1);
    tzset();
    return 0;
}

static void assert_shows_at(int line, struct message_parts parts, unsigned encoding, bool is_replay, bool is_own,
                            const char *want)
{
    struct strbuf out = {0};
    struct delivery d = {.is_replay = is_replay, .now_ms = NOON + 3600000, .is_own_copy = is_own};
    struct message *m;

    parts.time_ms = NOON;
    parts.text_len = strlen(parts.text);
    m = message_new(&parts);
    d.m = m;
    text_form.message(&out, encoding, NULL, &d);
    /* By this a message is known to fit before it is encoded (chat/deliver.h). */
    if (m->kind != MESSAGE_QUIT) { /* which is never taken to fit */
        assert_true(wrap_columns(out.data, out.len) <= m->size - sizeof(*m) + DELIVER_FORM_COLUMNS);
    }
    if (strcmp(out.data, want) != 0) {
        fail_msg("line %d: '%s', not '%s'", line, out.data, want);
    }
    message_unref(m);
    strbuf_fini(&out);
}
#define assert_shows(parts, encoding, want) assert_shows_at(__LINE__, parts, encoding, false, false, want)

static const struct message_parts said = {
    .kind = MESSAGE_SAY, .room = "lobby", .actor = "alice", .text = "hello"};
static const struct message_parts done = {
    .kind = MESSAGE_ACTION, .room = "lobby", .actor = "alice", .text = "waves"};
static const struct message_parts joined = {.kind = MESSAGE_JOIN, .room = "lobby", .actor = "bob", .text = ""};
static const struct message_parts quit = {
    .kind = MESSAGE_QUIT, .room = "lobby ops", .actor = "bob", .text = "night"};
static const struct message_parts secret = {
    .kind = MESSAGE_PRIVATE, .actor = "alice", .target = "bob", .text = "psst"};

static void each_kind_has_its_beginning(void **state)
{
    (void)state;
    assert_shows(said, 0, "[#lobby] alice: hello\r\n");
    assert_shows(done, 0, "[#lobby] * alice waves\r\n");
    assert_shows(joined, 0, "[#lobby] -- bob joined\r\n");
    assert_shows(quit, 0, "[#lobby, #ops] -- bob quit: night\r\n");
    assert_shows(secret, 0, "[alice -> you] psst\r\n");
    assert_shows_at(__LINE__, secret, 0, false, true, "[you -> bob] psst\r\n");
}

static void each_event_has_its_words(void **state)
{
    struct message_parts parts = {.room = "lobby", .actor = "bob", .text = ""};

    (void)state;
    parts.kind = MESSAGE_LEAVE;
    assert_shows(parts, FRONTEND_TIME, "12:00 [#lobby] -- bob left\r\n");
    parts.text = "good night";
    assert_shows(parts, FRONTEND_TIME, "12:00 [#lobby] -- bob left: good night\r\n");
    parts.kind = MESSAGE_QUIT;
    assert_shows(parts, FRONTEND_TIME, "12:00 [#lobby] -- bob quit: good night\r\n");
    parts.text = "";
    assert_shows(parts, FRONTEND_TIME, "12:00 [#lobby] -- bob quit\r\n");
    parts.kind = MESSAGE_TOPIC;
    assert_shows(parts, FRONTEND_TIME, "12:00 [#lobby] -- bob cleared the topic\r\n");
    parts.text = "backups";
    assert_shows(parts, FRONTEND_TIME, "12:00 [#lobby] -- bob set the topic: backups\r\n");
    parts = (struct message_parts){
        .kind = MESSAGE_RENAME, .room = "lobby", .actor = "bob", .target = "Rob", .text = ""};
    assert_shows(parts, FRONTEND_TIME, "12:00 [#lobby] -- bob is now Rob\r\n");
    parts = (struct message_parts){.kind = MESSAGE_NOTICE, .actor = "server", .text = "good evening"};
    assert_shows(parts, FRONTEND_TIME, "12:00 -- server: good evening\r\n");
    parts.room = "lobby";
    assert_shows_at(__LINE__, parts, 0, true, false, "12:00 [#lobby] -- server: good evening\r\n");
}

static void time_is_shown_when_wanted_and_for_what_is_past(void **state)
{
    (void)state;
    assert_shows(said, FRONTEND_TIME, "12:00 [#lobby] alice: hello\r\n");
    assert_shows(secret, FRONTEND_TIME, "12:00 [alice -> you] psst\r\n");
    assert_shows_at(__LINE__, said, 0, true, false, "12:00 [#lobby] alice: hello\r\n");
}

static void bell_rings_for_private_lines_of_others(void **state)
{
    (void)state;
    assert_shows(secret, FRONTEND_BELL, "[alice -> you] psst\a\r\n");
    assert_shows_at(__LINE__, secret, FRONTEND_BELL, false, true, "[you -> bob] psst\r\n");
    assert_shows(said, FRONTEND_BELL, "[#lobby] alice: hello\r\n");
}

static void coloured_line_without_its_colours_is_the_plain_one(void **state)
{
    static const struct message_parts *const all[] = {&said, &done, &joined, &secret};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct strbuf plain = {0}, coloured = {0}, stripped = {0};
        struct message_parts parts = *all[i];
        struct delivery d = {0};
        struct message *m;

        parts.text_len = strlen(parts.text);
        m = message_new(&parts);
        d.m = m;
        text_form.message(&plain, 0, NULL, &d);
        text_form.message(&coloured, FRONTEND_COLOUR, NULL, &d);
        for (const char *s = coloured.data; *s != '\0'; s++) {
            if (*s == '\033') {
                s = strchr(s, 'm');
            } else {
                strbuf_addc(&stripped, *s);
            }
        }
        assert_string_equal(stripped.data, plain.data);
        assert_true(coloured.len > plain.len);
        assert_null(strstr(coloured.data, "31m")); /* red is the errors' */
        message_unref(m);
        strbuf_fini(&plain);
        strbuf_fini(&coloured);
        strbuf_fini(&stripped);
    }
}

static void encoding_chooses_the_form(void **state)
{
    (void)state;
    for (unsigned i = 0; i < FRONTEND_ENCODINGS; i++) {
        assert_ptr_equal(frontend_form(i), i == FRONTEND_JSON ? &json_form : &text_form);
    }
}

static void only_room_lines_that_are_new_may_give_way(void **state)
{
    static const struct message_parts *const all[] = {&said, &done, &joined, &secret};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        for (int replay = 0; replay < 2; replay++) {
            struct message *m = message_new(all[i]);
            struct delivery d = {.m = m, .is_replay = replay != 0};
            struct payload *p = frontend_encode(&d, 0);

            assert_int_equal(p->kind, i == 3 || replay != 0 ? PAYLOAD_KEPT : PAYLOAD_DROPPABLE);
            assert_ptr_equal(frontend_encode(&d, 0), p); /* made once */
            assert_int_equal(p->refs, 1);
            assert_ptr_not_equal(frontend_encode(&d, FRONTEND_JSON), p);
            payload_unref(d.encoded[0]);
            payload_unref(d.encoded[FRONTEND_JSON]);
            message_unref(m);
        }
    }
}

/* Replayed now, at a time of day of its own. */
static void assert_replayed(int64_t now_ms, const char *zone, const char *want)
{
    struct message_parts parts = said;
    struct strbuf out = {0};
    struct delivery d = {.is_replay = true, .now_ms = now_ms};
    struct message *m;

    setenv("TZ", zone, 1);
    tzset();
    parts.time_ms = NOON;
    parts.text_len = strlen(parts.text);
    m = message_new(&parts);
    d.m = m;
    text_form.message(&out, 0, NULL, &d);
    assert_string_equal(out.data, want);
    message_unref(m);
    strbuf_fini(&out);
}

static void replayed_line_of_another_day_has_the_date(void **state)
{
    (void)state;
    assert_replayed(NOON + 12 * 3600000 - 1, "UTC", "12:00 [#lobby] alice: hello\r\n");
    assert_replayed(NOON + 12 * 3600000, "UTC", "2026-11-21 12:00 [#lobby] alice: hello\r\n");
    assert_replayed(NOON + INT64_C(365) * 24 * 3600000, "UTC", "2026-11-21 12:00 [#lobby] alice: hello\r\n");
    /* The day is that of the zone. */
    assert_replayed(NOON + 3600000, "XST-11:30", "2026-11-21 23:30 [#lobby] alice: hello\r\n");
    assert_replayed(NOON + 1799999, "XST-11:30", "23:30 [#lobby] alice: hello\r\n");
    assert_replayed(NOON + 12 * 3600000, "XST5", "07:00 [#lobby] alice: hello\r\n");
}

/* ---- old lines for many newcomers ---- */

struct newcomer {
    struct sink sink;
    unsigned encoding, columns; /* columns 0: not known */
    struct payload *got;        /* with a reference */
};

static void newcomer_deliver(struct sink *sink, struct delivery *d)
{
    struct newcomer *who = CONTAINER_OF(sink, struct newcomer, sink);

    who->got = payload_ref(frontend_encode_for(d, &(struct frontend_reader){.encoding = who->encoding,
                                                                            .columns = who->columns}));
}

/* Two newcomers are shown m: true when the second gets what the first got. */
static bool share(struct replays *replays, const struct message *m, struct newcomer first, struct newcomer second,
                  int64_t later_ms)
{
    static const struct sink_ops ops = {.deliver = newcomer_deliver};
    struct newcomer fresh = second;
    bool is_same;

    first.sink.ops = fresh.sink.ops = second.sink.ops = &ops;
    deliver_replay(replays, &first.sink, m, NOON);
    deliver_replay(replays, &second.sink, m, NOON + later_ms);
    is_same = first.got == second.got;
    assert_int_equal(first.got->kind, PAYLOAD_KEPT);
    if (is_same) {
        deliver_replay(NULL, &fresh.sink, m, NOON + later_ms);
        assert_int_equal(first.got->len, fresh.got->len);
        assert_memory_equal(first.got->data, fresh.got->data, fresh.got->len);
        payload_unref(fresh.got);
    }
    payload_unref(first.got);
    payload_unref(second.got);
    return is_same;
}

static void newcomers_share_what_they_are_shown_of_the_past(void **state)
{
    static const struct newcomer plain = {0}, timed = {.encoding = FRONTEND_TIME}, red = {.encoding = FRONTEND_COLOUR},
                                 json = {.encoding = FRONTEND_JSON}, narrow = {.columns = 40}, wide = {.columns = 200},
                                 narrow_red = {.encoding = FRONTEND_COLOUR, .columns = 40};
    struct message_parts parts = said;
    struct replays replays = {0};
    struct message *m;

    (void)state;
    in_utc(NULL);
    parts.time_ms = NOON;
    parts.text = "a line that is longer than a narrow window";
    parts.text_len = strlen(parts.text);
    m = message_new(&parts);
    m->id = 7;
    assert_true(share(&replays, m, plain, plain, 0));
    assert_true(share(&replays, m, timed, timed, 1000));
    assert_true(share(&replays, m, red, red, 0));
    assert_true(share(&replays, m, json, json, 0));
    assert_true(share(&replays, m, narrow, narrow, 0));
    assert_true(share(&replays, m, narrow_red, narrow_red, 0));
    assert_true(share(&replays, m, plain, wide, 0)); /* it fits */
    assert_false(share(&replays, m, plain, red, 0));
    assert_false(share(&replays, m, plain, json, 0));
    assert_false(share(&replays, m, plain, narrow, 0));
    assert_false(share(&replays, m, narrow, narrow_red, 0));
    assert_false(share(&replays, m, plain, plain, 24 * 3600000)); /* with the date */
    m->id = 8;
    assert_true(share(&replays, m, plain, plain, 0));
    replays_fini(&replays);
    message_unref(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_has_its_beginning),
        cmocka_unit_test(each_event_has_its_words),
        cmocka_unit_test(time_is_shown_when_wanted_and_for_what_is_past),
        cmocka_unit_test(bell_rings_for_private_lines_of_others),
        cmocka_unit_test(coloured_line_without_its_colours_is_the_plain_one),
        cmocka_unit_test(encoding_chooses_the_form),
        cmocka_unit_test(only_room_lines_that_are_new_may_give_way),
        cmocka_unit_test(replayed_line_of_another_day_has_the_date),
        cmocka_unit_test(newcomers_share_what_they_are_shown_of_the_past),
    };

    return cmocka_run_group_tests(tests, in_utc, NULL);
}
