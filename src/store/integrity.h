/* store/integrity.h: whether a database is whole.
 *
 * Reads all of it by a connection of its own, beside those that write; takes as long as that takes.  Any thread. */
#ifndef CHATD_STORE_INTEGRITY_H
#define CHATD_STORE_INTEGRITY_H

#include "base/strbuf.h"

#include <stdatomic.h>
#include <stdbool.h>

/* True when all is well; otherwise what is wrong is appended, a line each.  *stop, which may be NULL, ends it early
 * once it is true, and what was read until then is taken for all. */
bool integrity_check(const char *path, atomic_bool *stop, struct strbuf *report);

#endif
