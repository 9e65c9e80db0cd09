/*
 * The checker: it passes every plan of the solver and catches every kind of mistake. Random small instances; a kind of
 * mistake that never came up fails the test too. What only published decisions can get wrong (a row twice, digest,
 * surplus, figures, a frozen rule, a delivered pair, what a repair drops or changes) is spoilt in tests/plan.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "services/allocator/certify.h"
#include "services/allocator/cut.h"
#include "tests/oracle/instance.h"

enum { INSTANCES = 1500 };

struct plan {
    struct instance x;
    struct alloc_solution s;
    int32_t load[MAX_G];
};

static void make_plan(struct plan *plan, uint64_t number)
{
    instance_make(&plan->x, number);
    instance_bind(&plan->x);
    assert_int_equal(alloc_solution_init(&plan->s, &plan->x.p), 0);
    assert_int_equal(cut_solve(&plan->x.p, &plan->s), 0);
    memset(plan->load, 0, sizeof(plan->load));
    for (int32_t h = 0; h < plan->x.p.n_households; h++)
        if (plan->s.giver[h] >= 0)
            plan->load[plan->s.giver[h]]++;
}

static enum certify_rule verdict_of(const struct plan *plan)
{
    struct certify_verdict v;

    assert_int_equal(certify_cut(&plan->x.p, &plan->s, &v), 0);
    assert_int_equal(v.broken == CERTIFY_OK, v.feasible && v.optimal && v.unique);
    return v.broken;
}

/* Each mutation changes the plan or its proof, and returns false where the instance offers nothing to spoil. */
typedef bool mutation(struct plan *plan, uint64_t *r);

static int32_t served_one(struct plan *plan, uint64_t *r)
{
    int32_t n = plan->x.p.n_households, first = pick(r, n);

    for (int32_t i = 0; i < n; i++)
        if (plan->s.giver[(first + i) % n] >= 0)
            return (first + i) % n;
    return -1;
}

static bool swap_givers(struct plan *plan, uint64_t *r)
{
    int32_t a = served_one(plan, r), b = served_one(plan, r), *giver = plan->s.giver;

    if (a < 0 || giver[a] == giver[b])
        return false;
    int32_t t = giver[a];

    giver[a] = giver[b];
    giver[b] = t;
    return true;
}

static bool serve_another(struct plan *plan, uint64_t *r, bool same_village)
{
    int32_t a = served_one(plan, r);

    for (int32_t b = 0; a >= 0 && b < plan->x.p.n_households; b++) {
        const struct alloc_household *x = &plan->x.households[a], *y = &plan->x.households[b];

        if (y->state != ALLOC_OPEN || plan->s.giver[b] >= 0 || x->cls != y->cls ||
            (x->village == y->village) != same_village)
            continue;
        plan->s.giver[b] = plan->s.giver[a];
        plan->s.giver[a] = ALLOC_NONE;
        plan->s.reason[a] = ALLOC_SUPPLY_EXHAUSTED;
        plan->s.reason[b] = ALLOC_SERVED;
        return true;
    }
    return false;
}

static bool serve_next_in_lottery(struct plan *plan, uint64_t *r)
{
    return serve_another(plan, r, true);
}

static bool starve_village(struct plan *plan, uint64_t *r)
{
    return serve_another(plan, r, false);
}

static bool idle_giver(struct plan *plan, uint64_t *r)
{
    int32_t a = served_one(plan, r);

    if (a < 0 || plan->load[plan->s.giver[a]] != 1 || plan->x.givers[plan->s.giver[a]].kind != ALLOC_ASN)
        return false;
    for (int32_t g = 0; g < plan->x.p.n_givers; g++)
        if (g != plan->s.giver[a] && plan->load[g] > 0 && plan->load[g] < alloc_left(&plan->x.givers[g]) &&
            alloc_may_serve(&plan->x.p, g, a)) {
            plan->s.giver[a] = g;
            return true;
        }
    return false;
}

static bool own_family(struct plan *plan, uint64_t *r)
{
    int32_t g = pick(r, plan->x.p.n_givers), h = plan->x.givers[g].own;

    if (h < 0 || plan->s.giver[h] < 0)
        return false;
    plan->s.giver[h] = g;
    return true;
}

static bool exceed_quota(struct plan *plan, uint64_t *r)
{
    int32_t a = served_one(plan, r);

    for (int32_t g = 0; a >= 0 && g < plan->x.p.n_givers; g++)
        if (g != plan->s.giver[a] && plan->load[g] == alloc_left(&plan->x.givers[g]) &&
            alloc_may_serve(&plan->x.p, g, a)) {
            plan->s.giver[a] = g;
            return true;
        }
    return false;
}

