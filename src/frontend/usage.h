/* frontend/usage.h: a command's usage, "NAME|ROOM TEXT", as it is spoken of: "a name or a room and a text". */
#ifndef CHATD_FRONTEND_USAGE_H
#define CHATD_FRONTEND_USAGE_H

#include "base/strbuf.h"

#include <stdbool.h>
#include <stdint.h>

/* Appends the arguments of a usage, without the first so many; needed_only: those that must be given.  What is a name
 * for something stands in capitals, what is typed as it is in small letters, and what may be left out in brackets. */
void usage_speak(struct strbuf *out, const char *usage, bool needed_only, int64_t without);

#endif
