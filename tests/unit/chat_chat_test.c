/* Tests of chat/chat.h: people and rooms, with a directory and a store that answer at once, late, or not
 * as hoped.  The fake directory holds against every release and every request what it has granted; at
 * each test's end nothing may be left there. */
#include "config.h"

#include "chat/announce.h"
#include "chat/chat.h"

#include "base/log.h"
#include "base/mem.h"
#include "chat/names.h"
#include "chat/rooms.h"
#include "fake_store.h"
#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PEOPLE = 8 };

/* One person, and what their last waiting command came to. */
struct ear {
    struct fake_sink sink;
    struct person *person;
    int dones;
    enum chat_result result;
    struct room *room;
    void (*then)(struct ear *p); /* what they do when they are told */
};

static struct clock now;
static struct chat chat;
static struct fake_directory *dir;
static struct fake_store *store;
static struct ear people[PEOPLE];
static struct ear *const a = &people[0], *const b = &people[1], *const c = &people[2];

static int begin(void **state)
{
    static const struct chat_limits limits = {
        .rooms = 100,
        .rooms_per_client = 16,
        .announce_members = 100,
    };
    struct chat_ports ports;

    (void)state;
    fake_clock_init(&now);
    dir = fake_directory_new();
    store = fake_store_new(10);
    ports = (struct chat_ports){.bus = &dir->bus, .directory = &dir->dir, .store = &store->store};
    chat_init(&chat, &now, &limits, &ports);
    memset(people, 0, sizeof(people));
    return 0;
}

static void leave_all(struct ear *p)
{
    if (p->person != NULL) {
        chat_exit(&p->sink.at);
        p->person = NULL;
    }
}

static int end(void **state)
{
    (void)state;
    for (int i = 0; i < PEOPLE; i++) {
        leave_all(&people[i]);
        fake_sink_fini(&people[i].sink);
    }
    chat_fini(&chat);
    fake_store_end(store);
    return 0;
}

static void done(void *ctx, enum chat_result result, struct room *room)
{
    struct ear *p = ctx;

    p->dones++;
    p->result = result;
    p->room = room;
    if (p->then != NULL) {
        void (*then)(struct ear *) = p->then;

        p->then = NULL;
        then(p);
    }
}

static enum chat_result rename_to(struct ear *p, const char *nick)
{
    struct name name = fake_name(nick);
    enum chat_result result = names_rename(&p->sink.at, &name, done, p);

    assert_null(name.shown); /* taken over in every case */
    return result;
}

static enum chat_result join(struct ear *p, const char *room)
{
    struct name name = fake_name(room);
    enum chat_result result;

    p->room = NULL;
    result = chat_join(&p->sink.at, &name, NULL, &p->room, done, p);
    assert_null(name.shown);
    return result;
}

/* A new person. */
static void enter(struct ear *p)
{
    fake_sink_fini(&p->sink); /* who comes again has heard things before */
    fake_sink_init(&p->sink);
    chat_enter(&chat, &p->sink.at);
    p->person = p->sink.at.person;
}

/* Somebody with a name, in a room (NULL: in none), whatever the directory does else. */
static void come(struct ear *p, const char *nick, const char *room)
{
    enum directory_answer answer = dir->answer;

    dir->answer = DIRECTORY_GRANTED;
    enter(p);
    assert_int_equal(rename_to(p, nick), CHAT_OK);
    if (room != NULL) {
        assert_int_equal(join(p, room), CHAT_OK);
    }
    dir->answer = answer;
}

static void say(struct ear *p, struct room *room, const char *text)
{
    chat_say(&p->sink.at, room, MESSAGE_SAY, text, strlen(text), false);
}

#define assert_got(p, want) assert_string_equal(fake_sink_got(&(p)->sink), want)
#define assert_held(want) assert_string_equal(strbuf_str(&dir->held), want)

static void forget_all(void)
{
    for (int i = 0; i < PEOPLE; i++) {
        fake_sink_got(&people[i].sink);
    }
}

/* ---- rooms ---------------------------------------------------------------------------------------- */

static void room_is_there_from_its_first_to_its_last(void **state)
{
    (void)state;
    come(a, "alice", NULL);
    assert_null(rooms_find(&chat, "lobby"));
    assert_int_equal(join(a, "Lobby"), CHAT_OK);
    assert_ptr_equal(rooms_find(&chat, "lobby"), a->room);
    come(b, "bob", "LOBBY");
    assert_ptr_equal(b->room, a->room);
    assert_held(" n:alice r:lobby n:bob");
    chat_leave(&a->sink.at, a->room, "", done, NULL);
    assert_non_null(rooms_find(&chat, "lobby"));
    chat_leave(&b->sink.at, b->room, "", done, NULL);
    assert_null(rooms_find(&chat, "lobby"));
    assert_held(" n:alice n:bob");
}

static void what_is_said_reaches_everybody_there_and_nobody_else(void **state)
{
    (void)state;
    come(a, "alice", "lobby");
    come(b, "bob", "lobby");
    come(c, "carol", "other");
    forget_all();
    say(a, a->room, "hello");
    chat_say(&b->sink.at, a->room, MESSAGE_ACTION, "waves", 5, false);
    assert_got(a, "#lobby says alice: hello\n#lobby does bob: waves\n");
    assert_got(b, "#lobby says alice: hello\n#lobby does bob: waves\n");
    assert_got(c, "");
    say(c, a->room, "who says it need not be there");
    assert_got(b, "#lobby says carol: who says it need not be there\n");
    assert_got(c, "");
    assert_int_equal(store->appended, 3);
}

/* ---- names chosen against the tables ---- */

enum { COLLIDING = 300 };

