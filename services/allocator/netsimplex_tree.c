#include "services/allocator/netsimplex_tree.h"

#include <errno.h>

static void join_thread(struct tree *t, int32_t u, int32_t next)
{
    t->thread[u].next = next;
    t->node[next].previous = u;
}

/* Children lists in the scratch arrays, walked from the root; sizes and lasts on the way back. */
int tree_thread(struct tree *tree, int32_t *child, int32_t *sibling)
{
    struct tree_node *t = tree->node;
    int32_t u = tree->root, before = tree->root, reached = 1;

    for (int32_t i = 0; i < tree->n_nodes; i++) {
        child[i] = -1;
        t[i].size = 1;
        tree->seat[i] = (struct tree_seat){ .stop = i };
    }
    for (int32_t i = tree->n_nodes - 1; i >= 0; i--) {
        if (i == tree->root)
            continue;
        sibling[i] = child[t[i].parent];
        child[t[i].parent] = i;
    }
    for (;;) {
        int32_t next = child[u];

        while (next < 0 && u != tree->root) {
            t[u].last = before;
            next = sibling[u];
            t[t[u].parent].size += t[u].size;
            u = t[u].parent;
        }
        if (next < 0) {
            t[tree->root].last = before;
            join_thread(tree, before, tree->root);
            return reached == tree->n_nodes ? 0 : -EINVAL;
        }
        child[u] = -1;
        u = next;
        reached++;
        if (child[u] < 0) {
            tree->seat[u].stop = t[u].parent;
        } else {
            join_thread(tree, before, u);
            before = u;
        }
    }
}

/* A leaf is about to get a child: it comes right behind its parent on the thread. */
static void make_inner(struct tree *tree, int32_t u)
{
    struct tree_node *t = tree->node;
    int32_t parent = t[u].parent;

    tree->thread[u].price = tree_price(tree, u);
    tree->seat[u] = (struct tree_seat){ .stop = u };
    join_thread(tree, u, tree->thread[parent].next);
    join_thread(tree, parent, u);
    t[u].last = u;
    for (int32_t a = parent; a >= 0 && t[a].last == parent; a = t[a].parent)
        t[a].last = u;
}

/* An inner node that has lost its last child. */
static void make_leaf(struct tree *tree, int32_t u)
{
    struct tree_node *t = tree->node;
    int32_t parent = t[u].parent, before = t[u].previous;

    tree->seat[u] = (struct tree_seat){ tree->thread[u].price - tree->thread[parent].price, parent };
    join_thread(tree, before, tree->thread[u].next);
    for (int32_t a = parent; a >= 0 && t[a].last == u; a = t[a].parent)
        t[a].last = before;
}

static void move_leaf(struct tree *tree, int32_t u, int32_t hook, int32_t arc, int32_t up)
{
    struct tree_node *t = tree->node;

    for (int32_t a = t[u].parent; a >= 0; a = t[a].parent)
        t[a].size--;
    for (int32_t a = hook; a >= 0; a = t[a].parent)
        t[a].size++;
    t[u].parent = hook;
    t[u].arc = arc;
    t[u].up = up;
    tree->seat[u].stop = hook;
}

/* Takes the stretch of a subtree out of the thread and out of the counts of those above it. */
static void cut_off(struct tree *tree, int32_t top)
{
    struct tree_node *t = tree->node;
    int32_t before = t[top].previous, end = t[top].last;

    join_thread(tree, before, tree->thread[end].next);
    for (int32_t u = t[top].parent; u >= 0; u = t[u].parent) {
        t[u].size -= t[top].size;
        if (t[u].last == end)
            t[u].last = before;
    }
}

/*
 * Turns the path from the new top up to the old one round: the parents become children. On the thread each node of the
 * path takes what it had before and behind the stretch of the one below it, and follows that one.
 */
static void turn_round(struct tree *tree, int32_t top, int32_t old_top)
{
    struct tree_node *t = tree->node;
    int32_t size = t[old_top].size, end = t[top].last;
    // Of the node below, as it was: what came before and after its stretch, its last node, its size.
    int32_t before = t[top].previous, after = tree->thread[end].next, last = end, below_size = t[top].size;
    int32_t parent = t[top].parent, arc = t[top].arc, up = t[top].up;

    for (int32_t below = top; below != old_top;) {
        int32_t u = parent, own_before = t[u].previous, own_last = t[u].last, own_size = t[u].size;
        int32_t own_after = own_last == last ? after : tree->thread[own_last].next;
        int32_t next_parent = t[u].parent, next_arc = t[u].arc, next_up = t[u].up;

        join_thread(tree, end, u);
        end = before;
        if (own_last != last) {
            join_thread(tree, before, after);
            end = own_last;
        }
        t[u].parent = below;
        t[u].arc = arc;
        t[u].up = -up;
        t[u].size = size - below_size;
        below = u;
        before = own_before;
        after = own_after;
        last = own_last;
        below_size = own_size;
        parent = next_parent;
        arc = next_arc;
        up = next_up;
    }
    for (int32_t u = old_top; u != top; u = t[u].parent)
        t[u].last = end;
    t[top].last = end;
    t[top].size = size;
}

/* Hangs a subtree below a node, right behind it on the thread. */
static void hang(struct tree *tree, int32_t top, int32_t hook, int32_t arc, int32_t up)
{
    struct tree_node *t = tree->node;
    int32_t end = t[top].last;

    t[top].parent = hook;
    t[top].arc = arc;
    t[top].up = up;
    join_thread(tree, end, tree->thread[hook].next);
    join_thread(tree, hook, top);
    for (int32_t u = hook; u >= 0; u = t[u].parent) {
        t[u].size += t[top].size;
        if (t[u].last == hook)
            t[u].last = end;
    }
}

void tree_move(struct tree *t, int32_t old_top, int32_t top, int32_t hook, int32_t arc, int32_t up)
{
    int32_t old_parent = t->node[old_top].parent;

    if (tree_is_leaf(t, hook))
        make_inner(t, hook);
    if (tree_is_leaf(t, old_top)) {
        move_leaf(t, old_top, hook, arc, up);
    } else {
        if (tree_is_leaf(t, top))
            make_inner(t, top);
        cut_off(t, old_top);
        turn_round(t, top, old_top);
        hang(t, top, hook, arc, up);
        if (t->node[old_top].size == 1)
            make_leaf(t, old_top);
    }
    if (t->node[old_parent].size == 1 && old_parent != t->root)
        make_leaf(t, old_parent);
}
