/*
 * Cells: the families of a village that every giver may serve alike. Each family belongs to a bucket, village by
 * village the common ones by decile, then those who are somebody's own; within a bucket they are in the order of ids.
 */
#include <errno.h>

#include "common/core/sort.h"
#include "services/allocator/network.h"

enum { OWN = ALLOC_MAX_DECILES, BUCKETS = ALLOC_MAX_DECILES + 1 };

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

static void mark_own(const struct network *n, uint8_t *is_own)
{
    for (int32_t i = 0; i < n->n_givers; i++)
        if (n->p->givers[n->givers[i]].own != ALLOC_NONE)
            is_own[n->p->givers[n->givers[i]].own] = 1;
    if (n->barred_family != ALLOC_NONE)
        is_own[n->barred_family] = 1;
}

/* Served families by bucket, in a bucket by id. *ret_start: [villages x BUCKETS + 1] where a bucket begins. */
static int sort_families(struct network *n, struct arena *a, const uint8_t *served, int32_t **ret_start)
{
    const struct alloc_problem *p = n->p;
    const size_t buckets = (size_t)p->n_villages * BUCKETS;
    struct arena own cleanup(arena_done) = { 0 };
    int32_t alike[ALLOC_MAX_DECILES], *start = ARENA_NEW(a, buckets + 2, int32_t);
    uint8_t *is_own = ARENA_NEW(&own, p->n_households, uint8_t);
    int32_t *bucket = ARENA_RAW(&own, p->n_households, int32_t);

    if (a->failed || own.failed)
        return -ENOMEM;
    group_deciles(n, alike);
    mark_own(n, is_own);
    for (int32_t h = 0; h < p->n_households; h++)
        if (served[h]) {
            int32_t rank = is_own[h] ? OWN : alike[p->households[h].cls / ALLOC_CLASSES_PER_DECILE];

            bucket[h] = p->households[h].village * BUCKETS + rank;
            start[bucket[h] + 2]++;
            n->n_families++;
        }
    for (size_t i = 0; i < buckets; i++)
        start[i + 2] += start[i + 1];
    struct sort_entry *entry = ARENA_RAW(&own, 2 * (size_t)n->n_families, struct sort_entry);
    int32_t k = 0;

    n->families = ARENA_RAW(a, n->n_families, int32_t);
    if (a->failed || own.failed)
        return -ENOMEM;
    for (int32_t h = 0; h < p->n_households; h++)
        if (served[h])
            entry[k++].value = (uint32_t)h;
    sort_by_text(entry, entry + k, (size_t)k, p->household_ids, p->household_id_stride);
    for (int32_t i = 0; i < k; i++)
        n->families[start[bucket[entry[i].value] + 1]++] = (int32_t)entry[i].value;
    *ret_start = start;
    return 0;
}

static void add_cell(struct network *n, int32_t village, int32_t rank, int32_t first, int32_t count)
{
    const struct alloc_problem *p = n->p;
    int32_t h = n->families[first], own = rank == OWN ? h : ALLOC_NONE;
    int32_t decile = rank == OWN ? p->households[h].cls / ALLOC_CLASSES_PER_DECILE : rank;
    uint64_t key = rank == OWN ? tiebreak_key(&n->tiebreak, alloc_household_id(p, h))
        : tiebreak_mix(n->place_key[village], 0, (uint64_t)TIEBREAK_CELL + p->deciles[decile]);

    for (int32_t i = first; i < first + count; i++)
        n->cell_of[n->families[i]] = n->n_cells;
    n->village_cells[village]++;
    n->cells[n->n_cells++] = (struct network_cell){
        .village = village, .decile = decile, .own = own, .first = first, .n = count, .key = key
    };
}

int network_cells(struct network *n, struct arena *a, const uint8_t *served)
{
    const struct alloc_problem *p = n->p;
    int32_t *start, most = 0;
    int ret = sort_families(n, a, served, &start);

    if (ret < 0)
        return ret;
    for (int32_t i = 0; i < n->n_villages; i++) {
        const int32_t *at = &start[n->villages[i] * BUCKETS];

        for (int32_t rank = 0; rank < OWN; rank++)
            most += at[rank + 1] > at[rank];
        most += at[BUCKETS] - at[OWN];
    }
    n->cells = ARENA_RAW(a, most, struct network_cell);
    n->cell_of = ARENA_RAW(a, p->n_households, int32_t);
    n->village_first_cell = ARENA_NEW(a, p->n_villages, int32_t);
    n->village_cells = ARENA_NEW(a, p->n_villages, int32_t);
    if (a->failed)
        return -ENOMEM;
    for (int32_t h = 0; h < p->n_households; h++)
        n->cell_of[h] = -1;
    for (int32_t i = 0; i < n->n_villages; i++) {
        int32_t v = n->villages[i];
        const int32_t *at = &start[v * BUCKETS];

        n->village_first_cell[v] = n->n_cells;
        for (int32_t rank = 0; rank < OWN; rank++)
            if (at[rank + 1] > at[rank])
                add_cell(n, v, rank, at[rank], at[rank + 1] - at[rank]);
        for (int32_t k = at[OWN]; k < at[BUCKETS]; k++)
            add_cell(n, v, OWN, k, 1);
    }
    return 0;
}
