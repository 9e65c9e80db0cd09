/* Distances, the weights that keep the levels apart, nodes, arcs. */
#include <errno.h>

#include "services/allocator/chord.h"
#include "services/allocator/network.h"

/* Penalties beyond this could overflow the prices of a path. */
#define MAX_PENALTY (INT64_C(1) << 60)

static int measure(struct network *n, struct arena *a)
{
    const struct alloc_problem *p = n->p;
    int32_t places = p->n_villages + 2;

    n->distance = ARENA_NEW(a, (size_t)n->n_places * (size_t)n->n_villages, int32_t);
    n->place_row = ARENA_NEW(a, places, int32_t);
    n->village_column = ARENA_NEW(a, p->n_villages, int32_t);
    if (a->failed)
        return -ENOMEM;
    for (int32_t i = 0; i < places; i++)
        n->place_row[i] = -1;
    for (int32_t i = 0; i < p->n_villages; i++)
        n->village_column[i] = -1;
    for (int32_t i = 0; i < n->n_villages; i++)
        n->village_column[n->villages[i]] = i;
    for (int32_t i = 0; i < n->n_places; i++) {
        int32_t place = n->places[i], *row = n->distance + (size_t)i * (size_t)n->n_villages;

        n->place_row[place] = i;
        for (int32_t k = 0; k < n->n_villages; k++) {
            row[k] = place == p->n_villages ? ALLOC_FAR_M
                : place > p->n_villages ? 0 : chord_m(&p->villages[place], &p->villages[n->villages[k]]);
            n->max_distance = row[k] > n->max_distance ? row[k] : n->max_distance;
        }
    }
    return 0;
}

/*
 * A level outweighs what the levels below it can add up to on any cycle of the network. Metres and kept pairs lie on
 * arcs that touch a cell or a village, each of which a cycle passes once; arcs to the root are at most two.
 */
static int weigh(struct network *n)
{
    int64_t touched = 2 * ((int64_t)n->n_villages + n->n_cells);
    int64_t metres = touched * (n->max_distance + (n->p->lambda_m > 0 ? n->p->lambda_m : 0)) + 1;
    __int128 below = metres;

    n->kept_weight = n->p->lambda_m < 0 ? metres : 0;
    if (n->p->lambda_m < 0)
        below = (__int128)touched * (n->max_distance + n->kept_weight) + 1;
    if (4 * below > MAX_PENALTY)
        return -ERANGE;
    n->idle_weight = (int64_t)below;
    n->penalty = 4 * n->idle_weight;
    return 0;
}

static int32_t number_nodes(struct network *n)
{
    int32_t node = n->n_cells;

    for (int32_t i = 0; i < n->n_villages; i++) {
        int32_t v = n->villages[i];

        n->village_node[v] = n->village_cells[v] == 1 ? n->village_first_cell[v] : node++;
    }
    for (int32_t i = 0; i < n->n_places; i++)
        n->place_node[n->places[i]] = node++;
    n->type_node0 = node;
    n->root = node + n->n_types;
    return n->root + 1;
}

static int32_t count_kept_pairs(const struct network *n)
{
    int32_t count = 0;

    for (int32_t i = 0; i < n->n_families; i++)
        count += n->keeper[i] != ALLOC_NONE;
    return count;
}

static int32_t kept_arc(struct network *n, int32_t cell, int32_t type)
{
    const struct network_type *t = &n->types[type];
    int32_t metres = network_distance(n, t, n->cells[cell].village);

    return netsimplex_add(&n->simplex, cell, n->type_node0 + type, 0,
                          metres - (n->p->lambda_m < 0 ? n->kept_weight : n->p->lambda_m),
                          tiebreak_leg(t->key, n->cells[cell].key, TIEBREAK_KEPT));
}

/* Pairs of one cell and type share an arc. */
static void add_kept_arcs(struct network *n, int32_t *last_cell, int32_t *last_arc)
{
    for (int32_t t = 0; t < n->n_types; t++)
        last_cell[t] = -1;
    n->kept_arc0 = n->simplex.n_arcs;
    for (int32_t cell = 0; cell < n->n_cells; cell++)
        for (int32_t i = n->cells[cell].first; i < n->cells[cell].first + n->cells[cell].n; i++) {
            n->kept_arc[i] = -1;
            if (n->keeper[i] == ALLOC_NONE)
                continue;
            int32_t type = n->type_of[n->keeper[i]];

            if (last_cell[type] != cell) {
                last_cell[type] = cell;
                last_arc[type] = kept_arc(n, cell, type);
            }
            n->simplex.arc[last_arc[type]].cap++;
            n->kept_arc[i] = last_arc[type];
        }
    n->n_kept_arcs = n->simplex.n_arcs - n->kept_arc0;
}

static void add_travel_arcs(struct network *n)
{
    n->travel_arc0 = n->simplex.n_arcs;
    for (int32_t i = 0; i < n->n_places; i++)
        for (int32_t k = 0; k < n->n_villages; k++)
            netsimplex_add(&n->simplex, n->village_node[n->villages[k]], n->place_node[n->places[i]],
                           NETSIMPLEX_ENDLESS, n->distance[(size_t)i * (size_t)n->n_villages + (size_t)k],
                           tiebreak_leg(n->place_key[n->places[i]], n->place_key[n->villages[k]], TIEBREAK_TRAVEL));
}

