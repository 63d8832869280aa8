/* Tests of accounts in sessions: /register, /login, /logout and /passwd, and the lines that are passwords. */
#include "config.h"

#include "base/mem.h"
#include "chat/names.h"
#include "chat/owners.h"
#include "fake_sessions.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define ASKED                                                                                                     \
    "-- Type the password and press Enter. Your client shows it to whoever sees your screen, and /token makes a " \
    "token, which is better for a program. An empty line cancels.\r\n"
#define SHOWN ". Your client shows it to whoever sees your screen. An empty line cancels.\r\n"

static int begin(void **state)
{
    fake_sessions_begin(state);
    come_both();
    return 0;
}

/* Bob's name has an account. */
static int64_t own_bob(void)
{
    return fake_accounts_add(accounts, "bob", "bob", "correct horse");
}

static void a_name_is_registered_by_who_has_it(void **state)
{
    (void)state;
    type(0, "/register correct horse\n");
    assert_heard(0, "-- alice is registered: nobody else can take it now, and /login alice gets it.\r\n"
                    "-- You are logged in as alice.\r\n");
    type(1, "/nick ALICE\n");
    assert_heard(1, "!! name-registered: that name is registered, and /login NAME gets it for its owner; you are "
                    "still bob\r\n");
    type(0, "/register\n");
    assert_heard(0, "!! logged-in: you are logged in as alice; /logout first\r\n");
    come(2, 0);
    heard(2);
    type(2, "/register\n");
    assert_heard(2, "!! name-reserved: guest3 is a guest's name, which nobody can own; /nick NAME takes another one "
                    "first\r\n");
}

static void the_next_line_is_the_password_and_no_line_of_chat(void **state)
{
    (void)state;
    type(0, "/register\n");
    assert_heard(0, "-- Type a new password and press Enter" SHOWN);
    type(0, "  /quit, horse  \nhello\n");
    assert_heard(0, "-- alice is registered: nobody else can take it now, and /login alice gets it.\r\n"
                    "-- You are logged in as alice.\r\n");
    heard(1);
    type(0, "/logout\n/login alice /quit, horse\n");
    assert_non_null(strstr(heard(0), "-- You are logged in as alice.\r\n"));
}

/* Neither the loop's buffer nor that of the connection, which has nothing left over, has it any more. */
static void assert_no_password(void)
{
    assert_null(memmem(f.net.read_buf, sizeof(f.net.read_buf), "horse", 5));
}

static void no_buffer_keeps_a_password(void **state)
{
    static const char *const pieces[] = {"/login bob\n", "\tcor", "rect", " ho", "rse\n/logout\n"};

    (void)state;
    own_bob();
    type(0, "/login bob\ncorrect horse\n");
    assert_no_password();
    type(0, "/logout\n/login bob correct horse\n");
    assert_no_password();
    type(0, "/logout\n");
    heard(0);
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        type(0, pieces[i]);
        assert_no_password();
    }
    assert_non_null(strstr(heard(0), "-- You are logged in as bob.\r\n"));
    accounts->is_late = true; /* the line behind it waits */
    type(0, "/login bob correct horse\n/login bob correct horse\n");
    fake_accounts_answer(accounts);
    fake_loop_turns(&f, 2);
    assert_no_password();
}

static void an_empty_line_asks_no_further(void **state)
{
    (void)state;
    own_bob();
    type(0, "/login bob\n");
    assert_heard(0, ASKED);
    type(0, "\nhello\n");
    assert_heard(0, "!! bad-password: no password was typed; nothing has changed\r\n");
    assert_heard(1, "[#lobby] alice: hello\r\n");
    assert_int_equal(accounts->asked, 0);
    type(0, "/login bob\n");
    heard(0);
    for (int i = 0; i < 17; i++) {
        static char part[2049];

        memset(part, 'x', 2048);
        type(0, part);
    }
    type(0, "\nhello\n");
    assert_heard(0, "!! line-too-long: a line has at most 32768 bytes; nothing of it was sent\r\n");
    assert_heard(1, "[#lobby] alice: hello\r\n");
}

