/* net/relief.c: chooses the connections that lose lines or are closed when all queues together are too long.
 *
 * The first walk counts connections by size, in steps of an eighth of a power of two: by the bytes that each holds, and
 * by the bytes that it would hold without its droppable payloads.  From these sums alone follow the level to
 * which all queues are cut and, if that is not enough, the level above which connections are closed. */
#include "config.h"

#include "net/relief.h"

#include "base/log.h"
#include "net/conn.h"
#include "net/conn_priv.h"
#include "net/flush.h"

enum {
    STEP_BITS = 3, /* 2^STEP_BITS steps in each power of two */
    STEPS = 1 << STEP_BITS,
    SIZES = (32 - STEP_BITS + 1) * STEPS,
    MOST_ROOM = 16 << 20, /* made at once: what gives way is looked at, payload by payload */
};

/* Connections of about one size. */
struct sizes {
    uint64_t held_bytes, kept_bytes;
    uint32_t held, kept; /* how many */
};

struct relief {
    struct net *net;
    uint64_t target; /* bytes that may be left in all */
    uint64_t share;  /* an equal one, of each connection with something in it, in that */
    struct sizes sizes[SIZES];
};

/* ---- sizes ---- */

static unsigned step_of(uint64_t bytes)
{
    uint32_t n = bytes < UINT32_MAX ? (uint32_t)bytes : UINT32_MAX;
    unsigned top;

    if (n < STEPS) {
        return n;
    }
    top = 31 - (unsigned)__builtin_clz(n);
    return (top - STEP_BITS + 1) * STEPS + ((n >> (top - STEP_BITS)) & (STEPS - 1));
}

/* The least size of a step. */
static uint64_t size_of(unsigned step)
{
    return step < STEPS ? step : (uint64_t)(STEPS + step % STEPS) << (step / STEPS - 1);
}

static uint64_t total(const struct net *net)
{
    return net->queued_bytes + net->input_bytes;
}

static uint64_t held_bytes(const struct conn *conn)
{
    return (uint64_t)conn->q.bytes + conn_input_bytes(conn);
}

/* A connection that is over has no owner any more that could fill a gap, so its lines stay. */
static uint64_t droppable_bytes(const struct conn *conn)
{
    return conn->close_reported ? 0 : outq_droppable_bytes(&conn->q);
}

static void count_all(struct relief *r)
{
    uint64_t holders = 0;

    for (const struct conn *conn = r->net->all; conn != NULL; conn = conn->all_next) {
        uint64_t held = held_bytes(conn);

        if (held > 0) {
            uint64_t kept = held - droppable_bytes(conn);
            struct sizes *by_held = &r->sizes[step_of(held)];
            struct sizes *by_kept = &r->sizes[step_of(kept)];

            holders++;
            by_held->held++;
            by_held->held_bytes += held;
            by_kept->kept++;
            by_kept->kept_bytes += kept;
        }
    }
    r->share = holders > 0 ? r->target / holders : r->target;
}

/* ---- dropping room lines ---- */

/* The highest level such that dropping the droppable bytes above it is enough.  At least half of an equal share: a
 * connection does not lose so little because others hold much. */
static uint64_t level_to_cut(const struct relief *r)
{
    uint64_t excess = total(r->net) - r->target;
    uint64_t least = r->share / 2;
    uint64_t bytes = 0, count = 0; /* held above the level and droppable, counted down to 0 */

    for (unsigned step = SIZES; step-- > 0 && size_of(step) > least;) {
        bytes += r->sizes[step].held_bytes - r->sizes[step].kept_bytes;
        count += (uint64_t)r->sizes[step].held - r->sizes[step].kept;
        if (bytes - size_of(step) * count >= excess) {
            return size_of(step);
        }
    }
    return least;
}

/* Connections that the turn had no time to write to are not slow: they are written to before anything is dropped. */
static void write_list(const struct relief *r, struct conn *list, uint64_t level)
{
    for (struct conn *conn = list; conn != NULL && total(r->net) > r->target; conn = conn->work_next) {
        if (conn->to_write && held_bytes(conn) > level) {
            flush_conn(conn);
        }
    }
}

static void cut(struct relief *r, uint64_t level)
{
    struct net *net = r->net;

    write_list(r, net->late, level);
    write_list(r, net->work, level);
    for (struct conn *conn = net->all; conn != NULL && total(net) > r->target; conn = conn->all_next) {
        uint64_t held = held_bytes(conn), input = conn_input_bytes(conn);

        if (held > level && droppable_bytes(conn) > 0) {
            uint64_t excess = total(net) - r->target;
            uint64_t left = held - level > excess ? held - excess : level;

            net->queued_bytes -= outq_shed(&conn->q, left > input ? (uint32_t)(left - input) : 0, conn_pinned(conn));
        }
    }
}

/* ---- closing the connections that hold the most ---- */

/* The highest level such that closing the connections above it is enough. */
static uint64_t level_to_close(const struct relief *r)
{
    uint64_t excess = total(r->net) - r->target;
    uint64_t bytes = 0;

    for (unsigned step = SIZES; step-- > 0 && size_of(step) > r->share;) {
        bytes += r->sizes[step].kept_bytes;
        if (bytes >= excess) {
            return size_of(step) - 1;
        }
    }
    return r->share;
}

/* Closes the connection; a client that still reads gets a goodbye line. */
static void close_hoarder(struct conn *conn)
{
    if (conn_input_bytes(conn) <= conn->q.bytes) {
        conn_close(conn, REASON_QUEUE_FULL);
    } else if (conn->is_blocked || conn->state != CONN_OPEN) {
        conn_close(conn, REASON_INPUT_FULL);
    } else {
        conn_request_end(conn, REASON_INPUT_FULL);
    }
}

static uint32_t close_longest(struct relief *r, uint64_t level)
{
    struct net *net = r->net;
    uint64_t left = total(net);
    uint32_t closed = 0;

    for (struct conn *conn = net->all; conn != NULL && left > r->target; conn = conn->all_next) {
        uint64_t held = held_bytes(conn);

        if (held > level) {
            left -= held; /* unfinished input is freed later, by the reaper */
            closed++;
            close_hoarder(conn);
        }
    }
    return closed;
}

void relief_run(struct net *net)
{
    uint64_t limit = net->limits.memory_bytes;
    struct relief r = {.net = net, .target = limit - (limit / 8 < MOST_ROOM ? limit / 8 : MOST_ROOM)};
    uint64_t queued_bytes = net->queued_bytes, input_bytes = net->input_bytes;
    uint32_t closed = 0, unsaid;

    count_all(&r);
    cut(&r, level_to_cut(&r));
    if (total(net) > r.target) {
        closed = close_longest(&r, level_to_close(&r));
    }
    batch_forget(&net->batch); /* it holds references to written payloads */
    if (log_limit_allows(&net->relieved_log, clock_ms(net->clock), &unsaid)) {
        log_warn("queues relieved", LOG_NUM("queued_bytes", queued_bytes), LOG_NUM("input_bytes", input_bytes),
                 LOG_NUM("limit_bytes", limit), LOG_NUM("closed", closed),
                 LOG_NUM("unsaid", unsaid));
    }
}
