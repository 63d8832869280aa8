/* fakes.h: replacements for parts of the server in the unit tests.
 *
 * A clock that moves only when the test moves it; a loop that the test turns and that never waits;
 * the far end of a connection; a directory and a store that answer when the test says so; a sink that
 * records what it gets; a set of objects for metrics.  A test uses real objects for everything else. */
#ifndef CHATD_TESTS_UNIT_FAKES_H
#define CHATD_TESTS_UNIT_FAKES_H

#include "admin/metrics.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/strbuf.h"
#include "chat/chat.h"
#include "chat/port_bus.h"
#include "chat/port_directory.h"
#include "chat/port_store.h"
#include "loop.h"
#include "net/admit.h"
#include "net/conn.h"
#include "net/handshake.h"
#include "net/listener.h"
#include "net/net.h"
#include "net/shares.h"
#include "session/session.h"

#include <event2/event_struct.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- the clock ---- */

#define FAKE_REAL_MS INT64_C(1795262400000) /* 2026-11-21T12:00:00Z */
enum { FAKE_MONO_MS = 1000000 };

/* Makes a clock that shows FAKE_MONO_MS and FAKE_REAL_MS. */
void fake_clock_init(struct clock *clock);
void fake_clock_advance(struct clock *clock, uint64_t ms);
/* From now on each reading of the clock finds it a second later, which ends any part of a turn. */
void fake_clock_fly(struct clock *clock);
/* From now on it stands still again. */
void fake_clock_stop(struct clock *clock);

/* ---- the log ---- */

/* A pipe that gets the lines of the log. */
struct fake_log {
    int ends[2]; /* the read end, which does not wait, and the write end */
};

void fake_log_init(struct fake_log *log);
void fake_log_fini(struct fake_log *log);
/* The lines logged since the last call; valid until the next call for any log. */
const char *fake_log_read(struct fake_log *log);
/* The number of times that text was logged since the log was last read. */
int fake_log_count(struct fake_log *log, const char *text);

/* ---- a log daemon ---- */

/* A datagram socket in a folder of its own, in place of journald's or syslogd's. */
struct fake_logd {
    char dir[64], path[96];
    int fd; /* -1 if it does not run */
};

void fake_logd_init(struct fake_logd *logd); /* also starts it */
/* Closes the log first. */
void fake_logd_fini(struct fake_logd *logd);
void fake_logd_start(struct fake_logd *logd);
void fake_logd_stop(struct fake_logd *logd);

/* ---- the loop ---- */

struct fake_loop {
    struct event_base *base;
    struct clock clock;
    struct net net;
    struct shares *shares; /* NULL if this thread makes all writes */
    struct loop loop;
    struct event kick;
    bool with_net; /* net is still to be taken down */
};

/* If fake_writers is not 0, so many threads share all writes, even those of a turn with few; by io_uring if
 * fake_has_uring. */
extern unsigned fake_writers;
extern bool fake_has_uring;
void fake_loop_init(struct fake_loop *f, const struct net_limits *limits);
/* In place of cmocka_run_group_tests(): runs the tests without shares, and with 1, 2 and 4 writers; the second, where
 * there is io_uring, also with 1 and 3 writers that use it, which a test that wraps send() cannot see. */
#define fake_run_with_writers(tests) fake_run_all_with_writers(tests, sizeof(tests) / sizeof((tests)[0]), false)
#define fake_run_with_uring(tests) fake_run_all_with_writers(tests, sizeof(tests) / sizeof((tests)[0]), true)
struct CMUnitTest;
int fake_run_all_with_writers(const struct CMUnitTest *tests, size_t count, bool with_uring);
/* Takes down net, if the test has not, and the loop. */
void fake_loop_fini(struct fake_loop *f);
/* For a test that takes down net itself. */
void fake_loop_net_fini(struct fake_loop *f);
/* Runs one turn, which does not wait. */
void fake_loop_turn(struct fake_loop *f);
void fake_loop_turns(struct fake_loop *f, int n);
/* Moves the clock on by ms and runs the nodes that fall due. */
void fake_loop_pass(struct fake_loop *f, uint64_t ms);
/* Limits that no test reaches unless it means to. */
struct net_limits fake_net_limits(void);

