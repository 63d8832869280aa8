/* Tests of store/accounts.h: a real database, real lanes and real hashes of the least costs; the clock is the test's.
 *
 * free() is replaced: nothing that is freed may hold a secret. */
#include "config.h"

#include "store/accounts.h"

#include "fakes.h"
#include "store/accounts_absent.h"
#include "store/rows.h"
#include "store/store_sqlite.h"
#include "stores.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <malloc.h>
#include <poll.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void absent_accounts_are_nobodys(void **state)
{
    struct accounts *accounts = accounts_absent_new(ACCOUNTS_WITHOUT_STORE);
    struct accounts_request req = {.deed = ACCOUNTS_LOGIN, .folded = "alice", .secret = "x", .secret_len = 1};

    (void)state;
    assert_int_equal(accounts->absence, ACCOUNTS_WITHOUT_STORE);
    assert_int_equal(accounts->ops->ask(accounts, &req), ACCOUNTS_ABSENT);
    assert_null(accounts->ops->find(accounts, "alice"));
    assert_null(accounts->ops->get(accounts, 1));
    assert_null(accounts->ops->next(accounts, ""));
    accounts->ops->seen(accounts, 1);
    accounts->ops->free(accounts);
}

/* ---- what is freed ---- */

#define SECRET "correct horse battery"
#define NEW_SECRET "staple of another horse"

static const char *const secrets[] = {SECRET, NEW_SECRET, "chatd.token.", "chatd.invite."};
static atomic_int leaks;

void __real_free(void *p);
void __wrap_free(void *p);

void __wrap_free(void *p)
{
    if (p != NULL) {
        size_t size = malloc_usable_size(p);

        for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
            leaks += memmem(p, size, secrets[i], strlen(secrets[i])) != NULL;
        }
    }
    __real_free(p);
}

#ifdef HAVE_SODIUM

enum { WAIT_MS = 60000, LEAST_CHARS = 8, MOST_TOKENS = 2, MOST_CERTS = 2, DAYS = 7 };
#define PASSES 1
#define MEMORY 8192
#define DAY_MS INT64_C(86400000)

static struct lane *lane;
static struct db *db;
static struct store *store; /* NULL: the database is the accounts' alone */
static bool with_store;
static struct passwords *passwords;
static struct clock now;
static struct accounts *accounts;
static struct fake_log log_lines;
static struct accounts_limits limits;

/* What was told. */
static struct strbuf events;

static void added(void *ctx, const struct account *account)
{
    (void)ctx;
    strbuf_addf(&events, "+%s(%s) ", account->name, account->folded);
}

static void removed(void *ctx, const struct account *account)
{
    (void)ctx;
    strbuf_addf(&events, "-%s ", account->name);
}

static void admin(void *ctx, const struct account *account)
{
    (void)ctx;
    strbuf_addf(&events, "%s%s ", account->is_admin ? "admin " : "no admin ", account->name);
}

static void erased(void *ctx, const struct account *account)
{
    (void)ctx;
    strbuf_addf(&events, "erased %s ", account->name);
}

static const struct accounts_events accounts_events = {
    .added = added, .removed = removed, .erased = erased, .admin = admin};

static const char *events_told(void)
{
    static char told[300];

    snprintf(told, sizeof(told), "%s", strbuf_str(&events));
    strbuf_reset(&events);
    return told;
}

static void start(void)
{
    lane = lane_new(&(struct lane_spec){.name = "store", .threads = 1, .most = 16, .drain_ms = WAIT_MS});
    passwords = passwords_new(&(struct password_spec){
        .threads = 1, .most = 4, .passes = limits.hash_passes, .memory_bytes = limits.hash_memory_bytes});
    if (with_store) {
        struct store_sqlite_limits keeping = {.memory = {.lines = 100, .bytes = 1 << 20},
                                              .writing = {.sync_ms = 200, .most_bytes = 1 << 20}};
        struct strbuf why = {0};

        assert_int_equal(store_sqlite_new(&store, stores_path("chatd.db"), lane, &now, &keeping, &why),
                         STORE_SQLITE_OPEN);
        db = store_sqlite_db(store);
    } else {
        db = db_new(&(struct db_spec){.path = stores_path("chatd.db")});
        db_open(db);
    }
    accounts = accounts_new(&(struct accounts_spec){
        .lane = lane, .db = db, .store = store, .passwords = passwords, .clock = &now, .limits = limits});
    accounts->events = &accounts_events;
}

static void stop(void)
{
    accounts->ops->free(accounts);
    passwords_free(passwords);
    if (store != NULL) {
        assert_int_equal(store->ops->end(store, WAIT_MS), 0);
        store = NULL;
        lane_free(lane);
    } else {
        lane_free(lane);
        db_free(db);
    }
}

static void restart(void)
{
    stop();
    start();
}

static int begin(void **state)
{
    limits = (struct accounts_limits){.most = 100,
                                      .tokens = MOST_TOKENS,
                                      .certificates = MOST_CERTS,
                                      .password_chars = LEAST_CHARS,
                                      .invitation_days = DAYS,
                                      .hash_passes = PASSES,
                                      .hash_memory_bytes = MEMORY};
    fake_clock_init(&now);
    fake_log_init(&log_lines);
    if (stores_begin(state) != 0) {
        return -1;
    }
    start();
    atomic_store(&leaks, 0);
    return 0;
}

static int begin_with_store(void **state)
{
    with_store = true;
    return begin(state);
}

static int end(void **state)
{
    with_store = false;
    stop();
    strbuf_fini(&events);
    assert_int_equal(atomic_load(&leaks), 0);
    assert_null(strstr(fake_log_read(&log_lines), SECRET));
    fake_log_fini(&log_lines);
    return stores_end(state);
}

/* ---- requests ---- */

/* A request with what was told at its end. */
struct asked {
    struct accounts_request req;
    unsigned done;
    enum accounts_answer answer;
    struct strbuf tokens;
};

static void done(struct accounts_request *req, enum accounts_answer answer)
{
    struct asked *asked = CONTAINER_OF(req, struct asked, req);

    asked->done++;
    asked->answer = answer;
}

static void token(struct accounts_request *req, const struct accounts_token *token)
{
    struct asked *asked = CONTAINER_OF(req, struct asked, req);

    strbuf_addf(&asked->tokens, "%s+%lld", token->label, (long long)(token->created_ms - FAKE_REAL_MS));
    strbuf_addf(&asked->tokens, "/%lld ", token->used_ms != 0 ? (long long)(token->used_ms - FAKE_REAL_MS) : -1);
}

