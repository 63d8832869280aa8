/* chat/ports.h: the interfaces that the chat needs from others: eight small vtables.
 *
 *   sink       delivers messages to an attachment, and tells it which rooms it enters and leaves
 *   bus        passes a room's message to every process that has members there, this one included
 *   directory  decides who has a name, among all processes
 *   store      keeps messages after the process has ended
 *   accounts   knows the names that have owners, and checks who is one
 *   profiles   keeps what belongs to an account: choices, the away message, how far its owner has read
 *   mail       keeps private lines for owners who are not here
 *   bans       keeps the bans of the whole server after the process has ended
 *
 * All but a sink may answer later: they then return ..._LATER and call the request's done function from the loop.  Loop
 * thread only. */
#ifndef CHATD_CHAT_PORTS_H
#define CHATD_CHAT_PORTS_H

#include "base/cidr.h"
#include "chat/message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- rules ---- */

/* A rule of a room: a mode, a role, or an entry about somebody who is banned, muted or invited.  A room has at most one
 * with the same kind, who and key; another one takes its place.  Strings are borrowed for the call. */
struct rule {
    enum rule_kind kind;
    enum rule_who who; /* mode: RULE_WHO_NONE; role: RULE_WHO_ACCOUNT; ban, mute, invite: what the key is */
    const char *key;   /* mode: its name (chat/modes.h); account: its id in decimal; network: as cidr_text() gives it;
                        * person: person_id() in decimal */
    const char *label; /* what people are shown: the name of the account or person at that time, or the network as it
                        * was typed; mode: its name */
    const char *value; /* mode: its value; role: rank_name() of it (chat/rank.h); ban, mute, invite: the reason, or
                        * "" */
    const char *by;    /* the name of the person who has made it, or "server" */
    int64_t time_ms, until_ms; /* since 1970 (UTC); until_ms: when it ends by itself, 0 if it does not */
};

/* ---- sink ---- */

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
 *      behind that point follow.  Silent ones count too.  A join adds a person who is not there, by the actor's name,
 *      and tells the account of one who is; a leave or a quit takes one away, a kick the person that it is about, and a
 *      process that is gone all of its people; a rename gives one who is there the target's name; a topic sets the
 *      topic; a rule sets or ends one.  The role of an owner that an owner gives to another
 *      account makes the giver an operator.  A room that is not persistent (chat/modes.h) loses its rules with its last
 *      person, and its topic too if it was invite-only or private or had a key.  If it has nobody and is not
 *      persistent, a join whose rule is RULE_ROLE makes the actor's account its owner, and sets the mode persistent.
 *   5. A process that the others cannot reach for too long is gone, and all of its people with it.  That has a place in
 *      the order too.  When it comes back, it is told of it, as all are, and publishes again that its people are there.
 *
 * A process has a number that no other has, drawn by chance; 0 is that of a process that is alone. */
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

/* ---- directory ---- */

/* A name has one holder among all processes.  A process that was cut off may have lost the names that it held. */
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

/* ---- store ---- */

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

/* ---- accounts ---- */

struct accounts;

enum { ACCOUNTS_MADE_SIZE = 64 /* of a new token, invitation or password, with its NUL */ };

enum accounts_deed {
    ACCOUNTS_REGISTER, /* name, folded, new_secret; invitation, from */
    ACCOUNTS_LOGIN,    /* by password: folded, secret; from */
    ACCOUNTS_LOGIN_TOKEN, /* secret is the token; from */
    ACCOUNTS_LOGIN_TRUSTED, /* account: the owner was identified in another way */
    ACCOUNTS_SET_PASSWORD, /* account, new_secret; secret */
    ACCOUNTS_FORGET,   /* account, with_lines; secret */
    ACCOUNTS_TOKEN_NEW, /* account, label */
    ACCOUNTS_TOKEN_LIST, /* account */
    ACCOUNTS_TOKEN_REVOKE, /* account, label */
    /* Certificates of clients; label is the fingerprint (fingerprint_text()): */
    ACCOUNTS_LOGIN_CERT,  /* label: the peer has shown the certificate, and has its key; is_proven; from */
    ACCOUNTS_CERT_ADD,    /* account, label, is_proven */
    ACCOUNTS_CERT_LIST,   /* account */
    ACCOUNTS_CERT_REMOVE, /* account, label */
    ACCOUNTS_INVITE,   /* nothing else; is_admin only */
    ACCOUNTS_SET_ADMIN, /* account, on; is_admin only */
    ACCOUNTS_DEEDS
};

