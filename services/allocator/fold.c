#include "services/allocator/fold.h"

#include <errno.h>
#include <stdlib.h>

#include "services/allocator/resolve.h"

int fold_household(struct regency *r, uint32_t household, const struct household *value)
{
    uint32_t was = NO_ID;
    uint16_t place = NO_PLACE;
    if (value != NULL && value->was[0] != '\0' && (was = regency_household(r, value->was)) == NO_ID)
        return -ENOMEM;
    if (value != NULL) {
        int error = regency_place(r, value->village, true, &place);
        if (error != 0)
            return error;
    }
    struct household_state *h = &r->households[household];
    if (texts_set(&r->texts, &h->ref, value != NULL ? value->ref : "") != 0)
        return -ENOMEM;
    resolve_set_household_was(r, household, was);
    h->place = place;
    h->dtsen = value != NULL ? value->dtsen : 0;
    h->decile_national = value != NULL ? value->decile_national : 0;
    h->decile_province = value != NULL ? value->decile_province : 0;
    h->decile_regency = value != NULL ? value->decile_regency : 0;
    h->band = value != NULL ? value->band : 0;
    h->status = value != NULL ? (uint8_t)value->status : HOUSEHOLD_NONE;
    return 0;
}

static void set_own_family(struct regency *r, struct giver_state *g, uint32_t household)
{
    if (g->household != NO_ID)
        r->households[g->household].own_givers--;
    g->household = household;
    if (household != NO_ID)
        r->households[household].own_givers++;
}

int fold_asn(struct regency *r, uint32_t giver, const struct asn *value)
{
    uint32_t was = NO_ID, own = NO_ID;
    uint16_t places[2] = { NO_PLACE, NO_PLACE };
    if (value != NULL) {
        if (value->was[0] != '\0' && (was = regency_giver(r, GIVER_ASN, value->was)) == NO_ID)
            return -ENOMEM;
        if (value->household[0] != '\0' && (own = regency_household(r, value->household)) == NO_ID)
            return -ENOMEM;
        int error = regency_place(r, value->home_village, false, &places[0]);
        if (error == 0)
            error = regency_place(r, value->work_village, false, &places[1]);
        if (error != 0)
            return error;
    }
    struct giver_state *g = &r->givers[giver];
    if (texts_set(&r->texts, &g->ref, value != NULL ? value->ref : "") != 0)
        return -ENOMEM;
    resolve_set_giver_was(r, giver, was);
    set_own_family(r, g, own);
    g->known = value != NULL;
    g->employment = value != NULL ? (uint8_t)value->employment : 0;
    g->position = value != NULL ? (uint8_t)value->position : 0;
    g->status = value != NULL ? (uint8_t)value->status : 0;
    g->version = value != NULL ? value->version : 0;
    memset(g->grade, 0, sizeof(g->grade));
    if (value != NULL)
        memcpy(g->grade, value->grade, sizeof(g->grade));
    memcpy(g->places, places, sizeof(places));
    return 0;
}

static bool same_earmark(const struct earmark *a, const struct earmark *b)
{
    return a->village_count == b->village_count && a->district_count == b->district_count &&
           a->decile_count == b->decile_count &&
           memcmp(a->villages, b->villages, (size_t)a->village_count * sizeof(a->villages[0])) == 0 &&
           memcmp(a->districts, b->districts, (size_t)a->district_count * sizeof(a->districts[0])) == 0 &&
           memcmp(a->deciles, b->deciles, (size_t)a->decile_count) == 0;
}

static int set_earmark(struct giver_state *g, const struct earmark *e)
{
    bool some = e != NULL && (e->village_count > 0 || e->district_count > 0 || e->decile_count > 0);
    if (!some && g->earmark == NULL)
        return 0;
    if (some && g->earmark != NULL && same_earmark(e, g->earmark))
        return 0;
    struct earmark *copy = NULL;
    if (some) {
        copy = malloc(sizeof(*copy));
        if (copy == NULL)
            return -ENOMEM;
        *copy = *e;
    }
    free(g->earmark);
    g->earmark = copy;
    g->earmark_version++;
    return 0;
}

int fold_donation(struct regency *r, uint32_t giver, const struct donation *value)
{
    uint32_t period = NO_ID;
    uint16_t place = NO_PLACE;
    if (value != NULL) {
        period = regency_period(r, value->period);
        if (period == NO_ID)
            return -ENOMEM;
        int error = regency_place(r, value->base_village, false, &place);
        if (error != 0)
            return error;
    }
    struct giver_state *g = &r->givers[giver];
    if (set_earmark(g, value != NULL ? &value->earmark : NULL) != 0)
        return -ENOMEM;
    g->known = value != NULL;
    g->state = value != NULL ? (uint8_t)value->state : 0;
    g->period = period;
    g->packages = value != NULL ? value->packages : 0;
    g->places[0] = place;
    return 0;
}

static void unlink_visit(struct regency *r, uint32_t visit)
{
    struct visit_state *v = &r->visits[visit];
    uint32_t *at = &r->households[v->household].first_visit;
    while (*at != visit + 1)
        at = &r->visits[*at - 1].next;
    *at = v->next;
}

int fold_delivery(struct regency *r, uint32_t visit, const struct delivery *value)
{
    uint32_t household = NO_ID, giver = NO_ID, period = NO_ID;
    if (value != NULL) {
        household = regency_household(r, value->household);
        period = regency_period(r, value->period);
        if (household == NO_ID || period == NO_ID)
            return -ENOMEM;
        if (value->giver.kind != GIVER_NONE &&
            (giver = regency_giver(r, value->giver.kind, value->giver.id)) == NO_ID)
            return -ENOMEM;
    }
    struct visit_state *v = &r->visits[visit];
    if (v->outcome != OUTCOME_NONE)
        unlink_visit(r, visit);
    *v = (struct visit_state){ 0 };
    if (value == NULL)
        return 0;
    struct household_state *h = &r->households[household];
    *v = (struct visit_state){
        .household = household, .giver = giver, .next = h->first_visit, .on = value->on, .period = period,
        .outcome = (uint8_t)value->outcome,
    };
    h->first_visit = visit + 1;
    return 0;
}