static void lines_wait_for_the_accounts(void **state)
{
    own_bob();
    (void)state;
    accounts->is_late = true;
    type(0, "/login bob correct horse\nhello\n");
    assert_int_equal(fake_accounts_waiting(accounts), 1);
    assert_nothing(0);
    assert_nothing(1);
    fake_accounts_answer(accounts);
    fake_loop_turns(&f, 2);
    assert_heard(0, "[#lobby] -- bob is now guest3\r\n"
                    "-- You are logged in as bob.\r\n-- You were here last at 12:00.\r\n");
    assert_heard(1, "-- bob is registered and its owner has it now: you get a guest's name. /nick NAME takes another "
                    "one.\r\n[#lobby] -- bob is now guest3\r\n[#lobby] -- alice is now bob\r\n"
                    "[#lobby] bob: hello\r\n");
}

static void a_wrong_password_tells_nothing(void **state)
{
    static const char *const lines[] = {"/login bob wrong\n", "/login nobody wrong\n", "/login ... wrong\n",
                                        "/login chatd.token.wrong\n"};

    (void)state;
    own_bob();
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        type(0, lines[i]);
        assert_heard(0, "!! login-failed: the name, the password or the token is wrong\r\n");
    }
    assert_string_equal(person_shown_name(session_called("alice")->self.person), "alice");
    type(0, "/login bob correct horse\n");
    assert_non_null(strstr(heard(0), "-- 1 attempt to log in has failed since you were here last, at 12:00.\r\n"));
}

static void each_refusal_has_a_code(void **state)
{
    static const struct {
        enum accounts_answer answer;
        const char *want;
    } refusals[] = {
        {ACCOUNTS_WRONG, "!! login-failed: "},
        {ACCOUNTS_TAKEN, "!! name-registered: "},
        {ACCOUNTS_CLOSED, "!! registration-closed: "},
        {ACCOUNTS_NEEDS_INVITATION, "!! needs-invitation: "},
        {ACCOUNTS_SLOW, "!! too-many-attempts: there were too many attempts; the next one is possible in 7 s"},
        {ACCOUNTS_SHORT, "!! bad-password: "},
        {ACCOUNTS_LONG, "!! bad-password: "},
        {ACCOUNTS_TOO_MANY, "!! accounts-full: "},
        {ACCOUNTS_NO_SUCH, "!! not-logged-in: "},
        {ACCOUNTS_BUSY, "!! unavailable: "},
        {ACCOUNTS_FAILED, "!! unavailable: "},
        {ACCOUNTS_ABSENT, "!! no-accounts: this server has no accounts: it has no database (store.path)"},
    };

    (void)state;
    accounts->wait_s = 7;
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        const char *got;

        accounts->answer = refusals[i].answer;
        type(0, "/register correct horse\n");
        got = heard(0);
        assert_memory_equal(got, refusals[i].want, strlen(refusals[i].want));
        assert_null(strstr(got, "horse"));
    }
    accounts->answer = ACCOUNTS_DONE;
    accounts->accounts.absence = ACCOUNTS_WITHOUT_SODIUM;
    type(0, "/login bob\n");
    assert_heard(0, "!! no-accounts: this server has no accounts: it was built without libsodium\r\n");
    chat.ports.accounts = NULL;
    type(0, "/register\n/logout\n");
    assert_heard(0, "!! no-accounts: this server has no accounts: it has no database (store.path)\r\n"
                    "!! no-accounts: this server has no accounts: it has no database (store.path)\r\n");
    chat.ports.accounts = &accounts->accounts;
}

static void who_goes_first_asks_no_longer(void **state)
{
    (void)state;
    own_bob();
    accounts->is_late = true;
    type(0, "/login bob correct horse\n");
    type(1, "/login bob\n");
    conn_close(session_called("alice")->conn, REASON_RESET);
    conn_close(session_called("bob")->conn, REASON_RESET);
    fake_loop_turns(&f, 3);
    assert_int_equal(gone, 2);
    assert_int_equal(accounts->cancels, 1);
    assert_int_equal(fake_accounts_waiting(accounts), 0);
}

