/* Tests of chat/acts.h: owners of rooms, kicks, bans, what stays over a restart, and what comes at the same time. */
#include "config.h"

#include "chat/acts.h"

#include "chat/logins.h"
#include "chat/modes.h"
#include "chat/names.h"
#include "chat/ops.h"
#include "chat/others.h"
#include "chat/rights.h"
#include "chat/room_rules.h"
#include "chat/rooms.h"
#include "chat/rules_load.h"
#include "fake_chat.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fake_chat world;
static struct fake_ear *const olga = &world.ears[0], *const bob = &world.ears[1], *const carol = &world.ears[2],
                       *const dan = &world.ears[3], *const root = &world.ears[4];

static int begin(void **state)
{
    (void)state;
    fake_chat_init(&world);
    return 0;
}

static int end(void **state)
{
    (void)state;
    fake_chat_fini(&world);
    return 0;
}

static struct room *tea(void)
{
    return fake_chat_room(&world, "tea");
}

static bool is_there(void)
{
    return rooms_find(&world.chat, "tea") != NULL;
}

static enum rank rank_of(const struct fake_ear *ear)
{
    return rights_rank(tea(), ear->sink.at.person);
}

static enum chat_result give(struct fake_ear *by, const char *who, enum rank role)
{
    return acts_give_role(&by->sink.at, tea(), who, role, fake_ear_done, by);
}

static enum chat_result kick(struct fake_ear *by, const char *who)
{
    return acts_kick(&by->sink.at, tea(), who, "spam", fake_ear_done, by);
}

static enum chat_result ban(struct fake_ear *by, const char *who, int64_t span_ms)
{
    return acts_set_rule(&by->sink.at, tea(), RULE_BAN, who,
                         span_ms > 0 ? clock_real_ms(&world.clock) + span_ms : 0, "spam", fake_ear_done, by);
}

static enum chat_result unban(struct fake_ear *by, const char *who)
{
    return acts_end_rule(&by->sink.at, tea(), RULE_BAN, who, fake_ear_done, by);
}

static enum chat_result mute(struct fake_ear *by, const char *who)
{
    return acts_set_rule(&by->sink.at, tea(), RULE_MUTE, who, 0, "", fake_ear_done, by);
}

static enum chat_result mode(struct fake_ear *by, const char *name, const char *value)
{
    return acts_set_mode(&by->sink.at, tea(), name, value, fake_ear_done, by);
}

static enum chat_result leave(struct fake_ear *ear)
{
    return chat_leave(&ear->sink.at, tea(), "", fake_ear_done, ear);
}

/* What everybody has heard so far. */
static void forget(void)
{
    for (int i = 0; i < FAKE_CHAT_EARS; i++) {
        if (world.ears[i].sink.at.person != NULL) {
            (void)fake_sink_got(&world.ears[i].sink);
            (void)fake_sink_left(&world.ears[i].sink);
        }
    }
}

#define assert_got(ear, want) assert_string_equal(fake_sink_got(&(ear)->sink), want)
#define assert_left(ear, want) assert_string_equal(fake_sink_left(&(ear)->sink), want)

/* An owner's room, with a guest from an address and somebody who is logged in. */
static void open_room(void)
{
    fake_ear_come_logged_in(&world, olga, "olga", "192.0.2.1");
    assert_int_equal(fake_ear_join(olga, "tea", NULL), CHAT_OK);
    fake_ear_come(&world, bob, "bob", "192.0.2.2");
    assert_int_equal(fake_ear_join(bob, "tea", NULL), CHAT_OK);
    fake_ear_come_logged_in(&world, carol, "carol", "192.0.2.3");
    assert_int_equal(fake_ear_join(carol, "tea", NULL), CHAT_OK);
    forget();
}

static void run_expiry(uint64_t ms)
{
    fake_clock_advance(&world.clock, ms);
    timeq_run(&world.chat.expiry, clock_ms(&world.clock));
}

/* ---- owners ---------------------------------------------------------------------------------------- */

static void who_makes_a_room_with_an_account_owns_it(void **state)
{
    char want[64];

    (void)state;
    fake_ear_come_logged_in(&world, olga, "olga", NULL);
    assert_int_equal(fake_ear_join(olga, "tea", NULL), CHAT_OK);
    assert_int_equal(olga->sink.at.rooms->role, RANK_OWNER);
    snprintf(want, sizeof(want), "role %" PRId64 " olga owner\nmode persistent on\n",
             fake_chat_account(&world, "olga"));
    assert_string_equal(fake_store_rules(world.store, "tea"), want);
    fake_ear_come_logged_in(&world, carol, "carol", NULL);
    assert_int_equal(fake_ear_join(carol, "tea", NULL), CHAT_OK);
    assert_int_equal(carol->sink.at.rooms->role, RANK_MEMBER);
    fake_ear_go(olga);
    fake_ear_go(carol);
    assert_true(is_there()); /* it is persistent */
    fake_ear_come_logged_in(&world, carol, "carol", NULL);
    assert_int_equal(fake_ear_join(carol, "tea", NULL), CHAT_OK);
    assert_int_equal(rank_of(carol), RANK_MEMBER);
}

