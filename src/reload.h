/* reload.h: a new configuration for a running server, and a report of what came of it. */
#ifndef CHATD_RELOAD_H
#define CHATD_RELOAD_H

#include "base/strbuf.h"
#include "server.h"

#include <stdbool.h>
#include <stddef.h>

/* One option that differs from what is in force; both values as a file has them, on one line. */
struct reload_change {
    char *option, *was, *is;
    bool reloadable; /* else it needs a restart, and was stays in force */
};

struct reload_report {
    bool is_right; /* the configuration, as a whole */
    struct reload_change *changes;
    size_t count, restarts; /* of changes; of those that need a restart */
    struct strbuf errors;   /* a line each, when it is not right */
};

/* Reads the configuration anew.  When it is right as a whole, puts in force what can be changed while
 * the server runs; otherwise leaves all as it is.  The log tells every change or every error. */
void reload_run(struct server *server, struct reload_report *report);
/* Reads the configuration as a reload would, tries what may fail of putting it in force, and changes nothing. */
void reload_check(struct server *server, struct reload_report *report);
void reload_report_fini(struct reload_report *report);

#endif
