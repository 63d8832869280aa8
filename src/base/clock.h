/* base/clock.h: the time, read once per turn of the loop.
 *
 * The loop marks the clock stale when it goes to wait; the first reader after that reads the system's
 * clocks, and everything else of the turn sees the same moment.  It is read again when the turn ends, to
 * measure it.  Tests give a read function of their own.  Loop thread only. */
#ifndef CHATD_BASE_CLOCK_H
#define CHATD_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct clock {
    uint64_t mono_ms; /* milliseconds since some moment, never goes back; valid unless stale */
    uint64_t mono_ns; /* the same in nanoseconds, for what is measured */
    int64_t real_ms;  /* milliseconds since 1970 (UTC); can jump; valid unless stale */
    bool stale;
    void (*read)(struct clock *clock); /* fills all times */
};

/* A clock that reads the system's. */
void clock_init(struct clock *clock);
/* Reads and clears stale; for clock_ms() and clock_real_ms(). */
void clock_refresh(struct clock *clock);

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

static inline int64_t clock_real_ms(struct clock *clock)
{
    if (clock->stale) {
        clock_refresh(clock);
    }
    return clock->real_ms;
}

/* "2026-11-21T12:00:00.000Z" of a time in milliseconds since 1970; buf has CLOCK_ISO_SIZE bytes. */
enum { CLOCK_ISO_SIZE = 32 };
const char *clock_iso(int64_t real_ms, char *buf);

#endif
