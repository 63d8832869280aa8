/* config/options.h: the table of options. */
#ifndef CHATD_CONFIG_OPTIONS_H
#define CHATD_CONFIG_OPTIONS_H

#include "config/values.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum options_type {
    OPTIONS_NUMBER,
    OPTIONS_BYTES, /* may end in K, M, G or T, powers of 1024 */
    OPTIONS_SECONDS,
    OPTIONS_CHOICE,
    OPTIONS_TEXT,
    OPTIONS_LINES, /* text of several lines: "\n" in the value or an indented line that continues it begins a new one */
    OPTIONS_LIST,  /* items separated by commas; an indented line that continues the value adds items */
};

struct options_row {
    const char *section, *key;
    const char *was; /* its earlier key, which is taken with a warning; NULL if it has none */
    size_t offset; /* in struct conf: of a const char * for text, lines and list, otherwise of a uint64_t */
    enum options_type type;
    bool reloadable;
    const char *default_text; /* as in a file */
    uint64_t min, max;        /* for text, lines and list: of the length in bytes */
    const char *unit;         /* a plural that begins with its noun; NULL for a choice */
    const char *none;         /* what 0 or an empty text means; NULL if it has no special meaning */
    const char *word;         /* of a number: what is written instead of 0, which is below min; NULL if 0 is no value */
    const char *const *choices; /* ended by NULL; the index is the value */
    const char *help;           /* whole sentences */
};

size_t options_count(void);
/* i is below options_count(). */
const struct options_row *options_get(size_t i);
size_t options_index(const struct options_row *row);
/* By its key, or its earlier one.  NULL if there is no such option. */
const struct options_row *options_find(const char *section, const char *key);
/* The table's own string; NULL if there is no such section. */
const char *options_find_section(const char *name);

/* The option, or the section, whose name is nearest to one that does not exist; NULL if none is near.  section may be
 * NULL. */
const struct options_row *options_suggest(const char *section, const char *key);
const char *options_suggest_section(const char *name);

bool options_is_text(const struct options_row *row);

#endif
