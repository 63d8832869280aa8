/* edit/keys.c: the decoder, and its table of sequences. */
#include "config.h"

#include "edit/keys.h"

#include "base/utf8.h"

#include <string.h>

enum { ESC = 0x1b, DEL = 0x7f, MOST_NUMBER = 9999 };

/* ---- the table ---- */

/* The sequences that begin with ESC [ or ESC O and end with a letter.  XTerm's documentation of control sequences lists
 * them, and those that differ are of rxvt(7), console_codes(4) and the VT220's manual.  The number in a sequence may be
 * followed by a modifier, as in ESC [ 1 ; 5 C: see modified(). */
static const struct sequence {
    char kind;      /* '[' or 'O'; 0: either */
    char final;
    uint8_t number; /* the first parameter; with another final than '~': any */
    uint8_t code;
} sequences[] = {
    {0, 'A', 0, KEYS_UP},
    {0, 'B', 0, KEYS_DOWN},
    {0, 'C', 0, KEYS_RIGHT},
    {0, 'D', 0, KEYS_LEFT},
    {0, 'H', 0, KEYS_HOME},
    {0, 'F', 0, KEYS_END},
    {'[', 'Z', 0, KEYS_BACK_TAB},
    {'O', 'M', 0, KEYS_ENTER}, /* of the keypad */
    {'[', '~', 1, KEYS_HOME},  /* VT220's Find, and Home of the Linux console, screen and tmux */
    {'[', '~', 2, KEYS_INSERT},
    {'[', '~', 3, KEYS_DELETE},
    {'[', '~', 4, KEYS_END},
    {'[', '~', 7, KEYS_HOME},  /* rxvt */
    {'[', '~', 8, KEYS_END},
    {'[', '~', 200, KEYS_PASTE},
    {'[', '~', 201, KEYS_PASTED},
    {'[', '^', 3, KEYS_WORD_DELETE}, /* rxvt: ^ is Ctrl, a to d the arrows with Ctrl or Shift */
    {'O', 'a', 0, KEYS_OTHER},
    {'O', 'b', 0, KEYS_OTHER},
    {'O', 'c', 0, KEYS_WORD_RIGHT},
    {'O', 'd', 0, KEYS_WORD_LEFT},
    {'[', 'c', 0, KEYS_RIGHT},
    {'[', 'd', 0, KEYS_LEFT},
};

/* The key with Ctrl or Alt. */
static enum keys_code modified(enum keys_code code)
{
    switch (code) {
    case KEYS_LEFT:
        return KEYS_WORD_LEFT;
    case KEYS_RIGHT:
        return KEYS_WORD_RIGHT;
    case KEYS_DELETE:
        return KEYS_WORD_DELETE;
    case KEYS_BACKSPACE:
        return KEYS_WORD_BACKSPACE;
    default:
        return code;
    }
}

/* The numbers of a sequence, of which the first is behind its second character. */
static void read_numbers(const struct keys *k, unsigned number[2])
{
    int i = 0;

    for (uint8_t at = 2; at + 1 < k->len && i < 2; at++) {
        char c = k->bytes[at];

        if (c == ';') {
            i++;
        } else if (c >= '0' && c <= '9' && number[i] <= MOST_NUMBER) {
            number[i] = number[i] * 10 + (unsigned)(c - '0');
        }
    }
}

/* As a parameter's first byte: the sequence is none of ECMA-48's (5.4.1), and its letter means something else. */
static bool is_private(char c)
{
    return c >= '<' && c <= '?';
}

/* The key of the complete sequence. */
static void look_up(const struct keys *k, struct keys_key *key)
{
    char kind = k->bytes[1], final = k->bytes[k->len - 1];
    unsigned number[2] = {0, 0};
    unsigned modifiers;

    read_numbers(k, number);
    modifiers = number[1] > 0 ? number[1] - 1 : 0; /* xterm: Shift 1, Alt 2, Ctrl 4 */
    key->code = KEYS_OTHER;
    if (k->bytes[2] == '[' || is_private(k->bytes[2])) {
        return; /* a function key of the Linux console; an answer to what was not asked here, as ESC [ ? 1 ; 2 c */
    }
    if (kind == '[' && final == 'R') {
        *key = (struct keys_key){.code = KEYS_REPORT, .row = number[0], .column = number[1]};
        return;
    }
    for (size_t i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++) {
        const struct sequence *s = &sequences[i];

        if (s->final == final && (s->kind == 0 || s->kind == kind) &&
            (s->number == number[0] || (final != '~' && final != '^'))) {
            key->code = s->code;
            break;
        }
    }
    if (k->has_alt || (modifiers & 6) != 0) {
        key->code = (uint8_t)modified((enum keys_code)key->code);
    }
}

/* ---- single bytes ---- */

