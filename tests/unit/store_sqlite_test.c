/* Tests of store/store_sqlite.h: what the port of a store promises (chat/port_store.h), over restarts and faults. */
#include "config.h"

#include "store/store_sqlite.h"

#include "base/container.h"
#include "base/mem.h"
#include "stores.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <poll.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WAIT_MS = 60000, MOST = 2000, MEMORY_LINES = 20, ROOMS = 3 };

static struct lane *lane;
static struct clock clock;
static uint64_t now_ms;
static struct store *store;
static struct timeq *timeqs[STORE_SQLITE_TIMEQS];
static struct store_sqlite_limits limits;
static sqlite3 *raw; /* another program's */
static uint64_t last_id;
static uint64_t kept_upto, lost, states;
static char why[300];

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

static void lines_lost(void *ctx, uint64_t lines)
{
    (void)ctx;
    lost += lines;
}

static void state_is(void *ctx, const char *text)
{
    (void)ctx;
    states++;
    snprintf(why, sizeof(why), "%s", text != NULL ? text : "");
}

static const struct store_events events = {.kept = kept, .lost = lines_lost, .state = state_is};

static enum store_sqlite_opened open_store(void)
{
    struct strbuf text = {0};
    enum store_sqlite_opened opened;

    lane = lane_new(&(struct lane_spec){.name = "store", .threads = 1, .most = 64, .drain_ms = WAIT_MS});
    assert_non_null(lane);
    opened = store_sqlite_new(&store, stores_path("chatd.db"), lane, &clock, &limits, &text);
    snprintf(why, sizeof(why), "%s", strbuf_str(&text));
    strbuf_fini(&text);
    if (store != NULL) {
        store->events = &events;
        store_sqlite_timeqs(store, timeqs);
    }
    return opened;
}

static uint64_t close_store(void)
{
    uint64_t left = store != NULL ? store->ops->end(store, WAIT_MS) : 0;

    store = NULL;
    if (lane != NULL) {
        assert_int_equal(lane_free(lane), 0);
        lane = NULL;
    }
    return left;
}

static int begin(void **state)
{
    if (stores_begin(state) != 0) {
        return -1;
    }
    clock = (struct clock){.read = read_clock, .stale = true};
    now_ms = 1000;
    last_id = kept_upto = lost = states = 0;
    limits = (struct store_sqlite_limits){.memory = {.lines = MEMORY_LINES, .bytes = 1 << 20},
                                          .writing = {.sync_ms = 200, .most_bytes = 1 << 20}};
    return 0;
}

static int end(void **state)
{
    if (raw != NULL) {
        sqlite3_close(raw);
        raw = NULL;
    }
    close_store();
    return stores_end(state);
}

/* So much later, and whatever the lane has done meanwhile. */
static void pass(uint64_t ms)
{
    now_ms += ms;
    clock.stale = true;
    for (size_t i = 0; i < STORE_SQLITE_TIMEQS; i++) {
        timeq_run(timeqs[i], now_ms);
    }
    lane_reap(lane, NULL);
}

/* Until something comes out of the lane. */
static void wait_lane(void)
{
    struct pollfd bell = {.fd = lane_bell(lane), .events = POLLIN};

    assert_int_equal(poll(&bell, 1, WAIT_MS), 1);
    pass(0);
}

static enum store_fate say_as(const char *room, uint64_t id, const char *who, const char *text)
{
    struct message *m = message_new(&(struct message_parts){
        .kind = MESSAGE_SAY, .room = room, .actor = who, .text = text, .text_len = strlen(text), .time_ms = 5});
    enum store_fate fate;

    m->id = id;
    fate = store->ops->append(store, room, m);
    assert_int_equal(m->refs, fate == STORE_KEPT ? 1 : m->refs); /* it may be in memory */
    message_unref(m);
    return fate;
}

static void say(const char *room, const char *text)
{
    assert_int_equal(say_as(room, ++last_id, "alice", text), STORE_WAITS);
}

static void say_lines(const char *room, unsigned count)
{
    while (count-- > 0) {
        say(room, "some words");
    }
}

static void hold_lock(const char *how)
{
    if (raw == NULL) {
        assert_int_equal(sqlite3_open(stores_path("chatd.db"), &raw), SQLITE_OK);
    }
    assert_int_equal(sqlite3_exec(raw, how, NULL, NULL, NULL), SQLITE_OK);
}

/* ---- reads ---- */

struct reading {
    struct store_read req;
    char ids[8 * MOST];
    size_t len;
    uint64_t last; /* id */
    bool is_done;
    enum store_answer answer;
};

