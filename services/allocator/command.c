#include <errno.h>
#include <stdlib.h>

#include "services/allocator/certify.h"
#include "services/allocator/cut.h"
#include "services/allocator/doors.h"
#include "services/allocator/engine.h"
#include "services/allocator/plan_event.h"
#include "services/allocator/rule.h"
#include "services/allocator/view.h"

/* What the registry knows, to compare with a command's `expect`. */
struct known {
    int64_t households, givers, donations;
};

static struct known known_now(const struct regency *r, uint32_t period, const struct rule *rule)
{
    struct known known = { 0, 0, 0 };
    for (uint32_t h = 0; h < r->household_ids.count; h++)
        known.households += rule_targets(rule, &r->households[h]);
    for (uint32_t g = 0; g < r->giver_ids.count; g++) {
        const struct giver_state *giver = &r->givers[g];
        if (giver->kind == GIVER_ASN)
            known.givers += rule_quota(rule, period, giver, NULL) > 0;
        else
            known.donations += giver->known && giver->state == DONATION_RECEIVED && giver->period == period;
    }
    return known;
}

static void set_dates(struct plan *plan, const struct period *value)
{
    plan->distribution_from = value->distribution_from;
    plan->distribution_to = value->distribution_to;
    plan->report_by = value->report_by;
}

static int publish_refused(struct engine *e, uint32_t period)
{
    int error = emit_plan(&e->emit);
    e->counts.refused++;
    return error != 0 ? error : plan_event_apply(&e->r->periods[period], &e->emit.plan);
}

static int refuse_expect(struct engine *e, uint32_t period, const struct period *value, const struct known *known)
{
    struct plan *plan = &e->emit.plan;
    plan_event_start(e->r, period, TRIGGER_REFUSED, e->offset, plan);
    set_dates(plan, value);
    plan->has_expect = true;
    plan->expected_households = value->expect.households;
    plan->expected_givers = value->expect.givers;
    plan->expected_donations = value->expect.donations;
    plan->known_households = known->households;
    plan->known_givers = known->givers;
    plan->known_donations = known->donations;
    return publish_refused(e, period);
}

/* A plan that can't be proved is not published; who looks into it gets the problem and the plan. */
static int refuse_certificate(struct engine *e, uint32_t period, const struct period *value, int failure,
                              const struct certify_verdict *verdict)
{
    struct regency *r = e->r;
    struct plan_state *p = &r->periods[period];
    struct allocator_evidence evidence = {
        .regency = r->code, .period = period_name(r, period), .trigger = TRIGGER_CUT, .offset = e->offset,
        .failure = failure, .verdict = *verdict, .problem = &p->view->problem,
        .household = verdict->household == ALLOC_NONE ? "" : household_token(r, (uint32_t)verdict->household),
        .giver = verdict->giver == ALLOC_NONE ? "" : giver_id(r, (uint32_t)verdict->giver),
    };
    if (e->sink->evidence != NULL)
        e->sink->evidence(e->sink->arg, &evidence);
    p->cut = false;
    view_free(p->view);
    p->view = NULL;
    struct plan *plan = &e->emit.plan;
    plan_event_start(r, period, TRIGGER_REFUSED, e->offset, plan);
    set_dates(plan, value);
    plan->has_refused_certificate = true;
    plan->feasible = failure == 0 && verdict->feasible;
    plan->optimal = failure == 0 && verdict->optimal;
    plan->unique = failure == 0 && verdict->unique;
    return publish_refused(e, period);
}

/* Every target's row, with what has already happened at its door. */
static int begin_rows(struct engine *e, uint32_t period)
{
    struct regency *r = e->r;
    struct plan_state *p = &r->periods[period];
    struct history history;
    history_find(r, p->rule.programme, p->cut_offset, &history);
    for (uint32_t h = 0; h < r->household_ids.count; h++) {
        if (!rule_targets(&p->rule, &r->households[h]))
            continue;
        struct row *row = row_add(p, h);
        if (row == NULL)
            return -ENOMEM;
        doors_new_row(r, period, h, history_waiting(r, &history, h), row);
        row->revision = p->cut_revision;
    }
    for (uint32_t i = 0; i < p->row_count; i++)
        if (p->rows[i].revision == p->cut_revision)
            doors_before_cut(r, period, &p->rows[i]);
    p->unmatched = 0;
    for (uint32_t h = 0; h < r->household_ids.count; h++)
        if (r->households[h].first_visit != 0)
            p->unmatched += doors_unmatched(r, period, h);
    return view_build(r, period);
}

