/* Tests of editing: what a terminal gets that sends keys, by telnet and without it. */
#include "config.h"

#include "harness.h"

#include <signal.h>
#include <string.h>

#define SEND_TTYPE "\xff\xfa\x18\x01\xff\xf0"
#define WILL_EDIT "\xff\xfb\x01\xff\xfb\x03" /* WILL ECHO, WILL SUPPRESS-GO-AHEAD */
#define DO_EDIT "\xff\xfd\x01\xff\xfd\x03"
#define WONT_EDIT "\xff\xfc\x01\xff\xfc\x03"
#define NAWS_80 "\xff\xfb\x1f\xff\xfa\x1f\0\x50\0\x18\xff\xf0"
#define ERASE "\r\033[J"
#define BEGUN "\033[?2004h"
#define ENDED "\033[?2004l"

/* Has the client's line edited, as telnet does. */
static void edit(struct client *c)
{
    client_send_literal(c, NAWS_80);
    client_send(c, "/edit on\r\n");
    client_expect_literal(c, WILL_EDIT);
    client_send_literal(c, DO_EDIT);
    client_expect_literal(c, BEGUN);
    client_expect_literal(c, "#lobby> ");
}

static struct client *join_and_edit(struct daemon *d, const char *name)
{
    struct client *c = client_join(d, name);

    edit(c);
    return c;
}

static void a_message_is_printed_above_half_a_line(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = join_and_edit(d, "alice");
    struct client *bob = client_join(d, "bob");

    client_expect_literal(alice, "is now bob\r\n#lobby> ");
    client_send(alice, "hel");
    client_expect_literal(alice, "hel");
    client_send(bob, "hi, alice\n");
    client_expect_literal(alice, ERASE "[#lobby] bob: hi, alice\r\n#lobby> hel");
    client_send_literal(alice, "lo\r\0");
    client_expect_literal(alice, "lo\r\n#lobby> ");
    client_expect_line(bob, "[#lobby] alice: hello");
    client_send_literal(alice, "wrd\033[D\033[Do\r\0");
    client_expect_line(bob, "[#lobby] alice: word");
    client_send_literal(alice, "\033[A\x7f\x7f\r\n"); /* busybox ends lines so */
    client_expect_line(bob, "[#lobby] alice: wo");
    client_send_literal(alice, "caf\xc3");
    client_send_literal(alice, "\xa9\r");
    client_expect_line(bob, "[#lobby] alice: café");
}

static void many_messages_of_a_turn_draw_the_line_once(void)
{
    enum { LINES = 200, MOST = 40, LINE_BYTES = 100 /* of the line drawn and erased */ };
    struct daemon *d = daemon_start();
    struct client *alice = join_and_edit(d, "alice");
    struct client *bob = client_join(d, "bob");
    size_t draws, bytes;

    client_expect_literal(alice, "is now bob\r\n#lobby> ");
    client_send(alice, "half a line");
    client_expect_literal(alice, "half a line");
    daemon_freeze(d);
    client_send(bob, harness_repeat("tick\n", LINES - 1));
    client_send(bob, "last\n");
    draws = client_count_literal(alice, "#lobby> half a line");
    bytes = client_seen_bytes(alice);
    daemon_thaw(d);
    client_expect_literal(alice, "[#lobby] bob: last\r\n#lobby> half a line");
    draws = client_count_literal(alice, "#lobby> half a line") - draws;
    bytes = client_seen_bytes(alice) - bytes;
    if (draws > MOST || bytes > LINES * strlen("[#lobby] bob: tick\r\n") + MOST * LINE_BYTES) {
        harness_fail("%zu times, and %zu bytes, for %d messages", draws, bytes, LINES);
    }
    client_send(alice, "\r");
    client_expect_line(bob, "[#lobby] alice: half a line");
}

/* What a client does that says of itself that it speaks telnet, and tells this type. */
static struct client *tells_type(struct daemon *d, const char *name, const char *type)
{
    struct client *c = client_join(d, name);

