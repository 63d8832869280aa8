/* tests/integration/strict_json.h: a strict parser of JSON (RFC 8259) for the tests. */
#ifndef CHATD_TESTS_STRICT_JSON_H
#define CHATD_TESTS_STRICT_JSON_H

#include <stdbool.h>
#include <stddef.h>

/* Returns true if all of text is one JSON value, in valid UTF-8, and no object has a name twice. */
bool strict_json_is_valid(const char *text);

/* The value of a key of the object in text, which is valid: a string with its escapes undone; "true", "false" or a
 * number as it is written.  NULL if there is no such key.  The result is valid until four more calls. */
const char *strict_json_get(const char *text, const char *key);

#endif
