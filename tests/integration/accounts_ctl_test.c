/* Accounts as an administrator has them: chatctl account. */
#include "config.h"

#include "ctl.h"
#include "strict_json.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void assert_holds(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        harness_fail("expected: %s\nin: %s", part, text);
    }
}

/* Where there are no accounts, with a word why. */
static void without_a_database_there_are_no_accounts(void)
{
    daemon_start("-o", ctl_option(), "-o", "store.path=");
    assert_holds(ctl_fails(1, "account", "add", "alice"), "there are no accounts: ");
    assert_holds(ctl_fails(1, "account", "list"), "there are no accounts: ");
    assert_holds(ctl_fails(1, "account", "invite", "--json"), "{\"error\":\"there are no accounts: ");
    assert_holds(ctl_fails(1, "account", "remove", "alice"), "there are no accounts: ");
    assert_holds(ctl_fails(1, "admin", "list"), "there are no accounts: ");
    assert_holds(ctl_fails(1, "admin", "add", "alice"), "there are no accounts: ");
}

#if defined(HAVE_SODIUM) && defined(HAVE_SQLITE)

static struct daemon *start(void)
{
    return daemon_start("-o", ctl_option(), "-o", harness_text("store.path=%s/chatd.db", harness_dir()), "-o",
                        "accounts.hash_memory=1M", "-o", "accounts.hash_passes=1");
}

static void assert_output(const char *output, const char *begin, const char *end)
{
    if (strncmp(output, begin, strlen(begin)) != 0 || strlen(output) < strlen(end) ||
        strcmp(output + strlen(output) - strlen(end), end) != 0) {
        harness_fail("expected: %s ... %s\nin: %s", begin, end, output);
    }
}

/* The last word of a line. */
static const char *last_word(const char *output)
{
    const char *line = harness_text("%.*s", (int)strcspn(output, "\n"), output), *blank = strrchr(line, ' ');

    return blank != NULL ? blank + 1 : line;
}

/* The names in the list, each behind a blank. */
static const char *names_listed(void)
{
    const char *output = ctl_ok("account", "list"), *names = "";

    assert_holds(output, "CREATED");
    output = strchr(output, '\n') + 1;
    while (*output != '\0') {
        size_t len = strcspn(output, "\n");

        names = harness_text("%s %s", names, last_word(output));
        output += len + (output[len] == '\n');
    }
    return names;
}

static void account_lasts_from_add_to_remove(void)
{
    struct daemon *d = start();
    const char *first = last_word(ctl_ok("account", "add", "Alice")), *second;

    assert_int_equal(strlen(first), 29);
    assert_holds(ctl_fails(1, "account", "add", "alice"), "alice has an account already");
    ctl_ok("account", "add", "Ünal");
    ctl_ok("account", "add", "bob");
    assert_string_equal(names_listed(), " Alice bob Ünal");
    assert_int_equal(daemon_stop(d, SIGTERM), 0);

    d = start();
    assert_string_equal(names_listed(), " Alice bob Ünal");
    second = last_word(ctl_ok("account", "passwd", "ALICE"));
    assert_string_not_equal(first, second);
    assert_output(ctl_ok("account", "remove", "bob"), "bob has no account any more.", ".\n");
    assert_holds(ctl_fails(1, "account", "remove", "bob"), "there is no account bob");
    assert_holds(ctl_fails(1, "account", "passwd", "bob"), "there is no account bob");
    assert_string_equal(names_listed(), " Alice Ünal");
    daemon_wait_log(d, "control command=\"account passwd ALICE\"");
    daemon_wait_log(d, "account removed name=bob count=2");
    assert_null(strstr(daemon_log(d), first));
    assert_null(strstr(daemon_log(d), second));
}