/* The next name that would share a chain with all the others. */
static void next_colliding(char *name, size_t size)
{
    static unsigned number;

    do {
        snprintf(name, size, "x%u", number++);
    } while (!fake_collides(name, strlen(name)));
}

static void names_made_to_collide_make_no_table_slow(void **state)
{
    struct chat_limits limits = chat.limits;
    struct ear *crowd = calloc(COLLIDING, sizeof(*crowd));
    char name[32];

    (void)state;
    limits.rooms = limits.rooms_per_client = COLLIDING;
    chat_set_limits(&chat, &limits);
    come(a, "alice", NULL);
    for (int i = 0; i < COLLIDING; i++) {
        next_colliding(name, sizeof(name));
        come(&crowd[i], name, NULL);
        next_colliding(name, sizeof(name));
        assert_int_equal(join(a, name), CHAT_OK);
    }
    assert_in_range(fake_longest_chain(chat.names->hh.tbl), 1, FAKE_LONG_CHAIN);
    assert_in_range(fake_longest_chain(chat.rooms->hh.tbl), 1, FAKE_LONG_CHAIN);
    for (int i = 0; i < COLLIDING; i++) {
        leave_all(&crowd[i]);
        fake_sink_fini(&crowd[i].sink);
    }
    free(crowd);
}

static void comings_and_goings_are_told(void **state)
{
    (void)state;
    come(a, "alice", "lobby");
    come(b, "bob", "lobby");
    assert_got(a, "#lobby join alice\n#lobby join bob\n");
    assert_got(b, "#lobby join bob\n");
    chat_leave(&b->sink.at, b->room, "good night", done, NULL);
    assert_got(a, "#lobby leave bob: good night\n");
    assert_got(b, "");
    assert_int_equal(join(b, "lobby"), CHAT_OK);
    chat_exit(&b->sink.at);
    b->person = NULL;
    assert_got(a, "#lobby join bob\n#lobby quit bob\n");
    assert_int_equal(store->appended, 0); /* events are not kept */
    assert_int_equal(fake_store_count(store, "lobby"), 0);
}

static void one_who_goes_is_told_of_once_to_each(void **state)
{
    uint64_t deliveries;

    (void)state;
    come(a, "alice", "Lobby");
    come(b, "bob", "lobby");
    join(b, "ops");
    come(c, "carol", "ops");
    come(&people[3], "dave", "alone");
    for (int i = 0; i < 3; i++) {
        join(&people[i], "dev");
    }
    forget_all();
    deliveries = chat.deliveries;
    chat_quit(&b->sink.at, "good night");
    assert_got(a, "#Lobby ops dev quit bob: good night\n"); /* as entered */
    assert_got(c, "#Lobby ops dev quit bob: good night\n");
    assert_got(b, "");
    assert_got(&people[3], "");
    assert_true(chat.deliveries == deliveries + 2);
    leave_all(b);
    assert_got(a, "");
    chat_quit(&c->sink.at, ""); /* who was alone in ops */
    assert_got(a, "#dev quit carol\n");
    assert_null(rooms_find(&chat, "ops"));
    assert_int_equal(store->appended, 0);
    leave_all(a); /* all rooms end with the last */
    assert_got(c, "");
}

/* Whatever the number of rooms, a line names so many that it fits into the queues. */
static void one_who_goes_from_very_many_rooms_is_told_of_in_parts(void **state)
{
    struct chat_limits limits = chat.limits;
    char room[16];

    (void)state;
    limits.rooms_per_client = 100;
    chat_set_limits(&chat, &limits);
    come(a, "alice", NULL);
    come(b, "bob", NULL);
    for (int i = 0; i < 33; i++) {
        snprintf(room, sizeof(room), "r%d", i);
        join(a, room);
        join(b, room);
    }
    forget_all();
    leave_all(b);
    assert_got(a, "#r1 r2 r3 r4 r5 r6 r7 r8 r9 r10 r11 r12 r13 r14 r15 r16 r17 r18 r19 r20 r21 r22 r23 r24 r25 r26 "
                  "r27 r28 r29 r30 r31 r32 quit bob\n#r0 quit bob\n");
}

static void each_who_comes_out_of_a_room_is_told_by_the_room(void **state)
{
    (void)state;
    come(a, "alice", "lobby");
    come(b, "bob", "lobby");
    join(b, "ops");
    join(b, "dev");
    assert_string_equal(fake_sink_left(&b->sink), "");
    chat_leave(&b->sink.at, b->room, "", done, NULL);
    assert_string_equal(fake_sink_left(&b->sink), "#dev "); /* that ended with them */
    chat_leave(&b->sink.at, a->room, "asked to", done, NULL);
    assert_string_equal(fake_sink_left(&b->sink), "#lobby ");
    join(b, "lobby");
    leave_all(b);
    assert_string_equal(fake_sink_left(&b->sink), "#lobby #ops ");
    assert_string_equal(fake_sink_left(&a->sink), "");
}

static void comings_are_told_in_small_rooms_only(void **state)
{
    struct chat_limits limits = chat.limits;

    (void)state;
    limits.announce_members = 2;
    chat_set_limits(&chat, &limits);
    come(a, "alice", "lobby");
    come(b, "bob", "lobby");
    forget_all();
    come(c, "carol", "lobby"); /* now there are three */
    assert_got(a, "");
    assert_int_equal(rename_to(c, "cat"), CHAT_OK); /* which who talks with them must know */
    assert_got(a, "#lobby rename carol: cat\n");
    chat_leave(&c->sink.at, c->room, "", done, NULL); /* two are left */
    assert_got(a, "#lobby leave cat\n");
    join(c, "lobby");
    join(a, "ops");
    join(c, "ops");
    come(&people[3], "dave", "lobby");
    forget_all();
    leave_all(c); /* three are left in one, and one in the other */
    assert_got(a, "#ops quit cat\n");
    assert_got(&people[3], "");
}

