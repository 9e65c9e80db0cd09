/*
 * The tree hangs from the root. A node knows its parent, the arc to it, and its children as a list; the depth finds
 * where two paths meet.
 *
 * The two parts of the costs are solved one after the other. Once hi is optimal, an arc whose reduced hi is not zero can
 * never carry another amount in an optimum; and pivots on the arcs where it is zero leave all prices in hi as they are. So
 * the second part runs on those few arcs alone, from the tree the first one left.
 *
 * Entering arcs are looked for in blocks of about sqrt(arcs), the arcs being visited in strides
 * so that a block mixes arcs of many nodes (in natural order neighbours are alike and the search goes blind).
 */
#include "services/allocator/netsimplex.h"

#include <errno.h>

enum { AT_UPPER = -1, IN_TREE = 0, AT_LOWER = 1 };
enum { MIN_BLOCK = 16 };

struct tree_node {
    int32_t parent, arc;            /* the arc between node and parent; -1 at the root */
    int32_t child, next, previous;  /* first child; siblings; -1 = none */
    int32_t depth;
    int32_t up;                     /* 1: the arc leads from the node to its parent; -1: the other way */
};

struct simplex {
    struct netsimplex *n;
    struct tree_node *tree;
    int8_t *state;                  /* [arcs] */
    int32_t *order;                 /* the arcs in the order they are visited */
    int32_t n_order, visited, block, root;
};

struct cycle {                      /* what the entering arc closes */
    int32_t entering, join, delta;
    int32_t out;                    /* the child end of the leaving arc; -1 = the entering arc only changes its bound */
    int32_t in, hook;               /* the end of the entering arc in the part that is cut off, and the other end */
};

void netsimplex_init(struct netsimplex *n, struct arena *a, int32_t max_nodes, int32_t max_arcs)
{
    int32_t arcs = max_arcs + max_nodes;

    *n = (struct netsimplex){ .max_nodes = max_nodes, .max_arcs = arcs };
    n->supply = ARENA_NEW(a, max_nodes, int32_t);
    n->source = ARENA_NEW(a, arcs, int32_t);
    n->target = ARENA_NEW(a, arcs, int32_t);
    n->cap = ARENA_NEW(a, arcs, int32_t);
    n->hi = ARENA_NEW(a, arcs, int64_t);
    n->lo = ARENA_NEW(a, arcs, netsimplex_lo);
    n->flow = ARENA_NEW(a, arcs, int32_t);
    n->price_hi = ARENA_NEW(a, max_nodes, int64_t);
    n->price_lo = ARENA_NEW(a, max_nodes, netsimplex_lo);
}

int32_t netsimplex_arc(struct netsimplex *n, int32_t source, int32_t target, int32_t cap, int64_t hi, netsimplex_lo lo)
{
    int32_t e = n->n_arcs++;

    n->source[e] = source;
    n->target[e] = target;
    n->cap[e] = cap;
    n->hi[e] = hi;
    n->lo[e] = lo;
    n->flow[e] = 0;
    return e;
}

static void link_child(struct tree_node *t, int32_t parent, int32_t u)
{
    t[u].parent = parent;
    t[u].previous = -1;
    t[u].next = t[parent].child;
    if (t[u].next >= 0)
        t[t[u].next].previous = u;
    t[parent].child = u;
}

static void unlink_child(struct tree_node *t, int32_t u)
{
    if (t[u].previous >= 0)
        t[t[u].previous].next = t[u].next;
    else
        t[t[u].parent].child = t[u].next;
    if (t[u].next >= 0)
        t[t[u].next].previous = t[u].previous;
}

/* The arc to the root that carries what a node's other arcs leave. */
static int32_t artificial_arc(struct simplex *s, int32_t u, int32_t amount, int64_t penalty)
{
    int32_t e = netsimplex_arc(s->n, u, s->root, NETSIMPLEX_ENDLESS, penalty, 0);

    s->n->flow[e] = amount;
    return e;
}

