/* Tests of rooms: entering, leaving, several at once, topics, and the history. */
#include "config.h"

#include "harness.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <uthash.h>

static void enter(struct client *c, const char *room)
{
    client_sendf(c, "/join %s\n", room);
    client_expect(c, harness_text("-- You are in #%s", room));
}

static void two_rooms_are_kept_apart(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");
    struct client *carol = client_join(d, "carol");

    enter(alice, "ops");
    enter(bob, "ops");
    client_sync(carol);
    client_send(alice, "in ops\n/room lobby\nin the lobby\n/room\n/post ops back in ops\n");
    client_expect(alice, "-- Your current room is #lobby; you are in #ops too.");
    client_expect(bob, "[#ops] alice: in ops");
    client_expect_next(bob, "[#lobby] alice: in the lobby");
    client_expect_next(bob, "[#ops] alice: back in ops");
    client_expect_next(carol, "[#lobby] alice: in the lobby");
    client_sync_without(carol, "ops");
}

static void leaving_a_room_ends_hearing_it(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    enter(bob, "ops");
    client_send(bob, "/leave lobby\n");
    client_expect_line(bob, "-- You have left #lobby; your current room is #ops.");
    client_expect(alice, "[#lobby] -- bob left");
    client_send(alice, "anybody?\n");
    client_sync(alice);
    client_sync_without(bob, "anybody");
    client_send(bob, "/leave\n/room\nhello?\n/me waves\n/topic x\n/who\n/leave\n/history\n");
    client_expect_line(bob, "-- You have left #ops and are in no room now; /join ROOM enters one.");
    client_expect_line(bob, "-- You are in no room; /join ROOM enters one.");
    for (int i = 0; i < 6; i++) {
        assert_int_equal(strncmp(client_line(bob), "!! no-room: ", 12), 0);
    }
}

static void rooms_that_are_not_there_are_told(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    enter(bob, "ops");
    client_send(alice, "/leave ops\n/room ops\n/leave nowhere\n/room nowhere\n/who nowhere\n"
                       "/join\n/join a!b\n/join #\n");
    client_expect(alice, "!! not-in-room: you are not in #ops; /join ops enters it");
    client_expect(alice, "!! not-in-room: ");
    client_expect(alice, "!! no-such-room: ");
    client_expect(alice, "!! no-such-room: ");
    client_expect(alice, "!! no-such-room: there is no room #nowhere; /rooms lists them");
    client_expect(alice, "!! usage: /join ");
    client_expect(alice, "!! bad-name: ");
    client_expect(alice, "!! bad-name: ");
    client_sendf(alice, "/join %s\n/join %s\n", harness_repeat("r", 33), harness_repeat("r", 32));
    client_expect(alice, "!! bad-name: ");
    client_expect(alice, harness_text("-- You are in #%s", harness_repeat("r", 32)));
}

static void room_is_one_by_case_and_width(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice");

    enter(alice, "Café");
    client_send(alice, "/join CAFÉ\n/join #ｃａｆé\n/join cafe\u0301\n/rooms\n");
    for (int i = 0; i < 3; i++) {
        client_expect(alice, "-- You are in #Café already; it is your current room now.");
    }
    client_expect(alice, "-- 2 rooms:");
}

static void rooms_and_people_are_listed(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");
    struct client *carol = client_join(d, "carol");

    client_send(carol, "/leave\n");
    enter(carol, "ops");
    client_send(carol, "/topic backups\n");
    client_expect(carol, "-- The topic is set.");
    enter(bob, "ops");
    client_send(alice, "/rooms\n/who\n/who ops\n/whois bob\n/whois nobody\n");
    client_expect_line(alice, "-- 2 rooms:");
    client_expect_next(alice, "-- #lobby  2 people");
    client_expect_next(alice, "-- #ops  2 people  backups");
    client_expect_next(alice, "-- #lobby: 2 people");
    client_expect_next(alice, "-- alice, bob");
    client_expect_next(alice, "-- #ops: 2 people");
    client_expect_next(alice, "-- bob, carol");
    client_expect(alice, "-- bob came ");
    client_expect(alice, "-- bob is in #");
    client_expect(alice, "!! no-such-name: ");
}

