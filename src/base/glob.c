/* base/glob.c: matching without recursion: only the last * need be tried again. */
#include "config.h"

#include "base/glob.h"

#include <string.h>

static const char *next_char(const char *s)
{
    do {
        s++;
    } while (((unsigned char)*s & 0xc0) == 0x80); /* the bytes within a character */
    return s;
}

bool glob_matches(const char *pattern, const char *text)
{
    const char *star = NULL, *tried = NULL; /* behind the last *, and what it has been tried to match up to */

    while (*text != '\0') {
        if (*pattern == '*') {
            star = ++pattern;
            tried = text;
        } else if (*pattern == '?') {
            pattern++;
            text = next_char(text);
        } else if (*pattern == *text) {
            pattern++;
            text++;
        } else if (star != NULL) {
            pattern = star;
            text = tried = next_char(tried);
        } else {
            return false;
        }
    }
    return pattern[strspn(pattern, "*")] == '\0';
}

bool glob_is_pattern(const char *s)
{
    return strpbrk(s, "*?") != NULL;
}
