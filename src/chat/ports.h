/* chat/ports.h: what chat needs of others: four small vtables.
 *
 *   sink       a member's way out: deliver this message; you are out of this room
 *   bus        how a room's message reaches every process that has members there, this one included
 *   directory  who may have a name, and which rooms are in use, among all processes
 *   store      where messages outlive the process
 *
 * A directory and a store may answer later: then they return ..._LATER and call the request's done
 * function from the loop.  Loop thread only. */
#ifndef CHATD_CHAT_PORTS_H
#define CHATD_CHAT_PORTS_H

#include "chat/message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- sink ---- */

struct delivery; /* chat/deliver.h */
struct room;
struct sink;

struct sink_ops {
    /* Must not change any room's members: deliveries to a room walk over them. */
    void (*deliver)(struct sink *sink, struct delivery *d);
    /* The sink's person is no longer in the room, whoever has ended that.  The room may end after this call, so the
     * sink keeps no pointer to it.  Must not change any room's members. */
    void (*left)(struct sink *sink, const struct room *room);
    /* Whose it is. */
    struct person *(*person)(struct sink *sink);
    /* False when a private line of about len bytes would be lost for want of place. */
    bool (*has_place)(struct sink *sink, size_t len);
};

struct sink {
    const struct sink_ops *ops;
};

/* ---- bus ---- */

struct bus;

/* A message that comes from the bus, its id given; m is borrowed. */
typedef void bus_event_fn(void *ctx, struct message *m);

struct bus_ops {
    /* Gives m its id and hands it to every process with members of m->room; the local bus calls
     * event in the same call. */
    void (*publish)(struct bus *bus, struct message *m);
    void (*free)(struct bus *bus);
};

struct bus {
    const struct bus_ops *ops;
    bus_event_fn *event; /* set by the chat */
    void *ctx;
};

/* ---- directory ---- */

struct directory;

enum directory_kind {
    DIRECTORY_NAME, /* one holder among all processes */
    DIRECTORY_ROOM, /* each process that has members there holds it */
};
enum directory_answer { DIRECTORY_GRANTED, DIRECTORY_TAKEN, DIRECTORY_FAILED, DIRECTORY_LATER };

/* Owned by who asks, who keeps it and folded until the answer, or until cancel() has returned. */
struct directory_request {
    enum directory_kind kind;
    const char *folded;
    void (*done)(struct directory_request *req, enum directory_answer answer);
    void *dir_data; /* the directory's own */
};

struct directory_ops {
    enum directory_answer (*claim)(struct directory *dir, struct directory_request *req);
    /* Forgets a request that was answered LATER; should it be granted, the directory releases it. */
    void (*cancel)(struct directory *dir, struct directory_request *req);
    void (*release)(struct directory *dir, enum directory_kind kind, const char *folded);
    void (*free)(struct directory *dir);
};

struct directory {
    const struct directory_ops *ops;
};

/* ---- store ---- */

struct store;

enum store_answer { STORE_DONE, STORE_FAILED, STORE_LATER };

/* Owned by who asks, as above. */
struct store_request {
    const char *room_folded;
    uint32_t max; /* the newest lines, at most so many */
    /* Called with each line, oldest first, before done; m is borrowed. */
    void (*line)(struct store_request *req, struct message *m);
    void (*done)(struct store_request *req, enum store_answer answer);
    void *store_data; /* the store's own */
};

struct store_ops {
    void (*append)(struct store *store, const char *room_folded, struct message *m);
    enum store_answer (*read)(struct store *store, struct store_request *req);
    void (*cancel)(struct store *store, struct store_request *req);
    void (*free)(struct store *store);
};

struct store {
    const struct store_ops *ops;
};

#endif
