/* frontend/frontend.c: choosing the form, and encoding a message once per encoding. */
#include "config.h"

#include "frontend/frontend.h"

#include "base/mem.h"
#include "base/wrap.h"
#include "frontend/json.h"
#include "frontend/text.h"

#include <string.h>

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

/* d's rows in an encoding, of which plain is the encoding unbroken. */
static struct deliver_rows *get_rows(struct delivery *d, unsigned encoding, const struct payload *plain)
{
    struct deliver_rows *rows = d->rows;

    while (rows != NULL && rows->encoding != encoding) {
        rows = rows->next;
    }
    if (rows == NULL) {
        rows = mem_zalloc(sizeof(*rows));
        rows->encoding = encoding;
        rows->columns = wrap_columns(plain->data, plain->len);
        rows->next = d->rows;
        d->rows = rows;
    }
    return rows;
}

struct payload *frontend_encode_rows(struct delivery *d, unsigned encoding, unsigned columns)
{
    struct payload *plain = frontend_encode(d, encoding);
    struct deliver_rows *rows;
    struct strbuf out = {0};
    unsigned class;

    /* No character takes more columns than it has bytes. */
    if (encoding == FRONTEND_JSON || plain->len - strlen("\r\n") <= columns) {
        return plain;
    }
    rows = get_rows(d, encoding, plain);
    if (rows->columns <= columns) {
        return plain;
    }
    class = wrap_class(columns);
    if (rows->payloads[class] == NULL) {
        wrap_lines(&out, plain->data, plain->len, wrap_class_columns(class));
        rows->payloads[class] = payload_new(out.data, out.len, (enum payload_class)plain->kind);
        strbuf_fini(&out);
    }
    return rows->payloads[class];
}

void frontend_wrap(struct strbuf *out, unsigned encoding, unsigned columns)
{
    struct strbuf rows = {0};

    if (encoding == FRONTEND_JSON || wrap_columns(strbuf_str(out), out->len) <= columns) {
        return;
    }
    wrap_lines(&rows, out->data, out->len, columns);
    strbuf_fini(out);
    *out = rows;
}
