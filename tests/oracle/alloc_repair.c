/*
 * Repairs of random small instances, several events each, against the naive solution at the level of persons: the same
 * families served, the fewest changed pairs, the least cost on every level; the cached way, the plain way and the way
 * with all pairs free give the same plan.
 *
 *   alloc_repair [instances [first]]     default 50000 from 1, 2000 with BERBAGI_QUICK set; exit 1 at the first
 *   difference, with its number
 */
#include "services/allocator/arena.h"
#include "services/allocator/certify.h"
#include "services/allocator/cut.h"
#include "services/allocator/reassign.h"
#include "services/allocator/repair.h"
#include "tests/oracle/cheapest.h"

struct event {
    int32_t households[4], givers[4], n_households, n_givers;
};

/* Changed pairs count on the first level (idle), as no level 2 exists in a repair. */
static struct cost repair_cost(const void *tiebreak, const struct alloc_problem *p, int32_t g, int32_t h)
{
    const struct alloc_household *x = &p->households[h];
    uint64_t giver = tiebreak_key(tiebreak, alloc_giver_id(p, g)), household, village;
    bool kept = x->foster == g && p->givers[g].kind == ALLOC_ASN, stay = x->planned == g;
    struct cost c = { .idle = stay ? -1 : 0, .metres = INT64_MAX };

    household = tiebreak_key(tiebreak, alloc_household_id(p, h));
    village = tiebreak_village_key(tiebreak, p->villages[x->village].id);
    for (int k = 0; k < 2; k++)
        if (p->givers[g].place[k] >= 0) {
            int64_t d = chord(&p->villages[p->givers[g].place[k]], &p->villages[x->village]);

            c.metres = d < c.metres ? d : c.metres;
        }
    if (c.metres == INT64_MAX)
        c.metres = p->givers[g].kind == ALLOC_ASN ? ALLOC_FAR_M : 0;
    c.tie = stay ? tiebreak_leg(giver, household, TIEBREAK_STAY) : kept ? tiebreak_leg(giver, household, TIEBREAK_KEPT)
        : tiebreak_leg(giver, village, TIEBREAK_DIRECT);
    c.kept = kept && p->lambda_m < 0 ? -1 : 0;
    c.metres -= kept && p->lambda_m > 0 ? p->lambda_m : 0;
    return c;
}

/* (a) in class order and by lottery; (b) level 1 for those who had nobody. */
static void person_served(const struct alloc_problem *p, bool *served)
{
    struct tiebreak t;
    struct matching m;
    bool candidate[MAX_H] = { false }, tried[MAX_H] = { false };

    tiebreak_init(&t, p);
    memset(m.of, -1, sizeof(m.of));
    memset(m.load, 0, sizeof(m.load));
    for (;;) {
        int32_t next = -1;

        for (int32_t h = 0; h < p->n_households; h++) {
            const struct alloc_household *x = &p->households[h];

            if (x->state == ALLOC_OPEN && x->planned >= 0 && !tried[h] &&
                (next < 0 || x->cls < p->households[next].cls ||
                 (x->cls == p->households[next].cls && ticket_compare(&t, p, h, next) < 0)))
                next = h;
        }
        if (next < 0)
            break;
        tried[next] = true;
        served[next] = match_add(p, &m, next);
    }
    for (int32_t h = 0; h < p->n_households; h++)
        candidate[h] = p->households[h].state == ALLOC_OPEN && p->households[h].planned < 0;
    person_level1(p, &m, candidate, served);
}

static void add_event(struct instance *x, struct event *e, uint64_t *r)
{
    int32_t h = pick(r, x->p.n_households), g = pick(r, x->p.n_givers), kind = pick(r, 9);
    struct alloc_household *household = &x->households[h];
    struct alloc_giver *giver = &x->givers[g];

    if (kind <= 2 || kind == 8)
        e->households[e->n_households++] = h;
    else
        e->givers[e->n_givers++] = g;
    if (kind == 0) {                                    // leaves, or comes (back) as a newcomer
        bool open = household->state != ALLOC_OPEN;

        if (household->state != ALLOC_DELIVERED)
            *household = (struct alloc_household){ household->village, household->foster, ALLOC_NONE, household->cls,
                                                   (uint8_t)(open ? ALLOC_OPEN : ALLOC_ABSENT) };
    } else if (kind == 1 && household->state == ALLOC_OPEN && household->planned >= 0) {    // delivered as planned
        household->state = ALLOC_DELIVERED;
        x->givers[household->planned].taken++;
        e->givers[e->n_givers++] = household->planned;
    } else if (kind == 2 && household->state == ALLOC_OPEN) {   // delivered by somebody else, perhaps beyond quota
        household->state = ALLOC_DELIVERED;
        household->planned = g;
        giver->taken++;
        e->givers[e->n_givers++] = g;
    } else if (kind == 3) {
        giver->quota = 0;
    } else if (kind == 4 || kind == 5) {
        giver->quota = pick(r, 4);
    } else if (kind == 6) {
        giver->quota += 1 + pick(r, 2);
    } else if (kind == 7 && giver->kind == ALLOC_ASN) {
        giver->own = pick(r, x->p.n_households);
    } else if (kind == 8 && household->state == ALLOC_DELIVERED && household->planned >= 0) {   // taken back
        household->state = ALLOC_OPEN;
        x->givers[household->planned].taken -= x->givers[household->planned].taken > 0;
        e->givers[e->n_givers++] = household->planned;
        household->planned = ALLOC_NONE;
    }
}

