/* net/listener.c: listening sockets.
 *
 * Owns their descriptors, the files of unix sockets, and the spare descriptor. */
#include "config.h"

#include "net/listener.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "net/bind.h"
#include "net/transport.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/un.h>
#include <unistd.h>

enum { LEFT_PART = 8 /* of few descriptors no more than one in so many is left for others */ };

struct listener {
    struct listener_set *set;
    struct listener *next;
    int fd;          /* -1 while it is paused, if it can be opened again */
    const struct listener_profile *profile;
    bool is_adopted; /* opened by the service manager */
    char *name;      /* which knows it by this name; NULL: it was opened here */
    bool is_kept;          /* during a change: the next places have it too; */
    bool is_new;           /* or it was opened for them */
    bool is_leaving;       /* it is in set->leaving: the next newcomer that is not there yet is its end, */
    unsigned taken;        /* or so many since */
    struct listener_place asked; /* unless adopted, as is the next: what was asked for */
    struct addr_listen at; /* where it listens, with the port that the system chose */
    struct bind_file file; /* of a unix socket that was opened here */
    bool is_short;   /* of descriptors or memory, and that was logged, since the last newcomer that was taken */
    struct timeq_node rest;
    struct event ev;
};

const char *listener_failure_code(enum listener_failure failure)
{
    static const char *const codes[LISTENER_FAILURES] = {
        [LISTENER_DESCRIPTORS] = "descriptors", [LISTENER_MEMORY] = "memory", [LISTENER_SELECT] = "select",
        [LISTENER_GONE] = "gone",               [LISTENER_OTHER] = "other",
    };

    return codes[failure];
}

/* The kernel may have no memory for the watch, or its user no more watches: then later. */
static void begin_wait(struct listener *l)
{
    if (event_add(&l->ev, NULL) != 0) {
        timeq_push(&l->set->resting, &l->rest, clock_ms(l->set->clock));
    }
}

static void rest_due(struct timeq *q, struct timeq_node *node)
{
    struct listener *l = CONTAINER_OF(node, struct listener, rest);

    (void)q;
    begin_wait(l);
}

/* libevent's select() sets grow, but a libc that is built with fortification refuses descriptors past FD_SETSIZE by
 * ending the process, whoever's they are: those that libevent accepts by itself for the metrics too.  Descriptors are
 * given out from the lowest on; so what newcomers leave is what others get. */
void listener_set_find_max_fd(struct listener_set *set)
{
    bool is_select = strcmp(event_base_get_method(set->base), "select") == 0;
    struct rlimit limit;
    int most = INT_MAX;

    set->past_max = LISTENER_DESCRIPTORS;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < INT_MAX) {
        most = (int)limit.rlim_cur;
    }
    if (is_select && most > FD_SETSIZE) {
        most = FD_SETSIZE;
        set->past_max = LISTENER_SELECT;
    }
    set->max_fd = most - 1 - (set->left_fds < most / LEFT_PART ? set->left_fds : most / LEFT_PART);
}

/* What the listener is for that a line of the log is about, behind its other pairs. */
static struct log_field purpose_of(const struct listener *l)
{
    return l->profile->name != NULL ? LOG_STR("for", l->profile->name) : LOG_END;
}

void listener_set_init(struct listener_set *set)
{
    set->first = set->leaving = NULL;
    set->short_log.phrase = "cannot accept newcomers";
    set->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    listener_set_find_max_fd(set);
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
    /* People who come and go at the edge could have both lines written again and again. */
    if (!l->is_short && log_limit_allows(&l->set->short_log, clock_ms(l->set->clock), &unsaid)) {
        l->is_short = true;
        log_error("cannot accept newcomers", LOG_STR("error", why), LOG_NUM("unsaid", unsaid), purpose_of(l));
    }
}

/* Whoever handed a socket over still has it, and may make it blocking again at any time: then accept4() would wait for
 * the next newcomer, and with it the whole loop. */
