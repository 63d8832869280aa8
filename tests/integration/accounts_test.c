/* Accounts: names that have owners, over restarts, and passwords that nobody sees. */
#include "config.h"

#include "harness.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#if defined(HAVE_SODIUM) && defined(HAVE_SQLITE)

#define PASSWORD "correct horse"

static struct daemon *start_lending(const char *seconds)
{
    return daemon_start("-o", harness_text("store.path=%s/chatd.db", harness_dir()), "-o", "accounts.hash_memory=1M",
                        "-o", "accounts.hash_passes=1", "-o", "log.level=debug", "-o",
                        harness_text("accounts.grace_seconds=%s", seconds));
}

static struct daemon *start(void)
{
    return start_lending("0");
}

static void register_name(struct client *c)
{
    client_send(c, "/register\n" PASSWORD "\n");
    client_expect(c, "-- Type a new password and press Enter. Your client shows it");
    client_expect(c, " is registered: nobody else can take it now");
    client_expect(c, "-- You are logged in as ");
}

/* What the daemon has written holds no password. */
static void expect_no_password(struct daemon *d)
{
    assert_null(strstr(daemon_log(d), "horse"));
    assert_null(strstr(daemon_output(d), "horse"));
}

static void a_name_is_its_owners_over_restarts(void)
{
    struct daemon *d = start();
    struct client *c = client_join(d, "alice");

    register_name(c);
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    expect_no_password(d);
    d = start();
    c = client_open(d);
    client_send(c, "/nick Alice\n");
    client_expect(c, "!! name-registered: ");
    client_send(c, "/login alice wrong horse\n");
    client_expect_line(c, "!! login-failed: the name, the password or the token is wrong");
    daemon_wait_log(d, "log-in refused client=1 reason=login-failed address=127.0.0.1:");
    client_send(c, "/login alice\n" PASSWORD "\nhello\n");
    client_expect(c, "-- You are logged in as alice.");
    client_expect(c, "-- 1 attempt to log in has failed since you were here last");
    client_send(c, "/whois alice\n");
    client_expect(c, "-- alice is logged in as alice, an account since ");
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    expect_no_password(d);
}

static void whoever_listens_hears_no_password(void)
{
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    register_name(alice);
    client_send(alice, "/logout\n/login alice\n/me " PASSWORD "\nhello\n/login alice\n" PASSWORD "\nagain\n");
    client_expect_none(bob, "horse", "] alice: again");
    expect_no_password(d);
}

static void one_shot_use_waits_for_the_password(void)
{
    struct daemon *d = start();
    struct client *c = client_join(d, "cron");

    register_name(c);
    client_close(c);
    c = client_join(d, "alice");
    client_send(c, "/join ops\n");
    client_sync(c);
    for (int i = 0; i < 2; i++) { /* the second one finds the name free again, or joins the first */
        struct client *shot = client_open(d);

        client_send(shot, "/login cron " PASSWORD "\n/post #ops backup done\n");
        client_half_close(shot);
        client_expect_eof(shot);
        client_expect(c, "[#ops] cron: backup done");
    }
}

static void a_program_logs_in_with_a_token(void)
{
    struct daemon *d = start();
    struct client *c = client_join(d, "cron"), *shot;
    const char *token, *line;

    register_name(c);
    client_send(c, "/join ops\n/token new backup\n");
    line = client_expect(c, "-- The token backup is chatd.token.");
    token = strstr(line, "chatd.token.");
    client_send(c, "/logout\n");
    client_expect(c, "-- You are logged out");
    shot = client_open(d);
    client_sendf(shot, "/login %s\n/post #ops backup done", token);
    client_half_close(shot);
    client_expect_eof(shot);
    client_expect(c, "[#ops] cron: backup done");
    client_send(c, "/login cron " PASSWORD "\n/token list\n");
    client_expect(c, ", used last at ");
    client_send(c, "/token revoke backup\n");
    client_expect(c, "-- The token backup logs in no longer.");
    shot = client_open(d);
    client_sendf(shot, "/login %s\n", token);
    client_expect(shot, "!! login-failed: ");
    assert_null(strstr(daemon_log(d), "chatd.token."));
}

static void who_erases_an_account_is_a_guest(void)
{
    struct daemon *d = start();
    struct client *c = client_join(d, "alice"), *other;

    register_name(c);
    client_send(c, "/forget\n" PASSWORD "\n");
    client_expect(c, "-- The account alice has ended: you are logged in no longer.");
    client_expect(c, "-- The account is erased.");
    client_send(c, "/nick zoe\n");
    client_sync(c);
    other = client_join(d, "alice"); /* nobody's now */
    client_send(other, "/login alice " PASSWORD "\n");
    client_expect(other, "!! login-failed: ");
    expect_no_password(d);
}

