/* store/integrity.h: checks whether a database is damaged.
 *
 * Reads all of it, through a connection of its own; others can write meanwhile.  Takes long for a large database.  Any
 * thread. */
#ifndef CHATD_STORE_INTEGRITY_H
#define CHATD_STORE_INTEGRITY_H

#include "base/strbuf.h"

#include <stdatomic.h>
#include <stdbool.h>

/* Returns true if nothing is wrong; otherwise appends what is wrong, a line for each problem.  The check ends early
 * once *stop is true; the result is then that of the part that was checked.  stop may be NULL. */
bool integrity_check(const char *path, atomic_bool *stop, struct strbuf *report);

#endif
