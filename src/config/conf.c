/* config/conf.c: the settings: builds a snapshot, compares and frees it.
 *
 * It owns the precedence of values (default, file, command line), the rules for values that depend on each other, and
 * the memory of a snapshot's strings.  The rules for a single value are in options.c, and inifile.c splits
 * a file into lines.  This file does not know what an address or a room's name is: the layers that do pass a
 * conf_check.  A snapshot returned by conf_load() is valid as a whole. */
#include "config.h"

#include "config/conf.h"

#include "base/check.h"
#include "base/mem.h"
#include "base/text.h"
#include "config/mistakes.h"
#include "config/inifile.h"
#include "config/options.h"

#include <stdlib.h>
#include <string.h>

/* One more place beside those of mistakes.h: the value was given by conf_set(). */
enum { PLACE_SET = MISTAKES_OVERRIDE - 1 };

/* One for each row of the table, in its order. */
struct conf_origin {
    size_t place;   /* as in mistakes.h, or PLACE_SET; 0 if the default holds */
    char *text;     /* owns the string that the snapshot's field points to; NULL for numbers */
    bool is_faulty; /* the value given was refused, so it is not compared with others */
};

/* One conf_load(). */
struct load {
    struct conf *cfg;
    const struct conf_check *checks; /* NULL if there are none */
    struct mistakes mistakes, warnings;
    const char *section;    /* the section of the lines being read; NULL before the first, or if it is not known */
    bool skips_section;     /* the section is not known; that has been added to the mistakes */
    const struct options_row *row; /* the option whose value is being read; NULL if there is none or it is not known */
    size_t row_line;
    struct strbuf value;
    bool is_broken; /* a part of value could not be read */
};

/* Takes over value's text. */
static void set_value(struct conf *cfg, const struct options_row *row, const struct options_value *value)
{
    struct conf_origin *origin = &cfg->origins[options_index(row)];

    free(origin->text);
    origin->text = value->text;
    options_store(row, cfg, value);
}

/* The row of an option of the table, "section.key". */
static const struct options_row *row_of(const char *option)
{
    const char *dot = strchr(option, '.');
    char *section = mem_strndup(option, dot != NULL ? (size_t)(dot - option) : 0);
    const struct options_row *row = dot != NULL ? options_find(section, dot + 1) : NULL;

    free(section);
    CHECK(row != NULL);
    return row;
}

static void add_checked(struct mistakes *mistakes, const struct conf_check *check, size_t place, const char *value,
                        const char *err)
{
    struct strbuf shown = {0};

    if (options_is_text(row_of(check->option))) {
        mistakes_quote(&shown, value);
    } else {
        strbuf_adds(&shown, value);
    }
    mistakes_add(mistakes, place, "%s: %s %s", check->option, strbuf_str(&shown), err);
    strbuf_fini(&shown);
}

/* Adds the mistakes in one item of a list, or in a whole text. */
static bool check_item(struct load *load, const struct options_row *row, size_t place, const char *item)
{
    char err[256] = "";
    bool is_valid = true;

    for (const struct conf_check *check = load->checks; check != NULL && check->option != NULL; check++) {
        if (check->is_valid != NULL && row_of(check->option) == row && !check->is_valid(item, err, sizeof(err))) {
            add_checked(&load->mistakes, check, place, item, err);
            is_valid = false;
        }
    }
    return is_valid;
}

static bool check_list(struct load *load, const struct options_row *row, size_t place, const char *list)
{
    bool is_valid = true;
    const char *part;
    size_t len, items = 0;

    while (text_next_item(&list, &part, &len)) {
        char *item = mem_strndup(part, len);

        is_valid &= check_item(load, row, place, item);
        items++;
        free(item);
    }
    if (items == 0 && row->min > 0) {
        mistakes_add(&load->mistakes, place, "%s.%s: has no value", row->section, row->key);
        return false;
    }
    return is_valid;
}

static bool check_text(struct load *load, const struct options_row *row, size_t place, const char *text)
{
    if (row->type == OPTIONS_LIST) {
        return check_list(load, row, place, text);
    }
    return check_item(load, row, place, text);
}

