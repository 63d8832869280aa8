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

void frontend_goodbye(struct strbuf *out, unsigned encoding, enum reason reason, const char *said)
{
    static const struct reply_context nothing = {0};

    if (reason_goodbye(reason) != NULL) {
        frontend_form(encoding)->reply(out, encoding,
                                       REPLY(REPLY_ENDED, .ending = reason, .goodbye = reason_goodbye(reason),
                                             .said = reply_or_none(said)),
                                       &nothing);
    }
}

static struct payload *encode(const struct delivery *d, unsigned encoding)
{
    struct strbuf out = {0};
    struct payload *p;

    /* Room lines may give way to newer ones when a reader is too slow; what was asked for, and what
     * was meant for one person, stays. */
    frontend_form(encoding)->message(&out, encoding, d);
    p = payload_new(out.data, out.len,
                    d->m->kind == MESSAGE_PRIVATE || d->is_replay ? PAYLOAD_KEPT : PAYLOAD_DROPPABLE);
    strbuf_fini(&out);
    return p;
}

/* Which encoding of an old line it is: that has its time in text anyhow, and rings no bell. */
static uint32_t replay_form(unsigned encoding, unsigned columns)
{
    return (encoding & (FRONTEND_COLOUR | FRONTEND_JSON)) | columns << 8;
}

/* With a reference. */
static struct payload *encode_replay(struct delivery *d, unsigned encoding)
{
    uint32_t form = replay_form(encoding, 0);
    struct payload *p = replays_find(d->replays, d->m->id, form, d->now_ms);

    if (p != NULL) {
        return payload_ref(p);
    }
    p = encode(d, encoding);
    replays_keep(d->replays, d->m->id, form, p);
    return p;
}

struct payload *frontend_encode(struct delivery *d, unsigned encoding)
{
    if (d->encoded[encoding] == NULL) {
        d->encoded[encoding] = d->replays != NULL ? encode_replay(d, encoding) : encode(d, encoding);
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

/* plain, or its rows if it does not fit. */
static struct payload *fit(struct delivery *d, unsigned encoding, struct payload *plain, unsigned columns)
{
    struct deliver_rows *rows = get_rows(d, encoding, plain);
    struct strbuf out = {0};
    unsigned class;

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

struct payload *frontend_encode_rows(struct delivery *d, unsigned encoding, unsigned columns)
{
    struct payload *plain = frontend_encode(d, encoding), *p = NULL;

    /* No character takes more columns than it has bytes. */
    if (encoding == FRONTEND_JSON || plain->len - strlen("\r\n") <= columns) {
        return plain;
    }
    if (d->replays != NULL) {
        p = replays_find(d->replays, d->m->id, replay_form(encoding, columns), d->now_ms);
    }
    if (p == NULL) {
        p = fit(d, encoding, plain, columns);
        if (d->replays != NULL) {
            replays_keep(d->replays, d->m->id, replay_form(encoding, columns), p);
        }
    }
    return p;
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
