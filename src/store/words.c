/* store/words.c: splitting folded text, a character at a time. */
#include "config.h"

#include "store/words.h"

#include "base/fold.h"
#include "base/script.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum {
    MOST_WORD_CHARS = 40,  /* of a longer word the rest is another: no text is one word of kilobytes */
    MOST_QUERY_WORDS = 32, /* the rest of a query is left out */
    LEAST_BEGINNING = 3,   /* characters that find the words that begin so: with fewer, a search goes through half the
                            * index */
    UNIT_BYTES = 64,       /* a character with its marks, of which so many bytes count */
};

enum class { CLASS_NONE, CLASS_LETTER, CLASS_MARK, CLASS_SPACELESS, CLASS_SYMBOL };

struct splitter {
    struct strbuf *out;
    unsigned chars;         /* of the word that goes on; 0: none does */
    unsigned syllables;     /* of Hangul among them: two or three letters each */
    char unit[UNIT_BYTES];  /* the last character of a run without spaces */
    size_t unit_len;        /* 0: no such run goes on */
    bool has_pair;          /* the run has put a pair already */
    bool is_query;
    unsigned last_chars;    /* of the last word put, a syllable counting for two */
    bool ends_spaceless; /* the last word put is of a script without spaces */
    bool strips;            /* the last letter was one that loses its accents */
    unsigned words;
};

static bool is_between(int32_t cp, int32_t first, int32_t last)
{
    return cp >= first && cp <= last;
}

static enum class class_of(int32_t cp)
{
    switch (utf8proc_category(cp)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return CLASS_MARK;
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return script_is_spaceless(cp) ? CLASS_SPACELESS : CLASS_LETTER;
    case UTF8PROC_CATEGORY_SO:
        return CLASS_SYMBOL;
    default:
        return CLASS_NONE;
    }
}

/* Latin, Greek, and the one Cyrillic letter that people write without its dots. */
static bool loses_accents(int32_t cp)
{
    return is_between(cp, 0xc0, 0x24f) || is_between(cp, 0x1e00, 0x1fff) || is_between(cp, 0x370, 0x3ff) ||
           cp == 0x451;
}

static int32_t without_accents(int32_t cp)
{
    int32_t parts[8];
    int last = 0;

    return utf8proc_decompose_char(cp, parts, 8, UTF8PROC_DECOMPOSE, &last) > 0 ? parts[0] : cp;
}

static void put_char(struct strbuf *out, int32_t cp)
{
    uint8_t bytes[4];

    strbuf_add(out, (const char *)bytes, (size_t)utf8proc_encode_char(cp, bytes));
}

static void end_word(struct splitter *s)
{
    if (s->chars > 0) {
        strbuf_addc(s->out, ' ');
        s->last_chars = s->chars + s->syllables;
        s->chars = s->syllables = 0;
        s->words++;
        s->ends_spaceless = false;
    }
}

/* The last character of a run is a word too, so that it is found alone; a query that has its pairs needs it not. */
static void end_run(struct splitter *s)
{
    if (s->unit_len > 0 && !(s->is_query && s->has_pair)) {
        strbuf_add(s->out, s->unit, s->unit_len);
        strbuf_addc(s->out, ' ');
        s->words++;
    }
    s->ends_spaceless = s->ends_spaceless || s->unit_len > 0;
    s->unit_len = 0;
    s->has_pair = false;
}

static void begin_unit(struct splitter *s, const char *bytes, size_t len)
{
    memcpy(s->unit, bytes, len);
    s->unit_len = len;
}

/* A letter of a script without spaces: the one before it makes a pair with it once its own marks are there, which is
 * when the next letter comes; so units are put a letter late. */
static void add_spaceless(struct splitter *s, const char *bytes, size_t len, const char *end)
{
    const char *at = bytes + len;
    size_t unit = len;

    end_word(s);
    while (at < end && unit + 4 <= UNIT_BYTES) { /* its marks */
        int32_t cp;
        utf8proc_ssize_t n = utf8proc_iterate((const uint8_t *)at, end - at, &cp);

        if (n <= 0 || class_of(cp) != CLASS_MARK) {
            break;
        }
        at += n;
        unit += (size_t)n;
    }
    if (s->unit_len > 0) {
        strbuf_add(s->out, s->unit, s->unit_len);
        strbuf_add(s->out, bytes, unit);
        strbuf_addc(s->out, ' ');
        s->words++;
        s->has_pair = true;
    }
    begin_unit(s, bytes, unit);
}

