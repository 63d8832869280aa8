/* frontend/reply_json.h: a reply as programs read it: an object of the table's type, with its fields. */
#ifndef CHATD_FRONTEND_REPLY_JSON_H
#define CHATD_FRONTEND_REPLY_JSON_H

#include "frontend/reply.h"

/* A reply in the json form: a line, or nothing for a kind that only people need. */
void reply_json_add(struct strbuf *out, const struct reply *r, const struct reply_context *ctx);

#endif
