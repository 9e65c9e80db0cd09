#include "common/wire/json_put.h"
#include "services/reporting/rows.h"

/* -1 and 0 are figures here, so a group that the trigger does not have is written as nulls by its flag. */
static void put_figure(struct buf *b, const char *name, bool has, int64_t value)
{
    if (has)
        json_put_int(b, name, value);
    else
        json_put_null(b, name);
}

static void put_supply(struct buf *b, const struct plan *m)
{
    bool has = m->has_figures;
    put_figure(b, "asn_givers", has, m->supply.asn_givers);
    put_figure(b, "asn_packages", has, m->supply.asn_packages);
    put_figure(b, "partner_packages", has, m->supply.partner_packages);
    put_figure(b, "part_time_excluded", has, m->supply.part_time_excluded);
    put_figure(b, "stale", has, m->supply.stale);
    put_figure(b, "surplus_asn", has, m->surplus.asn);
    put_figure(b, "surplus_partner", has, m->surplus.partner);
    put_figure(b, "surplus_stranded", has, m->surplus.stranded);
    put_figure(b, "over", has, m->over);
    put_figure(b, "unserved", has, m->unserved);
    put_figure(b, "unmatched", has, m->unmatched);
    json_put_string(b, "digest", m->digest);
}

static void put_class(struct buf *b, const struct need_class *class)
{
    json_put_int(b, "decile", class->decile);
    json_put_int(b, "band", class->band);
    json_put_int(b, "waiting", class->waiting);
}

static void put_demand(struct buf *b, const struct plan *m)
{
    json_put_open(b, "demand", '[');
    for (int32_t i = 0; i < m->demand_count; i++) {
        json_put_open(b, NULL, '{');
        json_put_int(b, "decile", m->demand[i].decile);
        json_put_int(b, "households", m->demand[i].households);
        json_put_int(b, "served", m->demand[i].served);
        json_put_close(b, '}');
    }
    json_put_close(b, ']');
    json_put_open(b, "coverage", '[');
    for (int32_t i = 0; i < m->coverage_count; i++) {
        json_put_open(b, NULL, '{');
        put_class(b, &m->coverage[i].class);
        json_put_int(b, "households", m->coverage[i].households);
        json_put_int(b, "served", m->coverage[i].served);
        json_put_close(b, '}');
    }
    json_put_close(b, ']');
    json_put_open(b, "fairness", '[');
    for (int32_t i = 0; i < m->fairness_count; i++) {
        const struct plan_fairness *f = &m->fairness[i];
        json_put_open(b, NULL, '{');
        json_put_int(b, "decile", f->decile);
        json_put_int_or_null(b, "min_village_permille", f->min_village_permille, -1);
        json_put_int_or_null(b, "max_deviation_permille", f->max_deviation_permille, -1);
        json_put_int_or_null(b, "gini_permille", f->gini_permille, -1);
        json_put_close(b, '}');
    }
    json_put_close(b, ']');
}

static void put_rule(struct buf *b, const struct plan *m)
{
    if (!m->has_rule) {
        json_put_null(b, "rule");
        return;
    }
    json_put_open(b, "rule", '{');
    json_put_word(b, "programme", &wire_programmes, m->rule.programme);
    json_put_string(b, "item", m->rule.item);
    json_put_word(b, "decile_basis", &wire_decile_bases, m->rule.decile_basis);
    json_put_int(b, "lambda_m", m->rule.lambda_m);
    json_put_string(b, "seed", m->rule.seed);
    json_put_edition(b, "edition", m->rule.edition);
    json_put_int_or_null(b, "roster", m->rule.roster, -1);
    json_put_int(b, "version", m->rule.version);
    json_put_string(b, "places", m->rule.places);
    json_put_close(b, '}');
}

void row_plan(struct buf *b, const struct plan *m)
{
    bool has = m->has_cut_figures, certified = has || m->has_refused_certificate;
    json_put_begin(b);
    json_put_region(b, "regency", m->regency);
    json_put_string(b, "period", m->period);
    json_put_int(b, "revision", m->revision);
    json_put_word(b, "trigger", &wire_triggers, m->trigger);
    json_put_int(b, "part", m->position.partition);
    json_put_int(b, "off", m->position.offset);
    json_put_date(b, "distribution_from", m->distribution_from);
    json_put_date(b, "distribution_to", m->distribution_to);
    json_put_date(b, "report_by", m->report_by);
    json_put_int(b, "changed", m->changed);
    put_supply(b, m);
    put_figure(b, "idle_givers", has, m->idle_givers);
    put_figure(b, "kept", has, m->kept);
    put_figure(b, "keepable", has, m->keepable);
    put_figure(b, "distance_m", has, m->distance_m);
    json_put_int_or_null(b, "distance_p50_m", has ? m->distance_p50_m : -1, -1);
    json_put_int_or_null(b, "distance_p95_m", has ? m->distance_p95_m : -1, -1);
    put_figure(b, "demand_unknown", has, m->demand_unknown);
    put_figure(b, "demand_stale", has, m->demand_stale);
    json_put_tristate(b, "feasible", !certified ? TRISTATE_NONE : m->feasible ? TRISTATE_TRUE : TRISTATE_FALSE);
    json_put_tristate(b, "optimal", !certified ? TRISTATE_NONE : m->optimal ? TRISTATE_TRUE : TRISTATE_FALSE);
    json_put_tristate(b, "is_unique", !certified ? TRISTATE_NONE : m->unique ? TRISTATE_TRUE : TRISTATE_FALSE);
    if (has) {
        put_demand(b, m);
    } else {
        json_put_null(b, "demand");
        json_put_null(b, "coverage");
        json_put_null(b, "fairness");
    }
    put_rule(b, m);
    json_put_close(b, '}');
}
