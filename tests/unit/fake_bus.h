/* tests/unit/fake_bus.h: a bus and a directory that several chats in one program share, as processes would.
 *
 * Nothing comes by itself: fake_bus_step() does one of the things that can happen next, chosen by chance: a message
 * that was published gets its place in the order; a process is given what is next for it; one that waits is answered.
 * So answers come late, and processes lag behind each other, as far as chat/port_bus.h lets them: messages of one
 * process that name no room in common may change places. */
#ifndef CHATD_TESTS_FAKE_BUS_H
#define CHATD_TESTS_FAKE_BUS_H

#include "base/clock.h"
#include "base/name.h"
#include "chat/port_bus.h"
#include "chat/port_directory.h"
#include "chat/rule.h"

#include <stdbool.h>
#include <stdint.h>

enum { FAKE_BUS_PROCESSES = 3 };

/* What has a place in the order: a message, or that a process is gone. */
struct fake_bus_entry {
    struct message *m;     /* NULL: gone */
    uint32_t process;      /* that has published it, or is gone */
    uint64_t id;
    int64_t time_ms;
};

struct fake_process;
struct fake_bus;

/* Called when a process has been given the entry of that index, whether it concerned it or not. */
typedef void fake_bus_given_fn(void *ctx, uint32_t process, uint32_t index);

/* Processes have the numbers 1 to FAKE_BUS_PROCESSES. */
struct fake_bus *fake_bus_new(struct clock *clock, fake_bus_given_fn *given, void *ctx);
/* Once the chats have freed their ports. */
void fake_bus_end(struct fake_bus *fake);
/* A process's ports, for a chat. */
struct bus *fake_bus_of(struct fake_bus *fake, uint32_t process);
struct directory *fake_bus_directory(struct fake_bus *fake, uint32_t process);

/* False: there is nothing to do. */
bool fake_bus_step(struct fake_bus *fake);
/* Steps until then. */
void fake_bus_settle(struct fake_bus *fake);
/* What is published may come back at once, from here on, or never does. */
void fake_bus_may_be_quick(struct fake_bus *fake, bool may);

/* The bus may take nothing more for a while, from here on, or never does so. */
void fake_bus_may_be_full(struct fake_bus *fake, bool may);

/* The process is cut off, and joined again; in between the others may take it for gone. */
void fake_bus_cut(struct fake_bus *fake, uint32_t process);
bool fake_bus_is_cut(const struct fake_bus *fake, uint32_t process);
void fake_bus_take_for_gone(struct fake_bus *fake, uint32_t process);
void fake_bus_join(struct fake_bus *fake, uint32_t process);
/* The process loses a name that it holds, by chance; it is told later.  False: it holds none. */
bool fake_bus_lose_a_name(struct fake_bus *fake, uint32_t process);
/* The number of the process that holds a name; 0: none. */
uint32_t fake_bus_holder(const struct fake_bus *fake, const char *folded);

/* ---- the order, for a test to compare with ---- */

uint32_t fake_bus_count(const struct fake_bus *fake);
const struct fake_bus_entry *fake_bus_at(const struct fake_bus *fake, uint32_t index);
/* So many entries the process has been given, or passed over. */
uint32_t fake_bus_cursor(const struct fake_bus *fake, uint32_t process);
/* The index from which on it is given what happens in the room; UINT32_MAX: it has not entered it. */
uint32_t fake_bus_entered_at(const struct fake_bus *fake, uint32_t process, const char *folded);

struct fake_bus_person {
    uint32_t process;
    uint64_t id;
    struct name name;
    int64_t account;
    bool is_shown;
};
/* The last change of a rule. */
struct fake_bus_rule {
    struct rule rule; /* with copies of its strings */
    bool is_off;
};
/* What the first count entries have made of a room. */
struct fake_bus_state {
    struct fake_bus_person *people;
    uint32_t count;
    struct fake_bus_rule *rules; /* those changed first come first */
    uint32_t rule_count;
    char *topic, *topic_by; /* NULL: none */
    int64_t topic_ms;
    uint32_t erased_at; /* the lines of the entries before this one were erased */
};
void fake_bus_state(const struct fake_bus *fake, const char *folded, uint32_t count, struct fake_bus_state *state);
void fake_bus_state_fini(struct fake_bus_state *state);
/* The rule that holds, whether its time is over or not; NULL if there is none. */
const struct rule *fake_bus_find_rule(const struct fake_bus_state *state, enum rule_kind kind, const char *key);

#endif
