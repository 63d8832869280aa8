/* base/heap.c: a binary heap in an array. */
#include "config.h"

#include "base/heap.h"

#include "base/check.h"
#include "base/mem.h"

#include <stdlib.h>

static void put(struct heap *heap, size_t place, struct heap_node *node)
{
    heap->nodes[place - 1] = node;
    node->place = place;
}

/* Puts the node at a place that is free, or where those above it or below it leave one that is right. */
static void settle(struct heap *heap, size_t place, struct heap_node *node)
{
    while (place > 1 && heap->nodes[place / 2 - 1]->at > node->at) {
        put(heap, place, heap->nodes[place / 2 - 1]);
        place /= 2;
    }
    for (size_t below = 2 * place; below <= heap->count; below = 2 * place) {
        below += below < heap->count && heap->nodes[below]->at < heap->nodes[below - 1]->at;
        if (heap->nodes[below - 1]->at >= node->at) {
            break;
        }
        put(heap, place, heap->nodes[below - 1]);
        place = below;
    }
    put(heap, place, node);
}

void heap_push(struct heap *heap, struct heap_node *node, int64_t at)
{
    heap_remove(heap, node);
    if (heap->count == heap->space) {
        heap->space = heap->space > 0 ? heap->space * 2 : 16;
        heap->nodes = mem_realloc(heap->nodes, heap->space * sizeof(struct heap_node *));
    }
    node->at = at;
    heap->count++;
    settle(heap, heap->count, node);
}

void heap_remove(struct heap *heap, struct heap_node *node)
{
    struct heap_node *last;

    if (node->place == 0) {
        return;
    }
    CHECK(node->place <= heap->count && heap->nodes[node->place - 1] == node);
    last = heap->nodes[heap->count - 1];
    heap->count--;
    if (last != node) {
        settle(heap, node->place, last);
    }
    node->place = 0;
}

void heap_fini(struct heap *heap)
{
    for (size_t i = 0; i < heap->count; i++) {
        heap->nodes[i]->place = 0;
    }
    free(heap->nodes);
    *heap = (struct heap){0};
}