static int accept_one(struct listener *l, struct sockaddr_storage *sa, socklen_t *len)
{
    struct pollfd p = {.fd = l->fd, .events = POLLIN};

    if (l->is_adopted && poll(&p, 1, 0) == 0) {
        errno = EAGAIN;
        return -1;
    }
    return accept4(l->fd, (struct sockaddr *)sa, len, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

/* Out of descriptors or memory: tells one newcomer, and rests. */
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
        return; /* accept4() wants a descriptor before it looks for a newcomer, and there was none */
    }
    note_short(l, failure_of(error), strerror(error));
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

static void leave(struct listener *l);
static void leave_when_empty(struct listener_set *set, struct listener *l);

static void accept_cb(evutil_socket_t listen_fd, short what, void *arg)
{
    struct listener *l = arg;
    struct listener_set *set = l->set;
    const struct listener_profile *profile = l->profile;

    (void)listen_fd;
    (void)what;
    (void)clock_ms(set->clock); /* as in conn.c */
    for (int i = 0; i < LISTENER_BATCH; i++) {
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
            } else if (l->is_leaving) {
                leave(l);
            }
            return;
        }
        if (fd > set->max_fd) {
            note_short(l, set->past_max,
                       set->past_max == LISTENER_SELECT ? "select cannot watch so many" : strerror(EMFILE));
            turn_away(set, fd);
            continue;
        }
        if (l->is_short) {
            l->is_short = false;
            log_info("accepting newcomers again", purpose_of(l));
        }
        addr_from_sockaddr(&peer, (struct sockaddr *)&sa);
        set->accepted++;
        if (l->is_leaving && ++l->taken == LISTENER_LAST) {
            leave(l); /* they come as fast as they are taken */
            set->accept(set->ctx, profile, fd, &peer);
            return;
        }
        set->accept(set->ctx, profile, fd, &peer);
        if ((set->first == NULL && set->leaving == NULL) || turn_is_over(set->turn)) {
            break; /* the callee has closed the listeners, or the others wait for the next turn */
        }
    }
    leave_when_empty(set, l);
}

/* ---- opening and closing ---- */

static void watch(struct listener *l, int fd)
{
    l->fd = fd;
    transport_prepare(fd, l->set->dead_s); /* and with it all that it accepts */
    event_assign(&l->ev, l->set->base, fd, EV_READ | EV_PERSIST, accept_cb, l);
    begin_wait(l);
}

static struct listener *listener_new(struct listener_set *set, int fd, const struct listener_profile *profile)
{
    struct listener *l = mem_zalloc(sizeof(*l)), **end = &set->first;

    while (*end != NULL) { /* in the order in which they are listed */
        end = &(*end)->next;
    }
    *end = l;
    l->set = set;
    l->profile = profile;
    l->at.len = sizeof(l->at.addr);
    getsockname(fd, (struct sockaddr *)&l->at.addr, &l->at.len);
    watch(l, fd);
    return l;
}

static const char *bound_text(const struct listener *l, char *buf)
{
    return addr_listen_text((const struct sockaddr *)&l->at.addr, buf);
}

/* NULL, with a sentence in err, when it cannot be opened. */
static struct listener *open_one(struct listener_set *set, const struct listener_place *where, char *err,
                                 size_t err_size)
{
    struct addr_listen at = where->at;
    struct listener *l;
    int fd = bind_listen(&at, err, err_size);

    if (fd < 0) {
        return NULL;
    }
    l = listener_new(set, fd, where->profile);
    l->asked = *where;
    l->at.dual_stack = at.dual_stack;
    l->at.mode = at.mode;
    l->at.group = at.group;
    bind_file_note(&l->file, &at);
    return l;
}

static void log_listening(const struct listener *l)
{
    char text[ADDR_TEXT_SIZE];

    log_info("listening", LOG_STR("address", bound_text(l, text)), purpose_of(l));
}

bool listener_open(struct listener_set *set, const struct listener_place *where, char *err, size_t err_size)
{
    struct listener *l = open_one(set, where, err, err_size);

    if (l != NULL) {
        log_listening(l);
    }
    return l != NULL;
}

