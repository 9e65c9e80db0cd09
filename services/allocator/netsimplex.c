/*
 * The tree hangs from the root. A thread runs through it, parents before children, so that every subtree is one
 * stretch of it, from its top to `last`; when the tree changes, stretches are cut out and joined, and prices change
 * along one stretch (or along all the rest, if that is shorter: only differences of prices count). The sizes of
 * subtrees find where two paths meet.
 *
 * The two parts of the costs are solved one after the other. Once hi is optimal, an arc whose reduced hi is not zero
 * can never carry another amount in an optimum; and pivots on the arcs where it is zero leave all prices in hi as they
 * are. So the second part runs on those few arcs alone, from the tree the first one left.
 *
 * Entering arcs are looked for in blocks of about sqrt(arcs), the arcs being visited in strides
 * so that a block mixes arcs of many nodes (in natural order neighbours are alike and the search goes blind).
 */
#include "services/allocator/netsimplex.h"

#include <errno.h>

enum { AT_UPPER = -1, IN_TREE = 0, AT_LOWER = 1 };
enum { MIN_BLOCK = 16 };

/* How far the root's price may drift from 0. */
#define FAR_OFF (INT64_C(1) << 60)

struct tree_node {
    int32_t parent, arc;            /* the arc between node and parent; -1 at the root */
    int32_t up;                     /* 1: the arc leads from the node to its parent; -1: the other way */
    int32_t size, last;             /* of its subtree: nodes, and the last one on the thread */
    int32_t previous;               /* back along the thread */
};

struct simplex {
    struct netsimplex *n;
    struct tree_node *tree;
    int32_t *thread;                /* [nodes] the next node; the last one leads to the root */
    int8_t *state;                  /* [arcs] */
    int32_t *order;                 /* the arcs in the order they are visited */
    int32_t n_order, visited, block, root;
};

