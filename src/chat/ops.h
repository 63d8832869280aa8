/* chat/ops.h: what an attachment waits for.
 *
 * Loop thread only. */
#ifndef CHATD_CHAT_OPS_H
#define CHATD_CHAT_OPS_H

#include "chat/attachment.h"
#include "chat/chat_state.h"
#include "chat/person.h"
#include "chat/ports.h"
#include "chat/room.h"

struct chat_op {
    struct attachment *attachment;
    chat_done_fn *done;
    void *ctx;
    struct person_name name;        /* renaming: the one asked for */
    struct directory_request claim; /* renaming; its folded is NULL otherwise */
    struct room *room;              /* joining */
    struct chat_op *next;           /* in room->waiting: who asked before */
    UT_hash_handle hh;              /* in chat->ops, by attachment */
};

/* An attachment waits for one thing at a time. */
struct chat_op *ops_begin(struct attachment *attachment, chat_done_fn *done, void *ctx);
/* What it waits for; NULL: nothing. */
struct chat_op *ops_find(const struct attachment *attachment);
/* Ends the wait; the caller tells of the result. */
void ops_end(struct chat_op *op);
/* Ends it, and tells. */
void ops_finish(struct chat_op *op, enum chat_result result, struct room *room);

#endif
