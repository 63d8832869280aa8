/* store/integrity.h: checks whether a database is damaged.
 *
 * Reads all of it, through a connection of its own, which sees one state of the database throughout.  Others can write
 * meanwhile, and the write-ahead log cannot be reset until the check ends.  Takes long for a large database.  Any
 * thread. */
#ifndef CHATD_STORE_INTEGRITY_H
#define CHATD_STORE_INTEGRITY_H

#include "base/strbuf.h"

#include <stdatomic.h>

enum integrity {
    INTEGRITY_WHOLE,   /* nothing is wrong */
    INTEGRITY_DAMAGED, /* something is wrong */
    INTEGRITY_UNKNOWN, /* it could not be read to the end, and what was read is right */
};

/* Appends to report what is wrong, or why the database cannot be read, a line for each, of which there are some 200 at
 * most.  The check ends early once *stop is true; the result is then that of the part that was checked.  stop may be
 * NULL. */
enum integrity integrity_check(const char *path, atomic_bool *stop, struct strbuf *report);

#endif