struct cycle {                      /* what the entering arc closes */
    int32_t entering, join, delta;
    int32_t out; /* the child end of the leaving arc; -1 = the entering arc only changes its bound */
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

static void join_thread(struct simplex *s, int32_t u, int32_t next)
{
    s->thread[u] = next;
    s->tree[next].previous = u;
}

/* The arc to the root that carries what a node's other arcs leave. */
static int32_t artificial_arc(struct simplex *s, int32_t u, int32_t amount, int64_t penalty)
{
    int32_t e = netsimplex_arc(s->n, u, s->root, NETSIMPLEX_ENDLESS, penalty, 0);

    s->n->flow[e] = amount;
    return e;
}

/*
 * Threads a tree given by parents: children lists in scratch arrays, walked from the root. Prices in hi on the way,
 * sizes and lasts on the way back. -EINVAL if it does not reach every node.
 */
static int thread_tree(struct simplex *s, int32_t *child, int32_t *sibling)
{
    struct netsimplex *n = s->n;
    struct tree_node *t = s->tree;
    int32_t u = s->root, reached = 1;

    for (int32_t i = 0; i < n->n_nodes; i++)
        child[i] = -1;
    for (int32_t i = s->root - 1; i >= 0; i--) {
        sibling[i] = child[t[i].parent];
        child[t[i].parent] = i;
    }
    n->price_hi[s->root] = 0;
    for (int32_t before = s->root;; before = u) {
        int32_t next = child[u];

        while (next < 0 && u != s->root) {
            t[u].last = before;
            next = sibling[u];
            t[t[u].parent].size += t[u].size;
            u = t[u].parent;
        }
        if (next < 0) {
            t[s->root].last = before;
            join_thread(s, before, s->root);
            return reached == n->n_nodes ? 0 : -EINVAL;
        }
        child[u] = -1;
        u = next;
        n->price_hi[u] = n->price_hi[t[u].parent] + t[u].up * n->hi[t[u].arc];
        join_thread(s, before, u);
        reached++;
    }
}

static int start_tree(struct simplex *s, struct arena *a, int64_t penalty)
{
    struct netsimplex *n = s->n;
    int32_t arcs = n->n_arcs;
    int32_t *left = ARENA_NEW(a, n->n_nodes, int32_t), *sibling = ARENA_NEW(a, n->n_nodes, int32_t);

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
        s->tree[u] = (struct tree_node){ .parent = -1, .arc = -1, .size = 1 };
    for (int32_t u = 0; u < s->root; u++) {
        int32_t e = n->start != NULL ? n->start[u] : -1;

        if (e < 0)
            e = artificial_arc(s, u, left[u], penalty);
        s->tree[u].arc = e;
        s->tree[u].up = n->source[e] == u ? 1 : -1;
        s->state[e] = IN_TREE;
        s->tree[u].parent = n->source[e] == u ? n->target[e] : n->source[e];
    }
    return thread_tree(s, left, sibling);
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
        if (t[u].size < t[v].size)
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
    struct cycle c = {
        .entering = entering, .join = find_join(t, first, second), .delta = n->cap[entering], .out = -1
    };

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

/* Takes the stretch of a subtree out of the thread and out of the counts of those above it. */
static void cut_off(struct simplex *s, int32_t top)
{
    struct tree_node *t = s->tree;
    int32_t before = t[top].previous, end = t[top].last;

    join_thread(s, before, s->thread[end]);
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
static void turn_round(struct simplex *s, int32_t top, int32_t old_top)
{
    struct tree_node *t = s->tree;
    int32_t size = t[old_top].size, end = t[top].last;
    // Of the node below, as it was: what came before and after its stretch, its last node, its size.
    int32_t before = t[top].previous, after = s->thread[end], last = end, below_size = t[top].size;
    int32_t parent = t[top].parent, arc = t[top].arc, up = t[top].up;

    for (int32_t below = top; below != old_top;) {
        int32_t u = parent, own_before = t[u].previous, own_last = t[u].last, own_size = t[u].size;
        int32_t own_after = own_last == last ? after : s->thread[own_last];
        int32_t next_parent = t[u].parent, next_arc = t[u].arc, next_up = t[u].up;

        join_thread(s, end, u);
        end = before;
        if (own_last != last) {
            join_thread(s, before, after);
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
static void hang(struct simplex *s, int32_t top, int32_t hook, int32_t arc)
{
    struct tree_node *t = s->tree;
    int32_t end = t[top].last;

    t[top].parent = hook;
    t[top].arc = arc;
    t[top].up = s->n->source[arc] == top ? 1 : -1;
    join_thread(s, end, s->thread[hook]);
    join_thread(s, hook, top);
    for (int32_t u = hook; u >= 0; u = t[u].parent) {
        t[u].size += t[top].size;
        if (t[u].last == hook)
            t[u].last = end;
    }
}

/* The root's price is 0 again, after so many shifts of everything but a subtree. */
static void settle_prices(struct simplex *s)
{
    struct netsimplex *n = s->n;
    int64_t hi = n->price_hi[s->root];
    netsimplex_lo lo = n->price_lo[s->root];

    for (int32_t u = 0; u < n->n_nodes; u++) {
        n->price_hi[u] -= hi;
        n->price_lo[u] -= lo;
    }
}

/* Prices of the part that was hung up anew, or of all others. */
static void reprice(struct simplex *s, int32_t top, bool low)
{
    struct netsimplex *n = s->n;
    const struct tree_node *t = s->tree;
    int32_t e = t[top].arc, parent = t[top].parent, from = top, to = s->thread[t[top].last];
    int64_t sign = t[top].up, hi = n->price_hi[parent] + sign * n->hi[e] - n->price_hi[top];
    netsimplex_lo lo = low ? n->price_lo[parent] + sign * n->lo[e] - n->price_lo[top] : 0;

    if (2 * t[top].size > n->n_nodes) {
        from = to;
        to = top;
        hi = -hi;
        lo = -lo;
    }
    if (low) {
        for (int32_t u = from; u != to; u = s->thread[u])
            n->price_lo[u] += lo;
    } else {
        for (int32_t u = from; u != to; u = s->thread[u])
            n->price_hi[u] += hi;
        if (n->price_hi[s->root] > FAR_OFF || n->price_hi[s->root] < -FAR_OFF)
            settle_prices(s);
    }
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
    cut_off(s, c.out);
    turn_round(s, c.in, c.out);
    hang(s, c.in, c.hook, entering);
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
    for (int32_t u = s->thread[s->root]; u != s->root; u = s->thread[u]) {
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
        .thread = ARENA_NEW(a, n->n_nodes, int32_t),
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
    settle_prices(&s);
    n->unique = no_ties(&s, list, tight);
    ret = artificial_flow(n, arcs);

    n->n_arcs = arcs;
    return ret;
}
