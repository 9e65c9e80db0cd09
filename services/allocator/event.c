#include <errno.h>

#include "services/allocator/doors.h"
#include "services/allocator/engine.h"
#include "services/allocator/fold.h"
#include "services/allocator/resolve.h"
#include "services/allocator/rule.h"
#include "services/allocator/view.h"

static int touch_one(struct touched *t, uint32_t household)
{
    for (uint32_t i = 0; i < t->n; i++)
        if (t->ids[i] == household)
            return 0;
    if (grow_array(&t->ids, &t->capacity, t->n + 1, sizeof(*t->ids)) != 0)
        return -ENOMEM;
    t->ids[t->n++] = household;
    return 0;
}

/* A family under all its numbers. */
static int touch(const struct regency *r, struct touched *t, uint32_t household)
{
    uint32_t ids[MAX_FAMILY_IDS];
    int error = 0, n = household == NO_ID ? 0 : resolve_family_ids(r, household, ids);
    for (int i = 0; i < n && error == 0; i++)
        error = touch_one(t, ids[i]);
    return error;
}

/* All who name this former id: who of them is its successor may change. */
static int touch_claimants(const struct regency *r, struct touched *t, uint32_t former)
{
    int error = touch(r, t, former);
    for (uint32_t h = 0; h < r->household_ids.count && error == 0 && former != NO_ID; h++)
        if (r->households[h].was == former)
            error = touch(r, t, h);
    return error;
}

/* Takes the touched families' unmatched deliveries out of an open period's sum, or puts them in again. */
static void count_unmatched(struct regency *r, uint32_t period, const struct touched *t, int sign)
{
    for (uint32_t i = 0; i < t->n && r->periods[period].view != NULL; i++)
        r->periods[period].unmatched += sign * doors_unmatched(r, period, t->ids[i]);
}

/* The row of a family under its former number goes on under the new one. */
static int hand_on(struct changes *c, uint32_t household)
{
    struct regency *r = c->r;
    const struct plan_state *p = &r->periods[c->period];
    uint32_t former = r->households[household].was;
    const struct row *old = former == NO_ID ? NULL : resolve_live_row(p, former);
    if (old == NULL || r->households[household].status != HOUSEHOLD_ACTIVE ||
        (old->state == ROW_CANCELLED && old->reason == REASON_HOUSEHOLD_LEFT))
        return 0;
    struct row renamed = *old, next = *old;
    const struct row *own = row_find(p, household);
    bool has_own = own != NULL && own->reason != REASON_RENAMED && own->reason != REASON_HOUSEHOLD_LEFT;
    renamed.state = ROW_CANCELLED;
    renamed.reason = REASON_RENAMED;
    next.household = household;
    int error = changes_set(c, &renamed);
    return error != 0 || has_own ? error : changes_set(c, &next);
}

/* A target without a row becomes one at once. */
static int newcomer(struct changes *c, uint32_t household)
{
    struct regency *r = c->r;
    const struct plan_state *p = &r->periods[c->period];
    if (row_find(p, household) != NULL || !rule_targets(&p->rule, &r->households[household]))
        return 0;
    struct row row;
    doors_new_row(r, c->period, household, 0, &row);
    row.reason = (uint16_t)(doors_unserved_reason(r, c->period, &row) & 15);
    int error = changes_set(c, &row);
    return error != 0 ? error : doors_settle(c, household, false);
}

static int household_in_period(struct engine *e, uint32_t period, uint32_t household, const struct touched *t)
{
    struct regency *r = e->r;
    struct history history;
    history_find(r, r->periods[period].rule.programme, r->periods[period].cut_offset, &history);
    changes_start(&e->changes, r, period);
    int error = view_fit(r, period);
    for (uint32_t i = 0; i < t->n && error == 0 && t->n > 1; i++)
        error = view_own_families_changed(r, period, t->ids[i]);
    if (error == 0)
        error = hand_on(&e->changes, household);
    for (uint32_t i = 0; i < t->n && error == 0; i++)
        error = doors_settle(&e->changes, t->ids[i], false);
    if (error == 0)
        error = newcomer(&e->changes, household);
    for (uint32_t i = 0; i < t->n && error == 0; i++)
        if (row_find(&r->periods[period], t->ids[i]) != NULL)
            error = view_foster_changed(r, period, &history, t->ids[i]);
    if (error != 0)
        return error;
    count_unmatched(r, period, t, +1);
    return settle_open(e, period);
}

int event_household(struct engine *e, const char *id, const struct household *value)
{
    struct regency *r = e->r;
    uint32_t household = regency_household(r, id), was = NO_ID;
    if (household == NO_ID)
        return -ENOMEM;
    if (value != NULL && value->was[0] != '\0' && (was = regency_household(r, value->was)) == NO_ID)
        return -ENOMEM;
    struct touched *t = &e->touched;
    t->n = 0;
    int error = touch(r, t, household);
    if (error == 0)
        error = touch(r, t, was); // its row is handed on, also where another is its successor
    if (error == 0 && was != r->households[household].was) {
        error = touch_claimants(r, t, was);
        if (error == 0)
            error = touch_claimants(r, t, r->households[household].was);
    }
    int n = error != 0 ? error : engine_periods(e, false);
    for (int i = 0; i < n; i++)
        count_unmatched(r, e->periods[i], t, -1);
    error = n < 0 ? n : fold_household(r, household, value);
    for (int i = 0; i < n && error == 0; i++)
        error = household_in_period(e, e->periods[i], household, t);
    return error;
}

