/* base/zone.c: the files of tzdata, and the times of a zone.
 *
 *   header, table with times of 4 bytes (skipped), header, table with times of 8 bytes, "\n", a rule, "\n"
 *
 * Nothing in a file is believed before it is checked. */
#include "config.h"

#include "base/zone.h"

#include "base/mem.h"
#include "base/zone_rule.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    HEADER_BYTES = 44,
    TYPE_BYTES = 6, /* of a type in a file */
    DAY = 86400,
    SHORT_PART = 250 * DAY, /* longer ones may hold a whole summer */
    MOST_TYPES = 256,
    MOST_OFFSET = 26 * 3600,
};

/* Before it there was no time (RFC 8536, 3.2); no change is as far away in the other direction. */
#define MOST_TIME (INT64_C(1) << 59)

struct type {
    struct zone_part part;
    bool is_summer;
};

struct zone {
    char *name, *folded;
    int64_t *at;   /* count times of changes, in order */
    uint8_t *to;   /* and the type that holds from then on */
    uint32_t count;
    struct type first; /* before the first change */
    struct type *types;
    bool has_rule;
    int64_t rule_from; /* from then on the rule is in force */
    struct zone_rule rule;
};

/* ---- reading a file ---- */

struct header {
    uint8_t version;
    uint64_t ut, standard, leaps, times, types, chars; /* numbers of entries */
};

