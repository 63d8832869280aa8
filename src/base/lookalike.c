/* base/lookalike.c: makes the skeleton of a name (Unicode's UTS 39), as far as a few words need it.
 *
 * The compatibility decomposition of a letter removes width, style and ligatures; marks are dropped; the rest is
 * looked up among the letters of other scripts. */
#include "config.h"

#include "base/lookalike.h"

#include "base/strbuf.h"

#include <ctype.h>
#include <string.h>
#include <utf8proc.h>

/* The most code points that one decomposes into; the shape of a character that looks like no letter of the table. */
enum { MOST_DECOMPOSED = 18, OTHER = 1 };

/* The look-alikes of these letters: those of UTS 39 (data of version 15) that a name may hold, small capitals, and
 * letters whose shapes are similar at a glance. */
static const struct {
    char letter;
    const char *alikes;
} table[] = {
    {'e',
     "\u0246\u0247\u025b\u0395\u03b5\u0404\u0415\u0435\u0454\u04bd\u04bf\u0510\u13ac\u13cb\u1d07\u2d39\ua4f0"
     "\uab32\uab7c\U00010286\U00010401\U000118a6\U000118ae\U00016f2d"},
    {'g',
     "\u018d\u01e4\u01e5\u0260\u0261\u0262\u050c\u050d\u0581\u13c0\u13f3\u13fb\u1d83\ua4d6\uab90"},
    {'m',
     "\u0271\u039c\u03fa\u041c\u043c\u04cd\u13b7\u15f0\u16d6\u1d0d\u1d6f\u2c98\ua4df\U000102b0\U00010311"
     "\U00011700\U000118e3"},
    {'o',
     "\u00d8\u00f8\u019f\u0275\u0398\u039f\u03b8\u03bf\u03c3\u041e\u043e\u0472\u0473\u04e8\u04e9\u0555\u0585"
     "\u05e1\u0647\u0665\u06be\u06c1\u06d5\u06f5\u06ff\u07c0\u0966\u09e6\u0a66\u0ae6\u0b20\u0b66\u0be6\u0c66"
     "\u0ce6\u0d20\u0d66\u0e50\u0ed0\u101d\u1040\u10ff\u12d0\u13be\u13eb\u1d0f\u1d11\u2c9e\u2c9f\u2d31\u2d41"
     "\u2d54\ua4f3\ua74a\ua74b\uab3d\uab3e\uab74\uab8e\uabbb\U00010292\U000102ab\U00010404\U0001042c\U000104c2"
     "\U000104ea\U00010516\U000114d0\U000118b5\U000118c8\U000118d7\U000118e0"},
    {'r',
     "\u01a6\u024d\u027c\u027d\u0280\u0433\u0493\u13a1\u13d2\u1587\u1d26\u1d72\u2c85\ua4e3\uab47\uab48\uab71"
     "\uab81\uaba2\U000104b4\U00016f35"},
    {'s',
     "\u01bd\u0282\u0405\u0455\u054f\u13d5\u13da\u1d74\ua4e2\ua731\uabaa\U00010296\U00010420\U00010448"
     "\U000118c1\U00016f3a"},
    {'t',
     "\u0166\u0167\u01ad\u01ae\u023e\u03a4\u03c4\u0422\u0442\u04ac\u04ad\u13a2\u1d1b\u1d75\u2ca6\ua4d4\uab72"
     "\U00010297\U000102b1\U00010315\U000118bc\U00016f0a"},
    {'u',
     "\u0244\u028b\u03bc\u03c5\u054d\u057d\u1200\u13cc\u144c\u1d1c\u1d7e\ua4f4\ua79f\uab4e\uab52\uab9c"
     "\U000104ce\U000104f6\U000118b8\U000118d8\U00016f42"},
    {'v',
     "\u03bd\u0474\u0475\u05d8\u0667\u06f7\u13d9\u142f\u1d20\u2d38\ua4e6\ua6df\uaba9\U0001051d\U00011706"
     "\U000118a0\U000118c0\U00016f08"},
    {'y',
     "\u01b4\u024e\u024f\u0263\u028f\u03a5\u03b3\u0423\u0443\u04ae\u04af\u04b0\u04b1\u10e7\u13a9\u13bd\u1d8c"
     "\u1eff\u2ca8\ua4ec\uab5a\U000102b2\U000118a4\U000118dc\U00016f43"},
};

