#include "services/allocator/reassign.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "services/allocator/netsimplex.h"
#include "services/allocator/repair_names.h"
#include "services/allocator/tiebreak.h"

struct reassign {
    const struct alloc_problem *p;
    const uint8_t *served;
    struct arena *a;
    struct tiebreak tiebreak;
    uint8_t *loose;                 /* [households] takes part; other served ones keep their planned giver */
    int32_t *units;                 /* [givers] what the fixed pairs leave */
    int32_t unavoidable;            /* planned pairs of loose families that no plan could keep */
    uint64_t *giver_key;
    int32_t *families, n_families;  /* loose ones, village by village */
    int32_t *village_first;         /* [villages + 1] */
    int32_t *villages, n_villages;  /* with a loose family */
    int32_t *village_node, *giver_node, *root_arc;
    uint64_t *village_key;          /* of villages with a loose family */
    int32_t *stay_arc, *kept_arc;   /* [households] -1 = none */
    struct plain_arc {
        int32_t arc, giver, village;
    } *plain;
    int32_t n_plain;
    int64_t stay_weight, penalty;
    struct netsimplex simplex;
};

static bool valid_pair(const struct alloc_problem *p, int32_t h)
{
    int32_t g = p->households[h].planned;

    return g != ALLOC_NONE && alloc_left(&p->givers[g]) > 0 && alloc_may_serve(p, g, h);
}

static bool can_keep(const struct reassign *r, int32_t h)
{
    int32_t f = r->p->households[h].foster;

    return f != ALLOC_NONE && r->p->givers[f].kind == ALLOC_ASN && r->units[f] > 0 && alloc_may_serve(r->p, f, h);
}

/* Which families take part, and what units the others leave. */
static int loosen(struct reassign *r, bool all)
{
    const struct alloc_problem *p = r->p;
    int32_t *stays = ARENA_NEW(r->a, p->n_givers, int32_t);

    r->loose = ARENA_NEW(r->a, p->n_households, uint8_t);
    r->units = ARENA_NEW(r->a, p->n_givers, int32_t);
    if (r->a->failed)
        return -ENOMEM;
    for (int32_t h = 0; h < p->n_households; h++)
        if (r->served[h] && valid_pair(p, h))
            stays[p->households[h].planned]++;
    for (int32_t g = 0; g < p->n_givers; g++)
        r->units[g] = alloc_left(&p->givers[g]);
    for (int32_t h = 0; h < p->n_households; h++) {
        if (!r->served[h])
            continue;
        int32_t g = p->households[h].planned;
        bool valid = valid_pair(p, h);

        r->loose[h] = all || !valid || stays[g] > alloc_left(&p->givers[g]);
        r->n_families += r->loose[h];
        r->units[g < 0 ? 0 : g] -= !r->loose[h];
    }
    for (int32_t g = 0; g < p->n_givers; g++) {
        if (stays[g] > alloc_left(&p->givers[g]))
            r->unavoidable += stays[g] - alloc_left(&p->givers[g]);
        if (r->units[g] > r->n_families)
            r->units[g] = r->n_families;
    }
    return 0;
}

/* Families by village, keys of who has units. */
static int gather(struct reassign *r)
{
    const struct alloc_problem *p = r->p;

    r->families = ARENA_NEW(r->a, r->n_families, int32_t);
    r->village_first = ARENA_NEW(r->a, p->n_villages + 2, int32_t);
    r->giver_key = ARENA_NEW(r->a, p->n_givers, uint64_t);
    r->villages = ARENA_NEW(r->a, p->n_villages, int32_t);
    r->village_key = ARENA_NEW(r->a, p->n_villages, uint64_t);
    if (r->a->failed)
        return -ENOMEM;
    for (int32_t h = 0; h < p->n_households; h++)
        if (r->loose[h])
            r->village_first[p->households[h].village + 2]++;
    for (int32_t v = 0; v < p->n_villages; v++) {
        if (r->village_first[v + 2] > 0) {
            r->village_key[v] = tiebreak_village_key(&r->tiebreak, p->villages[v].id);
            r->villages[r->n_villages++] = v;
        }
        r->village_first[v + 2] += r->village_first[v + 1];
    }
    for (int32_t h = 0; h < p->n_households; h++)
        if (r->loose[h])
            r->families[r->village_first[p->households[h].village + 1]++] = h;
    for (int32_t g = 0; g < p->n_givers; g++)
        if (r->units[g] > 0)
            r->giver_key[g] = tiebreak_key(&r->tiebreak, alloc_giver_id(p, g));
    return 0;
}

/*
 * hi counts pairs: one that stays outweighs all kept ones of a cycle (lambda_m = -1). Metres and tie-break share lo,
 * which is wide enough to set them apart by a shift. So no number of families makes the weights overflow.
 */
static void weigh(struct reassign *r)
{
    int64_t touched = 2 * ((int64_t)r->n_families + r->n_villages);

    r->stay_weight = touched + 1;
    r->penalty = 4 * (touched + 1) * (r->stay_weight + 1);
}

