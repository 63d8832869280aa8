/* Bans, mutes and lockdowns of the whole server: by chatctl, at accept, in the chat, over restarts. */
#include "config.h"

#include "ctl.h"
#include "strict_json.h"

#include <signal.h>
#include <string.h>

static void assert_holds(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        harness_fail("expected: %s\nin: %s", part, text);
    }
}

static struct daemon *start(void)
{
    return daemon_start("-o", ctl_option());
}

/* Connects from another address, and is let in. */
static struct client *come_from(struct daemon *d, const char *source, const char *name)
{
    struct client *c = client_open_from(daemon_address(d, 0), source);

    client_take_name(c, name);
    return c;
}

static void expect_refused(struct daemon *d, const char *source, const char *line)
{
    struct client *c = client_open_from(daemon_address(d, 0), source);

    client_expect_next(c, line);
    client_expect_eof(c);
}

/* ---- addresses ---- */

static void banned_address_is_not_let_in_and_put_out(void)
{
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice"), *pest = come_from(d, "127.0.0.2", "pest");

    assert_holds(ctl_ok("ban", "add", "127.0.0.2", "--reason", "spam, again"), "127.0.0.2 is banned.\n");
    client_expect_line(pest, "!! banned: you are banned from this server: spam, again");
    client_expect_eof(pest);
    client_expect(alice, "-- pest quit");
    expect_refused(d, "127.0.0.2", "!! banned: you are banned from this server: spam, again");
    daemon_wait_log(d, " whom=127.0.0.2 unsaid=0");
    client_close(come_from(d, "127.0.0.3", "carol"));
    client_sync(alice);
    assert_holds(ctl_ok("ban", "remove", "127.0.0.2"), "127.0.0.2 is banned no longer.\n");
    client_close(come_from(d, "127.0.0.2", "pest"));
    assert_holds(daemon_log(d), "audit act=ban by=\"uid ");
    assert_holds(daemon_log(d), "\" whom=127.0.0.2 room=\"\" why=\"spam, again\"");
    daemon_wait_log(d, "client closed client=2 reason=banned");
    assert_holds(daemon_log(d), "audit act=unban by=\"uid ");
}

static void banned_network_holds_its_addresses_and_mapped_ones(void)
{
    struct daemon *d = start();

    ctl_ok("ban", "add", "::ffff:127.0.1.0/120");
    expect_refused(d, "127.0.1.7", "!! banned: you are banned from this server");
    client_close(come_from(d, "127.0.2.7", "alice"));
    ctl_ok("ban", "add", "127.0.1.7", "--for", "2h");
    assert_holds(ctl_fails(1, "ban", "remove", "127.0.1.8"),
                 "there is no ban of 127.0.1.8, but one of 127.0.1.0/24, which hits it too");
    ctl_ok("ban", "remove", "127.0.1.0/24");
    client_close(come_from(d, "127.0.1.8", "bob"));
    assert_holds(client_line(client_open_from(daemon_address(d, 0), "127.0.1.7")),
                 "!! banned: you are banned from this server: until ");
}

/* Whatever the person is called later. */
static void guest_is_banned_by_name_and_hit_by_address(void)
{
    struct daemon *d = start();
    struct client *pest = come_from(d, "127.0.0.2", "pest"), *other;

    other = come_from(d, "127.0.0.2", "friend");
    assert_holds(ctl_ok("ban", "add", "Pest", "--reason", "spam"), "127.0.0.2 (pest) is banned.\n");
    client_expect(pest, "!! banned: ");
    client_expect(other, "!! banned: ");
    expect_refused(d, "127.0.0.2", "!! banned: you are banned from this server: spam");
    assert_holds(ctl_ok("ban", "remove", "pest"), "127.0.0.2 (pest) is banned no longer.\n");
    client_close(come_from(d, "127.0.0.2", "pest"));
}

