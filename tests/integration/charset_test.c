/* Charsets: people whose terminals are not UTF-8 talk with those whose terminals are. */
#include "config.h"

#include "harness.h"

#include <iconv.h>
#include <stdio.h>
#include <string.h>

#define BEGIN_TELNET "\xff\xfb\x1f" /* WILL NAWS */
#define NAWS_40 "\xff\xfa\x1f\0\x28\0\x18\xff\xf0"
#define SB "\xff\xfa\x2a"
#define SE "\xff\xf0"
#define DO_EDIT "\xff\xfd\x01\xff\xfd\x03"

static struct client *join_with(struct daemon *d, const char *name, const char *charset)
{
    struct client *c = client_join(d, name);

    client_sendf(c, "/set charset %s\n", charset);
    client_expect(c, harness_text("-- charset is %s:", charset));
    return c;
}

static void letters_go_both_ways(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice");
    struct client *boris = join_with(d, "boris", "cp1251");
    struct client *lou = join_with(d, "lou", "latin1");

    client_expect(alice, "is now lou");
    client_expect(boris, "is now lou");
    client_send_literal(boris, "\xcf\xf0\xe8\xe2\xe5\xf2 \xff\n"); /* я is byte 255 */
    client_expect_line(alice, "[#lobby] boris: Привет я");
    client_expect_line(lou, "[#lobby] boris: ?????? ?");
    client_send(alice, "“да” – я…\n");
    client_expect_line(boris, "[#lobby] alice: \x93\xe4\xe0\x94 \x96 \xff\x85");
    client_expect_line(lou, "[#lobby] alice: \"??\" - ?...");
    client_send_literal(lou, "d\xe9j\xe0 vu \xff\n");
    client_expect_line(alice, "[#lobby] lou: déjà vu ÿ");
    client_expect_line(boris, "[#lobby] lou: deja vu y");
    client_send(alice, "/msg boris ж\n/topic тема\n/me машет 👩‍👩‍👧\n");
    client_expect_line(boris, "[alice -> you] \xe6");
    client_expect_line(boris, "[#lobby] -- alice set the topic: \xf2\xe5\xec\xe0");
    client_expect_line(boris, "[#lobby] * alice \xec\xe0\xf8\xe5\xf2 ?");
    client_send(boris, "/history 2\n/topic\n"); /* out of the history, and in answers */
    client_expect(boris, " [#lobby] * alice \xec\xe0\xf8\xe5\xf2 ?");
    client_expect(boris, "\xf2\xe5\xec\xe0");
    client_send(boris, "/set charset utf-8\n");
    client_expect(boris, "-- charset is utf-8:");
    client_send(alice, "ж\n");
    client_expect_line(boris, "[#lobby] alice: ж");
}

static void names_are_decoded_in_commands(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice");
    struct client *boris = join_with(d, "boris", "koi8-r");

    client_send_literal(boris, "/nick \xe2\xcf\xd2\xc9\xd3\n");
    client_expect_line(boris, "-- You are now \xe2\xcf\xd2\xc9\xd3.");
    client_send(alice, "/whois Борис\n");
    client_expect(alice, "Борис");
    client_send(alice, "/msg Борис ok\n");
    client_expect_line(boris, "[alice -> you] ok");
    client_send_literal(boris, "/nosuch\xe9\n");
    client_expect(boris, "/nosuch\xe9"); /* errors too */
}

/* Second bytes are \ and |, and one is cut between two reads. */
static void characters_of_two_bytes_are_whole(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice");
    struct client *hana = join_with(d, "hana", "shift-jis");
    struct client *mei = join_with(d, "mei", "big5");

    client_expect(alice, "is now mei");
    client_expect(hana, "is now mei");
    client_send_pieces(hana, "\x95\\\x83|\x93\xfa\r\n", 8, 1);
    client_expect_line(alice, "[#lobby] hana: 表ポ日");
    client_expect_line(mei, "[#lobby] hana: \xaa\xed?\xa4\xe9");
    client_send_literal(mei, "\xa5\\\xb3\\ok\r\n");
    client_expect_line(alice, "[#lobby] mei: 功許ok");
    client_expect_line(hana, "[#lobby] mei: \x8c\xf7\x8b\x96ok");
}

static void one_shot_text_has_the_charset_from_its_next_line_on(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice");
    struct client *pipe = client_open(d);

    client_send_literal(pipe, "/nick cron\n/set charset latin1\ncaf\xe9 ouvert");
    client_half_close(pipe);
    client_expect_line(alice, "[#lobby] cron: café ouvert");
    client_expect_eof(pipe);
}

static void telnet_doubles_byte_255(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice");
    struct client *boris = client_join(d, "boris");

    client_send_literal(boris, BEGIN_TELNET "/set charset cp1251\r\n");
    client_expect(boris, "-- charset is cp1251:");
    client_send(alice, "я и я\n");
    client_expect_literal(boris, "alice: \xff\xff \xe8 \xff\xff\r\n");
    client_send_literal(boris, "\xec\xe5\xed\xff\xff\r\n");
    client_expect_line(alice, "[#lobby] boris: меня");
    client_send_literal(boris, "\xff\xec\xe0, \xff\xf1\xed\xee\r\n"); /* a client that does not */
    client_expect_line(alice, "[#lobby] boris: яма, ясно");
    client_send_literal(boris, "\xf1\xe8\xff\xfe, \xff\xfb\xff\xfc\r\n");
    client_expect_line(alice, "[#lobby] boris: сияю, яыяь");
}

