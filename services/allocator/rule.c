#include "services/allocator/rule.h"

#include <errno.h>
#include <stdlib.h>

static int set_ladder(struct rule *out, const struct ladder_step *ladder, int32_t count)
{
    struct ladder_step *copy = calloc(count > 0 ? (size_t)count : 1, sizeof(*copy));
    if (copy == NULL)
        return -ENOMEM;
    if (count > 0)
        memcpy(copy, ladder, (size_t)count * sizeof(*copy));
    free(out->ladder);
    out->ladder = copy;
    out->ladder_count = count;
    return 0;
}

static void set_deciles(struct rule *out, const int8_t *deciles, int32_t count)
{
    memset(out->order, -1, sizeof(out->order));
    out->decile_count = count;
    for (int32_t i = 0; i < count; i++) {
        out->deciles[i] = deciles[i];
        out->order[deciles[i]] = (int8_t)i;
    }
}

int rule_from_period(struct rule *out, const struct period *period, const char *places)
{
    if (set_ladder(out, period->ladder, period->ladder_count) != 0)
        return -ENOMEM;
    set_deciles(out, period->deciles, period->decile_count);
    out->programme = period->programme;
    out->decile_basis = period->decile_basis;
    memcpy(out->item, period->item, sizeof(out->item));
    memcpy(out->seed, period->seed, sizeof(out->seed));
    (void)str_copy(out->places, sizeof(out->places), str_from(places));
    out->lambda_m = period->lambda_m;
    out->edition = period->edition;
    out->roster = period->roster;
    out->version = RULE_VERSION;
    return 0;
}

int rule_from_plan(struct rule *out, const struct plan_rule *rule)
{
    if (set_ladder(out, rule->ladder, rule->ladder_count) != 0)
        return -ENOMEM;
    set_deciles(out, rule->deciles, rule->decile_count);
    out->programme = rule->programme;
    out->decile_basis = rule->decile_basis;
    memcpy(out->item, rule->item, sizeof(out->item));
    memcpy(out->seed, rule->seed, sizeof(out->seed));
    memcpy(out->places, rule->places, sizeof(out->places));
    out->lambda_m = rule->lambda_m;
    out->edition = rule->edition;
    out->roster = rule->roster;
    out->version = rule->version;
    return 0;
}

void rule_to_plan(const struct rule *rule, struct plan_rule *out)
{
    out->programme = rule->programme;
    memcpy(out->item, rule->item, sizeof(out->item));
    out->decile_count = rule->decile_count;
    memcpy(out->deciles, rule->deciles, sizeof(out->deciles));
    out->decile_basis = rule->decile_basis;
    out->ladder_count = rule->ladder_count;
    memcpy(out->ladder, rule->ladder, (size_t)rule->ladder_count * sizeof(*rule->ladder));
    out->lambda_m = rule->lambda_m;
    memcpy(out->seed, rule->seed, sizeof(out->seed));
    out->edition = rule->edition;
    out->roster = rule->roster;
    out->version = rule->version;
    memcpy(out->places, rule->places, sizeof(out->places));
}

int rule_decile(const struct rule *rule, const struct household_state *h)
{
    switch (rule->decile_basis) {
    case BASIS_PROVINCE:
        return h->decile_province;
    case BASIS_REGENCY:
        return h->decile_regency;
    case BASIS_NATIONAL:
    case BASIS_NONE:
        break;
    }
    return h->decile_national;
}

bool rule_targets(const struct rule *rule, const struct household_state *h)
{
    return h->status == HOUSEHOLD_ACTIVE && rule->order[rule_decile(rule, h)] >= 0 && rule_decile(rule, h) != 0 &&
           h->dtsen >= rule->edition;
}

static bool matches(const struct ladder_step *step, const struct giver_state *g)
{
    if (step->employments != 0 && (step->employments >> g->employment & 1) == 0)
        return false;
    if (step->positions != 0 && (step->positions >> g->position & 1) == 0)
        return false;
    for (int32_t i = 0; i < step->grade_count; i++)
        if (strcmp(step->grades[i], g->grade) == 0)
            return true;
    return step->grade_count == 0;
}

static int32_t asn_quota(const struct rule *rule, const struct giver_state *g, enum excluded *excluded)
{
    if (g->status != ASN_ACTIVE || g->successor != NO_ID)
        return 0;
    bool stale = g->version < rule->roster;
    if (g->employment == EMPLOYMENT_PPPK_PART_TIME) {
        *excluded = stale ? EXCLUDED_NOT : EXCLUDED_PART_TIME;
        return 0;
    }
    int32_t i = 0;
    while (i < rule->ladder_count && !matches(&rule->ladder[i], g))
        i++;
    int32_t packages = i < rule->ladder_count ? rule->ladder[i].packages : 0;
    if (stale && packages > 0)
        *excluded = EXCLUDED_STALE;
    return stale ? 0 : packages;
}

int32_t rule_quota(const struct rule *rule, uint32_t period, const struct giver_state *g, enum excluded *excluded)
{
    enum excluded ignored;
    if (excluded == NULL)
        excluded = &ignored;
    *excluded = EXCLUDED_NOT;
    if (!g->known)
        return 0;
    if (g->kind == GIVER_ASN)
        return asn_quota(rule, g, excluded);
    return g->state == DONATION_RECEIVED && g->period == period ? g->packages : 0;
}

bool rule_earmark_fits(const struct earmark *e, int64_t village, int decile)
{
    if (e == NULL)
        return true;
    bool place = e->village_count == 0 && e->district_count == 0;
    for (int32_t i = 0; i < e->village_count && !place; i++)
        place = e->villages[i] == village;
    for (int32_t i = 0; i < e->district_count && !place; i++)
        place = e->districts[i] == village / 10000;
    bool fits = e->decile_count == 0;
    for (int32_t i = 0; i < e->decile_count && !fits; i++)
        fits = e->deciles[i] == decile;
    return place && fits;
}
