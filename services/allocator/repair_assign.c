/*
 * Loose families are the rows of an assignment; columns are the givers whose pairs with them are valid, and each
 * family's nearest givers with a free unit. Of these only so many can matter as families must move, and one unit more,
 * which then is free and bounds the family's price: a dearer giver could always be exchanged for it.
 *
 * The prices of the solved assignment prove it optimal among all plans if no family that stays attached could make
 * room at a gain. That takes one changed pair more, so prices below one change settle it; else repair_chain.h looks
 * for the best such family, whose giver then takes part with all families (column generation: Dantzig, Wolfe 1960).
 */
#include "services/allocator/repair_assign.h"

#include <errno.h>

#include "services/allocator/repair_chain.h"
#include "services/allocator/repair_match.h"
#include "services/allocator/repair_names.h"

enum { TABLE_MAX = 1 << 16, NOBODY = 0, NOBODY_LEVEL = 4 };

struct assign {
    struct cache *c;
    struct repair_choice *choice;
    struct arena *a;
    int32_t *giver, *capacity, max_columns; /* by column */
    int32_t base;                   /* columns of givers whom a loose family had already, and NOBODY */
    struct repair_match m;
};

static bool add_column(struct assign *s, int32_t giver)
{
    struct cache_giver *g = &s->c->giver[giver];
    int32_t n = s->choice->n_loose, free = cache_free(s->c, giver);

    if (g->column >= 0)
        return true;
    if (s->m.n_columns == s->max_columns)
        return false;
    g->column = s->m.n_columns++;
    s->giver[g->column] = giver;
    s->capacity[g->column] = free < n ? free : n;
    return true;
}

static void forget_columns(struct assign *s)
{
    for (int32_t k = 1; k < s->m.n_columns; k++)
        s->c->giver[s->giver[k]].column = -1;
}

/* Givers whom a loose family may stay with. Returns how many families have to move all the same, -1: no room. */
static int32_t gather_base(struct assign *s)
{
    struct cache *c = s->c;
    const struct repair_choice *choice = s->choice;
    int32_t *had = ARENA_NEW(s->a, s->max_columns, int32_t), movers = choice->n_loose;

    if (s->a->failed)
        return -1;
    for (int32_t i = 0; i < choice->n_loose; i++) {
        int32_t h = choice->loose[i], g = c->household[h].planned;

        if (g == ALLOC_NONE || cache_free(c, g) == 0 || !near_may_serve(c, g, h))
            continue;
        if (!add_column(s, g))
            return -1;
        had[c->giver[g].column]++;
    }
    s->base = s->m.n_columns;
    for (int32_t k = 1; k < s->base; k++)
        movers -= had[k] < s->capacity[k] ? had[k] : s->capacity[k];
    return movers;
}

static bool gather_near(struct assign *s, int32_t movers)
{
    struct cache *c = s->c;
    const struct repair_choice *choice = s->choice;
    struct near_offer *list = ARENA_RAW(s->a, movers + 2, struct near_offer);

    for (int32_t i = 0; i < choice->n_loose && !s->a->failed; i++) {
        int32_t h = choice->loose[i];
        int32_t n = near_best(c, (struct near_family){ cache_cell(c, h), h }, movers + 1,
                              (struct near_columns){ s->base, NULL }, list);

        for (int32_t k = 0; k < n; k++)
            if (!add_column(s, list[k].giver))
                return false;
    }
    return !s->a->failed;
}

static int32_t gather(struct assign *s)
{
    int32_t n = s->choice->n_loose;

    s->m = (struct repair_match){ .n_rows = n, .n_columns = 1 };
    s->max_columns = TABLE_MAX / n;
    s->giver = ARENA_RAW(s->a, s->max_columns, int32_t);
    s->capacity = ARENA_RAW(s->a, s->max_columns, int32_t);
    if (s->a->failed)
        return -ENOMEM;
    s->giver[NOBODY] = ALLOC_NONE;
    s->capacity[NOBODY] = n;
    int32_t movers = gather_base(s);
    bool fits = movers >= 0 && (movers == 0 || gather_near(s, movers));

    return s->a->failed ? -ENOMEM : fits;
}