static void telnet_shows_no_password(void)
{
    struct daemon *d = start();
    struct client *c = client_join(d, "alice");

    client_send_literal(c, "\xff\xfb\x1f");
    client_sync(c);
    client_send(c, "/register\r\n");
    client_expect_literal(c, "\xff\xfb\x01-- Type a new password and press Enter; it is not shown.");
    client_send_literal(c, "\xff\xfd\x01");
    client_send(c, PASSWORD "\r\n");
    client_expect_literal(c, "\xff\xfc\x01");
    client_expect(c, "alice is registered");
    assert_null(strstr(client_seen(c), "horse"));
}

/* A telnet that was given a port does not speak first, but ends its lines with CR LF. */
static void telnet_that_has_not_negotiated_shows_no_password(void)
{
    struct daemon *d = start();
    struct client *c = client_join(d, "alice");

    client_send(c, "/register\r\n");
    client_expect_literal(c, "\xff\xfb\x01\r\033[K-- Type a new password and press Enter; it is not shown if your "
                             "client speaks telnet. An empty line cancels.");
    client_send_literal(c, "\xff\xfd\x01");
    client_send(c, PASSWORD "\r\n");
    client_expect_literal(c, "\xff\xfc\x01");
    client_expect(c, "alice is registered");
    client_send_literal(c, "\xff\xfe\x01");
    client_send(c, "/passwd\r\n");
    client_expect_literal(c, "\xff\xfb\x01-- Type your present password and press Enter; it is not shown.");
    client_send_literal(c, "\xff\xfd\x01");
    client_send(c, "\r\n");
    client_expect_literal(c, "\xff\xfc\x01");
    assert_null(strstr(client_seen(c), "horse"));
    c = client_join(d, "program");
    client_send(c, "/format json\r\n/register\r\n");
    client_expect_line(c, "{\"type\":\"password\",\"command\":\"register\",\"hidden\":false}");
}

/* What is sent in one go behind a command that is refused. */
static void a_password_that_was_not_asked_for_is_not_said(void)
{
    struct daemon *d = start();
    struct client *bob = client_join(d, "bob"), *c = client_open(d);

    client_send(c, "/register\n" PASSWORD "\n"); /* as guest1 */
    client_expect(c, "!! name-reserved: ");
    client_expect(c, "!! bad-password: this line was not said");
    client_send(c, "/nick alice\n/passwd\n" PASSWORD "\nnew " PASSWORD "\n/forget\n" PASSWORD "\n");
    for (int i = 0; i < 3; i++) {
        client_expect(c, "!! bad-password: this line was not said");
    }
    register_name(c);
    client_send(c, "/login alice\n" PASSWORD "\n/register\n" PASSWORD "\n");
    for (int i = 0; i < 2; i++) {
        client_expect(c, "!! logged-in: ");
        client_expect(c, "!! bad-password: this line was not said");
    }
    client_send(c, "/login alice\n/me waves\nhello\n"); /* a command is no password, and what is behind it neither */
    client_expect_none(bob, "horse", "[#lobby] alice: hello");
}

/* As people do who are used to other programs. */
static void a_password_that_is_typed_again_is_not_said(void)
{
    struct daemon *d = start();
    struct client *bob = client_join(d, "bob"), *c = client_join(d, "alice");

    client_send(c, "/register\nshort\n" PASSWORD "\n");
    client_expect(c, "!! bad-password: a password has at least 8");
    client_expect(c, "!! bad-password: this line was not said");
    register_name(c);
    client_send(c, "/logout\n/login alice\nwrong\n" PASSWORD "\n");
    client_expect(c, "!! login-failed: ");
    client_expect(c, "!! bad-password: this line was not said");
    client_send(c, "/login alice\n" PASSWORD "\nhello\n");
    client_expect_none(bob, "horse", "[#lobby] alice: hello");
}

/* Makes an account of the name, which nobody has then. */
static void make_account(struct daemon *d, const char *name)
{
    struct client *c = client_join(d, name);

    register_name(c);
    client_send(c, "/logout\n");
    client_expect(c, "-- You are logged out");
    client_close(c);
}