enum accounts_answer {
    ACCOUNTS_DONE,
    ACCOUNTS_LATER,   /* done() is called later with one of the others */
    ACCOUNTS_WRONG,   /* the name, the password or the token is wrong; it is not told which */
    ACCOUNTS_TAKEN,   /* the name has an account; the account has a token with this label; the certificate logs in to
                       * an account already */
    ACCOUNTS_CLOSED,  /* nobody can register */
    ACCOUNTS_KEPT,    /* an administrator's name by the settings: only an administrator makes its account */
    ACCOUNTS_NEEDS_INVITATION, /* none was given, or it was used, or is too old, or never existed */
    ACCOUNTS_SLOW,    /* too many attempts: the next one is possible after wait_s seconds */
    ACCOUNTS_SHORT,   /* the new password: less than limit characters */
    ACCOUNTS_LONG,    /* the new password: more than limit bytes */
    ACCOUNTS_TOO_MANY, /* the account has as many tokens or certificates as allowed, or the server as many accounts:
                        * limit */
    ACCOUNTS_NO_SUCH, /* no such account, token or certificate */
    ACCOUNTS_UNPROVEN, /* found has the certificate without a proof, and the peer has not agreed */
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

/* An account; known without asking, and borrowed until the loop goes on. */
struct account {
    int64_t id; /* never used again for another account */
    const char *name, *folded;
    bool is_admin;           /* its owner is an administrator of the server */
    bool is_admin_by_option; /* the settings say so, whatever SET_ADMIN says */
    int64_t created_ms, seen_ms; /* since 1970 (UTC); seen_ms: 0 if the owner was never here */
};

/* A token or a certificate as the list shows it; of a token only its owner knows the text. */
struct accounts_token {
    const char *label; /* of a certificate: its fingerprint */
    int64_t created_ms, used_ms; /* since 1970 (UTC); used_ms is 0 if it was never used */
    bool is_proven;    /* of a certificate: it logs in */
};

/* The strings are used only in ask(): the caller may free them when it returns, and wipes its secrets.  The struct is
 * owned by the caller, which does not change it until the answer or until cancel() has returned. */
struct accounts_request {
    enum accounts_deed deed; /* lists the fields that it needs and, after a semicolon, those that may be NULL */
    int64_t account;
    const char *name, *folded;
    const char *secret; /* proves who is the owner; for SET_PASSWORD and FORGET NULL if that is known */
    size_t secret_len;
    const char *new_secret; /* the new password; NULL, with is_admin, to have one made */
    size_t new_secret_len;
    const char *invitation;
    const char *label;
    const char *from; /* the peer's address as text; NULL if attempts are not limited by address */
    bool with_lines;  /* the lines of the account are erased too */
    bool on;          /* SET_ADMIN: the account becomes an administrator's, or no longer is one */
    bool is_admin;    /* asked by an administrator: no rule of registration and no limit of attempts applies */
    /* A fingerprint is no secret, so an account can have a certificate without its key.  Such a certificate is not
     * proven, and logs nobody in: whoever shows it would be heard by the account's owner.  CERT_ADD: the peer has the
     * certificate's key; an account that has the certificate without a proof loses it.  LOGIN_CERT: the peer agrees to
     * be logged in to an account that has no proof, by which that has one. */
    bool is_proven;
    /* The answer, if ask() has returned LATER.  May free req. */
    void (*done)(struct accounts_request *req, enum accounts_answer answer);
    /* TOKEN_LIST: called for each token before the answer, sorted by label; token is borrowed.  CERT_LIST: the same for
     * each certificate, the one first that was added first. */
    void (*token)(struct accounts_request *req, const struct accounts_token *token);

