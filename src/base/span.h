/* base/span.h: spans of time as people write them, "30m", "2h", "7d", "1h30m", and as people read them.
 *
 * Pure functions; any thread. */
#ifndef CHATD_BASE_SPAN_H
#define CHATD_BASE_SPAN_H

#include <stdbool.h>
#include <stdint.h>

enum span_answer {
    SPAN_OK,
    SPAN_NONE,     /* the word is no span: it may be the beginning of something else */
    SPAN_TOO_LONG, /* it is one, of no time at all or of more than SPAN_MOST_DAYS */
};

enum { SPAN_MOST_DAYS = 36500 };

/* Reads the first word of *text as one or more numbers with the units s, m, h, d and w (in either case), each behind
 * its number and without blanks.  With SPAN_OK, sets *ms, and *text is what follows the word and the blanks behind
 * it. */
enum span_answer span_take(const char **text, int64_t *ms);
/* Returns true if the first word begins with a digit, perhaps behind a sign: somebody means a span by it, as with "5",
 * "5min" or "-5m", though span_take() may not take it. */
bool span_is_meant(const char *text);
/* As span_take(), for a text that is a span and nothing else; otherwise SPAN_NONE. */
enum span_answer span_parse(const char *text, int64_t *ms);

enum { SPAN_TEXT_SIZE = 48 };
/* "45 s", "30 min", "1 h 30 min", "7 d": a span in at most two units, without a second one that is 0; what is shorter
 * than the last one is left out.  buf has SPAN_TEXT_SIZE bytes and is returned. */
const char *span_text(int64_t ms, char *buf);

#endif