    client_send_literal(c, "\xff\xfb\x18\xff\xfb\x1f");
    client_expect_literal(c, SEND_TTYPE);
    client_send_bytes(c, "\xff\xfa\x18\x00", 4);
    client_send(c, type);
    client_send_bytes(c, "\xff\xf0", 2);
    return c;
}

static void assert_never_asked(struct client *c)
{
    client_send(c, "/away\n/back\n");
    client_expect(c, "-- You are back.");
    if (client_count_literal(c, "\xff\xfb\x01") > 0) {
        harness_fail("it was asked for keys");
    }
}

static void terminals_are_edited_without_asking(void)
{
    static const char *const terminals[] = {"XTERM-256COLOR", "xterm", "LINUX", "SCREEN", "VT220", "rxvt-unicode"};
    static const char *const others[] = {"TINTIN++", "MUDLET", "CMUD", "MUSHCLIENT", "DUMB", "UNKNOWN", "PAPER"};
    struct daemon *d = daemon_start();
    struct client *c;

    for (size_t i = 0; i < sizeof(terminals) / sizeof(terminals[0]); i++) {
        c = tells_type(d, harness_text("t%zu", i), terminals[i]);
        client_expect_literal(c, WILL_EDIT);
        client_send_literal(c, DO_EDIT);
        client_expect_literal(c, BEGUN);
        client_close(c);
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        c = tells_type(d, harness_text("o%zu", i), others[i]);
        assert_never_asked(c);
        client_close(c);
    }
    c = tells_type(d, "quiet", "XTERM"); /* who was not asked is not told that it fails */
    client_expect_literal(c, WILL_EDIT);
    client_send_literal(c, "\xff\xfe\x01\xff\xfe\x03");
    client_send(c, "/away\n/back\n");
    client_expect_none(c, "Your client", "-- You are back.");
}

static void the_administrator_chooses_for_whom(void)
{
    struct daemon *never = daemon_start("-o", "terminal.edit=off");
    struct daemon *all = daemon_start("-o", "terminal.edit=on");
    struct client *c;

    assert_never_asked(tells_type(never, "alice", "XTERM"));
    c = client_join(never, "bob");
    client_send(c, "/edit on\r\n");
    client_expect_next(c, "!! unavailable: this server edits no lines; /help typing tells what helps");
    assert_never_asked(c);

    c = tells_type(all, "alice", "PAPER");
    client_expect_literal(c, WILL_EDIT);
    assert_never_asked(tells_type(all, "mud", "Mudlet"));
    c = client_join(all, "carol");
    client_send_literal(c, "\xff\xfc\x18"); /* no type is told */
    client_expect_literal(c, WILL_EDIT);
}

/* For those whose line is edited already, it goes on until they end it. */
static void a_reload_ends_that_editing_can_begin(void)
{
    const char *file = harness_file("chatd.ini", "[terminal]\nedit = auto\n");
    struct daemon *d = daemon_start("-c", file);
    struct client *alice = join_and_edit(d, "alice"), *bob = client_join(d, "bob");

    client_send(bob, "/edit off\n/set edit\n");
    client_expect_line(bob, "-- your line is not edited here; /edit on begins it: /help typing");
    client_expect_line(bob, "-- your line is not edited here; /edit on begins it: /help typing");
    harness_file("chatd.ini", "[terminal]\nedit = off\n");
    daemon_signal(d, SIGHUP);
    daemon_wait_log(d, " reloaded changes=1");
    client_send(bob, "/edit\n/edit off\n/set edit off\n");
    for (int i = 0; i < 3; i++) {
        client_expect_next(bob, "-- your line is not edited here, and this server edits none: /help typing tells what "
                                "helps");
    }
    client_send_literal(alice, "/edit\r\0");
    client_expect(alice, "your line is edited here; /edit off ends it: /help typing");
    client_send_literal(alice, "/edit off\r\0");
    client_expect(alice, "your line is not edited here, and this server edits none: ");
}