static void lists_are_sorted_and_can_be_chosen_from(void)
{
    struct daemon *d = daemon_start("-o", "flood.lines_per_second=0");
    struct client *zoe = client_join(d, "Zoé"), *alice = client_join(d, "alice"), *bob = client_join(d, "al-2");

    client_send(bob, "/join dev-2\n/join dev-1\n/join 42\n");
    client_expect(bob, "-- You are in #42");
    client_send(alice, "/join dev-1\n");
    client_expect(alice, "-- You are in #dev-1");
    client_send(zoe, "/who\n/who AL*\n/who lobby ?o*\n/who *x*\n/who dev-1 a*\n/who #42\n/who 3\n/who #lobby al* 2\n"
                     "/who 99\n/who 0\n/who * *\n/who lobby 1 2\n/who nowhere al*\n");
    client_expect_line(zoe, "-- #lobby: 3 people");
    client_expect_next(zoe, "-- al-2, alice, Zoé");
    client_expect_next(zoe, "-- #lobby: 2 of 3 people match al*");
    client_expect_next(zoe, "-- al-2, alice");
    client_expect_next(zoe, "-- #lobby: 1 of 3 people matches ?o*");
    client_expect_next(zoe, "-- Zoé");
    client_expect_next(zoe, "-- #lobby: 0 of 3 people match *x*");
    client_expect_next(zoe, "-- #dev-1: 2 of 2 people match a*");
    client_expect_next(zoe, "-- al-2, alice");
    client_expect_next(zoe, "-- #42: 1 person");
    client_expect_next(zoe, "-- al-2");
    client_expect_next(zoe, "-- #lobby: 3 people");
    client_expect_next(zoe, "-- Zoé");
    client_expect_next(zoe, "-- 3 of 3");
    client_expect_next(zoe, "-- #lobby: 2 of 3 people match al*");
    client_expect_next(zoe, "-- alice");
    client_expect_next(zoe, "-- 2 of 2");
    client_expect_next(zoe, "-- #lobby: 3 people");
    client_expect_next(zoe, "-- the list ends with 3");
    client_expect_next(zoe, "!! bad-value: a list begins with its entry 1");
    client_expect_next(zoe, "!! bad-value: a list takes one pattern of at most 63 characters");
    client_expect_next(zoe, "-- #lobby: 0 of 3 people match 1");
    client_expect_next(zoe, "!! no-such-room: there is no room #nowhere; /rooms lists them");
    client_send(zoe, "/rooms\n/rooms #DEV*\n/rooms 4\n/rooms dev* 2\n/rooms x*\n");
    client_expect_next(zoe, "-- 4 rooms:");
    client_expect_next(zoe, "-- #lobby  3 people");
    client_expect_next(zoe, "-- #dev-1  2 people");
    client_expect_next(zoe, "-- #42  1 person");
    client_expect_next(zoe, "-- #dev-2  1 person");
    client_expect_next(zoe, "-- 2 of 4 rooms match dev*:");
    client_expect_next(zoe, "-- #dev-1  2 people");
    client_expect_next(zoe, "-- #dev-2  1 person");
    client_expect_next(zoe, "-- 4 rooms:");
    client_expect_next(zoe, "-- #dev-2  1 person");
    client_expect_next(zoe, "-- 4 of 4");
    client_expect_next(zoe, "-- 2 of 4 rooms match dev*:");
    client_expect_next(zoe, "-- #dev-2  1 person");
    client_expect_next(zoe, "-- 2 of 2");
    client_expect_next(zoe, "-- 0 of 4 rooms match x*");
}

static void long_lists_come_in_pages(void)
{
    struct daemon *d = daemon_start("-o", "flood.lines_per_second=0", "-o", "limits.rooms_per_client=1000");
    struct client *alice = client_join(d, "alice");

    for (int i = 0; i < 120; i++) {
        client_sendf(alice, "/join r%03d\n", 119 - i);
    }
    client_send(alice, "/rooms\n");
    client_expect_line(alice, "-- 121 rooms:");
    client_expect_next(alice, "-- #lobby  1 person");
    for (int i = 0; i < 99; i++) {
        client_expect_next(alice, harness_text("-- #r%03d  1 person", i));
    }
    client_expect_next(alice, "-- 1 to 100 of 121; /rooms 101 shows more");
    client_send(alice, "/rooms 101\n");
    client_expect_next(alice, "-- 121 rooms:");
    for (int i = 99; i < 120; i++) {
        client_expect_next(alice, harness_text("-- #r%03d  1 person", i));
    }
    client_expect_next(alice, "-- 101 to 121 of 121");
    client_send(alice, "/rooms r* 21\n");
    client_expect_next(alice, "-- 120 of 121 rooms match r*:");
    client_expect_next(alice, "-- #r020  1 person");
    client_expect(alice, "-- #r119  1 person");
    client_expect_next(alice, "-- 21 to 120 of 120");

    /* The list of a person's own rooms is split into lines of bounded length too. */
    client_send(alice, "/whois alice\n/room\n");
    for (int i = 0; i < 2; i++) {
        assert_true(strlen(client_expect(alice, "-- alice is in #")) < 500);
    }
    assert_true(strlen(client_expect(alice, "-- Your current room is #r000; you are in #r001, ")) < 500);
    assert_true(strlen(client_expect(alice, "-- you are in #")) < 500);
    client_expect(alice, "#lobby too.");
}

