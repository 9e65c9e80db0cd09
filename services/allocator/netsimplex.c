/*
 * The parts of the costs are solved one after the other. Once hi is optimal, an arc whose reduced hi is not zero can
 * never carry another amount in an optimum; and pivots on the arcs where it is zero leave all prices in hi as they
 * are. So the next part runs on those few arcs alone, from the tree the first one left.
 *
 * Entering arcs are looked for in blocks of about sqrt(arcs). What the search reads of an arc lies in the order of
 * visits, which goes through the arcs in strides so that a block mixes arcs of many nodes (in natural order neighbours
 * are alike and the search goes blind).
 *
 * Prices change along one stretch of the tree's thread (or along all the rest, if that is shorter: only differences of
 * prices count).
 */
#include "services/allocator/netsimplex.h"

#include <errno.h>

#include "services/allocator/netsimplex_tree.h"

enum { AT_UPPER = -1, IN_TREE = 0, AT_LOWER = 1 };
enum { MIN_BLOCK = 16 };

/* How far the root's price may drift from 0. */
#define FAR_OFF (INT64_C(1) << 60)

struct visit {                      /* an arc as the search sees it */
    int64_t cost;                   /* of the part that is being solved */
    int32_t source, target, arc;
    int32_t state;
};

struct simplex {
    struct netsimplex *n;
    struct tree tree;               /* prices of the part that is being solved */
    struct visit *visit;            /* in order of visits */
    int32_t *position;              /* [arcs] of an arc among the visits; -1 = it never enters */
    int32_t n_visits, visited, block;
};

struct cycle {                      /* what the entering arc closes; arcs are positions among the visits */
    int32_t entering, join, delta;
    int32_t out; /* the child end of the leaving arc; -1 = the entering arc only changes its bound */
    int32_t in, hook;               /* the end of the entering arc in the part that is cut off, and the other end */
};

void netsimplex_init(struct netsimplex *n, struct arena *a, int32_t max_nodes, int32_t max_arcs)
{
    int32_t arcs = max_arcs + max_nodes;

    *n = (struct netsimplex){ .max_nodes = max_nodes, .max_arcs = arcs };
    n->supply = ARENA_NEW(a, max_nodes, int32_t);
    n->arc = ARENA_RAW(a, arcs, struct netsimplex_arc);
    n->price_hi = ARENA_RAW(a, max_nodes, int64_t);
    n->price_lo = ARENA_RAW(a, max_nodes, int64_t);
}

void netsimplex_add_mid(struct netsimplex *n, struct arena *a)
{
    // The artificial arcs cost nothing in it, so their room is zeroed too.
    n->mid = ARENA_NEW(a, n->max_arcs, int64_t);
}

int32_t netsimplex_add(struct netsimplex *n, int32_t source, int32_t target, int32_t cap, int64_t hi, int64_t lo)
{
    int32_t e = n->n_arcs++;

    n->arc[e] = (struct netsimplex_arc){ .hi = hi, .lo = lo, .source = source, .target = target, .cap = cap };
    return e;
}

/* The arc to the root that carries what a node's other arcs leave. */
static int32_t artificial_arc(struct simplex *s, int32_t u, int32_t amount, int64_t penalty)
{
    int32_t e = netsimplex_add(s->n, u, s->tree.root, NETSIMPLEX_ENDLESS, penalty, 0);

    s->n->arc[e].flow = amount;
    return e;
}

static int start_tree(struct simplex *s, struct arena *a, int64_t penalty)
{
    struct netsimplex *n = s->n;
    int32_t arcs = n->n_arcs, root = s->tree.root;
    int32_t *left = ARENA_RAW(a, n->n_nodes, int32_t), *sibling = ARENA_RAW(a, n->n_nodes, int32_t);

    if (a->failed)
        return -ENOMEM;
    for (int32_t u = 0; u < n->n_nodes; u++)
        left[u] = n->supply[u];
    for (int32_t e = 0; e < arcs; e++)
        if (n->arc[e].flow > 0) {
            left[n->arc[e].source] -= n->arc[e].flow;
            left[n->arc[e].target] += n->arc[e].flow;
        }
    s->tree.node[root] = (struct tree_node){ .parent = -1, .arc = -1 };
    for (int32_t u = 0; u < root; u++) {
        int32_t e = n->start != NULL ? n->start[u] : -1;

        if (e < 0)
            e = artificial_arc(s, u, left[u], penalty);
        const struct netsimplex_arc *x = &n->arc[e];
        bool up = x->source == u;

        s->tree.node[u] = (struct tree_node){ .parent = up ? x->target : x->source, .arc = e, .up = up ? 1 : -1 };
    }
    return tree_thread(&s->tree, left, sibling);
}

enum part { HI, MID, LO };

static inline int64_t cost_of(const struct netsimplex *n, int32_t e, enum part part)
{
    return part == HI ? n->arc[e].hi : part == LO ? n->arc[e].lo : n->mid[e];
}