/* Nobody is asked for a password in vain. */
static void registration_is_closed_or_by_invitation(void)
{
    struct daemon *d = daemon_start("-o", ctl_option(), "-o", harness_text("store.path=%s/chatd.db", harness_dir()),
                                    "-o", "accounts.hash_memory=1M", "-o", "accounts.hash_passes=1", "-o",
                                    "accounts.registration=closed");
    struct client *alice = client_join(d, "alice"), *bob;
    const char *invitation;

    client_send(alice, "/register\nmy password\n/register correct horse\n");
    client_expect(alice, "!! registration-closed: ");
    client_expect(alice, "!! bad-password: this line was not said"); /* it was typed ahead */
    client_expect(alice, "!! registration-closed: ");
    assert_holds(ctl_ok("account", "add", "carol"), "carol has an account");
    assert_int_equal(daemon_stop(d, SIGTERM), 0);

    d = daemon_start("-o", ctl_option(), "-o", harness_text("store.path=%s/chatd.db", harness_dir()), "-o",
                     "accounts.hash_memory=1M", "-o", "accounts.hash_passes=1", "-o", "accounts.registration=invite");
    alice = client_join(d, "alice");
    client_send(alice, "/register\n");
    client_expect(alice, "!! needs-invitation: ");
    client_send(alice, "/register correct horse\n");
    client_expect(alice, "!! needs-invitation: ");
    invitation = last_word(ctl_ok("account", "invite"));
    client_sendf(alice, "/register %s\ncorrect horse\n", invitation);
    client_expect(alice, "-- Type a new password");
    client_expect_line(alice, "-- You are logged in as alice.");
    bob = client_join(d, "bob");
    client_sendf(bob, "/register %s correct horse\n", invitation); /* it is used up */
    client_expect(bob, "!! needs-invitation: ");
}

static void programs_get_objects(void)
{
    const char *object;

    start();
    object = ctl_ok("--json", "account", "add", "alice");
    assert_true(strict_json_is_valid(harness_text("%.*s", (int)strcspn(object, "\n"), object)));
    assert_holds(object, "{\"account\":\"alice\",\"password\":\"");
    assert_holds(ctl_ok("--json", "account", "passwd", "alice"), "{\"account\":\"alice\",\"password\":\"");
    object = ctl_ok("--json", "account", "list");
    assert_holds(object, "{\"name\":\"alice\",\"created\":\"20");
    assert_null(strstr(object, "\"seen\":")); /* its owner was never here */
    assert_holds(ctl_ok("--json", "account", "invite"), "{\"invitation\":\"chatd.invite.");
    assert_string_equal(ctl_ok("--json", "account", "remove", "alice"), "{\"removed\":\"alice\"}\n");
}

static struct client *log_in(struct daemon *d, const char *name)
{
    struct client *c = client_open(d);
    const char *password = last_word(ctl_ok("account", "passwd", name));

    client_sendf(c, "/login %s %s\n", name, password);
    client_expect(c, harness_text("-- You are logged in as %s.", name));
    return c;
}

static void an_account_that_was_never_used_says_so(void)
{
    struct daemon *d = start();
    struct client *bob = client_join(d, "bob"), *alice;

    ctl_ok("account", "add", "alice");
    client_send(bob, "/seen alice\n");
    client_expect_line(bob, "-- alice has an account and was never here.");
    assert_holds(ctl_ok("account", "list"), "Z  -                         alice");
    alice = client_open(d);
    client_sendf(alice, "/login alice %s\n", last_word(ctl_ok("account", "passwd", "alice")));
    client_send(alice, "/back\n");
    client_expect_none(alice, "here last", "-- You were not away.");
    client_send(bob, "/seen alice\n");
    client_expect(bob, "-- alice is here, logged in as alice, and was last active ");
}

static void administrators_are_appointed_and_dismissed(void)
{
    struct daemon *d = start();
    struct client *alice;

    ctl_ok("account", "add", "alice");
    alice = log_in(d, "alice");
    assert_holds(ctl_fails(1, "admin", "remove", "alice"), "alice is no administrator");
    assert_holds(ctl_fails(1, "admin", "add", "bob"), "there is no account bob");
    assert_holds(ctl_fails(2, "admin", "appoint", "alice"), "admin add NAME, remove NAME or list");
    assert_holds(ctl_ok("admin", "add", "ALICE"), "alice is an administrator of the server.");
    client_expect_line(alice, "-- As alice, you are an administrator of this server.");
    client_send(alice, "/whois alice\n");
    client_expect_line(alice, "-- alice is an administrator of this server.");
    assert_string_equal(ctl_ok("admin", "list"), "BY               NAME\nchatctl          alice\n");
    assert_int_equal(daemon_stop(d, SIGTERM), 0);

    d = start();
    assert_string_equal(ctl_ok("--json", "admin", "list"), "{\"name\":\"alice\",\"by\":\"chatctl\"}\n");
    alice = log_in(d, "alice");
    client_expect_line(alice, "-- As alice, you are an administrator of this server.");
    assert_string_equal(ctl_ok("--json", "admin", "remove", "alice"), "{\"no-admin\":\"alice\"}\n");
    client_expect_line(alice, "-- As alice, you are no administrator of this server any more.");
    assert_string_equal(ctl_ok("--json", "admin", "list"), "");
    daemon_wait_log(d, "no administrator any more name=alice");
}

