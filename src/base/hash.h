/* base/hash.h: uthash's tables, whose growth does not fail, as other small allocations do not.
 *
 * By itself uthash ends a process that is out of memory with exit(-1), and tells nobody. */
#ifndef CHATD_BASE_HASH_H
#define CHATD_BASE_HASH_H

#include "base/mem.h"

#define uthash_malloc(size) mem_alloc(size)

#include <uthash.h>

#endif
