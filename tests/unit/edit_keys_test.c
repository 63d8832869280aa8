/* Tests of edit/keys.h: what terminals send for each key, in pieces too, and what is no key. */
#include "config.h"

#include "edit/keys.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
    [KEYS_NONE] = "none",         [KEYS_ENTER] = "enter",          [KEYS_TAB] = "tab",
    [KEYS_BACK_TAB] = "back-tab", [KEYS_BACKSPACE] = "backspace",  [KEYS_WORD_BACKSPACE] = "word-backspace",
    [KEYS_DELETE] = "delete",     [KEYS_WORD_DELETE] = "word-delete", [KEYS_INSERT] = "insert",
    [KEYS_UP] = "up",             [KEYS_DOWN] = "down",            [KEYS_LEFT] = "left",
    [KEYS_RIGHT] = "right",       [KEYS_WORD_LEFT] = "word-left",  [KEYS_WORD_RIGHT] = "word-right",
    [KEYS_HOME] = "home",         [KEYS_END] = "end",              [KEYS_PASTE] = "paste",
    [KEYS_PASTED] = "pasted",     [KEYS_OTHER] = "other",
};

static void describe(const struct keys_key *key, char *out, size_t size)
{
    size_t len = strlen(out);

    switch (key->code) {
    case KEYS_NONE:
        if (key->not_utf8 && (len < 5 || strcmp(out + len - 5, "<bad>") != 0)) { /* in pieces, fewer may be told */
            snprintf(out + len, size - len, "<bad>");
        }
        break;
    case KEYS_TEXT:
        snprintf(out + len, size - len, "%.*s", (int)key->len, key->text);
        break;
    case KEYS_CONTROL:
        snprintf(out + len, size - len, "<^%c>", key->letter);
        break;
    case KEYS_ALT:
        snprintf(out + len, size - len, "<alt %c>", key->letter);
        break;
    case KEYS_REPORT:
        snprintf(out + len, size - len, "<%u,%u>", key->row, key->column);
        break;
    default:
        snprintf(out + len, size - len, "<%s>", names[key->code]);
    }
}

/* The keys in the bytes, which come in pieces of at most so many. */
static void decode(const char *bytes, size_t len, size_t piece, char *out, size_t size)
{
    struct keys keys = {0};

    out[0] = '\0';
    while (len > 0) {
        size_t n = len < piece ? len : piece, done = 0;
        char *data = malloc(n); /* exactly so many, so that a sanitizer sees any access outside */

        memcpy(data, bytes, n);
        while (done < n) {
            struct keys_key key;

            done += keys_next(&keys, data + done, n - done, &key);
            assert_true(done <= n);
            describe(&key, out, size);
        }
        free(data);
        bytes += n;
        len -= n;
    }
}

static void assert_keys_at(int line, const char *bytes, size_t len, const char *want)
{
    char got[512];

    for (size_t piece = 1; piece <= len; piece++) {
        decode(bytes, len, piece, got, sizeof(got));
        if (strcmp(got, want) != 0) {
            fail_msg("line %d, in pieces of %zu: '%s', not '%s'", line, piece, got, want);
        }
    }
}
#define assert_keys(bytes, want) assert_keys_at(__LINE__, bytes, sizeof(bytes) - 1, want)

static void each_terminal_has_its_sequences(void **state)
{
    (void)state;
    /* xterm, and most others; in application mode */
    assert_keys("\033[A\033[B\033[C\033[D\033[H\033[F", "<up><down><right><left><home><end>");
    assert_keys("\033OA\033OB\033OC\033OD\033OH\033OF", "<up><down><right><left><home><end>");
    assert_keys("\033[2~\033[3~\033[5~\033[6~", "<insert><delete><other><other>");
    assert_keys("\033[1;5C\033[1;5D\033[1;3C\033[1;3D\033[3;5~",
                "<word-right><word-left><word-right><word-left><word-delete>");
    assert_keys("\033[1;2C\033[1;2A\033[Z\033OM", "<right><up><back-tab><enter>");
    /* the Linux console, screen, tmux, VT220 */
    assert_keys("\033[1~\033[4~", "<home><end>");
    assert_keys("\033[[A\033[[Ex", "<other><other>x");
    /* rxvt */
    assert_keys("\033[7~\033[8~\033Od\033Oc\033[d\033[c\033[3^",
                "<home><end><word-left><word-right><left><right><word-delete>");
    assert_keys("\033\033[D\033\033[C", "<word-left><word-right>");
    assert_keys("\033[3$x\033[2;5@y", "<other>x<other>y");
    /* function keys */
    assert_keys("\033OP\033[15~\033[24;5~\033[1;2P", "<other><other><other><other>");
}

