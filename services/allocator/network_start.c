/*
 * A good start for the simplex: every foster pair that fits is kept; what demand is left goes to the nearest place
 * with units, nearest pairs of village and place first. The result is a tree as the simplex wants it:
 *
 *   place ──▶ the type it is drawing from ──▶ root; used-up types hang below their place
 *   village ─▶ the place that served its last family; used-up places hang below the village that used them up
 *   what could not be served goes to the root on an artificial arc
 *
 * A type is drawn from by one place only, so that no two ways carry flow in a circle. All arcs without flow lead up
 * and all full ones down: the tree is strongly feasible.
 */
#include <errno.h>

#include "services/allocator/network.h"

enum { BUCKETS = 4096 };

struct start {
    struct network *n;
    struct netsimplex *x;
    int32_t *first_left, *more_left;/* [types] */
    int32_t *drawn_by;              /* [types] place, -1 = nobody yet */
    int32_t *need;                  /* [villages in use] */
    int32_t *cell_need;             /* [cells] */
    int32_t *types_of, *types_start;/* types by row of their places */
    int32_t *cursor;                /* [places in use] position in its list, twice the list long: firsts, then mores */
    int32_t *drawing;               /* [places in use] the type it draws from, -1 = not yet */
    uint8_t *used_up;               /* [places in use] */
    uint8_t *touched;               /* [places in use] something was drawn */
};

static void take(struct start *s, int32_t type, int32_t amount)
{
    const struct network_type *t = &s->n->types[type];
    int32_t first = amount < s->first_left[type] ? amount : s->first_left[type];

    if (first > 0) {
        s->first_left[type] -= first;
        s->x->arc[t->first_arc].flow += first;
    }
    if (amount > first) {
        s->more_left[type] -= amount - first;
        s->x->arc[t->more_arc].flow += amount - first;
    }
}

/* The arc to the root that has room, or -1. */
static int32_t open_arc(const struct start *s, int32_t type)
{
    return s->first_left[type] > 0 ? s->n->types[type].first_arc
        : s->more_left[type] > 0 ? s->n->types[type].more_arc : -1;
}

static int32_t type_node(const struct start *s, int32_t type)
{
    return s->n->type_node0 + type;
}

static void keep_pairs(struct start *s)
{
    struct network *n = s->n;

    for (int32_t t = 0; t < n->n_types; t++) {
        const struct network_type *type = &n->types[t];

        s->first_left[t] = type->first_arc >= 0 ? s->x->arc[type->first_arc].cap : 0;
        s->more_left[t] = type->more_arc >= 0 ? s->x->arc[type->more_arc].cap : 0;
        s->drawn_by[t] = -1;
    }
    for (int32_t e = n->kept_arc0; e < n->kept_arc0 + n->n_kept_arcs; e++) {
        int32_t t = s->x->arc[e].target - n->type_node0;

        if (s->x->arc[e].cap > s->first_left[t] + s->more_left[t])
            continue;
        s->x->arc[e].flow = s->x->arc[e].cap;
        s->cell_need[s->x->arc[e].source] -= s->x->arc[e].cap;
        take(s, t, s->x->arc[e].cap);
        if (open_arc(s, t) < 0)
            s->x->start[type_node(s, t)] = e;
    }
    for (int32_t t = 0; t < n->n_types; t++)
        if (open_arc(s, t) >= 0)
            s->x->start[type_node(s, t)] = open_arc(s, t);
}

static void list_types(struct start *s)
{
    struct network *n = s->n;

    for (int32_t t = 0; t < n->n_types; t++)
        for (int k = 0; k < 2; k++)
            if (n->types[t].start_arc[k] >= 0)
                s->types_start[n->place_row[n->types[t].place[k]] + 2]++;
    for (int32_t i = 0; i < n->n_places; i++)
        s->types_start[i + 2] += s->types_start[i + 1];
    for (int32_t t = 0; t < n->n_types; t++)
        for (int k = 0; k < 2; k++)
            if (n->types[t].start_arc[k] >= 0)
                s->types_of[s->types_start[n->place_row[n->types[t].place[k]] + 1]++] = t;
}

static int32_t start_arc(const struct start *s, int32_t row, int32_t type)
{
    const struct network_type *t = &s->n->types[type];

    return t->place[0] == s->n->places[row] ? t->start_arc[0] : t->start_arc[1];
}

/* Moves a place on to a type with room; first units of all come before anybody's second. -1 = used up. */
static int32_t draw_on(struct start *s, int32_t row)
{
    int32_t first = s->types_start[row], n = s->types_start[row + 1] - first, old = s->drawing[row];

    for (; s->cursor[row] < 2 * n; s->cursor[row]++) {
        int32_t t = s->types_of[first + s->cursor[row] % n];
        bool room = s->cursor[row] < n ? s->first_left[t] > 0 : open_arc(s, t) >= 0;

        if (!room || (s->drawn_by[t] >= 0 && s->drawn_by[t] != row))
            continue;
        if (t == old && s->x->start[type_node(s, t)] == open_arc(s, t))
            return t;
        if (old >= 0)
            s->x->start[type_node(s, old)] = start_arc(s, row, old);
        s->drawing[row] = t;
        s->drawn_by[t] = row;
        s->x->start[type_node(s, t)] = open_arc(s, t);
        s->x->start[s->n->place_node[s->n->places[row]]] = start_arc(s, row, t);
        return t;
    }
    return -1;
}

static void use_up(struct start *s, int32_t row, int32_t travel_arc)
{
    int32_t old = s->drawing[row];

    s->used_up[row] = 1;
    if (old >= 0)
        s->x->start[type_node(s, old)] = start_arc(s, row, old);
    s->x->start[s->n->place_node[s->n->places[row]]] = travel_arc;
}

