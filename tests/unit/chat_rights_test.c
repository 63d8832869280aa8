/* Tests of chat/rights.h: who may do what to whom, and what modes forbid to whom. */
#include "config.h"

#include "chat/rights.h"

#include "chat/acts.h"
#include "chat/near.h"
#include "chat/room_rules.h"
#include "chat/rooms.h"
#include "fake_chat.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static struct fake_chat world;
static struct fake_ear *const actor = &world.ears[0], *const target = &world.ears[1], *const other = &world.ears[2];

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

/* ---- every act, by every rank, against every rank -------------------------------------------------- */

enum { RANKS = RANK_ADMIN + 1 };

/* Sets a rule that is about an account, or ends it, without asking anybody. */
static void put_rule(enum rule_kind kind, const char *name, const char *value, bool is_off)
{
    char key[24];

    snprintf(key, sizeof(key), "%" PRId64, fake_chat_account(&world, name));
    room_rules_set(tea(),
                   &(struct rule){.kind = kind, .who = RULE_WHO_ACCOUNT, .key = key, .label = name, .value = value,
                                  .by = "test"},
                   is_off);
}

static void set_rank(const char *name, enum rank rank)
{
    bool has_role = rank > RANK_MEMBER && rank < RANK_ADMIN;

    fake_chat_set_admin(&world, name, rank == RANK_ADMIN);
    put_rule(RULE_ROLE, name, has_role ? rank_name(rank) : "", !has_role);
}

static enum rank role_of(const char *name)
{
    return rules_role(tea()->rules, fake_chat_account(&world, name));
}

static enum chat_result give(enum rank role)
{
    return acts_give_role(&actor->sink.at, tea(), "target", role, fake_ear_done, actor);
}

static enum chat_result take(enum rank role)
{
    return acts_take_role(&actor->sink.at, tea(), "target", role, fake_ear_done, actor);
}

static enum chat_result set(enum rule_kind kind)
{
    return acts_set_rule(&actor->sink.at, tea(), kind, "target", 0, "why", fake_ear_done, actor);
}

static enum chat_result end_rule(enum rule_kind kind)
{
    put_rule(kind, "target", "why", false);
    return acts_end_rule(&actor->sink.at, tea(), kind, "target", fake_ear_done, actor);
}

static enum chat_result delete(void)
{
    struct message *line = message_new(&(struct message_parts){.kind = MESSAGE_SAY,
                                                               .room = "tea",
                                                               .actor = "target",
                                                               .text = "x",
                                                               .text_len = 1,
                                                               .actor_id = person_id(target->sink.at.person),
                                                               .account = fake_chat_account(&world, "target")});
    enum chat_result result = chat_delete(&actor->sink.at, tea(), line, fake_ear_done, actor);

    message_unref(line);
    return result;
}

static enum chat_result carry_out(enum rights_act act)
{
    switch (act) {
    case RIGHTS_GIVE_OWNER:
        return give(RANK_OWNER);
    case RIGHTS_GIVE_OPERATOR:
        return give(RANK_OPERATOR);
    case RIGHTS_TAKE_OPERATOR:
        return take(RANK_OPERATOR);
    case RIGHTS_GIVE_VOICE:
        return give(RANK_VOICED);
    case RIGHTS_TAKE_VOICE:
        return take(RANK_VOICED);
    case RIGHTS_KICK:
        return acts_kick(&actor->sink.at, tea(), "target", "why", fake_ear_done, actor);
    case RIGHTS_BAN:
        return set(RULE_BAN);
    case RIGHTS_UNBAN:
        return end_rule(RULE_BAN);
    case RIGHTS_MUTE:
        return set(RULE_MUTE);
    case RIGHTS_UNMUTE:
        return end_rule(RULE_MUTE);
    case RIGHTS_INVITE:
        return set(RULE_INVITE);
    case RIGHTS_UNINVITE:
        return end_rule(RULE_INVITE);
    case RIGHTS_DELETE:
        return delete();
    default:
        return rights_may(tea(), actor->sink.at.person, act, RANK_MEMBER);
    }
}

static char letter_of(enum chat_result result)
{
    static const char ranks[] = {[RANK_MEMBER] = 'm', [RANK_VOICED] = 'v', [RANK_OPERATOR] = 'o',
                                 [RANK_OWNER] = 'w', [RANK_ADMIN] = 'a', [RANK_NOBODY] = 'n'};

    switch (result) {
    case CHAT_OK:
        return '+';
    case CHAT_NO_RIGHT:
        return ranks[world.chat.refusal.needed];
    case CHAT_ALREADY:
        return '=';
    case CHAT_NO_SUCH_RULE:
        return '-';
    case CHAT_NOT_YOURS:
        return '!';
    default:
        fail_msg("result %d", result);
        return '?';
    }
}

