/* Tests of chat/bans.h and chat/ban_list.h: what an entry hits, what a word means, and when an entry ends. */
#include "config.h"

#include "chat/bans.h"

#include "base/mem.h"
#include "base/timeq.h"
#include "chat/chat.h"
#include "chat/logins.h"
#include "chat/names.h"
#include "chat/owners.h"
#include "chat/port_bans.h"
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

/* ---- a port that remembers ---- */

struct fake_bans {
    struct bans_store bans;
    struct strbuf told; /* "+ban network 10.0.0.1 ", "-..." */
    const struct bans_events *events;
    void *ctx;
};

static struct fake_bans kept;

static void fake_begin(struct bans_store *bans, const struct bans_events *events, void *ctx)
{
    assert_ptr_equal(bans, &kept.bans);
    kept.events = events;
    kept.ctx = ctx;
}

static void fake_keep(struct bans_store *bans, const struct bans_row *row)
{
    (void)bans;
    strbuf_addf(&kept.told, "+%s %s %s ", row->act, row->kind, row->what);
}

static void fake_drop(struct bans_store *bans, const struct bans_row *row)
{
    (void)bans;
    strbuf_addf(&kept.told, "-%s %s %s ", row->act, row->kind, row->what);
}

static const struct bans_store_ops fake_ops = {.begin = fake_begin, .keep = fake_keep, .drop = fake_drop};

static void assert_kept(const char *want)
{
    assert_string_equal(strbuf_str(&kept.told), want);
    strbuf_reset(&kept.told);
}

/* ---- the world ---- */

enum { PEOPLE = 4 };

static struct clock now;
static struct chat chat;
static struct fake_accounts *accounts;
static struct fake_sink sinks[PEOPLE];
static int changes[BAN_ACTS];

static void count_change(void *ctx, enum ban_act act)
{
    assert_ptr_equal(ctx, &chat);
    changes[act]++;
}

static int begin(void **state)
{
    static const struct chat_limits limits = {.rooms = 10, .rooms_per_client = 10, .announce_members = 10};
    struct fake_directory *dir = fake_directory_new();
    struct fake_store *store = fake_store_new(100);
    struct chat_ports ports = {.bus = &dir->bus, .directory = &dir->dir, .store = &store->store, .bans = &kept.bans};

    *state = store;
    kept = (struct fake_bans){.bans.ops = &fake_ops};
    accounts = fake_accounts_new();
    ports.accounts = &accounts->accounts;
    fake_clock_init(&now);
    chat_init(&chat, &now, &limits, &ports);
    memset(changes, 0, sizeof(changes));
    bans_listen(&chat, count_change, &chat);
    return 0;
}

static int end(void **state)
{
    struct fake_store *store = *state;

    for (int i = 0; i < PEOPLE; i++) {
        if (sinks[i].at.person != NULL) {
            chat_exit(&sinks[i].at);
            fake_sink_fini(&sinks[i]);
        }
    }
    chat_fini(&chat);
    fake_accounts_free(accounts);
    fake_store_end(store);
    strbuf_fini(&kept.told);
    return 0;
}

static struct attachment *enter(int i, const char *name, const char *address)
{
    struct name n;

    fake_sink_init(&sinks[i]);
    sinks[i].address = address;
    chat_enter(&chat, &sinks[i].at);
    assert_int_equal(name_init(&n, name, strlen(name), 24), NAME_OK);
    assert_int_equal(names_rename(&sinks[i].at, &n, NULL, NULL), CHAT_OK);
    return &sinks[i].at;
}

static const char *text(struct strbuf *buf)
{
    static char kept_text[300];

    strcpy(kept_text, strbuf_str(buf));
    strbuf_fini(buf);
    return kept_text;
}

/* How the entry is written that comes of it; or why there is none. */
static const char *added(enum ban_act act, const char *what, int64_t for_ms)
{
    static const char *const answers[] = {
        [BANS_NO_ACCOUNT] = "no account", [BANS_TOO_WIDE] = "too wide", [BANS_HITS_ADMIN] = "admin",
        [BANS_HITS_SELF] = "self", [BANS_FULL] = "full"};
    struct bans_wish wish = {.act = act, .what = what, .for_ms = for_ms, .reason = "why", .by = "me"};
    struct strbuf shown = {0}, why = {0};
    const struct ban *ban;
    enum bans_answer answer = bans_add(&chat, &wish, &ban, &why);

    if (answer == BANS_DONE) {
        bans_show(&shown, ban);
        strbuf_fini(&why);
        return text(&shown);
    }
    assert_null(ban);
    if (answer == BANS_BAD_WHAT) {
        return text(&why);
    }
    strbuf_fini(&why);
    return answers[answer];
}

