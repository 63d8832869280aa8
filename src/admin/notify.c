/* admin/notify.c: sends datagrams to the service manager.
 *
 * Owns the socket.  It is not connected, so that a manager that has opened its socket anew gets the datagrams. */
#include "config.h"

#include "admin/notify.h"

#include "base/log.h"
#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifdef HAVE_SYSTEMD
#include <systemd/sd-daemon.h>
#endif

/* ---- sending ---- */

/* Returns false if the datagram should be sent again: the manager is busy. */
static bool send_one(struct notify *n, const char *text, size_t len)
{
    bool is_sent = sendto(n->fd, text, len, MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)&n->addr,
                          n->addr_len) >= 0;
    int error = is_sent ? 0 : errno;

    if (!is_sent && !n->is_deaf) {
        log_warn("cannot tell the service manager", LOG_STR("error", strerror(error)));
    }
    n->is_deaf = !is_sent;
    return error != EAGAIN && error != EWOULDBLOCK && error != ENOBUFS && error != ENOMEM && error != EINTR;
}

/* Sends a change of state, which must arrive, and in order. */
static void send_state(struct notify *n, const struct strbuf *text)
{
    if (n->unsent.len == 0 && send_one(n, text->data, text->len)) {
        return;
    }
    if (n->unsent.len + text->len >= NOTIFY_UNSENT_BYTES) {
        strbuf_reset(&n->unsent); /* only the last state is important */
    }
    strbuf_add(&n->unsent, text->data, text->len + 1);
    timeq_push(&n->retrying, &n->retrying_node, clock_ms(n->clock));
}

static void send_sign(struct notify *n)
{
    static const char text[] = "WATCHDOG=1";

    n->owes_sign = !send_one(n, text, sizeof(text) - 1);
    if (n->owes_sign) {
        timeq_push(&n->retrying, &n->retrying_node, clock_ms(n->clock));
    }
}

static void retry_due(struct timeq *q, struct timeq_node *node)
{
    struct notify *n = q->ctx;
    struct strbuf left = {0};
    size_t at = 0;

    if (n->owes_sign) {
        send_sign(n);
    }
    while (at < n->unsent.len && send_one(n, n->unsent.data + at, strlen(n->unsent.data + at))) {
        at += strlen(n->unsent.data + at) + 1;
    }
    strbuf_add(&left, n->unsent.data + at, n->unsent.len - at);
    strbuf_fini(&n->unsent);
    n->unsent = left;
    if (n->unsent.len > 0) {
        timeq_push(q, node, clock_ms(n->clock));
    }
}

/* ---- the status ---- */

static void add_count(struct strbuf *out, uint64_t count, const char *one, const char *many)
{
    strbuf_addf(out, "%" PRIu64 " %s", count, text_plural(count, one, many));
}

/* "213 clients, 17 rooms, 8.4 lines/s" */
static void add_status(struct notify *n, struct strbuf *out)
{
    struct notify_counts now;

    n->count(n->ctx, &now);
    if (n->is_stopping) {
        strbuf_adds(out, "stopping: ");
        add_count(out, now.clients, "client", "clients");
        strbuf_adds(out, ", ");
        add_count(out, now.queued_bytes, "byte on its way", "bytes on their way");
    } else {
        add_count(out, now.clients, "client", "clients");
        strbuf_adds(out, ", ");
        add_count(out, now.rooms, "room", "rooms");
        strbuf_addf(out, ", %.1f lines/s", now.lines_per_second);
    }
    if (now.note != NULL) {
        strbuf_addf(out, "; %s", now.note);
    }
    n->told = now;
}

/* Appends STATUS= to text, and remembers the values, with which the next ones are compared. */
static void add_status_field(struct notify *n, struct strbuf *text)
{
    strbuf_reset(&n->status);
    add_status(n, &n->status);
    strbuf_addf(text, "\nSTATUS=%s", strbuf_str(&n->status));
    timeq_remove(&n->telling_node);
}

static void telling_due(struct timeq *q, struct timeq_node *node)
{
    struct notify *n = q->ctx;
    struct strbuf status = {0}, text = {0};

    add_status(n, &status);
    if (n->is_stopping && n->told.queued_bytes > 0) {
        strbuf_addf(&text, "EXTEND_TIMEOUT_USEC=%d000\n", NOTIFY_EXTEND_MS);
    }
    if (text.len > 0 || strcmp(strbuf_str(&status), strbuf_str(&n->status)) != 0) {
        strbuf_addf(&text, "STATUS=%s", strbuf_str(&status));
        strbuf_reset(&n->status);
        if (n->unsent.len == 0 && send_one(n, text.data, text.len)) {
            strbuf_adds(&n->status, strbuf_str(&status));
        } else {
            timeq_push(q, node, clock_ms(n->clock)); /* the manager is busy */
        }
    }
    strbuf_fini(&status);
    strbuf_fini(&text);
}