/* Also of one whose account is made later, which nobody but an administrator can make. */
static void settings_name_administrators_and_a_reload_applies_it(void)
{
    const char *file = harness_file("chatd.ini", "[accounts]\nadmins = alice, bob\n");
    struct daemon *d = daemon_start("-c", file, "-o", ctl_option(), "-o",
                                    harness_text("store.path=%s/chatd.db", harness_dir()), "-o",
                                    "accounts.hash_memory=1M", "-o", "accounts.hash_passes=1");
    struct client *thief = client_join(d, "bob"), *alice;

    daemon_wait_log(d, "administrator without an account name=bob option=accounts.admins");
    client_send(thief, "/register correct-horse\n");
    client_expect_line(thief, "!! name-reserved: bob is reserved for an account that \"chatctl account add\" makes on "
                              "the server");
    ctl_ok("account", "add", "alice");
    alice = log_in(d, "alice");
    client_expect_line(alice, "-- As alice, you are an administrator of this server.");
    assert_string_equal(ctl_ok("admin", "list"), "BY               NAME\naccounts.admins  alice\n");
    assert_holds(ctl_fails(1, "admin", "remove", "alice"), "by the option accounts.admins: take the name off there");
    harness_file("chatd.ini", "[accounts]\nadmins = bob\n");
    ctl_ok("reload");
    client_expect_line(alice, "-- As alice, you are no administrator of this server any more.");
    assert_holds(ctl_fails(1, "admin", "remove", "alice"), "alice is no administrator");
}

/* The lines of an account that has ended. */
static void what_an_account_said_goes_with_it_on_wish(void)
{
    struct daemon *d = start();
    struct client *bob = client_join(d, "bob"), *c;

    ctl_ok("account", "add", "alice");
    ctl_ok("account", "add", "carol");
    c = log_in(d, "alice");
    client_send(c, "alice was here\n/topic what alice wants\n/join kept\n/topic alice keeps this\n/tell carol psst\n");
    client_expect(c, "-- kept for carol");
    client_expect(bob, "what alice wants");
    assert_output(ctl_ok("account", "remove", "alice", "--lines"), "alice has no account any more, and what it said",
                  " is erased.\n");
    client_send(bob, "/history\n/time\n");
    client_expect_none(bob, "alice: alice was here", "-- 20");
    client_send(bob, "/topic\n/join kept\n/topic\n/room lobby\n");
    client_expect_line(bob, "-- #lobby has no topic; /topic TEXT sets one");
    client_expect_line(bob, "-- #kept has no topic; /topic TEXT sets one");
    c = log_in(d, "carol");
    client_send(c, "so was carol\n/topic carol's own\n/mail\n");
    client_expect_line(c, "-- no private lines were kept for you");
    client_expect(bob, "carol set the topic");
    assert_output(ctl_ok("account", "remove", "carol"), "carol has no account any more.", ".\n");
    client_send(bob, "/history\n/topic\n");
    client_expect(bob, "carol: so was carol");
    client_expect(bob, ": carol's own");
}

static void status_and_metrics_count(void)
{
    struct daemon *d = daemon_start("-o", ctl_option(), "-o", harness_text("store.path=%s/chatd.db", harness_dir()),
                                    "-o", "accounts.hash_memory=1M", "-o", "accounts.hash_passes=1", "-o",
                                    "accounts.most=7");
    struct client *c = client_open(d);

    ctl_ok("account", "add", "alice");
    ctl_ok("account", "add", "bob");
    ctl_ok("account", "remove", "bob");
    client_send(c, "/login alice wrong\n");
    client_expect(c, "!! login-failed");
    (void)log_in(d, "alice");
    assert_holds(ctl_ok("status"), "accounts       1 of 7\nregistrations  2\nlog-ins tried  2\nhashes waiting 0\n");
    assert_holds(ctl_ok("--json", "status"), "\"accounts\":1,\"registrations\":2,\"logins\":2,\"password_hashes\":0");
}

