/* tests/bench/meter.h: measures the resources that a process has used, and the time. */
#ifndef CHATD_BENCH_METER_H
#define CHATD_BENCH_METER_H

#include <stdint.h>
#include <sys/types.h>

/* The time in nanoseconds by a clock that never goes back. */
uint64_t meter_now_ns(void);

/* The CPU time, user and system, of all threads of pid so far, in nanoseconds; exits if pid is gone.
 * Read from the kernel's clock of the process, which counts up to this moment: /proc/PID/schedstat is updated
 * only at ticks and switches, and /proc/PID/stat counts in hundredths of a second. */
uint64_t meter_cpu_ns(pid_t pid);

/* The resident memory of pid in bytes: counted page by page if the kernel offers that, since its
 * running total may be off by hundreds of kilobytes. */
uint64_t meter_rss_bytes(pid_t pid);

/* The number of descriptors that pid has open. */
unsigned meter_descriptors(pid_t pid);

/* A histogram of durations; the width of a bucket is at most 1/64 of the durations in it. */
enum { METER_SUB = 64, METER_BUCKETS = 64 * METER_SUB };

struct meter_times {
    uint64_t count;
    uint64_t max_ns;
    uint64_t buckets[METER_BUCKETS];
};

void meter_times_add(struct meter_times *t, uint64_t ns);
/* The duration that a fraction p (0 to 1) of all did not exceed; 0 if there are none. */
uint64_t meter_times_at(const struct meter_times *t, double p);

#endif
