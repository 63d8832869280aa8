/* Order in rooms: owners, operators, bans, mutes, modes and reports, as people meet them, and over restarts. */
#include "config.h"

#include "ctl.h"
#include "harness.h"

#include <signal.h>
#include <string.h>

#if defined(HAVE_SODIUM) && defined(HAVE_SQLITE)

#define PASSWORD "correct horse"
/* Clients of the harness come from 127.0.0.1, and a ban of a guest hits the address. */
#define ELSEWHERE "127.0.0.9"

#define start_with(...)                                                                                              \
    daemon_start("-o", harness_text("store.path=%s/chatd.db", harness_dir()), "-o", "accounts.hash_memory=1M", "-o", \
                 "accounts.hash_passes=1", ##__VA_ARGS__)

static struct daemon *start(void)
{
    return start_with();
}

static struct client *join_with_account(struct daemon *d, const char *name)
{
    struct client *c = client_join(d, name);

    client_send(c, "/register\n" PASSWORD "\n");
    client_expect(c, "-- You are logged in as ");
    return c;
}

static struct client *come_back(struct daemon *d, const char *name)
{
    struct client *c = client_open(d);

    client_sendf(c, "/login %s " PASSWORD "\n", name);
    client_expect(c, harness_text("-- You are logged in as %s.", name));
    return c;
}

static struct client *guest_from(struct daemon *d, const char *source, const char *name)
{
    struct client *c = client_open_from(daemon_address(d, 0), source);

    client_take_name(c, name);
    return c;
}

static void enter(struct client *c, const char *room)
{
    client_sendf(c, "/join %s\n", room);
    client_expect(c, harness_text("-- You are in #%s", room));
}

/* An owner with a room, #ops. */
static struct client *owner_of_ops(struct daemon *d, const char *name)
{
    struct client *c = join_with_account(d, name);

    client_send(c, "/join ops\n");
    client_expect_line(c, "-- The room is new, and yours: /mode shows what you can set, /help owner hands it on.");
    client_expect(c, "-- You are in #ops");
    return c;
}

static void who_makes_a_room_owns_it_over_restarts(void)
{
    struct daemon *d = start();
    struct client *alice = owner_of_ops(d, "alice"), *bob = client_join(d, "bob");

    enter(bob, "ops");
    client_send(bob, "/kick alice\n");
    client_expect_line(bob, "!! no-right: that is for operators and the owner of #ops; nothing has changed");
    client_send(bob, "/mode slow 5\n");
    client_expect(bob, "!! no-right: that is for operators and the owner of #ops");
    client_send(alice, "/mode topic-lock on\n/who\n");
    client_expect(alice, "-- topic-lock is on: ");
    client_expect(alice, "alice (owner)");
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    d = start();
    bob = client_join(d, "bob");
    client_send(bob, "/rooms\n");
    client_expect(bob, "-- #ops  0 people"); /* it stays, although nobody is in it */
    enter(bob, "ops");
    client_send(bob, "/topic mine\n");
    client_expect(bob, "!! no-right: that is for operators and the owner of #ops");
    alice = come_back(d, "alice");
    enter(alice, "ops");
    client_send(alice, "/kick bob out with you\n");
    client_expect_line(alice, "-- You have put bob out of #ops.");
    client_expect_line(bob, "[#ops] -- alice put bob out: out with you");
    client_expect_line(bob, "-- You are not in #ops any more; your current room is #lobby.");
}

/* The trail, as chatctl tells it: an operator's acts, over a restart. */
static void what_operators_do_is_noted_and_shown(void)
{
    struct daemon *d = start_with("-o", ctl_option());
    struct client *alice = owner_of_ops(d, "alice"), *bob = guest_from(d, ELSEWHERE, "bob");
    const char *line, *rooms;

    enter(bob, "ops");
    client_send(bob, "spam\n");
    client_expect_line(alice, "[#ops] bob: spam");
    client_send(alice, "/mode slow 5\n/mode key xyzzy\n/mute bob 1h noise\n/history ids\n");
    line = client_expect(alice, " [#ops] bob: spam");
    client_sendf(alice, "/delete %.16s\n", strchr(line, '[') - 17);
    client_expect_line(alice, "-- The line is deleted.");
    client_expect_line(bob, "[#ops] -- alice deleted a line of bob");
    client_send(alice, "/ban bob 2h enough\n");
    client_expect(alice, "-- bob is banned from #ops until ");
    rooms = ctl_ok("rooms");
    assert_non_null(strstr(rooms, "  1     alice         key,persistent,slow=5"));
    assert_null(strstr(rooms, "xyzzy"));
    rooms = ctl_ok("--json", "rooms");
    assert_non_null(strstr(rooms, "\"owner\":\"alice\",\"modes\":[\"key\",\"persistent\",\"slow=5\"],\"bans\":1,"
                                  "\"mutes\":1,\"invitations\":0"));
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    start_with("-o", ctl_option());
    rooms = ctl_ok("--json", "audit");
    assert_non_null(strstr(rooms, "\"act\":\"mode\",\"by\":\"alice\",\"room\":\"#ops\",\"why\":\"slow 5\"}"));
    assert_non_null(strstr(rooms, "\"act\":\"mode\",\"by\":\"alice\",\"room\":\"#ops\",\"why\":\"key on\"}"));
    assert_non_null(strstr(rooms, "\"act\":\"mute\",\"by\":\"alice\",\"whom\":\"bob\",\"room\":\"#ops\",\"why\":"
                                  "\"noise\",\"until\":\"20"));
    assert_non_null(strstr(rooms, "\"act\":\"delete\",\"by\":\"alice\",\"whom\":\"bob\",\"room\":\"#ops\""));
    assert_non_null(strstr(rooms, "\"act\":\"ban\",\"by\":\"alice\",\"whom\":\"bob\",\"room\":\"#ops\",\"why\":"
                                  "\"enough\",\"until\":\"20"));
}

/* Who could keep newcomers out of it would keep them out of the server. */
static void nobody_gets_the_room_of_newcomers_by_entering_it(void)
{
    struct daemon *d = start();
    struct client *alice = join_with_account(d, "alice");

    client_send(alice, "/leave\n/join lobby\n/mode no-guests on\n");
    client_expect(alice, "-- You are in #lobby");
    client_expect(alice, "!! no-right: #lobby has no owner, so ");
}

/* A name is borne for a moment: the trail tells the account. */
static void the_trail_names_accounts(void)
{
    struct daemon *d = start_with("-o", ctl_option());
    struct client *alice = owner_of_ops(d, "alice"), *bob = join_with_account(d, "bob");
    const char *trail;

    enter(bob, "ops");
    client_send(alice, "/nick mallory\n");
    client_expect_line(alice, "-- You are now mallory.");
    client_send(bob, "/nick robert\n/report mallory tea\n");
    client_expect(bob, "are told about mallory.");
    client_send(alice, "/mode slow 5\n/voice robert\n/kick robert out\n");
    client_expect_line(alice, "-- You have put robert out of #ops.");
    client_send(alice, "/ban robert 1h\n/unban robert\n");
    client_expect_line(alice, "-- robert is no longer banned from #ops.");
    trail = ctl_ok("--json", "audit");
    assert_non_null(strstr(trail, "\"act\":\"report\",\"by\":\"bob\",\"whom\":\"alice\""));
    assert_non_null(strstr(trail, "\"act\":\"voice\",\"by\":\"alice\",\"whom\":\"bob\""));
    assert_non_null(strstr(trail, "\"act\":\"unban\",\"by\":\"alice\",\"whom\":\"bob\""));
    assert_null(strstr(trail, "mallory"));
    assert_null(strstr(trail, "robert"));
}

/* Else "5" is the reason of a ban that never ends. */
static void a_time_that_is_none_is_no_reason(void)
{
    static const char *const wrong[] = {"5", "5min", "-5m", "1.5h", "1h30", "5x spam"};
    struct daemon *d = start();
    struct client *alice = owner_of_ops(d, "alice");

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        client_sendf(alice, "/ban 198.51.100.7 %s\n", wrong[i]);
        client_expect(alice, "!! bad-value: a time is from 1s to 36500d");
    }
    client_send(alice, "/bans\n");
    client_expect_line(alice, "-- #ops: 0 bans, mutes and invitations");
}