/* What is different after an act that was carried out. */
static void check_done(enum rights_act act)
{
    int64_t account = fake_chat_account(&world, "target");
    bool is_banned = rules_find_id(tea()->rules, RULE_BAN, RULE_WHO_ACCOUNT, (uint64_t)account, 0) != NULL;
    bool is_muted = rules_find_id(tea()->rules, RULE_MUTE, RULE_WHO_ACCOUNT, (uint64_t)account, 0) != NULL;
    bool is_invited = rules_find_id(tea()->rules, RULE_INVITE, RULE_WHO_ACCOUNT, (uint64_t)account, 0) != NULL;

    assert_int_equal(is_banned, act == RIGHTS_BAN);
    assert_int_equal(is_muted, act == RIGHTS_MUTE);
    assert_int_equal(is_invited, act == RIGHTS_INVITE);
    assert_int_equal(fake_ear_is_in(target, "tea"), act != RIGHTS_KICK && act != RIGHTS_BAN);
    switch (act) {
    case RIGHTS_GIVE_OWNER:
        assert_int_equal(role_of("target"), RANK_OWNER);
        break;
    case RIGHTS_GIVE_OPERATOR:
        assert_int_equal(role_of("target"), RANK_OPERATOR);
        break;
    case RIGHTS_GIVE_VOICE:
        assert_int_equal(role_of("target"), RANK_VOICED);
        break;
    case RIGHTS_TAKE_OPERATOR:
    case RIGHTS_TAKE_VOICE:
        assert_int_equal(role_of("target"), RANK_MEMBER);
        break;
    default:
        break;
    }
}

/* For each rank of the actor, from member to administrator, five letters: what becomes of the act if the target is a
 * member, voiced, an operator, an owner, an administrator.  + it is carried out; = the target has that already;
 * - there is nothing to take; ! the line is not one's own; else the rank that is needed: o an operator, w an owner,
 * a an administrator, n nobody has it. */
static const struct {
    enum rights_act act;
    const char *results[RANKS];
} table[] = {
    {RIGHTS_GIVE_OWNER, {"wwwww", "wwwww", "wwwww", "+++=+", "+++=+"}},
    {RIGHTS_GIVE_OPERATOR, {"wwwww", "wwwww", "wwwww", "++==+", "++==+"}},
    {RIGHTS_TAKE_OPERATOR, {"wwwan", "wwwan", "wwwan", "--+an", "--+-n"}},
    {RIGHTS_GIVE_VOICE, {"ooooo", "ooooo", "+===+", "+===+", "+===+"}},
    {RIGHTS_TAKE_VOICE, {"oowan", "oowan", "-+wan", "-+-an", "-+--n"}},
    {RIGHTS_KICK, {"ooooo", "ooooo", "++wan", "+++an", "++++n"}},
    {RIGHTS_BAN, {"ooooo", "ooooo", "++wan", "+++an", "++++n"}},
    {RIGHTS_UNBAN, {"ooooo", "ooooo", "+++++", "+++++", "+++++"}},
    {RIGHTS_MUTE, {"ooooo", "ooooo", "++wan", "+++an", "++++n"}},
    {RIGHTS_UNMUTE, {"ooooo", "ooooo", "+++++", "+++++", "+++++"}},
    {RIGHTS_INVITE, {"ooooo", "ooooo", "+++++", "+++++", "+++++"}},
    {RIGHTS_UNINVITE, {"ooooo", "ooooo", "+++++", "+++++", "+++++"}},
    {RIGHTS_DELETE, {"!!!!!", "!!!!!", "++!!!", "+++!!", "++++!"}},
    {RIGHTS_LOOK, {"ooooo", "ooooo", "+++++", "+++++", "+++++"}},
};

