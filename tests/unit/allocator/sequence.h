/*
 * Random histories of a small regency, read from bytes: one event a step. Shared by the sequence test (bytes from a
 * generator) and the fuzz target (bytes from libFuzzer).
 */
#ifndef BERBAGI_TEST_ALLOCATOR_SEQUENCE_H
#define BERBAGI_TEST_ALLOCATOR_SEQUENCE_H

#include "tests/unit/allocator/world.h"

struct bytes {
    const uint8_t *p;
    size_t n;
};

static inline unsigned pick(struct bytes *b, unsigned below)
{
    if (b->n == 0)
        return 0;
    b->n--;
    return *b->p++ % below;
}

static inline int64_t pick_village(struct bytes *b)
{
    static const int64_t VILLAGES[] = { V1, V2, V3, V4, V1, V2, V3, V_UNKNOWN };
    return VILLAGES[pick(b, 8)];
}

/* Fake tokens: not of the form that ingest writes, which the core does not look at. */
static inline void household_name(char *out, unsigned i)
{
    snprintf(out, TOKEN_SIZE, "k1.family%u", i);
}
static inline void asn_name(char *out, unsigned i)
{
    snprintf(out, TOKEN_SIZE, "k1.giver%u", i);
}
static inline void period_short_name(char *out, unsigned i)
{
    static const char *const NAMES[] = { "2026-01", "2026-02", "2026-w01", "2026-03", "2026-w02" };
    snprintf(out, REF_SIZE, "%s", NAMES[i % 5]);
}

static inline void step_household(struct world *w, struct bytes *b)
{
    struct household h = { .regency = WORLD_REGENCY, .members = 3, .dtsen = 24312, .status = HOUSEHOLD_ACTIVE };
    unsigned i = pick(b, 12), what = pick(b, 16);
    household_name(h.household, i);
    snprintf(h.ref, sizeof(h.ref), "ref%u-%u", i, pick(b, 2));
    if (what == 15) {
        world_tombstone_household(w, h.household);
        return;
    }
    h.village = pick_village(b);
    h.decile_national = (int8_t)(1 + pick(b, 3));
    h.decile_regency = (int8_t)(pick(b, 3));
    h.band = (int8_t)pick(b, 3);
    h.dtsen += (int32_t)pick(b, 2);
    if (what >= 12) {
        h.status = HOUSEHOLD_LEFT;
        h.village = what == 13 ? h.village : 0;
    }
    if (what >= 9 && what < 12)
        household_name(h.was, pick(b, 12));
    world_household(w, &h);
}

static inline void step_asn(struct world *w, struct bytes *b)
{
    struct asn a = {
        .regency = WORLD_REGENCY, .employment = EMPLOYMENT_PNS, .position = POSITION_STAFF, .status = ASN_ACTIVE,
        .grade = "III/c", .unit = "opd",
    };
    unsigned i = pick(b, 6), what = pick(b, 16);
    asn_name(a.asn, i);
    snprintf(a.ref, sizeof(a.ref), "asn%u-%u", i, pick(b, 2));
    if (what == 15) {
        world_tombstone_asn(w, a.asn);
        return;
    }
    a.version = 1 + pick(b, 3);
    a.position = pick(b, 4) == 0 ? POSITION_III_A : POSITION_STAFF;
    a.home_village = pick(b, 4) == 0 ? 0 : pick_village(b);
    a.work_village = pick(b, 3) == 0 ? 0 : pick_village(b);
    if (what == 14)
        a.status = ASN_RETIRED;
    if (what == 13)
        a.employment = EMPLOYMENT_PPPK_PART_TIME;
    if (what == 12)
        asn_name(a.was, pick(b, 6));
    if (what < 5)
        household_name(a.household, pick(b, 12));
    world_asn(w, &a);
}

static inline void step_donation(struct world *w, struct bytes *b)
{
    struct donation d = {
        .partner = "pt", .partner_name = "PT Uji", .partner_kind = PARTNER_BUMN, .regency = WORLD_REGENCY,
        .state = DONATION_RECEIVED, .version = 1,
    };
    unsigned what = pick(b, 8);
    snprintf(d.donation, sizeof(d.donation), "d%u", pick(b, 3));
    period_short_name(d.period, pick(b, 3));
    d.packages = (int32_t)pick(b, 5);
    if (what == 7)
        d.state = DONATION_WITHDRAWN;
    if (what == 1 || what == 2) {
        d.earmark.village_count = 1;
        d.earmark.villages[0] = pick_village(b);
    }
    if (what == 3) {
        d.earmark.district_count = 1;
        d.earmark.districts[0] = 947101 + (int32_t)pick(b, 2);
    }
    if (what == 2 || what == 4) {
        d.earmark.decile_count = 1;
        d.earmark.deciles[0] = (int8_t)(1 + pick(b, 2));
    }
    d.base_village = pick(b, 2) == 0 ? 0 : pick_village(b);
    world_donation(w, &d);
}