static void note(struct store_read *req, struct message *m)
{
    struct reading *r = CONTAINER_OF(req, struct reading, req);

    assert_false(r->is_done);
    assert_true(m->id > r->last); /* the oldest first */
    assert_string_equal(m->room_folded, req->room_folded);
    r->last = m->id;
    r->len += (size_t)snprintf(r->ids + r->len, sizeof(r->ids) - r->len, "%s%llu", r->len > 0 ? " " : "",
                               (unsigned long long)m->id);
}

static void done(struct store_read *req, enum store_answer answer)
{
    struct reading *r = CONTAINER_OF(req, struct reading, req);

    assert_false(r->is_done);
    r->is_done = true;
    r->answer = answer;
}

static void start(struct reading *r, const char *room, struct store_read how)
{
    memset(r, 0, sizeof(*r));
    r->req = how;
    r->req.room_folded = room;
    r->req.max_lines = how.max_lines > 0 ? how.max_lines : MOST;
    r->req.max_bytes = how.max_bytes > 0 ? how.max_bytes : UINT64_MAX;
    r->req.max_looked = 1 << 16;
    r->req.line = note;
    r->req.done = done;
    r->req.kept = r->req.rest = r->req.next = 99999; /* must be set */
    r->answer = store->ops->read(store, &r->req);
    r->is_done = r->answer != STORE_LATER;
}

static void finish(struct reading *r)
{
    while (!r->is_done) {
        wait_lane();
    }
}

/* "ids rest kept", with " ...next" when there is more; static. */
static const char *read_text(const char *room, struct store_read how)
{
    static char text[9 * MOST];
    static struct reading r;
    size_t len;

    start(&r, room, how);
    finish(&r);
    assert_int_equal(r.answer, STORE_DONE);
    len = (size_t)snprintf(text, sizeof(text), "%s|%llu of %llu", r.ids, (unsigned long long)r.req.rest,
                           (unsigned long long)r.req.kept);
    if (r.req.more) {
        snprintf(text + len, sizeof(text) - len, " ...%llu", (unsigned long long)r.req.next);
    }
    return text;
}

static void note_id(void *ctx, uint64_t id)
{
    *(uint64_t *)ctx = id;
}

static uint64_t told_id(void)
{
    static uint64_t id;

    store_sqlite_tell_last_id(store, note_id, &id);
    return id;
}

static void lines_outlive_the_process(void **state)
{
    (void)state;
    assert_int_equal(open_store(), STORE_SQLITE_OPEN);
    assert_int_equal(told_id(), 0);
    say_lines("lobby", 30);
    say_lines("ops", 2);
    assert_int_equal(close_store(), 0);
    assert_int_equal(open_store(), STORE_SQLITE_OPEN);
    assert_int_equal(told_id(), 32);
    assert_string_equal(read_text("lobby", (struct store_read){.max_lines = 3}), "28 29 30|27 of 30 ...28");
    assert_string_equal(read_text("lobby", (struct store_read){.max_lines = 3, .before = 4}), "1 2 3|0 of 30");
    assert_string_equal(read_text("lobby", (struct store_read){.max_lines = 3, .after = 2, .end = STORE_OLDEST}),
                        "3 4 5|25 of 30 ...5");
    assert_string_equal(read_text("ops", (struct store_read){0}), "31 32|0 of 2");
    assert_string_equal(read_text("none", (struct store_read){0}), "|0 of 0");
}

/* ---- topics ---- */

struct asking {
    struct store_state req;
    char text[64];
    bool is_done;
};

static void note_topic(struct store_state *req, const struct store_topic *topic)
{
    struct asking *asking = CONTAINER_OF(req, struct asking, req);

    snprintf(asking->text, sizeof(asking->text), "%s by %s at %lld", topic->text, topic->by,
             (long long)topic->time_ms);
}

static void topic_done(struct store_state *req, enum store_answer answer)
{
    assert_int_equal(answer, STORE_DONE);
    CONTAINER_OF(req, struct asking, req)->is_done = true;
}

static enum store_answer ask_topic(struct asking *asking, const char *room)
{
    enum store_answer answer;

    *asking = (struct asking){.req = {.room_folded = room, .topic = note_topic, .done = topic_done}};
    answer = store->ops->state(store, &asking->req);
    asking->is_done = answer != STORE_LATER;
    return answer;
}

/* Static. */
static const char *topic_of(const char *room)
{
    static struct asking asking;

    ask_topic(&asking, room);
    while (!asking.is_done) {
        wait_lane();
    }
    return asking.text;
}

static void set_topic(const char *room, const char *text, enum store_fate fate)
{
    assert_int_equal(store->ops->set_topic(store, &(struct store_topic){.room = room, .room_folded = room,
                                                                        .text = text, .by = "alice", .time_ms = 77}),
                     fate);
}

