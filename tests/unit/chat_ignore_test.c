/* Tests of chat/ignore.h: the people that one person does not want to hear. */
#include "config.h"

#include "chat/names.h"
#include "chat/ignore.h"

#include "base/container.h"
#include "fake_store.h"
#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

enum { PEOPLE = IGNORE_MAX + 20, SELF = PEOPLE - 1 };

static struct clock now;
static struct chat chat;
static struct fake_store *store;
static struct fake_sink sinks[PEOPLE];
static struct person *people[PEOPLE];
static struct person *self; /* who ignores the others */

static int begin(void **state)
{
    static const struct chat_limits limits = {.rooms = 1};
    struct fake_directory *dir = fake_directory_new();
    struct chat_ports ports = {.bus = &dir->bus, .directory = &dir->dir};

    (void)state;
    fake_clock_init(&now);
    store = fake_store_new(10);
    ports.store = &store->store;
    chat_init(&chat, &now, &limits, &ports);
    for (int i = 0; i < PEOPLE; i++) {
        fake_sink_init(&sinks[i]);
        chat_enter(&chat, &sinks[i].at);
        people[i] = sinks[i].at.person;
        assert_int_equal(names_rename_guest(&sinks[i].at, NULL, NULL), CHAT_OK);
    }
    self = people[SELF];
    return 0;
}

static void leave(int i)
{
    chat_exit(people[i]->attachments);
    people[i] = NULL;
}

static int end(void **state)
{
    (void)state;
    if (people[SELF] != NULL) {
        leave(SELF);
    }
    for (int i = 0; i < PEOPLE; i++) {
        if (people[i] != NULL) {
            assert_false(person_is_ignored(people[i]));
            leave(i);
        }
        fake_sink_fini(&sinks[i]);
    }
    chat_fini(&chat);
    fake_store_end(store);
    return 0;
}

static bool has(int i)
{
    return ignore_has(self, person_id(people[i]));
}

static void people_are_found_whatever_the_order(void **state)
{
    (void)state;
    assert_false(has(0));
    for (int i = 0; i < IGNORE_MAX; i++) {
        int who = i * 37 % IGNORE_MAX; /* each once */

        assert_false(has(who));
        assert_true(ignore_add(self, people[who]));
        assert_true(has(who));
        assert_int_equal(ignore_count(self), i + 1);
    }
    for (int i = 0; i < PEOPLE; i++) {
        assert_int_equal(has(i), i < IGNORE_MAX);
        assert_int_equal(person_is_ignored(people[i]), i < IGNORE_MAX);
    }
    assert_true(ignore_add(self, people[7])); /* is there */
    assert_int_equal(ignore_count(self), IGNORE_MAX);
    for (size_t left = IGNORE_MAX; left > 0; left--) {
        size_t at = left * 41 % left;
        const struct person *who = ignore_at(self, at)->person;

        ignore_remove_at(self, at);
        assert_false(ignore_has(self, person_id(who)));
        assert_false(person_is_ignored(who));
        assert_int_equal(ignore_count(self), left - 1);
    }
    assert_int_equal(ignore_count(self), 0);
}

static void full_list_takes_one_in_place_of_one_who_left(void **state)
{
    uint64_t id = person_id(people[50]);

    (void)state;
    for (int i = 0; i < IGNORE_MAX; i++) {
        assert_true(ignore_add(self, people[i]));
    }
    assert_false(ignore_add(self, people[IGNORE_MAX]));
    assert_false(person_is_ignored(people[IGNORE_MAX]));
    leave(50);
    assert_true(ignore_has(self, id)); /* for what histories keep */
    assert_string_equal(person_handle_name(ignore_at(self, 50)), "guest51");
    assert_null(ignore_at(self, 50)->person);
    assert_true(ignore_add(self, people[IGNORE_MAX]));
    assert_false(ignore_has(self, id));
    assert_int_equal(ignore_count(self), IGNORE_MAX);
    assert_false(ignore_add(self, people[IGNORE_MAX + 1]));
}

static void two_lists_with_one_person_do_not_mix(void **state)
{
    struct person *other = people[PEOPLE - 2];

    (void)state;
    assert_true(ignore_add(self, people[3]));
    assert_true(ignore_add(other, people[3]));
    leave(SELF); /* and its list with it */
    assert_true(person_is_ignored(people[3]));
    leave(3); /* while it is in one of them still */
    assert_string_equal(person_handle_name(ignore_at(other, 0)), "guest4");
}

/* Each pair in both directions, taken apart in another order. */
static void those_who_ignore_somebody_are_known(void **state)
{
    enum { N = 20 };

    (void)state;
    for (int i = 0; i < N; i++) {
        for (int k = 0; k < N; k++) {
            assert_true(i == k || ignore_add(people[i], people[k]));
        }
    }
    for (int left = N; left > 1; left--) {
        int go = left * 7 / 11;
        struct person *gone;

        for (int i = 0; i < left; i++) {
            const struct person_handle *who = people[i]->handle;

            assert_int_equal(who->ignorers, left - 1);
            for (uint32_t k = 0; k < who->ignorers; k++) {
                assert_true(ignore_has(who->ignored_by[k], who->id));
            }
        }
        ignore_shun(people[go], true);
        for (int i = 0; i < left; i++) {
            assert_int_equal(CONTAINER_OF(people[i]->attachments, struct fake_sink, at)->shuns, i != go);
        }
        ignore_shun(people[go], false);
        while (ignore_count(people[go]) > 0) {
            ignore_remove_at(people[go], ignore_count(people[go]) / 2);
        }
        for (int i = 0; i < left; i++) {
            for (size_t k = 0; i != go && k < ignore_count(people[i]); k++) {
                if (ignore_at(people[i], k)->person == people[go]) {
                    ignore_remove_at(people[i], k);
                }
            }
        }
        gone = people[go];
        people[go] = people[left - 1]; /* the last takes the place */
        people[left - 1] = gone;
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(people_are_found_whatever_the_order),
        TEST(full_list_takes_one_in_place_of_one_who_left),
        TEST(those_who_ignore_somebody_are_known),
        TEST(two_lists_with_one_person_do_not_mix),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
