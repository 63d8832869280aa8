/* config/checks.h: what values have to mean, and that they go together.
 *
 * This folder does not know what an address or a room's name is: the layers that do pass a list of checks.  The rules
 * for a value by itself are the table's (config/options.h). */
#ifndef CHATD_CONFIG_CHECKS_H
#define CHATD_CONFIG_CHECKS_H

#include "config/values.h"

#include <stdbool.h>
#include <stddef.h>

struct mistakes;
struct options_row;

/* A check of an option's value by the layer that knows what the value means.  An entry whose option is NULL ends a
 * list of checks.
 *
 * is_valid checks a string option (an address, a room's name).  It runs while the value is read, so that the error
 * names the line.  For a list option it is called with each item (trimmed, never empty), for any other option with
 * the whole value, which may be "".  It is not called for a default.
 *
 * fits checks that the values of two or three options go together: option, with and, if not NULL, also.  It runs
 * after everything is read, for given values and defaults alike, unless one of the values is wrong by itself.  Its
 * error names the place where the last of them was given.  If is_warning is set, the result is a warning and not an
 * error: the values work, but perhaps not as the administrator expects.
 *
 * Both return false and write the end of a sentence ("is no address: ...") to err; the option and its value are put
 * before it. */
struct conf_check {
    const char *option; /* "server.listen" */
    bool (*is_valid)(const char *value, char *err, size_t err_size); /* NULL if there is none */
    const char *with;   /* "limits.room_chars" */
    const char *also;   /* NULL if there is no third option */
    bool is_warning;
    bool (*fits)(const struct conf *cfg, char *err, size_t err_size); /* NULL if there is none */
};

/* The checks of the values of cfg, and where they report. */
struct checks {
    const struct conf *cfg;
    const struct conf_check *list; /* NULL if there are none */
    struct mistakes *mistakes, *warnings;
};

/* Checks a text that row was given at place, each of its items if it is a list.  Returns false if there are
 * mistakes. */
bool checks_text(const struct checks *checks, const struct options_row *row, size_t place, const char *text);
/* Checks that the values go together. */
void checks_together(const struct checks *checks);

#endif
