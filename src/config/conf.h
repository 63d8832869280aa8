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
#include "config/checks.h"
#include "config/values.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
/* Appends to them what is to be said of the files that the snapshot names: lines, or "". */
void conf_warn(struct conf *cfg, const char *lines);

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
