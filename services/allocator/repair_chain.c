#include "services/allocator/repair_chain.h"

#include "services/allocator/repair_assign.h"

/* Could any free unit serve a family of this cell? Own families are looked at one by one. */
static bool cell_has_free(const struct cache *c, int32_t cell)
{
    for (int32_t g = 0; g < c->n_groups; g++)
        if (c->free[g] > 0 && c->fits[(size_t)g * (size_t)c->n_cells + (size_t)cell])
            return true;
    return false;
}

static bool is_owned(const struct cache *c, int32_t h)
{
    for (int32_t i = 0; i < c->n_owners; i++)
        if (c->giver[c->owners[i]].own == h)
            return true;
    return false;
}

/*
 * Every way of one change: giver g leaves `other` and comes to the household, the best free giver comes to `other`.
 * Families of one cell cost a plain giver the same, so the best one is looked for once per cell, and again only where
 * an own family or a foster parent makes a difference.
 */
int repair_chain(struct cache *c, int32_t household, struct repair_chain *ret)
{
    const struct alloc_problem *p = c->p;
    repair_cost best = 0;
    bool found = false;

    for (int32_t part = 0; part < c->n_parts; part++) {
        int32_t village = part % c->n_villages, cls = part / c->n_villages, common = ALLOC_NONE;
        bool looked = false;

        if (c->planned_first[part] < 0 || !cell_has_free(c, village * p->n_deciles + cls / ALLOC_CLASSES_PER_DECILE))
            continue;
        for (int32_t h = c->planned_first[part]; h >= 0; h = c->household[h].next) {
            int32_t g = c->household[h].planned, foster = p->households[h].foster, taker;

            if (!c->household[h].attached || !alloc_may_serve(p, g, household))
                continue;
            (void)cache_ticket(c, h);
            bool special = (foster != ALLOC_NONE && cache_free(c, foster) > 0) ||
                (looked ? common != ALLOC_NONE && c->giver[common].own == h : is_owned(c, h));

            taker = special || !looked ? repair_best_giver(c, h) : common;
            if (!special && !looked) {
                looked = true;
                common = taker;
            }
            if (taker == ALLOC_NONE)
                continue;
            repair_cost cost = repair_pair_cost(c, g, household) - repair_pair_cost(c, g, h) +
                repair_pair_cost(c, taker, h);

            if (!found || cost < best) {
                found = true;
                best = cost;
                *ret = (struct repair_chain){ g, h, taker };
            }
        }
    }
    return found;
}
