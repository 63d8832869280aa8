/* Tests of session/sessions.h: how people come, are restored, fall silent and go: on real connections, with a chat
 * whose directory answers when it is told to. */
#include "config.h"

#include "session/sessions.h"

#include "base/log.h"
#include "chat/names.h"
#include "fake_sessions.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FIRST_STEPS                                                               \
    "-- To talk, type a line and press Enter: everybody in the room reads it.\r\n" \
    "-- /msg NAME TEXT is for one person alone, /join ROOM enters another room.\r\n" \
    "-- /who lists the people in the room, /quit leaves.\r\n"

/* ---- coming ------------------------------------------------------------------------------------- */

static void newcomer_is_greeted_named_and_put_into_the_room(void **state)
{
    struct session_limits limits = env.limits;

    (void)state;
    limits.motd = "be kind\nbe brief";
    sessions_set_limits(&env, &limits);
    come(0, 0);
    assert_heard(0, "-- be kind\r\n-- be brief\r\n"
                    "-- Welcome to chat.example.\r\n"
                    "-- You are guest1. /nick NAME changes that, /help lists the commands.\r\n"
                    "-- You are in #lobby, nobody else is.\r\n" FIRST_STEPS);
    type(0, "hello\n");
    assert_nothing(0);
    come(1, 0);
    assert_heard_part(1, "[#lobby] guest1: hello\r\n"
                         "-- be kind\r\n-- be brief\r\n"
                         "-- Welcome to chat.example.\r\n"
                         "-- You are guest2. /nick NAME changes that, /help lists the commands.\r\n"
                         "-- You are in #lobby with 1 other.\r\n" FIRST_STEPS);
    assert_nothing(0);
    type(1, "hi\n");
    assert_heard(0, "[#lobby] -- guest2 joined\r\n[#lobby] guest2: hi\r\n");
}

static void newcomer_is_announced_by_a_word_or_after_two_seconds(void **state)
{
    (void)state;
    come_both();
    come(2, 0);
    type(2, "\n  \n"); /* no word */
    fake_loop_pass(&f, 1999);
    type(2, "\n"); /* which puts nothing off */
    assert_nothing(0);
    type(0, "/who\n");
    assert_heard_part(0, "guest3");
    fake_loop_pass(&f, 1);
    assert_heard(0, "[#lobby] -- guest3 joined\r\n");
    fake_loop_pass(&f, 10000);
    assert_nothing(0); /* once */
    come(3, 0);
    type(3, "/nick dave\n/join ops\n");
    assert_heard(0, "[#lobby] -- guest4 joined\r\n[#lobby] -- guest4 is now dave\r\n");
    type(3, "/quit bye\n");
    assert_heard(0, "[#lobby] -- dave quit: bye\r\n");
    assert_over(1);
    assert_int_equal(silent, 0);
}

static void nobody_stays_hidden_behind_lines_that_show_nothing(void **state)
{
    (void)state;
    come_both();
    set_flood(1, 1);
    come(2, 0);
    for (int i = 0; i < 6; i++) {
        type(2, "\u2800\n");
        fake_loop_pass(&f, 900);
    }
    assert_heard(0, "[#lobby] -- guest3 joined\r\n");
}

static void who_goes_without_a_word_has_not_been_there(void **state)
{
    (void)state;
    come_both();
    come(2, 0);
    close(people[2]); /* a check of health */
    people[2] = -1;
    fake_loop_turns(&f, 3);
    assert_over(1);
    assert_int_equal(silent, 1);
    come(2, 0);
    type(2, "GET / HTTP/1.0\r\n\r\n");
    assert_heard_part(2, "400 Bad Request");
    close(people[2]);
    people[2] = -1;
    fake_loop_turns(&f, 3);
    assert_over(2);
    assert_int_equal(silent, 2);
    assert_nothing(0);
    come(2, 0);
    shutdown(people[2], SHUT_WR);
    fake_loop_turns(&f, 3);
    fake_loop_pass(&f, 5000); /* it is over: nothing is announced any more */
    assert_nothing(0);
    assert_int_equal(silent, 3);
}

