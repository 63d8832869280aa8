/* admin/metrics_pages.h: what is there to be read over HTTP.
 *
 * GET and HEAD of /metrics are answered with the metrics, of /healthz with "ok", of / with a line that points to
 * /metrics; any other request is answered with an error.  Loop thread only. */
#ifndef CHATD_ADMIN_METRICS_PAGES_H
#define CHATD_ADMIN_METRICS_PAGES_H

#include "admin/metrics.h"
#include "base/strbuf.h"

struct evhttp;

/* Embedded by its owner, which sets metrics. */
struct metrics_pages {
    const struct metrics *metrics; /* borrowed */
    struct strbuf text;            /* the last answer; kept to reuse its memory */
};

/* Has them served by http, which borrows pages. */
void metrics_pages_serve(struct metrics_pages *pages, struct evhttp *http);
void metrics_pages_fini(struct metrics_pages *pages);

#endif
