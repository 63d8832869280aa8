/* tests/unit/fake_store.h: a store that keeps lines in memory, and that answers late, fails or refuses when the test
 * says so. */
#ifndef CHATD_TESTS_FAKE_STORE_H
#define CHATD_TESTS_FAKE_STORE_H

#include "base/strbuf.h"
#include "chat/port_store.h"

#include <stdbool.h>
#include <stdint.h>

struct fake_read;
struct fake_rule;

struct fake_store {
    struct store store;
    struct store *memory;      /* holds the appended lines */
    enum store_answer answer;  /* to each read */
    enum store_fate fate;      /* of each line */
    struct fake_read *waiting; /* in the order of asking */
    uint64_t last_id;
    uint64_t lines_waiting;    /* lines that were answered WAITS and whose fate was not told since */
    int appended, reads, cancels, forgotten;
    uint64_t erased;           /* the line that was erased last */
    bool is_late;              /* state() is answered by fake_store_answer_state() */
    struct store_state *asked; /* the last that waits */
    const char *kept_topic;    /* of each room, by elder at FAKE_REAL_MS; NULL: none */
    struct strbuf audits;      /* each entry: "act by whom #room: why\n" */
    struct strbuf topics;      /* each that was set: "#room by: text\n" */
    struct fake_rule *rules;   /* those that are kept, for fake_store_rules() and for the chat that asks for them */
    enum store_answer rules_answer; /* to that */
    struct store_rules *rules_asked; /* it waits */
    struct strbuf shown_rules;
    struct strbuf ended;       /* "#room " for each whose rules have ended, "#room! " with its lines */
};

/* Makes a store that keeps at most so many lines of a room.  Freed by its end operation, which asserts that no read
 * waits. */
struct fake_store *fake_store_new(uint32_t lines);
/* Calls the end operation. */
void fake_store_end(struct fake_store *s);
/* Adds n lines to the room, as from an earlier process: "old 1" and so on, said by elder. */
void fake_store_fill(struct fake_store *s, const char *room, int n);
/* The number of lines kept of a room. */
uint64_t fake_store_count(const struct fake_store *s, const char *room);
/* The newest line kept of a room, borrowed; NULL if there is none. */
const struct message *fake_store_newest(struct fake_store *s, const char *room);
/* Answers the read that waits first, with the lines at the time of asking.  FAILED comes after some of the lines. */
void fake_store_done(struct fake_store *s, enum store_answer answer);
/* Answers what state() has asked last. */
void fake_store_answer_state(struct fake_store *s);
/* Answers what read_rules() has asked. */
void fake_store_answer_rules(struct fake_store *s, enum store_answer answer);
/* The rules kept of a room, as "ban network 192.0.2.1 bob spam\n" for each in order; a mode has no label, and a role no
 * kind of key.  Valid until the next call. */
const char *fake_store_rules(struct fake_store *s, const char *room);
/* Reports that every line that waits is kept. */
void fake_store_keep(struct fake_store *s);
/* Reports that every line that waits is lost. */
void fake_store_lose(struct fake_store *s);
/* Reports that the store fails or, with NULL, that it works again. */
void fake_store_tell(struct fake_store *s, const char *why);

#endif
