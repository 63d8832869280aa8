/* chat/ops.c: beginning and end of a wait. */
#include "config.h"

#include "chat/ops.h"

#include "base/check.h"
#include "base/mem.h"

#include <stdlib.h>

/* In a table, not in the attachment: few wait at any time, and there may be very many attachments. */
struct chat_op *ops_find(const struct attachment *attachment)
{
    struct chat_op *op;

    HASH_FIND_PTR(attachment->person->chat->ops, &attachment, op);
    return op;
}

struct chat_op *ops_begin(struct attachment *attachment, chat_done_fn *done, void *ctx)
{
    struct chat_op *op = mem_zalloc(sizeof(*op));

    CHECK(ops_find(attachment) == NULL);
    *op = (struct chat_op){.attachment = attachment, .done = done, .ctx = ctx};
    HASH_ADD_PTR(attachment->person->chat->ops, attachment, op);
    return op;
}

void ops_push(struct chat_op **queue, struct chat_op *op)
{
    op->queue = queue;
    op->next = *queue;
    *queue = op;
}

void ops_remove(struct chat_op *op)
{
    struct chat_op **link = op->queue;

    while (*link != op) {
        link = &(*link)->next;
    }
    *link = op->next;
    op->queue = NULL;
}

/* Ends the wait; the caller tells of the result. */
void ops_end(struct chat_op *op)
{
    HASH_DEL(op->attachment->person->chat->ops, op);
    free(op);
}

void ops_finish(struct chat_op *op, enum chat_result result, struct room *room)
{
    chat_done_fn *done = op->done;
    void *ctx = op->ctx;

    ops_end(op);
    done(ctx, result, room);
}
