/*
 * Synthetic regencies for the benchmark and the comparison with LEMON. Everything is invented; only proportions are
 * meant to be like a real regency's: givers who live anywhere and work in a few towns, quotas by rank, a few
 * donations, some with an earmark, some givers whose own family is among the poor.
 */
#ifndef BERBAGI_TESTS_SYNTHETIC_H
#define BERBAGI_TESTS_SYNTHETIC_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "services/allocator/problem.h"

enum { SYNTHETIC_ID = 40 };

struct synthetic_size {
    int32_t villages, givers, partners, families;
    int32_t quota;                  /* units of an ASN are 1 .. 2 * quota - 1 */
    int32_t spread_m;               /* the regency is a square of this side */
    uint64_t seed;
};

struct synthetic {
    struct alloc_problem p;
    struct alloc_village *villages;
    struct alloc_giver *givers;
    struct alloc_earmark *earmarks;
    struct alloc_household *households;
    int64_t *earmark_village;
    int32_t *earmark_district;
    char (*household_ids)[SYNTHETIC_ID], (*giver_ids)[SYNTHETIC_ID];
    uint64_t random;
};

static inline uint64_t synthetic_next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static inline int32_t synthetic_pick(struct synthetic *s, int32_t n)
{
    return (int32_t)(synthetic_next(&s->random) % (uint64_t)n);
}

static inline void *synthetic_array(size_t n, size_t size)
{
    void *p = calloc(n + 1, size);

    if (p == NULL)
        abort();
    return p;
}

/* Of a token's form, at random: "k1." and 32 digits of base32. */
static inline void synthetic_id(struct synthetic *s, char *id)
{
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";

    memcpy(id, "k1.", 3);
    for (int k = 3; k < 35; k++)
        id[k] = digits[synthetic_pick(s, 32)];
}

static inline void synthetic_givers(struct synthetic *s, const struct synthetic_size *size)
{
    int32_t n = size->villages, towns = n / 12 + 1;

    for (int32_t g = 0; g < size->givers + size->partners; g++) {
        bool partner = g >= size->givers;
        int32_t home = synthetic_pick(s, n), work = synthetic_pick(s, 3) > 0 ? synthetic_pick(s, towns) : home;

        s->givers[g] = (struct alloc_giver){
            .quota = partner ? 20 + synthetic_pick(s, 200) : 1 + synthetic_pick(s, 2 * size->quota - 1),
            .place = { synthetic_pick(s, 100) == 0 ? ALLOC_NONE : home, partner ? ALLOC_NONE : work },
            .own = !partner && synthetic_pick(s, 200) == 0 ? synthetic_pick(s, size->families) : ALLOC_NONE,
            .earmark = partner && synthetic_pick(s, 2) == 0 ? synthetic_pick(s, s->p.n_earmarks) : ALLOC_NONE,
            .kind = partner ? ALLOC_PARTNER : ALLOC_ASN,
        };
        synthetic_id(s, s->giver_ids[g]);
    }
}

static inline void synthetic_make(struct synthetic *s, const struct synthetic_size *size)
{
    int32_t givers = size->givers + size->partners, earmarks = 8;

    memset(s, 0, sizeof(*s));
    s->random = size->seed;
    s->villages = synthetic_array((size_t)size->villages, sizeof(*s->villages));
    s->givers = synthetic_array((size_t)givers, sizeof(*s->givers));
    s->earmarks = synthetic_array((size_t)earmarks, sizeof(*s->earmarks));
    s->earmark_village = synthetic_array((size_t)earmarks, sizeof(int64_t));
    s->earmark_district = synthetic_array((size_t)earmarks, sizeof(int32_t));
    s->households = synthetic_array((size_t)size->families, sizeof(*s->households));
    s->household_ids = synthetic_array((size_t)size->families, SYNTHETIC_ID);
    s->giver_ids = synthetic_array((size_t)givers, SYNTHETIC_ID);
    s->p = (struct alloc_problem){
        .villages = s->villages, .givers = s->givers, .earmarks = s->earmarks, .households = s->households,
        .n_villages = size->villages, .n_givers = givers, .n_earmarks = earmarks, .n_households = size->families,
        .household_ids = s->household_ids[0], .giver_ids = s->giver_ids[0],
        .household_id_stride = SYNTHETIC_ID, .giver_id_stride = SYNTHETIC_ID,
        .seed = "lottery-of-the-benchmark", .period = "2026-01", .deciles = { 1, 2 }, .n_deciles = 2, .lambda_m = 5000,
    };
    for (int32_t v = 0; v < size->villages; v++)
        s->villages[v] = (struct alloc_village){
            .id = INT64_C(3510012001) + 10000 * (v / 9) + v % 9,
            .x = synthetic_pick(s, size->spread_m), .y = synthetic_pick(s, size->spread_m),
            .z = synthetic_pick(s, size->spread_m / 50 + 1),
        };
    for (int32_t e = 0; e < earmarks; e++) {
        int64_t village = s->villages[synthetic_pick(s, size->villages)].id;

        s->earmark_village[e] = village;
        s->earmark_district[e] = (int32_t)(village / 10000);
        s->earmarks[e] = (struct alloc_earmark){ &s->earmark_village[e], &s->earmark_district[e], e % 3 == 0,
                                                 e % 3 == 1, (uint16_t)(e % 3 == 2 ? 2 : 0) };
    }
    synthetic_givers(s, size);
    for (int32_t h = 0; h < size->families; h++) {
        // Half the families live in half the villages, the rest thinly.
        int32_t v =
            synthetic_pick(s, 2) ? synthetic_pick(s, size->villages) : synthetic_pick(s, size->villages / 2 + 1);

        s->households[h] = (struct alloc_household){
            .village = v, .foster = ALLOC_NONE, .planned = ALLOC_NONE, .state = ALLOC_OPEN,
            .cls = (uint8_t)alloc_class(synthetic_pick(s, 2), synthetic_pick(s, 3), 0),
        };
        synthetic_id(s, s->household_ids[h]);
    }
}

