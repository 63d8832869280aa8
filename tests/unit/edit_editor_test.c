/* Tests of edit/editor.h: each key, and random ones against a model: a plain array of clusters. */
#include "config.h"

#include "edit/editor.h"

#include "base/cluster.h"
#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const candidates[] = {"Alice", "alan", "Bob", "Ünal", "al_x"};
static const char *const folded[] = {"alice", "alan", "bob", "ünal", "al_x"};

static void offer(void *ctx, struct completion *c)
{
    (void)ctx;
    if (c->lead == '#') {
        completion_offer(c, "lobby", "lobby", " ");
        return;
    }
    if (c->lead == '/') {
        completion_offer_word(c, "join", " ");
        completion_offer_word(c, "jump", " ");
        return;
    }
    for (size_t i = 0; i < sizeof(candidates) / sizeof(candidates[0]); i++) {
        completion_offer(c, candidates[i], folded[i], c->len == 0 ? ": " : " ");
    }
}

static const struct editor_ops ops = {.complete = offer};
static struct editor editor;
static enum editor_event last;

static void begin(void)
{
    editor_fini(&editor);
    editor = (struct editor){.ops = &ops};
}

/* Takes all keys; lines are taken too. */
static void type(const char *keys, size_t len)
{
    last = EDITOR_NONE;
    for (size_t done = 0; done < len;) {
        enum editor_event event;

        done += editor_feed(&editor, keys + done, len - done, &event);
        if (event == EDITOR_LINE) {
            size_t n;

            free(editor_take(&editor, &n, true));
        }
        last = event != EDITOR_NONE ? event : last;
    }
}
#define TYPE(keys) type(keys, sizeof(keys) - 1)

/* The line, with a | where the cursor is. */
static void assert_line_at(int line, const char *want)
{
    const struct buffer *b = &editor.buffer;
    char got[8192];

    snprintf(got, sizeof(got), "%.*s|%s", (int)b->cursor, buffer_text(b), buffer_text(b) + b->cursor);
    if (strcmp(got, want) != 0) {
        fail_msg("line %d: '%s', not '%s'", line, got, want);
    }
}
#define assert_line(want) assert_line_at(__LINE__, want)

/* From an empty line. */
#define assert_typed(keys, want) (begin(), TYPE(keys), assert_line(want))

static void keys_move_and_erase_characters(void **state)
{
    (void)state;
    assert_typed("hello", "hello|");
    assert_typed("hello\033[D\033[D", "hel|lo");
    assert_typed("hello\002\002\006", "hell|o");
    assert_typed("hello\001", "|hello");
    assert_typed("hello\033[HX\033[FY", "XhelloY|");
    assert_typed("hello\001\005", "hello|");
    assert_typed("hello\b\x7f", "hel|");
    assert_typed("hello\001\004\033[3~", "|llo");
    assert_typed("hello\001\x7f", "|hello");
    assert_int_equal(last, EDITOR_BELL);
    assert_typed("hello\004", "hello|");
    assert_int_equal(last, EDITOR_BELL);
    assert_typed("\004", "|");
    assert_int_equal(last, EDITOR_ENDED);
    assert_typed("жанна\002\002\x7f", "жа|на");
    assert_typed("x👩‍👩‍👧‍👦y\002\002", "x|👩‍👩‍👧‍👦y");
    assert_typed("x👩‍👩‍👧‍👦y\002\x7f", "x|y");
    assert_typed("xe\u0301y\002\002", "x|e\u0301y");
    assert_typed("🇩🇪🇫🇷\002", "🇩🇪|🇫🇷");
    assert_typed("a\u202e" "b\xc2\x85", "ab|"); /* no control and no direction gets in */
}

static void keys_move_over_words_and_erase_them(void **state)
{
    (void)state;
    assert_typed("one two-three\033b", "one two-|three");
    assert_typed("one two-three\033b\033b", "one |two-three");
    assert_typed("one two\001\033f", "one| two");
    assert_typed("one two\001\033[1;5C\033[1;5C", "one two|");
    assert_typed("one two\033[1;5D\033[1;3D", "|one two");
    assert_typed("one two-three\027", "one |");
    assert_typed("one two-three \027", "one |");
    assert_typed("one two-three\033\x7f", "one two-|");
    assert_typed("one two\001\033d", "| two");
    assert_typed("one two\001\006\033[3;5~", "o| two");
    assert_typed("слово другое\033b\027", "|другое");
    assert_typed("one two\033b\025", "|two");
    assert_typed("one two\033b\013", "one |");
}

