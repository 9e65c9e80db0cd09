#include <errno.h>

#include "services/allocator/engine.h"
#include "services/allocator/plan_event.h"
#include "services/allocator/resolve.h"
#include "services/allocator/view.h"

int engine_periods(struct engine *e, bool closed_too)
{
    const struct regency *r = e->r;
    int n = 0;
    if (grow_array(&e->periods, &e->period_capacity, r->period_ids.count, sizeof(*e->periods)) != 0)
        return -ENOMEM;
    for (uint32_t i = 0; i < r->period_ids.count; i++) {
        const struct plan_state *p = &r->periods[i];
        if (!p->cut || (p->closed && !closed_too))
            continue;
        int at = n++;
        for (; at > 0 && r->periods[e->periods[at - 1]].cut_offset > p->cut_offset; at--)
            e->periods[at] = e->periods[at - 1];
        e->periods[at] = i;
    }
    return n;
}

/* Rows of a period decide who is foster parent in the programme's later ones. */
static int tell_later_periods(struct engine *e, uint32_t period)
{
    struct regency *r = e->r;
    const struct plan_state *p = &r->periods[period];
    uint32_t ids[MAX_FAMILY_IDS];
    for (uint32_t later = 0; later < r->period_ids.count; later++) {
        const struct plan_state *q = &r->periods[later];
        if (q->view == NULL || q->rule.programme != p->rule.programme || q->cut_offset <= p->cut_offset)
            continue;
        struct history history;
        history_find(r, q->rule.programme, q->cut_offset, &history);
        int error = view_fit(r, later);
        for (uint32_t i = 0; i < e->changes.count && error == 0; i++) {
            int n = resolve_family_ids(r, e->changes.list[i].household, ids);
            for (int j = 0; j < n && error == 0; j++)
                if (row_find(q, ids[j]) != NULL)
                    error = view_foster_changed(r, later, &history, ids[j]);
        }
        if (error != 0)
            return error;
    }
    return 0;
}

/* One pair as the solver wants it now. */
static int take_change(struct engine *e, uint32_t period, const struct repair_change *change)
{
    const struct plan_state *p = &e->r->periods[period];
    const struct row *row = row_find(p, (uint32_t)change->household);
    struct row next = *row;
    if (change->giver == ALLOC_NONE) {
        next.giver = NO_ID;
        next.distance_m = NO_DISTANCE;
        next.state = ROW_UNSERVED;
        next.reason = change->reason == ALLOC_NO_ELIGIBLE_GIVER ? REASON_NO_ELIGIBLE_GIVER : REASON_SUPPLY_EXHAUSTED;
    } else {
        next.giver = (uint32_t)change->giver;
        next.distance_m = alloc_distance(&p->view->problem, change->giver, row->place);
        next.state = ROW_PLANNED;
        next.reason = p->view->households[row->household].foster == change->giver ? REASON_KEPT : REASON_REPAIR;
    }
    return changes_set(&e->changes, &next);
}

/* -EPROTO: the sink was told what is wrong; nothing of it is published. */
static int prove(struct engine *e, uint32_t period, const struct repair_change *changes, int32_t n)
{
    struct regency *r = e->r;
    struct view *v = r->periods[period].view;
    struct certify_verdict verdict = { .household = ALLOC_NONE, .giver = ALLOC_NONE };
    int failure = certify_repair(&v->problem, changes, n, &v->proof, &verdict);
    bool proved = failure == 0 && verdict.optimal;
    e->counts.proved += proved;
    if (proved || failure == -ENOMEM)
        return failure;
    const struct allocator_evidence evidence = {
        .regency = r->code, .period = period_name(r, period), .trigger = TRIGGER_REPAIR, .offset = e->offset,
        .failure = failure, .verdict = verdict, .problem = &v->problem, .changes = changes, .n_changes = n,
        .household = verdict.household == ALLOC_NONE ? "" : household_token(r, (uint32_t)verdict.household),
        .giver = verdict.giver == ALLOC_NONE ? "" : giver_id(r, (uint32_t)verdict.giver),
    };
    if (e->sink->evidence != NULL)
        e->sink->evidence(e->sink->arg, &evidence);
    e->error = "a repair fails its certificate";
    return -EPROTO;
}

static int repair(struct engine *e, uint32_t period)
{
    const struct repair_change *changes;
    int32_t n;
    int error = view_repair(e->r, period, &changes, &n);
    if (error == 0 && n > 0 && e->prove_repairs)
        error = prove(e, period, changes, n);
    for (int32_t i = 0; i < n && error == 0; i++)
        error = take_change(e, period, &changes[i]);
    view_repaired(e->r, period);
    if (error == -EINVAL || error == -ERANGE) {
        e->error = "the solver can't read the state";
        error = -EPROTO;
    }
    return error;
}

int settle_plan(struct engine *e, uint32_t period, bool cut_figures)
{
    struct plan *plan = &e->emit.plan;
    int error = plan_event_figures(e->r, period, plan);
    if (error == 0 && cut_figures)
        error = plan_event_cut_figures(e->r, period, plan);
    if (error != 0)
        return error;
    if (!plan_event_balances(e->r, period, plan)) {
        e->error = "the packages don't balance";
        return -EPROTO;
    }
    error = emit_plan(&e->emit);
    return error != 0 ? error : plan_event_apply(&e->r->periods[period], plan);
}

int settle_open(struct engine *e, uint32_t period)
{
    struct plan_state *p = &e->r->periods[period];
    int error = repair(e, period);
    if (error != 0)
        return error;
    changes_settle(&e->changes);
    if (e->changes.count == 0)
        return 0;
    p->view->changed = true;
    if (changes_only_delivered(&e->changes)) {
        error = changes_publish(&e->changes, &e->emit, p->revision);
    } else {
        emit_digest_start(&e->emit, p);
        error = changes_publish(&e->changes, &e->emit, p->revision + 1);
        plan_event_start(e->r, period, TRIGGER_REPAIR, e->offset, &e->emit.plan);
        e->emit.plan.changed = e->changes.count;
        emit_digest_end(&e->emit, e->emit.plan.digest);
        e->counts.repairs++;
        if (error == 0)
            error = settle_plan(e, period, false);
    }
    return error != 0 ? error : tell_later_periods(e, period);
}

int settle_closed(struct engine *e, uint32_t period)
{
    changes_settle(&e->changes);
    if (e->changes.count == 0)
        return 0;
    int error = changes_publish(&e->changes, &e->emit, e->r->periods[period].revision);
    return error != 0 ? error : tell_later_periods(e, period);
}
