/* base/timeform.c: what is let through to strftime(). */
#include "config.h"

#include "base/timeform.h"

#include "base/text.h"

#include <string.h>

#define CONVERSIONS "HIMSpklTRaAdejbBmyYFzZ"

/* Not checked by the compiler: the form comes from a person, and timeform_is_valid() has looked at it. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static size_t put(const char *form, const struct tm *tm, char *buf)
{
    return strftime(buf, TIMEFORM_SIZE, form, tm);
}
#pragma GCC diagnostic pop

/* A time that is as long as one can be, in each of its parts. */
static bool fits(const char *form)
{
    static const struct tm longest = {.tm_year = 126, .tm_mon = 8, .tm_mday = 30, .tm_wday = 3, .tm_yday = 272,
                                      .tm_hour = 23, .tm_min = 59, .tm_sec = 59, .tm_gmtoff = -34200,
                                      .tm_zone = "+HHMMSS"};
    char buf[TIMEFORM_SIZE];
    size_t len = put(form, &longest, buf);

    return len > 0 && text_columns(buf, len) <= TIMEFORM_COLUMNS;
}

bool timeform_is_valid(const char *form)
{
    unsigned conversions = 0;

    if (strlen(form) > TIMEFORM_BYTES) {
        return false;
    }
    for (const char *s = strchr(form, '%'); s != NULL; s = strchr(s + 2, '%')) {
        if (s[1] == '\0' || strchr(CONVERSIONS "%", s[1]) == NULL) {
            return false;
        }
        conversions += s[1] != '%';
    }
    return conversions > 0 && fits(form);
}

/* The name of the process's own zone may be longer than that of any zone of tzdata. */
const char *timeform_put(const char *form, const struct tm *tm, char *buf)
{
    if (put(form, tm, buf) == 0) {
        put(TIMEFORM_USUAL, tm, buf);
    }
    return buf;
}
