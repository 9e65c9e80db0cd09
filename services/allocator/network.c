/* Who takes part, in canonical order; the whole. Parts: network_cells.c, network_types.c, network_arcs.c. */
#include "services/allocator/network.h"

#include <errno.h>
#include <string.h>

#include "common/core/sort.h"

/* Equal keys stay in the order of indices. */
static int32_t sort_keys(struct sort_entry *e, int32_t n, int32_t *out)
{
    sort_by_key(e, e + n, (size_t)n);
    for (int32_t i = 0; i < n; i++)
        out[i] = (int32_t)e[i].value;
    return n;
}

/* Of givers with equal keys the id decides. */
static void settle_equal_keys(struct network *n)
{
    for (int32_t i = 1; i < n->n_givers; i++)
        for (int32_t k = i; k > 0 && n->giver_key[n->givers[k - 1]] == n->giver_key[n->givers[k]] &&
             strcmp(alloc_giver_id(n->p, n->givers[k - 1]), alloc_giver_id(n->p, n->givers[k])) > 0; k--) {
            int32_t g = n->givers[k];

            n->givers[k] = n->givers[k - 1];
            n->givers[k - 1] = g;
        }
}

static void mark_places(const struct network *n, uint8_t *used)
{
    const struct alloc_problem *p = n->p;

    for (int32_t i = 0; i < p->n_givers; i++) {
        const struct alloc_giver *g = &p->givers[i];

        if (alloc_left(g) == 0)
            continue;
        if (g->place[0] == ALLOC_NONE && g->place[1] == ALLOC_NONE)
            used[p->n_villages + (g->kind == ALLOC_PARTNER)] = 1;
        for (int k = 0; k < 2; k++)
            if (g->place[k] != ALLOC_NONE)
                used[g->place[k]] = 1;
    }
}

int network_order(struct network *n, struct arena *a, const uint8_t *served)
{
    const struct alloc_problem *p = n->p;
    int32_t places = p->n_villages + 2, most = p->n_givers > places ? p->n_givers : places, k = 0;
    struct sort_entry *keyed = ARENA_RAW(a, 2 * (size_t)most, struct sort_entry);
    uint8_t *used = ARENA_NEW(a, places, uint8_t), *demand = ARENA_NEW(a, p->n_villages, uint8_t);

    n->giver_key = ARENA_NEW(a, p->n_givers, uint64_t);
    n->place_key = ARENA_NEW(a, places, uint64_t);
    n->givers = ARENA_NEW(a, p->n_givers, int32_t);
    n->places = ARENA_NEW(a, places, int32_t);
    n->villages = ARENA_NEW(a, p->n_villages, int32_t);
    if (a->failed)
        return -ENOMEM;
    for (int32_t i = 0; i < p->n_givers; i++)
        if (alloc_left(&p->givers[i]) > 0) {
            n->giver_key[i] = tiebreak_key(&n->tiebreak, alloc_giver_id(p, i));
            keyed[k++] = (struct sort_entry){ n->giver_key[i], (uint32_t)i };
        }
    n->n_givers = sort_keys(keyed, k, n->givers);
    settle_equal_keys(n);

    for (int32_t i = 0; i < p->n_villages; i++)
        n->place_key[i] = tiebreak_village_key(&n->tiebreak, p->villages[i].id);
    n->place_key[p->n_villages] = tiebreak_nowhere_key(&n->tiebreak, ALLOC_ASN);
    n->place_key[p->n_villages + 1] = tiebreak_nowhere_key(&n->tiebreak, ALLOC_PARTNER);
    mark_places(n, used);
    k = 0;
    for (int32_t i = 0; i < places; i++)
        if (used[i])
            keyed[k++] = (struct sort_entry){ n->place_key[i], (uint32_t)i };
    n->n_places = sort_keys(keyed, k, n->places);

    for (int32_t h = 0; h < p->n_households; h++)
        if (served[h])
            demand[p->households[h].village] = 1;
    k = 0;
    for (int32_t i = 0; i < p->n_villages; i++)
        if (demand[i])
            keyed[k++] = (struct sort_entry){ n->place_key[i], (uint32_t)i };
    n->n_villages = sort_keys(keyed, k, n->villages);
    return 0;
}

int32_t network_distance(const struct network *n, const struct network_type *t, int32_t village)
{
    int32_t best = INT32_MAX;

    for (int k = 0; k < 2; k++)
        if (t->place[k] >= 0) {
            size_t row = (size_t)n->place_row[t->place[k]] * (size_t)n->n_villages;
            int32_t d = n->distance[row + (size_t)n->village_column[village]];

            best = d < best ? d : best;
        }
    return best;
}

bool network_fits(const struct network *n, int32_t giver, int32_t household)
{
    return !(giver == n->barred_giver && household == n->barred_family) && alloc_may_serve(n->p, giver, household);
}

static int build(struct network *n, struct arena *a, const uint8_t *served)
{
    tiebreak_init(&n->tiebreak, n->p);
    int ret = network_order(n, a, served);

    if (ret == 0)
        ret = network_cells(n, a, served);
    if (ret == 0)
        ret = network_types(n, a);
    if (ret == 0)
        ret = network_arcs(n, a);
    if (ret == 0)
        ret = network_start(n, a);
    return ret;
}

int network_build(struct network *n, struct arena *a, const struct alloc_problem *p, const uint8_t *served,
                  bool level2)
{
    *n = (struct network){ .p = p, .level2 = level2, .barred_giver = ALLOC_NONE, .barred_family = ALLOC_NONE };
    return build(n, a, served);
}

int network_build_without(struct network *n, struct arena *a, const struct alloc_problem *p, const uint8_t *served,
                          int32_t giver, int32_t household)
{
    *n = (struct network){ .p = p, .level2 = true, .barred_giver = giver, .barred_family = household };
    return build(n, a, served);
}

static struct alloc_price price_of(const struct network *n, int32_t node)
{
    return (struct alloc_price){ n->simplex.price_hi[node], n->simplex.price_lo[node] };
}

void network_evidence(const struct network *n, struct alloc_evidence *e)
{
    e->idle_weight = n->idle_weight;
    e->kept_weight = n->kept_weight;
    for (int32_t i = 0; i < n->n_givers; i++)
        e->giver[n->givers[i]] = price_of(n, n->type_node0 + n->type_of[n->givers[i]]);
    for (int32_t i = 0; i < n->n_places; i++)
        e->place[n->places[i]] = price_of(n, n->place_node[n->places[i]]);
    for (int32_t i = 0; i < n->n_villages; i++)
        e->village[n->villages[i]] = price_of(n, n->village_node[n->villages[i]]);
    for (int32_t h = 0; h < n->p->n_households; h++)
        if (n->cell_of[h] >= 0)
            e->household[h] = price_of(n, n->cell_of[h]);
}