static void new_name_is_told_in_each_of_one_s_rooms(void **state)
{
    (void)state;
    come(a, "alice", "lobby");
    come(b, "bob", "lobby");
    assert_int_equal(join(b, "ops"), CHAT_OK);
    come(c, "carol", "ops");
    forget_all();
    assert_int_equal(rename_to(b, "Robert"), CHAT_OK);
    assert_got(a, "#lobby rename bob: Robert\n");
    assert_got(c, "#ops rename bob: Robert\n");
    assert_null(names_find(&chat, "bob"));
    assert_ptr_equal(names_find(&chat, "robert"), b->person);
    assert_int_equal(rename_to(b, "Robert"), CHAT_ALREADY);
    assert_got(a, "");
    assert_int_equal(rename_to(b, "ROBERT"), CHAT_OK); /* the same name, shown in another way */
    assert_got(a, "#lobby rename Robert: ROBERT\n");
    assert_int_equal(rename_to(a, "robert"), CHAT_NAME_TAKEN);
    assert_held(" n:alice r:lobby r:ops n:carol n:robert");
}

static void topic_is_told_and_kept(void **state)
{
    (void)state;
    come(a, "alice", "lobby");
    forget_all();
    chat_set_topic(&a->sink.at, a->room, "tea", done, NULL);
    assert_string_equal(a->room->topic, "tea");
    chat_set_topic(&a->sink.at, a->room, "", done, NULL);
    assert_null(a->room->topic);
    assert_got(a, "#lobby topic alice: tea\n"
                  "#lobby topic alice\n");
}

static void topics_go_to_the_store(void **state)
{
    (void)state;
    come(a, "alice", "Lobby");
    chat_set_topic(&a->sink.at, a->room, "tea", done, NULL);
    chat_set_topic(&a->sink.at, a->room, "", done, NULL);
    assert_string_equal(strbuf_str(&store->topics), "#Lobby alice: tea\n#Lobby alice: \n");
}

static void topic_that_was_kept_is_there_when_the_room_opens(void **state)
{
    (void)state;
    store->kept_topic = "old tea";
    come(a, "alice", "lobby");
    assert_string_equal(a->room->topic, "old tea");
    assert_string_equal(a->room->topic_by, "elder");
    assert_true(a->room->topic_ms == FAKE_REAL_MS);
    assert_string_equal(strbuf_str(&store->topics), ""); /* it is kept already */
}

static void room_waits_for_no_topic(void **state)
{
    (void)state;
    store->is_late = true;
    store->kept_topic = "old tea";
    come(a, "alice", "lobby");
    assert_null(a->room->topic);
    forget_all();
    fake_store_answer_state(store);
    assert_string_equal(a->room->topic, "old tea");
    assert_got(a, "");
    leave_all(a);
    come(a, "alice", "lobby");
    leave_all(a); /* the room is gone before the answer */
    assert_null(store->asked);
    assert_int_equal(store->cancels, 1);
}

static void late_topic_is_older_than_one_that_was_set(void **state)
{
    (void)state;
    store->is_late = true;
    store->kept_topic = "old tea";
    come(a, "alice", "lobby");
    chat_set_topic(&a->sink.at, a->room, "coffee", done, NULL);
    fake_store_answer_state(store);
    assert_string_equal(a->room->topic, "coffee");
    leave_all(a);
    come(a, "alice", "lobby");
    chat_set_topic(&a->sink.at, a->room, "", done, NULL);
    fake_store_answer_state(store);
    assert_null(a->room->topic);
}

static void limits_hold(void **state)
{
    struct chat_limits limits = chat.limits;

    (void)state;
    limits.rooms = 2;
    limits.rooms_per_client = 2;
    chat_set_limits(&chat, &limits);
    come(a, "alice", "one");
    come(b, "bob", "two");
    assert_int_equal(join(b, "three"), CHAT_FULL);
    assert_int_equal(join(b, "one"), CHAT_OK); /* one that is there */
    assert_int_equal(join(b, "three"), CHAT_TOO_MANY);
    assert_int_equal(join(b, "one"), CHAT_ALREADY);
    assert_ptr_equal(b->room, a->room);
    assert_int_equal(join(a, "two"), CHAT_OK);
    chat_leave(&a->sink.at, rooms_find(&chat, "one"), "", done, NULL);
    chat_leave(&b->sink.at, rooms_find(&chat, "one"), "", done, NULL);
    assert_int_equal(join(a, "three"), CHAT_OK);
}

static void members_stay_whole_in_whatever_order_they_leave(void **state)
{
    char nick[16];

    (void)state;
    for (unsigned order = 0; order < 500; order++) {
        unsigned left = order * 2654435761u;

        for (int i = 0; i < PEOPLE; i++) {
            snprintf(nick, sizeof(nick), "p%d", i);
            come(&people[i], nick, "lobby");
        }
        for (uint32_t n = PEOPLE; n > 0; n--) {
            struct room *room = rooms_find(&chat, "lobby");
            struct person *person = room_person_at(room, (left >> 4) % n);

            left = left * 1664525 + 1013904223;
            assert_int_equal(room->count, n);
            for (uint32_t i = 0; i < n; i++) {
                assert_int_equal(room->members[i].member->index, i);
                assert_ptr_equal(room->members[i].attachment, room_person_at(room, i)->attachments);
                assert_ptr_equal(room->members[i].member, room_find_member(room, room_person_at(room, i)));
            }
            assert_int_equal(chat_leave(person->attachments, room, "", done, NULL), CHAT_OK);
            assert_int_equal(person->room_count, 0);
        }
        for (int i = 0; i < PEOPLE; i++) {
            leave_all(&people[i]);
            fake_sink_fini(&people[i].sink);
        }
    }
}

