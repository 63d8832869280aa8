/* base/siphash.h: SipHash-2-4 of J.-P. Aumasson and D. J. Bernstein, a short keyed hash (https://131002.net/siphash/).
 *
 * Without the key, inputs with equal hashes can be found only by trying.
 * Pure functions; any thread. */
#ifndef CHATD_BASE_SIPHASH_H
#define CHATD_BASE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

struct siphash_key {
    uint64_t k0, k1; /* 16 random bytes, each half little-endian */
};

uint64_t siphash_24(const struct siphash_key *key, const void *data, size_t len);

#endif
