/* Primal feasibility, reasons, and the order of the proof. Level 1: certify_coverage.c; levels 2-4:
 * certify_prices.c. */
#include "services/allocator/certify.h"

#include <errno.h>

#include "services/allocator/certify_names.h"
#include "services/allocator/certify_prices.h"
#include "services/allocator/certify_view.h"

const char *certify_rule_name(enum certify_rule rule)
{
    static const char *const names[] = {
        [CERTIFY_OK] = "ok", [CERTIFY_UNKNOWN_GIVER] = "unknown_giver", [CERTIFY_NOT_A_TARGET] = "not_a_target",
        [CERTIFY_QUOTA] = "quota", [CERTIFY_OWN_FAMILY] = "own_family", [CERTIFY_EARMARK] = "earmark",
        [CERTIFY_REASON] = "reason", [CERTIFY_COVERAGE] = "coverage", [CERTIFY_LOTTERY] = "lottery",
        [CERTIFY_WEIGHTS] = "weights", [CERTIFY_PRICE] = "price", [CERTIFY_SLACKNESS] = "slackness",
        [CERTIFY_DUALITY] = "duality", [CERTIFY_TIE] = "tie", [CERTIFY_NAMES] = "names",
        [CERTIFY_EXCHANGE] = "exchange",
    };

    return (unsigned)rule < ARRAY_LEN(names) && names[rule] != NULL ? names[rule] : "?";
}

bool certify_feasible(struct certify_view *v)
{
    const struct alloc_problem *p = v->p;
    int32_t n = 0, n_open = 0;

    for (int32_t h = 0; h < p->n_households; h++) {
        v->served[n] = h;
        n += v->giver[h] != ALLOC_NONE;
        n_open += p->households[h].state == ALLOC_OPEN;
    }
    v->n_served = n;
    v->n_open = n_open;
    for (int32_t i = 0; i < n; i++) {
        int32_t h = v->served[i], g = v->giver[h];

        if (p->households[h].state != ALLOC_OPEN)
            return certify_broken(v->verdict, CERTIFY_NOT_A_TARGET, h, g);
        if (g < 0 || g >= p->n_givers || p->givers[g].kind == 0)
            return certify_broken(v->verdict, CERTIFY_UNKNOWN_GIVER, h, g);
        if (p->givers[g].own == h)
            return certify_broken(v->verdict, CERTIFY_OWN_FAMILY, h, g);
        size_t pair = (size_t)(p->givers[g].earmark + 1) * (size_t)v->n_cells + (size_t)certify_cell(v, h);

        if (!v->fits[pair])
            return certify_broken(v->verdict, CERTIFY_EARMARK, h, g);
        v->serves[pair] = 1;
        v->load[g]++;
    }
    for (int32_t g = 0; g < p->n_givers; g++) {
        if (v->load[g] > 0 && v->load[g] > p->givers[g].quota - p->givers[g].taken)
            return certify_broken(v->verdict, CERTIFY_QUOTA, ALLOC_NONE, g);
        v->used[p->givers[g].earmark + 1] += v->load[g];
    }
    return true;
}

bool certify_reasons(struct certify_view *v, const uint8_t *reason)
{
    for (int32_t h = 0; h < v->p->n_households; h++) {
        int right = ALLOC_SERVED, left = v->giver[h] == ALLOC_NONE;

        // Counted, not branched on: who is served is a matter of chance to the processor.
        if (v->p->households[h].state == ALLOC_OPEN)
            right = left * (ALLOC_NO_ELIGIBLE_GIVER + (v->quota_for[certify_cell(v, h)] > v->own_quota[v->kin[h]]));
        if (reason[h] != right)
            return certify_broken(v->verdict, CERTIFY_REASON, h, v->giver[h]);
    }
    return true;
}

static int check_cut(struct arena *a, const struct alloc_problem *p, const struct alloc_solution *s,
                     struct certify_verdict *r)
{
    struct certify_view v = { .verdict = r };
    int ret = certify_view_init(&v, a, p, s->giver);

    if (ret < 0)
        return ret;
    r->feasible = certify_feasible(&v) && certify_reasons(&v, s->reason);
    if (!r->feasible)
        return a->failed ? -ENOMEM : 0;
    struct certify_labels labels;

    if (certify_labels_init(&labels, a, &v) < 0)
        return -ENOMEM;
    r->optimal = certify_coverage(&v, a) && certify_prices(&v, &labels, a, &s->evidence);
    r->unique = r->optimal && certify_names(&v, &labels, a);
    return a->failed ? -ENOMEM : 0;
}

int certify_cut(const struct alloc_problem *p, const struct alloc_solution *s, struct certify_verdict *ret)
{
    struct arena arena = { 0 };
    int r = alloc_problem_check(p);

    if (r < 0)
        return r;
    if (s->n_households != p->n_households || s->n_givers != p->n_givers || s->n_villages != p->n_villages)
        return -EINVAL;
    *ret = (struct certify_verdict){ .household = ALLOC_NONE, .giver = ALLOC_NONE };
    r = check_cut(&arena, p, s, ret);
    arena_done(&arena);
    return r;
}

int certify_state(const struct alloc_problem *p, struct certify_verdict *ret)
{
    struct arena arena = { 0 };
    int r = alloc_problem_check(p);

    if (r < 0)
        return r;
    *ret = (struct certify_verdict){ .household = ALLOC_NONE, .giver = ALLOC_NONE };
    struct certify_view v = { .verdict = ret };
    int32_t *giver = ARENA_RAW(&arena, p->n_households, int32_t);

    for (int32_t h = 0; h < p->n_households && !arena.failed; h++)
        giver[h] = p->households[h].state == ALLOC_OPEN ? p->households[h].planned : ALLOC_NONE;
    r = arena.failed ? -ENOMEM : certify_view_init(&v, &arena, p, giver);
    if (r == 0) {
        ret->feasible = certify_feasible(&v);
        ret->optimal = ret->unique = ret->feasible && certify_maximal(&v, &arena);
        r = arena.failed ? -ENOMEM : 0;
    }
    arena_done(&arena);
    return r;
}