/* ---- messages ------------------------------------------------------------------------------------- */

static void message_is_encoded_once_per_encoding(void **state)
{
    int made = 0;

    (void)state;
    for (int i = 0; i < PEOPLE; i++) {
        char nick[16];

        snprintf(nick, sizeof(nick), "p%d", i);
        come(&people[i], nick, "lobby");
        people[i].sink.encoding = i % 3 == 0 ? 0 : i % 3 == 1 ? 5 : 8;
    }
    for (int i = 0; i < PEOPLE; i++) {
        people[i].sink.made = 0;
    }
    say(a, a->room, "hello");
    for (int i = 0; i < PEOPLE; i++) {
        made += people[i].sink.made;
    }
    assert_int_equal(made, 3);
}

static void ids_grow_whatever_the_clock_does(void **state)
{
    uint64_t last = 0;

    (void)state;
    come(a, "alice", "lobby");
    for (int i = 0; i < 1000; i++) {
        const struct message *m;

        say(a, a->room, "x");
        m = fake_store_newest(store, "lobby");
        assert_true(m->id > last);
        last = m->id;
        assert_int_equal(m->time_ms, now.real_ms);
        assert_true(m->origin == announce_origin(&a->sink.at));
        now.real_ms += (i * 7919) % 41 - 25;
    }
    now.real_ms += 3600000;
    say(a, a->room, "x");
    /* and follow its time */
    assert_true(fake_store_newest(store, "lobby")->id == (uint64_t)now.real_ms << 16);
}

static void private_line_reaches_two(void **state)
{
    (void)state;
    come(a, "alice", "lobby");
    come(b, "bob", "lobby");
    come(c, "carol", "lobby");
    forget_all();
    assert_int_equal(chat_private(&a->sink.at, b->person, "psst", 4), CHAT_OK);
    assert_got(a, "# private alice: psst (own)\n");
    assert_got(b, "# private alice: psst\n");
    assert_got(c, "");
    assert_int_equal(store->appended, 0);
    assert_int_equal(fake_store_count(store, "lobby"), 0);
    b->sink.is_full = true;
    assert_int_equal(chat_private(&a->sink.at, b->person, "psst", 4), CHAT_NO_PLACE);
    assert_got(a, ""); /* nor does its writer think it was sent */
    assert_got(b, "");
}

static void what_is_said_and_to_how_many_is_counted(void **state)
{
    (void)state;
    come(a, "alice", "lobby"); /* told to one, */
    come(b, "bob", "lobby");   /* to two */
    assert_int_equal(chat.lines, 0);
    assert_int_equal(chat.deliveries, 3);
    say(a, a->room, "hello");
    chat_say(&b->sink.at, a->room, MESSAGE_ACTION, "waves", 5, false);
    assert_int_equal(chat.lines, 2);
    assert_int_equal(chat.deliveries, 7);
    assert_int_equal(chat_private(&a->sink.at, b->person, "psst", 4), CHAT_OK);
    b->sink.is_full = true;
    assert_int_equal(chat_private(&a->sink.at, b->person, "psst", 4), CHAT_NO_PLACE);
    assert_int_equal(chat.private_lines, 1);
    assert_int_equal(chat.lines, 2);
    assert_int_equal(chat.deliveries, 7);
}

static void notice_is_heard_and_kept_in_a_room_or_heard_once_by_each(void **state)
{
    (void)state;
    come(a, "alice", "lobby");
    come(b, "bob", "lobby");
    come(c, "carol", NULL);
    assert_int_equal(join(a, "ops"), CHAT_OK);
    forget_all();
    chat_notice(&chat, b->room, "soon!", 4);
    assert_got(a, "#lobby notice server: soon\n");
    assert_got(b, "#lobby notice server: soon\n");
    assert_got(c, "");
    assert_int_equal(fake_store_count(store, "lobby"), 1);
    assert_string_equal(fake_store_newest(store, "lobby")->text, "soon");

    dir->answer = DIRECTORY_LATER;
    assert_int_equal(rename_to(b, "rob"), CHAT_LATER); /* one person, whatever names they have or want */
    chat_notice(&chat, NULL, "now", 3);
    assert_got(a, "# notice server: now\n");
    assert_got(b, "# notice server: now\n");
    assert_got(c, "# notice server: now\n");
    assert_int_equal(fake_store_count(store, "lobby"), 1);
    assert_int_equal(chat.deliveries, 3 + 1 + 2 + 3);
}

static void walk_over_rooms_outlives_them(void **state)
{
    struct rooms_walk walk;
    struct room *rooms[4];

    (void)state;
    come(a, "alice", NULL);
    for (int i = 0; i < 4; i++) {
        char name[] = {'r', (char)('0' + i), '\0'};

        assert_int_equal(join(a, name), CHAT_OK);
        rooms[i] = a->room;
    }
    dir->answer = DIRECTORY_LATER;
    come(b, "bob", NULL);
    assert_int_equal(join(b, "closed"), CHAT_LATER); /* not open: not met */
    rooms_walk_begin(&chat, &walk);
    assert_ptr_equal(rooms_walk_next(&walk), rooms[0]);
    chat_leave(&a->sink.at, rooms[1], "", done, NULL);
    assert_ptr_equal(rooms_walk_next(&walk), rooms[2]);
    chat_leave(&a->sink.at, rooms[3], "", done, NULL);
    chat_leave(&a->sink.at, rooms[2], "", done, NULL);
    assert_null(rooms_walk_next(&walk));
    rooms_walk_end(&chat, &walk);
    assert_null(chat.walks);
}

