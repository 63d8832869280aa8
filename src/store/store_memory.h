/* store/store_memory.h: the store that keeps lines in memory, as long as their room is in use.
 *
 * Each read is answered at once.  A line is kept until newer lines take its place (store/rings.h).  Loop thread
 * only. */
#ifndef CHATD_STORE_STORE_MEMORY_H
#define CHATD_STORE_STORE_MEMORY_H

#include "chat/port_store.h"
#include "store/rings.h"

/* Makes a store, which is freed by its end operation. */
struct store *store_memory_new(const struct rings_limits *limits);
/* Drops the lines of an account. */
void store_memory_erase(struct store *store, int64_t account);
/* The line of a room with that id, borrowed; NULL if it is not in memory. */
struct message *store_memory_line(const struct store *store, const char *room_folded, uint64_t id);
/* Sets new limits after a reload. */
void store_memory_set_limits(struct store *store, const struct rings_limits *limits);

#endif