static const char *removed(enum ban_act act, const char *what)
{
    struct bans_wish wish = {.act = act, .what = what, .by = "me"};
    struct strbuf label = {0}, why = {0};
    enum bans_answer answer = bans_remove(&chat, &wish, &label, &why);
    struct strbuf all = {0};

    strbuf_addf(&all, "%s%s", answer == BANS_DONE ? "" : "not ", label.len > 0 ? label.data : strbuf_str(&why));
    strbuf_fini(&label);
    strbuf_fini(&why);
    return text(&all);
}

static bool hits_address(enum ban_act act, const char *address)
{
    struct cidr cidr;

    assert_true(cidr_parse(&cidr, address, NULL));
    return bans_of_address(&chat, act, &cidr) != NULL;
}

static enum chat_result rename_to(struct attachment *at, const char *word)
{
    struct name name;

    assert_int_equal(name_init(&name, word, strlen(word), 24), NAME_OK);
    return names_rename(at, &name, NULL, NULL);
}

/* ---- what a word means ---- */

static void word_means_what_is_there(void **state)
{
    (void)state;
    fake_accounts_add(accounts, "Carol", "carol", "carols-password");
    enter(0, "pest", "192.0.2.7");
    enter(1, "six", "2001:db8:1:2:3::4");
    enter(2, "local", NULL);
    assert_string_equal(added(BAN_BAN, "Pest", 0), "192.0.2.7 (pest)");
    assert_string_equal(added(BAN_BAN, "six", 0), "2001:db8:1:2::/64 (six)");
    assert_string_equal(added(BAN_BAN, "local", 0), "name=local");
    assert_string_equal(added(BAN_BAN, "CAROL", 0), "account=Carol");
    assert_string_equal(added(BAN_BAN, "nobody", 0), "name=nobody");
    assert_string_equal(added(BAN_BAN, "name=pest", 0), "name=pest");
    assert_string_equal(added(BAN_BAN, "Spam*", 0), "name=Spam*");
    assert_string_equal(added(BAN_BAN, "::ffff:10.0.0.0/104", 0), "10.0.0.0/8");
    assert_string_equal(added(BAN_BAN, "account=nobody", 0), "no account");
    assert_string_equal(added(BAN_BAN, "name=*?*", 0), "too wide");
    assert_string_equal(added(BAN_BAN, "10.0.0.1/8", 0),
                        "10.0.0.1/8 has bits set behind its first 8: the network is 10.0.0.0/8");
    assert_string_equal(added(BAN_BAN, "name=-x", 0), "a name must begin with a letter or a digit");
    assert_string_equal(added(BAN_BAN, "", 0), "a name is empty");
    assert_int_equal(bans_list(&chat)->count, 8);
    assert_int_equal(changes[BAN_BAN], 8);
}

static void entry_is_removed_by_what_it_is_or_was_made_for(void **state)
{
    (void)state;
    fake_accounts_add(accounts, "carol", "carol", "carols-password");
    enter(0, "pest", "192.0.2.7");
    added(BAN_BAN, "pest", 0);
    added(BAN_BAN, "carol", 0);
    added(BAN_BAN, "10.0.0.0/8", 0);
    added(BAN_BAN, "spam*", 0);
    assert_kept("+ban network 192.0.2.7 +ban account 1 +ban network 10.0.0.0/8 +ban pattern spam* ");
    rename_to(&sinks[0].at, "other");
    assert_string_equal(removed(BAN_MUTE, "pest"), "not ");
    assert_string_equal(removed(BAN_BAN, "PEST"), "192.0.2.7 (pest)");
    assert_string_equal(removed(BAN_BAN, "pest"), "not ");
    assert_string_equal(removed(BAN_BAN, "10.1.0.0/16"), "not 10.0.0.0/8");
    assert_string_equal(removed(BAN_BAN, "spammer"), "not name=spam*");
    assert_string_equal(removed(BAN_BAN, "10.0.0.0/8"), "10.0.0.0/8");
    assert_string_equal(removed(BAN_BAN, "SPAM*"), "name=spam*");
    assert_string_equal(removed(BAN_BAN, "carol"), "account=carol");
    assert_string_equal(removed(BAN_BAN, "10.0.0.0/"), "not 10.0.0.0/ has no number of bits behind its /");
    assert_kept("-ban network 192.0.2.7 -ban network 10.0.0.0/8 -ban pattern spam* -ban account 1 ");
    assert_int_equal(bans_list(&chat)->count, 0);
}

/* Somebody here who is called so must not hide the entry. */
static void entry_of_a_name_is_removed_while_somebody_is_called_so(void **state)
{
    (void)state;
    added(BAN_MUTE, "name=pest", 0);
    enter(0, "pest", "192.0.2.7");
    assert_string_equal(removed(BAN_MUTE, "pest"), "name=pest");
}

