/*
 * The spanning tree of the network simplex. A thread runs through it, parents before children, so that every subtree
 * is one stretch of it, from its top to `last`; when the tree changes, stretches are cut out and joined. The sizes of
 * subtrees find where two paths meet.
 */
#ifndef BERBAGI_ALLOCATOR_NETSIMPLEX_TREE_H
#define BERBAGI_ALLOCATOR_NETSIMPLEX_TREE_H

#include <stdint.h>

#include "common/core/cleanup.h"

struct tree_node {
    int32_t parent, arc;            /* the arc between node and parent; -1 at the root */
    int32_t up;                     /* 1: the arc leads from the node to its parent; -1: the other way */
    int32_t size, last;             /* of its subtree: nodes, and the last one on the thread */
    int32_t previous;               /* back along the thread */
};

/* Walked more than anything else, so apart and small. */
struct tree_stop {
    int64_t price;                  /* the simplex's */
    int32_t next;                   /* along the thread; the last one leads to the root */
};

struct tree {
    struct tree_node *node;
    struct tree_stop *thread;
    int32_t n_nodes, root;
};

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
 * right behind it on the thread, by an arc; up as above.
 */
void tree_move(struct tree *t, int32_t old_top, int32_t top, int32_t hook, int32_t arc, int32_t up);

#endif
