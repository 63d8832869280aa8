/* session/more.h: how a list goes on that was shown in part: what /more does next.
 *
 * A continuation is the line that shows the next part, as the person could type it, and for lists of names the hashes
 * of those that were shown: the next page leaves them out, so it is right although people come and go meanwhile.  It
 * holds no pointer to a room or a person.  Kept beside the sessions, so that those that have none need no memory for
 * it.  Loop thread only. */
#ifndef CHATD_SESSION_MORE_H
#define CHATD_SESSION_MORE_H

#include "base/hash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MORE_SHOWN = 4096 /* names, at most: 32 KB; a longer list goes on by numbers */ };

struct more {
    const void *owner;
    char *next;      /* the line, with its '/' */
    char *room;      /* the folded name of the room that was the current one; NULL if there was none */
    uint64_t *shown; /* hashes of folded names, sorted */
    uint32_t count;
    UT_hash_handle hh; /* by owner, in a table of the caller's */
};

/* Notes the line that shows the owner's next part, instead of the one before.  room may be NULL. */
void more_note(struct more **all, const void *owner, const char *next, const char *room);
/* The owner's; NULL if there is none. */
struct more *more_find(struct more *all, const void *owner);
/* Takes the owner's out of the table; the caller frees it.  NULL if there is none. */
struct more *more_take(struct more **all, const void *owner);
void more_free(struct more *more);
/* Forgets the owner's, if there is one. */
void more_drop(struct more **all, const void *owner);

/* The hash of a folded name, or of another key. */
uint64_t more_hash(const char *folded);
/* Notes that the names of these hashes were shown, in any order; those that from has, which may be NULL, are added.
 * All are forgotten if they are more than MORE_SHOWN. */
void more_set_shown(struct more *more, const struct more *from, const uint64_t *hashes, size_t count);
bool more_has_shown(const struct more *more, uint64_t hash);

#endif
