/* base/script.c: looks characters up in the table.
 *
 * utf8proc has no scripts, and ICU is many times as large as chatd. */
#include "config.h"

#include "base/script.h"

enum { WORDS = sizeof(script_table_sets[0].bits) / sizeof(script_table_sets[0].bits[0]) };

/* The index of the set of cp.  The last run whose first is not above cp. */
static uint32_t set_of(int32_t cp)
{
    size_t low = 0, high = script_table_run_count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if ((uint32_t)cp >= script_table_runs[middle].first) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return script_table_runs[low].set;
}

const struct script_set *script_of(int32_t cp)
{
    return &script_table_sets[set_of(cp)];
}

bool script_is_common(int32_t cp)
{
    return set_of(cp) == 0;
}

struct script_set script_all(void)
{
    return script_table_sets[0];
}

bool script_narrow(struct script_set *set, int32_t cp)
{
    const struct script_set *other = script_of(cp);
    uint64_t left = 0;

    for (size_t i = 0; i < WORDS; i++) {
        set->bits[i] &= other->bits[i];
        left |= set->bits[i];
    }
    return left != 0;
}

bool script_is_shared(int32_t a, int32_t b)
{
    struct script_set set = *script_of(a);

    return script_narrow(&set, b);
}

static bool is_between(int32_t cp, int32_t first, int32_t last)
{
    return cp >= first && cp <= last;
}

bool script_is_spaceless(int32_t cp)
{
    return is_between(cp, 0x0e00, 0x0eff) ||   /* Thai, Lao */
           is_between(cp, 0x1000, 0x109f) ||   /* Burmese */
           is_between(cp, 0x1780, 0x17ff) ||   /* Khmer */
           is_between(cp, 0x3005, 0x3007) || is_between(cp, 0x3040, 0x312f) || /* iteration, kana, bopomofo */
           is_between(cp, 0x31a0, 0x31ff) || is_between(cp, 0x3400, 0x4dbf) || is_between(cp, 0x4e00, 0x9fff) ||
           is_between(cp, 0xf900, 0xfaff) || is_between(cp, 0x1b000, 0x1b16f) || is_between(cp, 0x20000, 0x3ffff);
}

int32_t script_zero(int32_t cp)
{
    size_t low = 0, high = script_table_zero_count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (cp >= script_table_zeros[middle]) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return cp >= script_table_zeros[low] && cp - script_table_zeros[low] < 10 ? script_table_zeros[low] : -1;
}
