/* Tests of store/profiles.h: what the port of profiles promises (chat/port_profiles.h), over restarts and faults. */
#include "config.h"

#include "store/profiles.h"

#include "base/container.h"
#include "store/account_rows.h"
#include "store/profile_rows.h"
#include "store/store_sqlite.h"
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

enum { WAIT_MS = 60000 };

static struct lane *lane;
static struct clock clock;
static uint64_t now_ms;
static struct store *store;
static struct profiles *profiles;
static struct timeq *timeqs[STORE_SQLITE_TIMEQS];
static sqlite3 *raw; /* another program's */
static uint64_t last_id;

static void read_clock(struct clock *c)
{
    c->mono_ms = now_ms;
    c->real_ms = (int64_t)now_ms;
}

static void kept(void *ctx, uint64_t upto)
{
    (void)ctx;
    (void)upto;
}

static void state_is(void *ctx, const char *text)
{
    (void)ctx;
    (void)text;
}

static const struct store_events events = {.kept = kept, .lost = kept, .state = state_is};

static void open_store(void)
{
    static const struct store_sqlite_limits limits = {.memory = {.lines = 20, .bytes = 1 << 20},
                                                      .writing = {.sync_ms = 200, .most_bytes = 1 << 20}};
    struct strbuf why = {0};

    lane = lane_new(&(struct lane_spec){.name = "store", .threads = 1, .most = 4, .drain_ms = WAIT_MS});
    assert_int_equal(store_sqlite_new(&store, stores_path("chatd.db"), lane, &clock, &limits, &why),
                     STORE_SQLITE_OPEN);
    store->events = &events;
    store_sqlite_timeqs(store, timeqs);
    profiles = store_sqlite_profiles(store);
}

static void close_store(void)
{
    if (store != NULL) {
        assert_int_equal(store->ops->end(store, WAIT_MS), 0);
        assert_int_equal(lane_free(lane), 0);
        store = NULL;
    }
}

static void run_raw(const char *sql)
{
    if (raw == NULL) {
        assert_int_equal(sqlite3_open(stores_path("chatd.db"), &raw), SQLITE_OK);
        sqlite3_busy_timeout(raw, WAIT_MS);
        assert_int_equal(sqlite3_exec(raw, "PRAGMA foreign_keys = ON", NULL, NULL, NULL), SQLITE_OK);
    }
    assert_int_equal(sqlite3_exec(raw, sql, NULL, NULL, NULL), SQLITE_OK);
}

