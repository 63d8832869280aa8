/* frontend/reply_json.h: encodes replies for programs: an object with the table's type and the fields. */
#ifndef CHATD_FRONTEND_REPLY_JSON_H
#define CHATD_FRONTEND_REPLY_JSON_H

#include "frontend/reply.h"

/* Appends a reply in the json form: one line, or nothing for a kind that only people need. */
void reply_json_add(struct strbuf *out, const struct reply *r, const struct reply_context *ctx);

#endif