static void newcomer_s_lines_wait_for_the_name_and_the_room(void **state)
{
    (void)state;
    dir->answer = DIRECTORY_LATER;
    come(0, 0);
    type(0, "first\nsecond\n/quit\n");
    assert_nothing(0);
    fake_directory_reply(dir, "guest1", DIRECTORY_GRANTED);
    fake_loop_turn(&f);
    assert_nothing(0);
    type(0, "");
    assert_nothing(0);
    assert_int_equal(store->appended, 0);
    fake_directory_reply(dir, "lobby", DIRECTORY_GRANTED);
    fake_loop_turns(&f, 2);
    assert_heard(0, "-- Welcome to chat.example.\r\n"
                    "-- You are guest1. /nick NAME changes that, /help lists the commands.\r\n"
                    "-- You are in #lobby, nobody else is.\r\n" FIRST_STEPS "-- Goodbye, guest1.\r\n");
    assert_int_equal(store->appended, 2);
    assert_over(1);
}

static void newcomer_without_a_name_is_told_and_closed(void **state)
{
    (void)state;
    dir->answer = DIRECTORY_LATER;
    come(0, 0);
    fake_directory_reply(dir, "guest1", DIRECTORY_FAILED);
    fake_loop_turn(&f);
    assert_heard(0, "!! login: you could not be given a name; please try again later\r\n");
    assert_over(1);
    dir->answer = DIRECTORY_FAILED;
    come(1, 0);
    fake_loop_turn(&f);
    assert_heard_part(1, "!! login: ");
    assert_over(2);
}

static void newcomer_is_here_even_if_the_room_is_not(void **state)
{
    const char *got;

    (void)state;
    dir->answer = DIRECTORY_LATER;
    come(0, 0);
    fake_directory_reply(dir, "guest1", DIRECTORY_GRANTED);
    type(0, "lost?\n/who\n");
    fake_directory_reply(dir, "lobby", DIRECTORY_FAILED);
    fake_loop_turns(&f, 2);
    got = heard(0);
    assert_ptr_equal(strstr(got, "!! unavailable: "), got);
    assert_non_null(strstr(got, "-- You are guest1. "));
    assert_non_null(strstr(got, "-- To talk, enter a room first: /join ROOM enters one.\r\n"));
    dir->answer = DIRECTORY_GRANTED;
    type(0, "/join #Lobby\n");
    assert_heard(0, "-- You are in #Lobby, nobody else is.\r\n");
}

static void newcomer_may_go_at_any_moment_of_coming(void **state)
{
    (void)state;
    dir->answer = DIRECTORY_LATER;
    for (int moment = 0; moment < 3; moment++) {
        char guest[32];

        snprintf(guest, sizeof(guest), "guest%d", moment + 1);
        come(0, 0);
        if (moment > 0) {
            fake_directory_reply(dir, guest, DIRECTORY_GRANTED);
        }
        if (moment > 1) {
            store->answer = STORE_LATER;
            fake_directory_reply(dir, "lobby", DIRECTORY_GRANTED);
        }
        close(people[0]);
        people[0] = -1;
        fake_loop_turns(&f, 3);
        if (gone == moment) { /* its lines wait still: it is over when its command is */
            for (struct conn *conn = f.net.all; conn != NULL; conn = conn->all_next) {
                conn_close(conn, REASON_RESET);
            }
            fake_loop_turns(&f, 2);
        }
        assert_int_equal(gone, moment + 1);
        assert_string_equal(strbuf_str(&dir->held), "");
    }
    assert_int_equal(store->cancels, 1);
}

/* ---- being restored ----------------------------------------------------------------------------- */

/* What a restore does with an attached session. */
static void restore(struct session *s, const char *nick, const char *room_name)
{
    struct name name = fake_name(nick);

    assert_int_equal(names_rename(&s->self, &name, NULL, NULL), CHAT_OK);
    name = fake_name(room_name);
    assert_int_equal(chat_join(&s->self, &name, NULL, &s->current, NULL, NULL), CHAT_OK);
}

static void attached_session_is_silent(void **state)
{
    struct fake_log log;
    struct session *s;
    char *held;

    (void)state;
    come_both();
    fake_log_init(&log);
    log_set_level(LOG_LEVEL_INFO);
    held = strdup(strbuf_str(&dir->held));
    s = attach(2, 0);
    type(2, "early\n/who\n");
    fake_loop_pass(&f, 10000); /* it is not announced either, as a newcomer would be */
    assert_nothing(2);
    assert_string_equal(fake_log_read(&log), "");
    assert_string_equal(strbuf_str(&dir->held), held); /* no name was claimed, no room */
    assert_ptr_equal(sessions_of_conn(s->conn), s);
    assert_string_equal(person_shown_name(s->self.person), "");
    assert_int_equal(s->self.person->room_count, 0);

    restore(s, "carol", "lobby");
    fake_loop_pass(&f, 10000);
    assert_nothing(2);
    assert_nothing(0);
    assert_int_equal(env.lines, 2); /* the names of the two */
    log_set_level(LOG_LEVEL_ERROR);
    fake_log_fini(&log);
    free(held);
}

