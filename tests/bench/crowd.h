/* tests/bench/crowd.h: the crowd: the connections of one process (some thousand), their messages, and the count of
 * receivers that have got each message.
 *
 * The clients are in rooms of the same size.  A message is done when each of its receivers has got it.
 * This shows a message that was lost (it is never done), one that came twice, and one that the crowd has not sent.
 * Any failure ends the process with a message. */
#ifndef CHATD_BENCH_CROWD_H
#define CHATD_BENCH_CROWD_H

#include "meter.h"
#include "wire.h"

#include <stdbool.h>
#include <stdint.h>

enum crowd_role {
    CROWD_MEMBER,
    CROWD_SPEAKER, /* only speaks: for servers whose members cannot speak */
    CROWD_STUCK,   /* a member that never reads */
};

struct client {
    int fd;
    struct secure *secure; /* NULL without TLS */
    unsigned room;
    uint8_t role; /* enum crowd_role */
    uint8_t step; /* of logging in */
    bool is_in;
    uint8_t tail_len;
    char tail[WIRE_ANSWER]; /* the last bytes read: an answer or a number may come in two pieces */
    uint32_t due;           /* messages that the client says next, all in one write */
};

/* A message that is not done. */
struct flight {
    uint64_t sent_ns;
    uint32_t sender;
    uint32_t left; /* receivers that have not got it */
};

enum { CROWD_FLIGHTS = 1 << 16 };

struct crowd {
    const struct wire *wire;
    int epoll_fd;
    int port;
    bool is_secure; /* over TLS */
    bool spins; /* never sleeps, so that the server need not wake it */
    struct client *clients;
    unsigned count;     /* of clients */
    unsigned count_in;  /* of clients that have logged in */
    unsigned receivers; /* of each message */
    unsigned text_bytes;

    struct flight flights[CROWD_FLIGHTS]; /* indexed by the message's number modulo CROWD_FLIGHTS */
    uint32_t next_number;
    uint32_t outstanding; /* messages that are not done */
    uint32_t *speakers;   /* clients whose due is not 0 */
    unsigned speakers_count;
    bool watched_is_ready; /* the descriptor of crowd_watch() became readable in the last turn */
    bool refills; /* when a message is done, its sender says the next one */

    uint64_t done;       /* messages */
    uint64_t deliveries; /* one for each message and receiver */
    uint64_t reads;      /* reads that returned a message */
    struct meter_times latency;
};

/* Prepares a crowd of at most count clients. */
void crowd_init(struct crowd *c, const struct wire *wire, int port, unsigned count);

/* Waits until the server listens. */
void crowd_wait_for_server(const struct crowd *c);
/* Connects one more client and begins to log it in; returns its number. */
unsigned crowd_add(struct crowd *c, unsigned room, enum crowd_role role);
/* Waits until all clients but so many have logged in. */
void crowd_wait_in(struct crowd *c, unsigned but);
/* Has member m ignore the next members after it, so many as ignored says; the first clients are the members.  Reads
 * the answers. */
void crowd_ignore(struct crowd *c, unsigned m, unsigned members, unsigned ignored);
/* Reads until no client has received anything for quiet_ms. */
void crowd_settle(struct crowd *c, int quiet_ms);

/* Has a client say n more messages at the end of the turn. */
void crowd_let_say(struct crowd *c, unsigned client, uint32_t n);
/* One turn: waits up to timeout_ms (-1: without a limit) for input, reads it, and then says the messages that are due.
 * Returns the number of clients that had input. */
int crowd_turn(struct crowd *c, int timeout_ms);
/* Ends the wait of a turn also when fd, for example a timer, is readable.  Closing fd undoes this. */
void crowd_watch(struct crowd *c, int fd);
/* Turns until every message is done. */
void crowd_finish(struct crowd *c);

_Noreturn void crowd_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