static void rooms_beyond_those_of_an_account_have_no_owner(void **state)
{
    static const char *const rooms[] = {"one", "two", "three"};

    (void)state;
    fake_ear_come_logged_in(&world, olga, "olga", NULL);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(fake_ear_join(olga, rooms[i], NULL), CHAT_OK);
        assert_int_equal(olga->sink.at.rooms->role, RANK_OWNER);
    }
    assert_int_equal(fake_ear_join(olga, "tea", NULL), CHAT_OK);
    assert_int_equal(olga->sink.at.rooms->role, RANK_MEMBER);
    assert_null(tea()->rules);
    fake_ear_come_logged_in(&world, carol, "carol", NULL);
    assert_int_equal(fake_ear_join(carol, "four", NULL), CHAT_OK);
    assert_int_equal(acts_give_role(&carol->sink.at, fake_chat_room(&world, "four"), "olga", RANK_OWNER, NULL, NULL),
                     CHAT_OWNS_TOO_MANY);
    assert_int_equal(world.chat.refusal.limit, 3);
    assert_int_equal(acts_set_mode(&olga->sink.at, fake_chat_room(&world, "one"), "persistent", "off", NULL, NULL),
                     CHAT_OK);
    assert_int_equal(chat_leave(&olga->sink.at, fake_chat_room(&world, "one"), "", NULL, NULL), CHAT_OK);
    assert_null(rooms_find(&world.chat, "one"));
    assert_string_equal(strbuf_str(&world.store->ended), "#one ");
    assert_string_equal(fake_store_rules(world.store, "one"), "");
    assert_int_equal(acts_give_role(&carol->sink.at, fake_chat_room(&world, "four"), "olga", RANK_OWNER, NULL, NULL),
                     CHAT_OK);
}

static void room_of_the_settings_has_no_owner_until_an_administrator_gives_it_one(void **state)
{
    struct name *names = malloc(sizeof(*names));

    (void)state;
    assert_non_null(names);
    names[0] = fake_name("tea");
    rooms_set_permanent(&world.chat, names, 1);
    fake_ear_come_logged_in(&world, olga, "olga", NULL);
    assert_int_equal(fake_ear_join(olga, "tea", NULL), CHAT_OK);
    assert_int_equal(rank_of(olga), RANK_MEMBER);
    assert_int_equal(mode(olga, "slow", "5"), CHAT_NO_RIGHT);
    fake_ear_come_logged_in(&world, root, "root", NULL);
    fake_chat_set_admin(&world, "root", true);
    assert_int_equal(give(root, "olga", RANK_OWNER), CHAT_OK); /* from outside of the room */
    assert_int_equal(rank_of(olga), RANK_OWNER);
    assert_int_equal(mode(olga, "slow", "5"), CHAT_OK);
    fake_ear_go(olga);
    assert_string_equal(strbuf_str(&world.store->ended), ""); /* the rules of such a room do not end */
    assert_int_equal(tea()->rules->modes.number[MODE_SLOW], 5);
    rooms_set_permanent(&world.chat, NULL, 0);
    assert_false(is_there());
    assert_string_equal(strbuf_str(&world.store->ended), "#tea ");
}

static void room_of_newcomers_has_no_owner_by_being_entered(void **state)
{
    (void)state;
    rooms_set_common(&world.chat, "Tea");
    fake_ear_come_logged_in(&world, olga, "olga", NULL);
    assert_int_equal(fake_ear_join(olga, "tea", NULL), CHAT_OK);
    assert_int_equal(rank_of(olga), RANK_MEMBER);
    assert_null(tea()->rules);
    rooms_set_common(&world.chat, "");
    assert_int_equal(fake_ear_join(olga, "cake", NULL), CHAT_OK);
    assert_int_equal(olga->sink.at.rooms->role, RANK_OWNER);
}

static void owner_hands_the_room_on(void **state)
{
    (void)state;
    open_room();
    assert_int_equal(give(olga, "bob", RANK_OPERATOR), CHAT_NEEDS_ACCOUNT);
    assert_int_equal(give(olga, "zoe", RANK_OPERATOR), CHAT_NO_SUCH_PERSON);
    assert_int_equal(give(olga, "carol", RANK_OWNER), CHAT_OK);
    assert_string_equal(acts_label(&world.chat), "carol");
    assert_int_equal(rank_of(carol), RANK_OWNER);
    assert_int_equal(rank_of(olga), RANK_OPERATOR);
    assert_got(bob, "#tea rule olga: carol\n");
    assert_int_equal(give(carol, "carol", RANK_OPERATOR), CHAT_ALREADY);
    assert_int_equal(acts_take_role(&olga->sink.at, tea(), "olga", RANK_OPERATOR, NULL, NULL), CHAT_OK); /* her own */
    assert_int_equal(rank_of(olga), RANK_MEMBER);
}

