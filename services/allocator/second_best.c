/* What keeps a family with its giver: the best plan in which this one pair is barred. */
#include <errno.h>

#include "services/allocator/decompose.h"
#include "services/allocator/figures.h"
#include "services/allocator/network.h"

/* Metres minus lambda per kept pair. */
static int64_t cost_of(const struct alloc_problem *p, int32_t h, int32_t giver)
{
    const struct alloc_household *x = &p->households[h];

    return alloc_distance(p, giver, x->village) -
        (giver == x->foster && p->givers[giver].kind == ALLOC_ASN && p->lambda_m > 0 ? p->lambda_m : 0);
}

static int solve_without(struct arena *a, const struct alloc_problem *p, int32_t h, const uint8_t *served,
                         int32_t *giver)
{
    struct network n;
    int ret = network_build_without(&n, a, p, served, p->households[h].planned, h);

    if (ret == 0)
        ret = netsimplex_solve(&n.simplex, n.penalty);
    return ret == 0 ? decompose(&n, a, giver) : ret == -ENETUNREACH ? -ENOENT : ret;
}

int figures_second_best(const struct alloc_problem *p, int32_t h, int32_t *ret_giver, int64_t *ret_more_m)
{
    struct arena a = { 0 };
    int ret = alloc_problem_check(p);

    if (ret < 0 || h < 0 || h >= p->n_households)
        return -EINVAL;
    if (p->households[h].state != ALLOC_OPEN || p->households[h].planned == ALLOC_NONE)
        return -ENOENT;
    uint8_t *served = ARENA_NEW(&a, p->n_households, uint8_t);
    int32_t *giver = ARENA_NEW(&a, p->n_households, int32_t);

    for (int32_t i = 0; i < p->n_households && !a.failed; i++)
        served[i] = p->households[i].state == ALLOC_OPEN && p->households[i].planned != ALLOC_NONE;
    ret = a.failed ? -ENOMEM : solve_without(&a, p, h, served, giver);
    if (ret == 0) {
        *ret_giver = giver[h];
        *ret_more_m = 0;
        for (int32_t i = 0; i < p->n_households; i++)
            if (served[i])
                *ret_more_m += cost_of(p, i, giver[i]) - cost_of(p, i, p->households[i].planned);
    }
    arena_done(&a);
    return ret;
}
