/* Tests of chat/names.h: guest names, some of which other processes have given already. */
#include "config.h"

#include "chat/names.h"

#include "bus/bus_local.h"
#include "chat/chat.h"
#include "fake_store.h"
#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

enum { PEOPLE = 4, MOST_TRIES = 20 };

static struct clock now;
static struct chat chat;
static struct fake_directory *dir;
static struct fake_store *store;
static struct fake_sink sinks[PEOPLE];
static int dones;
static enum chat_result last_result;

static int begin(void **state)
{
    static const struct chat_limits limits = {.rooms = 1};
    struct chat_ports ports;

    (void)state;
    fake_clock_init(&now);
    dir = fake_directory_new();
    store = fake_store_new(10);
    ports = (struct chat_ports){.bus = &dir->bus, .directory = &dir->dir, .store = &store->store};
    chat_init(&chat, &now, &limits, &ports);
    for (int i = 0; i < PEOPLE; i++) {
        fake_sink_init(&sinks[i]);
        chat_enter(&chat, &sinks[i].at);
    }
    dones = 0;
    return 0;
}

static void go(int i)
{
    if (sinks[i].at.person != NULL) {
        chat_exit(&sinks[i].at);
    }
}

static int end(void **state)
{
    (void)state;
    for (int i = 0; i < PEOPLE; i++) {
        go(i);
        fake_sink_fini(&sinks[i]);
    }
    chat_fini(&chat);
    fake_store_end(store);
    return 0;
}

static void done(void *ctx, enum chat_result result, struct room *room)
{
    assert_null(ctx);
    assert_null(room);
    dones++;
    last_result = result;
}

static enum chat_result ask(int i)
{
    return names_rename_guest(&sinks[i].at, done, NULL);
}

#define assert_name(i, want) assert_string_equal(person_shown_name(sinks[i].at.person), want)

static void guests_are_numbered(void **state)
{
    (void)state;
    assert_int_equal(ask(0), CHAT_OK);
    assert_int_equal(ask(1), CHAT_OK);
    assert_name(0, "guest1");
    assert_name(1, "guest2");
    go(0);
    assert_int_equal(ask(2), CHAT_OK);
    assert_name(2, "guest3");
}

static void guest_name_that_is_taken_gives_way_to_another(void **state)
{
    (void)state;
    dir->taken = 3; /* guest1, guest3, guest7 */
    assert_int_equal(ask(0), CHAT_OK);
    assert_name(0, "guest15");
    assert_int_equal(ask(1), CHAT_OK);
    assert_name(1, "guest16");
    assert_string_equal(strbuf_str(&dir->held), " n:guest15 n:guest16");
}

static void so_it_does_when_the_answer_comes_late(void **state)
{
    (void)state;
    dir->answer = DIRECTORY_LATER;
    assert_int_equal(ask(0), CHAT_LATER);
    fake_directory_reply(dir, "guest1", DIRECTORY_TAKEN);
    assert_int_equal(dones, 0);
    assert_name(0, "");
    assert_int_equal(ask(1), CHAT_LATER); /* meanwhile, with a number of its own */
    fake_directory_reply(dir, "guest3", DIRECTORY_TAKEN);
    dir->answer = DIRECTORY_GRANTED;
    fake_directory_reply(dir, "guest4", DIRECTORY_TAKEN);
    assert_int_equal(dones, 1);
    assert_int_equal(last_result, CHAT_OK);
    assert_name(1, "guest10");
    fake_directory_reply(dir, "guest8", DIRECTORY_GRANTED);
    assert_int_equal(dones, 2);
    assert_name(0, "guest8");
    assert_string_equal(strbuf_str(&dir->held), " n:guest10 n:guest8");
}

static void whoever_is_here_by_such_a_name_is_not_asked_for(void **state)
{
    struct name name = fake_name("guest1");

    (void)state;
    assert_int_equal(names_rename(&sinks[0].at, &name, NULL, NULL), CHAT_OK);
    assert_int_equal(ask(1), CHAT_OK);
    assert_name(1, "guest3");
    assert_int_equal(dir->claims, 2);
}

static void trying_has_an_end(void **state)
{
    (void)state;
    dir->taken = 1000;
    assert_int_equal(ask(0), CHAT_NAME_TAKEN);
    assert_int_equal(dir->claims, MOST_TRIES);
    assert_null(chat.names);
    assert_null(chat.ops);

    dir->taken = 0;
    dir->answer = DIRECTORY_LATER;
    assert_int_equal(ask(0), CHAT_LATER);
    for (int i = 0; i < MOST_TRIES; i++) {
        assert_int_equal(dones, 0);
        fake_directory_reply(dir, fake_directory_waiting(dir, 0), DIRECTORY_TAKEN);
    }
    assert_int_equal(dones, 1);
    assert_int_equal(last_result, CHAT_NAME_TAKEN);
    assert_int_equal(dir->waiting_count, 0);
    assert_null(chat.names);
}

static void directory_that_fails_is_not_asked_again(void **state)
{
    (void)state;
    dir->answer = DIRECTORY_LATER;
    assert_int_equal(ask(0), CHAT_LATER);
    fake_directory_reply(dir, "guest1", DIRECTORY_TAKEN);
    fake_directory_reply(dir, "guest3", DIRECTORY_FAILED);
    assert_int_equal(dones, 1);
    assert_int_equal(last_result, CHAT_UNAVAILABLE);
    assert_int_equal(dir->claims, 2);
    dir->answer = DIRECTORY_FAILED;
    assert_int_equal(ask(0), CHAT_UNAVAILABLE);
    assert_int_equal(dir->claims, 3);
}

static void who_goes_between_two_tries_leaves_nothing(void **state)
{
    (void)state;
    dir->answer = DIRECTORY_LATER;
    assert_int_equal(ask(0), CHAT_LATER);
    fake_directory_reply(dir, "guest1", DIRECTORY_TAKEN);
    go(0);
    assert_int_equal(dir->cancels, 1);
    assert_int_equal(dones, 0);
    assert_null(chat.names);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(guests_are_numbered),
        TEST(guest_name_that_is_taken_gives_way_to_another),
        TEST(so_it_does_when_the_answer_comes_late),
        TEST(whoever_is_here_by_such_a_name_is_not_asked_for),
        TEST(trying_has_an_end),
        TEST(directory_that_fails_is_not_asked_again),
        TEST(who_goes_between_two_tries_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
