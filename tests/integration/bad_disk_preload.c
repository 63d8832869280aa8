/* bad_disk_preload.c: the calls that SQLite makes, as bad_disk.h says.  Preloaded into a daemon, of which it knows
 * nothing. */
#define _GNU_SOURCE
#include "bad_disk.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_US = 500 };

static struct bad_disk *disk;

static __attribute__((constructor)) void begin(void)
{
    const char *path = getenv(BAD_DISK_VARIABLE);
    int fd = path != NULL ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0) : -1;
    void *map = mmap(NULL, sizeof(*disk), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

    disk = map != MAP_FAILED ? map : NULL;
    close(fd);
}

static bool is_meant(void)
{
    char name[sizeof(disk->only)] = "";

    return disk != NULL && (disk->only[0] == '\0' ||
                            (prctl(PR_GET_NAME, name) == 0 && strncmp(name, disk->only, sizeof(name)) == 0));
}

/* Returns false, with errno, if a call that writes must fail. */
static bool pass(bool writes)
{
    if (!is_meant()) {
        return true;
    }
    if (disk->delay_us > 0) {
        usleep((useconds_t)disk->delay_us);
    }
    if (disk->hangs) {
        disk->hanging++;
        while (disk->hangs) {
            usleep(LOOK_US);
        }
        disk->hanging--;
    }
    if (writes && disk->error != 0) {
        errno = disk->error;
        return false;
    }
    return true;
}

ssize_t pread64(int fd, void *data, size_t len, off64_t at)
{
    return pass(false) ? (ssize_t)syscall(SYS_pread64, fd, data, len, at) : -1;
}

ssize_t pread(int fd, void *data, size_t len, off_t at)
{
    return pread64(fd, data, len, at);
}

ssize_t pwrite64(int fd, const void *data, size_t len, off64_t at)
{
    return pass(true) ? (ssize_t)syscall(SYS_pwrite64, fd, data, len, at) : -1;
}

ssize_t pwrite(int fd, const void *data, size_t len, off_t at)
{
    return pwrite64(fd, data, len, at);
}

int ftruncate64(int fd, off64_t len)
{
    return pass(true) ? (int)syscall(SYS_ftruncate, fd, len) : -1;
}

int ftruncate(int fd, off_t len)
{
    return ftruncate64(fd, len);
}

int fsync(int fd)
{
    return pass(false) ? (int)syscall(SYS_fsync, fd) : -1;
}

int fdatasync(int fd)
{
    return pass(false) ? (int)syscall(SYS_fdatasync, fd) : -1;
}

/* Only a database's files fail to open. */
int open64(const char *path, int flags, ...)
{
    mode_t mode = 0;

    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
        va_list ap;

        va_start(ap, flags);
        mode = va_arg(ap, mode_t);
        va_end(ap);
    }
    if ((flags & O_ACCMODE) != O_RDONLY && strstr(path, ".db") != NULL && !pass(true)) {
        return -1;
    }
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

/* The type is the same with 64 bits. */
int statvfs(const char *path, struct statvfs *st)
{
    int (*theirs)(const char *, struct statvfs *);
    int result;

    *(void **)&theirs = dlsym(RTLD_NEXT, "statvfs64");
    result = theirs(path, st);

    if (result == 0 && is_meant() && disk->error == EROFS) {
        st->f_flag |= ST_RDONLY;
    }
    return result;
}

int statvfs64(const char *path, struct statvfs64 *st)
{
    return statvfs(path, (struct statvfs *)st);
}

int clock_gettime(clockid_t id, struct timespec *ts)
{
    if (syscall(SYS_clock_gettime, id, ts) != 0) {
        return -1;
    }
    if (id == CLOCK_REALTIME && disk != NULL) {
        ts->tv_sec -= disk->back_s;
    }
    return 0;
}

int open(const char *path, int flags, ...)
{
    mode_t mode = 0;

    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
        va_list ap;

        va_start(ap, flags);
        mode = va_arg(ap, mode_t);
        va_end(ap);
    }
    return open64(path, flags, mode);
}