static void administrators_and_oneself_are_not_hit(void **state)
{
    struct attachment *admin, *pest;
    struct bans_wish wish = {.act = BAN_BAN, .reason = "", .by = "carol"};
    const struct ban *ban;
    struct strbuf why = {0};
    int64_t id = fake_accounts_add(accounts, "carol", "carol", "carols-password");

    (void)state;
    admin = enter(0, "c", "192.0.2.1");
    pest = enter(1, "pest", "192.0.2.2");
    assert_int_equal(logins_begin(admin, id, NULL, NULL), CHAT_OK);
    assert_int_equal(accounts->accounts.ops->ask(&accounts->accounts, &(struct accounts_request){
                                                     .deed = ACCOUNTS_SET_ADMIN, .account = id, .on = true}),
                     ACCOUNTS_DONE);
    assert_string_equal(added(BAN_BAN, "carol", 0), "admin");
    wish.attachment = admin;
    wish.what = "carol";
    assert_int_equal(bans_add(&chat, &wish, &ban, &why), BANS_HITS_SELF);
    wish.what = "192.0.2.0/24";
    assert_int_equal(bans_add(&chat, &wish, &ban, &why), BANS_HITS_SELF);
    assert_string_equal(added(BAN_MUTE, "192.0.2.0/24", 0), "192.0.2.0/24");
    assert_string_equal(added(BAN_MUTE, "c*", 0), "name=c*");
    assert_null(bans_on(admin, BAN_MUTE));
    assert_non_null(bans_on(pest, BAN_MUTE));
    assert_int_equal(bans_may_speak(admin, false), CHAT_OK);
    assert_int_equal(bans_may_speak(pest, false), CHAT_SERVER_MUTED);
    assert_int_equal(bans_may_speak(pest, owners_is_admin(admin->person)), CHAT_OK);
    assert_int_equal(bans_may_speak(pest, owners_is_admin(pest->person)), CHAT_SERVER_MUTED);
}

/* ---- what follows ---- */

static void muted_and_locked_down_people_change_nothing(void **state)
{
    struct attachment *pest = enter(0, "pest", "192.0.2.2");
    struct name name;
    struct room *room;

    (void)state;
    assert_int_equal(name_init(&name, "lobby", 5, 24), NAME_OK);
    assert_int_equal(chat_join(pest, &name, NULL, &room, NULL, NULL), CHAT_OK);
    added(BAN_MUTE, "192.0.2.2", 0);
    assert_int_equal(chat_say(pest, room, MESSAGE_SAY, "x", 1, false), CHAT_SERVER_MUTED);
    assert_int_equal(chat_private(pest, pest->person, "x", 1), CHAT_SERVER_MUTED);
    assert_int_equal(chat_set_topic(pest, room, "x", NULL, NULL), CHAT_SERVER_MUTED);
    assert_int_equal(rename_to(pest, "x"), CHAT_SERVER_MUTED);
    removed(BAN_MUTE, "192.0.2.2");
    assert_string_equal(added(BAN_LOCKDOWN, NULL, 0), "*");
    assert_int_equal(chat_say(pest, room, MESSAGE_SAY, "x", 1, false), CHAT_LOCKDOWN);
    assert_int_equal(name_init(&name, "ops", 3, 24), NAME_OK);
    assert_int_equal(chat_join(pest, &name, NULL, &room, NULL, NULL), CHAT_LOCKDOWN);
    assert_string_equal(removed(BAN_LOCKDOWN, NULL), "*");
    assert_int_equal(changes[BAN_LOCKDOWN], 2);
    assert_int_equal(rename_to(pest, "x"), CHAT_OK);
}

static void banned_names_are_not_taken(void **state)
{
    struct attachment *at = enter(0, "alice", NULL);

    (void)state;
    added(BAN_BAN, "Spam*", 0);
    added(BAN_BAN, "name=troll", 0);
    assert_int_equal(rename_to(at, "SPAMMER"), CHAT_NAME_BANNED);
    assert_int_equal(rename_to(at, "Troll"), CHAT_NAME_BANNED);
    assert_int_equal(rename_to(at, "trolls"), CHAT_OK);
}

