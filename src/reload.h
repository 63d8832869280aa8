/* reload.h: a new configuration for a running server, and a report of what came of it.
 *
 * The file, and the place of a log that it names, may be on a disk that hangs: they are read and opened in a lane,
 * while the loop goes on.  Who asks is told when it is over.  One reading is under way at a time, begun after it was
 * asked for and applied before the next begins: so what is in force is never older than what somebody was told. */
#ifndef CHATD_RELOAD_H
#define CHATD_RELOAD_H

#include "admin/metrics.h"
#include "base/lane.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One option that differs from what is in force; both values as a file has them, on one line. */
struct reload_change {
    char *option, *was, *is;
    bool reloadable; /* else it needs a restart, and was stays in force */
    const char *unused; /* why it has no effect even so: a sentence's end, static; NULL: it has */
};

struct reload_report {
    const char *file; /* that was read; NULL: the server has none */
    bool is_right;    /* the configuration, as a whole */
    struct reload_change *changes;
    size_t count;
    size_t applied;     /* of them: those that take effect */
    const char *errors; /* a line each, when it is not right; else "" */
    const char *warnings; /* a line each: what is right and may not be meant, or not do here; or "" */
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
    void (*begins)(void *ctx); /* a configuration is read that is to be put in force */
    void (*ends)(void *ctx);   /* that is over, whatever came of it */
    void *ctx;                 /* for both */
    uint64_t counts[METRICS_RELOADS];    /* ever, checks left out */
    bool is_refused;                     /* the last one, checks left out */
    struct reload_request *first, **end; /* the first is under way */
};

/* settings, listening, lane, begins, ends and ctx are set; the rest is filled in. */
void reload_init(struct reload *reload);
/* Forgets all who wait; before the end of lane. */
void reload_fini(struct reload *reload);
/* Reads the configuration anew.  When it is right as a whole, puts in force what can be changed while the server runs;
 * otherwise leaves all as it is.  The log tells every change or every error.  is_check: tries what may fail of it, and
 * changes and logs nothing.  done is called later, never from here; NULL: nobody wants to know. */
void reload_ask(struct reload *reload, bool is_check, reload_done_fn *done, void *ctx);
/* Who asked with this ctx wants to know no more.  A reload is done even so. */
void reload_forget(struct reload *reload, const void *ctx);

#endif
