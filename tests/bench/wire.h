/* tests/bench/wire.h: the commands that each server gets: to enter a room, and to say something there.
 *
 * What a server sends is not parsed.  Each text ends with its number and WIRE_MARK, which occurs nowhere else in what a
 * server sends.  So counting costs the same for every server. */
#ifndef CHATD_BENCH_WIRE_H
#define CHATD_BENCH_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WIRE_TEXT = 64,     /* bytes of each text that is measured */
    WIRE_LONG = 400,    /* bytes of the longest text; a line of IRC has at most 512 */
    WIRE_MARK = '%',    /* the last byte of each text */
    WIRE_DIGITS = 8,    /* hexadecimal, before the mark */
    WIRE_ANSWER = 16,   /* the most bytes of an expected answer */
    WIRE_LINE = 512,    /* the most bytes of anything that is sent */
};

enum wire_kind { WIRE_CHATD, WIRE_IRC, WIRE_REDIS, WIRE_FLOOR };

struct wire {
    const char *name;
    enum wire_kind kind;
    bool echoes;          /* a member is sent its own lines too */
    bool publishes_apart; /* a speaker is no member, and each of its messages is answered */
};

/* NULL if there is none of that name. */
const struct wire *wire_find(const char *name);

/* Writes to buf what person sends in this step (from 0) to enter room; returns its length, 0 if there
 * are no more steps. */
size_t wire_login(const struct wire *w, unsigned step, unsigned person, unsigned room, char buf[WIRE_LINE]);
/* Returns true if bytes hold the answer that ends the step. */
bool wire_is_answered(const struct wire *w, unsigned step, const char *bytes, size_t n);

/* Writes to buf the command by which chatd hides what person says; returns its length. */
size_t wire_ignore(unsigned person, char buf[WIRE_LINE]);
/* Writes to buf the message of that number, with a text of so many bytes; returns its length. */
size_t wire_say(const struct wire *w, unsigned room, uint32_t number, unsigned text_bytes,
                char buf[WIRE_LINE]);
/* The number of the text whose mark is at mark; the WIRE_DIGITS bytes before it are there. */
uint32_t wire_number(const char *mark);

#endif
