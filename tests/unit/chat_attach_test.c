/* Tests of chat/chat.h: people with several attachments, who come, go, wait and are moved in whatever order.  After
 * each test nothing may be left in the directory or the tables. */
#include "config.h"

#include "chat/announce.h"
#include "chat/chat.h"

#include "base/mem.h"
#include "bus/bus_local.h"
#include "chat/ignore.h"
#include "chat/names.h"
#include "chat/ops.h"
#include "chat/others.h"
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

enum { EARS = 12 };

/* One attachment, and what its last wait came to. */
struct ear {
    struct fake_sink sink;
    int dones;
    enum chat_result result;
    struct room *room;
    void (*then)(struct ear *ear); /* what it does when it is told */
};

static struct clock now;
static struct chat chat;
static struct fake_directory *dir;
static struct fake_store *store;
static struct ear ears[EARS];
/* Two of Alice's, two of Bob's, one of Carol's. */
static struct ear *const a1 = &ears[0], *const a2 = &ears[1], *const b1 = &ears[2], *const b2 = &ears[3];
static struct ear *const c = &ears[4];

static struct attachment *at(struct ear *ear)
{
    return &ear->sink.at;
}

static struct person *who(struct ear *ear)
{
    return ear->sink.at.person;
}

static int begin(void **state)
{
    static const struct chat_limits limits = {
        .rooms = 100,
        .rooms_per_client = 4,
        .announce_members = 100,
    };
    struct chat_ports ports;

    (void)state;
    fake_clock_init(&now);
    dir = fake_directory_new();
    store = fake_store_new(10);
    ports = (struct chat_ports){.bus = &dir->bus, .directory = &dir->dir, .store = &store->store};
    chat_init(&chat, &now, &limits, &ports);
    memset(ears, 0, sizeof(ears));
    return 0;
}

static void go(struct ear *ear)
{
    if (who(ear) != NULL) {
        chat_exit(at(ear));
    }
    assert_null(who(ear));
    fake_sink_fini(&ear->sink);
    memset(&ear->sink, 0, sizeof(ear->sink));
}

static int end(void **state)
{
    (void)state;
    for (int i = 0; i < EARS; i++) {
        go(&ears[i]);
    }
    chat_fini(&chat);
    fake_store_end(store);
    return 0;
}

static void done(void *ctx, enum chat_result result, struct room *room)
{
    struct ear *ear = ctx;

    ear->dones++;
    ear->result = result;
    ear->room = room;
    if (ear->then != NULL) {
        void (*then)(struct ear *) = ear->then;

        ear->then = NULL;
        then(ear);
    }
}

static enum chat_result rename_to(struct ear *ear, const char *nick)
{
    struct name name = fake_name(nick);

    return names_rename(at(ear), &name, done, ear);
}

static enum chat_result join(struct ear *ear, const char *room)
{
    struct name name = fake_name(room);

    ear->room = NULL;
    return chat_join(at(ear), &name, NULL, &ear->room, done, ear);
}

static void enter(struct ear *ear)
{
    fake_sink_init(&ear->sink);
    chat_enter(&chat, at(ear));
}

/* Somebody with a name, in a room (NULL: in none), whatever the directory does else. */
static void come(struct ear *ear, const char *nick, const char *room)
{
    enum directory_answer answer = dir->answer;

    dir->answer = DIRECTORY_GRANTED;
    enter(ear);
    assert_int_equal(rename_to(ear, nick), CHAT_OK);
    if (room != NULL) {
        assert_int_equal(join(ear, room), CHAT_OK);
    }
    dir->answer = answer;
}

/* One more attachment of somebody. */
static void come_too(struct ear *ear, struct ear *first)
{
    enter(ear);
    chat_attach(at(ear), who(first));
}

static enum chat_result say(struct ear *ear, struct room *room, const char *text)
{
    return chat_say(at(ear), room, MESSAGE_SAY, text, strlen(text), false);
}

static struct room *room_of(const char *folded)
{
    return rooms_find(&chat, folded);
}

#define assert_got(ear, want) assert_string_equal(fake_sink_got(&(ear)->sink), want)
#define assert_entered(ear, want) assert_string_equal(fake_sink_entered(&(ear)->sink), want)
#define assert_left(ear, want) assert_string_equal(fake_sink_left(&(ear)->sink), want)
#define assert_held(want) assert_string_equal(strbuf_str(&dir->held), want)

