#include "tests/oracle/lemon/networks.h"

#include <errno.h>
#include <time.h>

#include "services/allocator/coverage.h"
#include "services/allocator/cut.h"
#include "services/allocator/network.h"
#include "tests/bench/synthetic.h"

static const struct {
    const char *name;
    struct synthetic_size size;
    int months;
    int32_t lambda_m;
} networks[] = {
    { "village of villages, tiny", { 9, 60, 4, 400, 2, 20000, 7 }, 2, 5000 },
    { "Banyuwangi, shortage, first month", { 217, 10500, 40, 88000, 2, 80000, 20260101 }, 1, 5000 },
    { "Banyuwangi, shortage, second month", { 217, 10500, 40, 88000, 2, 80000, 20260101 }, 2, 5000 },
    { "Banyuwangi, surplus, first month", { 217, 10500, 40, 88000, 9, 80000, 20260101 }, 1, 5000 },
    { "Banyuwangi, surplus, second month", { 217, 10500, 40, 88000, 9, 80000, 20260101 }, 2, 5000 },
    { "Banyuwangi, surplus, second, -1", { 217, 10500, 40, 88000, 9, 80000, 20260101 }, 2, -1 },
};

struct own {
    struct synthetic s;
    struct arena a;
    struct network n;
};

int lemon_networks(void)
{
    return (int)ARRAY_LEN(networks);
}

static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int play_months(struct synthetic *s, int months)
{
    struct alloc_solution plan;
    int ret = alloc_solution_init(&plan, &s->p);

    for (int i = 1; i < months && ret == 0; i++) {
        ret = cut_solve(&s->p, &plan);
        if (ret == 0)
            synthetic_month(s, plan.giver, "2026-02");
    }
    alloc_solution_done(&plan);
    return ret;
}

static int solve(struct own *o, struct lemon_network *ret)
{
    struct coverage c;
    const struct alloc_problem *p = &o->s.p;
    uint8_t *candidate = ARENA_NEW(&o->a, p->n_households, uint8_t);
    uint8_t *served = ARENA_NEW(&o->a, p->n_households, uint8_t);

    if (o->a.failed)
        return -ENOMEM;
    memset(candidate, 1, (size_t)p->n_households);
    int r = coverage_init(&c, &o->a, p);

    if (r == 0)
        r = coverage_choose(&c, &o->a, candidate, served);
    if (r == 0)
        r = network_build(&o->n, &o->a, p, served, true);
    if (r < 0)
        return r;
    double start = now_ms();

    r = netsimplex_solve(&o->n.simplex, o->n.penalty);
    ret->ms = now_ms() - start;
    return r;
}

int lemon_network_solve(int which, struct lemon_network *ret)
{
    struct own *o = calloc(1, sizeof(*o));

    if (o == NULL)
        return -ENOMEM;
    *ret = (struct lemon_network){ .name = networks[which].name, .own = o };
    synthetic_make(&o->s, &networks[which].size);
    int r = play_months(&o->s, networks[which].months);

    o->s.p.lambda_m = networks[which].lambda_m;
    if (r == 0)
        r = solve(o, ret);
    const struct netsimplex *n = &o->n.simplex;

    if (r == 0)
        ret->arc = ARENA_NEW(&o->a, n->n_arcs, struct lemon_arc);
    if (r < 0 || ret->arc == NULL) {
        lemon_network_free(ret);
        return r < 0 ? r : -ENOMEM;
    }
    ret->nodes = n->n_nodes;
    ret->arcs = n->n_arcs;
    ret->supply = n->supply;
    for (int32_t e = 0; e < n->n_arcs; e++) {
        const struct netsimplex_arc *x = &n->arc[e];

        ret->arc[e] = (struct lemon_arc){ x->source, x->target, x->cap, x->flow, x->hi, x->lo };
        ret->total_hi += x->flow * x->hi;
        ret->total_lo += (__int128)x->flow * x->lo;
    }
    return 0;
}

void lemon_network_free(struct lemon_network *n)
{
    struct own *o = n->own;

    if (o == NULL)
        return;
    arena_done(&o->a);
    synthetic_done(&o->s);
    free(o);
    n->own = NULL;
}
