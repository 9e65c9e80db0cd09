/*
 * What changes in the registry while a period is open (contract, section 3, "Doors and repairs"): a test for each
 * sentence.
 */
#include "tests/unit/allocator/scene.h"

static void a_giver_who_left_frees_the_pair_at_once(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 2);
    giver(w, "x", V1, 1);
    giver(w, "y", V4, 1);
    plan(w, JAN);
    expect_row(w, JAN, "a", PLANNED, REASON_FIRST_UNIT, "x");
    giver_left(w, "x");
    expect_row(w, JAN, "a", PLANNED, REASON_REPAIR, "y");
    expect_event(w, 1, TRIGGER_REPAIR);
    giver_left(w, "y");
    expect_row(w, JAN, "a", UNSERVED, REASON_NO_ELIGIBLE_GIVER, "");
    expect_event(w, 1, TRIGGER_REPAIR);
}

struct told {
    int decisions, evidence;
    enum certify_rule rule;
    enum plan_trigger trigger;
    int32_t n_changes;
};

static int count_decision(void *arg, const struct allocator_output *output)
{
    struct told *told = arg;
    assert_non_null(output->envelope);
    told->decisions++;
    return 0;
}

static void note_evidence(void *arg, const struct allocator_evidence *evidence)
{
    struct told *told = arg;
    told->evidence++;
    told->rule = evidence->verdict.broken;
    told->trigger = evidence->trigger;
    told->n_changes = evidence->n_changes;
}

/* The solver remembers a unit of y that the problem no longer has: what it makes of it must not come out. */
static void a_repair_that_can_t_be_proved_is_not_published(void **state)
{
    struct world *w = *state;
    struct told told = { .decisions = 0 };
    const struct allocator_sink sink = { .event = count_decision, .evidence = note_evidence, .arg = &told };
    struct asn z = scene_giver_value("z", V4, 1);
    const struct allocator_event leaves = { .type = REGISTRY_ASN, .regency = WORLD_REGENCY, .id = "z", .value = &z,
                                            .offset = 100, .time = 100 };
    family(w, "a", V1, 1, 2);
    giver(w, "x", V1, 1);
    giver(w, "y", V4, 1);
    plan(w, JAN);
    giver_left(w, "x");
    expect_row(w, JAN, "a", PLANNED, REASON_REPAIR, "y");
    assert_int_equal(allocator_counts(w->live)->proved, 1);
    giver(w, "z", V4, 1);
    giver_left(w, "y");
    expect_row(w, JAN, "a", PLANNED, REASON_REPAIR, "z");
    giver(w, "x", V1, 1); // and one unit is free
    struct regency *r = allocator_regency(w->live, 0);
    for (int32_t g = 0; g < r->periods[0].view->problem.n_givers; g++)
        if (strcmp(giver_id(r, (uint32_t)g), "x") == 0)
            r->periods[0].view->givers[g].taken = 1;
    z.status = ASN_RETIRED;
    assert_int_equal(allocator_apply(w->live, &leaves, &sink), -EPROTO);
    assert_int_equal(told.decisions, 0);
    assert_int_equal(told.evidence, 1);
    assert_int_equal(told.rule, CERTIFY_QUOTA);
    assert_int_equal(told.trigger, TRIGGER_REPAIR);
    assert_int_equal(told.n_changes, 1);
    assert_string_equal(allocator_error(w->live), "a repair fails its certificate");
}

static void when_not_all_can_stay_the_needier_stay(void **state)
{
    struct world *w = *state;
    family(w, "needy", V4, 1, 0);
    family(w, "less", V1, 1, 2);
    giver(w, "x", V1, 2);
    plan(w, JAN);
    giver(w, "x", V1, 1); // the quota fell
    expect_row(w, JAN, "needy", PLANNED, REASON_NEAREST, "x");
    expect_row(w, JAN, "less", UNSERVED, REASON_SUPPLY_EXHAUSTED, "");
    expect_event(w, 1, TRIGGER_REPAIR);
}

static void a_repair_takes_no_package_from_one_family_for_another(void **state)
{
    struct world *w = *state;
    family(w, "less", V1, 2, 2);
    giver(w, "x", V1, 1);
    plan(w, JAN);
    family(w, "needy", V1, 1, 0); // needier, but late
    expect_row(w, JAN, "needy", UNSERVED, REASON_SUPPLY_EXHAUSTED, "");
    expect_row(w, JAN, "less", PLANNED, REASON_FIRST_UNIT, "x");
    expect_event(w, 1, TRIGGER_REPAIR);
}

