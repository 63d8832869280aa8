/* session/pages.h: walks over a list and shows the part of it that is wanted: a page of the person's window, if its
 * rows are known.
 *
 *     pages_begin(&pages, s, from, most);
 *     for each item, in the list's order:
 *         if (pages_want(&pages, key) && !show(item)) pages_fill(&pages);
 *     pages_end(&pages, "/bans #ops");
 *
 * The page that /more asks for has the items whose keys were on none of the pages before, whatever was added or removed
 * meanwhile.  Loop thread only. */
#ifndef CHATD_SESSION_PAGES_H
#define CHATD_SESSION_PAGES_H

#include "session/session.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pages {
    struct session *s;
    const struct more *more; /* the pages before; NULL if there are none, or the place is counted */
    size_t from;             /* the place of the first item, among those that were on no page; counted from 1 */
    size_t most;
    size_t count, passed, shown; /* items of the list, on the pages before, and now */
    bool is_full;
    bool keeps_other;        /* set by the caller: if all is shown at once, /more still goes on with the list before */
    uint64_t *keys;          /* of the items up to the last one that was shown; NULL if there are no pages */
    size_t key_count, key_space;
};

/* Reads a place in a list; word may be NULL, for the first one.  On false the error is told. */
bool pages_read_place(struct session *s, const char *word, uint32_t *from);
/* Until pages_end(), session_reply_if_fits() and its like refuse what the page has no rows for. */
void pages_begin(struct pages *pages, struct session *s, size_t from, size_t most);
/* Returns true if the item is to be shown.  To be called once for each item. */
bool pages_want(struct pages *pages, const char *key);
/* There was no place for the item; no other is wanted. */
void pages_fill(struct pages *pages);
/* Tells what there is beside the items that were shown, if it was not all; command with a place behind it shows it. */
void pages_end(struct pages *pages, const char *command);

/* Tells it of shown items from the place first on, of total. */
void pages_tell(struct session *s, size_t first, size_t shown, size_t total, const char *command);

#endif
