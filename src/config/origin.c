/* config/origin.c: where each value of a snapshot was given. */
#include "config.h"

#include "config/origin.h"

#include "base/check.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

struct conf_origin *origin_of(const struct conf *cfg, const struct options_row *row)
{
    return &cfg->origins[options_index(row)];
}

void origin_set_value(struct conf *cfg, const struct options_row *row, const struct options_value *value)
{
    struct conf_origin *origin = origin_of(cfg, row);

    free(origin->text);
    origin->text = value->text;
    options_value_store(row, cfg, value);
}

const struct options_row *origin_row(const char *option)
{
    const char *dot = strchr(option, '.');
    char *section = mem_strndup(option, dot != NULL ? (size_t)(dot - option) : 0);
    const struct options_row *row = dot != NULL ? options_find(section, dot + 1) : NULL;

    free(section);
    CHECK(row != NULL);
    return row;
}
