/* frontend/frontend.c: choosing the form, and encoding a message once per encoding. */
#include "config.h"

#include "frontend/frontend.h"

#include "frontend/json.h"
#include "frontend/text.h"

_Static_assert((int)FRONTEND_ENCODINGS <= (int)DELIVER_ENCODINGS, "a delivery has place for every encoding");

const struct frontend_form *frontend_form(unsigned encoding)
{
    return encoding == FRONTEND_JSON ? &json_form : &text_form;
}

void frontend_goodbye(struct strbuf *out, unsigned encoding, enum reason reason)
{
    if (reason_goodbye(reason) != NULL) {
        frontend_form(encoding)->error(out, encoding, reason_code(reason), reason_goodbye(reason));
    }
}

struct payload *frontend_encode(struct delivery *d, unsigned encoding)
{
    struct strbuf out = {0};

    /* Room lines may give way to newer ones when a reader is too slow; what was asked for, and what
     * was meant for one person, stays. */
    if (d->encoded[encoding] == NULL) {
        frontend_form(encoding)->message(&out, encoding, d);
        d->encoded[encoding] =
            payload_new(out.data, out.len,
                        d->m->kind == MESSAGE_PRIVATE || d->is_replay ? PAYLOAD_KEPT : PAYLOAD_DROPPABLE);
        strbuf_fini(&out);
    }
    return d->encoded[encoding];
}
