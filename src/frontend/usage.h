/* frontend/usage.h: puts a command's usage, "NAME|ROOM TEXT", in words: "a name or a room and a text". */
#ifndef CHATD_FRONTEND_USAGE_H
#define CHATD_FRONTEND_USAGE_H

#include "base/strbuf.h"

#include <stdbool.h>
#include <stdint.h>

/* Appends the arguments of a usage, without the first so many; if needed_only, only those that must be given.  In a
 * usage, words in capitals stand for a value, words in small letters are typed as they are, and arguments in brackets
 * are optional. */
void usage_speak(struct strbuf *out, const char *usage, bool needed_only, int64_t without);

#endif
