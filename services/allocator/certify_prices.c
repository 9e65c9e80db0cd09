#include "services/allocator/certify_prices.h"

#include "services/allocator/certify_labels.h"

#define LARGEST (INT64_C(1) << 61)

/*
 * A relation of two prices across a leg: from costs at most `hi, lo` more than to. slack < 0: the leg would be a
 * bargain; 0: exact; > 0: too dear to be used.
 */
struct check {
    struct certify_view *v;
    struct certify_labels l;
    const struct alloc_evidence *e;
    struct alloc_price *type;       /* [types] */
    int32_t *leader;                /* union-find: root, types, places, villages, cells */
    int32_t place0, village0, cell0;
    int64_t bonus;                  /* what a kept pair is worth, in hi */
};

static int slack(struct alloc_price from, struct alloc_price to, int64_t hi, int64_t lo)
{
    int64_t h = to.hi + hi - from.hi, t = to.lo + lo - from.lo;

    return h != 0 ? (h > 0) - (h < 0) : (t > 0) - (t < 0);
}

static int32_t find(int32_t *leader, int32_t x)
{
    while (leader[x] != x) {
        leader[x] = leader[leader[x]];
        x = leader[x];
    }
    return x;
}

/* An exact leg joins two trees of the forest; if both ends hang together already, flow could go round: a tie. */
static bool join(struct check *c, int32_t x, int32_t y, int32_t household, int32_t giver)
{
    x = find(c->leader, x);
    y = find(c->leader, y);
    if (x == y)
        return certify_broken(c->v->verdict, CERTIFY_TIE, household, giver);
    c->leader[x] = y;
    return true;
}

static bool in_range(struct alloc_price x)
{
    return x.hi <= LARGEST && x.hi >= -LARGEST && x.lo <= LARGEST && x.lo >= -LARGEST;
}

/* One price per type and per cell, none of them near overflow. */
static bool check_shape(struct check *c)
{
    const struct alloc_problem *p = c->v->p;
    const struct alloc_evidence *e = c->e;
    struct certify_verdict *r = c->v->verdict;

    for (int32_t g = 0; g < p->n_givers; g++) {
        int32_t t = c->l.type_of[g];

        if (t < 0)
            continue;
        if (g == c->l.types[t].member)
            c->type[t] = e->giver[g];
        if (!in_range(e->giver[g]) || e->giver[g].hi != c->type[t].hi || e->giver[g].lo != c->type[t].lo)
            return certify_broken(r, CERTIFY_PRICE, ALLOC_NONE, g);
    }
    for (int32_t i = 0; i < p->n_villages + 2; i++)
        if (!in_range(e->place[i]) || (i < p->n_villages && !in_range(e->village[i])))
            return certify_broken(r, CERTIFY_PRICE, ALLOC_NONE, ALLOC_NONE);
    for (int32_t h = 0; h < p->n_households; h++) {
        if (c->l.cell_of[h] < 0)
            continue;
        struct alloc_price first = e->household[c->l.cell_family[c->l.cell_of[h]]];

        if (!in_range(first) || e->household[h].hi != first.hi || e->household[h].lo != first.lo)
            return certify_broken(r, CERTIFY_PRICE, h, ALLOC_NONE);
    }
    return true;
}

