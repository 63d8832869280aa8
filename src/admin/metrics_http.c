/* admin/metrics_http.c: evhttp, and the bounds that it does not set itself.
 *
 * evhttp makes and frees its connections without telling this module.  It only asks for a bufferevent when it accepts a
 * newcomer.  The newcomer's socket is looked up after that, before the loop waits, and remembered by its descriptor and
 * its inode, which tells it from another socket with the same descriptor.  To end a connection, its socket is shut
 * down, and evhttp finds the end of the stream.  (Keeping a reference to the bufferevent instead would be wrong: it
 * would go on reading after evhttp has closed the socket, from the next socket with that descriptor.) */
#include "config.h"

#include "admin/metrics_http.h"

#include "admin/activation.h"
#include "base/check.h"
#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"

#include <errno.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* The list of those that have listened: a listener's error callback gets evhttp's argument, from which this struct
 * cannot be found. */
static struct metrics_http *listening;

/* ---- connections ---- */

/* Ends the connection if it is not over yet. */
static void conn_end(const struct metrics_http_conn *conn)
{
    struct stat st;

    if (fstat(conn->fd, &st) == 0 && st.st_ino == conn->inode && st.st_dev == conn->device) {
        shutdown(conn->fd, SHUT_RDWR);
    }
}

static void conn_due(struct timeq *q, struct timeq_node *node)
{
    (void)q;
    conn_end(CONTAINER_OF(node, struct metrics_http_conn, node));
}

/* Looks up the sockets of the newcomers so far, which evhttp has set by now. */
static void look_up(struct metrics_http *h)
{
    for (; h->looked < h->newcomers; h->looked++) {
        struct metrics_http_conn *conn = &h->places[h->looked % METRICS_HTTP_CONNS];
        struct stat st;

        conn->fd = bufferevent_getfd(conn->bev);
        conn->bev = NULL;
        if (fstat(conn->fd, &st) == 0) {
            conn->inode = st.st_ino;
            conn->device = st.st_dev;
            timeq_push(&h->conns, &conn->node, clock_ms(h->clock));
        }
    }
}

/* Runs after newcomer_cb(), for the last newcomer. */
static void look_cb(evutil_socket_t none, short what, void *arg)
{
    (void)none;
    (void)what;
    look_up(arg);
}

static void begin_rest(struct metrics_http *h)
{
    evconnlistener_disable(h->place.listener);
    timeq_push(&h->resting, &h->rest, clock_ms(h->clock));
}

static void rest_due(struct timeq *q, struct timeq_node *node)
{
    struct metrics_http *h = q->ctx;

    (void)node;
    evconnlistener_enable(h->place.listener);
}

/* Called by evhttp for each newcomer. */
static struct bufferevent *newcomer_cb(struct event_base *base, void *arg)
{
    struct metrics_http *h = arg;
    struct metrics_http_conn *conn = &h->places[h->newcomers % METRICS_HTTP_CONNS];

    if (h->place.is_adopted) {
        /* The service manager may have made it blocking again; accept() would then wait for the next newcomer. */
        evutil_make_socket_nonblocking(evconnlistener_get_fd(h->place.listener));
    }
    look_up(h); /* the newcomers before; this one has no socket yet */
    if (timeq_is_waiting(&conn->node)) {
        timeq_remove(&conn->node);
        conn_end(conn);
    }
    conn->bev = bufferevent_socket_new(base, -1, 0);
    mem_need(conn->bev != NULL);
    event_active(&h->look, EV_TIMEOUT, 1);
    /* Bounds the input: evhttp goes on reading while it writes an answer, and keeps the bytes until that is done. */
    bufferevent_setwatermark(conn->bev, EV_READ, 0, 2 * METRICS_HTTP_REQUEST);
    h->is_short = false;
    if (++h->newcomers % METRICS_HTTP_CONNS == 0) {
        begin_rest(h); /* libevent's listener goes on accepting as long as newcomers come */
    }
    return conn->bev;
}

