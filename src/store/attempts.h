/* store/attempts.h: limits attempts with waits that grow: who has failed a few times waits, and after each further
 * failure twice as long.
 *
 * An attempt is counted when it begins, so that many at the same time are no way around the limit, and is taken back
 * when it turns out to be right.  Keys of a table are addresses or names that others choose: when the table is full,
 * the entry that was used longest ago gives way.  Times are of the loop's clock.  Loop thread only. */
#ifndef CHATD_STORE_ATTEMPTS_H
#define CHATD_STORE_ATTEMPTS_H

#include <stddef.h>
#include <stdint.h>

struct attempts_rule {
    unsigned free;      /* attempts without a wait */
    unsigned first_s;   /* the wait after the next one; doubled with each further one */
    unsigned most_s;    /* but never longer */
    unsigned forget_s;  /* after the last attempt: all are forgotten */
};

/* Zeroed at first. */
struct attempts_count {
    unsigned count;
    uint64_t last_ms;
};

/* 0: an attempt may begin now; else the seconds until one may. */
unsigned attempts_wait_s(const struct attempts_count *count, const struct attempts_rule *rule, uint64_t now_ms);
void attempts_begin(struct attempts_count *count, const struct attempts_rule *rule, uint64_t now_ms);
/* The last one was no attempt, or a right one. */
void attempts_take_back(struct attempts_count *count);

struct attempts_entry;

struct attempts_table {
    struct attempts_entry *entries; /* a uthash table, the one that was used longest ago first */
    size_t most;                    /* entries */
};

void attempts_fini(struct attempts_table *table);
/* The count of a key, which is made.  Valid until the next call. */
struct attempts_count *attempts_get(struct attempts_table *table, const char *key);
/* The same; NULL: it has none. */
struct attempts_count *attempts_find(const struct attempts_table *table, const char *key);

/* The key of a peer's address: as it is, without an interface's name, and of an IPv6 address the network of /64. */
enum { ATTEMPTS_KEY_SIZE = 64 };
const char *attempts_key(const char *address, char key[ATTEMPTS_KEY_SIZE]);

#endif