static inline void step_delivery(struct world *w, struct bytes *b)
{
    static const enum outcome_at_door OUTCOMES[] = {
        OUTCOME_DELIVERED, OUTCOME_DELIVERED, OUTCOME_DELIVERED, OUTCOME_DELIVERED, OUTCOME_NOT_HOME, OUTCOME_MOVED,
        OUTCOME_DECEASED, OUTCOME_VOID, OUTCOME_REFUSED, OUTCOME_NOT_FOUND,
    };
    struct delivery d = { .regency = WORLD_REGENCY, .giver.kind = GIVER_ASN };
    unsigned visit = pick(b, 20), giver = pick(b, 12);
    snprintf(d.visit, sizeof(d.visit), "visit%u", visit);
    if (pick(b, 24) == 0) {
        world_tombstone_delivery(w, d.visit);
        return;
    }
    period_short_name(d.period, visit % 3); // a visit keeps its period
    household_name(d.household, pick(b, 12));
    d.outcome = OUTCOMES[pick(b, 10)];
    d.packages = d.outcome == OUTCOME_DELIVERED;
    d.on = 20480 + (int32_t)pick(b, 3);
    asn_name(d.giver.id, giver % 7);
    if (giver == 11) {
        d.giver.kind = GIVER_PARTNER;
        snprintf(d.giver.id, sizeof(d.giver.id), "pt/d%u", pick(b, 4));
    }
    // half of them by who is to come
    for (int i = 0; giver < 6 && i < w->n_rows; i++)
        if (strcmp(w->rows[i].period, d.period) == 0 && strcmp(w->rows[i].household, d.household) == 0 &&
            w->rows[i].giver.kind != GIVER_NONE)
            d.giver = w->rows[i].giver;
    world_delivery(w, &d);
}

static inline void step_period(struct world *w, struct bytes *b)
{
    struct period p = {
        .regency = WORLD_REGENCY, .item = "sembako", .decile_count = 2, .deciles = { 1, 2 },
        .decile_basis = BASIS_NATIONAL, .distribution_from = 20480, .distribution_to = 20485, .report_by = 20490,
        .lambda_m = 500, .roster = -1, .state = PERIOD_PLAN, .ladder_count = 2,
        .expect = { .present = true, .any = true, .households = -1, .givers = -1, .donations = -1 },
    };
    unsigned name = pick(b, 5), what = pick(b, 16);
    period_short_name(p.period, name);
    p.programme = name == 2 || name == 4 ? PROGRAMME_WEEKLY_DISH : PROGRAMME_MONTHLY_PACKAGE;
    snprintf(p.seed, sizeof(p.seed), "seed%u", pick(b, 2));
    p.ladder[0].positions = 1u << POSITION_III_A;
    p.ladder[0].packages = (int32_t)pick(b, 4);
    p.ladder[1].packages = (int32_t)pick(b, 3);
    p.distribution_from += (int32_t)pick(b, 2);
    p.lambda_m = (int32_t[]){ 500, 5000, -1, 0 }[pick(b, 4)];
    if (what == 0)
        p.state = PERIOD_CLOSE;
    if (what == 1 || what == 2)
        p.state = PERIOD_VOID;
    if (what == 3)
        p.roster = 2;
    if (what == 4)
        p.edition = 24313;
    if (what == 5) {
        p.deciles[0] = 2;
        p.deciles[1] = 1;
    }
    if (what == 6)
        p.decile_basis = BASIS_REGENCY;
    if (what == 7)
        p.expect = (struct expect){ .present = true, .households = 5, .givers = 2, .donations = 0 };
    if (p.state != PERIOD_PLAN)
        p.expect = (struct expect){ .households = -1, .givers = -1, .donations = -1 };
    world_period(w, &p);
}

/* One event. False when the bytes are at an end. */
static inline bool step(struct world *w, struct bytes *b)
{
    if (b->n == 0 || w->n_plans + 8 > WORLD_PLANS || w->n_rows + 32 > WORLD_ROWS)
        return false;
    unsigned what = pick(b, 16);
    if (what < 5)
        step_household(w, b);
    else if (what < 8)
        step_asn(w, b);
    else if (what < 9)
        step_donation(w, b);
    else if (what < 14)
        step_delivery(w, b);
    else
        step_period(w, b);
    return true;
}

#endif
