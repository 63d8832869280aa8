/* edit/buffer.c: changes of the line being typed. */
#include "config.h"

#include "edit/buffer.h"

#include "base/cluster.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { LEAST_SPACE = 56, MOST_SPARE = 1024 };

/* Makes place for n more bytes, and leaves no copy of the text behind: it may be a password. */
static void grow(struct buffer *b, uint32_t n)
{
    uint32_t space = b->len + n;
    char *text;

    if (space <= b->space && b->text != NULL) {
        return;
    }
    space += space / 2 < MOST_SPARE ? space / 2 : MOST_SPARE;
    space = space < LEAST_SPACE ? LEAST_SPACE : space;
    text = mem_alloc(space + 1);
    if (b->text != NULL) {
        memcpy(text, b->text, b->len);
        mem_wipe(b->text, b->len);
        free(b->text);
    }
    text[b->len] = '\0';
    b->text = text;
    b->space = space;
}

static void note_change(struct buffer *b, uint32_t at)
{
    b->changed = at < b->changed ? at : b->changed;
}

uint32_t buffer_cursor(const struct buffer *b)
{
    uint32_t end = (uint32_t)cluster_begin(buffer_text(b), b->cursor);

    while (end < b->cursor) {
        end = (uint32_t)cluster_end(b->text, b->len, end);
    }
    return end;
}

void buffer_insert(struct buffer *b, const char *text, size_t len)
{
    uint32_t n = (uint32_t)len;

    grow(b, n);
    memmove(b->text + b->cursor + n, b->text + b->cursor, b->len - b->cursor + 1);
    memcpy(b->text + b->cursor, text, n);
    note_change(b, b->cursor);
    b->len += n;
    b->cursor += n;
}

void buffer_erase(struct buffer *b, uint32_t from, uint32_t to)
{
    if (from == to) {
        b->cursor = from;
        return;
    }
    memmove(b->text + from, b->text + to, b->len - to + 1);
    mem_wipe(b->text + b->len - (to - from) + 1, to - from);
    note_change(b, from);
    b->len -= to - from;
    b->cursor = from;
    buffer_settle(b);
}

void buffer_overwrite(struct buffer *b, const char *text, size_t len)
{
    uint32_t end = b->cursor;

    for (size_t at = 0; at < len; at = cluster_end(text, len, at)) {
        end = (uint32_t)cluster_end(buffer_text(b), b->len, end);
    }
    buffer_erase(b, b->cursor, end);
    buffer_insert(b, text, len);
}

void buffer_set(struct buffer *b, const char *text, size_t len)
{
    if (b->len > 0) {
        buffer_erase(b, 0, b->len);
    }
    buffer_insert(b, text, len);
}

bool buffer_transpose(struct buffer *b)
{
    uint32_t middle = b->cursor < b->len ? b->cursor : (uint32_t)cluster_begin(buffer_text(b), b->len);
    uint32_t begin = (uint32_t)cluster_begin(buffer_text(b), middle);
    uint32_t end = (uint32_t)cluster_end(buffer_text(b), b->len, middle);
    char first[CLUSTER_BYTES];
    uint32_t n = middle - begin;

    if (begin == middle || middle == end || n > sizeof(first)) {
        return false;
    }
    memcpy(first, b->text + begin, n);
    memmove(b->text + begin, b->text + middle, end - middle);
    memcpy(b->text + end - n, first, n);
    note_change(b, begin);
    b->cursor = end;
    buffer_settle(b);
    return true;
}

/* ---- positions ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_of_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & 0x80) != 0;
}

uint32_t buffer_left(const struct buffer *b)
{
    return (uint32_t)cluster_begin(buffer_text(b), b->cursor);
}

uint32_t buffer_right(const struct buffer *b)
{
    return (uint32_t)cluster_end(buffer_text(b), b->len, b->cursor);
}

/* Goes on to the left while what stands there is of a word, or while it is not. */
static uint32_t skip_left(const struct buffer *b, uint32_t at, bool word)
{
    while (at > 0) {
        uint32_t begin = (uint32_t)cluster_begin(b->text, at);

        if (is_of_word(b->text[begin]) != word) {
            break;
        }
        at = begin;
    }
    return at;
}

static uint32_t skip_right(const struct buffer *b, uint32_t at, bool word)
{
    while (at < b->len && is_of_word(b->text[at]) == word) {
        at = (uint32_t)cluster_end(b->text, b->len, at);
    }
    return at;
}

uint32_t buffer_word_left(const struct buffer *b)
{
    return skip_left(b, skip_left(b, b->cursor, false), true);
}

uint32_t buffer_word_right(const struct buffer *b)
{
    return skip_right(b, skip_right(b, b->cursor, false), true);
}

uint32_t buffer_blank_left(const struct buffer *b)
{
    uint32_t at = b->cursor;

    while (at > 0 && is_blank(b->text[at - 1])) {
        at--;
    }
    while (at > 0 && !is_blank(b->text[at - 1])) {
        at--;
    }
    while (at > 0 && at < b->cursor && cluster_end(b->text, b->len, cluster_begin(b->text, at)) > at) {
        at = (uint32_t)cluster_end(b->text, b->len, cluster_begin(b->text, at)); /* a mark on a blank */
    }
    return at;
}

void buffer_fini(struct buffer *b)
{
    if (b->text != NULL) {
        mem_wipe(b->text, b->len);
        free(b->text);
    }
    *b = (struct buffer){0};
}
