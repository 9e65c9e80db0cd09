/*
 * The groups of a plan event that stand only with some triggers (contract, section 3): the figures of a cut or close,
 * the frozen rule, the expectation that was not met. plan.c puts them together.
 */
#ifndef BERBAGI_WIRE_PLAN_PARTS_H
#define BERBAGI_WIRE_PLAN_PARTS_H

#include "common/wire/decision.h"
#include "common/wire/parts.h"

/* demand, demand_unknown, demand_stale, objective, fairness, distance_p50_m, distance_p95_m */
void plan_put_cut_figures(struct buf *b, const struct plan *m);
/* `first` is the slot of `demand`; the others follow in that order. */
void plan_read_cut_figures(const struct json_node *root, int first, struct plan *m);
enum { PLAN_CUT_FIELDS = 7 };

void plan_put_certificate(struct buf *b, const struct plan *m);
bool plan_read_certificate(const struct json_node *root, int slot, enum json_need need, struct plan *m);

void plan_put_rule(struct buf *b, const struct plan_rule *rule);
bool plan_read_rule(const struct json_node *root, int slot, enum json_need need, struct plan_rule *rule);

#endif
