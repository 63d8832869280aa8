/* Tests of lists in a window of a known size: columns, pages, and what /more shows next. */
#include "config.h"

#include "harness.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* Tells the size of the window, as telnet does. */
static void set_window(struct client *c, unsigned columns, unsigned rows)
{
    const unsigned char naws[] = {0xff, 0xfb, 0x1f, 0xff, 0xfa, 0x1f, 0, (unsigned char)columns, 0, (unsigned char)rows,
                                  0xff, 0xf0};

    client_send_bytes(c, naws, sizeof(naws));
    client_send(c, "/back\n");
    client_expect(c, "-- You were");
}

static struct daemon *start(void)
{
    return daemon_start("-o", "flood.lines_per_second=0", "-o", "limits.rooms_per_client=1000", "-o",
                        "rooms.announce_members=0");
}

static struct client *join_as(struct daemon *d, const char *name, unsigned columns, unsigned rows)
{
    struct client *c = client_join(d, name);

    set_window(c, columns, rows);
    return c;
}

/* The column in which a text begins in a line. */
static size_t column_of(const char *line, const char *text)
{
    const char *at = strstr(line, text);

    if (at == NULL) {
        harness_fail("there is no %s in: %s", text, line);
    }
    return text_columns(line, (size_t)(at - line));
}

static void people_stand_in_columns(void)
{
    struct daemon *d = start();
    struct client *alice = join_as(d, "alice", 40, 24), *carol, *plain;

    client_join(d, "日本語");
    client_join(d, "bob");
    carol = client_join(d, "carol");
    client_send(carol, "/away\n");
    client_sync(carol);
    client_join(d, "dörte");
    client_join(d, "zoe");
    plain = client_join(d, "Жанна");
    client_send(alice, "/who\n");
    client_expect_line(alice, "-- #lobby: 7 people");
    client_expect_next(alice, "-- alice         bob");
    client_expect_next(alice, "-- carol (away)  dörte");
    client_expect_next(alice, "-- zoe           Жанна");
    client_expect_next(alice, "-- 日本語");
    set_window(alice, 60, 24);
    client_send(alice, "/who\n");
    client_expect_line(alice, "-- alice         bob           carol (away)  dörte");
    client_expect_next(alice, "-- zoe           Жанна         日本語");
    client_send(plain, "/who\n"); /* whose window is not known */
    client_expect_line(plain, "-- alice, bob, carol (away), dörte, zoe, Жанна, 日本語");
    client_send(alice, "/format json\n/who\n");
    client_expect(alice, "\"people\":[{\"name\":\"alice\"},{\"name\":\"bob\"},");
}

static void rooms_stand_in_columns_and_topics_are_cut(void)
{
    struct daemon *d = start();
    struct client *alice = join_as(d, "alice", 40, 24), *bob = client_join(d, "bob");
    const char *line;

    client_send(bob, "/join 日本\n/topic 絵文字の話題はここでお願いします\n/join development\n/topic all that is new\n");
    client_sync(bob);
    client_send(alice, "/rooms\n");
    client_expect_line(alice, "-- 3 rooms:");
    client_expect_next(alice, "-- #lobby        2 people");
    client_expect_next(alice, "-- #development  1 person  all that i...");
    line = client_line(alice);
    assert_int_equal(column_of(line, "1 person"), 17);
    assert_int_equal(text_columns(line, strlen(line)), 40);
    assert_non_null(strstr(line, "絵文字の話..."));
    client_send(alice, "/rooms dev*\n"); /* one stands for itself, with its whole topic */
    client_expect_line(alice, "-- #development  1 person  all that is");
    client_expect_next(alice, "    new");
    client_send(bob, "/rooms\n");
    client_expect_line(bob, "-- #development  1 person  all that is new");
    client_expect_next(bob, "-- #日本  1 person  絵文字の話題はここでお願いします");
}

static void have_rooms(struct client *c, int from, int end)
{
    for (int i = from; i < end; i++) {
        client_sendf(c, "/join room%02d\n", i);
    }
    client_sync(c);
}

/* Reads a page of rooms, whose heading is next, and counts each. */
static void count_rooms(struct client *c, int rows, int *seen)
{
    const char *line;

    client_expect(c, " rooms:");
    while (rows-- > 0) {
        line = client_line(c);
        if (strncmp(line, "-- #room", 8) == 0) {
            seen[atoi(line + 8)]++;
        }
    }
}