static void empty_room_is_gone(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice");

    enter(alice, "ops");
    client_send(alice, "kept\n/topic kept\n/leave\n/rooms\n/who ops\n");
    client_expect_line(alice, "-- 1 room:");
    client_expect(alice, "!! no-such-room: there is no room #ops");
}

/* The text of the topic, the person who set it, and the time. */
static void expect_topic(struct client *c)
{
    const char *line = client_expect(c, "-- The topic of #lobby, set by alice at ");

    assert_non_null(strstr(line, ": plans for today"));
}

static void topic_is_shown_set_and_cleared(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob"), *carol;

    client_send(alice, "/topic\n/topic plans for today\n/topic\n");
    client_expect(alice, "-- #lobby has no topic; /topic TEXT sets one");
    client_expect(alice, "-- The topic is set.");
    expect_topic(alice);
    client_expect(bob, "[#lobby] -- alice");
    carol = client_open(d);
    expect_topic(carol);
    client_sendf(alice, "/topic %s\n/topic %s\n/topic -\n/topic\n", harness_repeat("ж", 257),
                 harness_repeat("ж", 256));
    client_expect(alice, "!! topic-too-long: a topic has at most 256 characters; it is as it was");
    client_expect(alice, "-- The topic is set.");
    client_expect(alice, "-- The topic is cleared.");
    client_expect(alice, "-- #lobby has no topic");
}

static void newcomer_sees_the_last_lines(void)
{
    struct daemon *d = daemon_start("-o", "history.replay=3");
    struct client *alice = client_join(d, "alice"), *bob;

    for (int i = 0; i < 10; i++) {
        client_sendf(alice, "line %d\n", i);
    }
    client_send(alice, "/me waves\n");
    client_sync(alice);
    bob = client_open(d);
    for (int i = 8; i < 10; i++) {
        const char *line = client_line(bob); /* past lines begin with the time */

        if (strlen(line) < 6 || line[2] != ':' ||
            strcmp(line + 6, harness_text("[#lobby] alice: line %d", i)) != 0) {
            harness_fail("not the line %d with its time: %s", i, line);
        }
    }
    client_expect(bob, "[#lobby] * alice waves");
    client_expect_next(bob, "-- Welcome to test.");
    client_expect(bob, "-- You are guest2.");
    client_expect_next(bob, "-- You are in #lobby with 1 other.");
}

static void history_gives_back_what_was_said(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    client_sync(alice);
    for (int i = 0; i < 30; i++) {
        client_sendf(alice, "line %d\n", i);
    }
    client_send(alice, "Привет, Мир\n/history 2\n");
    client_expect(alice, "[#lobby] alice: line 29");
    client_expect(alice, "[#lobby] alice: Привет, Мир");
    client_expect(alice, " kept in #lobby");
    client_send(alice, "/history\n");
    client_expect_none(alice, "line 10", "[#lobby] alice: line 11"); /* 20 lines are the default */
    client_expect(alice, "-- 20 of ");
    client_send(alice, "/history привет\n");
    client_expect(alice, "[#lobby] alice: Привет, Мир");
    client_expect(alice, "-- 1 line found");
    client_send(alice, "/history nothing of the kind\n/history sincere\n");
    client_expect(alice, "-- 0 lines found");
    client_expect(alice, "-- 0 lines found"); /* it is searched for like other words */
    client_send(bob, "mine\n/history bob\n");
    client_expect(bob, "[#lobby] bob: mine");
}

