/* frontend/form.h: the contract of the forms, text and json, which encode messages and replies.
 *
 * Loop thread only. */
#ifndef CHATD_FRONTEND_FORM_H
#define CHATD_FRONTEND_FORM_H

#include "base/strbuf.h"
#include "chat/deliver.h"
#include "frontend/look.h"
#include "frontend/reply.h"

/* An encoding is a small number: bits of the text form, or json. */
enum frontend_encoding {
    FRONTEND_TIME = 1,   /* the time before each message */
    FRONTEND_COLOUR = 2, /* names in colours, by ECMA-48 */
    FRONTEND_BELL = 4,   /* a bell with each private line */
    FRONTEND_JSON = 8,
    FRONTEND_ENCODINGS,
    /* Of a message for one reader; in no session's encoding: */
    FRONTEND_MENTION = 16, /* the reader is spoken of: a name in colours is marked, and FRONTEND_BELL rings */
};

/* The functions of a form.  Each appends whole lines to out. */
struct frontend_form {
    /* look may be NULL, as that of a reply's context. */
    void (*message)(struct strbuf *out, unsigned encoding, const struct look *look, const struct delivery *d);
    /* Encodes a reply (frontend/reply.h).  Appends nothing if the form does not show the kind. */
    void (*reply)(struct strbuf *out, unsigned encoding, const struct reply *r, const struct reply_context *ctx);
};

#endif
