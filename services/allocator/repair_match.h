/*
 * Rows to columns at least cost: the Hungarian method (Kuhn 1955) in the form of shortest augmenting paths (Jonker and
 * Volgenant 1987), for columns that take several rows. Exact integers; prices prove the optimum.
 */
#ifndef BERBAGI_ALLOCATOR_REPAIR_MATCH_H
#define BERBAGI_ALLOCATOR_REPAIR_MATCH_H

#include "services/allocator/arena.h"
#include "services/allocator/repair_near.h"

/* No arc. A sum of two of them still fits. */
#define REPAIR_MATCH_NEVER ((repair_cost)1 << 125)

struct repair_match {
    int32_t n_rows, n_columns;
    const repair_cost *cost;        /* [rows x columns] */
    const int32_t *capacity;        /* [columns] column 0 takes everybody, at a finite cost */
    int32_t *column;                /* out, [rows] */
    /* out: row_price + column_price <= cost everywhere, = where matched; column_price <= 0, 0 where room is left. */
    repair_cost *row_price, *column_price;
};

/* The caller sets the first four; the rest comes from the arena. 0 or -ENOMEM. */
must_check int repair_match(struct repair_match *m, struct arena *a);

#endif
