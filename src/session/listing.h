/* session/listing.h: which part of a list of rooms or people a command is to show, and how the rest can be asked for.
 *
 * A part is a page of the person's window, if its rows are known, and otherwise as much as an answer may have.  The
 * page that /more asks for has those that were not shown yet, whoever came and went meanwhile.  Loop thread only. */
#ifndef CHATD_SESSION_LISTING_H
#define CHATD_SESSION_LISTING_H

#include "base/glob.h"
#include "base/pick.h"
#include "session/cmd.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct listing {
    const char *room; /* as written; NULL: none */
    char *pattern;    /* folded, owned; NULL: all */
    struct glob glob; /* of pattern */
    uint32_t from;    /* the place, counted from 1 */
    const struct more *more; /* the pages before, which /more goes on from; NULL: it does not */
    size_t passed;    /* those that match, and were on these pages */
};

/* Reads the words.  A number is a place in the list, and ends the words; a word with a * or ? is a pattern; any other
 * one, and one that begins with #, is a room if has_room says that one can be named.  On false all is told and
 * freed. */
bool listing_read(struct session *s, const struct cmd_args *args, bool has_room, struct listing *listing);
void listing_fini(struct listing *listing);
/* Returns true if that name matches and was not on a page before.  To be called once for each name of the list. */
bool listing_wants(struct listing *listing, const char *folded);
/* Moves the part of at most n items to its place in list, which has the count names that are wanted (pick_page()).
 * Sets listing->from, and *n to the number of items of the part.  Returns the first one. */
struct pick *listing_pick(struct listing *listing, struct pick *list, size_t count, size_t *n);
/* Tells which part was shown, if it was not all, and how to see what comes next: the first shown items from the result
 * of listing_pick() on.  command is what to type for that, without the pattern and the place. */
void listing_end(struct session *s, const struct listing *listing, struct pick *list, size_t count, size_t shown,
                 const char *command);

#endif
