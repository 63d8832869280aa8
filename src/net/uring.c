/* net/uring.c: fills the submission queue, and reads what the completion queue tells of writes that were not complete.
 *
 * With MSG_DONTWAIT a write is made in the call that submits it, and never in a thread of the kernel's.  With
 * MSG_WAITALL one that was short counts as failed, and is reported with the bytes that were taken, although successes
 * are not (IOSQE_CQE_SKIP_SUCCESS). */
#include "config.h"

#include "net/uring.h"

#include <errno.h>

#ifdef HAVE_LIBURING
#include "base/mem.h"
#include "net/transport.h"

#include <liburing.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    PIECES = 2 * URING_WRITES, /* of all added writes together; those of one piece need no place here */
    FLAGS = MSG_NOSIGNAL | MSG_DONTWAIT | MSG_WAITALL,
    TRIAL_BYTES = 4096,        /* a small buffer of a socket takes some of such writes and not all */
    TRIAL_WRITES = 64,
};

struct uring {
    struct io_uring ring;
    bool is_begun;  /* a thread has made it its own */
    bool is_broken; /* the kernel has failed to take writes: send() is used */
    unsigned count; /* of added writes */
    unsigned pieces;
    struct added {
        int fd;
        int count;
        struct flush_write *write;
        struct iovec piece; /* if there is one */
        struct msghdr header; /* otherwise */
    } added[URING_WRITES];
    struct iovec iov[PIECES];
};

static const struct iovec *iov_of(const struct added *added)
{
    return added->count == 1 ? &added->piece : added->header.msg_iov;
}

/* ---- one submission ---- */

static void send_alone(const struct added *added)
{
    added->write->result = transport_write(added->fd, iov_of(added), added->count, &added->write->n);
}

/* The kernel has no memory for the writes from first on, or takes none: the ring cannot be emptied. */
static void give_up(struct uring *uring, unsigned first)
{
    uring->is_broken = true;
    for (unsigned i = first; i < uring->count; i++) {
        send_alone(&uring->added[i]);
    }
}

static void take_result(const struct added *added, int result)
{
    if (result == -EINTR || result == -ECANCELED) {
        send_alone(added);
    } else if (result < 0) {
        added->write->n = 0;
        added->write->result = transport_write_result(-result);
    } else {
        added->write->n = (size_t)result;
    }
}

static void take_results(struct uring *uring)
{
    struct io_uring_cqe *cqe;
    unsigned head, count = 0;

    io_uring_for_each_cqe(&uring->ring, head, cqe) {
        take_result(&uring->added[io_uring_cqe_get_data64(cqe)], cqe->res);
        count++;
    }
    io_uring_cq_advance(&uring->ring, count);
}

/* A ring takes writes of one thread only: that which submits first.  Debian 12's liburing declares
 * io_uring_enable_rings() and lacks it. */
static void begin(struct uring *uring)
{
    uring->is_begun = true;
    if (io_uring_register((unsigned)uring->ring.ring_fd, IORING_REGISTER_ENABLE_RINGS, NULL, 0) != 0) {
        give_up(uring, 0);
    } else {
        (void)io_uring_register_ring_fd(&uring->ring); /* saves a look into the table of files for each call */
    }
}

void uring_submit(struct uring *uring)
{
    unsigned taken = 0;

    if (!uring->is_begun && uring->count > 0) {
        begin(uring);
    }
    while (taken < uring->count && !uring->is_broken) {
        int n = io_uring_submit(&uring->ring);

        if (n > 0) {
            taken += (unsigned)n;
        } else if (n != -EINTR) {
            give_up(uring, taken);
        }
    }
    take_results(uring);
    uring->count = 0;
    uring->pieces = 0;
}

/* ---- adding ---- */

static void prepare(struct uring *uring, struct added *added)
{
    struct io_uring_sqe *sqe = io_uring_get_sqe(&uring->ring); /* there is one: all were submitted before */

    if (added->count == 1) {
        io_uring_prep_send(sqe, added->fd, added->piece.iov_base, added->piece.iov_len, FLAGS);
    } else {
        io_uring_prep_sendmsg(sqe, added->fd, &added->header, FLAGS);
    }
    io_uring_sqe_set_flags(sqe, IOSQE_CQE_SKIP_SUCCESS);
    io_uring_sqe_set_data64(sqe, (uint64_t)(added - uring->added));
}

