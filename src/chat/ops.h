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
    unsigned guests;                /* renaming to a guest name: how many have been tried; 0: it is another one */
    struct room *room;              /* joining; NULL: or it was refused */
    enum chat_result result;        /* joining, once the room is open */
    struct chat_op **queue;         /* joining: that it is in, through next: whoever asked before */
    struct chat_op *next;
    UT_hash_handle hh;              /* in chat->ops, by attachment */
};

/* An attachment waits for one thing at a time. */
struct chat_op *ops_begin(struct attachment *attachment, chat_done_fn *done, void *ctx);
/* What it waits for; NULL: nothing. */
struct chat_op *ops_find(const struct attachment *attachment);
/* Puts a join into a queue, before all others; takes it out. */
void ops_push(struct chat_op **queue, struct chat_op *op);
void ops_remove(struct chat_op *op);
/* Ends the wait; the caller tells of the result. */
void ops_end(struct chat_op *op);
/* Ends it, and tells. */
void ops_finish(struct chat_op *op, enum chat_result result, struct room *room);

#endif
