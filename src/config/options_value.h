/* config/options_value.h: one value of an option: how it is read, held and shown. */
#ifndef CHATD_CONFIG_OPTIONS_VALUE_H
#define CHATD_CONFIG_OPTIONS_VALUE_H

#include "base/strbuf.h"
#include "config/options.h"
#include "config/values.h"

#include <stdbool.h>
#include <stdint.h>

/* A value outside a snapshot. */
struct options_value {
    uint64_t number;
    char *text; /* of text, lines and list, for the caller to free(); otherwise NULL */
};

/* Reads a value as it is written in a file.  Returns false and appends the end of a sentence ("0 is below the minimum,
 * 1 client") to err if it is not valid; *out then holds nothing. */
bool options_value_parse(const struct options_row *row, const char *text, struct options_value *out,
                   struct strbuf *err);

/* Puts the value into cfg, which borrows its text. */
void options_value_store(const struct options_row *row, struct conf *cfg, const struct options_value *value);
uint64_t options_value_number(const struct options_row *row, const struct conf *cfg);
const char *options_value_text(const struct options_row *row, const struct conf *cfg);

/* Appends the value in cfg as it is written in a file, on one line. */
void options_value_format(const struct options_row *row, const struct conf *cfg, struct strbuf *out);
/* Appends an amount in the row's notation. */
void options_value_format_number(const struct options_row *row, uint64_t number, struct strbuf *out);
/* Appends sentences that tell the default, the range or the choices, and whether a reload applies the option. */
void options_value_describe(const struct options_row *row, struct strbuf *out);

#endif
