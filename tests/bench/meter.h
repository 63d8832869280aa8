/* tests/bench/meter.h: what a process has used, by its own accounting, and what time it is. */
#ifndef CHATD_BENCH_METER_H
#define CHATD_BENCH_METER_H

#include <stdint.h>
#include <sys/types.h>

/* Nanoseconds of a clock that never goes back. */
uint64_t meter_now_ns(void);

/* Nanoseconds of CPU, user and system, that all threads of pid have used so far; exits when pid is gone.
 * The kernel's clock of the process, since it counts up to this moment: /proc/PID/schedstat is brought up
 * to date only at ticks and switches, and /proc/PID/stat counts in hundredths of a second. */
uint64_t meter_cpu_ns(pid_t pid);

/* Bytes of memory that pid has resident: counted page by page where the kernel offers that, since its
 * running total may be off by hundreds of kilobytes. */
uint64_t meter_rss_bytes(pid_t pid);

/* Descriptors that pid has open. */
unsigned meter_descriptors(pid_t pid);

/* How long things took: counts in buckets that are at most 1/64 wide of what they hold. */
enum { METER_SUB = 64, METER_BUCKETS = 64 * METER_SUB };

struct meter_times {
    uint64_t count;
    uint64_t max_ns;
    uint64_t buckets[METER_BUCKETS];
};

void meter_times_add(struct meter_times *t, uint64_t ns);
/* The time that the part p (0 to 1) of all did not exceed; 0 when there are none. */
uint64_t meter_times_at(const struct meter_times *t, double p);

#endif