/* ---- names that are granted late ------------------------------------------------------------------ */

static void name_is_not_one_s_own_until_it_is_granted(void **state)
{
    (void)state;
    come(a, "alice", "lobby");
    forget_all();
    dir->answer = DIRECTORY_LATER;
    assert_int_equal(rename_to(a, "Amy"), CHAT_LATER);
    assert_string_equal(person_shown_name(a->person), "alice");
    assert_null(names_find(&chat, "amy"));
    assert_ptr_equal(names_find(&chat, "alice"), a->person);
    say(a, a->room, "still me");
    assert_got(a, "#lobby says alice: still me\n");
    fake_directory_reply(dir, "amy", DIRECTORY_GRANTED);
    assert_int_equal(a->dones, 1);
    assert_int_equal(a->result, CHAT_OK);
    assert_ptr_equal(names_find(&chat, "amy"), a->person);
    assert_null(names_find(&chat, "alice"));
    assert_got(a, "#lobby rename alice: Amy\n");
    assert_held(" r:lobby n:amy");
}

static void refused_name_leaves_the_old_one(void **state)
{
    static const enum directory_answer answers[] = {DIRECTORY_TAKEN, DIRECTORY_FAILED};
    static const enum chat_result want[] = {CHAT_NAME_TAKEN, CHAT_UNAVAILABLE};

    (void)state;
    come(a, "alice", "lobby");
    forget_all();
    for (int i = 0; i < 2; i++) {
        dir->answer = answers[i];
        assert_int_equal(rename_to(a, "amy"), want[i]);
        dir->answer = DIRECTORY_LATER;
        assert_int_equal(rename_to(a, "amy"), CHAT_LATER);
        fake_directory_reply(dir, "amy", answers[i]);
        assert_int_equal(a->result, want[i]);
        assert_int_equal(a->dones, i + 1);
    }
    assert_string_equal(person_shown_name(a->person), "alice");
    assert_got(a, "");
    assert_held(" n:alice r:lobby");
}

static void first_to_ask_for_a_name_has_it(void **state)
{
    (void)state;
    come(a, "alice", NULL);
    come(b, "bob", NULL);
    dir->answer = DIRECTORY_LATER;
    assert_int_equal(rename_to(a, "zoe"), CHAT_LATER);
    assert_int_equal(rename_to(b, "ZOE"), CHAT_NAME_TAKEN);
    fake_directory_reply(dir, "zoe", DIRECTORY_GRANTED);
    assert_string_equal(person_shown_name(a->person), "zoe");
    assert_int_equal(rename_to(b, "alice"), CHAT_LATER); /* which is free now */
    fake_directory_reply(dir, "alice", DIRECTORY_GRANTED);
    assert_held(" n:zoe n:alice");
}

static void name_is_free_again_when_the_directory_refused_it(void **state)
{
    (void)state;
    come(a, "alice", NULL);
    come(b, "bob", NULL);
    dir->answer = DIRECTORY_LATER;
    assert_int_equal(rename_to(a, "zoe"), CHAT_LATER);
    fake_directory_reply(dir, "zoe", DIRECTORY_FAILED);
    assert_int_equal(rename_to(b, "zoe"), CHAT_LATER);
    fake_directory_reply(dir, "zoe", DIRECTORY_GRANTED);
    assert_string_equal(person_shown_name(b->person), "zoe");
}

static void who_goes_while_a_name_is_asked_for_leaves_nothing(void **state)
{
    (void)state;
    come(a, "alice", "lobby");
    come(b, "bob", NULL);
    dir->answer = DIRECTORY_LATER;
    assert_int_equal(rename_to(a, "zoe"), CHAT_LATER);
    leave_all(a);
    assert_int_equal(dir->cancels, 1);
    assert_int_equal(a->dones, 0);
    assert_held(" n:bob");
    assert_int_equal(rename_to(b, "zoe"), CHAT_LATER);
    leave_all(b);
    assert_held("");
}

static void newcomer_s_first_name_may_come_late(void **state)
{
    (void)state;
    dir->answer = DIRECTORY_LATER;
    enter(a);
    assert_int_equal(names_rename_guest(&a->sink.at, done, a), CHAT_LATER);
    assert_string_equal(person_shown_name(a->person), "");
    enter(b);
    assert_int_equal(names_rename_guest(&b->sink.at, done, b), CHAT_LATER);
    leave_all(b);
    fake_directory_reply(dir, "guest1", DIRECTORY_GRANTED);
    assert_string_equal(person_shown_name(a->person), "guest1");
    assert_held(" n:guest1");
}

static void rename_again(struct ear *p)
{
    assert_int_equal(rename_to(p, "third"), CHAT_LATER);
}

static void who_is_told_may_ask_anew_at_once(void **state)
{
    (void)state;
    come(a, "first", NULL);
    dir->answer = DIRECTORY_LATER;
    a->then = rename_again;
    assert_int_equal(rename_to(a, "second"), CHAT_LATER);
    fake_directory_reply(dir, "second", DIRECTORY_GRANTED);
    assert_held(" n:second");
    fake_directory_reply(dir, "third", DIRECTORY_GRANTED);
    assert_held(" n:third");
    assert_int_equal(a->dones, 2);
}

/* ---- rooms that open late ------------------------------------------------------------------------- */

