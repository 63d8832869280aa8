/* tests/integration/bad_disk.h: a disk that is slow, hangs or fails, and a clock that is wrong, for daemons of a test.
 *
 * bad_disk.so is preloaded into the daemon and takes the place of the calls with which SQLite reads and writes, which
 * the rest of the daemon does not use, and of that which reads the clock.  A file that both map says what becomes of
 * these calls. */
#ifndef CHATD_TESTS_BAD_DISK_H
#define CHATD_TESTS_BAD_DISK_H

#include <stdatomic.h>

struct bad_disk {
    char only[16];       /* the name of the thread whose calls it is bad for, such as "chatd-store"; "": all */
    atomic_int delay_us; /* how long each call takes */
    atomic_bool hangs;   /* a call takes until this is false again */
    atomic_int error;    /* what writing, and opening for it, fails with; 0: it does not */
    atomic_int hanging;  /* calls that hang now */
    atomic_int back_s;   /* how many seconds the time of day is behind */
};

/* The variable with the file's path. */
#define BAD_DISK_VARIABLE "CHATD_TEST_DISK"

/* From now on, the daemons that this test starts have such a disk, which is good at first. */
struct bad_disk *bad_disk_begin(void);
/* Waits until a call hangs. */
void bad_disk_await_hanging(struct bad_disk *disk);

#endif
