/*
 * Levels 2-4 by linear programming duality: the prices make every pair outside the plan too dear and every pair in it
 * exact, level by level; primal and dual cost are the same integer; the arcs without slack form a forest, so no other
 * plan costs the same.
 */
#ifndef BERBAGI_ALLOCATOR_CERTIFY_PRICES_H
#define BERBAGI_ALLOCATOR_CERTIFY_PRICES_H

#include "services/allocator/certify_labels.h"

/* Sets `price` and `exact` of types, `type` and `way` of families, and lists the plain ones. */
bool certify_prices(struct certify_view *v, struct certify_labels *l, struct arena *a, const struct alloc_evidence *e);

#endif