static void forget_all(void)
{
    for (int i = 0; i < EARS; i++) {
        fake_sink_got(&ears[i].sink);
        fake_sink_entered(&ears[i].sink);
        fake_sink_left(&ears[i].sink);
        ears[i].sink.owns = 0;
    }
}

/* Alice with two in #lobby, Bob with two in #lobby and #ops, Carol in #ops. */
static void come_all(void)
{
    come(a1, "alice", "lobby");
    come_too(a2, a1);
    come(b1, "bob", "lobby");
    come_too(b2, b1);
    assert_int_equal(join(b2, "ops"), CHAT_OK);
    come(c, "carol", "ops");
    forget_all();
}

/* ---- rooms ---------------------------------------------------------------------------------------- */

static void all_attachments_are_in_the_same_rooms(void **state)
{
    (void)state;
    come(a1, "alice", "lobby");
    assert_int_equal(join(a1, "ops"), CHAT_OK);
    come(c, "carol", "lobby");
    forget_all();
    come_too(a2, a1);
    assert_entered(a2, "#ops #lobby "); /* the last joined first */
    assert_ptr_equal(at(a2)->rooms->room, room_of("ops"));
    assert_got(c, ""); /* who is there already does not come */
    assert_got(a1, "");
    assert_int_equal(room_of("lobby")->count, 3);
    assert_int_equal(room_of("lobby")->people, 2);
    assert_int_equal(who(a1)->room_count, 2);

    assert_int_equal(join(a2, "dev"), CHAT_OK);
    assert_entered(a1, "#dev ");
    assert_entered(a2, "");
    assert_got(a1, "#dev join alice\n");
    assert_int_equal(a1->sink.owns, 0);
    assert_int_equal(a2->sink.owns, 1);
    assert_int_equal(join(a1, "dev"), CHAT_ALREADY);
    assert_int_equal(join(a1, "four"), CHAT_OK);
    assert_int_equal(join(a2, "five"), CHAT_TOO_MANY); /* of the person */

    forget_all();
    assert_int_equal(chat_leave(at(a1), room_of("lobby"), "", NULL, NULL), CHAT_OK);
    assert_left(a1, "#lobby ");
    assert_left(a2, "#lobby ");
    assert_got(a1, "");
    assert_got(a2, "#lobby leave alice\n"); /* which it hears though it is out */
    assert_got(c, "#lobby leave alice\n");
    assert_int_equal(chat_leave(at(a2), room_of("lobby"), "", NULL, NULL), CHAT_NOT_IN_ROOM);
    assert_int_equal(chat_set_topic(at(a2), room_of("lobby"), "tea", NULL, NULL), CHAT_NOT_IN_ROOM);
    assert_int_equal(room_of("lobby")->people, 1);
    assert_int_equal(chat_leave(at(a2), room_of("dev"), "", NULL, NULL), CHAT_OK);
    assert_null(room_of("dev"));
}

static void others_learn_where_the_person_is_whatever_the_room_is_told(void **state)
{
    struct chat_limits limits = chat.limits;

    (void)state;
    limits.announce_members = 0;
    chat_set_limits(&chat, &limits);
    come_all();
    assert_int_equal(join(a1, "ops"), CHAT_OK);
    assert_got(a1, "");
    assert_got(a2, "#ops join alice\n");
    assert_got(c, "");
    assert_int_equal(chat_leave(at(a2), room_of("ops"), "", NULL, NULL), CHAT_OK);
    assert_got(a1, "#ops leave alice\n");
    assert_got(a2, "");
    assert_got(c, "");
    assert_int_equal(join(a1, "alone"), CHAT_OK);
    assert_int_equal(chat_leave(at(a1), room_of("alone"), "", NULL, NULL), CHAT_OK); /* which ends by it */
    assert_got(a2, "#alone join alice\n#alone leave alice\n");
}

/* As /who walks. */
static void person_is_listed_once(void **state)
{
    struct room *room;
    int listed = 0;

    (void)state;
    come_all();
    room = room_of("lobby");
    assert_int_equal(room->count, 4);
    assert_int_equal(room->people, 2);
    for (uint32_t i = 0; i < room->count; i++) {
        const struct person *person = room_person_at(room, i);

        listed += person != NULL ? 1 : 0;
        assert_true(person == NULL || person == who(a1) || person == who(b1));
    }
    assert_int_equal(listed, 2);
    go(b1); /* the first one: another stands for him then */
    listed = 0;
    for (uint32_t i = 0; i < room->count; i++) {
        listed += room_person_at(room, i) != NULL ? 1 : 0;
    }
    assert_int_equal(listed, 2);
}