static void topics_outlive_the_process(void **state)
{
    (void)state;
    open_store();
    set_topic("lobby", "tea", STORE_WAITS);
    set_topic("ops", "coffee", STORE_WAITS);
    say_lines("ops", 2);
    set_topic("ops", "", STORE_WAITS);
    set_topic("dev", "new", STORE_WAITS);
    set_topic("dev", "newer", STORE_WAITS);
    assert_string_equal(topic_of("dev"), "newer by alice at 77"); /* though it waits */
    assert_string_equal(topic_of("ops"), "");
    assert_string_equal(topic_of("none"), "");
    assert_int_equal(close_store(), 0);
    open_store();
    assert_string_equal(topic_of("lobby"), "tea by alice at 77");
    assert_string_equal(topic_of("ops"), "");
    assert_string_equal(topic_of("dev"), "newer by alice at 77");
    assert_string_equal(read_text("ops", (struct store_read){0}), "1 2|0 of 2");
}

static void many_rooms_ask_for_their_topics(void **state)
{
    static struct asking asked[200];

    (void)state;
    open_store();
    set_topic("lobby", "tea", STORE_WAITS);
    assert_int_equal(close_store(), 0);
    open_store();
    for (int i = 0; i < 200; i++) {
        assert_int_equal(ask_topic(&asked[i], "lobby"), STORE_LATER);
    }
    for (int i = 0; i < 200; i += 2) { /* those in the lane, and those that wait */
        store->ops->cancel_state(store, &asked[i].req);
    }
    while (!asked[199].is_done) {
        wait_lane();
    }
    for (int i = 0; i < 200; i++) {
        assert_int_equal(asked[i].is_done, i % 2);
        assert_string_equal(asked[i].text, i % 2 != 0 ? "tea by alice at 77" : "");
    }
}

static void topic_is_asked_for_again_when_the_database_works(void **state)
{
    static struct asking asking;

    (void)state;
    open_store();
    set_topic("lobby", "tea", STORE_WAITS);
    assert_int_equal(close_store(), 0);
    open_store();
    assert_int_equal(rename(stores_path("chatd.db"), stores_path("away")), 0);
    assert_int_equal(mkdir(stores_path("chatd.db"), 0700), 0);
    ask_topic(&asking, "lobby");
    wait_lane();
    assert_false(asking.is_done);
    assert_int_equal(rmdir(stores_path("chatd.db")), 0);
    assert_int_equal(rename(stores_path("away"), stores_path("chatd.db")), 0);
    for (int i = 0; i < WAIT_MS / 10 && !asking.is_done; i++) { /* without a line that is written */
        struct pollfd bell = {.fd = lane_bell(lane), .events = POLLIN};

        pass(60000); /* what this begins may be over, and handed back, before it returns */
        (void)poll(&bell, 1, 10);
        pass(0);
    }
    assert_true(asking.is_done);
    assert_string_equal(asking.text, "tea by alice at 77");
}

static void answer_is_as_of_the_call(void **state)
{
    struct reading r;

    (void)state;
    open_store();
    say_lines("lobby", 30);
    start(&r, "lobby", (struct store_read){.max_lines = 25});
    assert_int_equal(r.answer, STORE_LATER); /* more than is in memory */
    say_lines("lobby", 5);
    finish(&r);
    assert_string_equal(r.ids, "6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30");
    assert_int_equal(r.req.kept, 30);
    assert_int_equal(r.req.rest, 5);
    assert_int_equal(store->ops->count(store, "lobby"), 35);
}

static void memory_answers_what_it_can(void **state)
{
    struct reading r;

    (void)state;
    open_store();
    say_lines("lobby", 30);
    read_text("lobby", (struct store_read){.max_lines = 1}); /* so the room is counted */
    say_lines("lobby", 1);
    start(&r, "lobby", (struct store_read){.max_lines = 2});
    assert_int_equal(r.answer, STORE_DONE);
    assert_string_equal(r.ids, "30 31");
    assert_int_equal(r.req.rest, 29);
    assert_int_equal(r.req.kept, 31);
    start(&r, "lobby", (struct store_read){.after = 29, .end = STORE_OLDEST});
    assert_int_equal(r.answer, STORE_DONE);
    assert_string_equal(r.ids, "30 31");
    start(&r, "lobby", (struct store_read){.after = 3, .end = STORE_OLDEST});
    assert_int_equal(r.answer, STORE_LATER);
    finish(&r);
    start(&r, "ops", (struct store_read){0});
    finish(&r);
    say_lines("ops", 2);
    start(&r, "ops", (struct store_read){0}); /* the whole room is in memory */
    assert_int_equal(r.answer, STORE_DONE);
    assert_string_equal(r.ids, "32 33");
}