static void who_has_no_account_owns_nothing(void)
{
    struct daemon *d = start();
    struct client *bob = client_join(d, "bob"), *alice = join_with_account(d, "alice");

    enter(bob, "ops");
    enter(alice, "ops"); /* it is not new */
    client_send(alice, "/kick bob\n");
    client_expect(alice, "!! no-right: #ops has no owner, so that is for the administrators of the server");
    client_send(alice, "/room lobby\n/mode key secret\n"); /* the settings name it */
    client_expect(alice, "!! no-right: #lobby has no owner, so ");
}

static void a_ban_holds_under_every_name_and_after_a_restart(void)
{
    struct daemon *d = start();
    struct client *alice = owner_of_ops(d, "alice"), *pest = guest_from(d, ELSEWHERE, "pest");

    enter(pest, "ops");
    client_send(pest, "buy my tea\n");
    client_expect_line(alice, "[#ops] pest: buy my tea");
    client_send(alice, "/ban pest 1h no tea\n");
    client_expect(alice, "-- pest is banned from #ops until ");
    client_expect(pest, "[#ops] -- alice banned pest for 1 h: no tea");
    client_send(pest, "/join ops\n");
    client_expect(pest, "!! banned: you are banned from #ops until ");
    client_send(pest, "/nick friend\n/join ops\n");
    client_expect(pest, "!! banned: ");
    client_send(pest, "/post #ops tea\n");
    client_expect(pest, "!! banned: ");
    client_close(pest);
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    d = start();
    pest = guest_from(d, ELSEWHERE, "other");
    client_send(pest, "/join ops\n");
    client_expect(pest, "!! banned: ");
    alice = come_back(d, "alice");
    enter(alice, "ops");
    client_send(alice, "/bans\n");
    client_expect(alice, "-- ban pest, by alice at ");
    client_expect_line(alice, "-- #ops: 1 ban, mute or invitation");
    client_send(alice, "/unban pest\n");
    client_expect_line(alice, "-- pest is no longer banned from #ops.");
    enter(pest, "ops");
}