static void ban_ends_by_itself(void)
{
    struct daemon *d = start();

    assert_holds(ctl_ok("ban", "add", "127.0.0.2", "--for", "1s"), "127.0.0.2 is banned until 20");
    daemon_wait_log(d, "ban ended act=ban whom=127.0.0.2 by=\"uid ");
    client_close(come_from(d, "127.0.0.2", "alice"));
    assert_string_equal(ctl_ok("--json", "ban", "list"), "");
    assert_holds(ctl_fails(1, "ban", "remove", "127.0.0.2"), "there is no ban of 127.0.0.2");
}

/* ---- names ---- */

static void banned_names_cannot_be_taken(void)
{
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice"), *spammer = client_join(d, "Spam-1");

    ctl_ok("ban", "add", "spam*", "--reason", "spam");
    client_expect_line(spammer, "!! banned: you are banned from this server: spam");
    client_expect_eof(spammer);
    ctl_ok("ban", "add", "name=Troll");
    client_send(alice, "/nick spammer\n/nick \xef\xbc\xb4ROLL\n/nick trolls\n");
    client_expect_line(alice, "!! name-banned: that name is banned from this server; you are still alice");
    client_expect_line(alice, "!! name-banned: that name is banned from this server; you are still alice");
    client_expect_line(alice, "-- You are now trolls.");
    /* A name that is given was not chosen. */
    ctl_ok("ban", "add", "g*");
    client_send(client_open(d), "hello\n");
    client_expect(alice, "] guest");
    assert_holds(ctl_fails(1, "ban", "add", "*"), "every name matches *; lockdown keeps out all");
    assert_holds(ctl_ok("ban", "remove", "name=spam*"), "name=spam* is banned no longer");
    client_send(alice, "/nick spammer\n");
    client_expect_line(alice, "-- You are now spammer.");
}

/* ---- wrong use ---- */

static void wrong_use_is_told(void)
{
    start();
    assert_holds(ctl_fails(2, "ban"), "usage: ban ACT [WHAT]");
    assert_holds(ctl_fails(2, "ban", "add"), "ban add WHAT, remove WHAT or list");
    assert_holds(ctl_fails(2, "mute", "lift", "alice"), "mute add WHAT, remove WHAT or list");
    assert_holds(ctl_fails(1, "ban", "add", "127.0.0.1/8"),
                 "127.0.0.1/8 has bits set behind its first 8: the network is 127.0.0.0/8");
    assert_holds(ctl_fails(1, "ban", "add", "127.0.0.300"), "127.0.0.300 is no address or network");
    assert_holds(ctl_fails(1, "ban", "add", "127.0.0.1:4000"), "has a port: give the address alone");
    assert_holds(ctl_fails(1, "ban", "add", "_x"), "a name must begin with a letter or a digit");
    assert_holds(ctl_fails(1, "ban", "add", "account=nobody"), "account=nobody names no account");
    assert_holds(ctl_fails(2, "ban", "add", "127.0.0.1", "--for", "soon"), "--for takes a time such as 30m, 2h, 7d");
    assert_holds(ctl_fails(2, "ban", "add", "127.0.0.1", "--for", "0m"), "--for takes a time of at most 36500d");
    assert_holds(ctl_fails(2, "ban", "add", "127.0.0.1", "--for"), "a value has to follow");
    assert_holds(ctl_fails(2, "ban", "remove", "127.0.0.1", "--for", "1h"), "ban add WHAT, remove WHAT or list");
    assert_holds(ctl_fails(2, "rooms", "--reason", "why"), "rooms takes no --reason");
    assert_holds(ctl_fails(1, "ban", "remove", "alice"), "there is no ban of alice");
    assert_string_equal(ctl_ok("--json", "ban", "list"), "");
}