static void words_are_found_and_what_was_looked_at_is_told(void **state)
{
    struct reading r;

    (void)state;
    open_store();
    say_lines("lobby", 30);
    say("lobby", "Ёлка deployed");
    say_lines("lobby", 9);
    say_as("lobby", ++last_id, "deployer", "hm");
    start(&r, "lobby", (struct store_read){.words = "deploy"});
    finish(&r);
    assert_string_equal(r.ids, "31 41");
    assert_int_equal(r.req.looked_lines, 41);
    assert_false(r.req.more);
    start(&r, "lobby", (struct store_read){.words = "some", .max_lines = 5});
    finish(&r);
    assert_string_equal(r.ids, "36 37 38 39 40");
    assert_true(r.req.more);
    assert_int_equal(r.req.next, 36);
    assert_int_equal(r.req.looked_lines, 6);
    start(&r, "lobby", (struct store_read){.words = "some", .before = 36});
    finish(&r);
    assert_int_equal(r.req.looked_lines, 35);
}

static void reads_can_be_cancelled_at_any_time(void **state)
{
    static struct reading r[40];

    (void)state;
    open_store();
    say_lines("lobby", 30);
    for (int i = 0; i < 40; i++) { /* the first wait for the writing, others for the lane */
        start(&r[i], "lobby", (struct store_read){0});
        assert_int_equal(r[i].answer, STORE_LATER);
        if (i == 20) {
            wait_lane();
        }
    }
    for (int i = 0; i < 40; i += 2) {
        if (!r[i].is_done) {
            store->ops->cancel(store, &r[i].req);
        }
    }
    for (int i = 1; i < 40; i += 2) {
        finish(&r[i]);
        assert_int_equal(r[i].answer, STORE_DONE);
        assert_int_equal(r[i].req.kept, 30);
    }
}

/* ---- faults ---- */

static void lines_that_wait_are_read_too(void **state)
{
    (void)state;
    open_store();
    say_lines("lobby", 30);
    say_lines("ops", 1);
    read_text("lobby", (struct store_read){0});
    hold_lock("BEGIN IMMEDIATE");
    say_lines("lobby", 30); /* 32 to 61 */
    say_lines("ops", 1);
    pass(200);
    while (states == 0) {
        wait_lane();
    }
    assert_non_null(strstr(why, "another program keeps it locked"));
    assert_string_equal(read_text("lobby", (struct store_read){.max_lines = 34}),
                        "27 28 29 30 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 "
                        "59 60 61|26 of 60 ...27");
    assert_string_equal(read_text("lobby", (struct store_read){.max_lines = 2, .before = 40}),
                        "38 39|36 of 60 ...38");
    assert_string_equal(read_text("lobby", (struct store_read){.after = 28, .end = STORE_OLDEST, .max_lines = 4}),
                        "29 30 32 33|28 of 60 ...33");
    assert_string_equal(read_text("lobby", (struct store_read){.after = 59, .end = STORE_OLDEST}), "60 61|0 of 60");
    hold_lock("COMMIT");
    pass(1000);
    while (states == 1) {
        wait_lane();
    }
    assert_string_equal(why, "");
    assert_int_equal(kept_upto, 62);
    assert_string_equal(read_text("lobby", (struct store_read){.max_lines = 2, .before = 40}),
                        "38 39|36 of 60 ...38");
    assert_int_equal(lost, 0);
}

static void lines_past_the_bound_are_refused_and_stay_in_memory(void **state)
{
    unsigned said = 0;

    (void)state;
    limits.writing.most_bytes = 3000;
    open_store();
    hold_lock("BEGIN IMMEDIATE");
    while (say_as("lobby", ++last_id, "alice", "hello") == STORE_WAITS) {
        assert_true(++said < 100);
    }
    pass(200);
    while (states == 0) {
        wait_lane();
    }
    hold_lock("COMMIT");
    pass(1000);
    while (kept_upto < said) {
        wait_lane();
    }
    assert_int_equal(say_as("lobby", ++last_id, "alice", "hello"), STORE_WAITS);
}

static void database_that_opens_later_is_memory_until_then(void **state)
{
    struct reading r;

    (void)state;
    open_store();
    say_lines("lobby", 3);
    close_store();
    states = 0;
    hold_lock("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE");
    assert_int_equal(open_store(), STORE_SQLITE_LATER);
    assert_non_null(strstr(why, "another program keeps it locked"));
    last_id = 10;
    say_lines("lobby", 2);
    start(&r, "lobby", (struct store_read){0});
    finish(&r);
    assert_int_equal(r.answer, STORE_DONE);
    assert_string_equal(r.ids, "11 12");
    hold_lock("COMMIT");
    while (kept_upto < 12) {
        pass(500);
    }
    assert_string_equal(read_text("lobby", (struct store_read){0}), "1 2 3 11 12|0 of 5");
}

static void database_that_is_in_use_is_refused(void **state)
{
    struct store *second;
    struct strbuf text = {0};

    (void)state;
    open_store();
    assert_int_equal(store_sqlite_new(&second, stores_path("chatd.db"), lane, &clock, &limits, &text),
                     STORE_SQLITE_TAKEN);
    assert_null(second);
    assert_non_null(strstr(strbuf_str(&text), "another chatd that runs has it open"));
    strbuf_fini(&text);
}

