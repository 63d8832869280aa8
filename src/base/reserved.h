/* base/reserved.h: names that only some may take: a list of patterns.
 *
 * Pure, but for new and free; any thread. */
#ifndef CHATD_BASE_RESERVED_H
#define CHATD_BASE_RESERVED_H

#include "base/name.h"

#include <stdbool.h>
#include <stddef.h>

struct reserved;

/* list: patterns (base/glob.h), separated by commas.  Those that reserved_check() refuses are left out. */
struct reserved *reserved_new(const char *list);
/* May be NULL. */
void reserved_free(struct reserved *reserved);

/* Returns true if the name, or a word that it can be read as (base/lookalike.h), matches a pattern.  reserved may be
 * NULL: nothing is reserved. */
bool reserved_has(const struct reserved *reserved, const struct name *name);

/* Returns false if the text is no pattern of names, and writes the end of a sentence that says why to err. */
bool reserved_check(const char *pattern, char *err, size_t err_size);

#endif
