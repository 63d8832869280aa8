/* base/wordlist.c: a hash table of words; each piece of a text that could be a word is looked up. */
#include "config.h"

#include "base/wordlist.h"

#include "base/fold.h"
#include "base/mem.h"
#include "base/script.h"
#include "base/text.h"
#include "base/utf8.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utf8proc.h>

enum {
    MOST_FILE_BYTES = 8 << 20,
    MOST_CHARS = 32,  /* of a word: each character of a text may begin so long a search */
    MOST_ERRORS = 10, /* that are told one by one */
};

/* FNV-1a. */
#define HASH_BASIS UINT64_C(14695981039346656037)
#define HASH_PRIME UINT64_C(1099511628211)

struct wordlist {
    struct strbuf text; /* the words, each ended by NUL */
    uint32_t *slots;    /* the place of a word in text, plus 1; 0: free */
    size_t slot_count;  /* a power of two, at least twice count; 0 without words */
    size_t count;
    size_t most_bytes, most_spaceless_bytes; /* of a word; of one that begins in a script without blanks */
};

/* ---- characters ---- */

static bool is_mark(int32_t cp)
{
    utf8proc_category_t category = utf8proc_category(cp);

    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC || category == UTF8PROC_CATEGORY_ME;
}

/* Returns true for a letter, a mark or a number. */
static bool is_of_word(int32_t cp)
{
    utf8proc_category_t category;

    if (cp < 0x80) {
        return isalnum(cp) != 0;
    }
    category = utf8proc_category(cp);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}
_Static_assert(UTF8PROC_CATEGORY_LU == 1 && UTF8PROC_CATEGORY_MN == 6 && UTF8PROC_CATEGORY_NO == 11,
               "utf8proc's categories of letters, marks and numbers are in a row");

/* ---- the table ---- */

static uint64_t hash_on(uint64_t hash, const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        hash = (hash ^ (unsigned char)s[i]) * HASH_PRIME;
    }
    return hash;
}

static size_t slot_of(const struct wordlist *list, uint64_t hash)
{
    return (size_t)(hash ^ hash >> 32) & (list->slot_count - 1);
}

/* Finds the word, whose hash is given, or a free slot for it. */
static size_t find_slot(const struct wordlist *list, uint64_t hash, const char *s, size_t len)
{
    size_t i = slot_of(list, hash);

    while (list->slots[i] != 0) {
        const char *word = list->text.data + list->slots[i] - 1;

        if (strncmp(word, s, len) == 0 && word[len] == '\0') {
            return i;
        }
        i = (i + 1) & (list->slot_count - 1);
    }
    return i;
}

static void grow(struct wordlist *list)
{
    free(list->slots);
    list->slot_count = list->slot_count > 0 ? list->slot_count * 2 : 64;
    list->slots = mem_zalloc(list->slot_count * sizeof(list->slots[0]));
    for (size_t at = 0; at < list->text.len;) {
        const char *word = list->text.data + at;
        size_t len = strlen(word);

        list->slots[find_slot(list, hash_on(HASH_BASIS, word, len), word, len)] = (uint32_t)at + 1;
        at += len + 1;
    }
}

static void note_length(size_t *most, size_t len)
{
    *most = len > *most ? len : *most;
}

static void add(struct wordlist *list, const char *word)
{
    size_t len = strlen(word), slot;
    int32_t first;

    if (2 * list->count >= list->slot_count) {
        grow(list);
    }
    slot = find_slot(list, hash_on(HASH_BASIS, word, len), word, len);
    if (list->slots[slot] == 0) {
        list->slots[slot] = (uint32_t)list->text.len + 1;
        list->count++;
        (void)utf8_next(word, len, &first);
        note_length(script_is_spaceless(first) ? &list->most_spaceless_bytes : &list->most_bytes, len);
        strbuf_add(&list->text, word, len + 1);
    }
}

/* ---- reading ---- */

