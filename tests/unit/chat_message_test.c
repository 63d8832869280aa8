/* Tests of chat/message.h: messages, and their ids as text. */
#include "config.h"

#include "chat/message.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static void message_is_a_copy_of_its_parts(void **state)
{
    char room[] = "Lobby", folded[] = "lobby", actor[] = "Alice", actor_folded[] = "alice", text[] = "hello there";
    struct message *m = message_new(&(struct message_parts){.kind = MESSAGE_ACTION,
                                                            .time_ms = 12345,
                                                            .room = room,
                                                            .room_folded = folded,
                                                            .actor = actor,
                                                            .actor_folded = actor_folded,
                                                            .text = text,
                                                            .text_len = 5});

    (void)state;
    memset(room, '#', 5);
    memset(folded, '#', 5);
    memset(actor, '#', 5);
    memset(actor_folded, '#', 5);
    memset(text, '#', 5);
    assert_string_equal(m->room, "Lobby");
    assert_string_equal(m->room_folded, "lobby");
    assert_string_equal(m->actor, "Alice");
    assert_string_equal(m->actor_folded, "alice");
    assert_string_equal(m->target, "");
    assert_string_equal(m->text, "hello");
    assert_int_equal(m->text_len, 5);
    assert_int_equal(m->kind, MESSAGE_ACTION);
    assert_int_equal(m->time_ms, 12345);
    assert_int_equal(m->id, 0);
    assert_ptr_equal(message_ref(m), m);
    message_unref(m);
    assert_string_equal(m->text, "hello");
    message_unref(m);
}

static void message_of_nothing_is_empty(void **state)
{
    struct message *m = message_new(&(struct message_parts){.kind = MESSAGE_PRIVATE});

    (void)state;
    assert_string_equal(m->room, "");
    assert_string_equal(m->room_folded, "");
    assert_string_equal(m->text, "");
    assert_true(m->size >= sizeof(*m));
    message_unref(m);
}

static void folded_name_that_is_as_it_is_shown_is_kept_once(void **state)
{
    struct message_parts parts = {.room = "lobby", .room_folded = "lobby", .actor = "alice", .actor_folded = "alice"};
    struct message *same = message_new(&parts), *other;

    (void)state;
    assert_ptr_equal(same->room, same->room_folded);
    assert_ptr_equal(same->actor, same->actor_folded);
    parts.room = "Lobby";
    parts.actor = "ALICE";
    other = message_new(&parts);
    assert_int_equal(other->size - same->size, sizeof("lobby") + sizeof("alice"));
    message_unref(same);
    message_unref(other);
}

/* Processes count their people by themselves. */
static void origins_of_two_processes_differ(void **state)
{
    (void)state;
    assert_true(message_origin(0, 1) != message_origin(0, 2));
    assert_true(message_origin(0, 1) != message_origin(1, 1));
    assert_true(message_origin(UINT32_MAX, 1) != message_origin(0, 1));
    assert_true(message_origin(0, 1) != 0);
}

static void id_is_read_back_as_it_was_written(void **state)
{
    static const uint64_t ids[] = {1, 0xff, UINT64_C(0x0123456789abcdef), UINT64_MAX};
    char buf[MESSAGE_ID_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        assert_int_equal(strlen(message_id_text(ids[i], buf)), 16);
        assert_true(message_id_parse(buf) == ids[i]);
    }
    assert_true(message_id_parse("0123456789ABCDEF") == UINT64_C(0x0123456789abcdef));
}

static void what_is_no_id_is_none(void **state)
{
    static const char *const bad[] = {"", "0", "0123456789abcde", "0123456789abcdef0", "0123456789abcdeg",
                                      " 123456789abcdef", "0x23456789abcdef", "-123456789abcdef", "+123456789abcdef"};

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_true(message_id_parse(bad[i]) == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(message_is_a_copy_of_its_parts),
        cmocka_unit_test(message_of_nothing_is_empty),
        cmocka_unit_test(folded_name_that_is_as_it_is_shown_is_kept_once),
        cmocka_unit_test(origins_of_two_processes_differ),
        cmocka_unit_test(id_is_read_back_as_it_was_written),
        cmocka_unit_test(what_is_no_id_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
