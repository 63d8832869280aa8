/* Tests of frontend/look.h: which looks are one; and of frontend/frontend.h: what readers with looks share. */
#include "config.h"

#include "frontend/look.h"

#include "base/container.h"
#include "base/timeform.h"
#include "chat/attachment.h"
#include "chat/deliver.h"
#include "chat/room.h"
#include "frontend/frontend.h"

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

static void equal_looks_are_one_and_the_usual_one_is_none(void **state)
{
    static const struct look_spec usual = {0}, seconds = {.time_form = "%T"}, plain = {.time_form = "%H"};
    char form[] = "%T";
    struct look_spec copied = {.time_form = form};
    struct looks looks = {0};
    struct look *a = look_get(&looks, &seconds), *b = look_get(&looks, &copied), *c = look_get(&looks, &plain);

    (void)state;
    assert_null(look_get(&looks, &usual));
    assert_ptr_equal(a, b);
    assert_ptr_not_equal(a, c);
    form[1] = 'H';
    assert_string_equal(look_time_form(a), "%T");
    assert_string_equal(look_time_form(NULL), TIMEFORM_USUAL);
    look_unref(a);
    assert_string_equal(look_time_form(b), "%T");
    look_unref(c);
    look_unref(look_ref(b));
    look_unref(b);
    look_unref(look_ref(NULL));
    assert_null(looks.first);
}

/* ---- readers of one message ---- */

enum { READERS = 6 };

struct reader {
    struct attachment at;
    struct frontend_reader is;
    struct payload *got; /* with a reference */
};

static void reader_deliver(struct sink *sink, struct delivery *d)
{
    struct reader *who = CONTAINER_OF(attachment_of_sink(sink), struct reader, at);

    who->got = payload_ref(frontend_encode_for(d, &who->is));
}

static uint32_t reader_deliver_run(const struct room_slot *members, uint32_t count, struct delivery *d)
{
    for (uint32_t i = 0; i < count; i++) {
        reader_deliver(&members[i].attachment->sink, d);
    }
    return count;
}

static void deliver(struct reader *readers, const struct message *m)
{
    static const struct sink_ops ops = {.deliver_run = reader_deliver_run};
    static const struct deliver_origin nobody = {.own = DELIVER_NOBODY};
    struct room_slot slots[READERS] = {0};
    struct room room = {.members = slots, .count = READERS};

    for (int i = 0; i < READERS; i++) {
        readers[i].at.sink.ops = &ops;
        slots[i].attachment = &readers[i].at;
    }
    deliver_to_room(&room, m, &nobody);
}

static void assert_got(const struct reader *who, const char *want)
{
    assert_int_equal(who->got->len, strlen(want));
    assert_memory_equal(who->got->data, want, who->got->len);
}

static void readers_who_are_alike_share_what_they_get(void **state)
{
    static const struct look_spec seconds = {.time_form = "%T"};
    struct looks looks = {0};
    struct look *look = look_get(&looks, &seconds);
    struct reader readers[READERS] = {
        {.is = {.encoding = FRONTEND_TIME, .look = look}},
        {.is = {.encoding = FRONTEND_TIME}},
        {.is = {.encoding = FRONTEND_TIME, .look = look, .columns = 200}},
        {.is = {.encoding = FRONTEND_TIME, .look = look, .columns = 30}},
        {.is = {.encoding = FRONTEND_TIME, .look = look, .columns = 31}},
        {.is = {.encoding = FRONTEND_JSON, .columns = 30}},
    };
    struct message *m = message_new(&(struct message_parts){
        .kind = MESSAGE_SAY, .room = "lobby", .actor = "alice", .text = "hello, hello", .text_len = 12,
        .time_ms = NOON});

    (void)state;
    deliver(readers, m);
    assert_got(&readers[0], "12:00:00 [#lobby] alice: hello, hello\r\n");
    assert_got(&readers[1], "12:00 [#lobby] alice: hello, hello\r\n");
    assert_ptr_equal(readers[0].got, readers[2].got);
    assert_got(&readers[3], "12:00:00 [#lobby] alice:\r\n    hello, hello\r\n");
    assert_ptr_equal(readers[3].got, readers[4].got);
    assert_int_equal(readers[5].got->data[0], '{');
    for (int i = 0; i < READERS; i++) {
        payload_unref(readers[i].got);
    }
    message_unref(m);
    look_unref(look);
}

