#include "services/allocator/certify_prices.h"

#include "services/allocator/certify_proof.h"

#define LARGEST (INT64_C(1) << 61)

static bool in_range(struct alloc_price x)
{
    return x.hi <= LARGEST && x.hi >= -LARGEST && x.lo <= LARGEST && x.lo >= -LARGEST;
}

/* One price per type, none of them near overflow. */
static bool check_shape(struct certify_proof *c)
{
    const struct alloc_problem *p = c->v->p;
    const struct alloc_evidence *e = c->e;
    struct certify_verdict *r = c->v->verdict;

    for (int32_t g = 0; g < p->n_givers; g++) {
        int32_t t = c->l->type_of[g];

        if (t < 0)
            continue;
        if (g == c->l->types[t].member)
            c->l->types[t].price = e->giver[g];
        if (!in_range(e->giver[g]) || !certify_same(e->giver[g], c->l->types[t].price))
            return certify_broken(r, CERTIFY_PRICE, ALLOC_NONE, g);
    }
    for (int32_t i = 0; i < p->n_villages + 2; i++)
        if (!in_range(e->place[i]) || (i < p->n_villages && !in_range(e->village[i])))
            return certify_broken(r, CERTIFY_PRICE, ALLOC_NONE, ALLOC_NONE);
    for (int32_t i = 0; i < c->l->n_cells; i++) {
        c->cell[i] = e->household[c->l->cell_family[i]];
        if (!in_range(c->cell[i]))
            return certify_broken(r, CERTIFY_PRICE, c->l->cell_family[i], ALLOC_NONE);
    }
    return true;
}

/* The greatest number of metres between a place that some type has and a village that is served. */
static int64_t farthest(const struct certify_proof *c)
{
    int64_t square = 0;

    for (int32_t place = 0; place < c->v->p->n_villages + 1; place++)
        for (int32_t i = 0; i < c->v->p->n_villages && c->used[place]; i++)
            if (c->l->first_cell[i] >= 0 && certify_square_from(c->v, place, i) > square)
                square = certify_square_from(c->v, place, i);
    return certify_root(square);
}

/* Each level must outweigh all that the lower ones can add up to on a cycle. */
static bool check_weights(struct certify_proof *c)
{
    const int32_t lambda = c->v->p->lambda_m;
    const struct alloc_evidence *e = c->e;
    int64_t ends = 2 * ((int64_t)c->l->n_villages + c->l->n_cells), far = farthest(c);
    __int128 below = (__int128)ends * (far + (lambda > 0 ? lambda : 0));

    c->bonus = lambda;
    if (lambda < 0) {
        c->bonus = e->kept_weight;
        if (e->kept_weight <= below || e->kept_weight > LARGEST)
            return certify_broken(c->v->verdict, CERTIFY_WEIGHTS, ALLOC_NONE, ALLOC_NONE);
        below = (__int128)ends * (far + (__int128)e->kept_weight);
    }
    if (e->idle_weight <= below || e->idle_weight > LARGEST / 2)
        return certify_broken(c->v->verdict, CERTIFY_WEIGHTS, ALLOC_NONE, ALLOC_NONE);
    return true;
}

static bool has_first(const struct alloc_giver *g)
{
    return g->kind == ALLOC_ASN && g->taken == 0;
}

