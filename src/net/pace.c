/* net/pace.c: a hash table with a few places for each hash, and none beside them. */
#include "config.h"

#include "net/pace.h"

#include "base/hash.h"
#include "base/mem.h"

#include <stdlib.h>

void pace_fini(struct pace *pace)
{
    free(pace->places);
    pace->places = NULL;
}

void pace_set(struct pace *pace, uint64_t per_minute)
{
    pace->rate = (struct bucket_rate){
        .tokens = per_minute,
        .period_ms = 60000,
        .burst = per_minute > 0 ? per_minute : 1,
    };
    pace->silent_rate = pace->rate;
    pace->silent_rate.tokens *= PACE_SILENT;
    pace->silent_rate.burst *= PACE_SILENT;
    if (per_minute > 0 && pace->places == NULL) {
        pace->places = mem_zalloc(PACE_SETS * PACE_WAYS * sizeof(pace->places[0]));
    }
}

void pace_set_extra(struct pace *pace, uint64_t ms)
{
    pace->rate.extra_ms = pace->silent_rate.extra_ms = ms;
}

static struct pace_place *set_of(const struct pace *pace, const struct netkey *key)
{
    return &pace->places[hash_bytes(key, sizeof(*key)) % PACE_SETS * PACE_WAYS];
}

static struct pace_place *find(const struct pace *pace, const struct netkey *key)
{
    struct pace_place *set = set_of(pace, key);

    for (size_t i = 0; i < PACE_WAYS; i++) {
        if (memcmp(&set[i].key, key, sizeof(*key)) == 0) {
            return &set[i];
        }
    }
    return NULL;
}

/* What is forgotten with a place: the tokens that its address would get at once. */
static uint64_t loss_of(const struct pace *pace, struct pace_place *place, uint64_t now_ms)
{
    if (place->key.kind == 0) {
        return 0;
    }
    return bucket_missing(&place->comings, &pace->rate, now_ms) +
           bucket_missing(&place->silents, &pace->silent_rate, now_ms);
}

static struct pace_place *get(const struct pace *pace, const struct netkey *key, uint64_t now_ms)
{
    struct pace_place *place = find(pace, key), *set = set_of(pace, key);
    uint64_t least = UINT64_MAX;

    if (place != NULL) {
        return place;
    }
    for (size_t i = 0; i < PACE_WAYS; i++) {
        uint64_t loss = loss_of(pace, &set[i], now_ms);

        if (loss < least) {
            least = loss;
            place = &set[i];
        }
    }
    place->key = *key;
    bucket_init(&place->comings, &pace->rate, now_ms);
    bucket_init(&place->silents, &pace->silent_rate, now_ms);
    return place;
}

bool pace_allows(struct pace *pace, const struct netkey *key, uint64_t now_ms)
{
    struct pace_place *place = pace->rate.tokens > 0 ? find(pace, key) : NULL;

    return place == NULL || bucket_has(&place->comings, &pace->rate, now_ms);
}

void pace_take(struct pace *pace, const struct netkey *key, uint64_t now_ms)
{
    if (pace->rate.tokens > 0) {
        bucket_take(&get(pace, key, now_ms)->comings, &pace->rate, 1);
    }
}

void pace_left_silent(struct pace *pace, const struct netkey *key, uint64_t now_ms)
{
    struct pace_place *place = pace->rate.tokens > 0 ? find(pace, key) : NULL;

    if (place != NULL && bucket_has(&place->silents, &pace->silent_rate, now_ms)) {
        bucket_take(&place->silents, &pace->silent_rate, 1);
        bucket_give(&place->comings, &pace->rate, 1);
    }
}