static void each_hears_what_the_others_say(void **state)
{
    (void)state;
    come_all();
    assert_int_equal(say(a1, room_of("lobby"), "hello"), CHAT_OK);
    for (int i = 0; i < 4; i++) {
        assert_got(&ears[i], "#lobby says alice: hello\n");
        assert_int_equal(ears[i].sink.owns, i == 0);
    }
    assert_got(c, "");
    assert_int_equal(chat_set_topic(at(b2), room_of("ops"), "tea", NULL, NULL), CHAT_OK);
    assert_got(b1, "#ops topic bob: tea\n");
    assert_int_equal(b1->sink.owns, 0);
    assert_int_equal(b2->sink.owns, 1);
    assert_int_equal(rename_to(b1, "rob"), CHAT_OK);
    assert_got(a2, "#lobby rename bob: rob\n");
    assert_got(c, "#ops topic bob: tea\n#ops rename bob: rob\n");
    assert_string_equal(person_shown_name(who(b2)), "rob");
}

/* ---- going ---------------------------------------------------------------------------------------- */

static void person_quits_with_the_last_attachment(void **state)
{
    (void)state;
    come_all();
    go(b1);
    assert_got(a1, "");
    assert_int_equal(room_of("lobby")->people, 2);
    assert_int_equal(chat.people, 3);
    chat_quit(at(b2), "good night");
    assert_left(b2, "#lobby #ops ");
    assert_got(a1, "#lobby ops quit bob: good night\n");
    assert_got(a2, "#lobby ops quit bob: good night\n");
    assert_got(c, "#lobby ops quit bob: good night\n");
    assert_got(b2, "");
    go(b2);
    assert_got(a1, "");
    assert_null(names_find(&chat, "bob"));
    assert_int_equal(chat.people, 2);
}

static void quit_is_told_once_to_each_attachment_that_shares_a_room(void **state)
{
    uint64_t deliveries;

    (void)state;
    come_all();
    assert_int_equal(join(c, "lobby"), CHAT_OK);
    forget_all();
    deliveries = chat.deliveries;
    go(c); /* who shares two rooms with Bob */
    assert_got(b1, "#ops lobby quit carol\n");
    assert_got(b2, "#ops lobby quit carol\n");
    assert_got(a1, "#ops lobby quit carol\n");
    assert_int_equal(chat.deliveries - deliveries, 4);
}

/* One that has quit is not the person any more, though its connection is still there. */
static void one_that_has_quit_is_in_no_room_that_others_join(void **state)
{
    (void)state;
    come_all();
    chat_quit(at(a1), "");
    assert_left(a1, "#lobby ");
    assert_left(a2, "");
    assert_got(b1, "");
    assert_int_equal(join(a2, "dev"), CHAT_OK);
    assert_null(at(a1)->rooms);
    assert_entered(a1, "");
    assert_int_equal(room_of("dev")->count, 1);
    chat_quit(at(a1), "again"); /* of no effect */
    come_too(&ears[5], a2); /* it stands before the one that has quit */
    assert_entered(&ears[5], "#dev #lobby ");
    chat_quit(at(a2), "");
    assert_got(b1, "");
    chat_quit(at(&ears[5]), "bye"); /* the last that had not */
    assert_got(b1, "#lobby quit alice: bye\n");
    assert_int_equal(chat.people, 3); /* she still has her name */
    assert_ptr_equal(names_find(&chat, "alice"), who(a1));
    go(a2);
    go(&ears[5]);
    assert_ptr_equal(names_find(&chat, "alice"), who(a1));
    go(a1);
    assert_null(names_find(&chat, "alice"));
}

static void one_that_has_quit_waits_for_nothing(void **state)
{
    (void)state;
    come_all();
    dir->answer = DIRECTORY_LATER;
    assert_int_equal(join(c, "late"), CHAT_LATER);
    assert_int_equal(rename_to(a1, "amy"), CHAT_LATER);
    chat_quit(at(c), "");
    chat_quit(at(a1), "");
    assert_int_equal(dir->cancels, 2);
    assert_int_equal(dir->waiting_count, 0);
    assert_int_equal(join(c, "late"), CHAT_UNAVAILABLE);
    assert_int_equal(c->dones + a1->dones, 0);
}

