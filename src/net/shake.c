/* net/shake.c: the job that makes one step of a handshake. */
#include "config.h"

#include "net/shake.h"

#include "base/container.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

struct shake {
    struct lane_job job;
    struct lane *lane; /* borrowed */
    struct transport *transport;
    enum transport_result result;
    shake_done_fn *done;
    void *ctx;
    bool is_abandoned;
};

static struct shake *shake_of(struct lane_job *job)
{
    return CONTAINER_OF(job, struct shake, job);
}

static void run(struct lane_job *job)
{
    struct shake *shake = shake_of(job);

    shake->result = shake->transport->ops->handshake(shake->transport);
}

static void done(struct lane_job *job)
{
    struct shake *shake = shake_of(job);

    if (!shake->is_abandoned) {
        shake->done(shake->ctx, shake->result);
    }
}

static void shake_free(struct lane_job *job)
{
    struct shake *shake = shake_of(job);

    if (shake->is_abandoned) {
        int fd = shake->transport->fd;

        shake->transport->ops->free(shake->transport);
        close(fd);
    }
    free(shake);
}

static const struct lane_job_ops ops = {.run = run, .done = done, .free = shake_free};

struct shake *shake_begin(struct lane *lane, struct transport *transport, shake_done_fn *done_fn, void *ctx)
{
    struct shake *shake = mem_zalloc(sizeof(*shake));

    shake->job.ops = &ops;
    shake->lane = lane;
    shake->transport = transport;
    shake->done = done_fn;
    shake->ctx = ctx;
    if (!lane_push(lane, &shake->job)) {
        free(shake);
        return NULL;
    }
    return shake;
}

void shake_abandon(struct shake *shake)
{
    shake->is_abandoned = true;
    (void)lane_cancel(shake->lane, &shake->job); /* if it has begun, it frees what it has afterwards */
}