static void entry_ends_on_time(void **state)
{
    (void)state;
    added(BAN_BAN, "10.0.0.0/8", 5000);
    added(BAN_BAN, "10.0.0.1", 1000);
    added(BAN_BAN, "10.0.0.1", 2000); /* instead of the one before */
    added(BAN_BAN, "spam*", 0);
    assert_int_equal(bans_list(&chat)->count, 3);
    strbuf_reset(&kept.told);
    assert_int_equal(timeq_wait_ms(bans_timeq(&chat), clock_ms(&now)), 2000);
    fake_clock_advance(&now, 2000);
    assert_true(hits_address(BAN_BAN, "10.0.0.1")); /* by the network around it */
    timeq_run(bans_timeq(&chat), clock_ms(&now));
    assert_kept("-ban network 10.0.0.1 ");
    fake_clock_advance(&now, 3000);
    assert_false(hits_address(BAN_BAN, "10.0.0.1")); /* though it is not removed yet */
    timeq_run(bans_timeq(&chat), clock_ms(&now));
    assert_kept("-ban network 10.0.0.0/8 ");
    assert_true(timeq_is_empty(bans_timeq(&chat)));
    assert_int_equal(bans_list(&chat)->count, 1);
}

static void read(const char *act, const char *kind, const char *what)
{
    kept.events->row(kept.ctx, &(struct bans_row){
                                   .act = act, .kind = kind, .what = what, .label = what, .reason = "r", .by = "me"});
}

static void rows_that_were_kept_are_in_force(void **state)
{
    struct attachment *at = enter(0, "alice", NULL);

    (void)state;
    read("ban", "network", "10.0.0.0/8");
    read("ban", "pattern", "spam*");
    read("mute", "network", "2001:db8::/32");
    read("mute", "account", "7");
    read("lockdown", "everybody", "*");
    assert_true(hits_address(BAN_BAN, "10.1.1.1") && !hits_address(BAN_MUTE, "10.1.1.1"));
    assert_true(hits_address(BAN_MUTE, "2001:db8::1"));
    assert_int_equal(rename_to(at, "spammer"), CHAT_NAME_BANNED);
    assert_non_null(bans_lockdown(&chat));
    assert_int_equal(bans_list(&chat)->count, 5);
    /* What nobody has written in this form. */
    read("ban", "network", "10.0.0.1/8");
    read("ban", "network", "spam*");
    read("ban", "account", "x");
    read("ban", "account", "-1");
    read("ban", "pattern", "");
    read("ban", "everybody", "*");
    read("lockdown", "network", "10.0.0.0/8");
    read("exile", "network", "10.0.0.1");
    read("ban", "planet", "10.0.0.1");
    assert_int_equal(bans_list(&chat)->count, 5);
    assert_kept("");
    fake_accounts_add(accounts, "dave", "dave", "daves-password");
    added(BAN_BAN, "dave", 0);
    fake_accounts_remove(accounts, "dave");
    assert_int_equal(bans_list(&chat)->count, 5);
}

/* ---- the list ---- */

static void walk_goes_on_whatever_comes_and_goes(void **state)
{
    struct ban_walk walk;
    struct strbuf seen = {0};
    const struct ban *ban;

    (void)state;
    added(BAN_BAN, "10.0.0.1", 0);
    added(BAN_MUTE, "10.0.0.2", 0);
    added(BAN_BAN, "10.0.0.3", 0);
    ban_list_walk_begin(bans_list(&chat), &walk);
    assert_string_equal(ban_list_walk_next(&walk)->label, "10.0.0.1");
    removed(BAN_MUTE, "10.0.0.2");
    removed(BAN_BAN, "10.0.0.1");
    added(BAN_BAN, "10.0.0.4", 0);
    while ((ban = ban_list_walk_next(&walk)) != NULL) {
        strbuf_addf(&seen, "%s ", ban->label);
    }
    assert_string_equal(strbuf_str(&seen), "10.0.0.3 10.0.0.4 ");
    ban_list_walk_end(bans_list(&chat), &walk);
    strbuf_fini(&seen);
}

static void patterns_have_a_bound(void **state)
{
    char pattern[32];

    (void)state;
    for (int i = 0; i < BAN_MOST_PATTERNS; i++) {
        snprintf(pattern, sizeof(pattern), "spam%d*", i);
        assert_string_not_equal(added(BAN_BAN, pattern, 0), "full");
    }
    assert_string_equal(added(BAN_BAN, "more*", 0), "full");
    assert_string_equal(added(BAN_BAN, "spam7*", 0), "name=spam7*");
    assert_string_equal(added(BAN_MUTE, "more*", 0), "name=more*");
    assert_string_equal(added(BAN_BAN, "more", 0), "name=more");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(word_means_what_is_there),
        TEST(entry_is_removed_by_what_it_is_or_was_made_for),
        TEST(entry_of_a_name_is_removed_while_somebody_is_called_so),
        TEST(administrators_and_oneself_are_not_hit),
        TEST(muted_and_locked_down_people_change_nothing),
        TEST(banned_names_are_not_taken),
        TEST(entry_ends_on_time),
        TEST(rows_that_were_kept_are_in_force),
        TEST(walk_goes_on_whatever_comes_and_goes),
        TEST(patterns_have_a_bound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
