/* edit/editor.c: keys and what they do.
 *
 *   Ctrl-A Home, Ctrl-E End         the ends of the line
 *   Ctrl-B Left, Ctrl-F Right       a character;  Alt-B, Alt-F, with Ctrl or Alt and an arrow: a word
 *   Backspace Ctrl-H, Delete Ctrl-D erase a character;  Ctrl-D on an empty line ends
 *   Ctrl-W to a blank, Alt-Backspace, Alt-D    erase a word;  Ctrl-U, Ctrl-K: up to an end.  Ctrl-Y brings it back
 *   Ctrl-T                          swaps two characters
 *   Insert                          overwrites, or inserts again
 *   Up Ctrl-P, Down Ctrl-N          older lines;  Ctrl-R searches them
 *   Tab, Shift-Tab                  complete
 *   Ctrl-L                          draws the screen anew
 *   Ctrl-C                          abandons the line */
#include "config.h"

#include "edit/editor.h"

#include "base/cluster.h"
#include "base/fold.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/typed.h"

#include <stdlib.h>
#include <string.h>

enum { SEARCH_BYTES = 256, WORD_BYTES = 512, WORD_CHARS = 128, KEY_WORK = 16 };

struct editor_search {
    struct strbuf words;
    char *typed;     /* the line before the search */
    size_t at;       /* the line that is shown; SIZE_MAX: none yet */
    bool has_failed; /* no line has the words */
};

/* Tab goes through candidates. */
struct editor_cycle {
    uint32_t begin, end; /* of what was put in */
    char lead;
    char *word; /* the word that was typed, folded */
    char *last; /* the candidate that was put in, folded */
};

/* ---- text ---- */

static void forget_cycle(struct editor *e)
{
    if (e->cycle != NULL) {
        free(e->cycle->word);
        free(e->cycle->last);
        free(e->cycle);
        e->cycle = NULL;
    }
}

static void forget_recalled(struct editor *e)
{
    free(e->typed);
    e->typed = NULL;
    e->recalled = 0;
}

/* Puts clean text in, as much as the line takes. */
static enum editor_event put_text(struct editor *e, const char *text, size_t len)
{
    size_t space = EDITOR_LINE_BYTES - e->buffer.len, n = len;

    e->work += e->buffer.len - e->buffer.cursor;
    if (n > space) {
        n = 0;
        for (size_t next; (next = cluster_end(text, len, n)) <= space && n < len;) {
            n = next;
        }
    }
    if (n > 0 && e->overwrites) {
        buffer_overwrite(&e->buffer, text, n);
    } else if (n > 0) {
        buffer_insert(&e->buffer, text, n);
    }
    return n < len ? EDITOR_FULL : EDITOR_NONE;
}

static enum editor_event put_key(struct editor *e, const struct keys_key *key)
{
    char clean[4];
    size_t n;

    if (key->len > sizeof(clean) || (unsigned char)key->text[0] < 0x80) {
        return put_text(e, key->text, key->len); /* a run of ASCII */
    }
    n = text_clean(clean, key->text, key->len);
    return n > 0 ? put_text(e, clean, n) : EDITOR_NONE;
}

/* ---- erasing ---- */

/* Erases a piece beside the cursor, and keeps it if more than a character goes. */
static enum editor_event erase(struct editor *e, uint32_t from, uint32_t to, bool keeps)
{
    struct strbuf killed = {0};

    if (from == to) {
        return EDITOR_BELL;
    }
    if (keeps && !e->is_secret) {
        if (e->has_killed && from < e->buffer.cursor) { /* what goes stands before what has gone */
            strbuf_add(&killed, e->buffer.text + from, to - from);
            strbuf_add(&killed, strbuf_str(&e->killed), e->killed.len);
        } else {
            if (e->has_killed) {
                strbuf_add(&killed, strbuf_str(&e->killed), e->killed.len);
            }
            strbuf_add(&killed, e->buffer.text + from, to - from);
        }
        strbuf_fini(&e->killed);
        e->killed = killed;
        e->kills = true;
    }
    e->work += e->buffer.len - from + 4 * (uint64_t)(to - from);
    buffer_erase(&e->buffer, from, to);
    return EDITOR_NONE;
}

static enum editor_event move(struct editor *e, uint32_t to)
{
    e->work += 4 * (uint64_t)(to > e->buffer.cursor ? to - e->buffer.cursor : e->buffer.cursor - to);
    if (to == e->buffer.cursor) {
        return EDITOR_BELL;
    }
    e->buffer.cursor = to;
    return EDITOR_NONE;
}

/* ---- older lines ---- */

static void show(struct editor *e, const char *line)
{
    e->work += e->buffer.len + strlen(line);
    buffer_set(&e->buffer, line, strlen(line));
}

