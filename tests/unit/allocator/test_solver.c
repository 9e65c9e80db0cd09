/* The corners of the solver, each with its answer; figures; exact roots; the simplex on networks by hand. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "services/allocator/certify.h"
#include "services/allocator/chord.h"
#include "services/allocator/cut.h"
#include "services/allocator/figures.h"
#include "services/allocator/netsimplex.h"
#include "services/allocator/repair.h"
#include "tests/bench/synthetic.h"
#include "tests/oracle/instance.h"

/* Two villages 3 km apart, no earmark, decile 1, lambda 5000; givers and families as the test adds them. */
static void empty(struct instance *x)
{
    memset(x, 0, sizeof(*x));
    instance_bind(x);
    snprintf(x->seed, sizeof(x->seed), "seed");
    x->p.n_villages = 2;
    x->p.n_deciles = 1;
    x->p.deciles[0] = 1;
    x->p.lambda_m = 5000;
    x->villages[0] = (struct alloc_village){ .id = INT64_C(3510010001) };
    x->villages[1] = (struct alloc_village){ .id = INT64_C(3510020001), .x = 3000 };
}

static int32_t add_giver(struct instance *x, int32_t quota, int32_t place)
{
    int32_t g = x->p.n_givers++;

    x->givers[g] = (struct alloc_giver){ quota, 0, { place, ALLOC_NONE }, ALLOC_NONE, ALLOC_NONE, ALLOC_ASN };
    snprintf(x->giver_ids[g], ID_SIZE, "k1.testgiver%d", (int)g);
    return g;
}

static int32_t add_family(struct instance *x, int32_t village)
{
    int32_t h = x->p.n_households++;

    x->households[h] = (struct alloc_household){ village, ALLOC_NONE, ALLOC_NONE, 0, ALLOC_OPEN };
    snprintf(x->household_ids[h], ID_SIZE, "k1.testfamily%d", (int)h);
    return h;
}

/* Solves and certifies; the caller frees. */
static struct alloc_solution solved(struct instance *x)
{
    struct alloc_solution s;
    struct certify_verdict v;

    assert_int_equal(alloc_solution_init(&s, &x->p), 0);
    assert_int_equal(cut_solve(&x->p, &s), 0);
    assert_int_equal(certify_cut(&x->p, &s, &v), 0);
    assert_int_equal(v.broken, CERTIFY_OK);
    return s;
}

static void test_nobody(void **state)
{
    struct instance x;
    struct alloc_solution s;

    (void)state;
    empty(&x);
    s = solved(&x);
    alloc_solution_done(&s);
    add_family(&x, 0);
    s = solved(&x);
    assert_int_equal(s.giver[0], ALLOC_NONE);
    assert_int_equal(s.reason[0], ALLOC_NO_ELIGIBLE_GIVER);
    alloc_solution_done(&s);
    empty(&x);
    add_giver(&x, 3, 0);
    s = solved(&x);
    alloc_solution_done(&s);
}

static void test_zero_quota(void **state)
{
    struct instance x;

    (void)state;
    empty(&x);
    add_giver(&x, 0, 0);
    add_family(&x, 0);
    struct alloc_solution s = solved(&x);

    assert_int_equal(s.reason[0], ALLOC_NO_ELIGIBLE_GIVER);
    alloc_solution_done(&s);
    // Quota, but all of it delivered: exhausted, not ineligible.
    x.givers[0].quota = x.givers[0].taken = 2;
    s = solved(&x);
    assert_int_equal(s.reason[0], ALLOC_SUPPLY_EXHAUSTED);
    alloc_solution_done(&s);
}

static void test_earmarked_elsewhere(void **state)
{
    struct instance x;
    int32_t g;

    (void)state;
    empty(&x);
    x.p.n_earmarks = 1;
    x.earmark_district[0] = 351099;
    x.earmarks[0] = (struct alloc_earmark){ .districts = x.earmark_district, .n_districts = 1 };
    g = add_giver(&x, 100, 0);
    x.givers[g].kind = ALLOC_PARTNER;
    x.givers[g].earmark = 0;
    add_family(&x, 0);
    struct alloc_solution s = solved(&x);

    assert_int_equal(s.giver[0], ALLOC_NONE);
    assert_int_equal(s.reason[0], ALLOC_NO_ELIGIBLE_GIVER);
    alloc_solution_done(&s);
}

