/* tests/integration/strict_json.h: a reader of JSON that forgives nothing (RFC 8259), for the tests. */
#ifndef CHATD_TESTS_STRICT_JSON_H
#define CHATD_TESTS_STRICT_JSON_H

#include <stdbool.h>
#include <stddef.h>

/* True when the whole of text is one JSON value, in valid UTF-8, without a name that is there twice in one
 * object. */
bool strict_json_is_valid(const char *text);

/* The string that the object in text (valid) has for a key, with its escapes undone, in a buffer that is good
 * until four more calls; "true" or "false" or a number as it stands; NULL when there is no such key. */
const char *strict_json_get(const char *text, const char *key);

#endif