/* ---- moving --------------------------------------------------------------------------------------- */

static void person_whose_last_attachment_is_moved_quits(void **state)
{
    (void)state;
    come_all();
    assert_int_equal(join(c, "lobby"), CHAT_OK);
    assert_int_equal(join(c, "away"), CHAT_OK);
    forget_all();
    chat_attach(at(c), who(a1));
    assert_left(c, "#ops #lobby #away ");
    assert_entered(c, "#lobby ");
    assert_int_equal(c->sink.changes, 1);
    assert_null(names_find(&chat, "carol"));
    assert_null(room_of("away"));
    assert_held(" n:alice r:lobby n:bob r:ops");
    assert_got(b1, "#ops lobby quit carol\n");
    assert_got(a2, "#ops lobby quit carol\n");
    assert_got(c, "");
    assert_int_equal(chat.people, 2);
    assert_int_equal(room_of("lobby")->count, 5);
    assert_int_equal(room_of("lobby")->people, 2);
    assert_int_equal(say(c, room_of("lobby"), "me too"), CHAT_OK);
    assert_got(b1, "#lobby says alice: me too\n");
    assert_got(a1, "#ops lobby quit carol\n#lobby says alice: me too\n");
}

static void person_with_others_left_stays_when_one_is_moved(void **state)
{
    (void)state;
    come_all();
    chat_attach(at(b1), who(c));
    assert_left(b1, "#ops #lobby ");
    assert_entered(b1, "#ops ");
    assert_got(a1, "");
    assert_got(c, "");
    assert_ptr_equal(names_find(&chat, "bob"), who(b2));
    assert_ptr_equal(who(b1), who(c));
    assert_int_equal(room_of("ops")->count, 3);
    assert_int_equal(room_of("ops")->people, 2);
    go(b2);
    assert_got(b1, "#lobby ops quit bob\n");
}

/* What is still on its way of what it said as another person is not its own any more. */
static void moved_attachment_has_another_origin(void **state)
{
    uint64_t origin;

    (void)state;
    come_all();
    origin = announce_origin(at(a2));
    chat_attach(at(a2), who(b1));
    assert_true(announce_origin(at(a2)) != origin);
}

static void one_may_be_moved_while_it_waits(void **state)
{
    (void)state;
    come_all();
    dir->answer = DIRECTORY_LATER;
    assert_int_equal(join(c, "late"), CHAT_LATER);
    assert_int_equal(rename_to(b1, "zoe"), CHAT_LATER);
    chat_attach(at(c), who(a1));
    chat_attach(at(b1), who(a1));
    assert_int_equal(dir->cancels, 2);
    assert_int_equal(dir->waiting_count, 0);
    assert_int_equal(c->dones + b1->dones, 0); /* as when it goes */
    assert_int_equal(rename_to(b1, "zoe"), CHAT_LATER); /* and it may ask anew */
    fake_directory_reply(dir, "zoe", DIRECTORY_GRANTED);
    assert_string_equal(person_shown_name(who(a1)), "zoe");
    assert_string_equal(person_shown_name(who(b2)), "bob");
}

/* ---- private lines, notices, people that are ignored ---------------------------------------------- */

static void private_line_reaches_all_attachments_of_both(void **state)
{
    (void)state;
    come_all();
    assert_int_equal(chat_private(at(a2), who(b1), "psst", 4), CHAT_OK);
    for (int i = 0; i < 4; i++) {
        assert_got(&ears[i], i < 2 ? "# private alice: psst (own)\n" : "# private alice: psst\n");
    }
    assert_got(c, "");
    assert_int_equal(chat.private_lines, 1);
    b1->sink.is_full = true;
    assert_int_equal(chat_private(at(a2), who(b1), "psst", 4), CHAT_OK); /* he reads it elsewhere */
    assert_got(b2, "# private alice: psst\n");
    assert_got(b1, ""); /* and only there */
    forget_all();
    b2->sink.is_full = true;
    assert_int_equal(chat_private(at(a2), who(b1), "psst", 4), CHAT_NO_PLACE);
    assert_got(a1, "");
    assert_got(b2, "");
}

static void notice_reaches_each_attachment_once(void **state)
{
    uint64_t deliveries;

    (void)state;
    come_all();
    deliveries = chat.deliveries;
    chat_notice(&chat, NULL, "soon", 4);
    for (int i = 0; i < 5; i++) {
        assert_got(&ears[i], "# notice server: soon\n");
    }
    assert_int_equal(chat.deliveries - deliveries, 5);
}

