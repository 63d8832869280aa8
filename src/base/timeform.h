/* base/timeform.h: forms in which people want to see the time: a safe subset of strftime(3).
 *
 * A form is text with conversions: %H:%M:%S, [%H:%M], %d.%m. %I:%M %p.  Widths, flags and the conversions that are not
 * named at timeform_is_valid() are refused, so a time has at most TIMEFORM_COLUMNS columns.  Pure; any thread. */
#ifndef CHATD_BASE_TIMEFORM_H
#define CHATD_BASE_TIMEFORM_H

#include <stdbool.h>
#include <time.h>

#define TIMEFORM_USUAL "%H:%M"

enum {
    TIMEFORM_BYTES = 32,   /* of a form, at most */
    TIMEFORM_COLUMNS = 40, /* of a time */
    TIMEFORM_SIZE = 192,   /* of a time in bytes, with its NUL */
};

/* Returns true if the text, which is clean (base/text.h), is such a form: it has at most TIMEFORM_BYTES bytes, at least
 * one conversion, and no other conversions than
 *
 *   %H %I %M %S %p %k %l       hour, minute, second
 *   %T %R                      %H:%M:%S, %H:%M
 *   %a %A %d %e %j             day
 *   %b %B %m %y %Y %F          month, year; %Y-%m-%d
 *   %z %Z                      zone
 *   %%                         a percent sign, which does not count as one */
bool timeform_is_valid(const char *form);
/* Writes the time in a form that is valid to buf, which has TIMEFORM_SIZE bytes, and returns buf. */
const char *timeform_put(const char *form, const struct tm *tm, char *buf);

#endif