static void bans_are_listed_by_act(void)
{
    struct client *c;
    const char *list;
    unsigned lines = 0;

    start();
    assert_string_equal(ctl_ok("--json", "ban", "add", "10.0.0.1", "--reason", "a \"b\"\nc"),
                        "{\"banned\":\"10.0.0.1\",\"kept\":false}\n");
    assert_holds(ctl_ok("mute", "add", "10.0.0.2"), "10.0.0.2 is muted.\nIt is in memory alone, and ends with the "
                                                    "server: store.path names no database.\n");
    ctl_ok("mute", "add", "name=loud*", "--for", "2h");
    list = ctl_ok("--json", "ban", "list");
    assert_holds(list, "{\"what\":\"10.0.0.1\",\"kind\":\"network\",\"label\":\"10.0.0.1\",\"by\":\"uid ");
    assert_holds(list, "\"reason\":\"a \\\"b\\\" c\"}");
    assert_null(strstr(list, "10.0.0.2"));
    list = ctl_ok("mute", "list");
    assert_holds(list, "CREATED");
    assert_holds(list, " 10.0.0.2 ");
    assert_holds(list, " name=loud* ");
    /* More than a slice, sent as a program does. */
    c = ctl_open();
    for (int i = 0; i < 500; i++) {
        client_sendf(c, "ban add 10.1.%d.%d\n", i / 250, i % 250);
    }
    client_send(c, "ban list --json\n");
    client_expect(c, "10.1.1.249\"");
    client_expect_next(c, ".0");
    list = ctl_ok("--json", "ban", "list");
    for (const char *at = list; *at != '\0'; at = strchr(at, '\n') + 1) {
        assert_true(strict_json_is_valid(harness_text("%.*s", (int)strcspn(at, "\n"), at)));
        lines++;
    }
    assert_int_equal(lines, 501);
}

/* ---- mutes and lockdowns ---- */

static void muted_person_listens_and_does_not_speak(void)
{
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice"), *loud = come_from(d, "127.0.0.2", "loud");

    ctl_ok("mute", "add", "127.0.0.2", "--reason", "too loud");
    client_send(loud, "hello\n/me waves\n/topic mine\n/post #lobby again\n/msg alice psst\n/nick insult\n"
                      "/away buy tea\n");
    for (int i = 0; i < 7; i++) {
        client_expect_line(loud, "!! muted: you are muted on this server: too loud; you can still write to "
                                 "administrators");
    }
    client_send(alice, "quiet, is it not\n");
    client_expect_line(loud, "[#lobby] alice: quiet, is it not");
    client_send(loud, "/quit a last word\n");
    client_expect_eof(loud);
    client_expect_line(alice, "[#lobby] -- loud quit");
    loud = client_open_from(daemon_address(d, 0), "127.0.0.2");
    client_send(loud, "hello\n");
    client_expect(loud, "!! muted: ");
    ctl_ok("mute", "remove", "127.0.0.2");
    client_send(loud, "/nick loud\nthank you\n");
    client_expect_line(alice, "[#lobby] loud: thank you");
}

static void lockdown_is_for_people_who_are_logged_in(void)
{
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice"), *late;

    assert_holds(ctl_ok("lockdown"), "The server is in no lockdown.\n");
    assert_holds(ctl_ok("lockdown", "on", "--reason", "a flood", "--for", "2h"), "The server is in lockdown until 20");
    client_expect(alice, "-- The server is in lockdown until ");
    client_expect_line(alice, "-- Only people who are logged in can speak and enter rooms; /login NAME logs in.");
    client_send(alice, "hello\n/join ops\n/register correct-horse\n/nick bob\n");
    for (int i = 0; i < 2; i++) {
        assert_holds(client_expect(alice, "!! lockdown: "), ": a flood: only people who are logged in may do that; ");
    }
    late = client_open(d);
    client_expect(late, "-- To talk, enter a room first");
    client_expect(late, ": a flood.");
    client_send(late, "/join lobby\n");
    client_expect(late, "!! lockdown: ");
    assert_holds(ctl_ok("status"), "\nlockdown       since 20");
    assert_holds(ctl_ok("--json", "status"), "\"lockdown\":true");
    ctl_ok("reload");
    assert_holds(ctl_ok("--json", "lockdown"), "{\"lockdown\":true,\"until\":\"20");
    ctl_ok("lockdown", "off");
    client_expect_line(alice, "-- The lockdown is over: everybody can speak and enter rooms again.");
    client_send(late, "/join lobby\nhello\n");
    client_expect(alice, ": hello");
    assert_holds(ctl_ok("--json", "status"), "\"lockdown\":false");
    assert_holds(ctl_fails(2, "lockdown", "maybe"), "lockdown on or off");
}