static void a_second_session_is_the_same_person(void **state)
{
    (void)state;
    own_bob();
    type(1, "/login bob correct horse\n/join ops\n");
    heard(0);
    type(0, "/login bob correct horse\n");
    assert_heard(0, "-- You are logged in as bob.\r\n-- Your current room is #ops; you are in #lobby too.\r\n"
                    "-- You were here last at 12:00.\r\n");
    heard(1);
    type(1, "hello\n");
    assert_heard(0, "[#ops] bob: hello\r\n");
    type(0, "/logout\nhello\n");
    assert_heard(0, "-- You are logged out, and are guest3 now.\r\n-- You are in #lobby with 1 other.\r\n");
    assert_heard(1, "[#lobby] -- guest3 joined\r\n[#lobby] guest3: hello\r\n");
    type(1, "/logout\n/whois bob\n");
    assert_non_null(strstr(heard(1), "-- You are logged out, and are guest4 now.\r\n"));
}

static void another_password_needs_the_present_one(void **state)
{
    (void)state;
    own_bob();
    type(0, "/passwd\n/login bob correct horse\n");
    heard(0);
    type(0, "/passwd\n");
    assert_heard(0, "-- Type your present password and press Enter" SHOWN);
    type(0, "wrong\n");
    assert_heard(0, "-- Type a new password and press Enter" SHOWN);
    type(0, "battery staple\n");
    assert_heard(0, "!! login-failed: the password is wrong\r\n");
    type(0, "/passwd\ncorrect horse\nbattery staple\n/logout\n");
    assert_non_null(strstr(heard(0), "-- The new password is set.\r\n"));
    type(0, "/login bob battery staple\n");
    assert_non_null(strstr(heard(0), "-- You are logged in as bob.\r\n"));
}

static void the_json_form_ends_a_command_that_asked_once(void **state)
{
    (void)state;
    own_bob();
    type(0, "/format json\n");
    heard(0);
    type(0, "/login bob\n");
    assert_heard(0, "{\"type\":\"password\",\"command\":\"login\",\"hidden\":false}\n");
    type(0, "wrong\n");
    assert_heard(0, "{\"type\":\"error\",\"code\":\"login-failed\",\"command\":\"login\",\"text\":\"the name, "
                    "the password or the token is wrong\"}\n");
    type(0, "/leave\n");
    heard(0);
    type(0, "/login bob\ncorrect horse\n");
    assert_heard(0, "{\"type\":\"password\",\"command\":\"login\",\"hidden\":false}\n"
                    "{\"type\":\"account\",\"command\":\"login\",\"name\":\"bob\"}\n"
                    "{\"type\":\"last-seen\",\"command\":\"login\",\"time\":\"2026-11-21T12:00:00.000Z\",\"count\":1}\n"
                    "{\"type\":\"ok\",\"command\":\"login\"}\n");
}

static void telnet_hides_what_is_typed(void **state)
{
    (void)state;
    own_bob();
    type(0, "\xff\xfb\x1f");
    heard(0);
    type(0, "/login bob\n");
    assert_heard(0, "\xff\xfb\x01-- Type the password and press Enter; it is not shown. An empty line cancels.\r\n");
    type(0, "\xff\xfd\x01wrong\r\n");
    assert_heard(0, "\xff\xfc\x01!! login-failed: the name, the password or the token is wrong\r\n");
    type(0, "\xff\xfe\x01\xff\xfd\x01"); /* a client that asks for it by itself gets none */
    assert_heard(0, "\xff\xfc\x01");
}

