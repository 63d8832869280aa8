/* base/hash.h: uthash's tables, made safe against keys that are chosen to collide, and with allocation that aborts.
 *
 * Peers choose the names of rooms, their own names and, to a degree, their addresses.  With uthash's own hash functions
 * anybody can make thousands of keys that share one chain, which each lookup then walks along.  So keys are hashed with
 * a secret that each process draws at random; keys share a chain only by chance.
 *
 * uthash stops enlarging a table after two enlargements in a row that leave more than half of the items beyond the
 * length that a chain would have if all chains were equally long.  With random chains that share is at most about 1/e,
 * so no table here stops growing.
 *
 * uthash's default when memory runs out is exit(-1) without a message; mem_alloc() replaces it.  Loop thread only. */
#ifndef CHATD_BASE_HASH_H
#define CHATD_BASE_HASH_H

#include "base/mem.h"

#include <stddef.h>
#include <stdint.h>

/* The hash of the len bytes at key, with this process's secret. */
unsigned hash_bytes(const void *key, size_t len);

/* The same with so many bits that two keys never have the same one by chance. */
uint64_t hash_bytes_64(const void *key, size_t len);

#define HASH_FUNCTION(key, len, value) ((value) = hash_bytes((key), (len)))
#define uthash_malloc(size) mem_alloc(size)

#include <uthash.h>

#endif
