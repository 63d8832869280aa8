/* settings.h: the configuration in force: where it comes from, and how another one takes its place.
 *
 * What its values have to mean is in settings_checks.h, what each part gets of it in settings_slices.h.  Embedded by
 * the server; loop thread only, but where another is named. */
#ifndef CHATD_SETTINGS_H
#define CHATD_SETTINGS_H

#include "base/log_place.h"
#include "base/strbuf.h"
#include "config/conf.h"

#include <stdbool.h>
#include <stddef.h>

struct chat;
struct control;
struct door;
struct net;
struct session_env;
struct store;
struct timeq;

/* Where the configuration comes from: what the command line says, kept for reloads. */
struct settings_source {
    const char *path;             /* of the file; NULL: none */
    const char *const *overrides; /* "section.key=value" */
    size_t overrides_count;
};

struct settings {
    const struct settings_source *source; /* borrowed until the process ends: a reading that hangs has no other end */
    struct conf *conf;
    char *name; /* of the server */
    /* The parts that get a slice; borrowed, and there before settings_apply(). */
    struct net *net;
    struct door *door;
    struct chat *chat;
    struct store *store;
    struct session_env *sessions;
    struct control *control;
    struct timeq *stopping; /* waits for server.drain_seconds */
};

/* Reads the configuration, with every check of what its values mean; touches nothing else.  NULL,
 * with a line for each error in errors, when it is not right.  conf_free() frees it.  Any thread. */
struct conf *settings_load(const struct settings_source *source, struct strbuf *errors);
/* Opens the place for the log that conf names, when it is another than was: *sink, else NULL.  was is NULL: there is
 * none yet.  False, with a line in errors and why in errno, when it cannot be opened.  Any thread. */
bool settings_open_log(const struct conf *conf, const struct log_place *was, struct log_sink **sink,
                       struct strbuf *errors);

/* Takes conf over.  The parts are the caller's to set. */
void settings_init(struct settings *settings, const struct settings_source *source, struct conf *conf);
void settings_fini(struct settings *settings);

/* ---- putting it in force ---- */

/* The log goes to sink, unless it is NULL, and has the level that is in force. */
void settings_use_log(const struct settings *settings, struct log_sink *sink);
/* Logs what may not be meant in conf. */
void settings_log_warnings(const struct conf *conf);
/* Lets the process have as many descriptors as the settings ask for, if the system allows it; else warns. */
void settings_raise_descriptors(const struct settings *settings);
/* Puts conf in force, in place of the one before, which is freed, with all that follows from it: each part gets its
 * slice, and the log goes to sink, unless it is NULL. */
void settings_apply(struct settings *settings, struct conf *conf, struct log_sink *sink);
/* Until the next reload.  False, with a sentence in err, when there is no such level. */
bool settings_set_log_level(struct settings *settings, const char *level, struct strbuf *err);

#endif
