/* Tests of chat/logins.h: registered names and their owners, with accounts that the test makes. */
#include "config.h"

#include "chat/logins.h"

#include "chat/chat.h"
#include "chat/graces.h"
#include "chat/names.h"
#include "chat/owners.h"
#include "chat/seen.h"
#include "chat/rooms.h"
#include "fake_accounts.h"
#include "fake_store.h"
#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

enum { EARS = 4 };

static struct clock now;
static struct chat chat;
static struct fake_directory *dir;
static struct fake_store *store;
static struct fake_accounts *accounts;
static struct fake_sink ears[EARS];
static struct fake_sink *const a = &ears[0], *const b = &ears[1], *const c = &ears[2];
static int dones;
static enum chat_result last_result;

static void done(void *ctx, enum chat_result result, struct room *room)
{
    (void)ctx;
    (void)room;
    dones++;
    last_result = result;
}

static enum chat_result rename_to(struct fake_sink *ear, const char *nick)
{
    struct name name = fake_name(nick);

    return names_rename(&ear->at, &name, done, NULL);
}

static void join(struct fake_sink *ear, const char *room)
{
    struct name name = fake_name(room);
    struct room *joined;

    assert_int_equal(chat_join(&ear->at, &name, NULL, &joined, done, NULL), CHAT_OK);
}

static void come(struct fake_sink *ear, const char *nick)
{
    fake_sink_init(ear);
    chat_enter(&chat, &ear->at);
    assert_int_equal(names_rename_guest(&ear->at, done, NULL), CHAT_OK);
    if (nick != NULL) {
        assert_int_equal(rename_to(ear, nick), CHAT_OK);
    }
}

/* A line of the lobby, as a store tells it. */
static struct message *line_of(int64_t account, uint64_t actor_id)
{
    struct message *m = message_new(&(struct message_parts){.kind = MESSAGE_SAY, .room = "lobby", .actor = "alice",
                                                            .text = "x", .text_len = 1, .account = account,
                                                            .actor_id = actor_id});

    m->id = 5;
    return m;
}

static int begin(void **state)
{
    static const struct chat_limits limits = {.rooms = 100, .rooms_per_client = 4, .announce_members = 100};
    struct chat_ports ports;

    (void)state;
    fake_clock_init(&now);
    dir = fake_directory_new();
    store = fake_store_new(10);
    accounts = fake_accounts_new();
    ports = (struct chat_ports){
        .bus = &dir->bus, .directory = &dir->dir, .store = &store->store, .accounts = &accounts->accounts};
    chat_init(&chat, &now, &limits, &ports);
    memset(ears, 0, sizeof(ears));
    dones = 0;
    return 0;
}

static int end(void **state)
{
    (void)state;
    for (int i = 0; i < EARS; i++) {
        if (ears[i].at.person != NULL) {
            chat_exit(&ears[i].at);
        }
        fake_sink_fini(&ears[i]);
    }
    chat_fini(&chat);
    fake_accounts_free(accounts);
    fake_store_end(store);
    return 0;
}

#define assert_named(ear, want) assert_string_equal(person_shown_name((ear)->at.person), want)

static void a_registered_name_is_refused_to_others(void **state)
{
    int64_t id = fake_accounts_add(accounts, "Alice", "alice", "p");

    (void)state;
    come(a, NULL);
    assert_int_equal(rename_to(a, "ALICE"), CHAT_NAME_REGISTERED);
    assert_named(a, "guest1");
    assert_int_equal(logins_begin(&a->at, id, done, NULL), CHAT_OK);
    assert_named(a, "Alice");
    assert_int_equal(owners_account(a->at.person)->id, id);
    assert_ptr_equal(owners_find(&chat, id), a->at.person);
    assert_int_equal(rename_to(a, "zoe"), CHAT_OK);
    come(b, NULL);
    assert_int_equal(rename_to(b, "alice"), CHAT_NAME_REGISTERED); /* though nobody has it now */
    assert_int_equal(rename_to(a, "alice"), CHAT_OK);
}

