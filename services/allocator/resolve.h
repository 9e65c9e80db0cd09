/*
 * Changed numbers: which family's row a token stands for, which giver an id stands for now. A family or giver whose
 * latest record names a former id (`was`) is the same family, the same person; the former's own record has become a
 * farewell.
 */
#ifndef BERBAGI_ALLOCATOR_RESOLVE_H
#define BERBAGI_ALLOCATOR_RESOLVE_H

#include "services/allocator/state.h"

/* Sets `was` of a family or a giver (NO_ID = none) and keeps `successor` of both former ids. Itself = none. */
void resolve_set_household_was(struct regency *r, uint32_t household, uint32_t was);
void resolve_set_giver_was(struct regency *r, uint32_t giver, uint32_t was);

/* Who a giver's id stands for today: the one who names it as a former number, and so on. */
uint32_t resolve_giver(const struct regency *r, uint32_t giver);

/* A family's former id; NO_ID if it has none, or if another family that names the same one is its successor. */
uint32_t resolve_former(const struct regency *r, uint32_t household);

/* The row of a family that has not been handed on to a new number. */
struct row *resolve_live_row(const struct plan_state *p, uint32_t household);

/*
 * Whose row a visit to `household` (or an own family) means in a period: its own; else that of the family that took it
 * over; else that of its former id. NO_ID if none of them has a row that stands.
 */
uint32_t resolve_row_family(const struct regency *r, const struct plan_state *p, uint32_t household);

/* The ids that could stand for one family: itself first, its former ids, its successors. Distinct; returns how
 * many. */
enum { MAX_FAMILY_IDS = 2 * MAX_HOPS + 1 };
int resolve_family_ids(const struct regency *r, uint32_t household, uint32_t out[MAX_FAMILY_IDS]);

#endif
