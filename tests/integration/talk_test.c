/* Tests of saying things: to a room, to a person, from outside; the receivers; and names. */
#include "config.h"

#include "harness.h"

#include <string.h>

/* Three people in the lobby who have seen each other come. */
struct people {
    struct daemon *d;
    struct client *alice, *bob, *carol;
};

static struct people people_new(void)
{
    struct people p;

    p.d = daemon_start();
    p.alice = client_join(p.d, "alice");
    p.bob = client_join(p.d, "bob");
    p.carol = client_join(p.d, "carol");
    client_sync(p.alice);
    client_sync(p.bob);
    client_sync(p.carol);
    return p;
}

static void newcomer_is_greeted_and_put_into_the_lobby(void)
{
    struct daemon *d = daemon_start("-o", "server.motd=first\\nsecond");
    struct client *c = client_open(d);

    client_expect_next(c, "-- first");
    client_expect_next(c, "-- second");
    client_expect_next(c, "-- Welcome to test.");
    client_expect_next(c, "-- You are guest1. /nick NAME changes that, /help lists the commands.");
    client_expect_next(c, "-- You are in #lobby, nobody else is.");
    client_expect_next(c, "-- To talk, type a line and press Enter: everybody in the room reads it.");
    client_expect_next(c, "-- /msg NAME TEXT is for one person alone, /join ROOM enters another room.");
    client_expect_next(c, "-- /who lists the people in the room, /quit leaves.");
    client_send(c, "/motd\n");
    client_expect_next(c, "-- first");
    client_expect_next(c, "-- second");
}

/* The newcomer's last lines fit into a window of 24 rows: its name and the hints are among them, however many lines of
 * the room are shown before. */
static void first_steps_can_be_left_out(void)
{
    struct client *c = client_open(daemon_start("-o", "server.first_steps=off"));

    client_expect_next(c, "-- Welcome to test.");
    client_expect_next(c, "-- You are guest1. /nick NAME changes that, /help lists the commands.");
    client_expect_next(c, "-- You are in #lobby, nobody else is.");
    client_send(c, "/version\n");
    client_expect_none(c, "To talk", "-- chatd ");
}

static void name_and_first_steps_stay_on_a_small_screen(void)
{
    enum { ROWS = 24, COLUMNS = 80, REPLAYED = 60 };
    struct daemon *d = daemon_start("-o", harness_text("history.replay=%d", REPLAYED), "-o", "server.motd=be kind");
    struct client *alice = client_join(d, "alice"), *c;
    int rows = 0;

    client_sendf(alice, "/topic what this is about\n");
    for (int i = 0; i < REPLAYED; i++) {
        client_sendf(alice, "line %d\n", i);
    }
    client_sync(alice);
    c = client_open(d);
    client_expect(c, "line 59");
    client_expect_next(c, "-- be kind");
    for (const char *line = ""; strstr(line, "/quit leaves") == NULL; rows++) {
        line = client_line(c);
        assert_true(strlen(line) <= COLUMNS);
        assert_null(strstr(line, "alice: line "));
    }
    assert_in_range(rows, 5, ROWS / 3);
    client_send(c, "/version\n");
    client_expect_next(c, harness_text("-- chatd %s on test", PACKAGE_VERSION)); /* no other line comes */
}

static void everybody_else_in_the_room_hears_a_line(void)
{
    struct people p = people_new();

    client_send(p.alice, "hello\n/me waves\n");
    client_expect_next(p.bob, "[#lobby] alice: hello");
    client_expect_next(p.bob, "[#lobby] * alice waves");
    client_expect_next(p.carol, "[#lobby] alice: hello");
    client_expect_next(p.carol, "[#lobby] * alice waves");
    client_sync_without(p.alice, "hello");
}

static void comings_and_goings_are_told(void)
{
    struct people p = people_new();
    struct client *dave = client_open(p.d);

    client_expect_next(p.bob, "[#lobby] -- guest4 joined");
    client_send(dave, "/nick dave\n/leave\n/join lobby\n/quit so long\n");
    client_expect_next(p.bob, "[#lobby] -- guest4 is now dave");
    client_expect_next(p.bob, "[#lobby] -- dave left");
    client_expect_next(p.bob, "[#lobby] -- dave joined");
    client_expect_next(p.bob, "[#lobby] -- dave quit: so long");
    client_expect(dave, "-- Goodbye, dave.");
    client_expect_eof(dave);
}