static void a_client_that_refuses_goes_on_with_lines(void)
{
    struct daemon *d = daemon_start();
    struct client *bob = client_join(d, "bob"), *alice = client_join(d, "alice");

    client_send(alice, "/edit on\r\n");
    client_expect_literal(alice, WILL_EDIT);
    client_send_literal(alice, "\xff\xfd\x01\xff\xfe\x03");
    client_expect(alice, "Your client sends no single keys");
    client_send(alice, "hello\r\n");
    client_expect_line(bob, "[#lobby] alice: hello");
    client_send(bob, "hi\n");
    client_expect_line(alice, "[#lobby] bob: hi");
}

static void half_a_line_stays_when_editing_ends(void)
{
    struct daemon *d = daemon_start();
    struct client *bob = client_join(d, "bob"), *alice = join_and_edit(d, "alice");

    client_send(alice, "hel");
    client_expect_literal(alice, "hel");
    client_send_literal(alice, "\xff\xfe\x01"); /* DONT ECHO, and then, as is due, DONT SUPPRESS-GO-AHEAD */
    client_expect_literal(alice, "Your client sends whole lines again, so they are no longer edited here.\r\n");
    client_expect_literal(alice, ENDED "hel"); /* below it, where it goes on */
    client_send_literal(alice, "\xff\xfe\x03");
    client_send(alice, "lo\r\n");
    client_expect_line(bob, "[#lobby] alice: hello");
    edit(alice);
    client_send_literal(alice, "/edit off\r\0");
    client_expect_literal(alice, WONT_EDIT);
    client_send(alice, "plain\r\n/edit on\r\n"); /* before the client has answered */
    client_expect_line(bob, "[#lobby] alice: plain");
    client_send_literal(alice, "\xff\xfe\x01\xff\xfe\x03");
    client_expect_literal(alice, WILL_EDIT);
    client_send_literal(alice, DO_EDIT);
    client_expect_literal(alice, BEGUN);
}

static void half_a_line_is_left_on_the_screen_at_the_end(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = join_and_edit(d, "alice");

    client_send(alice, "not said");
    client_expect_literal(alice, "not said");
    daemon_signal(d, SIGTERM);
    client_expect_literal(alice, "\r\n" ENDED "!! shutdown");
    daemon_wait(d);
}

/* "stty -icanon -echo; nc": each key is a read of its own. */
static void keys_without_telnet_are_edited(void)
{
    struct daemon *d = daemon_start("-o", harness_text("server.listen=unix:%s/socket", harness_dir()));
    struct client *bob = client_join(d, "bob"), *alice = client_join(d, "alice");

    client_send_pieces(alice, "/edit on\n", 9, 1);
    client_expect_literal(alice, BEGUN "\0337\033[999;999H\033[6n\0338");
    client_send(alice, "\033[24;60R");
    client_send_pieces(alice, "/help all\n", 10, 1);
    client_expect_literal(alice, "-- more: /more shows the next "); /* the window is known */
    client_send_pieces(alice, "ab\033[DX\n", 7, 1);
    client_expect_line(bob, "[#lobby] alice: aXb");
    client_send_pieces(alice, "/terminal\n", 10, 1);
    client_expect_literal(alice, "your line is edited here");
    client_send_pieces(alice, "/edit off\n", 10, 1);
    client_expect_literal(alice, ENDED);
    client_send(alice, "plain\n");
    client_expect_line(bob, "[#lobby] alice: plain");
    if (client_count_literal(alice, "\xff") > 0) {
        harness_fail("it got telnet");
    }
}

static void whole_lines_without_telnet_are_not(void)
{
    struct daemon *d = daemon_start();
    struct client *bob = client_join(d, "bob"), *alice = client_join(d, "alice");

    client_send(alice, "/edit on\n");
    client_expect(alice, "as soon as your client sends single keys");
    client_send(alice, "hello\n");
    client_expect(alice, "Your client sends whole lines");
    client_expect_line(bob, "[#lobby] alice: hello");
    client_send(alice, "/edit on\n");
    client_expect(alice, "as soon as your client sends single keys");
    client_send(alice, "wo"); /* these are keys */
    client_expect_literal(alice, BEGUN);
    client_expect_literal(alice, "#lobby> wo");
    client_send(alice, "rd\n");
    client_expect_line(bob, "[#lobby] alice: word");
}

