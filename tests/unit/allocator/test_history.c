/*
 * Waiting and foster parents over several cuts (contract, section 3, "The rule of a plan").
 */
#include "tests/unit/allocator/scene.h"

static const char *month(int n)
{
    static char names[4][REF_SIZE];
    static int turn;
    char *name = names[turn++ % 4];
    snprintf(name, REF_SIZE, "m%03d", n);
    return name;
}

static int waiting(const struct world *w, const char *period, const char *household)
{
    assert_non_null(row_of(w, period, household));
    return row_of(w, period, household)->class.waiting;
}

static void who_waits_grows_to_three_and_goes_first(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    family(w, "b", V1, 1, 1); // less needy by band
    giver(w, "x", V1, 1);
    for (int i = 0; i < 5; i++) {
        plan(w, month(i));
        expect_row(w, month(i), "a", PLANNED, i == 0 ? REASON_FIRST_UNIT : REASON_KEPT, "x");
        expect_row(w, month(i), "b", UNSERVED, REASON_SUPPLY_EXHAUSTED, "");
        assert_int_equal(waiting(w, month(i), "a"), 0);
        assert_int_equal(waiting(w, month(i), "b"), i < 3 ? i : 3);
        world_check(w);
    }
}

static void inside_a_band_the_one_who_waited_is_served(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 2);
    family(w, "b", V1, 1, 2);
    giver(w, "x", V1, 1);
    plan(w, "m1");
    const char *first = row_of(w, "m1", "a")->state == PLANNED ? "a" : "b";
    const char *second = first[0] == 'a' ? "b" : "a";
    plan(w, "m2");
    expect_row(w, "m2", second, PLANNED, REASON_FIRST_UNIT, "x");
    expect_row(w, "m2", first, UNSERVED, REASON_SUPPLY_EXHAUSTED, "");
    plan(w, "m3");
    expect_row(w, "m3", first, PLANNED, REASON_KEPT, "x"); // a month between does not end the bond
    world_check(w);
}

static void cuts_without_a_row_count_as_waiting(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    giver(w, "x", V1, 1);
    plan(w, "m1");
    family_left(w, "a");
    close_period(w, "m1");
    plan(w, "m2");
    plan(w, "m3");
    close_period(w, "m2");
    close_period(w, "m3");
    family(w, "a", V1, 1, 0);
    plan(w, "m4");
    // its latest row is m1's, cancelled: 0 + 1, and two cuts between
    assert_int_equal(waiting(w, "m4", "a"), 3);
    world_check(w);
}

static void a_served_family_that_was_away_waits_by_the_cuts_between(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    giver(w, "x", V1, 1);
    plan(w, "m1");
    close_period(w, "m1");
    family(w, "a", V1, 5, 0);
    plan(w, "m2");
    close_period(w, "m2");
    family(w, "a", V1, 1, 0);
    plan(w, "m3");
    assert_int_equal(waiting(w, "m3", "a"), 1);
    expect_row(w, "m3", "a", PLANNED, REASON_KEPT, "x");
    world_check(w);
}

static void only_the_last_twelve_cuts_are_looked_at(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    giver(w, "x", V1, 1);
    plan(w, "m1");
    close_period(w, "m1");
    family(w, "a", V1, 5, 0);
    for (int i = 0; i < 12; i++) {
        plan(w, month(i));
        close_period(w, month(i));
    }
    family(w, "a", V1, 1, 0);
    plan(w, "m9");
    assert_int_equal(waiting(w, "m9", "a"), 0); // as if it had never had a row
    expect_row(w, "m9", "a", PLANNED, REASON_FIRST_UNIT, "x");
    world_check(w);
}

static void a_partner_s_month_does_not_end_the_bond(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    giver(w, "x", V1, 1);
    plan(w, "m1");
    giver_left(w, "x");
    donation(w, "d2", "m2", 1, 0);
    plan(w, "m2");
    expect_row(w, "m2", "a", PLANNED, REASON_NEAREST, "pt/d2");
    giver(w, "x", V4, 1);
    giver(w, "y", V1, 1); // nearer, by less than lambda
    plan(w, "m3");
    expect_row(w, "m3", "a", PLANNED, REASON_KEPT, "x");
    assert_int_equal(last_plan(w)->kept, 1);
    assert_int_equal(last_plan(w)->keepable, 1);
    world_check(w);
}

