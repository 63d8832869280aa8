/* frontend/waiting.h: lines that are complete and wait until they may run, and pasted lines for which the person is
 * asked first.
 *
 * What is taken or dropped is wiped: a password may stand there.  Loop thread only. */
#ifndef CHATD_FRONTEND_WAITING_H
#define CHATD_FRONTEND_WAITING_H

#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

enum waiting_kind {
    WAITING_TYPED = 't',
    WAITING_PASTED = 'p', /* it is not on the screen yet */
};

/* Embedded by its owner and zeroed. */
struct waiting {
    struct strbuf lines; /* from at on, each with its kind before it and a '\n' behind it */
    size_t at;
    struct strbuf held;  /* pasted lines that wait for an answer, as they were pasted */
    unsigned held_lines;
};

/* The bytes of the lines that wait. */
static inline size_t waiting_bytes(const struct waiting *w)
{
    return w->lines.len - w->at;
}
/* Puts a line behind the others. */
void waiting_add(struct waiting *w, enum waiting_kind kind, const char *line, size_t len);
/* The same for pasted text: each line of it that is not empty, with its tabs as blanks. */
void waiting_add_pasted(struct waiting *w, const char *text, size_t len);
/* Takes the first line, with its '\n'; there is one.  The caller wipes and frees it. */
char *waiting_take(struct waiting *w, enum waiting_kind *kind, size_t *len);

/* Takes over pasted text of so many lines, for which the person is asked; what was held before is dropped. */
void waiting_hold(struct waiting *w, struct strbuf *text, unsigned lines);
/* Puts what is held behind the lines that wait if they are to be said, and holds nothing more.  Returns the number of
 * lines. */
unsigned waiting_release(struct waiting *w, bool say);

/* Drops all lines. */
void waiting_fini(struct waiting *w);

#endif
