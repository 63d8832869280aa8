/* net/listener.c: listening sockets.
 *
 * Owns their descriptors, the files of unix sockets, and the spare descriptor. */
#include "config.h"

#include "net/listener.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "net/accept.h"
#include "net/bind.h"
#include "net/listener_priv.h"
#include "net/transport.h"

#include <event2/event.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LEFT_PART = 8 /* if there are few descriptors, newcomers leave at most one in so many */ };

const char *listener_failure_code(enum listener_failure failure)
{
    static const char *const codes[LISTENER_FAILURES] = {
        [LISTENER_DESCRIPTORS] = "descriptors", [LISTENER_MEMORY] = "memory", [LISTENER_SELECT] = "select",
        [LISTENER_GONE] = "gone",               [LISTENER_OTHER] = "other",
    };

    return codes[failure];
}

const char *listener_kind_code(enum listener_kind kind)
{
    static const char *const codes[LISTENER_KINDS] = {
        [LISTENER_LINES] = "lines",     [LISTENER_TLS] = "tls",
        [LISTENER_PROXIES] = "proxies", [LISTENER_TLS_PROXIES] = "tls-proxies",
        [LISTENER_CONTROL] = "control",
    };

    return codes[kind];
}

/* Has the event watched.  If the kernel has no memory for that, or the user may have no more watches, tries again
 * later. */
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

/* libevent's sets for select() grow, but a libc that is built with fortification ends the process when it meets a
 * descriptor past FD_SETSIZE.  That holds for all descriptors, also those that libevent accepts itself for the metrics.
 * The system assigns the lowest free descriptor, so the descriptors that newcomers leave are low enough for others. */
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

void listener_set_init(struct listener_set *set)
{
    set->first = set->leaving = NULL;
    set->short_log.phrase = "cannot accept newcomers";
    set->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    listener_set_find_max_fd(set);
    timeq_init(&set->resting, LISTENER_REST_MS, rest_due, set);
}

/* ---- closing ---- */

void listener_rest(struct listener *l, bool is_closed)
{
    event_del(&l->ev);
    timeq_remove(&l->rest);
    if (is_closed && l->fd >= 0) {
        bind_file_remove(&l->file);
        close(l->fd);
        l->fd = -1;
    }
}

void listener_close_at(struct listener **link)
{
    struct listener *l = *link;

    *link = l->next;
    listener_rest(l, true);
    free(l->name);
    free(l);
}

static void leave_all(struct listener_set *set)
{
    while (set->leaving != NULL) {
        listener_close_at(&set->leaving);
    }
}

/* ---- leaving ---- */

/* Returns true if the newcomers who have connected to l are accepted, or LISTENER_LAST of them.  poll() has to be
 * asked, since no event reports that none waits. */
static bool is_empty(const struct listener *l)
{
    struct pollfd p = {.fd = l->fd, .events = POLLIN};

    return l->taken == LISTENER_LAST || poll(&p, 1, 0) == 0;
}

/* Closes l if it is leaving and no newcomer waits.  l may be freed already. */
static void close_when_empty(struct listener_set *set, struct listener *l)
{
    struct listener **link = &set->leaving;

    while (*link != NULL && *link != l) {
        link = &(*link)->next;
    }
    if (*link != NULL && (l->fd < 0 || is_empty(l))) {
        listener_close_at(link);
    }
}

void listener_leave(struct listener *l)
{
    struct listener_set *set = l->set;
    char text[ADDR_TEXT_SIZE];

    log_info("no longer listening", LOG_STR("address", listener_bound_text(l, text)), listener_purpose(l->profile));
    bind_file_remove(&l->file);
    l->is_leaving = true;
    l->next = set->leaving;
    set->leaving = l;
    if (l->fd >= 0 && !timeq_is_waiting(&l->rest)) {
        accept_batch(l);
    }
    close_when_empty(set, l); /* at once if it is paused */
}

/* ---- opening ---- */

static void ready_cb(evutil_socket_t fd, short what, void *arg)
{
    struct listener *l = arg;
    struct listener_set *set = l->set;

    (void)fd;
    (void)what;
    (void)clock_ms(set->clock); /* as in intake.c */
    accept_batch(l);
    close_when_empty(set, l);
}

