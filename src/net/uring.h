/* net/uring.h: makes many writes to plain sockets by one call of the kernel, through io_uring(7).
 *
 * Writes are added and then submitted together.  None of them waits, so all of them are over when the call returns:
 * what they offer, and where, has to stay only until then.  A write of which everything was taken is not even reported;
 * so the kernel is asked at the start whether it reports the others as it should.
 *
 * What was tried and is not used: registered files, which would have to be registered with the ring of each thread
 * after a connection has come and unregistered before it is closed, save less than can be measured (BENCHMARKS.md).
 *
 * A ring belongs to one thread from its first write on; it is made and freed by the loop's. */
#ifndef CHATD_NET_URING_H
#define CHATD_NET_URING_H

#include "net/flush_priv.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

enum { URING_WRITES = 256 }; /* in one call */

struct uring;

/* Tries a ring.  Returns false and sets errno if this build or the kernel (ENOSYS) does not have what is needed, or if
 * the kernel or a filter of system calls refuses it. */
bool uring_is_usable(void);
/* Makes a ring.  Returns NULL and sets errno on failure. */
struct uring *uring_new(void);
void uring_free(struct uring *uring);

/* Adds a write of the bytes in iov, of at most URING_WRITES pieces, to fd.  w->result and w->n are set by the next
 * uring_submit(); until then the bytes and w stay.  Calls that itself if there is no room. */
void uring_add(struct uring *uring, int fd, const struct iovec *iov, int count, struct flush_write *w);
/* Makes the writes that were added. */
void uring_submit(struct uring *uring);

#endif