static enum accounts_answer begin_ask(struct asked *asked, struct accounts_request req)
{
    *asked = (struct asked){.req = req};
    asked->req.done = done;
    asked->req.token = token;
    return accounts->ops->ask(accounts, &asked->req);
}

/* Runs the lanes until something has come back. */
static void reap(void)
{
    struct pollfd bells[] = {{.fd = lane_bell(lane), .events = POLLIN},
                             {.fd = lane_bell(passwords_lane(passwords)), .events = POLLIN}};

    assert_true(poll(bells, 2, WAIT_MS) > 0);
    if (bells[0].revents != 0) {
        lane_reap(lane, NULL);
    }
    if (bells[1].revents != 0) {
        lane_reap(passwords_lane(passwords), NULL);
    }
}

/* A password has been hashed, and what follows from it is handed to the store. */
static void reap_hash(void)
{
    struct pollfd bell = {.fd = lane_bell(passwords_lane(passwords)), .events = POLLIN};

    assert_int_equal(poll(&bell, 1, WAIT_MS), 1);
    lane_reap(passwords_lane(passwords), NULL);
}

static enum accounts_answer wait_for(struct asked *asked)
{
    while (asked->done == 0) {
        reap();
    }
    assert_int_equal(asked->done, 1);
    return asked->answer;
}

static struct asked last;

static enum accounts_answer ask(struct accounts_request req)
{
    enum accounts_answer answer = begin_ask(&last, req);

    return answer == ACCOUNTS_LATER ? wait_for(&last) : answer;
}

static struct accounts_request registering(const char *name, const char *password)
{
    return (struct accounts_request){.deed = ACCOUNTS_REGISTER,
                                     .name = name,
                                     .folded = name,
                                     .new_secret = password,
                                     .new_secret_len = strlen(password)};
}

static struct accounts_request login(const char *name, const char *password, const char *from)
{
    return (struct accounts_request){.deed = ACCOUNTS_LOGIN,
                                     .folded = name,
                                     .secret = password,
                                     .secret_len = strlen(password),
                                     .from = from};
}

static struct accounts_request token_login(const char *text, const char *from)
{
    return (struct accounts_request){
        .deed = ACCOUNTS_LOGIN_TOKEN, .secret = text, .secret_len = strlen(text), .from = from};
}

static struct accounts_request of(int64_t id, enum accounts_deed deed, const char *label)
{
    return (struct accounts_request){.deed = deed, .account = id, .label = label};
}

static int64_t make(const char *name)
{
    assert_int_equal(ask(registering(name, SECRET)), ACCOUNTS_DONE);
    return last.req.account;
}

/* What a test has got, which it wipes as a caller does. */
static void take_made(char text[ACCOUNTS_MADE_SIZE])
{
    memcpy(text, last.req.made, ACCOUNTS_MADE_SIZE);
    memset(last.req.made, 0, ACCOUNTS_MADE_SIZE);
}

static const char *listed(int64_t id, enum accounts_deed deed)
{
    static char told[200];

    assert_int_equal(ask(of(id, deed, NULL)), ACCOUNTS_DONE);
    snprintf(told, sizeof(told), "%s", strbuf_str(&last.tokens));
    strbuf_fini(&last.tokens);
    return told;
}

static const char *tokens_of(int64_t id)
{
    return listed(id, ACCOUNTS_TOKEN_LIST);
}

static const char *certs_of(int64_t id)
{
    return listed(id, ACCOUNTS_CERT_LIST);
}

static struct accounts_request cert_login(const char *fingerprint, const char *from)
{
    return (struct accounts_request){.deed = ACCOUNTS_LOGIN_CERT, .label = fingerprint, .from = from};
}

static struct accounts_request cert_add(int64_t id, const char *fingerprint, bool is_proven)
{
    return (struct accounts_request){
        .deed = ACCOUNTS_CERT_ADD, .account = id, .label = fingerprint, .is_proven = is_proven};
}

/* The whole database, as anybody reads it who has the file. */
static bool database_holds(const char *text)
{
    static const char *const files[] = {"chatd.db", "chatd.db-wal"};
    bool holds = false;

    for (size_t i = 0; i < 2; i++) {
        struct stat st;

        if (stat(stores_path(files[i]), &st) == 0) {
            size_t len;
            char *bytes = stores_read_file(stores_path(files[i]), &len);

            holds |= memmem(bytes, len, text, strlen(text)) != NULL;
            free(bytes);
        }
    }
    return holds;
}