static void roles_belong_to_accounts_and_not_to_names(void **state)
{
    struct name name = fake_name("wanda");

    (void)state;
    open_room();
    assert_int_equal(give(olga, "carol", RANK_OPERATOR), CHAT_OK);
    assert_int_equal(names_rename(&carol->sink.at, &name, NULL, NULL), CHAT_OK);
    assert_int_equal(rank_of(carol), RANK_OPERATOR);
    assert_int_equal(give(olga, "wanda", RANK_OPERATOR), CHAT_ALREADY);
    logins_end(carol->sink.at.person);
    assert_int_equal(rank_of(carol), RANK_MEMBER);
    assert_int_equal(carol->sink.at.rooms->role, RANK_MEMBER);
    assert_int_equal(logins_begin(&carol->sink.at, fake_chat_account(&world, "carol"), NULL, NULL), CHAT_OK);
    assert_int_equal(carol->sink.at.rooms->role, RANK_OPERATOR);
}

static void administrator_who_is_none_any_more_has_no_right(void **state)
{
    (void)state;
    open_room();
    fake_ear_come_logged_in(&world, root, "root", NULL);
    assert_int_equal(fake_ear_join(root, "tea", NULL), CHAT_OK);
    fake_chat_set_admin(&world, "root", true);
    assert_int_equal(root->sink.at.rooms->role, RANK_ADMIN);
    assert_int_equal(kick(olga, "root"), CHAT_NO_RIGHT);
    assert_int_equal(world.chat.refusal.needed, RANK_NOBODY);
    fake_chat_set_admin(&world, "root", false);
    assert_int_equal(root->sink.at.rooms->role, RANK_MEMBER);
    assert_int_equal(kick(olga, "root"), CHAT_OK);
}

/* ---- kicks ----------------------------------------------------------------------------------------- */

static void who_is_kicked_is_told_and_may_come_back(void **state)
{
    (void)state;
    open_room();
    assert_int_equal(kick(olga, "Bob"), CHAT_OK);
    assert_string_equal(acts_label(&world.chat), "bob");
    assert_got(bob, "#tea kick olga: bob\n");
    assert_got(carol, "#tea kick olga: bob\n");
    assert_left(bob, "#tea ");
    assert_false(fake_ear_is_in(bob, "tea"));
    assert_int_equal(tea()->people, 2);
    assert_int_equal(kick(olga, "bob"), CHAT_NOT_THERE);
    assert_int_equal(kick(olga, "olga"), CHAT_ONESELF);
    assert_int_equal(kick(olga, "zoe"), CHAT_NO_SUCH_PERSON);
    assert_int_equal(fake_ear_join(bob, "tea", NULL), CHAT_OK);
}

static void kick_takes_all_attachments_out(void **state)
{
    (void)state;
    open_room();
    fake_sink_init(&dan->sink);
    chat_enter(&world.chat, &dan->sink.at);
    chat_attach(&dan->sink.at, carol->sink.at.person);
    forget();
    assert_int_equal(kick(olga, "carol"), CHAT_OK);
    assert_left(carol, "#tea ");
    assert_left(dan, "#tea ");
    assert_got(dan, "#tea kick olga: carol\n");
    assert_int_equal(tea()->people, 2);
    assert_int_equal(tea()->count, 2);
}

/* ---- bans ------------------------------------------------------------------------------------------ */

static void guest_who_is_banned_does_not_come_back_under_another_name(void **state)
{
    (void)state;
    open_room();
    fake_ear_come(&world, dan, "dan", "192.0.2.2"); /* from bob's address */
    assert_int_equal(fake_ear_join(dan, "tea", NULL), CHAT_OK);
    forget();
    assert_int_equal(ban(olga, "bob", 3600000), CHAT_OK);
    assert_false(fake_ear_is_in(bob, "tea"));
    assert_false(fake_ear_is_in(dan, "tea"));
    assert_left(bob, "#tea ");
    assert_int_equal(tea()->people, 2);
    fake_ear_go(bob);
    fake_ear_come(&world, bob, "rob", "192.0.2.2");
    assert_int_equal(fake_ear_join(bob, "tea", NULL), CHAT_BANNED);
    assert_true(world.chat.refusal.until_ms == clock_real_ms(&world.clock) + 3600000);
    assert_string_equal(world.chat.refusal.why, "spam");
    assert_int_equal(fake_ear_say(bob, "tea", "hi"), CHAT_BANNED);
    fake_ear_go(bob);
    fake_ear_come(&world, bob, "bob", "192.0.2.99"); /* another guest, of the same name */
    assert_int_equal(fake_ear_join(bob, "tea", NULL), CHAT_OK);
    assert_string_equal(fake_store_rules(world.store, "tea") + strlen("role 1 olga owner\nmode persistent on\n"),
                        "ban network 192.0.2.2 bob spam\n");
    assert_int_equal(unban(olga, "BOB"), CHAT_OK); /* by its label */
    fake_ear_go(dan);
    fake_ear_come(&world, dan, "dan", "192.0.2.2");
    assert_int_equal(fake_ear_join(dan, "tea", NULL), CHAT_OK);
    assert_int_equal(unban(olga, "bob"), CHAT_NO_SUCH_RULE);
}