static void end_tells_how_many_lines_are_lost(void **state)
{
    (void)state;
    open_store();
    say_lines("lobby", 3);
    pass(100);
    while (kept_upto < last_id) {
        wait_lane();
    }
    hold_lock("BEGIN IMMEDIATE");
    say_lines("lobby", 4);
    assert_int_equal(close_store(), 4);
}

/* ---- erasing ---- */

static void erase(const char *room, uint64_t id)
{
    assert_int_equal(store->ops->erase(store, room, id), STORE_WAITS);
}

static void line_that_is_erased_is_read_nowhere(void **state)
{
    (void)state;
    open_store();
    say_lines("lobby", 30);
    assert_string_equal(read_text("lobby", (struct store_read){.max_lines = 2}), "29 30|28 of 30 ...29");
    erase("lobby", 29); /* in memory */
    erase("lobby", 2);  /* in the database alone */
    erase("ops", 28);   /* which is not there */
    say("lobby", "some words");
    erase("lobby", 31); /* which waits to be written */
    assert_string_equal(read_text("lobby", (struct store_read){.max_lines = 2}), "28 30|26 of 28 ...28");
    assert_string_equal(read_text("lobby", (struct store_read){.max_lines = 3, .end = STORE_OLDEST}),
                        "1 3 4|25 of 28 ...4");
    assert_string_equal(read_text("lobby", (struct store_read){.words = "words", .max_lines = 2}),
                        "28 30|0 of 28 ...28");
    close_store();
    open_store();
    assert_string_equal(read_text("lobby", (struct store_read){.max_lines = 3}), "27 28 30|25 of 28 ...27");
}

static void line_is_gone_though_the_database_cannot_be_written(void **state)
{
    (void)state;
    open_store();
    say_lines("lobby", 30);
    read_text("lobby", (struct store_read){.max_lines = 1});
    hold_lock("BEGIN IMMEDIATE");
    say_lines("lobby", 3);
    erase("lobby", 2);
    erase("lobby", 29);
    erase("lobby", 32);
    pass(200);
    while (states == 0) {
        wait_lane();
    }
    assert_string_equal(read_text("lobby", (struct store_read){.max_lines = 4}), "28 30 31 33|26 of 30 ...28");
    assert_string_equal(read_text("lobby", (struct store_read){.max_lines = 2, .end = STORE_OLDEST}),
                        "1 3|28 of 30 ...3");
    assert_string_equal(read_text("lobby", (struct store_read){.words = "words", .max_lines = 3}),
                        "30 31 33|0 of 30 ...30");
    hold_lock("COMMIT");
    pass(1000);
    while (states == 1) {
        wait_lane();
    }
    assert_string_equal(read_text("lobby", (struct store_read){.max_lines = 4}), "28 30 31 33|26 of 30 ...28");
}

static void line_can_be_erased_when_no_more_lines_are_taken(void **state)
{
    unsigned said = 0;

    (void)state;
    limits.writing.most_bytes = 3000;
    open_store();
    hold_lock("BEGIN IMMEDIATE");
    while (say_as("lobby", ++last_id, "alice", "hello") == STORE_WAITS) {
        assert_true(++said < 100);
    }
    erase("lobby", 1);
    hold_lock("COMMIT");
    close_store();
    open_store();
    assert_null(strstr(read_text("lobby", (struct store_read){.max_lines = 1, .end = STORE_OLDEST}), "1|"));
}

/* ---- the audit trail ---- */

struct trailing {
    struct store_audit req;
    char text[4000];
    size_t len;
    bool is_done;
    enum store_answer answer;
};

static void note_entry(struct store_audit *req, const struct audit_entry *entry)
{
    struct trailing *t = CONTAINER_OF(req, struct trailing, req);

    assert_false(t->is_done);
    t->len += (size_t)snprintf(t->text + t->len, sizeof(t->text) - t->len, "%lld %s %s %s %s %s %lld;",
                               (long long)entry->time_ms, entry->act, entry->by, entry->whom, entry->room, entry->why,
                               (long long)entry->until_ms);
}

static void trail_done(struct store_audit *req, enum store_answer answer)
{
    struct trailing *t = CONTAINER_OF(req, struct trailing, req);

    t->is_done = true;
    t->answer = answer;
}

static enum store_answer begin_trail(struct trailing *t, int64_t since_ms, int64_t after)
{
    *t = (struct trailing){.req = {.since_ms = since_ms, .after = after, .max_entries = 2, .entry = note_entry,
                                   .done = trail_done}};
    return store->ops->read_audit(store, &t->req);
}