static inline int64_t reduced(const struct simplex *s, const struct visit *x)
{
    return x->cost - tree_price(&s->tree, x->source) + tree_price(&s->tree, x->target);
}

/* Prices of the part along the tree. */
static void price_tree(struct simplex *s, enum part part)
{
    const struct tree_node *t = s->tree.node;
    struct tree_stop *thread = s->tree.thread;
    int32_t root = s->tree.root;

    thread[root].price = 0;
    for (int32_t u = thread[root].next; u != root; u = thread[u].next)
        thread[u].price = thread[t[u].parent].price + t[u].up * cost_of(s->n, t[u].arc, part);
    for (int32_t u = 0; u < root; u++)
        if (tree_is_leaf(&s->tree, u))
            s->tree.seat[u].above = t[u].up * cost_of(s->n, t[u].arc, part);
}

static void begin_search(struct simplex *s, int32_t stride)
{
    s->visited = 0;
    s->block = stride > MIN_BLOCK ? stride : MIN_BLOCK;
}

static int32_t stride_of(int32_t arcs)
{
    int32_t stride = 1;

    while ((int64_t)stride * stride < arcs)
        stride++;
    return stride;
}

/* The first part: all arcs but the artificial ones, in strides. */
static void begin(struct simplex *s, int32_t arcs)
{
    struct netsimplex *n = s->n;
    int32_t stride = stride_of(arcs), k = 0;

    for (int32_t i = 0; i < stride; i++)
        for (int32_t e = i; e < arcs; e += stride) {
            const struct netsimplex_arc *x = &n->arc[e];

            s->position[e] = k;
            s->visit[k++] = (struct visit){ .cost = x->hi, .source = x->source, .target = x->target, .arc = e,
                                            .state = x->flow > 0 ? AT_UPPER : AT_LOWER };
        }
    for (int32_t e = arcs; e < n->n_arcs; e++)
        s->position[e] = -1;
    for (int32_t u = 0; u < s->tree.root; u++)
        if (s->position[s->tree.node[u].arc] >= 0)
            s->visit[s->position[s->tree.node[u].arc]].state = IN_TREE;
    s->n_visits = k;
    price_tree(s, HI);
    begin_search(s, stride);
}

/* The next part: only arcs that cost nothing in the one just solved, the tree's among them. */
static void go_on(struct simplex *s, enum part part)
{
    int32_t k = 0;

    for (int32_t i = 0; i < s->n_visits; i++) {
        struct visit x = s->visit[i];
        bool tight = reduced(s, &x) == 0 && s->n->arc[x.arc].cap > 0;

        s->position[x.arc] = tight ? k : -1;
        if (!tight)
            continue;
        x.cost = cost_of(s->n, x.arc, part);
        s->visit[k++] = x;
    }
    s->n_visits = k;
    price_tree(s, part);
    begin_search(s, stride_of(k));
}

/* The arc of a block with the greatest gain, or -1 when a whole round finds none. */
static int32_t find_entering(struct simplex *s)
{
    int64_t best_gain = 0;
    int32_t best = -1;

    for (int32_t left = s->n_visits; left > 0 && best < 0;) {
        int32_t end = s->visited + (s->block < left ? s->block : left);

        end = end < s->n_visits ? end : s->n_visits;
        for (int32_t k = s->visited; k < end; k++) {
            int64_t gain = s->visit[k].state * reduced(s, &s->visit[k]);

            if (gain < best_gain) {
                best_gain = gain;
                best = k;
            }
        }
        left -= end - s->visited;
        s->visited = end < s->n_visits ? end : 0;
    }
    return best;
}

/* By how much an arc's flow can fall, or grow. */
static inline int32_t room_of(const struct netsimplex_arc *x, bool falls)
{
    return falls ? x->flow : x->cap == NETSIMPLEX_ENDLESS ? NETSIMPLEX_ENDLESS : x->cap - x->flow;
}

/*
 * Walks both sides of the cycle for the arc that blocks first. Among equals the last one met from the join on, in the
 * direction of the flow, leaves: this keeps the tree strongly feasible.
 */
static struct cycle find_leaving(const struct simplex *s, int32_t entering)
{
    const struct netsimplex *n = s->n;
    const struct tree_node *t = s->tree.node;
    const struct visit *x = &s->visit[entering];
    bool lower = x->state == AT_LOWER;
    int32_t first = lower ? x->source : x->target;
    int32_t second = lower ? x->target : x->source;
    struct cycle c = {
        .entering = entering, .join = tree_join(&s->tree, first, second), .delta = n->arc[x->arc].cap, .out = -1
    };

