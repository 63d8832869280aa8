/* Tests of session/sessions.h: people on real connections, a chat whose directory answers when it is told
 * to, and a clock that stands still. */
#include "config.h"

#include "chat/names.h"
#include "chat/rooms.h"
#include "session/sessions.h"

#include "base/log.h"
#include "fake_sessions.h"
#include "frontend/line.h"
#include "session/cmd.h"

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

static void assert_heard_part_at(int line, int who, const char *part)
{
    const char *got = heard(who);

    if (strstr(got, part) == NULL) {
        fail_msg("line %d: no '%s' in '%s'", line, part, got);
    }
}
#define assert_heard_part(who, part) assert_heard_part_at(__LINE__, who, part)

static void set_flood(uint64_t tokens, uint64_t burst)
{
    struct session_limits limits = env.limits;

    limits.flood.tokens = tokens;
    limits.flood.burst = burst;
    sessions_set_limits(&env, &limits);
}

#define FIRST_STEPS                                                               \
    "-- To talk, type a line and press Enter: everybody in the room reads it.\r\n" \
    "-- /msg NAME TEXT is for one person alone, /join ROOM enters another room.\r\n" \
    "-- /who lists the people in the room, /quit leaves.\r\n"

/* ---- coming --------------------------------------------------------------------------------------- */

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

