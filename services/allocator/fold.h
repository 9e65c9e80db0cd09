/*
 * Takes the latest value of a registry key into the facts of a regency. NULL is a tombstone: the thing is as if it had
 * never been in the registry. All return 0 or -ENOMEM, -E2BIG (see regency_place).
 */
#ifndef BERBAGI_ALLOCATOR_FOLD_H
#define BERBAGI_ALLOCATOR_FOLD_H

#include "services/allocator/state.h"

must_check int fold_household(struct regency *r, uint32_t household, const struct household *value);
must_check int fold_asn(struct regency *r, uint32_t giver, const struct asn *value);
must_check int fold_donation(struct regency *r, uint32_t giver, const struct donation *value);
must_check int fold_delivery(struct regency *r, uint32_t visit, const struct delivery *value);

#endif
