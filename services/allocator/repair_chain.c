/*
 * A chain: loose family i ─▶ giver g, who leaves the attached family h ─▶ a giver with a free unit. By the prices of
 * the problem it changes the cost by
 *
 *     cost(i, g) - price(i)   -   cost(h, g)   +   least of cost(h, .) - price(.)
 *
 * The middle term counts as one changed pair, so only rows whose own price is that of a change or more can gain by it,
 * and only if the family that makes room finds a unit for less changes than that. Costs are first compared without
 * tie-breaks, which are dear.
 */
#include "services/allocator/repair_chain.h"

struct chain {
    struct cache *c;
    const struct repair_match *m;
    const int32_t *loose;
    int32_t level;                  /* of the dearest row */
    repair_cost best;
    int32_t giver;
};

/* Could any free unit serve a family of this cell? */
static bool cell_has_free(const struct cache *c, int32_t cell)
{
    for (int32_t g = 0; g < c->n_groups; g++)
        if (c->free[g] > 0 && c->fits[(size_t)g * (size_t)c->n_cells + (size_t)cell])
            return true;
    return false;
}

/* The best a plain family of the cell could get, if that is good enough for a chain. */
static bool find_onward(struct chain *s, int32_t cell, struct near_offer *onward)
{
    struct near_offer list[2];
    const struct near_family any = { cell, ALLOC_NONE };
    const struct near_columns columns = { 0, s->m->column_price };

    if (!cell_has_free(s->c, cell) || near_best(s->c, any, 1, columns, list) == 0)
        return false;
    *onward = list[0];
    return near_level(onward->cost) < s->level;
}

static repair_cost entry(struct chain *s, int32_t giver, bool rough)
{
    const struct repair_match *m = s->m;
    repair_cost least = REPAIR_MATCH_NEVER;

    for (int32_t i = 0; i < m->n_rows; i++) {
        if (near_level(m->row_price[i]) < 1 || !near_may_serve(s->c, giver, s->loose[i]))
            continue;
        repair_cost cost = rough ? near_rough_cost(s->c, giver, s->loose[i]) : near_cost(s->c, giver, s->loose[i]);

        if (cost - m->row_price[i] < least)
            least = cost - m->row_price[i];
    }
    return least;
}

static void try_family(struct chain *s, int32_t h, const struct near_offer *common)
{
    struct cache *c = s->c;
    const struct cache_household *x = &c->household[h];
    struct near_offer own[2], onward = *common;

    // Families of a cell have the same best giver, but for a foster parent's bonus and an own family.
    if ((x->foster != ALLOC_NONE && cache_free(c, x->foster) > 0) || c->giver[common->giver].own == h) {
        const struct near_family family = { cache_cell(c, h), h };

        if (near_best(c, family, 1, (struct near_columns){ 0, s->m->column_price }, own) == 0)
            return;
        onward = own[0];
    }
    repair_cost rough = entry(s, x->planned, true) - near_rough_cost(c, x->planned, h) + onward.cost;

    if (rough - ((repair_cost)1 << NEAR_TIE_BITS) >= s->best)
        return;
    repair_cost cost = entry(s, x->planned, false) - near_cost(c, x->planned, h) + onward.cost;

    if (cost < s->best) {
        s->best = cost;
        s->giver = x->planned;
    }
}

int32_t repair_chain(struct cache *c, const struct repair_match *m, const int32_t *loose)
{
    struct chain s = { .c = c, .m = m, .loose = loose, .giver = ALLOC_NONE };
    const int32_t per_decile = ALLOC_CLASSES_PER_DECILE;
    struct near_offer onward;

    for (int32_t i = 0; i < m->n_rows; i++)
        s.level = near_level(m->row_price[i]) > s.level ? near_level(m->row_price[i]) : s.level;
    for (int32_t cell = 0; cell < c->n_cells; cell++) {
        int32_t village = cell / c->p->n_deciles, first = cell % c->p->n_deciles * per_decile;

        if (!find_onward(&s, cell, &onward))
            continue;
        for (int32_t cls = first; cls < first + per_decile; cls++)
            for (int32_t h = c->planned_first[cls * c->n_villages + village]; h >= 0; h = c->household[h].next)
                if (c->household[h].attached)
                    try_family(&s, h, &onward);
    }
    return s.giver;
}