/* A giver's units: the first of an ASN costs nothing, every other one the weight of level 2. */
static bool check_units(struct certify_proof *c, struct arena *a)
{
    const struct alloc_problem *p = c->v->p;
    const struct alloc_price nobody = { 0, 0 };
    uint8_t *first = ARENA_NEW(a, c->l->n_types, uint8_t), *more = ARENA_NEW(a, c->l->n_types, uint8_t);

    if (a->failed)
        return false;
    for (int32_t g = 0; g < p->n_givers; g++) {
        int32_t t = c->l->type_of[g];

        if (t < 0)
            continue;
        int32_t left = p->givers[g].quota - p->givers[g].taken, load = c->v->load[g];
        int32_t firsts = has_first(&p->givers[g]), used = load < firsts ? load : firsts;
        struct alloc_price x = c->l->types[t].price;
        int at_first = certify_slack(x, nobody, 0, 0), at_more = certify_slack(x, nobody, c->e->idle_weight, 0);

        if ((used < firsts && at_first < 0) || (load - used < left - firsts && at_more < 0))
            return certify_broken(c->v->verdict, CERTIFY_PRICE, ALLOC_NONE, g);
        if ((used > 0 && at_first > 0) || (load > used && at_more > 0))
            return certify_broken(c->v->verdict, CERTIFY_SLACKNESS, ALLOC_NONE, g);
        first[t] |= firsts > 0 && at_first == 0;
        more[t] |= left > firsts && at_more == 0;
    }
    for (int32_t t = 0; t < c->l->n_types; t++)
        if ((first[t] || more[t]) && !certify_join(c, 0, 1 + t, ALLOC_NONE, c->l->types[t].member))
            return false;
    return true;
}

/* place -> type */
static bool check_starts(struct certify_proof *c)
{
    for (int32_t t = 0; t < c->l->n_types; t++) {
        struct certify_type *type = &c->l->types[t];

        for (int k = 0; k < 2 && !type->direct && type->place[k] >= 0; k++) {
            int32_t place = type->place[k];
            int s = certify_slack(c->e->place[place], c->l->types[t].price, 0, certify_start(c->l, t, place));

            if (s < 0)
                return certify_broken(c->v->verdict, CERTIFY_PRICE, ALLOC_NONE, type->member);
            type->exact[k] = s == 0;
            if (s == 0 && !certify_join(c, 1 + t, c->place0 + place, ALLOC_NONE, type->member))
                return false;
        }
    }
    return true;
}

/* village -> place */
static bool check_travel(struct certify_proof *c)
{
    int32_t n_places = c->v->p->n_villages + 2;

    for (int32_t i = 0; i < c->v->p->n_villages; i++)
        for (int32_t place = 0; place < n_places && c->l->first_cell[i] >= 0; place++) {
            if (!c->used[place])
                continue;
            struct alloc_price from = c->e->village[i], to = c->e->place[place];
            int s = certify_against(certify_square_from(c->v, place, i), from.hi - to.hi);

            s = s != 0 ? s : certify_sign(to.lo + certify_travel(c->l, place, i) - from.lo);
            if (s < 0)
                return certify_broken(c->v->verdict, CERTIFY_PRICE, c->l->cell_family[c->l->first_cell[i]],
                                      ALLOC_NONE);
            c->exact_travel[(size_t)i * (size_t)n_places + (size_t)place] = s == 0;
            if (s == 0 && !certify_join(c, c->place0 + place, c->village0 + i, ALLOC_NONE, ALLOC_NONE))
                return false;
        }
    return true;
}

/* cell -> village */
static bool check_cells(struct certify_proof *c)
{
    for (int32_t cell = 0; cell < c->l->n_cells; cell++) {
        int32_t village = c->l->cell_village[cell], h = c->l->cell_family[cell];
        int s = certify_slack(c->cell[cell], c->e->village[village], 0, 0);

        if (s < 0)
            return certify_broken(c->v->verdict, CERTIFY_PRICE, h, ALLOC_NONE);
        c->exact_cell[cell] = s == 0;
        if (s == 0 && !certify_join(c, c->village0 + village, c->cell0 + cell, h, ALLOC_NONE))
            return false;
    }
    return true;
}

/* Earmarked donations and givers with an own family in the plan: to a whole village or cell by cell. */
static bool check_direct_to(struct certify_proof *c, int32_t t, int32_t village)
{
    int32_t g = c->l->types[t].member;
    int64_t square = certify_square_of(c->v, &c->l->types[t], village);

    if (certify_whole_village(c->l, c->v, g, village)) {
        int s = certify_direct_slack(c, c->e->village[village], t, square, c->l->place_key[village]);

        if (s < 0)
            return certify_broken(c->v->verdict, CERTIFY_PRICE, ALLOC_NONE, g);
        return s > 0 || certify_join(c, 1 + t, c->village0 + village, ALLOC_NONE, g);
    }
    for (int32_t cell = c->l->first_cell[village]; cell >= 0; cell = c->l->next_cell[cell]) {
        int32_t h = c->l->cell_family[cell];

        if (!certify_fits(c->v, g, h))
            continue;
        int s = certify_direct_slack(c, c->cell[cell], t, square, c->l->cell_key[cell]);

        if (s < 0)
            return certify_broken(c->v->verdict, CERTIFY_PRICE, h, g);
        if (s == 0 && !certify_join(c, 1 + t, c->cell0 + cell, h, g))
            return false;
    }
    return true;
}

