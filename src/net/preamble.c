/* net/preamble.c: reads the preamble of a connection.
 *
 * The state of a preamble is the connection's owner and input side while the preamble lasts.  It gives up both roles
 * before it ends.  So a connection whose preamble fails ends without an owner, and is not counted as a client. */
#include "config.h"

#include "net/preamble.h"

#include "base/check.h"
#include "base/container.h"
#include "base/mem.h"
#include "net/conn.h"
#include "net/listener_state.h"
#include "net/net_state.h"

#include <stdlib.h>
#include <string.h>

struct preamble {
    struct conn_owner owner;
    struct conn_input input;
    struct preamble_set *set;
    const struct preamble_kind *kind;
    const struct listener_profile *profile;
    struct conn *conn;
    char *held;             /* the bytes so far, kind->max_bytes allocated; NULL if there are none */
    size_t held_len;        /* less than max_bytes */
    struct timeq_node wait;
};

const char *preamble_failure_code(enum preamble_failure failure)
{
    static const char *const codes[] = {
        [PREAMBLE_IS_CROWDED] = "preambles-full",
        [PREAMBLE_IS_LATE] = "preamble-late",
        [PREAMBLE_IS_LONG] = "preamble-too-long",
        [PREAMBLE_IS_WRONG] = "preamble-wrong",
    };

    return codes[failure];
}

static void preamble_free(struct preamble *pre)
{
    timeq_remove(&pre->wait);
    pre->set->count--;
    free(pre->held);
    free(pre);
}

/* Removes pre from its connection and frees it; the connection has no owner then. */
static struct conn *leave(struct preamble *pre)
{
    struct conn *conn = pre->conn;

    conn_note_input(conn, 0);
    conn_set_owner(conn, NULL);
    conn_set_input(conn, NULL);
    preamble_free(pre);
    return conn;
}

static void fail(struct preamble *pre, enum preamble_failure failure)
{
    struct preamble_set *set = pre->set;
    const struct listener_profile *profile = pre->profile;
    struct conn *conn = leave(pre);

    conn_finish(conn, REASON_ERROR);
    set->failed(set->ctx, profile, &conn->peer, failure);
}

/* Passes the connection on.  The len bytes at rest, which follow the preamble, lie in the data of the call. */
static void pass(struct preamble *pre, const struct addr *peer, char *rest, size_t len)
{
    struct preamble_set *set = pre->set;
    const struct listener_profile *profile = pre->profile;
    struct conn *conn = leave(pre);

    conn->peer = *peer;
    set->passed(set->ctx, profile, conn);
    if (len > 0 && conn_is_open(conn)) {
        conn->input->ops->input(conn->input, rest, len);
    }
}

/* ---- the input side ---- */

/* Appends the first n bytes of data to the held ones. */
static void hold(struct preamble *pre, const char *data, size_t n)
{
    if (pre->held == NULL) {
        pre->held = mem_alloc(pre->kind->max_bytes);
    }
    memcpy(pre->held + pre->held_len, data, n);
    pre->held_len += n;
}

static void on_input(struct conn_input *in, char *data, size_t len)
{
    struct preamble *pre = CONTAINER_OF(in, struct preamble, input);
    struct preamble_found found = {.peer = pre->conn->peer};
    size_t before = pre->held_len, max_bytes = pre->kind->max_bytes;
    size_t n = len < max_bytes - before ? len : max_bytes - before;
    const char *all = data;

    if (before > 0) {
        hold(pre, data, n);
        all = pre->held;
    }
    switch (pre->kind->look(all, before + n, &found)) {
    case PREAMBLE_WHOLE:
        CHECK(found.used > before && found.used <= before + n);
        pass(pre, &found.peer, data + (found.used - before), len - (found.used - before));
        break;
    case PREAMBLE_WRONG:
        fail(pre, PREAMBLE_IS_WRONG);
        break;
    case PREAMBLE_MORE:
        if (before + n == max_bytes) {
            fail(pre, PREAMBLE_IS_LONG);
        } else if (before == 0) {
            hold(pre, data, n);
            conn_note_input(pre->conn, max_bytes);
        }
        break;
    }
}

static void on_eof(struct conn_input *in)
{
    struct preamble *pre = CONTAINER_OF(in, struct preamble, input);

    conn_finish(leave(pre), REASON_EOF);
}

static void on_ready(struct conn_input *in)
{
    (void)in; /* a preamble never yields and writes nothing, so there is nothing to go on with */
}

/* ---- the owner side ---- */

/* Nothing is queued before the preamble has passed. */
static struct payload *on_gap(struct conn_owner *owner, uint32_t count)
{
    (void)owner;
    (void)count;
    CHECK(false);
    return NULL;
}

/* The peer is not told why: no protocol is known yet. */
static void on_end(struct conn_owner *owner, enum reason reason)
{
    conn_finish(leave(CONTAINER_OF(owner, struct preamble, owner)), reason);
}

static void on_closed(struct conn_owner *owner, enum reason reason)
{
    (void)owner;
    (void)reason;
}

static void on_freed(struct conn_owner *owner)
{
    preamble_free(CONTAINER_OF(owner, struct preamble, owner));
}

static const struct conn_input_ops input_ops = {.input = on_input, .eof = on_eof, .ready = on_ready};
static const struct conn_owner_ops owner_ops = {
    .gap = on_gap, .end = on_end, .closed = on_closed, .freed = on_freed};

/* ---- the set ---- */

static void late(struct timeq *q, struct timeq_node *node)
{
    (void)q;
    fail(CONTAINER_OF(node, struct preamble, wait), PREAMBLE_IS_LATE);
}

void preamble_set_init(struct preamble_set *set, uint64_t wait_ms)
{
    set->count = 0;
    timeq_init(&set->waiting, wait_ms, late, set);
}

bool preamble_begin(struct preamble_set *set, const struct preamble_kind *kind,
                    const struct listener_profile *profile, int fd, const struct addr *peer)
{
    struct preamble *pre;

    if (set->count >= set->most) {
        set->failed(set->ctx, profile, peer, PREAMBLE_IS_CROWDED);
        return false;
    }
    pre = mem_zalloc(sizeof(*pre));
    set->count++;
    pre->owner.ops = &owner_ops;
    pre->input.ops = &input_ops;
    pre->set = set;
    pre->kind = kind;
    pre->profile = profile;
    pre->conn = (profile->is_layered ? conn_new_roomy : conn_new)(set->net, fd, peer);
    conn_set_owner(pre->conn, &pre->owner);
    conn_set_input(pre->conn, &pre->input);
    timeq_push(&set->waiting, &pre->wait, clock_ms(set->net->clock));
    conn_read_early(pre->conn);
    return true;
}