static void a_name_is_lent_to_whoever_takes_it(void)
{
    struct daemon *d = start_lending("3600");
    struct client *bob, *thief, *alice;

    make_account(d, "alice");
    bob = client_join(d, "bob");
    thief = client_open(d);
    client_send(thief, "/nick alice\n");
    client_expect(thief, "-- alice is registered; /login alice within 3600 s, or you get a guest's name.");
    client_expect_line(thief, "-- You are now alice.");
    client_send(thief, "trust me\n/topic mine\n/msg bob trust me\n/report bob trust me\n/whois alice\n"
                       "/leave trust me\n");
    for (int i = 0; i < 4; i++) {
        client_expect_line(thief, "!! name-registered: alice is registered: /login alice first, or take another name"
                                  " with /nick; nothing was sent");
    }
    client_expect(thief, "-- alice is registered, but has not logged in, and loses the name in ");
    client_send(thief, "/away trust me\n");
    client_expect_line(thief, "-- You are away: trust me");
    client_send(bob, "/whois alice\n/msg alice the secret\n");
    client_expect_line(bob, "!! name-registered: alice is registered, but has not logged in, and may be somebody else;"
                            " nothing was sent");
    alice = client_open(d);
    client_send(alice, "/login alice " PASSWORD "\nit is me\n");
    client_expect(thief, "-- alice is registered and its owner has it now: you get a guest's name.");
    client_expect_none(bob, "trust", "] alice: it is me");
    client_send(thief, "/nick alice\n");
    client_expect(thief, "!! name-registered: that name is registered");
}

static void a_name_lent_is_kept_by_logging_in(void)
{
    struct daemon *d = start_lending("3600");
    struct client *c;

    make_account(d, "alice");
    c = client_open(d);
    client_send(c, "/format json\n/nick alice\n/login alice " PASSWORD "\nhello\n");
    client_expect(c, "{\"type\":\"name-lent\",\"name\":\"alice\",\"seconds\":3600}");
    client_expect(c, "\"type\":\"account\"");
    client_expect(c, "\"from\":\"alice\",\"text\":\"hello\"");
}

static void a_name_lent_goes_back(void)
{
    struct daemon *d = start_lending("1");
    struct client *thief, *again;

    make_account(d, "alice");
    thief = client_open(d);
    client_send(thief, "/nick alice\n");
    client_expect(thief, "-- alice is registered; /login alice within 1 s");
    client_expect(thief, "-- You have not logged in as alice: you get a guest's name.");
    client_expect(thief, "alice is now guest");
    client_send(thief, "/nick alice\nhello\n");
    client_expect(thief, "!! name-registered: that name is registered");
    again = client_open(d);
    client_send(again, "/nick Alice\n");
    client_expect(again, "!! name-registered: that name is registered");
}

/* Of whoever is here, and has been silent for as long as the test has taken since. */
static void expect_active(struct client *c, const char *who)
{
    const char *begin = harness_text("-- %s, and was last active ", who), *line = client_expect(c, begin);
    const char *ago = line + strlen(begin);

    if (strncmp(line, begin, strlen(begin)) != 0 || strcmp(ago + strspn(ago, "0123456789"), " s ago.") != 0) {
        harness_fail("expected: %sN s ago.\nbut received: %s", begin, line);
    }
}

static void everybody_was_seen(void)
{
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice"), *gus = client_join(d, "gus"), *c = client_join(d, "carl");

    register_name(alice);
    client_send(alice, "/nick zoe\n");
    client_sync(alice);
    client_send(c, "/seen Alice\n/seen gus\n/seen nobody\n/seen guest1\n");
    expect_active(c, "zoe is here, logged in as alice");
    expect_active(c, "gus is here");
    client_expect_line(c, "!! no-such-name: there is no account nobody, and nobody of that name has been here lately");
    client_expect(c, "!! no-such-name: there is no account guest1,");
    client_close(alice);
    client_expect(c, "zoe quit");
    client_send(gus, "/nick gustav\n");
    client_expect(c, "gus is now gustav");
    client_send(c, "/seen alice\n/seen ZOE\n/seen gus\n/seen gustav\n");
    client_expect(c, "-- alice was last here at ");
    client_expect(c, "-- zoe was last here at ");
    client_expect(c, "-- gus was last here at ");
    client_expect(c, "-- gustav is here, and");
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    c = client_open(start());
    client_send(c, "/seen alice\n/seen zoe\n");
    client_expect(c, "-- alice was last here at ");
    client_expect(c, "!! no-such-name: ");
}

/* ---- users of this machine ---- */

static const char *own_socket(void)
{
    return harness_text("unix:%s/sock", harness_dir());
}