#if defined(HAVE_SODIUM) && defined(HAVE_SQLITE)

static struct daemon *start_lasting(void)
{
    return daemon_start("-o", ctl_option(), "-o", harness_text("store.path=%s/chatd.db", harness_dir()), "-o",
                        "accounts.hash_memory=1M", "-o", "accounts.hash_passes=1");
}

static struct client *register_as(struct daemon *d, const char *name)
{
    struct client *c = client_join(d, name);

    client_send(c, "/register correct-horse\n");
    client_expect(c, harness_text("-- You are logged in as %s.", name));
    return c;
}

static void bans_stay_over_restarts(void)
{
    struct daemon *d = start_lasting();
    struct client *muted;

    client_close(register_as(d, "alice"));
    ctl_ok("ban", "add", "127.0.0.2", "--reason", "too lenient");
    assert_holds(ctl_ok("ban", "add", "127.0.0.2", "--for", "1d", "--reason", "Ünfug"), "127.0.0.2 is banned until 20");
    ctl_ok("ban", "add", "127.0.0.3");
    ctl_ok("ban", "remove", "127.0.0.3");
    ctl_ok("ban", "add", "account=alice");
    ctl_ok("ban", "add", "troll*");
    ctl_ok("mute", "add", "127.0.0.4");
    ctl_ok("lockdown", "on");
    assert_int_equal(daemon_stop(d, SIGTERM), 0);

    d = start_lasting();
    assert_holds(ctl_ok("ban", "list"), "account=alice");
    assert_holds(ctl_ok("--json", "lockdown"), "\"lockdown\":true");
    ctl_ok("lockdown", "off");
    assert_holds(client_line(client_open_from(daemon_address(d, 0), "127.0.0.2")),
                 "!! banned: you are banned from this server: Ünfug (until ");
    client_close(come_from(d, "127.0.0.3", "bob"));
    muted = client_open_from(daemon_address(d, 0), "127.0.0.4");
    client_send(muted, "/nick trolls\nhello\n");
    client_expect(muted, "!! name-banned: ");
    client_expect(muted, "!! muted: ");
    ctl_ok("ban", "remove", "alice");
    ctl_ok("ban", "remove", "troll*");
    assert_int_equal(daemon_stop(d, SIGKILL), 128 + SIGKILL);

    d = start_lasting();
    assert_holds(ctl_ok("--json", "lockdown"), "\"lockdown\":");
    expect_refused(d, "127.0.0.2", client_line(client_open_from(daemon_address(d, 0), "127.0.0.2")));
}

static void banned_account_is_put_out_and_cannot_log_in(void)
{
    struct daemon *d = start_lasting();
    struct client *alice = register_as(d, "alice"), *bob = client_join(d, "bob");

    client_send(alice, "/token new bot\n");
    ctl_ok("ban", "add", "alice", "--reason", "enough");
    client_expect_line(alice, "!! banned: you are banned from this server: enough");
    client_expect_eof(alice);
    client_send(bob, "/login alice correct-horse\n");
    client_expect_line(bob, "!! banned: alice is banned from this server: enough");
    client_send(bob, "/whois bob\n");
    client_expect_line(bob, "-- bob is in #lobby.");
    /* Who proves nothing learns nothing. */
    client_send(bob, "/login alice wrong-horse\n");
    client_expect(bob, "!! login-failed: ");
    ctl_ok("ban", "remove", "account=ALICE");
    client_send(bob, "/login alice correct-horse\n");
    client_expect_line(bob, "-- You are logged in as alice.");
    /* It ends with the account. */
    ctl_ok("ban", "add", "account=alice");
    client_expect_eof(bob);
    ctl_ok("account", "remove", "alice");
    assert_string_equal(ctl_ok("--json", "ban", "list"), "");
}