static void control(struct keys *k, unsigned char c, struct keys_key *key)
{
    switch (c) {
    case '\r':
        k->is_after_cr = true;
        key->code = KEYS_ENTER;
        break;
    case '\n':
        key->code = KEYS_ENTER;
        break;
    case '\t':
        key->code = KEYS_TAB;
        break;
    case '\b':
    case DEL:
        key->code = k->has_alt ? KEYS_WORD_BACKSPACE : KEYS_BACKSPACE;
        break;
    case '\0':
        break; /* some clients keep the connection alive with it */
    default:
        key->code = KEYS_CONTROL;
        key->letter = (char)(c <= 26 ? c + 'a' - 1 : c + '@');
    }
    if (key->letter == 'c') {
        k->is_pasting = false; /* whatever the terminal does, there is a way out */
    }
    if (k->is_pasting && key->code != KEYS_ENTER && key->code != KEYS_TAB) {
        key->code = KEYS_NONE;
    }
    k->has_alt = false;
}

/* Whether the bytes are the beginning of one character. */
static bool is_begun(const char *data, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i >= 3 || utf8_is_continuation((uint8_t)data[i]) != (i > 0)) {
            return false;
        }
    }
    return utf8_missing_bytes(data, n) > 0;
}

/* The first byte of a sequence, or one that is none. */
static size_t take_first(struct keys *k, const char *data, size_t n, struct keys_key *key)
{
    unsigned char c = (unsigned char)data[0];
    uint32_t cp;
    bool is_after_cr = k->is_after_cr;

    k->is_after_cr = false;
    if (is_after_cr && (c == '\n' || c == '\0')) {
        return 1;
    }
    if (c == ESC) {
        k->bytes[0] = ESC;
        k->len = 1;
        k->has_alt = k->is_overlong = false;
        return 1;
    }
    if (c < 0x20 || c == DEL) {
        control(k, c, key);
        return 1;
    }
    *key = (struct keys_key){.code = KEYS_TEXT, .text = data, .len = utf8_plain_run((const uint8_t *)data, n)};
    if (key->len > 0) {
        return key->len;
    }
    key->len = utf8_decode((const uint8_t *)data, n, &cp);
    if (key->len > 0) {
        return key->len;
    }
    key->code = KEYS_NONE;
    if (is_begun(data, n)) {
        memcpy(k->bytes, data, n);
        k->len = (uint8_t)n;
        return n;
    }
    key->not_utf8 = true;
    return 1;
}

/* ---- sequences ---- */

static size_t drop(struct keys *k)
{
    k->len = 0;
    k->has_alt = false;
    return 0;
}

/* A byte behind the beginning of a character. */
static size_t take_utf8(struct keys *k, char c, struct keys_key *key)
{
    uint32_t cp;

    k->bytes[k->len] = c;
    if (utf8_decode((const uint8_t *)k->bytes, k->len + 1u, &cp) > 0) {
        *key = (struct keys_key){.code = KEYS_TEXT, .text = k->bytes, .len = k->len + 1u};
        k->len = 0;
        return 1;
    }
    if (!is_begun(k->bytes, k->len + 1u)) {
        key->not_utf8 = true;
        return drop(k);
    }
    k->len++;
    return 1;
}

/* A byte behind a lone ESC. */
static size_t take_after_esc(struct keys *k, unsigned char c, struct keys_key *key)
{
    if (c == '[' || c == 'O') {
        k->bytes[k->len++] = (char)c;
        return 1;
    }
    if (c == ESC) { /* rxvt sends Alt and an arrow so */
        k->has_alt = true;
        return 1;
    }
    if (c == DEL || c == '\b') {
        k->len = 0;
        k->has_alt = true;
        control(k, c, key);
        return 1;
    }
    if (c < 0x20 || c >= 0x80) {
        return drop(k); /* it was a lone ESC */
    }
    drop(k);
    if (!k->is_pasting) {
        key->code = KEYS_ALT;
        key->letter = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    return 1;
}

/* Whether c ends the sequence.  The Linux console sends ESC [ [ A for a function key, and rxvt ESC [ 3 $ for one with
 * Shift. */
static bool is_final(const struct keys *k, unsigned char c)
{
    if (k->len == 2 && k->bytes[1] == '[' && c == '[') {
        return false;
    }
    return (c >= 0x40 && c < DEL) || (c == '$' && k->bytes[k->len - 1] >= '0' && k->bytes[k->len - 1] <= '9');
}

static size_t take_sequence(struct keys *k, unsigned char c, struct keys_key *key)
{
    bool is_end = is_final(k, c);

    if (c < 0x20 || c >= DEL) {
        return drop(k); /* no sequence has it: it is a key by itself */
    }
    if (k->len < sizeof(k->bytes)) {
        k->bytes[k->len++] = (char)c;
    } else {
        k->is_overlong = true;
    }
    if (is_end) {
        if (!k->is_overlong) {
            look_up(k, key);
        }
        drop(k);
    }
    if (key->code == KEYS_PASTE) {
        k->is_pasting = true;
    } else if (key->code == KEYS_PASTED) {
        k->is_pasting = false;
    } else if (k->is_pasting) {
        key->code = KEYS_NONE;
    }
    return 1;
}

size_t keys_next(struct keys *k, const char *data, size_t n, struct keys_key *key)
{
    *key = (struct keys_key){.code = KEYS_NONE};
    if (k->len == 0) {
        return take_first(k, data, n, key);
    }
    if (k->bytes[0] != ESC) {
        return take_utf8(k, data[0], key);
    }
    if (k->len == 1) {
        return take_after_esc(k, (unsigned char)data[0], key);
    }
    return take_sequence(k, (unsigned char)data[0], key);
}