static const char *trail(struct trailing *t, int64_t since_ms, int64_t after)
{
    assert_int_equal(begin_trail(t, since_ms, after), STORE_LATER);
    while (!t->is_done) {
        wait_lane();
    }
    assert_int_equal(t->answer, STORE_DONE);
    return t->text;
}

static void audit(int64_t time_ms, const char *whom, int64_t until_ms)
{
    const struct audit_entry entry = {.act = "ban", .by = "alice", .whom = whom, .room = "Ops", .why = "spam",
                                      .until_ms = until_ms, .time_ms = time_ms};

    assert_int_equal(store->ops->audit(store, &entry), STORE_WAITS);
}

static void audit_trail_outlives_the_process(void **state)
{
    static struct trailing t;

    (void)state;
    open_store();
    assert_true(store->keeps_audit);
    assert_string_equal(trail(&t, 0, 0), "");
    audit(100, "bob", 0);
    audit(200, "carol", 5000);
    audit(300, "dave", 0);
    assert_string_equal(trail(&t, 0, 0), "100 ban alice bob Ops spam 0;200 ban alice carol Ops spam 5000;");
    assert_true(t.req.more);
    close_store();
    open_store();
    assert_string_equal(trail(&t, 0, t.req.next), "300 ban alice dave Ops spam 0;");
    assert_false(t.req.more);
    assert_string_equal(trail(&t, 200, 0), "200 ban alice carol Ops spam 5000;300 ban alice dave Ops spam 0;");
    assert_false(t.req.more);
    audit(400, "erin", 0);
    assert_int_equal(begin_trail(&t, 0, 0), STORE_LATER); /* waits for what is written */
    store->ops->cancel_audit(store, &t.req);
    pass(200);
    assert_int_equal(begin_trail(&t, 0, 0), STORE_LATER);
    store->ops->cancel_audit(store, &t.req);
    assert_string_equal(trail(&t, 400, 0), "400 ban alice erin Ops spam 0;");
}

static void audit_trail_is_not_told_in_part(void **state)
{
    static struct trailing t;

    (void)state;
    open_store();
    hold_lock("BEGIN IMMEDIATE");
    audit(100, "bob", 0);
    assert_int_equal(begin_trail(&t, 0, 0), STORE_LATER);
    while (!t.is_done) {
        wait_lane();
    }
    assert_int_equal(t.answer, STORE_FAILED);
    assert_int_equal(begin_trail(&t, 0, 0), STORE_FAILED);
    hold_lock("COMMIT");
    pass(1000);
    while (states == 1) {
        wait_lane();
    }
    assert_string_equal(trail(&t, 0, 0), "100 ban alice bob Ops spam 0;");
}

/* ---- rules ---- */

struct ruling {
    struct store_rules req;
    char text[4000];
    size_t len;
    bool is_done;
};

static void note_rule(struct store_rules *req, const char *room, const char *room_folded, const struct rule *rule)
{
    struct ruling *r = CONTAINER_OF(req, struct ruling, req);

    assert_false(r->is_done);
    r->len += (size_t)snprintf(r->text + r->len, sizeof(r->text) - r->len, "%s/%s %d %d %s %s %s %s %lld %lld;", room,
                               room_folded, (int)rule->kind, (int)rule->who, rule->key, rule->label, rule->value,
                               rule->by, (long long)rule->time_ms, (long long)rule->until_ms);
}

static void rules_done(struct store_rules *req, enum store_answer answer)
{
    struct ruling *r = CONTAINER_OF(req, struct ruling, req);

    assert_int_equal(answer, STORE_DONE);
    r->is_done = true;
}

static enum store_answer ask_rules(struct ruling *r)
{
    *r = (struct ruling){.req = {.rule = note_rule, .done = rules_done}};
    return store->ops->read_rules(store, &r->req);
}

static const char *all_rules(void)
{
    static struct ruling r;

    if (ask_rules(&r) == STORE_LATER) {
        while (!r.is_done) {
            wait_lane();
        }
    }
    return r.text;
}

static enum store_fate set_rule(const char *room, enum rule_kind kind, enum rule_who who, const char *key,
                                const char *value, bool is_off)
{
    const struct rule rule = {.kind = kind, .who = who, .key = key, .label = "shown", .value = value, .by = "alice",
                              .time_ms = 5, .until_ms = kind == RULE_BAN ? 90000 : 0};

    return store->ops->set_rule(store, "Ops", room, &rule, is_off);
}