static void left_units_go_to_the_needier_unserved(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 2);
    family(w, "b", V1, 2, 0);
    family(w, "c", V1, 2, 2);
    giver(w, "x", V1, 1);
    plan(w, JAN);
    giver(w, "y", V4, 1); // a new giver
    expect_row(w, JAN, "b", PLANNED, REASON_REPAIR, "y");
    expect_row(w, JAN, "c", UNSERVED, REASON_SUPPLY_EXHAUSTED, "");
    expect_event(w, 1, TRIGGER_REPAIR);
    donation(w, "d1", JAN, 1, 0); // a new donation
    expect_row(w, JAN, "c", PLANNED, REASON_REPAIR, "pt/d1");
    expect_event(w, 1, TRIGGER_REPAIR);
}

static void fewest_pairs_change(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 2);
    family(w, "b", V4, 1, 2);
    giver(w, "x", V1, 1);
    giver(w, "y", V4, 1);
    plan(w, JAN);
    giver(w, "z", V3, 1);
    giver(w, "y", V2, 1); // y has moved: a by y and b by z would be nearer, but would change another pair
    giver_left(w, "x");
    expect_row(w, JAN, "b", PLANNED, REASON_FIRST_UNIT, "y");
    expect_row(w, JAN, "a", PLANNED, REASON_REPAIR, "z");
    expect_event(w, 1, TRIGGER_REPAIR);
}

static void a_chain_of_changes_where_an_earmark_demands_it(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 2);
    giver(w, "x", V1, 1);
    donation(w, "d1", JAN, 1, V1);
    plan(w, JAN);
    expect_row(w, JAN, "a", PLANNED, REASON_FIRST_UNIT, "x"); // level 2: the ASN first
    family(w, "b", V4, 1, 2); // the donation may not serve it, x may: a goes over
    expect_row(w, JAN, "a", PLANNED, REASON_REPAIR, "pt/d1");
    expect_row(w, JAN, "b", PLANNED, REASON_REPAIR, "x");
    expect_event(w, 2, TRIGGER_REPAIR);
}

static void a_reduced_or_withdrawn_donation_frees_its_pairs(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    family(w, "b", V1, 1, 2);
    donation(w, "d1", JAN, 2, 0);
    plan(w, JAN);
    expect_row(w, JAN, "b", PLANNED, REASON_NEAREST, "pt/d1");
    donation(w, "d1", JAN, 1, 0);
    expect_row(w, JAN, "b", UNSERVED, REASON_SUPPLY_EXHAUSTED, "");
    expect_event(w, 1, TRIGGER_REPAIR);
    struct donation gone = scene_donation_value("d1", JAN, 1);
    gone.state = DONATION_WITHDRAWN;
    world_donation(w, &gone);
    expect_row(w, JAN, "a", UNSERVED, REASON_NO_ELIGIBLE_GIVER, "");
    expect_event(w, 1, TRIGGER_REPAIR); // b: its reason alone would change, so it is not published again
    expect_row(w, JAN, "b", UNSERVED, REASON_SUPPLY_EXHAUSTED, "");
}

static void an_earmark_that_no_longer_fits_frees_its_pair(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 2);
    donation(w, "d1", JAN, 1, V1);
    plan(w, JAN);
    expect_row(w, JAN, "a", PLANNED, REASON_EARMARK, "pt/d1");
    donation(w, "d1", JAN, 1, V2);
    expect_row(w, JAN, "a", UNSERVED, REASON_NO_ELIGIBLE_GIVER, "");
    expect_event(w, 1, TRIGGER_REPAIR);
    assert_int_equal(last_plan(w)->surplus.stranded, 1);
    assert_int_equal(last_plan(w)->surplus.partner, 0);
}

static void an_own_family_frees_its_pair(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 2);
    giver(w, "x", V1, 1);
    plan(w, JAN);
    giver_with_family(w, "x", V1, 1, "a");
    expect_row(w, JAN, "a", UNSERVED, REASON_NO_ELIGIBLE_GIVER, "");
    expect_event(w, 1, TRIGGER_REPAIR);
}

static void a_target_without_a_row_becomes_one_at_once(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 3, 2); // no target
    giver(w, "x", V1, 1);
    plan(w, JAN);
    expect_event(w, 0, TRIGGER_CUT);
    family(w, "a", V1, 2, 1);
    expect_row(w, JAN, "a", PLANNED, REASON_REPAIR, "x");
    assert_int_equal(row_of(w, JAN, "a")->class.waiting, 0);
    assert_int_equal(row_of(w, JAN, "a")->class.band, 1);
    expect_event(w, 1, TRIGGER_REPAIR);
}