static void private_line_is_heard_by_one(void)
{
    struct people p = people_new();

    client_send(p.alice, "/msg BOB psst\n");
    client_expect_next(p.bob, "[alice -> you] psst");
    client_expect_next(p.alice, "[you -> bob] psst");
    client_send(p.bob, "/reply yes?\n");
    client_expect_next(p.alice, "[bob -> you] yes?");
    client_expect_next(p.bob, "[you -> alice] yes?");
    client_send(p.alice, "/r  two  spaces\n");
    client_expect_next(p.bob, "[alice -> you] two  spaces");
    client_sync_without(p.carol, "->");
}

static void private_line_finds_nobody(void)
{
    struct people p = people_new();

    client_send(p.alice, "/msg nobody hi\n/reply hi\n/msg #nowhere hi\n/msg bob\n/reply\n");
    client_expect(p.alice, "!! no-such-name: there is nobody called nobody here");
    client_expect(p.alice, "!! nobody-to-reply: ");
    client_expect(p.alice, "!! no-such-room: ");
    client_expect(p.alice, "!! usage: /msg needs a text too");
    client_expect(p.alice, "!! usage: /reply needs a text");
    client_send(p.bob, "/msg alice hi\n/quit\n");
    client_expect_next(p.alice, "[bob -> you] hi");
    client_expect_eof(p.bob);
    client_send(p.alice, "/reply are you there?\n");
    client_expect(p.alice, "!! nobody-to-reply: bob, who wrote to you last, has left");
}

static void long_private_line_comes_in_parts(void)
{
    struct people p = people_new();
    const char *text = harness_repeat("ж", 2000);

    client_sendf(p.alice, "/msg bob %s\n", text);
    client_expect_next(p.bob, harness_text("[alice -> you] %s", harness_repeat("ж", 1024)));
    client_expect_next(p.bob, harness_text("[alice -> you] %s", harness_repeat("ж", 976)));
}

static void post_is_heard_and_its_author_stays_outside(void)
{
    struct people p = people_new();

    client_send(p.bob, "/join ops\n");
    client_expect(p.bob, "-- You are in #ops");
    client_send(p.alice, "/post #ops backup done\n/post OPS twice\n/msg #ops thrice\n");
    client_expect_next(p.bob, "[#ops] alice: backup done");
    client_expect_next(p.bob, "[#ops] alice: twice");
    client_expect_next(p.bob, "[#ops] alice: thrice");
    client_expect(p.alice, "-- said in #ops");
    client_send(p.bob, "/post ops to myself and others\n");
    client_sync_without(p.bob, "said in");
    client_send(p.alice, "/who ops\n/post nowhere x\n");
    client_expect(p.alice, "-- bob");
    client_expect(p.alice, "!! no-such-room: there is no room #nowhere");
}

static void away_note_is_told_to_who_writes(void)
{
    struct people p = people_new();

    client_send(p.bob, "/away at lunch\n");
    client_expect(p.bob, "-- You are away: at lunch");
    client_send(p.alice, "/msg bob hungry?\n/whois bob\n/who\n");
    client_expect_next(p.alice, "[you -> bob] hungry?");
    client_expect_next(p.alice, "-- bob is away: at lunch");
    client_expect(p.alice, "-- bob is away: at lunch");
    client_expect(p.alice, "bob (away)");
    client_send(p.bob, "/back\n/back\n/away\n/back\n");
    client_expect(p.bob, "-- You are back.");
    client_expect(p.bob, "-- You were not away.");
    client_expect(p.bob, "-- You are away: not here just now");
    client_expect(p.bob, "-- You are back.");
    client_send(p.alice, "/msg bob and now?\n");
    client_sync_without(p.alice, "away");
    client_sendf(p.bob, "/away %s\n", harness_repeat("x", 257));
    client_expect(p.bob, "!! text-too-long: ");
}