static void rules_outlive_the_process(void **state)
{
    static struct ruling r;

    (void)state;
    open_store();
    assert_int_equal(ask_rules(&r), STORE_DONE); /* at once, at the start */
    assert_string_equal(r.text, "");
    assert_int_equal(set_rule("ops", RULE_MODE, RULE_WHO_NONE, "slow", "5", false), STORE_WAITS);
    assert_int_equal(set_rule("ops", RULE_MODE, RULE_WHO_NONE, "private", "on", false), STORE_WAITS);
    assert_int_equal(set_rule("ops", RULE_BAN, RULE_WHO_NETWORK, "192.0.2.0/24", "spam", false), STORE_WAITS);
    assert_int_equal(set_rule("ops", RULE_MUTE, RULE_WHO_ACCOUNT, "7", "", false), STORE_WAITS);
    assert_int_equal(set_rule("ops", RULE_MODE, RULE_WHO_NONE, "slow", "", true), STORE_WAITS);
    assert_int_equal(close_store(), 0);
    open_store();
    assert_int_equal(ask_rules(&r), STORE_DONE);
    assert_string_equal(r.text, "Ops/ops 1 0 private private on alice 5 0;"
                                "Ops/ops 3 2 192.0.2.0/24 shown spam alice 5 90000;"
                                "Ops/ops 4 1 7 shown  alice 5 0;");
    close_store();
    now_ms = 90000; /* the ban has ended meanwhile */
    clock.stale = true;
    open_store();
    assert_string_equal(all_rules(), "Ops/ops 1 0 private private on alice 5 0;Ops/ops 4 1 7 shown  alice 5 0;");
    assert_int_equal(store->ops->end_rules(store, "ops", false), STORE_WAITS);
    close_store();
    open_store();
    assert_string_equal(all_rules(), "");
}

static void rules_are_told_when_the_database_can_be_read(void **state)
{
    static struct ruling r;

    (void)state;
    open_store();
    set_rule("ops", RULE_MODE, RULE_WHO_NONE, "slow", "5", false);
    set_rule("ops", RULE_MODE, RULE_WHO_NONE, "limit", "5", false);
    close_store();
    hold_lock("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE");
    assert_int_equal(open_store(), STORE_SQLITE_LATER);
    assert_int_equal(ask_rules(&r), STORE_LATER);
    store->ops->cancel_rules(store, &r.req);
    assert_int_equal(ask_rules(&r), STORE_LATER);
    set_rule("ops", RULE_MODE, RULE_WHO_NONE, "slow", "9", false); /* newer than what is there */
    pass(60000);
    assert_false(r.is_done);
    hold_lock("COMMIT");
    while (!r.is_done) {
        pass(500);
    }
    assert_string_equal(r.text, "Ops/ops 1 0 limit limit 5 alice 5 0;Ops/ops 1 0 slow slow 9 alice 5 0;");
}

static void room_that_ends_with_its_lines_leaves_nothing(void **state)
{
    (void)state;
    open_store();
    say_lines("ops", 3);
    set_topic("ops", "secret", STORE_WAITS);
    set_rule("ops", RULE_MODE, RULE_WHO_NONE, "private", "on", false);
    assert_string_equal(read_text("ops", (struct store_read){0}), "1 2 3|0 of 3");
    hold_lock("BEGIN IMMEDIATE");
    say_lines("ops", 1);
    assert_int_equal(store->ops->end_rules(store, "ops", true), STORE_WAITS);
    pass(200);
    while (states == 0) {
        wait_lane();
    }
    assert_string_equal(read_text("ops", (struct store_read){0}), "|0 of 0");
    say_lines("ops", 1); /* in another room of that name */
    assert_string_equal(read_text("ops", (struct store_read){0}), "5|0 of 1");
    assert_string_equal(topic_of("ops"), "");
    hold_lock("COMMIT");
    pass(1000);
    while (states == 1) {
        wait_lane();
    }
    assert_string_equal(read_text("ops", (struct store_read){0}), "5|0 of 1");
    close_store();
    open_store();
    assert_string_equal(read_text("ops", (struct store_read){0}), "5|0 of 1");
    assert_string_equal(topic_of("ops"), "");
    assert_string_equal(all_rules(), "");
}

/* ---- retention ---- */

static void old_lines_go_by_themselves(void **state)
{
    (void)state;
    limits.keeping.keep_lines = 5;
    open_store();
    say_lines("lobby", 400);
    read_text("lobby", (struct store_read){.max_lines = 1});
    assert_int_equal(store->ops->count(store, "lobby"), 400);
    pass(60000);
    for (unsigned rounds = 0; rounds < WAIT_MS / 10 && store->ops->count(store, "lobby") == 400; rounds++) {
        struct pollfd bell = {.fd = lane_bell(lane), .events = POLLIN};

        poll(&bell, 1, 10);
        pass(20); /* nobody knows the number any more once lines have gone */
    }
    assert_string_equal(read_text("lobby", (struct store_read){.max_lines = 500, .before = 400}),
                        "396 397 398 399|0 of 5");
}

/* ---- everything at once ---- */

static uint64_t seed = 12345;

static unsigned draw(unsigned below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % below;
}

/* What the rooms have, by ids: room_of[id]. */
static unsigned char room_of[20000];

