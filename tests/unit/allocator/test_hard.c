/*
 * Hard cases, each with its documented answer (services/allocator/README.md, "Hard cases").
 */
#include "tests/unit/allocator/scene.h"

static void no_givers(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    plan(w, JAN);
    expect_row(w, JAN, "a", UNSERVED, REASON_NO_ELIGIBLE_GIVER, "");
    expect_event(w, 1, TRIGGER_CUT);
    assert_int_equal(last_plan(w)->distance_p50_m, -1);
    assert_true(last_plan(w)->unique);
}

static void no_families(void **state)
{
    struct world *w = *state;
    giver(w, "x", V1, 2);
    plan(w, JAN);
    expect_event(w, 0, TRIGGER_CUT);
    assert_int_equal(last_plan(w)->surplus.asn, 2);
    assert_int_equal(last_plan(w)->idle_givers, 1);
    assert_int_equal(last_plan(w)->coverage_count, 0);
    family(w, "a", V1, 1, 0);
    expect_row(w, JAN, "a", PLANNED, REASON_REPAIR, "x");
    expect_event(w, 1, TRIGGER_REPAIR);
}

static void nothing_at_all(void **state)
{
    struct world *w = *state;
    plan(w, JAN);
    expect_event(w, 0, TRIGGER_CUT);
    void_period(w, JAN);
    expect_event(w, 0, TRIGGER_VOID);
    plan(w, JAN);
    close_period(w, JAN);
    expect_event(w, 0, TRIGGER_CLOSE);
}

static void zero_quota(void **state)
{
    struct world *w = *state;
    struct period p = scene_period_value(JAN, PERIOD_PLAN);
    p.ladder_count = 1;
    p.ladder[0] = (struct ladder_step){ .packages = 0 };
    family(w, "a", V1, 1, 0);
    giver(w, "x", V1, 1);
    world_period(w, &p);
    expect_row(w, JAN, "a", UNSERVED, REASON_NO_ELIGIBLE_GIVER, "");
    assert_int_equal(last_plan(w)->supply.asn_givers, 0);
    expect_event(w, 1, TRIGGER_CUT);
}

static void all_supply_earmarked_to_an_empty_district(void **state)
{
    struct world *w = *state;
    struct donation d = scene_donation_value("d1", JAN, 5);
    d.earmark.district_count = 1;
    d.earmark.districts[0] = 947102;
    family(w, "a", V1, 1, 0);
    world_donation(w, &d);
    plan(w, JAN);
    expect_row(w, JAN, "a", UNSERVED, REASON_NO_ELIGIBLE_GIVER, "");
    assert_int_equal(last_plan(w)->surplus.stranded, 5);
    assert_int_equal(last_plan(w)->surplus.partner, 0);
    expect_event(w, 1, TRIGGER_CUT);
}

static void supply_exactly_equal_to_demand(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    family(w, "b", V2, 1, 0);
    family(w, "c", V4, 2, 2);
    giver(w, "x", V1, 2);
    donation(w, "d1", JAN, 1, V4);
    plan(w, JAN);
    expect_row(w, JAN, "c", PLANNED, REASON_EARMARK, "pt/d1");
    assert_int_equal(last_plan(w)->unserved, 0);
    assert_int_equal(last_plan(w)->surplus.asn + last_plan(w)->surplus.partner + last_plan(w)->surplus.stranded, 0);
    expect_event(w, 3, TRIGGER_CUT);
}

static void the_own_family_is_the_only_poor_one(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    giver_with_family(w, "x", V1, 1, "a");
    plan(w, JAN);
    expect_row(w, JAN, "a", UNSERVED, REASON_NO_ELIGIBLE_GIVER, "");
    assert_int_equal(last_plan(w)->surplus.asn, 1);
    expect_event(w, 1, TRIGGER_CUT);
    giver(w, "y", V4, 1);
    expect_row(w, JAN, "a", PLANNED, REASON_REPAIR, "y");
    expect_event(w, 1, TRIGGER_REPAIR);
}

static void the_own_family_under_its_new_number(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    giver_with_family(w, "x", V1, 1, "a");
    giver(w, "y", V4, 1);
    plan(w, JAN);
    expect_row(w, JAN, "a", PLANNED, REASON_FIRST_UNIT, "y");
    family_renamed(w, "new", "a", V1, 1);
    giver_left(w, "y");
    expect_row(w, JAN, "new", UNSERVED, REASON_NO_ELIGIBLE_GIVER, ""); // x still names the old number
    expect_event(w, 1, TRIGGER_REPAIR);
}

static void a_giver_without_any_known_place(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    giver(w, "x", 3510012001, 1); // outside this table
    plan(w, JAN);
    expect_row(w, JAN, "a", PLANNED, REASON_FIRST_UNIT, "x");
    assert_int_equal(row_of(w, JAN, "a")->distance_m, 50000);
    donation(w, "d1", JAN, 1, 0); // a partner without a base is near everybody
    family(w, "b", V4, 1, 0);
    expect_row(w, JAN, "b", PLANNED, REASON_REPAIR, "pt/d1");
    assert_int_equal(row_of(w, JAN, "b")->distance_m, 0);
    world_check(w);
}

