/* base/cidr_set.c: a binary tree whose paths are compressed.
 *
 * Invariants: a node's network holds those of its children, which part at its last bit; a node without a value has both
 * children. */
#include "config.h"

#include "base/cidr_set.h"

#include "base/check.h"
#include "base/mem.h"

#include <stdlib.h>

struct cidr_node {
    struct cidr_node *child[2]; /* by the first bit behind net */
    void *value;                /* NULL: the node only parts its children */
    struct cidr net;
};
_Static_assert(sizeof(struct cidr_node) <= 48, "as the header says");

static void free_all(struct cidr_node *node)
{
    if (node != NULL) {
        free_all(node->child[0]);
        free_all(node->child[1]);
        free(node);
    }
}

void cidr_set_fini(struct cidr_set *set)
{
    for (size_t kind = 0; kind < CIDR_KINDS; kind++) {
        free_all(set->root[kind]);
    }
    *set = (struct cidr_set){0};
}

static struct cidr_node *node_new(const struct cidr *net, void *value)
{
    struct cidr_node *node = mem_zalloc(sizeof(*node));

    node->net = *net;
    node->value = value;
    return node;
}

/* ---- finding ---- */

/* The child that may hold inner, which is longer than the node's network. */
static struct cidr_node **child_for(struct cidr_node *node, const struct cidr *inner)
{
    return &node->child[cidr_bit(inner, node->net.bits)];
}

void cidr_set_find_all(const struct cidr_set *set, const struct cidr *inner, bool (*each)(void *ctx, void *value),
                       void *ctx)
{
    struct cidr_node *node = set->root[inner->kind];

    while (node != NULL && cidr_holds(&node->net, inner)) {
        if (node->value != NULL && !each(ctx, node->value)) {
            return;
        }
        node = node->net.bits < inner->bits ? *child_for(node, inner) : NULL;
    }
}

static bool keep_last(void *ctx, void *value)
{
    *(void **)ctx = value;
    return true;
}

void *cidr_set_find(const struct cidr_set *set, const struct cidr *inner)
{
    void *found = NULL;

    cidr_set_find_all(set, inner, keep_last, &found);
    return found;
}

/* Where the first node is that does not hold net, or is net; a NULL is where net would be.  *parent is where the node
 * above it is; NULL if there is none. */
static struct cidr_node **place_of(struct cidr_set *set, const struct cidr *net, struct cidr_node ***parent)
{
    struct cidr_node **at = &set->root[net->kind];

    *parent = NULL;
    while (*at != NULL && (*at)->net.bits < net->bits && cidr_holds(&(*at)->net, net)) {
        *parent = at;
        at = child_for(*at, net);
    }
    return at;
}

void *cidr_set_get(const struct cidr_set *set, const struct cidr *net)
{
    const struct cidr_node *node = set->root[net->kind];

    while (node != NULL && node->net.bits < net->bits && cidr_holds(&node->net, net)) {
        node = node->child[cidr_bit(net, node->net.bits)];
    }
    return node != NULL && cidr_is_equal(&node->net, net) ? node->value : NULL;
}

/* ---- changing ---- */

bool cidr_set_add(struct cidr_set *set, const struct cidr *net, void *value)
{
    struct cidr_node **parent, **at = place_of(set, net, &parent), *below = *at, *node;
    struct cidr parting;

    CHECK(value != NULL);
    if (below != NULL && cidr_is_equal(&below->net, net)) {
        if (below->value != NULL) {
            return false;
        }
        below->value = value;
        set->count++;
        return true;
    }
    *at = node = node_new(net, value);
    set->count++;
    if (below == NULL) {
        return true;
    }
    parting = cidr_of((enum cidr_kind)net->kind, net->ip, cidr_common_bits(&below->net, net));
    if (parting.bits < net->bits) {
        *at = node_new(&parting, NULL);
        *child_for(*at, net) = node;
    }
    *child_for(*at, &below->net) = below;
    return true;
}

/* Takes a node out that has no value any more, unless it parts two others. */
static void shrink(struct cidr_node **at)
{
    struct cidr_node *node = *at;

    if (node->value == NULL && (node->child[0] == NULL || node->child[1] == NULL)) {
        *at = node->child[0] != NULL ? node->child[0] : node->child[1];
        free(node);
    }
}

void *cidr_set_remove(struct cidr_set *set, const struct cidr *net)
{
    struct cidr_node **parent, **at = place_of(set, net, &parent);
    void *value;

    if (*at == NULL || (*at)->value == NULL || !cidr_is_equal(&(*at)->net, net)) {
        return NULL;
    }
    value = (*at)->value;
    (*at)->value = NULL;
    set->count--;
    shrink(at);
    if (parent != NULL) {
        shrink(parent);
    }
    return value;
}

/* ---- invariants ---- */

static size_t check_node(const struct cidr_node *node)
{
    size_t count = node->value != NULL;

    CHECK(node->value != NULL || (node->child[0] != NULL && node->child[1] != NULL));
    for (unsigned bit = 0; bit < 2; bit++) {
        const struct cidr_node *child = node->child[bit];

        if (child != NULL) {
            CHECK(child->net.bits > node->net.bits && cidr_holds(&node->net, &child->net));
            CHECK(cidr_bit(&child->net, node->net.bits) == bit);
            count += check_node(child);
        }
    }
    return count;
}

void cidr_set_check(const struct cidr_set *set)
{
    size_t count = 0;

    for (size_t kind = 0; kind < CIDR_KINDS; kind++) {
        if (set->root[kind] != NULL) {
            CHECK(set->root[kind]->net.kind == kind);
            count += check_node(set->root[kind]);
        }
    }
    CHECK(count == set->count);
}
