/* Tests of chat/marks.h: when read marks are noted, and which rooms are unread. */
#include "config.h"

#include "chat/marks.h"

#include "base/mem.h"
#include "chat/chat.h"
#include "chat/logins.h"
#include "chat/names.h"
#include "chat/owners.h"
#include "chat/room_rules.h"
#include "chat/rooms.h"
#include "fake_accounts.h"
#include "fake_profiles.h"
#include "fake_store.h"
#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

enum { EARS = 300, ROUND_MS = 150000, STEP_MS = 20, STEP_MARKS = 128 };

static struct clock now;
static struct chat chat;
static struct fake_directory *dir;
static struct fake_store *store;
static struct fake_accounts *accounts;
static struct fake_profiles *profiles;
static struct fake_sink ears[EARS];
static struct fake_sink *const a = &ears[0], *const b = &ears[1];

static void done(void *ctx, enum chat_result result, struct room *room)
{
    (void)ctx;
    (void)result;
    (void)room;
}

static struct room *join(struct fake_sink *ear, const char *room)
{
    struct name name = fake_name(room);
    struct room *joined;

    assert_int_equal(chat_join(&ear->at, &name, NULL, &joined, done, NULL), CHAT_OK);
    return joined;
}

static void say(struct fake_sink *ear, struct room *room)
{
    assert_int_equal(chat_say(&ear->at, room, MESSAGE_SAY, "hello", 5, false), CHAT_OK);
}

static void come(struct fake_sink *ear)
{
    fake_sink_init(ear);
    chat_enter(&chat, &ear->at);
    assert_int_equal(names_rename_guest(&ear->at, done, NULL), CHAT_OK);
}

/* Comes as the owner of a new account, whose id is the next number. */
static void come_logged_in(struct fake_sink *ear, const char *name)
{
    int64_t id = fake_accounts_add(accounts, name, name, "p");

    come(ear);
    assert_int_equal(logins_begin(&ear->at, id, done, NULL), CHAT_OK);
}

static void pass(uint64_t ms)
{
    fake_clock_advance(&now, ms);
    timeq_run(marks_timeq(&chat), clock_ms(&now));
}

static unsigned long long newest(void)
{
    return store->last_id;
}

#define assert_rounds_are_over() assert_int_equal(timeq_wait_ms(marks_timeq(&chat), clock_ms(&now)), TIMEQ_NEVER)
#define assert_noted(want) assert_string_equal(fake_profiles_notes(profiles), want)

static int begin(void **state)
{
    static const struct chat_limits limits = {.rooms = 100, .rooms_per_client = 4, .announce_members = 4};
    struct chat_ports ports;

    (void)state;
    fake_clock_init(&now);
    dir = fake_directory_new();
    store = fake_store_new(10);
    accounts = fake_accounts_new();
    profiles = fake_profiles_new();
    ports = (struct chat_ports){.bus = &dir->bus,
                                .directory = &dir->dir,
                                .store = &store->store,
                                .accounts = &accounts->accounts,
                                .profiles = &profiles->profiles};
    chat_init(&chat, &now, &limits, &ports);
    memset(ears, 0, sizeof(ears));
    return 0;
}

static int end(void **state)
{
    (void)state;
    for (int i = 0; i < EARS; i++) {
        if (ears[i].at.person != NULL) {
            chat_exit(&ears[i].at);
        }
        if (ears[i].at.sink.ops != NULL) {
            fake_sink_fini(&ears[i]);
        }
    }
    chat_fini(&chat);
    fake_accounts_free(accounts);
    fake_profiles_free(profiles);
    fake_store_end(store);
    return 0;
}

static void a_mark_is_noted_when_its_person_goes(void **state)
{
    struct room *ops, *dev;

    (void)state;
    come_logged_in(a, "alice");
    come(b); /* a guest */
    ops = join(a, "ops");
    dev = join(a, "dev");
    join(b, "ops");
    say(b, ops);
    assert_noted("");
    assert_int_equal(chat_leave(&b->at, ops, "", done, NULL), CHAT_OK);
    assert_noted("");
    assert_int_equal(chat_leave(&a->at, ops, "", done, NULL), CHAT_OK);
    assert_noted("1 #ops\n");
    join(a, "ops");
    logins_end(a->at.person);
    assert_noted("1 #ops\n1 #dev\n");
    say(b, dev);
    chat_quit(&a->at, "");
    assert_noted("");
}

static void the_last_session_of_a_person_notes_the_marks(void **state)
{
    (void)state;
    come_logged_in(a, "alice");
    join(a, "ops");
    come(b);
    chat_attach(&b->at, a->at.person);
    chat_quit(&a->at, "");
    assert_noted("");
    chat_quit(&b->at, "");
    assert_noted("1 #ops\n");
}

