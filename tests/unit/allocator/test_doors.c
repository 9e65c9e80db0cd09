/*
 * What happens at the doors (contract, section 3, "Doors and repairs"): a test for each sentence.
 */
#include "tests/unit/allocator/scene.h"

/* One family with a giver in its village each. */
static void two_pairs(struct world *w)
{
    family(w, "a", V1, 1, 2);
    family(w, "b", V4, 1, 2);
    giver(w, "x", V1, 1);
    giver(w, "y", V4, 1);
    plan(w, JAN);
    expect_row(w, JAN, "a", PLANNED, REASON_FIRST_UNIT, "x");
    expect_row(w, JAN, "b", PLANNED, REASON_FIRST_UNIT, "y");
}

static void delivered_by_the_planned_giver_is_quiet(void **state)
{
    struct world *w = *state;
    two_pairs(w);
    visit(w, "v1", JAN, "a", "x", OUTCOME_DELIVERED, 0);
    expect_row(w, JAN, "a", DELIVERED, REASON_FIRST_UNIT, "x");
    expect_event(w, 1, TRIGGER_NONE);
    assert_int_equal(row_of(w, JAN, "a")->revision, 1);
}

static void the_first_delivery_by_day_and_visit_counts(void **state)
{
    struct world *w = *state;
    two_pairs(w);
    visit(w, "v2", JAN, "a", "x", OUTCOME_DELIVERED, 3);
    visit(w, "v3", JAN, "a", "y", OUTCOME_DELIVERED, 3); // later by visit: a further delivery
    expect_event(w, 0, TRIGGER_NONE);
    expect_row(w, JAN, "a", DELIVERED, REASON_FIRST_UNIT, "x");
    expect_row(w, JAN, "b", PLANNED, REASON_FIRST_UNIT, "y"); // counts against nobody
    visit(w, "v1", JAN, "a", "y", OUTCOME_DELIVERED, 2); // reported late, but came first
    expect_row(w, JAN, "a", DELIVERED, REASON_OFF_PLAN, "y");
    expect_row(w, JAN, "b", PLANNED, REASON_REPAIR, "x"); // y's only unit is given
    expect_event(w, 2, TRIGGER_REPAIR);
}

static void the_latest_cancelling_outcome_counts_whoever_reports(void **state)
{
    struct world *w = *state;
    two_pairs(w);
    visit(w, "v2", JAN, "a", "x", OUTCOME_MOVED, 2);
    expect_row(w, JAN, "a", CANCELLED, REASON_MOVED, "x"); // keeps who was told
    expect_event(w, 1, TRIGGER_REPAIR);
    visit(w, "v1", JAN, "a", "y", OUTCOME_DECEASED, 2); // the same day, an earlier visit
    expect_event(w, 0, TRIGGER_NONE);
    visit(w, "v3", JAN, "a", "y", OUTCOME_NOT_FOUND, 2);
    expect_row(w, JAN, "a", CANCELLED, REASON_NOT_FOUND, "x");
    expect_event(w, 1, TRIGGER_REPAIR);
}

static void not_home_and_void_leave_it_as_planned(void **state)
{
    struct world *w = *state;
    two_pairs(w);
    visit(w, "v1", JAN, "a", "x", OUTCOME_NOT_HOME, 0);
    expect_event(w, 0, TRIGGER_NONE);
    visit(w, "v2", JAN, "a", "x", OUTCOME_VOID, 0);
    expect_event(w, 0, TRIGGER_NONE);
}

static void a_delivery_outweighs_a_cancellation(void **state)
{
    struct world *w = *state;
    two_pairs(w);
    visit(w, "v1", JAN, "a", "x", OUTCOME_DELIVERED, 0);
    visit(w, "v2", JAN, "a", "y", OUTCOME_MOVED, 5);
    expect_event(w, 0, TRIGGER_NONE);
    visit(w, "v3", JAN, "b", "y", OUTCOME_REFUSED, 0);
    expect_row(w, JAN, "b", CANCELLED, REASON_REFUSED, "y");
    visit(w, "v4", JAN, "b", "y", OUTCOME_DELIVERED, 1); // delivered after a cancellation
    expect_row(w, JAN, "b", DELIVERED, REASON_OFF_PLAN, "y");
    expect_event(w, 1, TRIGGER_REPAIR);
}

static void a_delivery_taken_back_is_planned_again(void **state)
{
    struct world *w = *state;
    two_pairs(w);
    visit(w, "v1", JAN, "a", "x", OUTCOME_DELIVERED, 0);
    visit(w, "v1", JAN, "a", "x", OUTCOME_NOT_HOME, 0);
    expect_row(w, JAN, "a", PLANNED, REASON_REPAIR, "x");
    expect_event(w, 1, TRIGGER_REPAIR);
}

