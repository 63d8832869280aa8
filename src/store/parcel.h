/* store/parcel.h: items as plain bytes, passed from the loop to the store's thread and back.
 *
 * A parcel is one block of memory with items one behind another, each with copies of all its strings: nothing in it
 * refers to memory that the loop owns.  One thread at a time writes to a parcel; once it is complete, several may read
 * it. */
#ifndef CHATD_STORE_PARCEL_H
#define CHATD_STORE_PARCEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum parcel_op {
    PARCEL_LINE,  /* a line of a room */
    PARCEL_TOPIC, /* a room's topic: text, set by name at time_ms */
    PARCEL_ERASE, /* erases the line with the id, if room_folded is "" or its room */
    PARCEL_SETTING, /* a setting of an account: kind is its name, text its value, "" if it has none */
    PARCEL_MARK,  /* an account's read mark of a room: behind its lines up to the id; 0: behind all so far */
    PARCEL_RULE,  /* a rule of a room (store/rule_rows.h) */
    PARCEL_RULE_OFF, /* a rule of a room ends, likewise */
    PARCEL_ROOM_RULES_END, /* all rules of a room end */
    PARCEL_ROOM_ENDS, /* the same, and all of its lines and its topic are erased */
    PARCEL_AUDIT, /* an entry of the audit trail: kind is the act, name has done it to target, text is why */
};

/* One item.  In a parcel, all strings are NUL-terminated and live as long as the parcel, and none is NULL; one that is
 * added may have a NULL for "". */
struct parcel_item {
    enum parcel_op op;
    uint64_t id;      /* line, erase, mark */
    int64_t time_ms;  /* since 1970 (UTC) */
    int64_t until_ms; /* audit, rule: likewise; 0 if there is no end */
    int64_t account;  /* line, topic: the writer's; 0 for a guest; setting, mark: whose it is */
    const char *room; /* as shown, without '#' */
    const char *room_folded;
    const char *kind;   /* line: a word, such as "say"; setting: its name */
    const char *name;   /* the writer's, as shown */
    const char *folded; /* the same folded */
    const char *target; /* line: the message's target; "" if there is none */
    const char *label;  /* rule: how people are shown it */
    const char *text;
    size_t text_len; /* bytes */
};

/* Zeroed at first. */
struct parcel {
    char *bytes;
    size_t used, room; /* bytes in use, and of the block */
    size_t items;
    uint64_t last_id; /* the id of its last line; 0 if it has no lines */
};

void parcel_fini(struct parcel *parcel);
/* Empties the parcel and keeps its memory. */
void parcel_reset(struct parcel *parcel);
/* Copies an item to the end. */
void parcel_add(struct parcel *parcel, const struct parcel_item *item);
/* Reads the item at *at, which is 0 at first, and moves *at behind it.  Returns false at the end. */
bool parcel_next(const struct parcel *parcel, size_t *at, struct parcel_item *item);

#endif