/* Serves a village from a place as far as both last. */
static void pour(struct start *s, int32_t column, int32_t row)
{
    struct network *n = s->n;
    int32_t travel = n->travel_arc0 + row * n->n_villages + column, village = n->village_node[n->villages[column]];
    int32_t t = draw_on(s, row);

    if (t < 0) {
        // Never drawn from and nothing to draw: its types belong to other places.
        s->used_up[row] = 1;
        return;
    }
    while (t >= 0 && s->need[column] > 0) {
        bool first = s->first_left[t] > 0;
        int32_t room = first ? s->first_left[t] : s->more_left[t];
        int32_t amount = room < s->need[column] ? room : s->need[column];

        take(s, t, amount);
        s->touched[row] = 1;
        s->x->arc[travel].flow += amount;
        s->x->arc[start_arc(s, row, t)].flow += amount;
        s->need[column] -= amount;
        if (amount == room)
            t = draw_on(s, row);
    }
    if (t < 0)
        use_up(s, row, travel);
    else
        s->x->start[village] = travel;
}

static void pour_nearest(struct start *s, int32_t *bucket_start, int32_t *pairs)
{
    struct network *n = s->n;
    int32_t n_pairs = n->n_places * n->n_villages;
    int64_t width = (int64_t)n->max_distance / BUCKETS + 1;

    for (int32_t i = 0; i < n_pairs; i++)
        bucket_start[n->distance[i] / width + 2]++;
    for (int32_t i = 0; i < BUCKETS; i++)
        bucket_start[i + 2] += bucket_start[i + 1];
    for (int32_t i = 0; i < n_pairs; i++)
        pairs[bucket_start[n->distance[i] / width + 1]++] = i;
    for (int32_t i = 0; i < n_pairs; i++) {
        int32_t row = pairs[i] / n->n_villages, column = pairs[i] % n->n_villages;

        if (s->need[column] > 0 && !s->used_up[row])
            pour(s, column, row);
    }
}

/* Hangs up a village and its cells; what is still needed goes by artificial arcs (start -1). */
static void hang_village(struct start *s, int32_t column, int32_t total)
{
    struct network *n = s->n;
    int32_t v = n->villages[column], village = n->village_node[v], poured = total - s->need[column];
    int32_t first = n->village_first_cell[v], last_poured = -1;
    bool hangs = s->x->start[village] >= 0;

    if (n->village_cells[v] == 1)
        return;
    for (int32_t c = first; c < first + n->village_cells[v]; c++) {
        int32_t part = poured < s->cell_need[c] ? poured : s->cell_need[c];

        poured -= part;
        s->x->arc[n->cell_arc[c]].flow = part;
        if (hangs || part == s->cell_need[c])
            s->x->start[c] = n->cell_arc[c];
        last_poured = part > 0 ? c : last_poured;
    }
    if (!hangs && last_poured >= 0) {
        s->x->start[last_poured] = -1;
        s->x->start[village] = n->cell_arc[last_poured];
    }
}

/* A place nobody drew from hangs below any of its types. */
static void hang_place(struct start *s, int32_t row)
{
    if (!s->touched[row] && s->types_start[row] < s->types_start[row + 1])
        s->x->start[s->n->place_node[s->n->places[row]]] = start_arc(s, row, s->types_of[s->types_start[row]]);
}

int network_start(struct network *n, struct arena *a)
{
    int32_t n_pairs = n->n_places * n->n_villages;
    struct start s = {
        .n = n,
        .x = &n->simplex,
        .first_left = ARENA_NEW(a, n->n_types, int32_t),
        .more_left = ARENA_NEW(a, n->n_types, int32_t),
        .drawn_by = ARENA_NEW(a, n->n_types, int32_t),
        .need = ARENA_NEW(a, n->n_villages, int32_t),
        .cell_need = ARENA_NEW(a, n->n_cells, int32_t),
        .types_of = ARENA_NEW(a, 2 * (size_t)n->n_types, int32_t),
        .types_start = ARENA_NEW(a, n->n_places + 2, int32_t),
        .cursor = ARENA_NEW(a, n->n_places, int32_t),
        .drawing = ARENA_NEW(a, n->n_places, int32_t),
        .used_up = ARENA_NEW(a, n->n_places, uint8_t),
        .touched = ARENA_NEW(a, n->n_places, uint8_t),
    };
    int32_t *buckets = ARENA_NEW(a, BUCKETS + 2, int32_t), *pairs = ARENA_NEW(a, n_pairs, int32_t);
    int32_t *total = ARENA_NEW(a, n->n_villages, int32_t);

    n->simplex.start = ARENA_NEW(a, n->simplex.n_nodes, int32_t);
    if (a->failed)
        return -ENOMEM;
    for (int32_t i = 0; i < n->simplex.n_nodes; i++)
        n->simplex.start[i] = -1;
    for (int32_t i = 0; i < n->n_places; i++)
        s.drawing[i] = -1;
    for (int32_t c = 0; c < n->n_cells; c++)
        s.cell_need[c] = n->cells[c].n;
    keep_pairs(&s);
    list_types(&s);
    for (int32_t c = 0; c < n->n_cells; c++)
        total[n->village_column[n->cells[c].village]] += s.cell_need[c];
    for (int32_t i = 0; i < n->n_villages; i++)
        s.need[i] = total[i];
    if (n->n_places > 0)
        pour_nearest(&s, buckets, pairs);
    for (int32_t i = 0; i < n->n_villages && n->n_places > 0; i++)
        hang_village(&s, i, total[i]);
    for (int32_t i = 0; i < n->n_places; i++)
        hang_place(&s, i);
    return 0;
}