/* accept() has failed.  Rests, since the event stays due and accept() would fail again at once. */
static void error_cb(struct evconnlistener *listener, void *arg)
{
    struct metrics_http *h = listening;

    (void)arg;
    while (h->place.listener != listener) {
        h = h->next;
    }
    if (!h->is_short) {
        h->is_short = true;
        log_error("cannot accept for metrics", LOG_STR("error", strerror(errno)));
    }
    begin_rest(h);
}

/* ---- opening and closing ---- */

void metrics_http_init(struct metrics_http *h)
{
    *h = (struct metrics_http){.base = h->base, .clock = h->clock, .pages = h->pages};
    timeq_init(&h->conns, METRICS_HTTP_MS, conn_due, h);
    timeq_init(&h->resting, METRICS_HTTP_REST_MS, rest_due, h);
    event_assign(&h->look, h->base, -1, 0, look_cb, h);
}

static bool is_of_this_machine(const struct sockaddr *sa)
{
    struct addr addr;

    addr_from_sockaddr(&addr, sa);
    switch (addr.kind) {
    case ADDR_IPV4:
        return addr.ip[0] == 127;
    case ADDR_IPV6:
        return memcmp(addr.ip, &in6addr_loopback, sizeof(addr.ip)) == 0;
    default:
        return true;
    }
}

/* The address of a socket; text gets it as text and has ADDR_TEXT_SIZE bytes. */
static struct sockaddr_storage bound_at(int fd, char *text)
{
    struct sockaddr_storage bound = {0};
    socklen_t len = sizeof(bound);

    getsockname(fd, (struct sockaddr *)&bound, &len);
    addr_listen_text((struct sockaddr *)&bound, text);
    return bound;
}

static void log_place(const char *phrase, int fd, bool is_new)
{
    char text[ADDR_TEXT_SIZE];
    struct sockaddr_storage bound = bound_at(fd, text);

    log_info(phrase, LOG_STR("address", text), LOG_STR("for", "metrics"));
    if (is_new && !is_of_this_machine((struct sockaddr *)&bound)) {
        log_warn("metrics can be read from other machines", LOG_STR("address", text));
    }
}

/* Makes the evhttp server if there is none yet. */
static bool has_http(struct metrics_http *h)
{
    if (h->http != NULL) {
        return true;
    }
    h->http = evhttp_new(h->base);
    if (h->http == NULL) {
        return false;
    }
    h->next = listening;
    listening = h;
    evhttp_set_bevcb(h->http, newcomer_cb, h);
    /* conn_due() ends a connection earlier, by a clock that leaves out standstills. */
    evhttp_set_timeout(h->http, 10 * METRICS_HTTP_MS / 1000);
    evhttp_set_max_headers_size(h->http, METRICS_HTTP_REQUEST);
    evhttp_set_max_body_size(h->http, METRICS_HTTP_REQUEST);
    metrics_pages_serve(&h->pages, h->http);
    return true;
}

/* Serves on a listening socket; takes it over in every case. */
static bool serve(struct metrics_http *h, struct metrics_http_place *place, int fd, char *err, size_t err_size)
{
    evutil_make_socket_nonblocking(fd);
    evutil_make_socket_closeonexec(fd);
    place->bound = has_http(h) ? evhttp_accept_socket_with_handle(h->http, fd) : NULL;
    if (place->bound == NULL) {
        snprintf(err, err_size, "cannot serve metrics: %s", strerror(errno));
        close(fd);
        return false;
    }
    place->listener = evhttp_bound_socket_get_listener(place->bound);
    evconnlistener_set_error_cb(place->listener, error_cb);
    return true;
}

static int fd_of(const struct metrics_http_place *place)
{
    return evhttp_bound_socket_get_fd(place->bound);
}

bool metrics_http_info(const struct metrics_http *h, struct listener_info *info)
{
    if (h->place.bound == NULL) {
        return false;
    }
    (void)bound_at(fd_of(&h->place), info->address);
    info->socket = h->place.is_adopted ? ACTIVATION_METRICS : NULL;
    return true;
}