static void each_attachment_knows_that_the_person_ignores_somebody(void **state)
{
    (void)state;
    come_all();
    a1->sink.changes = a2->sink.changes = 0;
    assert_true(ignore_add(who(a1), who(b1)));
    assert_int_equal(a1->sink.changes, 1);
    assert_int_equal(a2->sink.changes, 1);
    assert_int_equal(b1->sink.changes + b2->sink.changes, 1); /* when b2 came to Bob */
    assert_true(ignore_has(who(a2), person_id(who(b2))));
    assert_int_equal(rename_to(b2, "rob"), CHAT_OK);
    assert_true(ignore_has(who(a2), person_id(who(b1))));
    go(a1);
    assert_true(ignore_has(who(a2), person_id(who(b1)))); /* it is the person's */
    come_too(a1, a2);
    assert_int_equal(a1->sink.changes, 1);
    assert_int_equal(ignore_count(who(a1)), 1);
    ignore_remove_at(who(a1), 0);
    assert_int_equal(a2->sink.changes, 2);
    assert_false(person_is_ignored(who(b1)));
    assert_true(ignore_add(who(a1), who(b1)));
    chat_attach(at(a1), who(c));
    assert_int_equal(ignore_count(who(a1)), 0);
    go(a2);
    assert_false(person_is_ignored(who(b1)));
}

/* And the others are not asked. */
static void line_of_one_who_is_ignored_passes_those_by_who_ignore(void **state)
{
    (void)state;
    come_all();
    assert_true(ignore_add(who(a1), who(b1)));
    assert_int_equal(say(b2, room_of("lobby"), "hello"), CHAT_OK);
    assert_got(a1, "");
    assert_got(a2, "");
    assert_got(b1, "#lobby says bob: hello\n");
    assert_int_equal(say(a2, room_of("lobby"), "I do not hear you"), CHAT_OK);
    assert_got(b1, "#lobby says alice: I do not hear you\n");
    assert_got(a1, "#lobby says alice: I do not hear you\n");
    assert_false(a1->sink.shuns); /* it was for that line alone */
    ignore_remove_at(who(a2), 0);
    assert_int_equal(say(b2, room_of("lobby"), "and now?"), CHAT_OK);
    assert_got(a1, "#lobby says bob: and now?\n");

    /* Carol, in another room, and Alice make more than there are in this one: then each receiver looks. */
    assert_int_equal(chat_leave(at(b1), room_of("lobby"), "", done, b1), CHAT_OK);
    chat_attach(at(b2), who(a1));
    assert_true(ignore_add(who(c), who(b1)));
    assert_true(ignore_add(who(a1), who(b1)));
    go(c);
    come(c, "carol", "den");
    assert_true(ignore_add(who(c), who(b1)));
    forget_all();
    assert_int_equal(say(b1, room_of("den"), "hello"), CHAT_OK);
    assert_got(c, "#den says bob: hello\n"); /* a session would look into the list, this sink does not */
    assert_true(ignore_has(who(c), person_id(who(b1))));
}

/* ---- waiting -------------------------------------------------------------------------------------- */

static void two_that_wait_for_one_room_are_both_told_and_announced_once(void **state)
{
    (void)state;
    come_all();
    dir->answer = DIRECTORY_LATER;
    assert_int_equal(join(b1, "late"), CHAT_LATER);
    assert_int_equal(join(c, "late"), CHAT_LATER);
    assert_int_equal(join(b2, "late"), CHAT_LATER);
    fake_directory_reply(dir, "late", DIRECTORY_GRANTED);
    assert_int_equal(b1->dones + b2->dones + c->dones, 3);
    assert_int_equal(b1->result, CHAT_OK);
    assert_int_equal(b2->result, CHAT_OK);
    assert_ptr_equal(b2->room, room_of("late"));
    assert_entered(b1, "");
    assert_entered(b2, ""); /* its own wait tells it */
    assert_int_equal(room_of("late")->count, 3);
    assert_int_equal(room_of("late")->people, 2);
    assert_got(b1, "#late join bob\n#late join carol\n");
    assert_got(b2, "#late join bob\n#late join carol\n");
}

