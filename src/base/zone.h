/* base/zone.h: time zones of tzdata, for readers who are elsewhere than the server.
 *
 * The C library has one zone for a whole process.  A zone here is read from a file of tzdata (TZif, RFC 8536, version 2
 * or later) and holds the changes of its clocks since 1970, and the rule for those to come.  NULL stands for the zone
 * of the process everywhere.
 *
 * Zones are immutable.  Any thread, but for the zone of the process, which must not be changed. */
#ifndef CHATD_BASE_ZONE_H
#define CHATD_BASE_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tm;
struct zone;

enum {
    ZONE_NAME_BYTES = 64,        /* of a name, at most */
    ZONE_FILE_BYTES = 64 * 1024, /* of a file, at most */
};

/* Makes a zone of the len bytes of a file; NULL if they are not one, or one with leap seconds. */
struct zone *zone_new(const char *name, const void *data, size_t len);
void zone_free(struct zone *zone);
/* "Europe/Berlin"; not of NULL. */
const char *zone_name(const struct zone *zone);
/* The same in lower case. */
const char *zone_folded_name(const struct zone *zone);

/* The local time, with tm_gmtoff and tm_zone, which is valid as long as the zone; sec is since 1970.  False: the year
 * is out of range. */
bool zone_local(const struct zone *zone, int64_t sec, struct tm *tm);
/* The time since 1970 of a local time, whose fields may be out of their ranges, as for mktime(3); tm_isdst does not
 * count.  Of two such times it is the first; a time that the clocks leave out is as long after the change. */
int64_t zone_seconds(const struct zone *zone, const struct tm *tm);

#endif