static int match(struct assign *s)
{
    const struct repair_choice *choice = s->choice;
    int32_t columns = s->m.n_columns;
    repair_cost *cost = ARENA_RAW(s->a, (size_t)choice->n_loose * (size_t)columns, repair_cost);

    if (s->a->failed)
        return -ENOMEM;
    for (int32_t i = 0; i < choice->n_loose; i++) {
        repair_cost *row = &cost[(size_t)i * (size_t)columns];

        row[NOBODY] = near_changes(NOBODY_LEVEL);
        for (int32_t k = 1; k < columns; k++)
            row[k] = near_may_serve(s->c, s->giver[k], choice->loose[i])
                ? near_cost(s->c, s->giver[k], choice->loose[i]) : REPAIR_MATCH_NEVER;
    }
    s->m.cost = cost;
    s->m.capacity = s->capacity;
    return repair_match(&s->m, s->a);
}

/* All families of a giver take part. */
static int loosen(struct assign *s, int32_t giver)
{
    struct repair_choice *choice = s->choice;
    int ret = 0;

    for (int32_t h; (h = s->c->giver[giver].first) >= 0 && ret == 0;) {
        cache_detach(s->c, h);
        ret = repair_choice_add(choice->a, &choice->loose, &choice->n_loose, &choice->max_loose, h);
    }
    return ret;
}

/* 1: solved and proved; 0: not to be proved here; 2: somebody more takes part, so it must be solved again. */
static int solve(struct assign *s)
{
    int ret = gather(s);

    if (ret == 1) {
        ret = match(s);
        ret = ret < 0 ? ret : 1;
    }
    int32_t level = 0, makes_room = ALLOC_NONE;

    for (int32_t i = 0; i < s->m.n_rows && ret == 1; i++)
        level = near_level(s->m.row_price[i]) > level ? near_level(s->m.row_price[i]) : level;
    if (ret == 1 && level > 0)
        makes_room = repair_chain(s->c, &s->m, s->choice->loose);
    forget_columns(s);
    if (makes_room == ALLOC_NONE)
        return ret == 1 && level > 1 ? 0 : ret;
    ret = loosen(s, makes_room);
    return ret < 0 ? ret : 2;
}

/* Plain new pairs of one village are dealt out by name. */
static int deal_names(struct assign *s, int32_t *giver)
{
    const struct cache *c = s->c;
    const int32_t *loose = s->choice->loose, n_loose = s->choice->n_loose;
    uint8_t *done = ARENA_NEW(s->a, n_loose, uint8_t);
    int32_t *family = ARENA_RAW(s->a, n_loose, int32_t), *unit = ARENA_RAW(s->a, n_loose, int32_t);
    int32_t *position = ARENA_RAW(s->a, n_loose, int32_t);
    int ret = s->a->failed ? -ENOMEM : 0;

    for (int32_t i = 0; i < n_loose && ret == 0; i++) {
        int32_t n = 0;

        for (int32_t k = i; k < n_loose; k++) {
            const struct cache_household *x = &c->household[loose[k]];

            if (done[k] || x->village != c->household[loose[i]].village || giver[k] == x->planned ||
                (giver[k] == x->foster && c->giver[giver[k]].kind == ALLOC_ASN))
                continue;
            done[k] = 1;
            position[n] = k;
            family[n] = loose[k];
            unit[n++] = giver[k];
        }
        if (n < 2)
            continue;
        ret = repair_names(s->a, c->p, c->giver_key, family, unit, n, c->named);
        for (int32_t k = 0; k < n && ret == 0; k++)
            giver[position[k]] = c->named[loose[position[k]]];
    }
    return ret;
}

int repair_assign(struct cache *c, struct repair_choice *choice, int32_t **ret_giver)
{
    struct assign s = { .c = c, .choice = choice, .a = choice->a };
    int ret = 2;

    while (ret == 2)
        ret = choice->n_loose <= REPAIR_ASSIGN_MAX ? solve(&s) : 0;
    if (ret != 1)
        return ret;
    int32_t *giver = ARENA_RAW(s.a, choice->n_loose, int32_t);

    if (s.a->failed)
        return -ENOMEM;
    for (int32_t i = 0; i < choice->n_loose; i++)
        giver[i] = s.giver[s.m.column[i]];
    ret = choice->n_loose > 1 ? deal_names(&s, giver) : 0;
    *ret_giver = giver;
    return ret < 0 ? ret : 1;
}