static enum editor_event show_older(struct editor *e, bool is_older)
{
    const char *line = NULL;

    if (e->is_secret || (!is_older && e->recalled == 0)) {
        return EDITOR_BELL;
    }
    if (!is_older && e->recalled == 1) {
        show(e, e->typed);
        forget_recalled(e);
        return EDITOR_NONE;
    }
    line = older_get(&e->older, is_older ? e->recalled : e->recalled - 2);
    if (line == NULL) {
        return EDITOR_BELL;
    }
    if (e->recalled == 0) {
        e->typed = mem_strdup(buffer_text(&e->buffer));
    }
    e->recalled = is_older ? e->recalled + 1 : e->recalled - 1;
    show(e, line);
    return EDITOR_NONE;
}

static void begin_search(struct editor *e)
{
    e->search = mem_zalloc(sizeof(*e->search));
    e->search->typed = mem_strdup(buffer_text(&e->buffer));
    e->search->at = SIZE_MAX;
}

static void end_search(struct editor *e)
{
    strbuf_fini(&e->search->words);
    free(e->search->typed);
    free(e->search);
    e->search = NULL;
}

/* Shows the first line with the words from line first on. */
static enum editor_event search_from(struct editor *e, size_t first)
{
    struct editor_search *search = e->search;
    const char *words = strbuf_str(&search->words), *line, *at;
    size_t found = words[0] != '\0' ? older_find(&e->older, first, words) : SIZE_MAX;

    e->work += OLDER_BYTES;
    search->has_failed = found == SIZE_MAX && words[0] != '\0';
    if (found == SIZE_MAX) {
        return search->has_failed ? EDITOR_BELL : EDITOR_NONE;
    }
    search->at = found;
    line = older_get(&e->older, found);
    show(e, line);
    at = strstr(line, words);
    e->buffer.cursor = 0;
    while (e->buffer.cursor < (uint32_t)(at - line)) {
        e->buffer.cursor = buffer_right(&e->buffer);
    }
    return EDITOR_NONE;
}

/* A key during a search.  Returns true if it was for the search; otherwise that is over and the key does what it
 * always does, with the line that was found. */
static bool search_key(struct editor *e, const struct keys_key *key, enum editor_event *event)
{
    struct editor_search *search = e->search;
    char clean[4];

    if (key->code == KEYS_TEXT) {
        size_t n = key->len;
        const char *text = key->text;

        if ((unsigned char)text[0] >= 0x80) {
            n = text_clean(clean, text, n);
            text = clean;
        }
        if (search->words.len + n <= SEARCH_BYTES) {
            strbuf_add(&search->words, text, n);
        }
        *event = search_from(e, search->at == SIZE_MAX ? 0 : search->at);
        return true;
    }
    if (key->code == KEYS_BACKSPACE) {
        strbuf_cut(&search->words, cluster_begin(strbuf_str(&search->words), search->words.len));
        *event = search_from(e, 0);
        return true;
    }
    if (key->code == KEYS_CONTROL && key->letter == 'r') {
        *event = search_from(e, search->at == SIZE_MAX ? 0 : search->at + 1);
        return true;
    }
    if (key->code == KEYS_CONTROL && (key->letter == 'g' || key->letter == 'c')) {
        show(e, search->typed);
        end_search(e);
        return true;
    }
    if (key->code == KEYS_NONE) {
        return true;
    }
    end_search(e);
    return false;
}

const char *editor_searched(const struct editor *e, bool *found)
{
    if (e->search == NULL) {
        return NULL;
    }
    *found = !e->search->has_failed;
    return strbuf_str(&e->search->words);
}

/* ---- completing ---- */

/* Begins with the word before the cursor.  Returns false if it cannot be the beginning of anything. */
static bool begin_cycle(struct editor *e)
{
    const char *text = buffer_text(&e->buffer);
    uint32_t begin = e->buffer.cursor;
    size_t lead;
    char *word;

    while (begin > 0 && text[begin - 1] != ' ') {
        begin--;
    }
    if (e->buffer.cursor - begin > WORD_BYTES) {
        return false;
    }
    lead = begin < e->buffer.cursor && (text[begin] == '#' || (text[begin] == '/' && begin == 0));
    word = fold_short(text + begin + lead, e->buffer.cursor - begin - lead, WORD_CHARS);
    if (word == NULL) {
        return false;
    }
    e->cycle = mem_zalloc(sizeof(*e->cycle));
    *e->cycle = (struct editor_cycle){.begin = begin, .end = e->buffer.cursor, .word = word,
                                      .lead = lead > 0 ? text[begin] : '\0'};
    return true;
}

