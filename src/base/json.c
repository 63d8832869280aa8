/* base/json.c: sets commas and quotes. */
#include "config.h"

#include "base/json.h"

#include <string.h>

/* Adds what stands before a value: a comma if another value precedes it, and the key. */
static void lead(struct strbuf *out, const char *key)
{
    char last = out->len > 0 ? out->data[out->len - 1] : '\n';

    if (last != '{' && last != '[' && last != '\n') {
        strbuf_addc(out, ',');
    }
    if (key != NULL) {
        strbuf_addc(out, '"');
        strbuf_adds(out, key);
        strbuf_adds(out, "\":");
    }
}

void json_begin(struct strbuf *out, const char *key)
{
    lead(out, key);
    strbuf_addc(out, '{');
}

void json_end(struct strbuf *out)
{
    strbuf_addc(out, '}');
}

void json_begin_array(struct strbuf *out, const char *key)
{
    lead(out, key);
    strbuf_addc(out, '[');
}

void json_end_array(struct strbuf *out)
{
    strbuf_addc(out, ']');
}

void json_strn(struct strbuf *out, const char *key, const char *value, size_t len)
{
    lead(out, key);
    strbuf_addc(out, '"');
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)value[i];

        if (c == '"' || c == '\\') {
            strbuf_addc(out, '\\');
            strbuf_addc(out, (char)c);
        } else if (c < 0x20) {
            strbuf_addf(out, "\\u%04x", c); /* cleaned text has no control characters; text of chatd's own might */
        } else {
            strbuf_addc(out, (char)c);
        }
    }
    strbuf_addc(out, '"');
}

void json_str(struct strbuf *out, const char *key, const char *value)
{
    json_strn(out, key, value, strlen(value));
}

void json_num(struct strbuf *out, const char *key, int64_t value)
{
    lead(out, key);
    strbuf_addf(out, "%lld", (long long)value);
}

void json_real(struct strbuf *out, const char *key, double value, int digits)
{
    lead(out, key);
    strbuf_addf(out, "%.*f", digits, value);
}

void json_bool(struct strbuf *out, const char *key, bool value)
{
    lead(out, key);
    strbuf_adds(out, value ? "true" : "false");
}