void notify_turn(struct notify *n)
{
    struct notify_counts now;

    if (n->fd < 0) {
        return;
    }
    n->count(n->ctx, &now);
    if (now.note != n->told.note && !n->is_stopping) { /* an administrator has just changed it and looks for it */
        timeq_remove(&n->telling_node);
        telling_due(&n->telling, &n->telling_node);
        return;
    }
    if (timeq_is_waiting(&n->telling_node)) {
        return;
    }
    /* If the rate of lines is not 0, it will change, at least to 0. */
    if (n->is_stopping ? now.queued_bytes > 0
                       : now.clients != n->told.clients || now.rooms != n->told.rooms ||
                             now.lines_per_second > 0) {
        timeq_push(&n->telling, &n->telling_node, clock_ms(n->clock));
    }
}

/* ---- the watchdog ---- */

/* Called in a turn, which runs the queues: so a loop that hangs sends nothing. */
static void alive_due(struct timeq *q, struct timeq_node *node)
{
    struct notify *n = q->ctx;

    send_sign(n);
    timeq_push(q, node, clock_ms(n->clock));
}

void notify_alive(struct notify *n)
{
    if (timeq_is_waiting(&n->alive_node)) {
        alive_due(&n->alive, &n->alive_node);
    }
}

/* ---- states ---- */

void notify_ready(struct notify *n)
{
    struct strbuf text = {0};

    if (n->fd >= 0) {
        strbuf_adds(&text, "READY=1");
        if (!n->is_ready) {
            n->is_ready = true;
            add_status_field(n, &text);
        }
        send_state(n, &text);
        strbuf_fini(&text);
    }
}

void notify_reloading(struct notify *n)
{
    struct strbuf text = {0};
    struct timespec now;

    if (n->fd >= 0) {
        /* Not the turn's time, which may lie before the signal was sent. */
        clock_gettime(CLOCK_MONOTONIC, &now);
        strbuf_addf(&text, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64,
                    (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000);
        send_state(n, &text);
        strbuf_fini(&text);
    }
}

void notify_stopping(struct notify *n)
{
    struct strbuf text = {0};

    if (n->fd >= 0) {
        n->is_stopping = true;
        n->telling.wait_ms = NOTIFY_DRAIN_MS;
        strbuf_adds(&text, "STOPPING=1");
        add_status_field(n, &text);
        send_state(n, &text);
        strbuf_fini(&text);
    }
}

void notify_stopped(struct notify *n)
{
    struct notify_counts left;
    struct strbuf text = {0};

    if (n->fd >= 0) {
        n->count(n->ctx, &left);
        strbuf_adds(&text, "STATUS=stopped");
        if (left.queued_bytes > 0) {
            strbuf_adds(&text, "; ");
            add_count(&text, left.clients, "client", "clients");
            strbuf_adds(&text, " cut off, ");
            add_count(&text, left.queued_bytes, "byte lost", "bytes lost");
        }
        (void)send_one(n, text.data, text.len);
        strbuf_fini(&text);
    }
}

void notify_failed(struct notify *n, int error, const char *text)
{
    struct strbuf out = {0};

    if (n->fd >= 0) {
        strbuf_addf(&out, "STATUS=%.*s", (int)strcspn(text, "\n"), text);
        if (error > 0) {
            strbuf_addf(&out, "\nERRNO=%d", error);
        }
        (void)send_one(n, out.data, out.len);
        strbuf_fini(&out);
    }
}

/* ---- building ---- */

#ifdef HAVE_SYSTEMD
/* Parses a path, or an abstract name that begins with '@'. */
static bool parse_address(struct notify *n, const char *where)
{
    size_t len = strlen(where);

    if ((where[0] != '/' && where[0] != '@') || len < 2 || len >= sizeof(n->addr.sun_path)) {
        log_warn("cannot tell the service manager", LOG_STR("socket", where),
                 LOG_STR("error", "no address of a unix socket"));
        return false;
    }
    n->addr.sun_family = AF_UNIX;
    memcpy(n->addr.sun_path, where, len);
    if (where[0] == '@') {
        n->addr.sun_path[0] = '\0';
    }
    n->addr_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + (where[0] == '/'));
    return true;
}

static void find_manager(struct notify *n)
{
    const char *where = getenv("NOTIFY_SOCKET");
    uint64_t watchdog_us = 0;

    if (where != NULL && parse_address(n, where)) {
        n->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (n->fd < 0) {
            log_warn("cannot tell the service manager", LOG_STR("error", strerror(errno)));
        }
    }
    if (sd_watchdog_enabled(1, &watchdog_us) > 0 && n->fd >= 0) {
        n->alive.wait_ms = watchdog_us / 2000 > 0 ? watchdog_us / 2000 : 1;
        timeq_push(&n->alive, &n->alive_node, clock_ms(n->clock));
    }
    unsetenv("NOTIFY_SOCKET");
}
#else
static void find_manager(struct notify *n)
{
    (void)n;
}
#endif

void notify_init(struct notify *n, struct clock *clock, notify_count_fn *count, void *ctx)
{
    *n = (struct notify){.clock = clock, .count = count, .ctx = ctx, .fd = -1};
    timeq_init(&n->alive, TIMEQ_OFF, alive_due, n);
    timeq_init(&n->telling, NOTIFY_STATUS_MS, telling_due, n);
    timeq_init(&n->retrying, NOTIFY_RETRY_MS, retry_due, n);
    find_manager(n);
}

void notify_fini(struct notify *n)
{
    if (n->fd >= 0) {
        close(n->fd);
    }
    strbuf_fini(&n->status);
    strbuf_fini(&n->unsent);
}