static void put_candidate(struct editor *e, const struct completion *c)
{
    struct editor_cycle *cycle = e->cycle;
    struct strbuf text = {0};
    bool overwrites = e->overwrites;

    if (c->lead != '\0') {
        strbuf_addc(&text, c->lead);
    }
    strbuf_adds(&text, c->best);
    strbuf_adds(&text, c->best_end);
    if (buffer_text(&e->buffer)[cycle->end] == ' ' && text.data[text.len - 1] == ' ') {
        strbuf_cut(&text, text.len - 1);
    }
    buffer_erase(&e->buffer, cycle->begin, cycle->end);
    e->overwrites = false;
    (void)put_text(e, text.data, text.len);
    e->overwrites = overwrites;
    strbuf_fini(&text);
    cycle->end = e->buffer.cursor;
    free(cycle->last);
    cycle->last = mem_strdup(c->best_folded);
    if (c->count == 1) {
        forget_cycle(e);
    }
}

static enum editor_event complete(struct editor *e, bool backwards)
{
    struct completion c = {.line = buffer_text(&e->buffer), .backwards = backwards};

    if (e->is_secret || (e->cycle == NULL && !begin_cycle(e))) {
        return EDITOR_BELL;
    }
    c.len = e->cycle->begin;
    c.lead = e->cycle->lead;
    c.word = e->cycle->word;
    c.last = e->cycle->last;
    e->ops->complete(e->ctx, &c);
    e->work += (uint64_t)c.offered * KEY_WORK;
    if (c.best == NULL) {
        forget_cycle(e);
        return EDITOR_BELL;
    }
    put_candidate(e, &c);
    return EDITOR_NONE;
}

/* ---- pastes ---- */

static void add_pasted(struct editor *e, const char *text, size_t len)
{
    char clean[4];

    if (len <= sizeof(clean) && (unsigned char)text[0] >= 0x80) {
        len = text_clean(clean, text, len);
        text = clean;
    }
    if (e->pasted.len + len > EDITOR_PASTE_BYTES) {
        e->is_cut = true;
        return;
    }
    strbuf_add(&e->pasted, text, len);
}

/* A paste of one line goes into the line; its Enter is left to the person. */
static enum editor_event end_paste(struct editor *e)
{
    enum editor_event event;
    char *line, *end;
    size_t len;

    if (e->pasted.len == 0) {
        return EDITOR_NONE;
    }
    end = memchr(e->pasted.data, '\n', e->pasted.len);
    if (end != NULL && end != e->pasted.data + e->pasted.len - 1 && !e->is_secret) {
        return EDITOR_PASTED;
    }
    len = end != NULL ? (size_t)(end - e->pasted.data) : e->pasted.len;
    line = typed_expand_tabs(e->pasted.data, len, EDITOR_PASTE_BYTES, &len);
    event = len > 0 ? put_text(e, line, len) : EDITOR_NONE;
    mem_wipe(line, len);
    free(line);
    mem_wipe(e->pasted.data, e->pasted.len);
    strbuf_fini(&e->pasted);
    return event;
}

/* ---- keys ---- */

static enum editor_event control_key(struct editor *e, char letter)
{
    struct buffer *b = &e->buffer;

    switch (letter) {
    case 'a':
        return move(e, 0);
    case 'e':
        return move(e, b->len);
    case 'b':
        return move(e, buffer_left(b));
    case 'f':
        return move(e, buffer_right(b));
    case 'd':
        return b->len == 0 ? EDITOR_ENDED : erase(e, b->cursor, buffer_right(b), false);
    case 'w':
        return erase(e, buffer_blank_left(b), b->cursor, true);
    case 'u':
        return erase(e, 0, b->cursor, true);
    case 'k':
        return erase(e, b->cursor, b->len, true);
    case 'y':
        return e->killed.len > 0 ? put_text(e, e->killed.data, e->killed.len) : EDITOR_BELL;
    case 't':
        return buffer_transpose(b) ? EDITOR_NONE : EDITOR_BELL;
    case 'p':
        return show_older(e, true);
    case 'n':
        return show_older(e, false);
    case 'r':
        if (e->is_secret) {
            return EDITOR_BELL;
        }
        begin_search(e);
        return EDITOR_NONE;
    case 'l':
        return EDITOR_CLEAR;
    case 'c':
        return EDITOR_ABANDONED;
    default:
        return EDITOR_NONE;
    }
}

static enum editor_event alt_key(struct editor *e, char letter)
{
    struct buffer *b = &e->buffer;

    switch (letter) {
    case 'b':
        return move(e, buffer_word_left(b));
    case 'f':
        return move(e, buffer_word_right(b));
    case 'd':
        return erase(e, b->cursor, buffer_word_right(b), true);
    default:
        return EDITOR_NONE;
    }
}

static enum editor_event other_key(struct editor *e, const struct keys_key *key)
{
    struct buffer *b = &e->buffer;

