/* chat/ban_list.c: a tree, two tables and a list of patterns for each act, and one list of all entries. */
#include "config.h"

#include "chat/ban_list.h"

#include "base/check.h"
#include "base/glob.h"
#include "base/hash.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* By what an entry is found that is not of a network. */
struct ban_key {
    struct ban *ban;
    int64_t account;
    char *folded;         /* of a pattern */
    struct glob *glob;    /* of one with wildcards */
    struct ban_key *next; /* of those */
    UT_hash_handle hh;    /* of the others: by account, or by folded */
};

const char *ban_list_act_name(enum ban_act act)
{
    static const char *const names[BAN_ACTS] = {
        [BAN_BAN] = "ban", [BAN_MUTE] = "mute", [BAN_LOCKDOWN] = "lockdown"};

    return names[act];
}

const char *ban_list_kind_name(enum ban_kind kind)
{
    static const char *const names[BAN_KINDS] = {[BAN_NETWORK] = "network",
                                                 [BAN_ACCOUNT] = "account",
                                                 [BAN_PATTERN] = "pattern",
                                                 [BAN_EVERYBODY] = "everybody"};

    return names[kind];
}

struct ban_target ban_list_target(const struct ban *ban)
{
    return (struct ban_target){.kind = (enum ban_kind)ban->kind,
                               .net = ban->net,
                               .account = ban->key != NULL ? ban->key->account : 0,
                               .folded = ban->key != NULL ? ban->key->folded : NULL};
}

const char *ban_list_target_text(const struct ban_target *target, char *buf)
{
    switch (target->kind) {
    case BAN_NETWORK:
        return cidr_text(&target->net, buf);
    case BAN_ACCOUNT:
        snprintf(buf, BAN_KEY_SIZE, "%lld", (long long)target->account);
        break;
    default:
        snprintf(buf, BAN_KEY_SIZE, "%s", target->kind == BAN_PATTERN ? target->folded : "*");
        break;
    }
    return buf;
}

/* ---- finding ---- */

static bool has_ended(const struct ban *ban, int64_t now_ms)
{
    return ban->until_ms != 0 && ban->until_ms <= now_ms;
}

static struct ban *unless_ended(struct ban *ban, int64_t now_ms)
{
    return ban != NULL && !has_ended(ban, now_ms) ? ban : NULL;
}

struct search {
    int64_t now_ms;
    struct ban *found;
};

static bool keep(void *ctx, void *value)
{
    struct search *search = ctx;

    if (!has_ended(value, search->now_ms)) {
        search->found = value;
    }
    return true;
}

struct ban *ban_list_find_net(const struct ban_list *list, enum ban_act act, const struct cidr *address,
                              int64_t now_ms)
{
    struct search search = {.now_ms = now_ms};

    cidr_set_find_all(&list->acts[act].nets, address, keep, &search);
    return search.found;
}

static struct ban *get_account(const struct ban_table *table, int64_t account)
{
    struct ban_key *key;

    HASH_FIND(hh, table->accounts, &account, sizeof(account), key);
    return key != NULL ? key->ban : NULL;
}

static struct ban *get_name(const struct ban_table *table, const char *folded)
{
    struct ban_key *key;

    HASH_FIND_STR(table->names, folded, key);
    return key != NULL ? key->ban : NULL;
}

struct ban *ban_list_find_account(const struct ban_list *list, enum ban_act act, int64_t account, int64_t now_ms)
{
    return unless_ended(get_account(&list->acts[act], account), now_ms);
}

struct ban *ban_list_find_name(const struct ban_list *list, enum ban_act act, const char *folded, int64_t now_ms)
{
    struct ban *found = unless_ended(get_name(&list->acts[act], folded), now_ms);
    const struct ban_key *key = list->acts[act].patterns;

    for (; found == NULL && key != NULL; key = key->next) {
        found = glob_matches(key->glob, folded) ? unless_ended(key->ban, now_ms) : NULL;
    }
    return found;
}

struct ban *ban_list_find_everybody(const struct ban_list *list, enum ban_act act, int64_t now_ms)
{
    return unless_ended(list->acts[act].everybody, now_ms);
}

static struct ban_key **pattern_place(struct ban_table *table, const char *folded)
{
    struct ban_key **at = &table->patterns;

    while (*at != NULL && strcmp((*at)->folded, folded) != 0) {
        at = &(*at)->next;
    }
    return at;
}

struct ban *ban_list_get(const struct ban_list *list, enum ban_act act, const struct ban_target *target)
{
    const struct ban_table *table = &list->acts[act];
    struct ban_key *key;

    switch (target->kind) {
    case BAN_NETWORK:
        return cidr_set_get(&table->nets, &target->net);
    case BAN_ACCOUNT:
        return get_account(table, target->account);
    case BAN_PATTERN:
        if (!glob_is_pattern(target->folded)) {
            return get_name(table, target->folded);
        }
        key = *pattern_place((struct ban_table *)table, target->folded);
        return key != NULL ? key->ban : NULL;
    default:
        return table->everybody;
    }
}

/* ---- by what an entry is found ---- */

/* NULL if the pattern is too long. */
static struct ban_key *key_new(struct ban *ban, const struct ban_target *target)
{
    struct ban_key *key = mem_zalloc(sizeof(*key));