static void a_ban_ends_by_itself_and_the_operators_are_told(void)
{
    struct daemon *d = start();
    struct client *alice = owner_of_ops(d, "alice"), *pest = guest_from(d, ELSEWHERE, "pest");

    client_send(alice, "/ban pest 1s\n");
    client_expect(alice, "-- pest is banned from #ops until ");
    client_expect(alice, "pest"); /* that it has ended */
    enter(pest, "ops");
}

static void whoever_is_muted_reads_and_does_not_speak(void)
{
    struct daemon *d = start();
    struct client *alice = owner_of_ops(d, "alice"), *pest = guest_from(d, ELSEWHERE, "pest");

    enter(pest, "ops");
    client_send(alice, "/mute pest 10m calm down\n");
    client_expect(pest, "[#ops] -- alice muted pest for 10 min: calm down");
    client_send(pest, "tea\n/me sells tea\n/topic tea\n");
    for (int i = 0; i < 3; i++) {
        client_expect(pest, "!! muted: you are muted in #ops until ");
    }
    client_send(alice, "hello\n");
    client_expect_line(pest, "[#ops] alice: hello");
    client_send(alice, "/unmute pest\n");
    client_expect_line(alice, "-- pest is no longer muted in #ops.");
    client_expect_line(pest, "[#ops] -- alice unmuted pest");
    client_send(pest, "sorry\n");
    client_expect_none(alice, "tea", "[#ops] pest: sorry");
}

/* The last word is a line too. */
static void whoever_may_not_speak_has_no_last_word(void)
{
    static const char *const quiet[] = {"/mute pest", "/mode moderated on", "/mode settle 600"};
    struct daemon *d = start();
    struct client *alice = owner_of_ops(d, "alice"), *pest;

    for (size_t i = 0; i < sizeof(quiet) / sizeof(quiet[0]); i++) {
        bool is_mute = i == 0;

        pest = guest_from(d, ELSEWHERE, "pest");
        if (!is_mute) {
            client_sendf(alice, "%s\n", quiet[i]);
            client_expect(alice, " is on: ");
        }
        enter(pest, "ops");
        if (is_mute) {
            client_sendf(alice, "%s\n", quiet[i]);
            client_expect(alice, "-- pest is muted in #ops.");
        }
        client_send(pest, "/quit buy my tea\n");
        client_expect_line(alice, "[#lobby, #ops] -- pest quit");
        client_expect_eof(pest);
        client_send(alice, is_mute ? "/unmute pest\n" : "/mode moderated off\n");
        client_expect(alice, is_mute ? "-- pest is no longer muted" : "moderated");
    }
    client_send(alice, "/mode settle off\n");
    client_expect(alice, "-- settle is off");
    pest = guest_from(d, ELSEWHERE, "pest");
    enter(pest, "ops");
    client_send(pest, "/quit good night\n");
    client_expect_line(alice, "[#lobby, #ops] -- pest quit: good night");
}

static void modes_are_set_in_a_room_full_of_bans(void)
{
    struct daemon *d = start_with("-o", "rooms.rules=10");
    struct client *alice = owner_of_ops(d, "alice");

    for (int i = 0; i < 10; i++) {
        client_sendf(alice, "/ban 198.51.100.%d\n", i);
    }
    client_expect(alice, "!! too-many-rules: ");
    client_send(alice, "/mode moderated on\n");
    client_expect(alice, "-- moderated is on");
}