static void history_refuses_what_is_no_number_of_lines_and_no_id(void)
{
    static const char *const numbers[] = {"0", "-1", "+0", "-0", "100001", "9999999", "99999999999999999999999"};
    static const char *const ids[] = {"since", "SINCE", "since xyz", "since 1", "since 01a200de67530003 x"};
    struct daemon *d = daemon_start("-o", "flood.lines_per_second=0");
    struct client *alice = client_join(d, "alice");

    client_sync(alice);
    client_send(alice, "-1 since 9999999\n");
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        client_sendf(alice, "/history %s\n", numbers[i]);
        client_expect_next(alice, "!! bad-value: the number of lines is from 1 to 100000, as in /history 20");
    }
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        client_sendf(alice, "/history %s\n", ids[i]);
        client_expect_next(alice, "!! bad-value: since is followed by an id of 16 hexadecimal digits, as in the JSON "
                                  "form's \"id\"");
    }
    client_send(alice, "/history +1\n");
    client_expect(alice, "alice: -1 since 9999999");
}

static void history_alone_shows_20_lines_whatever_the_replay(void)
{
    struct daemon *d = daemon_start("-o", "history.replay=0");
    struct client *alice = client_join(d, "alice");

    for (int i = 0; i < 30; i++) {
        client_sendf(alice, "line %d\n", i);
    }
    client_send(alice, "/history\n");
    client_expect_none(alice, "line 9", "alice: line 10");
    client_expect(alice, "-- 20 of 30 lines kept in #lobby");
}

static void a_key_is_refused_for_a_room_without_one(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice");

    client_send(alice, "/join ops secret\n/rooms\n/join ops a b\n");
    client_expect(alice, "!! usage: that room has no key, and a room's name is one word, as in /join ops; you have "
                         "entered nothing");
    client_expect_next(alice, "-- 1 room:");
    client_expect(alice, "!! usage: /join takes no more than a room and a key, for example: /join ops");
}

static void history_forgets_the_oldest_first(void)
{
    struct daemon *d = daemon_start("-o", "history.lines=5");
    struct client *alice = client_join(d, "alice");

    for (int i = 0; i < 20; i++) {
        client_sendf(alice, "line %d\n", i);
    }
    client_send(alice, "/history 200\n");
    client_expect_none(alice, "line 14", "[#lobby] alice: line 15");
    client_expect(alice, "-- 5 of 5 lines kept in #lobby");
}

static void who_comes_and_goes_without_a_word_is_announced_to_nobody(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *json = client_join(d, "bot"), *c;

    client_send(json, "/format json\n");
    for (int i = 0; i < 5; i++) {
        daemon_freeze(d); /* otherwise they may stay for so long that they are announced */
        client_close(client_open(d)); /* as nc -z does */
        daemon_thaw(d);
        daemon_wait_log_next(d, "client closed");
        daemon_freeze(d);
        c = client_open(d);
        client_send(c, i % 2 == 0 ? "\n \n" : "GET / HTTP/1.0\r\n\r\n");
        client_half_close(c);
        daemon_thaw(d);
        client_expect(c, i % 2 == 0 ? "-- You are guest" : "HTTP/1.1 400 ");
        client_expect_eof(c);
        client_close(c);
        daemon_wait_log_next(d, "client closed");
    }
    client_sync_without(alice, "guest1");
    client_sync_without(json, "guest1");
}

static void who_stays_or_says_a_word_is_announced_before_it(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = client_open(d), *carol;

    client_expect_line(alice, "[#lobby] -- guest2 joined"); /* a silent newcomer is announced after a moment */
    client_send(bob, "/quit\n");
    client_expect_next(alice, "[#lobby] -- guest2 quit");
    carol = client_open(d);
    client_send(carol, "/nick carol\nhello\n");
    client_expect_next(alice, "[#lobby] -- guest3 joined");
    client_expect_next(alice, "[#lobby] -- guest3 is now carol");
    client_expect_next(alice, "[#lobby] carol: hello");
    client_half_close(carol);
    client_expect_next(alice, "[#lobby] -- carol quit");
}