static bool ignore_earmark(struct plan *plan, uint64_t *r)
{
    int32_t a = served_one(plan, r);

    for (int32_t g = 0; a >= 0 && g < plan->x.p.n_givers; g++)
        if (plan->x.givers[g].kind == ALLOC_PARTNER && !alloc_may_serve(&plan->x.p, g, a) &&
            plan->load[g] < alloc_left(&plan->x.givers[g])) {
            plan->s.giver[a] = g;
            return true;
        }
    return false;
}

static bool drop_row(struct plan *plan, uint64_t *r)
{
    int32_t a = served_one(plan, r);

    if (a < 0)
        return false;
    plan->s.giver[a] = ALLOC_NONE;
    plan->s.reason[a] = ALLOC_SUPPLY_EXHAUSTED;
    return true;
}

static bool wrong_reason(struct plan *plan, uint64_t *r)
{
    int32_t h = pick(r, plan->x.p.n_households);

    plan->s.reason[h] = plan->s.reason[h] == ALLOC_SUPPLY_EXHAUSTED ? ALLOC_NO_ELIGIBLE_GIVER : ALLOC_SUPPLY_EXHAUSTED;
    return true;
}

static bool serve_no_target(struct plan *plan, uint64_t *r)
{
    int32_t a = served_one(plan, r);

    for (int32_t h = 0; a >= 0 && h < plan->x.p.n_households; h++)
        if (plan->x.households[h].state != ALLOC_OPEN) {
            plan->s.giver[h] = plan->s.giver[a];
            return true;
        }
    return false;
}

static bool unknown_giver(struct plan *plan, uint64_t *r)
{
    int32_t a = served_one(plan, r);

    if (a >= 0)
        plan->s.giver[a] = plan->x.p.n_givers;
    return a >= 0;
}

static bool price_off_by_one(struct plan *plan, uint64_t *r)
{
    int32_t a = served_one(plan, r), by = pick(r, 2) ? 1 : -1;

    // A kept pair may earn a rent, so its prices have some play; others are exact.
    if (a < 0 || plan->x.households[a].foster == plan->s.giver[a])
        return false;
    struct alloc_price *price = pick(r, 2) ? &plan->s.evidence.household[a]
        : &plan->s.evidence.giver[plan->s.giver[a]];

    *(pick(r, 2) ? &price->hi : &price->lo) += by;
    return true;
}

static bool weak_weights(struct plan *plan, uint64_t *r)
{
    if (served_one(plan, r) < 0)
        return false;
    plan->s.evidence.idle_weight = 0;
    return true;
}

/* The problem is another one than was solved: the plan must fail unless it happens to be right for that one too. */
static bool still_right(struct plan *plan)
{
    struct alloc_solution s;
    bool same = true;

    assert_int_equal(alloc_solution_init(&s, &plan->x.p), 0);
    assert_int_equal(cut_solve(&plan->x.p, &s), 0);
    for (int32_t h = 0; h < plan->x.p.n_households; h++)
        same &= s.giver[h] == plan->s.giver[h] && s.reason[h] == plan->s.reason[h];
    alloc_solution_done(&s);
    return same;
}

static bool wrong_lambda(struct plan *plan, uint64_t *r)
{
    (void)r;
    plan->x.p.lambda_m = plan->x.p.lambda_m == 0 ? 100000 : 0;
    return !still_right(plan);
}

static bool wrong_waiting(struct plan *plan, uint64_t *r)
{
    struct alloc_household *h = &plan->x.households[pick(r, plan->x.p.n_households)];

    h->cls = (uint8_t)(h->cls / 4 * 4 + (3 - h->cls % 4));
    return !still_right(plan);
}

static bool wrong_foster_parent(struct plan *plan, uint64_t *r)
{
    struct alloc_household *h = &plan->x.households[pick(r, plan->x.p.n_households)];
    int32_t g = pick(r, plan->x.p.n_givers);

    h->foster = plan->x.givers[g].kind == ALLOC_ASN ? g : ALLOC_NONE;
    return !still_right(plan);
}

static bool changed_seed(struct plan *plan, uint64_t *r)
{
    (void)r;
    plan->x.p.seed = "another seed";
    return !still_right(plan);
}

static bool changed_quota(struct plan *plan, uint64_t *r)
{
    plan->x.givers[pick(r, plan->x.p.n_givers)].quota += 1;
    return !still_right(plan);
}