/* The next node of the part below top, parents first; top itself ends it. */
static int32_t next_below(const struct tree_node *t, int32_t u, int32_t top)
{
    if (t[u].child >= 0)
        return t[u].child;
    while (u != top && t[u].next < 0)
        u = t[u].parent;
    return u == top ? top : t[u].next;
}

/* Depths and prices in hi from the root on; -EINVAL if it does not reach every node. */
static int price_tree(struct simplex *s)
{
    struct netsimplex *n = s->n;
    struct tree_node *t = s->tree;
    int32_t reached = 1;

    n->price_hi[s->root] = 0;
    for (int32_t u = next_below(t, s->root, s->root); u != s->root; u = next_below(t, u, s->root)) {
        n->price_hi[u] = n->price_hi[t[u].parent] + t[u].up * n->hi[t[u].arc];
        t[u].depth = t[t[u].parent].depth + 1;
        reached++;
    }
    return reached == n->n_nodes ? 0 : -EINVAL;
}

static int start_tree(struct simplex *s, struct arena *a, int64_t penalty)
{
    struct netsimplex *n = s->n;
    int32_t arcs = n->n_arcs, *left = ARENA_NEW(a, n->n_nodes, int32_t);

    if (a->failed)
        return -ENOMEM;
    for (int32_t u = 0; u < s->root; u++)
        left[u] = n->supply[u];
    for (int32_t e = 0; e < arcs; e++) {
        s->state[e] = n->flow[e] > 0 ? AT_UPPER : AT_LOWER;
        left[n->source[e]] -= n->flow[e];
        left[n->target[e]] += n->flow[e];
    }
    for (int32_t u = 0; u < n->n_nodes; u++)
        s->tree[u] = (struct tree_node){ .parent = -1, .arc = -1, .child = -1, .next = -1, .previous = -1 };
    for (int32_t u = 0; u < s->root; u++) {
        int32_t e = n->start != NULL ? n->start[u] : -1;

        if (e < 0)
            e = artificial_arc(s, u, left[u], penalty);
        s->tree[u].arc = e;
        s->tree[u].up = n->source[e] == u ? 1 : -1;
        s->state[e] = IN_TREE;
        link_child(s->tree, n->source[e] == u ? n->target[e] : n->source[e], u);
    }
    return price_tree(s);
}

/* Sets the order of visits over the arcs listed in `list`. */
static void mix_arcs(struct simplex *s, const int32_t *list, int32_t arcs)
{
    int32_t stride = 1, k = 0;

    while ((int64_t)stride * stride < arcs)
        stride++;
    for (int32_t i = 0; i < stride; i++)
        for (int32_t e = i; e < arcs; e += stride)
            s->order[k++] = list[e];
    s->n_order = arcs;
    s->visited = 0;
    s->block = stride > MIN_BLOCK ? stride : MIN_BLOCK;
}

/* The arc of a block with the greatest gain in hi, or -1 when a whole round finds none. */
static int32_t find_entering(struct simplex *s)
{
    const struct netsimplex *n = s->n;
    int64_t best_hi = 0;
    int32_t best = -1, left_in_block = s->block, k = s->visited;

    for (int32_t i = 0; i < s->n_order; i++) {
        int32_t e = s->order[k];
        int64_t hi = s->state[e] * (n->hi[e] - n->price_hi[n->source[e]] + n->price_hi[n->target[e]]);

        if (++k == s->n_order)
            k = 0;
        if (hi < best_hi) {
            best_hi = hi;
            best = e;
        }
        if (--left_in_block == 0) {
            if (best >= 0)
                break;
            left_in_block = s->block;
        }
    }
    s->visited = k;
    return best;
}

