/*
 * Commands: plan, plan again, void, close; what a cut freezes and what its plan event says (contract, section 3).
 */
#include "tests/unit/allocator/scene.h"

static void the_cut_freezes_its_rule(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    giver(w, "x", V1, 1);
    plan(w, JAN);
    const struct plan *cut = last_plan(w);
    assert_true(cut->has_rule);
    assert_int_equal(cut->rule.version, 1);
    assert_string_equal(cut->rule.places, region_places(w->regions));
    struct period other = scene_period_value(JAN, PERIOD_PLAN);
    other.deciles[0] = 9;
    other.decile_count = 1;
    other.ladder_count = 1;
    other.ladder[0].positions = 0;
    other.ladder[0].packages = 0;
    other.distribution_from = DAY + 1;
    other.distribution_to = DAY + 2;
    other.report_by = DAY + 3;
    world_period(w, &other);
    expect_event(w, 0, TRIGGER_SCHEDULE);
    const struct plan *schedule = last_plan(w);
    assert_int_equal(schedule->distribution_from, DAY + 1);
    assert_int_equal(schedule->report_by, DAY + 3);
    assert_string_equal(schedule->digest, cut->digest);
    assert_false(schedule->has_rule);
    assert_int_equal(schedule->supply.asn_packages, 1); // by the frozen ladder
    giver_left(w, "x");
    assert_int_equal(last_plan(w)->distribution_to, DAY + 2);
    world_check(w);
}

static void fewer_than_expected_is_refused_with_the_counts(void **state)
{
    struct world *w = *state;
    struct period p = scene_period_value(JAN, PERIOD_PLAN);
    family(w, "a", V1, 1, 0);
    giver(w, "x", V1, 1);
    donation(w, "d1", JAN, 3, 0);
    p.expect = (struct expect){ .present = true, .households = 2, .givers = 1, .donations = 1 };
    world_period(w, &p);
    expect_event(w, 0, TRIGGER_REFUSED);
    const struct plan *refused = last_plan(w);
    assert_true(refused->has_expect);
    assert_int_equal(refused->expected_households, 2);
    assert_int_equal(refused->known_households, 1);
    assert_int_equal(refused->known_givers, 1);
    assert_int_equal(refused->known_donations, 1);
    assert_false(refused->has_figures);
    assert_int_equal(refused->revision, 1);
    assert_string_equal(refused->digest, "");
    assert_int_equal(refused->distribution_from, DAY);
    p.expect.households = 1;
    world_period(w, &p);
    expect_event(w, 1, TRIGGER_CUT);
    assert_int_equal(last_plan(w)->revision, 2);
    p.expect.donations = 2; // of a later plan only the dates are taken
    world_period(w, &p);
    expect_event(w, 0, TRIGGER_SCHEDULE);
}

static void edition_and_roster_leave_out_who_is_not_in_the_newest_file(void **state)
{
    struct world *w = *state;
    struct household old = scene_family_value("old", V1, 1, 0);
    struct asn gone = scene_giver_value("gone", V1, 1), part_time = scene_giver_value("part", V1, 1);
    struct period p = scene_period_value(JAN, PERIOD_PLAN);
    old.dtsen--;
    world_household(w, &old);
    family(w, "a", V1, 1, 0);
    struct household unknown = scene_family_value("u", V1, 0, 0); // no decile in the basis
    world_household(w, &unknown);
    gone.version = 0;
    world_asn(w, &gone);
    part_time.employment = EMPLOYMENT_PPPK_PART_TIME;
    world_asn(w, &part_time);
    giver(w, "x", V1, 1);
    p.edition = EDITION;
    p.roster = 1;
    world_period(w, &p);
    expect_event(w, 1, TRIGGER_CUT);
    assert_null(row_of(w, JAN, "old"));
    assert_int_equal(last_plan(w)->demand_stale, 1);
    assert_int_equal(last_plan(w)->demand_unknown, 1);
    assert_int_equal(last_plan(w)->supply.stale, 1);
    assert_int_equal(last_plan(w)->supply.part_time_excluded, 1);
    assert_int_equal(last_plan(w)->supply.asn_givers, 1);
    world_household(w, &old); // again, still of the old edition
    expect_event(w, 0, TRIGGER_NONE);
    old.dtsen++;
    world_household(w, &old);
    expect_row(w, JAN, "old", UNSERVED, REASON_SUPPLY_EXHAUSTED, "");
    expect_event(w, 1, TRIGGER_REPAIR);
}

