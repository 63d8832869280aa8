/* man/options.c: chatd.ini.5 from its frame, with the list of options from their table.
 *
 * "man/options FRAME" prints the frame and, in place of the line @OPTIONS@, an mdoc section for each section
 * of the settings.  "make manual" renews the page with it; tests/lint/options.sh holds the page to it.
 *
 * The table's help is plain text.  Words that name something are marked here: options (those whose name can
 * be no word of English, since a '_' is in it), choices of the option, commands, other pages. */
#include "config.h"

#include "base/strbuf.h"
#include "config/options.h"
#include "config/options_value.h"
#include "config/sample.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 78 };

static const char *const type_names[] = {
    [OPTIONS_NUMBER] = "number", [OPTIONS_BYTES] = "bytes", [OPTIONS_SECONDS] = "seconds",
    [OPTIONS_CHOICE] = "choice", [OPTIONS_TEXT] = "text",   [OPTIONS_LINES] = "text",
    [OPTIONS_LIST] = "list",
};

/* ---- lines of text ---- */

/* The text line being filled. */
static struct strbuf line;

static void end_line(void)
{
    if (line.len > 0) {
        /* A request would begin with these. */
        printf("%s%s\n", line.data[0] == '.' || line.data[0] == '\'' ? "\\&" : "", line.data);
    }
    strbuf_reset(&line);
}

static void add_word(const char *word, size_t len)
{
    if (line.len > 0 && line.len + 1 + len > COLUMNS) {
        end_line();
    }
    if (line.len > 0) {
        strbuf_addc(&line, ' ');
    }
    for (size_t i = 0; i < len; i++) {
        if (word[i] == '\\') {
            strbuf_adds(&line, "\\e");
        } else {
            strbuf_addc(&line, word[i]);
        }
    }
}

/* ---- words that name something ---- */

static bool is_option(const char *word, size_t len)
{
    const char *dot = memchr(word, '.', len);

    for (size_t i = 0; i < options_count(); i++) {
        const struct options_row *row = options_get(i);
        size_t section = strlen(row->section);

        if (dot != NULL && (size_t)(dot - word) == section && strlen(row->key) == len - section - 1 &&
            memcmp(word, row->section, section) == 0 && memcmp(dot + 1, row->key, len - section - 1) == 0) {
            return true;
        }
        if (strchr(row->key, '_') != NULL && strlen(row->key) == len && memcmp(word, row->key, len) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_choice(const struct options_row *row, const char *word, size_t len)
{
    if (row != NULL && row->word != NULL && strlen(row->word) == len && memcmp(word, row->word, len) == 0) {
        return true;
    }
    for (size_t i = 0; row != NULL && row->choices != NULL && row->choices[i] != NULL; i++) {
        if (strlen(row->choices[i]) == len && memcmp(word, row->choices[i], len) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_command(const char *word, size_t len)
{
    size_t i = 1;

    while (i < len && islower((unsigned char)word[i])) {
        i++;
    }
    return word[0] == '/' && len > 1 && i == len;
}

/* "chatd(8)": the length of the name, or 0. */
static size_t page_name(const char *word, size_t len)
{
    return len > 3 && word[len - 3] == '(' && isdigit((unsigned char)word[len - 2]) && word[len - 1] == ')' ? len - 3
                                                                                                            : 0;
}

/* Prints a word that names something with its macro; false when it is just a word.  Punctuation around it is
 * an argument of its own, as mdoc wants it. */
static bool mark(const struct options_row *row, const char *word, size_t len)
{
    bool is_open = word[0] == '(';
    const char *name = word + is_open;
    size_t n = len - is_open, page;

    while (n > 0 && strchr(",.;:", name[n - 1]) != NULL) {
        n--;
    }
    page = page_name(name, n);
    if (page == 0 && is_open && n > 0 && name[n - 1] == ')') {
        n--;
    }
    if (page == 0 && !is_option(name, n) && !is_choice(row, name, n) && !is_command(name, n)) {
        return false;
    }
    end_line();
    printf(".%s%s ", page > 0 ? "Xr" : is_command(name, n) ? "Ic" : "Cm", is_open ? " (" : "");
    if (page > 0) {
        printf("%.*s %c", (int)page, name, name[page + 1]);
    } else {
        printf("%.*s", (int)n, name);
    }
    for (const char *s = name + n; s < word + len; s++) {
        printf(" %c", *s);
    }
    putchar('\n');
    return true;
}

/* Text with a sentence a line, as mdoc wants it, at least; row may be NULL. */
static void print_text(const struct options_row *row, const char *text, bool marks)
{
    while (*text != '\0') {
        size_t len = strcspn(text, " ");

        if (!marks || !mark(row, text, len)) {
            add_word(text, len);
        }
        if (text[len - 1] == '.') {
            end_line();
        }
        text += len;
        text += strspn(text, " ");
    }
    end_line();
}

/* ---- the list ---- */

static void print_option(const struct options_row *row)
{
    struct strbuf facts = {0};

    options_value_describe(row, &facts);
    printf(".It Cm %s = Ar %s\n", row->key, type_names[row->type]);
    print_text(row, row->help, true);
    puts(".Pp");
    print_text(row, strbuf_str(&facts), false);
    strbuf_fini(&facts);
}

static void print_options(void)
{
    const char *section = "";

    for (size_t i = 0; i < options_count(); i++) {
        const struct options_row *row = options_get(i);

        if (strcmp(row->section, section) != 0) {
            if (*section != '\0') {
                puts(".El");
            }
            section = row->section;
            printf(".Ss [%s]\\&\n", section);
            print_text(NULL, sample_section_help(section), true);
            puts(".Bl -tag -width Ds");
        }
        print_option(row);
    }
    puts(".El");
}

int main(int argc, char **argv)
{
    FILE *frame = argc == 2 ? fopen(argv[1], "r") : NULL;
    char text[512];
    bool is_placed = false;

    if (frame == NULL) {
        fputs("usage: man/options FRAME, a file that can be read\n", stderr);
        return EXIT_FAILURE;
    }
    while (fgets(text, sizeof(text), frame) != NULL) {
        if (strcmp(text, "@OPTIONS@\n") == 0) {
            print_options();
            is_placed = true;
        } else {
            fputs(text, stdout);
        }
    }
    fclose(frame);
    strbuf_fini(&line);
    if (!is_placed) {
        fputs("man/options: the frame has no line @OPTIONS@\n", stderr);
        return EXIT_FAILURE;
    }
    return fflush(stdout) == 0 && !ferror(stdout) ? EXIT_SUCCESS : EXIT_FAILURE;
}