static void a_bond_is_broken_only_for_more_than_lambda(void **state)
{
    struct world *w = *state;
    struct period p = scene_period_value("m2", PERIOD_PLAN);
    family(w, "a", V1, 1, 0);
    giver(w, "x", V1, 1);
    plan(w, "m1");
    close_period(w, "m1");
    giver(w, "x", V4, 2); // now 3 km away; two units, so that nobody stays without a family
    giver(w, "y", V1, 2);
    family(w, "b", V2, 1, 0);
    p.lambda_m = 2001; // kept: 3000 + 1000 - 2001 = 1999; broken, a by y and b by x: 0 + 2000
    world_period(w, &p);
    expect_row(w, "m2", "a", PLANNED, REASON_KEPT, "x");
    p = scene_period_value("m2b", PERIOD_PLAN);
    void_period(w, "m2");
    p.lambda_m = 1999; // kept: 4000 - 1999 = 2001
    world_period(w, &p);
    expect_row(w, "m2b", "a", PLANNED, REASON_FIRST_UNIT, "y");
    p = scene_period_value("m2c", PERIOD_PLAN);
    void_period(w, "m2b");
    p.lambda_m = -1; // continuity first
    world_period(w, &p);
    expect_row(w, "m2c", "a", PLANNED, REASON_KEPT, "x");
    world_check(w);
}

static void the_foster_parent_is_asked_for_as_rows_stand(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    giver(w, "x", V1, 1);
    giver(w, "y", V4, 1);
    plan(w, "m1");
    close_period(w, "m1");
    visit(w, "v1", "m1", "a", "y", OUTCOME_DELIVERED, 0); // after the close: y was there
    plan(w, "m2");
    expect_row(w, "m2", "a", PLANNED, REASON_KEPT, "y");
    visit(w, "v1", "m1", "a", "y", OUTCOME_VOID, 0); // after the cut: he was not
    close_period(w, "m2");
    assert_int_equal(last_plan(w)->kept, 0);
    world_check(w);
}

static void a_changed_number_takes_history_along(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 2);
    family(w, "b", V1, 1, 0);
    giver(w, "x", V1, 1);
    plan(w, "m1");
    close_period(w, "m1");
    family_renamed(w, "a2", "a", V1, 1);
    family_left(w, "a");
    giver_renamed(w, "x2", "x", V4, 1);
    giver_left(w, "x");
    giver(w, "y", V1, 1);
    plan(w, "m2");
    assert_int_equal(waiting(w, "m2", "a2"), 1);
    expect_row(w, "m2", "b", PLANNED, REASON_KEPT, "x2");
    assert_null(row_of(w, "m2", "a"));
    world_check(w);
}

static void forty_periods_of_history(void **state)
{
    struct world *w = *state;
    family(w, "a", V1, 1, 0);
    family(w, "b", V2, 1, 1);
    giver(w, "x", V1, 1);
    for (int i = 0; i < 40; i++) {
        plan(w, month(i));
        if (i % 2 == 0)
            close_period(w, month(i));
    }
    visit(w, "v1", month(0), "a", "x", OUTCOME_DELIVERED, 0); // the oldest, long closed
    expect_row(w, month(0), "a", DELIVERED, REASON_FIRST_UNIT, "x");
    expect_event(w, 1, TRIGGER_NONE);
    visit(w, "v2", month(1), "b", "x", OUTCOME_DELIVERED, 0); // an old one still open: repaired
    expect_row(w, month(1), "a", UNSERVED, REASON_SUPPLY_EXHAUSTED, "");
    expect_event(w, 2, TRIGGER_REPAIR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(who_waits_grows_to_three_and_goes_first),
        SCENE(inside_a_band_the_one_who_waited_is_served),
        SCENE(cuts_without_a_row_count_as_waiting),
        SCENE(a_served_family_that_was_away_waits_by_the_cuts_between),
        SCENE(only_the_last_twelve_cuts_are_looked_at),
        SCENE(a_partner_s_month_does_not_end_the_bond),
        SCENE(a_bond_is_broken_only_for_more_than_lambda),
        SCENE(the_foster_parent_is_asked_for_as_rows_stand),
        SCENE(a_changed_number_takes_history_along),
        SCENE(forty_periods_of_history),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
