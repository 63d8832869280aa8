/* frontend/reply_text.h: encodes replies for people: the table's sentence, with the fields filled in. */
#ifndef CHATD_FRONTEND_REPLY_TEXT_H
#define CHATD_FRONTEND_REPLY_TEXT_H

#include "frontend/reply.h"

/* Appends a reply in the text form: whole lines, as text.c describes them, or nothing for a kind that text does not
 * show.  With colours, an error is red. */
void reply_text_add(struct strbuf *out, const struct reply *r, const struct reply_context *ctx, bool colours);
/* Appends the sentence alone, which must have one line. */
void reply_text_sentence(struct strbuf *out, const struct reply *r, const struct reply_context *ctx);

#endif
