/* Who takes part, in canonical order; cells; the whole. Types: network_types.c. Arcs: network_arcs.c. */
#include "services/allocator/network.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct keyed {
    uint64_t key;
    int32_t index;
    const char *id;                 /* decides if keys are equal; NULL = the index does */
};

static int by_key(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    if (x->id != NULL && y->id != NULL)
        return strcmp(x->id, y->id);
    return (x->index > y->index) - (x->index < y->index);
}

static int32_t sort_keyed(struct keyed *k, int32_t n, int32_t *out)
{
    if (n > 0)
        qsort(k, (size_t)n, sizeof(*k), by_key);
    for (int32_t i = 0; i < n; i++)
        out[i] = k[i].index;
    return n;
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
    struct keyed *keyed = ARENA_NEW(a, most, struct keyed);
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
            keyed[k++] = (struct keyed){ n->giver_key[i], i, alloc_giver_id(p, i) };
        }
    n->n_givers = sort_keyed(keyed, k, n->givers);

    for (int32_t i = 0; i < p->n_villages; i++)
        n->place_key[i] = tiebreak_village_key(&n->tiebreak, p->villages[i].id);
    n->place_key[p->n_villages] = tiebreak_nowhere_key(&n->tiebreak, ALLOC_ASN);
    n->place_key[p->n_villages + 1] = tiebreak_nowhere_key(&n->tiebreak, ALLOC_PARTNER);
    mark_places(n, used);
    k = 0;
    for (int32_t i = 0; i < places; i++)
        if (used[i])
            keyed[k++] = (struct keyed){ n->place_key[i], i, NULL };
    n->n_places = sort_keyed(keyed, k, n->places);

    for (int32_t h = 0; h < p->n_households; h++)
        if (served[h])
            demand[p->households[h].village] = 1;
    k = 0;
    for (int32_t i = 0; i < p->n_villages; i++)
        if (demand[i])
            keyed[k++] = (struct keyed){ n->place_key[i], i, NULL };
    n->n_villages = sort_keyed(keyed, k, n->villages);
    return 0;
}

/* alike[d] = the first position whose deciles no earmark in play tells from position d. */
static void group_deciles(const struct network *n, int32_t *alike)
{
    const struct alloc_problem *p = n->p;

    for (int32_t d = 0; d < p->n_deciles; d++) {
        alike[d] = d;
        for (int32_t e = d - 1; e >= 0; e--) {
            bool same = true;

            for (int32_t i = 0; i < n->n_givers && same; i++) {
                const struct alloc_giver *g = &p->givers[n->givers[i]];
                unsigned mask = g->earmark == ALLOC_NONE ? 0 : p->earmarks[g->earmark].deciles;

                same = mask == 0 || (mask >> p->deciles[d] & 1) == (mask >> p->deciles[e] & 1);
            }
            if (same)
                alike[d] = e;
        }
    }
}

struct family {
    uint64_t head, tail;            /* the id's first 16 bytes, as numbers that sort alike */
    const char *id;
    int32_t cell, index;
};

static int by_cell_and_id(const void *a, const void *b)
{
    const struct family *x = a, *y = b;

    if (x->cell != y->cell)
        return x->cell < y->cell ? -1 : 1;
    if (x->head != y->head)
        return x->head < y->head ? -1 : 1;
    if (x->tail != y->tail)
        return x->tail < y->tail ? -1 : 1;
    return strcmp(x->id, y->id);
}

static uint64_t eight_bytes(const char *s, size_t n)
{
    uint64_t v = 0;

    for (size_t i = 0; i < 8; i++)
        v = v << 8 | (i < n ? (unsigned char)s[i] : 0);
    return v;
}

static struct family family_of(const struct alloc_problem *p, int32_t h)
{
    const char *id = alloc_household_id(p, h);
    size_t length = strnlen(id, 16);

    return (struct family){
        .head = eight_bytes(id, length),
        .tail = length > 8 ? eight_bytes(id + 8, length - 8) : 0,
        .id = id,
        .index = h,
    };
}