static void words_are_completed(void)
{
    struct daemon *d = daemon_start();
    struct client *bob = client_join(d, "Bob"), *alice = join_and_edit(d, "alice");

    client_send_literal(alice, "bo\thi\r\0");
    client_expect_line(bob, "[#lobby] alice: Bob: hi");
    client_send_literal(alice, "/msg b\tpsst\r\0");
    client_expect_line(bob, "[alice -> you] psst");
    client_send_literal(alice, "/top\tnew\r\0");
    client_expect(bob, "alice set the topic: new");
    client_send_literal(alice, "/join ops\r\0/room #lo\t\r\0back\r\0");
    client_expect_line(bob, "[#lobby] alice: back");
    client_send_literal(alice, "/set co\to\t\r\0");
    client_expect_literal(alice, "#lobby> /set colour off");
    client_send_literal(alice, "\x15/token re\t\r\0");
    client_expect_literal(alice, "#lobby> /token revoke ");
}

static void values_and_topics_are_completed(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = join_and_edit(d, "alice");

    client_send_literal(alice, "/set joins fo\t\r\0");
    client_expect_line(alice, "-- joins is on (folded): people who join, leave and quit");
    client_send_literal(alice, "/set charset koi8-r\t");
    client_expect_literal(alice, "#lobby> /set charset koi8-r ");
    client_send_literal(alice, "\x15/set charset ut\t");
    client_expect_literal(alice, "#lobby> /set charset utf-8 ");
    client_send_literal(alice, "\x15/set edit of\t");
    client_expect_literal(alice, "#lobby> /set edit off ");
    client_send_literal(alice, "\x15/set time Pacific/Cha\t");
    client_expect_literal(alice, "#lobby> /set time Pacific/Chatham ");
    client_send_literal(alice, "\x15/set time %H:%M berl\tx"); /* the end of a zone's name */
    client_expect_literal(alice, "#lobby> /set time %H:%M Europe/Berlin x");
    client_send_literal(alice, "\x15/help peo\t");
    client_expect_literal(alice, "#lobby> /help people ");
    client_send_literal(alice, "\x15/help typ\t");
    client_expect_literal(alice, "#lobby> /help typing ");
    client_send_literal(alice, "\x15/mode #lobby mod\t");
    client_expect_literal(alice, "#lobby> /mode #lobby moderated ");
    client_send_literal(alice, "of\t");
    client_expect_literal(alice, "off ");
}

/* Nobody learns by Tab what no list shows. */
static void what_is_hidden_is_not_completed(void)
{
    struct daemon *d = daemon_start("-o", harness_text("store.path=%s/chatd.db", harness_dir()));
    struct client *bob = client_join(d, "bob"), *alice;

    client_send(bob, "/register\ncorrect-horse-battery\n/join zirkus\n/mode private on\n");
    client_expect(bob, "private is on");
    alice = join_and_edit(d, "alice");
    client_send_literal(alice, "/join #zir\t\r\0");
    client_expect(alice, "You are in #zir, nobody else is");
    client_send_literal(alice, "/gb\t\r\0"); /* for administrators alone */
    client_expect_line(alice, "!! unknown-command: there is no command /gb; /help lists all, // says a /");
}

static void passwords_are_not_shown(void)
{
    struct daemon *d = daemon_start("-o", harness_text("store.path=%s/chatd.db", harness_dir()));
    struct client *alice = join_and_edit(d, "alice");

    client_send_literal(alice, "/register\r\0");
    client_expect_literal(alice, "password: ");
    client_send_literal(alice, "correct-horse\r\0");
    client_expect_literal(alice, "#lobby> ");
    client_send_literal(alice, "\033[A\r\0"); /* nothing was kept */
    client_send_literal(alice, "/whois alice\r\0");
    client_expect_literal(alice, "/whois alice");
    client_send_literal(alice, "/quit\r\0");
    (void)client_rest(alice);
    if (strstr(client_seen(alice), "correct") != NULL) {
        harness_fail("it was shown");
    }
}

