/* chat/ports.h: what chat needs of others: five small vtables.
 *
 *   sink       a member's way out: deliver this message; you are out of this room
 *   bus        how a room's message reaches every process that has members there, this one included
 *   directory  who may have a name, among all processes
 *   store      where messages outlive the process
 *   accounts   which names have owners, and who is one
 *
 * All but a sink may answer later: then they return ..._LATER and call the request's done
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
    /* The deliveries of DELIVER_IGNORED that follow are not for the sink (on), or none follow any more. */
    void (*shun)(struct sink *sink, bool on);
    /* False when a private line of about len bytes would be lost for want of place. */
    bool (*has_place)(struct sink *sink, size_t len);
};

/* The first member of a struct attachment (chat/attachment.h). */
struct sink {
    const struct sink_ops *ops;
};

/* ---- bus ---- */

/* Several processes serve one chat: what happens in a room is a message that goes through the bus, and no member, topic
 * or name changes before it has come back.  These are its rules:
 *
 *   1. All messages get ids in one order, and each process is given those that concern it in that order: a room's
 *      messages come in the same order everywhere.  It need not be the order in which they were published; but two that
 *      one process publishes and that name a room in common keep theirs.
 *   2. A message concerns the processes that have entered one of its rooms, and always the one that published it.
 *   3. What publish() has taken comes back, once.  A bus that is cut off keeps it until it is joined again, and goes on
 *      behind what it gave last: nothing is left out, nothing comes twice.
 *   4. A room's state, as enter() tells it, is what the messages up to some point of the order have made it; those
 *      behind that point follow.  Silent ones count too.  A join adds a person who is not there, by the actor's name; a
 *      leave or a quit takes one away, and a process that is gone all of its people; a rename gives one who is there
 *      the target's name; a topic sets the topic.
 *   5. A process that the others cannot reach for too long is gone, and all of its people with it.  That has a place in
 *      the order too.  When it comes back, it is told of it, as all are, and publishes again that its people are there.
 *
 * A process has a number that no other has, drawn by chance; 0 is that of a process that is alone. */
struct bus;
struct bus_enter;

enum bus_answer {
    BUS_DONE,
    BUS_LATER,
    BUS_FAILED, /* the bus is cut off, or too much waits for it: it was not asked */
};

/* A person in a room, in a room's state. */
struct bus_person {
    uint32_t process;
    uint64_t id; /* message.actor_id */
    const char *shown, *folded; /* the name */
    bool is_shown; /* the room was told that the person joined */
};

/* A room to be entered.  Owned by the caller, who leaves it as it is until the answer or until cancel() has
 * returned. */
struct bus_enter {
    const char *folded;
    /* Called for the state, before the answer: once if there is a topic; and for each person. */
    void (*topic)(struct bus_enter *req, const char *topic, const char *by, int64_t time_ms);
    void (*person)(struct bus_enter *req, const struct bus_person *person);
    /* The answer to an enter() that has answered BUS_LATER: BUS_DONE or BUS_FAILED.  req may be freed in it. */
    void (*done)(struct bus_enter *req, enum bus_answer answer);
    void *bus_data; /* the bus's own */
};

/* What comes from the bus; of publish() and enter() only what these answer at once comes within the call. */
struct bus_events {
    /* A message, its id given; m is borrowed, and may be referenced. */
    void (*message)(void *ctx, struct message *m);
    /* A process, this one perhaps, is gone; id and time as a message's. */
    void (*gone)(void *ctx, uint32_t process, uint64_t id, int64_t time_ms);
    /* The bus is cut off, once it has answered each enter() that waits by BUS_FAILED; or it is joined again.  At first
     * it is joined.  One that has refused because too much waited tells that it is joined when it takes more. */
    void (*state)(void *ctx, bool is_joined);
};

struct bus_ops {
    /* Gives m its id and hands it to each process that it concerns.  BUS_DONE: it has come back within the call. */
    enum bus_answer (*publish)(struct bus *bus, struct message *m);
    /* From the answer BUS_DONE on, this process is given what happens in the room. */
    enum bus_answer (*enter)(struct bus *bus, struct bus_enter *req);
    /* Forgets a req that was answered BUS_LATER. */
    void (*cancel)(struct bus *bus, struct bus_enter *req);
    /* This process is no longer given what happens in a room that it has entered. */
    void (*leave)(struct bus *bus, const char *folded);
    void (*free)(struct bus *bus);
};

