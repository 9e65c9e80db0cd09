#include "services/allocator/certify_proof.h"

/* The leg between a cell and the type of a family's foster parent: of a kept pair, or one that could be. */
static bool check_kept(struct certify_proof *c, int32_t i)
{
    const struct certify_family *f = &c->l->families[i];
    bool kept = certify_is_kept(f);
    int32_t t = kept ? f->type : c->l->type_of[f->keeper];
    const struct certify_type *type = &c->l->types[t];

    // Families of one type and cell have the same leg; most exact legs of a type are one.
    if (c->last_exact[t] == f->cell + 1)
        return true;
    struct alloc_price from = c->cell[f->cell];
    int64_t square = certify_square_of(c->v, type, c->l->cell_village[f->cell]);
    int s = certify_against(square, from.hi - type->price.hi + c->bonus);

    s = s != 0 ? s : certify_sign(type->price.lo + certify_kept(c->l, t, f->cell) - from.lo);
    // A pair that is not kept must be too dear; a kept one may be a bargain, as there is no more of it.
    if (s != 0 && (s < 0) != kept)
        return certify_broken(c->v->verdict, kept ? CERTIFY_SLACKNESS : CERTIFY_PRICE, f->household, f->keeper);
    if (s == 0) {
        c->last_exact[t] = f->cell + 1;
        c->exact_kept[c->n_exact_kept++] = (struct sort_entry){ (uint64_t)t << 32 | (uint32_t)f->cell, (uint32_t)i };
    }
    return true;
}

/* An exact leg counts once for the forest. */
static bool join_kept(struct certify_proof *c, struct arena *a)
{
    struct sort_entry *leg = c->exact_kept, *scratch = ARENA_RAW(a, c->n_exact_kept, struct sort_entry);

    if (a->failed)
        return false;
    sort_by_key(leg, scratch, (size_t)c->n_exact_kept);
    for (int32_t i = 0; i < c->n_exact_kept; i++) {
        const struct certify_family *f = &c->l->families[leg[i].value];

        if ((i == 0 || leg[i].key != leg[i - 1].key) &&
            !certify_join(c, 1 + (int32_t)(leg[i].key >> 32), c->cell0 + f->cell, f->household, f->keeper))
            return false;
    }
    return true;
}

/* The way of a pair that is reached without places, or ALLOC_NONE if it costs more than the prices say. */
static int32_t direct_way(const struct certify_proof *c, const struct certify_family *f)
{
    int32_t t = f->type, village = c->l->cell_village[f->cell];
    bool whole = certify_whole_village(c->l, c->v, f->giver, village);
    int64_t square = certify_square_of(c->v, &c->l->types[t], village);
    struct alloc_price from = whole ? c->e->village[village] : c->cell[f->cell];
    uint64_t label = whole ? c->l->place_key[village] : c->l->cell_key[f->cell];

    if ((whole && !c->exact_cell[f->cell]) || certify_direct_slack(c, from, t, square, label) != 0)
        return ALLOC_NONE;
    return whole ? certify_village_way(c->v, village) : certify_cell_way(c->v, f->cell);
}

/* The same by one of the type's places: a way of which no leg costs more than the prices say. */
static int32_t way_by_place(const struct certify_proof *c, const struct certify_family *f)
{
    const struct certify_type *type = &c->l->types[f->type];
    const bool *travel = &c->exact_travel[(size_t)c->l->cell_village[f->cell] * ((size_t)c->v->p->n_villages + 2)];

    for (int k = 0; k < 2 && c->exact_cell[f->cell]; k++)
        if (type->exact[k] && travel[type->place[k]])
            return type->place[k];
    return ALLOC_NONE;
}

/*
 * One price per cell, and complementary slackness of the pairs. As no leg is a bargain, a way of exact legs is the
 * cheapest one, and the only one: by a second one they would go round in a circle.
 */
bool certify_pairs(struct certify_proof *c, struct arena *a)
{
    c->last_exact = ARENA_NEW(a, c->l->n_types, int32_t);
    c->exact_kept = ARENA_RAW(a, c->l->n_families, struct sort_entry);
    if (a->failed)
        return false;
    for (int32_t i = 0; i < c->l->n_families; i++) {
        struct certify_family *f = &c->l->families[i];

        if (!certify_same(c->e->household[f->household], c->cell[f->cell]))
            return certify_broken(c->v->verdict, CERTIFY_PRICE, f->household, ALLOC_NONE);
        f->type = c->l->type_of[f->giver];
        if (f->keeper != ALLOC_NONE && !check_kept(c, i))
            return false;
        if (certify_is_kept(f))
            continue;
        f->way = c->l->types[f->type].direct ? direct_way(c, f) : way_by_place(c, f);
        if (f->way == ALLOC_NONE)
            return certify_broken(c->v->verdict, CERTIFY_SLACKNESS, f->household, f->giver);
        c->l->plain[c->l->n_plain++] = i;
    }
    return join_kept(c, a);
}