/* Each page has 9 rows of a window of 12. */
static void each_room_is_on_one_page_although_people_move(void)
{
    enum { ROOMS = 30 };
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob"), *carol = join_as(d, "carol", 80, 12);
    int seen[ROOMS] = {0};

    have_rooms(alice, 0, ROOMS);
    client_send(carol, "/rooms\n");
    count_rooms(carol, 9, seen); /* the lobby too */
    client_expect_next(carol, "-- more: /more shows the next 9 (9 of 31 shown)");
    have_rooms(bob, 20, 25); /* now they come first, and the eighth would not be on the next page */
    client_send(carol, "/more\n");
    count_rooms(carol, 9, seen);
    client_expect_next(carol, "-- more: /more shows the next 9 (18 of 31 shown)");
    have_rooms(bob, 0, 2);
    client_send(alice, "/leave room29\n");
    client_sync(alice);
    client_send(carol, "/more\n");
    count_rooms(carol, 9, seen);
    client_expect_next(carol, "-- more: /more shows the next 3 (27 of 30 shown)");
    client_send(carol, "/more\n/more\n");
    count_rooms(carol, 3, seen);
    client_expect_next(carol, "-- 28 to 30 of 30");
    client_expect(carol, "!! unavailable: there is no more to show");
    for (int i = 0; i < ROOMS - 1; i++) {
        assert_int_equal(seen[i], 1);
    }
    assert_int_equal(seen[ROOMS - 1], 0);
}

/* A page of 3 rows, of one name each. */
static void each_person_is_on_one_page_although_people_come_and_go(void)
{
    struct daemon *d = start();
    struct client *alice = join_as(d, "alice", 20, 6), *bob = client_join(d, "bob"), *frank;

    client_join(d, "carol");
    client_join(d, "dave");
    client_join(d, "erin-of-isles");
    frank = client_join(d, "frank");
    client_send(alice, "/who\n");
    client_expect_line(alice, "-- #lobby: 6 people");
    client_expect_next(alice, "-- alice");
    client_expect_next(alice, "-- bob");
    client_expect_next(alice, "-- carol");
    client_expect_next(alice, "-- more: /more shows");
    client_send(bob, "/quit\n");
    client_expect_eof(bob);
    client_send(frank, "/nick dora\n");
    client_sync(frank);
    client_send(alice, "/more\n");
    client_expect_line(alice, "-- #lobby: 5 people");
    client_expect_next(alice, "-- dave");
    client_expect_next(alice, "-- dora");
    client_expect_next(alice, "-- erin-of-isles");
    client_expect_next(alice, "-- 3 to 5 of 5");
}

static void lines(struct client *c, const char *word, int count)
{
    for (int i = 1; i <= count; i++) {
        client_sendf(c, "%s %d\n", word, i);
    }
    client_sync(c);
}

static void history_goes_on_with_more(void)
{
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice"), *bob;

    lines(alice, "old", 40);
    bob = join_as(d, "bob", 80, 8);
    client_send(bob, "/history 3\n");
    client_expect(bob, "old 38");
    client_expect_line(bob, "-- 3 of 40 lines kept in #lobby; /more shows older ones");
    client_send(bob, "/more\n");
    for (int i = 33; i <= 37; i++) {
        assert_non_null(strstr(client_line(bob), harness_text("] alice: old %d", i)));
    }
    client_expect_next(bob, "-- 32 older lines were left out: /more");
    client_send(bob, "/join ops\n/more\n");
    client_expect(bob, "!! not-in-room: that was the history of #lobby");
    client_send(bob, "/room lobby\n/more\n");
    client_expect(bob, "] alice: old 28");
    client_send(alice, "/history 3\n");
    client_expect_line(alice, "-- 3 of 40 lines kept in #lobby");
}

static void without_a_window_more_goes_on_where_a_list_was_cut(void)
{
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice");

    have_rooms(alice, 0, 105);
    client_send(alice, "/more\n/rooms\n");
    client_expect(alice, "!! unavailable: there is no more to show");
    client_expect_line(alice, "-- 1 to 100 of 106; /rooms 101 shows more");
    client_send(alice, "/more\n");
    client_expect_line(alice, "-- 101 to 106 of 106");
}