    switch (key->code) {
    case KEYS_ENTER:
        return EDITOR_LINE;
    case KEYS_TAB:
        return complete(e, false);
    case KEYS_BACK_TAB:
        return complete(e, true);
    case KEYS_BACKSPACE:
        return erase(e, buffer_left(b), b->cursor, false);
    case KEYS_WORD_BACKSPACE:
        return erase(e, buffer_word_left(b), b->cursor, true);
    case KEYS_DELETE:
        return erase(e, b->cursor, buffer_right(b), false);
    case KEYS_WORD_DELETE:
        return erase(e, b->cursor, buffer_word_right(b), true);
    case KEYS_INSERT:
        e->overwrites = !e->overwrites;
        return EDITOR_NONE;
    case KEYS_UP:
        return show_older(e, true);
    case KEYS_DOWN:
        return show_older(e, false);
    case KEYS_LEFT:
        return move(e, buffer_left(b));
    case KEYS_RIGHT:
        return move(e, buffer_right(b));
    case KEYS_WORD_LEFT:
        return move(e, buffer_word_left(b));
    case KEYS_WORD_RIGHT:
        return move(e, buffer_word_right(b));
    case KEYS_HOME:
        return move(e, 0);
    case KEYS_END:
        return move(e, b->len);
    case KEYS_REPORT:
        e->row = key->row;
        e->column = key->column;
        return EDITOR_REPORT;
    case KEYS_PASTE:
        strbuf_fini(&e->pasted);
        e->is_cut = false;
        return EDITOR_NONE;
    case KEYS_PASTED:
        return end_paste(e);
    default:
        return EDITOR_NONE;
    }
}

/* A key between the beginning and the end of a paste. */
static void paste_key(struct editor *e, const struct keys_key *key)
{
    if (key->code == KEYS_TEXT) {
        add_pasted(e, key->text, key->len);
    } else if (key->code == KEYS_ENTER) {
        add_pasted(e, "\n", 1);
    } else if (key->code == KEYS_TAB) {
        add_pasted(e, "\t", 1);
    }
}

static enum editor_event take_key(struct editor *e, const struct keys_key *key)
{
    enum editor_event event = EDITOR_NONE;

    if (key->code == KEYS_NONE) {
        return key->not_utf8 ? EDITOR_NOT_UTF8 : EDITOR_NONE;
    }
    if (e->keys.is_pasting && key->code != KEYS_PASTE) {
        paste_key(e, key);
        return EDITOR_NONE;
    }
    if (e->search != NULL && search_key(e, key, &event)) {
        return event;
    }
    if (key->code != KEYS_TEXT) {
        buffer_settle(&e->buffer);
    }
    if (key->code != KEYS_TAB && key->code != KEYS_BACK_TAB) {
        forget_cycle(e);
    }
    e->kills = false;
    event = key->code == KEYS_TEXT      ? put_key(e, key)
            : key->code == KEYS_CONTROL ? control_key(e, key->letter)
            : key->code == KEYS_ALT     ? alt_key(e, key->letter)
                                        : other_key(e, key);
    e->has_killed = e->kills;
    return event;
}

size_t editor_feed(struct editor *e, const char *data, size_t n, enum editor_event *event)
{
    uint64_t most = e->work + EDITOR_SLICE;
    size_t done = 0;

    *event = EDITOR_NONE;
    while (done < n && *event == EDITOR_NONE && e->work < most) {
        struct keys_key key;

        done += keys_next(&e->keys, data + done, n - done, &key);
        *event = take_key(e, &key);
        e->work += KEY_WORK;
    }
    return done;
}

/* ---- lines ---- */

char *editor_take(struct editor *e, size_t *len, bool is_kept)
{
    char *line = mem_strndup(buffer_text(&e->buffer), e->buffer.len);

    *len = e->buffer.len;
    if (is_kept && !e->is_secret) {
        older_add(&e->older, line, *len);
    }
    editor_drop(e);
    return line;
}

void editor_drop(struct editor *e)
{
    if (e->search != NULL) {
        end_search(e);
    }
    forget_cycle(e);
    forget_recalled(e);
    buffer_fini(&e->buffer);
    e->overwrites = false;
    if (e->pasted.len > 0) {
        mem_wipe(e->pasted.data, e->pasted.len);
    }
    strbuf_fini(&e->pasted);
}

/* What was typed ahead is the beginning of the password. */
void editor_set_secret(struct editor *e, bool on)
{
    if (on) {
        if (e->search != NULL) {
            end_search(e);
        }
        forget_cycle(e);
        forget_recalled(e);
    } else {
        editor_drop(e);
    }
    e->is_secret = on;
}

void editor_fini(struct editor *e)
{
    editor_drop(e);
    older_fini(&e->older);
    strbuf_fini(&e->killed);
}
