/* base/links.h: recognises links in a text: what a client may show as one, and what people would copy into a browser.
 *
 * Pure functions; any thread. */
#ifndef CHATD_BASE_LINKS_H
#define CHATD_BASE_LINKS_H

#include <stdbool.h>

/* Returns true if a folded text (wordlist_fold()) holds a link:
 *
 *   scheme://x           of any scheme
 *   www.x
 *   x.TLD                a name in a top-level domain of which many links are
 *   x.y/path, x.y:80     a name or an IPv4 address, followed by a path or a port
 *
 * A mail address is none, nor are two sentences without a space between them.  O(length). */
bool links_has(const char *folded);

#endif
