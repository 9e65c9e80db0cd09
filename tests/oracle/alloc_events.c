/*
 * Thousands of events in regencies of some size, mended one after the other on the cache: after each, the plan is the
 * one that solving everybody without a cache gives. Units that only earmarked donations still have, and quotas that
 * fall, make chains of families who have to make room.
 *
 *   alloc_events [events]      default 3000 in each of eight regencies, 300 with BERBAGI_QUICK set; exit 1 at the
 *   first difference
 */
#include "services/allocator/arena.h"
#include "services/allocator/certify.h"
#include "services/allocator/cut.h"
#include "services/allocator/repair.h"
#include "tests/bench/synthetic.h"

/* The changes must turn `planned` into the plan without a cache. */
static const char *apply(struct synthetic *s, const struct repair_change *changes, int32_t n,
                         const struct alloc_solution *plain)
{
    for (int32_t i = 0; i < n; i++) {
        s->households[changes[i].household].planned = changes[i].giver;
        if (changes[i].reason != plain->reason[changes[i].household])
            return "another reason";
    }
    for (int32_t h = 0; h < s->p.n_households; h++)
        if (s->households[h].state == ALLOC_OPEN && s->households[h].planned != plain->giver[h])
            return "another plan";
    return NULL;
}

static const char *one_event(struct synthetic *s, struct repair *repair, struct alloc_solution *plain,
                             struct arena *scratch, int64_t *changed)
{
    const struct repair_change *changes;
    struct certify_verdict verdict;
    int32_t h, g, n;

    synthetic_event(s, &h, &g);
    if (repair_solve(&s->p, plain) < 0)
        return "the plain way fails";
    if (repair_run(repair, &s->p, &h, h != ALLOC_NONE, &g, g != ALLOC_NONE, &changes, &n) < 0)
        return "the cached way fails";
    *changed += n;
    if (certify_repair(&s->p, changes, n, scratch, &verdict) < 0 || verdict.broken != CERTIFY_OK)
        return "no certificate of the repair";
    const char *wrong = apply(s, changes, n, plain);

    if (wrong == NULL && (certify_state(&s->p, &verdict) < 0 || verdict.broken != CERTIFY_OK))
        wrong = "no certificate";
    return wrong;
}

static const char *regency(int32_t events, const struct synthetic_size *size, int32_t lambda_m, int64_t *changed)
{
    struct synthetic s;
    struct alloc_solution plan;
    struct arena scratch = { 0 };
    struct repair *repair = NULL;
    const char *wrong = NULL;

    synthetic_make(&s, size);
    s.p.lambda_m = lambda_m;
    if (alloc_solution_init(&plan, &s.p) < 0 || repair_new(&repair) < 0 || cut_solve(&s.p, &plan) < 0)
        wrong = "no cut";
    for (int32_t h = 0; h < s.p.n_households && wrong == NULL; h++) {
        s.households[h].planned = plan.giver[h];
        // Somebody served it before, perhaps the same.
        s.households[h].foster = synthetic_pick(&s, 2) ? synthetic_pick(&s, size->givers) : plan.giver[h];
    }
    if (wrong == NULL && repair_load(repair, &s.p) < 0)
        wrong = "no load";
    for (int32_t i = 0; i < events && wrong == NULL; i++)
        wrong = one_event(&s, repair, &plan, &scratch, changed);
    repair_free(repair);
    arena_done(&scratch);
    alloc_solution_done(&plan);
    synthetic_done(&s);
    return wrong;
}

int main(int argc, char **argv)
{
    int32_t events = argc > 1 ? (int32_t)strtol(argv[1], NULL, 10) : getenv("BERBAGI_QUICK") != NULL ? 300 : 3000;
    int64_t changed = 0;

    for (int32_t i = 0; i < 8; i++) {
        const struct synthetic_size size = {
            .villages = 12 + 3 * i, .givers = 60 + 20 * (i / 2), .partners = 6 + i,
            .families = i % 2 == 0 ? 3000 + 100 * i : 900,
            .quota = i % 2 == 0 ? 2 : 6, .spread_m = 30000, .seed = 7 + (uint64_t)i,
        };
        const char *wrong = regency(events, &size, i % 4 < 2 ? 5000 : -1, &changed);

        if (wrong != NULL) {
            fprintf(stderr, "alloc_events: regency %d: %s\n", (int)i, wrong);
            return 1;
        }
    }
    printf("alloc_events: 8 regencies, %d events each, %lld pairs changed: as without a cache\n", (int)events,
           (long long)changed);
    return 0;
}
