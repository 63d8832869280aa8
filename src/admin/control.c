/* admin/control.c: the connections of administrators, with libevent's bufferevents.
 *
 * A connection does one thing at a time: it runs a request, or makes the next slice of an answer, and then waits until
 * nearly all of it is written.  Every answer has at least one line, so each step ends with a write, and the end
 * of the write starts the next step.  An answer that waits for something starts the next step by ready(). */
#include "config.h"

#include "admin/control.h"

#include "admin/control_request.h"
#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "net/listener_change.h"
#include "net/transport.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { LOW_MARK = 4096 /* when so few bytes are unwritten, the next step is taken */ };

struct control_conn {
    struct control *control;
    struct control_conn *prev, *next;
    struct bufferevent *bev; /* owns the descriptor */
    struct control_call call;
    bool is_ending; /* there are no more requests: the connection ends when all is written */
    size_t untaken; /* transport_untaken() at the last timeout of a write */
};

static void conn_free(struct control_conn *conn)
{
    struct control *control = conn->control;

    control_request_cancel(&conn->call);
    if (conn->prev != NULL) {
        conn->prev->next = conn->next;
    } else {
        control->first = conn->next;
    }
    if (conn->next != NULL) {
        conn->next->prev = conn->prev;
    }
    control->count--;
    bufferevent_free(conn->bev);
    free(conn);
}

/* ---- requests ---- */

static size_t unwritten(const struct control_conn *conn)
{
    return evbuffer_get_length(bufferevent_get_output(conn->bev));
}

static void answer(struct control_conn *conn, const struct strbuf *out)
{
    bufferevent_write(conn->bev, out->data, out->len);
}

static void refuse_request(struct control_conn *conn, const char *why)
{
    struct strbuf out = {0};

    strbuf_addf(&out, "%c%s\n%c%d\n", CONTROL_WIRE_ERROR, why, CONTROL_WIRE_END, (int)CONTROL_WIRE_MISUSED);
    answer(conn, &out);
    strbuf_fini(&out);
    conn->is_ending = true;
    bufferevent_disable(conn->bev, EV_READ);
}

/* The next request, for the caller to free; NULL if none is complete.  The last request may lack its line end. */
static char *next_request(struct control_conn *conn)
{
    struct evbuffer *input = bufferevent_get_input(conn->bev);
    char *line;
    size_t len;

    while ((line = evbuffer_readln(input, &len, EVBUFFER_EOL_CRLF)) != NULL) {
        if (len > 0) {
            return line;
        }
        free(line);
    }
    len = evbuffer_get_length(input);
    if (len >= CONTROL_WIRE_LINE_BYTES) {
        evbuffer_drain(input, len);
        refuse_request(conn, "the request is too long");
    } else if (len > 0 && conn->is_ending) {
        line = mem_alloc(len + 1);
        evbuffer_remove(input, line, len);
        line[len] = '\0';
    }
    return line;
}

/* ---- long work ---- */

static void watch_work(struct control *control)
{
    static const struct timeval interval = {.tv_usec = CONTROL_WORKING_MS * 1000L};

    if (!event_pending(control->working, EV_TIMEOUT, NULL)) {
        event_add(control->working, &interval);
    }
}

/* Tells all clients whose command is at work that it is.  A client that does not read is told once. */
static void working_cb(evutil_socket_t fd, short what, void *arg)
{
    struct control *control = arg;

    (void)fd;
    (void)what;
    for (struct control_conn *conn = control->first; conn != NULL; conn = conn->next) {
        struct strbuf out = {0};

        if (control_request_say_working(&conn->call, &out)) {
            watch_work(control);
            if (unwritten(conn) == 0) {
                answer(conn, &out);
            }
        }
        strbuf_fini(&out);
    }
}

/* Takes the next step, if there is one.  May free the connection. */
static void step(struct control_conn *conn)
{
    struct strbuf out = {0};
    char *request;

    if (unwritten(conn) > LOW_MARK) {
        return;
    }
    while (out.len == 0 && !control_request_is_waiting(&conn->call)) { /* a slice may have nothing to tell */
        if (control_request_has_more(&conn->call)) {
            control_request_more(&conn->call, &out);
        } else if ((request = next_request(conn)) != NULL) {
            control_request_begin(&conn->call, request, &out);
            free(request);
        } else {
            break;
        }
    }
    if (control_request_is_waiting(&conn->call)) {
        watch_work(conn->control);
    }
    if (out.len > 0) {
        answer(conn, &out);
    } else if (conn->is_ending && unwritten(conn) == 0 && !control_request_is_waiting(&conn->call)) {
        conn_free(conn);
    }
    strbuf_fini(&out);
}

