/* chat/ops.h: what a person waits for.
 *
 * Loop thread only. */
#ifndef CHATD_CHAT_OPS_H
#define CHATD_CHAT_OPS_H

#include "chat/chat_state.h"
#include "chat/person.h"
#include "chat/ports.h"
#include "chat/room.h"

struct chat_op {
    struct person *person;
    chat_done_fn *done;
    void *ctx;
    struct person_name name;        /* renaming: the one asked for */
    struct directory_request claim; /* renaming; its folded is NULL otherwise */
    struct room *room;              /* joining */
    struct chat_op *next;           /* in room->waiting: who asked before */
};

/* A person waits for one thing at a time. */
struct chat_op *ops_begin(struct person *person, chat_done_fn *done, void *ctx);
/* Ends the wait; the caller tells of the result. */
void ops_end(struct chat_op *op);
/* Ends it, and tells. */
void ops_finish(struct chat_op *op, enum chat_result result, struct room *room);

#endif
