/*
 * One family that nobody with a free unit may serve, although a unit is free: somebody gives up another family for it,
 * which the free unit can serve. The least such chain of one changed pair, exactly.
 */
#ifndef BERBAGI_ALLOCATOR_REPAIR_CHAIN_H
#define BERBAGI_ALLOCATOR_REPAIR_CHAIN_H

#include "services/allocator/repair_cache.h"

struct repair_chain {
    int32_t giver;                  /* comes to the family */
    int32_t other, other_giver;     /* the family given up, and who comes there now */
};

/* 1, or 0: no single changed pair is enough. household is served, loose, and has no direct giver. */
must_check int repair_chain(struct cache *c, int32_t household, struct repair_chain *ret);

#endif
