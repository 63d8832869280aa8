/* chat/ban_list.h: the bans, mutes and lockdown of the whole server, in memory, found by what they hit.
 *
 * An entry hits a network, an account, the names that a pattern matches, or everybody.  Networks are found in one walk
 * down a tree (base/cidr_set.h), accounts and plain names in a table; patterns with wildcards are tried one after the
 * other, so that there may be few of them.  An entry takes about 270 bytes.
 *
 * Entries end at times of their own.  One that has ended is no longer found, and is removed later.  Loop thread
 * only. */
#ifndef CHATD_CHAT_BAN_LIST_H
#define CHATD_CHAT_BAN_LIST_H

#include "base/cidr.h"
#include "base/cidr_set.h"
#include "base/heap.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ban_act {
    BAN_BAN,      /* is not let in */
    BAN_MUTE,     /* may listen, and write to administrators */
    BAN_LOCKDOWN, /* only people who are logged in may enter rooms and speak */
    BAN_ACTS
};

enum ban_kind {
    BAN_NETWORK,
    BAN_ACCOUNT,
    BAN_PATTERN,   /* of names; one without wildcards is a name */
    BAN_EVERYBODY, /* of BAN_LOCKDOWN alone */
    BAN_KINDS
};

/* What an entry hits. */
struct ban_target {
    enum ban_kind kind;
    struct cidr net;    /* BAN_NETWORK */
    int64_t account;    /* BAN_ACCOUNT: its id */
    const char *folded; /* BAN_PATTERN */
};

enum { BAN_KEY_SIZE = 512 };

struct ban_key;

struct ban {
    struct ban *prev, *next;  /* in the order in which they were added */
    struct ban_key *key;      /* NULL if it is of a network */
    struct heap_node expiry;  /* in the list's heap unless until_ms is 0 */
    int64_t created_ms, until_ms; /* since 1970 (UTC); until_ms is 0 if it does not end by itself */
    uint8_t act, kind;        /* enum ban_act, enum ban_kind */
    struct cidr net;
    const char *label;        /* how people are shown what it hits; this and the others lie in text */
    const char *reason, *by;  /* may be "" */
    char text[];
};

/* What is to be added; strings are copied. */
struct ban_spec {
    enum ban_act act;
    struct ban_target target;
    const char *label, *reason, *by;
    int64_t created_ms, until_ms;
};

/* The entries of one act. */
struct ban_table {
    struct cidr_set nets;
    struct ban_key *accounts, *names; /* uthash tables */
    struct ban_key *patterns;         /* a list of those with wildcards */
    struct ban *everybody;
    size_t pattern_count, count;
};

/* A walk over the entries, the oldest first; embedded by the caller.  Entries may come and go between its steps. */
struct ban_walk {
    struct ban *at;
    struct ban_walk *next;
};

/* Embedded by its owner, zeroed at first. */
struct ban_list {
    struct ban_table acts[BAN_ACTS];
    struct ban *first, *last;
    struct heap due; /* entries by until_ms */
    struct ban_walk *walks;
    size_t count;
};

enum {
    BAN_MOST = 1000000,      /* entries */
    BAN_MOST_PATTERNS = 500, /* with wildcards, of each act */
};

/* "ban", "mute", "lockdown"; static. */
const char *ban_list_act_name(enum ban_act act);
/* "network", "account", "pattern", "everybody"; static. */
const char *ban_list_kind_name(enum ban_kind kind);

void ban_list_fini(struct ban_list *list);
/* Adds an entry; one that hits the same in the same way is replaced.  NULL if there are too many already. */
struct ban *ban_list_add(struct ban_list *list, const struct ban_spec *spec);
void ban_list_remove(struct ban_list *list, struct ban *ban);

/* The entry that is exactly of this target; NULL if there is none. */
struct ban *ban_list_get(const struct ban_list *list, enum ban_act act, const struct ban_target *target);
/* An entry that hits an address, an account or a folded name and has not ended at now_ms (since 1970); NULL if there is
 * none. */
struct ban *ban_list_find_net(const struct ban_list *list, enum ban_act act, const struct cidr *address,
                              int64_t now_ms);
struct ban *ban_list_find_account(const struct ban_list *list, enum ban_act act, int64_t account, int64_t now_ms);
struct ban *ban_list_find_name(const struct ban_list *list, enum ban_act act, const char *folded, int64_t now_ms);
struct ban *ban_list_find_everybody(const struct ban_list *list, enum ban_act act, int64_t now_ms);
/* What the entry hits. */
struct ban_target ban_list_target(const struct ban *ban);
/* The target as it is kept: a network as cidr_text() gives it, an account's id, a folded pattern, "*".  buf has
 * BAN_KEY_SIZE bytes and is returned. */
const char *ban_list_target_text(const struct ban_target *target, char *buf);

void ban_list_walk_begin(struct ban_list *list, struct ban_walk *walk);
/* The next entry; NULL at the end.  The caller uses it before entries can go. */
struct ban *ban_list_walk_next(struct ban_walk *walk);
/* Ends a walk, complete or not. */
void ban_list_walk_end(struct ban_list *list, struct ban_walk *walk);

#endif
