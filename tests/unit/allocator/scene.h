/*
 * Short words for scenes in a small regency (world.h), and what is expected of them.
 */
#ifndef BERBAGI_TEST_ALLOCATOR_SCENE_H
#define BERBAGI_TEST_ALLOCATOR_SCENE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/allocator/world.h"

#define JAN "2026-01"
#define FEB "2026-02"
enum { EDITION = 2026 * 12, DAY = 20480 };

static inline int scene_begin(void **state)
{
    struct world *w = malloc(sizeof(*w));
    world_start(w);
    *state = w;
    return 0;
}
static inline int scene_end(void **state)
{
    world_end(*state);
    free(*state);
    return 0;
}
#define SCENE(f) cmocka_unit_test_setup_teardown(f, scene_begin, scene_end)

static inline struct household scene_family_value(const char *name, int64_t village, int decile, int band)
{
    struct household h = {
        .regency = WORLD_REGENCY, .village = village, .decile_national = (int8_t)decile, .band = (int8_t)band,
        .members = 3, .dtsen = EDITION, .status = HOUSEHOLD_ACTIVE,
    };
    snprintf(h.household, sizeof(h.household), "%s", name);
    snprintf(h.ref, sizeof(h.ref), "SK-%s", name);
    return h;
}
static inline void family(struct world *w, const char *name, int64_t village, int decile, int band)
{
    struct household h = scene_family_value(name, village, decile, band);
    world_household(w, &h);
}
static inline void family_left(struct world *w, const char *name)
{
    struct household h = scene_family_value(name, 0, 1, 2);
    h.status = HOUSEHOLD_LEFT;
    world_household(w, &h);
}
/* A changed number as ingest writes it: the new record, then the former's farewell. */
static inline void family_renamed(struct world *w, const char *name, const char *was, int64_t village, int decile)
{
    struct household h = scene_family_value(name, village, decile, 2);
    snprintf(h.was, sizeof(h.was), "%s", was);
    world_household(w, &h);
}

/* `packages` 1 or 2 by the ladder of scene_plan. */
static inline struct asn scene_giver_value(const char *name, int64_t village, int packages)
{
    struct asn a = {
        .regency = WORLD_REGENCY, .employment = EMPLOYMENT_PNS, .grade = "III/c", .unit = "opd", .version = 1,
        .position = packages == 2 ? POSITION_III_A : POSITION_STAFF, .status = ASN_ACTIVE, .home_village = village,
    };
    snprintf(a.asn, sizeof(a.asn), "%s", name);
    snprintf(a.ref, sizeof(a.ref), "ASN-%s", name);
    return a;
}
static inline void giver(struct world *w, const char *name, int64_t village, int packages)
{
    struct asn a = scene_giver_value(name, village, packages);
    world_asn(w, &a);
}
static inline void giver_left(struct world *w, const char *name)
{
    struct asn a = scene_giver_value(name, 0, 1);
    a.status = ASN_RETIRED;
    world_asn(w, &a);
}
static inline void giver_with_family(struct world *w, const char *name, int64_t village, int packages, const char *own)
{
    struct asn a = scene_giver_value(name, village, packages);
    snprintf(a.household, sizeof(a.household), "%s", own);
    world_asn(w, &a);
}
static inline void giver_renamed(struct world *w, const char *name, const char *was, int64_t village, int packages)
{
    struct asn a = scene_giver_value(name, village, packages);
    snprintf(a.was, sizeof(a.was), "%s", was);
    world_asn(w, &a);
}

static inline struct donation scene_donation_value(const char *name, const char *period, int packages)
{
    struct donation d = {
        .partner = "pt", .partner_name = "PT Uji", .partner_kind = PARTNER_BUMN, .regency = WORLD_REGENCY,
        .packages = packages, .state = DONATION_RECEIVED, .version = 1,
    };
    snprintf(d.donation, sizeof(d.donation), "%s", name);
    snprintf(d.period, sizeof(d.period), "%s", period);
    return d;
}
static inline void donation(struct world *w, const char *name, const char *period, int packages, int64_t earmark)
{
    struct donation d = scene_donation_value(name, period, packages);
    d.earmark.village_count = earmark != 0;
    d.earmark.villages[0] = earmark;
    world_donation(w, &d);
}