struct bus {
    const struct bus_ops *ops;
    uint32_t process;
    const struct bus_events *events; /* set by the chat, with ctx */
    void *ctx;
};

/* ---- directory ---- */

/* One holder of a name among all processes.  A process that was cut off may have lost what it held. */
struct directory;

enum directory_answer { DIRECTORY_GRANTED, DIRECTORY_TAKEN, DIRECTORY_FAILED, DIRECTORY_LATER };

/* Owned by who asks, who keeps it and folded until the answer, or until cancel() has returned. */
struct directory_request {
    const char *folded;
    void (*done)(struct directory_request *req, enum directory_answer answer);
    void *dir_data; /* the directory's own */
};

struct directory_events {
    /* A name is this process's no longer, and may be another's.  Told in no call of an operation, and again from time
     * to time until the name is released. */
    void (*lost)(void *ctx, const char *folded);
};

struct directory_ops {
    enum directory_answer (*claim)(struct directory *dir, struct directory_request *req);
    /* Forgets a request that was answered LATER; should it be granted, the directory releases it. */
    void (*cancel)(struct directory *dir, struct directory_request *req);
    /* Of a name that was granted; one that was lost stays the other's. */
    void (*release)(struct directory *dir, const char *folded);
    void (*free)(struct directory *dir);
};

struct directory {
    const struct directory_ops *ops;
    const struct directory_events *events; /* set by the chat, with ctx */
    void *ctx;
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
    uint64_t waiting_bytes;             /* of lines that were answered STORE_WAITS, about */
};

/* ---- accounts ---- */

struct accounts;

enum { ACCOUNTS_MADE_SIZE = 64 /* of a token, an invitation or a password that is made, with its NUL */ };

enum accounts_deed {
    ACCOUNTS_REGISTER, /* name, folded, new_secret; invitation, from */
    ACCOUNTS_LOGIN,    /* by password: folded, secret; from */
    ACCOUNTS_LOGIN_TOKEN, /* secret is the token; from */
    ACCOUNTS_LOGIN_TRUSTED, /* account: who it is was proven otherwise */
    ACCOUNTS_SET_PASSWORD, /* account, new_secret; secret */
    ACCOUNTS_FORGET,   /* account, with_lines; secret */
    ACCOUNTS_TOKEN_NEW, /* account, label */
    ACCOUNTS_TOKEN_LIST, /* account */
    ACCOUNTS_TOKEN_REVOKE, /* account, label */
    ACCOUNTS_INVITE,   /* nothing else; is_admin only */
    ACCOUNTS_DEEDS
};

enum accounts_answer {
    ACCOUNTS_DONE,
    ACCOUNTS_LATER,   /* done() is called later with one of the others */
    ACCOUNTS_WRONG,   /* the name, the password or the token; which of them is not told */
    ACCOUNTS_TAKEN,   /* the name has an account; the account has a token with this label */
    ACCOUNTS_CLOSED,  /* nobody can register */
    ACCOUNTS_NEEDS_INVITATION, /* none was given, or it was used, or is too old, or never existed */
    ACCOUNTS_SLOW,    /* too many attempts: the next one is possible after wait_s seconds */
    ACCOUNTS_SHORT,   /* the new password: less than limit characters */
    ACCOUNTS_LONG,    /* the new password: more than limit bytes */
    ACCOUNTS_TOO_MANY, /* the account has as many tokens as allowed, or the server as many accounts: limit */
    ACCOUNTS_NO_SUCH, /* no such account, or no such token */
    ACCOUNTS_BUSY,    /* too many requests wait */
    ACCOUNTS_FAILED,  /* the store fails, or there is no memory for a hash */
    ACCOUNTS_ABSENT,  /* there are no accounts: accounts->absence tells why */
};