static void administrators_are_not_hit(void)
{
    struct daemon *d = start_lasting();
    struct client *alice = register_as(d, "alice"), *muted;

    ctl_ok("admin", "add", "alice");
    assert_holds(ctl_fails(1, "ban", "add", "alice"), "alice is an administrator: \"admin remove\" comes first");
    ctl_ok("mute", "add", "127.0.0.0/8");
    ctl_ok("lockdown", "on");
    client_send(alice, "I can still speak\n/join ops\n");
    client_expect(alice, "-- You are in #ops");
    muted = client_open(d);
    client_send(muted, "/msg alice let me speak\n/msg alice please\n");
    client_expect(alice, "-> you] let me speak");
    ctl_ok("ban", "add", "127.0.0.0/8");
    client_expect(muted, "!! banned: ");
    client_expect_eof(muted);
    client_sync(alice);
}

static void administrators_ban_in_the_chat(void)
{
    struct daemon *d = start_lasting();
    struct client *alice = register_as(d, "alice"), *bob = register_as(d, "bob"), *pest;

    client_send(alice, "/gban bob\n/gbans\n/gunban bob\n");
    for (int i = 0; i < 3; i++) {
        client_expect(alice, "!! no-right: /g");
    }
    client_send(alice, "/help\n");
    client_expect_none(alice, "/gban", "/help COMMAND");
    ctl_ok("admin", "add", "alice");
    client_send(alice, "/gban 198.51.100.7 1h\n/gunban 198.51.100.7\n");
    client_expect_line(alice, "-- 198.51.100.7 is banned from the server no longer.");
    assert_holds(ctl_ok("--json", "audit"), /* it ends a time, and has none */
                 "\"act\":\"unban\",\"by\":\"alice\",\"whom\":\"198.51.100.7\"}");
    client_send(alice, "/help\n/gbans\n");
    client_expect(alice, "/gban");
    client_expect_line(alice, "-- Nobody is banned from the server.");

    pest = come_from(d, "127.0.0.2", "pest");
    client_send(alice, "/gban pest 2h spam and more\n");
    client_expect(alice, "-- 127.0.0.2 (pest) is banned from the server until ");
    client_expect(pest, "!! banned: you are banned from this server: spam and more (until ");
    client_expect_eof(pest);
    client_send(alice, "/gban bob not a time\n");
    client_expect_line(alice, "-- account=bob is banned from the server: not a time");
    client_expect_line(bob, "!! banned: you are banned from this server: not a time");
    assert_holds(ctl_ok("--json", "ban", "list"), "\"what\":\"account=bob\",\"kind\":\"account\",\"label\":\"bob\","
                                                  "\"by\":\"alice\"");
    client_send(alice, "/gbans\n");
    assert_holds(client_expect(alice, "-- account=bob  by alice at "), ": not a time");
    client_expect(alice, "-- 127.0.0.2 (pest)  by alice at ");
    client_expect_line(alice, "-- 1 to 2 of 2");
    client_send(alice, "/gbans 2\n/gbans 3\n/gbans x\n");
    client_expect(alice, "-- 127.0.0.2 (pest)  by alice at ");
    client_expect_line(alice, "-- the list ends with 2");
    client_expect(alice, "!! bad-value: ");
    daemon_wait_log(d, "audit act=ban by=alice whom=\"account=bob\" room=\"\" why=\"not a time\"");

    client_send(alice, "/gban alice\n/gban 127.0.0.0/8\n/gban 127.0.0.1/8\n/gban *\n/gban account=nobody\n"
                       "/gban bob 99999d\n/gunban nobody\n/gunban bob\n/gunban pest\n/gunban 127.0.0.2\n");
    client_expect_line(alice, "!! bad-value: alice would ban you too");
    client_expect_line(alice, "!! bad-value: 127.0.0.0/8 would ban you too");
    client_expect(alice, "!! bad-value: 127.0.0.1/8 has bits set behind its first 8");
    client_expect_line(alice, "!! bad-value: every name matches *");
    client_expect_line(alice, "!! no-such-name: account=nobody names no account");
    client_expect(alice, "!! bad-value: a time is from 1s to 36500d");
    client_expect_line(alice, "!! no-such-ban: there is no ban of nobody");
    client_expect_line(alice, "-- account=bob is banned from the server no longer.");
    client_expect_line(alice, "-- 127.0.0.2 (pest) is banned from the server no longer.");
    client_expect_line(alice, "!! no-such-ban: there is no ban of 127.0.0.2");
    client_close(come_from(d, "127.0.0.2", "pest"));
}