static void every_act_is_allowed_to_the_ranks_of_the_table(void **state)
{
    (void)state;
    fake_ear_come_logged_in(&world, other, "keeper", NULL);
    assert_int_equal(fake_ear_join(other, "tea", NULL), CHAT_OK); /* so the room has an owner in any case */
    fake_ear_come_logged_in(&world, actor, "actor", NULL);
    fake_ear_come_logged_in(&world, target, "target", NULL);
    assert_int_equal(sizeof(table) / sizeof(table[0]), RIGHTS_ACTS);
    for (size_t row = 0; row < sizeof(table) / sizeof(table[0]); row++) {
        for (int i = 0; i < RANKS * RANKS; i++) {
            enum rank by = (enum rank)(i / RANKS), at = (enum rank)(i % RANKS);
            enum chat_result result;

            for (enum rule_kind kind = RULE_BAN; kind < RULE_KINDS; kind++) {
                put_rule(kind, "target", "", true);
            }
            set_rank("actor", by);
            set_rank("target", at);
            (void)fake_ear_join(actor, "tea", NULL);
            (void)fake_ear_join(target, "tea", NULL);
            assert_true(fake_ear_is_in(actor, "tea") && fake_ear_is_in(target, "tea"));
            result = carry_out(table[row].act);
            if (letter_of(result) != table[row].results[by][at]) {
                fail_msg("act %d by %s against %s: %c and not %c", table[row].act, rank_name(by), rank_name(at),
                         letter_of(result), table[row].results[by][at]);
            }
            if (result == CHAT_OK) {
                check_done(table[row].act);
            } else if (result != CHAT_NO_SUCH_RULE) {
                assert_true(fake_ear_is_in(target, "tea"));
                assert_int_equal(role_of("target"), at < RANK_ADMIN ? at : RANK_MEMBER);
            }
        }
    }
}

static void nobody_acts_in_a_room_of_guests(void **state)
{
    (void)state;
    fake_ear_come(&world, actor, "ann", "192.0.2.1");
    fake_ear_come(&world, target, "bob", "192.0.2.2");
    assert_int_equal(fake_ear_join(actor, "tea", NULL), CHAT_OK);
    assert_int_equal(fake_ear_join(target, "tea", NULL), CHAT_OK);
    assert_null(tea()->rules);
    assert_int_equal(acts_kick(&actor->sink.at, tea(), "bob", "", NULL, NULL), CHAT_NO_RIGHT);
    assert_int_equal(world.chat.refusal.needed, RANK_OPERATOR);
    assert_int_equal(acts_set_mode(&actor->sink.at, tea(), "slow", "5", NULL, NULL), CHAT_NO_RIGHT);
    assert_int_equal(fake_ear_say(target, "tea", "hi"), CHAT_OK);
    fake_ear_go(actor);
    fake_ear_go(target);
    assert_null(rooms_find(&world.chat, "tea")); /* as ever */
    assert_string_equal(strbuf_str(&world.store->ended), "");
}

/* ---- modes ----------------------------------------------------------------------------------------- */

/* An owner, who is actor, in a room, and guests who are not in it. */
static void open_room(void)
{
    fake_ear_come_logged_in(&world, actor, "olga", "192.0.2.1");
    assert_int_equal(fake_ear_join(actor, "tea", NULL), CHAT_OK);
    fake_ear_come(&world, target, "bob", "192.0.2.2");
    fake_ear_come_logged_in(&world, other, "carol", "192.0.2.3");
}

static enum chat_result mode(const char *name, const char *value)
{
    return acts_set_mode(&actor->sink.at, tea(), name, value, fake_ear_done, actor);
}

static void invite(const char *who)
{
    assert_int_equal(acts_set_rule(&actor->sink.at, tea(), RULE_INVITE, who, 0, "", NULL, NULL), CHAT_OK);
}

