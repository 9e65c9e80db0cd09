#include "services/allocator/allocator.h"

#include <errno.h>
#include <stdlib.h>

#include "services/allocator/doors.h"
#include "services/allocator/engine.h"
#include "services/allocator/fold.h"
#include "services/allocator/plan_event.h"
#include "services/allocator/view.h"

struct allocator {
    int32_t partition;
    const struct region_table *regions;
    struct regency **regencies; /* ascending by code */
    uint32_t count, capacity;
    struct engine engine;
};

struct allocator *allocator_new(int32_t partition, const struct region_table *regions)
{
    struct allocator *a = calloc(1, sizeof(*a));
    if (a == NULL)
        return NULL;
    a->partition = partition;
    a->regions = regions;
    emit_init(&a->engine.emit);
    a->engine.emit.counts = &a->engine.counts;
    return a;
}

void allocator_free(struct allocator *a)
{
    if (a == NULL)
        return;
    for (uint32_t i = 0; i < a->count; i++) {
        regency_done(a->regencies[i]);
        free(a->regencies[i]);
    }
    free(a->regencies);
    emit_done(&a->engine.emit);
    changes_done(&a->engine.changes);
    free(a->engine.touched.ids);
    free(a->engine.periods);
    free(a);
}

void allocator_prove_repairs(struct allocator *a)
{
    a->engine.prove_repairs = true;
}

size_t allocator_regency_count(const struct allocator *a)
{
    return a->count;
}

struct regency *allocator_regency(struct allocator *a, size_t i)
{
    return a->regencies[i];
}

const struct allocator_counts *allocator_counts(const struct allocator *a)
{
    return &a->engine.counts;
}

const char *allocator_error(const struct allocator *a)
{
    return a->engine.error != NULL ? a->engine.error : "";
}

