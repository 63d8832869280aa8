/* frontend/line.h: the front end for lines: raw clients such as nc, and telnet.
 *
 * frontend/framing.h defines lines.  Loop thread only. */
#ifndef CHATD_FRONTEND_LINE_H
#define CHATD_FRONTEND_LINE_H

#include "frontend/frontend.h"

/* A frontend_attach_fn.  This front end has no greeting: the client speaks first. */
void line_attach(struct conn *conn, const struct frontend_host *host);

#endif