/* Rows of a giver under a former number are published with the present one. */
static int rename_giver(struct changes *c, uint32_t former)
{
    struct regency *r = c->r;
    const struct plan_state *p = &r->periods[c->period];
    uint32_t present = resolve_giver(r, former);
    for (uint32_t i = 0; i < p->row_count && present != former; i++) {
        if (p->rows[i].giver != former || !row_stands(p, &p->rows[i]))
            continue;
        struct row next = p->rows[i];
        next.giver = present;
        int error = changes_set(c, &next);
        if (error != 0)
            return error;
    }
    return 0;
}

/* The numbers of a giver's event: itself, whom it was, whom it names now. */
struct numbers {
    uint32_t giver, was_before, was;
    bool relinked; /* numbers changed, or it became known or unknown */
};

static int giver_in_period(struct engine *e, uint32_t period, const struct numbers *numbers)
{
    struct regency *r = e->r;
    const uint32_t touched[] = { numbers->giver, numbers->was_before, numbers->was };
    changes_start(&e->changes, r, period);
    int error = view_fit(r, period);
    for (size_t i = 0; i < ARRAY_LEN(touched) && error == 0; i++)
        if (touched[i] != NO_ID) {
            error = rename_giver(&e->changes, touched[i]);
            if (error == 0)
                error = view_giver_changed(r, period, touched[i]);
        }
    if (error == 0 && numbers->relinked)
        error = view_rows_changed(r, period);
    return error != 0 ? error : settle_open(e, period);
}

static int giver_in_periods(struct engine *e, const struct numbers *numbers)
{
    int n = engine_periods(e, false);
    int error = n < 0 ? n : 0;
    for (int i = 0; i < n && error == 0; i++)
        error = giver_in_period(e, e->periods[i], numbers);
    return error;
}

int event_asn(struct engine *e, const char *id, const struct asn *value)
{
    struct regency *r = e->r;
    struct numbers numbers = { .giver = regency_giver(r, GIVER_ASN, id), .was = NO_ID };
    if (numbers.giver == NO_ID)
        return -ENOMEM;
    bool known = r->givers[numbers.giver].known;
    numbers.was_before = r->givers[numbers.giver].was;
    int error = fold_asn(r, numbers.giver, value);
    if (error != 0)
        return error;
    numbers.was = r->givers[numbers.giver].was;
    numbers.relinked = numbers.was != numbers.was_before || known != r->givers[numbers.giver].known;
    return giver_in_periods(e, &numbers);
}

int event_donation(struct engine *e, const char *id, const struct donation *value)
{
    struct regency *r = e->r;
    struct numbers numbers = { .giver = regency_giver(r, GIVER_PARTNER, id), .was_before = NO_ID, .was = NO_ID };
    if (numbers.giver == NO_ID)
        return -ENOMEM;
    bool known = r->givers[numbers.giver].known;
    int error = fold_donation(r, numbers.giver, value);
    if (error != 0)
        return error;
    numbers.relinked = known != r->givers[numbers.giver].known;
    return giver_in_periods(e, &numbers);
}

/* Whoever gains a delivery goes first: whether a unit is still free for who loses one depends on it. */
static int visit_in_period(struct engine *e, uint32_t period, const struct visit_state *before,
                           const struct visit_state *after)
{
    struct regency *r = e->r;
    const struct plan_state *p = &r->periods[period];
    bool taken_back = before->period == period && doors_decides(before->outcome);
    uint32_t loses = taken_back ? resolve_row_family(r, p, before->household) : NO_ID;
    uint32_t gains = after->outcome != OUTCOME_NONE && after->period == period
                         ? resolve_row_family(r, p, after->household) : NO_ID;
    int error = 0;
    changes_start(&e->changes, r, period);
    if (p->view != NULL)
        error = view_fit(r, period);
    if (error == 0 && gains != NO_ID)
        error = doors_settle(&e->changes, gains, gains == loses);
    if (error == 0 && loses != NO_ID && loses != gains)
        error = doors_settle(&e->changes, loses, true);
    if (error != 0)
        return error;
    return p->closed ? settle_closed(e, period) : settle_open(e, period);
}

int event_delivery(struct engine *e, const char *id, const struct delivery *value)
{
    struct regency *r = e->r;
    uint32_t visit = regency_visit(r, id);
    uint32_t household = value == NULL ? NO_ID : regency_household(r, value->household);
    if (visit == NO_ID || (value != NULL && household == NO_ID))
        return -ENOMEM;
    struct visit_state before = r->visits[visit];
    struct touched *t = &e->touched;
    t->n = 0;
    int error = before.outcome != OUTCOME_NONE ? touch(r, t, before.household) : 0;
    if (error == 0)
        error = touch(r, t, household);
    int n = error != 0 ? error : engine_periods(e, true);
    for (int i = 0; i < n; i++)
        count_unmatched(r, e->periods[i], t, -1);
    error = n < 0 ? n : fold_delivery(r, visit, value);
    for (int i = 0; i < n; i++)
        count_unmatched(r, e->periods[i], t, +1);
    if (error != 0 || value == NULL)
        return error; // a tombstone means nothing
    struct visit_state after = r->visits[visit];
    for (int i = 0; i < n && error == 0; i++)
        if (e->periods[i] == after.period || (before.outcome != OUTCOME_NONE && e->periods[i] == before.period))
            error = visit_in_period(e, e->periods[i], &before, &after);
    return error;
}
