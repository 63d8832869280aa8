/* frontend/line_session.h: what a session has of a client of lines: its terminal, hidden and edited input, and what was
 * typed. */
#ifndef CHATD_FRONTEND_LINE_SESSION_H
#define CHATD_FRONTEND_LINE_SESSION_H

#include "frontend/frontend.h"

/* Of the frontend in a struct line (frontend/line_priv.h). */
extern const struct frontend_ops line_session_ops;

#endif