/* Families by village first; then each village's part is cut into cells. */
static int sort_families(struct network *n, struct arena *a, const uint8_t *served, int32_t **ret_start,
                         struct family **ret_families)
{
    const struct alloc_problem *p = n->p;
    int32_t *start = ARENA_NEW(a, p->n_villages + 2, int32_t);

    if (a->failed)
        return -ENOMEM;
    for (int32_t h = 0; h < p->n_households; h++)
        if (served[h])
            start[p->households[h].village + 2]++;
    for (int32_t v = 0; v < p->n_villages; v++)
        start[v + 2] += start[v + 1];
    n->n_families = start[p->n_villages + 1];
    struct family *families = ARENA_NEW(a, n->n_families, struct family);

    if (a->failed)
        return -ENOMEM;
    for (int32_t h = 0; h < p->n_households; h++)
        if (served[h])
            families[start[p->households[h].village + 1]++] = family_of(p, h);
    *ret_start = start;
    *ret_families = families;
    return 0;
}

static void add_cell(struct network *n, const struct family *family, int32_t place, int32_t decile, bool own)
{
    const struct alloc_problem *p = n->p;
    struct network_cell *c = &n->cells[n->n_cells++];
    int32_t v = p->households[family->index].village;

    *c = (struct network_cell){
        .village = v, .decile = decile, .own = own ? family->index : ALLOC_NONE, .first = place
    };
    c->key = own ? tiebreak_key(&n->tiebreak, family->id)
        : tiebreak_mix(n->place_key[v], 0, (uint64_t)TIEBREAK_CELL + p->deciles[decile]);
    n->village_cells[v]++;
}

int network_cells(struct network *n, struct arena *a, const uint8_t *served)
{
    const struct alloc_problem *p = n->p;
    int32_t alike[ALLOC_MAX_DECILES], *start;
    uint8_t *is_own = ARENA_NEW(a, p->n_households, uint8_t);
    struct family *families;
    int ret = sort_families(n, a, served, &start, &families);

    n->families = ARENA_NEW(a, n->n_families, int32_t);
    n->cells = ARENA_NEW(a, n->n_families, struct network_cell);
    n->cell_of = ARENA_NEW(a, p->n_households, int32_t);
    n->village_first_cell = ARENA_NEW(a, p->n_villages, int32_t);
    n->village_cells = ARENA_NEW(a, p->n_villages, int32_t);
    if (ret < 0 || a->failed)
        return -ENOMEM;
    group_deciles(n, alike);
    for (int32_t i = 0; i < n->n_givers; i++)
        if (p->givers[n->givers[i]].own != ALLOC_NONE)
            is_own[p->givers[n->givers[i]].own] = 1;
    if (n->barred_family != ALLOC_NONE)
        is_own[n->barred_family] = 1;
    for (int32_t h = 0; h < p->n_households; h++)
        n->cell_of[h] = -1;
    for (int32_t i = 0; i < n->n_villages; i++) {
        int32_t v = n->villages[i], count = start[v + 1] - start[v];
        struct family *part = families + start[v];

        // The rank of a cell within its village: the common ones by decile, then the own families by id.
        for (int32_t k = 0; k < count; k++)
            part[k].cell = is_own[part[k].index] ? ALLOC_MAX_DECILES
                : alike[p->households[part[k].index].cls / ALLOC_CLASSES_PER_DECILE];
        qsort(part, (size_t)count, sizeof(*part), by_cell_and_id);
        n->village_first_cell[v] = n->n_cells;
        for (int32_t k = 0; k < count; k++) {
            bool own = part[k].cell == ALLOC_MAX_DECILES;
            int32_t decile = own ? p->households[part[k].index].cls / ALLOC_CLASSES_PER_DECILE : part[k].cell;

            if (k == 0 || own || part[k].cell != part[k - 1].cell)
                add_cell(n, &part[k], start[v] + k, decile, own);
            n->cells[n->n_cells - 1].n++;
            n->cell_of[part[k].index] = n->n_cells - 1;
            n->families[start[v] + k] = part[k].index;
        }
    }
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
    for (int32_t i = 0; i < n->n_families; i++)
        e->household[n->families[i]] = price_of(n, n->cell_of[n->families[i]]);
}
