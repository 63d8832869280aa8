/* net/shares.c: rounds of writes, each made by all threads together.
 *
 * A slot is a connection in a round.  Two rounds are in use: one is being written while the other is accounted for and
 * filled anew.  A slot whose connection may take more after a write stays, for the next but one. */
#include "config.h"

#include "net/shares.h"

#include "base/crew.h"
#include "base/mem.h"
#include "base/turn.h"
#include "net/conn.h"
#include "net/flush_priv.h"
#include "net/uring.h"

#include <errno.h>
#include <stdlib.h>

enum {
    ROUND = 128,      /* connections in one round; so much is prepared before the first write, and accounted for last */
    URING_LEAST = 4,  /* connections to write to in one turn from which io_uring takes less than send() */
    URING_SHARE = 64, /* the most writes in one submission, if others could make some of them */
};

struct slot {
    struct conn *conn;
    struct flush_write write;
    uint8_t writes; /* made in this turn */
    bool progressed;
};

struct round {
    uint32_t count;
    struct slot slots[ROUND];
};

/* Of one thread. */
struct writer {
    _Alignas(64) struct batch batch;
    struct uring *uring; /* NULL if writes are made one by one */
    uint64_t seen; /* the number of the round for which it has remembered payloads */
};

struct shares {
    struct shares_spec spec;
    struct crew *crew;
    uint32_t least;      /* connections to write to; with fewer the list is written as without shares */
    uint64_t number;     /* of the round that is being written */
    struct round *round; /* that one */
    struct round rounds[2];
    struct writer writers[]; /* spec.writers */
};

/* ---- in any thread ---- */

static void add(struct writer *writer, struct slot *slot)
{
    struct iovec iov[FLUSH_IOV];
    int count = flush_offer(slot->conn, &writer->batch, iov, &slot->write);

    uring_add(writer->uring, conn_fd(slot->conn), iov, count, &slot->write);
}

/* The crew_fn. */
static void write_share(void *ctx, unsigned member, uint32_t first, uint32_t end)
{
    struct shares *shares = ctx;
    struct writer *writer = &shares->writers[member];

    if (writer->seen != shares->number) {
        writer->seen = shares->number;
        batch_forget(&writer->batch);
    }
    for (uint32_t i = first; i < end; i++) {
        struct slot *slot = &shares->round->slots[i];

        if (writer->uring != NULL && !slot->conn->has_transport) {
            add(writer, slot);
        } else {
            flush_make(slot->conn, &writer->batch, &slot->write);
        }
    }
    if (writer->uring != NULL) {
        uring_submit(writer->uring);
    }
}

/* ---- rounds ---- */

/* The turn is done with the connection. */
static void leave(struct conn *conn)
{
    flush_finish(conn);
    if (conn->to_go_on || conn->to_reap) {
        conn_list(conn);
    }
}

/* Prepares the slots that have stayed, and fills the rest of the round from the list.  Returns what is left of it. */
static struct conn *fill(struct round *round, struct conn *list)
{
    for (uint32_t i = 0; i < round->count; i++) {
        flush_prepare(round->slots[i].conn);
    }
    while (list != NULL && round->count < ROUND) {
        struct conn *conn = list;
        bool is_to_write = conn->to_write && conn->state != CONN_CLOSED;

        list = conn->work_next;
        flush_fetch_ahead(list);
        conn->is_listed = false;
        conn->to_write = false;
        if (is_to_write && conn->q.count > 0) {
            flush_prepare(conn);
            round->slots[round->count++] = (struct slot){.conn = conn};
        } else if (is_to_write) {
            leave(conn);
        } else if (conn->to_go_on || conn->to_reap) {
            conn_list(conn);
        }
    }
    return list;
}

/* How many helpers are worth waking for so many writes. */
static unsigned helpers_for(const struct shares *shares, uint32_t writes)
{
    uint32_t each = shares->spec.from > 1 ? shares->spec.from / 2 : 1;

    if (writes < shares->spec.from) {
        return 0;
    }
    return writes / each < shares->spec.writers ? writes / each : shares->spec.writers - 1;
}

