#include "common/wire/plan_parts.h"

enum { DEMAND_DECILE, DEMAND_HOUSEHOLDS, DEMAND_SERVED };
static const struct str DEMAND_NAMES[] = { JSON_NAME("decile"), JSON_NAME("households"), JSON_NAME("served") };

enum { COVERAGE, IDLE_GIVERS, KEPT, KEEPABLE, DISTANCE_M };
static const struct str OBJECTIVE_NAMES[] = {
    JSON_NAME("coverage"), JSON_NAME("idle_givers"), JSON_NAME("kept"), JSON_NAME("keepable"), JSON_NAME("distance_m"),
};

enum { CLASS_DECILE, CLASS_BAND, CLASS_WAITING, CLASS_HOUSEHOLDS, CLASS_SERVED };
static const struct str CLASS_NAMES[] = {
    JSON_NAME("decile"), JSON_NAME("band"), JSON_NAME("waiting"), JSON_NAME("households"), JSON_NAME("served"),
};

enum { FAIR_DECILE, FAIR_MIN, FAIR_DEVIATION, FAIR_GINI };
static const struct str FAIRNESS_NAMES[] = {
    JSON_NAME("decile"), JSON_NAME("min_village_permille"), JSON_NAME("max_deviation_permille"),
    JSON_NAME("gini_permille"),
};

enum { FEASIBLE, OPTIMAL, UNIQUE };
static const struct str CERTIFICATE_NAMES[] = { JSON_NAME("feasible"), JSON_NAME("optimal"), JSON_NAME("unique") };

static bool count(const struct json_node *node, int slot, int64_t *out)
{
    return json_int(node, slot, REQUIRED, 0, JSON_MAX_INTEGER, out);
}

// ---- demand --------------------------------------------------------------------------------------------------------

static void put_demand(struct buf *b, const struct plan *m)
{
    json_put_open(b, "demand", '[');
    for (const struct plan_demand *d = m->demand; d < m->demand + m->demand_count; d++) {
        json_put_open(b, NULL, '{');
        json_put_int(b, "decile", d->decile);
        json_put_int(b, "households", d->households);
        json_put_int(b, "served", d->served);
        json_put_close(b, '}');
    }
    json_put_close(b, ']');
}

static void read_demand(const struct json_node *root, int slot, struct plan *m)
{
    struct json_node list, object;
    if (!json_array(root, slot, REQUIRED, MAX_DECILES, &list))
        return;
    m->demand_count = list.count;
    for (int i = 0; i < list.count; i++) {
        struct plan_demand *d = &m->demand[i];
        if (!json_object(&list, i, REQUIRED, DEMAND_NAMES, ARRAY_LEN(DEMAND_NAMES), &object))
            return;
        json_int8(&object, DEMAND_DECILE, REQUIRED, 1, MAX_DECILES, &d->decile);
        count(&object, DEMAND_HOUSEHOLDS, &d->households);
        count(&object, DEMAND_SERVED, &d->served);
    }
}

// ---- objective -----------------------------------------------------------------------------------------------------

static void put_objective(struct buf *b, const struct plan *m)
{
    json_put_open(b, "objective", '{');
    json_put_open(b, "coverage", '[');
    for (const struct plan_coverage *c = m->coverage; c < m->coverage + m->coverage_count; c++) {
        json_put_open(b, NULL, '{');
        json_put_int(b, "decile", c->class.decile);
        json_put_int(b, "band", c->class.band);
        json_put_int(b, "waiting", c->class.waiting);
        json_put_int(b, "households", c->households);
        json_put_int(b, "served", c->served);
        json_put_close(b, '}');
    }
    json_put_close(b, ']');
    json_put_int(b, "idle_givers", m->idle_givers);
    json_put_int(b, "kept", m->kept);
    json_put_int(b, "keepable", m->keepable);
    json_put_int(b, "distance_m", m->distance_m);
    json_put_close(b, '}');
}

static void read_coverage(const struct json_node *objective, struct plan *m)
{
    struct json_node list, object;
    if (!json_array(objective, COVERAGE, OPTIONAL, PLAN_MAX_CLASSES, &list))
        return;
    m->coverage_count = list.count;
    for (int i = 0; i < list.count; i++) {
        struct plan_coverage *c = &m->coverage[i];
        if (!json_object(&list, i, REQUIRED, CLASS_NAMES, ARRAY_LEN(CLASS_NAMES), &object))
            return;
        json_int8(&object, CLASS_DECILE, REQUIRED, 1, MAX_DECILES, &c->class.decile);
        json_int8(&object, CLASS_BAND, REQUIRED, 0, 2, &c->class.band);
        json_int8(&object, CLASS_WAITING, REQUIRED, 0, 3, &c->class.waiting);
        count(&object, CLASS_HOUSEHOLDS, &c->households);
        count(&object, CLASS_SERVED, &c->served);
    }
}

