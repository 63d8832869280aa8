/* config/origin.h: where each value of a snapshot was given, and the memory of its text. */
#ifndef CHATD_CONFIG_ORIGIN_H
#define CHATD_CONFIG_ORIGIN_H

#include "config/mistakes.h"
#include "config/options.h"
#include "config/options_value.h"
#include "config/values.h"

#include <stdbool.h>
#include <stddef.h>

/* One more place beside those of mistakes.h: the value was given by conf_set(). */
enum { ORIGIN_SET = MISTAKES_OVERRIDE - 1 };

/* One for each row of the table, in its order. */
struct conf_origin {
    size_t place;   /* as in mistakes.h, or ORIGIN_SET; 0 if the default holds */
    char *text;     /* owns the string that the snapshot's field points to; NULL for numbers */
    bool is_faulty; /* the value given was refused, so it is not compared with others */
};

/* The origin of the value of row in cfg. */
struct conf_origin *origin_of(const struct conf *cfg, const struct options_row *row);
/* Puts a value into cfg and takes over its text. */
void origin_set_value(struct conf *cfg, const struct options_row *row, const struct options_value *value);
/* The row of an option of the table, "section.key". */
const struct options_row *origin_row(const char *option);

#endif
