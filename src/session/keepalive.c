/* session/keepalive.c: a heap of sessions by the time of their next probe.
 *
 * Half of the chosen time after the last look, the bytes that were sent since are looked at; with none, a probe is due.
 * So the client gets something in the whole of the time, and no send has to note when it was. */
#include "config.h"

#include "session/keepalive.h"

#include "base/container.h"
#include "base/mem.h"
#include "session/session.h"

#include <stdlib.h>

enum { AT_ONCE = 64 /* sessions that are looked at in a turn */ };

/* Owned by the session's extra. */
struct keepalive {
    struct heap_node due; /* by clock_ms() */
    struct session *s;
    uint32_t seconds;
    uint64_t bytes_out; /* of the connection, with the last probe, when it was looked at last */
};

static void look_again(struct keepalive *k)
{
    struct session_env *env = k->s->env;

    heap_push(&env->keepalives, &k->due, (int64_t)(clock_ms(env->clock) + k->seconds * UINT64_C(500)));
}

/* Sets the timer for the first one. */
static void arrange(struct session_env *env)
{
    const struct heap_node *first = heap_first(&env->keepalives);
    uint64_t now = clock_ms(env->clock);

    if (first == NULL) {
        timeq_remove(&env->probe);
        return;
    }
    env->probing.wait_ms = (uint64_t)first->at > now ? (uint64_t)first->at - now : 0;
    timeq_push(&env->probing, &env->probe, now);
}

static void look(struct keepalive *k)
{
    struct session *s = k->s;
    struct frontend *fe = frontend_of_conn(s->conn);

    if (conn_is_open(s->conn)) {
        bool is_quiet = k->bytes_out == s->conn->bytes_out && conn_queued_bytes(s->conn) == 0;

        k->bytes_out = s->conn->bytes_out;
        if (is_quiet && fe->ops->probe != NULL) {
            k->bytes_out += fe->ops->probe(fe);
        }
    }
    look_again(k);
}

static void probing_due(struct timeq *q, struct timeq_node *node)
{
    struct session_env *env = q->ctx;
    int64_t now = (int64_t)clock_ms(env->clock);
    struct heap_node *first;

    (void)node;
    for (int i = 0; i < AT_ONCE && (first = heap_first(&env->keepalives)) != NULL && first->at <= now; i++) {
        look(CONTAINER_OF(first, struct keepalive, due));
    }
    arrange(env);
}

void keepalive_init(struct session_env *env)
{
    timeq_init(&env->probing, 0, probing_due, env);
}

void keepalive_fini(struct session_env *env)
{
    heap_fini(&env->keepalives);
}

static struct keepalive *of(const struct session *s)
{
    return s->extra != NULL ? s->extra->keepalive : NULL;
}

void keepalive_set(struct session *s, uint32_t seconds)
{
    struct keepalive *k = of(s);

    conn_keep_alive(s->conn, seconds);
    if (seconds == 0) {
        keepalive_end(s);
        return;
    }
    if (k == NULL) {
        k = mem_zalloc(sizeof(*k));
        k->s = s;
        session_get_extra(s)->keepalive = k;
    }
    k->seconds = seconds;
    k->bytes_out = s->conn->bytes_out;
    look_again(k);
    arrange(s->env);
}

uint32_t keepalive_seconds(const struct session *s)
{
    return of(s) != NULL ? of(s)->seconds : 0;
}

void keepalive_end(struct session *s)
{
    struct keepalive *k = of(s);

    if (k != NULL) {
        heap_remove(&s->env->keepalives, &k->due);
        arrange(s->env);
        free(k);
        s->extra->keepalive = NULL;
    }
}