static const char *compare(const struct alloc_problem *p, const struct alloc_solution *s)
{
    bool served[MAX_H] = { false };
    uint8_t bytes[MAX_H] = { 0 };
    int32_t load[MAX_G] = { 0 }, freely[MAX_H];
    struct cost sum = { 0 };
    struct tiebreak t;
    struct arena arena = { 0 };

    tiebreak_init(&t, p);
    person_served(p, served);
    for (int32_t h = 0; h < p->n_households; h++) {
        if ((s->giver[h] != ALLOC_NONE) != served[h])
            return "served";
        bytes[h] = served[h];
        if (!served[h])
            continue;
        if (!person_fits(p, s->giver[h], h) || ++load[s->giver[h]] > person_left(&p->givers[s->giver[h]]))
            return "feasible";
        sum = cost_add(sum, repair_cost(&t, p, s->giver[h], h));
    }
    struct cost best = cheapest(p, served, repair_cost, &t, false);

    if (cost_compare(best, sum) != 0)
        return best.idle != sum.idle ? "changes" : best.kept != sum.kept || best.metres != sum.metres ? "level 3"
            : "level 4";
    int ret = reassign_freely(&arena, p, bytes, freely);

    for (int32_t h = 0; h < p->n_households && ret == 0; h++)
        ret = freely[h] != s->giver[h];
    arena_done(&arena);
    return ret != 0 ? "freely" : NULL;
}

/* The changes must turn `planned` into the plan of the plain way. */
static const char *apply(struct instance *x, const struct repair_change *changes, int32_t n,
                         const struct alloc_solution *s)
{
    for (int32_t i = 0; i < n; i++) {
        struct alloc_household *h = &x->households[changes[i].household];

        if (h->state != ALLOC_OPEN || h->planned == changes[i].giver)
            return "no change";
        h->planned = changes[i].giver;
        if (changes[i].reason != s->reason[changes[i].household])
            return "reason of a change";
    }
    for (int32_t h = 0; h < x->p.n_households; h++)
        if (x->households[h].state == ALLOC_OPEN && x->households[h].planned != s->giver[h])
            return "cached";
    return NULL;
}

static const char *try_instance(uint64_t number, struct repair *repair, struct arena *scratch)
{
    struct instance x;
    struct alloc_solution s;
    struct certify_verdict verdict;
    uint64_t state = number, *r = &state;
    const char *wrong = NULL;

    instance_make(&x, number);
    if (alloc_solution_init(&s, &x.p) < 0 || cut_solve(&x.p, &s) < 0)
        return "solve";
    for (int32_t h = 0; h < x.p.n_households; h++)
        if (x.households[h].state == ALLOC_OPEN)
            x.households[h].planned = s.giver[h];
    if (repair_load(repair, &x.p) < 0)
        wrong = "load";
    for (int32_t i = 0; i < 6 && wrong == NULL; i++) {
        const struct repair_change *changes = NULL;
        struct event e = { .n_households = 0 };
        int32_t n = 0;

        for (int32_t k = pick(r, 3); k >= 0 && e.n_givers < 3; k--)
            add_event(&x, &e, r);
        if (repair_solve(&x.p, &s) < 0)
            wrong = "solve";
        else if ((wrong = compare(&x.p, &s)) == NULL &&
                 repair_run(repair, &x.p, e.households, e.n_households, e.givers, e.n_givers, &changes, &n) < 0)
            wrong = "run";
        if (wrong == NULL && (certify_repair(&x.p, changes, n, scratch, &verdict) < 0 || verdict.broken != CERTIFY_OK))
            wrong = "certificate";
        if (wrong == NULL)
            wrong = apply(&x, changes, n, &s);
        if (wrong == NULL && (certify_state(&x.p, &verdict) < 0 || verdict.broken != CERTIFY_OK))
            wrong = "state";
    }
    alloc_solution_done(&s);
    return wrong;
}

int main(int argc, char **argv)
{
    const char *quick = getenv("BERBAGI_QUICK");
    uint64_t n = argc > 1        ? strtoull(argv[1], NULL, 10)
                 : quick != NULL ? 2000
                                 : 50000,
             first = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    struct arena scratch = { 0 };
    struct repair *repair;

    if (repair_new(&repair) < 0)
        return 1;
    for (uint64_t i = first; i < first + n; i++) {
        const char *wrong = try_instance(i, repair, &scratch);

        if (wrong != NULL) {
            fprintf(stderr, "instance %llu: %s\n", (unsigned long long)i, wrong);
            return 1;
        }
    }
    repair_free(repair);
    arena_done(&scratch);
    printf("alloc_repair: %llu instances of six repairs agree with the plan found person by person\n",
           (unsigned long long)n);
    return 0;
}
