/* tests/unit/fake_store.h: a store that keeps lines in memory, and that answers late, fails or refuses when it is told
 * to. */
#ifndef CHATD_TESTS_FAKE_STORE_H
#define CHATD_TESTS_FAKE_STORE_H

#include "chat/ports.h"

#include <stdbool.h>
#include <stdint.h>

struct fake_read;

struct fake_store {
    struct store store;
    struct store *memory;      /* what was appended */
    enum store_answer answer;  /* to a read: at once, or LATER */
    enum store_fate fate;      /* of a line */
    struct fake_read *waiting; /* the first to have asked first */
    uint64_t last_id;
    uint64_t lines_waiting;    /* that were answered WAITS, and not told of since */
    int appended, reads, cancels, forgotten;
};

/* A room has at most so many lines.  Ended by its end operation, at which no read may wait. */
struct fake_store *fake_store_new(uint32_t lines);
/* Calls that. */
void fake_store_end(struct fake_store *s);
/* The room has n more lines, from an earlier process: "old 1" and so on, said by elder. */
void fake_store_fill(struct fake_store *s, const char *room, int n);
/* The lines that are kept of a room. */
uint64_t fake_store_count(const struct fake_store *s, const char *room);
/* The newest of them, borrowed; NULL: there is none. */
const struct message *fake_store_newest(struct fake_store *s, const char *room);
/* Ends the read that waits first, as of when it was asked.  FAILED: with some of its lines before that. */
void fake_store_done(struct fake_store *s, enum store_answer answer);
/* Tells that every line that waits is kept. */
void fake_store_keep(struct fake_store *s);
/* Tells that every line that waits is lost. */
void fake_store_lose(struct fake_store *s);
/* Tells that it fails, or, with NULL, that it works again. */
void fake_store_tell(struct fake_store *s, const char *why);

#endif