static void pasted_lines_are_said_or_asked_for(void)
{
    enum { LINES = 500 };
    struct daemon *d = daemon_start();
    struct client *bob = client_join(d, "bob"), *alice = join_and_edit(d, "alice");

    client_send_literal(alice, "first: \033[200~one\rtwo\r\r\tthree\033[201~");
    client_expect_line(bob, "[#lobby] alice: first: one");
    client_expect_line(bob, "[#lobby] alice: two");
    client_expect_line(bob, "[#lobby] alice:         three");
    client_send_literal(alice, "typed\033[200~");
    for (int i = 0; i < LINES; i++) {
        client_sendf(alice, "line %d\r", i);
    }
    client_send_literal(alice, "\033[201~ on\r\0");
    client_expect_line(bob, "[#lobby] alice: typed on");
    client_expect_literal(alice, "You have pasted 500 lines: /paste says");
    client_send_literal(alice, "/paste\r\0");
    for (int i = 0; i < LINES; i++) {
        client_expect_next(bob, harness_text("[#lobby] alice: line %d", i));
    }
    client_send_literal(alice, "/paste\r\0");
    client_expect_literal(alice, "!! bad-value: no pasted lines wait");
    client_send_literal(alice, "\033[200~1\r2\r3\r4\r5\r6\r7\r8\r9\r10\r11\r\033[201~/paste drop\r\0");
    client_expect_literal(alice, "11 pasted lines are dropped");
}

/* Lines that must wait, here for minutes, do not keep the keys from being shown. */
static void what_is_typed_is_seen_while_lines_wait(void)
{
    enum { LINES = 300 };
    struct daemon *d = daemon_start("-o", "flood.lines_per_second=1", "-o", "flood.burst=4");
    struct client *alice = join_and_edit(d, "alice");

    client_send_literal(alice, "\033[200~");
    for (int i = 1; i <= LINES; i++) {
        client_sendf(alice, "line %d\r", i);
    }
    client_send_literal(alice, "\033[201~/paste\r\0");
    client_expect_literal(alice, "You send faster than 1 line a second");
    client_send(alice, "seen at once");
    client_expect_literal(alice, "seen at once");
    client_send_literal(alice, "\x15\003"); /* Ctrl-U, and Ctrl-C on the empty line */
    client_expect_literal(alice, "The pasted lines that were not said yet are dropped.");
    client_sync(alice);
    if (client_count_literal(alice, "line 300\r\n") > 0) {
        harness_fail("the last line was said");
    }
}

static void a_resized_window_gets_the_line_again(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = join_and_edit(d, "alice");

    client_send(alice, "0123456789012345678901234567890123456789");
    client_expect_literal(alice, "0123456789012345678901234567890123456789");
    client_send_literal(alice, "\xff\xfa\x1f\0\x28\0\x18\xff\xf0");
    client_expect_literal(alice, "\r\033[1A\033[J#lobby> 0123456789012345678901234567890\r\n123456789");
}

static void the_prompt_tells_of_new_lines_in_other_rooms(void)
{
    struct daemon *d = daemon_start();
    struct client *bob = client_join(d, "bob"), *alice = join_and_edit(d, "alice");

    client_send_literal(alice, "/join ops\r\0/room lobby\r\0");
    client_expect_literal(alice, "Your current room is #lobby");
    client_send(bob, "/join ops\none\ntwo\n/post lobby three\n");
    client_expect_literal(alice, "[#lobby] bob: three");
    client_send(alice, "hi");
    client_expect_literal(alice, "[#ops 2] #lobby> hi");
    client_send(bob, "four\n");
    client_expect_literal(alice, "[#ops] bob: four\r\n[#ops 3] #lobby> hi");
    client_send_literal(alice, "\x15/room ops\r\0");
    client_expect_literal(alice, "\r\n#ops> ");
    client_send_literal(alice, "/room lobby\r\0");
    client_expect_literal(alice, "Your current room is #lobby");
    client_send(bob, "five\n");
    client_expect_literal(alice, "[#ops 1] #lobby> ");
    client_send_literal(alice, "/leave ops\r\0");
    client_expect_literal(alice, "\r\n#lobby> ");
}

