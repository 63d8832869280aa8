/* chat/keeping.h: passes lines to the store, and receives the store's reports.
 *
 * The chat goes on if the store fails: the failure is logged once, and the lines that are lost are counted.  Loop
 * thread only. */
#ifndef CHATD_CHAT_KEEPING_H
#define CHATD_CHAT_KEEPING_H

#include "base/name.h"
#include "chat/port_store.h"
#include "chat/rule.h"

#include <stdbool.h>
#include <stdint.h>

/* Embedded by the chat. */
struct keeping {
    struct store *store; /* borrowed */
    uint64_t safe_id;    /* the last id that the store has reported: each line up to it is safe or lost */
    uint64_t lost_lines; /* lines that were refused or reported as lost, since the start */
    bool is_failing;     /* the store has reported that it fails */
    bool is_refused;     /* the last line was refused */
    /* Set by the owner: called once for each change: the store fails, and why, or with NULL it works again. */
    void (*changed)(struct keeping *keeping, const char *why);
};

/* Receives the store's reports from now on, until keeping_fini(). */
void keeping_init(struct keeping *keeping, struct store *store);
void keeping_fini(struct keeping *keeping);
/* Passes a line of a room to the store. */
void keeping_add(struct keeping *keeping, const char *room_folded, struct message *m);
/* A line of a room is gone from its history. */
void keeping_erase(struct keeping *keeping, const char *room_folded, uint64_t id);
/* A room's topic, which was set or cleared. */
void keeping_topic(struct keeping *keeping, const struct store_topic *topic);
/* A rule of a room was set or has ended; one about a person who has no account and no address is not kept. */
void keeping_rule(struct keeping *keeping, const struct name *room, const struct rule *rule, bool is_off);
/* All rules of a room have ended; with_lines: its lines and its topic are erased. */
void keeping_end_rules(struct keeping *keeping, const char *room_folded, bool with_lines);

#endif
