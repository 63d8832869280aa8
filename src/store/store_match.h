/* store/store_match.h: searches one line for words, without an index.
 *
 * Any thread. */
#ifndef CHATD_STORE_STORE_MATCH_H
#define CHATD_STORE_STORE_MATCH_H

#include "chat/message.h"

#include <stdbool.h>
#include <stdint.h>

/* Returns true if the line's text or its writer's name, folded, contains words, which are folded, as they stand.  Adds
 * the work to *looked, as counted in struct store_read (chat/port_store.h). */
bool store_match_holds(const struct message *m, const char *words, uint64_t *looked);

#endif
