/* chat/ignore.h: the list of the people that a person ignores.
 *
 * An entry is for a person and not for a name: it follows a change of name, and does not affect another person who
 * takes the name later.  It stays when the ignored person has left, for that person's lines in histories.  Nearly all
 * lists are empty; a list has at most IGNORE_MAX entries.  It is freed with its owner.  After each change, the sinks of
 * all attachments of its owner are told (sink_ops.changed).  Loop thread only. */
#ifndef CHATD_CHAT_IGNORE_H
#define CHATD_CHAT_IGNORE_H

#include "chat/person.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { IGNORE_MAX = 100 };

/* Adds an entry: the person ignores whom from now on.  In a full list, it replaces a person who has left; returns false
 * if all of them are here. */
bool ignore_add(struct person *person, struct person *whom);
/* The number of people that the person ignores. */
size_t ignore_count(const struct person *person);
/* Entry i, i < count. */
const struct person_handle *ignore_at(const struct person *person, size_t i);
void ignore_remove_at(struct person *person, size_t i);
/* Returns true if the person ignores the one with this person_id().  Compares at most 7 entries. */
bool ignore_has(const struct person *person, uint64_t id);
/* Returns true if the person ignores somebody who was last logged in to this account, and may have left. */
bool ignore_has_account(const struct person *person, int64_t account);
/* Tells the sinks of all who ignore whom to shun the deliveries that follow (sink_ops.shun), or ends that. */
void ignore_shun(const struct person *whom, bool on);
/* Empties the list of a person who is being freed, without telling the sinks. */
void ignore_fini(struct person *person);

#endif