static void add_letter(struct splitter *s, int32_t cp, bool is_mark)
{
    end_run(s);
    if (!is_mark) {
        s->strips = cp < 0x80 || loses_accents(cp);
        if (s->chars >= MOST_WORD_CHARS) {
            end_word(s);
        }
        cp = cp >= 0x80 && s->strips ? without_accents(cp) : cp;
    } else if (s->chars == 0 || (s->strips && is_between(cp, 0x300, 0x36f))) {
        return; /* an accent, or a mark on nothing */
    }
    put_char(s->out, cp);
    s->chars++;
    s->syllables += is_between(cp, 0xac00, 0xd7a3);
}

static void add_folded(struct splitter *s, const char *text, size_t len)
{
    const char *end = text + len;

    while (text < end) {
        int32_t cp;
        utf8proc_ssize_t n = utf8proc_iterate((const uint8_t *)text, end - text, &cp);

        if (n <= 0) {
            break; /* never of folded text */
        }
        switch (class_of(cp)) {
        case CLASS_SPACELESS:
            add_spaceless(s, text, (size_t)n, end);
            break;
        case CLASS_LETTER:
            add_letter(s, cp, false);
            break;
        case CLASS_MARK:
            if (s->unit_len == 0) { /* else it is in the unit */
                add_letter(s, cp, true);
            }
            break;
        case CLASS_SYMBOL:
            end_word(s);
            end_run(s);
            put_char(s->out, cp);
            s->chars = 1;
            end_word(s);
            break;
        case CLASS_NONE:
            end_word(s);
            end_run(s);
            break;
        }
        text += n;
    }
    end_word(s);
    end_run(s);
}

/* Text of ASCII alone, which most is: a word's letters are copied as they are, in lower case. */
static bool add_ascii(struct splitter *s, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)text[i] >= 0x80) {
            return false;
        }
    }
    for (size_t i = 0; i < len; i++) {
        char c = text[i];

        if (c >= 'A' && c <= 'Z') {
            c = (char)(c - 'A' + 'a');
        }
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            if (s->chars >= MOST_WORD_CHARS) {
                end_word(s);
            }
            strbuf_addc(s->out, c);
            s->chars++;
        } else {
            end_word(s);
        }
    }
    end_word(s);
    return true;
}

static void add(struct splitter *s, const char *text, size_t len)
{
    char *folded;

    if (add_ascii(s, text, len)) {
        return;
    }
    folded = fold_text(text, len);
    if (folded != NULL) {
        add_folded(s, folded, strlen(folded));
        free(folded);
    }
}

void words_split(struct strbuf *out, const char *text, size_t len)
{
    struct splitter s = {.out = out};

    add(&s, text, len);
}

/* One part of a query becomes a phrase, since it may be several words: "foo-bar", and each run without spaces. */
static void add_phrase(struct strbuf *out, const char *text, size_t len, bool is_whole, unsigned *words)
{
    struct strbuf split = {0};
    struct splitter s = {.out = &split, .is_query = true};

    add(&s, text, len);
    if (s.words > 0) {
        *words += s.words;
        strbuf_adds(out, out->len > 0 && out->data[out->len - 1] != '(' ? " AND \"" : "\"");
        strbuf_add(out, split.data, split.len - 1);
        /* Of a script without spaces the pair that goes on does not belong to what is looked for. */
        strbuf_adds(out, s.ends_spaceless || (!is_whole && s.last_chars >= LEAST_BEGINNING) ? "\" *" : "\"");
    }
    strbuf_fini(&split);
}

bool words_query(struct strbuf *out, const char *text, size_t len)
{
    char *folded = fold_text(text, len); /* which makes the blanks of all scripts one */
    const char *at = folded, *end = folded != NULL ? folded + strlen(folded) : folded;
    size_t before = out->len;
    unsigned words = 0;

    strbuf_addc(out, '(');
    while (at < end && words < MOST_QUERY_WORDS) {
        bool is_whole = *at == '"';
        const char *stop = memchr(at + is_whole, is_whole ? '"' : ' ', (size_t)(end - at - is_whole));

        stop = stop != NULL ? stop : end;
        add_phrase(out, at + is_whole, (size_t)(stop - at) - is_whole, is_whole, &words);
        at = stop + (stop < end);
    }
    strbuf_addc(out, ')');
    free(folded);
    if (words == 0) {
        out->len = before;
        out->data[before] = '\0';
    }
    return words > 0;
}