static void test_supply_equals_demand(void **state)
{
    struct instance x;

    (void)state;
    empty(&x);
    add_giver(&x, 2, 0);
    add_giver(&x, 1, 1);
    for (int i = 0; i < 3; i++)
        add_family(&x, i % 2);
    struct alloc_solution s = solved(&x);

    assert_int_equal(s.giver[0], 0);
    assert_int_equal(s.giver[1], 1);
    assert_int_equal(s.giver[2], 0);
    alloc_solution_done(&s);
}

static void test_own_family_alone_is_poor(void **state)
{
    struct instance x;

    (void)state;
    empty(&x);
    add_giver(&x, 2, 0);
    x.givers[0].own = add_family(&x, 0);
    struct alloc_solution s = solved(&x);

    assert_int_equal(s.giver[0], ALLOC_NONE);
    assert_int_equal(s.reason[0], ALLOC_NO_ELIGIBLE_GIVER);
    alloc_solution_done(&s);
    // A colleague, however far, takes it.
    add_giver(&x, 1, 1);
    s = solved(&x);
    assert_int_equal(s.giver[0], 1);
    alloc_solution_done(&s);
}

static void test_no_known_place(void **state)
{
    struct instance x;

    (void)state;
    empty(&x);
    add_giver(&x, 1, ALLOC_NONE);
    add_family(&x, 0);
    struct alloc_solution s = solved(&x);

    assert_int_equal(s.giver[0], 0);
    assert_int_equal(alloc_distance(&x.p, 0, 0), ALLOC_FAR_M);
    x.givers[0].kind = ALLOC_PARTNER;
    assert_int_equal(alloc_distance(&x.p, 0, 0), 0);
    alloc_solution_done(&s);
}

/* Level 2: the family goes to the colleague far away rather than a second one to whom it is near. */
static void test_no_giver_idle(void **state)
{
    struct instance x;

    (void)state;
    empty(&x);
    add_giver(&x, 2, 0);
    add_giver(&x, 2, 1);
    add_family(&x, 0);
    add_family(&x, 0);
    struct alloc_solution s = solved(&x);

    assert_int_not_equal(s.giver[0], s.giver[1]);
    alloc_solution_done(&s);
}

static void test_huge_numbers(void **state)
{
    struct instance x;

    (void)state;
    empty(&x);
    for (int i = 0; i < MAX_G; i++)
        x.givers[add_giver(&x, ALLOC_MAX_QUOTA, i % 2)].kind = i % 3 ? ALLOC_PARTNER : ALLOC_ASN;
    for (int v = 0; v < 2; v++)
        x.villages[v].x = v ? CHORD_MAX_COORDINATE : -CHORD_MAX_COORDINATE;
    for (int i = 0; i < MAX_H; i++)
        add_family(&x, i % 2);
    for (int i = 0; i < MAX_H; i++)
        x.households[i].foster = i % 2 ? 0 : ALLOC_NONE;
    for (int32_t lambda = -1; lambda <= ALLOC_MAX_LAMBDA; lambda += ALLOC_MAX_LAMBDA + 1) {
        x.p.lambda_m = lambda;
        struct alloc_solution s = solved(&x);

        for (int i = 0; i < MAX_H; i++)
            assert_true(s.giver[i] >= 0);
        alloc_solution_done(&s);
    }
}

