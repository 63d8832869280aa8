/* tests/integration/strict_json.c: see strict_json.h.  A recursive descent parser: each function removes what it is
 * named for from the front of the text, or fails. */
#include "config.h"

#include "strict_json.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum {
    DEPTH = 32,
    MOST_KEYS = 64,
    VALUE_BYTES = 65536,
};

static bool take_value(const char **at, int depth);

static void skip_space(const char **at)
{
    *at += strspn(*at, " \t\r\n");
}

static bool take(const char **at, const char *word)
{
    size_t len = strlen(word);

    if (strncmp(*at, word, len) != 0) {
        return false;
    }
    *at += len;
    return true;
}

/* Takes \u and four digits; returns -1 for anything else. */
static int32_t take_unit(const char **at)
{
    char digits[5] = "";

    if (!take(at, "\\u") || strspn(*at, "0123456789abcdefABCDEF") < 4) {
        return -1;
    }
    memcpy(digits, *at, 4);
    *at += 4;
    return (int32_t)strtol(digits, NULL, 16);
}

/* Takes one character of a string and writes it to out.  Returns its length there, 0 if there is none. */
static size_t take_char(const char **at, char *out)
{
    static const char escapes[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    utf8proc_int32_t cp;
    utf8proc_ssize_t n;

    if (**at == '\\' && (*at)[1] == 'u') {
        cp = take_unit(at);
        if (cp >= 0xd800 && cp < 0xdc00) {
            int32_t low = take_unit(at);

            cp = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00) : -1;
        }
        n = utf8proc_codepoint_valid(cp) ? utf8proc_encode_char(cp, (utf8proc_uint8_t *)out) : 0;
        return (size_t)n;
    }
    if (**at == '\\') {
        const char *found = (*at)[1] != '\0' ? strchr(escapes, (*at)[1]) : NULL;

        if (found == NULL) {
            return 0;
        }
        *out = meanings[found - escapes];
        *at += 2;
        return 1;
    }
    n = utf8proc_iterate((const utf8proc_uint8_t *)*at, -1, &cp);
    if (n <= 0 || cp < 0x20) {
        return 0;
    }
    memcpy(out, *at, (size_t)n);
    *at += n;
    return (size_t)n;
}

/* Takes a string and writes it to out, which has VALUE_BYTES. */
static bool take_string(const char **at, char *out)
{
    size_t len = 0;

    if (!take(at, "\"")) {
        return false;
    }
    while (**at != '"') {
        size_t n = len + 5 < VALUE_BYTES ? take_char(at, out + len) : 0;

        if (n == 0) {
            return false;
        }
        len += n;
    }
    out[len] = '\0';
    return take(at, "\"");
}

static bool take_digits(const char **at)
{
    size_t n = strspn(*at, "0123456789");

    *at += n;
    return n > 0;
}

static bool take_number(const char **at)
{
    take(at, "-");
    if (!take(at, "0") && !take_digits(at)) {
        return false;
    }
    if (take(at, ".") && !take_digits(at)) {
        return false;
    }
    if (take(at, "e") || take(at, "E")) {
        if (!take(at, "+")) {
            take(at, "-");
        }
        return take_digits(at);
    }
    return true;
}

static bool take_object(const char **at, int depth)
{
    char *keys[MOST_KEYS], buffer[VALUE_BYTES];
    size_t count = 0;
    bool good = take(at, "{");

    skip_space(at);
    if (good && take(at, "}")) {
        return true;
    }
    do {
        skip_space(at);
        good = good && count < MOST_KEYS && take_string(at, buffer);
        for (size_t i = 0; good && i < count; i++) {
            good = strcmp(keys[i], buffer) != 0;
        }
        if (good) {
            keys[count++] = strdup(buffer);
            skip_space(at);
            good = take(at, ":") && take_value(at, depth + 1);
            skip_space(at);
        }
    } while (good && take(at, ","));
    while (count > 0) {
        free(keys[--count]);
    }
    return good && take(at, "}");
}

static bool take_array(const char **at, int depth)
{
    if (!take(at, "[")) {
        return false;
    }
    skip_space(at);
    if (take(at, "]")) {
        return true;
    }
    do {
        if (!take_value(at, depth + 1)) {
            return false;
        }
        skip_space(at);
    } while (take(at, ","));
    return take(at, "]");
}

static bool take_value(const char **at, int depth)
{
    static char ignored[VALUE_BYTES];

    if (depth > DEPTH) {
        return false;
    }
    skip_space(at);
    switch (**at) {
    case '{':
        return take_object(at, depth);
    case '[':
        return take_array(at, depth);
    case '"':
        return take_string(at, ignored);
    case 't':
        return take(at, "true");
    case 'f':
        return take(at, "false");
    case 'n':
        return take(at, "null");
    default:
        return take_number(at);
    }
}

bool strict_json_is_valid(const char *text)
{
    const char *at = text;

    if (!take_value(&at, 0)) {
        return false;
    }
    skip_space(&at);
    return *at == '\0';
}

const char *strict_json_get(const char *text, const char *key)
{
    static char values[4][VALUE_BYTES];
    static unsigned next;
    char *value = values[next++ % 4];
    const char *at = text, *start;

    skip_space(&at);
    if (!take(&at, "{")) {
        return NULL;
    }
    do {
        bool is_it;

        skip_space(&at);
        if (!take_string(&at, value)) {
            return NULL;
        }
        is_it = strcmp(value, key) == 0;
        skip_space(&at);
        take(&at, ":");
        skip_space(&at);
        start = at;
        if (is_it && *at == '"') {
            return take_string(&at, value) ? value : NULL;
        }
        if (!take_value(&at, 0)) {
            return NULL;
        }
        if (is_it) {
            snprintf(value, VALUE_BYTES, "%.*s", (int)(at - start), start);
            return value;
        }
        skip_space(&at);
    } while (take(&at, ","));
    return NULL;
}
