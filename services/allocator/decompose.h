/*
 * From the flow to persons. Units of a type cost the same wherever they go, families of a cell too; so any dealing out
 * of the flow is optimal, and this one is canonical (docs/allocation.md, "From numbers to names").
 */
#ifndef BERBAGI_ALLOCATOR_DECOMPOSE_H
#define BERBAGI_ALLOCATOR_DECOMPOSE_H

#include "services/allocator/network.h"

/* Writes giver[h] for the families of the solved network. 0 or -ENOMEM. */
must_check int decompose(const struct network *n, struct arena *a, int32_t *giver);

#endif
