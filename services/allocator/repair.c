#include "services/allocator/repair.h"

#include <errno.h>
#include <stdlib.h>

#include "services/allocator/coverage.h"
#include "services/allocator/reassign.h"

static int choose(struct arena *a, const struct alloc_problem *p, struct coverage *c, uint8_t *served)
{
    uint8_t *candidate = ARENA_NEW(a, p->n_households, uint8_t);
    int ret = coverage_init(c, a, p);

    if (ret == 0)
        ret = coverage_keep(c, a, served);
    if (ret < 0)
        return ret;
    for (int32_t h = 0; h < p->n_households; h++)
        candidate[h] = p->households[h].state == ALLOC_OPEN && p->households[h].planned == ALLOC_NONE;
    return coverage_choose(c, a, candidate, served);
}

static int solve(struct arena *a, const struct alloc_problem *p, struct alloc_solution *s)
{
    struct coverage c;
    uint8_t *served = ARENA_NEW(a, p->n_households, uint8_t);

    if (a->failed)
        return -ENOMEM;
    int ret = choose(a, p, &c, served);

    if (ret == 0)
        ret = reassign(a, p, served, s->giver);
    for (int32_t h = 0; h < p->n_households && ret == 0; h++)
        s->reason[h] = (uint8_t)(p->households[h].state == ALLOC_OPEN && !served[h] ? coverage_reason(&c, h)
                                                                                   : ALLOC_SERVED);
    return ret;
}

int repair_solve(const struct alloc_problem *p, struct alloc_solution *s)
{
    struct arena arena = { 0 };
    int ret = alloc_problem_check(p);

    if (ret == 0)
        ret = solve(&arena, p, s);
    arena_done(&arena);
    return ret;
}

struct repair {
    struct repair_change *changes;
    int32_t room;
};

int repair_new(struct repair **ret)
{
    *ret = calloc(1, sizeof(**ret));
    return *ret == NULL ? -ENOMEM : 0;
}

void repair_free(struct repair *r)
{
    if (r != NULL)
        free(r->changes);
    free(r);
}

int repair_load(struct repair *r, const struct alloc_problem *p)
{
    (void)r;
    return alloc_problem_check(p);
}

int repair_run(struct repair *r, const struct alloc_problem *p, const int32_t *households, int32_t n_households,
               const int32_t *givers, int32_t n_givers, const struct repair_change **ret_changes, int32_t *ret_n)
{
    struct alloc_solution s;
    int ret = alloc_solution_init(&s, p);
    int32_t n = 0;

    (void)households;
    (void)n_households;
    (void)givers;
    (void)n_givers;
    if (ret == 0)
        ret = repair_solve(p, &s);
    if (ret == 0 && r->room < p->n_households) {
        free(r->changes);
        r->changes = malloc(sizeof(*r->changes) * (size_t)p->n_households);
        r->room = r->changes != NULL ? p->n_households : 0;
        ret = r->changes != NULL ? 0 : -ENOMEM;
    }
    for (int32_t h = 0; h < p->n_households && ret == 0; h++)
        if (p->households[h].state == ALLOC_OPEN && s.giver[h] != p->households[h].planned)
            r->changes[n++] = (struct repair_change){ h, s.giver[h], s.reason[h] };
    alloc_solution_done(&s);
    *ret_changes = r->changes;
    *ret_n = n;
    return ret;
}