static void doors_before_the_cut_count_as_after_it(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    family(w, "b", V1, 1, 0);
    family(w, "c", V2, 1, 0);
    giver(w, "x", V2, 1);
    visit(w, "v1", JAN, "a", "x", OUTCOME_DELIVERED, 0);
    visit(w, "v2", JAN, "b", "x", OUTCOME_MOVED, 0);
    expect_event(w, 0, TRIGGER_NONE);
    plan(w, JAN);
    expect_row(w, JAN, "a", DELIVERED, REASON_OFF_PLAN, "x");
    assert_int_equal(row_of(w, JAN, "a")->distance_m, 1000);
    expect_row(w, JAN, "b", CANCELLED, REASON_MOVED, "");
    expect_row(w, JAN, "c", UNSERVED, REASON_SUPPLY_EXHAUSTED, ""); // x has quota, but has given
    expect_event(w, 3, TRIGGER_CUT);
    assert_int_equal(last_plan(w)->idle_givers, 0);
    assert_int_equal(last_plan(w)->coverage[0].households, 2); // not the cancelled one
    assert_int_equal(last_plan(w)->coverage[0].served, 1);
    assert_int_equal(last_plan(w)->distance_p50_m, 1000);
}

static void void_cancels_every_row_and_the_next_plan_cuts_again(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    family(w, "b", V1, 1, 2);
    family(w, "c", V1, 1, 2);
    giver(w, "x", V1, 1);
    plan(w, JAN);
    visit(w, "v1", JAN, "b", "x", OUTCOME_MOVED, 0);
    void_period(w, JAN);
    expect_row(w, JAN, "a", CANCELLED, REASON_VOID, "x");
    expect_row(w, JAN, "b", CANCELLED, REASON_MOVED, ""); // was cancelled already
    expect_row(w, JAN, "c", CANCELLED, REASON_VOID, "");
    expect_event(w, 2, TRIGGER_VOID);
    assert_int_equal(last_plan(w)->surplus.asn, 1);
    visit(w, "v1", JAN, "b", "x", OUTCOME_VOID, 0); // no plan stands: nothing to change
    void_period(w, JAN);
    close_period(w, JAN);
    expect_event(w, 0, TRIGGER_NONE);
    family_left(w, "c");
    plan(w, JAN);
    expect_row(w, JAN, "a", PLANNED, REASON_FIRST_UNIT, "x"); // the voided month is no bond
    expect_row(w, JAN, "b", UNSERVED, REASON_SUPPLY_EXHAUSTED, "");
    assert_int_equal(row_of(w, JAN, "b")->class.waiting, 0); // nor a wait
    expect_event(w, 2, TRIGGER_CUT);
    family(w, "c", V1, 1, 2); // its voided row is no row
    expect_row(w, JAN, "c", UNSERVED, REASON_SUPPLY_EXHAUSTED, "");
    expect_event(w, 1, TRIGGER_REPAIR);
}

static void void_after_a_delivery_is_ignored(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    giver(w, "x", V1, 1);
    plan(w, JAN);
    visit(w, "v1", JAN, "a", "x", OUTCOME_DELIVERED, 0);
    void_period(w, JAN);
    expect_event(w, 0, TRIGGER_NONE);
    assert_int_equal(allocator_counts(w->live)->commands_ignored, 1);
    visit(w, "v1", JAN, "a", "x", OUTCOME_NOT_HOME, 0);
    void_period(w, JAN);
    expect_event(w, 1, TRIGGER_VOID);
}

static void voiding_an_earlier_cut_ends_its_bonds(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    giver(w, "x", V1, 1);
    plan(w, JAN);
    plan(w, FEB);
    expect_row(w, FEB, "a", PLANNED, REASON_KEPT, "x");
    assert_int_equal(last_plan(w)->kept, 1);
    void_period(w, JAN);
    expect_event(w, 1, TRIGGER_VOID); // February's row stays as it is
    close_period(w, FEB);
    assert_int_equal(last_plan(w)->kept, 0);
    assert_int_equal(last_plan(w)->keepable, 0);
}