static void watch(struct listener *l, int fd)
{
    l->fd = fd;
    transport_prepare(fd, l->set->dead_s); /* accepted sockets inherit the options */
    event_assign(&l->ev, l->set->base, fd, EV_READ | EV_PERSIST, ready_cb, l);
    begin_wait(l);
}

static struct listener *listener_new(struct listener_set *set, int fd, const struct listener_profile *profile)
{
    struct listener *l = mem_zalloc(sizeof(*l)), **end = &set->first;

    while (*end != NULL) { /* keeps the order of listing */
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

const char *listener_bound_text(const struct listener *l, char *buf)
{
    return addr_listen_text((const struct sockaddr *)&l->at.addr, buf);
}

struct listener *listener_open_one(struct listener_set *set, const struct listener_place *where, char *err,
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

void listener_log_opened(const struct listener *l)
{
    char text[ADDR_TEXT_SIZE];

    log_info("listening", LOG_STR("address", listener_bound_text(l, text)), listener_purpose(l->profile));
}

bool listener_open(struct listener_set *set, const struct listener_place *where, char *err, size_t err_size)
{
    struct listener *l = listener_open_one(set, where, err, err_size);

    if (l != NULL) {
        listener_log_opened(l);
    }
    return l != NULL;
}

void listener_adopt(struct listener_set *set, int fd, const char *name, const struct listener_profile *profile)
{
    char text[ADDR_TEXT_SIZE];
    struct listener *l = listener_new(set, fd, profile);

    l->is_adopted = true;
    l->name = mem_strdup(name);
    log_info("listening", LOG_STR("address", listener_bound_text(l, text)), LOG_STR("socket", name),
             listener_purpose(l->profile));
}

void listener_choose(struct listener_set *set, listener_choose_fn *choose, const void *ctx)
{
    for (struct listener *l = set->first; l != NULL; l = l->next) {
        const struct listener_profile *profile = l->is_adopted ? choose(ctx, l->profile, &l->at) : l->profile;

        if (profile != l->profile) {
            l->profile = profile;
            listener_log_opened(l);
        }
    }
}

/* ---- all of a set ---- */

void listener_set_dead(struct listener_set *set, uint32_t dead_s)
{
    set->dead_s = dead_s;
    for (struct listener *l = set->first; l != NULL; l = l->next) {
        if (l->fd >= 0) {
            transport_prepare(l->fd, dead_s);
        }
    }
}

void listener_pause_all(struct listener_set *set)
{
    set->is_paused = true;
    leave_all(set);
    for (struct listener *l = set->first; l != NULL; l = l->next) {
        listener_rest(l, !l->is_adopted);
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

void listener_close_all(struct listener_set *set)
{
    while (set->first != NULL) {
        listener_close_at(&set->first);
    }
    leave_all(set);
}

bool listener_is_accepting(const struct listener_set *set)
{
    for (const struct listener *l = set->first; l != NULL; l = l->next) {
        if (l->fd >= 0 && !timeq_is_waiting(&l->rest)) {
            return !set->is_paused;
        }
    }
    return false;
}

bool listener_info(const struct listener_set *set, size_t i, struct listener_info *info)
{
    const struct listener *l = set->first;

    for (; l != NULL; l = l->next) {
        if (l->fd >= 0 && i-- == 0) {
            listener_bound_text(l, info->address);
            info->profile = l->profile;
            info->socket = l->name;
            return true;
        }
    }
    return false;
}

const struct addr_listen *listener_first_at(const struct listener_set *set)
{
    return set->first != NULL ? &set->first->at : NULL;
}

bool listener_has_adopted(const struct listener_set *set, const struct listener_profile *profile)
{
    for (const struct listener *l = set->first; l != NULL; l = l->next) {
        if (l->is_adopted && (profile == NULL || l->profile->is_layered == profile->is_layered)) {
            return true;
        }
    }
    return false;
}

bool listener_is_asked(const struct listener_set *set, const struct addr_listen *where)
{
    const struct listener *l = set->first;

    while (l != NULL && (l->is_adopted || !addr_listen_is_same(&l->asked.at, where))) {
        l = l->next;
    }
    return l != NULL && l->asked.at.group == where->group;
}

void listener_set_fini(struct listener_set *set)
{
    listener_close_all(set);
    if (set->spare_fd >= 0) {
        close(set->spare_fd);
    }
}