/* The answer no longer waits. */
static void ready(struct control_call *call)
{
    step(CONTAINER_OF(call, struct control_conn, call));
}

static void step_cb(struct bufferevent *bev, void *arg)
{
    (void)bev;
    step(arg);
}

/* Returns true if an answer waits and the client has closed the connection, not only its output: the connection would
 * count in CONTROL_CONNS for nothing. */
static bool waits_for_nobody(const struct control_conn *conn)
{
    struct pollfd p = {.fd = bufferevent_getfd(conn->bev)};

    return control_request_is_waiting(&conn->call) && evbuffer_get_length(bufferevent_get_input(conn->bev)) == 0 &&
           poll(&p, 1, 0) == 1 && (p.revents & POLLHUP) != 0;
}

/* Returns true if a timeout is not the client's fault.  After a standstill of the server, the timeout comes before the
 * event that is ready.  And a socket becomes writable only when much of its buffer is free: until then a slow client
 * can read steadily. */
static bool is_blameless(struct control_conn *conn, short what)
{
    int fd = bufferevent_getfd(conn->bev);
    bool is_reading = (what & BEV_EVENT_READING) != 0;
    struct pollfd p = {.fd = fd, .events = is_reading ? POLLIN : POLLOUT};
    size_t untaken = is_reading ? conn->untaken : transport_untaken(fd);
    bool has_taken = untaken != conn->untaken;

    conn->untaken = untaken;
    return has_taken || (poll(&p, 1, 0) == 1 && (p.revents & p.events) != 0);
}

static void event_cb(struct bufferevent *bev, short what, void *arg)
{
    struct control_conn *conn = arg;

    if ((what & BEV_EVENT_EOF) != 0 && waits_for_nobody(conn)) {
        conn_free(conn);
    } else if ((what & BEV_EVENT_EOF) != 0) {
        conn->is_ending = true; /* requests that have arrived are still answered */
        step(conn);
    } else if ((what & BEV_EVENT_TIMEOUT) != 0 && (what & BEV_EVENT_READING) != 0 &&
               (unwritten(conn) > 0 || control_request_has_more(&conn->call) ||
                control_request_is_waiting(&conn->call))) {
        bufferevent_enable(bev, EV_READ); /* the client waits for an answer or reads one, so it is not idle */
    } else if ((what & BEV_EVENT_TIMEOUT) != 0 && is_blameless(conn, what)) {
        bufferevent_enable(bev, (what & BEV_EVENT_READING) != 0 ? EV_READ : EV_WRITE);
    } else {
        if ((what & BEV_EVENT_TIMEOUT) != 0 && (what & BEV_EVENT_WRITING) != 0) {
            log_warn("control client stalled", LOG_NUM("uid", conn->call.uid), LOG_NUM("pid", conn->call.pid),
                     LOG_NUM("queued_bytes", unwritten(conn)));
        }
        conn_free(conn);
    }
}

/* ---- coming ---- */

static void set_timeouts(struct control_conn *conn)
{
    struct timeval idle = {.tv_sec = CONTROL_IDLE_S}, stall = {.tv_sec = (time_t)conn->control->stall_s};

    bufferevent_set_timeouts(conn->bev, &idle, &stall);
}

/* Bytes that the client has sent are read first: with unread bytes the kernel would send a reset, and the line would be
 * lost. */
static void turn_away(int fd, const char *line)
{
    char junk[512];

    for (int i = 0; i < 8 && recv(fd, junk, sizeof(junk), MSG_DONTWAIT) > 0; i++) {
    }
    (void)!send(fd, line, strlen(line), MSG_NOSIGNAL | MSG_DONTWAIT);
    close(fd);
}