static void ban_of_an_ipv6_guest_is_about_the_network(void **state)
{
    (void)state;
    open_room();
    fake_ear_come(&world, dan, "dan", "2001:db8:1:2::77");
    assert_int_equal(ban(olga, "dan", 0), CHAT_OK);
    fake_ear_go(dan);
    fake_ear_come(&world, dan, "eve", "2001:db8:1:2:ffff::1");
    assert_int_equal(fake_ear_join(dan, "tea", NULL), CHAT_BANNED);
    fake_ear_go(dan);
    fake_ear_come(&world, dan, "eve", "2001:db8:1:3::1");
    assert_int_equal(fake_ear_join(dan, "tea", NULL), CHAT_OK);
}

static void account_that_is_banned_is_so_wherever_it_is(void **state)
{
    (void)state;
    open_room();
    fake_ear_go(carol);
    assert_int_equal(ban(olga, "carol", 0), CHAT_OK); /* who is not here */
    fake_ear_come(&world, dan, "dan", "192.0.2.50");
    assert_int_equal(fake_ear_join(dan, "tea", NULL), CHAT_OK);
    assert_int_equal(logins_begin(&dan->sink.at, fake_chat_account(&world, "carol"), NULL, NULL), CHAT_OK);
    assert_false(fake_ear_is_in(dan, "tea")); /* put out on logging in */
    assert_int_equal(fake_ear_join(dan, "tea", NULL), CHAT_BANNED);
    assert_int_equal(unban(olga, "carol"), CHAT_OK);
    assert_int_equal(fake_ear_join(dan, "tea", NULL), CHAT_OK);
}

static void network_is_banned_as_it_is_typed_and_does_not_hit_operators(void **state)
{
    (void)state;
    open_room();
    assert_int_equal(give(olga, "carol", RANK_OPERATOR), CHAT_OK);
    assert_int_equal(ban(carol, "192.0.2.0/24", 0), CHAT_OK);
    assert_true(fake_ear_is_in(olga, "tea"));
    assert_true(fake_ear_is_in(carol, "tea"));
    assert_false(fake_ear_is_in(bob, "tea"));
    assert_int_equal(ban(carol, "192.0.2.0/99", 0), CHAT_BAD_VALUE);
    assert_int_equal(kick(carol, "192.0.2.1"), CHAT_BAD_VALUE);
    assert_int_equal(unban(carol, "192.0.2.0/25"), CHAT_NO_SUCH_RULE);
    assert_int_equal(unban(carol, "192.0.2.0/24"), CHAT_OK);
    assert_int_equal(fake_ear_join(bob, "tea", NULL), CHAT_OK);
}

static void guest_without_an_address_is_banned_as_a_person_for_a_day_at_most(void **state)
{
    const struct rule *rule;
    int64_t day_ms = INT64_C(86400000);

    (void)state;
    open_room();
    fake_ear_come(&world, dan, "dan", NULL);
    assert_int_equal(fake_ear_join(dan, "tea", NULL), CHAT_OK);
    assert_int_equal(ban(olga, "dan", 0), CHAT_OK);
    assert_false(fake_ear_is_in(dan, "tea"));
    assert_int_equal(fake_ear_join(dan, "tea", NULL), CHAT_BANNED);
    rule = rules_next(tea()->rules, RULE_BAN, NULL, clock_real_ms(&world.clock));
    assert_int_equal(rule->who, RULE_WHO_PERSON);
    assert_true(rule->until_ms == clock_real_ms(&world.clock) + day_ms);
    assert_null(strstr(fake_store_rules(world.store, "tea"), "ban"));
    assert_int_equal(unban(olga, "dan"), CHAT_OK);
    assert_int_equal(fake_ear_join(dan, "tea", NULL), CHAT_OK);
}

static void ban_ends_by_itself_and_operators_learn_of_it(void **state)
{
    (void)state;
    open_room();
    assert_int_equal(ban(olga, "bob", 3600000), CHAT_OK);
    assert_int_equal(ban(olga, "198.51.100.0/24", 7200000), CHAT_OK);
    forget();
    run_expiry(3599999);
    assert_got(olga, "");
    assert_int_equal(fake_ear_join(bob, "tea", NULL), CHAT_BANNED);
    fake_clock_advance(&world.clock, 1);
    assert_int_equal(fake_ear_join(bob, "tea", NULL), CHAT_OK); /* even before it is removed */
    forget();
    run_expiry(60000);
    assert_got(olga, "#tea notice server: the ban of bob has ended\n");
    assert_got(carol, "");
    assert_null(rules_next(tea()->rules, RULE_BAN, rules_next(tea()->rules, RULE_BAN, NULL, 0), 0));
    run_expiry(7200000);
    assert_got(olga, "#tea notice server: the ban of 198.51.100.0/24 has ended\n");
    assert_true(timeq_is_empty(&world.chat.expiry));
}

static void another_ban_takes_the_place_of_the_first(void **state)
{
    (void)state;
    open_room();
    assert_int_equal(ban(olga, "bob", 1000), CHAT_OK);
    assert_int_equal(ban(olga, "bob", 5000), CHAT_OK);
    run_expiry(2000);
    assert_int_equal(fake_ear_join(bob, "tea", NULL), CHAT_BANNED);
    assert_int_equal(rules_count(tea()->rules), 3);
    run_expiry(3000);
    assert_int_equal(fake_ear_join(bob, "tea", NULL), CHAT_OK);
}