/* Another program's write lock, as long as it lasts. */
static sqlite3 *lock_database(void)
{
    sqlite3 *raw;

    assert_int_equal(sqlite3_open(stores_path("chatd.db"), &raw), SQLITE_OK);
    assert_int_equal(sqlite3_exec(raw, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    return raw;
}

static void unlock_database(sqlite3 *raw)
{
    assert_int_equal(sqlite3_exec(raw, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(raw);
}

/* ---- registering ---- */

static void a_name_is_registered_and_its_owner_logs_in(void **state)
{
    int64_t id;

    (void)state;
    assert_null(accounts->ops->find(accounts, "alice"));
    assert_int_equal(ask((struct accounts_request){.deed = ACCOUNTS_REGISTER,
                                                   .name = "Alice",
                                                   .folded = "alice",
                                                   .new_secret = SECRET,
                                                   .new_secret_len = strlen(SECRET)}), ACCOUNTS_DONE);
    id = last.req.account;
    assert_string_equal(last.req.found->name, "Alice");
    assert_string_equal(events_told(), "+Alice(alice) ");
    assert_int_equal(accounts->ops->find(accounts, "alice")->id, id);
    assert_string_equal(accounts->ops->get(accounts, id)->folded, "alice");
    assert_null(accounts->ops->find(accounts, "bob"));
    fake_clock_advance(&now, 5000);
    assert_int_equal(ask(login("alice", SECRET, NULL)), ACCOUNTS_DONE);
    assert_int_equal(last.req.account, id);
    assert_int_equal(last.req.last_seen_ms, FAKE_REAL_MS);
    assert_int_equal(last.req.found->seen_ms, FAKE_REAL_MS + 5000);
    assert_int_equal(last.req.found->created_ms, FAKE_REAL_MS);
    assert_false(database_holds(SECRET));
}

static void a_wrong_password_is_wrong(void **state)
{
    static char long_one[PASSWORD_MAX_BYTES + 100];

    (void)state;
    make("alice");
    memset(long_one, 'x', sizeof(long_one) - 1);
    assert_int_equal(ask(login("alice", "correct horse batterz", NULL)), ACCOUNTS_WRONG);
    assert_null(last.req.found);
    assert_int_equal(ask(login("alice", "", NULL)), ACCOUNTS_WRONG);
    assert_int_equal(ask(login("alice", long_one, NULL)), ACCOUNTS_WRONG);
    assert_int_equal(ask(login("nobody", SECRET, NULL)), ACCOUNTS_WRONG); /* the same answer */
}

static void a_registered_name_is_taken(void **state)
{
    struct asked first, second;

    (void)state;
    make("alice");
    assert_int_equal(ask(registering("alice", NEW_SECRET)), ACCOUNTS_TAKEN);
    /* Two at the same time: the database decides. */
    assert_int_equal(begin_ask(&first, registering("bob", SECRET)), ACCOUNTS_LATER);
    assert_int_equal(begin_ask(&second, registering("bob", NEW_SECRET)), ACCOUNTS_LATER);
    assert_int_equal(wait_for(&first), ACCOUNTS_DONE);
    assert_int_equal(wait_for(&second), ACCOUNTS_TAKEN);
    assert_int_equal(ask(login("bob", SECRET, NULL)), ACCOUNTS_DONE);
    assert_int_equal(accounts_count(accounts), 2);
}

static void a_password_has_a_least_and_a_greatest_length(void **state)
{
    char text[PASSWORD_MAX_BYTES + 2];

    (void)state;
    assert_int_equal(ask(registering("alice", "seven77")), ACCOUNTS_SHORT);
    assert_int_equal(last.req.limit, LEAST_CHARS);
    assert_int_equal(ask(registering("alice", "\u00e4\u00e4\u00e4\u00e4")), ACCOUNTS_SHORT); /* 4, in 8 bytes */
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    assert_int_equal(ask(registering("alice", text)), ACCOUNTS_LONG);
    assert_int_equal(last.req.limit, PASSWORD_MAX_BYTES);
    text[PASSWORD_MAX_BYTES] = '\0';
    assert_int_equal(ask(registering("alice", text)), ACCOUNTS_DONE);
    assert_int_equal(ask(login("alice", text, NULL)), ACCOUNTS_DONE);
}

static void a_password_is_the_same_however_its_letters_are_composed(void **state)
{
    (void)state;
    assert_int_equal(ask(registering("alice", "caf\u00e9 au lait")), ACCOUNTS_DONE);
    assert_int_equal(ask(login("alice", "cafe\u0301 au lait", NULL)), ACCOUNTS_DONE);
    assert_int_equal(ask(login("alice", "cafe au lait", NULL)), ACCOUNTS_WRONG);
}

static void where_registration_is_closed_administrators_register(void **state)
{
    struct accounts_request req = registering("alice", SECRET);
    char made[ACCOUNTS_MADE_SIZE];

    (void)state;
    limits.registration = ACCOUNTS_REGISTRATION_CLOSED;
    accounts_set_limits(accounts, &limits);
    assert_int_equal(ask(req), ACCOUNTS_CLOSED);
    req.is_admin = true;
    req.new_secret = NULL;
    assert_int_equal(ask(req), ACCOUNTS_DONE);
    take_made(made);
    assert_int_equal(ask(login("alice", made, NULL)), ACCOUNTS_DONE);
}

static bool is_admin(const char *folded)
{
    const struct account *account = accounts->ops->find(accounts, folded);

    assert_non_null(account);
    return account->is_admin;
}

static void administrators_are_appointed_and_stay_over_restarts(void **state)
{
    int64_t id = make("alice");
    struct accounts_request req = {.deed = ACCOUNTS_SET_ADMIN, .account = id, .on = true, .is_admin = true};

    (void)state;
    (void)events_told();
    assert_false(is_admin("alice"));
    assert_int_equal(ask(req), ACCOUNTS_DONE);
    assert_int_equal(ask(req), ACCOUNTS_DONE);
    assert_string_equal(events_told(), "admin alice ");
    restart();
    assert_true(is_admin("alice"));
    req.on = false;
    assert_int_equal(ask(req), ACCOUNTS_DONE);
    assert_string_equal(events_told(), "no admin alice ");
    restart();
    assert_false(is_admin("alice"));
    req.account = 12345;
    assert_int_equal(ask(req), ACCOUNTS_NO_SUCH);
}

static void settings_name_administrators(void **state)
{
    struct accounts_request req = registering("carol", SECRET);

    (void)state;
    make("alice");
    make("bob");
    (void)events_told();
    limits.admins = "Alice, carol, ALICE";
    accounts_set_limits(accounts, &limits);
    assert_string_equal(events_told(), "admin alice ");
    assert_true(is_admin("alice") && !is_admin("bob"));
    /* Nobody can become one by being the first to register the name. */
    assert_int_equal(ask(req), ACCOUNTS_KEPT);
    req.is_admin = true;
    assert_int_equal(ask(req), ACCOUNTS_DONE);
    assert_true(is_admin("carol"));
    (void)events_told();
    assert_int_equal(ask((struct accounts_request){.deed = ACCOUNTS_SET_ADMIN, .account = make("dave"), .on = true,
                                                   .is_admin = true}),
                     ACCOUNTS_DONE);
    restart();
    assert_true(is_admin("alice") && is_admin("carol") && is_admin("dave") && !is_admin("bob"));
    limits.admins = "bob,dave";
    (void)events_told();
    accounts_set_limits(accounts, &limits);
    assert_string_equal(events_told(), "no admin alice no admin carol admin bob ");
    limits.admins = "";
    accounts_set_limits(accounts, &limits);
    assert_true(is_admin("dave") && !is_admin("bob"));
}

static void an_invitation_is_used_once(void **state)
{
    struct accounts_request req = registering("alice", SECRET);
    char first[ACCOUNTS_MADE_SIZE], second[ACCOUNTS_MADE_SIZE];

    (void)state;
    limits.registration = ACCOUNTS_BY_INVITATION;
    accounts_set_limits(accounts, &limits);
    assert_int_equal(ask(req), ACCOUNTS_NEEDS_INVITATION);
    assert_int_equal(ask((struct accounts_request){.deed = ACCOUNTS_INVITE, .is_admin = true}), ACCOUNTS_DONE);
    take_made(first);
    assert_int_equal(ask((struct accounts_request){.deed = ACCOUNTS_INVITE, .is_admin = true}), ACCOUNTS_DONE);
    take_made(second);
    assert_false(database_holds(first));
    restart();
    req.invitation = "chatd.invite.AAAAAAAAAAAAAAAAAAAAAA";
    assert_int_equal(ask(req), ACCOUNTS_NEEDS_INVITATION);
    req.invitation = first;
    assert_int_equal(ask(req), ACCOUNTS_DONE);
    req.name = req.folded = "bob";
    assert_int_equal(ask(req), ACCOUNTS_NEEDS_INVITATION);
    fake_clock_advance(&now, (uint64_t)(DAYS * DAY_MS + 1));
    req.invitation = second;
    assert_int_equal(ask(req), ACCOUNTS_NEEDS_INVITATION); /* it is too old */
}

/* One that could not be used is still there. */
static void a_name_that_is_taken_uses_up_no_invitation(void **state)
{
    struct accounts_request req = registering("alice", SECRET);
    char made[ACCOUNTS_MADE_SIZE];

    (void)state;
    make("alice");
    limits.registration = ACCOUNTS_BY_INVITATION;
    accounts_set_limits(accounts, &limits);
    assert_int_equal(ask((struct accounts_request){.deed = ACCOUNTS_INVITE, .is_admin = true}), ACCOUNTS_DONE);
    take_made(made);
    req.invitation = made;
    assert_int_equal(ask(req), ACCOUNTS_TAKEN);
    req.name = req.folded = "bob";
    assert_int_equal(ask(req), ACCOUNTS_DONE);
}

static void there_are_no_more_accounts_than_allowed(void **state)
{
    (void)state;
    make("alice");
    limits.most = 1;
    accounts_set_limits(accounts, &limits);
    assert_int_equal(ask(registering("bob", SECRET)), ACCOUNTS_TOO_MANY);
    assert_int_equal(last.req.limit, 1);
}

static void one_address_cannot_take_many_names(void **state)
{
    char name[20];

    (void)state;
    for (int i = 0;; i++) {
        struct accounts_request req = registering(name, SECRET);
        enum accounts_answer answer;

        snprintf(name, sizeof(name), "name%d", i);
        req.from = "2001:db8::1";
        answer = ask(req);
        if (answer == ACCOUNTS_SLOW) {
            assert_true(i >= 5 && last.req.wait_s > 0);
            break;
        }
        assert_int_equal(answer, ACCOUNTS_DONE);
        assert_true(i < 50);
    }
    make("other");
}

/* ---- attempts ---- */

/* From addresses that begin so. */
static unsigned failures_until_slow(const char *name, const char *network)
{
    for (unsigned i = 0; i < 50; i++) {
        char from[40];
        enum accounts_answer answer;

        snprintf(from, sizeof(from), "%s.%u", network, i);
        answer = ask(login(name, "wrong password", from));
        if (answer == ACCOUNTS_SLOW) {
            return i;
        }
        assert_int_equal(answer, ACCOUNTS_WRONG);
    }
    fail_msg("never slow");
    return 0;
}

static void attempts_on_an_account_are_limited_from_wherever_they_come(void **state)
{
    unsigned count, wait_s;

    (void)state;
    make("alice");
    assert_int_equal(ask(login("alice", SECRET, "192.0.2.250")), ACCOUNTS_DONE);
    count = failures_until_slow("alice", "192.0.2");
    wait_s = last.req.wait_s;
    assert_in_range(wait_s, 1, 10);
    assert_int_equal(ask(login("alice", SECRET, "198.51.100.1")), ACCOUNTS_SLOW); /* the right one is not looked at */
    fake_clock_advance(&now, wait_s * 1000);
    assert_int_equal(ask(login("alice", "wrong again", "198.51.100.2")), ACCOUNTS_WRONG);
    assert_int_equal(ask(login("alice", "wrong again", "198.51.100.3")), ACCOUNTS_SLOW);
    assert_true(last.req.wait_s > wait_s);
    /* The owner is at the address of the last login, and is told. */
    assert_int_equal(ask(login("alice", SECRET, "192.0.2.250")), ACCOUNTS_DONE);
    assert_int_equal(last.req.failures, count + 1);
    assert_int_equal(ask(login("alice", SECRET, "192.0.2.250")), ACCOUNTS_DONE);
    assert_int_equal(last.req.failures, 0); /* once */
    assert_true(fake_log_count(&log_lines, "login failed name=alice network=") > 0);
}

static void names_without_an_account_are_limited_alike(void **state)
{
    (void)state;
    make("alice");
    assert_int_equal(failures_until_slow("nobody", "192.0.2"), failures_until_slow("alice", "198.51.100"));
    assert_int_equal(ask(login("other", "wrong password", "203.0.113.1")), ACCOUNTS_WRONG);
    /* What was typed for a name may be a password. */
    assert_int_equal(ask(login(SECRET, "wrong password", "203.0.113.1")), ACCOUNTS_WRONG);
}

static void attempts_from_an_address_are_limited_whatever_they_try(void **state)
{
    char name[20];
    unsigned i;

    (void)state;
    make("alice");
    for (i = 0; i < 50; i++) {
        snprintf(name, sizeof(name), "name%u", i);
        if (ask(login(name, "wrong password", i % 2 == 0 ? "2001:db8::1" : "2001:db8::2")) == ACCOUNTS_SLOW) {
            break;
        }
    }
    assert_in_range(i, 3, 20);
    assert_int_equal(ask(login("alice", SECRET, "2001:db8::3")), ACCOUNTS_SLOW);
    assert_int_equal(ask(login("alice", SECRET, "2001:db8:0:1::3")), ACCOUNTS_DONE);
}

/* Many at the same time are no way around the limit. */
static void attempts_count_when_they_begin(void **state)
{
    struct asked many[4];
    int later = 0;

    (void)state;
    make("alice");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ask(login("alice", "wrong password", NULL)), ACCOUNTS_WRONG);
    }
    for (int i = 0; i < 4; i++) {
        later += begin_ask(&many[i], login("alice", "wrong password", NULL)) == ACCOUNTS_LATER;
    }
    assert_int_equal(later, 2);
    assert_int_equal(wait_for(&many[0]), ACCOUNTS_WRONG);
    assert_int_equal(wait_for(&many[1]), ACCOUNTS_WRONG);
}

static void right_passwords_are_no_attempts(void **state)
{
    (void)state;
    make("alice");
    for (int i = 0; i < 30; i++) {
        assert_int_equal(ask(login("alice", SECRET, "192.0.2.1")), ACCOUNTS_DONE);
    }
}

static void tokens_that_are_tried_out_are_limited_by_address(void **state)
{
    (void)state;
    for (int i = 0; ask(token_login("chatd.token.AAAA", "192.0.2.1")) == ACCOUNTS_WRONG; i++) {
        assert_true(i < 50);
    }
    assert_int_equal(last.answer, 0);
    assert_true(last.req.wait_s > 0);
    assert_int_equal(ask(token_login("no token", "192.0.2.2")), ACCOUNTS_WRONG);
}

/* ---- passwords ---- */

static void a_password_is_changed(void **state)
{
    struct accounts_request req = {.deed = ACCOUNTS_SET_PASSWORD,
                                   .account = make("alice"),
                                   .secret = "wrong password",
                                   .secret_len = 14,
                                   .new_secret = NEW_SECRET,
                                   .new_secret_len = strlen(NEW_SECRET)};

    (void)state;
    assert_int_equal(ask(req), ACCOUNTS_WRONG);
    assert_int_equal(ask(login("alice", NEW_SECRET, NULL)), ACCOUNTS_WRONG);
    req.secret = SECRET;
    req.secret_len = strlen(SECRET);
    assert_int_equal(ask(req), ACCOUNTS_DONE);
    assert_int_equal(ask(login("alice", SECRET, NULL)), ACCOUNTS_WRONG);
    assert_int_equal(ask(login("alice", NEW_SECRET, NULL)), ACCOUNTS_DONE);
    assert_int_equal(last.req.failures, 3);
    req.new_secret_len = 3;
    assert_int_equal(ask(req), ACCOUNTS_SHORT);
    req.account = 99;
    req.new_secret_len = strlen(NEW_SECRET);
    assert_int_equal(ask(req), ACCOUNTS_NO_SUCH);
}

static void an_administrator_gives_a_new_password(void **state)
{
    struct accounts_request req = {.deed = ACCOUNTS_SET_PASSWORD, .account = make("alice"), .is_admin = true};
    char made[ACCOUNTS_MADE_SIZE];

    (void)state;
    assert_int_equal(ask(req), ACCOUNTS_DONE);
    take_made(made);
    assert_int_equal(ask(login("alice", SECRET, NULL)), ACCOUNTS_WRONG);
    assert_int_equal(ask(login("alice", made, NULL)), ACCOUNTS_DONE);
}

static const char *hash_of(const char *name)
{
    static char hash[200];
    sqlite3_stmt *statement;
    sqlite3 *raw;

    assert_int_equal(sqlite3_open(stores_path("chatd.db"), &raw), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(raw, "SELECT password FROM account WHERE folded = ?1", -1, &statement, NULL),
                     SQLITE_OK);
    sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    snprintf(hash, sizeof(hash), "%s", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    sqlite3_close(raw);
    return hash;
}

static void a_hash_of_other_costs_is_renewed_at_a_login(void **state)
{
    (void)state;
    make("alice");
    assert_non_null(strstr(hash_of("alice"), "$m=8,t=1,p=1$"));
    limits.hash_passes = 2;
    limits.hash_memory_bytes = 2 * MEMORY;
    accounts_set_limits(accounts, &limits);
    assert_int_equal(ask(login("alice", SECRET, NULL)), ACCOUNTS_DONE);
    restart();
    assert_non_null(strstr(hash_of("alice"), "$m=16,t=2,p=1$"));
    assert_int_equal(ask(login("alice", SECRET, NULL)), ACCOUNTS_DONE);
}

/* ---- tokens ---- */

static void a_token_logs_in(void **state)
{
    int64_t id = make("alice");
    char text[ACCOUNTS_MADE_SIZE], other[ACCOUNTS_MADE_SIZE];

    (void)state;
    assert_int_equal(ask(of(id, ACCOUNTS_TOKEN_NEW, "cron")), ACCOUNTS_DONE);
    take_made(text);
    assert_int_equal(ask(of(id, ACCOUNTS_TOKEN_NEW, "cron")), ACCOUNTS_TAKEN);
    assert_string_equal(last.req.made, "");
    assert_string_equal(tokens_of(id), "cron+0/-1 ");
    fake_clock_advance(&now, 7);
    assert_int_equal(ask(token_login(text, "192.0.2.1")), ACCOUNTS_DONE);
    assert_int_equal(last.req.account, id);
    assert_string_equal(last.req.found->name, "alice");
    assert_string_equal(tokens_of(id), "cron+0/7 ");
    assert_int_equal(ask(of(id, ACCOUNTS_TOKEN_NEW, "backup")), ACCOUNTS_DONE);
    take_made(other);
    assert_string_equal(tokens_of(id), "backup+7/-1 cron+0/7 ");
    assert_int_equal(ask(of(id, ACCOUNTS_TOKEN_NEW, "third")), ACCOUNTS_TOO_MANY);
    assert_int_equal(last.req.limit, MOST_TOKENS);
    assert_false(database_holds(text));
    restart();
    assert_int_equal(ask(token_login(text, NULL)), ACCOUNTS_DONE);
    assert_int_equal(ask(of(id, ACCOUNTS_TOKEN_REVOKE, "cron")), ACCOUNTS_DONE);
    assert_int_equal(ask(of(id, ACCOUNTS_TOKEN_REVOKE, "cron")), ACCOUNTS_NO_SUCH);
    assert_int_equal(ask(token_login(text, NULL)), ACCOUNTS_WRONG);
    assert_int_equal(ask(token_login(other, NULL)), ACCOUNTS_DONE);
    memset(text, 0, sizeof(text));
}

static void tokens_are_each_accounts_own(void **state)
{
    int64_t alice = make("alice"), bob = make("bob");

    (void)state;
    assert_int_equal(ask(of(alice, ACCOUNTS_TOKEN_NEW, "cron")), ACCOUNTS_DONE);
    memset(last.req.made, 0, sizeof(last.req.made));
    assert_int_equal(ask(of(bob, ACCOUNTS_TOKEN_NEW, "cron")), ACCOUNTS_DONE);
    memset(last.req.made, 0, sizeof(last.req.made));
    assert_int_equal(ask(of(bob, ACCOUNTS_TOKEN_REVOKE, "cron")), ACCOUNTS_DONE);
    assert_string_equal(tokens_of(alice), "cron+0/-1 ");
    assert_string_equal(tokens_of(bob), "");
    assert_int_equal(ask(of(99, ACCOUNTS_TOKEN_LIST, NULL)), ACCOUNTS_NO_SUCH);
}

/* ---- certificates ---- */

static void a_certificate_logs_in(void **state)
{
    int64_t id = make("alice");

    (void)state;
    assert_int_equal(ask(cert_login("AA", "192.0.2.1")), ACCOUNTS_NO_SUCH);
    assert_int_equal(ask(cert_add(id, "AA", true)), ACCOUNTS_DONE);
    assert_string_equal(certs_of(id), "AA+0/-1 ");
    fake_clock_advance(&now, 7);
    assert_int_equal(ask(cert_login("AA", "192.0.2.1")), ACCOUNTS_DONE);
    assert_int_equal(last.req.account, id);
    assert_string_equal(last.req.found->name, "alice");
    assert_int_equal(accounts->logins[ACCOUNTS_LOGIN_BY_CERTIFICATE], 1);
    assert_int_equal(accounts->logins[ACCOUNTS_LOGIN_FAILED], 0); /* who is nobody's has not tried */
    assert_string_equal(certs_of(id), "AA+0/7 ");
    assert_int_equal(ask(cert_add(id, "AA", true)), ACCOUNTS_TAKEN);
    assert_int_equal(ask(cert_add(id, "00", true)), ACCOUNTS_DONE);
    assert_string_equal(certs_of(id), "AA+0/7 00+7/-1 ");
    assert_int_equal(ask(cert_add(id, "BB", true)), ACCOUNTS_TOO_MANY);
    assert_int_equal(last.req.limit, MOST_CERTS);
    restart();
    assert_int_equal(ask(cert_login("00", NULL)), ACCOUNTS_DONE);
    assert_int_equal(ask(of(id, ACCOUNTS_CERT_REMOVE, "AA")), ACCOUNTS_DONE);
    assert_int_equal(ask(of(id, ACCOUNTS_CERT_REMOVE, "AA")), ACCOUNTS_NO_SUCH);
    assert_int_equal(ask(cert_login("AA", NULL)), ACCOUNTS_NO_SUCH);
    assert_string_equal(tokens_of(id), "");
}

static void a_certificate_is_of_one_account_and_of_whoever_has_its_key(void **state)
{
    int64_t alice = make("alice"), mallory = make("mallory");

    (void)state;
    assert_int_equal(ask(cert_add(mallory, "AA", false)), ACCOUNTS_DONE); /* it has read the fingerprint somewhere */
    assert_int_equal(ask(cert_add(alice, "AA", false)), ACCOUNTS_TAKEN);
    assert_int_equal(ask(of(alice, ACCOUNTS_CERT_REMOVE, "AA")), ACCOUNTS_NO_SUCH);
    assert_int_equal(ask(cert_add(alice, "AA", true)), ACCOUNTS_DONE);
    assert_string_equal(certs_of(mallory), "");
    assert_int_equal(ask(cert_login("AA", NULL)), ACCOUNTS_DONE);
    assert_int_equal(last.req.account, alice);
    assert_int_equal(ask(cert_add(mallory, "AA", false)), ACCOUNTS_TAKEN);
    assert_int_equal(ask(cert_add(mallory, "AA", true)), ACCOUNTS_TAKEN); /* they share a key: the first one has it */
    assert_int_equal(ask(cert_add(alice, "BB", false)), ACCOUNTS_DONE);
    assert_int_equal(ask(cert_add(alice, "BB", true)), ACCOUNTS_DONE); /* now it is sure */
    assert_int_equal(ask(cert_add(mallory, "BB", true)), ACCOUNTS_TAKEN);
    assert_int_equal(ask(cert_add(99, "CC", true)), ACCOUNTS_NO_SUCH);
}

/* Somebody who shows it would be heard by whoever has read its fingerprint somewhere. */
static void a_certificate_without_its_key_logs_nobody_in(void **state)
{
    int64_t mallory = make("mallory");
    struct accounts_request agreed = cert_login("AA", NULL);

    (void)state;
    assert_int_equal(ask(cert_add(mallory, "AA", false)), ACCOUNTS_DONE);
    assert_int_equal(ask(cert_login("AA", NULL)), ACCOUNTS_UNPROVEN);
    assert_string_equal(last.req.found->name, "mallory");
    assert_string_equal(certs_of(mallory), "AA+0/-1 ");
    assert_int_equal(accounts->logins[ACCOUNTS_LOGIN_BY_CERTIFICATE], 0);
    assert_int_equal(accounts->logins[ACCOUNTS_LOGIN_FAILED], 0);
    agreed.is_proven = true; /* it is theirs after all */
    assert_int_equal(ask(agreed), ACCOUNTS_DONE);
    restart();
    assert_int_equal(ask(cert_login("AA", NULL)), ACCOUNTS_DONE);
    assert_int_equal(last.req.account, mallory);
    agreed.label = "BB";
    assert_int_equal(ask(agreed), ACCOUNTS_NO_SUCH);
}

static void certificates_go_with_their_account(void **state)
{
    int64_t alice = make("alice"), bob = make("bob");

    (void)state;
    assert_int_equal(ask(cert_add(alice, "AA", true)), ACCOUNTS_DONE);
    assert_int_equal(ask(of(alice, ACCOUNTS_FORGET, NULL)), ACCOUNTS_DONE);
    assert_int_equal(ask(cert_login("AA", NULL)), ACCOUNTS_NO_SUCH);
    assert_int_equal(ask(cert_add(bob, "AA", true)), ACCOUNTS_DONE);
}

/* From an address that has guessed too often nobody logs in, and an unknown certificate is no guess. */
static void a_certificate_waits_as_a_password_does(void **state)
{
    int64_t id = make("alice");
    char name[20];

    (void)state;
    assert_int_equal(ask(cert_add(id, "AA", true)), ACCOUNTS_DONE);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(ask(cert_login("BB", "192.0.2.1")), ACCOUNTS_NO_SUCH);
    }
    for (int i = 0; i < 8; i++) {
        snprintf(name, sizeof(name), "name%d", i);
        assert_int_equal(ask(login(name, "wrong password", "192.0.2.1")), ACCOUNTS_WRONG);
    }
    assert_int_equal(ask(cert_login("AA", "192.0.2.1")), ACCOUNTS_SLOW);
    assert_true(last.req.wait_s > 0);
    assert_int_equal(ask(cert_login("AA", "192.0.2.2")), ACCOUNTS_DONE);
}

static void who_is_known_otherwise_needs_no_password(void **state)
{
    int64_t id = make("alice");

    (void)state;
    assert_int_equal(ask(login("alice", "wrong password", NULL)), ACCOUNTS_WRONG);
    assert_int_equal(ask(of(id, ACCOUNTS_LOGIN_TRUSTED, NULL)), ACCOUNTS_DONE);
    assert_int_equal(last.req.failures, 1);
    assert_int_equal(ask(of(99, ACCOUNTS_LOGIN_TRUSTED, NULL)), ACCOUNTS_NO_SUCH);
}

/* ---- the end of an account ---- */

static void a_forgotten_account_is_gone(void **state)
{
    int64_t id = make("alice");
    struct accounts_request req = of(id, ACCOUNTS_FORGET, NULL);
    char text[ACCOUNTS_MADE_SIZE];

    (void)state;
    assert_int_equal(ask(of(id, ACCOUNTS_TOKEN_NEW, "cron")), ACCOUNTS_DONE);
    take_made(text);
    events_told();
    req.secret = "wrong password";
    req.secret_len = 14;
    assert_int_equal(ask(req), ACCOUNTS_WRONG);
    req.secret = SECRET;
    req.secret_len = strlen(SECRET);
    assert_int_equal(ask(req), ACCOUNTS_DONE);
    assert_null(last.req.found);
    assert_string_equal(events_told(), "-alice ");
    assert_null(accounts->ops->find(accounts, "alice"));
    assert_int_equal(ask(login("alice", SECRET, NULL)), ACCOUNTS_WRONG);
    assert_int_equal(ask(token_login(text, NULL)), ACCOUNTS_WRONG);
    assert_true(make("alice") > id);
}

/* So many lines of an account, and one of a guest; no job may be under way. */
static void say(int64_t account, int count)
{
    struct parcel parcel = {0};
    sqlite3 *raw;
    char sql[100];

    for (int i = 1; i <= count + 1; i++) {
        stores_add(&parcel, (uint64_t)i, "lobby", i <= count ? "alice" : "guest", "hello");
    }
    assert_int_equal(rows_write(db, &parcel), DB_OK);
    parcel_fini(&parcel);
    assert_int_equal(sqlite3_open(stores_path("chatd.db"), &raw), SQLITE_OK);
    snprintf(sql, sizeof(sql), "UPDATE message SET account = %lld WHERE name = 'alice'", (long long)account);
    assert_int_equal(sqlite3_exec(raw, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(raw);
}

static int lines_left(void)
{
    sqlite3_stmt *statement;
    sqlite3 *raw;
    int lines;

    assert_int_equal(sqlite3_open(stores_path("chatd.db"), &raw), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(raw, "SELECT count(*) FROM message", -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    lines = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(raw);
    return lines;
}

static void lines_go_with_their_account_if_that_is_wished(void **state)
{
    int64_t id = make("alice");
    struct accounts_request req = of(id, ACCOUNTS_FORGET, NULL);

    (void)state;
    say(id, 1200); /* several steps */
    req.with_lines = true;
    assert_int_equal(ask(req), ACCOUNTS_DONE);
    assert_int_equal(lines_left(), 1);
}

static void append(uint64_t id, int64_t account)
{
    struct message *m = message_new(&(struct message_parts){.kind = MESSAGE_SAY,
                                                            .time_ms = FAKE_REAL_MS,
                                                            .room = "lobby",
                                                            .room_folded = "lobby",
                                                            .actor = account != 0 ? "alice" : "guest",
                                                            .text = "hello",
                                                            .text_len = 5,
                                                            .account = account});

    m->id = id;
    assert_int_equal(store->ops->append(store, "lobby", m), STORE_WAITS);
    message_unref(m);
}

/* What was said just now, and is on its way to the disk. */
static void lines_that_wait_and_lines_in_memory_go_too(void **state)
{
    int64_t id = make("alice");
    struct accounts_request req = of(id, ACCOUNTS_FORGET, NULL);

    (void)state;
    for (uint64_t i = 1; i <= 30; i++) {
        append(i, i % 10 != 0 ? id : 0);
    }
    req.with_lines = true;
    assert_int_equal(ask(req), ACCOUNTS_DONE);
    assert_int_equal(store->ops->count(store, "lobby"), 3);
    assert_int_equal(lines_left(), 3);
}

static void forgetting_ends_with_the_server(void **state)
{
    int64_t id = make("alice");
    struct accounts_request req = of(id, ACCOUNTS_FORGET, NULL);
    struct asked asked;

    (void)state;
    append(1, id);
    req.with_lines = true;
    assert_int_equal(begin_ask(&asked, req), ACCOUNTS_LATER); /* the line is being written */
    accounts->ops->cancel(accounts, &asked.req);
}

static void lines_stay_otherwise(void **state)
{
    int64_t id = make("alice");

    (void)state;
    say(id, 3);
    assert_int_equal(ask(of(id, ACCOUNTS_FORGET, NULL)), ACCOUNTS_DONE);
    assert_int_equal(lines_left(), 4);
}

static void forgetting_is_seen_through_though_nobody_waits(void **state)
{
    int64_t id = make("alice");
    struct accounts_request req = of(id, ACCOUNTS_FORGET, NULL);
    struct asked asked;

    (void)state;
    say(id, 1200);
    req.with_lines = true;
    events_told();
    assert_int_equal(begin_ask(&asked, req), ACCOUNTS_LATER);
    accounts->ops->cancel(accounts, &asked.req);
    while (accounts->ops->get(accounts, id) != NULL) {
        reap();
    }
    assert_int_equal(asked.done, 0);
    assert_string_equal(events_told(), "erased alice -alice ");
    assert_int_equal(lines_left(), 1);
}

/* ---- late answers, the end, and a store that fails ---- */

static void a_request_that_is_cancelled_is_not_answered(void **state)
{
    struct asked one, two;

    (void)state;
    make("alice");
    for (int turns = 0; turns < 4; turns++) { /* in each of its steps */
        assert_int_equal(begin_ask(&one, login("alice", SECRET, NULL)), ACCOUNTS_LATER);
        for (int i = 0; i < turns && one.done == 0; i++) {
            reap();
        }
        if (one.done == 0) {
            accounts->ops->cancel(accounts, &one.req);
            assert_int_equal(ask(login("alice", SECRET, NULL)), ACCOUNTS_DONE);
            assert_int_equal(one.done, 0);
        }
    }
    /* What is in the database is known, though nobody was told.  A request that had not begun leaves nothing there. */
    assert_int_equal(begin_ask(&one, registering("bob", SECRET)), ACCOUNTS_LATER);
    reap_hash();
    accounts->ops->cancel(accounts, &one.req);
    assert_int_equal(begin_ask(&two, registering("bob", NEW_SECRET)), ACCOUNTS_LATER);
    assert_true(wait_for(&two) == ACCOUNTS_TAKEN || two.answer == ACCOUNTS_DONE);
    assert_int_equal(ask(login("bob", two.answer == ACCOUNTS_TAKEN ? SECRET : NEW_SECRET, NULL)), ACCOUNTS_DONE);
    assert_non_null(accounts->ops->find(accounts, "bob"));
}

static void everything_outlives_a_restart(void **state)
{
    int64_t alice = make("alice"), zoe = make("zoe");

    (void)state;
    make("bob");
    assert_int_equal(ask(login("zoe", "wrong password", NULL)), ACCOUNTS_WRONG);
    fake_clock_advance(&now, 60000);
    accounts->ops->seen(accounts, zoe);
    restart(); /* at once, so what was only noted is still on its way */
    assert_int_equal(accounts_count(accounts), 3);
    assert_int_equal(accounts->ops->find(accounts, "alice")->id, alice);
    assert_string_equal(accounts->ops->next(accounts, "")->name, "alice");
    assert_string_equal(accounts->ops->next(accounts, "alice")->name, "bob");
    assert_string_equal(accounts->ops->next(accounts, "carol")->name, "zoe");
    assert_null(accounts->ops->next(accounts, "zoe"));
    assert_int_equal(accounts->ops->find(accounts, "zoe")->seen_ms, FAKE_REAL_MS + 60000);
    assert_int_equal(ask(login("zoe", SECRET, NULL)), ACCOUNTS_DONE);
    assert_int_equal(last.req.failures, 1);
    assert_int_equal(last.req.last_seen_ms, FAKE_REAL_MS + 60000);
}

static void a_database_that_cannot_be_written_lets_owners_in(void **state)
{
    sqlite3 *raw;

    (void)state;
    make("alice");
    raw = lock_database();
    assert_int_equal(ask(login("alice", SECRET, NULL)), ACCOUNTS_DONE);
    assert_int_equal(ask(registering("bob", SECRET)), ACCOUNTS_FAILED);
    assert_null(accounts->ops->find(accounts, "bob"));
    unlock_database(raw);
    assert_int_equal(ask(registering("bob", SECRET)), ACCOUNTS_DONE);
}

static void accounts_that_cannot_be_read_are_read_later(void **state)
{
    static char path[300], aside[300];

    (void)state;
    make("alice");
    stop();
    snprintf(path, sizeof(path), "%s", stores_path("chatd.db"));
    snprintf(aside, sizeof(aside), "%s", stores_path("aside.db"));
    assert_int_equal(rename(path, aside), 0);
    assert_int_equal(mkdir(path, 0700), 0); /* no database there */
    start();
    assert_int_equal(ask(login("alice", SECRET, NULL)), ACCOUNTS_FAILED);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(rename(aside, path), 0);
    events_told();
    fake_clock_advance(&now, 10000);
    timeq_run(accounts_timeq(accounts), clock_ms(&now));
    while (accounts->ops->find(accounts, "alice") == NULL) {
        reap();
    }
    assert_string_equal(events_told(), "+alice(alice) ");
    assert_int_equal(ask(login("alice", SECRET, NULL)), ACCOUNTS_DONE);
}

static void more_requests_than_can_wait_are_told(void **state)
{
    struct asked many[8];
    int busy = 0;

    (void)state;
    for (int i = 0; i < 8; i++) {
        char name[20];

        snprintf(name, sizeof(name), "name%d", i);
        busy += begin_ask(&many[i], registering(name, SECRET)) == ACCOUNTS_BUSY;
    }
    assert_int_equal(busy, 4);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(wait_for(&many[i]), ACCOUNTS_DONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
        cmocka_unit_test(absent_accounts_are_nobodys),
        TEST(a_name_is_registered_and_its_owner_logs_in),
        TEST(a_wrong_password_is_wrong),
        TEST(a_registered_name_is_taken),
        TEST(a_password_has_a_least_and_a_greatest_length),
        TEST(a_password_is_the_same_however_its_letters_are_composed),
        TEST(where_registration_is_closed_administrators_register),
        TEST(administrators_are_appointed_and_stay_over_restarts),
        TEST(settings_name_administrators),
        TEST(an_invitation_is_used_once),
        TEST(a_name_that_is_taken_uses_up_no_invitation),
        TEST(there_are_no_more_accounts_than_allowed),
        TEST(one_address_cannot_take_many_names),
        TEST(attempts_on_an_account_are_limited_from_wherever_they_come),
        TEST(names_without_an_account_are_limited_alike),
        TEST(attempts_from_an_address_are_limited_whatever_they_try),
        TEST(attempts_count_when_they_begin),
        TEST(right_passwords_are_no_attempts),
        TEST(tokens_that_are_tried_out_are_limited_by_address),
        TEST(a_password_is_changed),
        TEST(an_administrator_gives_a_new_password),
        TEST(a_hash_of_other_costs_is_renewed_at_a_login),
        TEST(a_token_logs_in),
        TEST(tokens_are_each_accounts_own),
        TEST(a_certificate_logs_in),
        TEST(a_certificate_is_of_one_account_and_of_whoever_has_its_key),
        TEST(a_certificate_without_its_key_logs_nobody_in),
        TEST(certificates_go_with_their_account),
        TEST(a_certificate_waits_as_a_password_does),
        TEST(who_is_known_otherwise_needs_no_password),
        TEST(a_forgotten_account_is_gone),
        TEST(lines_go_with_their_account_if_that_is_wished),
        TEST(lines_stay_otherwise),
        cmocka_unit_test_setup_teardown(lines_that_wait_and_lines_in_memory_go_too, begin_with_store, end),
        cmocka_unit_test_setup_teardown(forgetting_ends_with_the_server, begin_with_store, end),
        TEST(forgetting_is_seen_through_though_nobody_waits),
        TEST(a_request_that_is_cancelled_is_not_answered),
        TEST(everything_outlives_a_restart),
        TEST(a_database_that_cannot_be_written_lets_owners_in),
        TEST(accounts_that_cannot_be_read_are_read_later),
        TEST(more_requests_than_can_wait_are_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(absent_accounts_are_nobodys)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