static void a_delivery_taken_back_needs_the_unit_to_be_free(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    family(w, "b", V1, 1, 2);
    giver(w, "x", V1, 1);
    plan(w, JAN);
    expect_row(w, JAN, "a", PLANNED, REASON_FIRST_UNIT, "x");
    expect_row(w, JAN, "b", UNSERVED, REASON_SUPPLY_EXHAUSTED, "");
    visit(w, "v1", JAN, "a", "x", OUTCOME_DELIVERED, 0);
    visit(w, "v1", JAN, "b", "x", OUTCOME_DELIVERED, 0); // it was the other door
    expect_row(w, JAN, "a", UNSERVED, REASON_SUPPLY_EXHAUSTED, "");
    expect_row(w, JAN, "b", DELIVERED, REASON_OFF_PLAN, "x");
    expect_event(w, 2, TRIGGER_REPAIR);
}

static void an_off_plan_delivery_taken_back_is_a_target_again(void **state)
{
    struct world *w = *state;
    two_pairs(w);
    family(w, "c", V2, 2, 2);
    expect_row(w, JAN, "c", UNSERVED, REASON_SUPPLY_EXHAUSTED, "");
    visit(w, "v1", JAN, "c", "z", OUTCOME_DELIVERED, 0); // somebody nobody knows
    expect_row(w, JAN, "c", DELIVERED, REASON_OFF_PLAN, "z");
    assert_int_equal(row_of(w, JAN, "c")->distance_m, -1);
    assert_string_equal(row_of(w, JAN, "c")->giver_ref, "");
    assert_int_equal(last_plan(w)->over, 1);
    visit(w, "v1", JAN, "c", "z", OUTCOME_VOID, 0);
    expect_row(w, JAN, "c", UNSERVED, REASON_SUPPLY_EXHAUSTED, "");
    expect_event(w, 1, TRIGGER_REPAIR);
    assert_int_equal(last_plan(w)->over, 0);
}

static void a_cancellation_taken_back_is_planned_again(void **state)
{
    struct world *w = *state;
    two_pairs(w);
    visit(w, "v1", JAN, "a", "x", OUTCOME_MOVED, 0);
    visit(w, "v1", JAN, "a", "x", OUTCOME_VOID, 0);
    expect_row(w, JAN, "a", PLANNED, REASON_REPAIR, "x");
    expect_event(w, 1, TRIGGER_REPAIR);
}

static void one_of_two_deliveries_taken_back_leaves_the_other(void **state)
{
    struct world *w = *state;
    two_pairs(w);
    visit(w, "v1", JAN, "a", "x", OUTCOME_DELIVERED, 0);
    visit(w, "v2", JAN, "a", "y", OUTCOME_DELIVERED, 1);
    visit(w, "v1", JAN, "a", "x", OUTCOME_VOID, 0);
    expect_row(w, JAN, "a", DELIVERED, REASON_OFF_PLAN, "y");
    expect_row(w, JAN, "b", PLANNED, REASON_REPAIR, "x");
    expect_event(w, 2, TRIGGER_REPAIR);
}

static void a_delivery_taken_back_may_leave_a_cancellation(void **state)
{
    struct world *w = *state;
    two_pairs(w);
    visit(w, "v1", JAN, "a", "x", OUTCOME_DELIVERED, 0);
    visit(w, "v2", JAN, "a", "x", OUTCOME_DECEASED, 1);
    visit(w, "v1", JAN, "a", "x", OUTCOME_VOID, 0);
    expect_row(w, JAN, "a", CANCELLED, REASON_DECEASED, "x");
    expect_event(w, 1, TRIGGER_REPAIR);
}

static void a_delivery_without_a_row_is_unmatched(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0); // the needier one
    family(w, "b", V4, 1, 2);
    giver(w, "x", V1, 1);
    giver(w, "y", V4, 1);
    plan(w, JAN);
    visit(w, "v1", JAN, "nobody", "x", OUTCOME_DELIVERED, 0);
    expect_event(w, 0, TRIGGER_NONE);
    plan(w, JAN); // any plan event shows it
    assert_int_equal(last_plan(w)->unmatched, 1);
    family(w, "nobody", V1, 1, 2); // and a target it becomes
    expect_row(w, JAN, "nobody", DELIVERED, REASON_OFF_PLAN, "x");
    assert_int_equal(last_plan(w)->unmatched, 0);
    expect_row(w, JAN, "a", PLANNED, REASON_REPAIR, "y"); // x has given its only unit
    expect_row(w, JAN, "b", UNSERVED, REASON_SUPPLY_EXHAUSTED, "");
    expect_event(w, 3, TRIGGER_REPAIR);
}

static void who_came_instead_frees_the_planned_unit(void **state)
{
    struct world *w = *state;
    two_pairs(w);
    family(w, "c", V1, 2, 2);
    expect_row(w, JAN, "c", UNSERVED, REASON_SUPPLY_EXHAUSTED, "");
    donation(w, "d1", JAN, 0, 0);
    visit(w, "v1", JAN, "a", "pt/d1", OUTCOME_DELIVERED, 0);
    expect_row(w, JAN, "a", DELIVERED, REASON_OFF_PLAN, "pt/d1");
    assert_string_equal(row_of(w, JAN, "a")->giver_ref, "partner");
    expect_row(w, JAN, "c", PLANNED, REASON_REPAIR, "x");
    expect_event(w, 2, TRIGGER_REPAIR);
    assert_int_equal(last_plan(w)->over, 1); // the donation has no package
}