static void an_owner_gets_the_name_from_who_has_it(void **state)
{
    int64_t id;

    (void)state;
    come(a, "alice");
    come(b, "bob");
    join(a, "lobby");
    join(b, "lobby");
    id = fake_accounts_add(accounts, "alice", "alice", "p");
    fake_sink_got(a);
    fake_sink_got(b);
    assert_int_equal(logins_begin(&b->at, id, done, NULL), CHAT_OK);
    assert_named(a, "guest3");
    assert_named(b, "alice");
    assert_string_equal(fake_sink_news(a), "claimed alice ");
    assert_string_equal(fake_sink_got(a), "#lobby rename alice: guest3\n#lobby rename bob: alice\n");
    assert_string_equal(fake_sink_news(b), "");
    assert_ptr_equal(names_find(&chat, "alice"), b->at.person);
}

static void a_name_that_an_administrator_registers_is_taken_from_a_guest(void **state)
{
    struct accounts_request req = {
        .deed = ACCOUNTS_REGISTER, .name = "alice", .folded = "alice", .new_secret = "passwords", .new_secret_len = 9};

    (void)state;
    come(a, "alice");
    assert_int_equal(accounts->accounts.ops->ask(&accounts->accounts, &req), ACCOUNTS_DONE);
    assert_named(a, "guest2");
    assert_string_equal(fake_sink_news(a), "claimed alice ");
    come(b, "bob");
    b->at.person->is_registering = true; /* whereas who registers it keeps it */
    req.name = req.folded = "bob";
    assert_int_equal(accounts->accounts.ops->ask(&accounts->accounts, &req), ACCOUNTS_DONE);
    assert_named(b, "bob");
    assert_int_equal(logins_begin(&b->at, req.account, done, NULL), CHAT_ALREADY);
}

static void an_account_that_ends_leaves_a_guest_with_the_name(void **state)
{
    int64_t id = fake_accounts_add(accounts, "alice", "alice", "p");

    (void)state;
    come(a, NULL);
    assert_int_equal(logins_begin(&a->at, id, done, NULL), CHAT_OK);
    fake_accounts_remove(accounts, "alice");
    assert_null(owners_account(a->at.person));
    assert_named(a, "alice");
    assert_string_equal(fake_sink_news(a), "ended alice ");
    come(b, NULL);
    assert_int_equal(rename_to(b, "alice"), CHAT_NAME_TAKEN);
}

static void who_logs_out_is_a_guest(void **state)
{
    int64_t id = fake_accounts_add(accounts, "alice", "alice", "p");

    (void)state;
    come(a, NULL);
    assert_int_equal(logins_begin(&a->at, id, done, NULL), CHAT_OK);
    assert_int_equal(logins_leave_name(&a->at, done, NULL), CHAT_OK);
    logins_end(a->at.person);
    assert_named(a, "guest2");
    assert_null(owners_find(&chat, id));
    assert_int_equal(accounts->seen, 1);
    assert_int_equal(rename_to(a, "alice"), CHAT_NAME_REGISTERED);
    assert_int_equal(logins_begin(&a->at, id, done, NULL), CHAT_OK);
    assert_int_equal(rename_to(a, "zoe"), CHAT_OK);
    assert_int_equal(logins_leave_name(&a->at, done, NULL), CHAT_ALREADY); /* the name is another one */
    logins_end(a->at.person);
    assert_named(a, "zoe");
}

static void an_account_whose_person_has_quit_is_nobody_s(void **state)
{
    int64_t id = fake_accounts_add(accounts, "alice", "alice", "p");

    (void)state;
    come(a, NULL);
    join(a, "lobby");
    assert_int_equal(logins_begin(&a->at, id, done, NULL), CHAT_OK);
    chat_quit(&a->at, "");
    assert_null(owners_find(&chat, id));
    assert_int_equal(accounts->seen, 1);
    come(b, NULL);
    assert_int_equal(logins_begin(&b->at, id, done, NULL), CHAT_OK); /* though the other is not gone yet */
    assert_named(b, "alice");
    chat_exit(&a->at);
    assert_ptr_equal(names_find(&chat, "alice"), b->at.person);
}

