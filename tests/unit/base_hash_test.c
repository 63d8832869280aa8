/* Tests of base/hash.h: tables with keys that are chosen to collide. */
#include "config.h"

#include "base/hash.h"

#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ITEMS = 20000 };

struct item {
    char key[16];
    UT_hash_handle hh;
};

static void fill_and_measure(bool is_chosen, unsigned *longest)
{
    struct item *items = calloc(ITEMS, sizeof(*items)), *table = NULL, *found;
    unsigned number = 0;

    for (int i = 0; i < ITEMS; i++) {
        do {
            snprintf(items[i].key, sizeof(items[i].key), "k%u", number++);
        } while (is_chosen && !fake_collides(items[i].key, strlen(items[i].key)));
        HASH_ADD_STR(table, key, &items[i]);
    }
    *longest = fake_longest_chain(table->hh.tbl);
    for (int i = 0; i < ITEMS; i++) {
        HASH_FIND_STR(table, items[i].key, found);
        assert_ptr_equal(found, &items[i]);
    }
    assert_false(table->hh.tbl->noexpand);
    HASH_CLEAR(hh, table);
    free(items);
}

static void keys_made_to_collide_spread_as_others_do(void **state)
{
    unsigned chosen, others;

    (void)state;
    fill_and_measure(true, &chosen);
    fill_and_measure(false, &others);
    assert_in_range(chosen, 1, FAKE_LONG_CHAIN);
    assert_in_range(others, 1, FAKE_LONG_CHAIN);
}

static void each_process_has_a_secret_of_its_own(void **state)
{
    unsigned hashes[2];
    int ends[2];

    (void)state;
    for (int i = 0; i < 2; i++) {
        pid_t pid;

        assert_int_equal(pipe(ends), 0);
        pid = fork();
        if (pid == 0) { /* a process in which no table was used yet */
            unsigned hash = hash_bytes("lobby", 5);

            _exit(write(ends[1], &hash, sizeof(hash)) != sizeof(hash));
        }
        assert_int_equal(read(ends[0], &hashes[i], sizeof(hashes[i])), sizeof(hashes[i]));
        assert_int_equal(waitpid(pid, NULL, 0), pid);
        close(ends[0]);
        close(ends[1]);
    }
    assert_true(hashes[0] != hashes[1]); /* by chance they are equal once in four thousand million runs */
    assert_int_equal(hash_bytes("lobby", 5), hash_bytes("lobby", 5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_process_has_a_secret_of_its_own),
        cmocka_unit_test(keys_made_to_collide_spread_as_others_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
