/* chat/rules.c: the table of a room's rules, and when people have come and spoken.
 *
 * Invariants: modes has what the items of the kind RULE_MODE say; nets[] lists each item whose rule is about a network;
 * an item is in the heap if its rule ends by itself. */
#include "config.h"

#include "chat/rules.h"

#include "base/check.h"
#include "base/container.h"
#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ID_TEXT = 24,      /* of a number in decimal */
    TIMES_ROOM = 64,   /* so many notes are kept in any case, */
    TIMES_MOST = 10000, /* and no more than that, however fast people come and go */
    MS_PER_S = 1000,
};

/* When somebody has come and spoken last. */
struct rules_time {
    struct rules_id id;
    uint64_t entered_ms, said_ms; /* by clock_ms(); 0: not known */
    UT_hash_handle hh;            /* by id, the one first that was noted first */
};

struct rules *rules_new(struct room *room, struct heap *heap)
{
    struct rules *rules = mem_zalloc(sizeof(*rules));

    rules->room = room;
    rules->heap = heap;
    return rules;
}

/* ---- items ---- */

/* The part of an item's id that stands before the key. */
static void id_head(char *head, enum rule_kind kind, enum rule_who who)
{
    head[0] = (char)('0' + kind);
    head[1] = (char)('0' + who);
}

static struct rules_item *find(const struct rules *rules, enum rule_kind kind, enum rule_who who, const char *key)
{
    size_t len = strlen(key);
    struct rules_item *item;
    char *id;

    if (rules == NULL || rules->counts[kind] == 0) {
        return NULL;
    }
    id = mem_alloc(2 + len);
    id_head(id, kind, who);
    memcpy(id + 2, key, len);
    HASH_FIND(hh, rules->items, id, 2 + len, item);
    free(id);
    return item;
}

static const char *put(char **at, const char *s)
{
    size_t size = strlen(s) + 1;
    char *copy = memcpy(*at, s, size);

    *at += size;
    return copy;
}

static struct rules_item *item_new(struct room *room, const struct rule *rule)
{
    struct rules_item *item = mem_zalloc(sizeof(*item) + 2 + strlen(rule->key) + 1 + strlen(rule->label) + 1 +
                                         strlen(rule->value) + 1 + strlen(rule->by) + 1);
    char *at = item->id + 2;

    id_head(item->id, rule->kind, rule->who);
    item->room = room;
    item->rule = *rule;
    item->rule.key = put(&at, rule->key);
    item->rule.label = put(&at, rule->label);
    item->rule.value = put(&at, rule->value);
    item->rule.by = put(&at, rule->by);
    return item;
}

static void set_mode(struct rules *rules, const struct rule *rule, const char *value)
{
    enum mode mode = rule->kind == RULE_MODE ? modes_find(rule->key) : MODES;

    if (mode < MODES) { /* else it is one of a newer version, which the store has kept */
        modes_set(&rules->modes, mode, value);
    }
}

static void remove_item(struct rules *rules, struct rules_item *item)
{
    struct rules_item **link = &rules->nets[item->rule.kind];

    set_mode(rules, &item->rule, NULL);
    heap_remove(rules->heap, &item->due);
    while (item->rule.who == RULE_WHO_NETWORK && *link != item) {
        link = &(*link)->next_net;
    }
    if (item->rule.who == RULE_WHO_NETWORK) {
        *link = item->next_net;
    }
    rules->counts[item->rule.kind]--;
    HASH_DEL(rules->items, item);
    free(item);
}

void rules_set(struct rules *rules, const struct rule *rule, bool is_off)
{
    struct rules_item *old = find(rules, rule->kind, rule->who, rule->key), *item;
    struct cidr net = {0};

    CHECK(rule->kind > RULE_NONE && rule->kind < RULE_KINDS);
    if (rule->who == RULE_WHO_NETWORK && !cidr_parse(&net, rule->key, NULL)) {
        return; /* what the store has kept is damaged */
    }
    item = is_off ? NULL : item_new(rules->room, rule); /* the old one may lend it its strings */
    if (old != NULL) {
        remove_item(rules, old);
    }
    if (item == NULL) {
        return;
    }
    HASH_ADD_KEYPTR(hh, rules->items, item->id, 2 + strlen(item->rule.key), item);
    rules->counts[rule->kind]++;
    if (item->rule.who == RULE_WHO_NETWORK) {
        item->net = net;
        item->next_net = rules->nets[rule->kind];
        rules->nets[rule->kind] = item;
    }
    if (item->rule.until_ms != 0) {
        heap_push(rules->heap, &item->due, item->rule.until_ms);
    }
    set_mode(rules, &item->rule, item->rule.value);
}

static void forget_times(struct rules *rules)
{
    struct rules_time *time, *next;

    HASH_ITER(hh, rules->times, time, next) {
        HASH_DEL(rules->times, time);
        free(time);
    }
}

void rules_free(struct rules *rules)
{
    if (rules == NULL) {
        return;
    }
    while (rules->items != NULL) {
        remove_item(rules, rules->items);
    }
    forget_times(rules);
    free(rules);
}

/* ---- finding ---- */

uint32_t rules_count(const struct rules *rules)
{
    return rules != NULL ? HASH_COUNT(rules->items) : 0;
}

static const struct rule *if_holds(const struct rules_item *item, int64_t now_ms)
{
    return item != NULL && (item->rule.until_ms == 0 || item->rule.until_ms > now_ms) ? &item->rule : NULL;
}