static void one_that_waits_for_another_room_is_brought_along(void **state)
{
    (void)state;
    come_all();
    dir->answer = DIRECTORY_LATER;
    assert_int_equal(join(a1, "one"), CHAT_LATER);
    assert_int_equal(join(a2, "two"), CHAT_LATER);
    fake_directory_reply(dir, "two", DIRECTORY_GRANTED);
    assert_entered(a1, "#two ");
    fake_directory_reply(dir, "one", DIRECTORY_GRANTED);
    assert_entered(a2, "#one ");
    assert_int_equal(a1->dones + a2->dones, 2);
    assert_int_equal(who(a1)->room_count, 3);
}

static void two_that_wait_do_not_exceed_the_person_s_rooms(void **state)
{
    (void)state;
    come_all();
    assert_int_equal(join(a1, "two"), CHAT_OK);
    assert_int_equal(join(a1, "three"), CHAT_OK);
    dir->answer = DIRECTORY_LATER;
    assert_int_equal(join(a1, "four"), CHAT_LATER);
    assert_int_equal(join(a2, "five"), CHAT_LATER);
    fake_directory_reply(dir, "five", DIRECTORY_GRANTED);
    fake_directory_reply(dir, "four", DIRECTORY_GRANTED);
    assert_int_equal(a2->result, CHAT_OK);
    assert_int_equal(a1->result, CHAT_TOO_MANY);
    assert_null(a1->room);
    assert_null(rooms_find_any(&chat, "four"));
    assert_int_equal(who(a1)->room_count, 4);
}

static void leave_again(struct ear *ear)
{
    assert_int_equal(chat_leave(at(ear), ear->room, "", NULL, NULL), CHAT_OK);
}

static void one_may_leave_before_the_other_is_told(void **state)
{
    (void)state;
    come(a1, "alice", NULL);
    come_too(a2, a1);
    dir->answer = DIRECTORY_LATER;
    a1->then = leave_again;
    assert_int_equal(join(a1, "late"), CHAT_LATER);
    assert_int_equal(join(a2, "late"), CHAT_LATER);
    fake_directory_reply(dir, "late", DIRECTORY_GRANTED);
    assert_int_equal(a1->result, CHAT_OK);
    assert_left(a2, "#late ");
    assert_int_equal(a2->result, CHAT_OK); /* whose turn comes then */
    assert_ptr_equal(a2->room, room_of("late"));
    assert_int_equal(room_of("late")->people, 1);
}

static void end_the_next(struct ear *ear)
{
    go(&ear[1]);
}

static void move_the_next(struct ear *ear)
{
    chat_attach(at(&ear[1]), who(c));
}

/* Whether the room opens or is refused, by whom it is left is told no more. */
static void one_may_go_or_be_moved_before_being_told(void **state)
{
    static void (*const acts[])(struct ear *) = {end_the_next, move_the_next};
    static const enum directory_answer answers[] = {DIRECTORY_GRANTED, DIRECTORY_FAILED};

    (void)state;
    come(c, "carol", NULL);
    for (int i = 0; i < 4; i++) {
        come(a1, "alice", NULL);
        come_too(a2, a1);
        a1->dones = a2->dones = 0;
        dir->answer = DIRECTORY_LATER;
        a1->then = acts[i % 2];
        assert_int_equal(join(a1, "late"), CHAT_LATER);
        assert_int_equal(join(a2, "late"), CHAT_LATER);
        fake_directory_reply(dir, "late", answers[i / 2]);
        assert_int_equal(a1->dones, 1);
        assert_int_equal(a2->dones, 0);
        go(a1);
        go(a2);
        assert_null(chat.rooms);
    }
}

static void one_that_goes_leaves_the_other_waiting(void **state)
{
    (void)state;
    come(a1, "alice", NULL);
    come_too(a2, a1);
    dir->answer = DIRECTORY_LATER;
    assert_int_equal(join(a1, "late"), CHAT_LATER);
    assert_int_equal(join(a2, "late"), CHAT_LATER);
    go(a1);
    assert_int_equal(dir->cancels, 0);
    fake_directory_reply(dir, "late", DIRECTORY_GRANTED);
    assert_int_equal(a2->result, CHAT_OK);
    assert_int_equal(room_of("late")->count, 1);
    assert_int_equal(join(a2, "later"), CHAT_LATER);
    go(a2);
    assert_null(chat.rooms);
    assert_held("");
}