static void a_family_whose_village_is_not_in_the_table(void **state)
{
    struct world *w = *state;
    family(w, "a", V_UNKNOWN, 1, 0);
    giver(w, "x", V1, 1);
    plan(w, JAN);
    expect_row(w, JAN, "a", PLANNED, REASON_FIRST_UNIT, "x"); // served all the same
    assert_int_equal(row_of(w, JAN, "a")->distance_m, 6378000);
    expect_event(w, 1, TRIGGER_CUT);
}

static void a_million_packages(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    for (int i = 0; i < 40; i++) {
        char name[16];
        snprintf(name, sizeof(name), "d%d", i);
        donation(w, name, JAN, 1000000, i % 2 == 0 ? V1 : 0);
    }
    plan(w, JAN);
    const struct plan_surplus *s = &last_plan(w)->surplus;
    assert_int_equal(last_plan(w)->supply.partner_packages, 40000000);
    assert_int_equal(s->partner + s->stranded, 39999999);
    expect_event(w, 1, TRIGGER_CUT);
}

static void plan_twice_in_a_row(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    giver(w, "x", V1, 1);
    plan(w, JAN);
    expect_event(w, 1, TRIGGER_CUT);
    plan(w, JAN);
    expect_event(w, 0, TRIGGER_SCHEDULE);
    assert_int_equal(last_plan(w)->revision, 2);
}

static void voided_again_and_again(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    giver(w, "x", V1, 1);
    for (int i = 0; i < 5; i++) {
        plan(w, JAN);
        expect_row(w, JAN, "a", PLANNED, REASON_FIRST_UNIT, "x");
        expect_event(w, 1, TRIGGER_CUT);
        void_period(w, JAN);
        expect_event(w, 1, TRIGGER_VOID);
    }
    assert_int_equal(last_plan(w)->revision, 10);
}

static void a_split_family_has_one_successor(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    giver(w, "x", V1, 2);
    plan(w, JAN);
    family_renamed(w, "n2", "a", V1, 1);
    expect_row(w, JAN, "n2", PLANNED, REASON_FIRST_UNIT, "x");
    family_renamed(w, "n1", "a", V1, 1); // a second family names the same former number
    expect_row(w, JAN, "n2", PLANNED, REASON_FIRST_UNIT, "x");
    expect_row(w, JAN, "n1", PLANNED, REASON_REPAIR, "x");
    expect_event(w, 1, TRIGGER_REPAIR);
}

/* The smallest token who names a former number is its successor; its row may still go to another who names it. */
static void a_row_that_goes_to_a_rival_leaves_the_successor_s_visit_behind(void **state)
{
    struct world *w = *state;
    giver(w, "x", V1, 1);
    family(w, "a", V1, 5, 0); // no target yet
    family_renamed(w, "n2", "a", V1, 5);
    family_renamed(w, "n1", "a", V1, 5); // the successor
    plan(w, JAN);
    visit(w, "v1", JAN, "n1", "x", OUTCOME_DELIVERED, 0);
    plan(w, JAN);
    assert_int_equal(last_plan(w)->unmatched, 1);
    family(w, "a", V1, 1, 0); // takes the visit of its successor
    expect_row(w, JAN, "a", DELIVERED, REASON_OFF_PLAN, "x");
    expect_event(w, 1, TRIGGER_REPAIR);
    assert_int_equal(last_plan(w)->unmatched, 0);
    family_renamed(w, "n2", "a", V1, 5); // names the number as before, now that it has a row
    expect_row(w, JAN, "n2", DELIVERED, REASON_OFF_PLAN, "x");
    expect_row(w, JAN, "a", CANCELLED, REASON_RENAMED, "x");
    expect_event(w, 2, TRIGGER_REPAIR);
    assert_int_equal(last_plan(w)->unmatched, 1);
}

static void a_number_that_goes_there_and_back(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    giver(w, "x", V1, 1);
    plan(w, JAN);
    family_renamed(w, "b", "a", V1, 1);
    family_left(w, "a");
    family_renamed(w, "a", "b", V1, 1);
    expect_row(w, JAN, "a", PLANNED, REASON_FIRST_UNIT, "x");
    expect_row(w, JAN, "b", CANCELLED, REASON_RENAMED, "x");
    expect_event(w, 2, TRIGGER_REPAIR);
    family_left(w, "b");
    expect_event(w, 0, TRIGGER_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(no_givers),
        SCENE(no_families),
        SCENE(nothing_at_all),
        SCENE(zero_quota),
        SCENE(all_supply_earmarked_to_an_empty_district),
        SCENE(supply_exactly_equal_to_demand),
        SCENE(the_own_family_is_the_only_poor_one),
        SCENE(the_own_family_under_its_new_number),
        SCENE(a_giver_without_any_known_place),
        SCENE(a_family_whose_village_is_not_in_the_table),
        SCENE(a_million_packages),
        SCENE(plan_twice_in_a_row),
        SCENE(voided_again_and_again),
        SCENE(a_split_family_has_one_successor),
        SCENE(a_row_that_goes_to_a_rival_leaves_the_successor_s_visit_behind),
        SCENE(a_number_that_goes_there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