static int64_t count_type_arcs(const struct network *n)
{
    int64_t count = 0;

    for (int32_t i = 0; i < n->n_types; i++) {
        const struct network_type *t = &n->types[i];

        count += (t->firsts > 0) + (t->units > 0) + (t->direct ? 0 : 1 + (t->place[1] >= 0));
    }
    return count;
}

static void add_type_arcs(struct network *n)
{
    for (int32_t i = 0; i < n->n_types; i++) {
        struct network_type *t = &n->types[i];
        int32_t node = n->type_node0 + i, more = n->level2 ? t->units - t->firsts : t->units;

        if (n->level2 && t->firsts > 0)
            t->first_arc = netsimplex_add(&n->simplex, node, n->root, t->firsts, 0, 0);
        if (more > 0)
            t->more_arc = netsimplex_add(&n->simplex, node, n->root, more, n->level2 ? n->idle_weight : 0, 0);
        for (int k = 0; k < 2 && !t->direct; k++)
            if (t->place[k] >= 0)
                t->start_arc[k] = netsimplex_add(&n->simplex, n->place_node[t->place[k]], node, NETSIMPLEX_ENDLESS, 0,
                                                 tiebreak_leg(t->key, n->place_key[t->place[k]], TIEBREAK_START));
    }
}

/* The families of a cell are alike for every giver, so the first one speaks for all. */
static bool fits_cell(const struct network *n, int32_t giver, int32_t cell)
{
    return network_fits(n, giver, n->families[n->cells[cell].first]);
}

static void add_direct_arc(struct network *n, int32_t type, int32_t village, int32_t cell)
{
    const struct network_type *t = &n->types[type];
    int32_t node = cell >= 0 ? cell : n->village_node[village];
    uint64_t key = cell >= 0 ? n->cells[cell].key : n->place_key[village];
    int32_t arc = netsimplex_add(&n->simplex, node, n->type_node0 + type, NETSIMPLEX_ENDLESS,
                                 network_distance(n, t, village), tiebreak_leg(t->key, key, TIEBREAK_DIRECT));

    n->direct[n->n_direct++] = (struct network_arc){ arc, type, cell, cell >= 0 ? -1 : village };
}

/* A whole village where every cell fits, else the cells that do. With `count_only` nothing is built. */
static int64_t direct_arcs(struct network *n, bool count_only)
{
    int64_t count = 0;

    for (int32_t i = 0; i < n->n_types; i++) {
        if (!n->types[i].direct)
            continue;
        int32_t giver = n->members[n->types[i].first];

        for (int32_t k = 0; k < n->n_villages; k++) {
            int32_t v = n->villages[k], first = n->village_first_cell[v], fitting = 0;

            for (int32_t c = first; c < first + n->village_cells[v]; c++)
                fitting += fits_cell(n, giver, c);
            bool whole = fitting == n->village_cells[v];

            count += whole ? 1 : fitting;
            if (count_only)
                continue;
            if (whole)
                add_direct_arc(n, i, v, -1);
            for (int32_t c = first; !whole && c < first + n->village_cells[v]; c++)
                if (fits_cell(n, giver, c))
                    add_direct_arc(n, i, v, c);
        }
    }
    return count;
}

int network_arcs(struct network *n, struct arena *a)
{
    const struct alloc_problem *p = n->p;
    int64_t direct = direct_arcs(n, true);
    int64_t arcs = direct + count_kept_pairs(n) + (int64_t)n->n_places * n->n_villages + count_type_arcs(n) +
        n->n_cells;
    int ret = measure(n, a);

    if (ret == 0)
        ret = weigh(n);
    if (ret < 0)
        return ret;
    if (arcs > INT32_MAX / 4)
        return -ERANGE;
    n->village_node = ARENA_NEW(a, p->n_villages, int32_t);
    n->place_node = ARENA_NEW(a, p->n_villages + 2, int32_t);
    n->cell_arc = ARENA_NEW(a, n->n_cells, int32_t);
    n->kept_arc = ARENA_RAW(a, n->n_families, int32_t);
    n->direct = ARENA_NEW(a, direct, struct network_arc);
    int32_t *last = ARENA_NEW(a, 2 * (size_t)n->n_types, int32_t);

    if (a->failed)
        return -ENOMEM;
    int32_t nodes = number_nodes(n);

    netsimplex_init(&n->simplex, a, nodes, (int32_t)arcs);
    if (a->failed)
        return -ENOMEM;
    n->simplex.n_nodes = nodes;
    for (int32_t c = 0; c < n->n_cells; c++) {
        int32_t village = n->village_node[n->cells[c].village];

        n->simplex.supply[c] = n->cells[c].n;
        n->cell_arc[c] = village != c ? netsimplex_add(&n->simplex, c, village, NETSIMPLEX_ENDLESS, 0, 0) : -1;
    }
    add_travel_arcs(n);
    add_type_arcs(n);
    add_kept_arcs(n, last, last + n->n_types);
    direct_arcs(n, false);
    return 0;
}