static void long_list_of_bans_goes_on(void)
{
    struct daemon *d = start_lasting();
    struct client *alice = register_as(d, "alice"), *c = ctl_open();

    ctl_ok("admin", "add", "alice");
    for (int i = 0; i < 120; i++) {
        client_sendf(c, "ban add 10.0.0.%d\nmute add 10.0.0.%d\n", i, i);
    }
    client_send(c, "ban list\n");
    client_expect(c, "10.0.0.119");
    client_expect_next(c, ".0");
    client_send(alice, "/gbans\n/gbans 101\n/gban 10.1.1.1\n");
    client_expect(alice, "-- 10.0.0.119  by uid ");
    client_expect(alice, "-- 10.0.0.70  by uid ");
    client_expect_line(alice, "-- 1 to 50 of 120; /gbans 51 shows more");
    client_expect(alice, "-- 10.0.0.19  by uid ");
    client_expect_line(alice, "-- 101 to 120 of 120");
}

static void in_lockdown_a_login_lets_people_in(void)
{
    struct daemon *d = start_lasting();
    struct client *alice = register_as(d, "alice"), *late;

    client_close(register_as(d, "bob"));
    ctl_ok("lockdown", "on");
    late = client_open(d);
    client_send(late, "/login bob correct-horse\n/join lobby\nhello\n");
    client_expect_line(late, "-- You are in no room; /join ROOM enters one.");
    client_expect(late, "-- You are in #lobby with 1 other.");
    client_expect_line(alice, "[#lobby] bob: hello");
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(banned_address_is_not_let_in_and_put_out),
        HARNESS_TEST_ONCE(banned_network_holds_its_addresses_and_mapped_ones),
        HARNESS_TEST_ONCE(guest_is_banned_by_name_and_hit_by_address),
        HARNESS_TEST_ONCE(ban_ends_by_itself),
        HARNESS_TEST_ONCE(banned_names_cannot_be_taken),
        HARNESS_TEST_ONCE(wrong_use_is_told),
        HARNESS_TEST_ONCE(bans_are_listed_by_act),
        HARNESS_TEST_ONCE(muted_person_listens_and_does_not_speak),
        HARNESS_TEST(lockdown_is_for_people_who_are_logged_in),
#if defined(HAVE_SODIUM) && defined(HAVE_SQLITE)
        HARNESS_TEST_ONCE(bans_stay_over_restarts),
        HARNESS_TEST_ONCE(banned_account_is_put_out_and_cannot_log_in),
        HARNESS_TEST_ONCE(administrators_are_not_hit),
        HARNESS_TEST_ONCE(administrators_ban_in_the_chat),
        HARNESS_TEST_ONCE(long_list_of_bans_goes_on),
        HARNESS_TEST_ONCE(in_lockdown_a_login_lets_people_in),
#endif
    };

    return harness_main(tests);
}