static void nobody_gets_rid_of_a_rule_by_logging_out(void)
{
    struct daemon *d = start();
    struct client *alice = owner_of_ops(d, "alice"), *bob = join_with_account(d, "bob"), *also;

    enter(bob, "ops");
    also = come_back(d, "bob"); /* the same person */
    client_send(alice, "/mute bob\n");
    client_expect_line(alice, "-- bob is muted in #ops.");
    client_send(bob, "/logout\n/join ops\ntea\n");
    client_expect(bob, "-- You are logged out");
    client_expect(bob, "!! muted: ");
    client_send(also, "/logout\n/room ops\ntea\n");
    client_expect(also, "-- You are logged out");
    client_expect(also, "!! muted: ");
    client_send(alice, "/ban bob\n");
    client_expect_line(alice, "-- bob is banned from #ops.");
    client_send(also, "/join ops\n");
    client_expect(also, "!! banned: ");
    client_send(bob, "/join ops\n");
    client_expect(bob, "!! banned: ");
    client_send(alice, "hello\n");
    client_sync(alice);
    client_sync_without(bob, "hello");
}

static void roles_are_handed_on(void)
{
    struct daemon *d = start();
    struct client *alice = owner_of_ops(d, "alice"), *bob = join_with_account(d, "bob");
    struct client *carol = client_join(d, "carol");

    enter(bob, "ops");
    enter(carol, "ops");
    client_send(alice, "/op carol\n");
    client_expect(alice, "!! needs-account: carol is a guest");
    client_send(alice, "/op bob\n");
    client_expect_line(alice, "-- bob is an operator of #ops now.");
    client_expect_line(carol, "[#ops] -- alice made bob an operator");
    client_send(bob, "/kick alice\n");
    client_expect(bob, "!! no-right: in #ops that is for the administrators of the server");
    client_send(bob, "/kick carol\n");
    client_expect_line(bob, "-- You have put carol out of #ops.");
    client_send(alice, "/owner bob\n");
    client_expect_line(alice, "-- bob is the owner of #ops now.");
    client_send(alice, "/deop bob\n");
    client_expect(alice, "!! no-right: ");
    client_send(bob, "/deop alice\n");
    client_expect_line(bob, "-- alice is a plain member of #ops now.");
    client_send(alice, "/kick bob\n/op dave\n");
    client_expect(alice, "!! no-right: ");
    client_expect(alice, "!! no-right: "); /* it is not told whether there is such an account */
}

static void an_operator_inherits_the_room_of_an_account_that_ends(void)
{
    struct daemon *d = start();
    struct client *alice = owner_of_ops(d, "alice"), *bob = join_with_account(d, "bob");

    enter(bob, "ops");
    client_send(alice, "/op bob\n/forget\n" PASSWORD "\n");
    client_expect(alice, "-- The account is erased.");
    client_expect_line(bob, "[#ops] -- server made bob the owner");
    daemon_wait_log(d, "audit act=owner by=server whom=bob room=#ops why=\"the account of the owner has ended\"");
    client_send(bob, "/kick alice\n");
    client_expect_line(bob, "-- You have put alice out of #ops.");
}

/* So nobody fills the server with rooms, by one account after another. */
static void a_room_that_nobody_inherits_ends_when_it_is_empty(void)
{
    struct daemon *d = start_with("-o", ctl_option(), "-o", "limits.rooms=4");
    struct client *alice = owner_of_ops(d, "alice"), *bob = join_with_account(d, "bob"), *carol;

    enter(bob, "ops");
    client_send(bob, "/join tea\n/leave\n");
    client_expect(bob, "-- You have left #tea");
    client_send(alice, "/join jam\n/leave\n/forget\n" PASSWORD "\n");
    client_expect(alice, "-- The account is erased.");
    client_expect_line(bob, "[#ops] -- server turned off persistent");
    daemon_wait_log(d, "audit act=mode by=server whom=\"\" room=#ops why=\"persistent off");
    client_send(bob, "/kick alice\n/rooms\n/time\n");
    client_expect(bob, "!! no-right: ");
    client_expect_none(bob, "#jam", "-- 20");
    client_send(alice, "/leave #ops\n");
    client_expect(alice, "-- You have left #ops");
    client_send(bob, "/leave #ops\n/rooms\n/time\n");
    client_expect(bob, "-- You have left #ops");
    client_expect_none(bob, "#ops", "-- 20");
    carol = client_join(d, "carol");
    for (int i = 0; i < 4; i++) {
        client_sendf(carol, "/register\n" PASSWORD "\n/join room%d\n/leave\n/forget\n" PASSWORD "\n", i);
        client_expect(carol, harness_text("-- You have left #room%d", i));
        client_expect(carol, "-- The account is erased.");
    }
    ctl_ok("account", "remove", "bob");
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    d = start();
    carol = client_join(d, "carol");
    client_send(carol, "/rooms\n/time\n");
    client_expect_none(carol, "#tea", "-- 20");
}

