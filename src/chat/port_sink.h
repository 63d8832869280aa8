/* chat/port_sink.h: the port to an attachment: delivers messages to it, and tells it which rooms it enters and leaves.
 * Loop thread only. */
#ifndef CHATD_CHAT_PORT_SINK_H
#define CHATD_CHAT_PORT_SINK_H

#include "base/cidr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct delivery; /* chat/deliver.h */
struct room;
struct room_slot;
struct sink;

/* What a person is told that is no message. */
enum sink_news {
    SINK_NAME_LENT,     /* the name has an account: the person has to log in to keep it (chat/graces.h) */
    SINK_NAME_LAPSED,   /* the person has not: it is about to get a guest's name */
    SINK_NAME_CLAIMED,  /* the name has an owner, who is somebody else: the person is about to get a guest's name */
    SINK_ACCOUNT_ENDED, /* that of this name: the person is a guest now, and keeps the name */
    SINK_ADMIN,         /* the person is an administrator of the server now */
    SINK_NO_ADMIN,      /* no longer */
    SINK_PUT_OUT,       /* the person was put out of a room, whose name is given; sink_ops.left was called */
};

struct sink_ops {
    /* Delivers a message.  Must not change any room's members, over which deliveries walk. */
    void (*deliver)(struct sink *sink, struct delivery *d);
    /* The same for members of a room, of which the first has these operations: for all of them up to the first that has
     * others.  Returns their number, at least 1.  Nearly all deliveries are made here, without a call for each. */
    uint32_t (*deliver_run)(const struct room_slot *members, uint32_t count, struct delivery *d);
    /* The attachment has entered the room, by another attachment of the person or by chat_attach().  Must not change
     * any room's members. */
    void (*entered)(struct sink *sink, struct room *room);
    /* The attachment has left the room, for any reason.  The room may end after this call, so the sink keeps no pointer
     * to it.  Must not change any room's members. */
    void (*left)(struct sink *sink, const struct room *room);
    /* The line of that id is gone from the history of the room, which the attachment is in: whatever was read of the
     * history and is not shown yet is to be shown without it.  Must not change any room's members. */
    void (*erased)(struct sink *sink, const struct room *room, uint64_t id);
    /* The state of the attachment's person has changed (the people that the person ignores), or the attachment has
     * another person. */
    void (*changed)(struct sink *sink);
    /* on: deliveries with DELIVER_IGNORED follow that the sink does not show.  Otherwise this ends. */
    void (*shun)(struct sink *sink, bool on);
    /* name is the account's or the room's. */
    void (*news)(struct sink *sink, enum sink_news news, const char *name);
    /* Returns false if there is no space for a private line of about len bytes. */
    bool (*has_place)(struct sink *sink, size_t len);
    /* Returns true if it is enough for the sink to be told of many who come or go at once in one line (chat/folds.h).
     * folds_catch_up() is called before the answer changes. */
    bool (*folds)(struct sink *sink);
    /* The address of the peer; false if it has none, as with a unix socket. */
    bool (*address)(struct sink *sink, struct cidr *out);
};

/* The first member of a struct attachment (chat/attachment.h). */
struct sink {
    const struct sink_ops *ops;
};

#endif