static void room_that_opens_late_takes_all_who_waited(void **state)
{
    (void)state;
    come(a, "alice", NULL);
    come(b, "bob", NULL);
    come(c, "carol", NULL);
    dir->answer = DIRECTORY_LATER;
    assert_int_equal(join(a, "Lobby"), CHAT_LATER);
    assert_int_equal(join(b, "lobby"), CHAT_LATER);
    assert_int_equal(join(c, "LOBBY"), CHAT_LATER);
    assert_int_equal(dir->waiting_count, 1);
    assert_null(rooms_find(&chat, "lobby"));
    fake_directory_reply(dir, "lobby", DIRECTORY_GRANTED);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(people[i].dones, 1);
        assert_int_equal(people[i].result, CHAT_OK);
        assert_ptr_equal(people[i].room, rooms_find(&chat, "lobby"));
    }
    assert_int_equal(a->room->count, 3);
    assert_string_equal(a->room->name.shown, "Lobby");
}

/* Nobody overtakes who asked before. */
static void who_asked_first_is_in_first(void **state)
{
    (void)state;
    come(a, "alice", NULL);
    come(b, "bob", NULL);
    come(c, "carol", NULL);
    dir->answer = DIRECTORY_LATER;
    join(a, "lobby");
    join(b, "lobby");
    join(c, "lobby");
    fake_directory_reply(dir, "lobby", DIRECTORY_GRANTED);
    assert_got(c, "#lobby join carol\n");
    assert_got(a, "#lobby join alice\n#lobby join bob\n"
                  "#lobby join carol\n");
}

static void refused_room_is_gone_before_anybody_is_told(void **state)
{
    (void)state;
    come(a, "alice", NULL);
    come(b, "bob", NULL);
    dir->answer = DIRECTORY_FAILED;
    assert_int_equal(join(a, "lobby"), CHAT_UNAVAILABLE);
    dir->answer = DIRECTORY_LATER;
    assert_int_equal(join(a, "lobby"), CHAT_LATER);
    assert_int_equal(join(b, "lobby"), CHAT_LATER);
    fake_directory_reply(dir, "lobby", DIRECTORY_FAILED);
    assert_int_equal(a->result, CHAT_UNAVAILABLE);
    assert_int_equal(b->result, CHAT_UNAVAILABLE);
    assert_null(a->room);
    assert_null(chat.rooms);
    assert_held(" n:alice n:bob");
}

/* Names for rooms_set_permanent(). */
static void keep(const char *first, const char *second)
{
    size_t count = first == NULL ? 0 : second == NULL ? 1 : 2;
    struct name *names = mem_alloc(2 * sizeof(names[0]));

    if (first != NULL) {
        names[0] = fake_name(first);
    }
    if (second != NULL) {
        names[1] = fake_name(second);
    }
    rooms_set_permanent(&chat, names, count);
}

static void permanent_rooms_are_there_without_anybody(void **state)
{
    (void)state;
    keep("Ops", "dev");
    assert_held(" r:ops r:dev");
    come(a, "alice", NULL);
    say(a, rooms_find(&chat, "ops"), "kept");
    join(a, "ops");
    assert_int_equal(fake_store_count(store, "ops"), 1);
    chat_leave(&a->sink.at, a->room, "", done, NULL);
    assert_int_equal(fake_store_count(store, "ops"), 1);
    keep("dev", NULL);
    assert_null(rooms_find(&chat, "ops"));
    join(a, "dev");
    keep(NULL, NULL);
    assert_non_null(rooms_find(&chat, "dev"));
    keep("dev", NULL);
    chat_leave(&a->sink.at, a->room, "", done, NULL);
    assert_non_null(rooms_find(&chat, "dev"));
    keep(NULL, NULL);
    assert_held(" n:alice");
}

static void permanent_room_waits_for_the_directory(void **state)
{
    (void)state;
    come(a, "alice", NULL);
    dir->answer = DIRECTORY_LATER;
    keep("ops", "dev");
    assert_int_equal(join(a, "ops"), CHAT_LATER);
    fake_directory_reply(dir, "ops", DIRECTORY_GRANTED);
    assert_int_equal(a->result, CHAT_OK);
    chat_leave(&a->sink.at, a->room, "", done, NULL);
    assert_non_null(rooms_find(&chat, "ops"));

    /* One that was refused is made by whoever enters it, and stays then. */
    fake_directory_reply(dir, "dev", DIRECTORY_FAILED);
    assert_int_equal(rooms_count(&chat), 1);
    dir->answer = DIRECTORY_GRANTED;
    assert_int_equal(join(a, "dev"), CHAT_OK);
    chat_leave(&a->sink.at, a->room, "", done, NULL);
    assert_non_null(rooms_find(&chat, "dev"));

    /* Nothing is waited for any more when it is not wanted. */
    dir->answer = DIRECTORY_LATER;
    keep("late", NULL);
    keep(NULL, NULL);
    assert_int_equal(dir->cancels, 1);
    assert_held(" n:alice");
}

static void join_again(struct ear *p)
{
    assert_int_equal(join(p, "lobby"), CHAT_LATER);
}

static void refused_one_may_ask_for_the_room_anew_at_once(void **state)
{
    (void)state;
    come(a, "alice", NULL);
    come(b, "bob", NULL);
    dir->answer = DIRECTORY_LATER;
    a->then = b->then = join_again;
    join(a, "lobby");
    join(b, "lobby");
    fake_directory_reply(dir, "lobby", DIRECTORY_FAILED);
    assert_int_equal(a->dones, 1);
    assert_int_equal(b->dones, 1);
    assert_int_equal(dir->waiting_count, 1);
    fake_directory_reply(dir, "lobby", DIRECTORY_GRANTED);
    assert_int_equal(a->dones, 2);
    assert_int_equal(b->dones, 2);
    assert_int_equal(rooms_find(&chat, "lobby")->count, 2);
}

static void leave_again(struct ear *p)
{
    chat_leave(&p->sink.at, p->room, "", done, NULL);
}