static const struct {
    const char *name;
    mutation *apply;
} mutations[] = {
    { "givers swapped", swap_givers },
    { "the next in the lottery served", serve_next_in_lottery },
    { "a village starved", starve_village },
    { "a giver idled", idle_giver },
    { "own family", own_family },
    { "quota exceeded by one", exceed_quota },
    { "earmark ignored", ignore_earmark },
    { "row dropped", drop_row },
    { "wrong reason", wrong_reason },
    { "no target served", serve_no_target },
    { "unknown giver", unknown_giver },
    { "price off by one", price_off_by_one },
    { "weights too small", weak_weights },
    { "wrong lambda", wrong_lambda },
    { "wrong waiting", wrong_waiting },
    { "wrong foster parent", wrong_foster_parent },
    { "seed changed", changed_seed },
    { "quota changed", changed_quota },
};

static void test_mutations_are_caught(void **state)
{
    (void)state;
    for (size_t m = 0; m < ARRAY_LEN(mutations); m++) {
        int applied = 0;

        for (uint64_t i = 1; i <= INSTANCES; i++) {
            uint64_t random = i * 977 + m;
            struct plan plan;

            make_plan(&plan, i);
            if (mutations[m].apply(&plan, &random)) {
                applied++;
                if (verdict_of(&plan) == CERTIFY_OK)
                    fail_msg("%s: passed in instance %llu", mutations[m].name, (unsigned long long)i);
            }
            alloc_solution_done(&plan.s);
        }
        if (applied < 10)
            fail_msg("%s: came up only %d times", mutations[m].name, applied);
    }
}

/* Two givers of one type change families of one village: every level costs the same, the names are wrong. */
static void test_equal_swap_is_caught(void **state)
{
    int names = 0;

    (void)state;
    for (uint64_t i = 1; i <= 4 * INSTANCES; i++) {
        uint64_t random = i;
        struct plan plan;

        make_plan(&plan, i);
        names += swap_givers(&plan, &random) && verdict_of(&plan) == CERTIFY_NAMES;
        alloc_solution_done(&plan.s);
    }
    assert_true(names > 10);
}

/* Two givers with one id have one key: where they can change places at no cost, no plan is the only one. */
static void test_ties_are_caught(void **state)
{
    int ties = 0;

    (void)state;
    for (uint64_t i = 1; i <= INSTANCES; i++) {
        uint64_t random = i;
        struct plan plan;

        instance_make(&plan.x, i);
        instance_bind(&plan.x);
        int32_t a = pick(&random, plan.x.p.n_givers), b = pick(&random, plan.x.p.n_givers);

        memcpy(plan.x.giver_ids[a], plan.x.giver_ids[b], sizeof(plan.x.giver_ids[a]));
        plan.x.givers[a] = plan.x.givers[b];
        assert_int_equal(alloc_solution_init(&plan.s, &plan.x.p), 0);
        ties += cut_solve(&plan.x.p, &plan.s) == 0 && verdict_of(&plan) == CERTIFY_TIE;
        alloc_solution_done(&plan.s);
    }
    assert_true(ties > 10);
}

static void test_state(void **state)
{
    (void)state;
    for (uint64_t i = 1; i <= INSTANCES; i++) {
        struct certify_verdict v;
        struct plan plan;

        make_plan(&plan, i);
        for (int32_t h = 0; h < plan.x.p.n_households; h++)
            if (plan.x.households[h].state == ALLOC_OPEN)
                plan.x.households[h].planned = plan.s.giver[h];
        assert_int_equal(certify_state(&plan.x.p, &v), 0);
        assert_int_equal(v.broken, CERTIFY_OK);
        uint64_t random = i;
        int32_t a = served_one(&plan, &random);

        if (a >= 0) {
            plan.x.households[a].planned = ALLOC_NONE;
            assert_int_equal(certify_state(&plan.x.p, &v), 0);
            assert_int_equal(v.broken, CERTIFY_COVERAGE);
            plan.x.households[a].planned = plan.s.giver[a];
            plan.x.givers[plan.s.giver[a]].quota = plan.x.givers[plan.s.giver[a]].taken;
            assert_int_equal(certify_state(&plan.x.p, &v), 0);
            assert_int_equal(v.broken, CERTIFY_QUOTA);
        }
        alloc_solution_done(&plan.s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mutations_are_caught),
        cmocka_unit_test(test_equal_swap_is_caught),
        cmocka_unit_test(test_ties_are_caught),
        cmocka_unit_test(test_state),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