/* Writes the solver's plan into rows and view. */
static void take_plan(struct regency *r, uint32_t period, const struct alloc_solution *plan)
{
    struct plan_state *p = &r->periods[period];
    struct view *v = p->view;
    for (uint32_t i = 0; i < p->row_count; i++) {
        struct row *row = &p->rows[i];
        if (row->revision != p->cut_revision || row->state != ROW_UNSERVED)
            continue;
        int32_t giver = plan->giver[row->household];
        if (giver == ALLOC_NONE) {
            row->reason = plan->reason[row->household] == ALLOC_NO_ELIGIBLE_GIVER ? REASON_NO_ELIGIBLE_GIVER
                                                                                  : REASON_SUPPLY_EXHAUSTED;
            continue;
        }
        row->state = ROW_PLANNED;
        row->giver = (uint32_t)giver;
        row->distance_m = alloc_distance(&v->problem, giver, row->place);
        v->planned[giver]++;
        v->rows[ROW_UNSERVED]--;
        v->rows[ROW_PLANNED]++;
        v->households[row->household].planned = giver;
    }
    for (uint32_t i = 0; i < p->row_count; i++) {
        struct row *row = &p->rows[i];
        if (row->revision != p->cut_revision || row->state != ROW_PLANNED)
            continue;
        const struct alloc_giver *giver = &v->givers[row->giver];
        if (v->households[row->household].foster == (int32_t)row->giver)
            row->reason = REASON_KEPT;
        else if (giver->earmark != ALLOC_NONE)
            row->reason = REASON_EARMARK;
        else if (giver->kind == ALLOC_ASN && v->planned[row->giver] + giver->taken == 1)
            row->reason = REASON_FIRST_UNIT;
        else
            row->reason = REASON_NEAREST;
    }
}

static int by_token(const void *a, const void *b, void *arg)
{
    const struct regency *r = arg;
    return strcmp(household_token(r, *(const uint32_t *)a), household_token(r, *(const uint32_t *)b));
}

/* Publishes every row of this revision. Returns how many, or negative. */
static int64_t publish_rows(struct engine *e, uint32_t period, uint32_t revision)
{
    struct regency *r = e->r;
    const struct plan_state *p = &r->periods[period];
    uint32_t n = 0, *order cleanup(free_ptr) = malloc((p->row_count + 1) * sizeof(*order));
    if (order == NULL)
        return -ENOMEM;
    for (uint32_t i = 0; i < p->row_count; i++)
        if (p->rows[i].revision == revision && row_stands(p, &p->rows[i]))
            order[n++] = p->rows[i].household;
    qsort_r(order, n, sizeof(*order), by_token, r);
    emit_digest_start(&e->emit, p);
    for (uint32_t i = 0; i < n; i++) {
        int error = emit_row(&e->emit, r, period, row_find(p, order[i]));
        if (error != 0)
            return error;
    }
    return n;
}

static int publish_cut(struct engine *e, uint32_t period, const struct period *value,
                       const struct certify_verdict *verdict)
{
    struct regency *r = e->r;
    struct plan_state *p = &r->periods[period];
    struct plan *plan = &e->emit.plan;
    int64_t rows = publish_rows(e, period, p->cut_revision);
    if (rows < 0)
        return (int)rows;
    plan_event_start(r, period, TRIGGER_CUT, e->offset, plan);
    set_dates(plan, value);
    plan->changed = rows;
    emit_digest_end(&e->emit, plan->digest);
    plan->feasible = verdict->feasible;
    plan->optimal = verdict->optimal;
    plan->unique = verdict->unique;
    plan->has_rule = true;
    rule_to_plan(&p->rule, &plan->rule);
    e->counts.cuts++;
    int error = settle_plan(e, period, true);
    return error != 0 ? error : view_load(r, period);
}

/* Solves and proves. 0: look at the verdict; *failure is the solver's own refusal, -EINVAL or -ERANGE. */
static int solve(struct engine *e, uint32_t period, struct certify_verdict *verdict, int *failure)
{
    const struct alloc_problem *problem = &e->r->periods[period].view->problem;
    struct alloc_solution plan;
    int error = alloc_solution_init(&plan, problem);
    if (error != 0)
        return error;
    *failure = cut_solve(problem, &plan);
    if (*failure == 0)
        *failure = certify_cut(problem, &plan, verdict);
    if (*failure == 0)
        take_plan(e->r, period, &plan);
    alloc_solution_done(&plan);
    return *failure == -ENOMEM ? -ENOMEM : 0;
}