/* ---- the far end of a connection ---- */

/* Makes a pair of connected unix sockets; returns the server's end, *far is the client's.  Both are
 * non-blocking.  The server's end takes about buffer bytes before it is full; 0 leaves that to the system. */
int fake_pair(int *far, int buffer);
/* Writes all of the bytes, which must fit. */
void fake_write(int fd, const char *data, size_t len);
void fake_puts(int fd, const char *text);
/* Appends the bytes that can be read now to got.  Returns false at the end of the stream, or if it is broken. */
bool fake_read(int fd, struct strbuf *got);
/* Returns true if no bytes can be read and the stream has not ended. */
bool fake_is_quiet(int fd);

/* A connection with an owner and an input side that record their calls.  A hook that is set is called at the end of its
 * callback. */
struct fake_peer {
    struct conn_input input;
    struct conn_owner owner;
    struct fake_loop *f;
    struct conn *conn; /* NULL once closed has been called */
    int far;           /* the client's end; -1 if the test has closed it */
    struct strbuf in;  /* what the input side got */
    struct strbuf got; /* what the client read, by fake_peer_read() */
    int inputs, eofs, readies, ends, closeds, freeds;
    uint32_t gaps;      /* the sum of the counts passed to gap() */
    enum reason reason; /* passed to closed() */
    bool stays_at_eof;  /* eof() does not finish the connection */
    void (*on_input)(struct fake_peer *peer);
    void (*on_eof)(struct fake_peer *peer);
    void (*on_ready)(struct fake_peer *peer);
    void (*on_closed)(struct fake_peer *peer);
};

/* Makes a connection on one end of a fake_pair(). */
void fake_peer_open(struct fake_peer *peer, struct fake_loop *f, int buffer);
/* The same with a transport object; NULL if the transport is plain. */
void fake_peer_open_layered(struct fake_peer *peer, struct fake_loop *f, int buffer, struct transport *transport);
/* Closes the client's end and frees the recorded bytes. */
void fake_peer_fini(struct fake_peer *peer);
/* Has the client read without waiting, and appends the bytes to got.  Returns false at the end of the stream. */
bool fake_peer_read(struct fake_peer *peer);
/* Turns the loop and has the client read until no more bytes come. */
void fake_peer_read_all(struct fake_peer *peer);
/* The bytes that the client has read since the last call; valid until the next. */
const char *fake_peer_got(struct fake_peer *peer);
/* The client closes its end. */
void fake_peer_hang_up(struct fake_peer *peer);
/* Sends a payload that consists of len times letter. */
void fake_peer_send(struct fake_peer *peer, char letter, size_t len, enum payload_class kind);

/* The peers of one test, which begins with count 0. */
enum { FAKE_PEERS = 8 };

struct fake_peers {
    struct fake_peer list[FAKE_PEERS];
    int count;
};

/* Opens one more peer. */
struct fake_peer *fake_peers_open(struct fake_peers *peers, struct fake_loop *f, int buffer);
enum { FAKE_SMALL_BUFFER = 4096 };
/* One more, whose kernel buffer, a small one, is full and whose queue is not empty. */
struct fake_peer *fake_peers_open_blocked(struct fake_peers *peers, struct fake_loop *f);
/* The same, but much more waits for it: the rest of 60000 letters k, which are one payload. */
struct fake_peer *fake_peers_open_stuck(struct fake_peers *peers, struct fake_loop *f);
/* Called at the test's end: takes down f and net; asserts that each owner's closed() was called once. */
void fake_peers_end(struct fake_peers *peers, struct fake_loop *f);

/* ---- the directory ---- */

enum { FAKE_REQUESTS = 64 };

/* One that is asked for a name, and the bus that is asked for a room: in the same way. */
struct fake_request {
    struct directory_request *name; /* or NULL */
    struct bus_enter *room;         /* or NULL */
};