    key->ban = ban;
    key->account = target->account;
    if (target->kind == BAN_PATTERN) {
        key->folded = mem_strdup(target->folded);
        if (glob_is_pattern(key->folded)) {
            key->glob = mem_alloc(sizeof(*key->glob));
            CHECK(glob_init(key->glob, key->folded));
        }
    }
    return key;
}

static void index_it(struct ban_table *table, struct ban *ban, const struct ban_target *target)
{
    if (target->kind == BAN_NETWORK) {
        CHECK(cidr_set_add(&table->nets, &target->net, ban));
        return;
    }
    ban->key = key_new(ban, target);
    if (target->kind == BAN_EVERYBODY) {
        table->everybody = ban;
    } else if (target->kind == BAN_ACCOUNT) {
        HASH_ADD(hh, table->accounts, account, sizeof(ban->key->account), ban->key);
    } else if (ban->key->glob == NULL) {
        HASH_ADD_KEYPTR(hh, table->names, ban->key->folded, strlen(ban->key->folded), ban->key);
    } else {
        ban->key->next = table->patterns;
        table->patterns = ban->key;
        table->pattern_count++;
    }
}

static void free_key(struct ban_key *key)
{
    if (key != NULL) {
        free(key->glob);
        free(key->folded);
        free(key);
    }
}

static void unindex(struct ban_table *table, struct ban *ban)
{
    struct ban_key *key = ban->key;

    if (ban->kind == BAN_NETWORK) {
        CHECK(cidr_set_remove(&table->nets, &ban->net) == ban);
    } else if (ban->kind == BAN_EVERYBODY) {
        table->everybody = NULL;
    } else if (ban->kind == BAN_ACCOUNT) {
        HASH_DEL(table->accounts, key);
    } else if (key->glob == NULL) {
        HASH_DEL(table->names, key);
    } else {
        *pattern_place(table, key->folded) = key->next;
        table->pattern_count--;
    }
    free_key(key);
}

/* ---- coming and going ---- */

static char *put(char *at, const char *text, const char **where)
{
    size_t size = strlen(text) + 1;

    memcpy(at, text, size);
    *where = at;
    return at + size;
}

static struct ban *ban_new(const struct ban_spec *spec)
{
    size_t bytes = strlen(spec->label) + strlen(spec->reason) + strlen(spec->by) + 3;
    struct ban *ban = mem_zalloc(sizeof(*ban) + bytes);

    ban->act = (uint8_t)spec->act;
    ban->kind = (uint8_t)spec->target.kind;
    ban->net = spec->target.net;
    ban->created_ms = spec->created_ms;
    ban->until_ms = spec->until_ms;
    put(put(put(ban->text, spec->label, &ban->label), spec->reason, &ban->reason), spec->by, &ban->by);
    return ban;
}

struct ban *ban_list_add(struct ban_list *list, const struct ban_spec *spec)
{
    struct ban_table *table = &list->acts[spec->act];
    struct ban *old = ban_list_get(list, spec->act, &spec->target), *ban;

    if (old == NULL && (list->count >= BAN_MOST ||
                        (spec->target.kind == BAN_PATTERN && glob_is_pattern(spec->target.folded) &&
                         table->pattern_count >= BAN_MOST_PATTERNS))) {
        return NULL;
    }
    ban = ban_new(spec);
    if (old != NULL) {
        ban_list_remove(list, old);
    }
    index_it(table, ban, &spec->target);
    ban->prev = list->last;
    *(list->last != NULL ? &list->last->next : &list->first) = ban;
    list->last = ban;
    if (ban->until_ms != 0) {
        heap_push(&list->due, &ban->expiry, ban->until_ms);
    }
    table->count++;
    list->count++;
    return ban;
}

void ban_list_remove(struct ban_list *list, struct ban *ban)
{
    for (struct ban_walk *walk = list->walks; walk != NULL; walk = walk->next) {
        walk->at = walk->at == ban ? ban->next : walk->at;
    }
    unindex(&list->acts[ban->act], ban);
    heap_remove(&list->due, &ban->expiry);
    *(ban->prev != NULL ? &ban->prev->next : &list->first) = ban->next;
    *(ban->next != NULL ? &ban->next->prev : &list->last) = ban->prev;
    list->acts[ban->act].count--;
    list->count--;
    free(ban);
}

void ban_list_fini(struct ban_list *list)
{
    CHECK(list->walks == NULL);
    while (list->first != NULL) {
        ban_list_remove(list, list->first);
    }
    heap_fini(&list->due);
    for (size_t act = 0; act < BAN_ACTS; act++) {
        cidr_set_fini(&list->acts[act].nets);
    }
}

/* ---- walks ---- */

void ban_list_walk_begin(struct ban_list *list, struct ban_walk *walk)
{
    walk->at = list->first;
    walk->next = list->walks;
    list->walks = walk;
}

struct ban *ban_list_walk_next(struct ban_walk *walk)
{
    struct ban *ban = walk->at;

    walk->at = ban != NULL ? ban->next : NULL;
    return ban;
}

void ban_list_walk_end(struct ban_list *list, struct ban_walk *walk)
{
    struct ban_walk **link = &list->walks;

    while (*link != walk) {
        link = &(*link)->next;
    }
    *link = walk->next;
}
