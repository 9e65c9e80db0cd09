#include "services/allocator/doors.h"

#include "services/allocator/chord.h"
#include "services/allocator/resolve.h"
#include "services/allocator/rule.h"
#include "services/allocator/view.h"

/* Visits are ordered by (on, visit): of two, does a come first. */
static bool comes_first(const struct regency *r, const struct visit_state *a, const struct visit_state *b)
{
    if (a->on != b->on)
        return a->on < b->on;
    return strcmp(ids_text(&r->visit_ids, (uint32_t)(a - r->visits)),
                  ids_text(&r->visit_ids, (uint32_t)(b - r->visits))) < 0;
}

static enum row_reason cancelling(uint8_t outcome)
{
    switch (outcome) {
    case OUTCOME_MOVED:
        return REASON_MOVED;
    case OUTCOME_DECEASED:
        return REASON_DECEASED;
    case OUTCOME_REFUSED:
        return REASON_REFUSED;
    case OUTCOME_NOT_FOUND:
        return REASON_NOT_FOUND;
    default:
        return REASON_NONE;
    }
}

void doors_find(const struct regency *r, uint32_t period, uint32_t household, struct door *out)
{
    const struct plan_state *p = &r->periods[period];
    const struct visit_state *delivered = NULL, *cancelled = NULL;
    uint32_t ids[MAX_FAMILY_IDS];
    int n = resolve_family_ids(r, household, ids);
    for (int i = 0; i < n; i++) {
        if (i > 0 && resolve_row_family(r, p, ids[i]) != household)
            continue;
        for (uint32_t next = r->households[ids[i]].first_visit; next != 0; next = r->visits[next - 1].next) {
            const struct visit_state *v = &r->visits[next - 1];
            if (v->period != period)
                continue;
            if (v->outcome == OUTCOME_DELIVERED && (delivered == NULL || comes_first(r, v, delivered)))
                delivered = v;
            if (cancelling(v->outcome) != REASON_NONE && (cancelled == NULL || comes_first(r, cancelled, v)))
                cancelled = v;
        }
    }
    *out = (struct door){ .state = ROW_NONE, .giver = NO_ID };
    if (delivered != NULL)
        *out = (struct door){ .state = ROW_DELIVERED, .giver = resolve_giver(r, delivered->giver) };
    else if (cancelled != NULL)
        *out = (struct door){ .state = ROW_CANCELLED, .reason = cancelling(cancelled->outcome), .giver = NO_ID };
}

int32_t doors_distance(const struct regency *r, uint32_t giver, uint16_t place)
{
    if (giver == NO_ID || !r->givers[giver].known || place == NO_PLACE)
        return NO_DISTANCE;
    const struct giver_state *g = &r->givers[giver];
    int32_t best = NO_DISTANCE;
    for (int i = 0; i < 2; i++) {
        if (g->places[i] == NO_PLACE)
            continue;
        int32_t d = chord_m(&r->places[g->places[i]], &r->places[place]);
        best = best == NO_DISTANCE || d < best ? d : best;
    }
    if (best != NO_DISTANCE)
        return best;
    return g->kind == GIVER_ASN ? ALLOC_FAR_M : 0;
}

static void deliver(const struct regency *r, struct row *row, uint32_t giver)
{
    if (row->state == ROW_PLANNED && giver != NO_ID && resolve_giver(r, row->giver) == giver) {
        if (row->giver != giver)
            row->giver = giver; // a closed period's row under a former number
        row->state = ROW_DELIVERED;
        return;
    }
    if (row->state == ROW_DELIVERED && (row->giver == NO_ID ? giver == NO_ID : resolve_giver(r, row->giver) == giver))
        return; // a further delivery
    row->state = ROW_DELIVERED;
    row->reason = REASON_OFF_PLAN;
    row->giver = giver;
    row->distance_m = doors_distance(r, giver, row->place);
}

/* Keeps the giver who was told; who came off plan never was. */
static void cancel(struct row *row, enum row_reason reason)
{
    if (row->state == ROW_DELIVERED && row->reason == REASON_OFF_PLAN) {
        row->giver = NO_ID;
        row->distance_m = NO_DISTANCE;
    }
    row->state = ROW_CANCELLED;
    row->reason = (uint16_t)(reason & 15);
}

/* Has the giver a unit left that nobody else got or was promised, and may it go to this row's family. */
static bool unit_is_free(const struct regency *r, uint32_t period, const struct row *row)
{
    const struct plan_state *p = &r->periods[period];
    const struct giver_state *g = &r->givers[row->giver];
    if (g->household != NO_ID && resolve_row_family(r, p, g->household) == row->household)
        return false;
    if (g->kind == GIVER_PARTNER && !rule_earmark_fits(g->earmark, r->places[row->place].id, row->decile))
        return false;
    int32_t units = rule_quota(&p->rule, period, g, NULL);
    for (uint32_t i = 0; i < p->row_count && units > 0; i++) {
        const struct row *other = &p->rows[i];
        if (other->giver == row->giver && other->household != row->household &&
            (other->state == ROW_PLANNED || other->state == ROW_DELIVERED) && row_stands(p, other))
            units--;
    }
    return units > 0;
}

