/*
 * The checker of repairs: it passes every repair of the solver and catches every kind of mistake. Random small
 * instances; a kind of mistake that never came up fails the test too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "services/allocator/arena.h"
#include "services/allocator/certify.h"
#include "services/allocator/cut.h"
#include "services/allocator/repair.h"
#include "tests/oracle/instance.h"

enum { INSTANCES = 12000 };

struct mended {
    struct instance x;
    int32_t after[MAX_H], load[MAX_G];
    uint8_t reason[MAX_H];
};

/* A cut, something that happens, and what a repair makes of it. */
static void make(struct mended *m, uint64_t number, uint64_t *r)
{
    struct alloc_solution s;

    instance_make(&m->x, number);
    instance_bind(&m->x);
    assert_int_equal(alloc_solution_init(&s, &m->x.p), 0);
    assert_int_equal(cut_solve(&m->x.p, &s), 0);
    for (int32_t h = 0; h < m->x.p.n_households; h++)
        if (m->x.households[h].state == ALLOC_OPEN)
            m->x.households[h].planned = s.giver[h];
    for (int32_t i = pick(r, 3); i >= 0; i--) {
        struct alloc_household *h = &m->x.households[pick(r, m->x.p.n_households)];
        struct alloc_giver *g = &m->x.givers[pick(r, m->x.p.n_givers)];

        if (pick(r, 3) == 0 && h->state != ALLOC_DELIVERED) {
            h->state = (uint8_t)(h->state == ALLOC_OPEN ? ALLOC_ABSENT : ALLOC_OPEN);
            h->planned = ALLOC_NONE;
        } else {
            g->quota = pick(r, 4);
        }
    }
    assert_int_equal(repair_solve(&m->x.p, &s), 0);
    memset(m->load, 0, sizeof(m->load));
    for (int32_t h = 0; h < m->x.p.n_households; h++) {
        m->after[h] = s.giver[h];
        m->reason[h] = s.reason[h];
        if (m->after[h] >= 0)
            m->load[m->after[h]]++;
    }
    alloc_solution_done(&s);
}

static enum certify_rule verdict_of(const struct mended *m)
{
    static struct arena scratch;
    struct repair_change changes[MAX_H];
    struct certify_verdict v;
    int32_t n = 0;

    for (int32_t h = 0; h < m->x.p.n_households; h++)
        if (m->after[h] != (m->x.households[h].state == ALLOC_OPEN ? m->x.households[h].planned : ALLOC_NONE))
            changes[n++] = (struct repair_change){ h, m->after[h], m->reason[h] };
    assert_int_equal(certify_repair(&m->x.p, changes, n, &scratch, &v), 0);
    assert_int_equal(v.broken == CERTIFY_OK, v.feasible && v.optimal);
    return v.broken;
}

static bool is_open(const struct mended *m, int32_t h)
{
    return m->x.households[h].state == ALLOC_OPEN;
}

static bool has_room(const struct mended *m, int32_t g)
{
    return m->load[g] < alloc_left(&m->x.givers[g]);
}

/* Some open family that is (not) served now and was (not) promised before; -1 = none. */
static int32_t some(struct mended *m, uint64_t *r, bool promised, bool served)
{
    int32_t n = m->x.p.n_households, first = pick(r, n);

    for (int32_t i = 0; i < n; i++) {
        int32_t h = (first + i) % n;

        if (is_open(m, h) && (m->x.households[h].planned >= 0) == promised && (m->after[h] >= 0) == served)
            return h;
    }
    return -1;
}

/* b gets what a had. */
static bool pass_on(struct mended *m, int32_t a, int32_t b)
{
    if (a < 0 || b < 0 || !alloc_may_serve(&m->x.p, m->after[a], b))
        return false;
    m->after[b] = m->after[a];
    m->reason[b] = ALLOC_SERVED;
    m->after[a] = ALLOC_NONE;
    m->reason[a] = (uint8_t)alloc_unserved_reason(&m->x.p, a);
    return true;
}

static bool drop_a_needier_promise(struct mended *m, uint64_t *r)
{
    int32_t kept = some(m, r, true, true), lost = some(m, r, true, false);

    return kept >= 0 && lost >= 0 && m->x.households[kept].cls < m->x.households[lost].cls && pass_on(m, kept, lost);
}

static bool break_a_promise_for_a_newcomer(struct mended *m, uint64_t *r)
{
    return pass_on(m, some(m, r, true, true), some(m, r, false, false));
}

static bool serve_another_newcomer(struct mended *m, uint64_t *r)
{
    return pass_on(m, some(m, r, false, true), some(m, r, false, false));
}

static bool leave_somebody_out(struct mended *m, uint64_t *r)
{
    int32_t h = some(m, r, pick(r, 2) == 0, true);

    if (h < 0)
        return false;
    m->after[h] = ALLOC_NONE;
    m->reason[h] = (uint8_t)alloc_unserved_reason(&m->x.p, h);
    return true;
}

/* A pair that stayed goes to somebody with a free unit. */
static bool change_one_too_many(struct mended *m, uint64_t *r)
{
    int32_t h = some(m, r, true, true), g = pick(r, m->x.p.n_givers);

    if (h < 0 || m->after[h] != m->x.households[h].planned || g == m->after[h] || !has_room(m, g) ||
        !alloc_may_serve(&m->x.p, g, h))
        return false;
    m->after[h] = g;
    return true;
}