static void ignored_person_is_not_heard(void)
{
    struct people p = people_new();

    client_send(p.bob, "/ignore Alice\n");
    client_expect(p.bob, "-- You ignore alice now.");
    client_send(p.alice, "hello\n/me waves\n/msg bob psst\n");
    client_sync(p.alice);
    client_expect_next(p.carol, "[#lobby] alice: hello");
    client_expect_next(p.carol, "[#lobby] * alice waves");
    client_sync_without(p.bob, "alice");
    client_send(p.carol, "heard?\n");
    client_expect_next(p.bob, "[#lobby] carol: heard?");
    client_send(p.bob, "/ignore\n/unignore alice\n/unignore alice\n/ignore\n/ignore bob\n/ignore a*b\n");
    client_expect(p.bob, "-- You ignore alice.");
    client_expect(p.bob, "-- You hear alice again.");
    client_expect(p.bob, "!! no-such-name: you do not ignore alice");
    client_expect(p.bob, "-- You ignore nobody.");
    client_expect(p.bob, "!! bad-value: that is you");
    client_expect(p.bob, "!! no-such-name: there is nobody called a*b here");
    client_send(p.alice, "again\n");
    client_expect_next(p.bob, "[#lobby] alice: again");
}

static void ignore_means_the_person_whatever_the_name(void)
{
    struct people p = people_new();
    struct client *newcomer;

    client_send(p.bob, "/ignore nobody\n/ignore alice\n");
    client_expect(p.bob, "!! no-such-name: there is nobody called nobody here");
    client_expect(p.bob, "-- You ignore alice now.");
    client_send(p.alice, "/nick mallory\nheard under another name?\n");
    client_expect(p.alice, "-- You are now mallory.");
    client_send(p.carol, "/nick alice\nI am not that alice\n");
    client_expect(p.bob, "[#lobby] -- alice is now mallory");
    client_expect_next(p.bob, "[#lobby] -- carol is now alice");
    client_expect_next(p.bob, "[#lobby] alice: I am not that alice");
    client_send(p.alice, "/quit\n");
    client_expect_eof(p.alice);
    client_expect_next(p.bob, "[#lobby] -- mallory quit");
    newcomer = client_join(p.d, "mallory");
    client_send(newcomer, "and I am another mallory\n");
    client_expect(p.bob, "[#lobby] mallory: and I am another mallory");
    client_send(p.bob, "/join ops\n/leave lobby\n/join lobby\n/ignore\n"); /* the room replays its history */
    client_expect_none(p.bob, "heard under another name?", "-- You ignore mallory (has left).");
}

static void reply_reaches_nobody_else_who_took_the_name(void)
{
    struct people p = people_new();

    client_send(p.alice, "/msg bob psst\n/nick alicia\n");
    client_expect(p.alice, "-- You are now alicia.");
    client_send(p.carol, "/nick alice\n");
    client_expect(p.carol, "-- You are now alice.");
    client_send(p.bob, "/reply what is it?\n");
    client_expect(p.alice, "[bob -> you] what is it?");
    client_send(p.alice, "/quit\n");
    client_expect_eof(p.alice);
    client_send(p.carol, "/nick alicia\n");
    client_expect(p.carol, "-- You are now alicia.");
    client_send(p.bob, "/reply it is a secret\n");
    client_expect(p.bob, "!! nobody-to-reply: alicia, who wrote to you last, has left; your line was not sent");
    client_sync_without(p.carol, "secret");
}

enum { CROWD = 150 };

/* Starts a server with a crowd in the lobby, each of whom ignores so many of the others. */
struct ignorant {
    struct daemon *d;
    struct client *talker, *crowd[CROWD];
    int64_t cost; /* the processor time, the least of all tries: disturbances of this machine only add to it */
};

static void ignorant_init(struct ignorant *w, int ignored)
{
    struct client *stranger;

    w->d = daemon_start("-o", "history.replay=0", "-o", "rooms.announce_members=0");
    w->cost = INT64_MAX;
    w->talker = client_join(w->d, "talker");
    stranger = client_join(w->d, "stranger");
    client_send(stranger, "/ignore talker\n"); /* so that the list of each receiver has to be checked */
    client_sync(stranger);
    for (int i = 0; i < CROWD; i++) {
        w->crowd[i] = client_join(w->d, harness_text("person%d", i));
    }
    for (int i = 0; i < CROWD; i++) {
        for (int k = 1; k <= ignored; k++) {
            client_sendf(w->crowd[i], "/ignore person%d\n", (i + k) % CROWD);
        }
        client_sync(w->crowd[i]);
    }
}