static void one_who_quits_is_told_of_once_with_the_rooms(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob"), *carol = client_join(d, "carol");
    struct client *dave = client_join(d, "dave");

    client_send(alice, "/join ops\n");
    client_expect(alice, "-- You are in #ops");
    client_send(bob, "/join ops\n/join dev\n/leave dev\n");
    client_expect(alice, "[#ops] -- bob joined");
    client_send(carol, "/join ops\n/leave lobby\n/set joins off\n");
    client_expect(carol, "joins is off");
    client_expect(alice, "[#lobby] -- carol left");
    client_send(bob, "/quit good night (#dev)\n");
    client_expect_eof(bob);
    client_expect_next(alice, "[#lobby, #ops] -- bob quit: good night (#dev)");
    client_expect(dave, "[#lobby, #ops] -- bob quit: good night (#dev)"); /* dave is in one of the rooms */
    client_reset(dave);
    client_expect_next(alice, "[#lobby] -- dave quit"); /* no line comes between */
    client_send(alice, "who else?\n");
    client_expect_none(carol, "quit", "[#ops] alice: who else?");
}

static void a_permanent_room_is_there_before_and_after_its_members(void)
{
    struct daemon *d = daemon_start("-o", "rooms.permanent=ops, #Dev", "-o", "limits.rooms=4");
    struct client *cron = client_open(d), *alice;

    /* As in README.md, before anybody else came. */
    client_send(cron, "/nick cron\n/post #ops backup done\n");
    client_half_close(cron);
    client_expect(cron, "-- said in #ops");
    client_expect_eof(cron);
    client_close(cron);
    alice = client_join(d, "alice");
    client_send(alice, "/rooms\n/join ops\n");
    client_expect_line(alice, "-- 3 rooms:");
    client_expect_next(alice, "-- #lobby  1 person");
    client_expect_next(alice, "-- #Dev  0 people");
    client_expect_next(alice, "-- #ops  0 people");
    client_expect(alice, "[#ops] cron: backup done");
    client_expect_next(alice, "-- You are in #ops, nobody else is.");
    client_send(alice, "/topic backups\nthanks\n/leave ops\n/join ops\n");
    client_expect(alice, "-- You have left #ops");
    client_expect(alice, "[#ops] alice: thanks");
    client_expect(alice, "backups");

    /* They count: one more room can be made. */
    client_send(alice, "/join a\n/join b\n");
    client_expect(alice, "-- You are in #a");
    client_expect(alice, "!! rooms-full: ");
}

static void rooms_of_one_person_are_limited(void)
{
    struct daemon *d = daemon_start("-o", "limits.rooms_per_client=3", "-o", "limits.rooms=4");
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    enter(alice, "a");
    enter(alice, "b");
    client_send(alice, "/join c\n/leave b\n/join c\n");
    client_expect(alice, "!! too-many-rooms: you are in 3 rooms");
    client_expect(alice, "-- You are in #c");
    enter(bob, "d");
    client_send(bob, "/join e\n");
    client_expect(bob, "!! rooms-full: ");
}

/* The part of a room name's hash without a secret that a small table uses. */
static unsigned public_hash(const char *name)
{
    unsigned hash;

    HASH_JEN(name, strlen(name), hash);
    return hash % 1024;
}

/* The processor time of many lines in the lobby, the least of some tries, while there are many rooms.  Their names are
 * chosen so that they would share the lobby's chain in a table without a secret, or they are not. */
static int64_t cost_beside_rooms(bool is_chosen)
{
    enum { CLIENTS = 3, ROOMS = 999, TRIES = 5, LINES = 5000 };
    struct daemon *d = daemon_start("-o", "limits.rooms_per_client=1000", "-o", "history.replay=0");
    struct client *talker = client_join(d, "talker");
    const char *lines = harness_repeat("hello\n", LINES);
    int64_t least = INT64_MAX; /* disturbances of this machine only add to it */
    unsigned number = 0;

    for (int i = 0; i < CLIENTS; i++) {
        struct client *c = client_open(d);

        for (int room = 0; room < ROOMS; room++) {
            char name[16];

            do {
                snprintf(name, sizeof(name), "x%u", number++);
            } while (is_chosen && public_hash(name) != public_hash("lobby"));
            client_sendf(c, "/join %s\n", name);
        }
        client_send(c, "/leave lobby\n");
        client_sync(c);
    }
    for (int i = 0; i < TRIES; i++) {
        int64_t before = daemon_cpu_ns(d), took;

        client_send(talker, lines);
        client_sync(talker);
        took = daemon_cpu_ns(d) - before;
        least = took < least ? took : least;
    }
    daemon_stop(d, SIGTERM);
    return least;
}

