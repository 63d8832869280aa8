/* config/conf.h: the settings: one immutable snapshot, made from the table of options in
 * config/options.c, a file and the command line.
 *
 * Every option is one row of that table: section, key, type, default, minimum, maximum, unit, help,
 * and whether a reload applies it.  The sample file (--print-config), --check-config, the reader and
 * the manual page's list all come from it.  Strings in a snapshot live as long as the snapshot.
 * Only the files of src/ itself read a snapshot; each module is given its slice.  Loop thread. */
#ifndef CHATD_CONFIG_CONF_H
#define CHATD_CONFIG_CONF_H

#include "base/strbuf.h"
#include "config/values.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A check of an option's meaning by the layer that owns the meaning.  A list of them ends with option NULL.
 *
 * is_valid is for a string option (an address, a room's name) and run while the value is read, so that its
 * error names the line.  It is called for each item of a list option (trimmed, never empty), for any other
 * with the whole value, which may be "", and only for what was given: a default is right.
 *
 * fits is for an option whose value has to go with that of another one, with, and perhaps of a third one, also.
 * It is run once everything is read, for values given and default alike, unless one of them is wrong by itself;
 * its error names the place where the last of them was given.  With is_warning it is no error: the values work,
 * though not as somebody might think.
 *
 * Both return false with the sentence's end in err ("is no address: ..."), before which the option and its
 * value are told. */
struct conf_check {
    const char *option; /* "server.listen" */
    bool (*is_valid)(const char *value, char *err, size_t err_size); /* NULL: none */
    const char *with;   /* "limits.room_chars" */
    const char *also;   /* NULL: none */
    bool is_warning;
    bool (*fits)(const struct conf *cfg, char *err, size_t err_size); /* NULL: none */
};

/* Makes a snapshot: defaults, then the file at path (NULL: none), then the overrides, each
 * "section.key=value" (count of them).  Returns NULL when anything is wrong, with every error, not
 * the first alone, a line each, in errors: "PATH:12: limits.clientz: there is no such option; did you
 * mean limits.clients?", "PATH:3: limits.clients: 0 is below the minimum, 1 client", "-o limits.x=1: ...".
 * The file's come first, in the order of its lines; past 100 they are counted.  checks may be NULL.
 * Opens and reads path only.  conf_free() frees the snapshot. */
struct conf *conf_load(const char *path, const char *const *overrides, size_t count,
                       const struct conf_check *checks, struct strbuf *errors);
void conf_free(struct conf *cfg);
/* What may not be meant in a snapshot that is right, a line each in the form of the errors; "" when there is nothing.
 * Valid as long as the snapshot. */
const char *conf_warnings(const struct conf *cfg);

/* Calls changed for each option whose value differs, with both values as a file has them (on one line)
 * and whether a reload applies it.  The strings are valid during the call. */
typedef void conf_changed_fn(void *ctx, const char *option, const char *was, const char *is, bool reloadable);
void conf_diff(const struct conf *was, const struct conf *is, conf_changed_fn *changed, void *ctx);

/* Where a value in force comes from. */
enum conf_from { CONF_FROM_DEFAULT, CONF_FROM_FILE, CONF_FROM_COMMAND_LINE, CONF_FROM_SET };

/* Row i of the table in cfg: false once i is past the last one.  value is appended as a file has it, on one
 * line; line is that of the file. */
struct conf_value_info {
    const char *section, *key;
    enum conf_from from;
    size_t line;
};
bool conf_value_info(const struct conf *cfg, size_t i, struct conf_value_info *info, struct strbuf *value);

/* Sets one option, "section.key", of a snapshot in force, until the next one: for what an administrator
 * changes in passing.  The caller applies it.  False, with a sentence in err, when it cannot be. */
bool conf_set(struct conf *cfg, const char *option, const char *value, struct strbuf *err);

/* Before cfg replaces running: every option that a reload does not apply gets running's value, and a
 * copy of its string. */
void conf_keep_fixed(struct conf *cfg, const struct conf *running);

/* The table's rows in order, for whatever lists options: false once i is past the last one.  The
 * strings are the table's own; unit is "" where there is none. */
struct conf_option_info {
    const char *section, *key, *default_text, *unit, *help;
    bool reloadable;
};
bool conf_option_info(size_t i, struct conf_option_info *info);

#endif
