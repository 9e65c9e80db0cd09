#include "services/allocator/problem.h"

#include <errno.h>
#include <stdlib.h>

#include "services/allocator/chord.h"

static bool in_range(int32_t i, int32_t n)
{
    return (uint32_t)i < (uint32_t)n;
}

static bool none_or_in_range(int32_t i, int32_t n)
{
    return (uint32_t)i + 1 <= (uint32_t)n;
}

static bool giver_ok(const struct alloc_problem *p, const struct alloc_giver *g)
{
    return g->kind <= ALLOC_PARTNER && g->quota >= 0 && g->quota <= ALLOC_MAX_QUOTA && g->taken >= 0 &&
        none_or_in_range(g->place[0], p->n_villages) && none_or_in_range(g->place[1], p->n_villages) &&
        none_or_in_range(g->own, p->n_households) && none_or_in_range(g->earmark, p->n_earmarks) &&
        (g->kind == ALLOC_ASN || g->own == ALLOC_NONE) && (g->kind == ALLOC_PARTNER || g->earmark == ALLOC_NONE);
}

/* All conditions are taken together: one branch for each of every family's would take three times as long. */
static bool household_ok(const struct alloc_problem *p, const struct alloc_household *h)
{
    return (h->state == ALLOC_ABSENT) |
        ((h->state <= ALLOC_DELIVERED) & in_range(h->village, p->n_villages) &
         none_or_in_range(h->foster, p->n_givers) & none_or_in_range(h->planned, p->n_givers) &
         (h->cls < p->n_deciles * ALLOC_CLASSES_PER_DECILE));
}

int alloc_problem_check(const struct alloc_problem *p)
{
    if (p->n_villages < 0 || p->n_villages > ALLOC_MAX_VILLAGES || p->n_givers < 0 || p->n_givers > ALLOC_MAX_GIVERS ||
        p->n_households < 0 || p->n_households > ALLOC_MAX_HOUSEHOLDS || p->n_earmarks < 0 ||
        p->n_deciles < 0 || p->n_deciles > ALLOC_MAX_DECILES || p->lambda_m < -1 || p->lambda_m > ALLOC_MAX_LAMBDA)
        return -EINVAL;
    for (int32_t i = 0; i < p->n_deciles; i++)
        if (p->deciles[i] < 1 || p->deciles[i] > ALLOC_MAX_DECILES)
            return -EINVAL;
    for (int32_t i = 0; i < p->n_villages; i++)
        if (abs(p->villages[i].x) > CHORD_MAX_COORDINATE || abs(p->villages[i].y) > CHORD_MAX_COORDINATE ||
            abs(p->villages[i].z) > CHORD_MAX_COORDINATE)
            return -EINVAL;
    for (int32_t i = 0; i < p->n_givers; i++)
        if (!giver_ok(p, &p->givers[i]))
            return -EINVAL;
    for (int32_t i = 0; i < p->n_households; i++)
        if (!household_ok(p, &p->households[i]))
            return -EINVAL;
    return 0;
}

bool alloc_earmark_fits(const struct alloc_earmark *e, int64_t village, int decile)
{
    bool place = e->n_villages == 0 && e->n_districts == 0;

    for (int32_t i = 0; !place && i < e->n_villages; i++)
        place = e->villages[i] == village;
    for (int32_t i = 0; !place && i < e->n_districts; i++)
        place = e->districts[i] == village / 10000;
    return place && (e->deciles == 0 || (e->deciles >> decile & 1) != 0);
}

bool alloc_may_serve(const struct alloc_problem *p, int32_t g, int32_t h)
{
    const struct alloc_giver *giver = &p->givers[g];
    const struct alloc_household *household = &p->households[h];

    if (giver->kind == 0 || giver->own == h)
        return false;
    return giver->earmark == ALLOC_NONE ||
        alloc_earmark_fits(&p->earmarks[giver->earmark], p->villages[household->village].id,
                           alloc_class_decile(p, household->cls));
}

int32_t alloc_distance(const struct alloc_problem *p, int32_t g, int32_t village)
{
    const struct alloc_giver *giver = &p->givers[g];
    int32_t best = INT32_MAX;

    for (int i = 0; i < 2; i++)
        if (giver->place[i] != ALLOC_NONE) {
            int32_t d = chord_m(&p->villages[giver->place[i]], &p->villages[village]);

            best = d < best ? d : best;
        }
    if (best < INT32_MAX)
        return best;
    return giver->kind == ALLOC_ASN ? ALLOC_FAR_M : 0;
}

enum alloc_reason alloc_unserved_reason(const struct alloc_problem *p, int32_t h)
{
    for (int32_t g = 0; g < p->n_givers; g++)
        if (p->givers[g].quota > 0 && alloc_may_serve(p, g, h))
            return ALLOC_SUPPLY_EXHAUSTED;
    return ALLOC_NO_ELIGIBLE_GIVER;
}

int alloc_solution_init(struct alloc_solution *s, const struct alloc_problem *p)
{
    size_t households = (size_t)p->n_households + 1, givers = (size_t)p->n_givers + 1;
    size_t villages = (size_t)p->n_villages + 2;

    *s = (struct alloc_solution){
        .giver = calloc(households, sizeof(*s->giver)),
        .reason = calloc(households, sizeof(*s->reason)),
        .evidence = {
            .giver = calloc(givers, sizeof(struct alloc_price)),
            .place = calloc(villages, sizeof(struct alloc_price)),
            .village = calloc(villages, sizeof(struct alloc_price)),
            .household = calloc(households, sizeof(struct alloc_price)),
        },
        .n_households = p->n_households,
        .n_givers = p->n_givers,
        .n_villages = p->n_villages,
    };
    if (s->giver == NULL || s->reason == NULL || s->evidence.giver == NULL || s->evidence.place == NULL ||
        s->evidence.village == NULL || s->evidence.household == NULL) {
        alloc_solution_done(s);
        return -ENOMEM;
    }
    return 0;
}

void alloc_solution_done(struct alloc_solution *s)
{
    free(s->giver);
    free(s->reason);
    free(s->evidence.giver);
    free(s->evidence.place);
    free(s->evidence.village);
    free(s->evidence.household);
    *s = (struct alloc_solution){ 0 };
}
