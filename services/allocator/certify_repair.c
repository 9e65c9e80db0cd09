/*
 * One repair, checked from what was promised before and what it became. Who is served: certify_coverage.c. By whom: no
 * exchange may be better. Families are nodes; that i takes over the unit of j, or a free one, costs what its pair
 * changes by; FREE leads back to all, for whoever is left by its family is free. A circle below zero is an exchange
 * that changes fewer pairs or costs less (Bellman 1958, Ford 1956).
 */
#include <errno.h>

#include "services/allocator/certify_labels.h"

/* Planned pairs that stay, kept pairs (lambda_m = -1), metres, tie-break: CERTIFY_EXCHANGE_MAX of them add up. */
typedef __int128 cost;

enum { METRE_BIT = 50, KEPT_BIT = 84, STAY_BIT = 100 };
#define NO_WAY ((cost)1 << 120)

struct exchange {
    struct certify_view *v;
    int32_t n, *family;             /* households */
    int32_t n_free, *free;          /* givers with a free unit */
    cost *now, *best_free;          /* [families] */
};

static int64_t square_of(const struct certify_view *v, int32_t giver, int32_t village)
{
    const struct alloc_giver *g = &v->p->givers[giver];
    const int32_t nowhere = v->p->n_villages + (g->kind == ALLOC_PARTNER);
    int32_t first = g->place[0], second = g->place[1];

    if (first == ALLOC_NONE && second == ALLOC_NONE)
        return certify_square_from(v, nowhere, village);
    first = first == ALLOC_NONE ? second : first;
    second = second == ALLOC_NONE ? first : second;
    int64_t a = certify_square_from(v, first, village), b = certify_square_from(v, second, village);

    return a < b ? a : b;
}

static bool is_foster(const struct certify_view *v, int32_t giver, int32_t h)
{
    return v->p->households[h].foster == giver && v->p->givers[giver].kind == ALLOC_ASN;
}

static cost cost_of(const struct certify_view *v, int32_t giver, int32_t h)
{
    const struct alloc_household *x = &v->p->households[h];
    bool stays = x->planned == giver, kept = is_foster(v, giver, h);
    int64_t metres = certify_root(square_of(v, giver, x->village)), leg;
    uint64_t key = certify_key(v, alloc_giver_id(v->p, giver));

    if (stays || kept) {
        leg = certify_leg(key, certify_key(v, alloc_household_id(v->p, h)), stays ? 6 : 5);
    } else {
        leg = (INT64_C(1) << CERTIFY_LEG_BITS) + certify_leg(key, certify_village_key(v, x->village), 4);
    }
    metres -= kept && v->p->lambda_m > 0 ? v->p->lambda_m : 0;
    return (cost)metres * ((cost)1 << METRE_BIT) + leg - (stays ? (cost)1 << STAY_BIT : 0) -
        (kept && v->p->lambda_m < 0 ? (cost)1 << KEPT_BIT : 0);
}

static bool is_free(const struct certify_view *v, int32_t giver)
{
    return v->load[giver] < certify_left(&v->p->givers[giver]);
}

/* The cheapest free giver: among the nearest, or one that a bonus brings to the front. */
static cost best_free(const struct exchange *x, int32_t h)
{
    const struct certify_view *v = x->v;
    const struct alloc_household *family = &v->p->households[h];
    const int32_t special[2] = { family->planned, family->foster };
    int64_t nearest = INT64_MAX;
    cost best = NO_WAY;

    for (int32_t i = 0; i < x->n_free; i++)
        if (certify_fits(v, x->free[i], h)) {
            int64_t square = square_of(v, x->free[i], family->village);

            nearest = square < nearest ? square : nearest;
        }
    int64_t metres = nearest < INT64_MAX ? certify_root(nearest) : -1;

    for (int32_t i = 0; i < x->n_free; i++)
        if (certify_fits(v, x->free[i], h) &&
            certify_against(square_of(v, x->free[i], family->village), metres) == 0) {
            cost c = cost_of(v, x->free[i], h);

            best = c < best ? c : best;
        }
    for (int i = 0; i < 2; i++)
        if (special[i] != ALLOC_NONE && is_free(v, special[i]) && certify_fits(v, special[i], h)) {
            cost c = cost_of(v, special[i], h);

            best = c < best ? c : best;
        }
    return best;
}

/* Families with a new giver, and those who share a giver with whom one of them was. */
static int list_families(struct exchange *x, struct arena *a)
{
    const struct certify_view *v = x->v;
    const struct alloc_problem *p = v->p;
    uint8_t *left = ARENA_NEW(a, p->n_givers, uint8_t);

    x->family = ARENA_RAW(a, CERTIFY_EXCHANGE_MAX + 1, int32_t);
    if (a->failed)
        return -ENOMEM;
    for (int32_t i = 0; i < v->n_served; i++) {
        int32_t before = p->households[v->served[i]].planned;

        if (before != ALLOC_NONE && before != v->giver[v->served[i]])
            left[before] = 1;
    }
    for (int32_t i = 0; i < v->n_served && x->n <= CERTIFY_EXCHANGE_MAX; i++) {
        int32_t h = v->served[i];

        if (p->households[h].planned != v->giver[h] || left[v->giver[h]])
            x->family[x->n++] = h;
    }
    return 0;
}

