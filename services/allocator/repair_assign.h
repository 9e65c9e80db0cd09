/*
 * Rules (c) and (d) of a repair for a few families, on the cache: exactly what reassign.h finds, without looking at
 * anybody who has nothing to do with it.
 */
#ifndef BERBAGI_ALLOCATOR_REPAIR_ASSIGN_H
#define BERBAGI_ALLOCATOR_REPAIR_ASSIGN_H

#include "services/allocator/repair_cache.h"

enum { REPAIR_ASSIGN_MAX = 16 };

/*
 * Gives each of n loose families (all served, none attached) a giver with a free unit: giver[i] for family[i]. Returns
 * 1 if that changes no more planned pairs than it must, which proves it optimal; 0 if it can't tell (too many, or only
 * a chain of changes helps): then the whole problem decides. Negative errno: -ENOMEM.
 */
must_check int repair_assign(const struct cache *c, struct arena *a, const int32_t *family, int32_t n, int32_t *giver);

/*
 * What a pair costs in a repair: planned pairs that stay, kept pairs (lambda_m = -1), metres, tie-break, packed so
 * that smaller is better. And the best giver with a free unit for a family, ALLOC_NONE if there is none.
 */
typedef __int128 repair_cost;
repair_cost repair_pair_cost(const struct cache *c, int32_t giver, int32_t household);
int32_t repair_best_giver(const struct cache *c, int32_t household);

#endif
