/* chat/ops.h: what an attachment waits for.
 *
 * For a room to open; for the directory to grant a name; and then for the message that it has published to come back
 * from the bus.  With ports that answer at once it waits for nothing.  Loop thread only. */
#ifndef CHATD_CHAT_OPS_H
#define CHATD_CHAT_OPS_H

#include "chat/attachment.h"
#include "chat/chat_state.h"
#include "chat/person.h"
#include "chat/ports.h"
#include "chat/room.h"

#include <stdbool.h>
#include <stdint.h>

struct chat_op;

/* A name on its way to a person: the directory is asked for it, and then everybody told. */
struct naming {
    struct chat *chat;
    struct person *person;          /* NULL: the person has gone meanwhile */
    uint64_t person_id;
    struct person_name name;        /* in the table of names */
    struct directory_request claim;
    bool is_claiming;               /* the directory has not answered; else it is published */
    unsigned guests;                /* so many guest names have been tried; 0: it is no such name */
    char *lost;                     /* the person's own name, folded, is another's by now; NULL: it is not */
    struct chat_op *op;             /* waits for it; NULL: nobody */
    struct naming *next;            /* in chat->namings */
};

struct chat_op {
    struct attachment *attachment;
    uint32_t id;              /* attachment->id */
    chat_done_fn *done;
    void *ctx;
    enum message_kind awaits; /* once it is published: what is to come back, */
    unsigned awaits_hash;     /* and about which room and name */
    bool is_published;
    bool is_in_call;          /* of publish(): what comes back is noted, and told by the caller */
    bool is_back;
    struct room *room;        /* joining: the one that does not end before the wait does; NULL: none */
    struct naming *naming;    /* renaming (chat/names.c); NULL: not */
    struct chat_op **queue;   /* joining, until the room is open: that it is in, through next: whoever asked before */
    struct chat_op *next;
    UT_hash_handle hh;        /* in chat->ops, by id */
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

/* Publishes what the operation waits for from then on.  CHAT_LATER; or else op has ended. */
enum chat_result ops_publish(struct chat_op *op, const struct message_parts *parts);
/* A message has come back: ends the operation that has waited for it, if there is one, and tells. */
void ops_come_back(struct chat *chat, const struct message *m, struct room *room);
/* The bus is cut off: nobody waits for it any more.  What was published comes nevertheless, later. */
void ops_cut(struct chat *chat);

#endif
