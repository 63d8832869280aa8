/* base/glob.c: follows all ways to match at the same time, with one bit for each position in the pattern. */
#include "config.h"

#include "base/glob.h"

#include <string.h>

/* The bytes of the next character, as one number. */
static uint32_t next_char(const char **s)
{
    uint32_t c = (unsigned char)*(*s)++;

    while (((unsigned char)**s & 0xc0) == 0x80) {
        c = c << 8 | (unsigned char)*(*s)++;
    }
    return c;
}

/* The index of a character beyond ASCII in others; other_count if it is not there. */
static uint32_t find_other(const struct glob *g, uint32_t c)
{
    uint32_t i = 0;

    while (i < g->other_count && g->others[i] != c) {
        i++;
    }
    return i;
}

static void add_other(struct glob *g, uint32_t c, uint64_t place)
{
    uint32_t i = find_other(g, c);

    if (i == g->other_count) {
        g->others[g->other_count++] = c;
    }
    g->other[i] |= place;
}

bool glob_init(struct glob *g, const char *pattern)
{
    *g = (struct glob){0};
    while (*pattern != '\0') {
        uint64_t place = UINT64_C(1) << g->count;
        uint32_t c = next_char(&pattern);

        if (c == '*') {
            g->stays |= place;
            continue;
        }
        if (g->count == GLOB_CHARS) {
            return false;
        }
        g->count++;
        if (c == '?') {
            g->any |= place;
        } else if (c < 128) {
            g->ascii[c] |= place;
        } else {
            add_other(g, c, place);
        }
    }
    return true;
}

bool glob_matches(const struct glob *g, const char *text)
{
    uint64_t places = 1;

    while (*text != '\0' && places != 0) {
        uint32_t c = next_char(&text);
        uint64_t steps = g->any;

        if (c < 128) {
            steps |= g->ascii[c];
        } else {
            uint32_t i = find_other(g, c);

            steps |= i < g->other_count ? g->other[i] : 0;
        }
        places = (places & steps) << 1 | (places & g->stays);
    }
    return (places >> g->count & 1) != 0;
}

bool glob_is_pattern(const char *s)
{
    return strpbrk(s, "*?") != NULL;
}
