/* lanes.h: the threads beside the loop's: each lane (base/lane.h) that the server has, and what it is for.
 *
 * Embedded by the server; loop thread only. */
#ifndef CHATD_LANES_H
#define CHATD_LANES_H

#include "base/lane.h"
#include "base/strbuf.h"

#include <stdbool.h>

enum lanes_id {
    LANES_FILES, /* reads settings, certificates and opens logs */
    LANES_TLS,   /* computes handshakes; in a build without OpenSSL there is no such lane */
    LANES_STORE, /* uses the database, if there is one; otherwise there is no such lane */
    LANES_CHECK, /* checks the database beside that, for minutes; likewise */
    LANES
};

struct lanes {
    struct lane *list[LANES]; /* NULL if there is none */
};

/* Makes all that there are, those of the database only if has_store.  Returns false and adds a line to errors if one of
 * them cannot be made; then there is none. */
bool lanes_begin(struct lanes *lanes, bool has_store, struct strbuf *errors);
/* Ends all of them at the same time, and logs the jobs that were lost. */
void lanes_end(struct lanes *lanes);

#endif
