/* base/clock.c: the system's clocks. */
#include "config.h"

#include "base/clock.h"

#include <stdio.h>
#include <time.h>

static void read_system(struct clock *clock)
{
    struct timespec mono, real;

    clock_gettime(CLOCK_MONOTONIC, &mono);
    clock_gettime(CLOCK_REALTIME, &real);
    clock->mono_ns = (uint64_t)mono.tv_sec * 1000000000 + (uint64_t)mono.tv_nsec;
    clock->mono_ms = clock->mono_ns / 1000000;
    clock->real_ms = (int64_t)real.tv_sec * 1000 + real.tv_nsec / 1000000;
}

void clock_init(struct clock *clock)
{
    *clock = (struct clock){.stale = true, .read = read_system};
}

void clock_refresh(struct clock *clock)
{
    clock->read(clock);
    clock->stale = false;
}

const char *clock_iso(int64_t real_ms, char *buf)
{
    time_t sec = (time_t)(real_ms / 1000);
    struct tm tm;
    char date[24];

    if (gmtime_r(&sec, &tm) == NULL || strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm) == 0) {
        date[0] = '\0';
    }
    snprintf(buf, CLOCK_ISO_SIZE, "%s.%03dZ", date, (int)(real_ms % 1000));
    return buf;
}
