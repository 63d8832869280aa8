/* tests/integration/bad_disk.c: see bad_disk.h. */
#include "config.h"

#include "bad_disk.h"

#include "harness.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The library stands beside the tests of the build. */
static const char *library(void)
{
    const char *build = getenv("top_builddir");

    return harness_text("%s/tests/integration/bad_disk.so", build != NULL ? build : ".");
}

struct bad_disk *bad_disk_begin(void)
{
    static struct bad_disk *disk; /* of the test before */
    const char *path = harness_file("disk", "");
    int fd = open(path, O_RDWR | O_CLOEXEC);
    const char *resolved = realpath(library(), NULL);

    if (resolved == NULL) {
        harness_fail("%s is not built: make check does that", library());
    }
    if (disk != NULL) {
        munmap(disk, sizeof(*disk));
    }
    assert_int_equal(ftruncate(fd, sizeof(*disk)), 0);
    disk = mmap(NULL, sizeof(*disk), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    assert_ptr_not_equal(disk, MAP_FAILED);
    close(fd);
    /* The address sanitizer wants to be the first library otherwise. */
    daemon_wrap(harness_text("export LD_PRELOAD=%s " BAD_DISK_VARIABLE "=%s"
                             " ASAN_OPTIONS=\"${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0\"",
                             resolved, path));
    free((char *)(uintptr_t)resolved);
    return disk;
}

void bad_disk_await_hanging(struct bad_disk *disk)
{
    int64_t until = harness_now_ms() + harness_deadline_ms();

    while (atomic_load(&disk->hanging) == 0) {
        if (harness_now_ms() > until) {
            harness_fail("nothing of the daemon waits for the disk");
        }
        usleep(1000);
    }
}
