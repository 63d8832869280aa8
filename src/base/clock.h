/* base/clock.h: the time, read once per turn of the loop.
 *
 * The loop marks the clock stale before it waits.  The first call after that reads the system's clocks, and the rest
 * of the turn sees the same moment.  The clock is read again when the turn ends, to measure the turn.  Tests set a
 * read function of their own.
 *
 * A standstill is a time in which the process did not run (SIGSTOP, a frozen container, an overloaded machine).  It is
 * left out of mono_ms and mono_ns, so no deadline passes during it: the process could not see what its peers did
 * meanwhile.  Deadlines are put off by up to CLOCK_GRACE_MS more, in which the input that has arrived is read.  A
 * reading of the clock is taken for the end of a standstill if it comes more than CLOCK_STANDSTILL_MS later than
 * expected (due_ns).  Loop thread only. */
#ifndef CHATD_BASE_CLOCK_H
#define CHATD_BASE_CLOCK_H

#include "base/zone.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CLOCK_STANDSTILL_MS = 1000, CLOCK_GRACE_MS = 1000 };

struct clock {
    uint64_t mono_ms; /* milliseconds since an arbitrary moment; never goes back; valid unless stale */
    uint64_t mono_ns; /* the same in nanoseconds, for measurements */
    int64_t real_ms;  /* milliseconds since 1970 (UTC); can jump; valid unless stale */
    bool stale;
    bool is_late;     /* the last reading came after a standstill */
    uint64_t due_ns;  /* the latest time at which the next reading is expected; 0 if it is not known */
    uint64_t lost_ns; /* the length of all standstills together */
    void (*read)(struct clock *clock); /* sets all times, standstills included */
    void (*stood_still)(struct clock *clock, uint64_t ms); /* called after a standstill of ms; may be NULL */
};

/* Makes a clock that reads the system's clocks. */
void clock_init(struct clock *clock);
/* Reads the clocks and clears stale; for the inline functions below. */
void clock_refresh(struct clock *clock);
/* The loop is about to wait, until due_ms at the latest; 0 if it waits without a deadline. */
void clock_wait(struct clock *clock, uint64_t due_ms);
/* Reads the system's clock at once, in nanoseconds comparable with clock_ns(), and changes nothing: for measurements
 * within a turn.  A standstill since the last reading is not left out. */
uint64_t clock_now_ns(const struct clock *clock);

static inline uint64_t clock_ms(struct clock *clock)
{
    if (clock->stale) {
        clock_refresh(clock);
    }
    return clock->mono_ms;
}

static inline uint64_t clock_ns(struct clock *clock)
{
    if (clock->stale) {
        clock_refresh(clock);
    }
    return clock->mono_ns;
}

/* The time as peers see it: standstills included. */
static inline uint64_t clock_elapsed_ns(struct clock *clock)
{
    return clock_ns(clock) + clock->lost_ns;
}
static inline uint64_t clock_elapsed_ms(struct clock *clock)
{
    return clock_ms(clock) + clock->lost_ns / 1000000;
}

static inline int64_t clock_real_ms(struct clock *clock)
{
    if (clock->stale) {
        clock_refresh(clock);
    }
    return clock->real_ms;
}

/* Times for people, in a zone, or in that of the process (TZ, or the system's) if zone is NULL. */

/* "12:00", or "2026-11-20 12:00" if now is on another day; buf has CLOCK_SHORT_SIZE bytes. */
enum { CLOCK_SHORT_SIZE = 32 };
const char *clock_short(const struct zone *zone, int64_t real_ms, int64_t now_ms, char *buf);
/* The same, but "Fri 12:00" on one of the six days before now's. */
const char *clock_recent(const struct zone *zone, int64_t real_ms, int64_t now_ms, char *buf);
/* "Friday, 20 November 2026"; buf as above. */
const char *clock_date(const struct zone *zone, int64_t real_ms, char *buf);
/* The time in a form (base/timeform.h); buf has TIMEFORM_SIZE bytes. */
const char *clock_format(const struct zone *zone, int64_t real_ms, const char *form, char *buf);
/* The day that a time is in: from midnight to midnight. */
void clock_day(const struct zone *zone, int64_t real_ms, int64_t *begin_ms, int64_t *end_ms);
/* "2026-11-21 13:00:00 CET (UTC+01:00)"; buf has CLOCK_ZONED_SIZE bytes. */
enum { CLOCK_ZONED_SIZE = 80 };
const char *clock_zoned(const struct zone *zone, int64_t real_ms, char *buf);
/* The zone of it alone: "CET (UTC+01:00)"; buf as above. */
const char *clock_zone(const struct zone *zone, int64_t real_ms, char *buf);

/* A time as people write it: "14:02", the last time that it was 14:02; "2026-11-24", the beginning of that day;
 * "2026-11-24 14:02"; "Tue", the beginning of the last such day, or "Tue 14:02".  Seconds may follow.  As clock_iso()
 * writes it, with a T between and a Z at the end, it is UTC; else it is of the zone.  False: it is no such time. */
bool clock_parse(const struct zone *zone, const char *text, int64_t now_ms, int64_t *real_ms);

/* "2026-11-21T12:00:00.000Z" for a time in milliseconds since 1970; buf has CLOCK_ISO_SIZE bytes. */
enum { CLOCK_ISO_SIZE = 32 };
const char *clock_iso(int64_t real_ms, char *buf);

#endif
