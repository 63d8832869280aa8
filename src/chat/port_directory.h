/* chat/port_directory.h: the port that decides who has a name, among all processes.
 *
 * A name has one holder.  A process that was cut off may have lost the names that it held.
 *
 * It may answer later: it then returns DIRECTORY_LATER and calls the request's done function from the loop.  Loop
 * thread only. */
#ifndef CHATD_CHAT_PORT_DIRECTORY_H
#define CHATD_CHAT_PORT_DIRECTORY_H

struct directory;

enum directory_answer { DIRECTORY_GRANTED, DIRECTORY_TAKEN, DIRECTORY_FAILED, DIRECTORY_LATER };

/* Owned by the caller, which keeps it and folded until the answer or until cancel() has returned. */
struct directory_request {
    const char *folded;
    void (*done)(struct directory_request *req, enum directory_answer answer);
    void *dir_data; /* the directory's own */
};

struct directory_events {
    /* A name no longer belongs to this process, and may belong to another one.  Not called within an operation of the
     * directory; called again from time to time until the name is released. */
    void (*lost)(void *ctx, const char *folded);
};

struct directory_ops {
    enum directory_answer (*claim)(struct directory *dir, struct directory_request *req);
    /* Forgets a request that was answered LATER; if the name is granted later, the directory releases it. */
    void (*cancel)(struct directory *dir, struct directory_request *req);
    /* Releases a name that was granted.  If it was lost, the other process keeps it. */
    void (*release)(struct directory *dir, const char *folded);
    void (*free)(struct directory *dir);
};

struct directory {
    const struct directory_ops *ops;
    const struct directory_events *events; /* set by the chat, as is ctx */
    void *ctx;
};

#endif