static void one_that_left_and_returned_is_a_newcomer(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 2);
    family(w, "b", V1, 2, 2);
    giver(w, "x", V1, 1);
    plan(w, JAN);
    family_left(w, "a");
    expect_row(w, JAN, "a", CANCELLED, REASON_HOUSEHOLD_LEFT, "x");
    expect_row(w, JAN, "b", PLANNED, REASON_REPAIR, "x");
    expect_event(w, 2, TRIGGER_REPAIR);
    family(w, "a", V2, 1, 0); // back, elsewhere
    expect_row(w, JAN, "a", UNSERVED, REASON_SUPPLY_EXHAUSTED, "");
    assert_int_equal(row_of(w, JAN, "a")->village, V2);
    assert_int_equal(row_of(w, JAN, "a")->class.band, 0);
    expect_event(w, 1, TRIGGER_REPAIR);
    family(w, "c", V1, 1, 2);
    family_left(w, "c");
    family(w, "c", V1, 3, 2); // back, but no target
    expect_row(w, JAN, "c", CANCELLED, REASON_HOUSEHOLD_LEFT, "");
    expect_event(w, 0, TRIGGER_NONE);
}

static void a_household_tombstone_means_left(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 2);
    giver(w, "x", V1, 1);
    plan(w, JAN);
    world_tombstone_household(w, "a");
    expect_row(w, JAN, "a", CANCELLED, REASON_HOUSEHOLD_LEFT, "x");
    expect_event(w, 1, TRIGGER_REPAIR);
    world_tombstone_asn(w, "x");
    expect_event(w, 0, TRIGGER_NONE);
}

static void a_changed_number_takes_the_row_along(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    giver(w, "x", V1, 1);
    plan(w, JAN);
    family_renamed(w, "new", "a", V4, 2);
    expect_row(w, JAN, "a", CANCELLED, REASON_RENAMED, "x");
    expect_row(w, JAN, "new", PLANNED, REASON_FIRST_UNIT, "x");
    assert_int_equal(row_of(w, JAN, "new")->class.decile, 1); // the class it was planned with
    assert_int_equal(row_of(w, JAN, "new")->village, V1);
    expect_event(w, 2, TRIGGER_REPAIR);
    family_left(w, "a"); // the farewell
    expect_event(w, 0, TRIGGER_NONE);
    visit(w, "v1", JAN, "a", "x", OUTCOME_DELIVERED, 0); // the visit still names the old number
    expect_row(w, JAN, "new", DELIVERED, REASON_FIRST_UNIT, "x");
    expect_event(w, 1, TRIGGER_NONE);
}

static void a_delivered_row_stays_delivered_under_the_new_number(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    giver(w, "x", V1, 1);
    plan(w, JAN);
    visit(w, "v1", JAN, "a", "x", OUTCOME_DELIVERED, 0);
    family_renamed(w, "new", "a", V1, 1);
    expect_row(w, JAN, "new", DELIVERED, REASON_FIRST_UNIT, "x");
    expect_row(w, JAN, "a", CANCELLED, REASON_RENAMED, "x");
    expect_event(w, 2, TRIGGER_REPAIR);
    visit(w, "v1", JAN, "a", "x", OUTCOME_VOID, 0); // and is undone by the old visit
    expect_row(w, JAN, "new", PLANNED, REASON_REPAIR, "x");
    expect_event(w, 1, TRIGGER_REPAIR);
}

static void two_rows_of_one_family_become_one(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 2);
    family(w, "new", V1, 1, 2); // nobody knew yet
    family(w, "c", V1, 2, 2);
    giver(w, "x", V1, 2);
    plan(w, JAN);
    family_renamed(w, "new", "a", V1, 1);
    expect_row(w, JAN, "a", CANCELLED, REASON_RENAMED, "x");
    expect_row(w, JAN, "new", PLANNED, REASON_NEAREST, "x");
    expect_row(w, JAN, "c", PLANNED, REASON_REPAIR, "x");
    expect_event(w, 2, TRIGGER_REPAIR);
}

static void a_giver_s_changed_number_takes_its_rows_along(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    family(w, "b", V1, 1, 2);
    family(w, "c", V1, 2, 2);
    giver(w, "x", V1, 2);
    plan(w, JAN);
    visit(w, "v1", JAN, "a", "x", OUTCOME_DELIVERED, 0);
    giver_renamed(w, "new", "x", V1, 2);
    expect_row(w, JAN, "a", DELIVERED, REASON_NEAREST, "new");
    expect_row(w, JAN, "b", PLANNED, REASON_NEAREST, "new");
    expect_row(w, JAN, "c", UNSERVED, REASON_SUPPLY_EXHAUSTED, ""); // x is the same person: no second quota
    expect_event(w, 2, TRIGGER_REPAIR);
    giver_left(w, "x"); // the farewell
    expect_event(w, 0, TRIGGER_NONE);
    visit(w, "v2", JAN, "b", "x", OUTCOME_DELIVERED, 0); // by the old number
    expect_row(w, JAN, "b", DELIVERED, REASON_NEAREST, "new");
    expect_event(w, 1, TRIGGER_NONE);
}

