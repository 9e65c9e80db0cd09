/*
 * Types: ASN with the same places are interchangeable, except those who must stand alone (docs/allocation.md):
 *   - whoever has an own family among the served: it alone may not go there;
 *   - foster parents of two or more served families, or of one when they have delivered already: which of their pairs
 *     are kept decides whether they, or somebody else of the type, stay without a family (level 2), and more pairs
 *     than units could be kept otherwise;
 *   - partners.
 */
#include "services/allocator/network.h"

#include <errno.h>

static int32_t keeper_of(const struct network *n, int32_t h)
{
    int32_t g = n->p->households[h].foster;
    bool can = g != ALLOC_NONE && n->p->givers[g].kind == ALLOC_ASN && alloc_left(&n->p->givers[g]) > 0 &&
        network_fits(n, g, h);

    return can ? g : ALLOC_NONE;
}

static void sorted_places(const struct network *n, const struct alloc_giver *g, int32_t place[2])
{
    int32_t x = g->place[0] != ALLOC_NONE ? g->place[0] : g->place[1];
    int32_t y = g->place[0] != ALLOC_NONE ? g->place[1] : ALLOC_NONE;

    if (x == ALLOC_NONE)
        x = n->p->n_villages + (g->kind == ALLOC_PARTNER);
    if (y == x)
        y = ALLOC_NONE;
    bool swap = y != ALLOC_NONE &&
        // cppcheck-suppress arrayIndexThenCheck ; y < x is an order, not a bound
        (n->place_key[y] < n->place_key[x] || (n->place_key[y] == n->place_key[x] && y < x));

    place[0] = swap ? y : x;
    place[1] = swap ? x : y;
}

static int32_t new_type(struct network *n, const struct alloc_giver *g)
{
    struct network_type *t = &n->types[n->n_types];

    *t = (struct network_type){ .first_arc = -1, .more_arc = -1, .start_arc = { -1, -1 } };
    sorted_places(n, g, t->place);
    return n->n_types++;
}

/* An open-addressing table from places to types. */
struct type_table {
    int32_t *slot;
    uint32_t mask;
};

static int32_t shared_type(struct network *n, struct type_table *table, const struct alloc_giver *g)
{
    int32_t place[2];

    sorted_places(n, g, place);
    uint64_t key = tiebreak_mix((uint64_t)place[0], (uint64_t)place[1] + 1, TIEBREAK_TYPE);

    for (uint32_t i = (uint32_t)key & table->mask;; i = (i + 1) & table->mask) {
        int32_t t = table->slot[i] - 1;

        if (t < 0) {
            t = new_type(n, g);
            table->slot[i] = t + 1;
            n->types[t].key = tiebreak_mix(n->place_key[place[0]], place[1] >= 0 ? n->place_key[place[1]] : 0,
                                           TIEBREAK_TYPE);
            return t;
        }
        if (n->types[t].place[0] == place[0] && n->types[t].place[1] == place[1] && !n->types[t].alone)
            return t;
    }
}

static int32_t lone_type(struct network *n, int32_t giver, bool direct)
{
    int32_t t = new_type(n, &n->p->givers[giver]);

    n->types[t].alone = true;
    n->types[t].direct = direct;
    n->types[t].key = n->giver_key[giver];
    return t;
}

static void list_members(struct network *n)
{
    int32_t at = 0;

    for (int32_t t = 0; t < n->n_types; t++) {
        n->types[t].first = at;
        at += n->types[t].n;
        n->types[t].n = 0;
    }
    for (int32_t i = 0; i < n->n_givers; i++) {
        struct network_type *t = &n->types[n->type_of[n->givers[i]]];

        n->members[t->first + t->n++] = n->givers[i];
    }
}

int network_types(struct network *n, struct arena *a)
{
    const struct alloc_problem *p = n->p;
    struct type_table table = { .mask = 15 };
    int32_t *fosters = ARENA_NEW(a, p->n_givers, int32_t);

    while (table.mask < 2 * (uint32_t)n->n_givers)
        table.mask = 2 * table.mask + 1;
    table.slot = ARENA_NEW(a, (size_t)table.mask + 1, int32_t);
    n->types = ARENA_NEW(a, n->n_givers, struct network_type);
    n->members = ARENA_NEW(a, n->n_givers, int32_t);
    n->type_of = ARENA_NEW(a, p->n_givers, int32_t);
    n->keeper = ARENA_RAW(a, n->n_families, int32_t);
    if (a->failed)
        return -ENOMEM;
    for (int32_t i = 0; i < n->n_families; i++) {
        n->keeper[i] = keeper_of(n, n->families[i]);
        if (n->keeper[i] != ALLOC_NONE)
            fosters[n->keeper[i]]++;
    }
    for (int32_t i = 0; i < p->n_givers; i++)
        n->type_of[i] = -1;
    for (int32_t i = 0; i < n->n_givers; i++) {
        int32_t giver = n->givers[i], left;
        const struct alloc_giver *g = &p->givers[giver];
        bool own = (g->own != ALLOC_NONE && n->cell_of[g->own] >= 0) || giver == n->barred_giver,
             direct = own || g->earmark != ALLOC_NONE;
        bool alone = direct || g->kind == ALLOC_PARTNER || fosters[giver] >= 2 || (fosters[giver] > 0 && g->taken > 0);
        int32_t t = alone ? lone_type(n, giver, direct) : shared_type(n, &table, g);

        // Nobody can give more than there are families (one more, so that this bound itself never binds).
        left = alloc_left(g) <= n->n_families ? alloc_left(g) : n->n_families + 1;
        n->type_of[giver] = t;
        n->types[t].n++;
        n->types[t].units = left <= n->n_families - n->types[t].units ? n->types[t].units + left : n->n_families + 1;
        n->types[t].firsts += g->kind == ALLOC_ASN && g->taken == 0;
    }
    list_members(n);
    return 0;
}
