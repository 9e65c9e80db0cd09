#include "services/allocator/repair.h"

#include <errno.h>
#include <stdlib.h>

#include "services/allocator/coverage.h"
#include "services/allocator/reassign.h"
#include "services/allocator/repair_assign.h"
#include "services/allocator/repair_cache.h"
#include "services/allocator/repair_choose.h"

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
    struct cache cache;
    struct arena scratch;           /* of one event */
    struct repair_change *changes;
    int32_t n_changes, max_changes;
    bool loaded;
};

int repair_new(struct repair **ret)
{
    *ret = calloc(1, sizeof(**ret));
    return *ret == NULL ? -ENOMEM : 0;
}

void repair_free(struct repair *r)
{
    if (r == NULL)
        return;
    cache_done(&r->cache);
    arena_done(&r->scratch);
    free(r->changes);
    free(r);
}

int repair_load(struct repair *r, const struct alloc_problem *p)
{
    int ret = alloc_problem_check(p);

    r->loaded = false;
    if (ret == 0)
        ret = cache_load(&r->cache, p);
    r->loaded = ret == 0;
    return ret;
}

static bool in_order(const int32_t *index, int32_t n, int32_t end)
{
    for (int32_t i = 0; i < n; i++)
        if (index[i] < 0 || index[i] >= end)
            return false;
    return true;
}

/* Takes the event over, or reads everything anew if something has outgrown its room. */
static int update(struct repair *r, const struct alloc_problem *p, const int32_t *households, int32_t n_households,
                  const int32_t *givers, int32_t n_givers)
{
    struct cache *c = &r->cache;

    if (!r->loaded || !cache_has_room(c, p))
        return repair_load(r, p);
    c->p = p;
    for (int32_t i = 0; i < n_households; i++)
        cache_remove_household(c, households[i]);
    for (int32_t i = 0; i < n_givers; i++)
        cache_update_giver(c, givers[i]);
    for (int32_t i = 0; i < n_households; i++)
        cache_add_household(c, households[i]);
    return 0;
}

/*
 * Families that need a decision: strays, and all of a giver with more families than units (who of them stays is
 * decided together with the rest).
 */
static int find_loose(struct cache *c, struct repair_choice *choice)
{
    int ret = 0;

    for (int32_t i = 0; i < c->n_crowded; i++) {
        struct cache_giver *g = &c->giver[c->crowded[i]];

        g->crowded = 0;
        if (g->load <= g->left)
            continue;
        for (int32_t h; (h = g->first) >= 0;) {
            cache_detach(c, h);
            if (!c->household[h].stray)
                c->stray[c->n_stray++] = h;
            c->household[h].stray = 1;
        }
    }
    c->n_crowded = 0;
    for (int32_t i = 0; i < c->n_stray && ret == 0; i++) {
        struct cache_household *x = &c->household[c->stray[i]];

        x->stray = 0;
        if (x->state == ALLOC_OPEN && x->planned != ALLOC_NONE && !x->attached)
            ret = repair_choice_add(choice->a, &choice->loose, &choice->n_loose, &choice->max_loose, c->stray[i]);
    }
    c->n_stray = 0;
    return ret;
}

static int note_change(struct repair *r, int32_t household, int32_t giver)
{
    if (r->n_changes == r->max_changes) {
        int32_t room = r->max_changes > 0 ? 2 * r->max_changes : 64;
        struct repair_change *more = realloc(r->changes, sizeof(*more) * (size_t)room);

        if (more == NULL)
            return -ENOMEM;
        r->changes = more;
        r->max_changes = room;
    }
    enum alloc_reason reason = giver == ALLOC_NONE ? cache_reason(&r->cache, household) : ALLOC_SERVED;

    r->changes[r->n_changes++] = (struct repair_change){ household, giver, (uint8_t)reason };
    return 0;
}

/* The few families among themselves; 1 if that settles it. */
static int assign_few(struct repair *r, struct repair_choice *choice)
{
    struct cache *c = &r->cache;
    int32_t *giver = NULL;
    int ret = choice->n_loose == 0 ? 1 : repair_assign(c, choice, &giver);

    for (int32_t i = 0; ret == 1 && i < choice->n_loose; i++) {
        int32_t h = choice->loose[i];

        if (c->household[h].planned != giver[i] && note_change(r, h, giver[i]) < 0)
            return -ENOMEM;
        cache_attach(c, h, giver[i]);
    }
    return ret;
}

/* Everybody anew, for who is served has been decided. */
static int assign_all(struct repair *r)
{
    struct cache *c = &r->cache;
    const struct alloc_problem *p = c->p;
    struct arena a = { 0 };
    uint8_t *served = ARENA_NEW(&a, p->n_households, uint8_t);
    int32_t *giver = ARENA_NEW(&a, p->n_households, int32_t);

    for (int32_t h = 0; h < p->n_households && !a.failed; h++)
        served[h] = c->household[h].state == ALLOC_OPEN && c->household[h].served;
    int ret = a.failed ? -ENOMEM : reassign(&a, p, served, giver);

    for (int32_t h = 0; h < p->n_households && ret == 0; h++) {
        if (!served[h] || (c->household[h].attached && c->household[h].planned == giver[h]))
            continue;
        if (c->household[h].planned != giver[h])
            ret = note_change(r, h, giver[h]);
        if (c->household[h].attached)
            cache_detach(c, h);
        cache_attach(c, h, giver[h]);
    }
    // On the way a giver may have had one too many for a moment.
    for (int32_t i = 0; i < c->n_crowded; i++)
        c->giver[c->crowded[i]].crowded = 0;
    c->n_crowded = 0;
    arena_done(&a);
    return ret;
}

static int by_household(const void *a, const void *b)
{
    const struct repair_change *x = a, *y = b;

    return (x->household > y->household) - (x->household < y->household);
}

static int decide(struct repair *r)
{
    struct cache *c = &r->cache;
    struct repair_choice choice = { .a = &r->scratch };
    int ret = find_loose(c, &choice);

    if (ret == 0)
        ret = repair_choose(c, &choice);
    for (int32_t i = 0; i < choice.n_lost && ret == 0; i++) {
        ret = note_change(r, choice.lost[i], ALLOC_NONE);
        c->household[choice.lost[i]].planned = ALLOC_NONE;
    }
    if (ret < 0)
        return ret;
    ret = assign_few(r, &choice);
    return ret == 0 ? assign_all(r) : ret < 0 ? ret : 0;
}

int repair_run(struct repair *r, const struct alloc_problem *p, const int32_t *households, int32_t n_households,
               const int32_t *givers, int32_t n_givers, const struct repair_change **ret_changes, int32_t *ret_n)
{
    if (!in_order(households, n_households, p->n_households) || !in_order(givers, n_givers, p->n_givers))
        return -EINVAL;
    int ret = update(r, p, households, n_households, givers, n_givers);

    r->n_changes = 0;
    arena_reset(&r->scratch);
    if (ret == 0)
        ret = decide(r);
    // Half a repair must not be built upon: the next one reads everything anew.
    r->loaded = ret == 0;
    if (ret < 0)
        return ret;
    if (r->n_changes > 1)
        qsort(r->changes, (size_t)r->n_changes, sizeof(*r->changes), by_household);
    *ret_changes = r->changes;
    *ret_n = r->n_changes;
    return 0;
}