static int cut(struct engine *e, uint32_t period, const struct period *value)
{
    struct regency *r = e->r;
    struct plan_state *p = &r->periods[period];
    int failure = 0, error = rule_from_period(&p->rule, value, region_places(r->regions));
    if (error != 0)
        return error;
    struct known known = known_now(r, period, &p->rule);
    if (!value->expect.any && value->expect.present &&
        (known.households < value->expect.households || known.givers < value->expect.givers ||
         known.donations < value->expect.donations))
        return refuse_expect(e, period, value, &known);
    p->cut = true;
    p->cut_revision = p->revision + 1;
    p->cut_offset = e->offset;
    struct certify_verdict verdict = { .household = ALLOC_NONE, .giver = ALLOC_NONE };
    error = begin_rows(e, period);
    if (error == 0)
        error = solve(e, period, &verdict, &failure);
    if (error != 0)
        return error;
    if (failure != 0 || !verdict.feasible || !verdict.optimal || !verdict.unique)
        return refuse_certificate(e, period, value, failure, &verdict);
    return publish_cut(e, period, value, &verdict);
}

static int reschedule(struct engine *e, uint32_t period, const struct period *value)
{
    plan_event_start(e->r, period, TRIGGER_SCHEDULE, e->offset, &e->emit.plan);
    set_dates(&e->emit.plan, value);
    e->counts.schedules++;
    return settle_plan(e, period, false);
}

static int close_period(struct engine *e, uint32_t period)
{
    struct plan_state *p = &e->r->periods[period];
    struct certify_verdict verdict;
    int error = certify_state(&p->view->problem, &verdict);
    if (error == -ENOMEM)
        return error;
    plan_event_start(e->r, period, TRIGGER_CLOSE, e->offset, &e->emit.plan);
    emit_digest_start(&e->emit, p);
    emit_digest_end(&e->emit, e->emit.plan.digest);
    e->emit.plan.feasible = error == 0 && verdict.feasible;
    e->emit.plan.optimal = error == 0 && verdict.optimal;
    e->emit.plan.unique = error == 0 && verdict.unique;
    e->counts.closes++;
    error = settle_plan(e, period, true);
    view_free(p->view);
    p->view = NULL;
    return error;
}

/* A voided cut is no cut: whoever looks back over it must look anew. */
static int rebuild_later(struct engine *e, uint32_t voided)
{
    struct regency *r = e->r;
    for (uint32_t i = 0; i < r->period_ids.count; i++) {
        const struct plan_state *p = &r->periods[i];
        if (i == voided || p->view == NULL || p->rule.programme != r->periods[voided].rule.programme ||
            p->cut_offset <= r->periods[voided].cut_offset)
            continue;
        int error = view_build(r, i);
        if (error == 0)
            error = view_load(r, i);
        if (error != 0)
            return error;
    }
    return 0;
}

static int void_period(struct engine *e, uint32_t period)
{
    struct regency *r = e->r;
    struct plan_state *p = &r->periods[period];
    for (uint32_t i = 0; i < p->row_count; i++) {
        struct row *row = &p->rows[i];
        if (row->state == ROW_CANCELLED || !row_stands(p, row))
            continue;
        row->state = ROW_CANCELLED;
        row->reason = REASON_VOID;
        row->revision = p->revision + 1;
    }
    int64_t rows = publish_rows(e, period, p->revision + 1);
    if (rows < 0)
        return (int)rows;
    plan_event_start(r, period, TRIGGER_VOID, e->offset, &e->emit.plan);
    e->emit.plan.changed = rows;
    emit_digest_end(&e->emit, e->emit.plan.digest);
    e->counts.voids++;
    int error = view_build(r, period);
    if (error == 0)
        error = settle_plan(e, period, false);
    view_free(p->view);
    p->view = NULL;
    return error != 0 ? error : rebuild_later(e, period);
}

static bool anything_delivered(const struct plan_state *p)
{
    for (uint32_t i = 0; i < p->row_count; i++)
        if (p->rows[i].state == ROW_DELIVERED && row_stands(p, &p->rows[i]))
            return true;
    return false;
}

int command_apply(struct engine *e, uint32_t period, const struct period *value)
{
    const struct plan_state *p = &e->r->periods[period];
    int error = p->view != NULL ? view_fit(e->r, period) : 0;
    if (error != 0)
        return error;
    if (value->state == PERIOD_PLAN && !p->cut && !p->closed)
        return cut(e, period, value);
    if (p->cut && !p->closed) {
        if (value->state == PERIOD_PLAN)
            return reschedule(e, period, value);
        if (value->state == PERIOD_CLOSE)
            return close_period(e, period);
        if (value->state == PERIOD_VOID && !anything_delivered(p))
            return void_period(e, period);
    }
    e->counts.commands_ignored++;
    return 0;
}