static void modes_keep_people_out(void)
{
    struct daemon *d = start();
    struct client *alice = owner_of_ops(d, "alice"), *bob = client_join(d, "bob");

    client_send(alice, "/mode key sesame\n");
    client_expect(alice, "-- key sesame is on: ");
    client_send(bob, "/join ops\n/join ops mellon\n/mode #ops\n");
    client_expect_line(bob, "!! needs-key: #ops has a key: /join ops KEY, with the right one");
    client_expect(bob, "!! needs-key: ");
    client_expect(bob, "-- key is on: ");
    client_send(bob, "/join ops sesame\n");
    client_expect(bob, "-- You are in #ops");
    client_send(bob, "/leave\n");
    client_send(alice, "/mode key off\n/mode no-guests on\n");
    client_expect(alice, "-- no-guests is on: ");
    client_send(bob, "/join ops\n");
    client_expect(bob, "!! no-guests: #ops is for people who are logged in");
    client_send(alice, "/mode no-guests off\n/mode invite-only on\n");
    client_expect(alice, "-- invite-only is on: ");
    client_send(bob, "/join ops\n");
    client_expect(bob, "!! invite-only: ");
    client_send(alice, "/invite bob\n");
    client_expect(alice, "-- bob is invited to #ops until "); /* a guest, for a day */
    client_expect(bob, "alice invited bob");
    enter(bob, "ops");
    client_send(alice, "/mode invite-only off\n/mode limit 1\n/mode limit 2\n");
    client_expect_line(bob, "[#ops] -- alice set limit to 1 member");
    client_expect_line(bob, "[#ops] -- alice set limit to 2 members");
    client_expect(alice, "-- limit 2 is on: ");
    bob = client_join(d, "carol");
    client_send(bob, "/join ops\n");
    client_expect(bob, "!! room-full: ");
    client_send(alice, "/mode slow now\n/mode nonsense\n/mode limit 2\n");
    client_expect(alice, "!! bad-value: slow is a number from ");
    client_expect(alice, "!! bad-value: there is no mode nonsense; ");
    client_expect(alice, "!! bad-value: limit is so in #ops already");
}

static void modes_keep_people_quiet(void)
{
    struct daemon *d = start();
    struct client *alice = owner_of_ops(d, "alice"), *bob = client_join(d, "bob");

    enter(bob, "ops");
    client_send(alice, "/mode moderated on\n");
    client_expect(bob, "[#ops] -- alice ");
    client_send(bob, "hello\n");
    client_expect(bob, "!! moderated: ");
    client_send(alice, "/mode moderated off\n/mode slow 1000\n");
    client_expect(bob, "slow");
    client_send(bob, "one\ntwo\n");
    client_expect(alice, "[#ops] bob: one");
    client_expect(bob, "!! slow: #ops is slow: you can speak again in ");
    client_send(alice, "three\nfour\n"); /* whoever keeps order is not slow */
    client_expect(bob, "[#ops] alice: four");
    client_send(alice, "/mode slow off\n/mode settle 1000\n");
    client_expect(bob, "settle");
    bob = client_join(d, "carol");
    enter(bob, "ops");
    client_send(bob, "hello\n");
    client_expect(bob, "!! settling: ");
}

static void a_private_room_is_not_there_for_others(void)
{
    struct daemon *d = start();
    struct client *alice = owner_of_ops(d, "alice"), *bob = client_join(d, "bob"), *carol;

    client_send(alice, "/mode private on\n");
    client_expect(alice, "-- private is on: ");
    client_send(bob, "/rooms\n/who #ops\n/whois alice\n/post #ops hi\n/topic\n/who #opss\n/time\n");
    client_expect_none(bob, "#ops  ", "!! no-such-room: there is no room #ops; /rooms");
    client_expect_none(bob, "#ops", "-- alice is in ");
    client_expect(bob, "!! no-such-room: there is no room #ops;");
    client_expect_line(bob, "!! no-such-room: there is no room #opss; /rooms lists them");
    enter(bob, "ops"); /* for whoever knows of it */
    carol = client_join(d, "carol");
    client_send(bob, "/quit good night\n");
    client_expect_line(carol, "[#lobby] -- bob quit: good night"); /* and not where else */
    client_expect_line(alice, "[#ops] -- bob quit: good night");
}

