/*
 * A family that makes room: some giver leaves a planned family to another giver and comes to one of the loose families
 * instead. The search for the best such chain of one change more, given the prices of the problem at hand.
 */
#ifndef BERBAGI_ALLOCATOR_REPAIR_CHAIN_H
#define BERBAGI_ALLOCATOR_REPAIR_CHAIN_H

#include "services/allocator/repair_choose.h"
#include "services/allocator/repair_match.h"

/*
 * loose: the rows of the solved problem m, whose columns stand in cache_giver.column. Returns the giver whose
 * families take part in the chain that lowers the cost most, or ALLOC_NONE: no chain of one change lowers it.
 */
int32_t repair_chain(struct cache *c, const struct repair_match *m, const int32_t *loose);

#endif
