/* chat/port_bus.h: the port that passes a room's message to every process that has members there, this one included.
 *
 * Several processes serve one chat: what happens in a room is a message that goes through the bus, and no member, topic
 * or name changes before it has come back.  These are its rules:
 *
 *   1. All messages get ids in one order, and each process is given those that concern it in that order: a room's
 *      messages come in the same order everywhere.  It need not be the order in which they were published; but two that
 *      one process publishes and that name a room in common keep theirs.
 *   2. A message concerns the processes that have entered one of its rooms, and always the one that published it.
 *   3. What publish() has taken comes back, once.  A bus that is cut off keeps it until it is joined again, and goes on
 *      behind what it gave last: nothing is left out, nothing comes twice.
 *   4. A room's state, as enter() tells it, is what the messages up to some point of the order have made it; those
 *      behind that point follow.  Silent ones count too.  A join adds a person who is not there, by the actor's name,
 *      and tells the account of one who is; a leave or a quit takes one away, a kick the person that it is about, and a
 *      process that is gone all of its people; a rename gives one who is there the target's name; a topic sets the
 *      topic; a rule sets or ends one.  The role of an owner that an owner gives to another account makes the giver an
 *      operator.  A room that is not persistent (chat/modes.h) loses its rules with its last person, and its topic too
 *      if it was invite-only or private or had a key.  If it has nobody and is not persistent, a join whose rule is
 *      RULE_ROLE makes the actor's account its owner, and sets the mode persistent.
 *   5. A process that the others cannot reach for too long is gone, and all of its people with it.  That has a place in
 *      the order too.  When it comes back, it is told of it, as all are, and publishes again that its people are there.
 *
 * A process has a number that no other has, drawn by chance; 0 is that of a process that is alone.
 *
 * A bus may answer later: it then returns BUS_LATER and calls the request's done function from the loop.  Loop thread
 * only. */
#ifndef CHATD_CHAT_PORT_BUS_H
#define CHATD_CHAT_PORT_BUS_H

#include "chat/message.h"
#include "chat/rule.h"

#include <stdbool.h>
#include <stdint.h>

struct bus;
struct bus_enter;

enum bus_answer {
    BUS_DONE,
    BUS_LATER,
    BUS_FAILED, /* the bus is cut off, or too much waits for it; nothing was done */
};

/* A person in the state of a room. */
struct bus_person {
    uint32_t process;
    uint64_t id; /* message.actor_id */
    const char *shown, *folded; /* the name */
    int64_t account; /* 0: a guest */
    bool is_shown; /* the room was told that the person has joined */
};

/* A request to enter a room.  Owned by the caller, which does not change it until the answer or until cancel() has
 * returned. */
struct bus_enter {
    const char *folded;
    /* Called with the room's state before the answer: once if there is a topic, once for each person, and for each rule
     * that was set or ended, with the last change of it; those that were set first come first. */
    void (*topic)(struct bus_enter *req, const char *topic, const char *by, int64_t time_ms);
    void (*person)(struct bus_enter *req, const struct bus_person *person);
    void (*rule)(struct bus_enter *req, const struct rule *rule, bool is_off);
    /* The answer, if enter() has returned BUS_LATER: BUS_DONE or BUS_FAILED.  May free req. */
    void (*done)(struct bus_enter *req, enum bus_answer answer);
    void *bus_data; /* the bus's own */
};

/* Events of the bus.  They are called from the loop, and within publish() and enter() only if these answer at once. */
struct bus_events {
    /* A message, which has its id; m is borrowed and may be referenced. */
    void (*message)(void *ctx, struct message *m);
    /* A process is gone; it may be this one. id and time_ms are as those of a message. */
    void (*gone)(void *ctx, uint32_t process, uint64_t id, int64_t time_ms);
    /* The bus is cut off, once it has answered each enter() that waits by BUS_FAILED; or it is joined again.  At first
     * it is joined.  One that has refused because too much waited tells that it is joined when it takes more. */
    void (*state)(void *ctx, bool is_joined);
};

struct bus_ops {
    /* Gives m its id and passes it to each process that it concerns.  Returns BUS_DONE if it has come back within the
     * call. */
    enum bus_answer (*publish)(struct bus *bus, struct message *m);
    /* Enters a room: from the answer BUS_DONE on, this process gets the room's messages. */
    enum bus_answer (*enter)(struct bus *bus, struct bus_enter *req);
    /* Forgets a request that was answered BUS_LATER. */
    void (*cancel)(struct bus *bus, struct bus_enter *req);
    /* Leaves a room that was entered: this process no longer gets its messages. */
    void (*leave)(struct bus *bus, const char *folded);
    void (*free)(struct bus *bus);
};

struct bus {
    const struct bus_ops *ops;
    uint32_t process;
    const struct bus_events *events; /* set by the chat, as is ctx */
    void *ctx;
};

#endif
