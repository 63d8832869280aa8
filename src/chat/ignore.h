/* chat/ignore.h: the people that one person does not want to hear.
 *
 * People, not names: an entry follows a change of name and hits nobody who takes the name later.  It outlives the
 * ignored person's stay, for the lines of theirs that histories keep.  Nearly always there is none; there are at most
 * IGNORE_MAX.  The list goes with the person whose it is.  After each change of it the sinks of all attachments of that
 * person are told (sink_ops.changed).  Loop thread only. */
#ifndef CHATD_CHAT_IGNORE_H
#define CHATD_CHAT_IGNORE_H

#include "chat/person.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { IGNORE_MAX = 100 };

/* True when the person ignores whom from now on.  In a full list people who have left give way; false: all of them are
 * here. */
bool ignore_add(struct person *person, struct person *whom);
/* How many people the person ignores. */
size_t ignore_count(const struct person *person);
/* The i-th of them, i < count. */
const struct person_handle *ignore_at(const struct person *person, size_t i);
void ignore_remove_at(struct person *person, size_t i);
/* Whether the person ignores the one of a person_id().  Looks at no more than 7 entries. */
bool ignore_has(const struct person *person, uint64_t id);
/* Has the sinks of all who ignore whom shun what follows (sink_ops.shun), or ends that. */
void ignore_shun(const struct person *whom, bool on);
/* The person goes: empties the list, and tells nobody. */
void ignore_fini(struct person *person);

#endif
