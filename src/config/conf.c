/* config/conf.c: the settings: builds a snapshot, compares and frees it.
 *
 * It owns the precedence of values (default, file, command line) and the memory of a snapshot.  load.c reads what is
 * given, checks.c has the rules for values that depend on each other and asks the layers that know what a value means,
 * and options_value.c has the rules for a single value.  A snapshot returned by conf_load() is valid as a whole. */
#include "config.h"

#include "config/conf.h"

#include "base/check.h"
#include "base/mem.h"
#include "config/load.h"
#include "config/mistakes.h"
#include "config/options.h"
#include "config/options_value.h"
#include "config/origin.h"

#include <stdlib.h>
#include <string.h>

static struct conf *new_default(void)
{
    struct conf *cfg = mem_zalloc(sizeof(*cfg));
    struct options_value value;
    struct strbuf err = {0};

    cfg->origins = mem_zalloc(options_count() * sizeof(cfg->origins[0]));
    for (size_t i = 0; i < options_count(); i++) {
        CHECK(options_value_parse(options_get(i), options_get(i)->default_text, &value, &err));
        origin_set_value(cfg, options_get(i), &value);
    }
    strbuf_fini(&err);
    return cfg;
}

struct conf *conf_load(const char *path, const char *const *overrides, size_t count,
                       const struct conf_check *checks, struct strbuf *errors)
{
    struct conf *cfg = new_default();
    struct load load = {.cfg = cfg};
    struct mistakes warnings;

    mistakes_init(&load.mistakes, path, overrides);
    mistakes_init(&warnings, path, overrides);
    load.checks = (struct checks){.cfg = cfg, .list = checks, .mistakes = &load.mistakes, .warnings = &warnings};
    if (path != NULL) {
        load_file(&load, path);
    }
    for (size_t i = 0; i < count; i++) {
        load_override(&load, MISTAKES_OVERRIDE + i, overrides[i]);
    }
    checks_together(&load.checks);
    if (load.mistakes.count != 0) {
        mistakes_write(&load.mistakes, errors);
        conf_free(cfg);
        cfg = NULL;
    } else if (warnings.count != 0) {
        struct strbuf text = {0};

        mistakes_write(&warnings, &text);
        cfg->warnings = strbuf_take(&text);
    }
    mistakes_fini(&load.mistakes);
    mistakes_fini(&warnings);
    strbuf_fini(&load.value);
    return cfg;
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

void conf_warn(struct conf *cfg, const char *lines)
{
    struct strbuf text = {0};

    if (lines[0] != '\0') {
        strbuf_adds(&text, conf_warnings(cfg));
        strbuf_adds(&text, lines);
        free(cfg->warnings);
        cfg->warnings = strbuf_take(&text);
    }
}

const char *conf_warnings(const struct conf *cfg)
{
    return cfg->warnings != NULL ? cfg->warnings : "";
}

static bool is_same(const struct options_row *row, const struct conf *a, const struct conf *b)
{
    if (options_is_text(row)) {
        return strcmp(options_value_text(row, a), options_value_text(row, b)) == 0;
    }
    return options_value_number(row, a) == options_value_number(row, b);
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
        options_value_format(row, was, &old);
        options_value_format(row, is, &new);
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
            value.text = mem_strdup(options_value_text(row, running));
        } else {
            value.number = options_value_number(row, running);
        }
        origin_set_value(cfg, row, &value);
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
    if (place == ORIGIN_SET) {
        info->from = CONF_FROM_SET;
    } else if (place >= MISTAKES_OVERRIDE) {
        info->from = CONF_FROM_COMMAND_LINE;
    } else if (place > 0) {
        info->from = CONF_FROM_FILE;
        info->line = place;
    }
    options_value_format(row, cfg, value);
    return true;
}

bool conf_set(struct conf *cfg, const char *option, const char *text, struct strbuf *err)
{
    const struct options_row *row = origin_row(option);
    struct options_value value;
    bool is_set;

    CHECK(row->reloadable);
    is_set = options_value_parse(row, text, &value, err);
    if (is_set) {
        origin_set_value(cfg, row, &value);
        cfg->origins[options_index(row)].place = ORIGIN_SET;
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
