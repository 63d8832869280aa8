/* frontend/telnet_begin.h: where telnet begins in what was plain text so far.
 *
 * Pure functions over a connection's bytes. */
#ifndef CHATD_FRONTEND_TELNET_BEGIN_H
#define CHATD_FRONTEND_TELNET_BEGIN_H

#include <stddef.h>

enum { TELNET_BEGIN_BACK = 12 }; /* the most bytes of the line so far that belong to the telnet that begins */

/* Finds where telnet begins in text that was plain so far: the unfinished line, of len bytes, and the n bytes at data
 * that follow it.  The result is counted from the line's beginning, and lies at most TELNET_BEGIN_BACK bytes before
 * data; SIZE_MAX if telnet does not begin.  A byte 255 alone is no telnet: in CP1251, Latin-1 and others it is a
 * letter.  Commands that do not begin telnet are replaced by NULs, at the beginning of a line, where they cannot be
 * letters. */
size_t telnet_begin_find(char *line, size_t len, char *data, size_t n);

#endif