/* 6,000 donations of a million packages: more units than 31 bits hold, in a cut, a load and repairs. */
static void test_more_units_than_31_bits(void **state)
{
    const struct synthetic_size size = { .villages = 4, .givers = 0, .partners = 6000, .families = 40, .quota = 1,
                                         .spread_m = 9000, .seed = 3 };
    struct synthetic s;
    struct alloc_solution plan;
    struct certify_verdict verdict;
    struct repair *repair;
    struct arena scratch = { 0 };

    (void)state;
    synthetic_make(&s, &size);
    for (int32_t g = 0; g < s.p.n_givers; g++)
        s.givers[g].quota = ALLOC_MAX_QUOTA;
    assert_int_equal(alloc_solution_init(&plan, &s.p), 0);
    assert_int_equal(cut_solve(&s.p, &plan), 0);
    assert_int_equal(certify_cut(&s.p, &plan, &verdict), 0);
    assert_true(verdict.unique);
    for (int32_t h = 0; h < s.p.n_households; h++)
        s.households[h].planned = plan.giver[h];
    assert_int_equal(repair_new(&repair), 0);
    assert_int_equal(repair_load(repair, &s.p), 0);
    for (int32_t h = 0; h < s.p.n_households; h++) {
        const struct repair_change *changes;
        int32_t n, gone = s.households[h].planned;

        s.givers[gone].quota = 0;
        assert_int_equal(repair_run(repair, &s.p, NULL, 0, &gone, 1, &changes, &n), 0);
        assert_true(n > 0);
        assert_int_equal(certify_repair(&s.p, changes, n, &scratch, &verdict), 0);
        assert_true(verdict.optimal);
        for (int32_t i = 0; i < n; i++)
            s.households[changes[i].household].planned = changes[i].giver;
    }
    arena_done(&scratch);
    repair_free(repair);
    alloc_solution_done(&plan);
    synthetic_done(&s);
}

static void test_broken_problems(void **state)
{
    struct instance x;
    struct alloc_solution s;

    (void)state;
    empty(&x);
    add_giver(&x, 1, 0);
    add_family(&x, 0);
    assert_int_equal(alloc_solution_init(&s, &x.p), 0);
    x.households[0].village = 2;
    assert_int_equal(cut_solve(&x.p, &s), -EINVAL);
    x.households[0].village = 0;
    x.households[0].cls = ALLOC_CLASSES_PER_DECILE;
    assert_int_equal(cut_solve(&x.p, &s), -EINVAL);
    x.households[0].cls = 0;
    x.givers[0].quota = -1;
    assert_int_equal(cut_solve(&x.p, &s), -EINVAL);
    x.givers[0].quota = 1;
    x.givers[0].place[1] = 7;
    assert_int_equal(cut_solve(&x.p, &s), -EINVAL);
    alloc_solution_done(&s);
}

static void test_roots(void **state)
{
    uint64_t random = 1;

    (void)state;
    for (int64_t n = 0; n < 100000; n++)
        assert_true(chord_isqrt(n) * chord_isqrt(n) <= n && (chord_isqrt(n) + 1) * (chord_isqrt(n) + 1) > n);
    for (int i = 0; i < 100000; i++) {
        int64_t root = (int64_t)(rnd(&random) >> 33);

        assert_int_equal(chord_isqrt(root * root), root);
        if (root > 0) {
            assert_int_equal(chord_isqrt(root * root - 1), root - 1);
            assert_int_equal(chord_isqrt(root * root + 2 * root), root);
        }
    }
}

static void test_figures(void **state)
{
    struct instance x;
    struct figures f;
    struct alloc_household households[60];
    static char ids[60][ID_SIZE];

    (void)state;
    empty(&x);
    add_giver(&x, 40, 0);
    add_giver(&x, 1, 1);
    for (int i = 0; i < 60; i++) {
        // 20 families in the first village, 40 in the second; 10 and 30 of them served.
        int32_t village = i >= 20;

        households[i] = (struct alloc_household){ village, i % 2 ? 0 : ALLOC_NONE, i < 10 || i >= 30 ? 0 : ALLOC_NONE,
                                                  0, ALLOC_OPEN };
        snprintf(ids[i], ID_SIZE, "k1.test%d", i);
    }
    x.p.households = households;
    x.p.household_ids = ids[0];
    x.p.n_households = 60;
    assert_int_equal(figures_compute(&x.p, NULL, &f), 0);
    assert_int_equal(f.coverage[0].households, 60);
    assert_int_equal(f.coverage[0].served, 40);
    // Shares 500 and 750, together 666: off by 166 and 84; Gini 250 / (2 * 1250).
    assert_int_equal(f.fairness[0].min_village_permille, 500);
    assert_int_equal(f.fairness[0].max_deviation_permille, 166);
    assert_int_equal(f.fairness[0].gini_permille, 100);
    assert_int_equal(f.idle_givers, 1);
    assert_int_equal(f.kept, 20);
    assert_int_equal(f.keepable, 20);
    assert_int_equal(f.distance_m, 30 * 3000);
    assert_int_equal(f.distance_p50_m, 3000);
    assert_int_equal(f.distance_p95_m, 3000);
    x.p.n_households = 19;
    assert_int_equal(figures_compute(&x.p, NULL, &f), 0);
    assert_int_equal(f.fairness[0].gini_permille, -1);
    assert_int_equal(f.distance_p50_m, 0);
}