    for (int32_t u = first; u != c.join; u = t[u].parent) {
        int32_t room = room_of(&n->arc[t[u].arc], t[u].up > 0);

        if (room < c.delta) {
            c.delta = room;
            c.out = u;
            c.in = first;
            c.hook = second;
        }
    }
    for (int32_t u = second; u != c.join; u = t[u].parent) {
        int32_t room = room_of(&n->arc[t[u].arc], t[u].up < 0);

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
    const struct tree_node *t = s->tree.node;
    const struct visit *x = &s->visit[c->entering];
    struct netsimplex_arc *arc = s->n->arc;
    int32_t amount = x->state * c->delta;

    arc[x->arc].flow += amount;
    for (int32_t u = x->source; u != c->join; u = t[u].parent)
        arc[t[u].arc].flow -= t[u].up * amount;
    for (int32_t u = x->target; u != c->join; u = t[u].parent)
        arc[t[u].arc].flow += t[u].up * amount;
}

/* The root's price is 0 again, after so many shifts of everything but a subtree. */
static void settle_prices(struct simplex *s)
{
    struct tree_stop *thread = s->tree.thread;
    int32_t root = s->tree.root;
    int64_t price = thread[root].price;

    for (int32_t u = thread[root].next; u != root; u = thread[u].next)
        thread[u].price -= price;
    thread[root].price = 0;
}

/* Prices of the part that was hung up anew, or of all others. */
static void reprice(struct simplex *s, int32_t top, int64_t cost)
{
    const struct tree_node *t = &s->tree.node[top];
    struct tree_stop *thread = s->tree.thread;

    if (tree_is_leaf(&s->tree, top)) {
        s->tree.seat[top].above = t->up * cost;
        return;
    }
    int32_t from = top, to = thread[t->last].next, root = s->tree.root;
    int64_t by = thread[t->parent].price + t->up * cost - thread[top].price;

    if (2 * t->size > s->tree.n_nodes) {
        from = to;
        to = top;
        by = -by;
    }
    for (int32_t u = from; u != to; u = thread[u].next)
        thread[u].price += by;
    if (thread[root].price > FAR_OFF || thread[root].price < -FAR_OFF)
        settle_prices(s);
}

static void pivot(struct simplex *s, int32_t entering)
{
    struct cycle c = find_leaving(s, entering);
    struct visit *x = &s->visit[entering];

    if (c.delta > 0)
        push_flow(s, &c);
    if (c.out < 0) {
        x->state = -x->state;
        return;
    }
    int32_t leaving = s->tree.node[c.out].arc, at = s->position[leaving];

    x->state = IN_TREE;
    if (at >= 0)
        s->visit[at].state = s->n->arc[leaving].flow == 0 ? AT_LOWER : AT_UPPER;
    tree_move(&s->tree, c.out, c.in, c.hook, x->arc, x->source == c.in ? 1 : -1);
    reprice(s, c.in, x->cost);
}

/* Solves the part of the costs that the visits hold. */
static void solve_part(struct simplex *s)
{
    for (int32_t k; (k = find_entering(s)) >= 0; s->n->pivots++)
        pivot(s, k);
    settle_prices(s);
}

static void read_prices(const struct simplex *s, int64_t *price)
{
    for (int32_t u = 0; u < s->tree.n_nodes; u++)
        price[u] = tree_price(&s->tree, u);
}

static bool no_ties(const struct simplex *s)
{
    for (int32_t k = 0; k < s->n_visits; k++)
        if (s->visit[k].state != IN_TREE && reduced(s, &s->visit[k]) == 0)
            return false;
    return true;
}

static int artificial_flow(const struct netsimplex *n, int32_t arcs)
{
    for (int32_t e = arcs; e < n->n_arcs; e++)
        if (n->arc[e].flow > 0)
            return -ENETUNREACH;
    return 0;
}

int netsimplex_solve(struct netsimplex *n, int64_t penalty)
{
    struct arena a cleanup(arena_done) = { 0 };
    int32_t arcs = n->n_arcs;
    struct simplex s = {
        .n = n,
        .tree = {
            .node = ARENA_RAW(&a, n->n_nodes, struct tree_node),
            .thread = ARENA_RAW(&a, n->n_nodes, struct tree_stop),
            .seat = ARENA_RAW(&a, n->n_nodes, struct tree_seat),
            .n_nodes = n->n_nodes,
            .root = n->n_nodes - 1,
        },
        .visit = ARENA_RAW(&a, arcs, struct visit),
        .position = ARENA_RAW(&a, n->max_arcs, int32_t),
    };

    if (a.failed)
        return -ENOMEM;
    int ret = start_tree(&s, &a, penalty);

    if (ret < 0)
        return ret;
    n->pivots = 0;
    begin(&s, arcs);
    solve_part(&s);
    read_prices(&s, n->price_hi);
    if (n->mid != NULL) {
        go_on(&s, MID);
        solve_part(&s);
    }
    go_on(&s, LO);
    solve_part(&s);
    read_prices(&s, n->price_lo);
    n->unique = no_ties(&s);
    ret = artificial_flow(n, arcs);
    n->n_arcs = arcs;
    return ret;
}