/* Why there are no accounts at all. */
enum accounts_absence {
    ACCOUNTS_PRESENT,
    ACCOUNTS_WITHOUT_SODIUM, /* built without libsodium */
    ACCOUNTS_WITHOUT_SQLITE, /* built without SQLite */
    ACCOUNTS_WITHOUT_STORE,  /* no file is configured to keep them in */
};

/* An account as it is known at once; borrowed until the loop goes on. */
struct account {
    int64_t id; /* never given again */
    const char *name, *folded;
    int64_t created_ms, seen_ms; /* since 1970 (UTC) */
};

/* A token as the list shows it; its text is known to its owner alone. */
struct accounts_token {
    const char *label;
    int64_t created_ms, used_ms; /* since 1970 (UTC); used_ms 0: never */
};

/* The strings are used in ask() alone: the caller may free them when it returns, and wipes its secrets.  The struct
 * itself is the caller's, who leaves it as it is until the answer or until cancel() has returned. */
struct accounts_request {
    enum accounts_deed deed; /* with what it needs, and after the semicolon what it takes when it is not NULL */
    int64_t account;
    const char *name, *folded;
    const char *secret; /* proves that it is the owner; of SET_PASSWORD and FORGET: NULL when that is known */
    size_t secret_len;
    const char *new_secret; /* the password from now on; NULL, with is_admin: one is made */
    size_t new_secret_len;
    const char *invitation;
    const char *label;
    const char *from; /* the text of the peer's address; NULL: not to be limited by address */
    bool with_lines;  /* what the account has said is erased too */
    bool is_admin;    /* asked by an administrator: no rule of registration and no limit of attempts applies */
    /* The answer when ask() has answered LATER.  req may be freed in it. */
    void (*done)(struct accounts_request *req, enum accounts_answer answer);
    /* TOKEN_LIST: called for each before the end, sorted by label; token is borrowed. */
    void (*token)(struct accounts_request *req, const struct accounts_token *token);

    /* Set with the answers that say so: */
    unsigned wait_s; /* SLOW */
    uint64_t limit;  /* SHORT, LONG, TOO_MANY */
    /* Set with DONE.  account is set too, by what registers or logs in. */
    const struct account *found; /* the account; of FORGET and INVITE NULL */
    unsigned failures;  /* a login: attempts that failed since the last that succeeded */
    int64_t last_seen_ms; /* a login: of that one, since 1970 (UTC) */
    /* REGISTER and SET_PASSWORD without new_secret, TOKEN_NEW, INVITE: what was made.  The caller wipes it. */
    char made[ACCOUNTS_MADE_SIZE];
    void *accounts_data; /* the port's own */
};

/* What the accounts tell of themselves, whoever has asked for it, before the asker is told.  From the loop, also within
 * ask(). */
struct accounts_events {
    /* A name has an account from now on. */
    void (*added)(void *ctx, const struct account *account);
    /* An account has ended: whoever is logged in to it is so no longer. */
    void (*removed)(void *ctx, const struct account *account);
};

struct accounts_ops {
    /* Does it, or begins it; done() is called only after ACCOUNTS_LATER. */
    enum accounts_answer (*ask)(struct accounts *accounts, struct accounts_request *req);
    /* Forgets a request that was answered LATER: it is not answered any more.  What has begun may still happen. */
    void (*cancel)(struct accounts *accounts, struct accounts_request *req);
    /* The account of a name; NULL: it has none. */
    const struct account *(*find)(const struct accounts *accounts, const char *folded);
    /* NULL: there is no such account any more. */
    const struct account *(*get)(const struct accounts *accounts, int64_t id);
    /* The owner was here until now. */
    void (*seen)(struct accounts *accounts, int64_t id);
    /* The account after the one of this name, in the order of names (strcmp() of folded); of "" the first.  NULL: that
     * was the last. */
    const struct account *(*next)(const struct accounts *accounts, const char *folded);
    /* The end, when no request waits. */
    void (*free)(struct accounts *accounts);
};

struct accounts {
    const struct accounts_ops *ops;
    const struct accounts_events *events; /* set by the chat, with ctx; NULL before and after it */
    void *ctx;
    enum accounts_absence absence;
};

#endif
