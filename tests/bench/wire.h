/* tests/bench/wire.h: what the servers are told: to let somebody into a room, to say something there.
 *
 * What comes back is not parsed: each text ends with WIRE_MARK, which occurs nowhere else in what a server
 * sends, and before that stands its number.  So counting costs the same whatever the server. */
#ifndef CHATD_BENCH_WIRE_H
#define CHATD_BENCH_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WIRE_TEXT = 64,     /* bytes of each text that is measured */
    WIRE_LONG = 400,    /* and of the longest; IRC's lines have 512 at most */
    WIRE_MARK = '%',    /* its last one */
    WIRE_DIGITS = 8,    /* hexadecimal, before the mark */
    WIRE_ANSWER = 16,   /* bytes that an awaited answer has at most */
    WIRE_LINE = 512,    /* bytes that anything sent has at most */
};

enum wire_kind { WIRE_CHATD, WIRE_IRC, WIRE_REDIS, WIRE_FLOOR };

struct wire {
    const char *name;
    enum wire_kind kind;
    bool echoes;          /* a member is sent its own lines too */
    bool publishes_apart; /* who speaks is no member, and is answered each time */
};

/* NULL when there is none of that name. */
const struct wire *wire_find(const char *name);

/* Puts what person has to send in this step (from 0) to get into room; returns its length, 0 when there
 * are no more steps. */
size_t wire_login(const struct wire *w, unsigned step, unsigned person, unsigned room, char buf[WIRE_LINE]);
/* Whether the answer that ends the step is in bytes. */
bool wire_is_answered(const struct wire *w, unsigned step, const char *bytes, size_t n);

/* Puts the message of that number, with a text of so many bytes; returns its length. */
size_t wire_say(const struct wire *w, unsigned room, uint32_t number, unsigned text_bytes,
                char buf[WIRE_LINE]);
/* The number of the text whose mark is at mark; the WIRE_DIGITS bytes before it are there. */
uint32_t wire_number(const char *mark);

#endif