static bool swap_two(struct mended *m, uint64_t *r)
{
    int32_t a = some(m, r, true, true), b = some(m, r, pick(r, 2) == 0, true);

    if (a < 0 || b < 0 || m->after[a] == m->after[b] || !alloc_may_serve(&m->x.p, m->after[a], b) ||
        !alloc_may_serve(&m->x.p, m->after[b], a))
        return false;
    int32_t t = m->after[a];

    m->after[a] = m->after[b];
    m->after[b] = t;
    // Two new pairs of one village may cost the same either way.
    return m->x.households[a].village != m->x.households[b].village || m->after[b] == m->x.households[a].planned;
}

/* Whoever needed a new giver gets a farther one. */
static bool send_a_farther_giver(struct mended *m, uint64_t *r)
{
    int32_t h = some(m, r, pick(r, 2) == 0, true), g = pick(r, m->x.p.n_givers);
    const struct alloc_household *x = h >= 0 ? &m->x.households[h] : NULL;

    if (h < 0 || m->after[h] == x->planned || g == x->planned || !has_room(m, g) || g == x->foster ||
        !alloc_may_serve(&m->x.p, g, h) ||
        alloc_distance(&m->x.p, g, x->village) <= alloc_distance(&m->x.p, m->after[h], x->village))
        return false;
    m->after[h] = g;
    return true;
}

static bool touch_a_delivered_pair(struct mended *m, uint64_t *r)
{
    int32_t h = pick(r, m->x.p.n_households);

    if (m->x.households[h].state != ALLOC_DELIVERED)
        return false;
    m->after[h] = pick(r, m->x.p.n_givers);
    return true;
}

static bool give_the_own_family(struct mended *m, uint64_t *r)
{
    int32_t g = pick(r, m->x.p.n_givers), h = m->x.givers[g].own;

    if (h < 0 || m->after[h] < 0)
        return false;
    m->after[h] = g;
    return true;
}

static bool exceed_a_quota(struct mended *m, uint64_t *r)
{
    int32_t h = some(m, r, true, true), g = pick(r, m->x.p.n_givers);

    if (h < 0 || g == m->after[h] || has_room(m, g) || !alloc_may_serve(&m->x.p, g, h))
        return false;
    m->after[h] = g;
    return true;
}

static bool give_a_wrong_reason(struct mended *m, uint64_t *r)
{
    int32_t h = some(m, r, true, false);

    if (h < 0)
        return false;
    m->reason[h] ^= ALLOC_NO_ELIGIBLE_GIVER ^ ALLOC_SUPPLY_EXHAUSTED;
    return true;
}

#define RULE(rule) (1U << (rule))

static const struct {
    const char *name;
    bool (*spoil)(struct mended *m, uint64_t *r);
    unsigned rules;                 /* any of these may be the first broken one */
} spoils[] = {
    { "a needier promise dropped", drop_a_needier_promise, RULE(CERTIFY_COVERAGE) },
    { "a promise broken for a newcomer", break_a_promise_for_a_newcomer, RULE(CERTIFY_COVERAGE) },
    { "another newcomer", serve_another_newcomer, RULE(CERTIFY_COVERAGE) | RULE(CERTIFY_LOTTERY) },
    { "somebody left out", leave_somebody_out, RULE(CERTIFY_COVERAGE) | RULE(CERTIFY_LOTTERY) },
    { "one change too many", change_one_too_many, RULE(CERTIFY_EXCHANGE) },
    { "two givers swapped", swap_two, RULE(CERTIFY_EXCHANGE) },
    { "a farther giver", send_a_farther_giver, RULE(CERTIFY_EXCHANGE) },
    { "a delivered pair touched", touch_a_delivered_pair, RULE(CERTIFY_NOT_A_TARGET) },
    { "the own family", give_the_own_family, RULE(CERTIFY_OWN_FAMILY) },
    { "a quota exceeded", exceed_a_quota, RULE(CERTIFY_QUOTA) },
    { "a wrong reason", give_a_wrong_reason, RULE(CERTIFY_REASON) },
};

static void every_mistake_is_caught(void **state)
{
    static struct mended right, m;
    int caught[ARRAY_LEN(spoils)] = { 0 };

    (void)state;
    for (uint64_t number = 1; number <= INSTANCES; number++) {
        uint64_t seed = number * 31, *r = &seed;

        make(&right, number, r);
        assert_int_equal(verdict_of(&right), CERTIFY_OK);
        for (size_t i = 0; i < ARRAY_LEN(spoils); i++) {
            m = right;
            instance_bind(&m.x);
            if (!spoils[i].spoil(&m, r))
                continue;
            enum certify_rule rule = verdict_of(&m);

            if (!(RULE(rule) & spoils[i].rules))
                fail_msg("instance %d, %s: %s", (int)number, spoils[i].name, certify_rule_name(rule));
            caught[i]++;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(spoils); i++)
        if (caught[i] < 20)
            fail_msg("%s: only %d", spoils[i].name, caught[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_mistake_is_caught) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