/* So many connections are done with, once those who do not take the end have had their time for it. */
static void assert_over(int count)
{
    fake_loop_pass(&f, NET_LINGER_MS);
    fake_loop_turns(&f, 2);
    assert_int_equal(gone, count);
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

/* ---- being restored ------------------------------------------------------------------------------- */

/* What a restore does with an attached session. */
static void restore(struct session *s, const char *nick, const char *room_name)
{
    struct name name = fake_name(nick);

    assert_int_equal(names_rename(&s->self, &name, NULL, NULL), CHAT_OK);
    name = fake_name(room_name);
    assert_int_equal(chat_join(&s->self, &name, &s->current, NULL, NULL), CHAT_OK);
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
    sessions_greet(s, NULL);
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

/* ---- a command that finishes later ---------------------------------------------------------------- */

static void lines_behind_a_pending_command_wait_in_order(void **state)
{
    (void)state;
    come_both();
    dir->answer = DIRECTORY_LATER;
    type(0, "before\n/nick amy\nafter\n/who\n");
    assert_nothing(0);
    assert_heard(1, "[#lobby] alice: before\r\n");
    type(1, "who else?\n"); /* others are not affected */
    assert_heard(0, "[#lobby] bob: who else?\r\n");
    type(0, "later still\n");
    assert_nothing(1);
    fake_directory_reply(dir, "amy", DIRECTORY_GRANTED);
    fake_loop_turns(&f, 3);
    assert_heard(0, "-- You are now amy.\r\n-- #lobby: 2 people\r\n-- amy, bob\r\n");
    assert_heard(1, "[#lobby] -- alice is now amy\r\n[#lobby] amy: after\r\n[#lobby] amy: later still\r\n");
}

static void pending_command_that_fails_is_told_and_lines_go_on(void **state)
{
    (void)state;
    come_both();
    dir->answer = DIRECTORY_LATER;
    type(0, "/nick amy\nafter\n");
    type(1, "/nick AMY\n"); /* two want the same */
    assert_heard_part(1, "!! name-taken: ");
    fake_directory_reply(dir, "amy", DIRECTORY_TAKEN);
    fake_loop_turns(&f, 2);
    assert_heard(0, "!! name-taken: somebody else has that name; you are still alice\r\n");
    assert_heard(1, "[#lobby] alice: after\r\n");
    type(0, "/join ops\nafter\n");
    fake_directory_reply(dir, "ops", DIRECTORY_FAILED);
    fake_loop_turns(&f, 2);
    assert_heard_part(0, "!! unavailable: ");
    assert_heard(1, "[#lobby] alice: after\r\n"); /* the current room is the old one */
}

static void one_who_waits_for_a_room_acts_at_once_when_it_opens(void **state)
{
    (void)state;
    come_both();
    dir->answer = DIRECTORY_LATER;
    type(0, "/join ops\n/leave ops\nback\n/join ops\n");
    type(1, "/join ops\n/leave\n");
    fake_directory_reply(dir, "ops", DIRECTORY_GRANTED);
    fake_loop_turns(&f, 3);
    assert_heard_part(0, "-- You have left #ops; your current room is #lobby.\r\n");
    assert_heard_part(1, "-- You have left #ops; your current room is #lobby.\r\n");
    if (fake_directory_waits(dir, "ops")) { /* the last to leave had ended it */
        fake_directory_reply(dir, "ops", DIRECTORY_GRANTED);
        fake_loop_turns(&f, 3);
    }
    assert_int_equal(rooms_find(&chat, "ops")->count, 1);
}

static void who_goes_while_a_command_is_pending_leaves_nothing(void **state)
{
    (void)state;
    come_both();
    dir->answer = DIRECTORY_LATER;
    type(0, "/nick amy\nafter\n");
    for (struct conn *conn = f.net.all; conn != NULL; conn = conn->all_next) {
        if (conn->all_next == NULL) { /* the first to have come */
            conn_close(conn, REASON_RESET);
        }
    }
    fake_loop_turns(&f, 2);
    assert_int_equal(gone, 1);
    assert_int_equal(dir->waiting_count, 0);
    assert_heard(1, "[#lobby] -- alice quit\r\n");
}

static void half_close_waits_for_the_pending_command_and_what_follows(void **state)
{
    (void)state;
    come_both();
    dir->answer = DIRECTORY_LATER;
    fake_puts(people[0], "/nick cron\nbackup done");
    shutdown(people[0], SHUT_WR);
    fake_loop_turns(&f, 5);
    assert_int_equal(gone, 0);
    fake_directory_reply(dir, "cron", DIRECTORY_GRANTED);
    fake_loop_turns(&f, 3);
    assert_heard(0, "-- You are now cron.\r\n");
    assert_heard(1, "[#lobby] -- alice is now cron\r\n[#lobby] cron: backup done\r\n[#lobby] -- cron quit\r\n");
    assert_int_equal(gone, 1);
}

static void stop_of_the_server_reaches_who_is_pending(void **state)
{
    (void)state;
    come_both();
    dir->answer = DIRECTORY_LATER;
    type(0, "/nick amy\nafter\n");
    net_end_all(&f.net, REASON_SHUTDOWN);
    fake_loop_turns(&f, 2);
    assert_heard_part(0, "!! shutdown: the server is stopping; goodbye\r\n");
    assert_over(2);
}

/* ---- flood ---------------------------------------------------------------------------------------- */

static void flood_is_slowed_down_told_once_and_loses_nothing(void **state)
{
    char line[16];
    int said = 0;

    (void)state;
    come_both();
    set_flood(5, 20);
    fake_loop_pass(&f, 100000);
    for (int i = 1; i <= 60; i++) {
        snprintf(line, sizeof(line), "%d\n", i);
        fake_puts(people[0], line);
    }
    fake_loop_turns(&f, 6);
    for (uint64_t ms = 0; said < 60; ms++) {
        const char *got = heard(1);

        for (const char *s = got; *s != '\0'; s = strchr(s, '\n') + 1) {
            int n = -1;

            sscanf(s, "[#lobby] alice: %d\r\n", &n);
            assert_int_equal(n, ++said); /* in order */
        }
        /* The burst at once, then each 200 ms one, to the millisecond. */
        assert_int_equal(said, 20 + ms / 200 < 60 ? 20 + ms / 200 : 60);
        assert_true(ms < 8001);
        fake_loop_pass(&f, 1);
    }
    assert_heard(0, "-- You send faster than 5 lines a second: what you send is taken more slowly now, and "
                    "nothing is lost.\r\n");
    assert_int_equal(env.flood_stops, 41); /* at the end of the burst, and at each line from there on */
    for (int i = 0; i < 100; i++) { /* all is well again, and it would be told again */
        fake_loop_pass(&f, 100);
    }
    for (int i = 0; i < 21; i++) {
        fake_puts(people[0], "again\n");
    }
    fake_loop_turns(&f, 3);
    assert_heard_part(0, "-- You send faster");
}

/* What is left of a full bucket of 20: so many lines that cost nothing more are run at once. */
static int lines_left(int who)
{
    int said = 0;

    for (int i = 0; i < 21; i++) {
        fake_puts(people[who], "/time\n");
    }
    fake_loop_turns(&f, 3);
    for (const char *s = heard(who); (s = strstr(s, "-- 2026-11-2")) != NULL; s++) {
        said++;
    }
    return said;
}

static void name_costs_as_much_as_the_rooms_that_are_told(void **state)
{
    (void)state;
    come_both();
    type(0, "/join a\n/join b\n/join c\n/join d\n");
    set_flood(1, 20);
    fake_loop_pass(&f, 100000);
    type(0, "/nick alicia\n");
    heard(0);
    assert_int_equal(lines_left(0), 20 - 5);
    fake_loop_pass(&f, 100000); /* for the rest of those */
    fake_loop_pass(&f, 100000);
    heard(0);
    type(0, "/nick bob\n"); /* which nobody is told of */
    heard(0);
    assert_int_equal(lines_left(0), 20 - 1);
}

/* A character of three bytes that folds to eighteen: the dearest there is. */
static void say_what_is_dear_to_fold(int who, int lines)
{
    struct strbuf line = {0};

    for (int i = 0; i < 600; i++) {
        strbuf_adds(&line, "\uFDFA");
    }
    strbuf_adds(&line, "\n");
    for (int i = 0; i < lines; i++) {
        type(who, line.data);
    }
    strbuf_fini(&line);
}

static void search_costs_as_much_as_it_looks_through(void **state)
{
    (void)state;
    come_both();
    set_flood(1, 20);
    fake_loop_pass(&f, 100000);
    type(0, "/history zebra\n");
    assert_heard(0, "-- 0 lines found among the last 0 in #lobby\r\n");
    assert_int_equal(lines_left(0), 20 - 2); /* there is nothing yet */
    set_flood(0, 20);
    say_what_is_dear_to_fold(1, 50);
    set_flood(1, 20);
    fake_loop_pass(&f, 100000);
    heard(0);
    type(0, "/history zebra\n");
    assert_heard_part(0, "-- 0 lines found among the last ");
    assert_in_range(lines_left(0), 0, 10);
}

static void search_for_what_no_line_is_is_refused(void **state)
{
    struct strbuf words = {0};

    (void)state;
    come_both();
    strbuf_adds(&words, "/history ");
    for (int i = 0; i < CMD_WORD_BYTES / 3; i++) {
        strbuf_adds(&words, "\uFDFA");
    }
    strbuf_adds(&words, "\n");
    type(0, words.data);
    assert_heard_part(0, "-- 0 lines found");
    words.len--;
    strbuf_adds(&words, "\uFDFA\n");
    type(0, words.data);
    assert_heard_part(0, "!! text-too-long: ");
    strbuf_fini(&words);
}

static void flooding_one_does_not_slow_the_others(void **state)
{
    (void)state;
    come_both();
    set_flood(5, 20);
    for (int i = 0; i < 100; i++) {
        fake_puts(people[0], "flood\n");
    }
    fake_loop_turns(&f, 4);
    heard(1);
    type(1, "still here\n");
    assert_heard_part(0, "[#lobby] bob: still here\r\n");
}

static void flood_control_switched_off_by_a_reload_lets_all_go_on(void **state)
{
    (void)state;
    come_both();
    set_flood(1, 1);
    for (int i = 0; i < 30; i++) {
        fake_puts(people[0], "x\n");
    }
    fake_loop_turns(&f, 4);
    heard(1);
    set_flood(0, 1);
    fake_loop_turns(&f, 4);
    fake_loop_pass(&f, 1);
    fake_loop_turns(&f, 4);
    assert_int_equal(store->appended, 30);
}

static void flooding_one_who_goes_is_heard_out(void **state)
{
    (void)state;
    come_both();
    set_flood(5, 2);
    for (int i = 0; i < 10; i++) {
        fake_puts(people[0], "x\n");
    }
    shutdown(people[0], SHUT_WR);
    fake_loop_turns(&f, 4);
    assert_int_equal(gone, 0);
    for (int i = 0; i < 20; i++) {
        fake_loop_pass(&f, 200);
        fake_loop_turn(&f);
    }
    assert_int_equal(store->appended, 10);
    assert_int_equal(gone, 1);
}

/* ---- silence -------------------------------------------------------------------------------------- */

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

/* ---- who does not read ---------------------------------------------------------------------------- */

static void slow_reader_does_not_delay_the_room(void **state)
{
    char text[600];

    (void)state;
    come_both();
    come(2, 4096); /* reads nothing from here on */
    heard(0);
    heard(1);
    memset(text, 'x', 500);
    strcpy(text + 500, "\n");
    for (int i = 0; i < 400; i++) {
        type(0, text);
        assert_heard_part(1, "[#lobby] alice: xxx");
        assert_true(f.net.queued_bytes <= LIMIT);
    }
    type(2, "I can still speak\n");
    assert_heard(1, "[#lobby] -- guest3 joined\r\n[#lobby] guest3: I can still speak\r\n");
    assert_int_equal(gone, 0);
    for (int i = 0; i < 200; i++) {
        heard(2);
        fake_loop_turn(&f);
    }
    type(0, "now?\n");
    assert_heard_part(2, "[#lobby] alice: now?\r\n");
}

static void private_line_to_who_does_not_read_is_refused_in_time(void **state)
{
    char line[700];
    const char *got = "";

    (void)state;
    come_both();
    come(2, 4096);
    memset(line, 'x', sizeof(line));
    memcpy(line, "/msg guest3 ", 12);
    strcpy(line + 600, "\n");
    for (int i = 0; i < 400; i++) {
        type(0, line);
        got = heard(0);
        if (strstr(got, "!! not-reading: ") != NULL) {
            break;
        }
        assert_true(f.net.queued_bytes <= LIMIT);
    }
    assert_non_null(strstr(got, "!! not-reading: guest3 does not read what is waiting already"));
}

/* ---- going ---------------------------------------------------------------------------------------- */

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

/* ---- lines ---------------------------------------------------------------------------------------- */

static uint64_t called(const char *name)
{
    size_t i = 0;

    while (strcmp(cmd_at(i)->name, name) != 0) {
        i++;
    }
    return env.commands[i];
}

static void what_lines_are_is_counted(void **state)
{
    (void)state;
    come_both();
    memset(env.commands, 0, sizeof(env.commands));
    env.lines = 0;
    type(0, "hello\n\n   \n/join ops\n/j ops\n/nick\n/nosuch\n/whois nobody\n");
    assert_int_equal(env.lines, 6);
    assert_int_equal(called("join"), 2);
    assert_int_equal(called("nick"), 1);
    assert_int_equal(called("whois"), 1);
    assert_int_equal(called("who"), 0);
    assert_int_equal(env.faults[FAULT_USAGE], 1);
    assert_int_equal(env.faults[FAULT_UNKNOWN_COMMAND], 1);
    assert_int_equal(env.faults[FAULT_NO_SUCH_NAME], 1);
    assert_int_equal(env.faults[FAULT_NO_SUCH_ROOM], 0);
    assert_int_equal(chat.lines, 1);
}

/* As when the time comes from the network only after the start. */
static void idle_time_does_not_jump_with_the_clock(void **state)
{
    (void)state;
    come_both();
    type(1, "hello\n");
    fake_clock_advance(&f.clock, 5000);
    f.clock.real_ms += INT64_C(86400000);
    heard(0);
    type(0, "/whois bob\n");
    assert_heard_part(0, " and was last active 5 s ago.");
    f.clock.real_ms -= INT64_C(2 * 86400000);
    type(0, "/whois bob\n");
    assert_heard_part(0, " and was last active 5 s ago.");
}

static void double_slash_says_a_slash(void **state)
{
    (void)state;
    come_both();
    type(0, "//quit\n/\n / x\n/ nick x\n");
    assert_heard(1, "[#lobby] alice: /quit\r\n[#lobby] alice:  / x\r\n");
    assert_heard(0, "!! unknown-command: a command's name follows the /; /help lists all, // says a /\r\n"
                    "!! unknown-command: a command's name follows the /; /help lists all, // says a /\r\n");
}

static void long_line_is_said_in_parts_and_a_longer_one_not_at_all(void **state)
{
    struct session_limits limits = env.limits;

    (void)state;
    limits.lines = (struct frontend_limits){.line_bytes = 256, .line_parts = 2};
    sessions_set_limits(&env, &limits);
    come_both();
    for (int len = 500; len <= 540; len += 10) {
        char line[600];

        memset(line, 'x', sizeof(line));
        strcpy(line + len, "\n");
        type(0, line);
        if (len <= 512) {
            const char *got = heard(1);

            assert_int_equal(strlen(got), (size_t)len + 2 * strlen("[#lobby] alice: \r\n"));
            assert_nothing(0);
        } else {
            assert_heard(0, "!! line-too-long: a line has at most 512 bytes; nothing of it was sent\r\n");
            assert_nothing(1);
        }
    }
}

static void notice_of_the_server_cannot_be_forged_or_ignored(void **state)
{
    (void)state;
    come_both();
    type(0, "/ignore server\n");
    heard(0);
    chat_notice(&chat, rooms_find(&chat, "lobby"), "maintenance at noon", 19);
    chat_notice(&chat, NULL, "now", 3);
    fake_loop_turn(&f);
    assert_heard(0, "[#lobby] -- server: maintenance at noon\r\n-- server: now\r\n");
    heard(1);
    type(1, "-- server: now\n/nick server\n");
    assert_heard_part(1, "!! name-reserved: ");
    assert_heard(0, "[#lobby] bob: -- server: now\r\n");
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

static void one_who_is_taken_out_of_a_room_talks_in_another(void **state)
{
    (void)state;
    come_both();
    type(0, "/join ops\n");
    type(1, "/join ops\n");
    heard(0);
    heard(1);
    take_out("bob", "ops");
    type(1, "where am I\n/room\n/history\n");
    assert_heard(0, "[#ops] -- bob left\r\n[#lobby] bob: where am I\r\n");
    assert_heard(1, "-- Your current room is #lobby.\r\n12:00 [#lobby] bob: where am I\r\n"
                    "-- 1 of 1 line kept in #lobby\r\n");
    take_out("alice", "lobby"); /* not the current one */
    type(0, "still here\n/room\n");
    assert_heard(0, "-- Your current room is #ops.\r\n");
}

static void one_who_is_taken_out_of_the_last_room_is_in_none(void **state)
{
    (void)state;
    come_both();
    type(1, "/join ops\n/leave lobby\n");
    heard(0);
    heard(1);
    take_out("bob", "ops"); /* which is gone */
    assert_null(rooms_find(&chat, "ops"));
    type(1, "hello?\n/me waves\n/topic\n/history\n/room\n");
    assert_heard(1, "!! no-room: you are in no room; /join ROOM enters one, /rooms lists them\r\n"
                    "!! no-room: /me is for a room, and you are in none; /join ROOM enters one\r\n"
                    "!! no-room: /topic is for a room, and you are in none; /join ROOM enters one\r\n"
                    "!! no-room: /history is for a room, and you are in none; /join ROOM enters one\r\n"
                    "-- You are in no room; /join ROOM enters one.\r\n");
    assert_nothing(0);
}

/* Bob, in #ops, has asked for a search, whose first step is still to come. */
static void begin_search_in_ops(void)
{
    come_both();
    type(1, "/join ops\n");
    type(1, "a zebra\n");
    heard(1);
    f.loop.crowd = NULL;
    type(1, "/history zebra\n/room\n");
    assert_true((session_called("bob")->holds & SESSION_JOB) != 0);
    assert_nothing(1);
}

static void end_search(void)
{
    loop_add_crowd(&f.loop, &env.crowd.waiting);
    fake_loop_turns(&f, 3);
}

static void search_ends_with_its_room(void **state)
{
    (void)state;
    begin_search_in_ops();
    take_out("bob", "ops"); /* which is gone */
    end_search();
    assert_heard(1, "!! not-in-room: you are no longer in the room that was searched; nothing of it is shown\r\n"
                    "-- Your current room is #lobby.\r\n");
}

static void search_goes_on_when_another_room_is_lost(void **state)
{
    (void)state;
    begin_search_in_ops();
    take_out("bob", "lobby");
    end_search();
    assert_heard_part(1, "-- 1 line found among the last 1 in #ops");
}

/* Bob, in #ops and the lobby, types more than a turn's share: the last line waits, and he is taken out of a room. */
static void line_waits_while_bob_loses(const char *line, const char *room)
{
    struct strbuf lines = {0};

    come_both();
    type(0, "/join ops\n");
    type(1, "/join ops\n");
    heard(0);
    heard(1);
    f.loop.crowd = NULL;
    f.clock.mono_ns++; /* another turn, with a share of its own */
    strbuf_addf(&lines, "1\n2\n3\n%s\n", line);
    type(1, lines.data);
    strbuf_fini(&lines);
    assert_true((session_called("bob")->holds & SESSION_JOB) != 0);
    assert_heard(0, "[#ops] bob: 1\r\n[#ops] bob: 2\r\n[#ops] bob: 3\r\n");
    take_out("bob", room);
    fake_loop_turn(&f);
    heard(0);
    loop_add_crowd(&f.loop, &env.crowd.waiting);
    fake_loop_turns(&f, 3);
}

#define LEFT_OUT "!! not-in-room: you are no longer in #ops, where you typed your line; it was left out\r\n"

static void line_that_waits_is_said_in_no_other_room(void **state)
{
    (void)state;
    line_waits_while_bob_loses("just for you", "ops");
    assert_heard(1, LEFT_OUT);
    assert_nothing(0);
    type(1, "hello\n");
    assert_heard(0, "[#lobby] bob: hello\r\n");
}

static void command_for_the_room_that_waits_is_run_in_no_other_room(void **state)
{
    (void)state;
    line_waits_while_bob_loses("/leave", "ops"); /* which would take him out of the lobby */
    assert_heard(1, LEFT_OUT);
    type(1, "/room\n");
    assert_heard(1, "-- Your current room is #lobby.\r\n");
    assert_nothing(0);
}

static void command_that_waits_and_names_its_room_is_run(void **state)
{
    (void)state;
    line_waits_while_bob_loses("/post lobby hello", "ops");
    assert_nothing(1);
    assert_heard(0, "[#lobby] bob: hello\r\n");
}

static void line_that_waits_is_said_when_another_room_is_lost(void **state)
{
    (void)state;
    line_waits_while_bob_loses("just for you", "lobby");
    assert_nothing(1);
    assert_heard(0, "[#ops] bob: just for you\r\n");
}

static void lines_are_counted_both_ways(void **state)
{
    struct session *s;

    (void)state;
    come_both();
    s = session_called("bob");
    assert_int_equal(s->lines_in, 1);
    assert_int_equal(s->conn->lines_out, 9); /* the greeting, the room, alice who comes, its own new name twice */
    type(0, "one\ntwo\n\n");
    type(1, "three\n");
    assert_int_equal(s->lines_in, 2);
    assert_int_equal(s->conn->lines_out, 11);
    assert_int_equal(session_called("alice")->lines_in, 4);
}

static void program_learns_what_worked(void **state)
{
    (void)state;
    come_both();
    type(0, "/format json\n/nick amy\n/nick bob\nhello\n/back\n");
    assert_heard_part(0, "{\"type\":\"ok\",\"command\":\"format\"}\n"
                         "{\"type\":\"event\",");
    dir->answer = DIRECTORY_LATER;
    type(0, "/join ops\n");
    assert_nothing(0);
    fake_directory_reply(dir, "ops", DIRECTORY_GRANTED);
    fake_loop_turn(&f);
    assert_heard_part(0, "{\"type\":\"ok\",\"command\":\"join\"}\n"); /* once it has */
    type(0, "/nick bob\n");
    assert_heard_part(0, "{\"type\":\"error\",\"code\":\"name-taken\",");
}

static void ignored_one_is_not_heard_and_not_told(void **state)
{
    (void)state;
    come_both();
    type(0, "/ignore BOB\n");
    assert_heard(0, "-- You ignore bob now.\r\n");
    type(1, "hello\n/me waves\n/msg alice psst\n/topic look here\n/nick robert\nhello again\n");
    assert_heard(0, "[#lobby] -- bob is now robert\r\n");
    assert_heard_part(1, "[you -> alice] psst\r\n");
    type(0, "/reply x\n");
    assert_heard_part(0, "!! nobody-to-reply: ");
    type(0, "/ignore\n/unignore bob\n/unignore robert\n");
    assert_heard(0, "-- You ignore robert.\r\n"
                    "!! no-such-name: you do not ignore bob; /ignore lists the people that you ignore\r\n"
                    "-- You hear robert again.\r\n");
    type(1, "heard?\n");
    assert_heard(0, "[#lobby] robert: heard?\r\n");
}

static void ignoring_is_of_the_person_not_of_the_name(void **state)
{
    (void)state;
    come_both();
    type(1, "/nick mallory\nan old insult\n");
    type(0, "/ignore mallory\n");
    heard(0);
    type(1, "/nick innocent\nan insult\n");
    come(2, 0);
    type(2, "/nick mallory\nI am another\n");
    assert_heard(0, "[#lobby] -- mallory is now innocent\r\n[#lobby] -- guest3 joined\r\n"
                    "[#lobby] -- guest3 is now mallory\r\n[#lobby] mallory: I am another\r\n");
    type(0, "/history\n/history another\n"); /* which knows who said what */
    assert_null(strstr(heard(0), "insult\r\n"));
    type(0, "/history insult\n");
    assert_heard_part(0, "-- 0 lines found ");
    close(people[1]);
    people[1] = -1;
    fake_loop_turns(&f, 2);
    heard(0);
    type(0, "/history\n");
    assert_null(strstr(heard(0), "insult\r\n"));
    type(0, "/ignore\n");
    assert_heard(0, "-- You ignore innocent (has left).\r\n");
    type(0, "/unignore innocent\n/ignore\n");
    assert_heard(0, "-- You hear innocent again.\r\n-- You ignore nobody.\r\n");
    type(0, "/history old insult\n");
    assert_heard_part(0, "mallory: an old insult\r\n");
}

static void ignore_of_a_name_prefers_one_who_is_here(void **state)
{
    (void)state;
    come_both();
    for (int i = 0; i < 2; i++) {
        type(1, "/nick mallory\n");
        type(0, "/ignore mallory\n");
        if (i == 0) {
            close(people[1]);
            people[1] = -1;
            fake_loop_turns(&f, 2);
            come(1, 0);
        }
    }
    heard(0);
    type(0, "/ignore\n/unignore MALLORY\n/ignore\n/unignore mallory\n/ignore\n");
    assert_heard(0, "-- You ignore mallory (has left), mallory.\r\n-- You hear mallory again.\r\n"
                    "-- You ignore mallory (has left).\r\n-- You hear mallory again.\r\n-- You ignore nobody.\r\n");
}

static void comings_can_be_left_out(void **state)
{
    (void)state;
    come_both();
    type(0, "/set joins off\n");
    heard(0);
    come(2, 0);
    type(2, "hello\n");
    close(people[2]);
    people[2] = -1;
    fake_loop_turns(&f, 2);
    assert_heard(0, "[#lobby] guest3: hello\r\n");
    assert_heard(1, "[#lobby] -- guest3 joined\r\n[#lobby] guest3: hello\r\n[#lobby] -- guest3 quit\r\n");
}

static void reply_goes_to_who_wrote_last(void **state)
{
    (void)state;
    come_both();
    type(1, "/msg alice psst\n");
    assert_heard(0, "[bob -> you] psst\r\n");
    assert_heard(1, "[you -> alice] psst\r\n");
    type(0, "/reply what?\n");
    assert_heard(1, "[alice -> you] what?\r\n");
    type(0, "/away at tea\n");
    heard(0);
    type(1, "/r tea?\n");
    assert_heard(1, "[you -> alice] tea?\r\n-- alice is away: at tea\r\n");
}

static void reply_goes_to_the_person_not_to_the_name(void **state)
{
    (void)state;
    come_both();
    come(2, 0);
    type(1, "/msg alice psst\n/nick robert\n");
    type(2, "/nick bob\n");
    type(0, "/reply what?\n");
    assert_heard_part(0, "[you -> robert] what?\r\n");
    assert_heard_part(1, "[alice -> you] what?\r\n");
    close(people[1]);
    people[1] = -1;
    fake_loop_turns(&f, 2);
    type(2, "/nick robert\n");
    heard(0);
    heard(2);
    type(0, "/reply it is a secret\n");
    assert_heard(0, "!! nobody-to-reply: robert, who wrote to you last, has left; your line was not sent\r\n");
    assert_nothing(2);
    type(2, "/msg alice hi\n");
    type(0, "/reply hi yourself\n");
    assert_heard_part(2, "[alice -> you] hi yourself\r\n");
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
        TEST(lines_behind_a_pending_command_wait_in_order),
        TEST(pending_command_that_fails_is_told_and_lines_go_on),
        TEST(one_who_waits_for_a_room_acts_at_once_when_it_opens),
        TEST(who_goes_while_a_command_is_pending_leaves_nothing),
        TEST(half_close_waits_for_the_pending_command_and_what_follows),
        TEST(stop_of_the_server_reaches_who_is_pending),
        TEST(flood_is_slowed_down_told_once_and_loses_nothing),
        TEST(name_costs_as_much_as_the_rooms_that_are_told),
        TEST(search_costs_as_much_as_it_looks_through),
        TEST(search_for_what_no_line_is_is_refused),
        TEST(flooding_one_does_not_slow_the_others),
        TEST(flood_control_switched_off_by_a_reload_lets_all_go_on),
        TEST(flooding_one_who_goes_is_heard_out),
        TEST(who_is_silent_is_warned_and_then_closed),
        TEST(word_after_the_warning_is_enough),
        TEST(silence_limit_comes_and_goes_with_a_reload),
        TEST(slow_reader_does_not_delay_the_room),
        TEST(private_line_to_who_does_not_read_is_refused_in_time),
        TEST(last_words_are_told),
        TEST(who_goes_without_a_word_is_gone_too),
        TEST(what_lines_are_is_counted),
        TEST(idle_time_does_not_jump_with_the_clock),
        TEST(double_slash_says_a_slash),
        TEST(long_line_is_said_in_parts_and_a_longer_one_not_at_all),
        TEST(notice_of_the_server_cannot_be_forged_or_ignored),
        TEST(who_is_kicked_is_told_why),
        TEST(one_who_is_taken_out_of_a_room_talks_in_another),
        TEST(one_who_is_taken_out_of_the_last_room_is_in_none),
        TEST(search_ends_with_its_room),
        TEST(search_goes_on_when_another_room_is_lost),
        TEST(line_that_waits_is_said_in_no_other_room),
        TEST(command_for_the_room_that_waits_is_run_in_no_other_room),
        TEST(command_that_waits_and_names_its_room_is_run),
        TEST(line_that_waits_is_said_when_another_room_is_lost),
        TEST(lines_are_counted_both_ways),
        TEST(log_tells_who_went_and_where_from),
        TEST(program_learns_what_worked),
        TEST(ignored_one_is_not_heard_and_not_told),
        TEST(ignoring_is_of_the_person_not_of_the_name),
        TEST(ignore_of_a_name_prefers_one_who_is_here),
        TEST(comings_can_be_left_out),
        TEST(reply_goes_to_who_wrote_last),
        TEST(reply_goes_to_the_person_not_to_the_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