static cost step(const struct exchange *x, int32_t i, int32_t j)
{
    const struct certify_view *v = x->v;
    int32_t h = x->family[i], giver = v->giver[x->family[j]];

    return giver == v->giver[h] || !certify_fits(v, giver, h) ? NO_WAY : cost_of(v, giver, h) - x->now[i];
}

static bool circle_below_zero(const struct exchange *x, struct arena *a)
{
    const int32_t n = x->n;
    cost *table = ARENA_RAW(a, (size_t)n * (size_t)n, cost), *from = ARENA_NEW(a, n + 1, cost), to_free = 0;
    bool more = !a->failed;

    for (int32_t i = 0; i < n && more; i++)
        for (int32_t j = 0; j < n; j++)
            table[(size_t)i * (size_t)n + (size_t)j] = step(x, i, j);
    // from[i]: the least cost of a walk that ends at i, so far; to_free: at FREE.
    for (int32_t round = 0; more && round <= n + 1; round++) {
        more = false;
        for (int32_t i = 0; i < n; i++) {
            if (to_free < from[i]) {
                from[i] = to_free;
                more = true;
            }
            for (int32_t j = 0; j < n; j++) {
                cost c = table[(size_t)i * (size_t)n + (size_t)j];

                if (c != NO_WAY && from[i] + c < from[j]) {
                    from[j] = from[i] + c;
                    more = true;
                }
            }
            if (x->best_free[i] != NO_WAY && from[i] + x->best_free[i] - x->now[i] < to_free) {
                to_free = from[i] + x->best_free[i] - x->now[i];
                more = true;
            }
        }
    }
    return more;
}

bool certify_exchange(struct certify_view *v, struct arena *a)
{
    struct exchange x = { .v = v };
    const struct alloc_problem *p = v->p;

    if (list_families(&x, a) < 0)
        return false;
    if (x.n == 0 || x.n > CERTIFY_EXCHANGE_MAX)
        return true;
    x.free = ARENA_RAW(a, p->n_givers, int32_t);
    x.now = ARENA_RAW(a, x.n, cost);
    x.best_free = ARENA_RAW(a, x.n, cost);
    if (a->failed)
        return false;
    for (int32_t g = 0; g < p->n_givers; g++)
        if (is_free(v, g))
            x.free[x.n_free++] = g;
    for (int32_t i = 0; i < x.n; i++) {
        x.now[i] = cost_of(v, v->giver[x.family[i]], x.family[i]);
        x.best_free[i] = best_free(&x, x.family[i]);
    }
    return !circle_below_zero(&x, a) ||
        certify_broken(v->verdict, CERTIFY_EXCHANGE, x.family[0], v->giver[x.family[0]]);
}

/* The plan after the changes; false with the verdict set if they touch what is no open target, or give no reason. */
static bool apply(struct certify_view *v, const struct repair_change *changes, int32_t n, int32_t *giver)
{
    for (int32_t i = 0; i < n; i++) {
        int32_t h = changes[i].household;

        if (h < 0 || h >= v->p->n_households || v->p->households[h].state != ALLOC_OPEN)
            return certify_broken(v->verdict, CERTIFY_NOT_A_TARGET, ALLOC_NONE, changes[i].giver);
        int right = changes[i].giver != ALLOC_NONE ? ALLOC_SERVED
            : v->quota_for[certify_cell(v, h)] > v->own_quota[v->kin[h]] ? ALLOC_SUPPLY_EXHAUSTED
            : ALLOC_NO_ELIGIBLE_GIVER;

        if (changes[i].reason != right)
            return certify_broken(v->verdict, CERTIFY_REASON, h, changes[i].giver);
        giver[h] = changes[i].giver;
    }
    return true;
}

int certify_repair(const struct alloc_problem *p, const struct repair_change *changes, int32_t n,
                   struct arena *scratch, struct certify_verdict *ret)
{
    int r = alloc_problem_check(p);

    if (r < 0)
        return r;
    arena_reset(scratch);
    *ret = (struct certify_verdict){ .household = ALLOC_NONE, .giver = ALLOC_NONE };
    struct certify_view v = { .verdict = ret, .repair = true };
    int32_t *giver = ARENA_RAW(scratch, p->n_households, int32_t);

    for (int32_t h = 0; h < p->n_households && !scratch->failed; h++)
        giver[h] = p->households[h].state == ALLOC_OPEN ? p->households[h].planned : ALLOC_NONE;
    r = scratch->failed ? -ENOMEM : certify_view_init(&v, scratch, p, giver);
    if (r < 0)
        return r;
    ret->feasible = apply(&v, changes, n, giver) && certify_feasible(&v);
    ret->optimal = ret->unique = ret->feasible && certify_promises(&v, scratch) && certify_exchange(&v, scratch);
    return scratch->failed ? -ENOMEM : 0;
}
