/* base/span.c: reads and shows spans of time. */
#include "config.h"

#include "base/span.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { SECOND_MS = 1000, MINUTE_S = 60, HOUR_S = 3600, DAY_S = 86400, WEEK_S = 604800 };

/* The seconds of a unit; 0 if it is none. */
static int64_t unit_s(char unit)
{
    switch (unit | 0x20) {
    case 's':
        return 1;
    case 'm':
        return MINUTE_S;
    case 'h':
        return HOUR_S;
    case 'd':
        return DAY_S;
    case 'w':
        return WEEK_S;
    default:
        return 0;
    }
}

/* Sums stop at one more than the most, so nothing overflows. */
static int64_t bounded(int64_t seconds)
{
    const int64_t most = (int64_t)SPAN_MOST_DAYS * DAY_S;

    return seconds <= most ? seconds : most + 1;
}

enum span_answer span_take(const char **text, int64_t *ms)
{
    const char *at = *text;
    int64_t seconds = 0;

    do {
        const char *begin = at;
        int64_t number = 0;

        for (; *at >= '0' && *at <= '9'; at++) {
            number = bounded(number * 10 + (*at - '0'));
        }
        if (at == begin || unit_s(*at) == 0) {
            return SPAN_NONE;
        }
        seconds = bounded(seconds + bounded(number * unit_s(*at)));
        at++;
    } while (*at != '\0' && *at != ' ');
    if (seconds == 0 || seconds > (int64_t)SPAN_MOST_DAYS * DAY_S) {
        return SPAN_TOO_LONG;
    }
    *ms = seconds * SECOND_MS;
    *text = at + strspn(at, " ");
    return SPAN_OK;
}

bool span_is_meant(const char *text)
{
    text += *text == '-' || *text == '+';
    return *text >= '0' && *text <= '9';
}

enum span_answer span_parse(const char *text, int64_t *ms)
{
    if (strchr(text, ' ') != NULL) {
        return SPAN_NONE;
    }
    return span_take(&text, ms);
}

const char *span_text(int64_t ms, char *buf)
{
    static const struct {
        int64_t s;
        const char *name;
    } units[] = {{DAY_S, "d"}, {HOUR_S, "h"}, {MINUTE_S, "min"}, {1, "s"}};
    int64_t seconds = ms > 0 ? ms / SECOND_MS : 0, rest;
    size_t i = 0;
    int len;

    while (i < 3 && seconds < units[i].s) {
        i++;
    }
    len = snprintf(buf, SPAN_TEXT_SIZE, "%lld %s", (long long)(seconds / units[i].s), units[i].name);
    rest = i < 3 ? seconds % units[i].s / units[i + 1].s : 0;
    if (rest > 0) {
        snprintf(buf + len, SPAN_TEXT_SIZE - (size_t)len, " %lld %s", (long long)rest, units[i + 1].name);
    }
    return buf;
}
