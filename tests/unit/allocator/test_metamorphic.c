/*
 * What must not matter does not matter, and what must help helps: relations between plans of related problems, where
 * no oracle is needed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "services/allocator/cut.h"
#include "services/allocator/figures.h"
#include "services/allocator/repair.h"
#include "tests/oracle/instance.h"

enum { INSTANCES = 1500 };

static void solve(const struct instance *x, struct alloc_solution *s)
{
    assert_int_equal(alloc_solution_init(s, &x->p), 0);
    assert_int_equal(cut_solve(&x->p, s), 0);
}

/* The same problem, so that x may change without it. */
static void copy_instance(struct instance *to, const struct instance *from)
{
    *to = *from;
    instance_bind(to);
    for (int32_t e = 0; e < MAX_E; e++) {
        to->earmarks[e].villages = &to->earmark_village[e];
        to->earmarks[e].districts = &to->earmark_district[e];
    }
}

static void assert_same_plan(const struct instance *x, const struct alloc_solution *a, const struct alloc_solution *b)
{
    for (int32_t h = 0; h < x->p.n_households; h++) {
        assert_int_equal(a->giver[h], b->giver[h]);
        assert_int_equal(a->reason[h], b->reason[h]);
    }
}

static void test_again(void **state)
{
    (void)state;
    for (uint64_t i = 1; i <= INSTANCES; i++) {
        struct alloc_solution a, b;
        struct instance x;

        instance_make(&x, i);
        instance_bind(&x);
        solve(&x, &a);
        solve(&x, &b);
        assert_same_plan(&x, &a, &b);
        alloc_solution_done(&a);
        alloc_solution_done(&b);
    }
}

static void shuffle(int32_t *order, int32_t n, uint64_t *r)
{
    for (int32_t i = 0; i < n; i++)
        order[i] = i;
    for (int32_t i = n - 1; i > 0; i--) {
        int32_t k = pick(r, i + 1), t = order[i];

        order[i] = order[k];
        order[k] = t;
    }
}

static int32_t moved(const int32_t *order, int32_t i)
{
    return i < 0 ? i : order[i];
}

static void test_order_of_input(void **state)
{
    (void)state;
    for (uint64_t i = 1; i <= INSTANCES; i++) {
        int32_t villages[MAX_V], givers[MAX_G], households[MAX_H];
        struct alloc_solution a, b;
        struct instance x, y;
        uint64_t random = i, *r = &random;

        instance_make(&x, i);
        instance_bind(&x);
        copy_instance(&y, &x);
        shuffle(villages, x.p.n_villages, r);
        shuffle(givers, x.p.n_givers, r);
        shuffle(households, x.p.n_households, r);
        for (int32_t v = 0; v < x.p.n_villages; v++)
            y.villages[villages[v]] = x.villages[v];
        for (int32_t g = 0; g < x.p.n_givers; g++) {
            struct alloc_giver *giver = &y.givers[givers[g]];

            *giver = x.givers[g];
            memcpy(y.giver_ids[givers[g]], x.giver_ids[g], ID_SIZE);
            giver->place[0] = moved(villages, giver->place[0]);
            giver->place[1] = moved(villages, giver->place[1]);
            giver->own = moved(households, giver->own);
        }
        for (int32_t h = 0; h < x.p.n_households; h++) {
            struct alloc_household *household = &y.households[households[h]];

            *household = x.households[h];
            memcpy(y.household_ids[households[h]], x.household_ids[h], ID_SIZE);
            household->village = moved(villages, household->village);
            household->foster = moved(givers, household->foster);
        }
        solve(&x, &a);
        solve(&y, &b);
        for (int32_t h = 0; h < x.p.n_households; h++)
            assert_int_equal(moved(givers, a.giver[h]), b.giver[households[h]]);
        alloc_solution_done(&a);
        alloc_solution_done(&b);
    }
}