static void who_is_muted_hears_and_says_nothing(void **state)
{
    (void)state;
    open_room();
    assert_int_equal(mute(olga, "bob"), CHAT_OK);
    assert_int_equal(fake_ear_say(bob, "tea", "hi"), CHAT_MUTED);
    assert_int_equal(chat_set_topic(&bob->sink.at, tea(), "hi", NULL, NULL), CHAT_MUTED);
    assert_true(fake_ear_is_in(bob, "tea"));
    fake_ear_go(bob);
    fake_ear_come(&world, bob, "rob", "192.0.2.2");
    assert_int_equal(fake_ear_join(bob, "tea", NULL), CHAT_OK);
    assert_int_equal(fake_ear_say(bob, "tea", "hi"), CHAT_MUTED);
    assert_int_equal(acts_end_rule(&olga->sink.at, tea(), RULE_MUTE, "rob", NULL, NULL), CHAT_OK); /* by the address */
    assert_int_equal(fake_ear_say(bob, "tea", "hi"), CHAT_OK);
}

static void room_has_no_more_rules_than_allowed(void **state)
{
    struct chat_limits limits;

    (void)state;
    open_room();
    limits = world.chat.limits;
    limits.rules_per_room = 4;
    chat_set_limits(&world.chat, &limits);
    assert_int_equal(ban(olga, "203.0.113.1", 0), CHAT_OK);
    assert_int_equal(ban(olga, "203.0.113.2", 0), CHAT_OK);
    assert_int_equal(ban(olga, "203.0.113.3", 0), CHAT_TOO_MANY_RULES);
    assert_int_equal(world.chat.refusal.limit, 4);
    assert_int_equal(ban(olga, "203.0.113.2", 1000), CHAT_OK); /* in place of the other */
    assert_int_equal(unban(olga, "203.0.113.1"), CHAT_OK);
    assert_int_equal(ban(olga, "203.0.113.3", 0), CHAT_OK);
}

/* ---- over a restart -------------------------------------------------------------------------------- */

static void rules_stay_over_a_restart(void **state)
{
    (void)state;
    open_room();
    assert_int_equal(give(olga, "carol", RANK_OPERATOR), CHAT_OK);
    assert_int_equal(mode(olga, "slow", "10"), CHAT_OK);
    assert_int_equal(ban(carol, "bob", 3600000), CHAT_OK);
    fake_ear_come(&world, dan, "dan", NULL);
    assert_int_equal(fake_ear_join(dan, "cake", NULL), CHAT_OK);
    fake_chat_restart(&world);
    assert_true(is_there()); /* with nobody in it */
    assert_null(rooms_find(&world.chat, "cake"));
    assert_string_equal(tea()->name.shown, "tea");
    fake_ear_come(&world, bob, "rob", "192.0.2.2");
    assert_int_equal(fake_ear_join(bob, "tea", NULL), CHAT_BANNED);
    fake_ear_come_logged_in(&world, carol, "carol", NULL);
    assert_int_equal(fake_ear_join(carol, "tea", NULL), CHAT_OK);
    assert_int_equal(rank_of(carol), RANK_OPERATOR);
    assert_int_equal(tea()->rules->modes.number[MODE_SLOW], 10);
    forget();
    run_expiry(3600000);
    assert_got(carol, "#tea notice server: the ban of bob has ended\n");
    assert_int_equal(fake_ear_join(bob, "tea", NULL), CHAT_OK);
}

static void no_room_gets_an_owner_before_the_store_has_answered(void **state)
{
    (void)state;
    open_room();
    assert_int_equal(ban(olga, "bob", 0), CHAT_OK);
    world.store->rules_answer = STORE_LATER;
    fake_chat_restart(&world);
    fake_ear_come_logged_in(&world, carol, "carol", NULL);
    assert_int_equal(fake_ear_join(carol, "tea", NULL), CHAT_OK);
    assert_int_equal(fake_ear_join(carol, "cake", NULL), CHAT_OK);
    fake_ear_come(&world, bob, "bob", "192.0.2.2");
    assert_int_equal(fake_ear_join(bob, "tea", NULL), CHAT_OK);
    fake_ear_come_logged_in(&world, olga, "olga", NULL);
    assert_int_equal(fake_ear_join(olga, "tea", NULL), CHAT_OK);
    assert_int_equal(rank_of(carol), RANK_MEMBER);
    fake_store_answer_rules(world.store, STORE_DONE);
    assert_int_equal(rank_of(olga), RANK_OWNER);
    assert_int_equal(olga->sink.at.rooms->role, RANK_OWNER);
    assert_int_equal(rank_of(carol), RANK_MEMBER);
    assert_false(fake_ear_is_in(bob, "tea"));
    assert_null(fake_chat_room(&world, "cake")->rules);
    assert_int_equal(fake_ear_join(carol, "jam", NULL), CHAT_OK);
    assert_int_equal(carol->sink.at.rooms->role, RANK_OWNER);
    world.store->rules_answer = STORE_LATER;
    fake_chat_restart(&world); /* and ends before it is answered */
}

/* ---- accounts that end ----------------------------------------------------------------------------- */