static void names_made_to_collide_cost_as_others_do(void)
{
    int64_t others = cost_beside_rooms(false), chosen = cost_beside_rooms(true);

    if (chosen > 4 * others) { /* without a secret 30 times as much, and more with more rooms */
        harness_fail("lines cost %lld ns beside rooms whose names are chosen, %lld ns beside others",
                     (long long)chosen, (long long)others);
    }
}

static void without_a_default_room_a_newcomer_is_in_none(void)
{
    struct daemon *d = daemon_start("-o", "server.default_room=");
    struct client *alice = client_join(d, "alice");

    client_send(alice, "hello?\n/join lobby\nhello\n");
    client_expect(alice, "!! no-room: ");
    client_expect(alice, "-- You are in #lobby, nobody else is.");
}

static void default_room_can_be_another(void)
{
    struct daemon *d = daemon_start("-o", "server.default_room=#foyer");
    struct client *alice = client_open(d);

    client_expect(alice, "-- You are in #foyer, nobody else is.");
}

static void one_of_anything_is_told_in_the_singular(void)
{
    struct daemon *d = daemon_start("-o", "limits.rooms_per_client=1", "-o", "limits.topic_chars=1", "-o",
                                    "limits.nick_chars=6", "-o", "limits.room_chars=1", "-o", "server.default_room=l");
    struct client *alice = client_join(d, "alice");

    client_send(alice, "hello\n/history 1\n/history hello\n/who\n/who a*\n/rooms\n/rooms l*\n");
    client_expect(alice, "-- 1 of 1 line kept in #l");
    client_expect(alice, "-- 1 line found among the last 1 in #l");
    client_expect(alice, "-- #l: 1 person");
    client_expect(alice, "-- #l: 1 of 1 person matches a*");
    client_expect(alice, "-- 1 room:");
    client_expect(alice, "-- 1 of 1 room matches l*:");
    client_send(alice, "/join x\n/topic two\n/away two\n/join xy\n");
    client_expect(alice, "you are in 1 room,");
    client_expect(alice, "a topic has at most 1 character;");
    client_expect(alice, "it has at most 1 character");
    client_expect(alice, "is longer than 1 character");
    client_join(d, "bob");
    client_expect(client_open(d), "-- You are in #l with 2 others.");
    alice = client_join(daemon_start("-o", "flood.lines_per_second=1", "-o", "flood.burst=2"), "alice");
    client_send(alice, "one\ntwo\nthree\n");
    client_expect(alice, "-- You send faster than 1 line a second:");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(two_rooms_are_kept_apart),
        HARNESS_TEST(leaving_a_room_ends_hearing_it),
        HARNESS_TEST(rooms_that_are_not_there_are_told),
        HARNESS_TEST(room_is_one_by_case_and_width),
        HARNESS_TEST(rooms_and_people_are_listed),
        HARNESS_TEST(lists_are_sorted_and_can_be_chosen_from),
        HARNESS_TEST_ONCE(long_lists_come_in_pages),
        HARNESS_TEST(empty_room_is_gone),
        HARNESS_TEST(topic_is_shown_set_and_cleared),
        HARNESS_TEST(newcomer_sees_the_last_lines),
        HARNESS_TEST(history_gives_back_what_was_said),
        HARNESS_TEST(history_refuses_what_is_no_number_of_lines_and_no_id),
        HARNESS_TEST(history_alone_shows_20_lines_whatever_the_replay),
        HARNESS_TEST(a_key_is_refused_for_a_room_without_one),
        HARNESS_TEST(history_forgets_the_oldest_first),
        HARNESS_TEST(who_comes_and_goes_without_a_word_is_announced_to_nobody),
        HARNESS_TEST(who_stays_or_says_a_word_is_announced_before_it),
        HARNESS_TEST(one_who_quits_is_told_of_once_with_the_rooms),
        HARNESS_TEST(a_permanent_room_is_there_before_and_after_its_members),
        HARNESS_TEST(rooms_of_one_person_are_limited),
        HARNESS_TEST(names_made_to_collide_cost_as_others_do),
        HARNESS_TEST(without_a_default_room_a_newcomer_is_in_none),
        HARNESS_TEST(default_room_can_be_another),
        HARNESS_TEST_ONCE(one_of_anything_is_told_in_the_singular),
    };

    return harness_main(tests);
}