/* An option was given the value text at place. */
static void give(struct load *load, const struct options_row *row, size_t place, const char *text)
{
    struct conf_origin *origin = &load->cfg->origins[options_index(row)];
    struct options_value value;
    struct strbuf err = {0};

    if (origin->place == 0 || place >= MISTAKES_OVERRIDE) { /* given twice in a file: the first place is named */
        origin->place = place;
    }
    if (!options_parse(row, text, &value, &err)) {
        mistakes_add(&load->mistakes, place, "%s.%s: %s", row->section, row->key, strbuf_str(&err));
        origin->is_faulty = true;
    } else {
        origin->is_faulty = value.text != NULL && !check_text(load, row, place, value.text);
        set_value(load->cfg, row, &value);
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
        load->cfg->origins[options_index(row)].place = load->row_line;
        load->cfg->origins[options_index(row)].is_faulty = true;
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
    before = load->cfg->origins[options_index(load->row)].place;
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

static void load_file(struct load *load, const char *path)
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

/* text, "section.key=value", is cut into its parts. */
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
        give(load, row, place, trim(value));
    } else {
        fault_no_option(load, place, section, key);
    }
}

/* The place to report that two options do not fit together: where the later one was given.  False
 * when one of them has a fault of its own, and says nothing about the other. */
static bool place_of_pair(const struct load *load, const struct options_row *a, const struct options_row *b,
                          size_t *place)
{
    const struct conf_origin *x = &load->cfg->origins[options_index(a)];
    const struct conf_origin *y = &load->cfg->origins[options_index(b)];

    *place = x->place > y->place ? x->place : y->place;
    return !x->is_faulty && !y->is_faulty;
}

/* Of two limits that depend on each other: the smaller one times factor must not exceed the larger one. */
static void check_pair(struct load *load, const char *larger_key, const char *smaller_key, uint64_t factor)
{
    const struct options_row *larger = options_find("limits", larger_key);
    const struct options_row *smaller = options_find("limits", smaller_key);
    uint64_t least = factor * options_number(smaller, load->cfg);
    struct strbuf fault = {0};
    size_t place;

    if (!place_of_pair(load, larger, smaller, &place) || options_number(larger, load->cfg) >= least) {
        return;
    }
    strbuf_addf(&fault, "limits.%s: ", larger_key);
    options_format(larger, load->cfg, &fault);
    strbuf_adds(&fault, " is below ");
    if (factor != 1) {
        strbuf_addf(&fault, "%llu times ", (unsigned long long)factor);
    }
    strbuf_addf(&fault, "limits.%s, ", smaller_key);
    options_format_number(larger, least, &fault);
    mistakes_add(&load->mistakes, place, "%s", strbuf_str(&fault));
    strbuf_fini(&fault);
}

/* The same of the options of a check, two or three. */
static bool place_of_all(const struct load *load, const struct conf_check *check, size_t *place)
{
    const struct options_row *first = row_of(check->option);
    size_t other;

    if (!place_of_pair(load, first, row_of(check->with), place)) {
        return false;
    }
    if (check->also == NULL) {
        return true;
    }
    if (!place_of_pair(load, first, row_of(check->also), &other)) {
        return false;
    }
    *place = other > *place ? other : *place;
    return true;
}

/* The checks of the other layers, for values that are read and valid by themselves. */
static void check_fits(struct load *load)
{
    char err[256] = "";
    struct strbuf value = {0};
    size_t place;

    for (const struct conf_check *check = load->checks; check != NULL && check->option != NULL; check++) {
        if (check->fits != NULL && place_of_all(load, check, &place) && !check->fits(load->cfg, err, sizeof(err))) {
            strbuf_reset(&value);
            options_format(row_of(check->option), load->cfg, &value);
            add_checked(check->is_warning ? &load->warnings : &load->mistakes, check, place, strbuf_str(&value), err);
        }
    }
    strbuf_fini(&value);
}

static struct conf *new_default(void)
{
    struct conf *cfg = mem_zalloc(sizeof(*cfg));
    struct options_value value;
    struct strbuf err = {0};

    cfg->origins = mem_zalloc(options_count() * sizeof(cfg->origins[0]));
    for (size_t i = 0; i < options_count(); i++) {
        CHECK(options_parse(options_get(i), options_get(i)->default_text, &value, &err));
        set_value(cfg, options_get(i), &value);
    }
    strbuf_fini(&err);
    return cfg;
}

