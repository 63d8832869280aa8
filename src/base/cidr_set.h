/* base/cidr_set.h: a set of networks, in which the network that holds an address is found quickly.
 *
 * A binary tree by bits, in which a node stands where two networks part or one ends.  A lookup goes down from the root
 * once: at most 32 or 128 steps, and about log2 of the number of networks if they are spread evenly, whatever networks
 * and addresses there are.  A network takes at most two nodes of 48 bytes, for which malloc() gives 64.
 *
 *                  0.0.0.0/1                parts the two below
 *                 /         \
 *        10.0.0.0/8      127.0.0.1
 *           /
 *     10.1.0.0/16                           in 10.0.0.0/8 too; the longer one is found
 *
 * Embedded by its owner, zeroed at first.  One thread at a time. */
#ifndef CHATD_BASE_CIDR_SET_H
#define CHATD_BASE_CIDR_SET_H

#include "base/cidr.h"

#include <stdbool.h>
#include <stddef.h>

struct cidr_node;

struct cidr_set {
    struct cidr_node *root[CIDR_KINDS];
    size_t count; /* of networks */
};

/* Frees the tree, and no value. */
void cidr_set_fini(struct cidr_set *set);
/* Adds a network with a value, which is not NULL and is the caller's.  Returns false, and changes nothing, if the
 * network is in the set. */
bool cidr_set_add(struct cidr_set *set, const struct cidr *net, void *value);
/* Removes a network.  Returns its value; NULL if it is not in the set. */
void *cidr_set_remove(struct cidr_set *set, const struct cidr *net);
/* The value of exactly that network; NULL if it is not in the set. */
void *cidr_set_get(const struct cidr_set *set, const struct cidr *net);
/* The value of the longest network that holds an address, or all of a network; NULL if there is none. */
void *cidr_set_find(const struct cidr_set *set, const struct cidr *inner);
/* Calls each() with the value of every network that holds inner, the shortest first, until it returns false. */
void cidr_set_find_all(const struct cidr_set *set, const struct cidr *inner, bool (*each)(void *ctx, void *value),
                       void *ctx);
/* Checks the tree's invariants, and the count. */
void cidr_set_check(const struct cidr_set *set);

#endif
