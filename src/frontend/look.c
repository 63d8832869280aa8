/* frontend/look.c: the table of the looks in use. */
#include "config.h"

#include "frontend/look.h"

#include "base/charset_fit.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/timeform.h"

#include <stdlib.h>
#include <string.h>

/* Different looks have different keys; that of no look is "". */
static void put_key(struct strbuf *key, const struct look_spec *spec)
{
    if (spec->zone != NULL) {
        strbuf_addf(key, "zone %s\n", zone_name(spec->zone));
    }
    if (spec->has_256_colours || spec->has_isolates) {
        strbuf_addf(key, "colours %d, isolates %d\n", spec->has_256_colours, spec->has_isolates);
    }
    if (spec->time_form != NULL) {
        strbuf_addf(key, "time %s\n", spec->time_form);
    }
    if (spec->charset != NULL) {
        strbuf_addf(key, "%s %s\n", spec->is_telnet ? "telnet" : "charset", charset_name(spec->charset));
    }
}

static struct look *make(struct looks *looks, const struct look_spec *spec, char *key)
{
    struct look *look = mem_zalloc(sizeof(*look));

    look->is = *spec;
    if (spec->time_form != NULL) {
        look->is.time_form = mem_strdup(spec->time_form);
    }
    look->refs = 1;
    look->looks = looks;
    look->key = key;
    HASH_ADD_KEYPTR(hh, looks->first, look->key, strlen(look->key), look);
    return look;
}

struct look *look_get(struct looks *looks, const struct look_spec *spec)
{
    struct strbuf key = {0};
    struct look *look = NULL;

    put_key(&key, spec);
    if (key.len > 0) {
        HASH_FIND(hh, looks->first, key.data, key.len, look);
        if (look == NULL) {
            return make(looks, spec, strbuf_take(&key));
        }
    }
    strbuf_fini(&key);
    return look_ref(look);
}

struct look *look_ref(struct look *look)
{
    if (look != NULL) {
        look->refs++;
    }
    return look;
}

void look_unref(struct look *look)
{
    if (look != NULL && --look->refs == 0) {
        HASH_DEL(look->looks->first, look);
        free((char *)look->is.time_form);
        free(look->key);
        free(look);
    }
}

void look_fit(const struct look *look, struct strbuf *text)
{
    struct strbuf fitted = {0};

    if (look_is_encoded(look) && text->len > 0) {
        charset_fit_add(look->is.charset, &fitted, text->data, text->len);
        strbuf_fini(text);
        *text = fitted;
    }
}

void look_encode(const struct look *look, struct strbuf *text)
{
    if (look != NULL) {
        charset_fit_encode(look->is.charset, text, look->is.is_telnet);
    }
}

const struct zone *look_zone(const struct look *look)
{
    return look != NULL ? look->is.zone : NULL;
}

const char *look_time_form(const struct look *look)
{
    return look != NULL && look->is.time_form != NULL ? look->is.time_form : TIMEFORM_USUAL;
}

/* ---- people ---- */

#define FSI "\xe2\x81\xa8"
#define PDI "\xe2\x81\xa9"
#define PLAIN "\033[0m"

void look_add_text(const struct look *look, struct strbuf *out, const char *text, size_t len)
{
    if (look != NULL && look->is.has_isolates && text_has_rtl(text, len)) {
        strbuf_adds(out, FSI);
        strbuf_add(out, text, len);
        strbuf_adds(out, PDI);
    } else {
        strbuf_add(out, text, len);
    }
}

/* Of the 256 colours those whose contrast (WCAG 2, 1.4.3) to black and to white is at least 3.6, without the reds,
 * which are for errors. */
static const unsigned char colours[] = {130, 94, 100, 64,  28,  29,  30,  31,  32,  67,  26,  27,  61,
                                        62,  63, 99,  98,  97,  134, 129, 128, 133, 164, 163, 162, 132};

/* FNV-1a, so that names that differ in a letter differ in their colours. */
static uint32_t hash_of(const char *folded)
{
    uint32_t hash = 2166136261u;

    for (const char *s = folded; *s != '\0'; s++) {
        hash = (hash ^ (unsigned char)*s) * 16777619u;
    }
    return hash ^ hash >> 16;
}

void look_add_name(const struct look *look, struct strbuf *out, const char *name, const char *folded, bool is_coloured,
                   bool is_marked)
{
    const char *mark = is_marked ? "7;" : "";

    if (!is_coloured) {
        look_add_text(look, out, name, strlen(name));
        return;
    }
    if (look != NULL && look->is.has_256_colours) {
        strbuf_addf(out, "\033[1;%s38;5;%um", mark, (unsigned)colours[hash_of(folded) % sizeof(colours)]);
    } else {
        strbuf_addf(out, "\033[1;%s3%um", mark, 2 + hash_of(folded) % 5);
    }
    look_add_text(look, out, name, strlen(name));
    strbuf_adds(out, PLAIN);
}
