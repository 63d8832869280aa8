/* session/ignore.h: whom one person does not want to hear.
 *
 * By folded name, so that it holds for whoever bears the name.  A short list: nearly always empty, and
 * bounded.  Loop thread only. */
#ifndef CHATD_SESSION_IGNORE_H
#define CHATD_SESSION_IGNORE_H

#include "base/name.h"

#include <stdbool.h>
#include <stddef.h>

enum { IGNORE_MAX = 100 };

struct ignore {
    struct name name;
    struct ignore *next;
};

/* Takes *name over, and empties it.  False when the list is full; the name is freed then too. */
bool ignore_add(struct ignore **list, struct name *name);
/* False when the name was not there. */
bool ignore_remove(struct ignore **list, const char *folded);
bool ignore_has(const struct ignore *list, const char *folded);
void ignore_free(struct ignore **list);

#endif