/* The same in lo, over arcs that cost nothing in hi. */
static int32_t find_entering_low(struct simplex *s)
{
    const struct netsimplex *n = s->n;
    netsimplex_lo best_lo = 0;
    int32_t best = -1, left_in_block = s->block, k = s->visited;

    for (int32_t i = 0; i < s->n_order; i++) {
        int32_t e = s->order[k];
        netsimplex_lo lo = s->state[e] * (n->lo[e] - n->price_lo[n->source[e]] + n->price_lo[n->target[e]]);

        if (++k == s->n_order)
            k = 0;
        if (lo < best_lo) {
            best_lo = lo;
            best = e;
        }
        if (--left_in_block == 0) {
            if (best >= 0)
                break;
            left_in_block = s->block;
        }
    }
    s->visited = k;
    return best;
}

static int32_t find_join(const struct tree_node *t, int32_t u, int32_t v)
{
    while (u != v) {
        if (t[u].depth >= t[v].depth)
            u = t[u].parent;
        else
            v = t[v].parent;
    }
    return u;
}

/*
 * Walks both sides of the cycle for the arc that blocks first. Among equals the last one met from the join on, in the
 * direction of the flow, leaves: this keeps the tree strongly feasible.
 */
static struct cycle find_leaving(const struct simplex *s, int32_t entering)
{
    const struct netsimplex *n = s->n;
    const struct tree_node *t = s->tree;
    bool lower = s->state[entering] == AT_LOWER;
    int32_t first = lower ? n->source[entering] : n->target[entering];
    int32_t second = lower ? n->target[entering] : n->source[entering];
    struct cycle c = { .entering = entering, .join = find_join(t, first, second), .delta = n->cap[entering], .out = -1 };

    for (int32_t u = first; u != c.join; u = t[u].parent) {
        int32_t e = t[u].arc;
        int32_t room = t[u].up > 0 ? n->flow[e]
            : n->cap[e] == NETSIMPLEX_ENDLESS ? NETSIMPLEX_ENDLESS : n->cap[e] - n->flow[e];

        if (room < c.delta) {
            c.delta = room;
            c.out = u;
            c.in = first;
            c.hook = second;
        }
    }
    for (int32_t u = second; u != c.join; u = t[u].parent) {
        int32_t e = t[u].arc;
        int32_t room = t[u].up < 0 ? n->flow[e]
            : n->cap[e] == NETSIMPLEX_ENDLESS ? NETSIMPLEX_ENDLESS : n->cap[e] - n->flow[e];

        if (room <= c.delta) {
            c.delta = room;
            c.out = u;
            c.in = second;
            c.hook = first;
        }
    }
    return c;
}

static void push_flow(struct simplex *s, const struct cycle *c)
{
    struct netsimplex *n = s->n;
    int32_t amount = s->state[c->entering] * c->delta;

    n->flow[c->entering] += amount;
    for (int32_t u = n->source[c->entering]; u != c->join; u = s->tree[u].parent)
        n->flow[s->tree[u].arc] -= s->tree[u].up * amount;
    for (int32_t u = n->target[c->entering]; u != c->join; u = s->tree[u].parent)
        n->flow[s->tree[u].arc] += s->tree[u].up * amount;
}

/* Cuts the part below the leaving arc off, hangs it up again by the entering arc's end, and turns the path between. */
static void rehang(struct simplex *s, const struct cycle *c)
{
    struct tree_node *t = s->tree;
    int32_t u = c->in, parent = c->hook, arc = c->entering;

    for (;;) {
        int32_t old_parent = t[u].parent, old_arc = t[u].arc;

        unlink_child(t, u);
        link_child(t, parent, u);
        t[u].arc = arc;
        t[u].up = s->n->source[arc] == u ? 1 : -1;
        if (u == c->out)
            break;
        parent = u;
        arc = old_arc;
        u = old_parent;
    }
}