static void read_objective(const struct json_node *root, int slot, struct plan *m)
{
    struct json_node object;
    if (!json_object(root, slot, REQUIRED, OBJECTIVE_NAMES, ARRAY_LEN(OBJECTIVE_NAMES), &object))
        return;
    read_coverage(&object, m);
    count(&object, IDLE_GIVERS, &m->idle_givers);
    count(&object, KEPT, &m->kept);
    count(&object, KEEPABLE, &m->keepable);
    count(&object, DISTANCE_M, &m->distance_m);
}

// ---- fairness ------------------------------------------------------------------------------------------------------

static void put_fairness(struct buf *b, const struct plan *m)
{
    json_put_open(b, "fairness", '[');
    for (const struct plan_fairness *f = m->fairness; f < m->fairness + m->fairness_count; f++) {
        json_put_open(b, NULL, '{');
        json_put_int(b, "decile", f->decile);
        json_put_int_or_null(b, "min_village_permille", f->min_village_permille, -1);
        json_put_int_or_null(b, "max_deviation_permille", f->max_deviation_permille, -1);
        json_put_int_or_null(b, "gini_permille", f->gini_permille, -1);
        json_put_close(b, '}');
    }
    json_put_close(b, ']');
}

static void read_fairness(const struct json_node *root, int slot, struct plan *m)
{
    struct json_node list, object;
    if (!json_array(root, slot, OPTIONAL, MAX_DECILES, &list))
        return;
    m->fairness_count = list.count;
    for (int i = 0; i < list.count; i++) {
        struct plan_fairness *f = &m->fairness[i];
        *f = (struct plan_fairness){ 0, -1, -1, -1 };
        if (!json_object(&list, i, REQUIRED, FAIRNESS_NAMES, ARRAY_LEN(FAIRNESS_NAMES), &object))
            return;
        json_int8(&object, FAIR_DECILE, REQUIRED, 1, MAX_DECILES, &f->decile);
        json_int32(&object, FAIR_MIN, OPTIONAL, 0, 1000, &f->min_village_permille);
        json_int32(&object, FAIR_DEVIATION, OPTIONAL, 0, 1000, &f->max_deviation_permille);
        json_int32(&object, FAIR_GINI, OPTIONAL, 0, 1000, &f->gini_permille);
    }
}

// ---- together ------------------------------------------------------------------------------------------------------

void plan_put_cut_figures(struct buf *b, const struct plan *m)
{
    if (!m->has_cut_figures) {
        static const char *const names[PLAN_CUT_FIELDS] = { "demand", "demand_unknown", "demand_stale", "objective",
                                                            "fairness", "distance_p50_m", "distance_p95_m" };
        for (size_t i = 0; i < ARRAY_LEN(names); i++)
            json_put_null(b, names[i]);
        return;
    }
    put_demand(b, m);
    json_put_int(b, "demand_unknown", m->demand_unknown);
    json_put_int(b, "demand_stale", m->demand_stale);
    put_objective(b, m);
    put_fairness(b, m);
    json_put_int_or_null(b, "distance_p50_m", m->distance_p50_m, -1);
    json_put_int_or_null(b, "distance_p95_m", m->distance_p95_m, -1);
}

void plan_read_cut_figures(const struct json_node *root, int first, struct plan *m)
{
    m->has_cut_figures = true;
    read_demand(root, first, m);
    count(root, first + 1, &m->demand_unknown);
    count(root, first + 2, &m->demand_stale);
    read_objective(root, first + 3, m);
    read_fairness(root, first + 4, m);
    json_int32(root, first + 5, OPTIONAL, 0, INT32_MAX, &m->distance_p50_m);
    json_int32(root, first + 6, OPTIONAL, 0, INT32_MAX, &m->distance_p95_m);
}

void plan_put_certificate(struct buf *b, const struct plan *m)
{
    if (!m->has_cut_figures && !m->has_refused_certificate) {
        json_put_null(b, "certificate");
        return;
    }
    json_put_open(b, "certificate", '{');
    json_put_bool(b, "feasible", m->feasible);
    json_put_bool(b, "optimal", m->optimal);
    json_put_bool(b, "unique", m->unique);
    json_put_close(b, '}');
}

bool plan_read_certificate(const struct json_node *root, int slot, enum json_need need, struct plan *m)
{
    struct json_node object;
    return json_object(root, slot, need, CERTIFICATE_NAMES, ARRAY_LEN(CERTIFICATE_NAMES), &object) &&
           json_bool(&object, FEASIBLE, REQUIRED, &m->feasible) &&
           json_bool(&object, OPTIMAL, REQUIRED, &m->optimal) && json_bool(&object, UNIQUE, REQUIRED, &m->unique);
}
