/* Tests of store/mail.h: a real database and a real lane; the clock is the test's. */
#include "config.h"

#include "store/mail.h"

#include "fakes.h"
#include "stores.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

enum { WAIT_MS = 60000, MOST = 8 };

static struct lane *lane;
static struct db *db;
static struct clock now;
static struct mail *mail;

/* A request, its answer, and the letters that it has got. */
struct asked {
    struct mail_request req;
    int done;
    enum mail_answer answer;
    char got[300];
    int64_t last_id;
};

static void done(struct mail_request *req, enum mail_answer answer)
{
    struct asked *asked = (struct asked *)req;

    asked->done++;
    asked->answer = answer;
    for (size_t i = 0; i < req->count; i++) {
        const struct mail_letter *letter = &req->letters[i];
        size_t len = strlen(asked->got);

        snprintf(asked->got + len, sizeof(asked->got) - len, "%s(%s,%d): %s\n", letter->name, letter->folded,
                 (int)letter->writer, letter->text);
        asked->last_id = letter->id;
    }
}

static enum mail_answer wait_for(struct asked *asked)
{
    while (asked->done == 0) {
        struct pollfd bell = {.fd = lane_bell(lane), .events = POLLIN};

        assert_int_equal(poll(&bell, 1, WAIT_MS), 1);
        lane_reap(lane, NULL);
    }
    assert_int_equal(asked->done, 1);
    return asked->answer;
}

static enum mail_answer begin_keeping(struct asked *asked, int64_t account, int64_t writer, const char *from)
{
    *asked = (struct asked){.req = {.account = account,
                                    .letter = {.name = "Bob", .folded = "bob", .writer = writer, .text = "hello, all",
                                               .text_len = strlen("hello")},
                                    .from = from,
                                    .done = done}};
    return mail->ops->keep(mail, &asked->req);
}

static enum mail_answer keep(int64_t account, int64_t writer, const char *from)
{
    struct asked asked;
    enum mail_answer answer = begin_keeping(&asked, account, writer, from);

    return answer == MAIL_LATER ? wait_for(&asked) : answer;
}

static struct asked read_letters(int64_t account)
{
    struct asked asked = {.req = {.account = account, .done = done}};

    assert_int_equal(mail->ops->read(mail, &asked.req), MAIL_LATER);
    assert_int_equal(wait_for(&asked), MAIL_DONE);
    return asked;
}

static int begin(void **state)
{
    stores_begin(state);
    fake_clock_init(&now);
    lane = lane_new(&(struct lane_spec){.name = "store", .threads = 1, .most = 8, .drain_ms = WAIT_MS});
    db = db_new(&(struct db_spec){.path = stores_path("chatd.db")});
    assert_int_equal(db_open(db), DB_OK);
    assert_int_equal(db_exec(db, "INSERT INTO account (folded, name, created, seen) VALUES ('alice', 'Alice', 1, 1),"
                                 " ('bob', 'Bob', 1, 1), ('carol', 'Carol', 1, 1), ('dave', 'Dave', 1, 1),"
                                 " ('erin', 'Erin', 1, 1)"),
                     DB_OK);
    mail = mail_new(lane, db, &now);
    mail_set_limits(mail, &(struct mail_limits){.most = MOST});
    return 0;
}

static int end(void **state)
{
    mail->ops->free(mail);
    lane_end(lane);
    assert_int_equal(lane_free(lane), 0);
    db_free(db);
    return stores_end(state);
}

static void letters_stay_until_they_are_erased(void **state)
{
    struct asked asked;

    (void)state;
    assert_int_equal(keep(1, 2, NULL), MAIL_DONE);
    assert_int_equal(keep(1, 0, "10.0.0.1"), MAIL_DONE);
    asked = read_letters(1);
    assert_string_equal(asked.got, "Bob(bob,2): hello\nBob(bob,0): hello\n");
    assert_string_equal(read_letters(1).got, asked.got); /* as when the session went before they were in its queue */
    assert_string_equal(read_letters(2).got, "");
    mail->ops->erase(mail, 1, asked.last_id);
    assert_int_equal(keep(1, 3, NULL), MAIL_DONE); /* behind them */
    assert_string_equal(read_letters(1).got, "Bob(bob,3): hello\n");
}

static void a_mailbox_has_a_bound_and_shares(void **state)
{
    (void)state;
    for (int i = 0; i < MOST / 2; i++) {
        assert_int_equal(keep(1, 0, NULL), MAIL_DONE);
    }
    assert_int_equal(keep(1, 0, NULL), MAIL_GUESTS);
    assert_int_equal(keep(1, 2, NULL), MAIL_DONE);
    assert_int_equal(keep(1, 2, NULL), MAIL_DONE);
    assert_int_equal(keep(1, 2, NULL), MAIL_WRITER);
    assert_int_equal(keep(1, 3, NULL), MAIL_DONE);
    assert_int_equal(keep(1, 4, NULL), MAIL_DONE);
    assert_int_equal(keep(1, 5, NULL), MAIL_FULL);
    mail_set_limits(mail, &(struct mail_limits){.most = 0});
    assert_int_equal(keep(2, 5, NULL), MAIL_OFF);
}

