/*
 * The straight line between two positions, floor(sqrt(dx^2 + dy^2 + dz^2)) in whole metres, in integers: no floating
 * point decides a distance, so that every machine gets the same plan.
 */
#ifndef BERBAGI_ALLOCATOR_CHORD_H
#define BERBAGI_ALLOCATOR_CHORD_H

#include <stdint.h>

#include "services/allocator/problem.h"

enum { CHORD_MAX_COORDINATE = 7000000 };

/* floor(sqrt(n)), 0 <= n < 2^62. */
int64_t chord_isqrt(int64_t n);
int32_t chord_m(const struct alloc_village *a, const struct alloc_village *b);

#endif