static void every_mode_is_set_by_the_rank_it_needs(void **state)
{
    static const enum rank needed[MODES] = {
        [MODE_INVITE_ONLY] = RANK_OPERATOR, [MODE_MODERATED] = RANK_OPERATOR, [MODE_KEY] = RANK_OPERATOR,
        [MODE_PRIVATE] = RANK_OWNER, [MODE_PERSISTENT] = RANK_OWNER, [MODE_TOPIC_LOCK] = RANK_OPERATOR,
        [MODE_SLOW] = RANK_OPERATOR, [MODE_LIMIT] = RANK_OPERATOR, [MODE_NOLOG] = RANK_OWNER,
        [MODE_NO_GUESTS] = RANK_OPERATOR, [MODE_SETTLE] = RANK_OPERATOR};

    (void)state;
    open_room();
    assert_int_equal(fake_ear_join(other, "tea", NULL), CHAT_OK);
    for (enum mode m = 0; m < MODES; m++) {
        for (enum rank rank = RANK_MEMBER; rank <= RANK_ADMIN; rank++) {
            const char *value = modes_row(m)->type == MODE_FLAG ? "on" : "7";
            const char *old = m == MODE_PERSISTENT ? "off" : value; /* it is on, from the start */
            enum chat_result result;

            set_rank("carol", rank);
            result = acts_set_mode(&other->sink.at, tea(), modes_row(m)->name, old, fake_ear_done, other);
            assert_int_equal(result, rank >= needed[m] ? CHAT_OK : CHAT_NO_RIGHT);
            if (result == CHAT_NO_RIGHT) {
                assert_int_equal(world.chat.refusal.needed, needed[m]);
            } else {
                assert_int_equal(acts_set_mode(&other->sink.at, tea(), modes_row(m)->name, old, NULL, NULL),
                                 CHAT_ALREADY);
                assert_int_equal(acts_set_mode(&other->sink.at, tea(), modes_row(m)->name,
                                               m == MODE_PERSISTENT ? "on" : "off", NULL, NULL), CHAT_OK);
            }
        }
    }
    assert_int_equal(mode("slowness", "5"), CHAT_NO_SUCH_MODE);
    assert_int_equal(mode("slow", "-5"), CHAT_BAD_VALUE);
    assert_int_equal(mode("slow", "4000"), CHAT_BAD_VALUE);
    assert_int_equal(mode("slow", "2h"), CHAT_BAD_VALUE);
    assert_int_equal(mode("slow", "2m"), CHAT_OK);
    assert_string_equal(rules_mode(tea()->rules, MODE_SLOW), "120");
    assert_int_equal(mode("SLOW", "0"), CHAT_OK);
    assert_null(rules_mode(tea()->rules, MODE_SLOW));
    assert_int_equal(mode("key", "two words"), CHAT_BAD_VALUE);
    assert_int_equal(mode("moderated", "maybe"), CHAT_BAD_VALUE);
}

static void who_is_not_invited_does_not_enter(void **state)
{
    (void)state;
    open_room();
    assert_int_equal(mode("invite-only", "on"), CHAT_OK);
    assert_int_equal(fake_ear_join(target, "tea", NULL), CHAT_INVITE_ONLY);
    assert_int_equal(fake_ear_say(target, "tea", "hi"), CHAT_INVITE_ONLY); /* nor is heard from outside */
    (void)fake_sink_got(&target->sink);
    invite("bob");
    assert_string_equal(fake_sink_got(&target->sink), "#tea rule olga: bob\n");
    assert_int_equal(fake_ear_join(target, "tea", NULL), CHAT_OK);
    assert_int_equal(fake_ear_join(other, "tea", NULL), CHAT_INVITE_ONLY);
    set_rank("carol", RANK_OPERATOR);
    assert_int_equal(fake_ear_join(other, "tea", NULL), CHAT_OK);
}

static void who_does_not_know_the_key_does_not_enter(void **state)
{
    (void)state;
    open_room();
    assert_int_equal(mode("key", "Sesame"), CHAT_OK);
    assert_int_equal(fake_ear_join(target, "tea", NULL), CHAT_NEEDS_KEY);
    assert_int_equal(fake_ear_join(target, "tea", "sesame"), CHAT_NEEDS_KEY);
    assert_int_equal(fake_ear_say(target, "tea", "hi"), CHAT_NEEDS_KEY);
    assert_int_equal(fake_ear_join(target, "tea", "Sesame"), CHAT_OK);
    assert_int_equal(fake_ear_join(other, "tea", NULL), CHAT_NEEDS_KEY);
    invite("carol");
    assert_int_equal(fake_ear_join(other, "tea", NULL), CHAT_OK);
}

static void guests_do_not_enter_a_room_without_guests(void **state)
{
    (void)state;
    open_room();
    assert_int_equal(mode("no-guests", ""), CHAT_OK);
    assert_int_equal(fake_ear_join(target, "tea", NULL), CHAT_NO_GUESTS);
    assert_int_equal(fake_ear_say(target, "tea", "hi"), CHAT_NO_GUESTS);
    assert_int_equal(fake_ear_join(other, "tea", NULL), CHAT_OK);
}

static void room_that_is_full_takes_operators_alone(void **state)
{
    (void)state;
    open_room();
    assert_int_equal(mode("limit", "2"), CHAT_OK);
    assert_int_equal(fake_ear_join(target, "tea", NULL), CHAT_OK);
    assert_int_equal(fake_ear_join(other, "tea", NULL), CHAT_ROOM_FULL);
    assert_int_equal(world.chat.refusal.limit, 2);
    invite("carol");
    assert_int_equal(fake_ear_join(other, "tea", NULL), CHAT_ROOM_FULL);
    set_rank("carol", RANK_OPERATOR);
    assert_int_equal(fake_ear_join(other, "tea", NULL), CHAT_OK);
}

