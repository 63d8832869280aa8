/* Tests of chat/near.h: which name may be meant. */
#include "config.h"

#include "chat/names.h"
#include "chat/near.h"

#include "fake_store.h"
#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

enum { CROWD = NEAR_LOOKS };

static struct clock now;
static struct chat chat;
static struct fake_store *store;
static struct fake_sink sinks[CROWD + 2];
static struct person *people[CROWD + 2];
static int count;

static struct person *come(const char *shown)
{
    struct fake_sink *sink = &sinks[count];
    struct name name = fake_name(shown);

    fake_sink_init(sink);
    chat_enter(&chat, &sink->at);
    people[count] = sink->at.person;
    assert_int_equal(names_rename(&sink->at, &name, NULL, NULL), CHAT_OK);
    return people[count++];
}

static struct room *join(struct person *person, const char *shown)
{
    struct name name = fake_name(shown);
    struct room *room;

    assert_int_equal(chat_join(person->attachments, &name, NULL, &room, NULL, NULL), CHAT_OK);
    return room;
}

static int begin(void **state)
{
    static const struct chat_limits limits = {.rooms = 1000, .rooms_per_client = 1000};
    struct fake_directory *dir = fake_directory_new();
    struct chat_ports ports = {.bus = &dir->bus, .directory = &dir->dir};

    (void)state;
    fake_clock_init(&now);
    store = fake_store_new(10);
    ports.store = &store->store;
    chat_init(&chat, &now, &limits, &ports);
    count = 0;
    return 0;
}

static int end(void **state)
{
    (void)state;
    while (count > 0) {
        chat_exit(people[--count]->attachments);
        fake_sink_fini(&sinks[count]);
    }
    chat_fini(&chat);
    fake_store_end(store);
    return 0;
}

static void nearest_person_and_room_are_found(void **state)
{
    struct person *alice = come("Alice"), *bob = come("bob");
    struct room *lobby = join(alice, "Lobby"), *ops = join(bob, "ops");

    (void)state;
    assert_ptr_equal(near_person(&chat, lobby, "alcie"), alice);
    assert_ptr_equal(near_person(&chat, ops, "alcie"), alice);
    assert_ptr_equal(near_person(&chat, NULL, "bobb"), bob);
    assert_null(near_person(&chat, lobby, "zebra"));
    assert_ptr_equal(near_room(&chat, alice, "lobyb"), lobby);
    assert_ptr_equal(near_room(&chat, bob, "lobyb"), lobby);
    assert_ptr_equal(near_room(&chat, NULL, "op"), ops);
    assert_null(near_room(&chat, NULL, "zebra"));
}

/* Else a command would cost more where more people are. */
static void look_ends_in_a_crowd_and_begins_where_one_is(void **state)
{
    char shown[32];
    struct person *alice, *bob;
    struct room *kitchen;

    (void)state;
    for (int i = 0; i < CROWD; i++) {
        snprintf(shown, sizeof(shown), "crowd%d", i);
        come(shown);
        snprintf(shown, sizeof(shown), "room%d", i);
        join(people[i], shown);
    }
    alice = come("alice");
    bob = come("bob");
    kitchen = join(alice, "kitchen");
    assert_null(near_person(&chat, NULL, "alicia"));
    assert_null(near_room(&chat, bob, "kichten"));
    assert_ptr_equal(near_person(&chat, kitchen, "alicia"), alice);
    assert_ptr_equal(near_room(&chat, alice, "kichten"), kitchen);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nearest_person_and_room_are_found),
        TEST(look_ends_in_a_crowd_and_begins_where_one_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
