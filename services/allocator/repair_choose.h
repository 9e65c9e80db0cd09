/* Rules (a) and (b) of a repair on the cache: who is served. */
#ifndef BERBAGI_ALLOCATOR_REPAIR_CHOOSE_H
#define BERBAGI_ALLOCATOR_REPAIR_CHOOSE_H

#include "services/allocator/repair_cache.h"

struct repair_choice {
    struct arena *a;                /* scratch of this event */
    int32_t *loose, n_loose, max_loose;     /* families to be given a giver (anew) */
    int32_t *lost, n_lost, max_lost;        /* planned families that can't be served any more */
};

/*
 * loose on entry: the planned families that are attached to nobody. Afterwards the cache's served marks say who is
 * served, lost ones are detached, and `loose` has all who need a giver. 0 or -ENOMEM.
 */
must_check int repair_choose(struct cache *c, struct repair_choice *choice);
must_check int repair_choice_add(struct arena *a, int32_t **items, int32_t *n, int32_t *max, int32_t item);

#endif