static void join_another(struct ear *p)
{
    chat_leave(&p->sink.at, p->room, "", done, NULL);
    assert_int_equal(join(p, "other"), CHAT_LATER);
}

static void who_is_told_may_leave_at_once(void **state)
{
    (void)state;
    come(a, "alice", NULL);
    come(b, "bob", NULL);
    come(c, "carol", NULL);
    dir->answer = DIRECTORY_LATER;
    a->then = b->then = leave_again;
    c->then = join_another;
    join(a, "lobby");
    join(b, "lobby");
    join(c, "lobby");
    fake_directory_reply(dir, "lobby", DIRECTORY_GRANTED);
    assert_null(rooms_find(&chat, "lobby")); /* the last one took it along */
    assert_held(" n:alice n:bob n:carol");
    fake_directory_reply(dir, "other", DIRECTORY_GRANTED);
    assert_ptr_equal(c->room, rooms_find(&chat, "other"));
}

static void try_to_take_the_next_out_and_go(struct ear *p)
{
    assert_int_equal(chat_leave(&p[1].sink.at, p->room, "", done, NULL), CHAT_NOT_IN_ROOM);
    chat_leave(&p->sink.at, p->room, "", done, NULL);
}

static void who_waits_enters_though_the_first_one_goes_at_once(void **state)
{
    (void)state;
    come(a, "alice", NULL);
    come(b, "bob", NULL);
    dir->answer = DIRECTORY_LATER;
    a->then = try_to_take_the_next_out_and_go;
    b->then = leave_all;
    join(a, "lobby");
    join(b, "lobby");
    fake_directory_reply(dir, "lobby", DIRECTORY_GRANTED);
    assert_int_equal(a->result, CHAT_OK);
    assert_int_equal(b->dones, 1);
    assert_int_equal(b->result, CHAT_OK);
    assert_string_equal(fake_sink_left(&b->sink), "#lobby ");
    assert_null(rooms_find(&chat, "lobby"));
    assert_held(" n:alice");
}

static void end_the_next(struct ear *p)
{
    leave_all(&p[1]);
}

static void one_may_go_before_being_told_of_the_room(void **state)
{
    (void)state;
    come(a, "alice", NULL);
    come(b, "bob", NULL);
    dir->answer = DIRECTORY_LATER;
    a->then = end_the_next;
    join(a, "lobby");
    join(b, "lobby");
    fake_directory_reply(dir, "lobby", DIRECTORY_GRANTED);
    assert_int_equal(b->dones, 0);
    assert_int_equal(a->room->count, 1);
}

static void who_goes_while_a_room_is_asked_for_takes_it_along_if_alone(void **state)
{
    (void)state;
    come(a, "alice", NULL);
    come(b, "bob", NULL);
    come(c, "carol", NULL);
    dir->answer = DIRECTORY_LATER;
    join(a, "lobby");
    join(b, "lobby");
    join(c, "lobby");
    leave_all(b); /* from the middle */
    leave_all(a);
    assert_int_equal(dir->cancels, 0);
    fake_directory_reply(dir, "lobby", DIRECTORY_GRANTED);
    assert_int_equal(c->result, CHAT_OK);
    assert_int_equal(c->room->count, 1);
    join(c, "other");
    leave_all(c);
    assert_int_equal(dir->cancels, 1);
    assert_null(chat.rooms);
    assert_held("");
}

static void waiting_room_counts_against_the_limit(void **state)
{
    struct chat_limits limits = chat.limits;

    (void)state;
    limits.rooms = 1;
    chat_set_limits(&chat, &limits);
    come(a, "alice", NULL);
    come(b, "bob", NULL);
    dir->answer = DIRECTORY_LATER;
    assert_int_equal(join(a, "one"), CHAT_LATER);
    assert_int_equal(join(b, "two"), CHAT_FULL);
    leave_all(a);
    assert_int_equal(join(b, "two"), CHAT_LATER);
}

/* ---- the store ------------------------------------------------------------------------------------ */

static void room_opens_whatever_the_store_does(void **state)
{
    (void)state;
    fake_store_fill(store, "lobby", 3);
    store->answer = STORE_LATER;
    come(a, "alice", "lobby");
    store->answer = STORE_FAILED;
    come(b, "bob", "ops");
    assert_int_equal(store->reads, 0); /* what was said before is for those who ask */
}

static void room_that_ends_is_forgotten(void **state)
{
    struct name *names = mem_alloc(sizeof(*names));

    (void)state;
    names[0] = fake_name("ops");
    rooms_set_permanent(&chat, names, 1);
    come(a, "alice", "lobby");
    assert_int_equal(join(a, "ops"), CHAT_OK);
    say(a, rooms_find(&chat, "ops"), "hello");
    chat_leave(&a->sink.at, rooms_find(&chat, "ops"), "", done, NULL);
    assert_int_equal(store->forgotten, 0); /* it goes on without anybody */
    chat_leave(&a->sink.at, rooms_find(&chat, "lobby"), "", done, NULL);
    assert_int_equal(store->forgotten, 1);
    rooms_set_permanent(&chat, NULL, 0);
    assert_int_equal(store->forgotten, 2);
}

static void chat_goes_on_when_the_store_refuses(void **state)
{
    struct fake_log log;
    const char *logged;

    (void)state;
    fake_log_init(&log);
    log_set_level(LOG_LEVEL_INFO);
    come(a, "alice", "lobby");
    forget_all();
    store->fate = STORE_REFUSED;
    say(a, a->room, "one");
    say(a, a->room, "two");
    assert_got(a, "#lobby says alice: one\n#lobby says alice: two\n");
    assert_true(chat.keeping.lost_lines == 2);
    store->fate = STORE_WAITS;
    say(a, a->room, "three");
    assert_true(chat.keeping.lost_lines == 2);
    logged = fake_log_read(&log);
    assert_non_null(strstr(logged, "lines are not kept\n")); /* once */
    assert_null(strstr(strstr(logged, "lines are not kept\n") + 1, "lines are not kept\n"));
    assert_non_null(strstr(logged, "lines are kept again count=2\n"));
    fake_log_fini(&log);
}

