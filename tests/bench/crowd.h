/* tests/bench/crowd.h: the people: some thousand connections of one process, their messages, and who has
 * got which.
 *
 * The crowd stands in rooms of the same size.  A message is done when each of its receivers has got it;
 * that tells a message that was lost (it is never done), one that came twice, and one that is none of ours.
 * Whatever goes wrong ends the process with a word. */
#ifndef CHATD_BENCH_CROWD_H
#define CHATD_BENCH_CROWD_H

#include "meter.h"
#include "wire.h"

#include <stdbool.h>
#include <stdint.h>

enum crowd_role {
    CROWD_MEMBER,
    CROWD_SPEAKER, /* only speaks: where who speaks cannot be a member */
    CROWD_STUCK,   /* a member that never reads */
};

struct client {
    int fd;
    unsigned room;
    uint8_t role; /* of enum crowd_role */
    uint8_t step; /* of logging in */
    bool is_in;
    uint8_t tail_len;
    char tail[WIRE_ANSWER]; /* the last bytes read: an answer or a number may come in two pieces */
    uint32_t due;           /* messages that this one shall say next, all in one write */
};

/* A message on its way. */
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
    bool spins; /* never sleeps, so that the server need not wake it */
    struct client *clients;
    unsigned count;     /* of clients */
    unsigned count_in;  /* of those that have logged in */
    unsigned receivers; /* that each message has */
    unsigned text_bytes;

    struct flight flights[CROWD_FLIGHTS]; /* by number, modulo their count */
    uint32_t next_number;
    uint32_t outstanding; /* messages that are not done */
    uint32_t *speakers;   /* clients whose due is not 0 */
    unsigned speakers_count;
    bool watched_is_ready; /* what crowd_watch() got has become readable in the last turn */
    bool refills; /* who said a message that is done says the next one */

    uint64_t done;       /* messages */
    uint64_t deliveries; /* receipts of a message by one receiver */
    uint64_t reads;      /* that brought any */
    struct meter_times latency;
};

/* Room for count clients. */
void crowd_init(struct crowd *c, const struct wire *wire, int port, unsigned count);

/* Waits until the server listens. */
void crowd_wait_for_server(const struct crowd *c);
/* Connects one more and begins to log it in; returns its number. */
unsigned crowd_add(struct crowd *c, unsigned room, enum crowd_role role);
/* Waits until all have logged in but so many. */
void crowd_wait_in(struct crowd *c, unsigned but);
/* Reads until nothing has come for so long. */
void crowd_settle(struct crowd *c, int quiet_ms);

/* Lets a client say n more at the end of the turn. */
void crowd_let_say(struct crowd *c, unsigned client, uint32_t n);
/* One turn: reads what has come, waiting at most so long (-1: without end), then says what is due.
 * Returns how many clients there was something to read for. */
int crowd_turn(struct crowd *c, int timeout_ms);
/* Has the turns end also when fd, a timer say, is readable; closing it ends that. */
void crowd_watch(struct crowd *c, int fd);
/* Turns until every message is done. */
void crowd_finish(struct crowd *c);

_Noreturn void crowd_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
