/*
 * Random small allocation problems, full of ties and corners: few places, equal distances, earmarks, own families,
 * foster pairs beyond quota, delivered rows. Ids are made up and say so.
 */
#ifndef BERBAGI_TESTS_INSTANCE_H
#define BERBAGI_TESTS_INSTANCE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "services/allocator/problem.h"

enum { MAX_V = 6, MAX_G = 12, MAX_E = 3, MAX_H = 20, ID_SIZE = 40 };

struct instance {
    struct alloc_village villages[MAX_V];
    struct alloc_giver givers[MAX_G];
    struct alloc_earmark earmarks[MAX_E];
    struct alloc_household households[MAX_H];
    char household_ids[MAX_H][ID_SIZE], giver_ids[MAX_G][ID_SIZE];
    char seed[24];
    int64_t earmark_village[MAX_E];
    int32_t earmark_district[MAX_E];
    struct alloc_problem p;
};

static inline uint64_t rnd(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static inline int32_t pick(uint64_t *state, int32_t n)
{
    return (int32_t)(rnd(state) % (uint64_t)n);
}

static inline void instance_earmarks(struct instance *x, uint64_t *r)
{
    for (int32_t e = 0; e < x->p.n_earmarks; e++) {
        int32_t v = pick(r, x->p.n_villages), kind = pick(r, 4);

        x->earmark_village[e] = x->villages[v].id;
        x->earmark_district[e] = (int32_t)(x->villages[v].id / 10000);
        x->earmarks[e] = (struct alloc_earmark){
            .villages = &x->earmark_village[e],
            .districts = &x->earmark_district[e],
            .n_villages = kind == 0 || kind == 3,
            .n_districts = kind == 1,
            .deciles = (uint16_t)(kind == 2 || pick(r, 3) == 0 ? 1U << (1 + pick(r, 3)) : 0),
        };
    }
}

static inline void instance_givers(struct instance *x, uint64_t *r)
{
    for (int32_t g = 0; g < x->p.n_givers; g++) {
        bool partner = g > 0 && pick(r, 4) == 0;
        struct alloc_giver *giver = &x->givers[g];

        *giver = (struct alloc_giver){
            .quota = pick(r, 8) == 0 ? 0 : 1 + pick(r, partner ? 4 : 3),
            .taken = pick(r, 12) == 0 ? 1 + pick(r, 2) : 0,
            .place = { pick(r, x->p.n_villages + 1) - 1, partner ? ALLOC_NONE : pick(r, x->p.n_villages + 1) - 1 },
            .own = !partner && pick(r, 3) == 0 ? pick(r, x->p.n_households) : ALLOC_NONE,
            .earmark = partner && x->p.n_earmarks > 0 && pick(r, 3) > 0 ? pick(r, x->p.n_earmarks) : ALLOC_NONE,
            .kind = partner ? ALLOC_PARTNER : ALLOC_ASN,
        };
        snprintf(x->giver_ids[g], ID_SIZE, "k1.test%06llx", (unsigned long long)(rnd(r) & 0xffffff));
    }
}

static inline void instance_households(struct instance *x, uint64_t *r)
{
    int32_t foster_share = pick(r, 5), classes = 1 + pick(r, 3);

    for (int32_t h = 0; h < x->p.n_households; h++) {
        struct alloc_household *household = &x->households[h];
        int32_t g = pick(r, x->p.n_givers);
        bool foster = pick(r, 4) < foster_share && x->givers[g].kind == ALLOC_ASN;

        *household = (struct alloc_household){
            .village = pick(r, x->p.n_villages),
            .foster = foster ? g : ALLOC_NONE,
            .planned = ALLOC_NONE,
            .cls = (uint8_t)alloc_class(pick(r, x->p.n_deciles), pick(r, classes), pick(r, 2)),
            .state = ALLOC_OPEN,
        };
        if (pick(r, 15) == 0)
            household->state = (uint8_t)(pick(r, 2) == 0 ? ALLOC_ABSENT : ALLOC_DELIVERED);
        snprintf(x->household_ids[h], ID_SIZE, "k1.test%02d%06llx", (int)h, (unsigned long long)(rnd(r) & 0xffffff));
    }
}

static inline void instance_bind(struct instance *x)
{
    x->p.villages = x->villages;
    x->p.givers = x->givers;
    x->p.earmarks = x->earmarks;
    x->p.households = x->households;
    x->p.household_ids = x->household_ids[0];
    x->p.giver_ids = x->giver_ids[0];
    x->p.household_id_stride = x->p.giver_id_stride = ID_SIZE;
    x->p.seed = x->seed;
    x->p.period = "2026-01";
}

static inline void instance_make(struct instance *x, uint64_t number)
{
    static const int32_t lambdas[] = { 5000, 5000, -1, -1, 0, 1000, 100000 };
    uint64_t state = number * UINT64_C(0x2545f4914f6cdd1d), *r = &state;

    memset(x, 0, sizeof(*x));
    instance_bind(x);
    snprintf(x->seed, sizeof(x->seed), "seed-%llu", (unsigned long long)number);
    x->p.n_villages = 2 + pick(r, 4);
    x->p.n_givers = 2 + pick(r, 6);
    x->p.n_households = 3 + pick(r, 12);
    x->p.n_earmarks = pick(r, 3);
    x->p.n_deciles = 1 + pick(r, 3);
    for (int32_t i = 0; i < x->p.n_deciles; i++)
        x->p.deciles[i] = (uint8_t)(i + 1);
    x->p.lambda_m = lambdas[pick(r, 7)];
    for (int32_t v = 0; v < x->p.n_villages; v++)
        x->villages[v] = (struct alloc_village){
            .id = INT64_C(3510010001) + 10000 * pick(r, 2) + v,
            .x = 3000 * pick(r, 4),
            .y = 4000 * pick(r, 3),
        };
    instance_earmarks(x, r);
    instance_givers(x, r);
    instance_households(x, r);
}

#endif
