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

static struct payload *encode(const struct delivery *d, unsigned encoding, const struct look *look)
{
    struct strbuf out = {0};
    struct payload *p;

    /* Room lines may give way to newer ones when a reader is too slow; what was asked for, and what
     * was meant for one person, stays. */
    frontend_form(encoding)->message(&out, encoding, look, d);
    look_fit(look, &out);
    p = payload_new(out.data, out.len,
                    d->m->kind == MESSAGE_PRIVATE || d->is_replay ? PAYLOAD_KEPT : PAYLOAD_DROPPABLE);
    strbuf_fini(&out);
    return p;
}

/* Which encoding of an old line it is: it rings no bell. */
static uint32_t replay_form(unsigned encoding, unsigned columns)
{
    return (encoding & ~(unsigned)FRONTEND_BELL) | columns << 8;
}

/* With a reference. */
static struct payload *encode_replay(struct delivery *d, unsigned encoding)
{
    uint32_t form = replay_form(encoding, 0);
    struct payload *p = replays_find(d->replays, d->m->id, form, d->now_ms);

    if (p != NULL) {
        return payload_ref(p);
    }
    p = encode(d, encoding, NULL);
    replays_keep(d->replays, d->m->id, form, p);
    return p;
}

struct payload *frontend_encode(struct delivery *d, unsigned encoding)
{
    if (d->encoded[encoding] == NULL) {
        d->encoded[encoding] = d->replays != NULL ? encode_replay(d, encoding) : encode(d, encoding, NULL);
    }
    return d->encoded[encoding];
}

/* text in the charset of a look that has one; with a reference. */
static struct payload *recode(const struct payload *text, const struct look *look)
{
    struct strbuf out = {0};
    struct payload *p;

    strbuf_add(&out, text->data, text->len);
    look_encode(look, &out);
    p = payload_new(out.data, out.len, (enum payload_class)text->kind);
    strbuf_fini(&out);
    return p;
}

/* Returns true if the encoding of the reader is one of d->encoded. */
static bool is_common(const struct frontend_reader *reader)
{
    return reader->look == NULL && reader->encoding < FRONTEND_ENCODINGS;
}

/* What d has for readers who are alike but for their windows. */
static struct deliver_rows *get_rows(struct delivery *d, const struct frontend_reader *reader)
{
    struct deliver_rows *rows = d->rows;
    const struct payload *plain;

    while (rows != NULL && (rows->encoding != reader->encoding || rows->look != reader->look)) {
        rows = rows->next;
    }
    if (rows == NULL) {
        rows = mem_zalloc(sizeof(*rows));
        rows->look = reader->look;
        rows->encoding = reader->encoding;
        rows->plain = is_common(reader) ? NULL : encode(d, reader->encoding, reader->look);
        plain = rows->plain != NULL ? rows->plain : frontend_encode(d, reader->encoding);
        rows->columns = wrap_columns(plain->data, plain->len);
        if (look_is_encoded(reader->look)) {
            rows->text = rows->plain;
            rows->plain = recode(rows->text, reader->look);
        }
        rows->next = d->rows;
        d->rows = rows;
    }
    return rows;
}

/* plain, or its rows if it does not fit. */
static struct payload *fit(struct deliver_rows *rows, struct payload *plain, unsigned columns)
{
    const struct payload *text = rows->text != NULL ? rows->text : plain;
    struct strbuf out = {0};
    unsigned class;

    if (rows->columns <= columns) {
        return plain;
    }
    class = wrap_class(columns);
    if (rows->payloads[class] == NULL) {
        wrap_lines(&out, text->data, text->len, wrap_class_columns(class));
        look_encode(rows->look, &out);
        rows->payloads[class] = payload_new(out.data, out.len, (enum payload_class)plain->kind);
        strbuf_fini(&out);
    }
    return rows->payloads[class];
}

/* No character takes more columns than it has bytes. */
static bool fits_surely(const struct payload *plain, const struct frontend_reader *reader)
{
    return reader->encoding == FRONTEND_JSON || reader->columns == 0 ||
           plain->len - strlen("\r\n") <= reader->columns;
}

static struct payload *encode_common(struct delivery *d, const struct frontend_reader *reader)
{
    struct payload *plain = frontend_encode(d, reader->encoding), *p = NULL;

    if (fits_surely(plain, reader)) {
        return plain;
    }
    if (d->replays != NULL) {
        p = replays_find(d->replays, d->m->id, replay_form(reader->encoding, reader->columns), d->now_ms);
    }
    if (p == NULL) {
        p = fit(get_rows(d, reader), plain, reader->columns);
        if (d->replays != NULL) {
            replays_keep(d->replays, d->m->id, replay_form(reader->encoding, reader->columns), p);
        }
    }
    return p;
}

/* Encodings of old lines for a look are not kept: they are as many as there are looks. */
struct payload *frontend_encode_for(struct delivery *d, const struct frontend_reader *reader)
{
    struct deliver_rows *rows;

    if (is_common(reader)) {
        return encode_common(d, reader);
    }
    rows = get_rows(d, reader);
    return fits_surely(rows->plain, reader) ? rows->plain : fit(rows, rows->plain, reader->columns);
}

void frontend_wrap(struct strbuf *out, const struct frontend_reader *reader)
{
    struct strbuf rows = {0};

    if (reader->encoding == FRONTEND_JSON) {
        return;
    }
    look_fit(reader->look, out);
    if (reader->columns > 0 && wrap_columns(strbuf_str(out), out->len) > reader->columns) {
        wrap_lines(&rows, out->data, out->len, reader->columns);
        strbuf_fini(out);
        *out = rows;
    }
    look_encode(reader->look, out);
}