    /* Set with these answers: */
    unsigned wait_s; /* SLOW */
    uint64_t limit;  /* SHORT, LONG, TOO_MANY */
    /* Set with DONE. account is set too by REGISTER and the logins. */
    const struct account *found; /* the account; NULL for FORGET and INVITE; set with UNPROVEN too */
    unsigned failures;  /* for a login: failed attempts since the last one that succeeded */
    int64_t last_seen_ms; /* for a login: the time of that one, since 1970 (UTC); 0 if there was none */
    /* REGISTER and SET_PASSWORD without new_secret, TOKEN_NEW, INVITE: the secret that was made.  The caller wipes
     * it. */
    char made[ACCOUNTS_MADE_SIZE];
    void *accounts_data; /* the port's own */
};

/* Events of the accounts, called for every request that causes them, before its answer.  Called from the loop, also
 * within ask(). */
struct accounts_events {
    /* A name has an account from now on. */
    void (*added)(void *ctx, const struct account *account);
    /* An account has ended: people who are logged in to it no longer are. */
    void (*removed)(void *ctx, const struct account *account);
    /* All that the account has said is erased: its topics go too.  removed() follows. */
    void (*erased)(void *ctx, const struct account *account);
    /* An account's is_admin has changed. */
    void (*admin)(void *ctx, const struct account *account);
};

struct accounts_ops {
    /* Carries out the deed, or begins it; done() is called only after ACCOUNTS_LATER. */
    enum accounts_answer (*ask)(struct accounts *accounts, struct accounts_request *req);
    /* Forgets a request that was answered LATER: it gets no answer.  A deed that has begun may still be carried out. */
    void (*cancel)(struct accounts *accounts, struct accounts_request *req);
    /* The account of a name; NULL if there is none. */
    const struct account *(*find)(const struct accounts *accounts, const char *folded);
    /* An account whose name has this skeleton (base/lookalike.h); NULL if there is none. */
    const struct account *(*find_alike)(const struct accounts *accounts, const char *skeleton);
    /* The account with this id; NULL if there is none any more. */
    const struct account *(*get)(const struct accounts *accounts, int64_t id);
    /* Notes that the owner was here until now. */
    void (*seen)(struct accounts *accounts, int64_t id);
    /* The account after that of this name, in the order of names (strcmp() of folded); the first one for "".  NULL
     * after the last one. */
    const struct account *(*next)(const struct accounts *accounts, const char *folded);
    /* Ends and frees the accounts, when no request waits. */
    void (*free)(struct accounts *accounts);
};

/* What came of logging in. */
enum accounts_login {
    ACCOUNTS_LOGIN_BY_PASSWORD,
    ACCOUNTS_LOGIN_BY_TOKEN,
    ACCOUNTS_LOGIN_BY_USER, /* trusted */
    ACCOUNTS_LOGIN_BY_CERTIFICATE,
    ACCOUNTS_LOGIN_WRONG,
    ACCOUNTS_LOGIN_SLOW,
    ACCOUNTS_LOGIN_FAILED,  /* the store fails, or has too much to do */
    ACCOUNTS_LOGINS
};

struct accounts {
    const struct accounts_ops *ops;
    const struct accounts_events *events; /* set by the chat, as is ctx; NULL before the chat and after it */
    void *ctx;
    enum accounts_absence absence;
    uint64_t count, most; /* accounts: there are, and there may be */
    uint64_t registered;  /* accounts that were made, since the start */
    uint64_t logins[ACCOUNTS_LOGINS]; /* since the start */
};

/* ---- profiles ---- */

/* What is kept with an account beside the account: settings, each a word with a value, and for each room a read mark,
 * which is the id of a line: the owner has received the room's lines up to it.  These are the rules:
 *
 *   1. What is noted takes its place among the lines that the store is given: it is safe when a line that is appended
 *      after it is.  Noting never waits; it is refused when too much waits to be written.
 *   2. A recall has all that was noted before the call, unless that cannot be written.  Its lines are counted as of the
 *      call, or of a moment since.
 *   3. All of it ends with the account.  A note about an account that has ended changes nothing.
 *   4. An account has a bounded number of marks: beyond it, those of the rooms left longest ago go. */
struct profiles;

/* A room with lines that were kept after the account's mark.  Borrowed for the call. */
struct profiles_room {
    const char *room, *room_folded; /* the room's name, as shown and folded */
    uint64_t mark;   /* an id; the line itself may be gone */
    int64_t time_ms; /* of that line, since 1970 (UTC) */
    uint64_t lines;  /* those after it; counting may stop at PROFILES_MOST_COUNTED */
};
enum { PROFILES_MOST_COUNTED = 10000 };

/* Owned by the caller, which does not change it and room_folded until the answer or until cancel() has returned. */
struct profiles_recall {
    int64_t account;
    const char *room_folded; /* recalls the mark of this room alone, and no settings; NULL for all */
    uint32_t most_rooms;     /* room() is called for so many at most, those with the newest marks first */
    /* Called before the answer.  If the answer is STORE_FAILED, neither was called. */
    void (*setting)(struct profiles_recall *req, const char *setting, const char *value);
    void (*room)(struct profiles_recall *req, const struct profiles_room *room);
    /* The answer, if recall() has returned STORE_LATER: STORE_DONE or STORE_FAILED.  May free req. */
    void (*done)(struct profiles_recall *req, enum store_answer answer);
    uint32_t rest;       /* set if the answer is STORE_DONE: further rooms with lines after their marks */
    void *profiles_data; /* the port's own */
};

struct profiles_ops {
    /* A setting of the account from now on; value NULL: it has none. */
    enum store_fate (*set)(struct profiles *profiles, int64_t account, const char *setting, const char *value);
    /* The account's owner has received the lines of the room with ids up to this one; with 0, all lines for which the
     * store's append() was called before. */
    enum store_fate (*mark)(struct profiles *profiles, int64_t account, const char *room, const char *room_folded,
                            uint64_t upto);
    enum store_answer (*recall)(struct profiles *profiles, struct profiles_recall *req);
    /* Forgets a recall that was answered STORE_LATER: nothing is called for it any more. */
    void (*cancel)(struct profiles *profiles, struct profiles_recall *req);
};

/* Ends with the store. */
struct profiles {
    const struct profiles_ops *ops;
};

/* ---- bans ---- */

/* A ban, mute or lockdown of the whole server (chat/ban_list.h), as it is kept: act, kind and what are its key.
 * Strings are borrowed for the call. */
struct bans_row {
    const char *act, *kind; /* ban_list_act_name(), ban_list_kind_name() */
    const char *what;       /* ban_list_target_text() */
    const char *label, *reason, *by;
    int64_t created_ms, until_ms; /* since 1970 (UTC); until_ms is 0 if it does not end by itself */
};

struct bans_events {
    /* A row was read, at the start; within begin(), or later from the loop. */
    void (*row)(void *ctx, const struct bans_row *row);
};

struct bans_store;

struct bans_store_ops {
    /* Called once, before the other operations: has the rows told, which is done within the call if the database can be
     * read. */
    void (*begin)(struct bans_store *bans, const struct bans_events *events, void *ctx);
    /* Keeps a row from now on, in the place of one with the same key; or no longer keeps it.  Never waits.  What cannot
     * be written is written later, in order. */
    void (*keep)(struct bans_store *bans, const struct bans_row *row);
    void (*drop)(struct bans_store *bans, const struct bans_row *row);
};

struct bans_store {
    const struct bans_store_ops *ops;
};

/* ---- mail ---- */

/* Letters: private lines for the owner of an account who is not here, kept until they are. */
struct mail;

enum mail_answer {
    MAIL_DONE,
    MAIL_LATER,  /* done() is called later with one of the others */
    MAIL_FULL,   /* as many letters wait for the account as may: limit */
    MAIL_GUESTS, /* the same, of those of guests */
    MAIL_WRITER, /* the same, of those of this writer: for this account, or for all accounts */
    MAIL_SLOW,   /* too many letters of guests from this address: the next one is possible after wait_s seconds */
    MAIL_NO_SUCH, /* the account has ended */
    MAIL_OFF,    /* none are kept on this server */
    MAIL_FAILED, /* the store fails, or has too much to do */
};

struct mail_letter {
    int64_t id; /* set by the port; a later one for the same account has a greater id */
    int64_t time_ms; /* since 1970 (UTC); set by the port */
    const char *name, *folded; /* the writer's */
    int64_t writer; /* the writer's account; 0: a guest */
    const char *text;
    size_t text_len;
};

/* The strings are used only in keep().  The struct is owned by the caller, which does not change it until the answer or
 * until cancel() has returned. */
struct mail_request {
    int64_t account; /* whose letters */
    struct mail_letter letter; /* keep() */
    const char *from; /* keep(): the address of a writer who is a guest, as text; NULL if it is not limited by that */
    /* The answer, if the operation has returned MAIL_LATER.  May free req. */
    void (*done)(struct mail_request *req, enum mail_answer answer);
    /* Set with these answers: */
    unsigned wait_s; /* SLOW */
    uint64_t limit;  /* FULL, GUESTS, WRITER */
    /* DONE, read(): the letters, the oldest first, at most MAIL_READ_MOST; borrowed until done() returns. */
    const struct mail_letter *letters;
    size_t count;
    void *mail_data; /* the port's own */
};

enum { MAIL_READ_MOST = 1000 };

struct mail_ops {
    /* Keeps a letter.  It is on the disk when the answer is DONE. */
    enum mail_answer (*keep)(struct mail *mail, struct mail_request *req);
    /* Reads the account's letters: those for which keep() was called before.  Always answers later, or fails. */
    enum mail_answer (*read)(struct mail *mail, struct mail_request *req);
    /* Forgets a request that was answered LATER.  A letter may be kept nevertheless. */
    void (*cancel)(struct mail *mail, struct mail_request *req);
    /* Erases the account's letters up to this id, which were delivered.  If that fails, they are read again. */
    void (*erase)(struct mail *mail, int64_t account, int64_t upto_id);
    /* Ends and frees the mail, when no request waits. */
    void (*free)(struct mail *mail);
};

struct mail {
    const struct mail_ops *ops;
};

#endif