static void first_operator_becomes_the_owner_when_the_owner_forgets_the_account(void **state)
{
    (void)state;
    open_room();
    fake_ear_come_logged_in(&world, dan, "dan", NULL);
    assert_int_equal(fake_ear_join(dan, "tea", NULL), CHAT_OK);
    assert_int_equal(give(olga, "dan", RANK_OPERATOR), CHAT_OK);
    assert_int_equal(give(olga, "carol", RANK_OPERATOR), CHAT_OK);
    forget();
    fake_accounts_remove(world.accounts, "olga");
    assert_int_equal(rank_of(olga), RANK_MEMBER);
    assert_int_equal(rank_of(dan), RANK_OWNER);
    assert_int_equal(rank_of(carol), RANK_OPERATOR);
    assert_got(bob, "#tea rule server: dan\n");
    fake_accounts_remove(world.accounts, "carol");
    assert_got(bob, "");
    assert_true(room_rules_is_persistent(tea()));
    fake_accounts_remove(world.accounts, "dan");
    assert_got(bob, "#tea rule server: persistent\n");
    assert_null(rules_next(tea()->rules, RULE_ROLE, NULL, 0));
    assert_false(room_rules_is_persistent(tea()));
}

/* While people are in it, it is there as a guest's room is. */
static void room_that_nobody_inherits_ends_when_it_is_empty(void **state)
{
    (void)state;
    open_room();
    assert_int_equal(give(olga, "carol", RANK_VOICED), CHAT_OK);
    fake_accounts_remove(world.accounts, "olga");
    assert_null(strstr(fake_store_rules(world.store, "tea"), "persistent"));
    fake_ear_go(olga);
    fake_ear_go(carol);
    fake_ear_come_logged_in(&world, carol, "carol", NULL);
    assert_int_equal(fake_ear_join(carol, "tea", NULL), CHAT_OK);
    assert_int_equal(rank_of(carol), RANK_VOICED);
    assert_int_equal(mode(carol, "slow", "5"), CHAT_NO_RIGHT);
    fake_ear_go(carol);
    fake_ear_go(bob);
    assert_false(is_there());
    fake_ear_come(&world, bob, "bob", "192.0.2.2");
    fake_ear_come_logged_in(&world, carol, "carol", NULL);
    assert_int_equal(fake_ear_join(carol, "tea", NULL), CHAT_OK);
    assert_int_equal(rank_of(carol), RANK_OWNER); /* of a new one */
}

static void empty_room_that_nobody_inherits_ends_at_once(void **state)
{
    (void)state;
    fake_ear_come_logged_in(&world, olga, "olga", NULL);
    assert_int_equal(fake_ear_join(olga, "tea", NULL), CHAT_OK);
    assert_int_equal(fake_ear_join(olga, "jam", NULL), CHAT_OK);
    fake_ear_come_logged_in(&world, carol, "carol", NULL);
    assert_int_equal(ban(olga, "carol", 0), CHAT_OK);
    fake_ear_go(olga);
    assert_true(is_there());
    fake_accounts_remove(world.accounts, "olga");
    assert_int_equal(rooms_count(&world.chat), 0);
    assert_string_equal(fake_store_rules(world.store, "tea"), "");
}

static void administrator_keeps_a_room_that_is_nobodys(void **state)
{
    (void)state;
    open_room();
    fake_accounts_remove(world.accounts, "olga");
    fake_ear_come_logged_in(&world, root, "root", NULL);
    fake_chat_set_admin(&world, "root", true);
    assert_int_equal(mode(root, "persistent", "on"), CHAT_OK);
    fake_ear_go(olga);
    fake_ear_go(bob);
    fake_ear_go(carol);
    assert_true(is_there());
    fake_accounts_remove(world.accounts, "carol");
    fake_chat_restart(&world);
    assert_true(is_there());
}

static void accounts_that_have_ended_in_between_lose_their_roles_at_the_start(void **state)
{
    (void)state;
    open_room();
    assert_int_equal(give(olga, "carol", RANK_OPERATOR), CHAT_OK);
    world.accounts->accounts.events = NULL; /* nobody is told */
    fake_accounts_remove(world.accounts, "olga");
    fake_chat_restart(&world);
    fake_ear_come_logged_in(&world, carol, "carol", NULL);
    assert_int_equal(fake_ear_join(carol, "tea", NULL), CHAT_OK);
    assert_int_equal(rank_of(carol), RANK_OWNER);
    assert_null(strstr(fake_store_rules(world.store, "tea"), "olga owner"));
    world.accounts->accounts.events = NULL;
    fake_accounts_remove(world.accounts, "carol");
    fake_chat_restart(&world);
    assert_false(is_there()); /* nobody inherits it */
    assert_string_equal(fake_store_rules(world.store, "tea"), "");
}

/* ---- the end of rooms ------------------------------------------------------------------------------ */

static void room_that_is_not_persistent_ends_with_its_rules(void **state)
{
    (void)state;
    open_room();
    assert_int_equal(ban(olga, "bob", 0), CHAT_OK);
    assert_int_equal(mode(olga, "persistent", "off"), CHAT_OK);
    fake_ear_go(olga);
    assert_true(is_there());
    fake_ear_go(carol);
    assert_false(is_there());
    assert_string_equal(strbuf_str(&world.store->ended), "#tea ");
    assert_int_equal(fake_ear_join(bob, "tea", NULL), CHAT_OK);
}

