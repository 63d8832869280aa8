/* store/parcel.h: what the loop hands to the store's thread, and what it gets back: plain bytes.
 *
 * A parcel is one block of memory with items one behind another, each with copies of all its strings: nothing in it
 * refers to anything that the loop owns.  It is filled by one thread, handed over whole, and read by another. */
#ifndef CHATD_STORE_PARCEL_H
#define CHATD_STORE_PARCEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum parcel_op {
    PARCEL_LINE,  /* a line of a room */
    PARCEL_TOPIC, /* a room's topic: text, set by name at time_ms */
    PARCEL_ERASE, /* takes out the line with the id; room, if it is not "", must be its room */
};

/* One item.  In a parcel, all strings are NUL-terminated and live as long as the parcel.  None is NULL. */
struct parcel_item {
    enum parcel_op op;
    uint64_t id;      /* line, erase */
    int64_t time_ms;  /* since 1970 (UTC) */
    int64_t account;  /* line: the writer's; 0: a guest */
    const char *room; /* as shown, without '#' */
    const char *room_folded;
    const char *kind;   /* line: a word, such as "say" */
    const char *name;   /* the writer's, as shown */
    const char *folded; /* the same folded */
    const char *target; /* line: what it is about beside its text; "": nothing */
    const char *text;
    size_t text_len; /* bytes */
};

/* Zeroed at first. */
struct parcel {
    char *bytes;
    size_t used, room;
    size_t items;
    uint64_t last_id; /* of its lines; 0: it has none */
};

void parcel_fini(struct parcel *parcel);
/* Empties it and keeps the memory. */
void parcel_reset(struct parcel *parcel);
void parcel_add(struct parcel *parcel, const struct parcel_item *item);
/* The item at *at, which is 0 at first and moves on; false at the end. */
bool parcel_next(const struct parcel *parcel, size_t *at, struct parcel_item *item);

#endif