void listener_adopt(struct listener_set *set, int fd, const char *name, const struct listener_profile *profile)
{
    char text[ADDR_TEXT_SIZE];
    struct listener *l = listener_new(set, fd, profile);

    l->is_adopted = true;
    l->name = mem_strdup(name);
    log_info("listening", LOG_STR("address", bound_text(l, text)), LOG_STR("socket", name),
             purpose_of(l));
}

bool listener_info(const struct listener_set *set, size_t i, struct listener_info *info)
{
    const struct listener *l = set->first;

    for (; l != NULL; l = l->next) {
        if (l->fd >= 0 && i-- == 0) {
            bound_text(l, info->address);
            info->socket = l->name;
            return true;
        }
    }
    return false;
}

/* Newcomers are not looked at any more; closed says whether they are refused too. */
static void rest_from(struct listener *l, bool is_closed)
{
    event_del(&l->ev);
    timeq_remove(&l->rest);
    if (is_closed && l->fd >= 0) {
        bind_file_remove(&l->file);
        close(l->fd);
        l->fd = -1;
    }
}

void listener_set_dead(struct listener_set *set, uint32_t dead_s)
{
    set->dead_s = dead_s;
    for (struct listener *l = set->first; l != NULL; l = l->next) {
        if (l->fd >= 0) {
            transport_prepare(l->fd, dead_s);
        }
    }
}

static void leave_all(struct listener_set *set);

void listener_pause_all(struct listener_set *set)
{
    set->is_paused = true;
    leave_all(set);
    for (struct listener *l = set->first; l != NULL; l = l->next) {
        rest_from(l, !l->is_adopted);
    }
}

bool listener_resume_all(struct listener_set *set, char *err, size_t err_size)
{
    for (struct listener *l = set->first; l != NULL && set->is_paused; l = l->next) {
        struct addr_listen at = l->at;
        bool is_open = l->fd >= 0;
        int fd = is_open ? l->fd : bind_listen(&at, err, err_size);

        if (fd < 0) {
            listener_pause_all(set);
            return false;
        }
        if (!is_open) {
            bind_file_note(&l->file, &at);
        }
        watch(l, fd);
    }
    set->is_paused = false;
    return true;
}

static void close_at(struct listener **link)
{
    struct listener *l = *link;

    *link = l->next;
    rest_from(l, true);
    free(l->name);
    free(l);
}

static void leave_all(struct listener_set *set)
{
    while (set->leaving != NULL) {
        close_at(&set->leaving);
    }
}

void listener_close_all(struct listener_set *set)
{
    while (set->first != NULL) {
        close_at(&set->first);
    }
    leave_all(set);
}

/* ---- other places ---- */

const struct addr_listen *listener_first_at(const struct listener_set *set)
{
    return set->first != NULL ? &set->first->at : NULL;
}

bool listener_has_adopted(const struct listener_set *set)
{
    for (const struct listener *l = set->first; l != NULL; l = l->next) {
        if (l->is_adopted) {
            return true;
        }
    }
    return false;
}

bool listener_is_asked(const struct listener_set *set, const struct addr_listen *where)
{
    const struct listener *l = set->first;

    while (l != NULL && (l->is_adopted || !addr_is_same_listen(&l->asked.at, where))) {
        l = l->next;
    }
    return l != NULL && l->asked.at.group == where->group;
}

/* The listener that was asked for where, and that no other of the next places has. */
static struct listener *find_asked(struct listener_set *set, const struct addr_listen *where)
{
    struct listener *l = set->first;

    while (l != NULL && (l->is_adopted || l->is_kept || l->is_new || !addr_is_same_listen(&l->asked.at, where))) {
        l = l->next;
    }
    return l;
}

void listener_change_begin(struct listener_set *set, const struct listener_place *next, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct listener *l = find_asked(set, &next[i].at);

        if (l != NULL) {
            l->is_kept = true;
        }
    }
    for (struct listener *l = set->first; l != NULL; l = l->next) {
        if (!l->is_kept && !l->is_adopted && l->fd >= 0) {
            (void)bind_share(l->fd, true); /* else what overlaps cannot be opened, and says so */
        }
        l->is_kept = false;
    }
}

