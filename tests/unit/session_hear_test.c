/* Tests of session/hear.h: what a person is sent of what others say and do. */
#include "config.h"

#include "session/hear.h"

#include "chat/rooms.h"
#include "fake_sessions.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <unistd.h>

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

/* ---- who does not read -------------------------------------------------------------------------- */

/* The receivers of a line take turns in form and in what they leave out; the sender is the first member, the last, and
 * one in between. */
static void each_hears_once_and_in_its_form(void **state)
{
    static const char *const text = "[#lobby] %s: hello\r\n";
    char line[64], who[32];

    (void)state;
    for (int i = 0; i < 6; i++) {
        come(i, 0);
        snprintf(who, sizeof(who), "/nick p%d\n", i);
        type(i, who);
    }
    type(1, "/format json\n");
    type(4, "/format json\n");
    type(2, "/set joins off\n");
    type(5, "/ignore p0\n");
    for (int from = 0; from < 6; from++) {
        for (int i = 0; i < 6; i++) {
            heard(i);
        }
        type(from, "hello\n");
        snprintf(who, sizeof(who), "p%d", from);
        snprintf(line, sizeof(line), text, who);
        for (int i = 0; i < 6; i++) {
            bool is_json = i == 1 || i == 4;

            if (is_json) {
                assert_heard_part(i, "\"text\":\"hello\"}\n"); /* its own line too */
            } else if (i == from || (from == 0 && i == 5)) {
                assert_heard(i, "");
            } else {
                assert_heard(i, line);
            }
        }
    }
}

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

/* A system without iconv's modules, but for one. */
static void charset_without_a_converter_is_refused(void **state)
{
    static struct charsets few;
    unsigned number;

    (void)state;
    come_both();
    type(0, "/set charset koi8\n");
    assert_heard(0, "!! unavailable: this system has no converter for koi8-r; it has utf-8\r\n");
    assert_true(charsets_find("latin1", 6, &number));
    few.each[number] = charset_open("latin1", "ISO-8859-1");
    env.charsets = &few;
    type(0, "/set charset koi8\n/set charset\n");
    assert_heard(0, "!! unavailable: this system has no converter for koi8-r; it has utf-8, latin1\r\n"
                    "-- charset is utf-8: the letters of your terminal\r\n"
                    "-- This server has utf-8, latin1.\r\n");
    env.charsets = NULL;
    charset_close(few.each[number]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_sessions_begin, fake_sessions_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_hears_once_and_in_its_form),
        TEST(slow_reader_does_not_delay_the_room),
        TEST(private_line_to_who_does_not_read_is_refused_in_time),
        TEST(notice_of_the_server_cannot_be_forged_or_ignored),
        TEST(ignored_one_is_not_heard_and_not_told),
        TEST(ignoring_is_of_the_person_not_of_the_name),
        TEST(ignore_of_a_name_prefers_one_who_is_here),
        TEST(comings_can_be_left_out),
        TEST(reply_goes_to_who_wrote_last),
        TEST(reply_goes_to_the_person_not_to_the_name),
        TEST(charset_without_a_converter_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
