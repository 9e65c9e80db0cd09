#include "services/allocator/repair_match.h"

#include <errno.h>

struct tree {
    struct repair_match *m;
    int32_t *used;                  /* [columns] rows matched */
    /* Of the present search, by columns and by rows. */
    repair_cost *distance, *base;
    int32_t *way;                   /* the row a column was reached from */
    uint8_t *done, *member;
};

static void grow(struct tree *t, int32_t row, repair_cost base)
{
    const struct repair_match *m = t->m;
    const repair_cost *cost = &m->cost[(size_t)row * (size_t)m->n_columns];

    t->member[row] = 1;
    t->base[row] = base;
    for (int32_t k = 0; k < m->n_columns; k++) {
        if (t->done[k] || cost[k] == REPAIR_MATCH_NEVER)
            continue;
        repair_cost distance = base + cost[k] - m->row_price[row] - m->column_price[k];

        if (distance < t->distance[k]) {
            t->distance[k] = distance;
            t->way[k] = row;
        }
    }
}

/* To the nearest column with room; everything nearer is done. */
static int32_t search(struct tree *t)
{
    const struct repair_match *m = t->m;

    for (;;) {
        int32_t nearest = 0;

        for (int32_t k = 0; k < m->n_columns; k++)
            if (!t->done[k] && (t->done[nearest] || t->distance[k] < t->distance[nearest]))
                nearest = k;
        if (t->used[nearest] < m->capacity[nearest])
            return nearest;
        t->done[nearest] = 1;
        for (int32_t row = 0; row < m->n_rows; row++)
            if (m->column[row] == nearest)
                grow(t, row, t->distance[nearest]);
    }
}

static void insert(struct tree *t, int32_t row)
{
    struct repair_match *m = t->m;
    const repair_cost *cost = &m->cost[(size_t)row * (size_t)m->n_columns];

    m->row_price[row] = cost[0] - m->column_price[0];
    for (int32_t k = 0; k < m->n_columns; k++) {
        if (cost[k] != REPAIR_MATCH_NEVER && cost[k] - m->column_price[k] < m->row_price[row])
            m->row_price[row] = cost[k] - m->column_price[k];
        t->distance[k] = REPAIR_MATCH_NEVER;
        t->done[k] = 0;
    }
    for (int32_t i = 0; i < m->n_rows; i++)
        t->member[i] = 0;
    grow(t, row, 0);
    int32_t end = search(t);

    for (int32_t i = 0; i < m->n_rows; i++)
        if (t->member[i])
            m->row_price[i] += t->distance[end] - t->base[i];
    for (int32_t k = 0; k < m->n_columns; k++)
        if (t->done[k])
            m->column_price[k] -= t->distance[end] - t->distance[k];
    t->used[end]++;
    for (int32_t k = end, i = -1; i != row;) {
        i = t->way[k];
        int32_t before = m->column[i];

        m->column[i] = k;
        k = before;
    }
}

int repair_match(struct repair_match *m, struct arena *a)
{
    struct tree t = {
        .m = m,
        .used = ARENA_NEW(a, m->n_columns, int32_t),
        .distance = ARENA_NEW(a, m->n_columns, repair_cost),
        .base = ARENA_NEW(a, m->n_rows, repair_cost),
        .way = ARENA_NEW(a, m->n_columns, int32_t),
        .done = ARENA_NEW(a, m->n_columns, uint8_t),
        .member = ARENA_NEW(a, m->n_rows, uint8_t),
    };

    m->column = ARENA_NEW(a, m->n_rows, int32_t);
    m->row_price = ARENA_NEW(a, m->n_rows, repair_cost);
    m->column_price = ARENA_NEW(a, m->n_columns, repair_cost);
    if (a->failed)
        return -ENOMEM;
    for (int32_t i = 0; i < m->n_rows; i++)
        m->column[i] = -1;
    for (int32_t i = 0; i < m->n_rows; i++)
        insert(&t, i);
    return 0;
}
