/*
 * An event and its inverse. A repair changes as little as it can, so the way back is not always the way there; what it
 * must give back is said case by case.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "services/allocator/cut.h"
#include "services/allocator/repair.h"
#include "tests/oracle/instance.h"

enum { INSTANCES = 1500 };

static void cut(struct instance *x)
{
    struct alloc_solution s;

    assert_int_equal(alloc_solution_init(&s, &x->p), 0);
    assert_int_equal(cut_solve(&x->p, &s), 0);
    for (int32_t h = 0; h < x->p.n_households; h++)
        if (x->households[h].state == ALLOC_OPEN)
            x->households[h].planned = s.giver[h];
    alloc_solution_done(&s);
}

/* After something happened to a household or a giver, or ALLOC_NONE. */
static void repair(struct repair *repair, struct instance *x, int32_t household, int32_t giver)
{
    const struct repair_change *changes;
    int32_t n;

    assert_int_equal(repair_run(repair, &x->p, &household, household >= 0, &giver, giver >= 0, &changes, &n), 0);
    for (int32_t i = 0; i < n; i++)
        x->households[changes[i].household].planned = changes[i].giver;
}

struct cost {
    int64_t served, kept, metres;
};

static struct cost cost_of(const struct instance *x)
{
    struct cost c = { 0, 0, 0 };

    for (int32_t h = 0; h < x->p.n_households; h++) {
        const struct alloc_household *family = &x->households[h];

        if (family->state != ALLOC_OPEN || family->planned < 0)
            continue;
        c.served++;
        c.kept += family->planned == family->foster;
        c.metres += alloc_distance(&x->p, family->planned, family->village);
    }
    if (x->p.lambda_m >= 0) {
        c.metres -= x->p.lambda_m * c.kept;
        c.kept = 0;
    }
    return c;
}

/*
 * Packages for everybody, one each: no unit goes to somebody else while the family is away, and none is better than
 * the one it had, or the cut would have taken it.
 */
static void test_family_leaves_and_returns(void **state)
{
    struct repair *r;
    int came_back = 0;

    (void)state;
    assert_int_equal(repair_new(&r), 0);
    for (uint64_t i = 1; i <= 4 * INSTANCES; i++) {
        struct instance x;
        bool all = true;
        int32_t open = 0;

        instance_make(&x, i);
        instance_bind(&x);
        for (int32_t g = 0; g < x.p.n_givers; g++) {
            x.givers[g].kind = ALLOC_ASN;
            x.givers[g].earmark = ALLOC_NONE;
            x.givers[g].quota = 1;
            x.givers[g].taken = 0;
        }
        for (int32_t h = 0; h < x.p.n_households; h++)
            if (x.households[h].state == ALLOC_OPEN && ++open >= x.p.n_givers)
                x.households[h].state = ALLOC_ABSENT;
        cut(&x);
        for (int32_t h = 0; h < x.p.n_households; h++)
            all &= x.households[h].state != ALLOC_OPEN || x.households[h].planned >= 0;
        if (!all)
            continue;
        struct cost before = cost_of(&x);

        assert_int_equal(repair_load(r, &x.p), 0);
        for (int32_t h = 0; h < x.p.n_households; h++) {
            if (x.households[h].state != ALLOC_OPEN)
                continue;
            x.households[h].state = ALLOC_ABSENT;
            x.households[h].planned = ALLOC_NONE;
            repair(r, &x, h, ALLOC_NONE);
            assert_int_equal(cost_of(&x).served, before.served - 1);
            x.households[h].state = ALLOC_OPEN;
            repair(r, &x, h, ALLOC_NONE);
            struct cost after = cost_of(&x);

            assert_int_equal(after.served, before.served);
            assert_int_equal(after.kept, before.kept);
            assert_int_equal(after.metres, before.metres);
            came_back++;
        }
    }
    repair_free(r);
    assert_true(came_back > INSTANCES);
}

static void coverage_of(const struct instance *x, int32_t *by_class)
{
    memset(by_class, 0, sizeof(int32_t) * ALLOC_MAX_CLASSES);
    for (int32_t h = 0; h < x->p.n_households; h++)
        by_class[x->households[h].cls] += x->households[h].state == ALLOC_OPEN && x->households[h].planned >= 0;
}

/* A package more, and it is taken away again: as many of each class are served as before. */
static void test_package_comes_and_goes(void **state)
{
    struct repair *r;
    int used = 0;

    (void)state;
    assert_int_equal(repair_new(&r), 0);
    for (uint64_t i = 1; i <= INSTANCES; i++) {
        int32_t before[ALLOC_MAX_CLASSES], more[ALLOC_MAX_CLASSES], after[ALLOC_MAX_CLASSES];
        struct instance x;

        instance_make(&x, i);
        instance_bind(&x);
        cut(&x);
        assert_int_equal(repair_load(r, &x.p), 0);
        coverage_of(&x, before);
        for (int32_t g = 0; g < x.p.n_givers; g++) {
            x.givers[g].quota++;
            repair(r, &x, ALLOC_NONE, g);
            coverage_of(&x, more);
            x.givers[g].quota--;
            repair(r, &x, ALLOC_NONE, g);
            coverage_of(&x, after);
            used += memcmp(before, more, sizeof(before)) != 0;
            assert_memory_equal(before, after, sizeof(before));
        }
    }
    repair_free(r);
    assert_true(used > INSTANCES / 2);
}

/* A giver goes and returns where packages are short: the promises that break and are made again are as many of each
 * class. */
static void test_giver_goes_and_returns(void **state)
{
    struct repair *r;
    int broken = 0;

    (void)state;
    assert_int_equal(repair_new(&r), 0);
    for (uint64_t i = 1; i <= INSTANCES; i++) {
        int32_t before[ALLOC_MAX_CLASSES], fewer[ALLOC_MAX_CLASSES], after[ALLOC_MAX_CLASSES];
        struct instance x;

        instance_make(&x, i);
        instance_bind(&x);
        cut(&x);
        assert_int_equal(repair_load(r, &x.p), 0);
        coverage_of(&x, before);
        for (int32_t g = 0; g < x.p.n_givers; g++) {
            int32_t quota = x.givers[g].quota;

            x.givers[g].quota = 0;
            repair(r, &x, ALLOC_NONE, g);
            coverage_of(&x, fewer);
            x.givers[g].quota = quota;
            repair(r, &x, ALLOC_NONE, g);
            coverage_of(&x, after);
            broken += memcmp(before, fewer, sizeof(before)) != 0;
            assert_memory_equal(before, after, sizeof(before));
        }
    }
    repair_free(r);
    assert_true(broken > INSTANCES / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_family_leaves_and_returns),
        cmocka_unit_test(test_package_comes_and_goes),
        cmocka_unit_test(test_giver_goes_and_returns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
