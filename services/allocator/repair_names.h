/*
 * Who of a village gets which of the units that come to it anew: all ways cost the same. Families in order of ids,
 * each takes the first giver by key who may serve it such that the others can still all be served
 * (docs/allocation.md).
 */
#ifndef BERBAGI_ALLOCATOR_REPAIR_NAMES_H
#define BERBAGI_ALLOCATOR_REPAIR_NAMES_H

#include "services/allocator/arena.h"
#include "services/allocator/problem.h"

/*
 * family, unit: n households and n givers (a giver once per unit), both reordered. Writes giver[household]. At least
 * one way to serve all must exist. key: [givers]. 0 or -ENOMEM.
 */
must_check int repair_names(struct arena *a, const struct alloc_problem *p, const uint64_t *key, int32_t *family,
                            int32_t *unit, int32_t n, int32_t *giver);

#endif