/* telnet(1) does that before it has negotiated, and it sends CR LF. */
static void silent_telnet_is_spoken_to(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice");
    struct client *boris = client_join(d, "boris");

    client_send(boris, "/set charset cp1251\r\n");
    client_expect_literal(boris, "\xff\xfd\x00\xff\xfd\x18\xff\xfd\x1f\r\033[K-- charset is cp1251:");
    client_send(alice, "я\n");
    client_expect_literal(boris, "alice: \xff\r\n"); /* it may be nc -C */
    client_send_literal(boris, "\xff\xfb\x00\xff\xff\xec\xe0\r\n");
    client_expect_literal(boris, "\xff\xfb\x2a");
    client_expect_line(alice, "[#lobby] boris: яма");
    client_send(alice, "я\n");
    client_expect_literal(boris, "alice: \xff\xff\r\n");
}

/* One that begins to speak telnet later. */
static void telnet_may_begin_after_the_charset(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice");
    struct client *boris = join_with(d, "boris", "cp1251");

    client_send(alice, "я\n");
    client_expect_literal(boris, "alice: \xff\r\n");
    client_send_literal(boris, "\xff\xf4\xff\xfd\x06"); /* Ctrl-C */
    client_expect_literal(boris, "\xff\xfc\x06");
    client_send(alice, "я\n");
    client_expect_literal(boris, "alice: \xff\xff\r\n");
    client_send_literal(boris, "\xff\xff\r\n");
    client_expect_line(alice, "[#lobby] boris: я");
}

static void telnet_negotiates_a_charset(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice");
    struct client *boris = client_join(d, "boris");

    client_send_literal(boris, "\xff\xfd\x2a");
    client_expect_literal(boris, "\xff\xfb\x2a");
    client_expect_literal(boris, SB "\x01;UTF-8;ISO-8859-1;");
    client_expect_literal(boris, SE);
    client_send_literal(boris, SB "\x02KOI8-R" SE "\xd7\r\n/set charset\r\n");
    client_expect_line(alice, "[#lobby] boris: в");
    client_expect(boris, "-- charset is koi8-r:");
    client_send(alice, "д\n");
    client_expect_line(boris, "[#lobby] alice: \xc4");
    client_send_literal(boris, "\xff\xfb\x2a" SB "\x01 EBCDIC windows-1251" SE);
    client_expect_literal(boris, "\xff\xfd\x2a" SB "\x02windows-1251" SE);
    client_send(alice, "д\n");
    client_expect_line(boris, "[#lobby] alice: \xe4");
}

static void lines_are_edited_in_a_charset(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice");
    struct client *boris = join_with(d, "boris", "cp1251");

    client_send_literal(boris, BEGIN_TELNET NAWS_40 "/edit on\r\n");
    client_expect_literal(boris, "\xff\xfb\x01\xff\xfb\x03");
    client_send_literal(boris, DO_EDIT);
    client_expect_literal(boris, "#lobby> ");
    client_send_literal(boris, "\xff");
    client_expect_literal(boris, "\xff\xff");
    client_send_literal(boris, "\xec");
    client_expect_literal(boris, "\xec");
    client_send_literal(boris, "\xe0\x7f\xe1");
    client_expect_literal(boris, "\xe1");
    client_send(alice, "поперёк\n");
    client_expect_literal(boris, "\r\033[J[#lobby] alice: \xef\xee\xef\xe5\xf0\xb8\xea\r\n#lobby> \xff\xff\xec\xe1");
    client_send_literal(boris, "\r\0");
    client_expect_line(alice, "[#lobby] boris: ямб");
    client_send_literal(boris, "\033[200~\xe4\xe2\xe0\n\xf2\xf0\xe8\n\033[201~"); /* pasted */
    client_expect_line(alice, "[#lobby] boris: два");
    client_expect_line(alice, "[#lobby] boris: три");
    client_send_literal(boris, "\033[A\033[A"); /* called back */
    client_expect_literal(boris, "\xff\xff\xec\xe1");
    client_send_literal(boris, "\x15/edit off\r\0");
    client_expect(boris, "not edited here");
    client_send_literal(boris, "\xe4\xe0\r\n");
    client_expect_line(alice, "[#lobby] boris: да");
}

