/* base/hash.h: uthash's tables, whose keys nobody can choose to collide, and whose growth does not fail.
 *
 * People choose the names of rooms, their own, and to a degree their addresses.  By uthash's own functions anybody
 * can make thousands that share one chain, and each lookup walks along it.  So keys are hashed with a secret that
 * each process draws at random: what shares a chain then does so by chance.
 *
 * uthash stops enlarging a table after two enlargements in a row that leave more than half of the items beyond the
 * length that a chain would have if all were equal.  By chance that share is at most about 1/e, so this happens to no
 * table here.
 *
 * By itself uthash ends a process that is out of memory with exit(-1), and tells nobody.  Loop thread only. */
#ifndef CHATD_BASE_HASH_H
#define CHATD_BASE_HASH_H

#include "base/mem.h"

#include <stddef.h>

/* The hash of len bytes by this process's secret. */
unsigned hash_bytes(const void *key, size_t len);

#define HASH_FUNCTION(key, len, value) ((value) = hash_bytes((key), (len)))
#define uthash_malloc(size) mem_alloc(size)

#include <uthash.h>

#endif