static void only_voiced_people_speak_in_a_moderated_room(void **state)
{
    (void)state;
    open_room();
    assert_int_equal(fake_ear_join(target, "tea", NULL), CHAT_OK);
    assert_int_equal(fake_ear_join(other, "tea", NULL), CHAT_OK);
    assert_int_equal(mode("moderated", "on"), CHAT_OK);
    assert_int_equal(fake_ear_say(target, "tea", "hi"), CHAT_MODERATED);
    assert_int_equal(chat_set_topic(&target->sink.at, tea(), "mine", NULL, NULL), CHAT_MODERATED);
    assert_int_equal(fake_ear_say(other, "tea", "hi"), CHAT_MODERATED);
    set_rank("carol", RANK_VOICED);
    assert_int_equal(fake_ear_say(other, "tea", "hi"), CHAT_OK);
    assert_int_equal(fake_ear_say(actor, "tea", "hi"), CHAT_OK);
}

static void slow_room_takes_a_line_of_each_in_its_time(void **state)
{
    (void)state;
    open_room();
    assert_int_equal(fake_ear_join(target, "tea", NULL), CHAT_OK);
    assert_int_equal(fake_ear_join(other, "tea", NULL), CHAT_OK);
    assert_int_equal(mode("slow", "10"), CHAT_OK);
    assert_int_equal(fake_ear_say(target, "tea", "one"), CHAT_OK);
    assert_int_equal(chat_say(&target->sink.at, tea(), MESSAGE_SAY, "more", 4, true), CHAT_OK); /* of the same line */
    assert_int_equal(fake_ear_say(other, "tea", "one"), CHAT_OK);
    fake_clock_advance(&world.clock, 1500);
    assert_int_equal(fake_ear_say(target, "tea", "two"), CHAT_SLOW);
    assert_int_equal(world.chat.refusal.wait_s, 9);
    assert_int_equal(chat_leave(&target->sink.at, tea(), "", NULL, NULL), CHAT_OK);
    assert_int_equal(fake_ear_join(target, "tea", NULL), CHAT_OK);
    assert_int_equal(fake_ear_say(target, "tea", "two"), CHAT_SLOW); /* to go and come does not help */
    fake_clock_advance(&world.clock, 8500);
    assert_int_equal(fake_ear_say(target, "tea", "two"), CHAT_OK);
    assert_int_equal(fake_ear_say(actor, "tea", "one"), CHAT_OK);
    assert_int_equal(fake_ear_say(actor, "tea", "two"), CHAT_OK);
}

static void who_has_just_come_says_nothing_in_a_room_that_settles(void **state)
{
    (void)state;
    open_room();
    assert_int_equal(fake_ear_join(other, "tea", NULL), CHAT_OK);
    assert_int_equal(mode("settle", "30"), CHAT_OK);
    assert_int_equal(fake_ear_say(other, "tea", "I was here"), CHAT_OK);
    assert_int_equal(fake_ear_say(target, "tea", "from outside"), CHAT_SETTLING);
    assert_int_equal(world.chat.refusal.wait_s, 30);
    fake_clock_advance(&world.clock, 60000);
    assert_int_equal(fake_ear_say(target, "tea", "from outside"), CHAT_OK);
    assert_int_equal(fake_ear_join(target, "tea", NULL), CHAT_OK);
    assert_int_equal(fake_ear_say(target, "tea", "hi"), CHAT_SETTLING);
    fake_clock_advance(&world.clock, 30000);
    assert_int_equal(fake_ear_say(target, "tea", "hi"), CHAT_OK);
}

static void locked_topic_is_set_by_operators(void **state)
{
    (void)state;
    open_room();
    assert_int_equal(fake_ear_join(target, "tea", NULL), CHAT_OK);
    assert_int_equal(chat_set_topic(&target->sink.at, tea(), "free", NULL, NULL), CHAT_OK);
    assert_int_equal(mode("topic-lock", "on"), CHAT_OK);
    assert_int_equal(chat_set_topic(&target->sink.at, tea(), "mine", NULL, NULL), CHAT_NO_RIGHT);
    assert_int_equal(world.chat.refusal.needed, RANK_OPERATOR);
    assert_int_equal(chat_set_topic(&actor->sink.at, tea(), "ours", NULL, NULL), CHAT_OK);
    assert_string_equal(tea()->topic, "ours");
}

