/* config/conf.h: the settings: one immutable snapshot, made from the table of options in
 * config/options.c, a file and the command line.
 *
 * Every option is one row of that table: section, key, type, default, minimum, maximum, unit, help,
 * and whether a reload applies it.  The sample file (--print-config), --check-config, the reader and
 * the list in the manual page are all made from the table.  The strings of a snapshot live as long as the snapshot.
 * Only the files directly in src/ read a snapshot; each module is given its slice.  Any thread: a snapshot belongs to
 * one thread at a time. */
#ifndef CHATD_CONFIG_CONF_H
#define CHATD_CONFIG_CONF_H

#include "base/strbuf.h"
#include "config/values.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* Makes a snapshot: the defaults, then the file at path (NULL if there is none), then count overrides, each
 * "section.key=value".  checks may be NULL.  Opens no file but path.  conf_free() frees the snapshot.
 *
 * Returns NULL if anything is wrong, and appends every error to errors, one per line: "PATH:12: limits.clientz: there
 * is no such option; did you mean limits.clients?", "PATH:3: limits.clients: 0 is below the minimum, 1 client",
 * "-o limits.x=1: ...".  The errors of the file come first, in the order of its lines.  After 100 errors the rest is
 * only counted. */
struct conf *conf_load(const char *path, const char *const *overrides, size_t count,
                       const struct conf_check *checks, struct strbuf *errors);
void conf_free(struct conf *cfg);
/* The warnings about a valid snapshot, one per line in the form of the errors; "" if there are none.  The string lives
 * as long as the snapshot. */
const char *conf_warnings(const struct conf *cfg);

/* Calls changed for each option whose value differs, with both values as they are written in a file (on one line)
 * and whether a reload applies the option.  The strings are valid during the call. */
typedef void conf_changed_fn(void *ctx, const char *option, const char *was, const char *is, bool reloadable);
void conf_diff(const struct conf *was, const struct conf *is, conf_changed_fn *changed, void *ctx);

/* Where a value in force comes from. */
enum conf_from { CONF_FROM_DEFAULT, CONF_FROM_FILE, CONF_FROM_COMMAND_LINE, CONF_FROM_SET };

/* Describes the value in cfg of the option in row i of the table, and appends the value to value as it is written in
 * a file, on one line.  info->line is a line of the file.  Returns false if i is past the last row. */
struct conf_value_info {
    const char *section, *key;
    enum conf_from from;
    size_t line;
};
bool conf_value_info(const struct conf *cfg, size_t i, struct conf_value_info *info, struct strbuf *value);

/* Sets one option, "section.key", of the snapshot in force: a change that holds until the next reload.  The caller
 * applies it.  Returns false and appends a sentence to err if the option cannot be set. */
bool conf_set(struct conf *cfg, const char *option, const char *value, struct strbuf *err);

/* Call this before cfg replaces running: gives every option that a reload does not apply the value that it has in
 * running, strings copied. */
void conf_keep_fixed(struct conf *cfg, const struct conf *running);

/* Describes row i of the table, for code that lists options.  Returns false if i is past the last row.  The
 * strings are the table's own; unit is "" if there is none. */
struct conf_option_info {
    const char *section, *key, *default_text, *unit, *help;
    bool reloadable;
};
bool conf_option_info(size_t i, struct conf_option_info *info);

#endif