static void one_attachment_gets_a_person_of_its_own(void **state)
{
    int64_t id = fake_accounts_add(accounts, "alice", "alice", "p");
    struct person *person;

    (void)state;
    come(a, NULL);
    join(a, "lobby");
    assert_int_equal(logins_begin(&a->at, id, done, NULL), CHAT_OK);
    person = a->at.person;
    come(b, NULL);
    chat_attach(&b->at, person);
    fake_sink_got(a);
    fake_sink_left(b);
    chat_detach(&b->at);
    assert_ptr_not_equal(b->at.person, person);
    assert_ptr_equal(owners_find(&chat, id), person);
    assert_null(owners_account(b->at.person));
    assert_string_equal(fake_sink_left(b), "#lobby ");
    assert_int_equal(names_rename_guest(&b->at, done, NULL), CHAT_OK);
    assert_named(b, "guest3");
    assert_string_equal(fake_sink_got(a), "");
}

static void a_slow_bus_leaves_the_name_until_it_is_free(void **state)
{
    int64_t id;

    (void)state;
    come(a, "alice");
    come(c, NULL);
    id = fake_accounts_add(accounts, "alice", "alice", "p");
    dir->is_slow = true;
    assert_int_equal(logins_begin(&c->at, id, done, NULL), CHAT_NAME_TAKEN);
    assert_non_null(owners_account(c->at.person));
    fake_directory_pass(dir);
    assert_named(a, "guest3");
    assert_int_equal(rename_to(c, "alice"), CHAT_LATER);
    fake_directory_pass(dir);
    assert_int_equal(dones, 1);
    assert_int_equal(last_result, CHAT_OK);
    assert_named(c, "alice");
    dir->is_slow = false;
}

/* ---- names that are lent ---- */

static void lend_for_a_minute(void)
{
    chat_set_limits(&chat, &(struct chat_limits){
                               .rooms = 100, .rooms_per_client = 4, .announce_members = 100, .grace_s = 60});
}

static void pass_ms(uint64_t ms)
{
    fake_clock_advance(&now, ms);
    timeq_run(&chat.graces->lent, clock_ms(&now));
    timeq_run(&chat.graces->overdue, clock_ms(&now));
    timeq_run(&chat.graces->resting, clock_ms(&now));
}

static void a_registered_name_is_lent_for_a_while(void **state)
{
    (void)state;
    fake_accounts_add(accounts, "Alice", "alice", "p");
    lend_for_a_minute();
    come(a, NULL);
    assert_int_equal(rename_to(a, "ALICE"), CHAT_OK);
    assert_string_equal(fake_sink_news(a), "lent Alice ");
    pass_ms(59999);
    assert_int_equal(rename_to(a, "alice"), CHAT_OK); /* the same name in another case is no other grace */
    assert_string_equal(fake_sink_news(a), "");
    assert_named(a, "alice");
    pass_ms(1);
    assert_string_equal(fake_sink_news(a), "lapsed Alice ");
    assert_named(a, "guest2");
    assert_int_equal(rename_to(a, "alice"), CHAT_NAME_REGISTERED);
}

static void who_logs_in_while_a_name_is_lent_keeps_it(void **state)
{
    int64_t id = fake_accounts_add(accounts, "alice", "alice", "p");

    (void)state;
    lend_for_a_minute();
    come(a, NULL);
    assert_int_equal(rename_to(a, "alice"), CHAT_OK);
    assert_int_equal(logins_begin(&a->at, id, done, NULL), CHAT_ALREADY);
    pass_ms(60000);
    assert_named(a, "alice");
    assert_string_equal(fake_sink_news(a), "lent alice ");
    chat_exit(&a->at);
    come(b, NULL);
    assert_int_equal(rename_to(b, "alice"), CHAT_OK); /* nothing has come to nothing */
}

