/* session/ignore.h: the people that one person does not want to hear.
 *
 * People, not names: an entry follows a change of name and hits nobody who takes the name later.  It outlives the
 * person's stay, for the lines of theirs that histories keep.  Nearly always there is none; there are at most
 * IGNORE_MAX.  Loop thread only. */
#ifndef CHATD_SESSION_IGNORE_H
#define CHATD_SESSION_IGNORE_H

#include "chat/person.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { IGNORE_MAX = 100 };

/* A list is NULL while it is empty. */
struct ignore;

/* True when the person is in the list from now on.  In a full list people who have left give way; false: all of them
 * are here. */
bool ignore_add(struct ignore **list, struct person *person);
size_t ignore_count(const struct ignore *list);
/* The i-th, i < count. */
const struct person_handle *ignore_at(const struct ignore *list, size_t i);
void ignore_remove_at(struct ignore **list, size_t i);
/* By person_id().  Looks at no more than 7 entries. */
bool ignore_has(const struct ignore *list, uint64_t id);
void ignore_free(struct ignore **list);

#endif
