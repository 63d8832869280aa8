/* Tests of many people who come or go at once: people are told in a few lines, programs of each.
 *
 * The daemon is frozen while all of them send, so that it finds all of it at once, however long the sending takes. */
#include "config.h"

#include "harness.h"

#include <stdlib.h>
#include <string.h>

enum { CROWD = 30 };

struct crowd {
    struct daemon *d;
    struct client *watch, *bot;
    struct client *of[CROWD];
};

/* All are connected, and nobody of the crowd is in the room yet. */
static struct crowd crowd_new(void)
{
    struct crowd w;

    w.d = daemon_start("-o", "rooms.fold_above=1", "-o", "flood.lines_per_second=0");
    w.watch = client_join(w.d, "watch");
    w.bot = client_join(w.d, "bot");
    client_send(w.bot, "/format json\n/join r\n");
    client_expect(w.bot, "\"type\":\"ok\",\"command\":\"join\"");
    client_send(w.watch, "/join r\n");
    client_expect(w.watch, "You are in #r");
    for (int i = 0; i < CROWD; i++) {
        w.of[i] = client_join(w.d, harness_text("p%02d", i));
    }
    return w;
}

/* Each of the first many of the crowd sends it, and the daemon finds all of it at once. */
static void send_at_once(struct crowd *w, int many, const char *line)
{
    daemon_freeze(w->d);
    for (int i = 0; i < many; i++) {
        client_send(w->of[i], line);
    }
    daemon_thaw(w->d);
}

/* Counts the people of whom lines tell that they have joined, or else, up to a line that holds until; or, if that is
 * NULL, up to wanted people.  *lines is the number of these lines. */
static int count(struct client *c, const char *what, const char *until, int wanted, int *lines)
{
    int told = 0;

    for (*lines = 0; until != NULL || told < wanted;) {
        /* A quit is told of several rooms in one line, or in a line for each. */
        const char *line = client_line(c), *begin = strstr(line, "#r] -- ");
        int several;

        if (until != NULL && strstr(line, until) != NULL) {
            break;
        }
        if (begin == NULL || strstr(begin, what) == NULL) {
            continue;
        }
        several = atoi(begin + strlen("#r] -- ")); /* a name is no number */
        told += several > 0 ? several : 1;
        (*lines)++;
    }
    return told;
}

static void those_who_join_at_once_are_told_in_a_few_lines_before_they_speak(void)
{
    struct crowd w = crowd_new();
    int lines;

    send_at_once(&w, CROWD - 1, "/join r\n");
    for (int i = 0; i + 1 < CROWD; i++) {
        client_expect(w.of[i], "You are in #r");
    }
    client_send(w.of[CROWD - 1], "/join r\nis all here?\n");
    client_expect(w.bot, "is all here?");
    assert_int_equal(count(w.watch, " joined", "is all here?", 0, &lines), CROWD);
    assert_in_range(lines, 1, CROWD - 1);
}

static void program_is_told_of_each(void)
{
    struct crowd w = crowd_new();

    send_at_once(&w, CROWD, "/join r\n");
    for (int i = 0; i < CROWD; i++) {
        client_expect(w.of[i], "You are in #r");
    }
    client_send(w.watch, "done\n");
    client_expect(w.bot, "\"text\":\"done\"");
    for (int i = 0; i < CROWD; i++) {
        const char *event = harness_text("\"room\":\"#r\",\"from\":\"p%02d\",\"event\":\"join\"", i);

        assert_int_equal(client_count_bytes(w.bot, event, strlen(event)), 1);
    }
    assert_int_equal(client_count_literal(w.bot, "\"event\":\"join\",\"id\""), 0);
}

static void those_who_quit_at_once_are_told_in_a_few_lines(void)
{
    struct crowd w = crowd_new();
    int lines;

    send_at_once(&w, CROWD, "/join r\n");
    assert_int_equal(count(w.watch, " joined", NULL, CROWD, &lines), CROWD);
    daemon_freeze(w.d);
    for (int i = 0; i < CROWD; i++) {
        client_close(w.of[i]);
    }
    daemon_thaw(w.d);
    assert_int_equal(count(w.watch, " quit", NULL, CROWD, &lines), CROWD);
    assert_in_range(lines, 1, CROWD - 1);
}

/* Those who are told together are the others, those who came first stand first, and so does whoever joined before. */
static void names_are_told_as_far_as_there_is_place(void)
{
    struct crowd w = crowd_new();
    const char *line;

    send_at_once(&w, CROWD, "/join r\n");
    do {
        line = client_expect(w.watch, "[#r] -- ");
    } while (strstr(line, " others") == NULL);
    assert_non_null(strstr(line, " joined: p"));
    assert_non_null(strstr(line, " and "));
}

static void name_taken_by_a_newcomer_is_told_with_the_join(void)
{
    struct crowd w = crowd_new();
    struct client *late[CROWD];
    int lines;

    client_send(w.watch, "/leave lobby\n/leave r\n/join lobby\n");
    client_expect(w.watch, "You are in #lobby");
    daemon_freeze(w.d);
    for (int i = 0; i < CROWD; i++) {
        late[i] = client_open(w.d);
        client_sendf(late[i], "/nick q%02d\n", i);
    }
    daemon_thaw(w.d);
    for (int i = 0; i < CROWD; i++) {
        client_expect(late[i], "You are now q");
    }
    client_send(late[CROWD - 1], "good morning\n");
    for (lines = 0; strstr(client_line(w.watch), "good morning") == NULL; lines++) {
    }
    assert_in_range(lines, 1, 2 * CROWD - 2); /* a join and a change of name of each */
}

static void who_wants_each_is_told_of_each(void)
{
    struct crowd w = crowd_new();
    int lines;

    client_send(w.watch, "/set joins\n/set joins on\n/set joins maybe\n");
    client_expect(w.watch, "-- joins is on (folded): people who join, leave and quit");
    client_expect_line(w.watch, "-- joins is on: people who join, leave and quit");
    client_expect_next(w.watch, "!! bad-value: joins can be on, off or folded");
    send_at_once(&w, CROWD, "/join r\n");
    assert_int_equal(count(w.watch, " joined", NULL, CROWD, &lines), CROWD);
    assert_int_equal(lines, CROWD);
    client_send(w.watch, "/set joins folded\n");
    client_expect(w.watch, "-- joins is on (folded)");
    send_at_once(&w, CROWD, "/leave r\n");
    assert_int_equal(count(w.watch, " left", NULL, CROWD, &lines), CROWD);
    assert_in_range(lines, 1, CROWD - 1);
    client_send(w.bot, "/set joins folded\n/set joins\n");
    client_expect(w.bot, "\"code\":\"bad-value\"");
    client_expect(w.bot, "\"name\":\"joins\",\"on\":true,\"help\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(those_who_join_at_once_are_told_in_a_few_lines_before_they_speak),
        HARNESS_TEST(program_is_told_of_each),
        HARNESS_TEST_ONCE(who_wants_each_is_told_of_each),
        HARNESS_TEST(those_who_quit_at_once_are_told_in_a_few_lines),
        HARNESS_TEST(names_are_told_as_far_as_there_is_place),
        HARNESS_TEST_ONCE(name_taken_by_a_newcomer_is_told_with_the_join),
    };

    return harness_main(tests);
}