static void a_name_is_lent_once_in_an_hour(void **state)
{
    (void)state;
    fake_accounts_add(accounts, "alice", "alice", "p");
    fake_accounts_add(accounts, "bob", "bob", "p");
    lend_for_a_minute();
    come(a, "alice");
    chat_exit(&a->at); /* as if to come anew */
    come(b, NULL);
    assert_int_equal(rename_to(b, "alice"), CHAT_NAME_REGISTERED);
    assert_int_equal(rename_to(b, "bob"), CHAT_OK);
    assert_int_equal(rename_to(b, "zoe"), CHAT_OK);
    come(c, "carl");
    assert_int_equal(rename_to(c, "bob"), CHAT_NAME_REGISTERED);
    pass_ms(GRACES_REST_MS);
    assert_int_equal(rename_to(b, "alice"), CHAT_NAME_REGISTERED); /* one for each who does not log in */
    assert_int_equal(rename_to(c, "alice"), CHAT_OK);
}

static void an_owner_who_is_here_gets_what_was_not_lent(void **state)
{
    int64_t id = fake_accounts_add(accounts, "alice", "alice", "p"), other;

    (void)state;
    other = fake_accounts_add(accounts, "bob", "bob", "p");
    lend_for_a_minute();
    come(a, NULL);
    assert_int_equal(logins_begin(&a->at, id, done, NULL), CHAT_OK);
    assert_int_equal(rename_to(a, "zoe"), CHAT_OK);
    come(b, NULL);
    assert_int_equal(rename_to(b, "alice"), CHAT_NAME_REGISTERED); /* its owner is here */
    assert_int_equal(rename_to(a, "bob"), CHAT_NAME_REGISTERED); /* logged in to another account */
    assert_int_equal(rename_to(b, "bob"), CHAT_OK);
    come(c, NULL);
    assert_int_equal(logins_begin(&c->at, other, done, NULL), CHAT_OK);
    assert_named(c, "bob");
    assert_named(b, "guest4");
    assert_string_equal(fake_sink_news(b), "lent bob claimed bob ");
    pass_ms(60000);
    assert_string_equal(fake_sink_news(b), "");
}

static void a_name_lent_says_nothing(void **state)
{
    struct message *line;
    struct room *room;

    (void)state;
    fake_accounts_add(accounts, "alice", "alice", "p");
    lend_for_a_minute();
    come(a, NULL);
    come(b, "bob");
    join(a, "lobby");
    join(b, "lobby");
    room = a->at.rooms->room;
    assert_int_equal(rename_to(a, "alice"), CHAT_OK);
    fake_sink_got(b);
    assert_int_equal(chat_say(&a->at, room, MESSAGE_SAY, "hi", 2, false), CHAT_NAME_REGISTERED);
    assert_int_equal(chat_set_topic(&a->at, room, "hi", done, NULL), CHAT_NAME_REGISTERED);
    assert_int_equal(chat_private(&a->at, b->at.person, "hi", 2), CHAT_NAME_REGISTERED);
    assert_int_equal(chat_private(&b->at, a->at.person, "hi", 2), CHAT_NAME_REGISTERED);
    line = line_of(0, person_id(a->at.person));
    assert_int_equal(chat_delete(&a->at, room, line, done, NULL), CHAT_NAME_REGISTERED);
    message_unref(line);
    assert_string_equal(fake_sink_got(b), "");
    chat_quit(&a->at, "my last word");
    assert_string_equal(fake_sink_got(b), "#lobby quit alice\n");
}