static void leave(struct metrics_http *h, struct metrics_http_place *place)
{
    bind_file_remove(&place->file);
    if (place->bound != NULL) {
        evhttp_del_accept_socket(h->http, place->bound); /* closes it */
    }
    *place = (struct metrics_http_place){0};
}

bool metrics_http_adopt(struct metrics_http *h, int fd, char *err, size_t err_size)
{
    CHECK(h->place.bound == NULL);
    if (!serve(h, &h->place, fd, err, err_size)) {
        return false;
    }
    h->place.is_adopted = true;
    log_place("listening", fd_of(&h->place), true);
    return true;
}

/* ---- changing the address ---- */

bool metrics_http_is_asked(const struct metrics_http *h, const struct addr_listen *where)
{
    const struct metrics_http_place *place = &h->place;

    return place->is_adopted || (place->bound != NULL && addr_listen_is_same(&place->asked, where) &&
                                 place->asked.group == where->group);
}

void metrics_http_change_begin(struct metrics_http *h, const struct addr_listen *next)
{
    struct metrics_http_place *place = &h->place;

    h->is_kept = place->is_adopted || (place->bound == NULL && next == NULL) ||
                 (place->bound != NULL && next != NULL && addr_listen_is_same(&place->asked, next));
    if (!h->is_kept && place->bound != NULL) {
        (void)bind_share(fd_of(place), true);
    }
}

bool metrics_http_change_open(struct metrics_http *h, const struct addr_listen *next, char *err, size_t err_size)
{
    struct addr_listen at;
    int fd;

    if (h->place.is_adopted || next == NULL) {
        return true;
    }
    if (h->is_kept) {
        h->new_place.asked = *next; /* used by commit() */
        return bind_change_access(&h->place.asked, next, err, err_size);
    }
    at = *next;
    at.beside = true;
    fd = bind_listen(&at, err, err_size);
    if (fd < 0) {
        return false;
    }
    h->new_place.asked = *next;
    bind_file_note(&h->new_place.file, &at);
    return serve(h, &h->new_place, fd, err, err_size);
}

void metrics_http_change_commit(struct metrics_http *h)
{
    if (h->is_kept) {
        if (h->new_place.asked.len > 0) {
            h->place.asked = h->new_place.asked;
        }
    } else {
        timeq_remove(&h->rest); /* the new listener need not rest */
        if (h->place.bound != NULL) {
            log_place("no longer listening", fd_of(&h->place), false);
        }
        leave(h, &h->place);
        h->place = h->new_place;
        if (h->place.bound != NULL) {
            (void)bind_share(fd_of(&h->place), false);
            log_place("listening", fd_of(&h->place), true);
        }
    }
    h->new_place = (struct metrics_http_place){0};
}

void metrics_http_change_cancel(struct metrics_http *h)
{
    char ignored[256];

    if (!h->is_kept && h->place.bound != NULL) {
        (void)bind_share(fd_of(&h->place), false);
    }
    if (h->is_kept && h->new_place.asked.len > 0) {
        (void)bind_change_access(&h->new_place.asked, &h->place.asked, ignored, sizeof(ignored));
    }
    leave(h, &h->new_place);
}

void metrics_http_fini(struct metrics_http *h)
{
    timeq_remove(&h->rest);
    event_del(&h->look);
    for (int i = 0; i < METRICS_HTTP_CONNS; i++) {
        timeq_remove(&h->places[i].node);
    }
    for (struct metrics_http **link = &listening; *link != NULL; link = &(*link)->next) {
        if (*link == h) {
            *link = h->next;
            break;
        }
    }
    bind_file_remove(&h->place.file);
    if (h->http != NULL) {
        evhttp_free(h->http); /* closes the connections and the listening socket too */
        h->http = NULL;
    }
    metrics_pages_fini(&h->pages);
}