static void ignorant_measure(struct ignorant *w)
{
    int64_t before = daemon_cpu_ns(w->d), took;

    client_send(w->talker, harness_repeat("hello\n", 50));
    client_sync(w->talker);
    for (int i = 0; i < CROWD; i++) {
        client_sync(w->crowd[i]);
    }
    took = daemon_cpu_ns(w->d) - before;
    w->cost = took < w->cost ? took : w->cost;
}

static void those_who_ignore_many_cost_as_others_do(void)
{
    struct ignorant none, many;

    ignorant_init(&none, 0);
    ignorant_init(&many, 100);
    for (int i = 0; i < 10; i++) { /* in turns, so that this machine is as fast for both */
        ignorant_measure(&none);
        ignorant_measure(&many);
    }
    if (2 * many.cost > 3 * none.cost) {
        harness_fail("lines cost %lld ns where each member ignores 100 people, %lld ns where nobody does",
                     (long long)many.cost, (long long)none.cost);
    }
}

static void settings_change_what_one_sees(void)
{
    struct people p = people_new();
    const char *line;

    client_send(p.bob, "/set time on\n/set colour on\n/set bell on\n/set echo on\n/set joins off\n");
    client_expect(p.bob, "joins is off");
    client_send(p.alice, "hello\n/msg bob ring\n");
    line = client_expect(p.bob, "hello");
    if (line[2] != ':' || strncmp(line + 5, " [#lobby] \x1b[1;3", 14) != 0) {
        harness_fail("no time or no colour: %s", line);
    }
    assert_non_null(strchr(client_expect(p.bob, "ring"), '\a'));
    client_send(p.bob, "my own\n");
    client_expect(p.bob, "my own");
    client_send(p.bob, "/set time off\n/set colour off\n/set bell off\n/set echo off\n");
    client_expect(p.bob, "echo is off");
    client_send(p.carol, "/leave\n/join lobby\n/nick caroline\n");
    /* A change of name is neither a join nor a leave. */
    client_expect_none(p.bob, "carol left", "[#lobby] -- carol is now caroline");
    client_send(p.carol, "/quit\n");
    client_expect_eof(p.carol);
    client_send(p.alice, "and now\n");
    client_expect_none(p.bob, "carol", "[#lobby] alice: and now");
    client_send(p.bob, "/set\n/set tiem on\n/set time maybe\n/set time\n");
    client_expect(p.bob, "-- time is off");
    client_expect(p.bob, "-- joins is off");
    client_expect(p.bob, "!! bad-value: there is no setting tiem; did you mean time? /set lists them");
    client_expect(p.bob, "!! bad-value: time can be on, off, a zone such as Europe/Berlin, or a form such as %H:%M:%S");
    client_expect(p.bob, "-- time is off");
}

/* ---- names ---- */

static void name_is_one_by_case_and_width(void)
{
    static const char *const same[] = {"alice", "ALICE", "ａｌｉｃｅ", "Ａlice", "aliCE"};
    struct people p = people_new();

    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
        client_sendf(p.bob, "/nick %s\n", same[i]);
        client_expect_next(p.bob, "!! name-taken: somebody else has that name; you are still bob");
    }
    client_send(p.alice, "/nick Alice\n/nick Alice\n");
    client_expect_line(p.alice, "-- You are now Alice.");
    client_expect(p.alice, "-- You are Alice already.");
    client_expect(p.bob, "-- alice is now Alice");
    client_send(p.alice, "/nick other\n");
    client_expect_line(p.bob, "[#lobby] -- Alice is now other");
    client_send(p.bob, "/nick alice\n");
    client_expect_line(p.bob, "-- You are now alice.");
}