static void tokens_are_made_used_listed_and_revoked(void **state)
{
    static char label[42];

    (void)state;
    own_bob();
    type(0, "/token\n/login bob correct horse\n");
    assert_memory_equal(heard(0), "!! not-logged-in: ", 18);
    type(0, "/token\n");
    assert_heard(0, "-- You have no tokens; /token new LABEL makes one.\r\n");
    type(0, "/token new backup\n");
    assert_heard(0, "-- The token backup is chatd.token.made-3\r\n"
                    "-- It is shown this once. /login with it logs in; /token revoke backup ends it.\r\n");
    type(0, "/token new backup\n/token chatd.token.made-3\n/token new\n/token list backup\n");
    assert_heard(0, "!! label-taken: you have a token of that label; /token list shows them\r\n"
                    "!! usage: /token is followed by list, new LABEL or revoke LABEL, as in /token new backup\r\n"
                    "!! usage: /token is followed by list, new LABEL or revoke LABEL, as in /token new backup\r\n"
                    "!! usage: /token is followed by list, new LABEL or revoke LABEL, as in /token new backup\r\n");
    memset(label, 'x', sizeof(label) - 1);
    fake_puts(people[0], "/token new ");
    fake_puts(people[0], label);
    type(0, "\n");
    assert_heard(0, "!! bad-value: a label has at most 40 characters\r\n");
    type(0, "/token list\n");
    assert_heard(0, "-- backup: made at 12:00\r\n");
    type(1, "/login chatd.token.made-3\n");
    assert_non_null(strstr(heard(1), "-- You are logged in as bob.\r\n"));
    type(0, "/format json\n");
    heard(0);
    accounts->is_late = true;
    type(0, "/token list\n");
    fake_accounts_answer(accounts);
    fake_loop_turns(&f, 2);
    assert_heard(0, "{\"type\":\"token\",\"command\":\"token\",\"time\":\"2026-11-21T12:00:00.000Z\","
                    "\"label\":\"backup\",\"used\":\"2026-11-21T12:00:00.000Z\"}\n"
                    "{\"type\":\"ok\",\"command\":\"token\"}\n");
    accounts->is_late = false;
    type(0, "/format text\n/token revoke backup\n/token revoke backup\n/token list\n");
    assert_non_null(strstr(heard(0), "-- The token backup logs in no longer.\r\n"
                                     "!! no-such-token: you have no token of that label; /token list shows them\r\n"
                                     "-- You have no tokens; /token new LABEL makes one.\r\n"));
}

#define ONE "AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:"
#define FIRST ONE "01"
#define WAITS " logs in to your account once a client that shows it has typed /cert accept.\r\n"
#define CERT_USE \
    "!! usage: /cert is followed by list, add, accept, add FINGERPRINT or remove FINGERPRINT, as in /cert add\r\n"
#define SECOND ONE "02"

static void certificates_are_added_listed_and_removed(void **state)
{
    (void)state;
    own_bob();
    type(0, "/cert\n/login bob correct horse\n");
    assert_memory_equal(heard(0), "!! not-logged-in: ", 18);
    type(0, "/cert\n");
    assert_heard(0, "-- You have no certificates; /cert add adds the one that your client shows.\r\n");
    type(0, "/cert add\n/cert add " ONE "\n/cert remove x\n/cert remove\n/cert xyzzy\n/cert list " FIRST "\n");
    assert_heard(0, "!! no-certificate: your client shows no certificate here; /cert add FINGERPRINT adds one that it "
                    "will show\r\n"
                    "!! bad-value: a fingerprint has 64 hexadecimal digits, as \"openssl x509 -fingerprint -sha256\" "
                    "prints it\r\n"
                    "!! bad-value: a fingerprint has 64 hexadecimal digits, as \"openssl x509 -fingerprint -sha256\" "
                    "prints it\r\n"
                    CERT_USE CERT_USE CERT_USE);
    type(0, "/cert add aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa01\n");
    assert_heard(0, "-- The certificate " FIRST WAITS);
    type(0, "/cert add " FIRST "\n/cert add " SECOND "\n/cert add " ONE "03\n");
    assert_heard(0, "!! certificate-taken: that certificate logs in to an account already; /cert list shows yours\r\n"
                    "-- The certificate " SECOND WAITS
                    "!! too-many-certificates: an account has at most 2 certificates; /cert remove FINGERPRINT "
                    "removes one\r\n");
    type(0, "/format json\n");
    heard(0);
    type(0, "/cert\n");
    assert_heard(0, "{\"type\":\"certificate\",\"command\":\"cert\",\"time\":\"2026-11-21T12:00:00.000Z\","
                    "\"on\":false,\"fingerprint\":\"" FIRST "\"}\n"
                    "{\"type\":\"certificate\",\"command\":\"cert\",\"time\":\"2026-11-21T12:00:00.000Z\","
                    "\"on\":false,\"fingerprint\":\"" SECOND "\"}\n"
                    "{\"type\":\"ok\",\"command\":\"cert\"}\n");
    type(0, "/format text\n/cert remove " FIRST "\n/cert remove " FIRST "\n/cert list\n");
    assert_non_null(strstr(heard(0), "-- The certificate " FIRST " logs in no longer.\r\n"
                                     "!! no-such-certificate: you have no such certificate; /cert list shows them\r\n"
                                     "-- " SECOND ": added at 12:00, waits for /cert accept\r\n"));
    heard(1);
    type(1, "/cert accept\n");
    assert_memory_equal(heard(1), "!! no-certificate: ", 19);
    type(0, "/cert accept\n");
    assert_memory_equal(heard(0), "!! logged-in: ", 14);
}

