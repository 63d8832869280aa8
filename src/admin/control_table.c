/* admin/control_table.c: functions on the table.  They know no handler, so chatctl can use them too. */
#include "config.h"

#include "admin/control_table.h"

#include "base/check.h"
#include "base/json.h"
#include "base/nearest.h"

#include <string.h>

static const struct control_table_row rows[] = {
#define ROW(symbol, ...) {__VA_ARGS__},
    CONTROL_TABLE(ROW)
#undef ROW
};

static const struct {
    const char *name;
    bool has_value;
    const char *commands;
} given[] = {
#define OPTION(symbol, name, has_value, commands) {name, has_value, commands},
    CONTROL_OPTIONS(OPTION)
#undef OPTION
};

const char *control_table_option(size_t i)
{
    CHECK(i < CONTROL_OPTION_COUNT);
    return given[i].name;
}

bool control_table_has_value(size_t option)
{
    CHECK(option < CONTROL_OPTION_COUNT);
    return given[option].has_value;
}

bool control_table_takes(const struct control_table_row *row, size_t option)
{
    const char *commands = given[option].commands, *at = strstr(commands, row->name);
    size_t len = strlen(row->name);

    while (at != NULL && (at[-1] != ' ' || at[len] != ' ')) {
        at = strstr(at + 1, row->name);
    }
    return at != NULL;
}

const struct control_table_row *control_table_at(size_t i)
{
    CHECK(i < CONTROL_COUNT);
    return &rows[i];
}

size_t control_table_find(const char *name)
{
    size_t i = 0;

    while (i < CONTROL_COUNT && strcmp(rows[i].name, name) != 0) {
        i++;
    }
    return i;
}

const char *control_table_suggest(const char *name)
{
    struct nearest near = {.wanted = name};

    for (size_t i = 0; i < CONTROL_COUNT; i++) {
        nearest_try(&near, rows[i].name);
    }
    return near.best;
}

void control_table_unknown(struct strbuf *out, const char *name)
{
    const char *suggestion = control_table_suggest(name);

    if (suggestion != NULL) {
        strbuf_addf(out, "there is no command %s; did you mean %s?", name, suggestion);
    } else {
        strbuf_addf(out, "there is no command %s; help lists them", name);
    }
}

void control_table_usage(struct strbuf *out, const struct control_table_row *row)
{
    strbuf_addf(out, "%s%s%s", row->name, row->arguments[0] != '\0' ? " " : "", row->arguments);
}

void control_table_help(struct strbuf *out, const struct control_table_row *row, bool is_json)
{
    struct strbuf usage = {0};

    if (is_json) {
        json_begin(out, NULL);
        json_str(out, "command", row->name);
        json_str(out, "arguments", row->arguments);
        json_str(out, "help", row->help);
        json_end(out);
        return;
    }
    control_table_usage(&usage, row);
    strbuf_addf(out, "%-26s %s", usage.data, row->help);
    strbuf_fini(&usage);
}
