/* chat/port_store.h: the port that keeps messages after the process has ended, and with them the rooms' topics and
 * rules, and the audit trail.
 *
 * It may answer later: it then returns STORE_LATER and calls the request's done function from the loop.  Loop thread
 * only. */
#ifndef CHATD_CHAT_PORT_STORE_H
#define CHATD_CHAT_PORT_STORE_H

#include "chat/message.h"
#include "chat/rule.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

enum store_answer { STORE_DONE, STORE_FAILED, STORE_LATER };

/* The fate of a line. */
enum store_fate {
    STORE_KEPT,    /* the line is as safe as this store can make it */
    STORE_WAITS,   /* the line will be safe later: events->kept tells when */
    STORE_REFUSED, /* the line is not kept: too much waits, or the store fails */
};

/* The end of a range that is read if the range has more lines than the bounds allow. */
enum store_end { STORE_NEWEST, STORE_OLDEST };

/* A read of lines of one room.  Owned by the caller, which does not change it, room_folded and words until the answer
 * or until cancel() has returned.
 *
 * The answer is that of the time of the call: it has each line for which append() was called before, even if the line
 * still waits, and no later one.  So no line is lost or doubled between a read and the lines that are delivered after
 * it. */
struct store_read {
    const char *room_folded;
    uint64_t after, before; /* ids: the range lies between them, ends excluded; 0 if it is open there */
    enum store_end end;
    const char *words; /* folded (fold_text()): only lines whose text or actor's name holds this; NULL for all lines */
    /* The bounds: the first line that would exceed one ends the read, even if no line was read before. */
    uint32_t max_lines;
    uint64_t max_bytes; /* of the lines; UINT64_MAX if there is no bound */
    uint32_t line_bytes, text_factor; /* a line counts as line_bytes + text_factor * its text_len */
    /* With words: the bytes of work after which a search stops, though at least one line is searched.  A byte of text
     * counts as one, or as 16 if it must be folded, and a line as at least 64. */
    uint32_t max_looked;
    /* Called for each line, the oldest first, before the answer; m is borrowed and may be referenced.  If the answer is
     * STORE_FAILED, these lines do not count. */
    void (*line)(struct store_read *req, struct message *m);
    /* The answer, if read() has returned STORE_LATER: STORE_DONE or STORE_FAILED.  May free req. */
    void (*done)(struct store_read *req, enum store_answer answer);
    /* Set if the answer is STORE_DONE: */
    bool more;     /* the range goes on beyond the bounds */
    uint64_t next; /* if more: the before of the next read of the newest, the after of the next read of the oldest */
    uint64_t rest; /* without words: lines of the range that were not read. A store may stop counting at 100,000 */
    uint64_t kept; /* the number of lines kept of the room */
    uint64_t looked; /* with words: the work, as in max_looked */
    uint32_t looked_lines; /* with words: lines that were searched */
    void *store_data;      /* the store's own */
};

/* A room's topic, as it is to be kept; text is "" when it is cleared.  Borrowed for the call. */
struct store_topic {
    const char *room, *room_folded; /* the room's name, as shown and folded */
    const char *text, *by;
    int64_t account; /* of the person who has set it; 0: a guest, or unknown */
    int64_t time_ms; /* since 1970 */
};

/* Asks what is kept of a room beside its lines.  Owned by the caller, who leaves it as it is, with room_folded, until
 * the answer or until cancel_state() has returned.  The answer is as of the call, or of a moment since. */
struct store_state {
    const char *room_folded;
    /* Called before the end, if there is a topic, without its room. */
    void (*topic)(struct store_state *req, const struct store_topic *topic);
    /* The end of what state() has answered STORE_LATER: STORE_DONE or STORE_FAILED.  req may be freed in it. */
    void (*done)(struct store_state *req, enum store_answer answer);
    void *store_data; /* the store's own */
};

/* What was done by somebody who has rights that others do not have, or by an administrator: an entry of the audit trail
 * (chat/audit.h).  Borrowed for the call; no string is NULL. */
struct audit_entry {
    const char *act;  /* a word or two of a to z, as chatd(8) lists them: "kick", "account add" */
    const char *by;   /* the account's name, whatever the person is called at the moment; a guest's own name; at the
                       * control socket "uid" and the user's number, which is no name */
    const char *whom; /* whom it has hit: an account, a guest's name, a network, the writer of a line; "" if nobody */
    const char *room; /* as shown, without '#'; "" for the whole server */
    const char *why;  /* what the person has given as the reason, or the new value; may be "" */
    int64_t until_ms; /* when it ends by itself, since 1970; 0 if it does not */
    int64_t time_ms;  /* since 1970; audit_note() sets it */
};

/* Reads entries of the audit trail.  Owned by the caller, which does not change it until the answer or until
 * cancel_audit() has returned.  The answer has each entry that audit() was called with before the call. */
struct store_audit {
    int64_t since_ms; /* only entries of that time or later, since 1970 */
    int64_t after;    /* 0, or the next of the read before, behind which this one goes on */
    uint32_t max_entries;
    /* Called for each entry before the answer, the oldest first.  If the answer is STORE_FAILED, they do not count. */
    void (*entry)(struct store_audit *req, const struct audit_entry *entry);
    /* The answer, if read_audit() has returned STORE_LATER: STORE_DONE or STORE_FAILED.  May free req. */
    void (*done)(struct store_audit *req, enum store_answer answer);
    /* Set if the answer is STORE_DONE: */
    bool more;
    int64_t next;
    void *store_data; /* the store's own */
};