/* The file's text, ended by NUL; NULL with errno. */
static char *read_file(const char *path, size_t *len)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st;
    char *text = NULL;
    ssize_t n = 1;

    if (fd < 0) {
        return NULL;
    }
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > MOST_FILE_BYTES) {
        errno = !S_ISREG(st.st_mode) ? EINVAL : EFBIG;
        close(fd);
        return NULL;
    }
    text = mem_alloc(MOST_FILE_BYTES + 1);
    *len = 0;
    while (n > 0 && *len < MOST_FILE_BYTES) {
        n = read(fd, text + *len, MOST_FILE_BYTES - *len);
        *len += n > 0 ? (size_t)n : 0;
    }
    if (n < 0) {
        free(text);
        text = NULL;
    } else {
        text[*len] = '\0';
    }
    close(fd);
    return text;
}

/* What is wrong with a word of len bytes in its folded form; NULL if nothing is. */
static const char *find_fault(const char *folded)
{
    size_t at = 0, len = strlen(folded);
    int32_t cp;

    while (at < len) {
        at += utf8_next(folded + at, len - at, &cp);
        if (!is_of_word(cp)) {
            return "not one word of letters and digits";
        }
    }
    if (len == 0) {
        return "a word that shows nothing";
    }
    return text_chars(folded, len) > MOST_CHARS ? "a word of more than 32 characters" : NULL;
}

/* Adds the word in a line.  Returns what is wrong with it, or NULL. */
static const char *add_line(struct wordlist *list, const char *line, size_t len)
{
    const char *comment = memchr(line, '#', len), *fault = NULL;
    char *folded;

    len = comment != NULL ? (size_t)(comment - line) : len;
    while (len > 0 && strchr(" \t\r", line[len - 1]) != NULL) {
        len--;
    }
    while (len > 0 && (*line == ' ' || *line == '\t')) {
        line++;
        len--;
    }
    if (len == 0) {
        return NULL;
    }
    folded = memchr(line, '\0', len) == NULL ? wordlist_fold(line, len) : NULL;
    if (folded == NULL) {
        return "not UTF-8";
    }
    fault = find_fault(folded);
    if (fault == NULL) {
        add(list, folded);
    }
    free(folded);
    return fault;
}

/* Returns false if a line was wrong. */
static bool add_lines(struct wordlist *list, const char *text, size_t len, const char *path, struct strbuf *errors)
{
    size_t at = len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0; /* a byte order mark */
    unsigned long line = 0, wrong = 0;

    while (at < len) {
        const char *end = memchr(text + at, '\n', len - at);
        size_t n = end != NULL ? (size_t)(end - (text + at)) : len - at;
        const char *fault = add_line(list, text + at, n);

        line++;
        if (fault != NULL && wrong++ < MOST_ERRORS) {
            strbuf_addf(errors, "%s:%lu: %s\n", path, line, fault);
        }
        at += n + 1;
    }
    if (wrong > MOST_ERRORS) {
        strbuf_addf(errors, "%s: %lu more %s wrong\n", path, wrong - MOST_ERRORS,
                    text_plural(wrong - MOST_ERRORS, "line is", "lines are"));
    }
    return wrong == 0;
}

struct wordlist *wordlist_load(const char *path, struct strbuf *errors)
{
    size_t len;
    char *text = read_file(path, &len);
    struct wordlist *list;

    if (text == NULL) {
        strbuf_addf(errors, "%s: cannot be read: %s\n", path,
                    errno == EINVAL ? "it is no regular file"
                    : errno == EFBIG ? "it is larger than 8 MiB"
                                     : strerror(errno));
        return NULL;
    }
    list = mem_zalloc(sizeof(*list));
    if (!add_lines(list, text, len, path, errors)) {
        wordlist_free(list);
        list = NULL;
    }
    free(text);
    return list;
}

void wordlist_free(struct wordlist *list)
{
    if (list != NULL) {
        strbuf_fini(&list->text);
        free(list->slots);
        free(list);
    }
}

size_t wordlist_count(const struct wordlist *list)
{
    return list->count;
}

/* ---- searching ---- */

