/* frontend/form.h: the contract of the forms, text and json, which encode messages and replies.
 *
 * Loop thread only. */
#ifndef CHATD_FRONTEND_FORM_H
#define CHATD_FRONTEND_FORM_H

#include "base/strbuf.h"
#include "chat/deliver.h"
#include "frontend/reply.h"

/* An encoding is a small number: bits of the text form, or json. */
enum frontend_encoding {
    FRONTEND_TIME = 1,   /* the time before each message */
    FRONTEND_COLOUR = 2, /* names in colours, by ECMA-48 */
    FRONTEND_BELL = 4,   /* a bell with each private line */
    FRONTEND_JSON = 8,
    FRONTEND_ENCODINGS,
};

/* How to put things in one form.  Each appends whole lines to out. */
struct frontend_form {
    void (*message)(struct strbuf *out, unsigned encoding, const struct delivery *d);
    /* What the session answers, or tells of itself (frontend/reply.h); nothing for a kind that this form shows in
     * another way. */
    void (*reply)(struct strbuf *out, unsigned encoding, const struct reply *r, const struct reply_context *ctx);
};

#endif