static void a_changed_class_waits_for_the_next_cut(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    giver(w, "x", V1, 1);
    plan(w, JAN);
    family(w, "a", V4, 5, 2); // decile, band, village: all changed
    expect_event(w, 0, TRIGGER_NONE);
    visit(w, "v1", JAN, "a", "x", OUTCOME_DELIVERED, 0);
    assert_int_equal(row_of(w, JAN, "a")->village, V1);
    assert_int_equal(row_of(w, JAN, "a")->class.decile, 1);
}

static void a_row_keeps_the_distance_it_was_planned_with(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    family(w, "b", V1, 1, 2);
    giver(w, "x", V2, 2);
    plan(w, JAN);
    assert_int_equal(row_of(w, JAN, "a")->distance_m, 1000);
    giver(w, "x", V4, 2); // moved house
    expect_event(w, 0, TRIGGER_NONE);
    visit(w, "v1", JAN, "a", "x", OUTCOME_DELIVERED, 0);
    assert_int_equal(row_of(w, JAN, "a")->distance_m, 1000);
    giver(w, "y", V1, 1);
    visit(w, "v2", JAN, "b", "y", OUTCOME_DELIVERED, 0);
    visit(w, "v2", JAN, "b", "y", OUTCOME_VOID, 0); // served anew, from today's places
    expect_row(w, JAN, "b", PLANNED, REASON_REPAIR, "y");
    assert_int_equal(row_of(w, JAN, "b")->distance_m, 0);
    world_check(w);
}

static void events_of_unknown_ids_are_of_no_effect(void **state)
{
    struct world *w = *state;
    family_left(w, "nobody");
    giver_left(w, "nobody");
    visit(w, "v1", "2030-01", "nobody", "stranger", OUTCOME_DELIVERED, 0);
    close_period(w, "2031-01");
    void_period(w, "2031-02");
    expect_event(w, 0, TRIGGER_NONE);
    assert_int_equal(allocator_counts(w->live)->commands_ignored, 2);
}

/* Two open periods of one programme and one of the other: an event is repaired in each, in the order of their cuts. */
static void one_event_repairs_every_open_period_in_the_order_of_cuts(void **state)
{
    struct world *w = *state;
    struct period dish = scene_period_value("a-dish", PERIOD_PLAN);
    dish.programme = PROGRAMME_WEEKLY_DISH;
    family(w, "a", V1, 1, 0);
    giver(w, "x", V1, 1);
    plan(w, FEB);
    world_period(w, &dish);
    plan(w, JAN);
    expect_row(w, "a-dish", "a", PLANNED, REASON_FIRST_UNIT, "x"); // asked separately
    expect_row(w, JAN, "a", PLANNED, REASON_KEPT, "x");            // cut after February
    giver_left(w, "x");
    expect_event(w, 3, TRIGGER_REPAIR);
    assert_int_equal(w->n_event_plans, 3);
    assert_string_equal(w->event_plans[0]->period, FEB);
    assert_string_equal(w->event_plans[1]->period, "a-dish");
    assert_string_equal(w->event_plans[2]->period, JAN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(a_giver_who_left_frees_the_pair_at_once),
        SCENE(a_repair_that_can_t_be_proved_is_not_published),
        SCENE(when_not_all_can_stay_the_needier_stay),
        SCENE(a_repair_takes_no_package_from_one_family_for_another),
        SCENE(left_units_go_to_the_needier_unserved),
        SCENE(fewest_pairs_change),
        SCENE(a_chain_of_changes_where_an_earmark_demands_it),
        SCENE(a_reduced_or_withdrawn_donation_frees_its_pairs),
        SCENE(an_earmark_that_no_longer_fits_frees_its_pair),
        SCENE(an_own_family_frees_its_pair),
        SCENE(a_target_without_a_row_becomes_one_at_once),
        SCENE(one_that_left_and_returned_is_a_newcomer),
        SCENE(a_household_tombstone_means_left),
        SCENE(a_changed_number_takes_the_row_along),
        SCENE(a_delivered_row_stays_delivered_under_the_new_number),
        SCENE(two_rows_of_one_family_become_one),
        SCENE(a_giver_s_changed_number_takes_its_rows_along),
        SCENE(a_changed_class_waits_for_the_next_cut),
        SCENE(a_row_keeps_the_distance_it_was_planned_with),
        SCENE(events_of_unknown_ids_are_of_no_effect),
        SCENE(one_event_repairs_every_open_period_in_the_order_of_cuts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
