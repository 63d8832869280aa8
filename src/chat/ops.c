/* chat/ops.c: beginning and end of a wait. */
#include "config.h"

#include "chat/ops.h"

#include "base/check.h"
#include "base/mem.h"

#include <stdlib.h>

struct chat_op *ops_begin(struct person *person, chat_done_fn *done, void *ctx)
{
    struct chat_op *op = mem_zalloc(sizeof(*op));

    CHECK(person->op == NULL);
    *op = (struct chat_op){.person = person, .done = done, .ctx = ctx};
    person->op = op;
    return op;
}

/* Ends the wait; the caller tells of the result. */
void ops_end(struct chat_op *op)
{
    op->person->op = NULL;
    free(op);
}

void ops_finish(struct chat_op *op, enum chat_result result, struct room *room)
{
    chat_done_fn *done = op->done;
    void *ctx = op->ctx;

    ops_end(op);
    done(ctx, result, room);
}