static void an_account_that_has_ended_has_no_marks(void **state)
{
    (void)state;
    come_logged_in(a, "alice");
    join(a, "ops");
    fake_accounts_remove(accounts, "alice");
    chat_quit(&a->at, "");
    assert_noted("");
}

static void marks_of_those_who_stay_are_noted_in_rounds(void **state)
{
    struct room *ops;
    char want[80];

    (void)state;
    come_logged_in(a, "alice");
    come_logged_in(b, "bob");
    ops = join(a, "ops");
    join(a, "dev");
    join(b, "ops");
    assert_rounds_are_over(); /* nothing was said */
    say(b, ops);
    snprintf(want, sizeof(want), "1 #ops %llu\n2 #ops %llu\n", newest(), newest());
    pass(ROUND_MS);
    assert_noted(""); /* whether it has arrived is not known yet */
    pass(ROUND_MS - 1);
    say(a, ops);
    assert_noted("");
    pass(1);
    assert_noted(want);
    snprintf(want, sizeof(want), "1 #ops %llu\n2 #ops %llu\n", newest(), newest());
    pass(ROUND_MS);
    assert_noted(want);
    assert_rounds_are_over();
    say(a, rooms_find(&chat, "dev"));
    snprintf(want, sizeof(want), "1 #dev %llu\n", newest());
    pass(ROUND_MS);
    pass(ROUND_MS);
    assert_noted(want);
    assert_rounds_are_over();
}

static void a_person_whose_connection_is_lost_is_told_again(void **state)
{
    struct room *ops;

    (void)state;
    come_logged_in(a, "alice");
    ops = join(a, "ops");
    say(a, ops);
    marks_lose(a->at.person);
    chat_quit(&a->at, "");
    assert_noted("");
    come(b);
    marks_lose(b->at.person); /* a guest */
}

static void a_step_of_a_round_is_bounded(void **state)
{
    enum { OWNERS = EARS - 1 };
    unsigned noted = 0;
    struct room *ops;
    char name[16];

    (void)state;
    for (int i = 0; i < OWNERS; i++) {
        snprintf(name, sizeof(name), "o%d", i);
        come_logged_in(&ears[i], name);
        ops = join(&ears[i], "ops");
    }
    fake_profiles_notes(profiles);
    say(a, ops);
    pass(ROUND_MS);
    while (timeq_wait_ms(marks_timeq(&chat), clock_ms(&now)) == STEP_MS) {
        pass(STEP_MS); /* nothing to note yet */
    }
    pass(ROUND_MS);
    while (timeq_wait_ms(marks_timeq(&chat), clock_ms(&now)) == STEP_MS) {
        const char *notes = fake_profiles_notes(profiles);
        unsigned lines = 0;

        for (const char *at = notes; (at = strchr(at, '\n')) != NULL; at++) {
            lines++;
        }
        assert_in_range(lines, 1, STEP_MARKS);
        noted += lines;
        if (noted == lines) { /* some go before their turn, also the next one */
            for (int i = (int)noted; i < (int)noted + 10; i++) {
                chat_exit(&ears[i].at);
            }
            fake_profiles_notes(profiles);
        }
        pass(STEP_MS);
    }
    for (const char *at = fake_profiles_notes(profiles); (at = strchr(at, '\n')) != NULL; at++) {
        noted++;
    }
    assert_int_equal(noted, OWNERS - 10);
}

static void a_failing_store_is_not_filled_with_marks(void **state)
{
    char want[80];

    (void)state;
    come_logged_in(a, "alice");
    say(a, join(a, "ops"));
    snprintf(want, sizeof(want), "1 #ops %llu\n", newest());
    fake_store_tell(store, "the disk is full");
    pass(ROUND_MS);
    pass(ROUND_MS);
    pass(ROUND_MS);
    assert_noted("");
    fake_store_tell(store, NULL);
    pass(ROUND_MS);
    pass(ROUND_MS);
    assert_noted(want);
}

