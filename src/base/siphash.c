/* base/siphash.c: SipHash-2-4 as the paper describes it: 2 rounds for each 8 bytes, and 4 rounds at the end. */
#include "config.h"

#include "base/siphash.h"

struct state {
    uint64_t v0, v1, v2, v3;
};

static uint64_t rotate(uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

static void rounds(struct state *s, int n)
{
    while (n-- > 0) {
        s->v0 += s->v1;
        s->v2 += s->v3;
        s->v1 = rotate(s->v1, 13) ^ s->v0;
        s->v3 = rotate(s->v3, 16) ^ s->v2;
        s->v0 = rotate(s->v0, 32) + s->v3;
        s->v2 += s->v1;
        s->v1 = rotate(s->v1, 17) ^ s->v2;
        s->v3 = rotate(s->v3, 21) ^ s->v0;
        s->v2 = rotate(s->v2, 32);
    }
}

static void compress(struct state *s, uint64_t word)
{
    s->v3 ^= word;
    rounds(s, 2);
    s->v0 ^= word;
}

/* The len bytes at p (at most 8) as a little-endian number. */
static uint64_t load(const uint8_t *bytes, size_t len)
{
    uint64_t word = 0;

    for (size_t i = 0; i < len; i++) {
        word |= (uint64_t)bytes[i] << 8 * i;
    }
    return word;
}

uint64_t siphash_24(const struct siphash_key *key, const void *data, size_t len)
{
    const uint8_t *at = data;
    struct state s = {
        .v0 = key->k0 ^ 0x736f6d6570736575U,
        .v1 = key->k1 ^ 0x646f72616e646f6dU,
        .v2 = key->k0 ^ 0x6c7967656e657261U,
        .v3 = key->k1 ^ 0x7465646279746573U,
    };
    size_t left = len;

    for (; left >= 8; at += 8, left -= 8) {
        compress(&s, load(at, 8));
    }
    compress(&s, load(at, left) | (uint64_t)len << 56);
    s.v2 ^= 0xff;
    rounds(&s, 4);
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