/* The charset is the last step: rows are broken by the columns of what the terminal shows. */
static void share_charsets(struct charset *cp1251, struct charset *latin1)
{
    struct looks looks = {0};
    struct look *plain = look_get(&looks, &(struct look_spec){.charset = cp1251});
    struct look *telnet = look_get(&looks, &(struct look_spec){.charset = cp1251, .is_telnet = true});
    struct look *west = look_get(&looks, &(struct look_spec){.charset = latin1});
    struct reader readers[READERS] = {
        {.is = {.look = plain}},
        {.is = {.look = plain, .columns = 80}},
        {.is = {.look = telnet}},
        {.is = {.look = telnet, .columns = 31}},
        {.is = {.look = west, .columns = 31}},
        {.is = {.columns = 31}},
    };
    struct message *m = message_new(&(struct message_parts){
        .kind = MESSAGE_SAY, .room = "lobby", .actor = "alice", .text = "я… 日本", .text_len = strlen("я… 日本"),
        .time_ms = NOON});

    assert_ptr_equal(plain, look_get(&looks, &(struct look_spec){.charset = cp1251}));
    look_unref(plain);
    deliver(readers, m);
    assert_got(&readers[0], "[#lobby] alice: \xff\x85 ??\r\n");
    assert_ptr_equal(readers[0].got, readers[1].got);
    assert_got(&readers[2], "[#lobby] alice: \xff\xff\x85 ??\r\n");
    assert_ptr_equal(readers[2].got, readers[3].got);
    assert_got(&readers[4], "[#lobby] alice: ?... ??\r\n");
    assert_got(&readers[5], "[#lobby] alice: я… 日本\r\n");
    for (int i = 0; i < READERS; i++) {
        payload_unref(readers[i].got);
    }
    message_unref(m);
    look_unref(plain);
    look_unref(telnet);
    look_unref(west);
    charset_close(cp1251);
    charset_close(latin1);
}

static void readers_of_a_charset_share_what_they_get(void **state)
{
    struct charset *cp1251 = charset_open("cp1251", "CP1251"), *latin1 = charset_open("latin1", "ISO-8859-1");

    (void)state;
    if (cp1251 == NULL || latin1 == NULL) {
        skip(); /* the system has no converters */
    }
    share_charsets(cp1251, latin1);
}

static void assert_name(const struct look *look, const char *name, bool is_coloured, bool is_marked, const char *want)
{
    struct strbuf out = {0};

    look_add_name(look, &out, name, name, is_coloured, is_marked);
    assert_string_equal(out.data, want);
    strbuf_fini(&out);
}

/* Names in 256 colours, and without escape sequences if there are none. */
static void a_name_has_the_colours_that_the_look_has(void **state)
{
    static const struct look_spec many = {.has_256_colours = true};
    struct looks looks = {0};
    struct look *look = look_get(&looks, &many);
    struct strbuf alice = {0}, bob = {0}, marked = {0};

    (void)state;
    assert_name(NULL, "alice", false, true, "alice");
    look_add_name(NULL, &alice, "alice", "alice", true, false);
    assert_memory_equal(alice.data, "\033[1;3", 5);
    strbuf_reset(&alice);
    look_add_name(look, &alice, "Alice", "alice", true, false);
    look_add_name(look, &bob, "bob", "bob", true, false);
    look_add_name(look, &marked, "bob", "bob", true, true);
    assert_memory_equal(alice.data, "\033[1;38;5;", 9);
    assert_memory_equal(marked.data, "\033[1;7;38;5;", 11);
    assert_memory_not_equal(alice.data, bob.data, 13);
    strbuf_fini(&alice);
    strbuf_fini(&bob);
    strbuf_fini(&marked);
    look_unref(look);
}

static void right_to_left_text_is_isolated(void **state)
{
    static const struct look_spec bidi = {.has_isolates = true};
    static const char hebrew[] = "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d";
    struct looks looks = {0};
    struct look *look = look_get(&looks, &bidi);
    struct strbuf out = {0};

    (void)state;
    look_add_text(look, &out, hebrew, sizeof(hebrew) - 1);
    look_add_text(look, &out, "plain \xc3\xa4", 8);
    look_add_text(NULL, &out, hebrew, sizeof(hebrew) - 1);
    assert_string_equal(out.data, "\xe2\x81\xa8\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d\xe2\x81\xa9plain \xc3\xa4"
                                  "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d");
    strbuf_fini(&out);
    look_unref(look);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_looks_are_one_and_the_usual_one_is_none),
        cmocka_unit_test(readers_who_are_alike_share_what_they_get),
        cmocka_unit_test(a_name_has_the_colours_that_the_look_has),
        cmocka_unit_test(right_to_left_text_is_isolated),
        cmocka_unit_test(readers_of_a_charset_share_what_they_get),
    };

    return cmocka_run_group_tests(tests, in_utc, NULL);
}