static void restored_session_goes_on_without_a_word(void **state)
{
    struct session *s;

    (void)state;
    come_both();
    s = attach(2, 0);
    type(2, "early\n");
    restore(s, "carol", "lobby");
    sessions_resume(s, true);
    fake_loop_turns(&f, 2);
    assert_nothing(2);
    assert_heard(0, "[#lobby] carol: early\r\n");
    type(2, "/who\nlater\n");
    assert_heard(2, "-- #lobby: 3 people\r\n-- alice, bob, carol\r\n");
    assert_heard(0, "[#lobby] carol: later\r\n");
    type(0, "hello\n");
    assert_heard(2, "[#lobby] alice: hello\r\n");
    close(people[2]);
    people[2] = -1;
    fake_loop_turns(&f, 3);
    assert_heard(0, "[#lobby] -- carol quit\r\n");
    assert_over(1);
    assert_int_equal(silent, 0);
}

/* It was attached in another process, and has said nothing there. */
static void restored_session_that_was_not_announced_is_announced_later(void **state)
{
    struct session *s;

    (void)state;
    come_both();
    s = attach(2, 0);
    restore(s, "carol", "lobby");
    sessions_resume(s, false);
    fake_loop_pass(&f, 1999);
    assert_nothing(0);
    fake_loop_pass(&f, 1);
    assert_heard(0, "[#lobby] -- carol joined\r\n");
    assert_nothing(2);
}

static void attached_session_can_be_greeted_later(void **state)
{
    struct session *s;

    (void)state;
    come_both();
    s = attach(2, 0);
    type(2, "early\n");
    assert_nothing(2);
    sessions_greet(s, NULL, NULL);
    fake_loop_turns(&f, 2);
    assert_heard_part(2, "-- Welcome to chat.example.\r\n-- You are guest3.");
    assert_heard(0, "[#lobby] -- guest3 joined\r\n[#lobby] guest3: early\r\n");
}

static void attached_session_ends_with_its_connection(void **state)
{
    struct session *s;

    (void)state;
    come_both();
    s = attach(2, 0);
    conn_close(s->conn, REASON_RESET);
    fake_loop_turns(&f, 2);
    s = attach(3, 0);
    restore(s, "carol", "lobby");
    conn_close(s->conn, REASON_RESET);
    fake_loop_turns(&f, 2);
    assert_over(2);
    assert_int_equal(silent, 2);
    assert_nothing(0);
    assert_null(names_find(&chat, "carol"));
}

/* ---- silence ------------------------------------------------------------------------------------ */

static void who_is_silent_is_warned_and_then_closed(void **state)
{
    struct session_limits limits = env.limits;

    (void)state;
    limits.idle_ms = 600000;
    sessions_set_limits(&env, &limits);
    come_both();
    fake_loop_pass(&f, 300000);
    type(1, "here\n");
    fake_loop_pass(&f, 239999);
    assert_heard(0, "[#lobby] bob: here\r\n");
    fake_loop_pass(&f, 1);
    assert_heard(0, "-- You have said nothing for 540 s; in 60 s the connection will be closed.\r\n");
    fake_loop_pass(&f, 59999);
    assert_nothing(0);
    fake_loop_pass(&f, 1);
    fake_loop_turn(&f);
    assert_heard(0, "!! idle: you have said nothing for too long\r\n");
    assert_int_equal(chat.people, 1); /* bob has time still */
    assert_over(1);
}

static void word_after_the_warning_is_enough(void **state)
{
    struct session_limits limits = env.limits;

    (void)state;
    limits.idle_ms = 600000;
    sessions_set_limits(&env, &limits);
    come(0, 0);
    type(0, "hello\n");
    for (int i = 0; i < 5; i++) {
        fake_loop_pass(&f, 540000);
        assert_heard_part(0, "-- You have said nothing for 540 s");
        fake_loop_pass(&f, 59000);
        type(0, "\n"); /* an empty line is one */
    }
    assert_int_equal(gone, 0);
}

