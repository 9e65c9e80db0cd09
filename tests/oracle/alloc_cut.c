/*
 * Cuts of random small instances against the naive solution at the level of persons: the same families served, the
 * same reasons, the same cost on every level, certified.
 *
 *   alloc_cut [instances [first]]        default 50000 from 1, 3000 with BERBAGI_QUICK set; exit 1 at the first
 *   difference, with its number
 */
#include "services/allocator/certify.h"
#include "services/allocator/cut.h"
#include "tests/oracle/cheapest.h"

static struct cost cut_cost(const void *labels, const struct alloc_problem *p, int32_t g, int32_t h)
{
    return pair_cost(labels, p, g, h);
}

static struct cost cost_of_plan(const struct alloc_problem *p, const struct labels *l, const int32_t *giver)
{
    struct cost sum = { 0 };
    int32_t load[MAX_G] = { 0 };

    for (int32_t h = 0; h < p->n_households; h++)
        if (giver[h] != ALLOC_NONE) {
            sum = cost_add(sum, pair_cost(l, p, giver[h], h));
            load[giver[h]]++;
        }
    for (int32_t g = 0; g < p->n_givers; g++)
        sum.idle +=
            p->givers[g].kind == ALLOC_ASN && p->givers[g].taken == 0 && p->givers[g].quota > 0 && load[g] == 0;
    return sum;
}

static const char *valid(const struct alloc_problem *p, const struct alloc_solution *s, const bool *served)
{
    int32_t load[MAX_G] = { 0 };

    for (int32_t h = 0; h < p->n_households; h++) {
        if ((s->giver[h] != ALLOC_NONE) != served[h])
            return "served";
        if (served[h] &&
            (!person_fits(p, s->giver[h], h) || ++load[s->giver[h]] > person_left(&p->givers[s->giver[h]])))
            return "feasible";
        bool open = p->households[h].state == ALLOC_OPEN;

        if (s->reason[h] != (open && !served[h] ? alloc_unserved_reason(p, h) : ALLOC_SERVED))
            return "reason";
    }
    return NULL;
}

static const char *try_instance(uint64_t number)
{
    struct instance x;
    struct alloc_solution s;
    struct certify_verdict verdict;
    struct matching m;
    struct labels l;
    bool candidate[MAX_H], served[MAX_H] = { false };

    instance_make(&x, number);
    if (alloc_solution_init(&s, &x.p) < 0 || cut_solve(&x.p, &s) < 0)
        return "solve";
    memset(m.of, -1, sizeof(m.of));
    memset(m.load, 0, sizeof(m.load));
    memset(candidate, true, sizeof(candidate));
    person_level1(&x.p, &m, candidate, served);
    const char *wrong = valid(&x.p, &s, served);

    if (wrong == NULL) {
        labels_make(&l, &x.p, served);
        struct cost best = cheapest(&x.p, served, cut_cost, &l, true), got = cost_of_plan(&x.p, &l, s.giver);

        if (cost_compare(best, got) != 0) {
            fprintf(stderr, "best %ld %ld %ld %ld, got %ld %ld %ld %ld\n", best.idle, best.kept, best.metres, best.tie,
                    got.idle, got.kept, got.metres, got.tie);
            wrong = got.idle != best.idle ? "level 2" : got.kept != best.kept || got.metres != best.metres ? "level 3"
                : "level 4";
        }
    }
    if (wrong == NULL && (certify_cut(&x.p, &s, &verdict) < 0 || !verdict.unique || verdict.broken != CERTIFY_OK)) {
        fprintf(stderr, "%s, household %d, giver %d\n", certify_rule_name(verdict.broken), verdict.household,
                verdict.giver);
        wrong = "certificate";
    }
    alloc_solution_done(&s);
    return wrong;
}

int main(int argc, char **argv)
{
    const char *quick = getenv("BERBAGI_QUICK");
    uint64_t n = argc > 1        ? strtoull(argv[1], NULL, 10)
                 : quick != NULL ? 3000
                                 : 50000,
             first = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;

    for (uint64_t i = first; i < first + n; i++) {
        const char *wrong = try_instance(i);

        if (wrong != NULL) {
            fprintf(stderr, "instance %llu: %s\n", (unsigned long long)i, wrong);
            return 1;
        }
    }
    printf("alloc_cut: %llu instances agree with the plan found person by person\n", (unsigned long long)n);
    return 0;
}
