/* frontend/look.c: the table of the looks in use. */
#include "config.h"

#include "frontend/look.h"

#include "base/charset_fit.h"
#include "base/mem.h"
#include "base/timeform.h"

#include <stdlib.h>
#include <string.h>

/* Different looks have different keys; that of no look is "". */
static void put_key(struct strbuf *key, const struct look_spec *spec)
{
    if (spec->zone != NULL) {
        strbuf_addf(key, "zone %s\n", zone_name(spec->zone));
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