/* On a line distances are exact, so they scale exactly. */
static void test_scale(void **state)
{
    (void)state;
    for (uint64_t i = 1; i <= INSTANCES; i++) {
        struct alloc_solution a, b;
        struct instance x;

        instance_make(&x, i);
        instance_bind(&x);
        for (int32_t g = 0; g < x.p.n_givers; g++)
            if (x.givers[g].place[0] < 0 && x.givers[g].place[1] < 0)
                x.givers[g].place[0] = 0;
        for (int32_t v = 0; v < x.p.n_villages; v++)
            x.villages[v].y = 0;
        x.p.lambda_m = x.p.lambda_m > 5000 ? 5000 : x.p.lambda_m;
        solve(&x, &a);
        for (int32_t v = 0; v < x.p.n_villages; v++)
            x.villages[v].x *= 7;
        x.p.lambda_m = x.p.lambda_m > 0 ? 7 * x.p.lambda_m : x.p.lambda_m;
        solve(&x, &b);
        assert_same_plan(&x, &a, &b);
        alloc_solution_done(&a);
        alloc_solution_done(&b);
    }
}

static int64_t metres_of(const struct instance *x, const struct alloc_solution *s)
{
    int64_t metres = 0;

    for (int32_t h = 0; h < x->p.n_households; h++)
        if (s->giver[h] >= 0)
            metres += alloc_distance(&x->p, s->giver[h], x->households[h].village);
    return metres;
}

/*
 * The last village of a line, where nobody lives or works, moves away from everybody: each of its families costs as
 * much more with any giver, and who is served does not depend on distances.
 */
static void test_dearer_village(void **state)
{
    enum { FARTHER = 12345 };
    int64_t served = 0;

    (void)state;
    for (uint64_t i = 1; i <= INSTANCES; i++) {
        struct alloc_solution a, b;
        struct instance x;
        int32_t last, demand = 0;

        instance_make(&x, i);
        instance_bind(&x);
        last = x.p.n_villages - 1;
        for (int32_t v = 0; v <= last; v++)
            x.villages[v].y = 0;
        x.villages[last].x = 10000;
        for (int32_t g = 0; g < x.p.n_givers; g++) {
            int32_t *place = x.givers[g].place;

            place[1] = place[1] == last ? ALLOC_NONE : place[1];
            place[0] = place[0] == last || (place[0] < 0 && place[1] < 0) ? 0 : place[0];
        }
        solve(&x, &a);
        int64_t before = metres_of(&x, &a);

        x.villages[last].x += FARTHER;
        solve(&x, &b);
        assert_same_plan(&x, &a, &b);
        for (int32_t h = 0; h < x.p.n_households; h++)
            demand += a.giver[h] >= 0 && x.households[h].village == last;
        assert_int_equal(metres_of(&x, &b), before + (int64_t)FARTHER * demand);
        served += demand;
        alloc_solution_done(&a);
        alloc_solution_done(&b);
    }
    assert_true(served > INSTANCES / 2);
}

static void coverage_of(const struct instance *x, const struct alloc_solution *s, int32_t *by_class)
{
    memset(by_class, 0, sizeof(int32_t) * ALLOC_MAX_CLASSES);
    for (int32_t h = 0; h < x->p.n_households; h++)
        by_class[x->households[h].cls] += s->giver[h] >= 0;
}

static void test_one_package_more(void **state)
{
    (void)state;
    for (uint64_t i = 1; i <= INSTANCES; i++) {
        int32_t before[ALLOC_MAX_CLASSES], after[ALLOC_MAX_CLASSES], total_before = 0, total_after = 0;
        struct alloc_solution a, b;
        struct instance x;
        uint64_t random = i;

        instance_make(&x, i);
        instance_bind(&x);
        solve(&x, &a);
        x.givers[pick(&random, x.p.n_givers)].quota++;
        solve(&x, &b);
        coverage_of(&x, &a, before);
        coverage_of(&x, &b, after);
        for (int cls = 0; cls < ALLOC_MAX_CLASSES; cls++) {
            // Class by class from the top nobody loses before somebody above has gained.
            total_before += before[cls];
            total_after += after[cls];
            assert_true(total_after >= total_before);
            assert_true(total_after <= total_before + 1);
        }
        alloc_solution_done(&a);
        alloc_solution_done(&b);
    }
}