struct conf *conf_load(const char *path, const char *const *overrides, size_t count,
                       const struct conf_check *checks, struct strbuf *errors)
{
    struct load load = {.cfg = new_default(), .checks = checks};

    mistakes_init(&load.mistakes, path, overrides);
    mistakes_init(&load.warnings, path, overrides);
    if (path != NULL) {
        load_file(&load, path);
    }
    for (size_t i = 0; i < count; i++) {
        char *text = mem_strdup(overrides[i]);

        give_override(&load, MISTAKES_OVERRIDE + i, text);
        free(text);
    }
    check_pair(&load, "queue_bytes", "line_bytes", 16);
    check_pair(&load, "queues_bytes", "queue_bytes", 1);
    check_fits(&load);
    if (load.mistakes.count != 0) {
        mistakes_write(&load.mistakes, errors);
        conf_free(load.cfg);
        load.cfg = NULL;
    }
    if (load.cfg != NULL && load.warnings.count != 0) {
        struct strbuf warnings = {0};

        mistakes_write(&load.warnings, &warnings);
        load.cfg->warnings = strbuf_take(&warnings);
    }
    mistakes_fini(&load.mistakes);
    mistakes_fini(&load.warnings);
    strbuf_fini(&load.value);
    return load.cfg;
}

void conf_free(struct conf *cfg)
{
    if (cfg == NULL) {
        return;
    }
    for (size_t i = 0; i < options_count(); i++) {
        free(cfg->origins[i].text);
    }
    free(cfg->origins);
    free(cfg->warnings);
    free(cfg);
}

const char *conf_warnings(const struct conf *cfg)
{
    return cfg->warnings != NULL ? cfg->warnings : "";
}

static bool is_same(const struct options_row *row, const struct conf *a, const struct conf *b)
{
    if (options_is_text(row)) {
        return strcmp(options_text(row, a), options_text(row, b)) == 0;
    }
    return options_number(row, a) == options_number(row, b);
}

void conf_diff(const struct conf *was, const struct conf *is, conf_changed_fn *changed, void *ctx)
{
    struct strbuf name = {0};
    struct strbuf old = {0};
    struct strbuf new = {0};

    for (size_t i = 0; i < options_count(); i++) {
        const struct options_row *row = options_get(i);

        if (is_same(row, was, is)) {
            continue;
        }
        strbuf_reset(&name);
        strbuf_reset(&old);
        strbuf_reset(&new);
        strbuf_addf(&name, "%s.%s", row->section, row->key);
        options_format(row, was, &old);
        options_format(row, is, &new);
        changed(ctx, strbuf_str(&name), strbuf_str(&old), strbuf_str(&new), row->reloadable);
    }
    strbuf_fini(&name);
    strbuf_fini(&old);
    strbuf_fini(&new);
}

void conf_keep_fixed(struct conf *cfg, const struct conf *running)
{
    for (size_t i = 0; i < options_count(); i++) {
        const struct options_row *row = options_get(i);
        struct options_value value = {0};

        if (row->reloadable) {
            continue;
        }
        if (options_is_text(row)) {
            value.text = mem_strdup(options_text(row, running));
        } else {
            value.number = options_number(row, running);
        }
        set_value(cfg, row, &value);
        cfg->origins[i].place = running->origins[i].place;
    }
}

bool conf_value_info(const struct conf *cfg, size_t i, struct conf_value_info *info, struct strbuf *value)
{
    const struct options_row *row;
    size_t place;

    if (i >= options_count()) {
        return false;
    }
    row = options_get(i);
    place = cfg->origins[i].place;
    *info = (struct conf_value_info){.section = row->section, .key = row->key};
    if (place == PLACE_SET) {
        info->from = CONF_FROM_SET;
    } else if (place >= MISTAKES_OVERRIDE) {
        info->from = CONF_FROM_COMMAND_LINE;
    } else if (place > 0) {
        info->from = CONF_FROM_FILE;
        info->line = place;
    }
    options_format(row, cfg, value);
    return true;
}

bool conf_set(struct conf *cfg, const char *option, const char *text, struct strbuf *err)
{
    const struct options_row *row = row_of(option);
    struct options_value value;
    bool is_set;

    CHECK(row->reloadable);
    is_set = options_parse(row, text, &value, err);
    if (is_set) {
        set_value(cfg, row, &value);
        cfg->origins[options_index(row)].place = PLACE_SET;
    }
    return is_set;
}

bool conf_option_info(size_t i, struct conf_option_info *info)
{
    const struct options_row *row;

    if (i >= options_count()) {
        return false;
    }
    row = options_get(i);
    *info = (struct conf_option_info){
        .section = row->section,
        .key = row->key,
        .default_text = row->default_text,
        .unit = row->unit != NULL ? row->unit : "",
        .help = row->help,
        .reloadable = row->reloadable,
    };
    return true;
}
