/* chat/replays.c: a table of pairs of entries; a newer encoding replaces the older one of its pair.
 *
 * The order of use is not kept: an encoding that was replaced is made again when it is needed. */
#include "config.h"

#include "chat/replays.h"

#include "base/clock.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stdlib.h>

_Static_assert((REPLAYS_KEPT & (REPLAYS_KEPT - 1)) == 0, "a place is some bits of a product");

/* The pair of places that an encoding may be in, the newer first.  Lines that come at equal distances have ids at equal
 * distances: one product would put them all into few pairs. */
static struct replay *pair_of(const struct replays *replays, uint64_t id, uint32_t form)
{
    uint64_t mixed = (id ^ form * UINT64_C(0xc2b2ae3d27d4eb4f)) * UINT64_C(0x9e3779b97f4a7c15);

    mixed = (mixed ^ mixed >> 32) * UINT64_C(0xd6e8feb86659fd93);
    return &replays->places[(mixed >> 32 & (REPLAYS_KEPT / 2 - 1)) * 2];
}

static void empty(struct replay *place)
{
    if (place->id != 0) {
        payload_unref(place->payload);
        place->id = 0;
    }
}

static bool is_it(const struct replay *place, uint64_t id, uint32_t form)
{
    return place->id == id && place->form == form;
}

static void empty_all(struct replays *replays)
{
    for (size_t i = 0; replays->places != NULL && i < REPLAYS_KEPT; i++) {
        empty(&replays->places[i]);
    }
}

struct payload *replays_find(struct replays *replays, uint64_t id, uint32_t form, int64_t now_ms)
{
    struct replay *pair;

    if (now_ms < replays->day_begin_ms || now_ms >= replays->day_end_ms) {
        empty_all(replays);
        clock_day(NULL, now_ms, &replays->day_begin_ms, &replays->day_end_ms);
    }
    if (replays->places == NULL || id == 0) {
        return NULL;
    }
    pair = pair_of(replays, id, form);
    return is_it(&pair[0], id, form)   ? pair[0].payload
           : is_it(&pair[1], id, form) ? pair[1].payload
                                       : NULL;
}

void replays_keep(struct replays *replays, uint64_t id, uint32_t form, struct payload *payload)
{
    struct replay *pair;

    if (id == 0 || payload->len > REPLAYS_MOST_BYTES) {
        return;
    }
    if (replays->places == NULL) {
        replays->places = mem_zalloc(REPLAYS_KEPT * sizeof(*replays->places));
    }
    pair = pair_of(replays, id, form);
    empty(&pair[1]);
    pair[1] = pair[0];
    pair[0] = (struct replay){.id = id, .form = form, .payload = payload_ref(payload)};
}

/* Its encodings may be anywhere: their places depend on forms that only the callers know. */
void replays_forget(struct replays *replays, uint64_t id)
{
    for (size_t i = 0; id != 0 && replays->places != NULL && i < REPLAYS_KEPT; i++) {
        if (replays->places[i].id == id) {
            empty(&replays->places[i]);
        }
    }
}

void replays_fini(struct replays *replays)
{
    empty_all(replays);
    free(replays->places);
    *replays = (struct replays){0};
}