/* Each level must outweigh all that the lower ones can add up to on a cycle. */
static bool check_weights(struct check *c, const uint8_t *place_used)
{
    const struct alloc_problem *p = c->v->p;
    const struct alloc_evidence *e = c->e;
    int64_t ends = 2 * ((int64_t)c->l.n_villages + c->l.n_cells), square = 0, farthest = 0;

    for (int32_t i = 0; i < p->n_villages; i++)
        for (int32_t k = 0; k < p->n_villages && place_used[i]; k++)
            if (c->l.first_cell[k] >= 0) {
                int64_t s = certify_square(&p->villages[i], &p->villages[k]);

                if (s > square) {
                    square = s;
                    farthest = certify_metres(&c->l, c->v, i, k);
                }
            }
    if (place_used[p->n_villages] && farthest < ALLOC_FAR_M)
        farthest = ALLOC_FAR_M;
    __int128 below = (__int128)ends * (farthest + (p->lambda_m > 0 ? p->lambda_m : 0));

    c->bonus = p->lambda_m;
    if (p->lambda_m < 0) {
        c->bonus = e->kept_weight;
        if (e->kept_weight <= below || e->kept_weight > LARGEST)
            return certify_broken(c->v->verdict, CERTIFY_WEIGHTS, ALLOC_NONE, ALLOC_NONE);
        below = (__int128)ends * (farthest + (__int128)e->kept_weight);
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
static bool check_units(struct check *c, struct arena *a)
{
    const struct alloc_problem *p = c->v->p;
    const struct alloc_price nobody = { 0, 0 };
    uint8_t *first = ARENA_NEW(a, c->l.n_types, uint8_t), *more = ARENA_NEW(a, c->l.n_types, uint8_t);

    if (a->failed)
        return false;
    for (int32_t g = 0; g < p->n_givers; g++) {
        int32_t t = c->l.type_of[g];

        if (t < 0)
            continue;
        int32_t left = p->givers[g].quota - p->givers[g].taken, load = c->v->load[g];
        int32_t firsts = has_first(&p->givers[g]), used = load < firsts ? load : firsts;
        int at_first = slack(c->type[t], nobody, 0, 0), at_more = slack(c->type[t], nobody, c->e->idle_weight, 0);

        if ((used < firsts && at_first < 0) || (load - used < left - firsts && at_more < 0))
            return certify_broken(c->v->verdict, CERTIFY_PRICE, ALLOC_NONE, g);
        if ((used > 0 && at_first > 0) || (load > used && at_more > 0))
            return certify_broken(c->v->verdict, CERTIFY_SLACKNESS, ALLOC_NONE, g);
        first[t] |= firsts > 0 && at_first == 0;
        more[t] |= left > firsts && at_more == 0;
    }
    for (int32_t t = 0; t < c->l.n_types; t++)
        if ((first[t] || more[t]) && !join(c, 0, 1 + t, ALLOC_NONE, c->l.types[t].member))
            return false;
    return true;
}

/* place -> type, and village -> place: the square of the distance decides without a root. */
static bool check_travel(struct check *c, const uint8_t *place_used)
{
    const struct alloc_problem *p = c->v->p;

    for (int32_t t = 0; t < c->l.n_types; t++)
        for (int k = 0; k < 2 && !c->l.types[t].direct; k++) {
            int32_t place = c->l.types[t].place[k];

            if (place < 0)
                continue;
            int s = slack(c->e->place[place], c->type[t], 0, certify_start(&c->l, t, place));

            if (s < 0)
                return certify_broken(c->v->verdict, CERTIFY_PRICE, ALLOC_NONE, c->l.types[t].member);
            if (s == 0 && !join(c, 1 + t, c->place0 + place, ALLOC_NONE, c->l.types[t].member))
                return false;
        }
    for (int32_t place = 0; place < p->n_villages + 2; place++)
        for (int32_t i = 0; i < p->n_villages && place_used[place]; i++) {
            if (c->l.first_cell[i] < 0)
                continue;
            int64_t gap = c->e->village[i].hi - c->e->place[place].hi;

            if (gap < 0 || (place < p->n_villages && gap < INT64_C(1) << 30 &&
                            gap * gap < certify_square(&p->villages[place], &p->villages[i]) - 2 * gap))
                continue;
            int s = slack(c->e->village[i], c->e->place[place], certify_metres(&c->l, c->v, place, i),
                          certify_travel(&c->l, place, i));

            if (s < 0)
                return certify_broken(c->v->verdict, CERTIFY_PRICE, c->l.cell_family[c->l.first_cell[i]], ALLOC_NONE);
            if (s == 0 && !join(c, c->place0 + place, c->village0 + i, ALLOC_NONE, ALLOC_NONE))
                return false;
        }
    return true;
}

static bool check_cells(struct check *c)
{
    for (int32_t i = 0; i < c->v->p->n_villages; i++)
        for (int32_t cell = c->l.first_cell[i]; cell >= 0; cell = c->l.next_cell[cell]) {
            int32_t h = c->l.cell_family[cell];
            int s = slack(c->e->household[h], c->e->village[i], 0, 0);

            if (s < 0)
                return certify_broken(c->v->verdict, CERTIFY_PRICE, h, ALLOC_NONE);
            if (s == 0 && !join(c, c->village0 + i, c->cell0 + cell, h, ALLOC_NONE))
                return false;
        }
    return true;
}

/* Earmarked donations and givers with an own family in the plan, village by village or cell by cell. */
static bool check_direct(struct check *c)
{
    for (int32_t t = 0; t < c->l.n_types; t++) {
        int32_t g = c->l.types[t].member;

        for (int32_t i = 0; i < c->v->p->n_villages && c->l.types[t].direct; i++) {
            if (c->l.first_cell[i] < 0)
                continue;
            int64_t metres = certify_type_metres(&c->l, c->v, t, i);

            if (certify_whole_village(&c->l, c->v, g, i)) {
                int s = slack(c->e->village[i], c->type[t], metres, certify_direct(&c->l, t, c->l.place_key[i]));

                if (s < 0)
                    return certify_broken(c->v->verdict, CERTIFY_PRICE, ALLOC_NONE, g);
                if (s == 0 && !join(c, 1 + t, c->village0 + i, ALLOC_NONE, g))
                    return false;
                continue;
            }
            for (int32_t cell = c->l.first_cell[i]; cell >= 0; cell = c->l.next_cell[cell]) {
                int32_t h = c->l.cell_family[cell];

                if (!certify_fits(c->v, g, h))
                    continue;
                int s = slack(c->e->household[h], c->type[t], metres, certify_direct(&c->l, t, c->l.cell_key[cell]));

                if (s < 0)
                    return certify_broken(c->v->verdict, CERTIFY_PRICE, h, g);
                if (s == 0 && !join(c, 1 + t, c->cell0 + cell, h, g))
                    return false;
            }
        }
    }
    return true;
}

/* Foster pairs: pairs of one type and cell are the same leg; an exact leg counts once for the forest. */
static bool check_kept(struct check *c, struct arena *a)
{
    const struct alloc_problem *p = c->v->p;
    int32_t *next = ARENA_NEW(a, p->n_households, int32_t);     /* the exact legs of a cell: a chain of households */
    int32_t *first = ARENA_NEW(a, c->l.n_cells, int32_t), *joined = ARENA_NEW(a, c->l.n_types, int32_t);

    if (a->failed)
        return false;
    for (int32_t cell = 0; cell < c->l.n_cells; cell++)
        first[cell] = ALLOC_NONE;
    for (int32_t h = 0; h < p->n_households; h++) {
        int32_t g = p->households[h].foster;

        if (!c->l.can_keep[h])
            continue;
        int32_t t = c->l.type_of[g], cell = c->l.cell_of[h];
        int64_t hi = certify_type_metres(&c->l, c->v, t, p->households[h].village) - c->bonus;
        int s = slack(c->e->household[h], c->type[t], hi, certify_kept(&c->l, t, cell));

        // A pair that is not kept must be too dear; a kept one may be a bargain, as there is no more of it.
        if (s < 0 && c->v->giver[h] != g)
            return certify_broken(c->v->verdict, CERTIFY_PRICE, h, g);
        if (s > 0 && c->v->giver[h] == g)
            return certify_broken(c->v->verdict, CERTIFY_SLACKNESS, h, g);
        if (s == 0) {
            next[h] = first[cell];
            first[cell] = h;
        }
    }
    for (int32_t cell = 0; cell < c->l.n_cells; cell++)
        for (int32_t h = first[cell]; h != ALLOC_NONE; h = next[h]) {
            int32_t t = c->l.type_of[p->households[h].foster];

            if (joined[t] == cell + 1)
                continue;
            joined[t] = cell + 1;
            if (!join(c, 1 + t, c->cell0 + cell, h, p->households[h].foster))
                return false;
        }
    return true;
}

/* What a pair of the plan costs. */
static struct alloc_price pair_cost(const struct check *c, int32_t h)
{
    int32_t g = c->v->giver[h], t = c->l.type_of[g], village = c->v->p->households[h].village;
    const struct certify_type *type = &c->l.types[t];
    struct alloc_price best = { INT64_MAX, INT64_MAX };

    if (c->v->p->households[h].foster == g && c->l.can_keep[h])
        return (struct alloc_price){ certify_type_metres(&c->l, c->v, t, village) - c->bonus,
                                     certify_kept(&c->l, t, c->l.cell_of[h]) };
    if (type->direct) {
        bool whole = certify_whole_village(&c->l, c->v, g, village);

        return (struct alloc_price){ certify_type_metres(&c->l, c->v, t, village),
                                     certify_direct(&c->l, t, whole ? c->l.place_key[village]
                                                        : c->l.cell_key[c->l.cell_of[h]]) };
    }
    for (int k = 0; k < 2 && type->place[k] >= 0; k++) {
        struct alloc_price x = { certify_metres(&c->l, c->v, type->place[k], village),
                                 certify_start(&c->l, t, type->place[k]) +
                                     certify_travel(&c->l, type->place[k], village) };

        if (x.hi < best.hi || (x.hi == best.hi && x.lo < best.lo))
            best = x;
    }
    return best;
}

/* Complementary slackness of the pairs, and primal cost = dual cost on both parts. */
static bool check_plan(struct check *c)
{
    const struct alloc_problem *p = c->v->p;
    __int128 hi = 0, lo = 0;

    for (int32_t h = 0; h < p->n_households; h++) {
        int32_t g = c->v->giver[h];

        if (g == ALLOC_NONE)
            continue;
        struct alloc_price cost = pair_cost(c, h);
        bool kept = p->households[h].foster == g && c->l.can_keep[h];
        int s = slack(c->e->household[h], c->type[c->l.type_of[g]], cost.hi, cost.lo);

        if (s > 0 || (s < 0 && !kept))
            return certify_broken(c->v->verdict, s > 0 ? CERTIFY_SLACKNESS : CERTIFY_PRICE, h, g);
        // A kept pair that is a bargain earns a rent; primal and dual both count it.
        hi += c->e->household[h].hi - cost.hi;
        lo += c->e->household[h].lo - cost.lo;
        if (s < 0) {
            hi -= c->e->household[h].hi - c->type[c->l.type_of[g]].hi - cost.hi;
            lo -= c->e->household[h].lo - c->type[c->l.type_of[g]].lo - cost.lo;
        }
    }
    for (int32_t g = 0; g < p->n_givers; g++) {
        int32_t t = c->l.type_of[g];

        if (t < 0)
            continue;
        struct alloc_price x = c->type[t];
        int64_t firsts = has_first(&p->givers[g]), more = p->givers[g].quota - p->givers[g].taken - firsts;
        int64_t load = c->v->load[g], weight = c->e->idle_weight;
        bool rent = x.hi > 0 || (x.hi == 0 && x.lo > 0), more_rent = x.hi > weight || (x.hi == weight && x.lo > 0);

        hi -= (__int128)weight * (load > firsts ? load - firsts : 0);
        hi -= (rent ? (__int128)x.hi * firsts : 0) + (more_rent ? ((__int128)x.hi - weight) * more : 0);
        lo -= (rent ? (__int128)x.lo * firsts : 0) + (more_rent ? (__int128)x.lo * more : 0);
    }
    if (hi != 0 || lo != 0)
        return certify_broken(c->v->verdict, CERTIFY_DUALITY, ALLOC_NONE, ALLOC_NONE);
    return true;
}

bool certify_prices(struct certify_view *v, const struct certify_labels *l, struct arena *a,
                    const struct alloc_evidence *e)
{
    const struct alloc_problem *p = v->p;
    struct check c = { .v = v, .l = *l, .e = e };
    uint8_t *place_used = ARENA_NEW(a, p->n_villages + 2, uint8_t);

    c.place0 = 1 + c.l.n_types;
    c.village0 = c.place0 + p->n_villages + 2;
    c.cell0 = c.village0 + p->n_villages;
    c.type = ARENA_NEW(a, c.l.n_types, struct alloc_price);
    c.leader = ARENA_NEW(a, c.cell0 + c.l.n_cells, int32_t);
    if (a->failed)
        return false;
    for (int32_t i = 0; i < c.cell0 + c.l.n_cells; i++)
        c.leader[i] = i;
    for (int32_t t = 0; t < c.l.n_types; t++)
        for (int k = 0; k < 2; k++)
            if (c.l.types[t].place[k] >= 0)
                place_used[c.l.types[t].place[k]] = 1;
    if (c.l.n_families == 0)
        return true;
    return check_shape(&c) && check_weights(&c, place_used) && check_units(&c, a) && check_travel(&c, place_used) &&
        check_cells(&c) && check_direct(&c) && check_kept(&c, a) && check_plan(&c);
}
