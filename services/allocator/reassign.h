/*
 * Rules (c) and (d) of a repair: given who is served, change the fewest planned pairs, then least cost by level 3,
 * then the tie-break. One minimum-cost flow in which every giver and every family is a node of its own.
 *
 * It is solved first with all planned pairs fixed but those that must move; where the number of changes then meets its
 * lower bound, no plan is better. Where it does not (earmarks and own families can ask for a chain of changes), all
 * pairs are set free.
 */
#ifndef BERBAGI_ALLOCATOR_REASSIGN_H
#define BERBAGI_ALLOCATOR_REASSIGN_H

#include "services/allocator/arena.h"
#include "services/allocator/problem.h"

/* giver[h] for the households with served[h] != 0, ALLOC_NONE for others. 0, -ENOMEM, -ERANGE. */
must_check int reassign(struct arena *a, const struct alloc_problem *p, const uint8_t *served, int32_t *giver);
/* The same with all pairs free from the start: for the tests. */
must_check int reassign_freely(struct arena *a, const struct alloc_problem *p, const uint8_t *served, int32_t *giver);

#endif
