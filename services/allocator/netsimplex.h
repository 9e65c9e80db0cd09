/*
 * Minimum-cost flow by the primal network simplex method, with costs of lexicographic parts.
 *
 * Every node but the root supplies `supply` >= 0 units; all of them flow to the root (the last node). Costs are pairs
 * (hi, lo): hi decides, lo breaks ties; one more part, mid, may stand between. Capacities are >= 0; NETSIMPLEX_ENDLESS
 * = no bound. The tree is kept strongly feasible (Cunningham 1976), so the method ends also where pivots move nothing.
 *
 * Bounds, the caller's: each part's sum over any simple path within +-2^62, total supply < 2^31.
 */
#ifndef BERBAGI_ALLOCATOR_NETSIMPLEX_H
#define BERBAGI_ALLOCATOR_NETSIMPLEX_H

#include <stdbool.h>
#include <stdint.h>

#include "common/core/cleanup.h"
#include "services/allocator/arena.h"

enum { NETSIMPLEX_ENDLESS = INT32_MAX };

struct netsimplex_arc {
    int64_t hi, lo;
    int32_t source, target, cap;
    int32_t flow;                   /* out; in, if there is a start: its flow */
};

struct netsimplex {
    int32_t n_nodes, n_arcs, max_nodes, max_arcs;
    int32_t *supply;                /* [n_nodes]; the root's is not read */
    struct netsimplex_arc *arc;     /* [n_arcs] */
    int64_t *mid;                   /* [n_arcs] a part between hi and lo; NULL = none */
    /*
     * A first tree: [n_nodes] the arc between a node and its parent, -1 = an artificial one to the root, which carries
     * what the node's other arcs leave. It must span, be strongly feasible (no arc without flow leads down, no full
     * one up), and arcs outside it must be empty or full. NULL = all nodes hang below the root by artificial arcs.
     */
    int32_t *start;
    /* out, [n_nodes]: the price of a node = cost of its cheapest way to the root; the root's is 0. */
    int64_t *price_hi, *price_lo;
    int64_t pivots;
    bool unique;                    /* out: no arc outside the tree ties */
};

/* Arrays for so many nodes and arcs; look at a->failed. Room for the artificial arcs is added. */
void netsimplex_init(struct netsimplex *n, struct arena *a, int32_t max_nodes, int32_t max_arcs);
/* A part between hi and lo, 0 for every arc until the caller says otherwise; look at a->failed. */
void netsimplex_add_mid(struct netsimplex *n, struct arena *a);
/* Adds an arc without flow and returns its index. Of nodes there are n_nodes; the caller counts. */
int32_t netsimplex_add(struct netsimplex *n, int32_t source, int32_t target, int32_t cap, int64_t hi, int64_t lo);

/*
 * Solves. penalty: an amount of hi larger than the hi of any cycle of arcs; it keeps units off the artificial ways.
 * 0, -ENOMEM, -EINVAL: the start is no tree, or -ENETUNREACH: not every unit can reach the root.
 */
must_check int netsimplex_solve(struct netsimplex *n, int64_t penalty);

#endif
