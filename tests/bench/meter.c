/* tests/bench/meter.c: see meter.h. */
#include "config.h"

#include "meter.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static uint64_t read_clock(clockid_t clock)
{
    struct timespec ts;

    if (clock_gettime(clock, &ts) != 0) {
        fputs("load: the server is gone\n", stderr);
        exit(EXIT_FAILURE);
    }
    return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

uint64_t meter_now_ns(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

uint64_t meter_cpu_ns(pid_t pid)
{
    clockid_t clock;

    if (clock_getcpuclockid(pid, &clock) != 0) {
        fputs("load: there is no such server\n", stderr);
        exit(EXIT_FAILURE);
    }
    return read_clock(clock);
}

uint64_t meter_rss_bytes(pid_t pid)
{
    char path[64], line[256];
    unsigned long long total = 0, resident = 0;
    FILE *f;

    snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
    f = fopen(path, "r");
    if (f != NULL) {
        while (fgets(line, sizeof(line), f) != NULL && sscanf(line, "Rss: %llu kB", &resident) != 1) {
        }
        fclose(f);
        if (resident > 0) {
            return resident * 1024;
        }
    }
    snprintf(path, sizeof(path), "/proc/%d/statm", (int)pid);
    f = fopen(path, "r");
    if (f == NULL) {
        return 0;
    }
    if (fscanf(f, "%llu %llu", &total, &resident) != 2) {
        resident = 0;
    }
    fclose(f);
    return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

unsigned meter_descriptors(pid_t pid)
{
    char path[64];
    unsigned count = 0;
    DIR *dir;

    snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
    dir = opendir(path);
    if (dir == NULL) {
        return 0;
    }
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        count += entry->d_name[0] != '.';
    }
    closedir(dir);
    return count;
}

/* ---- times ---- */

static unsigned bucket_of(uint64_t ns)
{
    unsigned shift = 0;

    while (ns >> shift >= (uint64_t)2 * METER_SUB) {
        shift++;
    }
    return (unsigned)(shift * METER_SUB + (ns >> shift));
}

static uint64_t upper_end(unsigned bucket)
{
    unsigned shift = bucket < 2 * METER_SUB ? 0 : bucket / METER_SUB - 1;

    return (((uint64_t)bucket - (uint64_t)shift * METER_SUB + 1) << shift) - 1;
}

void meter_times_add(struct meter_times *t, uint64_t ns)
{
    t->count++;
    t->buckets[bucket_of(ns)]++;
    if (ns > t->max_ns) {
        t->max_ns = ns;
    }
}

uint64_t meter_times_at(const struct meter_times *t, double p)
{
    uint64_t left = (uint64_t)(p * (double)t->count);

    for (unsigned i = 0; i < METER_BUCKETS; i++) {
        if (t->buckets[i] > left) {
            return upper_end(i) < t->max_ns ? upper_end(i) : t->max_ns;
        }
        left -= t->buckets[i];
    }
    return t->max_ns;
}
