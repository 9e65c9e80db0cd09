/*
 * Rules (c) and (d) of a repair on the cache: exactly what reassign.h finds, without looking at anybody who has
 * nothing to do with it.
 */
#ifndef BERBAGI_ALLOCATOR_REPAIR_ASSIGN_H
#define BERBAGI_ALLOCATOR_REPAIR_ASSIGN_H

#include "services/allocator/repair_choose.h"

enum { REPAIR_ASSIGN_MAX = 512 };   /* families of one repair; beyond that the whole problem decides */

/*
 * Gives each loose family of the choice (all served, none attached) a giver with a free unit: (*ret_giver)[i] for
 * loose[i], memory of the choice's arena. Families that have to make room are detached and added to `loose`. 1: done
 * and proved optimal. 0: it can't tell (too many, or a chain of more than one family that makes room is needed): the
 * whole problem must decide. -ENOMEM.
 */
must_check int repair_assign(struct cache *c, struct repair_choice *choice, int32_t **ret_giver);

#endif