static void names_that_nobody_can_take_are_refused(void)
{
    static const struct {
        const char *name, *code;
    } names[] = {
        {"you", "name-reserved"},    {"YOU", "name-reserved"},   {"server", "name-reserved"},
        {"System", "name-reserved"}, {"guest5", "name-reserved"}, {"Guest05", "name-reserved"},
        {"ｇｕｅｓｔ７", "name-reserved"}, {"a!b", "bad-name"},  {"-a", "bad-name"},
        {"ѕегѵег", "name-reserved"}, {"SΥSΤΕМ", "bad-name"}, {"ｓｙｓｔｅｍ", "name-reserved"},
        {"bob\ua4fd", "bad-name"},  {"bob\u02d0", "bad-name"},  {"bob\u0903", "bad-name"}, {"ǃǃ", "bad-name"},
        {"_a", "bad-name"},          {"a.b", "bad-name"},        {"#a", "bad-name"},
        {"", "usage"},               {"two words", "usage"},
    };
    struct people p = people_new();

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        client_sendf(p.bob, "/nick %s\n", names[i].name);
        client_expect(p.bob, harness_text("!! %s: ", names[i].code));
    }
    client_sendf(p.bob, "/nick %s\n/nick %s\n", harness_repeat("ж", 25), harness_repeat("ж", 24));
    client_expect(p.bob, "!! bad-name: ");
    client_expect(p.bob, harness_text("-- You are now %s.", harness_repeat("ж", 24)));
    client_send(p.bob, "/nick guest\n");
    client_expect(p.bob, "-- You are now guest.");
}

static void name_is_free_again_when_its_bearer_has_gone(void)
{
    struct people p = people_new();

    client_send(p.alice, "/quit\n");
    client_expect(p.bob, "-- alice quit");
    client_send(p.bob, "/nick alice\n");
    client_expect_line(p.bob, "-- You are now alice.");
    client_expect(p.carol, "[#lobby] -- bob is now alice");
    client_reset(p.bob);
    client_expect(p.carol, "[#lobby] -- alice quit");
    client_send(p.carol, "/nick alice\n");
    client_expect_line(p.carol, "-- You are now alice.");
}

static void every_guest_has_a_name_of_their_own(void)
{
    struct daemon *d = daemon_start("-o", "rooms.announce_members=0");
    struct client *c[50];

    for (int i = 0; i < 50; i++) {
        c[i] = client_open(d);
        client_expect(c[i], harness_text("-- You are guest%d.", i + 1));
    }
}

static void history_tells_what_it_hides_of_the_ignored(void)
{
    struct people p = people_new();

    client_send(p.alice, "one\ntwo\n");
    client_expect(p.bob, "alice: two");
    client_send(p.bob, "/ignore alice\nthree\n/history\n/history since 0000000000000001\n");
    client_expect(p.bob, "3 of 3 lines kept in #lobby");
    client_expect_next(p.bob, "-- 2 of these are by people that you ignore, and hidden");
    client_expect(p.bob, "-- 3 lines");
    client_expect_next(p.bob, "-- 2 of these are by people that you ignore, and hidden");
    client_send(p.bob, "/unignore alice\n/history\n");
    client_expect(p.bob, "lines kept in #lobby");
    client_sync_without(p.bob, "hidden");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(newcomer_is_greeted_and_put_into_the_lobby),
        HARNESS_TEST(name_and_first_steps_stay_on_a_small_screen),
        HARNESS_TEST_ONCE(first_steps_can_be_left_out),
        HARNESS_TEST(everybody_else_in_the_room_hears_a_line),
        HARNESS_TEST(comings_and_goings_are_told),
        HARNESS_TEST(private_line_is_heard_by_one),
        HARNESS_TEST(private_line_finds_nobody),
        HARNESS_TEST(long_private_line_comes_in_parts),
        HARNESS_TEST(post_is_heard_and_its_author_stays_outside),
        HARNESS_TEST(away_note_is_told_to_who_writes),
        HARNESS_TEST(ignored_person_is_not_heard),
        HARNESS_TEST(ignore_means_the_person_whatever_the_name),
        HARNESS_TEST(reply_reaches_nobody_else_who_took_the_name),
        HARNESS_TEST(those_who_ignore_many_cost_as_others_do),
        HARNESS_TEST(settings_change_what_one_sees),
        HARNESS_TEST(name_is_one_by_case_and_width),
        HARNESS_TEST(names_that_nobody_can_take_are_refused),
        HARNESS_TEST(name_is_free_again_when_its_bearer_has_gone),
        HARNESS_TEST(every_guest_has_a_name_of_their_own),
        HARNESS_TEST_ONCE(history_tells_what_it_hides_of_the_ignored),
    };

    return harness_main(tests);
}