static void after_close_only_deliveries_change_rows(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    family(w, "b", V4, 1, 2);
    family(w, "c", V4, 2, 2);
    giver(w, "x", V1, 1);
    giver(w, "y", V4, 1);
    plan(w, JAN);
    close_period(w, JAN);
    expect_event(w, 0, TRIGGER_CLOSE);
    const struct plan *closed = last_plan(w);
    assert_true(closed->has_cut_figures && closed->feasible && closed->optimal && closed->unique);
    visit(w, "v1", JAN, "a", "y", OUTCOME_DELIVERED, 0); // off plan: but nothing is planned anew
    expect_row(w, JAN, "a", DELIVERED, REASON_OFF_PLAN, "y");
    expect_event(w, 1, TRIGGER_NONE);
    assert_int_equal(row_of(w, JAN, "a")->revision, closed->revision);
    visit(w, "v2", JAN, "b", "y", OUTCOME_MOVED, 0);
    expect_row(w, JAN, "b", CANCELLED, REASON_MOVED, "y");
    expect_event(w, 1, TRIGGER_NONE);
    visit(w, "v2", JAN, "b", "y", OUTCOME_VOID, 0); // y's only unit is given to a
    expect_row(w, JAN, "b", UNSERVED, REASON_SUPPLY_EXHAUSTED, "");
    expect_event(w, 1, TRIGGER_NONE);
    family_left(w, "c");
    giver_left(w, "x");
    family(w, "d", V1, 1, 0);
    plan(w, JAN);
    close_period(w, JAN);
    void_period(w, JAN);
    expect_event(w, 0, TRIGGER_NONE);
    assert_int_equal(allocator_counts(w->live)->commands_ignored, 3);
}

static void two_programmes_ask_separately(void **state)
{
    struct world *w = *state;
    struct period dish = scene_period_value("2026-w05", PERIOD_PLAN);
    dish.programme = PROGRAMME_WEEKLY_DISH;
    dish.ladder_count = 1;
    dish.ladder[0] = (struct ladder_step){ .packages = 2 };
    family(w, "a", V1, 1, 0);
    family(w, "b", V1, 1, 1);
    giver(w, "x", V1, 1);
    plan(w, JAN);
    world_period(w, &dish);
    expect_row(w, JAN, "b", UNSERVED, REASON_SUPPLY_EXHAUSTED, "");
    expect_row(w, "2026-w05", "a", PLANNED, REASON_NEAREST, "x"); // not kept: the other programme's bond
    expect_row(w, "2026-w05", "b", PLANNED, REASON_NEAREST, "x");
    assert_int_equal(row_of(w, "2026-w05", "b")->class.waiting, 0);
    visit(w, "v1", JAN, "b", "x", OUTCOME_DELIVERED, 0); // concerns one of them
    expect_event(w, 2, TRIGGER_REPAIR);
    assert_int_equal(w->n_event_plans, 1);
}

static void figures_of_a_cut(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    family(w, "b", V2, 2, 1);
    family(w, "c", V3, 2, 2);
    giver(w, "x", V1, 2);
    giver_with_family(w, "y", V4, 1, "c");
    donation(w, "d1", JAN, 2, V4); // nobody lives there
    donation(w, "d2", JAN, 1, 0);
    donation(w, "late", FEB, 9, 0);
    plan(w, JAN);
    const struct plan *p = last_plan(w);
    assert_int_equal(p->supply.asn_givers, 2);
    assert_int_equal(p->supply.asn_packages, 3);
    assert_int_equal(p->supply.partner_packages, 3);
    assert_int_equal(p->surplus.stranded, 2);
    assert_int_equal(p->surplus.asn + p->surplus.partner, 1);
    assert_int_equal(p->idle_givers, 0); // y serves b, or a: never c
    assert_string_not_equal(row_of(w, JAN, "c")->giver.id, "y");
    assert_int_equal(p->demand_count, 2);
    assert_int_equal(p->demand[1].households, 2);
    assert_int_equal(p->demand[1].served, 2);
    assert_int_equal(p->coverage_count, 3);
    assert_int_equal(p->coverage[1].class.decile, 2);
    assert_int_equal(p->coverage[1].class.band, 1);
    assert_int_equal(p->fairness[0].gini_permille, -1); // no village with twenty families
    assert_int_equal(p->changed, 3);
    world_check(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(the_cut_freezes_its_rule),
        SCENE(fewer_than_expected_is_refused_with_the_counts),
        SCENE(edition_and_roster_leave_out_who_is_not_in_the_newest_file),
        SCENE(doors_before_the_cut_count_as_after_it),
        SCENE(void_cancels_every_row_and_the_next_plan_cuts_again),
        SCENE(void_after_a_delivery_is_ignored),
        SCENE(voiding_an_earlier_cut_ends_its_bonds),
        SCENE(after_close_only_deliveries_change_rows),
        SCENE(two_programmes_ask_separately),
        SCENE(figures_of_a_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
