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
    /* The attachment is in the room now, where another attachment of the person has brought it, or chat_attach().  Must
     * not change any room's members. */
    void (*entered)(struct sink *sink, struct room *room);
    /* The attachment is no longer in the room, whoever has ended that.  The room may end after this call, so the
     * sink keeps no pointer to it.  Must not change any room's members. */
    void (*left)(struct sink *sink, const struct room *room);
    /* What holds for the attachment's person has changed (the people that they ignore), or it has another person. */
    void (*changed)(struct sink *sink);
    /* False when a private line of about len bytes would be lost for want of place. */
    bool (*has_place)(struct sink *sink, size_t len);
};

/* The first member of a struct attachment (chat/attachment.h). */
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

/* What becomes of a line. */
enum store_fate {
    STORE_KEPT,    /* it is as safe as this store makes it */
    STORE_WAITS,   /* it will be: events->kept tells when */
    STORE_REFUSED, /* it is not kept: too much waits, or the store fails */
};

/* Which end of a range is read when the range has more lines than the bounds allow. */
enum store_end { STORE_NEWEST, STORE_OLDEST };

/* A read of lines of one room.  Owned by the caller, who leaves it as it is, with room_folded and words, until the
 * answer or until cancel() has returned.
 *
 * The answer is as of the call: it knows each line for which append() was called before, also one that still waits,
 * and none that comes later.  So nothing is lost or doubled between what is read and what is heard from then on. */
struct store_read {
    const char *room_folded;
    uint64_t after, before; /* ids: the range lies between them, without them; 0: it is open there */
    enum store_end end;
    const char *words; /* only lines whose text or writer's name holds this, folded (fold_text()); NULL: each line */
    /* The bounds: a line that would be beyond one ends the read, the first line too. */
    uint32_t max_lines;
    uint64_t max_bytes; /* of the lines; UINT64_MAX: no bound */
    uint32_t line_bytes, text_factor; /* a line counts as line_bytes + text_factor * its text_len */
    /* With words: bytes of work after which a search rests, though at least one line is looked at.  A byte of a text
     * that is looked at is one, one that must be folded for it 16, and a line at least 64. */
    uint32_t max_looked;
    /* Called for each line, the oldest first, before the end of the read; m is borrowed, and may be referenced.  When
     * the answer is STORE_FAILED, these lines count for nothing. */
    void (*line)(struct store_read *req, struct message *m);
    /* The end of a read that read() has answered STORE_LATER: STORE_DONE or STORE_FAILED.  req may be freed in it. */
    void (*done)(struct store_read *req, enum store_answer answer);
    /* Set when the answer is STORE_DONE: */
    bool more;     /* the range goes on beyond the bounds */
    uint64_t next; /* if so, where: the before of a read of the newest, the after of a read of the oldest */
    uint64_t rest; /* without words: lines of the range that were not given.  A store may stop to count at 100,000 */
    uint64_t kept; /* all lines that are kept of the room */
    uint64_t looked; /* with words: the work, as in max_looked */
    uint32_t looked_lines; /* with words: lines that were looked at */
    void *store_data;      /* the store's own */
};

/* What a store tells of itself, from the loop, in no call of its operations but end(). */
struct store_events {
    /* All lines with ids up to this one that were answered STORE_WAITS are safe now, or were told as lost. */
    void (*kept)(void *ctx, uint64_t upto_id);
    /* So many lines that were answered STORE_WAITS will never be safe. */
    void (*lost)(void *ctx, uint64_t lines);
    /* It fails from now on, and why, as an administrator reads it; or, with NULL, it works again.  Once for each
     * change; at first it works. */
    void (*state)(void *ctx, const char *why);
};

struct store_ops {
    /* A line of a room that is in use here, its id given, greater than each before it in this room.  Takes a reference
     * if it needs one. */
    enum store_fate (*append)(struct store *store, const char *room_folded, struct message *m);
    /* STORE_DONE and STORE_FAILED: that is the end, done() is not called.  STORE_LATER: done() is called from the loop;
     * a store that cannot read in a time that a person would wait answers STORE_FAILED then. */
    enum store_answer (*read)(struct store *store, struct store_read *req);
    /* Forgets a read that was answered STORE_LATER: neither line() nor done() is called for it any more. */
    void (*cancel)(struct store *store, struct store_read *req);
    /* How many lines are kept of a room, as far as the store knows at once: for a list. */
    uint64_t (*count)(const struct store *store, const char *room_folded);
    /* The room is not in use here any more: what is in memory of it alone may go.  What waits to be kept is kept
     * nevertheless. */
    void (*forget)(struct store *store, const char *room_folded);
    /* The end, when no read waits: keeps what still waits, for which it may block until so many milliseconds have
     * passed, and frees the store.  Returns how many lines that were answered STORE_WAITS are lost. */
    uint64_t (*end)(struct store *store, unsigned deadline_ms);
};

struct store {
    const struct store_ops *ops;
    const struct store_events *events; /* set by the chat, with ctx; NULL before and after it */
    void *ctx;
    uint64_t memory_bytes, memory_most; /* of lines in memory: in use, and allowed */
};

#endif
