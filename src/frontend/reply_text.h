/* frontend/reply_text.h: a reply as people read it: a sentence out of the table, its fields put in. */
#ifndef CHATD_FRONTEND_REPLY_TEXT_H
#define CHATD_FRONTEND_REPLY_TEXT_H

#include "frontend/reply.h"

/* A reply in the text form: whole lines, as text.c describes them; colours an error in red.  Nothing for a kind that
 * people see from something else. */
void reply_text_add(struct strbuf *out, const struct reply *r, const struct reply_context *ctx, bool colours);
/* The sentence alone, which must be of one line. */
void reply_text_sentence(struct strbuf *out, const struct reply *r, const struct reply_context *ctx);

#endif