static void nothing_of_a_room_that_is_not_logged_is_kept(void **state)
{
    (void)state;
    open_room();
    assert_int_equal(fake_ear_say(actor, "tea", "kept"), CHAT_OK);
    assert_int_equal(chat_set_topic(&actor->sink.at, tea(), "known", NULL, NULL), CHAT_OK);
    strbuf_reset(&world.store->topics);
    assert_int_equal(mode("nolog", "on"), CHAT_OK);
    assert_string_equal(strbuf_str(&world.store->topics), "#tea : \n"); /* what was kept is not true any more */
    strbuf_reset(&world.store->topics);
    assert_int_equal(fake_ear_say(actor, "tea", "not kept"), CHAT_OK);
    assert_int_equal(chat_set_topic(&actor->sink.at, tea(), "secret", NULL, NULL), CHAT_OK);
    assert_int_equal(fake_store_count(world.store, "tea"), 1);
    assert_string_equal(strbuf_str(&world.store->topics), "");
    assert_int_equal(mode("nolog", "off"), CHAT_OK);
    assert_string_equal(strbuf_str(&world.store->topics), "#tea olga: secret\n");
    assert_int_equal(fake_ear_say(actor, "tea", "kept again"), CHAT_OK);
    assert_int_equal(fake_store_count(world.store, "tea"), 2);
}

static void private_room_is_not_betrayed(void **state)
{
    (void)state;
    open_room();
    assert_ptr_equal(near_room(&world.chat, target->sink.at.person, "teaa"), tea());
    assert_int_equal(mode("private", "on"), CHAT_OK);
    assert_null(near_room(&world.chat, target->sink.at.person, "teaa"));
    assert_false(rights_sees(tea(), target->sink.at.person));
    assert_false(rights_sees(tea(), other->sink.at.person));
    assert_true(rights_sees(tea(), actor->sink.at.person));
    set_rank("carol", RANK_ADMIN);
    assert_true(rights_sees(tea(), other->sink.at.person));
    invite("bob");
    assert_true(rights_sees(tea(), target->sink.at.person));
}

/* ---- telling --------------------------------------------------------------------------------------- */

static void operators_and_administrators_are_told_once(void **state)
{
    struct fake_ear *const admin = &world.ears[3];

    (void)state;
    open_room();
    assert_int_equal(fake_ear_join(target, "tea", NULL), CHAT_OK);
    assert_int_equal(fake_ear_join(other, "tea", NULL), CHAT_OK);
    set_rank("carol", RANK_ADMIN);
    fake_ear_come_logged_in(&world, admin, "root", NULL);
    fake_chat_set_admin(&world, "root", true);
    for (int i = 0; i < 4; i++) {
        (void)fake_sink_got(&world.ears[i].sink);
    }
    rights_tell(&world.chat, tea(), "look", 4);
    assert_string_equal(fake_sink_got(&actor->sink), "#tea notice server: look\n");
    assert_string_equal(fake_sink_got(&other->sink), "#tea notice server: look\n");
    assert_string_equal(fake_sink_got(&admin->sink), "#tea notice server: look\n");
    assert_string_equal(fake_sink_got(&target->sink), "");
    rights_tell(&world.chat, NULL, "look", 4);
    assert_string_equal(fake_sink_got(&actor->sink), "");
    assert_string_equal(fake_sink_got(&other->sink), "# notice server: look\n");
    assert_string_equal(fake_sink_got(&admin->sink), "# notice server: look\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_act_is_allowed_to_the_ranks_of_the_table),
        TEST(nobody_acts_in_a_room_of_guests),
        TEST(every_mode_is_set_by_the_rank_it_needs),
        TEST(who_is_not_invited_does_not_enter),
        TEST(who_does_not_know_the_key_does_not_enter),
        TEST(guests_do_not_enter_a_room_without_guests),
        TEST(room_that_is_full_takes_operators_alone),
        TEST(only_voiced_people_speak_in_a_moderated_room),
        TEST(slow_room_takes_a_line_of_each_in_its_time),
        TEST(who_has_just_come_says_nothing_in_a_room_that_settles),
        TEST(locked_topic_is_set_by_operators),
        TEST(nothing_of_a_room_that_is_not_logged_is_kept),
        TEST(private_room_is_not_betrayed),
        TEST(operators_and_administrators_are_told_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