static void what_was_erased_comes_back(void **state)
{
    (void)state;
    assert_typed("one two\027\001\031", "two|one ");
    assert_typed("one two three\027\027\031\031", "one two threetwo three|"); /* one after another belong together */
    assert_typed("one two three\001\033d\033d\005\031", " threeone two|");
    assert_typed("one two\027x\025\031", "one x|");
    assert_typed("\031", "|");
    assert_typed("ab\x7f\031", "a|"); /* single characters do not */
}

static void characters_swap_and_give_way(void **state)
{
    (void)state;
    assert_typed("ab\024", "ba|");
    assert_typed("abc\002\024", "acb|");
    assert_typed("abc\001\024", "|abc");
    assert_typed("a\024", "a|");
    assert_typed("xжe\u0301\024", "xe\u0301ж|");
    assert_typed("abc\001\033[2~XY", "XY|c");
    assert_typed("abc\001\033[2~世\033[2~Z", "世Z|bc");
    assert_typed("abc\001\033[2~WXYZ", "WXYZ|");
}

static void older_lines_come_back(void **state)
{
    (void)state;
    assert_typed("one\rtwo\rtwo\rhalf\033[A", "two|");
    TYPE("\020");
    assert_line("one|");
    TYPE("\033[A");
    assert_int_equal(last, EDITOR_BELL);
    assert_line("one|");
    TYPE("\033[B");
    assert_line("two|");
    TYPE("\016");
    assert_line("half|");
    TYPE("\033[B");
    assert_int_equal(last, EDITOR_BELL);
    assert_typed("one\rtwo\r\033[A\033[Ax\r\033[A", "onex|"); /* a changed one is a new one */
    TYPE("\033[A");
    assert_line("two|");
}

static void a_search_finds_older_lines(void **state)
{
    bool found;

    (void)state;
    assert_typed("first line\rsecond\rthird line\rhalf\022line", "third |line");
    assert_string_equal(editor_searched(&editor, &found), "line");
    assert_true(found);
    TYPE("\022");
    assert_line("first |line");
    TYPE("\022");
    assert_int_equal(last, EDITOR_BELL);
    assert_line("first |line");
    TYPE("\007");
    assert_line("half|");
    assert_null(editor_searched(&editor, &found));
    TYPE("\022secx");
    assert_string_equal(editor_searched(&editor, &found), "secx");
    assert_false(found);
    TYPE("\x7f");
    assert_line("|second");
    TYPE("\005!");
    assert_line("second!|");
    assert_typed("x\022\003", "x|"); /* Ctrl-C ends the search alone */
    assert_int_equal(last, EDITOR_NONE);
}

static void tab_completes_and_goes_round(void **state)
{
    (void)state;
    assert_typed("bo\t", "Bob: |");
    assert_typed("hi bo\t", "hi Bob |");
    assert_typed("al\t", "al_x: |");
    TYPE("\t");
    assert_line("alan: |");
    TYPE("\t\t");
    assert_line("al_x: |");
    TYPE("\033[Z");
    assert_line("Alice: |");
    TYPE("\033[Z");
    assert_line("alan: |");
    TYPE("hi");
    assert_line("alan: hi|");
    assert_typed("ün\t", "Ünal: |");
    assert_typed("zz\t", "zz|");
    assert_int_equal(last, EDITOR_BELL);
    assert_typed("#\t", "#lobby |");
    assert_typed("/j\t\t", "/jump |");
    assert_typed("/ju\t", "/jump |");
    assert_typed("bo x\002\002\t", "Bob:| x"); /* there is a blank already */
}