static void lines_of_a_room_that_was_not_for_all_end_with_it(void **state)
{
    (void)state;
    open_room();
    assert_int_equal(mode(olga, "key", "sesame"), CHAT_OK);
    assert_int_equal(mode(olga, "persistent", "off"), CHAT_OK);
    assert_int_equal(kick(olga, "bob"), CHAT_OK);
    assert_int_equal(kick(olga, "carol"), CHAT_OK);
    assert_int_equal(leave(olga), CHAT_OK);
    assert_string_equal(strbuf_str(&world.store->ended), "#tea! ");
}

static void last_guest_of_a_room_is_banned_from_outside(void **state)
{
    (void)state;
    fake_ear_come(&world, bob, "bob", "192.0.2.2");
    assert_int_equal(fake_ear_join(bob, "tea", NULL), CHAT_OK);
    fake_ear_come_logged_in(&world, root, "root", NULL);
    fake_chat_set_admin(&world, "root", true);
    assert_int_equal(ban(root, "bob", 0), CHAT_OK);
    assert_false(is_there()); /* and its rules with it */
    assert_string_equal(strbuf_str(&world.store->ended), "#tea ");
}

/* ---- at the same time ------------------------------------------------------------------------------ */

static void who_is_kicked_while_leaving_is_out_once(void **state)
{
    (void)state;
    open_room();
    world.dir->is_slow = true;
    assert_int_equal(kick(olga, "bob"), CHAT_LATER);
    assert_int_equal(leave(bob), CHAT_LATER);
    fake_directory_pass(world.dir);
    assert_int_equal(olga->dones, 1);
    assert_int_equal(olga->result, CHAT_OK);
    assert_int_equal(bob->dones, 1);
    assert_int_equal(bob->result, CHAT_OK);
    assert_left(bob, "#tea ");
    assert_got(carol, "#tea kick olga: bob\n"); /* and not that he has left too */
    assert_int_equal(leave(bob), CHAT_NOT_IN_ROOM);
}

static void who_is_kicked_while_talking_is_heard_until_then(void **state)
{
    (void)state;
    open_room();
    world.dir->is_slow = true;
    assert_int_equal(fake_ear_say(bob, "tea", "one"), CHAT_OK);
    assert_int_equal(kick(olga, "bob"), CHAT_LATER);
    assert_int_equal(chat_set_topic(&bob->sink.at, tea(), "bobs", fake_ear_done, bob), CHAT_LATER);
    fake_directory_pass(world.dir);
    assert_int_equal(bob->dones, 1);
    assert_got(bob, "#tea says bob: one\n#tea kick olga: bob\n");
    assert_false(fake_ear_is_in(bob, "tea"));
}

static void ban_comes_while_somebody_enters(void **state)
{
    (void)state;
    open_room();
    fake_ear_come(&world, dan, "dan", "192.0.2.4");
    forget();
    world.dir->is_slow = true;
    assert_int_equal(ban(olga, "dan", 0), CHAT_LATER);
    assert_int_equal(fake_ear_join(dan, "tea", NULL), CHAT_LATER); /* the ban has not come back */
    fake_directory_pass(world.dir);
    fake_directory_pass(world.dir);
    assert_int_equal(dan->dones, 1);
    assert_int_equal(dan->result, CHAT_BANNED);
    assert_string_equal(world.chat.refusal.why, "spam");
    assert_false(fake_ear_is_in(dan, "tea"));
    assert_int_equal(tea()->people, 3);
    assert_null(tea()->others);
    assert_got(dan, "");
    assert_int_equal(unban(olga, "dan"), CHAT_LATER);
    fake_directory_pass(world.dir);
    assert_int_equal(fake_ear_join(dan, "tea", NULL), CHAT_LATER);
    fake_directory_pass(world.dir);
    assert_int_equal(dan->result, CHAT_OK);
    assert_true(fake_ear_is_in(dan, "tea"));
}

static void kick_does_not_find_who_has_not_entered_yet(void **state)
{
    (void)state;
    open_room();
    fake_ear_come(&world, dan, "dan", "192.0.2.4");
    world.dir->is_slow = true;
    assert_int_equal(fake_ear_join(dan, "tea", NULL), CHAT_LATER);
    assert_int_equal(kick(olga, "dan"), CHAT_NOT_THERE);
    fake_directory_pass(world.dir);
    assert_int_equal(kick(olga, "dan"), CHAT_LATER);
    chat_quit(&dan->sink.at, ""); /* the kick finds nobody */
    fake_directory_pass(world.dir);
    assert_int_equal(olga->dones, 1);
    assert_int_equal(olga->result, CHAT_OK);
    assert_int_equal(tea()->people, 3);
}

