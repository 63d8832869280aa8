/* slowclock.c: a clock that runs a hundred times slower, preloaded into a program that valgrind makes about as slow.
 *
 * The turns of chatd's loop have bounds in time.  With the real clock chatd would do less in a turn under valgrind than
 * without it, and not the same amount in each run. */
#define _GNU_SOURCE
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { SLOWER = 100 };

int clock_gettime(clockid_t id, struct timespec *ts)
{
    static int64_t begun_ns;
    int64_t now_ns;

    if (syscall(SYS_clock_gettime, id, ts) != 0) {
        return -1;
    }
    if (id == CLOCK_MONOTONIC) {
        now_ns = (int64_t)ts->tv_sec * 1000000000 + ts->tv_nsec;
        if (begun_ns == 0) {
            begun_ns = now_ns;
        }
        now_ns = begun_ns + (now_ns - begun_ns) / SLOWER;
        ts->tv_sec = now_ns / 1000000000;
        ts->tv_nsec = now_ns % 1000000000;
    }
    return 0;
}
