/* base/charsets.h: the charsets that a terminal may have: the one table of them, and their converters.
 *
 * All converters are opened at the start: iconv loads them from the disk, which the loop must not wait for. */
#ifndef CHATD_BASE_CHARSETS_H
#define CHATD_BASE_CHARSETS_H

#include "base/charset.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    CHARSETS_UTF8,      /* the number of UTF-8, which needs no conversion */
    CHARSETS_MOST = 32, /* there are fewer */
};

struct charsets {
    struct charset *each[CHARSETS_MOST]; /* by their numbers; NULL: UTF-8, or the system has no converter for it */
};

/* Opens the converters; those that the system does not have are left out. */
void charsets_open(struct charsets *all);
void charsets_close(struct charsets *all);

/* The name of a number, as it is shown; NULL if there is no such number. */
const char *charsets_name(unsigned number);
/* The same as IANA has it, for telnet. */
const char *charsets_iana_name(unsigned number);
/* Finds a charset by one of its names, of len bytes; case and punctuation do not count.  False: there is none. */
bool charsets_find(const char *name, size_t len, unsigned *number);
/* A charset that is not UTF-8, if the system has a converter; otherwise NULL.  all may be NULL: it has none. */
const struct charset *charsets_get(const struct charsets *all, unsigned number);
/* Returns true for UTF-8, and if the system has a converter. */
bool charsets_has(const struct charsets *all, unsigned number);

#endif
