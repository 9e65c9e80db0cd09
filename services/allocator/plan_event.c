#include "services/allocator/plan_event.h"

#include <errno.h>
#include <stdlib.h>

#include "common/core/civil.h"
#include "services/allocator/figures.h"
#include "services/allocator/rule.h"
#include "services/allocator/view.h"

void plan_event_start(const struct regency *r, uint32_t period, enum plan_trigger trigger, int64_t offset,
                      struct plan *out)
{
    const struct plan_state *p = &r->periods[period];
    memset(out, 0, sizeof(*out));
    out->regency = r->code;
    (void)str_copy(out->period, sizeof(out->period), str_from(period_name(r, period)));
    out->revision = (int32_t)(p->revision + 1);
    out->trigger = trigger;
    out->position = (struct plan_position){ .partition = r->partition, .offset = offset };
    out->distribution_from = p->distribution_from;
    out->distribution_to = p->distribution_to;
    out->report_by = p->report_by;
    memcpy(out->digest, p->digest, sizeof(out->digest));
}

/* Does any row that is not cancelled fit the donation. */
static bool fits_any_row(const struct regency *r, const struct plan_state *p, const struct earmark *earmark)
{
    for (uint32_t i = 0; i < p->row_count; i++) {
        const struct row *row = &p->rows[i];
        if (row->state != ROW_CANCELLED && row_stands(p, row) &&
            rule_earmark_fits(earmark, r->places[row->place].id, row->decile))
            return true;
    }
    return false;
}

static void count_giver(const struct regency *r, const struct plan_state *p, uint32_t giver, struct plan *out)
{
    const struct view *v = p->view;
    const struct alloc_giver *entry = &v->givers[giver];
    int32_t left = alloc_left(entry) - v->planned[giver];
    if (entry->taken > entry->quota)
        out->over += entry->taken - entry->quota;
    out->supply.part_time_excluded += v->excluded[giver] == EXCLUDED_PART_TIME;
    out->supply.stale += v->excluded[giver] == EXCLUDED_STALE;
    if (entry->kind == ALLOC_ASN) {
        out->supply.asn_givers += entry->quota > 0;
        out->supply.asn_packages += entry->quota;
        out->surplus.asn += left;
    } else {
        const struct earmark *earmark = r->givers[giver].earmark;
        out->supply.partner_packages += entry->quota;
        if (earmark == NULL || left == 0 || fits_any_row(r, p, earmark))
            out->surplus.partner += left;
        else
            out->surplus.stranded += left;
    }
}

int plan_event_figures(const struct regency *r, uint32_t period, struct plan *out)
{
    const struct plan_state *p = &r->periods[period];
    out->has_figures = true;
    for (uint32_t g = 0; g < (uint32_t)p->view->problem.n_givers; g++)
        count_giver(r, p, g, out);
    out->unserved = p->view->rows[ROW_UNSERVED];
    out->over += p->view->nobodys; // a delivery that names no giver draws on nobody's units
    out->unmatched = p->unmatched;
    return 0;
}

bool plan_event_balances(const struct regency *r, uint32_t period, const struct plan *plan)
{
    const int64_t *rows = r->periods[period].view->rows;
    return plan->surplus.asn >= 0 && plan->surplus.partner >= 0 && plan->surplus.stranded >= 0 &&
           plan->supply.asn_packages + plan->supply.partner_packages + plan->over ==
               rows[ROW_DELIVERED] + rows[ROW_PLANNED] + plan->surplus.asn + plan->surplus.partner +
                   plan->surplus.stranded;
}

static void count_demand(const struct regency *r, const struct plan_state *p, struct plan *out)
{
    for (uint32_t i = 0; i < r->household_ids.count; i++) {
        struct household_state h = r->households[i];
        if (h.status != HOUSEHOLD_ACTIVE)
            continue;
        if (rule_decile(&p->rule, &h) == 0)
            out->demand_unknown++;
        else if (h.dtsen < p->rule.edition) {
            h.dtsen = p->rule.edition;
            out->demand_stale += rule_targets(&p->rule, &h);
        }
    }
}

static void take_figures(const struct plan_state *p, const struct figures *f, struct plan *out)
{
    for (int32_t i = 0; i < p->rule.decile_count; i++) {
        out->demand[i] = (struct plan_demand){
            .decile = p->rule.deciles[i], .households = f->demand[i].households, .served = f->demand[i].served,
        };
        out->fairness[i] = (struct plan_fairness){
            .decile = p->rule.deciles[i], .min_village_permille = f->fairness[i].min_village_permille,
            .max_deviation_permille = f->fairness[i].max_deviation_permille,
            .gini_permille = f->fairness[i].gini_permille,
        };
    }
    out->demand_count = out->fairness_count = p->rule.decile_count;
    for (int cls = 0; cls < p->rule.decile_count * ALLOC_CLASSES_PER_DECILE; cls++)
        if (f->coverage[cls].households > 0)
            out->coverage[out->coverage_count++] = (struct plan_coverage){
                .class = {
                    .decile = p->rule.deciles[cls / ALLOC_CLASSES_PER_DECILE],
                    .band = (int8_t)alloc_class_band(cls), .waiting = (int8_t)alloc_class_waiting(cls),
                },
                .households = f->coverage[cls].households, .served = f->coverage[cls].served,
            };
    out->idle_givers = f->idle_givers;
    out->kept = f->kept;
    out->keepable = f->keepable;
    out->distance_p50_m = f->distance_p50_m;
    out->distance_p95_m = f->distance_p95_m;
}

int plan_event_cut_figures(const struct regency *r, uint32_t period, struct plan *out)
{
    const struct plan_state *p = &r->periods[period];
    struct figures figures;
    size_t n = r->household_ids.count;
    int32_t *distances = malloc((n + 1) * sizeof(*distances));
    if (distances == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++)
        distances[i] = NO_DISTANCE;
    for (uint32_t i = 0; i < p->row_count; i++) {
        const struct row *row = &p->rows[i];
        if (!row_stands(p, row) || (row->state != ROW_PLANNED && row->state != ROW_DELIVERED))
            continue;
        distances[row->household] = row->distance_m;
        out->distance_m += row->distance_m == NO_DISTANCE ? 0 : row->distance_m;
    }
    int error = figures_compute(&p->view->problem, distances, &figures);
    free(distances);
    if (error != 0)
        return error;
    out->has_cut_figures = true;
    count_demand(r, p, out);
    take_figures(p, &figures, out);
    return 0;
}

int plan_event_apply(struct plan_state *p, const struct plan *plan)
{
    p->known = true;
    p->revision = (uint32_t)plan->revision;
    memcpy(p->digest, plan->digest, sizeof(p->digest));
    if (plan->trigger == TRIGGER_REFUSED)
        return 0;
    p->distribution_from = plan->distribution_from;
    p->distribution_to = plan->distribution_to;
    p->report_by = plan->report_by;
    if (plan->trigger == TRIGGER_VOID)
        p->cut = false;
    if (plan->trigger == TRIGGER_CLOSE)
        p->closed = true;
    if (plan->trigger != TRIGGER_CUT)
        return 0;
    p->cut = true;
    p->cut_revision = (uint32_t)plan->revision;
    p->cut_offset = plan->position.offset;
    return rule_from_plan(&p->rule, &plan->rule);
}
