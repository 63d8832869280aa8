/* frontend/typing_lines.h: the lines that were typed ahead or pasted, and wait for the session (frontend/waiting.h).
 * Loop thread only. */
#ifndef CHATD_FRONTEND_TYPING_LINES_H
#define CHATD_FRONTEND_TYPING_LINES_H

#include "base/strbuf.h"

struct typing;

/* Runs lines until one must wait. */
void typing_lines_run(struct typing *t);
/* Takes what the editor has been pasted: several lines.  Runs them, or has the person asked first if they are many. */
void typing_lines_take_paste(struct typing *t);
/* Takes all lines, and appends them and what is typed so far to rest. */
void typing_lines_take_rest(struct typing *t, struct strbuf *rest);

#endif
