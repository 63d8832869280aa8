/* base/heap.h: a heap of nodes that each fall due at a time of their own; where all wait equally long, base/timeq.h is
 * the simpler one.
 *
 * A node is embedded in the object that waits, and is in one heap at most.  Pushing and removing are O(log n), the
 * first node is found at once.  Embedded by its owner, zeroed at first.  One thread at a time. */
#ifndef CHATD_BASE_HEAP_H
#define CHATD_BASE_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap_node {
    int64_t at;   /* by which the nodes are ordered, in whatever unit the owner has */
    size_t place; /* in the heap, counted from 1; 0 if it is in none: zeroed by the owner first */
};

struct heap {
    struct heap_node **nodes; /* each is not before the one at half its place */
    size_t count, space;
};

/* Frees the heap's memory; the nodes are in no heap any more. */
void heap_fini(struct heap *heap);
/* Adds a node, after removing it if it is in the heap. */
void heap_push(struct heap *heap, struct heap_node *node, int64_t at);
/* Removes a node; does nothing if it is in no heap. */
void heap_remove(struct heap *heap, struct heap_node *node);
/* A node before which there is no other; NULL if the heap is empty. */
static inline struct heap_node *heap_first(const struct heap *heap)
{
    return heap->count > 0 ? heap->nodes[0] : NULL;
}

#endif