static int32_t add_arc(struct reassign *r, int32_t source, int32_t target, int32_t cap, int64_t hi, int64_t metres,
                       int64_t tie)
{
    int32_t arc = netsimplex_add(&r->simplex, source, target, cap, hi, tie);

    r->simplex.mid[arc] = metres;
    return arc;
}

static bool fits_village(const struct reassign *r, int32_t g, int32_t village)
{
    const struct alloc_giver *giver = &r->p->givers[g];

    if (giver->earmark == ALLOC_NONE && giver->own == ALLOC_NONE)
        return true;
    for (int32_t i = r->village_first[village]; i < r->village_first[village + 1]; i++)
        if (!alloc_may_serve(r->p, g, r->families[i]))
            return false;
    return true;
}

/* Every giver with units to every village; family by family where it may not serve all of the village. */
static int64_t plain_arcs(struct reassign *r, bool count_only)
{
    const struct alloc_problem *p = r->p;
    int64_t count = 0;

    for (int32_t g = 0; g < p->n_givers; g++)
        for (int32_t k = 0; k < r->n_villages && r->units[g] > 0; k++) {
            int32_t v = r->villages[k], from = r->village_first[v], end = r->village_first[v + 1];
            bool whole = fits_village(r, g, v);
            int64_t metres = count_only ? 0 : alloc_distance(p, g, v);
            int64_t tie = count_only ? 0 : tiebreak_leg(r->giver_key[g], r->village_key[v], TIEBREAK_DIRECT);

            for (int32_t i = from; i < (whole ? from + 1 : end); i++) {
                if (!whole && !alloc_may_serve(p, g, r->families[i]))
                    continue;
                count++;
                if (count_only)
                    continue;
                int32_t arc = add_arc(r, whole ? r->village_node[v] : i, r->giver_node[g], NETSIMPLEX_ENDLESS, 0,
                                      metres, tie);

                r->plain[r->n_plain++] = (struct plain_arc){ arc, g, v };
            }
        }
    return count;
}

/* The legs that belong to one family: its planned giver, its foster parent, anybody by its village. */
static void add_family(struct reassign *r, int32_t h, int32_t node)
{
    const struct alloc_problem *p = r->p;
    const struct alloc_household *x = &p->households[h];
    uint64_t key = tiebreak_key(&r->tiebreak, alloc_household_id(p, h));
    int64_t bonus = p->lambda_m < 0 ? 0 : p->lambda_m, pair = p->lambda_m < 0;
    bool stay = valid_pair(p, h) && r->units[x->planned] > 0, kept = can_keep(r, h);

    r->simplex.supply[node] = 1;
    r->stay_arc[h] = r->kept_arc[h] = -1;
    r->simplex.start[node] = add_arc(r, node, r->village_node[x->village], 1, 0, 0, 0);
    if (stay) {
        bool both = kept && x->foster == x->planned;

        r->stay_arc[h] = add_arc(r, node, r->giver_node[x->planned], 1, -r->stay_weight - (both ? pair : 0),
                                 alloc_distance(p, x->planned, x->village) - (both ? bonus : 0),
                                 tiebreak_leg(r->giver_key[x->planned], key, TIEBREAK_STAY));
    }
    if (kept && !(stay && x->foster == x->planned))
        r->kept_arc[h] = add_arc(r, node, r->giver_node[x->foster], 1, -pair,
                                 alloc_distance(p, x->foster, x->village) - bonus,
                                 tiebreak_leg(r->giver_key[x->foster], key, TIEBREAK_KEPT));
}

/*
 * The simplex starts from the plan as it stands: planned pairs stay as far as units go, who has nobody waits on an
 * artificial arc. A giver without a unit left hangs below a family that stays, all else leads up to givers with units.
 */
static void start(struct reassign *r)
{
    const struct alloc_problem *p = r->p;
    struct netsimplex *x = &r->simplex;

    for (int32_t g = 0; g < p->n_givers; g++)
        if (r->units[g] > 0)
            x->start[r->giver_node[g]] = r->root_arc[g];
    for (int32_t i = 0; i < r->n_families; i++) {
        int32_t h = r->families[i], g = p->households[h].planned;

        if (r->stay_arc[h] < 0 || x->arc[r->root_arc[g]].flow == r->units[g]) {
            x->start[i] = -1;
            continue;
        }
        x->arc[r->stay_arc[h]].flow = 1;
        if (++x->arc[r->root_arc[g]].flow == r->units[g])
            x->start[r->giver_node[g]] = r->stay_arc[h];
    }
    for (int32_t i = 0; i < r->n_plain; i++) {
        const struct plain_arc *arc = &r->plain[i];

        if (x->arc[arc->arc].source == r->village_node[arc->village] &&
            x->arc[r->root_arc[arc->giver]].flow < r->units[arc->giver])
            x->start[r->village_node[arc->village]] = arc->arc;
    }
}

