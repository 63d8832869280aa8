/* chat/ops.h: the operations that attachments wait for.
 *
 * An operation waits for a room to open, or for the directory to grant a name, and then for the message that it has
 * published to come back from the bus.  With ports that answer at once there are none.  Loop thread only. */
#ifndef CHATD_CHAT_OPS_H
#define CHATD_CHAT_OPS_H

#include "chat/attachment.h"
#include "chat/chat_state.h"
#include "chat/person.h"
#include "chat/port_directory.h"
#include "chat/room.h"

#include <stdbool.h>
#include <stdint.h>

struct chat_op;

/* A rename: the directory is asked for the name, and then the rename is published. */
struct naming {
    struct chat *chat;
    struct person *person;          /* NULL if the person has left meanwhile */
    uint64_t person_id;
    struct person_name name;        /* in the table of names */
    struct directory_request claim;
    bool is_claiming;               /* the directory has not answered; otherwise the rename was published */
    unsigned guests;                /* the number of guest names tried; 0 if it is no guest name */
    char *lost;                     /* the person's old name, folded, if it was given away; otherwise NULL */
    struct chat_op *op;             /* the operation that waits for it; NULL if there is none */
    struct naming *next;            /* in chat->namings */
};

struct chat_op {
    struct attachment *attachment;
    uint32_t id;              /* attachment->id */
    chat_done_fn *done;
    void *ctx;
    enum message_kind awaits; /* after publishing: the kind of the message that will come back */
    unsigned awaits_hash;     /* after publishing: a hash of its room and name */
    bool is_published;
    bool is_in_call;          /* publish() has not returned: the caller reports the result */
    bool is_back;
    enum chat_result result;  /* what it will end with when the message has come back */
    char *key;                /* for a join: what was given as the room's key, or NULL; owned */
    struct room *room;        /* for a join: the room, which does not end before the operation; otherwise NULL */
    struct naming *naming;    /* for a rename (chat/names.c); otherwise NULL */
    struct chat_op **queue;   /* for a join, until the room is open: its queue, linked by next, the last one first */
    struct chat_op *next;
    UT_hash_handle hh;        /* in chat->ops, by id */
};

/* Begins an operation; the attachment has none. */
struct chat_op *ops_begin(struct attachment *attachment, chat_done_fn *done, void *ctx);
/* The operation of an attachment; NULL if there is none. */
struct chat_op *ops_find(const struct attachment *attachment);
/* Puts a join at the front of a queue, and removes it. */
void ops_push(struct chat_op **queue, struct chat_op *op);
void ops_remove(struct chat_op *op);
/* Ends the operation; the caller reports the result. */
void ops_end(struct chat_op *op);
/* Ends the operation and calls done. */
void ops_finish(struct chat_op *op, enum chat_result result, struct room *room);

/* Publishes the message for which the operation then waits.  Returns CHAT_LATER; or another result if op has ended. */
enum chat_result ops_publish(struct chat_op *op, const struct message_parts *parts);
/* A message has come back: ends the operation that waits for it, if there is one, and calls done with the result. */
void ops_come_back(struct chat *chat, const struct message *m, enum chat_result result, struct room *room);
/* Returns false if the attachment waits for another operation, or has quit. */
bool ops_can_begin(const struct attachment *attachment);
/* The bus is cut off: all operations that wait for it end.  Their messages still come back later. */
void ops_cut(struct chat *chat);

#endif