/* Where a regency is, or would be. */
static uint32_t position(const struct allocator *a, int32_t code)
{
    uint32_t low = 0, high = a->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (a->regencies[middle]->code < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct regency *regency_of(struct allocator *a, int32_t code)
{
    uint32_t at = position(a, code);
    if (at < a->count && a->regencies[at]->code == code)
        return a->regencies[at];
    struct regency *r = malloc(sizeof(*r));
    if (r == NULL || grow_array(&a->regencies, &a->capacity, a->count + 1, sizeof(struct regency *)) != 0 ||
        regency_init(r, code, a->partition, a->regions) != 0) {
        free(r);
        return NULL;
    }
    memmove(&a->regencies[at + 1], &a->regencies[at], (a->count - at) * sizeof(struct regency *));
    a->regencies[at] = r;
    a->count++;
    return r;
}

int allocator_restore_registry(struct allocator *a, const struct allocator_event *event)
{
    struct regency *r = regency_of(a, event->regency);
    uint32_t id;
    if (r == NULL)
        return -ENOMEM;
    switch (event->type) {
    case REGISTRY_HOUSEHOLD:
        id = regency_household(r, event->id);
        return id == NO_ID ? -ENOMEM : fold_household(r, id, event->value);
    case REGISTRY_ASN:
        id = regency_giver(r, GIVER_ASN, event->id);
        return id == NO_ID ? -ENOMEM : fold_asn(r, id, event->value);
    case REGISTRY_DONATION:
        id = regency_giver(r, GIVER_PARTNER, event->id);
        return id == NO_ID ? -ENOMEM : fold_donation(r, id, event->value);
    case REGISTRY_DELIVERY:
        id = regency_visit(r, event->id);
        return id == NO_ID ? -ENOMEM : fold_delivery(r, id, event->value);
    case REGISTRY_PERIOD: // commands are obeyed once; what they decided stands in the plan events
    case REGISTRY_NONE:
        break;
    }
    return 0;
}

int allocator_restore_row(struct allocator *a, const struct assignment *m)
{
    struct regency *r = regency_of(a, m->regency);
    if (r == NULL)
        return -ENOMEM;
    uint32_t period = regency_period(r, m->period), household = regency_household(r, m->household), giver = NO_ID;
    if (period == NO_ID || household == NO_ID)
        return -ENOMEM;
    if (m->giver.kind != GIVER_NONE && (giver = regency_giver(r, m->giver.kind, m->giver.id)) == NO_ID)
        return -ENOMEM;
    struct row *row = row_add(&r->periods[period], household);
    if (row == NULL)
        return -ENOMEM;
    int error = regency_place(r, m->village, true, &row->place);
    if (error != 0)
        return error;
    row->giver = giver;
    row->distance_m = m->distance_m;
    row->revision = (uint32_t)m->revision;
    row->decile = (uint16_t)(m->class.decile & 15);
    row->band = (uint16_t)(m->class.band & 3);
    row->waiting = (uint16_t)(m->class.waiting & 3);
    row->state = (uint16_t)(m->state & 7);
    row->reason = (uint16_t)(m->reason & 15);
    return 0;
}

int allocator_restore_plan(struct allocator *a, const struct plan *m)
{
    struct regency *r = regency_of(a, m->regency);
    if (r == NULL)
        return -ENOMEM;
    uint32_t period = regency_period(r, m->period);
    if (period == NO_ID)
        return -ENOMEM;
    if (m->trigger == TRIGGER_NONE)
        return 0;
    if (m->position.partition != a->partition) {
        a->engine.error = "a plan event of another partition";
        return -EBADMSG;
    }
    if (r->periods[period].known && (uint32_t)m->revision <= r->periods[period].revision) {
        a->engine.error = "plan events of one period out of order";
        return -EBADMSG;
    }
    return plan_event_apply(&r->periods[period], m);
}

static int restore_period(struct allocator *a, struct regency *r, uint32_t period)
{
    struct plan_state *p = &r->periods[period];
    if (strcmp(p->rule.places, region_places(a->regions)) != 0) {
        a->engine.error = "an open period was cut with another table of positions";
        return -EBADMSG;
    }
    p->unmatched = 0;
    for (uint32_t h = 0; h < r->household_ids.count; h++)
        if (r->households[h].first_visit != 0)
            p->unmatched += doors_unmatched(r, period, h);
    int error = view_build(r, period);
    return error != 0 ? error : view_load(r, period);
}

int allocator_restore_end(struct allocator *a)
{
    for (uint32_t i = 0; i < a->count; i++) {
        struct regency *r = a->regencies[i];
        for (uint32_t period = 0; period < r->period_ids.count; period++) {
            const struct plan_state *p = &r->periods[period];
            int error = p->cut && !p->closed ? restore_period(a, r, period) : 0;
            if (error != 0)
                return error;
        }
    }
    return 0;
}

static int apply(struct engine *e, const struct allocator_event *event)
{
    switch (event->type) {
    case REGISTRY_HOUSEHOLD:
        return event_household(e, event->id, event->value);
    case REGISTRY_ASN:
        return event_asn(e, event->id, event->value);
    case REGISTRY_DONATION:
        return event_donation(e, event->id, event->value);
    case REGISTRY_DELIVERY:
        return event_delivery(e, event->id, event->value);
    case REGISTRY_PERIOD: {
        const struct period *value = event->value;
        uint32_t period = value == NULL ? NO_ID : regency_period(e->r, value->period);
        if (value == NULL)
            return 0; // a tombstone means nothing
        return period == NO_ID ? -ENOMEM : command_apply(e, period, value);
    }
    case REGISTRY_NONE:
        break;
    }
    return 0;
}

int allocator_apply(struct allocator *a, const struct allocator_event *event, const struct allocator_sink *sink)
{
    struct engine *e = &a->engine;
    e->r = regency_of(a, event->regency);
    if (e->r == NULL)
        return -ENOMEM;
    e->sink = sink;
    e->offset = event->offset;
    e->error = NULL;
    emit_start(&e->emit, sink, e->r, event->offset, event->time);
    return apply(e, event);
}

static int check_period(struct regency *r, uint32_t period, const struct allocator_sink *sink)
{
    struct view *v = r->periods[period].view;
    struct certify_verdict verdict = { .household = ALLOC_NONE, .giver = ALLOC_NONE };
    int error = view_fit(r, period);
    if (error == 0)
        error = certify_state(&v->problem, &verdict);
    if (error == -ENOMEM)
        return error;
    if (error == 0 && verdict.feasible && verdict.optimal) {
        v->changed = false;
        return 0;
    }
    struct allocator_evidence evidence = {
        .regency = r->code, .period = period_name(r, period), .trigger = TRIGGER_NONE, .offset = -1,
        .failure = error, .verdict = verdict, .problem = &v->problem,
        .household = verdict.household == ALLOC_NONE ? "" : household_token(r, (uint32_t)verdict.household),
        .giver = verdict.giver == ALLOC_NONE ? "" : giver_id(r, (uint32_t)verdict.giver),
    };
    if (sink->evidence != NULL)
        sink->evidence(sink->arg, &evidence);
    return -EPROTO;
}

int allocator_check(struct allocator *a, const struct allocator_sink *sink)
{
    for (uint32_t i = 0; i < a->count; i++) {
        struct regency *r = a->regencies[i];
        for (uint32_t period = 0; period < r->period_ids.count; period++) {
            const struct view *v = r->periods[period].view;
            int error = v != NULL && v->changed ? check_period(r, period, sink) : 0;
            if (error != 0)
                return error;
        }
    }
    return 0;
}