static uint32_t number_at(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t time_at(const uint8_t *p)
{
    return (int64_t)((uint64_t)number_at(p) << 32 | number_at(p + 4));
}

static bool read_header(struct header *h, const uint8_t *data, size_t len)
{
    if (len < HEADER_BYTES || memcmp(data, "TZif", 4) != 0) {
        return false;
    }
    *h = (struct header){.version = data[4], .ut = number_at(data + 20), .standard = number_at(data + 24),
                         .leaps = number_at(data + 28), .times = number_at(data + 32), .types = number_at(data + 36),
                         .chars = number_at(data + 40)};
    return true;
}

/* The bytes of the table behind a header, whose times have so many bytes each. */
static uint64_t table_bytes(const struct header *h, unsigned time_bytes)
{
    return h->times * time_bytes + h->times + h->types * TYPE_BYTES + h->chars + h->leaps * (time_bytes + 4) +
           h->standard + h->ut;
}

/* Reads the type at p; labels are what the file has of them. */
static bool read_type(struct type *type, const uint8_t *p, const char *labels, uint64_t label_bytes)
{
    int32_t offset = (int32_t)number_at(p);
    size_t len = p[5] < label_bytes ? strnlen(labels + p[5], label_bytes - p[5]) : 0;

    if (p[5] + len >= label_bytes || len >= ZONE_LABEL_SIZE || offset < -MOST_OFFSET || offset > MOST_OFFSET ||
        p[4] > 1) {
        return false;
    }
    *type = (struct type){.part.offset = offset, .is_summer = p[4] == 1};
    memcpy(type->part.label, labels + p[5], len);
    return true;
}

/* Reads the table at p, which has all bytes that the header tells of. */
static bool read_table(struct zone *zone, const struct header *h, const uint8_t *p)
{
    const uint8_t *to = p + h->times * 8, *types = to + h->times;
    const char *labels = (const char *)types + h->types * TYPE_BYTES;

    if (h->types == 0 || h->types > MOST_TYPES || h->leaps > 0) {
        return false;
    }
    zone->types = mem_zalloc(h->types * sizeof(zone->types[0]));
    zone->at = mem_zalloc((h->times + 1) * sizeof(zone->at[0]));
    zone->to = mem_zalloc(h->times + 1);
    for (uint64_t i = 0; i < h->types; i++) {
        if (!read_type(&zone->types[i], types + i * TYPE_BYTES, labels, h->chars)) {
            return false;
        }
    }
    zone->first = zone->types[0];
    for (uint64_t i = 0; i < h->times; i++) {
        int64_t at = time_at(p + i * 8);

        if (to[i] >= h->types || at < -MOST_TIME || at > MOST_TIME ||
            (zone->count > 0 && at <= zone->at[zone->count - 1])) {
            return false;
        }
        zone->at[zone->count] = at;
        zone->to[zone->count++] = to[i];
    }
    return true;
}

/* The rule between two line ends; there may be none. */
static bool read_rule(struct zone *zone, const char *text, size_t len)
{
    const char *end = len > 0 && text[0] == '\n' ? memchr(text + 1, '\n', len - 1) : NULL;

    if (end == NULL) {
        return false;
    }
    zone->has_rule = end > text + 1;
    zone->rule_from = zone->count > 0 ? zone->at[zone->count - 1] : INT64_MIN;
    return !zone->has_rule || zone_rule_parse(&zone->rule, text + 1, (size_t)(end - text) - 1);
}

/* ---- keeping what is needed ---- */

static bool is_by_rule(const struct zone *zone, const struct type *type, int64_t sec)
{
    bool is_summer;
    const struct zone_part *part = zone_rule_at(&zone->rule, sec, &is_summer);

    return part->offset == type->part.offset && is_summer == type->is_summer &&
           strcmp(part->label, type->part.label) == 0;
}

/* Drops the changes at the end that the rule makes too. */
static void drop_late(struct zone *zone)
{
    while (zone->has_rule && zone->count > 1) {
        int64_t from = zone->at[zone->count - 2];
        const struct type *type = &zone->types[zone->to[zone->count - 2]];

        if (zone->rule_from - from > SHORT_PART || !is_by_rule(zone, type, from) ||
            !is_by_rule(zone, type, zone->rule_from - 1)) {
            break;
        }
        zone->rule_from = from;
        zone->count--;
    }
}

/* Drops those before 1970. */
static void drop_early(struct zone *zone)
{
    uint32_t early = 0;

    while (early < zone->count && zone->at[early] <= 0) {
        zone->first = zone->types[zone->to[early++]];
    }
    zone->count -= early;
    memmove(zone->at, zone->at + early, zone->count * sizeof(zone->at[0]));
    memmove(zone->to, zone->to + early, zone->count);
    zone->at = mem_realloc(zone->at, (zone->count + 1) * sizeof(zone->at[0]));
    zone->to = mem_realloc(zone->to, zone->count + 1);
}

static char *lower_case(const char *name)
{
    char *folded = mem_strdup(name);

    for (char *c = folded; *c != '\0'; c++) {
        *c = (char)tolower((unsigned char)*c);
    }
    return folded;
}

struct zone *zone_new(const char *name, const void *data, size_t len)
{
    const uint8_t *p = data;
    struct header h;
    uint64_t skip;
    struct zone *zone;

    if (len > ZONE_FILE_BYTES || !read_header(&h, p, len) || h.version < '2') {
        return NULL;
    }
    skip = HEADER_BYTES + table_bytes(&h, 4);
    if (skip > len || !read_header(&h, p + skip, len - skip) || table_bytes(&h, 8) > len - skip - HEADER_BYTES) {
        return NULL;
    }
    p += skip + HEADER_BYTES;
    len -= skip + HEADER_BYTES;
    zone = mem_zalloc(sizeof(*zone));
    zone->name = mem_strdup(name);
    zone->folded = lower_case(name);
    if (!read_table(zone, &h, p) ||
        !read_rule(zone, (const char *)p + table_bytes(&h, 8), len - table_bytes(&h, 8))) {
        zone_free(zone);
        return NULL;
    }
    drop_late(zone);
    drop_early(zone);
    return zone;
}

void zone_free(struct zone *zone)
{
    if (zone != NULL) {
        free(zone->name);
        free(zone->folded);
        free(zone->at);
        free(zone->to);
        free(zone->types);
        free(zone);
    }
}

const char *zone_name(const struct zone *zone)
{
    return zone->name;
}

const char *zone_folded_name(const struct zone *zone)
{
    return zone->folded;
}

/* ---- times ---- */

/* What holds at a time. */
static const struct zone_part *part_at(const struct zone *zone, int64_t sec, bool *is_summer)
{
    uint32_t low = 0, high = zone->count;
    const struct type *type;

    if (zone->has_rule && sec >= zone->rule_from) {
        return zone_rule_at(&zone->rule, sec, is_summer);
    }
    while (low < high) { /* the number of changes up to sec */
        uint32_t middle = low + (high - low) / 2;

        if (zone->at[middle] <= sec) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    type = low > 0 ? &zone->types[zone->to[low - 1]] : &zone->first;
    *is_summer = type->is_summer;
    return &type->part;
}

bool zone_local(const struct zone *zone, int64_t sec, struct tm *tm)
{
    const struct zone_part *part;
    bool is_summer;
    time_t local;

    if (zone == NULL) {
        local = (time_t)sec;
        return localtime_r(&local, tm) != NULL;
    }
    part = part_at(zone, sec, &is_summer);
    local = (time_t)(sec + part->offset);
    if (gmtime_r(&local, tm) == NULL) {
        return false;
    }
    tm->tm_isdst = is_summer;
    tm->tm_gmtoff = part->offset;
    tm->tm_zone = part->label;
    return true;
}

int64_t zone_seconds(const struct zone *zone, const struct tm *tm)
{
    struct tm fields = *tm;
    int64_t local;
    int32_t before, behind;
    bool is_summer;

    if (zone == NULL) {
        fields.tm_isdst = -1;
        return (int64_t)mktime(&fields);
    }
    local = (int64_t)timegm(&fields);
    before = part_at(zone, local - DAY, &is_summer)->offset;
    behind = part_at(zone, local + DAY, &is_summer)->offset;
    if (part_at(zone, local - before, &is_summer)->offset != before &&
        part_at(zone, local - behind, &is_summer)->offset == behind) {
        return local - behind;
    }
    return local - before;
}