/* Prices and depths of the part that was hung up anew. */
static void reprice(struct simplex *s, int32_t top, bool low)
{
    struct netsimplex *n = s->n;
    struct tree_node *t = s->tree;
    int32_t e = t[top].arc, parent = t[top].parent, u = top;
    int64_t sign = t[top].up, hi = n->price_hi[parent] + sign * n->hi[e] - n->price_hi[top];
    netsimplex_lo lo = low ? n->price_lo[parent] + sign * n->lo[e] - n->price_lo[top] : 0;

    do {
        t[u].depth = t[t[u].parent].depth + 1;
        if (low)
            n->price_lo[u] += lo;
        else
            n->price_hi[u] += hi;
        u = next_below(t, u, top);
    } while (u != top);
}

static void pivot(struct simplex *s, int32_t entering, bool low)
{
    struct cycle c = find_leaving(s, entering);

    if (c.delta > 0)
        push_flow(s, &c);
    if (c.out < 0) {
        s->state[entering] = (int8_t)-s->state[entering];
        return;
    }
    int32_t leaving = s->tree[c.out].arc;

    s->state[entering] = IN_TREE;
    s->state[leaving] = s->n->flow[leaving] == 0 ? AT_LOWER : AT_UPPER;
    rehang(s, &c);
    reprice(s, c.in, low);
}

/* The arcs that cost nothing in hi, the tree's among them. */
static int32_t list_tight(const struct simplex *s, int32_t arcs, int32_t *list)
{
    const struct netsimplex *n = s->n;
    int32_t k = 0;

    for (int32_t e = 0; e < arcs; e++)
        if (n->cap[e] > 0 && n->hi[e] - n->price_hi[n->source[e]] + n->price_hi[n->target[e]] == 0)
            list[k++] = e;
    return k;
}

static void price_low(struct simplex *s)
{
    struct netsimplex *n = s->n;

    n->price_lo[s->root] = 0;
    for (int32_t u = next_below(s->tree, s->root, s->root); u != s->root; u = next_below(s->tree, u, s->root)) {
        const struct tree_node *t = &s->tree[u];

        n->price_lo[u] = n->price_lo[t->parent] + t->up * n->lo[t->arc];
    }
}

static bool no_ties(const struct simplex *s, const int32_t *list, int32_t tight)
{
    const struct netsimplex *n = s->n;

    for (int32_t i = 0; i < tight; i++) {
        int32_t e = list[i];

        if (s->state[e] != IN_TREE && n->lo[e] - n->price_lo[n->source[e]] + n->price_lo[n->target[e]] == 0)
            return false;
    }
    return true;
}

static int artificial_flow(const struct netsimplex *n, int32_t arcs)
{
    for (int32_t e = arcs; e < n->n_arcs; e++)
        if (n->flow[e] > 0)
            return -ENETUNREACH;
    return 0;
}

int netsimplex_solve(struct netsimplex *n, struct arena *a, int64_t penalty)
{
    int32_t arcs = n->n_arcs;
    struct simplex s = {
        .n = n,
        .tree = ARENA_NEW(a, n->n_nodes, struct tree_node),
        .state = ARENA_NEW(a, n->max_arcs, int8_t),
        .order = ARENA_NEW(a, arcs, int32_t),
        .root = n->n_nodes - 1,
    };
    int32_t *list = ARENA_NEW(a, arcs, int32_t);

    if (a->failed)
        return -ENOMEM;
    int ret = start_tree(&s, a, penalty);

    if (ret < 0)
        return ret;
    for (int32_t e = 0; e < arcs; e++)
        list[e] = e;
    mix_arcs(&s, list, arcs);
    n->pivots = 0;
    for (int32_t e; (e = find_entering(&s)) >= 0; n->pivots++)
        pivot(&s, e, false);

    int32_t tight = list_tight(&s, arcs, list);

    price_low(&s);
    mix_arcs(&s, list, tight);
    for (int32_t e; (e = find_entering_low(&s)) >= 0; n->pivots++)
        pivot(&s, e, true);
    n->unique = no_ties(&s, list, tight);
    ret = artificial_flow(n, arcs);

    n->n_arcs = arcs;
    return ret;
}
