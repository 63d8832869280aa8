/* reload.h: reads a new configuration into a running server, and reports the result.
 *
 * The settings file and the log file that it names may be on a disk that hangs, so they are read and opened in a lane,
 * while the loop goes on.  The caller is told when the reload is over.  Reloads are made one after another: each reads
 * the file after it was asked for, and is applied before the next begins.  So a caller is never told of a configuration
 * that is newer than the one in force.  Loop thread only. */
#ifndef CHATD_RELOAD_H
#define CHATD_RELOAD_H

#include "admin/metrics.h"
#include "base/lane.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An option whose value has changed; both values as they are written in a file, on one line. */
struct reload_change {
    char *option, *was, *is;
    bool reloadable; /* otherwise the value was stays in force until a restart */
    const char *unused; /* why the option has no effect: the end of a sentence, static; NULL if it has one */
};

struct reload_report {
    const char *file; /* the file that was read; NULL if the server has none */
    bool is_right;    /* the configuration is valid as a whole */
    struct reload_change *changes;
    size_t count;
    size_t applied;     /* the number of changes that take effect */
    const char *certificate; /* the file of a certificate that takes the place of another one; NULL if none does */
    const char *errors; /* one per line, if is_right is false; otherwise "" */
    const char *warnings; /* one per line; "" if there are none */
};

/* The report is valid during the call. */
typedef void reload_done_fn(void *ctx, const struct reload_report *report);

struct listening;
struct reload_request;
struct settings;

/* Embedded by the server. */
struct reload {
    struct settings *settings; /* borrowed, as are the next two */
    const struct listening *listening;
    struct lane *lane;
    void (*begins)(void *ctx); /* called when a reload begins; not for a check */
    void (*ends)(void *ctx);   /* called when it is over, applied or refused */
    void *ctx;                 /* for both */
    uint64_t counts[METRICS_RELOADS];    /* since the start, without checks */
    bool is_refused;                     /* the last reload was refused; checks do not change it */
    struct reload_request *first, **end; /* the first one is being read */
};

/* The caller has set settings, listening, lane, begins, ends and ctx. */
void reload_init(struct reload *reload);
/* Forgets all requests; called before the lane is ended. */
void reload_fini(struct reload *reload);
/* Reads the configuration anew.  If it is valid as a whole, puts in force all options that can be changed while the
 * server runs; otherwise changes nothing.  Logs every change or every error.  If is_check is set, changes and logs
 * nothing, and only reports what would happen.  done is called later, never by this function; it may be NULL. */
void reload_ask(struct reload *reload, bool is_check, reload_done_fn *done, void *ctx);
/* The caller that asked with this ctx no longer waits: its done is not called.  Its reload is made nevertheless. */
void reload_forget(struct reload *reload, const void *ctx);

#endif
