/* chat/rules.h: the rules of one room, as they are at the moment.
 *
 * They change only when a message comes back from the bus, and with the answers of the bus and the store
 * (chat/room_rules.h); they never ask anybody.  A room without any has none of this: room->rules is NULL.  Rules that
 * have ended by themselves are not found, and are removed some time later (chat/expiry.h).  Loop thread only. */
#ifndef CHATD_CHAT_RULES_H
#define CHATD_CHAT_RULES_H

#include "base/cidr.h"
#include "base/hash.h"
#include "base/heap.h"
#include "chat/modes.h"
#include "chat/rank.h"
#include "chat/rule.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct room;
struct rules_time;

/* A rule with copies of its strings; owned by the rules. */
struct rules_item {
    struct rule rule;
    struct cidr net;       /* RULE_WHO_NETWORK */
    struct room *room;
    struct heap_node due;  /* by until_ms, in *heap of the rules, if the rule ends by itself */
    struct rules_item *next_net; /* the networks of its kind, in no order */
    UT_hash_handle hh;     /* by id */
    char id[];             /* kind, who and key */
};

struct rules {
    struct room *room;
    struct heap *heap;        /* of the chat, borrowed */
    struct rules_item *items; /* a uthash table, those that were set first come first */
    struct rules_item *nets[RULE_KINDS];
    uint32_t counts[RULE_KINDS]; /* of items */
    struct modes modes;
    struct rules_time *times; /* when people have come and spoken, for slow and settle: a uthash table */
};

/* room_rules.c makes and frees them. */
struct rules *rules_new(struct room *room, struct heap *heap);
void rules_free(struct rules *rules);
/* Sets a rule, or ends it. */
void rules_set(struct rules *rules, const struct rule *rule, bool is_off);
/* Functions that take rules may be given NULL; now_ms is the time since 1970. */

/* The number of rules, counting those that have ended by themselves and are not removed yet. */
uint32_t rules_count(const struct rules *rules);
/* The rule with these; NULL if there is none. */
const struct rule *rules_find(const struct rules *rules, enum rule_kind kind, enum rule_who who, const char *key,
                              int64_t now_ms);
const struct rule *rules_find_id(const struct rules *rules, enum rule_kind kind, enum rule_who who, uint64_t id,
                                 int64_t now_ms);
/* The rule with the shortest network that holds the address; NULL if there is none. */
const struct rule *rules_find_net(const struct rules *rules, enum rule_kind kind, const struct cidr *address,
                                  int64_t now_ms);
/* The rules of one kind, the one first that was set first: that after another one, or the first for NULL; NULL at the
 * end.  Nothing may change between the calls. */
const struct rule *rules_next(const struct rules *rules, enum rule_kind kind, const struct rule *after,
                              int64_t now_ms);
/* The same for the roles of owners. */
const struct rule *rules_next_owner(const struct rules *rules, const struct rule *after);
/* The role of an account; RANK_MEMBER if it has none, and for 0. */
enum rank rules_role(const struct rules *rules, int64_t account);
/* The value of a mode; NULL if it is off. */
const char *rules_mode(const struct rules *rules, enum mode mode);
static inline bool rules_has_mode(const struct rules *rules, enum mode mode)
{
    return rules != NULL && modes_has(&rules->modes, mode);
}

/* ---- for slow and settle ---- */

/* Identifies somebody: an account, or a guest. */
struct rules_id {
    uint64_t id;
    uint64_t is_account;
};
/* The times are those of clock_ms(); 0 if it is not known.  Notes are kept as long as a mode needs them. */
void rules_note_entered(struct rules *rules, const struct rules_id *id, uint64_t now_ms);
void rules_note_said(struct rules *rules, const struct rules_id *id, uint64_t now_ms);
/* What is noted of from holds for to from now on, who is the same. */
void rules_note_same(struct rules *rules, const struct rules_id *from, const struct rules_id *to, uint64_t now_ms);
uint64_t rules_entered_ms(const struct rules *rules, const struct rules_id *id);
uint64_t rules_said_ms(const struct rules *rules, const struct rules_id *id);

#endif