static const char *config_file(const char *users)
{
    return harness_file("chatd.ini", harness_text("[store]\npath = %s/chatd.db\n"
                                                  "[accounts]\nhash_memory = 1M\nhash_passes = 1\nunix_users = %s\n",
                                                  harness_dir(), users));
}

static struct daemon *start_for(const char *users)
{
    return daemon_start("-c", config_file(users), "-o",
                        harness_text("server.listen=127.0.0.1:0, %s", own_socket()));
}

static void a_user_of_this_machine_is_logged_in_at_once(void)
{
    struct daemon *d = start_for(harness_text("%u:Alice", (unsigned)getuid()));
    struct client *bob, *alice, *again, *shot;

    client_expect(client_open_at(own_socket()), "-- You are guest1."); /* there is no such account yet */
    make_account(d, "alice");
    bob = client_join(d, "bob");
    shot = client_open_at(own_socket());
    client_send(shot, "/post #lobby from cron\n");
    client_half_close(shot);
    client_expect_eof(shot);
    client_expect(bob, "] alice: from cron");
    client_expect(bob, "-- alice quit");
    alice = client_open_at(own_socket());
    client_expect(alice, "-- You are logged in as alice.");
    client_expect(alice, "-- You are alice. /nick NAME changes that");
    client_send(alice, "one\n");
    client_expect(bob, "] alice: one");
    again = client_open_at(own_socket()); /* the same person */
    client_expect(again, "-- You are alice. /nick NAME changes that");
    client_send(again, "two\n");
    client_expect(alice, "] alice: two");
    client_send(bob, "/who alice*\n");
    client_expect(bob, "1 of ");
    client_send(again, "/logout\n");
    client_expect(again, "-- You are logged out");
}

static void a_reload_tells_whose_accounts(void)
{
    struct daemon *d = start_for("4294967294:alice");
    struct client *c;

    make_account(d, "alice");
    c = client_open_at(own_socket());
    client_expect(c, "-- You are guest");
    (void)config_file(harness_text("%u:alice", (unsigned)getuid()));
    daemon_signal(d, SIGHUP);
    daemon_wait_log(d, "reloaded");
    c = client_open_at(own_socket());
    client_expect(c, "-- You are alice.");
    client_expect(client_open(d), "-- You are guest"); /* as who comes over TCP is nobody's */
    (void)config_file("no-such-user:alice");
    daemon_signal(d, SIGHUP);
    daemon_wait_log(d, "names a user that this system does not have");
    client_expect(client_open_at(own_socket()), "-- You are alice.");
}

#define MISSING "it has no database (store.path)"

#elif !defined(HAVE_SODIUM)
#define MISSING "it was built without libsodium"
#else
#define MISSING "it was built without SQLite"
#endif

static void a_server_without_accounts_says_what_is_missing(void)
{
    struct client *c = client_join(daemon_start(), "alice");

    client_send(c, "/register\n");
    client_expect_line(c, "!! no-accounts: this server has no accounts: " MISSING);
    client_send(c, "/login alice\n/logout\n/passwd\n/token\n/forget\n/mail\n/history new\n");
    for (int i = 0; i < 7; i++) {
        client_expect_next(c, "!! no-accounts: this server has no accounts: " MISSING);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#if defined(HAVE_SODIUM) && defined(HAVE_SQLITE)
        HARNESS_TEST(a_name_is_its_owners_over_restarts),
        HARNESS_TEST(whoever_listens_hears_no_password),
        HARNESS_TEST(one_shot_use_waits_for_the_password),
        HARNESS_TEST(a_program_logs_in_with_a_token),
        HARNESS_TEST(who_erases_an_account_is_a_guest),
        HARNESS_TEST(telnet_shows_no_password),
        HARNESS_TEST(telnet_that_has_not_negotiated_shows_no_password),
        HARNESS_TEST(a_password_that_was_not_asked_for_is_not_said),
        HARNESS_TEST(a_password_that_is_typed_again_is_not_said),
        HARNESS_TEST(a_name_is_lent_to_whoever_takes_it),
        HARNESS_TEST(a_name_lent_is_kept_by_logging_in),
        HARNESS_TEST(a_name_lent_goes_back),
        HARNESS_TEST(everybody_was_seen),
        HARNESS_TEST(a_user_of_this_machine_is_logged_in_at_once),
        HARNESS_TEST(a_reload_tells_whose_accounts),
#endif
        HARNESS_TEST_ONCE(a_server_without_accounts_says_what_is_missing),
    };

    return harness_main(tests);
}
