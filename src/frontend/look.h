/* frontend/look.h: how lines look to a reader, beyond what an encoding tells.
 *
 * An encoding (frontend/form.h) is a few bits, and tells whether the reader sees times and colours.  A look tells how
 * they are: the zone and the form of the times, the number of colours.  Most readers have none: NULL is the look of
 * the server's zone, "12:00", sixteen colours, and costs nothing: a message for them is found in the delivery by its
 * encoding alone.
 *
 * Looks are immutable, interned and reference-counted: sessions that have chosen the same share one, so that looks are
 * compared by address, and what is encoded for one of these sessions in a delivery is encoded for all of them.  What
 * depends on the single reader (a mention of the name) is no part of a look, but of the encoding.
 *
 * A new property: a field of struct look_spec, which must be 0 or NULL for what most readers have, and its part in
 * put_key() of look.c.  The text form has the look at hand, as a parameter and in struct reply_context; the JSON form
 * never uses it.  frontend_encode_for() makes the bytes of a message, frontend_wrap() is the last step for all other
 * lines.  Loop thread only. */
#ifndef CHATD_FRONTEND_LOOK_H
#define CHATD_FRONTEND_LOOK_H

#include "base/charset.h"
#include "base/hash.h"
#include "base/strbuf.h"
#include "base/zone.h"

#include <stdbool.h>
#include <stdint.h>

/* What makes up a look. */
struct look_spec {
    const struct zone *zone; /* borrowed; NULL: the server's */
    bool has_256_colours;  /* otherwise 16; if the encoding has colours at all */
    bool has_isolates;     /* the client shows right-to-left text as such */
    const char *time_form; /* base/timeform.h, valid; NULL: TIMEFORM_USUAL */
    const struct charset *charset; /* of the terminal; NULL: UTF-8.  Borrowed */
    bool is_telnet;                /* bytes 255 are doubled; only with a charset */
};

struct look {
    struct look_spec is; /* its strings are owned; zones outlive all looks */
    uint32_t refs;
    struct looks *looks;
    char *key;           /* tells it from the others */
    UT_hash_handle hh;   /* by key, in looks */
};

/* All looks in use; embedded and zeroed by the owner. */
struct looks {
    struct look *first; /* a uthash table */
};

/* The look that is so, with a reference for the caller; NULL if spec is all 0 and NULL.  The strings are copied. */
struct look *look_get(struct looks *looks, const struct look_spec *spec);
/* Takes a reference; NULL stays NULL. */
struct look *look_ref(struct look *look);
/* Gives a reference back; NULL is nothing. */
void look_unref(struct look *look);

/* Returns true if the look has a charset; look may be NULL, here and in the next ones. */
static inline bool look_is_encoded(const struct look *look)
{
    return look != NULL && look->is.charset != NULL;
}

/* Replaces what the look's charset has no place for; the result is UTF-8 still. */
void look_fit(const struct look *look, struct strbuf *text);
/* Encodes UTF-8 in the look's charset. */
void look_encode(const struct look *look, struct strbuf *text);
/* The zone of all times that a look shows; NULL: the server's. */
const struct zone *look_zone(const struct look *look);
/* Appends names or text of people, of len clean bytes.  Right-to-left text is isolated from the line around it, by FSI
 * and PDI (UAX #9), if the look asks for it; it holds no such controls of its own (base/text.h). */
void look_add_text(const struct look *look, struct strbuf *out, const char *text, size_t len);
/* Appends a name, in its colour if is_coloured, and marked if is_marked too.  folded, by which the colour is chosen, is
 * the folded name. */
void look_add_name(const struct look *look, struct strbuf *out, const char *name, const char *folded, bool is_coloured,
                   bool is_marked);
/* The form of the times that a look shows before lines; never NULL. */
const char *look_time_form(const struct look *look);

#endif
