/* Tests of store/writer.h: a real lane and a real database; the clock is the test's. */
#include "config.h"

#include "store/writer.h"

#include "base/container.h"
#include "store/rows.h"
#include "stores.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <poll.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WAIT_MS = 60000, SYNC_MS = 200, MOST_BYTES = 100000 };

static struct lane *lane;
static struct clock clock;
static uint64_t now_ms;
static struct writer writer;
static bool is_begun;
static sqlite3 *raw; /* another program's */

/* What was told. */
static uint64_t kept_upto;
static unsigned states;
static enum db_fault last_state;
static char last_why[300];

static void read_clock(struct clock *c)
{
    c->mono_ms = now_ms;
    c->real_ms = (int64_t)now_ms;
}

static void kept(void *ctx, uint64_t upto)
{
    (void)ctx;
    assert_true(upto > kept_upto);
    kept_upto = upto;
}

static void state_is(void *ctx, enum db_fault fault, const char *why)
{
    (void)ctx;
    states++;
    last_state = fault;
    strncpy(last_why, why, sizeof(last_why) - 1);
}

static const struct writer_events events = {.kept = kept, .state = state_is};

static int begin(void **state)
{
    if (stores_begin(state) != 0) {
        return -1;
    }
    lane = lane_new(&(struct lane_spec){.name = "store", .threads = 1, .most = 8, .drain_ms = WAIT_MS});
    clock = (struct clock){.read = read_clock, .stale = true};
    now_ms = 1000;
    kept_upto = states = 0;
    last_state = DB_OK;
    last_why[0] = '\0';
    is_begun = false;
    return lane != NULL ? 0 : -1;
}