/* A month goes by: who served is foster parent, who waited waits longer, a few of all change. */
static inline void synthetic_month(struct synthetic *s, const int32_t *giver, const char *period)
{
    s->p.period = period;
    for (int32_t h = 0; h < s->p.n_households; h++) {
        struct alloc_household *x = &s->households[h];
        int decile = x->cls / ALLOC_CLASSES_PER_DECILE, band = alloc_class_band(x->cls);
        int waiting = giver[h] != ALLOC_NONE ? 0 : alloc_class_waiting(x->cls) + 1;

        if (giver[h] != ALLOC_NONE && s->givers[giver[h]].kind == ALLOC_ASN)
            x->foster = giver[h];
        x->planned = ALLOC_NONE;
        x->cls = (uint8_t)alloc_class(decile, band, waiting > ALLOC_WAITING_MAX ? ALLOC_WAITING_MAX : waiting);
        if (synthetic_pick(s, 50) == 0)
            *x = (struct alloc_household){ x->village, ALLOC_NONE, ALLOC_NONE,
                                           (uint8_t)alloc_class(decile, synthetic_pick(s, 3), 0), ALLOC_OPEN };
    }
    for (int32_t g = 0; g < s->p.n_givers; g++)
        if (s->givers[g].kind == ALLOC_ASN && synthetic_pick(s, 50) == 0)
            s->givers[g].place[1] = synthetic_pick(s, s->p.n_villages);
}

/*
 * One event of the field: somebody is not found, a giver leaves or gets one more or less, a family comes. Names the
 * entries that changed, or ALLOC_NONE.
 */
static inline void synthetic_event(struct synthetic *s, int32_t *household, int32_t *giver)
{
    int32_t h = synthetic_pick(s, s->p.n_households), g = synthetic_pick(s, s->p.n_givers),
            kind = synthetic_pick(s, 6);
    struct alloc_household *x = &s->households[h];

    *household = *giver = ALLOC_NONE;
    if (kind <= 1) {
        *household = h;
        x->state = (uint8_t)(x->state == ALLOC_OPEN ? ALLOC_ABSENT : ALLOC_OPEN);
        x->planned = ALLOC_NONE;
    } else if (kind == 2) {
        *giver = g;
        s->givers[g].quota = s->givers[g].kind == ALLOC_ASN ? 0 : s->givers[g].quota - 1;
    } else if (kind == 3 && x->state == ALLOC_OPEN && x->planned != ALLOC_NONE) {
        // Somebody else has come: the planned giver's unit is free, the other's is gone.
        *household = h;
        *giver = g;
        x->state = ALLOC_DELIVERED;
        x->planned = g;
        s->givers[g].taken++;
    } else {
        *giver = g;
        s->givers[g].quota += synthetic_pick(s, 2) || s->givers[g].quota == 0 ? 1 : -1;
    }
}

static inline void synthetic_done(struct synthetic *s)
{
    free(s->villages);
    free(s->givers);
    free(s->earmarks);
    free(s->earmark_village);
    free(s->earmark_district);
    free(s->households);
    free(s->household_ids);
    free(s->giver_ids);
}

/* Banyuwangi's size: givers with quota, families of two deciles, villages. */
static inline struct synthetic_size synthetic_banyuwangi(bool surplus)
{
    return (struct synthetic_size){ 217, 10500, 40, 88000, surplus ? 9 : 2, 80000, 20260101 };
}

#endif