static void what_was_missed_stays_new_until_more_is_delivered(void **state)
{
    struct room *ops;
    char want[80];

    (void)state;
    come_logged_in(a, "alice");
    come(b);
    join(b, "ops");
    ops = join(a, "ops");
    say(b, ops);
    marks_set_unread(a->at.person, ops, 7);
    marks_set_unread(b->at.person, ops, 7); /* a guest: nothing */
    assert_int_equal(marks_unread(a->at.person, ops), 7);
    assert_int_equal(marks_unread(b->at.person, ops), 0);
    assert_int_equal(chat_leave(&a->at, ops, "", done, NULL), CHAT_OK);
    assert_noted("");
    join(a, "ops");
    assert_int_equal(marks_unread(a->at.person, ops), 0); /* it is asked for anew */
    marks_set_unread(a->at.person, ops, 7);
    say(b, ops);
    snprintf(want, sizeof(want), "1 #ops %llu\n", newest());
    pass(ROUND_MS);
    pass(ROUND_MS);
    assert_noted(want);
    assert_int_equal(marks_unread(a->at.person, ops), 7); /* but can still be shown */
    marks_set_unread(a->at.person, ops, 0);
    assert_int_equal(marks_unread(a->at.person, ops), 0);
    marks_set_unread(a->at.person, ops, 7);
    marks_show(a->at.person, ops, 9, false);
    assert_noted("1 #ops 9\n");
    assert_int_equal(marks_unread(a->at.person, ops), 9);
    marks_show(a->at.person, ops, 12, true);
    assert_noted("1 #ops 12\n");
    assert_int_equal(marks_unread(a->at.person, ops), 0);
    marks_show(b->at.person, ops, 12, true);
    assert_noted("");
}

static void set_rule(struct room *room, enum rule_kind kind, enum rule_who who, const char *key, bool is_off)
{
    struct rule rule = {.kind = kind, .who = who, .key = key, .label = key, .value = "on", .by = "olga"};

    room_rules_set(room, &rule, is_off);
}

static void a_room_without_a_log_gets_no_mark(void **state)
{
    struct room *ops;

    (void)state;
    come_logged_in(a, "alice");
    come(b);
    ops = join(a, "ops");
    join(b, "ops");
    set_rule(ops, RULE_MODE, RULE_WHO_NONE, "nolog", false);
    say(b, ops);
    assert_rounds_are_over();
    marks_show(a->at.person, ops, 7, true);
    assert_int_equal(chat_leave(&a->at, ops, "", done, NULL), CHAT_OK);
    assert_noted("");
    join(a, "ops");
    set_rule(ops, RULE_MODE, RULE_WHO_NONE, "nolog", true);
    assert_int_equal(chat_leave(&a->at, ops, "", done, NULL), CHAT_OK);
    assert_noted("1 #ops\n");
}

static void only_rooms_that_may_be_entered_are_told(void **state)
{
    struct room *ops;

    (void)state;
    come_logged_in(a, "alice");
    come(b);
    assert_true(marks_may_tell(a->at.person, "ops")); /* there is no such room now */
    ops = join(b, "ops");
    assert_true(marks_may_tell(a->at.person, "ops"));
    set_rule(ops, RULE_BAN, RULE_WHO_ACCOUNT, "1", false);
    assert_false(marks_may_tell(a->at.person, "ops"));
    set_rule(ops, RULE_BAN, RULE_WHO_ACCOUNT, "1", true);
    set_rule(ops, RULE_MODE, RULE_WHO_NONE, "invite-only", false);
    assert_false(marks_may_tell(a->at.person, "ops"));
    set_rule(ops, RULE_INVITE, RULE_WHO_ACCOUNT, "1", false);
    assert_true(marks_may_tell(a->at.person, "ops"));
    set_rule(ops, RULE_INVITE, RULE_WHO_ACCOUNT, "1", true);
    set_rule(ops, RULE_MODE, RULE_WHO_NONE, "invite-only", true);
    set_rule(ops, RULE_MODE, RULE_WHO_NONE, "key", false);
    assert_false(marks_may_tell(a->at.person, "ops"));
    set_rule(ops, RULE_MODE, RULE_WHO_NONE, "key", true);
    join(a, "ops");
    set_rule(ops, RULE_MODE, RULE_WHO_NONE, "key", false);
    assert_true(marks_may_tell(a->at.person, "ops")); /* who is in it may always */
}

static void without_profiles_nothing_is_noted(void **state)
{
    struct room *ops;

    (void)state;
    chat.ports.profiles = NULL;
    come_logged_in(a, "alice");
    ops = join(a, "ops");
    say(a, ops);
    assert_rounds_are_over();
    assert_int_equal(chat_leave(&a->at, ops, "", done, NULL), CHAT_OK);
    assert_noted("");
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_mark_is_noted_when_its_person_goes),
        TEST(the_last_session_of_a_person_notes_the_marks),
        TEST(an_account_that_has_ended_has_no_marks),
        TEST(marks_of_those_who_stay_are_noted_in_rounds),
        TEST(a_person_whose_connection_is_lost_is_told_again),
        TEST(a_step_of_a_round_is_bounded),
        TEST(a_failing_store_is_not_filled_with_marks),
        TEST(what_was_missed_stays_new_until_more_is_delivered),
        TEST(a_room_without_a_log_gets_no_mark),
        TEST(only_rooms_that_may_be_entered_are_told),
        TEST(without_profiles_nothing_is_noted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