static void help_all_has_pages(void)
{
    struct client *alice = join_as(start(), "alice", 80, 24);

    client_send(alice, "/help all\n");
    client_expect(alice, "-- more: /more shows the next 21 (21 of ");
    client_send(alice, "/more\n");
    client_expect(alice, "-- more: /more shows the next ");
}

/* Lines are wrapped, and the page fits all the same. */
static void a_page_of_help_fits_a_narrow_window(void)
{
    enum { ROWS = 24 };
    struct client *alice = join_as(start(), "alice", 40, ROWS);
    unsigned pages = 0, rows;

    client_send(alice, "/help all\n");
    client_expect(alice, "-- /help ");
    do {
        const char *line = "";

        for (rows = 1; strstr(line, "-- more: ") == NULL && strstr(line, "-- /quit") == NULL; rows++) {
            line = client_line(alice);
        }
        assert_in_range(rows, 1, ROWS); /* in the last one is typed */
        pages++;
        if (strstr(line, "-- /quit") != NULL) {
            break;
        }
        (void)client_line(alice); /* the rest of what tells of /more */
        client_send(alice, "/more\n");
    } while (true);
    assert_in_range(pages, 3, 9);
}

/* Asks for help, and goes on to its end.  Returns the number of pages. */
static unsigned read_help(struct client *c, const char *topic, unsigned most_rows, const char *end)
{
    bool has_end = false, is_more = true;
    unsigned pages = 0;

    client_sendf(c, "/help %s\n/back\n", topic);
    while (is_more) {
        unsigned rows = 0;

        is_more = false;
        for (const char *line; strcmp(line = client_line(c), "-- You were not away.") != 0; rows++) {
            has_end |= strstr(line, end) != NULL;
            is_more |= strstr(line, "-- more: ") != NULL;
        }
        if (rows > most_rows) {
            harness_fail("page %u of /help %s has %u rows", pages, topic, rows);
        }
        pages++;
        client_send(c, is_more ? "/more\n/back\n" : "");
    }
    if (!has_end) {
        harness_fail("the end of /help %s was not shown", topic);
    }
    return pages;
}

/* What is both a topic and a command, or a group, is long. */
static void help_about_one_thing_fits_a_narrow_window(void)
{
    enum { ROWS = 24 };
    struct daemon *d = start();
    struct client *alice = join_as(d, "alice", 60, ROWS), *bob = join_as(d, "bob", 40, 12), *plain;

    assert_int_equal(read_help(alice, "typing", ROWS - 1, "rlwrap"), 1);
    assert_int_equal(read_help(alice, "rooms", ROWS - 1, "-- /delete "), 2);
    assert_int_equal(read_help(alice, "history", ROWS - 1, "/delete last"), 2);
    assert_in_range(read_help(bob, "typing", 11, "rlwrap"), 2, 6);
    assert_in_range(read_help(bob, "rooms", 11, "-- /delete "), 4, 8);
    assert_in_range(read_help(bob, "order", 11, "-- /report "), 2, 8);
    client_send(alice, "/help typing 500\n/help typing x\n/help rooms\n/help more\n/help /moar\n/more\n");
    client_expect(alice, "-- the list ends with ");
    client_expect(alice, "!! usage: ");
    client_expect(alice, "-- more: ");
    client_expect(alice, "!! unknown-command: ");
    client_expect(alice, "-- /delete "); /* the other help goes on */
    plain = client_join(d, "plain");
    client_send(plain, "/help typing 3\n");
    client_expect_next(plain, "-- stty -icanon -echo; nc HOST PORT; stty sane");
}

/* A word that goes to the next row leaves a place on its own one. */
static void a_page_of_the_history_fits_although_lines_are_broken_at_words(void)
{
    enum { ROWS = 11, COLUMNS = 34 };
    struct client *alice = join_as(start(), "alice", COLUMNS, ROWS);
    unsigned rows = 0;

    for (int i = 0; i < 6; i++) {
        client_send(alice, "abcdefghijklmnopqrst abcdefghijklmnopqrst abcdefghijklmnopqrst abcdefghijklmnopqrst\n");
    }
    client_send(alice, "/history 1\n");
    client_expect(alice, "-- 1 of 6 lines");
    (void)client_line(alice); /* the rest of it */
    client_send(alice, "/more\n");
    for (const char *line = ""; strstr(line, "--") == NULL; rows++) {
        line = client_line(alice);
    }
    assert_in_range(rows, 4, ROWS - 2);
}