static void is_right(const struct reading *r, unsigned room, uint64_t upto)
{
    char expected[sizeof(r->ids)] = "";
    uint64_t from = r->req.after + 1, to = r->req.before != 0 && r->req.before <= upto ? r->req.before - 1 : upto;
    uint64_t ids[4000], all = 0;
    unsigned count = 0, first, given;
    size_t len = 0;

    for (uint64_t id = 1; id <= upto; id++) {
        if (room_of[id] == room + 1) {
            all++;
            if (id >= from && id <= to) {
                ids[count++] = id;
            }
        }
    }
    given = count < r->req.max_lines ? count : r->req.max_lines;
    first = r->req.end == STORE_NEWEST ? count - given : 0;
    for (unsigned i = first; i < first + given; i++) {
        len += (size_t)snprintf(expected + len, sizeof(expected) - len, "%s%llu", len > 0 ? " " : "",
                                (unsigned long long)ids[i]);
    }
    assert_string_equal(r->ids, expected);
    assert_int_equal(r->req.kept, all);
    assert_int_equal(r->req.more, given < count);
    if (given < count) {
        assert_int_equal(r->req.rest, count - given);
        if (given > 0) {
            assert_int_equal(r->req.next, r->req.end == STORE_NEWEST ? ids[first] : ids[first + given - 1]);
        }
    }
}

static void any_read_at_any_time_is_right(void **state)
{
    static const char *const rooms[ROOMS] = {"lobby", "ops", "dev"};
    static struct reading r;
    bool is_locked = false;

    (void)state;
    memset(room_of, 0, sizeof(room_of));
    open_store();
    hold_lock("SELECT 1");
    for (int i = 0; i < 1500; i++) {
        unsigned room = draw(ROOMS);

        switch (draw(12)) {
        case 0:
            if (draw(10) == 0 && !is_locked) {
                close_store();
                open_store();
            } else if (draw(10) == 0) {
                store->ops->forget(store, rooms[room]);
            }
            break;
        case 1:
            if (draw(8) == 0) {
                is_locked = !is_locked;
                hold_lock(is_locked ? "BEGIN IMMEDIATE" : "COMMIT");
            }
            break;
        case 2:
            pass(draw(400));
            break;
        case 5: {
            uint64_t id = 1 + draw((unsigned)last_id + 1);
            unsigned there = id <= last_id && room_of[id] > 0 ? room_of[id] - 1u : room;

            if (draw(3) == 0) {
                erase(rooms[there], id);
                room_of[id] = 0;
            }
            break;
        }
        case 3:
        case 4: {
            uint64_t upto = last_id, some = draw((unsigned)last_id + 2);
            struct store_read how = {.max_lines = 1 + draw(60), .end = draw(2) ? STORE_NEWEST : STORE_OLDEST};

            how.after = draw(3) == 0 ? some : 0;
            how.before = draw(3) == 0 ? some + 1 + draw(40) : 0;
            start(&r, rooms[room], how);
            for (unsigned more = draw(3); more > 0; more--) {
                say(rooms[room], "later");
                room_of[last_id] = (unsigned char)(room + 1);
            }
            finish(&r);
            assert_int_equal(r.answer, STORE_DONE);
            is_right(&r, room, upto);
            break;
        }
        default:
            for (unsigned more = draw(5); more > 0; more--) {
                say(rooms[room], "words");
                room_of[last_id] = (unsigned char)(room + 1);
            }
            break;
        }
    }
    if (is_locked) {
        hold_lock("COMMIT");
    }
    assert_int_equal(close_store(), 0);
    assert_int_equal(lost, 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(lines_outlive_the_process),
        TEST(topics_outlive_the_process),
        TEST(many_rooms_ask_for_their_topics),
        TEST(topic_is_asked_for_again_when_the_database_works),
        TEST(answer_is_as_of_the_call),
        TEST(memory_answers_what_it_can),
        TEST(words_are_found_and_what_was_looked_at_is_told),
        TEST(reads_can_be_cancelled_at_any_time),
        TEST(lines_that_wait_are_read_too),
        TEST(lines_past_the_bound_are_refused_and_stay_in_memory),
        TEST(database_that_opens_later_is_memory_until_then),
        TEST(database_that_is_in_use_is_refused),
        TEST(end_tells_how_many_lines_are_lost),
        TEST(line_that_is_erased_is_read_nowhere),
        TEST(line_is_gone_though_the_database_cannot_be_written),
        TEST(line_can_be_erased_when_no_more_lines_are_taken),
        TEST(audit_trail_outlives_the_process),
        TEST(audit_trail_is_not_told_in_part),
        TEST(rules_outlive_the_process),
        TEST(rules_are_told_when_the_database_can_be_read),
        TEST(room_that_ends_with_its_lines_leaves_nothing),
        TEST(old_lines_go_by_themselves),
        TEST(any_read_at_any_time_is_right),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
