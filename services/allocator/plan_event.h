/*
 * The plan event of a period: its figures from the rows and the view (contract, section 3).
 */
#ifndef BERBAGI_ALLOCATOR_PLAN_EVENT_H
#define BERBAGI_ALLOCATOR_PLAN_EVENT_H

#include "services/allocator/state.h"

/* What every event has: who, which revision (the next), from what, when, and an empty rest. The digest is the last
 * one. */
void plan_event_start(const struct regency *r, uint32_t period, enum plan_trigger trigger, int64_t offset,
                      struct plan *out);

/* Supply, surplus, over, unserved, unmatched; the period has a view. 0 or -ENOMEM. */
must_check int plan_event_figures(const struct regency *r, uint32_t period, struct plan *out);

/* Demand, objective, fairness, distances; for `cut` and `close`. 0 or -ENOMEM. */
must_check int plan_event_cut_figures(const struct regency *r, uint32_t period, struct plan *out);

/* asn_packages + partner_packages + over = delivered + planned + surplus: true in every event with figures. */
bool plan_event_balances(const struct regency *r, uint32_t period, const struct plan *plan);

/* Takes an event that has been published (or is restored) into the period's facts. 0 or -ENOMEM. */
must_check int plan_event_apply(struct plan_state *p, const struct plan *plan);

#endif