const struct rule *rules_find(const struct rules *rules, enum rule_kind kind, enum rule_who who, const char *key,
                              int64_t now_ms)
{
    return if_holds(find(rules, kind, who, key), now_ms);
}

const struct rule *rules_find_id(const struct rules *rules, enum rule_kind kind, enum rule_who who, uint64_t id,
                                 int64_t now_ms)
{
    char key[ID_TEXT];

    snprintf(key, sizeof(key), "%" PRIu64, id);
    return rules_find(rules, kind, who, key, now_ms);
}

/* There are few networks in a room: limits.rules_per_room bounds them. */
const struct rule *rules_find_net(const struct rules *rules, enum rule_kind kind, const struct cidr *address,
                                  int64_t now_ms)
{
    const struct rules_item *item = rules != NULL ? rules->nets[kind] : NULL, *found = NULL;

    for (; item != NULL; item = item->next_net) {
        if (cidr_holds(&item->net, address) && if_holds(item, now_ms) != NULL &&
            (found == NULL || item->net.bits < found->net.bits)) {
            found = item;
        }
    }
    return found != NULL ? &found->rule : NULL;
}

const struct rule *rules_next(const struct rules *rules, enum rule_kind kind, const struct rule *after, int64_t now_ms)
{
    const struct rules_item *item = rules != NULL ? rules->items : NULL;

    if (after != NULL) {
        item = CONTAINER_OF(after, const struct rules_item, rule)->hh.next;
    }
    while (item != NULL && (item->rule.kind != kind || if_holds(item, now_ms) == NULL)) {
        item = item->hh.next;
    }
    return item != NULL ? &item->rule : NULL;
}

const struct rule *rules_next_owner(const struct rules *rules, const struct rule *after)
{
    do {
        after = rules_next(rules, RULE_ROLE, after, 0); /* a role does not end by itself */
    } while (after != NULL && rank_of_name(after->value) != RANK_OWNER);
    return after;
}

enum rank rules_role(const struct rules *rules, int64_t account)
{
    const struct rule *role = NULL;

    if (account != 0) {
        role = rules_find_id(rules, RULE_ROLE, RULE_WHO_ACCOUNT, (uint64_t)account, 0);
    }
    return role != NULL ? rank_of_name(role->value) : RANK_MEMBER;
}

const char *rules_mode(const struct rules *rules, enum mode mode)
{
    const struct rule *rule =
        rules_has_mode(rules, mode) ? rules_find(rules, RULE_MODE, RULE_WHO_NONE, modes_row(mode)->name, 0) : NULL;

    return rule != NULL ? rule->value : NULL;
}

/* ---- when people have come and spoken ---- */

static struct rules_time *find_time(const struct rules *rules, const struct rules_id *id)
{
    struct rules_time *time;

    HASH_FIND(hh, rules->times, id, sizeof(*id), time);
    return time;
}

/* The notes that say nothing any more: those first in the table are the oldest. */
static void forget_old(struct rules *rules, uint64_t now_ms)
{
    uint64_t kept_ms = MS_PER_S * (uint64_t)(rules->modes.number[MODE_SLOW] > rules->modes.number[MODE_SETTLE]
                                                 ? rules->modes.number[MODE_SLOW]
                                                 : rules->modes.number[MODE_SETTLE]);
    struct rules_time *time;

    while ((time = rules->times) != NULL && HASH_COUNT(rules->times) > TIMES_ROOM) {
        uint64_t last_ms = time->said_ms > time->entered_ms ? time->said_ms : time->entered_ms;

        if (now_ms - last_ms < kept_ms && HASH_COUNT(rules->times) < TIMES_MOST) {
            return;
        }
        HASH_DEL(rules->times, time);
        free(time);
    }
}

/* Whoever is noted again goes to the end. */
static struct rules_time *note(struct rules *rules, const struct rules_id *id, uint64_t now_ms)
{
    struct rules_time *time = find_time(rules, id);

    if (time != NULL) {
        HASH_DEL(rules->times, time);
    } else {
        forget_old(rules, now_ms);
        time = mem_zalloc(sizeof(*time));
        time->id = *id;
    }
    HASH_ADD(hh, rules->times, id, sizeof(time->id), time);
    return time;
}

void rules_note_entered(struct rules *rules, const struct rules_id *id, uint64_t now_ms)
{
    note(rules, id, now_ms)->entered_ms = now_ms;
}

void rules_note_said(struct rules *rules, const struct rules_id *id, uint64_t now_ms)
{
    note(rules, id, now_ms)->said_ms = now_ms;
}

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

void rules_note_same(struct rules *rules, const struct rules_id *from, const struct rules_id *to, uint64_t now_ms)
{
    uint64_t entered_ms = rules_entered_ms(rules, from), said_ms = rules_said_ms(rules, from);
    struct rules_time *time;

    if (entered_ms > 0 || said_ms > 0) {
        time = note(rules, to, now_ms);
        time->entered_ms = later(time->entered_ms, entered_ms);
        time->said_ms = later(time->said_ms, said_ms);
    }
}

uint64_t rules_entered_ms(const struct rules *rules, const struct rules_id *id)
{
    const struct rules_time *time = find_time(rules, id);

    return time != NULL ? time->entered_ms : 0;
}

uint64_t rules_said_ms(const struct rules *rules, const struct rules_id *id)
{
    const struct rules_time *time = find_time(rules, id);

    return time != NULL ? time->said_ms : 0;
}