/* A rule that is taken, while lines are not, says nothing about lines. */
static void what_is_not_a_line_is_refused_apart_from_lines(void **state)
{
    const struct rule rule = {.kind = RULE_MODE, .key = "slow", .label = "slow", .value = "5", .by = "alice"};
    struct fake_log log;
    const char *logged;

    (void)state;
    fake_log_init(&log);
    log_set_level(LOG_LEVEL_INFO);
    come(a, "alice", "lobby");
    for (int i = 0; i < 3; i++) {
        store->fate = STORE_REFUSED;
        say(a, a->room, "one");
        store->fate = STORE_WAITS;
        keeping_rule(&chat.keeping, &a->room->name, &rule, false);
    }
    store->fate = STORE_REFUSED;
    keeping_rule(&chat.keeping, &a->room->name, &rule, true);
    keeping_erase(&chat.keeping, "lobby", 10);
    logged = fake_log_read(&log);
    assert_non_null(strstr(logged, "lines are not kept\n")); /* once */
    assert_null(strstr(strstr(logged, "lines are not kept\n") + 1, "lines are not kept\n"));
    assert_null(strstr(logged, "lines are kept again"));
    assert_non_null(strstr(logged, "rule not stored room=#lobby\n"));
    assert_null(strstr(strstr(logged, "rule not stored") + 1, "rule not stored"));
    assert_non_null(strstr(logged, "line not erased room=#lobby id=000000000000000a\n"));
    fake_log_fini(&log);
}

static void store_tells_what_becomes_of_what_waits(void **state)
{
    struct fake_log log;
    const char *logged;

    (void)state;
    fake_log_init(&log);
    log_set_level(LOG_LEVEL_INFO);
    come(a, "alice", "lobby");
    store->fate = STORE_WAITS;
    say(a, a->room, "one");
    assert_true(chat.keeping.safe_id == 0);
    fake_store_keep(store);
    assert_true(chat.keeping.safe_id == fake_store_newest(store, "lobby")->id);
    say(a, a->room, "two");
    fake_store_tell(store, "no space left on the disk");
    assert_true(chat.keeping.is_failing);
    fake_store_lose(store);
    assert_true(chat.keeping.lost_lines == 1);
    fake_store_tell(store, NULL);
    assert_false(chat.keeping.is_failing);
    logged = fake_log_read(&log);
    assert_non_null(strstr(logged, "store fails why=\"no space left on the disk\"\n"));
    assert_non_null(strstr(logged, "lines lost count=1\n"));
    assert_non_null(strstr(logged, "store works again\n"));
    fake_log_fini(&log);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(room_is_there_from_its_first_to_its_last),
        TEST(what_is_said_reaches_everybody_there_and_nobody_else),
        TEST(names_made_to_collide_make_no_table_slow),
        TEST(comings_and_goings_are_told),
        TEST(one_who_goes_is_told_of_once_to_each),
        TEST(one_who_goes_from_very_many_rooms_is_told_of_in_parts),
        TEST(each_who_comes_out_of_a_room_is_told_by_the_room),
        TEST(comings_are_told_in_small_rooms_only),
        TEST(new_name_is_told_in_each_of_one_s_rooms),
        TEST(topic_is_told_and_kept),
        TEST(topics_go_to_the_store),
        TEST(topic_that_was_kept_is_there_when_the_room_opens),
        TEST(room_waits_for_no_topic),
        TEST(late_topic_is_older_than_one_that_was_set),
        TEST(limits_hold),
        TEST(members_stay_whole_in_whatever_order_they_leave),
        TEST(message_is_encoded_once_per_encoding),
        TEST(ids_grow_whatever_the_clock_does),
        TEST(private_line_reaches_two),
        TEST(what_is_said_and_to_how_many_is_counted),
        TEST(notice_is_heard_and_kept_in_a_room_or_heard_once_by_each),
        TEST(walk_over_rooms_outlives_them),
        TEST(name_is_not_one_s_own_until_it_is_granted),
        TEST(refused_name_leaves_the_old_one),
        TEST(first_to_ask_for_a_name_has_it),
        TEST(name_is_free_again_when_the_directory_refused_it),
        TEST(who_goes_while_a_name_is_asked_for_leaves_nothing),
        TEST(newcomer_s_first_name_may_come_late),
        TEST(who_is_told_may_ask_anew_at_once),
        TEST(room_that_opens_late_takes_all_who_waited),
        TEST(who_asked_first_is_in_first),
        TEST(permanent_rooms_are_there_without_anybody),
        TEST(permanent_room_waits_for_the_directory),
        TEST(refused_room_is_gone_before_anybody_is_told),
        TEST(refused_one_may_ask_for_the_room_anew_at_once),
        TEST(who_is_told_may_leave_at_once),
        TEST(who_waits_enters_though_the_first_one_goes_at_once),
        TEST(one_may_go_before_being_told_of_the_room),
        TEST(who_goes_while_a_room_is_asked_for_takes_it_along_if_alone),
        TEST(waiting_room_counts_against_the_limit),
        TEST(room_opens_whatever_the_store_does),
        TEST(room_that_ends_is_forgotten),
        TEST(chat_goes_on_when_the_store_refuses),
        TEST(what_is_not_a_line_is_refused_apart_from_lines),
        TEST(store_tells_what_becomes_of_what_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
