/* store/attempts.h: limits attempts by waits that grow: after a few failed attempts the next one must wait, and
 * after each further one twice as long.
 *
 * An attempt is counted when it begins, so that many attempts at the same time do not get around the limit.  The count
 * is taken back if the attempt was right.  A table's keys are addresses, or names that peers choose: when the table is
 * full, the entry that was used least recently is removed.  Times are those of the loop's clock.  Loop thread only. */
#ifndef CHATD_STORE_ATTEMPTS_H
#define CHATD_STORE_ATTEMPTS_H

#include <stddef.h>
#include <stdint.h>

struct attempts_rule {
    unsigned free;      /* the number of attempts without a wait */
    unsigned first_s;   /* the wait before the next attempt; doubled before each further one */
    unsigned most_s;    /* the longest wait */
    unsigned forget_s;  /* how long after the last attempt all of them are forgotten */
};

/* Zeroed at first. */
struct attempts_count {
    unsigned count;
    uint64_t last_ms;
};

/* The seconds until an attempt may begin; 0 if it may begin now. */
unsigned attempts_wait_s(const struct attempts_count *count, const struct attempts_rule *rule, uint64_t now_ms);
/* Counts an attempt. */
void attempts_begin(struct attempts_count *count, const struct attempts_rule *rule, uint64_t now_ms);
/* Takes back one count: the attempt was right, or was not made. */
void attempts_take_back(struct attempts_count *count);

struct attempts_entry;

struct attempts_table {
    struct attempts_entry *entries; /* a uthash table, the least recently used one first */
    size_t most;                    /* the most entries, at least 1 */
};

void attempts_fini(struct attempts_table *table);
/* The count of a key, which is added if it is not there.  Valid until the next call for the table. */
struct attempts_count *attempts_get(struct attempts_table *table, const char *key);
/* The count of a key; NULL if there is none.  It does not count as a use. */
struct attempts_count *attempts_find(const struct attempts_table *table, const char *key);

/* Makes the key of a peer's address: an IPv4 address itself, also for an IPv6 address that maps one; the /64 network of
 * any other IPv6 address.  The name of an interface is left out.  Returns key. */
enum { ATTEMPTS_KEY_SIZE = 64 };
const char *attempts_key(const char *address, char key[ATTEMPTS_KEY_SIZE]);

#endif