struct fake_directory {
    struct directory dir;
    struct bus bus;               /* what is published comes back at once, as from bus_local_new(), unless it is slow */
    struct bus *local;
    bool is_slow;                 /* then it comes back with fake_directory_pass() */
    struct message *published[FAKE_REQUESTS]; /* that wait for it; references */
    int published_count;
    enum directory_answer answer; /* to a claim, or to enter a room: at once, or LATER */
    int taken; /* so many claims are answered TAKEN before */
    struct fake_request waiting[FAKE_REQUESTS];
    int waiting_count;
    struct strbuf held; /* " n:alice r:lobby" in order of granting */
    int claims, cancels, releases;
};

/* Freed by the free operation of the directory, at which nothing may wait or be held; the bus's before that, if a chat
 * has it. */
struct fake_directory *fake_directory_new(void);
/* Answers the request for folded, which waits. */
void fake_directory_reply(struct fake_directory *d, const char *folded, enum directory_answer answer);
/* What a slow bus has been given comes back, in order. */
void fake_directory_pass(struct fake_directory *d);
/* What the i-th of those waits for. */
const char *fake_directory_waiting(const struct fake_directory *d, uint32_t i);
bool fake_directory_waits(const struct fake_directory *d, const char *folded);

/* ---- a sink ---- */

struct fake_sink {
    struct attachment at; /* for chat_enter() */
    struct strbuf got; /* "#room kind from: text\n" for each delivery */
    struct strbuf entered; /* "#room " for each room that it was brought into without asking */
    struct strbuf left; /* "#room " for each room that it was taken out of */
    int owns;          /* deliveries of what it has said or done itself */
    uint64_t erased;   /* the line of which it was told last that it is gone */
    int changes;       /* calls that say that its person's state has changed */
    struct strbuf news; /* "claimed alice " or "ended alice " for each */
    bool is_full;
    bool folds;        /* it is told of many who come or go together: "#room join 5: alice bob carol" */
    bool shuns;        /* deliveries with DELIVER_IGNORED */
    unsigned encoding; /* an index into the delivery's encodings */
    int made;          /* deliveries in which it was the first to need the encoding */
    const char *address; /* of the peer; NULL if it has none */
};

void fake_sink_init(struct fake_sink *s);
void fake_sink_fini(struct fake_sink *s);
/* Its deliveries since the last call; valid until the next. */
const char *fake_sink_got(struct fake_sink *s);
/* The news since the last call; valid until the next. */
const char *fake_sink_news(struct fake_sink *s);
/* The rooms that it was brought into since the last call; valid until the next. */
const char *fake_sink_entered(struct fake_sink *s);
/* The rooms that it was taken out of since the last call; valid until the next. */
const char *fake_sink_left(struct fake_sink *s);

/* ---- metrics ---- */

/* Metrics, and the structs from which they are read; the test sets values there. */
struct fake_metrics {
    struct fake_loop f;
    struct admit admit;
    struct store *store;
    struct chat chat;
    struct listener_set listeners;
    struct tls_expiry certificate;
    struct handshake_set handshakes;
    struct session_env sessions;
    uint64_t reloads[METRICS_RELOADS];
    bool is_refused;
    struct metrics m;
};

void fake_metrics_init(struct fake_metrics *fm);
void fake_metrics_fini(struct fake_metrics *fm);

/* ---- hash tables ---- */

/* A chain of FAKE_LONG_CHAIN items does not occur by chance: a table grows when one of its chains has 10 items, or
 * 20. */
enum { FAKE_LONG_CHAIN = 40, FAKE_COLLIDING_BITS = 10 };

/* Returns true if the key's hash by uthash's own function ends with FAKE_COLLIDING_BITS zeros: such keys would share
 * one chain. */
bool fake_collides(const void *key, size_t len);
/* The number of items in a table's longest chain. */
unsigned fake_longest_chain(const struct UT_hash_table *table);

/* ---- chance ---- */

/* The next random number less than below; the numbers are the same in each run. */
uint32_t fake_rnd(uint32_t below);

/* ---- names ---- */

/* Makes both forms of a name. */
struct name fake_name(const char *shown);

#endif