static void a_person_has_time_when_the_name_is_registered(void **state)
{
    struct accounts_request req = {
        .deed = ACCOUNTS_REGISTER, .name = "alice", .folded = "alice", .new_secret = "passwords", .new_secret_len = 9};

    (void)state;
    lend_for_a_minute();
    come(a, "alice");
    assert_int_equal(accounts->accounts.ops->ask(&accounts->accounts, &req), ACCOUNTS_DONE);
    assert_string_equal(fake_sink_news(a), "lent alice ");
    fake_accounts_remove(accounts, "alice"); /* and it is as any other name again */
    pass_ms(60000);
    assert_named(a, "alice");
    assert_int_equal(accounts->accounts.ops->ask(&accounts->accounts, &req), ACCOUNTS_DONE);
    chat_set_limits(&chat, &(struct chat_limits){0}); /* no time any more */
    pass_ms(0);
    assert_string_equal(fake_sink_news(a), "lent alice lapsed alice ");
    assert_named(a, "guest2");
}

static void a_name_lent_is_taken_back_when_names_are_given_again(void **state)
{
    (void)state;
    fake_accounts_add(accounts, "alice", "alice", "p");
    lend_for_a_minute();
    come(a, NULL);
    assert_int_equal(rename_to(a, "alice"), CHAT_OK);
    dir->is_slow = true;
    pass_ms(60000);
    assert_named(a, "alice");
    pass_ms(1000);
    assert_string_equal(fake_sink_news(a), "lent alice lapsed alice "); /* told once */
    fake_directory_pass(dir);
    assert_named(a, "guest2");
    dir->is_slow = false;
}

/* ---- one's own lines ---- */

static void lines_belong_to_the_account_or_to_who_is_here(void **state)
{
    int64_t id = fake_accounts_add(accounts, "alice", "alice", "p");
    struct message *m;

    (void)state;
    come(a, NULL);
    assert_int_equal(logins_begin(&a->at, id, done, NULL), CHAT_OK);
    join(a, "lobby");
    come(b, "alicia");
    join(b, "lobby");
    assert_int_equal(chat_say(&a->at, rooms_find(&chat, "lobby"), MESSAGE_SAY, "x", 1, false), CHAT_OK);
    assert_int_equal(fake_store_newest(store, "lobby")->account, id);
    assert_int_equal(chat_say(&b->at, rooms_find(&chat, "lobby"), MESSAGE_SAY, "x", 1, false), CHAT_OK);
    assert_int_equal(fake_store_newest(store, "lobby")->account, 0);
    m = line_of(id, 0); /* out of a database */
    assert_true(chat_has_said(a->at.person, m));
    assert_false(chat_has_said(b->at.person, m)); /* whatever the names */
    message_unref(m);
    m = line_of(0, 0); /* a guest's, long ago; or the server's */
    assert_false(chat_has_said(a->at.person, m));
    assert_false(chat_has_said(b->at.person, m));
    message_unref(m);
    m = line_of(0, person_id(a->at.person)); /* before the log-in */
    assert_true(chat_has_said(a->at.person, m));
    message_unref(m);
}

static void line_is_deleted_by_its_writer_alone(void **state)
{
    struct message *m;
    struct room *room;

    (void)state;
    come(a, "alice");
    join(a, "lobby");
    come(b, "bob");
    join(b, "lobby");
    come(c, "carol");
    room = rooms_find(&chat, "lobby");
    assert_int_equal(chat_say(&a->at, room, MESSAGE_SAY, "oops", 4, false), CHAT_OK);
    m = message_ref((struct message *)fake_store_newest(store, "lobby"));
    fake_sink_got(a);
    fake_sink_got(b);
    assert_int_equal(chat_delete(&b->at, room, m, done, NULL), CHAT_NOT_YOURS);
    assert_int_equal(chat_delete(&c->at, room, m, done, NULL), CHAT_NOT_IN_ROOM);
    assert_int_equal(fake_store_count(store, "lobby"), 1);
    assert_int_equal(chat_delete(&a->at, room, m, done, NULL), CHAT_OK);
    assert_int_equal(fake_store_count(store, "lobby"), 0);
    assert_string_equal(fake_sink_got(a), "#lobby delete alice: alice\n");
    assert_string_equal(fake_sink_got(b), "#lobby delete alice: alice\n");
    assert_int_equal(b->erased, m->id);
    assert_int_equal(c->erased, 0);
    message_unref(m);
    /* The server's administrator deletes lines of rooms that nobody is in, too. */
    m = line_of(0, 0);
    chat_delete_as_server(&chat, m);
    assert_int_equal(store->erased, 5);
    assert_string_equal(fake_sink_got(a), "#lobby delete server: alice\n");
    message_unref(m);
    chat_leave(&a->at, room, "", done, NULL);
    chat_leave(&b->at, room, "", done, NULL);
    m = line_of(0, 0);
    m->id = 6;
    chat_delete_as_server(&chat, m);
    assert_int_equal(store->erased, 6);
    message_unref(m);
}