static void a_search_has_pages(void)
{
    struct daemon *d = start();
    struct client *alice = join_as(d, "alice", 80, 24), *bob = client_join(d, "bob");

    for (int i = 1; i <= 30; i++) {
        client_sendf(bob, "word %d\n", i);
    }
    client_expect_line(alice, "[#lobby] bob: word 30");
    client_send(alice, "/history word\n");
    for (int i = 10; i <= 30; i++) {
        client_expect(alice, harness_text("] bob: word %d", i));
    }
    client_expect(alice, "-- 21 lines found among the last 30 in #lobby, and 9 older");
    client_send(alice, "/more\n");
    client_expect(alice, "] bob: word 1");
    client_expect(alice, "] bob: word 9");
    client_expect_line(alice, "-- 9 lines found among 9 older lines in #lobby");
}

/* A ban with a reason takes several rows. */
static void a_page_of_bans_fits_a_narrow_window(void)
{
    enum { BANS = 15, ROWS = 24 };
    struct daemon *d = daemon_start("-o", harness_text("store.path=%s/chatd.db", harness_dir()), "-o",
                                    "limits.connections_per_minute=0");
    struct client *alice = join_as(d, "alice", 40, ROWS);
    unsigned rows = 0, seen = 0;
    const char *line = "";

    client_send(alice, "/register\ncorrect-horse-battery\n/join own\n");
    client_expect(alice, "nobody else is.");
    for (int i = 0; i < BANS; i++) {
        client_sendf(alice, "/ban 192.0.2.%d 1h these are quite some words of a reason\n", i);
    }
    client_send(alice, "/mode\n/bans\n");
    client_expect(alice, "-- settle is off");
    while (strstr(line, "-- more: ") == NULL) {
        line = client_line(alice);
        seen += strstr(line, "192.0.2.") != NULL;
        rows++;
    }
    assert_in_range(seen, 3, 12);
    assert_in_range(rows, 9, ROWS + 1);
    client_send(alice, "/more\n");
    while (seen < BANS) {
        line = client_line(alice);
        seen += strstr(line, "192.0.2.") != NULL;
        if (strstr(line, "-- more: ") != NULL) {
            client_send(alice, "/more\n");
        }
    }
}

/* Ten after a time, of which each takes three rows. */
static void lines_around_a_time_fit_a_page(void)
{
    struct daemon *d = start();
    struct client *alice = join_as(d, "alice", 24, 24), *bob = client_join(d, "bob");
    unsigned rows = 0;

    for (int i = 1; i <= 30; i++) {
        client_sendf(bob, "word %02d and some more\n", i);
    }
    client_expect(alice, "30 and");
    client_send(alice, "/set joins off\n/history around 00:00\n");
    client_expect(alice, "joins is off");
    client_expect(alice, "[#lobby] bob:");
    while (strstr(client_line(alice), "--") == NULL) {
        rows++;
    }
    assert_in_range(rows, 5, 21);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(people_stand_in_columns),
        HARNESS_TEST(rooms_stand_in_columns_and_topics_are_cut),
        HARNESS_TEST(each_room_is_on_one_page_although_people_move),
        HARNESS_TEST(each_person_is_on_one_page_although_people_come_and_go),
        HARNESS_TEST(history_goes_on_with_more),
        HARNESS_TEST_ONCE(without_a_window_more_goes_on_where_a_list_was_cut),
        HARNESS_TEST_ONCE(a_search_has_pages),
        HARNESS_TEST_ONCE(lines_around_a_time_fit_a_page),
        HARNESS_TEST_ONCE(a_page_of_bans_fits_a_narrow_window),
        HARNESS_TEST_ONCE(help_all_has_pages),
        HARNESS_TEST_ONCE(a_page_of_help_fits_a_narrow_window),
        HARNESS_TEST_ONCE(help_about_one_thing_fits_a_narrow_window),
        HARNESS_TEST_ONCE(a_page_of_the_history_fits_although_lines_are_broken_at_words),
    };

    return harness_main(tests);
}
