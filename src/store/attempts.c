/* store/attempts.c: counts, and the table of them. */
#include "config.h"

#include "store/attempts.h"

#include "base/hash.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MS = 1000, MOST_DOUBLINGS = 30 };

struct attempts_entry {
    char *key;
    struct attempts_count count;
    UT_hash_handle hh;
};

/* ---- counts ---- */

static unsigned current(const struct attempts_count *count, const struct attempts_rule *rule, uint64_t now_ms)
{
    return now_ms - count->last_ms >= (uint64_t)rule->forget_s * MS ? 0 : count->count;
}

unsigned attempts_wait_s(const struct attempts_count *count, const struct attempts_rule *rule, uint64_t now_ms)
{
    unsigned n = current(count, rule, now_ms), doublings;
    uint64_t wait_ms, passed_ms = now_ms - count->last_ms;

    if (n < rule->free) {
        return 0;
    }
    doublings = n - rule->free < MOST_DOUBLINGS ? n - rule->free : MOST_DOUBLINGS;
    wait_ms = (uint64_t)rule->first_s << doublings;
    wait_ms = (wait_ms < rule->most_s ? wait_ms : rule->most_s) * MS;
    return wait_ms > passed_ms ? (unsigned)((wait_ms - passed_ms + MS - 1) / MS) : 0;
}

void attempts_begin(struct attempts_count *count, const struct attempts_rule *rule, uint64_t now_ms)
{
    count->count = current(count, rule, now_ms) + 1;
    count->last_ms = now_ms;
}

void attempts_take_back(struct attempts_count *count)
{
    count->count -= count->count > 0;
}

/* ---- the table ---- */

static void drop(struct attempts_table *table, struct attempts_entry *entry)
{
    HASH_DEL(table->entries, entry);
    free(entry->key);
    free(entry);
}

void attempts_fini(struct attempts_table *table)
{
    while (table->entries != NULL) {
        drop(table, table->entries);
    }
}

static struct attempts_entry *find(const struct attempts_table *table, const char *key)
{
    struct attempts_entry *entry;

    HASH_FIND_STR(table->entries, key, entry);
    return entry;
}

struct attempts_count *attempts_find(const struct attempts_table *table, const char *key)
{
    struct attempts_entry *entry = find(table, key);

    return entry != NULL ? &entry->count : NULL;
}

struct attempts_count *attempts_get(struct attempts_table *table, const char *key)
{
    struct attempts_entry *entry = find(table, key);

    if (entry != NULL) { /* to the end of the order */
        HASH_DEL(table->entries, entry);
    } else {
        if (HASH_COUNT(table->entries) >= table->most) {
            drop(table, table->entries);
        }
        entry = mem_zalloc(sizeof(*entry));
        entry->key = mem_strdup(key);
    }
    HASH_ADD_KEYPTR(hh, table->entries, entry->key, strlen(entry->key), entry);
    return &entry->count;
}

const char *attempts_key(const char *address, char key[ATTEMPTS_KEY_SIZE])
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    struct in6_addr six;

    snprintf(key, ATTEMPTS_KEY_SIZE, "%.*s", (int)strcspn(address, "%"), address);
    if (inet_pton(AF_INET6, key, &six) != 1) {
        return key;
    }
    if (memcmp(six.s6_addr, mapped, sizeof(mapped)) == 0) {
        inet_ntop(AF_INET, six.s6_addr + sizeof(mapped), key, ATTEMPTS_KEY_SIZE);
    } else {
        memset(six.s6_addr + 8, 0, 8);
        inet_ntop(AF_INET6, &six, key, ATTEMPTS_KEY_SIZE);
        strcat(key, "/64");
    }
    return key;
}