/* ---- names that were given up ---- */

static void names_given_up_are_remembered_up_to_a_bound(void **state)
{
    char name[32];

    (void)state;
    fake_accounts_add(accounts, "alice", "alice", "p");
    seen_note(&chat, "Zoe", "zoe");
    seen_note(&chat, "guest7", "guest7"); /* the next newcomer's, as any other */
    seen_note(&chat, "alice", "alice");   /* the account has a time of its own */
    assert_string_equal(seen_find(&chat, "zoe")->shown, "Zoe");
    assert_int_equal(seen_find(&chat, "zoe")->time_ms, clock_real_ms(&now));
    assert_null(seen_find(&chat, "guest7"));
    assert_null(seen_find(&chat, "alice"));
    for (int i = 1; i < SEEN_MOST; i++) {
        snprintf(name, sizeof(name), "gus%d", i);
        seen_note(&chat, name, name);
    }
    seen_note(&chat, "zoe", "zoe"); /* the last one again */
    assert_non_null(seen_find(&chat, "gus1"));
    seen_note(&chat, "bob", "bob");
    assert_null(seen_find(&chat, "gus1"));
    assert_non_null(seen_find(&chat, "gus2"));
    assert_string_equal(seen_find(&chat, "zoe")->shown, "zoe");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_registered_name_is_refused_to_others, begin, end),
        cmocka_unit_test_setup_teardown(an_owner_gets_the_name_from_who_has_it, begin, end),
        cmocka_unit_test_setup_teardown(a_name_that_an_administrator_registers_is_taken_from_a_guest, begin, end),
        cmocka_unit_test_setup_teardown(an_account_that_ends_leaves_a_guest_with_the_name, begin, end),
        cmocka_unit_test_setup_teardown(who_logs_out_is_a_guest, begin, end),
        cmocka_unit_test_setup_teardown(an_account_whose_person_has_quit_is_nobody_s, begin, end),
        cmocka_unit_test_setup_teardown(one_attachment_gets_a_person_of_its_own, begin, end),
        cmocka_unit_test_setup_teardown(a_slow_bus_leaves_the_name_until_it_is_free, begin, end),
        cmocka_unit_test_setup_teardown(a_registered_name_is_lent_for_a_while, begin, end),
        cmocka_unit_test_setup_teardown(who_logs_in_while_a_name_is_lent_keeps_it, begin, end),
        cmocka_unit_test_setup_teardown(a_name_is_lent_once_in_an_hour, begin, end),
        cmocka_unit_test_setup_teardown(an_owner_who_is_here_gets_what_was_not_lent, begin, end),
        cmocka_unit_test_setup_teardown(a_name_lent_says_nothing, begin, end),
        cmocka_unit_test_setup_teardown(a_person_has_time_when_the_name_is_registered, begin, end),
        cmocka_unit_test_setup_teardown(names_given_up_are_remembered_up_to_a_bound, begin, end),
        cmocka_unit_test_setup_teardown(a_name_lent_is_taken_back_when_names_are_given_again, begin, end),
        cmocka_unit_test_setup_teardown(lines_belong_to_the_account_or_to_who_is_here, begin, end),
        cmocka_unit_test_setup_teardown(line_is_deleted_by_its_writer_alone, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
