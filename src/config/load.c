/* config/load.c: values given in a file and on the command line.
 *
 * inifile.c splits a file into lines, and options_value.c reads a value.  This file finds the option that each is for,
 * and the end of a value that goes on in further lines. */
#include "config.h"

#include "config/load.h"

#include "base/mem.h"
#include "config/inifile.h"
#include "config/options_value.h"
#include "config/origin.h"

#include <stdlib.h>
#include <string.h>

/* The option is known by an earlier key too. */
static void note_key(struct load *load, const struct options_row *row, size_t place, const char *key)
{
    if (strcmp(key, row->key) != 0) {
        mistakes_add(load->checks.warnings, place, "%s.%s: is now called %s.%s", row->section, key, row->section,
                     row->key);
    }
}

/* An option was given the value text at place. */
static void give(struct load *load, const struct options_row *row, size_t place, const char *text)
{
    struct conf_origin *origin = origin_of(load->cfg, row);
    struct options_value value;
    struct strbuf err = {0};

    if (origin->place == 0 || place >= MISTAKES_OVERRIDE) { /* given twice in a file: the first place is named */
        origin->place = place;
    }
    if (!options_value_parse(row, text, &value, &err)) {
        mistakes_add(&load->mistakes, place, "%s.%s: %s", row->section, row->key, strbuf_str(&err));
        origin->is_faulty = true;
    } else {
        origin->is_faulty = value.text != NULL && !checks_text(&load->checks, row, place, value.text);
        origin_set_value(load->cfg, row, &value);
    }
    strbuf_fini(&err);
}

static void fault_no_section(struct load *load, size_t place, const char *name)
{
    const char *suggestion = options_suggest_section(name);
    struct strbuf fault = {0};

    strbuf_addc(&fault, '[');
    mistakes_show(&fault, name, 60);
    strbuf_adds(&fault, "]: there is no such section");
    if (suggestion != NULL) {
        strbuf_addf(&fault, "; did you mean [%s]?", suggestion);
    }
    mistakes_add(&load->mistakes, place, "%s", strbuf_str(&fault));
    strbuf_fini(&fault);
}

/* section is NULL if the key stands outside of any section. */
static void fault_no_option(struct load *load, size_t place, const char *section, const char *key)
{
    const struct options_row *row = options_suggest(section, key);
    struct strbuf fault = {0};

    if (section != NULL) {
        strbuf_addf(&fault, "%s.", section);
    }
    mistakes_show(&fault, key, 60);
    strbuf_adds(&fault, section != NULL ? ": there is no such option" : ": no [section] stands above it");
    if (row != NULL && place < MISTAKES_OVERRIDE && strchr(key, '.') != NULL) {
        strbuf_addf(&fault, "; did you mean %s below [%s]?", row->key, row->section);
    } else if (row != NULL) {
        strbuf_addf(&fault, "; did you mean %s.%s?", row->section, row->key);
    }
    mistakes_add(&load->mistakes, place, "%s", strbuf_str(&fault));
    strbuf_fini(&fault);
}

/* The value is complete: nothing continues it any more. */
static void finish_value(struct load *load)
{
    const struct options_row *row = load->row;

    load->row = NULL;
    if (row == NULL) {
        return;
    }
    if (load->is_broken) {
        origin_of(load->cfg, row)->place = load->row_line;
        origin_of(load->cfg, row)->is_faulty = true;
    } else {
        give(load, row, load->row_line, strbuf_str(&load->value));
    }
}

static void begin_section(void *ctx, const char *name, size_t line)
{
    struct load *load = ctx;

    finish_value(load);
    load->section = options_find_section(name);
    load->skips_section = load->section == NULL;
    if (load->skips_section) {
        fault_no_section(load, line, name);
    }
}

static void begin_value(void *ctx, const char *key, const char *value, size_t line)
{
    struct load *load = ctx;
    size_t before;

    finish_value(load);
    if (load->skips_section) {
        return;
    }
    load->row = load->section != NULL ? options_find(load->section, key) : NULL;
    if (load->row == NULL) {
        fault_no_option(load, line, load->section, key);
        return;
    }
    note_key(load, load->row, line, key);
    before = origin_of(load->cfg, load->row)->place;
    if (before != 0) {
        mistakes_add(&load->mistakes, line, "%s.%s: is given twice; the first time in line %zu",
                   load->section, key, before);
    }
    load->row_line = line;
    load->is_broken = false;
    strbuf_reset(&load->value);
    strbuf_adds(&load->value, value);
}

static void continue_value(void *ctx, const char *text, size_t line)
{
    struct load *load = ctx;
    struct strbuf *value = &load->value;

    if (load->row == NULL) {
        return;
    }
    if (load->row->type == OPTIONS_LINES) {
        if (value->len > 0) {
            strbuf_adds(value, "\\n");
        }
    } else if (load->row->type == OPTIONS_LIST) {
        if (value->len > 0) {
            strbuf_adds(value, value->data[value->len - 1] == ',' ? " " : ", ");
        }
    } else {
        mistakes_add(&load->mistakes, line,
                   "%s.%s: an indented line would continue its value, which has only one line; "
                   "an option's own line begins without a blank",
                   load->row->section, load->row->key);
        return;
    }
    strbuf_adds(value, text);
}

/* A line of a text that people read may begin with a room's name. */
static bool takes_hash(void *ctx)
{
    const struct load *load = ctx;

    return load->row != NULL && load->row->type == OPTIONS_LINES;
}

static void break_value(void *ctx)
{
    struct load *load = ctx;

    load->is_broken = true;
}

void load_file(struct load *load, const char *path)
{
    static const struct inifile_events events = {
        .section = begin_section, .key = begin_value, .more = continue_value, .takes_hash = takes_hash,
        .broken = break_value};

    inifile_read(path, &events, load, &load->mistakes);
    finish_value(load);
}

/* Ends s before the blanks at its end, and returns it without those at its beginning. */
static char *trim(char *s)
{
    size_t len;

    s += strspn(s, " \t");
    for (len = strlen(s); len > 0 && (s[len - 1] == ' ' || s[len - 1] == '\t'); len--) {
    }
    s[len] = '\0';
    return s;
}

/* text is cut into its parts. */
static void give_override(struct load *load, size_t place, char *text)
{
    const struct options_row *row;
    const char *fault = inifile_text_fault(text, strlen(text));
    char *value = strchr(text, '=');
    char *section;
    char *key;

    if (fault != NULL) {
        mistakes_add(&load->mistakes, place, "the argument %s", fault);
        return;
    }
    if (value == NULL) {
        mistakes_add(&load->mistakes, place, "is no section.key=value");
        return;
    }
    *value++ = '\0';
    section = trim(text);
    key = strchr(section, '.');
    if (key == NULL) {
        row = options_suggest(NULL, section);
        if (row != NULL) {
            mistakes_add(&load->mistakes, place, "is no section.key=value; did you mean %s.%s?",
                       row->section, row->key);
        } else {
            mistakes_add(&load->mistakes, place, "is no section.key=value");
        }
        return;
    }
    *key++ = '\0';
    row = options_find(section, key);
    if (row != NULL) {
        note_key(load, row, place, key);
        give(load, row, place, trim(value));
    } else {
        fault_no_option(load, place, section, key);
    }
}

void load_override(struct load *load, size_t place, const char *override)
{
    char *text = mem_strdup(override);

    give_override(load, place, text);
    free(text);
}