/* Deciles 1 and 2, the III_A gives two, everybody else one; lambda 5 km. */
static inline struct period scene_period_value(const char *name, enum period_state state)
{
    struct period p = {
        .regency = WORLD_REGENCY, .programme = PROGRAMME_MONTHLY_PACKAGE, .item = "sembako", .decile_count = 2,
        .deciles = { 1, 2 }, .decile_basis = BASIS_NATIONAL, .distribution_from = DAY, .distribution_to = DAY + 5,
        .report_by = DAY + 7, .lambda_m = 5000, .roster = -1, .seed = "undian", .state = state, .ladder_count = 2,
        .expect = { .any = true, .present = state == PERIOD_PLAN, .households = -1, .givers = -1, .donations = -1 },
    };
    snprintf(p.period, sizeof(p.period), "%s", name);
    p.ladder[0].positions = 1u << POSITION_III_A;
    p.ladder[0].packages = 2;
    p.ladder[1].packages = 1;
    return p;
}
static inline void plan(struct world *w, const char *name)
{
    struct period p = scene_period_value(name, PERIOD_PLAN);
    world_period(w, &p);
}
static inline void close_period(struct world *w, const char *name)
{
    struct period p = scene_period_value(name, PERIOD_CLOSE);
    world_period(w, &p);
}
static inline void void_period(struct world *w, const char *name)
{
    struct period p = scene_period_value(name, PERIOD_VOID);
    world_period(w, &p);
}

/* Who came: an ASN, or a partner's donation as "pt/d1". */
static inline void visit(struct world *w, const char *name, const char *period, const char *household, const char *who,
                         enum outcome_at_door outcome, int day)
{
    struct delivery d = {
        .regency = WORLD_REGENCY, .outcome = outcome, .packages = outcome == OUTCOME_DELIVERED, .on = DAY + day,
        .giver.kind = strchr(who, '/') != NULL ? GIVER_PARTNER : GIVER_ASN,
    };
    snprintf(d.visit, sizeof(d.visit), "%s", name);
    snprintf(d.period, sizeof(d.period), "%s", period);
    snprintf(d.household, sizeof(d.household), "%s", household);
    snprintf(d.giver.id, sizeof(d.giver.id), "%s", who);
    world_delivery(w, &d);
}

/* The latest row of a family; NULL if none was ever published. */
static inline const struct assignment *row_of(const struct world *w, const char *period, const char *household)
{
    for (int i = 0; i < w->n_rows; i++)
        if (strcmp(w->rows[i].period, period) == 0 && strcmp(w->rows[i].household, household) == 0)
            return &w->rows[i];
    return NULL;
}

/* who: "" = nobody. */
static inline void expect_row_at(const struct world *w, const char *period, const char *household,
                                 enum row_state state, enum row_reason reason, const char *who, const char *file,
                                 int line)
{
    const struct assignment *row = row_of(w, period, household);
    if (row == NULL)
        print_error("%s:%d: %s has no row in %s\n", file, line, household, period);
    else if (row->state != state || row->reason != reason || strcmp(row->giver.id, who) != 0)
        print_error("%s:%d: %s in %s: %s %s by %s\n", file, line, household, period,
                    wire_word(&wire_row_states, row->state), wire_word(&wire_row_reasons, row->reason), row->giver.id);
    _assert_true(row != NULL && row->state == state && row->reason == reason && strcmp(row->giver.id, who) == 0,
                 "row as expected", file, line);
}
#define expect_row(w, period, household, state, reason, who)                                                          \
    expect_row_at(w, period, household, state, reason, who, __FILE__, __LINE__)

/* What the last event published: so many rows, and this plan event (TRIGGER_NONE: none). */
static inline void expect_event_at(struct world *w, int rows, enum plan_trigger trigger, const char *file, int line)
{
    enum plan_trigger got = w->n_event_plans == 0 ? TRIGGER_NONE : w->event_plans[0]->trigger;
    if (w->n_event_rows != rows || got != trigger)
        print_error("%s:%d: %d rows, plan event %d\n", file, line, w->n_event_rows, got);
    _assert_true(w->n_event_rows == rows && got == trigger, "event as expected", file, line);
    world_check(w);
}
#define expect_event(w, rows, trigger) expect_event_at(w, rows, trigger, __FILE__, __LINE__)

static inline const struct plan *last_plan(const struct world *w)
{
    assert_true(w->n_plans > 0);
    return w->plans[w->n_plans - 1];
}

#define PLANNED ROW_PLANNED
#define DELIVERED ROW_DELIVERED
#define UNSERVED ROW_UNSERVED
#define CANCELLED ROW_CANCELLED

#endif
