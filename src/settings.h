/* settings.h: the configuration in force: reads it, and puts another one in its place.
 *
 * settings_checks.h checks the meaning of its values; settings_slices.h makes each part's slice.  Embedded by the
 * server.  Loop thread only, unless a function says otherwise. */
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
struct accounting;
struct storing;
struct timeq;
struct wordlist;

/* The sources of the configuration, as the command line names them; kept for reloads. */
struct settings_source {
    const char *path;             /* of the file; NULL if there is none */
    const char *const *overrides; /* "section.key=value" */
    size_t overrides_count;
};

struct settings {
    const struct settings_source *source; /* borrowed until the process ends, since a thread that reads it may hang */
    struct conf *conf;
    struct wordlist *words; /* of moderation.words; NULL if there are none */
    char *name; /* of the server */
    /* The parts that get a slice; borrowed; set before settings_give(). */
    struct net *net;
    struct door *door;
    struct chat *chat;
    struct storing *storing;
    struct accounting *accounting;
    struct session_env *sessions;
    struct control *control;
    struct timeq *stopping; /* its wait_ms is server.drain_seconds */
};

/* Reads the configuration, and the file that moderation.words names, and checks the meaning of its values and the files
 * that TLS needs; changes nothing else.  *words is NULL if the option names no file.  Returns NULL and appends a line
 * for each error to errors if anything is not valid.  conf_free() and wordlist_free() free them.  Any thread. */
struct conf *settings_load(const struct settings_source *source, struct wordlist **words, struct strbuf *errors);
/* Opens a sink for the log's destination in conf if it differs from was; *sink is NULL if it does not.  was is NULL if
 * there is no log yet.  Returns false, appends a line to errors and sets errno if it cannot be opened.  Any thread. */
bool settings_open_log(const struct conf *conf, const struct log_place *was, struct log_sink **sink,
                       struct strbuf *errors);

/* Takes over conf and words.  The caller sets the parts. */
void settings_init(struct settings *settings, const struct settings_source *source, struct conf *conf,
                   struct wordlist *words);
void settings_fini(struct settings *settings);

/* ---- putting it in force ---- */

/* Sets the log's level; if sink is not NULL, the log goes to it from now on. */
void settings_use_log(const struct settings *settings, struct log_sink *sink);
/* Logs the warnings about conf. */
void settings_log_warnings(const struct conf *conf);
/* Raises the process's limit of descriptors to what the settings ask for; warns if the system does not allow it. */
void settings_raise_descriptors(const struct settings *settings);
/* Gives each part its slice of what is in force; called at the start, when the parts are built. */
void settings_give(struct settings *settings);
/* Puts conf and words in force and frees what was before them: each part gets its slice, and the log goes to sink,
 * unless that is NULL. */
void settings_apply(struct settings *settings, struct conf *conf, struct wordlist *words, struct log_sink *sink);
/* Sets the log's level until the next reload.  Returns false and appends a sentence to err if there is no such
 * level. */
bool settings_set_log_level(struct settings *settings, const char *level, struct strbuf *err);

#endif
