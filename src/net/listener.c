/* net/listener.c: listening sockets.
 *
 * Owns their descriptors, the files of unix sockets, and the spare descriptor. */
#include "config.h"

#include "net/listener.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct listener {
    struct listener_set *set;
    struct listener *next;
    int fd;
    char *unix_path; /* of the socket's file, which is ours to remove; NULL: none */
    bool is_short;   /* of descriptors or memory, since the last newcomer that was taken */
    struct timeq_node rest;
    struct event ev;
};

static void rest_due(struct timeq *q, struct timeq_node *node)
{
    struct listener *l = CONTAINER_OF(node, struct listener, rest);

    (void)q;
    event_add(&l->ev, NULL);
}

void listener_set_init(struct listener_set *set)
{
    set->first = NULL;
    set->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    /* libevent's select() sets grow, but a libc that is built with fortification refuses descriptors
     * past FD_SETSIZE by ending the process. */
    set->max_fd = strcmp(event_base_get_method(set->base), "select") == 0 ? FD_SETSIZE - 1 : INT_MAX;
    timeq_init(&set->resting, LISTENER_REST_MS, rest_due, set);
}

/* ---- accepting ---- */

/* A line and the end for a newcomer that cannot be served.  What it has sent is read first: unread
 * bytes would turn the end into a reset, and the line be lost. */
static void turn_away(struct listener_set *set, int fd)
{
    char junk[512];

    (void)!send(fd, set->sorry, strlen(set->sorry), MSG_NOSIGNAL | MSG_DONTWAIT);
    shutdown(fd, SHUT_WR);
    for (int i = 0; i < 8 && recv(fd, junk, sizeof(junk), MSG_DONTWAIT) > 0; i++) {
    }
    close(fd);
}

static void note_short(struct listener *l, const char *why)
{
    if (!l->is_short) {
        l->is_short = true;
        log_error("cannot accept newcomers", LOG_STR("error", why));
    }
}

/* Out of descriptors or memory: tells one newcomer, and rests. */
static void run_short(struct listener *l, int error)
{
    struct listener_set *set = l->set;
    bool is_needless = false;

    if (set->spare_fd >= 0) {
        int fd;

        close(set->spare_fd);
        fd = accept4(l->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        is_needless = fd < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
        if (fd >= 0) {
            turn_away(set, fd);
        }
    }
    set->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (is_needless) {
        return; /* accept4() wants a descriptor before it looks for a newcomer, and there was none */
    }
    note_short(l, strerror(error));
    event_del(&l->ev);
    timeq_push(&set->resting, &l->rest, clock_ms(set->clock));
}

/* A newcomer that has gone again before it was taken (accept(2) hands over its network errors too). */
static bool is_newcomers_own(int error)
{
    return error == EINTR || error == ECONNABORTED || error == EPROTO || error == ENOPROTOOPT ||
           error == ENETDOWN || error == ENETUNREACH || error == EHOSTDOWN || error == EHOSTUNREACH ||
           error == ENONET || error == EOPNOTSUPP || error == EPERM;
}

static void accept_cb(evutil_socket_t listen_fd, short what, void *arg)
{
    struct listener *l = arg;
    struct listener_set *set = l->set;

    (void)what;
    for (int i = 0; i < LISTENER_BATCH; i++) {
        struct sockaddr_storage sa = {.ss_family = AF_UNIX};
        socklen_t len = sizeof(sa);
        struct addr peer;
        int fd = accept4(listen_fd, (struct sockaddr *)&sa, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd < 0) {
            if (is_newcomers_own(errno)) {
                continue;
            }
            if (errno != EAGAIN && errno != EWOULDBLOCK) {
                run_short(l, errno);
            }
            return;
        }
        if (fd > set->max_fd) {
            note_short(l, "select cannot watch so many");
            turn_away(set, fd);
            continue;
        }
        if (l->is_short) {
            l->is_short = false;
            log_info("accepting newcomers again");
        }
        addr_from_sockaddr(&peer, (struct sockaddr *)&sa);
        set->accept(set->ctx, fd, &peer);
        if (set->first == NULL) {
            return; /* the callee has closed the listeners */
        }
    }
}

/* ---- opening and closing ---- */

/* A unix socket's file that nobody listens on any more, left by a process that was killed. */
static bool is_stale(const struct addr_listen *where)
{
    const struct sockaddr_un *un = (const struct sockaddr_un *)&where->addr;
    struct stat st;
    bool stale;
    int fd;

    if (lstat(un->sun_path, &st) != 0 || !S_ISSOCK(st.st_mode)) {
        return false;
    }
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return false;
    }
    stale = connect(fd, (const struct sockaddr *)&where->addr, where->len) != 0 && errno == ECONNREFUSED;
    close(fd);
    return stale;
}