static void control_and_alt_go_with_letters(void **state)
{
    (void)state;
    assert_keys("\001\002\004\005\006\013\014\020\022\024\025\027\031",
                "<^a><^b><^d><^e><^f><^k><^l><^p><^r><^t><^u><^w><^y>");
    assert_keys("\003\034\037", "<^c><^\\><^_>");
    assert_keys("\b\x7f\t", "<backspace><backspace><tab>");
    assert_keys("\033b\033F\033d\033.", "<alt b><alt f><alt d><alt .>");
    assert_keys("\033\x7f\033\b", "<word-backspace><word-backspace>");
}

static void enter_is_one_key_however_a_client_ends_a_line(void **state)
{
    (void)state;
    assert_keys("a\rb\nc\r\nd", "a<enter>b<enter>c<enter>d");
    assert_keys("a\r\0b\r\r\n\n", "a<enter>b<enter><enter><enter>");
    assert_keys("\r\n\r\n", "<enter><enter>");
    assert_keys("a\0b", "ab");
}

static void characters_may_come_in_pieces(void **state)
{
    (void)state;
    assert_keys("plain жанна 世界 👩‍👩‍👧", "plain жанна 世界 👩‍👩‍👧");
}

static void what_is_no_key_costs_itself_alone(void **state)
{
    (void)state;
    assert_keys("a\xff" "b", "a<bad>b");
    assert_keys("\xc3(\xe2\x82x", "<bad>(<bad>x");
    assert_keys("\xf0\x9f\x91\033[A", "<bad><up>");
    assert_keys("\xed\xa0\x80", "<bad>"); /* a surrogate */
    assert_keys("\033[12\001x", "<^a>x"); /* no sequence has a control */
    assert_keys("\033[\033[A", "<up>");
    assert_keys("\033[1;жx", "жx");
    assert_keys("\033\001x\033ж", "<^a>xж"); /* a lone ESC */
    assert_keys("\033[999999999999999999999999999999999999999999~x", "x"); /* longer than any */
    assert_keys("\033[1;2;3;4;5Cx\033[;Dx", "<right>x<left>x");
    assert_keys("\033[?1;2cx\033[>0;1R\033[<0;1;1MA", "<other>x<other><other>A"); /* answers, and a mouse */
}

static void a_paste_is_text_up_to_its_end(void **state)
{
    (void)state;
    assert_keys("\033[200~a\tb\rc\nd\033[201~\001", "<paste>a<tab>b<enter>c<enter>d<pasted><^a>");
    assert_keys("\033[200~\001\x7f\033[A\033bx\033[201~y", "<paste>x<pasted>y");
    assert_keys("\033[200~ab\003c\025", "<paste>ab<^c>c<^u>"); /* Ctrl-C is the way out */
}

static void a_terminal_tells_the_place_of_its_cursor(void **state)
{
    (void)state;
    assert_keys("\033[24;80R\033[1;5R", "<24,80><1,5>");
    assert_keys("\033[99999999;5R", "<99999,5>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_terminal_has_its_sequences),
        cmocka_unit_test(control_and_alt_go_with_letters),
        cmocka_unit_test(enter_is_one_key_however_a_client_ends_a_line),
        cmocka_unit_test(characters_may_come_in_pieces),
        cmocka_unit_test(what_is_no_key_costs_itself_alone),
        cmocka_unit_test(a_paste_is_text_up_to_its_end),
        cmocka_unit_test(a_terminal_tells_the_place_of_its_cursor),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