static int build(struct reassign *r)
{
    const struct alloc_problem *p = r->p;
    int64_t plain = plain_arcs(r, true), arcs = plain + 3 * (int64_t)r->n_families + p->n_givers;
    int32_t node = r->n_families;

    if (arcs > INT32_MAX / 4)
        return -ERANGE;
    r->village_node = ARENA_NEW(r->a, p->n_villages, int32_t);
    r->giver_node = ARENA_NEW(r->a, p->n_givers, int32_t);
    r->root_arc = ARENA_NEW(r->a, p->n_givers, int32_t);
    r->stay_arc = ARENA_NEW(r->a, p->n_households, int32_t);
    r->kept_arc = ARENA_NEW(r->a, p->n_households, int32_t);
    r->plain = ARENA_NEW(r->a, plain, struct plain_arc);
    if (r->a->failed)
        return -ENOMEM;
    for (int32_t i = 0; i < r->n_villages; i++)
        r->village_node[r->villages[i]] = node++;
    for (int32_t g = 0; g < p->n_givers; g++)
        if (r->units[g] > 0)
            r->giver_node[g] = node++;
    netsimplex_init(&r->simplex, r->a, node + 1, (int32_t)arcs);
    netsimplex_add_mid(&r->simplex, r->a);
    if (r->a->failed)
        return -ENOMEM;
    r->simplex.n_nodes = node + 1;
    r->simplex.start = ARENA_NEW(r->a, node + 1, int32_t);
    if (r->a->failed)
        return -ENOMEM;
    for (int32_t i = 0; i <= node; i++)
        r->simplex.start[i] = -1;
    for (int32_t i = 0; i < r->n_families; i++)
        add_family(r, r->families[i], i);
    for (int32_t g = 0; g < p->n_givers; g++)
        if (r->units[g] > 0)
            r->root_arc[g] = add_arc(r, r->giver_node[g], node, r->units[g], 0, 0, 0);
    plain_arcs(r, false);
    start(r);
    return 0;
}

/* Pairs by their own arcs; what is left of each village goes by name. *ret_stays counts planned pairs that stay. */
static int read_flow(struct reassign *r, int32_t *giver, int32_t *ret_stays)
{
    const struct alloc_problem *p = r->p;
    const struct netsimplex_arc *arc = r->simplex.arc;
    int32_t *next = ARENA_NEW(r->a, p->n_villages + 1, int32_t), *unit = ARENA_NEW(r->a, r->n_families, int32_t);
    int32_t *family = ARENA_NEW(r->a, r->n_families, int32_t);
    int ret = 0;

    if (r->a->failed)
        return -ENOMEM;
    *ret_stays = 0;
    for (int32_t h = 0; h < p->n_households; h++) {
        giver[h] = r->served[h] && !r->loose[h] ? p->households[h].planned : ALLOC_NONE;
        if (!r->loose[h])
            continue;
        if (r->stay_arc[h] >= 0 && arc[r->stay_arc[h]].flow > 0) {
            giver[h] = p->households[h].planned;
            ++*ret_stays;
        } else if (r->kept_arc[h] >= 0 && arc[r->kept_arc[h]].flow > 0) {
            giver[h] = p->households[h].foster;
        }
    }
    // The units that come to a village lie where its families lie; there are never more of them.
    for (int32_t v = 0; v <= p->n_villages; v++)
        next[v] = v > 0 ? r->village_first[v] : 0;
    for (int32_t i = 0; i < r->n_plain; i++)
        for (int32_t x = arc[r->plain[i].arc].flow; x > 0; x--)
            unit[next[r->plain[i].village]++] = r->plain[i].giver;
    for (int32_t i = 0; i < r->n_villages && ret == 0; i++) {
        int32_t v = r->villages[i], first = r->village_first[v], n = 0;

        for (int32_t k = first; k < r->village_first[v + 1]; k++)
            if (giver[r->families[k]] == ALLOC_NONE)
                family[n++] = r->families[k];
        ret = repair_names(r->a, p, r->giver_key, family, unit + first, n, giver);
    }
    return ret;
}

static int solve(struct arena *a, const struct alloc_problem *p, const uint8_t *served, bool all, int32_t *giver)
{
    struct reassign r = { .p = p, .served = served, .a = a };
    int32_t stays = 0, could_stay = 0;
    int ret = loosen(&r, all);

    tiebreak_init(&r.tiebreak, p);
    if (ret == 0)
        ret = gather(&r);
    if (ret < 0)
        return ret;
    weigh(&r);
    ret = build(&r);
    if (ret == 0)
        ret = netsimplex_solve(&r.simplex, r.penalty);
    if (ret == 0)
        ret = read_flow(&r, giver, &stays);
    if (ret < 0)
        return ret;
    for (int32_t i = 0; i < r.n_families; i++)
        could_stay += valid_pair(p, r.families[i]);
    return could_stay - stays > r.unavoidable ? 1 : 0;
}

int reassign_freely(struct arena *a, const struct alloc_problem *p, const uint8_t *served, int32_t *giver)
{
    int ret = solve(a, p, served, true, giver);

    return ret > 0 ? 0 : ret;
}

int reassign(struct arena *a, const struct alloc_problem *p, const uint8_t *served, int32_t *giver)
{
    int ret = solve(a, p, served, false, giver);

    return ret > 0 || ret == -ENETUNREACH ? reassign_freely(a, p, served, giver) : ret;
}