/* The line is as it was typed, whatever of it the terminal can show. */
static void what_cannot_be_shown_is_edited_too(void)
{
    struct daemon *d = daemon_start();
    struct client *lou = join_with(d, "lou", "latin1");
    struct client *hana = client_join(d, "日本");

    client_expect(lou, "is now ??");
    client_send_literal(lou, BEGIN_TELNET NAWS_40 "/edit on\r\n");
    client_expect_literal(lou, "\xff\xfb\x01\xff\xfb\x03");
    client_send_literal(lou, DO_EDIT);
    client_expect_literal(lou, "#lobby> ");
    client_send(lou, "\t");
    client_expect_literal(lou, "??: ");
    client_send(lou, "hi\033[H\033[C!"); /* Home, right */
    client_expect_literal(lou, "\r\033[J#lobby> ?!?: hi\r#lobby> ?!");
    client_send(lou, "\x7f\r");
    client_expect_line(hana, "[#lobby] lou: 日本: hi");
}

/* Key by key, without telnet: the halves of a character in two reads. */
static void keys_of_two_bytes_are_edited(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice");
    struct client *hana = join_with(d, "hana", "shift-jis");

    client_send(hana, "/edit on\n");
    client_expect(hana, "as soon as your client sends single keys");
    client_send(hana, " ");
    client_expect_literal(hana, "#lobby> ");
    client_send_literal(hana, "\x95");
    client_send_literal(hana, "\\");
    client_expect_literal(hana, "\x95\\");
    client_send_literal(hana, "\x83|\x7f\x93\xfa\r");
    client_expect_line(alice, "[#lobby] hana:  表日");
}

static void lines_are_broken_by_what_the_terminal_shows(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice");
    struct client *lou = join_with(d, "lou", "latin1");

    client_send_literal(lou, BEGIN_TELNET NAWS_40);
    client_send(lou, "/terminal\n");
    client_expect(lou, "charset: latin1");
    client_expect(lou, "40 columns");
    client_send(alice, "€€€€€ €€€€€ €€€€€ abc\n");
    client_expect_line(lou, "[#lobby] alice: EUREUREUREUREUR");
    client_expect_next(lou, "    EUREUREUREUREUR");
    client_expect_next(lou, "    EUREUREUREUREUR abc");
    client_send(alice, "日本語 日本語 日本語 abc\n");
    client_expect_line(lou, "[#lobby] alice: ??? ??? ??? abc");
}

static void programs_get_utf8(void)
{
    struct daemon *d = daemon_start();
    struct client *boris = join_with(d, "boris", "cp1251");

    client_send(boris, "/format json\n");
    client_expect(boris, "!! bad-value: JSON is UTF-8, and your charset is cp1251; /set charset utf-8 changes that");
    client_send(boris, "/set charset UTF8\n/format json\n/set charset cp1251\n");
    client_expect(boris, "\"code\":\"bad-value\"");
    client_send(boris, "ж\n/set charset utf-8\n");
    client_expect(boris, "\"text\":\"ж\"");
}

static void what_is_wrong_is_told(void)
{
    struct daemon *d = daemon_start();
    struct client *boris = client_join(d, "boris");

    client_send_literal(boris, "\xe4\xe0\n\xe4\xe0\n");
    client_expect(boris, "-- Some of your letters are not UTF-8 and were left out.");
    client_expect(boris, "/set charset cp1251");
    client_send(boris, "/set charset ebcdic\n");
    client_expect(boris, "!! bad-value: there is no charset ebcdic; this server has utf-8, latin1, ");
    client_send(boris, "/set charset\n/set\n");
    client_expect_line(boris, "-- charset is utf-8: the letters of your terminal");
    client_expect(boris, "-- This server has utf-8, latin1, ");
    client_expect_line(boris, "-- charset is utf-8: the letters of your terminal");
    client_send(boris, "/set charset cp1251\n");
    client_expect(boris, "-- charset is cp1251:");
    client_send_literal(boris, "a\x98" "b\n");
    client_expect(boris, "-- Some of your bytes are no letters in cp1251 and were left out;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(letters_go_both_ways),
        HARNESS_TEST_ONCE(names_are_decoded_in_commands),
        HARNESS_TEST(characters_of_two_bytes_are_whole),
        HARNESS_TEST_ONCE(one_shot_text_has_the_charset_from_its_next_line_on),
        HARNESS_TEST(telnet_doubles_byte_255),
        HARNESS_TEST_ONCE(silent_telnet_is_spoken_to),
        HARNESS_TEST_ONCE(telnet_may_begin_after_the_charset),
        HARNESS_TEST_ONCE(telnet_negotiates_a_charset),
        HARNESS_TEST_ONCE(lines_are_edited_in_a_charset),
        HARNESS_TEST_ONCE(what_cannot_be_shown_is_edited_too),
        HARNESS_TEST_ONCE(keys_of_two_bytes_are_edited),
        HARNESS_TEST_ONCE(lines_are_broken_by_what_the_terminal_shows),
        HARNESS_TEST_ONCE(programs_get_utf8),
        HARNESS_TEST_ONCE(what_is_wrong_is_told),
    };

    static const char *const needed[] = {"CP1251", "ISO-8859-1", "KOI8-R", "CP932", "BIG5"};

    for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
        iconv_t converter = iconv_open("UTF-8", needed[i]);

        if (converter == (iconv_t)-1) {
            printf("1..0 # SKIP this system has no converter for %s\n", needed[i]);
            return 0;
        }
        iconv_close(converter);
    }
    return harness_main(tests);
}
