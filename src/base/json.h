/* base/json.h: writing JSON (RFC 8259): the one place that escapes.
 *
 * An object or array is begun, given its members and ended; commas are set here.  Keys are literals of
 * chatd's own and are not escaped; strings are valid UTF-8.  Everything is appended to a strbuf; any
 * thread. */
#ifndef CHATD_BASE_JSON_H
#define CHATD_BASE_JSON_H

#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* '{' and '}'.  key is NULL for an object that is no member of another, or an array's item. */
void json_begin(struct strbuf *out, const char *key);
void json_end(struct strbuf *out);
/* '[' and ']'; key as above. */
void json_begin_array(struct strbuf *out, const char *key);
void json_end_array(struct strbuf *out);

/* A member; key is NULL for an item of an array. */
void json_str(struct strbuf *out, const char *key, const char *value);
/* The len bytes at value. */
void json_strn(struct strbuf *out, const char *key, const char *value, size_t len);
void json_num(struct strbuf *out, const char *key, int64_t value);
/* A number with a fraction; digits of it. */
void json_real(struct strbuf *out, const char *key, double value, int digits);
void json_bool(struct strbuf *out, const char *key, bool value);

#endif
