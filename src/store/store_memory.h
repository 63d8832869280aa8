/* store/store_memory.h: the store that keeps lines in memory, as long as their room is in use.
 *
 * Everything is answered at once, and kept until it gives way to newer lines (store/rings.h).  Loop thread only. */
#ifndef CHATD_STORE_STORE_MEMORY_H
#define CHATD_STORE_STORE_MEMORY_H

#include "chat/ports.h"
#include "store/rings.h"

/* Freed by its end operation. */
struct store *store_memory_new(const struct rings_limits *limits);
/* Lets go what an account has said. */
void store_memory_erase(struct store *store, int64_t account);
/* After a reload. */
void store_memory_set_limits(struct store *store, const struct rings_limits *limits);

#endif
