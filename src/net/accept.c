/* net/accept.c: accepts newcomers from a listening socket. */
#include "config.h"

#include "net/accept.h"

#include "base/log.h"
#include "base/turn.h"
#include "net/listener_priv.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Sends a newcomer that cannot be served a line and closes its connection.  Bytes that it has sent are read first:
 * with unread bytes the kernel would send a reset, and the line would be lost. */
static void turn_away(struct listener_set *set, int fd)
{
    char junk[512];

    (void)!send(fd, set->sorry, strlen(set->sorry), MSG_NOSIGNAL | MSG_DONTWAIT);
    shutdown(fd, SHUT_WR);
    for (int i = 0; i < 8 && recv(fd, junk, sizeof(junk), MSG_DONTWAIT) > 0; i++) {
    }
    close(fd);
}

static enum listener_failure failure_of(int error)
{
    switch (error) {
    case EMFILE:
    case ENFILE:
        return LISTENER_DESCRIPTORS;
    case ENOMEM:
    case ENOBUFS:
        return LISTENER_MEMORY;
    default:
        return LISTENER_OTHER;
    }
}

static void note_short(struct listener *l, enum listener_failure failure, const char *why)
{
    uint32_t unsaid;

    l->set->failures[failure]++;
    /* If newcomers come and go while descriptors are nearly used up, both lines could be logged again and again. */
    if (!l->is_short && log_limit_allows(&l->set->short_log, clock_ms(l->set->clock), &unsaid)) {
        l->is_short = true;
        log_error("cannot accept newcomers", LOG_STR("error", why), LOG_NUM("unsaid", unsaid),
                  listener_purpose(l->profile));
    }
}

/* The service manager still has an adopted socket and may make it blocking at any time; accept4() would then wait for
 * the next newcomer and block the loop.  So an adopted socket is polled first. */
static int accept_one(struct listener *l, struct sockaddr_storage *sa, socklen_t *len)
{
    struct pollfd p = {.fd = l->fd, .events = POLLIN};

    if (l->is_adopted && poll(&p, 1, 0) == 0) {
        errno = EAGAIN;
        return -1;
    }
    return accept4(l->fd, (struct sockaddr *)sa, len, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

/* Handles a shortage of descriptors or memory: tells one newcomer, and has the listener rest. */
static void run_short(struct listener *l, int error)
{
    struct listener_set *set = l->set;
    bool is_needless = false;

    if (set->spare_fd >= 0) {
        int fd;

        close(set->spare_fd);
        fd = accept_one(l, NULL, NULL);
        is_needless = fd < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
        if (fd >= 0) {
            turn_away(set, fd);
        }
    }
    set->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (is_needless) {
        return; /* accept4() reserves a descriptor before it looks for a newcomer, and no newcomer waits */
    }
    note_short(l, failure_of(error), strerror(error));
    event_del(&l->ev);
    timeq_push(&set->resting, &l->rest, clock_ms(set->clock));
}

/* Returns true if the newcomer has left before it was accepted; accept(2) reports its network errors too. */
static bool is_newcomers_own(int error)
{
    return error == EINTR || error == ECONNABORTED || error == EPROTO || error == ENOPROTOOPT ||
           error == ENETDOWN || error == ENETUNREACH || error == EHOSTDOWN || error == EHOSTUNREACH ||
           error == ENONET || error == EOPNOTSUPP || error == EPERM;
}

/* Passes the newcomer to the set's accept function, which may close the listeners; l is then freed. */
static void hand_over(struct listener *l, int fd, const struct addr *peer)
{
    struct listener_set *set = l->set;

    if (l->is_short) {
        l->is_short = false;
        log_info("accepting newcomers again", listener_purpose(l->profile));
    }
    set->accepted[l->profile->kind]++;
    set->accept(set->ctx, l->profile, fd, peer);
}

void accept_batch(struct listener *l)
{
    struct listener_set *set = l->set;
    uint64_t since_ns = clock_now_ns(set->clock);
    bool is_last = false;

    for (int i = 0; i < LISTENER_BATCH && !is_last; i++) {
        struct sockaddr_storage sa = {.ss_family = AF_UNIX};
        socklen_t len = sizeof(sa);
        struct addr peer;
        int fd = accept_one(l, &sa, &len);

        if (fd < 0) {
            if (is_newcomers_own(errno)) {
                set->failures[LISTENER_GONE] += errno != EINTR;
                continue;
            }
            if (errno != EAGAIN && errno != EWOULDBLOCK) {
                run_short(l, errno);
            }
            return;
        }
        if (fd > set->max_fd) {
            note_short(l, set->past_max,
                       set->past_max == LISTENER_SELECT ? "select cannot watch so many" : strerror(EMFILE));
            turn_away(set, fd);
            continue;
        }
        is_last = l->is_leaving && ++l->taken == LISTENER_LAST; /* they come as fast as they are accepted */
        addr_from_sockaddr(&peer, (struct sockaddr *)&sa);
        hand_over(l, fd, &peer);
        if ((set->first == NULL && set->leaving == NULL) || turn_is_over(set->turn) ||
            clock_now_ns(set->clock) - since_ns >= LISTENER_SHARE_US * 1000) {
            return; /* the listeners were closed, or the other newcomers wait for the next turn */
        }
    }
}
