#include "services/allocator/decompose.h"

#include <errno.h>

/* Stacks of units (givers) at the places, then at the villages, then the families that still wait there. */
struct dealing {
    const struct network *n;
    int32_t *giver;                 /* the result */
    int32_t *load;                  /* [givers] families dealt so far */
    int32_t *units, n_units;        /* of the type at hand */
    int32_t *pool, *end;            /* units by node (a place, a village or a cell): pool[start..end) */
    int32_t *start;                 /* [nodes + 1] */
};

static void keep_pairs(struct dealing *d, int32_t *left)
{
    const struct network *n = d->n;

    for (int32_t i = 0; i < n->n_families; i++) {
        int32_t h = n->families[i], arc = n->kept_arc[i];

        d->giver[h] = ALLOC_NONE;
        if (arc >= 0 && left[arc - n->kept_arc0] > 0) {
            left[arc - n->kept_arc0]--;
            d->giver[h] = n->keeper[i];
            d->load[n->keeper[i]]++;
        }
    }
}

/* The units a type still gives: first units first, then second ones, …; members in canonical order. */
static void deal_type(struct dealing *d, const struct network_type *t, int32_t wanted)
{
    const struct network *n = d->n;

    d->n_units = 0;
    for (int32_t round = 1; d->n_units < wanted; round++)
        for (int32_t i = t->first; i < t->first + t->n && d->n_units < wanted; i++) {
            int32_t g = n->members[i];
            const struct alloc_giver *giver = &n->p->givers[g];

            if (d->load[g] < alloc_left(giver) && d->load[g] + (giver->taken > 0) < round) {
                d->load[g]++;
                d->units[d->n_units++] = g;
            }
        }
}

static void push(struct dealing *d, int32_t node, int32_t giver)
{
    d->pool[d->end[node]++] = giver;
}

/* How many units pass each pool: what flows into places by start arcs, into villages and cells by the other arcs. */
static void measure_pools(struct dealing *d)
{
    const struct network *n = d->n;
    const struct netsimplex_arc *arc = n->simplex.arc;
    int32_t nodes = n->type_node0;

    for (int32_t i = 0; i < n->n_types; i++)
        for (int k = 0; k < 2; k++)
            if (n->types[i].start_arc[k] >= 0)
                d->start[n->place_node[n->types[i].place[k]] + 1] += arc[n->types[i].start_arc[k]].flow;
    for (int32_t i = 0; i < n->n_places; i++)
        for (int32_t k = 0; k < n->n_villages; k++)
            d->start[n->village_node[n->villages[k]] + 1] += arc[n->travel_arc0 + i * n->n_villages + k].flow;
    for (int32_t i = 0; i < n->n_direct; i++)
        d->start[n->simplex.arc[n->direct[i].arc].source + 1] += arc[n->direct[i].arc].flow;
    for (int32_t i = 0; i < nodes; i++) {
        d->start[i + 1] += d->start[i];
        d->end[i] = d->start[i];
    }
}

static int32_t plain_flow(const struct network *n, int32_t type, int32_t *at_direct)
{
    const struct network_type *t = &n->types[type];
    int32_t sum = 0;

    for (int k = 0; k < 2; k++)
        if (t->start_arc[k] >= 0)
            sum += n->simplex.arc[t->start_arc[k]].flow;
    for (int32_t i = *at_direct; i < n->n_direct && n->direct[i].type == type; i++)
        sum += n->simplex.arc[n->direct[i].arc].flow;
    return sum;
}

static void leave_types(struct dealing *d)
{
    const struct network *n = d->n;
    int32_t at_direct = 0;

    for (int32_t type = 0; type < n->n_types; type++) {
        const struct network_type *t = &n->types[type];
        int32_t at = 0;

        deal_type(d, t, plain_flow(n, type, &at_direct));
        for (int k = 0; k < 2; k++)
            for (int32_t x = t->start_arc[k] < 0 ? 0 : n->simplex.arc[t->start_arc[k]].flow; x > 0; x--)
                push(d, n->place_node[t->place[k]], d->units[at++]);
        for (; at_direct < n->n_direct && n->direct[at_direct].type == type; at_direct++)
            for (int32_t x = n->simplex.arc[n->direct[at_direct].arc].flow; x > 0; x--)
                push(d, n->simplex.arc[n->direct[at_direct].arc].source, d->units[at++]);
    }
}

static void leave_places(struct dealing *d)
{
    const struct network *n = d->n;

    for (int32_t i = 0; i < n->n_places; i++) {
        int32_t at = d->start[n->place_node[n->places[i]]];

        for (int32_t k = 0; k < n->n_villages; k++)
            for (int32_t x = n->simplex.arc[n->travel_arc0 + i * n->n_villages + k].flow; x > 0; x--)
                push(d, n->village_node[n->villages[k]], d->pool[at++]);
    }
}

/* What came to the cell itself goes first, then what came to its village. */
static void reach_families(struct dealing *d)
{
    const struct network *n = d->n;

    for (int32_t i = 0; i < n->n_villages; i++) {
        int32_t v = n->villages[i], village = n->village_node[v], at = d->start[village];

        for (int32_t c = n->village_first_cell[v]; c < n->village_first_cell[v] + n->village_cells[v]; c++) {
            int32_t own = c == village ? 0 : d->start[c], own_end = c == village ? 0 : d->end[c];

            for (int32_t k = n->cells[c].first; k < n->cells[c].first + n->cells[c].n; k++)
                if (d->giver[n->families[k]] == ALLOC_NONE)
                    d->giver[n->families[k]] = own < own_end ? d->pool[own++] : d->pool[at++];
        }
    }
}

int decompose(const struct network *n, struct arena *a, int32_t *giver)
{
    struct dealing d = {
        .n = n,
        .giver = giver,
        .load = ARENA_NEW(a, n->p->n_givers, int32_t),
        .units = ARENA_RAW(a, n->n_families, int32_t),
        .pool = ARENA_RAW(a, 2 * (size_t)n->n_families + 1, int32_t),
        .end = ARENA_NEW(a, n->type_node0, int32_t),
        .start = ARENA_NEW(a, n->type_node0 + 1, int32_t),
    };
    int32_t *left = ARENA_RAW(a, n->n_kept_arcs, int32_t);  /* pairs to be kept, by arc */

    if (a->failed)
        return -ENOMEM;
    for (int32_t e = 0; e < n->n_kept_arcs; e++)
        left[e] = n->simplex.arc[n->kept_arc0 + e].flow;
    keep_pairs(&d, left);
    measure_pools(&d);
    leave_types(&d);
    leave_places(&d);
    reach_families(&d);
    return 0;
}