static void log_in(struct client *c)
{
    client_send_literal(c, "/login alice\r\0");
    client_expect_literal(c, "password: ");
    client_send_literal(c, "correct-horse\r\0");
    client_expect_literal(c, "You are logged in");
    client_expect_literal(c, "#lobby> ");
}

static void typed_lines_follow_an_account(void)
{
    struct daemon *d = daemon_start("-o", harness_text("store.path=%s/chatd.db", harness_dir()));
    struct client *bob = client_join(d, "bob"), *alice = join_and_edit(d, "alice"), *carol;

    client_send_literal(alice, "/register\r\0");
    client_expect_literal(alice, "password: ");
    client_send_literal(alice, "correct-horse\r\0");
    client_expect_literal(alice, "alice is registered");
    client_send_literal(alice, "the first\r\0the second\r\0");
    client_expect_line(bob, "[#lobby] alice: the second");
    client_close(alice);
    client_expect(bob, "alice quit");

    carol = join_and_edit(d, "carol"); /* who is nobody's owner has her own lines alone */
    client_send_literal(carol, "\033[A\033[A\025mine\r\0");
    client_expect_line(bob, "[#lobby] carol: mine");
    client_close(carol);

    alice = client_join(d, "guest"); /* log-in first, or editing first: it makes no difference */
    edit(alice);
    client_send_literal(alice, "since then\r\0");
    client_expect_line(bob, "[#lobby] guest: since then");
    log_in(alice);
    client_send_literal(alice, "\033[A\033[A\033[A\033[A!\r\0");
    client_expect_line(bob, "[#lobby] alice: the first!");
    client_close(alice);
    client_expect(bob, "alice quit");
    alice = client_join(d, "guest");
    client_send(alice, "/login alice\ncorrect-horse\n");
    client_expect(alice, "You are logged in");
    edit(alice);
    client_send_literal(alice, "\033[A?\r\0");
    client_expect_line(bob, "[#lobby] alice: the first!?");
}

static void programs_are_not_edited(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice");

    client_send(alice, "/format json\r\n/edit on\r\n");
    client_expect(alice, "\"code\":\"bad-value\"");
    client_send(alice, "/format text\r\n");
    client_expect(alice, "What you get is text now.");
    edit(alice);
    client_send_literal(alice, "/format json\r\0");
    client_expect_literal(alice, WONT_EDIT);
    client_send(alice, "/time\r\n");
    client_expect(alice, "\"type\":\"time\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(a_message_is_printed_above_half_a_line),
        HARNESS_TEST(many_messages_of_a_turn_draw_the_line_once),
        HARNESS_TEST_ONCE(terminals_are_edited_without_asking),
        HARNESS_TEST_ONCE(the_administrator_chooses_for_whom),
        HARNESS_TEST_ONCE(a_reload_ends_that_editing_can_begin),
        HARNESS_TEST_ONCE(a_client_that_refuses_goes_on_with_lines),
        HARNESS_TEST(half_a_line_stays_when_editing_ends),
        HARNESS_TEST_ONCE(half_a_line_is_left_on_the_screen_at_the_end),
        HARNESS_TEST(keys_without_telnet_are_edited),
        HARNESS_TEST_ONCE(whole_lines_without_telnet_are_not),
        HARNESS_TEST_ONCE(words_are_completed),
        HARNESS_TEST_ONCE(values_and_topics_are_completed),
        HARNESS_TEST_ONCE(what_is_hidden_is_not_completed),
        HARNESS_TEST_ONCE(passwords_are_not_shown),
        HARNESS_TEST(pasted_lines_are_said_or_asked_for),
        HARNESS_TEST_ONCE(what_is_typed_is_seen_while_lines_wait),
        HARNESS_TEST_ONCE(a_resized_window_gets_the_line_again),
        HARNESS_TEST_ONCE(the_prompt_tells_of_new_lines_in_other_rooms),
        HARNESS_TEST_ONCE(typed_lines_follow_an_account),
        HARNESS_TEST_ONCE(programs_are_not_edited),
    };

    return harness_main(tests);
}
