/*
 * What a cut freezes, and the questions it answers: who is a target, who has how many units (contract, section 3, "The
 * rule of a plan").
 */
#ifndef BERBAGI_ALLOCATOR_RULE_H
#define BERBAGI_ALLOCATOR_RULE_H

#include "services/allocator/state.h"

/* Both overwrite *out, freeing what it held. 0 or -ENOMEM. */
must_check int rule_from_period(struct rule *out, const struct period *period, const char *places);
must_check int rule_from_plan(struct rule *out, const struct plan_rule *rule);
void rule_to_plan(const struct rule *rule, struct plan_rule *out);

/* The decile in the rule's basis; 0 = not known. */
int rule_decile(const struct rule *rule, const struct household_state *h);
/* Active, its decile is served, and it is not absent from the edition. */
bool rule_targets(const struct rule *rule, const struct household_state *h);

/*
 * The units of a giver in period number `period`. A number that an ASN names as its former one has none: the person
 * gives under the present one. *excluded says why an otherwise eligible ASN has none (NULL: not asked).
 */
int32_t rule_quota(const struct rule *rule, uint32_t period, const struct giver_state *g, enum excluded *excluded);

/* May this giver serve a family of this village (ten digits) and decile, as far as its earmark goes. */
bool rule_earmark_fits(const struct earmark *earmark, int64_t village, int decile);

#endif