void uring_add(struct uring *uring, int fd, const struct iovec *iov, int count, struct flush_write *w)
{
    bool is_one = count == 1;
    struct added *added;

    if (uring->count == URING_WRITES || (!is_one && uring->pieces + (unsigned)count > PIECES)) {
        uring_submit(uring);
    }
    if (uring->is_broken) {
        w->result = transport_write(fd, iov, count, &w->n);
        return;
    }
    added = &uring->added[uring->count++];
    *added = (struct added){.fd = fd, .count = count, .write = w, .piece = iov[0]};
    if (!is_one) {
        added->header.msg_iov = memcpy(&uring->iov[uring->pieces], iov, (size_t)count * sizeof(*iov));
        added->header.msg_iovlen = (size_t)count;
        uring->pieces += (unsigned)count;
    }
    w->result = TRANSPORT_OK; /* unless something else is reported */
    w->n = w->want;
    prepare(uring, added);
}

/* ---- the trial ---- */

/* Fills the buffer of a socket: the last writes are short, or take nothing.  Returns true if what was told is what the
 * other end gets. */
static bool is_true(struct uring *uring, const int ends[2])
{
    struct flush_write writes[TRIAL_WRITES];
    char data[TRIAL_BYTES] = {0};
    struct iovec iov = {.iov_base = data, .iov_len = sizeof(data)};
    size_t told = 0, got = 0;
    unsigned blocked = 0;
    ssize_t n;

    for (unsigned i = 0; i < TRIAL_WRITES; i++) {
        writes[i] = (struct flush_write){.want = sizeof(data)};
        uring_add(uring, ends[0], &iov, 1, &writes[i]);
    }
    uring_submit(uring);
    for (unsigned i = 0; i < TRIAL_WRITES; i++) {
        told += writes[i].n;
        blocked += writes[i].result == TRANSPORT_WANT_WRITE;
        if (writes[i].result != TRANSPORT_OK && writes[i].result != TRANSPORT_WANT_WRITE) {
            return false;
        }
    }
    while ((n = recv(ends[1], data, sizeof(data), MSG_DONTWAIT)) > 0) {
        got += (size_t)n;
    }
    return told == got && got > 0 && blocked > 0 && !uring->is_broken;
}

/* ---- from outside ---- */

struct uring *uring_new(void)
{
    static const unsigned ways[] = {IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN, 0}; /* Linux 6.1; older */
    struct uring *uring = mem_zalloc(sizeof(*uring));
    int error = EINVAL;

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]) && error == EINVAL; i++) {
        struct io_uring_params params = {.flags = ways[i] | IORING_SETUP_R_DISABLED | IORING_SETUP_SUBMIT_ALL};

        error = -io_uring_queue_init_params(URING_WRITES, &uring->ring, &params);
        if (error == 0 && (params.features & IORING_FEAT_CQE_SKIP) == 0) {
            io_uring_queue_exit(&uring->ring);
            error = ENOSYS;
        }
    }
    if (error != 0) {
        free(uring);
        errno = error == EINVAL ? ENOSYS : error;
        return NULL;
    }
    return uring;
}

void uring_free(struct uring *uring)
{
    if (uring != NULL) {
        io_uring_queue_exit(&uring->ring);
        free(uring);
    }
}

/* With a ring of its own, since that belongs to the thread that tries it. */
bool uring_is_usable(void)
{
    struct uring *uring = uring_new();
    int ends[2], buffer = TRIAL_BYTES;
    bool is_good;

    if (uring == NULL) {
        return false;
    }
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        int error = errno;

        uring_free(uring);
        errno = error;
        return false;
    }
    (void)setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &buffer, sizeof(buffer));
    is_good = is_true(uring, ends);
    close(ends[0]);
    close(ends[1]);
    uring_free(uring);
    errno = ENOSYS;
    return is_good;
}
#else /* HAVE_LIBURING */
#include "base/check.h"

bool uring_is_usable(void)
{
    errno = ENOSYS;
    return false;
}

struct uring *uring_new(void)
{
    errno = ENOSYS;
    return NULL;
}

void uring_free(struct uring *uring)
{
    (void)uring;
}

void uring_add(struct uring *uring, int fd, const struct iovec *iov, int count, struct flush_write *w)
{
    (void)uring;
    (void)fd;
    (void)iov;
    (void)count;
    (void)w;
    check_abort("there is no io_uring in this build");
}

void uring_submit(struct uring *uring)
{
    (void)uring;
}
#endif