/* The shape of a character: a letter in lower case; a letter in upper case for a digit that looks like it; '9' for any
 * other digit, of any script; or OTHER. */
static char shape_of(int32_t cp)
{
    bool is_digit = utf8proc_category(cp) == UTF8PROC_CATEGORY_ND;
    char encoded[5] = {0};

    if (cp < 0x80) {
        return cp == '0' ? 'O' : (char)tolower(cp);
    }
    utf8proc_encode_char(cp, (uint8_t *)encoded);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (strstr(table[i].alikes, encoded) != NULL) {
            return is_digit ? (char)toupper(table[i].letter) : table[i].letter;
        }
    }
    return is_digit ? '9' : OTHER;
}

static bool is_mark(int32_t cp)
{
    utf8proc_category_t category = utf8proc_category(cp);

    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC || category == UTF8PROC_CATEGORY_ME;
}

static void add_shapes(struct strbuf *out, int32_t cp)
{
    int32_t parts[MOST_DECOMPOSED];
    int boundary = 0; /* not used without UTF8PROC_CHARBOUND */
    utf8proc_ssize_t n = utf8proc_decompose_char(cp, parts, MOST_DECOMPOSED, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT,
                                                 &boundary);

    for (utf8proc_ssize_t i = 0; i < n && i < MOST_DECOMPOSED; i++) {
        char shape = is_mark(parts[i]) ? '\0' : shape_of(parts[i]);

        if (shape == 'n' && out->len > 0 && out->data[out->len - 1] == 'r') {
            out->data[out->len - 1] = 'm'; /* "rn" looks like it */
        } else if (shape != '\0') {
            strbuf_addc(out, shape);
        }
    }
}

/* Returns what follows word in a skeleton; NULL if the skeleton does not begin with word. */
static const char *behind(const char *skeleton, const char *word)
{
    while (*word != '\0' && tolower((unsigned char)*skeleton) == *word) {
        skeleton++;
        word++;
    }
    return *word == '\0' ? skeleton : NULL;
}

/* Returns false if a skeleton that begins with out cannot begin with word.  The last shape may still change. */
static bool can_be(const struct strbuf *out, const char *word)
{
    for (size_t i = 0; i + 1 < out->len && word[i] != '\0'; i++) {
        if (tolower((unsigned char)out->data[i]) != word[i]) {
            return false;
        }
    }
    return true;
}

/* Makes the skeleton, and stops as soon as it cannot begin with word.  So for most names a few letters are read. */
static void add_skeleton(struct strbuf *out, const char *s, const char *word)
{
    const uint8_t *at = (const uint8_t *)s;
    utf8proc_ssize_t n;
    int32_t cp;

    while (*at != '\0' && can_be(out, word) && (n = utf8proc_iterate(at, -1, &cp)) > 0) {
        add_shapes(out, cp);
        at += n;
    }
}

bool lookalike_is(const char *s, const char *word)
{
    struct strbuf skeleton = {0};
    const char *rest;
    bool is_like;

    add_skeleton(&skeleton, s, word);
    rest = behind(strbuf_str(&skeleton), word);
    is_like = rest != NULL && *rest == '\0';
    strbuf_fini(&skeleton);
    return is_like;
}

/* Returns true for one or more digits; letters in upper case stand for digits that look like letters. */
static bool is_number(const char *shapes)
{
    size_t i = 0;

    while (isdigit((unsigned char)shapes[i]) || isupper((unsigned char)shapes[i])) {
        i++;
    }
    return i > 0 && shapes[i] == '\0';
}

bool lookalike_is_numbered(const char *s, const char *word)
{
    struct strbuf skeleton = {0};
    const char *rest;
    bool is_like;

    add_skeleton(&skeleton, s, word);
    rest = behind(strbuf_str(&skeleton), word);
    is_like = rest != NULL && is_number(rest);
    strbuf_fini(&skeleton);
    return is_like;
}