char *wordlist_fold(const char *text, size_t len)
{
    char *folded = fold_text(text, len);
    size_t at = 0, end = 0, n;
    int32_t cp;

    if (folded == NULL || utf8_plain_run((const uint8_t *)text, len) == len) {
        return folded;
    }
    len = strlen(folded);
    for (; at < len; at += n) {
        n = utf8_next(folded + at, len - at, &cp);
        if (cp < 0x80 || !is_mark(cp) || !script_is_common(cp)) {
            memmove(folded + end, folded + at, n);
            end += n;
        }
    }
    folded[end] = '\0';
    return folded;
}

/* What is known of a character in a text; the end of the text has an entry too. */
struct letter {
    size_t at; /* its place */
    bool is_of_word, is_spaceless;
    bool is_boundary; /* a word can end before it, and begin with it */
};

/* Reads the characters of a text, of which there are at most len, into letters, which has space for one more. */
static size_t read_letters(const char *s, size_t len, struct letter *letters)
{
    struct letter before = {0};
    size_t at = 0, count = 0;
    int32_t cp;

    while (at < len) {
        size_t n = utf8_next(s + at, len - at, &cp);
        struct letter letter = {.at = at, .is_of_word = is_of_word(cp)};

        bool is_marking = letter.is_of_word && cp >= 0x80 && is_mark(cp);
        letter.is_spaceless = letter.is_of_word && cp >= 0x80 && script_is_spaceless(cp);
        letter.is_boundary = !before.is_of_word || !letter.is_of_word ||
                             (!is_marking && (before.is_spaceless || letter.is_spaceless));
        letters[count++] = before = letter;
        at += n;
    }
    letters[count] = (struct letter){.at = at, .is_boundary = true};
    return count;
}

/* Finds the shortest word that begins with the first letter. */
static const char *find_at(const struct wordlist *list, const char *s, const struct letter *first)
{
    size_t most = first->is_spaceless ? list->most_spaceless_bytes : list->most_bytes;
    uint64_t hash = HASH_BASIS;

    for (const struct letter *letter = first; letter->is_of_word && letter->at - first->at < most; letter++) {
        hash = hash_on(hash, s + letter->at, letter[1].at - letter->at);
        if (letter[1].is_boundary) {
            size_t slot = find_slot(list, hash, s + first->at, letter[1].at - first->at);

            if (list->slots[slot] != 0) {
                return list->text.data + list->slots[slot] - 1;
            }
        }
    }
    return NULL;
}

const char *wordlist_find(const struct wordlist *list, const char *folded)
{
    size_t len = strlen(folded), count;
    const char *word = NULL;
    struct letter *letters;

    if (list->count == 0) {
        return NULL;
    }
    letters = mem_alloc((len + 1) * sizeof(letters[0]));
    count = read_letters(folded, len, letters);
    for (size_t i = 0; i < count && word == NULL; i++) {
        if (letters[i].is_of_word && letters[i].is_boundary) {
            word = find_at(list, folded, &letters[i]);
        }
    }
    free(letters);
    return word;
}

/* ---- one word ---- */

/* Returns true if one word may end before at, and another begin there. */
static bool is_edge(const char *s, size_t len, size_t at)
{
    size_t last = at;
    int32_t before, after;

    if (at == 0 || at == len) {
        return true;
    }
    do {
        last--;
    } while (last > 0 && utf8_is_continuation((uint8_t)s[last]));
    (void)utf8_next(s + last, len - last, &before);
    (void)utf8_next(s + at, len - at, &after);
    if (before == '_' || after == '_') { /* it is a letter of names */
        return !is_of_word(before == '_' ? after : before) && before != after;
    }
    return !is_of_word(before) || !is_of_word(after) ||
           (!is_mark(after) && (script_is_spaceless(before) || script_is_spaceless(after)));
}

bool wordlist_has_whole(const char *folded, size_t len, const char *word)
{
    size_t word_len = strlen(word);
    const char *at = folded, *end = folded + len;

    while ((at = memmem(at, (size_t)(end - at), word, word_len)) != NULL) {
        size_t begin = (size_t)(at - folded);

        if (is_edge(folded, len, begin) && is_edge(folded, len, begin + word_len)) {
            return true;
        }
        at++;
    }
    return false;
}
