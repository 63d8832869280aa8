/* base/zones.h: the zones of a directory of tzdata.
 *
 * They are read once, at the start: a name that a person gives is looked up in this list, and is never a path.  All of
 * them take about 500 KB.  Any thread. */
#ifndef CHATD_BASE_ZONES_H
#define CHATD_BASE_ZONES_H

#include "base/zone.h"

#include <stddef.h>

struct zones;

/* The directory of the system's tzdata: TZDIR in the environment, as for the C library, or the usual one. */
const char *zones_dir(void);
/* Reads the zones of a directory of tzdata; there are none if it cannot be read.  Waits for the disk. */
struct zones *zones_load(const char *dir);
void zones_free(struct zones *zones);
size_t zones_count(const struct zones *zones);
/* Zone i, in the order of names. */
const struct zone *zones_at(const struct zones *zones, size_t i);
/* The zone of that name, or the only one whose name ends in it behind a '/': "Europe/Berlin", "berlin".  ASCII case is
 * ignored.  NULL if there is none. */
const struct zone *zones_find(const struct zones *zones, const char *name);

#endif