static void test_needless_family(void **state)
{
    (void)state;
    for (uint64_t i = 1; i <= INSTANCES; i++) {
        struct alloc_solution a, b;
        struct instance x, y;
        uint64_t random = i;
        int32_t h;

        instance_make(&x, i);
        instance_bind(&x);
        copy_instance(&y, &x);
        h = x.p.n_households - 1;
        for (int32_t g = 0; g < x.p.n_givers; g++)
            if (x.givers[g].own == h)
                x.givers[g].own = y.givers[g].own = ALLOC_NONE;
        y.households[h] = (struct alloc_household){
            pick(&random, x.p.n_villages), ALLOC_NONE, ALLOC_NONE,
            (uint8_t)alloc_class(x.p.n_deciles - 1, ALLOC_BANDS - 1, 0), ALLOC_OPEN,
        };
        x.households[h].state = ALLOC_ABSENT;
        solve(&x, &a);
        solve(&y, &b);
        if (b.giver[h] < 0)
            for (int32_t k = 0; k < h; k++)
                // It may still take its village's turn in the water filling of its own class.
                if (x.households[k].cls != y.households[h].cls)
                    assert_int_equal(a.giver[k] >= 0, b.giver[k] >= 0);
        alloc_solution_done(&a);
        alloc_solution_done(&b);
    }
}

static void test_raised_class(void **state)
{
    (void)state;
    for (uint64_t i = 1; i <= INSTANCES; i++) {
        struct alloc_solution a, b;
        struct instance x;
        uint64_t random = i;
        int32_t h;

        instance_make(&x, i);
        instance_bind(&x);
        solve(&x, &a);
        h = pick(&random, x.p.n_households);
        int decile = x.households[h].cls / ALLOC_CLASSES_PER_DECILE;

        x.households[h].cls = (uint8_t)alloc_class(decile, 0, ALLOC_WAITING_MAX);
        solve(&x, &b);
        assert_true(a.giver[h] < 0 || b.giver[h] >= 0);
        alloc_solution_done(&a);
        alloc_solution_done(&b);
    }
}

static int32_t kept_pairs(const struct instance *x, const struct alloc_solution *s)
{
    int32_t kept = 0;

    for (int32_t h = 0; h < x->p.n_households; h++)
        kept += s->giver[h] >= 0 && s->giver[h] == x->households[h].foster;
    return kept;
}

static void test_more_lambda(void **state)
{
    static const int32_t lambdas[] = { 0, 1000, 5000, 100000, -1 };

    (void)state;
    for (uint64_t i = 1; i <= INSTANCES; i++) {
        int32_t least = 0;
        struct instance x;

        instance_make(&x, i);
        instance_bind(&x);
        for (size_t k = 0; k < ARRAY_LEN(lambdas); k++) {
            struct alloc_solution s;

            x.p.lambda_m = lambdas[k];
            solve(&x, &s);
            assert_true(kept_pairs(&x, &s) >= least);
            least = kept_pairs(&x, &s);
            alloc_solution_done(&s);
        }
    }
}

/* A repair after nothing changes nothing. */
static void test_repair_of_nothing(void **state)
{
    struct repair *repair;

    (void)state;
    assert_int_equal(repair_new(&repair), 0);
    for (uint64_t i = 1; i <= INSTANCES; i++) {
        const struct repair_change *changes;
        struct alloc_solution s;
        struct instance x;
        int32_t n;

        instance_make(&x, i);
        instance_bind(&x);
        solve(&x, &s);
        for (int32_t h = 0; h < x.p.n_households; h++)
            if (x.households[h].state == ALLOC_OPEN)
                x.households[h].planned = s.giver[h];
        assert_int_equal(repair_load(repair, &x.p), 0);
        assert_int_equal(repair_run(repair, &x.p, NULL, 0, NULL, 0, &changes, &n), 0);
        assert_int_equal(n, 0);
        alloc_solution_done(&s);
    }
    repair_free(repair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_again),
        cmocka_unit_test(test_order_of_input),
        cmocka_unit_test(test_scale),
        cmocka_unit_test(test_dearer_village),
        cmocka_unit_test(test_one_package_more),
        cmocka_unit_test(test_needless_family),
        cmocka_unit_test(test_raised_class),
        cmocka_unit_test(test_more_lambda),
        cmocka_unit_test(test_repair_of_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