static void test_second_best(void **state)
{
    struct instance x;
    int32_t giver;
    int64_t more;

    (void)state;
    empty(&x);
    add_giver(&x, 1, 0);
    add_family(&x, 0);
    x.households[0].planned = 0;
    assert_int_equal(figures_second_best(&x.p, 0, &giver, &more), -ENOENT);
    add_giver(&x, 1, 1);
    assert_int_equal(figures_second_best(&x.p, 0, &giver, &more), 0);
    assert_int_equal(giver, 1);
    assert_int_equal(more, 3000);
    x.households[0].foster = 0;
    assert_int_equal(figures_second_best(&x.p, 0, &giver, &more), 0);
    assert_int_equal(more, 8000);
}

/* 0 and 1 send two units each through 2 and 3 to the root 4; the cheap way has room for one. */
static void test_simplex(void **state)
{
    struct arena a = { 0 };
    struct netsimplex n;

    (void)state;
    netsimplex_init(&n, &a, 5, 8);
    assert_false(a.failed);
    n.n_nodes = 5;
    n.supply[0] = n.supply[1] = 2;
    netsimplex_add(&n, 0, 2, NETSIMPLEX_ENDLESS, 1, 0);
    netsimplex_add(&n, 0, 3, NETSIMPLEX_ENDLESS, 4, 0);
    netsimplex_add(&n, 1, 2, NETSIMPLEX_ENDLESS, 1, 1);
    netsimplex_add(&n, 1, 3, NETSIMPLEX_ENDLESS, 4, 0);
    netsimplex_add(&n, 2, 4, 1, 0, 0);
    netsimplex_add(&n, 3, 4, 3, 0, 0);
    assert_int_equal(netsimplex_solve(&n, 100), 0);
    assert_true(n.unique);
    assert_int_equal(n.arc[0].flow, 1);
    assert_int_equal(n.arc[1].flow, 1);
    assert_int_equal(n.arc[2].flow, 0);
    assert_int_equal(n.arc[3].flow, 2);
    n.arc[5].cap = 2;
    for (int i = 0; i < 6; i++)
        n.arc[i].flow = 0;
    assert_int_equal(netsimplex_solve(&n, 100), -ENETUNREACH);
    // Without the tie-break two optima are left.
    n.arc[5].cap = 3;
    n.arc[2].lo = 0;
    for (int i = 0; i < 6; i++)
        n.arc[i].flow = 0;
    assert_int_equal(netsimplex_solve(&n, 100), 0);
    assert_false(n.unique);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nobody),
        cmocka_unit_test(test_zero_quota),
        cmocka_unit_test(test_earmarked_elsewhere),
        cmocka_unit_test(test_supply_equals_demand),
        cmocka_unit_test(test_own_family_alone_is_poor),
        cmocka_unit_test(test_no_known_place),
        cmocka_unit_test(test_no_giver_idle),
        cmocka_unit_test(test_huge_numbers),
        cmocka_unit_test(test_more_units_than_31_bits),
        cmocka_unit_test(test_broken_problems),
        cmocka_unit_test(test_roots),
        cmocka_unit_test(test_figures),
        cmocka_unit_test(test_second_best),
        cmocka_unit_test(test_simplex),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