/* As many as one mailbox has, in all of them. */
static void one_account_does_not_fill_the_disk(void **state)
{
    struct asked asked;

    (void)state;
    for (int i = 0; i < MOST; i++) {
        assert_int_equal(keep(2 + i / 2, 1, NULL), MAIL_DONE);
    }
    assert_int_equal(begin_keeping(&asked, 1, 1, NULL), MAIL_LATER);
    assert_int_equal(wait_for(&asked), MAIL_WRITER);
    assert_true(asked.req.limit == MOST / 4);
}

static void guests_of_an_address_wait_longer_and_longer(void **state)
{
    struct asked asked;

    (void)state;
    mail_set_limits(mail, &(struct mail_limits){.most = 100});
    for (int i = 0; i < 5; i++) {
        assert_int_equal(keep(1, 0, "2001:db8::1"), MAIL_DONE);
    }
    assert_int_equal(begin_keeping(&asked, 2, 0, "2001:db8::2"), MAIL_SLOW); /* the same network */
    assert_int_equal(asked.req.wait_s, 5);
    assert_int_equal(keep(2, 0, "2001:db8:1::1"), MAIL_DONE);
    assert_int_equal(keep(2, 3, "2001:db8::2"), MAIL_DONE); /* no guest */
    fake_clock_advance(&now, 5000);
    assert_int_equal(keep(2, 0, "2001:db8::2"), MAIL_DONE);
    assert_int_equal(begin_keeping(&asked, 2, 0, "2001:db8::2"), MAIL_SLOW);
    assert_int_equal(asked.req.wait_s, 10);
}

/* What is not kept does not count. */
static void a_full_mailbox_makes_nobody_wait(void **state)
{
    (void)state;
    for (int i = 0; i < MOST / 2; i++) {
        assert_int_equal(keep(1, 0, NULL), MAIL_DONE);
    }
    for (int i = 0; i < 20; i++) {
        assert_int_equal(keep(1, 0, "10.0.0.1"), MAIL_GUESTS);
    }
    assert_int_equal(keep(2, 0, "10.0.0.1"), MAIL_DONE);
}

static void a_request_that_is_cancelled_is_not_answered(void **state)
{
    struct asked kept, read = {.req = {.account = 1, .done = done}};

    (void)state;
    assert_int_equal(begin_keeping(&kept, 1, 2, NULL), MAIL_LATER);
    mail->ops->cancel(mail, &kept.req);
    assert_int_equal(mail->ops->read(mail, &read.req), MAIL_LATER);
    mail->ops->cancel(mail, &read.req);
    assert_string_equal(read_letters(1).got, "Bob(bob,2): hello\n"); /* which was under way */
    assert_int_equal(kept.done + read.done, 0);
}

static void accounts_that_end_take_their_letters_along(void **state)
{
    (void)state;
    assert_int_equal(keep(1, 2, NULL), MAIL_DONE);
    assert_int_equal(keep(2, 1, NULL), MAIL_DONE);
    assert_int_equal(db_exec(db, "DELETE FROM account WHERE id = 1"), DB_OK);
    assert_string_equal(read_letters(1).got, "");
    assert_string_equal(read_letters(2).got, "Bob(bob,0): hello\n"); /* that of nobody now */
    assert_int_equal(keep(1, 2, NULL), MAIL_NO_SUCH);
    assert_int_equal(keep(2, 1, NULL), MAIL_DONE);
    assert_string_equal(read_letters(2).got, "Bob(bob,0): hello\nBob(bob,0): hello\n");
}

static void a_database_that_fails_is_told(void **state)
{
    struct asked read = {.req = {.account = 1, .done = done}};

    (void)state;
    assert_int_equal(db_exec(db, "DROP TABLE mail"), DB_OK);
    assert_int_equal(keep(1, 2, NULL), MAIL_FAILED);
    assert_int_equal(mail->ops->read(mail, &read.req), MAIL_LATER);
    assert_int_equal(wait_for(&read), MAIL_FAILED);
}

/* Any number of requests at once: those that do not get into the lane are refused, and nothing of them stays. */
static void too_many_at_once_are_refused(void **state)
{
    struct asked asked[20];
    int refused = 0;

    (void)state;
    for (int i = 0; i < 20; i++) {
        refused += begin_keeping(&asked[i], 1 + i % 5, 1 + (i + 1) % 5, NULL) == MAIL_FAILED;
    }
    assert_int_equal(refused, 20 - 8);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(wait_for(&asked[i]), MAIL_DONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(letters_stay_until_they_are_erased, begin, end),
        cmocka_unit_test_setup_teardown(a_mailbox_has_a_bound_and_shares, begin, end),
        cmocka_unit_test_setup_teardown(one_account_does_not_fill_the_disk, begin, end),
        cmocka_unit_test_setup_teardown(guests_of_an_address_wait_longer_and_longer, begin, end),
        cmocka_unit_test_setup_teardown(a_full_mailbox_makes_nobody_wait, begin, end),
        cmocka_unit_test_setup_teardown(a_request_that_is_cancelled_is_not_answered, begin, end),
        cmocka_unit_test_setup_teardown(accounts_that_end_take_their_letters_along, begin, end),
        cmocka_unit_test_setup_teardown(a_database_that_fails_is_told, begin, end),
        cmocka_unit_test_setup_teardown(too_many_at_once_are_refused, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