static void begin(struct shares *shares, struct round *round, bool has_more)
{
    shares->round = round;
    shares->number++;
    crew_begin(shares->crew, round->count, helpers_for(shares, round->count), has_more);
}

/* Accounts for the first slots, so many as were written.  Those whose connections may take more stay, at the front, and
 * so do those that were not written. */
static void account(struct round *round, uint32_t written)
{
    uint32_t left = 0;

    for (uint32_t i = 0; i < round->count; i++) {
        struct slot *slot = &round->slots[i];
        struct conn *conn = slot->conn;

        if (i >= written) {
            round->slots[left++] = *slot;
        } else if (!flush_account(conn, &slot->write, &slot->progressed)) {
            leave(conn);
        } else if (++slot->writes == FLUSH_WRITES) {
            conn_list_writable(conn); /* goes on in the next turn */
            leave(conn);
        } else {
            round->slots[left++] = *slot;
        }
    }
    round->count = left;
}

/* Puts connections for which there is no time before the list, in order. */
static struct conn *put_back(struct round *round, struct conn *list, struct conn **last)
{
    while (round->count > 0) {
        struct conn *conn = round->slots[--round->count].conn;

        if (list == NULL) {
            *last = conn;
        }
        conn->to_write = true;
        conn->is_listed = true;
        conn->work_next = list;
        list = conn;
    }
    return list;
}

/* ---- the list ---- */

static bool is_long(const struct conn *conn, uint32_t from)
{
    uint32_t count = 0;

    for (; conn != NULL && count < from; conn = conn->work_next) {
        count += conn->to_write;
    }
    return count == from;
}

/* net->write_list. */
static struct conn *write_list(struct net *net, struct conn *list, struct conn **last)
{
    struct shares *shares = net->shares;
    struct round *now = &shares->rounds[0], *next = &shares->rounds[1];

    if (!is_long(list, shares->least)) {
        return flush_list(net, list, last);
    }
    list = fill(now, list);
    begin(shares, now, list != NULL);
    while (now->count > 0 || next->count > 0) {
        struct round *written = now;
        uint32_t count;
        bool is_over;

        list = fill(next, list);
        count = crew_finish(shares->crew, &net->turn);
        is_over = turn_is_over(&net->turn);
        if (!is_over) {
            begin(shares, next, list != NULL);
        }
        account(written, count);
        if (is_over) {
            list = put_back(next, list, last);
            return put_back(written, list, last);
        }
        now = next;
        next = written;
    }
    return list;
}

/* ---- from outside ---- */

static bool make_urings(struct shares *shares)
{
    for (unsigned i = 0; i < shares->spec.writers; i++) {
        shares->writers[i].uring = uring_new();
        if (shares->writers[i].uring == NULL) {
            return false;
        }
    }
    return true;
}

static void dispose(struct shares *shares)
{
    for (unsigned i = 0; i < shares->spec.writers; i++) {
        uring_free(shares->writers[i].uring);
    }
    free(shares);
}

struct shares *shares_new(const struct shares_spec *spec)
{
    size_t size = sizeof(struct shares) + spec->writers * sizeof(struct writer);
    struct shares *shares = mem_zalloc_aligned(_Alignof(struct shares), size);
    struct crew_spec crew = {
        .name = "write", .members = spec->writers, .most_once = TURN_WINDOW, .fn = write_share, .ctx = shares};

    shares->spec = *spec;
    shares->least = spec->from;
    for (unsigned i = 0; i < spec->writers; i++) {
        shares->writers[i].batch.borrows = shares->writers[i].batch.keeps = true;
    }
    if (spec->has_uring) {
        crew.most_once = spec->writers > 1 ? URING_SHARE : URING_WRITES;
        shares->least = spec->writers > 1 && spec->from < URING_LEAST ? spec->from : URING_LEAST;
    }
    if (!spec->has_uring || make_urings(shares)) {
        shares->crew = crew_new(&crew);
    }
    if (shares->crew == NULL) {
        int error = errno;

        dispose(shares);
        errno = error;
        return NULL;
    }
    return shares;
}

void shares_join(struct shares *shares, struct net *net)
{
    net->shares = shares;
    net->write_list = write_list;
}

void shares_free(struct shares *shares)
{
    crew_free(shares->crew);
    dispose(shares);
}