static void two_may_wait_for_two_names(void **state)
{
    (void)state;
    come_all();
    dir->answer = DIRECTORY_LATER;
    assert_int_equal(rename_to(a1, "amy"), CHAT_LATER);
    assert_int_equal(rename_to(a2, "zoe"), CHAT_LATER);
    fake_directory_reply(dir, "zoe", DIRECTORY_GRANTED);
    assert_string_equal(person_shown_name(who(a1)), "zoe");
    fake_directory_reply(dir, "amy", DIRECTORY_GRANTED);
    assert_string_equal(person_shown_name(who(a2)), "amy");
    assert_got(b1, "#lobby rename alice: zoe\n#lobby rename zoe: amy\n");
    assert_held(" r:lobby n:bob r:ops n:carol n:amy");
}

static void two_may_not_wait_for_one_name(void **state)
{
    (void)state;
    come_all();
    dir->answer = DIRECTORY_LATER;
    assert_int_equal(rename_to(a1, "amy"), CHAT_LATER);
    assert_int_equal(rename_to(a2, "AMY"), CHAT_UNAVAILABLE); /* nobody else has it */
    assert_int_equal(rename_to(b1, "amy"), CHAT_NAME_TAKEN);
    assert_int_equal(rename_to(a2, "ALICE"), CHAT_OK); /* which is hers as long as no other is */
    go(a1);
    assert_int_equal(dir->cancels, 1);
    assert_int_equal(rename_to(a2, "amy"), CHAT_LATER);
    fake_directory_reply(dir, "amy", DIRECTORY_GRANTED);
    assert_int_equal(rename_to(a2, "Amy"), CHAT_OK);
    assert_string_equal(person_shown_name(who(a2)), "Amy");
}

/* ---- whatever comes ------------------------------------------------------------------------------- */

static void check_person(const struct person *person)
{
    const struct attachment *first = person->attachments;
    bool has_quit = false;

    for (const struct attachment *one = first; one != NULL; one = one->next_of_person) {
        const struct member *m = one->rooms;
        uint32_t rooms = 0;

        assert_ptr_equal(one->person, person);
        assert_false(has_quit && one->id != 0);
        has_quit = one->id == 0;
        for (const struct member *own = first->rooms; !has_quit && own != NULL; own = own->next_of_attachment) {
            bool is_in = false;

            for (m = one->rooms; m != NULL; m = m->next_of_attachment) {
                is_in = is_in || m->room == own->room;
                assert_ptr_equal(m->room->members[m->index].member, m);
                assert_ptr_equal(m->room->members[m->index].attachment, one);
            }
            assert_true(is_in);
            rooms++;
        }
        assert_true(rooms == person->room_count || has_quit);
        assert_true(!has_quit || one->rooms == NULL);
    }
}

static void check_all(void)
{
    for (struct room *room = chat.rooms; room != NULL; room = room->hh.next) {
        uint32_t people = 0;

        for (uint32_t i = 0; i < room->count; i++) {
            people += room_person_at(room, i) != NULL;
            check_person(room->members[i].attachment->person);
        }
        assert_int_equal(people + HASH_COUNT(room->others), room->people);
        assert_true(room->is_open || room->count == 0);
    }
    for (int i = 0; i < EARS; i++) {
        if (who(&ears[i]) != NULL) {
            check_person(who(&ears[i]));
        }
    }
}

/* A bus that is slow from time to time, and keeps the order. */
static struct message *held[1024];
static size_t held_count;
static const struct bus_ops *fast;
static uint64_t last_id;

static void let_go_of_one(void)
{
    struct message *m = held[0];

    memmove(&held[0], &held[1], --held_count * sizeof(held[0]));
    chat.ports.bus->events->message(chat.ports.bus->ctx, m);
    message_unref(m);
}

static enum bus_answer publish_slowly(struct bus *bus, struct message *m)
{
    m->id = ++last_id;
    if (held_count == 0 && fake_rnd(3) > 0) {
        bus->events->message(bus->ctx, m);
        return BUS_DONE;
    }
    assert_true(held_count < sizeof(held) / sizeof(held[0]));
    held[held_count++] = message_ref(m);
    return BUS_LATER;
}

static void reply_to_one(void)
{
    static const enum directory_answer answers[] = {DIRECTORY_GRANTED, DIRECTORY_GRANTED, DIRECTORY_TAKEN,
                                                    DIRECTORY_FAILED};
    char folded[32];

    if (dir->waiting_count > 0) {
        snprintf(folded, sizeof(folded), "%s", fake_directory_waiting(dir, fake_rnd((uint32_t)dir->waiting_count)));
        fake_directory_reply(dir, folded, answers[fake_rnd(4)]);
    }
}