static void an_account_can_be_erased_by_its_password(void **state)
{
    (void)state;
    own_bob();
    type(0, "/login bob correct horse\n/forget horse\n");
    assert_non_null(strstr(heard(0), "!! usage: /forget is followed by nothing or by lines\r\n"));
    type(0, "/forget\nbob\n");
    assert_heard(0, "-- This erases your account, and nobody can get it back. Type the password and press Enter" SHOWN
                    "!! login-failed: the password is wrong\r\n");
    type(0, "/forget LINES\ncorrect horse\nhello\n");
    assert_non_null(strstr(heard(0), "-- The account bob has ended: you are logged in no longer.\r\n"
                                     "-- The account is erased, and so is what it said.\r\n"));
    type(0, "/login bob correct horse\n");
    assert_heard(0, "!! login-failed: the name, the password or the token is wrong\r\n");
}

static void whois_shows_the_account(void **state)
{
    (void)state;
    own_bob();
    type(0, "/login bob correct horse\n/nick robert\n");
    heard(1);
    type(1, "/whois robert\n");
    assert_heard(1, "-- robert came 0 s ago and was last active 0 s ago.\r\n"
                    "-- robert is logged in as bob, an account since 12:00.\r\n-- robert is in #lobby.\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_name_is_registered_by_who_has_it, begin, fake_sessions_end),
        cmocka_unit_test_setup_teardown(the_next_line_is_the_password_and_no_line_of_chat, begin, fake_sessions_end),
        cmocka_unit_test_setup_teardown(no_buffer_keeps_a_password, begin, fake_sessions_end),
        cmocka_unit_test_setup_teardown(an_empty_line_asks_no_further, begin, fake_sessions_end),
        cmocka_unit_test_setup_teardown(lines_wait_for_the_accounts, begin, fake_sessions_end),
        cmocka_unit_test_setup_teardown(a_wrong_password_tells_nothing, begin, fake_sessions_end),
        cmocka_unit_test_setup_teardown(each_refusal_has_a_code, begin, fake_sessions_end),
        cmocka_unit_test_setup_teardown(who_goes_first_asks_no_longer, begin, fake_sessions_end),
        cmocka_unit_test_setup_teardown(a_second_session_is_the_same_person, begin, fake_sessions_end),
        cmocka_unit_test_setup_teardown(another_password_needs_the_present_one, begin, fake_sessions_end),
        cmocka_unit_test_setup_teardown(the_json_form_ends_a_command_that_asked_once, begin, fake_sessions_end),
        cmocka_unit_test_setup_teardown(telnet_hides_what_is_typed, begin, fake_sessions_end),
        cmocka_unit_test_setup_teardown(tokens_are_made_used_listed_and_revoked, begin, fake_sessions_end),
        cmocka_unit_test_setup_teardown(certificates_are_added_listed_and_removed, begin, fake_sessions_end),
        cmocka_unit_test_setup_teardown(an_account_can_be_erased_by_its_password, begin, fake_sessions_end),
        cmocka_unit_test_setup_teardown(whois_shows_the_account, begin, fake_sessions_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