static void a_paste_of_one_line_waits_for_enter(void **state)
{
    (void)state;
    assert_typed("a\033[200~b\tc\033[201~d", "ab       cd|");
    assert_typed("\033[200~line\r\033[201~", "line|");
    assert_int_equal(last, EDITOR_NONE);
    assert_typed("x\033[200~one\rtwo\n\nthree\033[201~", "x|");
    assert_int_equal(last, EDITOR_PASTED);
    assert_int_equal(editor.pasted.len, 14);
    assert_string_equal(editor.pasted.data, "one\ntwo\n\nthree");
    assert_typed("\033[200~half\003x", "x|"); /* abandoned; the owner would drop the line */
}

static void a_password_is_kept_nowhere(void **state)
{
    size_t len;

    (void)state;
    begin();
    TYPE("older\r");
    editor_set_secret(&editor, true);
    TYPE("pass\033[A\022word\025secret\027\031x\t\t");
    assert_line("x|");
    free(editor_take(&editor, &len, true));
    editor_set_secret(&editor, false);
    TYPE("\033[A\033[A");
    assert_line("older|");
    assert_int_equal(editor.killed.len, 0);
}

static void a_line_has_a_bound(void **state)
{
    char text[EDITOR_LINE_BYTES + 10];

    (void)state;
    begin();
    memset(text, 'x', sizeof(text));
    type(text, sizeof(text));
    assert_int_equal(last, EDITOR_FULL);
    assert_int_equal(editor.buffer.len, EDITOR_LINE_BYTES);
    TYPE("\x7f\x7f\x7fж");
    assert_int_equal(editor.buffer.len, EDITOR_LINE_BYTES - 1);
    TYPE("ж");
    assert_int_equal(last, EDITOR_FULL);
}

static void kept_lines_have_a_bound(void **state)
{
    char line[600];

    (void)state;
    begin();
    for (int i = 0; i < 200; i++) {
        snprintf(line, sizeof(line), "%d%0*d\r", i, i % 7 == 0 ? 500 : 1, 0);
        type(line, strlen(line));
    }
    assert_in_range(editor.older.len, 1, OLDER_BYTES);
    assert_in_range(editor.older.space, 1, OLDER_BYTES);
    TYPE("\033[A");
    assert_line("1990|");
}

/* ---- against a model ---- */

enum { MOST = 512 };

/* The line as an array of clusters. */
static struct model {
    char *clusters[MOST];
    size_t count, cursor;
    size_t inserted; /* bytes before the end of the text that was inserted last; SIZE_MAX: something else was done */
} model;

static char *joined(size_t first, size_t end)
{
    static char text[MOST * CLUSTER_BYTES];

    text[0] = '\0';
    for (size_t i = first; i < end; i++) {
        strcat(text, model.clusters[i]);
    }
    return text;
}

/* Breaks the text into clusters, with the cursor behind so many bytes, or behind the cluster that these are in. */
static void model_set(const char *text, size_t cursor)
{
    size_t len = strlen(text), count = 0;
    char *old[MOST];
    size_t old_count = model.count;

    memcpy(old, model.clusters, sizeof(old));
    model.cursor = 0;
    for (size_t at = 0, end; at < len; at = end) {
        end = cluster_end(text, len, at);
        model.clusters[count++] = strndup(text + at, end - at);
        if (at < cursor) {
            model.cursor = count;
        }
    }
    model.count = count;
    for (size_t i = 0; i < old_count; i++) {
        free(old[i]);
    }
}

static void model_replace(size_t from, size_t to, const char *text)
{
    char all[2 * MOST * CLUSTER_BYTES];
    size_t cursor;

    model.inserted = SIZE_MAX;

    strcpy(all, joined(0, from));
    strcat(all, text);
    cursor = strlen(all);
    strcat(all, joined(to, model.count));
    model_set(all, cursor);
}

/* Text goes behind the text that was inserted just before, even where that has joined what follows. */
static void model_insert(const char *text)
{
    char all[2 * MOST * CLUSTER_BYTES];
    size_t at = model.inserted;

    if (at == SIZE_MAX) {
        at = strlen(joined(0, model.cursor));
    }
    snprintf(all, sizeof(all), "%.*s%s", (int)at, joined(0, model.count), text);
    strcat(all, joined(0, model.count) + at);
    model.inserted = at + strlen(text);
    model_set(all, model.inserted);
}

