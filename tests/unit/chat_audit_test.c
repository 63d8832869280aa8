/* Tests of chat/audit.h: each act in a room is noted once, where it begins; and who is told of a failing store. */
#include "config.h"

#include "chat/audit.h"

#include "chat/acts.h"
#include "chat/rooms.h"
#include "fake_chat.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static struct fake_chat world;
static struct fake_ear *const olga = &world.ears[0], *const bob = &world.ears[1], *const carol = &world.ears[2];

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

/* Olga owns #Tea, in which are Bob, who has an account, and the guest Carol. */
static struct room *tea(void)
{
    if (olga->sink.at.person == NULL) {
        fake_ear_come_logged_in(&world, olga, "olga", "192.0.2.1");
        fake_ear_come_logged_in(&world, bob, "bob", "192.0.2.2");
        fake_ear_come(&world, carol, "carol", "192.0.2.3");
        assert_int_equal(fake_ear_join(olga, "Tea", NULL), CHAT_OK);
        assert_int_equal(fake_ear_join(bob, "tea", NULL), CHAT_OK);
        assert_int_equal(fake_ear_join(carol, "tea", NULL), CHAT_OK);
    }
    return fake_chat_room(&world, "tea");
}

/* What was noted since the last call. */
static void assert_noted(const char *want)
{
    assert_string_equal(strbuf_str(&world.store->audits), want);
    strbuf_reset(&world.store->audits);
    strbuf_adds(&world.store->audits, "");
}

static enum chat_result set_rule(struct fake_ear *by, enum rule_kind kind, const char *who)
{
    return acts_set_rule(&by->sink.at, tea(), kind, who, 0, "spam", fake_ear_done, by);
}

static enum chat_result end_rule(struct fake_ear *by, enum rule_kind kind, const char *who)
{
    return acts_end_rule(&by->sink.at, tea(), kind, who, fake_ear_done, by);
}

static void each_act_is_noted(void **state)
{
    (void)state;
    assert_int_equal(acts_give_role(&olga->sink.at, (tea(), tea()), "bob", RANK_VOICED, fake_ear_done, olga), CHAT_OK);
    assert_noted("voice olga bob #Tea: \n");
    assert_int_equal(acts_give_role(&olga->sink.at, tea(), "bob", RANK_OPERATOR, fake_ear_done, olga), CHAT_OK);
    assert_noted("op olga bob #Tea: \n");
    assert_int_equal(set_rule(bob, RULE_MUTE, "carol"), CHAT_OK);
    assert_noted("mute bob carol #Tea: spam\n");
    assert_int_equal(end_rule(bob, RULE_MUTE, "carol"), CHAT_OK);
    assert_noted("unmute bob carol #Tea: \n");
    assert_int_equal(set_rule(bob, RULE_INVITE, "carol"), CHAT_OK);
    assert_noted("invite bob carol #Tea: spam\n");
    assert_int_equal(acts_kick(&bob->sink.at, tea(), "carol", "out", fake_ear_done, bob), CHAT_OK);
    assert_noted("kick bob carol #Tea: out\n");
    assert_int_equal(set_rule(bob, RULE_BAN, "192.0.2.0/28"), CHAT_OK);
    assert_noted("ban bob 192.0.2.0/28 #Tea: spam\n");
    assert_int_equal(end_rule(bob, RULE_BAN, "192.0.2.0/28"), CHAT_OK);
    assert_noted("unban bob 192.0.2.0/28 #Tea: \n");
    assert_int_equal(acts_set_mode(&bob->sink.at, tea(), "slow", "5", fake_ear_done, bob), CHAT_OK);
    assert_noted("mode bob  #Tea: slow 5\n");
    assert_int_equal(acts_set_mode(&bob->sink.at, tea(), "slow", "off", fake_ear_done, bob), CHAT_OK);
    assert_noted("mode bob  #Tea: slow off\n");
    assert_int_equal(acts_set_mode(&bob->sink.at, tea(), "key", "xyzzy", fake_ear_done, bob), CHAT_OK);
    assert_noted("mode bob  #Tea: key on\n"); /* whoever reads the trail need not know it */
    assert_int_equal(acts_take_role(&olga->sink.at, tea(), "bob", RANK_OPERATOR, fake_ear_done, olga), CHAT_OK);
    assert_noted("deop olga bob #Tea: \n");
    assert_int_equal(acts_give_role(&olga->sink.at, tea(), "bob", RANK_OWNER, fake_ear_done, olga), CHAT_OK);
    assert_noted("owner olga bob #Tea: \n");
}

static void what_is_refused_is_not_noted(void **state)
{
    (void)state;
    tea();
    assert_int_equal(set_rule(bob, RULE_BAN, "carol"), CHAT_NO_RIGHT);
    assert_int_equal(acts_kick(&olga->sink.at, tea(), "nobody", "", fake_ear_done, olga), CHAT_NO_SUCH_PERSON);
    assert_int_equal(acts_set_mode(&olga->sink.at, tea(), "slow", "x", fake_ear_done, olga), CHAT_BAD_VALUE);
    assert_noted("");
}

static struct message *last_line(void)
{
    return message_ref((struct message *)fake_store_newest(world.store, "tea"));
}

/* One's own line is one's own affair. */
static void lines_of_others_that_are_deleted_are_noted(void **state)
{
    struct message *line;

    (void)state;
    tea();
    assert_int_equal(fake_ear_say(carol, "tea", "oops"), CHAT_OK);
    line = last_line();
    assert_int_equal(chat_delete(&bob->sink.at, tea(), line, fake_ear_done, bob), CHAT_NOT_YOURS);
    assert_int_equal(world.chat.refusal.needed, RANK_OPERATOR);
    assert_int_equal(chat_delete(&carol->sink.at, tea(), line, fake_ear_done, carol), CHAT_OK);
    message_unref(line);
    assert_noted("");
    assert_int_equal(fake_ear_say(carol, "tea", "spam"), CHAT_OK);
    line = last_line();
    assert_int_equal(chat_delete(&olga->sink.at, tea(), line, fake_ear_done, olga), CHAT_OK);
    assert_memory_equal(strbuf_str(&world.store->audits), "delete olga carol #Tea: ", 24);
    assert_int_equal(fake_store_count(world.store, "tea"), 0);
    message_unref(line);
}

static void administrators_are_told_of_a_failing_store(void **state)
{
    (void)state;
    tea();
    fake_chat_set_admin(&world, "bob", true);
    fake_sink_got(&olga->sink);
    fake_sink_got(&bob->sink);
    fake_store_tell(world.store, "the disk is full");
    assert_string_equal(fake_sink_got(&bob->sink), "# notice server: what is said cannot be kept just now, and waits "
                                                   "in memory: the disk is full\n");
    assert_int_equal(fake_ear_say(bob, "tea", "hm"), CHAT_OK);
    fake_sink_got(&bob->sink);
    fake_store_tell(world.store, NULL);
    assert_string_equal(fake_sink_got(&bob->sink), "# notice server: what is said is kept again\n");
    assert_string_equal(fake_sink_got(&olga->sink), "#Tea says bob: hm\n");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(each_act_is_noted),
        TEST(what_is_refused_is_not_noted),
        TEST(lines_of_others_that_are_deleted_are_noted),
        TEST(administrators_are_told_of_a_failing_store),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