static void silence_limit_comes_and_goes_with_a_reload(void **state)
{
    struct session_limits limits = env.limits;

    (void)state;
    come_both();
    fake_loop_pass(&f, 10000000);
    assert_int_equal(gone, 0);
    limits.idle_ms = 600000;
    sessions_set_limits(&env, &limits);
    fake_loop_turn(&f);
    assert_heard_part(0, "-- You have said nothing for"); /* those who were here before, too */
    limits.idle_ms = 0;
    sessions_set_limits(&env, &limits);
    fake_loop_pass(&f, 10000000);
    assert_int_equal(gone, 0);
}

/* ---- going -------------------------------------------------------------------------------------- */

static void last_words_are_told(void **state)
{
    (void)state;
    come_both();
    type(0, "/quit good night\nunheard\n");
    assert_heard(0, "-- Goodbye, alice.\r\n");
    assert_heard(1, "[#lobby] -- alice quit: good night\r\n");
    assert_over(1);
}

static void who_goes_without_a_word_is_gone_too(void **state)
{
    (void)state;
    come_both();
    close(people[0]);
    people[0] = -1;
    fake_loop_turns(&f, 2);
    assert_heard(1, "[#lobby] -- alice quit\r\n");
    type(1, "/nick alice\n");
    assert_heard(1, "-- You are now alice.\r\n");
}

/* The private line comes while the quitter's connection is over and still counts. */
static void log_tells_who_went_and_where_from(void **state)
{
    struct fake_log log;
    const char *got;

    (void)state;
    come_both();
    fake_log_init(&log);
    log_set_level(LOG_LEVEL_INFO);
    fake_puts(people[0], "/quit good night\n");
    fake_puts(people[1], "/msg alice wait\n");
    fake_loop_turns(&f, 2);
    fake_puts(people[1], "/leave\n/quit\n");
    fake_loop_turns(&f, 2);
    close(people[0]);
    close(people[1]);
    people[0] = people[1] = -1;
    fake_loop_pass(&f, NET_LINGER_MS);
    log_set_level(LOG_LEVEL_ERROR);
    got = fake_log_read(&log);
    assert_non_null(strstr(got, " client closed client=1 reason=quit address=unix name=alice duration_s="));
    assert_non_null(strstr(got, " room=#lobby\n"));
    assert_null(strstr(strstr(got, "name=bob"), "room="));
    fake_log_fini(&log);
}

static void who_is_kicked_is_told_why(void **state)
{
    (void)state;
    come_both();
    type(1, "/format json\n");
    heard(1);
    assert_ptr_equal(sessions_of_conn(f.net.all), session_called("bob"));
    session_end_saying(session_called("bob"), REASON_KICKED, "mind \"the\" gap");
    fake_loop_turns(&f, 2);
    assert_heard(1, "{\"type\":\"error\",\"code\":\"kicked\","
                    "\"said\":\"mind \\\"the\\\" gap\",\"text\":\"an administrator has "
                    "ended your connection: mind \\\"the\\\" gap\"}\n");
    assert_null(names_find(&chat, "bob"));
    assert_null(sessions_of_conn(f.net.all)); /* it lingers, and nobody is there any more */
    assert_heard(0, "[#lobby] -- bob quit\r\n");
    session_end_saying(session_called("alice"), REASON_KICKED, "");
    fake_loop_turn(&f);
    assert_heard(0, "!! kicked: an administrator has ended your connection\r\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_sessions_begin, fake_sessions_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(newcomer_is_greeted_named_and_put_into_the_room),
        TEST(newcomer_is_announced_by_a_word_or_after_two_seconds),
        TEST(nobody_stays_hidden_behind_lines_that_show_nothing),
        TEST(who_goes_without_a_word_has_not_been_there),
        TEST(newcomer_s_lines_wait_for_the_name_and_the_room),
        TEST(newcomer_without_a_name_is_told_and_closed),
        TEST(newcomer_is_here_even_if_the_room_is_not),
        TEST(newcomer_may_go_at_any_moment_of_coming),
        TEST(attached_session_is_silent),
        TEST(restored_session_goes_on_without_a_word),
        TEST(restored_session_that_was_not_announced_is_announced_later),
        TEST(attached_session_can_be_greeted_later),
        TEST(attached_session_ends_with_its_connection),
        TEST(who_is_silent_is_warned_and_then_closed),
        TEST(word_after_the_warning_is_enough),
        TEST(silence_limit_comes_and_goes_with_a_reload),
        TEST(last_words_are_told),
        TEST(who_goes_without_a_word_is_gone_too),
        TEST(who_is_kicked_is_told_why),
        TEST(log_tells_who_went_and_where_from),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
