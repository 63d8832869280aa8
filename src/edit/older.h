/* edit/older.h: the lines that a person has typed, for Up and Ctrl-R.
 *
 * Keeps the last OLDER_LINES of them, or as many as fit in OLDER_BYTES; none is kept twice in a row.  Lines are
 * counted from the newest one, which is 0.  Pure. */
#ifndef CHATD_EDIT_OLDER_H
#define CHATD_EDIT_OLDER_H

#include <stddef.h>
#include <stdint.h>

enum { OLDER_BYTES = 2048, OLDER_LINES = 64 };

/* Embedded by its owner and zeroed. */
struct older {
    char *lines;    /* the lines, the oldest first, each with a NUL; NULL if there are none */
    uint32_t len;   /* bytes in use */
    uint32_t space; /* bytes allocated */
    uint32_t count; /* of lines */
};

/* Keeps a line, unless it is longer than OLDER_BYTES or the same as the newest one. */
void older_add(struct older *r, const char *line, size_t len);
/* Puts older lines, in the form of lines, before those that there are, as many as there is place for. */
void older_put_before(struct older *r, const char *lines, size_t len);
/* Line i; NULL if there are not so many.  Borrowed until the next change. */
const char *older_get(const struct older *r, size_t i);
/* The number of the first line, from line i on to older ones, that holds words; SIZE_MAX if there is none. */
size_t older_find(const struct older *r, size_t i, const char *words);
void older_fini(struct older *r);

#endif