static int bind_socket(int fd, const struct addr_listen *where)
{
    const struct sockaddr *sa = (const struct sockaddr *)&where->addr;
    int on = 1;
    int v6_only = where->dual_stack ? 0 : 1;

    if (sa->sa_family != AF_UNIX) {
        (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    }
    if (sa->sa_family == AF_INET6) {
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6_only, sizeof(v6_only));
    }
    if (bind(fd, sa, where->len) == 0) {
        return 0;
    }
    if (errno == EADDRINUSE && sa->sa_family == AF_UNIX) {
        if (is_stale(where)) {
            unlink(((const struct sockaddr_un *)sa)->sun_path);
            return bind(fd, sa, where->len);
        }
        errno = EADDRINUSE; /* not what looking at it met */
    }
    return -1;
}

/* "*" on a machine without IPv6. */
static void fall_back_to_ipv4(struct addr_listen *where)
{
    uint16_t port = ((const struct sockaddr_in6 *)&where->addr)->sin6_port;
    struct sockaddr_in *in = (struct sockaddr_in *)&where->addr;

    memset(&where->addr, 0, sizeof(where->addr));
    in->sin_family = AF_INET;
    in->sin_port = port;
    where->len = sizeof(*in);
    where->dual_stack = false;
}

static int open_socket(struct addr_listen *where)
{
    int fd = socket(where->addr.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int error;

    if (fd < 0 && errno == EAFNOSUPPORT && where->dual_stack) {
        fall_back_to_ipv4(where);
        return open_socket(where);
    }
    if (fd < 0) {
        return -1;
    }
    if (bind_socket(fd, where) == 0 && listen(fd, SOMAXCONN) == 0) {
        return fd;
    }
    error = errno;
    close(fd);
    if (error == EADDRNOTAVAIL && where->dual_stack) {
        fall_back_to_ipv4(where); /* IPv6 is there but switched off */
        return open_socket(where);
    }
    errno = error;
    return -1;
}

bool listener_open(struct listener_set *set, const struct addr_listen *where, char *err, size_t err_size)
{
    struct addr_listen at = *where;
    struct sockaddr_storage bound = {0};
    socklen_t len = sizeof(bound);
    char text[ADDR_TEXT_SIZE];
    struct listener *l;
    int fd = open_socket(&at);

    if (fd < 0) {
        snprintf(err, err_size, "cannot listen on %s: %s",
                 addr_listen_text((const struct sockaddr *)&where->addr, text), strerror(errno));
        return false;
    }
    l = mem_zalloc(sizeof(*l));
    l->set = set;
    l->fd = fd;
    if (at.addr.ss_family == AF_UNIX) {
        l->unix_path = mem_strdup(((const struct sockaddr_un *)&at.addr)->sun_path);
    }
    l->next = set->first;
    set->first = l;
    event_assign(&l->ev, set->base, fd, EV_READ | EV_PERSIST, accept_cb, l);
    event_add(&l->ev, NULL);
    getsockname(fd, (struct sockaddr *)&bound, &len);
    log_info("listening", LOG_STR("address", addr_listen_text((struct sockaddr *)&bound, text)));
    return true;
}

void listener_close_all(struct listener_set *set)
{
    while (set->first != NULL) {
        struct listener *l = set->first;

        set->first = l->next;
        event_del(&l->ev);
        timeq_remove(&l->rest);
        close(l->fd);
        if (l->unix_path != NULL) {
            unlink(l->unix_path);
            free(l->unix_path);
        }
        free(l);
    }
}

void listener_set_fini(struct listener_set *set)
{
    listener_close_all(set);
    if (set->spare_fd >= 0) {
        close(set->spare_fd);
    }
}