static void a_room_without_a_log_leaves_no_trace(void)
{
    struct daemon *d = start();
    struct client *alice = owner_of_ops(d, "alice"), *bob = client_join(d, "bob");

    client_send(alice, "/mode nolog on\nwhisper\n/history\n");
    client_expect(alice, "-- 0 of 0 lines kept in #ops");
    client_send(bob, "/join ops\n");
    client_expect_none(bob, "whisper", "kept"); /* the newcomer is told that nothing is */
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    d = start();
    alice = come_back(d, "alice");
    client_send(alice, "/join ops\n/mode nolog off\n/history\n");
    client_expect_none(alice, "whisper", "-- 0 of 0 lines kept in #ops");
}

static void a_report_goes_to_those_who_keep_order(void)
{
    struct daemon *d = start();
    struct client *alice = owner_of_ops(d, "alice"), *bob = client_join(d, "bob"), *carol = client_join(d, "carol");

    enter(bob, "ops");
    enter(carol, "ops");
    client_send(bob, "/report carol sells tea\n");
    client_expect_line(bob, "-- The operators and administrators who are here are told about carol.");
    client_expect(alice, "bob reports carol: sells tea");
    client_sync_without(carol, "reports");
    client_send(alice, "/leave\n");
    client_expect(bob, "[#ops] -- alice left");
    client_send(bob, "/report carol sells tea\n/leave\n/leave\n/report carol sells tea\n");
    client_expect_line(bob, "-- Nobody who keeps order is here now; what you say about carol is noted for the "
                            "administrators.");
    client_expect(bob, "!! unavailable: no administrator is here; ");
}

static void another_room_is_named_first(void)
{
    struct daemon *d = start();
    struct client *alice = owner_of_ops(d, "alice"), *bob = client_join(d, "bob");

    enter(bob, "ops");
    client_send(alice, "/room lobby\n/kick #ops bob go\n/mode #ops slow 7\n/kick #ops\n/kick #none bob\n");
    client_expect_line(alice, "-- You have put bob out of #ops.");
    client_expect(alice, "-- slow 7 is on: ");
    client_expect(alice, "!! usage: /kick needs a name");
    client_expect(alice, "!! no-such-room: there is no room #none");
}

static void a_network_is_banned(void)
{
    struct daemon *d = start();
    struct client *alice = owner_of_ops(d, "alice"), *pest = guest_from(d, ELSEWHERE, "pest");

    client_send(alice, "/ban 127.0.0.8/29 30m\n");
    client_expect(alice, "-- 127.0.0.8/29 is banned from #ops until ");
    client_send(pest, "/join ops\n");
    client_expect(pest, "!! banned: ");
    client_send(alice, "/ban 127.0.0.9/29\n/ban nobody\n/ban pest 40000d\n/unban 10.0.0.1\n");
    client_expect(alice, "!! bad-value: 127.0.0.9/29 has bits set behind its first 29: the network is 127.0.0.8/29");
    client_expect(alice, "!! no-such-name: there is nobody called nobody here, and no such account; ");
    client_expect(alice, "!! bad-value: a time is from 1s to 36500d, as in 30m, 2h or 7d");
    client_expect(alice, "!! no-such-rule: ");
}

/* ---- evasions ---- */

static void a_topic_is_a_line_where_lines_are_few(void)
{
    struct daemon *d = start();
    struct client *alice = owner_of_ops(d, "alice"), *bob = client_join(d, "bob");

    enter(bob, "ops");
    client_send(alice, "/mode slow 1000\n");
    client_expect(bob, "slow");
    client_send(bob, "/topic one\ntwo\n/topic three\n");
    client_expect_line(bob, "-- The topic is set.");
    client_expect(bob, "!! slow: ");
    client_expect(bob, "!! slow: ");
    client_send(alice, "/mode slow off\n/mode settle 1000\n");
    client_expect(bob, "settle");
    client_send(bob, "/topic was here before\n/leave\n/join ops\n/topic has just come\n");
    client_expect_line(bob, "-- The topic is set.");
    client_expect(bob, "!! settling: ");
    client_send(alice, "/topic mine\n");
    client_expect_line(alice, "-- The topic is set.");
}

