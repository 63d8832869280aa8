/* Tests of store/bans_db.h: what is kept comes back, whatever the database does meanwhile. */
#include "config.h"

#include "store/bans_db.h"

#include "base/strbuf.h"
#include "fakes.h"
#include "stores.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <poll.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { WAIT_MS = 20000 };

static struct clock now;
static struct lane *lane;
static struct db *db;
static struct bans_store *bans;
static struct strbuf rows; /* that were read: "ban network 10.0.0.1 why me 0; " */

static void row(void *ctx, const struct bans_row *r)
{
    assert_ptr_equal(ctx, &rows);
    strbuf_addf(&rows, "%s %s %s (%s) %s %s %lld %lld; ", r->act, r->kind, r->what, r->label, r->reason, r->by,
                (long long)r->created_ms, (long long)r->until_ms);
}

static const struct bans_events events = {.row = row};

static void start(void)
{
    lane = lane_new(&(struct lane_spec){.name = "store", .threads = 1, .most = 16, .drain_ms = WAIT_MS});
    db = db_new(&(struct db_spec){.path = stores_path("chatd.db")});
    db_open(db);
    bans = bans_db_new(lane, db, &now);
    bans->ops->begin(bans, &events, &rows);
}

static void stop(void)
{
    bans_db_end(bans);
    assert_int_equal(lane_free(lane), 0);
    db_free(db);
}

static void assert_read(const char *want)
{
    assert_string_equal(strbuf_str(&rows), want);
    strbuf_reset(&rows);
}

static int begin(void **state)
{
    fake_clock_init(&now);
    if (stores_begin(state) != 0) {
        return -1;
    }
    start();
    return 0;
}

static int end(void **state)
{
    stop();
    strbuf_fini(&rows);
    return stores_end(state);
}

static void reap(void)
{
    struct pollfd bell = {.fd = lane_bell(lane), .events = POLLIN};

    assert_int_equal(poll(&bell, 1, WAIT_MS), 1);
    lane_reap(lane, NULL);
}

static struct bans_row ban(const char *what, const char *reason)
{
    return (struct bans_row){.act = "ban", .kind = "network", .what = what, .label = "pest", .reason = reason,
                             .by = "me", .created_ms = 5, .until_ms = 0};
}

static void keep(const char *what, const char *reason)
{
    struct bans_row r = ban(what, reason);

    bans->ops->keep(bans, &r);
}

static void drop(const char *what)
{
    struct bans_row r = ban(what, "");

    bans->ops->drop(bans, &r);
}

static void what_is_kept_comes_back_in_order(void **state)
{
    struct bans_row mute = {.act = "mute", .kind = "network", .what = "10.0.0.1", .label = "", .reason = "", .by = "x",
                            .created_ms = 7, .until_ms = 9};

    (void)state;
    assert_read("");
    keep("10.0.0.1", "one");
    keep("10.0.0.2", "two");
    keep("10.0.0.3", "three");
    drop("10.0.0.2");
    bans->ops->keep(bans, &mute);
    keep("10.0.0.1", "one, again");
    stop();
    start();
    assert_read("ban network 10.0.0.3 (pest) three me 5 0; mute network 10.0.0.1 ()  x 7 9; "
                "ban network 10.0.0.1 (pest) one, again me 5 0; ");
}

/* More than one transaction takes, none of which is waited for. */
static void many_changes_are_written_by_the_end(void **state)
{
    unsigned count = 0;
    char what[32];

    (void)state;
    for (int i = 0; i < 2345; i++) {
        snprintf(what, sizeof(what), "10.%d.%d.1", i / 256, i % 256);
        keep(what, "");
    }
    stop();
    start();
    for (const char *at = strbuf_str(&rows); (at = strstr(at, "; ")) != NULL; at++) {
        count++;
    }
    assert_int_equal(count, 2345);
}

static void bans_of_rooms_are_left_alone(void **state)
{
    sqlite3 *raw;

    (void)state;
    assert_int_equal(sqlite3_open(stores_path("chatd.db"), &raw), SQLITE_OK);
    assert_int_equal(sqlite3_exec(raw,
                                  "INSERT INTO room (folded, name) VALUES ('ops', 'ops');"
                                  "INSERT INTO ban (room, act, kind, what, by, created)"
                                  " VALUES (1, 'ban', 'network', '10.0.0.1', 'me', 1)",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    drop("10.0.0.1");
    stop();
    start();
    assert_read("");
    sqlite3_close(raw);
    assert_int_equal(sqlite3_open(stores_path("chatd.db"), &raw), SQLITE_OK);
    assert_int_equal(sqlite3_exec(raw, "DELETE FROM ban", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_changes(raw), 1);
    sqlite3_close(raw);
}

static void run_retries(void)
{
    fake_clock_advance(&now, 5000);
    timeq_run(bans_db_timeq(bans), clock_ms(&now));
}

/* In order, though newer ones have come meanwhile. */
static void what_cannot_be_written_is_written_later(void **state)
{
    struct fake_log log;
    sqlite3 *raw;

    (void)state;
    fake_log_init(&log);
    assert_int_equal(sqlite3_open(stores_path("chatd.db"), &raw), SQLITE_OK);
    assert_int_equal(sqlite3_exec(raw, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    keep("10.0.0.1", "one");
    reap();
    assert_false(timeq_is_empty(bans_db_timeq(bans)));
    drop("10.0.0.1");
    keep("10.0.0.2", "two");
    run_retries();
    reap();
    assert_int_equal(sqlite3_exec(raw, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(raw);
    keep("10.0.0.1", "after all");
    run_retries();
    reap();
    assert_true(timeq_is_empty(bans_db_timeq(bans)));
    fake_log_fini(&log);
    stop();
    start();
    assert_read("ban network 10.0.0.2 (pest) two me 5 0; ban network 10.0.0.1 (pest) after all me 5 0; ");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(what_is_kept_comes_back_in_order),
        TEST(many_changes_are_written_by_the_end),
        TEST(bans_of_rooms_are_left_alone),
        TEST(what_cannot_be_written_is_written_later),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
