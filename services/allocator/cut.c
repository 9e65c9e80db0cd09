#include "services/allocator/cut.h"

#include <errno.h>

#include "services/allocator/coverage.h"
#include "services/allocator/decompose.h"
#include "services/allocator/network.h"

/* Level 1, in memory of its own: the rest needs only its answer. */
static int choose(const struct alloc_problem *p, uint8_t *served, uint8_t *reason)
{
    struct arena a cleanup(arena_done) = { 0 };
    uint8_t *candidate = ARENA_RAW(&a, p->n_households, uint8_t);
    struct coverage c;

    if (a.failed)
        return -ENOMEM;
    for (int32_t h = 0; h < p->n_households; h++)
        candidate[h] = p->households[h].state == ALLOC_OPEN;
    int ret = coverage_init(&c, &a, p);

    if (ret == 0)
        ret = coverage_choose(&c, &a, candidate, served);
    for (int32_t h = 0; h < p->n_households && ret == 0; h++)
        reason[h] = (uint8_t)(candidate[h] && !served[h] ? coverage_reason(&c, h) : ALLOC_SERVED);
    return ret;
}

static int solve(const struct alloc_problem *p, struct arena *a, struct alloc_solution *s)
{
    struct network n;
    uint8_t *served = ARENA_NEW(a, p->n_households, uint8_t);
    int ret = a->failed ? -ENOMEM : choose(p, served, s->reason);

    if (ret == 0)
        ret = network_build(&n, a, p, served, true);
    if (ret == 0)
        ret = netsimplex_solve(&n.simplex, n.penalty);
    if (ret < 0)
        return ret;
    for (int32_t h = 0; h < p->n_households; h++)
        s->giver[h] = ALLOC_NONE;
    network_evidence(&n, &s->evidence);
    return decompose(&n, a, s->giver);
}

int cut_solve(const struct alloc_problem *p, struct alloc_solution *s)
{
    struct arena arena = { 0 };
    int ret = alloc_problem_check(p);

    if (ret == 0)
        ret = solve(p, &arena, s);
    arena_done(&arena);
    return ret;
}
