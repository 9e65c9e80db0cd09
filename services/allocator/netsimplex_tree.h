/*
 * The spanning tree of the network simplex. A thread runs through its inner nodes, parents before children, so that
 * every subtree's are one stretch of it, from its top to `last`; when the tree changes, stretches are cut out and
 * joined. The sizes of subtrees find where two paths meet.
 *
 * Most nodes are leaves. They are not on the thread, and their prices hang on their parents': a price that changes
 * along a stretch is not written again for each leaf below it.
 */
#ifndef BERBAGI_ALLOCATOR_NETSIMPLEX_TREE_H
#define BERBAGI_ALLOCATOR_NETSIMPLEX_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/core/cleanup.h"

struct tree_node {
    int32_t parent, arc;            /* the arc between node and parent; -1 at the root */
    int32_t up;                     /* 1: the arc leads from the node to its parent; -1: the other way */
    int32_t size;                   /* of its subtree, leaves too; 1 = a leaf, unless it is the root */
    int32_t last, previous;         /* of inner nodes: the last one of the subtree; back along the thread */
};

/* Walked more than anything else, so apart and small. */
struct tree_stop {
    int64_t price;                  /* of an inner node */
    int32_t next;                   /* along the thread; the last one leads to the root */
};

/* A node's price: that of a stop, and what comes on top. An inner node is its own stop, a leaf's is its parent. */
struct tree_seat {
    int64_t above;
    int32_t stop;
};

struct tree {
    struct tree_node *node;
    struct tree_stop *thread;
    struct tree_seat *seat;
    int32_t n_nodes, root;
};

static inline int64_t tree_price(const struct tree *t, int32_t u)
{
    return t->thread[t->seat[u].stop].price + t->seat[u].above;
}

static inline bool tree_is_leaf(const struct tree *t, int32_t u)
{
    return t->seat[u].stop != u;
}

/*
 * Threads a tree given by parent, arc and up; sets the rest but prices. child, sibling: scratch, [n_nodes].
 * -EINVAL if it does not reach every node.
 */
must_check int tree_thread(struct tree *t, int32_t *child, int32_t *sibling);

/* The lowest node above both. */
static inline int32_t tree_join(const struct tree *t, int32_t u, int32_t v)
{
    while (u != v) {
        if (t->node[u].size < t->node[v].size)
            u = t->node[u].parent;
        else
            v = t->node[v].parent;
    }
    return u;
}

/*
 * Takes the subtree of old_top off, turns it so that `top`, a node of it, is uppermost, and hangs it below `hook`,
 * right behind it on the thread, by an arc; up as above. Prices stay as they are, but that of a leaf that moves alone.
 */
void tree_move(struct tree *t, int32_t old_top, int32_t top, int32_t hook, int32_t arc, int32_t up);

#endif