static bool check_direct(struct certify_proof *c)
{
    for (int32_t t = 0; t < c->l->n_types; t++)
        for (int32_t i = 0; i < c->v->p->n_villages && c->l->types[t].direct; i++)
            if (c->l->first_cell[i] >= 0 && !check_direct_to(c, t, i))
                return false;
    return true;
}

/*
 * Primal cost = dual cost, on both parts. A plain pair costs its household's price less its giver's, a kept one at
 * most that, and what it is cheaper is its rent in the dual: so either way a pair leaves the giver's price, and the
 * difference of the two costs is a sum over givers.
 */
static bool check_duality(const struct certify_proof *c)
{
    const struct alloc_problem *p = c->v->p;
    __int128 hi = 0, lo = 0;

    for (int32_t g = 0; g < p->n_givers; g++) {
        int32_t t = c->l->type_of[g];

        if (t < 0)
            continue;
        struct alloc_price x = c->l->types[t].price;
        int64_t firsts = has_first(&p->givers[g]), more = p->givers[g].quota - p->givers[g].taken - firsts;
        int64_t load = c->v->load[g], weight = c->e->idle_weight;
        bool rent = x.hi > 0 || (x.hi == 0 && x.lo > 0), more_rent = x.hi > weight || (x.hi == weight && x.lo > 0);

        hi += (__int128)x.hi * load - (__int128)weight * (load > firsts ? load - firsts : 0);
        lo += (__int128)x.lo * load;
        hi -= (rent ? (__int128)x.hi * firsts : 0) + (more_rent ? ((__int128)x.hi - weight) * more : 0);
        lo -= (rent ? (__int128)x.lo * firsts : 0) + (more_rent ? (__int128)x.lo * more : 0);
    }
    if (hi != 0 || lo != 0)
        return certify_broken(c->v->verdict, CERTIFY_DUALITY, ALLOC_NONE, ALLOC_NONE);
    return true;
}

static bool prepare(struct certify_proof *c, struct arena *a)
{
    int32_t villages = c->v->p->n_villages;

    c->place0 = 1 + c->l->n_types;
    c->village0 = c->place0 + villages + 2;
    c->cell0 = c->village0 + villages;
    c->cell = ARENA_RAW(a, c->l->n_cells, struct alloc_price);
    c->used = ARENA_NEW(a, villages + 2, bool);
    c->exact_travel = ARENA_NEW(a, (size_t)villages * ((size_t)villages + 2), bool);
    c->exact_cell = ARENA_NEW(a, c->l->n_cells, bool);
    c->leader = ARENA_RAW(a, c->cell0 + c->l->n_cells, int32_t);
    if (a->failed)
        return false;
    for (int32_t i = 0; i < c->cell0 + c->l->n_cells; i++)
        c->leader[i] = i;
    for (int32_t t = 0; t < c->l->n_types; t++)
        for (int k = 0; k < 2; k++)
            if (c->l->types[t].place[k] >= 0)
                c->used[c->l->types[t].place[k]] = true;
    return true;
}

bool certify_prices(struct certify_view *v, struct certify_labels *l, struct arena *a, const struct alloc_evidence *e)
{
    struct certify_proof c = { .v = v, .l = l, .e = e };

    if (!prepare(&c, a))
        return false;
    if (l->n_families == 0)
        return true;
    return check_shape(&c) && check_weights(&c) && check_units(&c, a) && check_starts(&c) && check_travel(&c) &&
        check_cells(&c) && check_direct(&c) && certify_pairs(&c, a) && check_duality(&c);
}
