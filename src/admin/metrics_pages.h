/* admin/metrics_pages.h: what is there to be read over HTTP.
 *
 * GET and HEAD of /metrics are answered with the metrics, of /healthz with "ok", of /readyz with "ready" or, with
 * status 503, why not, of / with a line that points to /metrics; any other request is answered with an error.  No
 * answer is to be kept by a cache.  Loop thread only. */
#ifndef CHATD_ADMIN_METRICS_PAGES_H
#define CHATD_ADMIN_METRICS_PAGES_H

#include "admin/metrics.h"
#include "base/strbuf.h"

struct evhttp;

/* Embedded by its owner, which sets metrics, why_not_ready and ctx. */
struct metrics_pages {
    const struct metrics *metrics; /* borrowed */
    /* Why no newcomer should be sent here now; NULL if they are welcome, or if it is not set.  Static. */
    const char *(*why_not_ready)(void *ctx);
    void *ctx;
    struct strbuf text;            /* the last answer; kept to reuse its memory */
};

/* Has them served by http, which borrows pages. */
void metrics_pages_serve(struct metrics_pages *pages, struct evhttp *http);
void metrics_pages_fini(struct metrics_pages *pages);

#endif
