/* base/json.h: writes JSON (RFC 8259); the only place where strings are escaped for it.
 *
 * The caller begins an object or array, adds its members and ends it; the commas are added here.  Keys are literals in
 * chatd's code and are not escaped; strings are valid UTF-8.  Everything is appended to a strbuf.  Any thread. */
#ifndef CHATD_BASE_JSON_H
#define CHATD_BASE_JSON_H

#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* '{' and '}'.  key is NULL if the object is no member of another object, or is an item of an array. */
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
/* A number with so many digits after the point. */
void json_real(struct strbuf *out, const char *key, double value, int digits);
void json_bool(struct strbuf *out, const char *key, bool value);

#endif