/* Somebody who is known by an account from now on is no newcomer, and has spoken. */
static void nobody_begins_anew_by_logging_in_or_out(void)
{
    struct daemon *d = start();
    struct client *alice = owner_of_ops(d, "alice"), *bob = client_join(d, "bob");

    client_send(alice, "/mode slow 1000\n");
    client_expect(alice, "-- slow 1000 is on");
    enter(bob, "ops");
    client_send(bob, "one\n/register\n" PASSWORD "\ntwo\n/logout\nthree\n/login bob " PASSWORD "\nfour\n");
    client_expect(bob, "-- You are logged in as bob.");
    client_expect(bob, "!! slow: ");
    client_expect(bob, "-- You are logged out");
    client_expect(bob, "!! slow: ");
    client_expect(bob, "-- You are logged in as bob.");
    client_expect(bob, "!! slow: ");
    client_send(alice, "/mode slow off\n/mode settle 1000\n");
    client_expect(alice, "-- settle 1000 is on");
    client_send(bob, "/leave\n/join ops\none\n/logout\ntwo\n/login bob " PASSWORD "\nthree\n");
    client_expect(bob, "!! settling: ");
    client_expect(bob, "-- You are logged out");
    client_expect(bob, "!! settling: ");
    client_expect(bob, "-- You are logged in as bob.");
    client_expect(bob, "!! settling: ");
}

static void an_operator_does_not_end_a_ban_of_their_own(void)
{
    struct daemon *d = start();
    struct client *alice = owner_of_ops(d, "alice"), *bob = join_with_account(d, "bob");

    enter(bob, "ops");
    client_send(alice, "/op bob\n/mute bob\n");
    client_expect_line(alice, "-- bob is muted in #ops.");
    client_send(bob, "/unmute bob\n");
    client_expect(bob, "!! no-right: that is for the owner of #ops");
    client_send(alice, "/ban bob 1h\n");
    client_expect(alice, "-- bob is banned from #ops until ");
    client_send(bob, "/unban #ops bob\n/join ops\n");
    client_expect(bob, "!! no-right: that is for the owner of #ops");
    client_expect(bob, "!! banned: ");
    client_send(alice, "/unban bob\n/unmute bob\n");
    client_expect_line(alice, "-- bob is no longer muted in #ops.");
    enter(bob, "ops");
}

/* It brings words to people who are not in the room. */
static void an_invitation_by_somebody_ignored_is_not_shown(void)
{
    struct daemon *d = start();
    struct client *alice = owner_of_ops(d, "alice"), *bob = client_join(d, "bob");

    client_send(alice, "/invite bob 1h buy tea\n");
    client_expect(bob, "[#ops] -- alice invited bob for 1 h: buy tea");
    client_send(bob, "/ignore alice\n");
    client_expect_line(bob, "-- You ignore alice now.");
    client_send(alice, "/uninvite bob\n/invite bob 1h buy more\n");
    client_expect(alice, "-- bob is no longer invited");
    client_expect(alice, "-- bob is invited to #ops until ");
    client_sync_without(bob, "buy more");
}

/* That of somebody without an account cannot be kept for longer. */
static void an_invitation_of_a_guest_ends_after_a_day(void)
{
    struct daemon *d = start();
    struct client *alice = owner_of_ops(d, "alice"), *bob = client_join(d, "bob");
    struct client *carol = join_with_account(d, "carol");

    client_send(alice, "/invite bob\n/invite carol\n/invite nobody\n/invite 192.0.2.0/24\n/uninvite carol\n");
    client_expect(alice, "-- bob is invited to #ops until ");
    client_expect_line(alice, "-- carol is invited to #ops.");
    client_expect_line(alice, "!! no-such-name: there is nobody called nobody here, and no such account");
    client_expect_line(alice, "!! bad-value: 192.0.2.0/24 is no name, and here only a person or an account can be "
                              "named");
    client_expect_line(alice, "-- carol is no longer invited to #ops.");
    client_expect(bob, "[#ops] -- alice invited bob for 1 d");
    client_expect(carol, "[#ops] -- alice invited carol");
}

#endif

/* Reads bans of 192.0.2.1 to 9 up to the last line of a page, and counts each. */
static const char *count_bans(struct client *c, int *seen)
{
    const char *line;

    while (strncmp(line = client_line(c), "-- more: ", 9) != 0 && strstr(line, " to ") == NULL) {
        const char *at = strstr(line, "-- ban 192.0.2.");

        if (at != NULL) {
            seen[at[15] - '0']++;
        }
    }
    return line;
}