static void accept_client(void *ctx, const struct listener_profile *profile, int fd, const struct addr *addr)
{
    struct control *control = ctx;
    struct control_conn *conn;
    struct ucred peer = {0};
    uint32_t unsaid;

    (void)profile;
    (void)addr;
    if (!control_access_allows(&control->access, fd, &peer)) {
        if (log_limit_allows(&control->refused_log, clock_ms(control->listeners.clock), &unsaid)) {
            log_warn("control refused", LOG_NUM("uid", peer.uid), LOG_NUM("pid", peer.pid), LOG_NUM("unsaid", unsaid));
        }
        turn_away(fd, "!you may not control this server: control.mode and control.group say who may\n.1\n");
        return;
    }
    if (control->count == CONTROL_CONNS) {
        turn_away(fd, "!there are too many control connections\n.1\n");
        return;
    }
    conn = mem_zalloc(sizeof(*conn));
    conn->control = control;
    conn->call = (struct control_call){.host = &control->host, .uid = peer.uid, .pid = peer.pid, .ready = ready};
    conn->bev = bufferevent_socket_new(control->listeners.base, fd, BEV_OPT_CLOSE_ON_FREE);
    mem_need(conn->bev != NULL);
    conn->next = control->first;
    if (control->first != NULL) {
        control->first->prev = conn;
    }
    control->first = conn;
    control->count++;
    bufferevent_setcb(conn->bev, step_cb, step_cb, event_cb, conn);
    bufferevent_setwatermark(conn->bev, EV_READ, 0, CONTROL_WIRE_LINE_BYTES);
    bufferevent_setwatermark(conn->bev, EV_WRITE, LOW_MARK, 0);
    set_timeouts(conn);
    bufferevent_enable(conn->bev, EV_READ);
}

/* ---- the socket ---- */

static const struct listener_profile control_profile = {.kind = LISTENER_CONTROL};

void control_init(struct control *control, struct event_base *base, struct clock *clock,
                  const struct control_host *host)
{
    *control = (struct control){.host = *host};
    control->listeners = (struct listener_set){.base = base,
                                               .clock = clock,
                                               .accept = accept_client,
                                               .ctx = control,
                                               .sorry = "!the server has no descriptor left\n.1\n"};
    listener_set_init(&control->listeners);
    control->refused_log.phrase = "control refused";
    control->working = evtimer_new(base, working_cb, control);
    mem_need(control->working != NULL);
}

void control_set_stall(struct control *control, uint64_t stall_s)
{
    control->stall_s = (uint32_t)stall_s;
    for (struct control_conn *conn = control->first; conn != NULL; conn = conn->next) {
        set_timeouts(conn);
    }
}

/* The listener's place for next, which may be NULL. */
static struct listener_place place_of(const struct addr_listen *next)
{
    struct listener_place place = {.profile = &control_profile};

    if (next != NULL) {
        place.at = *next;
    }
    return place;
}

void control_change_begin(struct control *control, const struct addr_listen *next)
{
    struct listener_place place = place_of(next);

    listener_change_begin(&control->listeners, &place, next != NULL);
}

bool control_change_open(struct control *control, const struct addr_listen *next, char *err, size_t err_size)
{
    struct listener_place place = place_of(next);

    return listener_change_open(&control->listeners, &place, next != NULL, err, err_size);
}

void control_change_commit(struct control *control, const struct addr_listen *next)
{
    listener_change_commit(&control->listeners);
    if (next != NULL) {
        control_access_learn(&control->access, ((const struct sockaddr_un *)&next->addr)->sun_path);
    }
}

void control_change_cancel(struct control *control)
{
    listener_change_cancel(&control->listeners);
}

void control_adopt(struct control *control, int fd, const char *name)
{
    struct sockaddr_un un = {0};
    socklen_t len = sizeof(un);

    listener_adopt(&control->listeners, fd, name, &control_profile);
    getsockname(fd, (struct sockaddr *)&un, &len);
    control_access_learn(&control->access, un.sun_path);
}

/* Writes the rest of the answers.  The process is about to end, so bytes that the kernel does not take are lost. */
static void write_last(struct control_conn *conn)
{
    struct evbuffer *output = bufferevent_get_output(conn->bev);

    evbuffer_unfreeze(output, 1);
    (void)evbuffer_write(output, bufferevent_getfd(conn->bev));
}

void control_fini(struct control *control)
{
    while (control->first != NULL) {
        write_last(control->first);
        conn_free(control->first);
    }
    event_free(control->working);
    listener_set_fini(&control->listeners);
}