/* What is written here, by another connection. */
static uint64_t count_lines(void)
{
    sqlite3_stmt *statement;
    uint64_t n;

    if (raw == NULL) {
        assert_int_equal(sqlite3_open(stores_path("chatd.db"), &raw), SQLITE_OK);
    }
    assert_int_equal(sqlite3_prepare_v2(raw, "SELECT count(*) FROM message", -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    n = (uint64_t)sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return n;
}

static void hold_lock(bool is_held)
{
    count_lines(); /* opens it */
    assert_int_equal(sqlite3_exec(raw, is_held ? "BEGIN IMMEDIATE" : "COMMIT", NULL, NULL, NULL), SQLITE_OK);
}

static int end(void **state)
{
    if (raw != NULL) {
        sqlite3_close(raw);
        raw = NULL;
    }
    if (is_begun) {
        writer_end(&writer, WAIT_MS);
    }
    lane_free(lane);
    return stores_end(state);
}

static void begin_writer(unsigned busy_ms)
{
    struct db *db = db_new(&(struct db_spec){.path = stores_path("chatd.db"), .busy_ms = busy_ms});

    writer_init(&writer, lane, &clock, db, db_open(db),
                &(struct writer_limits){.sync_ms = SYNC_MS, .most_bytes = MOST_BYTES});
    writer.events = &events;
    is_begun = true;
}

/* So much later. */
static void pass(uint64_t ms)
{
    now_ms += ms;
    clock.stale = true;
    timeq_run(&writer.syncing, now_ms);
    timeq_run(&writer.retrying, now_ms);
}

/* The loop, until the job that is in the lane has been handed back. */
static void reap(void)
{
    struct pollfd bell = {.fd = lane_bell(lane), .events = POLLIN};

    assert_non_null(writer.job);
    assert_int_equal(poll(&bell, 1, WAIT_MS), 1);
    lane_reap(lane, NULL);
}

static bool add(uint64_t id)
{
    return writer_add(&writer, &(struct parcel_item){.op = PARCEL_LINE,
                                                    .id = id,
                                                    .time_ms = 1,
                                                    .room = "lobby",
                                                    .room_folded = "lobby",
                                                    .kind = "say",
                                                    .name = "alice",
                                                    .folded = "alice",
                                                    .target = "",
                                                    .text = "hello",
                                                    .text_len = 5});
}

static void add_lines(uint64_t first, uint64_t last)
{
    for (uint64_t id = first; id <= last; id++) {
        assert_true(add(id));
    }
}

/* Lines 1 to first, of which the attempt has failed. */
static void fail_with(uint64_t last)
{
    begin_writer(0);
    hold_lock(true);
    add_lines(1, last);
    pass(SYNC_MS);
    reap();
    assert_int_equal(writer.fault, DB_BUSY);
}

/* ---- the way to the disk ---- */

static void lines_of_a_while_go_in_one_transaction(void **state)
{
    (void)state;
    begin_writer(0);
    add_lines(1, 5);
    pass(SYNC_MS / 2 - 1);
    assert_null(writer.job);
    add_lines(6, 10);
    pass(1); /* counted from the first */
    reap();
    assert_int_equal(kept_upto, 10);
    assert_int_equal(count_lines(), 10);
    assert_int_equal(writer.stats.attempts, 1);
    assert_int_equal(writer.bytes, 0);
    assert_int_equal(states, 0);
}

static void what_comes_while_a_job_runs_is_the_next_parcel(void **state)
{
    (void)state;
    begin_writer(0);
    add_lines(1, 5);
    pass(SYNC_MS);
    add_lines(6, 7);
    pass(SYNC_MS);
    add_lines(8, 9);
    reap();
    reap(); /* which the first has begun when it was handed back */
    assert_int_equal(kept_upto, 9);
    assert_null(writer.job);
    assert_int_equal(writer.stats.attempts, 2);
}

static void full_parcel_does_not_wait(void **state)
{
    uint64_t id = 0;

    (void)state;
    begin_writer(0);
    writer_set_limits(&writer, &(struct writer_limits){.sync_ms = SYNC_MS, .most_bytes = 64 << 20});
    while (writer.job == NULL) {
        assert_true(add(++id));
    }
    assert_true(id > 1000);
    reap();
    assert_int_equal(kept_upto, id);
}

struct waiter {
    struct writer_waiter waiter;
    unsigned told;
    uint64_t there; /* lines, by then */
};

static void ready(struct writer_waiter *waiter)
{
    struct waiter *mine = CONTAINER_OF(waiter, struct waiter, waiter);

    mine->told++;
    mine->there = count_lines();
}

static void whoever_waits_is_told_when_it_is_there(void **state)
{
    struct waiter one = {.waiter.ready = ready}, two = {.waiter.ready = ready}, gone = {.waiter.ready = ready};

    (void)state;
    begin_writer(0);
    assert_false(writer_wait(&writer, &one.waiter)); /* nothing waits */
    add_lines(1, 3);
    assert_true(writer_wait(&writer, &one.waiter)); /* no longer than need be */
    add_lines(4, 5);
    assert_true(writer_wait(&writer, &gone.waiter));
    assert_true(writer_wait(&writer, &two.waiter));
    writer_forget(&writer, &gone.waiter);
    writer_forget(&writer, &gone.waiter);
    reap();
    assert_int_equal(one.told, 1);
    assert_int_equal(one.there, 3);
    assert_int_equal(two.told, 0);
    reap();
    assert_int_equal(two.told, 1);
    assert_int_equal(two.there, 5);
    assert_int_equal(gone.told, 0);
}

static void what_waits_can_be_looked_at(void **state)
{
    struct writer_look look = {0};
    struct parcel_item item;
    uint64_t expected = 1;

    (void)state;
    fail_with(3);
    add_lines(4, 5);
    pass(250); /* a job has those, or waits for the lock */
    add_lines(6, 7);
    while (writer_peek(&writer, &look, &item)) {
        assert_int_equal(item.id, expected);
        expected++;
    }
    assert_int_equal(expected, 8);
    reap();
    hold_lock(false);
}

/* ---- faults ---- */

static void fault_is_told_once_and_passes(void **state)
{
    struct waiter waiter = {.waiter.ready = ready};

    (void)state;
    begin_writer(0);
    hold_lock(true);
    add_lines(1, 3);
    assert_true(writer_wait(&writer, &waiter.waiter));
    reap();
    assert_int_equal(waiter.told, 1); /* it will not be there soon */
    assert_int_equal(states, 1);
    assert_int_equal(last_state, DB_BUSY);
    assert_non_null(strstr(last_why, "chatd.db: another program keeps it locked"));
    assert_false(writer_wait(&writer, &waiter.waiter));
    add_lines(4, 5);
    pass(249);
    assert_null(writer.job);
    pass(1);
    reap();
    assert_int_equal(states, 1);
    hold_lock(false);
    pass(499);
    assert_null(writer.job);
    pass(1);
    reap();
    assert_int_equal(states, 2);
    assert_int_equal(last_state, DB_OK);
    assert_int_equal(kept_upto, 5);
    assert_int_equal(count_lines(), 5);
    assert_int_equal(writer.stats.failures, 2);
}

static void waits_grow_to_half_a_minute(void **state)
{
    (void)state;
    fail_with(1);
    for (int i = 0; i < 8; i++) {
        pass(writer.retrying.wait_ms);
        reap();
    }
    assert_int_equal(writer.retrying.wait_ms, 30000);
    hold_lock(false);
    pass(30000);
    reap();
    assert_int_equal(writer.fault, DB_OK);
    assert_int_equal(writer.retrying.wait_ms, 0);
}

static void what_waits_has_a_bound(void **state)
{
    uint64_t id = 3, refused = 0;

    (void)state;
    fail_with(3);
    while (add(id + 1)) {
        id++;
    }
    refused += !add(id + 2);
    assert_true(writer.bytes >= MOST_BYTES);
    assert_true(writer.bytes < MOST_BYTES + 200);
    assert_int_equal(writer.stats.refused, refused + 1);
    hold_lock(false);
    pass(250);
    reap();
    assert_int_equal(count_lines(), id);
    assert_int_equal(kept_upto, id);
    assert_true(add(id + 1));
}

static void database_that_could_not_be_opened_is_tried_again(void **state)
{
    struct db *db = db_new(&(struct db_spec){.path = stores_path("later/chatd.db")});

    (void)state;
    writer_init(&writer, lane, &clock, db, db_open(db),
                &(struct writer_limits){.sync_ms = SYNC_MS, .most_bytes = MOST_BYTES});
    writer.events = &events;
    is_begun = true;
    assert_int_equal(writer.fault, DB_NO_ACCESS);
    pass(250);
    reap();
    assert_int_equal(states, 1); /* from the loop, once there is somebody to be told */
    assert_int_equal(last_state, DB_NO_ACCESS);
    assert_int_equal(mkdir(stores_path("later"), 0700), 0);
    pass(500);
    reap(); /* though nothing waits */
    assert_int_equal(states, 2);
    assert_int_equal(last_state, DB_OK);
}

/* Until nothing is in the lane. */
static void reap_all(void)
{
    while (writer.job != NULL) {
        reap();
    }
}

static void disk_that_fills_up(void)
{
    static char ballast[1 << 20];
    uint64_t id = 0, taken;

    lane = lane_new(&(struct lane_spec){.name = "store", .threads = 1, .most = 8, .drain_ms = WAIT_MS});
    begin_writer(0);
    for (int i = 0; i < 6; i++) { /* somebody else's files */
        char name[32];

        snprintf(name, sizeof(name), "ballast%d", i);
        stores_write_file(stores_path(name), ballast, sizeof(ballast));
    }
    while (writer.fault == DB_OK) {
        for (int i = 0; i < 500 && writer.bytes < MOST_BYTES; i++) {
            assert_true(add(++id));
        }
        pass(SYNC_MS);
        reap_all();
    }
    assert_int_equal(writer.fault, DB_FULL);
    assert_int_equal(states, 1);
    while (add(id + 1)) { /* those that wait meanwhile */
        id++;
    }
    taken = id;
    pass(250);
    reap_all();
    assert_int_equal(writer.fault, DB_FULL);
    assert_int_equal(unlink(stores_path("ballast0")), 0);
    assert_int_equal(unlink(stores_path("ballast1")), 0);
    pass(500);
    reap_all();
    assert_int_equal(writer.fault, DB_OK);
    assert_int_equal(states, 2);
    assert_int_equal(kept_upto, taken);
    assert_true(add(++id));
    assert_int_equal(writer_end(&writer, WAIT_MS), 0);
    is_begun = false;
    assert_int_equal(count_lines(), id);
    sqlite3_close(raw);
    raw = NULL;
    lane_free(lane);
}

static void full_disk_is_waited_for_and_nothing_is_lost(void **state)
{
    (void)state;
    stores_on_small_disk(8 << 20, disk_that_fills_up);
}

/* ---- the end ---- */

static void end_writes_what_waits(void **state)
{
    (void)state;
    begin_writer(0);
    add_lines(1, 3);
    pass(SYNC_MS);
    add_lines(4, 9);
    is_begun = false;
    assert_int_equal(writer_end(&writer, WAIT_MS), 0);
    assert_int_equal(kept_upto, 9);
    assert_int_equal(count_lines(), 9);
}

static void end_tells_what_is_lost(void **state)
{
    (void)state;
    fail_with(3);
    add_lines(4, 5);
    is_begun = false;
    assert_int_equal(writer_end(&writer, WAIT_MS), 5);
}

static void end_tries_once_more(void **state)
{
    (void)state;
    fail_with(3);
    hold_lock(false);
    is_begun = false;
    assert_int_equal(writer_end(&writer, WAIT_MS), 0);
    assert_int_equal(count_lines(), 3);
}

/* The lock stands for a disk that hangs. */
static void end_waits_no_longer_than_it_may(void **state)
{
    (void)state;
    begin_writer(WAIT_MS);
    hold_lock(true);
    add_lines(1, 3);
    pass(SYNC_MS);
    add_lines(4, 9);
    is_begun = false;
    assert_int_equal(writer_end(&writer, 20), 9);
    hold_lock(false);
    lane_end(lane); /* goes on, as long as the lane has time */
    assert_int_equal(lane_free(lane), 0);
    assert_int_equal(count_lines(), 9);
    lane = lane_new(&(struct lane_spec){.name = "store", .threads = 1, .most = 1, .drain_ms = 0});
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(lines_of_a_while_go_in_one_transaction),
        TEST(what_comes_while_a_job_runs_is_the_next_parcel),
        TEST(full_parcel_does_not_wait),
        TEST(whoever_waits_is_told_when_it_is_there),
        TEST(what_waits_can_be_looked_at),
        TEST(fault_is_told_once_and_passes),
        TEST(waits_grow_to_half_a_minute),
        TEST(what_waits_has_a_bound),
        TEST(database_that_could_not_be_opened_is_tried_again),
        TEST(full_disk_is_waited_for_and_nothing_is_lost),
        TEST(end_writes_what_waits),
        TEST(end_tells_what_is_lost),
        TEST(end_tries_once_more),
        TEST(end_waits_no_longer_than_it_may),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
