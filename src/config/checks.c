/* config/checks.c: what values have to mean, and that they go together. */
#include "config.h"

#include "config/checks.h"

#include "base/mem.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "config/mistakes.h"
#include "config/options.h"
#include "config/options_value.h"
#include "config/origin.h"

#include <stdint.h>
#include <stdlib.h>

static void add_checked(struct mistakes *mistakes, const struct conf_check *check, size_t place, const char *value,
                        const char *err)
{
    struct strbuf shown = {0};

    if (options_is_text(origin_row(check->option))) {
        mistakes_quote(&shown, value);
    } else {
        strbuf_adds(&shown, value);
    }
    mistakes_add(mistakes, place, "%s: %s %s", check->option, strbuf_str(&shown), err);
    strbuf_fini(&shown);
}

/* Adds the mistakes in one item of a list, or in a whole text. */
static bool check_item(const struct checks *checks, const struct options_row *row, size_t place, const char *item)
{
    char err[256] = "";
    bool is_valid = true;

    for (const struct conf_check *check = checks->list; check != NULL && check->option != NULL; check++) {
        if (check->is_valid != NULL && origin_row(check->option) == row &&
            !check->is_valid(item, err, sizeof(err))) {
            add_checked(checks->mistakes, check, place, item, err);
            is_valid = false;
        }
    }
    return is_valid;
}

static bool check_list(const struct checks *checks, const struct options_row *row, size_t place, const char *list)
{
    bool is_valid = true;
    const char *part;
    size_t len, items = 0;

    while (text_next_item(&list, &part, &len)) {
        char *item = mem_strndup(part, len);

        is_valid &= check_item(checks, row, place, item);
        items++;
        free(item);
    }
    if (items == 0 && row->min > 0) {
        mistakes_add(checks->mistakes, place, "%s.%s: has no value", row->section, row->key);
        return false;
    }
    return is_valid;
}

bool checks_text(const struct checks *checks, const struct options_row *row, size_t place, const char *text)
{
    if (row->type == OPTIONS_LIST) {
        return check_list(checks, row, place, text);
    }
    return check_item(checks, row, place, text);
}

/* The place to report that two options do not fit together: where the later one was given.  False
 * when one of them has a fault of its own, and says nothing about the other. */
static bool place_of_pair(const struct checks *checks, const struct options_row *a, const struct options_row *b,
                          size_t *place)
{
    const struct conf_origin *x = origin_of(checks->cfg, a);
    const struct conf_origin *y = origin_of(checks->cfg, b);

    *place = x->place > y->place ? x->place : y->place;
    return !x->is_faulty && !y->is_faulty;
}

/* Of two limits that depend on each other: the smaller one times factor must not exceed the larger one. */
static void check_pair(const struct checks *checks, const char *larger_key, const char *smaller_key, uint64_t factor)
{
    const struct options_row *larger = options_find("limits", larger_key);
    const struct options_row *smaller = options_find("limits", smaller_key);
    uint64_t least = factor * options_value_number(smaller, checks->cfg);
    struct strbuf fault = {0};
    size_t place;

    if (!place_of_pair(checks, larger, smaller, &place) || options_value_number(larger, checks->cfg) >= least) {
        return;
    }
    strbuf_addf(&fault, "limits.%s: ", larger_key);
    options_value_format(larger, checks->cfg, &fault);
    strbuf_adds(&fault, " is below ");
    if (factor != 1) {
        strbuf_addf(&fault, "%llu times ", (unsigned long long)factor);
    }
    strbuf_addf(&fault, "limits.%s, ", smaller_key);
    options_value_format_number(larger, least, &fault);
    mistakes_add(checks->mistakes, place, "%s", strbuf_str(&fault));
    strbuf_fini(&fault);
}

/* The same of the options of a check, two or three. */
static bool place_of_all(const struct checks *checks, const struct conf_check *check, size_t *place)
{
    const struct options_row *first = origin_row(check->option);
    size_t other;

    if (!place_of_pair(checks, first, origin_row(check->with), place)) {
        return false;
    }
    if (check->also == NULL) {
        return true;
    }
    if (!place_of_pair(checks, first, origin_row(check->also), &other)) {
        return false;
    }
    *place = other > *place ? other : *place;
    return true;
}

/* The checks of the other layers, for values that are read and valid by themselves. */
static void check_fits(const struct checks *checks)
{
    char err[256] = "";
    struct strbuf value = {0};
    size_t place;

    for (const struct conf_check *check = checks->list; check != NULL && check->option != NULL; check++) {
        if (check->fits != NULL && place_of_all(checks, check, &place) &&
            !check->fits(checks->cfg, err, sizeof(err))) {
            strbuf_reset(&value);
            options_value_format(origin_row(check->option), checks->cfg, &value);
            add_checked(check->is_warning ? checks->warnings : checks->mistakes, check, place, strbuf_str(&value),
                        err);
        }
    }
    strbuf_fini(&value);
}

void checks_together(const struct checks *checks)
{
    check_pair(checks, "queue_bytes", "line_bytes", 16);
    check_pair(checks, "memory_bytes", "queue_bytes", 1);
    check_fits(checks);
}
