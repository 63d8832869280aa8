/* store/store_match.h: whether a line holds the words that are searched for.
 *
 * Any thread. */
#ifndef CHATD_STORE_STORE_MATCH_H
#define CHATD_STORE_STORE_MATCH_H

#include "chat/message.h"

#include <stdbool.h>
#include <stdint.h>

/* True when the line's text or its writer's name holds the words, folded; *looked grows by the work that it took, as in
 * struct store_read (chat/ports.h). */
bool store_match_holds(const struct message *m, const char *words, uint64_t *looked);

#endif
