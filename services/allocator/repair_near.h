/*
 * Who is near: what a pair costs in a repair, and a family's cheapest givers among those with a unit free. On the
 * cache; nothing is looked at that can't matter.
 */
#ifndef BERBAGI_ALLOCATOR_REPAIR_NEAR_H
#define BERBAGI_ALLOCATOR_REPAIR_NEAR_H

#include "services/allocator/repair_cache.h"

/*
 * Rules (c) and (d) as one number, smaller is better: planned pairs that stay, kept pairs (lambda_m = -1), metres,
 * tie-break. Each field holds the sum of more pairs than one repair moves (REPAIR_ASSIGN_MAX), so sums compare level
 * by level.
 */
typedef __int128 repair_cost;

enum { NEAR_TIE_BITS = 40, NEAR_METRE_BIT = 52, NEAR_KEPT_BIT = 92, NEAR_STAY_BIT = 108 };

/* So many planned pairs changed, and nothing else. */
static inline repair_cost near_changes(int32_t pairs)
{
    return (repair_cost)pairs * ((repair_cost)1 << NEAR_STAY_BIT);
}
/* The first level of a sum: pairs changed, less pairs that stay. */
static inline int32_t near_level(repair_cost cost)
{
    return (int32_t)((cost + ((repair_cost)1 << (NEAR_STAY_BIT - 1))) >> NEAR_STAY_BIT);
}

/* alloc_may_serve() by the cache's tables; the giver has, or has had, units. */
static inline bool near_may_serve(const struct cache *c, int32_t giver, int32_t household)
{
    const struct cache_giver *g = &c->giver[giver];

    return g->own != household && g->kind != 0 &&
        c->fits[(size_t)(g->earmark + 1) * (size_t)c->n_cells + (size_t)cache_cell(c, household)];
}
static inline int32_t near_metres(const struct cache *c, int32_t giver, int32_t village)
{
    const int32_t *metres = &c->metres[(size_t)village * (size_t)(c->n_villages + 2)], *at = c->giver[giver].at;

    return metres[at[0]] < metres[at[1]] ? metres[at[0]] : metres[at[1]];
}
/* A pair's cost without its tie-break, which lies in [0, 2^NEAR_TIE_BITS). */
static inline repair_cost near_rough_cost(const struct cache *c, int32_t giver, int32_t household)
{
    const struct cache_household *x = &c->household[household];
    bool kept = x->foster == giver && c->giver[giver].kind == ALLOC_ASN;
    int64_t metres = near_metres(c, giver, x->village) - (kept && c->p->lambda_m > 0 ? c->p->lambda_m : 0);
    repair_cost cost = (repair_cost)metres * ((repair_cost)1 << NEAR_METRE_BIT);

    if (kept && c->p->lambda_m < 0)
        cost -= (repair_cost)1 << NEAR_KEPT_BIT;
    return x->planned == giver ? cost - near_changes(1) : cost;
}
repair_cost near_cost(struct cache *c, int32_t giver, int32_t household);

struct near_offer {
    repair_cost cost;
    int32_t giver;
};

/*
 * Any family of a cell, or one: `household` is ALLOC_NONE for one that is nobody's own and has neither a planned giver
 * nor a foster parent.
 */
struct near_family {
    int32_t cell, household;
};

/* Givers may be columns of a problem at hand (cache_giver.column). */
struct near_columns {
    int32_t skip;                   /* columns below this are passed over */
    const repair_cost *price;       /* by column, <= 0: taken off the cost; NULL = nothing */
};

/*
 * The family's cheapest givers with a free unit, ascending, until they have `units` >= 1 units together. list: room
 * for units + 1. Returns how many.
 */
int32_t near_best(struct cache *c, struct near_family family, int32_t units, struct near_columns columns,
                  struct near_offer *list);

#endif