/* Asks for all rules of all rooms.  Owned by the caller, who leaves it as it is until the answer or until
 * cancel_rules() has returned. */
struct store_rules {
    /* Called for each rule before the answer, those of a room together, and of these the one first that was set first;
     * not for those that have ended by themselves.  room is the name as shown.  If the answer is STORE_FAILED, these do
     * not count. */
    void (*rule)(struct store_rules *req, const char *room, const char *room_folded, const struct rule *rule);
    /* The answer, if read_rules() has returned STORE_LATER: STORE_DONE or STORE_FAILED.  May free req. */
    void (*done)(struct store_rules *req, enum store_answer answer);
    void *store_data; /* the store's own */
};

/* Events of a store, called from the loop, but within no operation of the store except end(). */
struct store_events {
    /* All lines with ids up to this one that were answered STORE_WAITS are safe now, or were reported as lost. */
    void (*kept)(void *ctx, uint64_t upto_id);
    /* So many lines that were answered STORE_WAITS will never be safe. */
    void (*lost)(void *ctx, uint64_t lines);
    /* The store fails from now on, and why, for an administrator; or, if why is NULL, it works again.  Called once for
     * each change; at first the store works. */
    void (*state)(void *ctx, const char *why);
};

struct store_ops {
    /* Appends a line of a room that is in use here.  The line has its id, which is greater than that of each line
     * before it in the room.  Takes a reference if the store needs one. */
    enum store_fate (*append)(struct store *store, const char *room_folded, struct message *m);
    /* Reads lines.  If it returns STORE_DONE or STORE_FAILED, done() is not called.  If it returns STORE_LATER, done()
     * is called from the loop; a store that cannot read within a time that a person would wait then answers
     * STORE_FAILED. */
    enum store_answer (*read)(struct store *store, struct store_read *req);
    /* Forgets a read that was answered STORE_LATER: neither line() nor done() is called for it any more. */
    void (*cancel)(struct store *store, struct store_read *req);
    /* A room's topic from now on.  It takes its place among the lines, so it is safe when a line behind it is. */
    enum store_fate (*set_topic)(struct store *store, const struct store_topic *topic);
    /* As read(); but nobody waits for it, so a store that fails may answer when it works again. */
    enum store_answer (*state)(struct store *store, struct store_state *req);
    /* Forgets what state() has answered STORE_LATER. */
    void (*cancel_state)(struct store *store, struct store_state *req);
    /* Erases a line of a room, which need not be in use here: no read that is asked for from now on has it.  It takes
     * its place among the lines, so it is safe when a line behind it is. */
    enum store_fate (*erase)(struct store *store, const char *room_folded, uint64_t id);
    /* Keeps an entry of the audit trail, if the store has one (keeps_audit).  It takes its place among the lines. */
    enum store_fate (*audit)(struct store *store, const struct audit_entry *entry);
    /* As read(), of the audit trail; STORE_FAILED if the store has none. */
    enum store_answer (*read_audit)(struct store *store, struct store_audit *req);
    /* Forgets a read that was answered STORE_LATER. */
    void (*cancel_audit)(struct store *store, struct store_audit *req);
    /* A rule of a room from now on; or, if is_off, the one with its kind, who and key ends.  It takes its place among
     * the lines, so it is safe when a line behind it is.  RULE_WHO_PERSON is never passed: such a rule ends with the
     * process at the latest. */
    enum store_fate (*set_rule)(struct store *store, const char *room, const char *room_folded, const struct rule *rule,
                                bool is_off);
    /* All rules of a room end, since the room has; with_lines: its lines and its topic are erased too, because they
     * were not for everybody.  Takes its place among the lines. */
    enum store_fate (*end_rules)(struct store *store, const char *room_folded, bool with_lines);
    /* Asked before the loop runs, so the store may answer at once even if that takes long.  Nobody waits for it, so a
     * store that fails may answer when it works again. */
    enum store_answer (*read_rules)(struct store *store, struct store_rules *req);
    /* Forgets what read_rules() has answered STORE_LATER. */
    void (*cancel_rules)(struct store *store, struct store_rules *req);
    /* The number of lines kept of a room, as far as the store knows it without waiting; for a list. */
    uint64_t (*count)(const struct store *store, const char *room_folded);
    /* The room is no longer in use here: its lines that are only in memory may be dropped.  Lines that wait are kept
     * nevertheless. */
    void (*forget)(struct store *store, const char *room_folded);
    /* Ends and frees the store, when no read waits.  Keeps the lines that still wait, and may block for deadline_ms for
     * that.  Returns the number of lines that were answered STORE_WAITS and are lost. */
    uint64_t (*end)(struct store *store, unsigned deadline_ms);
};

struct store {
    const struct store_ops *ops;
    const struct store_events *events; /* set by the chat, as is ctx; NULL before the chat and after it */
    void *ctx;
    uint64_t memory_bytes, memory_most; /* of lines in memory: in use, and allowed */
    uint64_t waiting_bytes;             /* of lines that were answered STORE_WAITS, about */
    bool keeps_audit;
};

#endif