/* The mode and group that are asked for the file of a listener that stays. */
static bool change_access(struct listener *l, const struct addr_listen *next, char *err, size_t err_size)
{
    if (l->fd >= 0 && !bind_change_access(&l->at, next, err, err_size)) {
        return false;
    }
    l->at.mode = next->mode;
    l->at.group = next->group;
    return true;
}

bool listener_change_open(struct listener_set *set, const struct listener_place *next, size_t count, char *err,
                          size_t err_size)
{
    bool is_open = true;

    for (size_t i = 0; i < count && is_open; i++) {
        struct listener *l = find_asked(set, &next[i].at);
        struct listener_place where = next[i];

        if (l != NULL) {
            l->is_kept = true;
            is_open = change_access(l, &next[i].at, err, err_size);
            l->profile = next[i].profile;
            continue;
        }
        where.at.beside = true;
        l = open_one(set, &where, err, err_size);
        is_open = l != NULL;
        if (l != NULL) {
            l->is_new = true;
        }
    }
    return is_open;
}

static void settle(struct listener *l)
{
    if (l->is_new || (!l->is_adopted && l->profile != l->asked.profile)) {
        log_listening(l);
    }
    if (l->is_new) {
        (void)bind_share(l->fd, false);
        if (l->set->is_paused) {
            rest_from(l, true); /* it can be opened: that is enough for now */
        }
    }
    if (!l->is_adopted) {
        l->asked.at.mode = l->at.mode;
        l->asked.at.group = l->at.group;
        l->asked.profile = l->profile;
    }
    l->is_kept = l->is_new = false;
}

/* Is closed once the newcomers who have connected already are taken, in this turn or the next ones. */
static void begin_to_leave(struct listener *l)
{
    struct listener_set *set = l->set;
    char text[ADDR_TEXT_SIZE];

    log_info("no longer listening", LOG_STR("address", bound_text(l, text)), purpose_of(l));
    bind_file_remove(&l->file);
    l->is_leaving = true;
    l->next = set->leaving;
    set->leaving = l;
    if (l->fd < 0) {
        leave(l); /* it was paused */
    } else if (!timeq_is_waiting(&l->rest)) {
        accept_cb(l->fd, EV_READ, l);
    } else {
        leave_when_empty(set, l);
    }
}

/* The end of one that is leaving. */
static void leave(struct listener *l)
{
    struct listener **link = &l->set->leaving;

    while (*link != l) {
        link = &(*link)->next;
    }
    close_at(link);
}

/* The system does not tell that nobody waits.  l may be gone. */
static void leave_when_empty(struct listener_set *set, struct listener *l)
{
    struct listener *one = set->leaving;

    while (one != NULL && one != l) {
        one = one->next;
    }
    if (one != NULL) {
        struct pollfd p = {.fd = l->fd, .events = POLLIN};

        if (poll(&p, 1, 0) == 0) {
            leave(l);
        }
    }
}

void listener_change_commit(struct listener_set *set)
{
    struct listener **link = &set->first, *left = NULL;

    while (*link != NULL) {
        struct listener *l = *link;

        if (l->is_kept || l->is_new || l->is_adopted) {
            settle(l);
            link = &l->next;
        } else {
            *link = l->next;
            l->next = left;
            left = l;
        }
    }
    while (left != NULL) {
        struct listener *l = left;

        left = l->next;
        begin_to_leave(l);
    }
}

void listener_change_cancel(struct listener_set *set)
{
    struct listener **link = &set->first;

    while (*link != NULL) {
        struct listener *l = *link;
        char ignored[256];

        if (l->is_new) {
            close_at(link);
            continue;
        }
        if (l->fd >= 0 && !l->is_adopted) {
            (void)bind_share(l->fd, false);
            (void)change_access(l, &l->asked.at, ignored, sizeof(ignored));
        }
        if (!l->is_adopted) {
            l->profile = l->asked.profile;
        }
        l->is_kept = false;
        link = &l->next;
    }
}

void listener_set_fini(struct listener_set *set)
{
    listener_close_all(set);
    if (set->spare_fd >= 0) {
        close(set->spare_fd);
    }
}