static int ask_raw(const char *sql)
{
    sqlite3_stmt *statement;
    int number;

    run_raw("SELECT 1");
    assert_int_equal(sqlite3_prepare_v2(raw, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    number = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

static int begin(void **state)
{
    if (stores_begin(state) != 0) {
        return -1;
    }
    clock = (struct clock){.read = read_clock, .stale = true};
    now_ms = 1000;
    last_id = message_id_at(5000);
    open_store();
    run_raw("INSERT INTO account (id, folded, name, created, seen) VALUES (1, 'alice', 'Alice', 0, 0),"
            " (2, 'bob', 'Bob', 0, 0)");
    return 0;
}

static int end(void **state)
{
    sqlite3_close(raw);
    raw = NULL;
    close_store();
    return stores_end(state);
}

static void pass(uint64_t ms)
{
    now_ms += ms;
    clock.stale = true;
    for (size_t i = 0; i < STORE_SQLITE_TIMEQS; i++) {
        timeq_run(timeqs[i], now_ms);
    }
    lane_reap(lane, NULL);
}

static void wait_lane(void)
{
    struct pollfd bell = {.fd = lane_bell(lane), .events = POLLIN};

    assert_int_equal(poll(&bell, 1, WAIT_MS), 1);
    pass(0);
}

static void say(const char *room)
{
    struct message *m = message_new(&(struct message_parts){
        .kind = MESSAGE_SAY, .room = room, .actor = "elder", .text = "hello", .text_len = 5});

    m->id = ++last_id;
    m->time_ms = (int64_t)(last_id >> 16);
    assert_int_equal(store->ops->append(store, room, m), STORE_WAITS);
    message_unref(m);
}

static void set(int64_t account, const char *setting, const char *value)
{
    assert_int_equal(profiles->ops->set(profiles, account, setting, value), STORE_WAITS);
}

static void mark(int64_t account, const char *room)
{
    assert_int_equal(profiles->ops->mark(profiles, account, room, room, 0), STORE_WAITS);
}

/* ---- recalls ---- */

struct recalling {
    struct profiles_recall req;
    char text[8192];
    size_t len;
    bool is_done;
    enum store_answer answer;
};

static void note_setting(struct profiles_recall *req, const char *setting, const char *value)
{
    struct recalling *r = CONTAINER_OF(req, struct recalling, req);

    r->len += (size_t)snprintf(r->text + r->len, sizeof(r->text) - r->len, "%s=%s ", setting, value);
}

static void note_room(struct profiles_recall *req, const struct profiles_room *room)
{
    struct recalling *r = CONTAINER_OF(req, struct recalling, req);

    r->len += (size_t)snprintf(r->text + r->len, sizeof(r->text) - r->len, "#%s:%llu>%lld@%lld ", room->room,
                               (unsigned long long)room->lines,
                               (long long)(room->mark - message_id_at(5000)), (long long)room->time_ms);
}

static void done(struct profiles_recall *req, enum store_answer answer)
{
    struct recalling *r = CONTAINER_OF(req, struct recalling, req);

    assert_false(r->is_done);
    r->is_done = true;
    r->answer = answer;
}

static void start(struct recalling *r, int64_t account, const char *room, uint32_t most)
{
    memset(r, 0, sizeof(*r));
    r->req = (struct profiles_recall){.account = account,
                                      .room_folded = room,
                                      .most_rooms = most,
                                      .setting = note_setting,
                                      .room = note_room,
                                      .done = done,
                                      .rest = 99};
    assert_int_equal(profiles->ops->recall(profiles, &r->req), STORE_LATER);
}

/* "setting=value #room:lines>mark@time +rest"; marks count from the first line on. */
static const char *recall_text(int64_t account, const char *room, uint32_t most)
{
    static struct recalling r;

    start(&r, account, room, most);
    while (!r.is_done) {
        wait_lane();
    }
    assert_int_equal(r.answer, STORE_DONE);
    snprintf(r.text + r.len, sizeof(r.text) - r.len, "+%u", r.req.rest);
    return r.text;
}

#define assert_recalled(account, want) assert_string_equal(recall_text(account, NULL, 20), want)

static void settings_outlive_the_process(void **state)
{
    (void)state;
    assert_recalled(1, "+0");
    set(1, "time", "on");
    set(1, "away", "back at two");
    set(2, "time", "off");
    set(1, "time", "off");
    assert_recalled(1, "away=back at two time=off +0"); /* at once */
    set(1, "time", NULL);
    close_store();
    open_store();
    assert_recalled(1, "away=back at two +0");
    assert_recalled(2, "time=off +0");
}

static void lines_behind_a_mark_are_counted(void **state)
{
    (void)state;
    say("ops");
    say("dev");
    mark(1, "ops");
    mark(1, "dev");
    assert_recalled(1, "+0");
    say("ops");
    say("ops");
    say("other"); /* she has never been there */
    assert_recalled(1, "#ops:2>1@5000 +0");
    say("dev");
    close_store();
    open_store();
    assert_recalled(1, "#dev:1>2@5000 #ops:2>1@5000 +0");
    assert_string_equal(recall_text(1, "ops", 1), "#ops:2>1@5000 +0");
    assert_string_equal(recall_text(1, NULL, 1), "#dev:1>2@5000 +1");
    mark(1, "ops"); /* among the lines: those before it are read, the one behind it is new */
    say("ops");
    assert_string_equal(recall_text(1, "ops", 1), "#ops:1>4@5000 +0");
    set(1, "time", "on");
    assert_string_equal(recall_text(1, "ops", 1), "#ops:1>4@5000 +0"); /* no settings */
    assert_recalled(2, "+0");
}

static void a_room_without_lines_has_a_mark_too(void **state)
{
    (void)state;
    now_ms = 4000;
    pass(0);
    mark(1, "ops"); /* no room has lines */
    mark(2, "dev");
    assert_recalled(1, "+0");
    pass(60000); /* whatever is thinned out then, before the next recall */
    say("ops");
    assert_recalled(1, "#ops:1>-65536001@3999 +0");
    mark(1, "dev"); /* behind the last line of all rooms */
    say("dev");
    assert_string_equal(recall_text(1, "dev", 1), "#dev:1>1@5000 +0");
}

static void a_mark_is_set_up_to_an_id(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        say("ops");
        say("dev");
    }
    assert_int_equal(profiles->ops->mark(profiles, 1, "ops", "ops", last_id - 2), STORE_WAITS);
    assert_int_equal(profiles->ops->mark(profiles, 1, "other", "other", last_id - 2), STORE_WAITS);
    assert_recalled(1, "#ops:1>5@5000 +0");
    say("other");
    assert_recalled(1, "#other:1>6@5000 #ops:1>5@5000 +0");
    assert_int_equal(profiles->ops->mark(profiles, 1, "ops", "ops", last_id - 6), STORE_WAITS);
    assert_string_equal(recall_text(1, "ops", 1), "#ops:1>5@5000 +0");
}

static void a_mark_never_moves_back(void **state)
{
    (void)state;
    say("ops");
    say("ops");
    mark(1, "ops");
    assert_recalled(1, "+0");
    run_raw("DELETE FROM message WHERE id = (SELECT max(id) FROM message)");
    mark(1, "ops");
    assert_recalled(1, "+0");
    assert_true(ask_raw("SELECT message = (SELECT max(id) + 1 FROM message) FROM mark"));
}

static void all_of_it_ends_with_the_account(void **state)
{
    (void)state;
    say("ops");
    set(1, "time", "on");
    mark(1, "ops");
    set(2, "time", "on");
    assert_recalled(1, "time=on +0");
    run_raw("DELETE FROM account WHERE id = 1");
    set(1, "time", "on"); /* it was on the way, and is nobody's */
    mark(1, "ops");
    set(7, "echo", "on");
    mark(7, "ops");
    say("ops");
    assert_recalled(1, "+0");
    assert_recalled(2, "time=on +0"); /* whatever else was in the parcel is written */
    assert_int_equal(ask_raw("SELECT count(*) FROM mark"), 0);
    assert_int_equal(ask_raw("SELECT count(*) FROM account_setting"), 1);
    assert_int_equal(ask_raw("SELECT count(*) FROM message"), 2);
}

static void an_account_has_a_bounded_number_of_marks(void **state)
{
    char room[16];

    (void)state;
    for (int i = 0; i < PROFILE_ROWS_MARKS + 10; i++) {
        snprintf(room, sizeof(room), "r%d", i);
        say(room);
        mark(1, room);
        mark(2, "r0");
    }
    for (int i = 0; i < PROFILE_ROWS_MARKS + 10; i++) {
        snprintf(room, sizeof(room), "r%d", i);
        say(room);
    }
    assert_string_equal(recall_text(1, "r9", 1), "+0"); /* left longest ago */
    assert_string_equal(recall_text(1, "r10", 1), "#r10:1>11@5000 +0");
    assert_string_equal(recall_text(2, "r0", 1), "#r0:1>1@5000 +0");
    assert_int_equal(ask_raw("SELECT count(*) FROM mark WHERE account = 1"), PROFILE_ROWS_MARKS);
}

static void what_waits_is_bounded(void **state)
{
    int taken = 0;

    (void)state;
    while (profiles->ops->mark(profiles, 1, "ops", "ops", 0) == STORE_WAITS) {
        assert_in_range(++taken, 1, 1 << 16);
    }
    assert_true(taken > 0);
    assert_recalled(1, "+0");
    mark(1, "ops");
}

static void a_recall_can_be_cancelled(void **state)
{
    static struct recalling r[12];

    (void)state;
    set(1, "time", "on");
    for (size_t i = 0; i < 12; i++) { /* the first waits for the writer, or in the lane, or for it */
        start(&r[i], 1, NULL, 20);
    }
    profiles->ops->cancel(profiles, &r[0].req);
    profiles->ops->cancel(profiles, &r[11].req);
    while (!r[10].is_done) {
        if (!r[5].is_done && r[4].is_done) {
            profiles->ops->cancel(profiles, &r[5].req);
            r[5].is_done = true;
        }
        wait_lane();
    }
    for (size_t i = 0; i < 12; i++) {
        assert_int_equal(r[i].is_done, i != 0 && i != 11);
    }
    assert_string_equal(r[10].text, "time=on ");
}

static void a_database_that_cannot_be_read_is_told(void **state)
{
    static struct recalling r;

    (void)state;
    set(1, "time", "on");
    run_raw("BEGIN IMMEDIATE"); /* what waits cannot be written */
    start(&r, 1, NULL, 20);
    while (!r.is_done) {
        wait_lane();
    }
    run_raw("ROLLBACK");
    assert_int_equal(r.answer, STORE_DONE); /* of what is on the disk */
    assert_string_equal(r.text, "");
    run_raw("ALTER TABLE mark RENAME TO gone");
    start(&r, 2, NULL, 20);
    while (!r.is_done) {
        wait_lane();
    }
    assert_int_equal(r.answer, STORE_FAILED);
    run_raw("ALTER TABLE gone RENAME TO mark");
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(settings_outlive_the_process),
        TEST(lines_behind_a_mark_are_counted),
        TEST(a_room_without_lines_has_a_mark_too),
        TEST(a_mark_is_set_up_to_an_id),
        TEST(a_mark_never_moves_back),
        TEST(all_of_it_ends_with_the_account),
        TEST(an_account_has_a_bounded_number_of_marks),
        TEST(what_waits_is_bounded),
        TEST(a_recall_can_be_cancelled),
        TEST(a_database_that_cannot_be_read_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