static void wrong_use_is_told(void)
{
    start();
    assert_holds(ctl_fails(2, "account", "add", "alice", "--lines"), "--lines is for account remove alone");
    assert_holds(ctl_fails(2, "status", "--lines"), "status takes no --lines");
    assert_holds(ctl_fails(2, "account"), "usage: account ACT [NAME]");
    assert_holds(ctl_fails(2, "account", "add"), "add NAME");
    assert_holds(ctl_fails(2, "account", "list", "alice"), "list");
    assert_holds(ctl_fails(2, "account", "destroy", "alice"), "remove NAME");
    assert_holds(ctl_fails(1, "account", "add", "_alice"), "must begin with a letter");
    assert_holds(ctl_fails(1, "account", "add", "you"), "a name is reserved");
}

/* As /nick and /register do, but for the names that accounts.reserved keeps for accounts that are made so. */
static void account_has_a_name_that_its_owner_can_bear(void)
{
    struct daemon *d = start();
    struct client *c = client_open(d);
    const char *longest = "abcdefghijklmnopqrstuvwx", *alike = "\xd1\x81\xd0\xb0\xd1\x80\xd0\xb0"; /* in Cyrillic */

    ctl_ok("account", "add", longest);
    assert_holds(ctl_fails(1, "account", "add", harness_text("%sy", longest)),
                 "a name is longer than 24 characters, the option limits.nick_chars");
    ctl_ok("account", "add", "capa");
    client_sendf(c, "/nick %s\n", alike);
    client_expect(c, "!! name-alike: ");
    assert_holds(ctl_fails(1, "account", "add", alike),
                 harness_text("%s looks like the name of another account, capa", alike));
    assert_holds(ctl_fails(1, "account", "add", "CAPA"), "CAPA has an account already");
    client_send(c, "/nick r00t\n");
    client_expect(c, "!! name-reserved: ");
    ctl_ok("account", "add", "r00t");
    assert_string_equal(names_listed(), harness_text(" %s capa r00t", longest));
}

static void there_are_no_more_than_allowed(void)
{
    daemon_start("-o", ctl_option(), "-o", harness_text("store.path=%s/chatd.db", harness_dir()), "-o",
                 "accounts.hash_memory=1M", "-o", "accounts.most=1");
    ctl_ok("account", "add", "alice");
    assert_holds(ctl_fails(1, "account", "add", "bob"), "accounts.most allows, 1");
}

/* Longer than a slice; each account comes once, in order. */
static void long_list_comes_whole(void)
{
    const char *want = "";

    start();
    for (int i = 0; i < 140; i++) {
        ctl_ok("account", "add", harness_text("name%03d", i));
        want = harness_text("%s name%03d", want, i);
    }
    assert_string_equal(names_listed(), want);
}

static void client_that_goes_meanwhile_leaves_nothing_behind(void)
{
    start();
    for (int i = 0; i < 10; i++) {
        struct client *c = ctl_open();

        client_send(c, harness_text("account add name%d\n", i));
        client_close(c);
    }
    ctl_ok("account", "add", "alice");
    assert_holds(names_listed(), " alice");
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST_ONCE(without_a_database_there_are_no_accounts),
#if defined(HAVE_SODIUM) && defined(HAVE_SQLITE)
        HARNESS_TEST(account_lasts_from_add_to_remove),
        HARNESS_TEST_ONCE(registration_is_closed_or_by_invitation),
        HARNESS_TEST_ONCE(programs_get_objects),
        HARNESS_TEST_ONCE(an_account_that_was_never_used_says_so),
        HARNESS_TEST_ONCE(administrators_are_appointed_and_dismissed),
        HARNESS_TEST_ONCE(settings_name_administrators_and_a_reload_applies_it),
        HARNESS_TEST_ONCE(what_an_account_said_goes_with_it_on_wish),
        HARNESS_TEST_ONCE(status_and_metrics_count),
        HARNESS_TEST_ONCE(wrong_use_is_told),
        HARNESS_TEST_ONCE(account_has_a_name_that_its_owner_can_bear),
        HARNESS_TEST_ONCE(there_are_no_more_than_allowed),
        HARNESS_TEST_ONCE(long_list_comes_whole),
        HARNESS_TEST(client_that_goes_meanwhile_leaves_nothing_behind),
#endif
    };

    return harness_main(tests);
}
