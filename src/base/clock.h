/* base/clock.h: the time, read once per turn of the loop.
 *
 * The loop marks the clock stale when it goes to wait; the first reader after that reads the system's
 * clocks, and everything else of the turn sees the same moment.  It is read again when the turn ends, to
 * measure it.  Tests give a read function of their own.
 *
 * When the process stands still (SIGSTOP, a frozen container, a machine without time for it), that time is left out
 * of mono_ms and mono_ns: what others did meanwhile could not be seen, so nothing falls due for it.  What waits
 * gets up to CLOCK_GRACE_MS more, in which what has come meanwhile is seen.  It is a standstill when the clock is
 * read CLOCK_STANDSTILL_MS later than the loop expected, or than a turn may take.  Loop thread only. */
#ifndef CHATD_BASE_CLOCK_H
#define CHATD_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CLOCK_STANDSTILL_MS = 1000, CLOCK_GRACE_MS = 1000 };

struct clock {
    uint64_t mono_ms; /* milliseconds since some moment, never goes back; valid unless stale */
    uint64_t mono_ns; /* the same in nanoseconds, for what is measured */
    int64_t real_ms;  /* milliseconds since 1970 (UTC); can jump; valid unless stale */
    bool stale;
    bool is_late;     /* the last reading was after a standstill */
    uint64_t due_ns;  /* when the next reading is expected at the latest; 0: no idea */
    uint64_t lost_ns; /* of all standstills, and left out */
    void (*read)(struct clock *clock); /* fills all times, standstills not left out */
    void (*stood_still)(struct clock *clock, uint64_t ms); /* after a standstill of so long; NULL: nobody is told */
};

/* A clock that reads the system's. */
void clock_init(struct clock *clock);
/* Reads and clears stale; for clock_ms() and clock_real_ms(). */
void clock_refresh(struct clock *clock);
/* The loop goes to wait, until due_ms at the latest; 0: for as long as nothing happens. */
void clock_wait(struct clock *clock, uint64_t due_ms);
/* The moment itself in nanoseconds, by the clock of clock_ns(), which does not see it: for measuring what goes on
 * within a turn.  A standstill since the last reading counts. */
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

/* The time that has passed for others: with all standstills. */
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

/* What people read, in the time zone that this process was told (TZ, or the system's). */

/* "12:00", or "2026-11-20 12:00" where now is another day; buf has CLOCK_SHORT_SIZE bytes. */
enum { CLOCK_SHORT_SIZE = 32 };
const char *clock_short(int64_t real_ms, int64_t now_ms, char *buf);
/* The day that a time is in: from midnight to midnight. */
void clock_day(int64_t real_ms, int64_t *begin_ms, int64_t *end_ms);
/* "2026-11-21 13:00:00 CET (UTC+01:00)"; buf has CLOCK_ZONED_SIZE bytes. */
enum { CLOCK_ZONED_SIZE = 80 };
const char *clock_zoned(int64_t real_ms, char *buf);

/* "2026-11-21T12:00:00.000Z" of a time in milliseconds since 1970; buf has CLOCK_ISO_SIZE bytes. */
enum { CLOCK_ISO_SIZE = 32 };
const char *clock_iso(int64_t real_ms, char *buf);

#endif