static void act(struct ear *ear)
{
    static const char *const names[] = {"amy", "bea", "cat", "dan", "eve", "fay", "gus", "hal", "ivy", "jo", "kay"};
    static const char *const rooms[] = {"one", "two", "three", "four", "five", "six"};
    struct ear *other = &ears[fake_rnd(EARS)];
    bool waits;

    if (who(ear) == NULL) {
        enter(ear);
        return;
    }
    if (at(ear)->id == 0 && fake_rnd(2) == 0) {
        go(ear);
        return;
    }
    waits = ops_find(at(ear)) != NULL;
    switch (fake_rnd(waits ? 4 : 6)) {
    case 0:
        if (fake_rnd(4) == 0) {
            chat_quit(at(ear), "");
        } else if (fake_rnd(4) == 0) {
            go(ear);
        }
        break;
    case 1:
        if (who(other) != NULL && who(other) != who(ear) && who(other)->has_name && at(ear)->id != 0) {
            chat_attach(at(ear), who(other));
        }
        break;
    case 2:
        if (at(ear)->rooms != NULL) {
            chat_leave(at(ear), at(ear)->rooms->room, "", done, ear);
        }
        break;
    case 3:
        reply_to_one();
        break;
    case 4:
        (void)rename_to(ear, names[fake_rnd(11)]);
        break;
    default:
        if (who(ear)->has_name && at(ear)->id != 0) {
            (void)join(ear, rooms[fake_rnd(6)]);
        }
    }
}

static void people_stay_whole_whatever_comes(void **state)
{
    (void)state;
    for (int i = 0; i < 20000; i++) {
        dir->answer = fake_rnd(3) == 0 ? DIRECTORY_LATER : DIRECTORY_GRANTED;
        act(&ears[fake_rnd(EARS)]);
        check_all();
    }
}

static void people_stay_whole_on_a_slow_bus(void **state)
{
    struct bus_ops slow;

    (void)state;
    fast = chat.ports.bus->ops;
    slow = *fast;
    slow.publish = publish_slowly;
    chat.ports.bus->ops = &slow;
    for (int i = 0; i < 20000; i++) {
        dir->answer = fake_rnd(3) == 0 ? DIRECTORY_LATER : DIRECTORY_GRANTED;
        if (held_count > 0 && fake_rnd(2) == 0) {
            let_go_of_one();
        } else {
            act(&ears[fake_rnd(EARS)]);
        }
        check_all();
    }
    for (int i = 0; i < EARS; i++) {
        go(&ears[i]);
    }
    while (held_count > 0) {
        let_go_of_one();
        check_all();
    }
    assert_null(chat.rooms);
    assert_null(chat.names);
    assert_null(chat.ops);
    chat.ports.bus->ops = fast;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_attachments_are_in_the_same_rooms),
        TEST(others_learn_where_the_person_is_whatever_the_room_is_told),
        TEST(person_is_listed_once),
        TEST(each_hears_what_the_others_say),
        TEST(person_quits_with_the_last_attachment),
        TEST(quit_is_told_once_to_each_attachment_that_shares_a_room),
        TEST(one_that_has_quit_is_in_no_room_that_others_join),
        TEST(one_that_has_quit_waits_for_nothing),
        TEST(person_whose_last_attachment_is_moved_quits),
        TEST(person_with_others_left_stays_when_one_is_moved),
        TEST(moved_attachment_has_another_origin),
        TEST(one_may_be_moved_while_it_waits),
        TEST(private_line_reaches_all_attachments_of_both),
        TEST(notice_reaches_each_attachment_once),
        TEST(each_attachment_knows_that_the_person_ignores_somebody),
        TEST(line_of_one_who_is_ignored_passes_those_by_who_ignore),
        TEST(two_that_wait_for_one_room_are_both_told_and_announced_once),
        TEST(one_that_waits_for_another_room_is_brought_along),
        TEST(two_that_wait_do_not_exceed_the_person_s_rooms),
        TEST(one_may_leave_before_the_other_is_told),
        TEST(one_may_go_or_be_moved_before_being_told),
        TEST(one_that_goes_leaves_the_other_waiting),
        TEST(two_may_wait_for_two_names),
        TEST(two_may_not_wait_for_one_name),
        TEST(people_stay_whole_whatever_comes),
        TEST(people_stay_whole_on_a_slow_bus),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