enum row_reason doors_unserved_reason(const struct regency *r, uint32_t period, const struct row *row)
{
    const struct plan_state *p = &r->periods[period];
    for (uint32_t i = 0; i < r->giver_ids.count; i++) {
        const struct giver_state *g = &r->givers[i];
        if (rule_quota(&p->rule, period, g, NULL) > 0 &&
            rule_earmark_fits(g->earmark, r->places[row->place].id, row->decile) &&
            (g->household == NO_ID || resolve_row_family(r, p, g->household) != row->household))
            return REASON_SUPPLY_EXHAUSTED;
    }
    return REASON_NO_ELIGIBLE_GIVER;
}

/* A row whose delivery or cancellation was taken back: as planned, if that can still be. */
static void take_back(const struct regency *r, uint32_t period, struct row *row)
{
    bool off_plan = row->reason == REASON_OFF_PLAN;
    if (!off_plan && row->giver != NO_ID && unit_is_free(r, period, row)) {
        row->state = ROW_PLANNED;
        row->reason = REASON_REPAIR;
        return;
    }
    row->giver = NO_ID;
    row->distance_m = NO_DISTANCE;
    row->state = ROW_UNSERVED;
    row->reason = (uint16_t)(doors_unserved_reason(r, period, row) & 15);
}

void doors_before_cut(const struct regency *r, uint32_t period, struct row *row)
{
    struct door door;
    doors_find(r, period, row->household, &door);
    if (door.state == ROW_DELIVERED)
        deliver(r, row, door.giver);
    else if (door.state == ROW_CANCELLED)
        cancel(row, door.reason);
}

bool doors_decides(uint8_t outcome)
{
    return outcome == OUTCOME_DELIVERED || cancelling(outcome) != REASON_NONE;
}

static bool cancelled_at_door(const struct row *row)
{
    return row->state == ROW_CANCELLED && row->reason >= REASON_MOVED && row->reason <= REASON_NOT_FOUND;
}

void doors_new_row(const struct regency *r, uint32_t period, uint32_t household, int waiting, struct row *out)
{
    const struct household_state *h = &r->households[household];
    *out = (struct row){
        .household = household, .giver = NO_ID, .distance_m = NO_DISTANCE, .place = h->place,
        .decile = (uint16_t)(rule_decile(&r->periods[period].rule, h) & 15), .band = (uint16_t)(h->band & 3),
        .waiting = (uint16_t)(waiting & 3), .state = ROW_UNSERVED, .reason = REASON_SUPPLY_EXHAUSTED,
    };
}

/* Without a word from the doors: as planned, unless the family has left; one that is back begins anew. */
static void settle_at_rest(const struct regency *r, uint32_t period, struct row *row, bool taken_back)
{
    const struct household_state *h = &r->households[row->household];
    bool left = h->status != HOUSEHOLD_ACTIVE;
    if (row->state == ROW_DELIVERED || cancelled_at_door(row)) {
        if (taken_back && left)
            cancel(row, REASON_HOUSEHOLD_LEFT);
        else if (taken_back)
            take_back(r, period, row);
    } else if (r->periods[period].closed) {
        return; // only what happens at the doors changes its rows
    } else if (left && row->state != ROW_CANCELLED) {
        cancel(row, REASON_HOUSEHOLD_LEFT);
    } else if (row->reason == REASON_HOUSEHOLD_LEFT && rule_targets(&r->periods[period].rule, h)) {
        doors_new_row(r, period, row->household, 0, row);
        row->reason = (uint16_t)(doors_unserved_reason(r, period, row) & 15);
    }
}

int doors_settle(struct changes *c, uint32_t household, bool taken_back)
{
    struct regency *r = c->r;
    const struct row *row = resolve_live_row(&r->periods[c->period], household);
    if (row == NULL)
        return 0;
    struct row next = *row;
    struct door door;
    doors_find(r, c->period, household, &door);
    if (door.state == ROW_DELIVERED)
        deliver(r, &next, door.giver);
    else if (door.state == ROW_NONE)
        settle_at_rest(r, c->period, &next, taken_back);
    else if (row->state == ROW_CANCELLED ? row->reason != door.reason : row->state != ROW_DELIVERED || taken_back)
        cancel(&next, door.reason);
    return row_equal(&next, row) ? 0 : changes_set(c, &next);
}

int64_t doors_unmatched(const struct regency *r, uint32_t period, uint32_t household)
{
    int64_t n = 0;
    bool matched = resolve_row_family(r, &r->periods[period], household) != NO_ID;
    for (uint32_t next = r->households[household].first_visit; next != 0 && !matched;
         next = r->visits[next - 1].next) {
        const struct visit_state *v = &r->visits[next - 1];
        n += v->period == period && v->outcome == OUTCOME_DELIVERED;
    }
    return n;
}