static void list_of_bans_has_pages_that_stay_right(void)
{
    static const unsigned char window[] = {0xff, 0xfb, 0x1f, 0xff, 0xfa, 0x1f, 0, 80, 0, 7, 0xff, 0xf0};
    struct client *alice = owner_of_ops(start(), "alice");
    int seen[10] = {0}, gone = 1;

    for (int i = 1; i <= 7; i++) {
        client_sendf(alice, "/ban 192.0.2.%d\n", i);
    }
    client_sync(alice);
    client_send_bytes(alice, window, sizeof(window));
    client_send(alice, "/back\n"); /* below what is negotiated */
    client_expect(alice, "-- You were not away.");
    client_send(alice, "/bans\n");
    assert_string_equal(count_bans(alice, seen), "-- more: /more shows the next 3 (4 of 7 shown)");
    while (seen[gone] == 0) {
        gone++;
    }
    client_sendf(alice, "/unban 192.0.2.%d\n/ban 192.0.2.8\n/more\n", gone);
    assert_string_equal(count_bans(alice, seen), "-- 4 to 7 of 7");
    for (int i = 1; i <= 8; i++) {
        if (seen[i] != 1) {
            harness_fail("192.0.2.%d was shown %d times", i, seen[i]);
        }
    }
    client_send(alice, "/bans #ops 7\n/bans 9\n/bans x\n");
    client_expect(alice, "-- 7 of 7");
    client_expect(alice, "-- the list ends with 7");
    client_expect(alice, "!! bad-value: ");
}

static void without_accounts_nobody_keeps_order(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    client_send(alice, "/join ops\n/kick bob\n/bans\n/mode\n");
    client_expect_line(alice, "!! no-right: #ops has no owner, so that is for the administrators of the server; "
                              "nothing has changed");
    client_expect(alice, "!! no-right: ");
    client_expect(alice, "-- slow is off: ");
    client_sync(bob);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#if defined(HAVE_SODIUM) && defined(HAVE_SQLITE)
        HARNESS_TEST(who_makes_a_room_owns_it_over_restarts),
        HARNESS_TEST_ONCE(nobody_gets_the_room_of_newcomers_by_entering_it),
        HARNESS_TEST(who_has_no_account_owns_nothing),
        HARNESS_TEST_ONCE(what_operators_do_is_noted_and_shown),
        HARNESS_TEST_ONCE(whoever_may_not_speak_has_no_last_word),
        HARNESS_TEST_ONCE(modes_are_set_in_a_room_full_of_bans),
        HARNESS_TEST_ONCE(the_trail_names_accounts),
        HARNESS_TEST_ONCE(a_time_that_is_none_is_no_reason),
        HARNESS_TEST(a_ban_holds_under_every_name_and_after_a_restart),
        HARNESS_TEST(a_ban_ends_by_itself_and_the_operators_are_told),
        HARNESS_TEST(whoever_is_muted_reads_and_does_not_speak),
        HARNESS_TEST(nobody_gets_rid_of_a_rule_by_logging_out),
        HARNESS_TEST(roles_are_handed_on),
        HARNESS_TEST(an_operator_inherits_the_room_of_an_account_that_ends),
        HARNESS_TEST_ONCE(a_room_that_nobody_inherits_ends_when_it_is_empty),
        HARNESS_TEST(modes_keep_people_out),
        HARNESS_TEST(modes_keep_people_quiet),
        HARNESS_TEST(a_private_room_is_not_there_for_others),
        HARNESS_TEST(a_room_without_a_log_leaves_no_trace),
        HARNESS_TEST(a_report_goes_to_those_who_keep_order),
        HARNESS_TEST(another_room_is_named_first),
        HARNESS_TEST(a_network_is_banned),
        HARNESS_TEST_ONCE(a_topic_is_a_line_where_lines_are_few),
        HARNESS_TEST_ONCE(nobody_begins_anew_by_logging_in_or_out),
        HARNESS_TEST_ONCE(an_operator_does_not_end_a_ban_of_their_own),
        HARNESS_TEST_ONCE(an_invitation_by_somebody_ignored_is_not_shown),
        HARNESS_TEST_ONCE(an_invitation_of_a_guest_ends_after_a_day),
#endif
        HARNESS_TEST_ONCE(list_of_bans_has_pages_that_stay_right),
        HARNESS_TEST_ONCE(without_accounts_nobody_keeps_order),
    };

    return harness_main(tests);
}