static size_t model_word(bool left)
{
    size_t at = model.cursor;
    const char *others = " -.,";

    if (left) {
        while (at > 0 && strchr(others, model.clusters[at - 1][0]) != NULL) {
            at--;
        }
        while (at > 0 && strchr(others, model.clusters[at - 1][0]) == NULL) {
            at--;
        }
    } else {
        while (at < model.count && strchr(others, model.clusters[at][0]) != NULL) {
            at++;
        }
        while (at < model.count && strchr(others, model.clusters[at][0]) == NULL) {
            at++;
        }
    }
    return at;
}

static void model_transpose(void)
{
    size_t middle = model.cursor < model.count ? model.cursor : model.count - (model.count > 0);
    char two[2 * CLUSTER_BYTES + 1];

    if (middle == 0 || middle >= model.count) {
        return;
    }
    snprintf(two, sizeof(two), "%s%s", model.clusters[middle], model.clusters[middle - 1]);
    model_replace(middle - 1, middle + 1, two);
}

static void random_keys_do_what_they_do_to_an_array_of_clusters(void **state)
{
    static const char *const texts[] = {"a", "b", "Z", " ", "-", "ж", "世", "é", "👍🏽", "👩‍👩‍👧", "🇩", "\u0301", "ab cd"};
    uint32_t seed = 1;

    (void)state;
    begin();
    model_set("", 0);
    model.inserted = SIZE_MAX;
    for (int i = 0; i < 40000; i++) {
        uint32_t r = (seed = seed * 1664525 + 1013904223) >> 8;
        size_t inserted = model.inserted;
        const char *text = texts[r / 16 % (sizeof(texts) / sizeof(texts[0]))];

        model.inserted = SIZE_MAX;
        switch (r % 16) {
        case 0:
            TYPE("\033[D");
            model.cursor -= model.cursor > 0;
            break;
        case 1:
            TYPE("\006");
            model.cursor += model.cursor < model.count;
            break;
        case 2:
            TYPE("\x7f");
            if (model.cursor > 0) {
                model_replace(model.cursor - 1, model.cursor, "");
            }
            break;
        case 3:
            TYPE("\033[3~");
            if (model.cursor < model.count) {
                model_replace(model.cursor, model.cursor + 1, "");
            }
            break;
        case 4:
            TYPE("\033b");
            model.cursor = model_word(true);
            break;
        case 5:
            TYPE("\033f");
            model.cursor = model_word(false);
            break;
        case 6:
            if (r % 5 == 0) {
                TYPE("\001");
                model.cursor = 0;
            } else {
                model.inserted = inserted;
            }
            break;
        case 7:
            TYPE("\024");
            model_transpose();
            break;
        case 8:
            TYPE("\033\x7f");
            model_replace(model_word(true), model.cursor, "");
            break;
        case 9:
            if (model.count > MOST / 4) {
                TYPE("\025");
                model_replace(0, model.cursor, "");
            } else {
                model.inserted = inserted;
            }
            break;
        default:
            type(text, strlen(text));
            model.inserted = inserted;
            model_insert(text);
        }
        assert_string_equal(buffer_text(&editor.buffer), joined(0, model.count));
        assert_int_equal(buffer_cursor(&editor.buffer), strlen(joined(0, model.cursor)));
    }
    model_set("", 0);
}

static int clean_up(void **state)
{
    (void)state;
    editor_fini(&editor);
    editor = (struct editor){0};
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_move_and_erase_characters),
        cmocka_unit_test(keys_move_over_words_and_erase_them),
        cmocka_unit_test(what_was_erased_comes_back),
        cmocka_unit_test(characters_swap_and_give_way),
        cmocka_unit_test(older_lines_come_back),
        cmocka_unit_test(a_search_finds_older_lines),
        cmocka_unit_test(tab_completes_and_goes_round),
        cmocka_unit_test(a_paste_of_one_line_waits_for_enter),
        cmocka_unit_test(a_password_is_kept_nowhere),
        cmocka_unit_test(a_line_has_a_bound),
        cmocka_unit_test(kept_lines_have_a_bound),
        cmocka_unit_test(random_keys_do_what_they_do_to_an_array_of_clusters),
    };

    return cmocka_run_group_tests(tests, NULL, clean_up);
}