static void operator_leaves_before_what_was_ordered_comes_back(void **state)
{
    (void)state;
    open_room();
    assert_int_equal(give(olga, "carol", RANK_OPERATOR), CHAT_OK);
    world.dir->is_slow = true;
    assert_int_equal(ban(carol, "bob", 0), CHAT_LATER);
    fake_ear_go(carol);
    while (world.dir->published_count > 0) {
        fake_directory_pass(world.dir);
    }
    assert_false(fake_ear_is_in(bob, "tea"));
    assert_string_equal(rules_next(tea()->rules, RULE_BAN, NULL, 0)->by, "carol");
}

static void owner_forgets_the_account_while_handing_the_room_on(void **state)
{
    (void)state;
    open_room();
    world.dir->is_slow = true;
    assert_int_equal(give(olga, "carol", RANK_OWNER), CHAT_LATER);
    fake_accounts_remove(world.accounts, "olga");
    while (world.dir->published_count > 0) {
        fake_directory_pass(world.dir);
    }
    assert_int_equal(rank_of(carol), RANK_OWNER);
    assert_int_equal(rank_of(olga), RANK_MEMBER);
    assert_int_equal(tea()->rules->counts[RULE_ROLE], 1);
    assert_true(room_rules_is_persistent(tea()));
}

static void who_waits_for_something_else_does_not_act(void **state)
{
    (void)state;
    open_room();
    world.dir->is_slow = true;
    assert_int_equal(mode(olga, "slow", "5"), CHAT_LATER);
    assert_int_equal(kick(olga, "bob"), CHAT_UNAVAILABLE);
    fake_directory_pass(world.dir);
    assert_int_equal(olga->dones, 1);
    assert_int_equal(olga->result, CHAT_OK);
    assert_int_equal(tea()->rules->modes.number[MODE_SLOW], 5);
}

static void room_with_a_key_that_is_being_opened_asks_for_it(void **state)
{
    (void)state;
    open_room();
    assert_int_equal(mode(olga, "key", "sesame"), CHAT_OK);
    fake_chat_restart(&world);
    world.dir->answer = DIRECTORY_GRANTED;
    fake_ear_come(&world, bob, "bob", NULL);
    fake_ear_come(&world, dan, "dan", NULL);
    world.dir->answer = DIRECTORY_LATER; /* rooms open later */
    assert_int_equal(fake_ear_join(bob, "cake", "no key is needed"), CHAT_LATER);
    assert_int_equal(fake_ear_join(dan, "cake", NULL), CHAT_LATER);
    fake_directory_reply(world.dir, "cake", DIRECTORY_GRANTED);
    assert_int_equal(bob->result, CHAT_OK);
    assert_int_equal(dan->result, CHAT_OK);
    assert_int_equal(fake_ear_join(bob, "tea", "sesame"), CHAT_OK);
    world.dir->answer = DIRECTORY_GRANTED;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_makes_a_room_with_an_account_owns_it),
        TEST(rooms_beyond_those_of_an_account_have_no_owner),
        TEST(room_of_the_settings_has_no_owner_until_an_administrator_gives_it_one),
        TEST(room_of_newcomers_has_no_owner_by_being_entered),
        TEST(owner_hands_the_room_on),
        TEST(roles_belong_to_accounts_and_not_to_names),
        TEST(administrator_who_is_none_any_more_has_no_right),
        TEST(who_is_kicked_is_told_and_may_come_back),
        TEST(kick_takes_all_attachments_out),
        TEST(guest_who_is_banned_does_not_come_back_under_another_name),
        TEST(ban_of_an_ipv6_guest_is_about_the_network),
        TEST(account_that_is_banned_is_so_wherever_it_is),
        TEST(network_is_banned_as_it_is_typed_and_does_not_hit_operators),
        TEST(guest_without_an_address_is_banned_as_a_person_for_a_day_at_most),
        TEST(ban_ends_by_itself_and_operators_learn_of_it),
        TEST(another_ban_takes_the_place_of_the_first),
        TEST(who_is_muted_hears_and_says_nothing),
        TEST(room_has_no_more_rules_than_allowed),
        TEST(rules_stay_over_a_restart),
        TEST(no_room_gets_an_owner_before_the_store_has_answered),
        TEST(first_operator_becomes_the_owner_when_the_owner_forgets_the_account),
        TEST(room_that_nobody_inherits_ends_when_it_is_empty),
        TEST(empty_room_that_nobody_inherits_ends_at_once),
        TEST(administrator_keeps_a_room_that_is_nobodys),
        TEST(accounts_that_have_ended_in_between_lose_their_roles_at_the_start),
        TEST(room_that_is_not_persistent_ends_with_its_rules),
        TEST(lines_of_a_room_that_was_not_for_all_end_with_it),
        TEST(last_guest_of_a_room_is_banned_from_outside),
        TEST(who_is_kicked_while_leaving_is_out_once),
        TEST(who_is_kicked_while_talking_is_heard_until_then),
        TEST(ban_comes_while_somebody_enters),
        TEST(kick_does_not_find_who_has_not_entered_yet),
        TEST(operator_leaves_before_what_was_ordered_comes_back),
        TEST(owner_forgets_the_account_while_handing_the_room_on),
        TEST(who_waits_for_something_else_does_not_act),
        TEST(room_with_a_key_that_is_being_opened_asks_for_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
