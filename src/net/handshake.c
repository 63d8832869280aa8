/* net/handshake.c: leads a connection through its TLS handshake.
 *
 * The state of a handshake is the connection's owner and input side while it lasts, as in net/preamble.c.  The
 * connection gives up both roles when the handshake has passed. */
#include "config.h"

#include "net/handshake.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/container.h"
#include "base/mem.h"
#include "net/conn.h"
#include "net/net_state.h"
#include "net/tls.h"

#include <stdlib.h>

struct handshake {
    struct conn_owner owner;
    struct conn_input input;
    struct handshake_set *set;
    const struct listener_profile *profile;
    struct conn *conn;
    struct timeq_node wait;
};

const char *handshake_result_code(enum handshake_result result)
{
    static const char *const codes[HANDSHAKE_RESULTS] = {
        [HANDSHAKE_PASSED] = "passed",   [HANDSHAKE_LEFT] = "left",       [HANDSHAKE_FAILED] = "failed",
        [HANDSHAKE_LATE] = "late",       [HANDSHAKE_FULL] = "full",       [HANDSHAKE_FOREIGN] = "foreign",
        [HANDSHAKE_STOPPED] = "stopped",
    };

    return codes[result];
}

static enum handshake_result result_of(enum reason reason)
{
    switch (reason) {
    case REASON_EOF:
    case REASON_RESET:
    case REASON_DEAD:
        return HANDSHAKE_LEFT;
    case REASON_TLS_LATE:
        return HANDSHAKE_LATE;
    case REASON_TLS_FULL:
        return HANDSHAKE_FULL;
    case REASON_TLS_REQUIRED:
        return HANDSHAKE_FOREIGN;
    case REASON_TLS_ERROR:
        return HANDSHAKE_FAILED;
    default:
        return HANDSHAKE_STOPPED;
    }
}

static void handshake_free(struct handshake *h)
{
    timeq_remove(&h->wait);
    h->set->count--;
    free(h);
}

/* Removes h from its connection and frees it; the connection has no owner then. */
static struct conn *leave(struct handshake *h, enum handshake_result result)
{
    struct conn *conn = h->conn;

    h->set->results[result]++;
    conn_set_owner(conn, NULL);
    conn_set_input(conn, NULL);
    handshake_free(h);
    return conn;
}

/* Ends a connection that is still open. */
static void stop(struct handshake *h, enum reason reason)
{
    const struct handshake_set *set = h->set;
    const struct listener_profile *profile = h->profile;
    const char *fault = tls_fault(conn_transport(h->conn));
    struct conn *conn = leave(h, result_of(reason));

    set->ops->ended(set->ctx, profile, conn, reason, fault);
    conn_close(conn, reason);
}

/* A client that has said nothing, or something else, gets an answer in clear. */
static void turn_plain(struct handshake *h, enum reason reason)
{
    const struct handshake_set *set = h->set;
    const struct listener_profile *profile = h->profile;

    if (conn_drop_transport(h->conn)) {
        set->ops->foreign(set->ctx, profile, leave(h, result_of(reason)));
    } else {
        stop(h, reason);
    }
}

/* ---- the input side ---- */

/* Nothing is read in a handshake. */
static void on_input(struct conn_input *in, char *data, size_t len)
{
    (void)in;
    (void)data;
    (void)len;
    CHECK(false);
}

static void on_eof(struct conn_input *in)
{
    (void)in;
    CHECK(false);
}

static void on_ready(struct conn_input *in)
{
    struct handshake *h = CONTAINER_OF(in, struct handshake, input);
    const struct handshake_set *set = h->set;
    const struct listener_profile *profile = h->profile;

    set->ops->passed(set->ctx, profile, leave(h, HANDSHAKE_PASSED));
}

/* ---- the owner side ---- */

/* Nothing is queued in a handshake. */
static struct payload *on_gap(struct conn_owner *owner, uint32_t count)
{
    (void)owner;
    (void)count;
    CHECK(false);
    return NULL;
}

static void on_end(struct conn_owner *owner, enum reason reason)
{
    struct handshake *h = CONTAINER_OF(owner, struct handshake, owner);

    if (reason == REASON_TLS_REQUIRED) {
        turn_plain(h, reason);
    } else {
        stop(h, reason);
    }
}

static void on_closed(struct conn_owner *owner, enum reason reason)
{
    struct handshake *h = CONTAINER_OF(owner, struct handshake, owner);
    const struct handshake_set *set = h->set;

    const struct listener_profile *profile = h->profile;
    const char *fault = tls_fault(conn_transport(h->conn));
    const struct conn *conn = leave(h, result_of(reason)); /* so that it is not counted as a client's end */

    set->ops->ended(set->ctx, profile, conn, reason, fault);
}

static void on_freed(struct conn_owner *owner)
{
    (void)owner;
    CHECK(false); /* closed() has left the connection */
}

static const struct conn_input_ops input_ops = {.input = on_input, .eof = on_eof, .ready = on_ready};
static const struct conn_owner_ops owner_ops = {
    .gap = on_gap, .end = on_end, .closed = on_closed, .freed = on_freed};

/* ---- the set ---- */

static void late(struct timeq *q, struct timeq_node *node)
{
    struct handshake *h = CONTAINER_OF(node, struct handshake, wait);
    const struct transport *t = conn_transport(h->conn);

    (void)q;
    if (t == NULL || tls_has_begun(t)) {
        stop(h, REASON_TLS_LATE);
    } else {
        turn_plain(h, REASON_TLS_LATE);
    }
}

void handshake_set_init(struct handshake_set *set, uint64_t wait_ms)
{
    set->count = 0;
    timeq_init(&set->waiting, wait_ms, late, set);
}

/* The oldest gives way. */
static void make_room(struct handshake_set *set)
{
    while (set->count >= set->most && !timeq_is_empty(&set->waiting)) {
        stop(CONTAINER_OF(set->waiting.ends.next, struct handshake, wait), REASON_TLS_FULL);
    }
}

void handshake_begin(struct handshake_set *set, struct tls_context *context, const struct listener_profile *profile,
                     int fd, const struct addr *peer)
{
    struct handshake *h;

    make_room(set);
    h = mem_zalloc(sizeof(*h));
    set->count++;
    h->owner.ops = &owner_ops;
    h->input.ops = &input_ops;
    h->set = set;
    h->profile = profile;
    timeq_push(&set->waiting, &h->wait, clock_ms(set->net->clock));
    h->conn = conn_new_layered(set->net, fd, peer, tls_new(context));
    conn_set_owner(h->conn, &h->owner);
    conn_set_input(h->conn, &h->input);
    conn_read_early(h->conn);
}