static void planned_families_beyond_the_quota_are_planned_anew(void **state)
{
    struct world *w = *state;
    two_pairs(w);
    giver(w, "z", V2, 1); // idle
    expect_event(w, 0, TRIGGER_NONE);
    visit(w, "v1", JAN, "b", "x", OUTCOME_DELIVERED, 0); // x came to b; a's unit is gone, y and z are free
    expect_row(w, JAN, "b", DELIVERED, REASON_OFF_PLAN, "x");
    expect_row(w, JAN, "a", PLANNED, REASON_REPAIR, "z"); // z is nearer than y
    expect_event(w, 2, TRIGGER_REPAIR);
}

static void delivered_pairs_are_frozen(void **state)
{
    struct world *w = *state;
    two_pairs(w);
    visit(w, "v1", JAN, "a", "x", OUTCOME_DELIVERED, 0);
    giver_left(w, "x");
    expect_event(w, 0, TRIGGER_NONE);
    family_left(w, "a");
    expect_event(w, 0, TRIGGER_NONE);
    expect_row(w, JAN, "a", DELIVERED, REASON_FIRST_UNIT, "x");
    plan(w, JAN);
    assert_int_equal(last_plan(w)->over, 1); // beyond what is now no quota
}

static void a_cancelled_family_gives_its_unit_back(void **state)
{
    struct world *w = *state;
    two_pairs(w);
    family(w, "c", V1, 2, 2);
    visit(w, "v1", JAN, "a", "x", OUTCOME_DECEASED, 0);
    expect_row(w, JAN, "c", PLANNED, REASON_REPAIR, "x");
    expect_event(w, 2, TRIGGER_REPAIR);
}

static void a_visit_may_change_its_family(void **state)
{
    struct world *w = *state;
    two_pairs(w);
    visit(w, "v1", JAN, "a", "x", OUTCOME_DELIVERED, 0);
    visit(w, "v1", JAN, "b", "x", OUTCOME_DELIVERED, 0);
    expect_row(w, JAN, "b", DELIVERED, REASON_OFF_PLAN, "x");
    expect_row(w, JAN, "a", PLANNED, REASON_REPAIR, "y");
    expect_event(w, 2, TRIGGER_REPAIR);
}

static void a_tombstone_of_a_delivery_means_nothing(void **state)
{
    struct world *w = *state;
    two_pairs(w);
    visit(w, "v1", JAN, "a", "x", OUTCOME_DELIVERED, 0);
    world_tombstone_delivery(w, "v1");
    expect_event(w, 0, TRIGGER_NONE);
    visit(w, "v2", JAN, "a", "y", OUTCOME_NOT_HOME, 1);
    expect_event(w, 0, TRIGGER_NONE);
    expect_row(w, JAN, "a", DELIVERED, REASON_FIRST_UNIT, "x");
}

static void a_delivery_by_an_unknown_giver_is_off_plan(void **state)
{
    struct world *w = *state;
    two_pairs(w);
    visit(w, "v1", JAN, "a", "stranger", OUTCOME_DELIVERED, 0);
    expect_row(w, JAN, "a", DELIVERED, REASON_OFF_PLAN, "stranger");
    expect_event(w, 1, TRIGGER_REPAIR);
    giver(w, "stranger", V3, 2); // known at last: one of two units is given
    plan(w, JAN);
    assert_int_equal(last_plan(w)->over, 0);
    assert_int_equal(last_plan(w)->surplus.asn, 2);
    world_check(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(delivered_by_the_planned_giver_is_quiet),
        SCENE(the_first_delivery_by_day_and_visit_counts),
        SCENE(the_latest_cancelling_outcome_counts_whoever_reports),
        SCENE(not_home_and_void_leave_it_as_planned),
        SCENE(a_delivery_outweighs_a_cancellation),
        SCENE(a_delivery_taken_back_is_planned_again),
        SCENE(a_delivery_taken_back_needs_the_unit_to_be_free),
        SCENE(an_off_plan_delivery_taken_back_is_a_target_again),
        SCENE(a_cancellation_taken_back_is_planned_again),
        SCENE(one_of_two_deliveries_taken_back_leaves_the_other),
        SCENE(a_delivery_taken_back_may_leave_a_cancellation),
        SCENE(a_delivery_without_a_row_is_unmatched),
        SCENE(who_came_instead_frees_the_planned_unit),
        SCENE(planned_families_beyond_the_quota_are_planned_anew),
        SCENE(delivered_pairs_are_frozen),
        SCENE(a_cancelled_family_gives_its_unit_back),
        SCENE(a_visit_may_change_its_family),
        SCENE(a_tombstone_of_a_delivery_means_nothing),
        SCENE(a_delivery_by_an_unknown_giver_is_off_plan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
