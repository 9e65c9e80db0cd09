#include "services/allocator/coverage.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { NOWHERE = -1, ROOT = -2 };

/* A household of a village and class, with its ticket of the lottery. */
struct ticket {
    uint8_t hash[DIGEST_BYTES];
    int32_t household;
};

/* A village's part of one class. */
struct share {
    int32_t village, cell;
    int32_t first, n;               /* its candidates in the list */
    int32_t households, served;     /* of the class in the village, as water filling counts */
    int32_t taken;                  /* candidates taken now */
    uint8_t hash[DIGEST_BYTES];
};

static int32_t cells_per_village(const struct alloc_problem *p)
{
    return p->n_deciles > 0 ? p->n_deciles : 1;
}

int32_t coverage_cell(const struct coverage *c, int32_t h)
{
    const struct alloc_household *household = &c->p->households[h];

    return household->village * cells_per_village(c->p) + household->cls / ALLOC_CLASSES_PER_DECILE;
}

static void fill_fits(struct coverage *c)
{
    const struct alloc_problem *p = c->p;
    int32_t per = cells_per_village(p);

    memset(c->fits, 1, (size_t)c->n_cells);
    for (int32_t e = 0; e < p->n_earmarks; e++)
        for (int32_t cell = 0; cell < c->n_cells; cell++)
            c->fits[(size_t)(e + 1) * (size_t)c->n_cells + (size_t)cell] =
                alloc_earmark_fits(&p->earmarks[e], p->villages[cell / per].id, p->deciles[cell % per]);
}

static void count_supply(struct coverage *c)
{
    const struct alloc_problem *p = c->p;
    size_t cells = (size_t)c->n_cells;

    for (int32_t g = 0; g < p->n_givers; g++) {
        const struct alloc_giver *giver = &p->givers[g];
        const uint8_t *fits = c->fits + (size_t)coverage_group(giver) * cells;
        int32_t left = alloc_left(giver), group = coverage_group(giver);

        if (giver->kind == 0 || giver->quota == 0)
            continue;
        // Promises never exceed the households, so a group's sum may stop there.
        int64_t sum = (int64_t)c->free[group] + left;

        c->free[group] = (int32_t)(sum < INT32_MAX / 2 ? sum : INT32_MAX / 2);
        c->group_quota[group] += giver->quota;
        if (giver->own != ALLOC_NONE && p->households[giver->own].state == ALLOC_OPEN &&
            fits[coverage_cell(c, giver->own)]) {
            c->blocked[giver->own] += left;
            c->blocked_quota[giver->own] += giver->quota;
        }
    }
    for (int32_t group = 0; group < c->n_groups; group++)
        for (size_t cell = 0; cell < cells; cell++)
            if (c->fits[(size_t)group * cells + cell]) {
                c->supply[cell] += c->free[group];
                c->quota[cell] += c->group_quota[group];
            }
}

int coverage_init(struct coverage *c, struct arena *a, const struct alloc_problem *p)
{
    *c = (struct coverage){ .p = p, .n_groups = p->n_earmarks + 1, .n_cells = p->n_villages * cells_per_village(p) };
    size_t table = (size_t)c->n_groups * (size_t)c->n_cells;

    tiebreak_init(&c->tiebreak, p);
    c->free = ARENA_NEW(a, c->n_groups, int32_t);
    c->use = ARENA_NEW(a, table, int32_t);
    c->fits = ARENA_NEW(a, table, uint8_t);
    c->supply = ARENA_NEW(a, c->n_cells, int64_t);
    c->blocked = ARENA_NEW(a, p->n_households, int64_t);
    c->quota = ARENA_NEW(a, c->n_cells, int64_t);
    c->blocked_quota = ARENA_NEW(a, p->n_households, int64_t);
    c->group_quota = ARENA_NEW(a, c->n_groups, int64_t);
    c->queue = ARENA_NEW(a, c->n_cells, int32_t);
    c->from_group = ARENA_NEW(a, c->n_cells, int32_t);
    c->from_cell = ARENA_NEW(a, c->n_groups, int32_t);
    if (a->failed)
        return -ENOMEM;
    fill_fits(c);
    count_supply(c);
    return 0;
}

bool coverage_hopeless(const struct coverage *c, int32_t h)
{
    return c->supply[coverage_cell(c, h)] - c->blocked[h] <= 0;
}

enum alloc_reason coverage_reason(const struct coverage *c, int32_t h)
{
    bool nobody = c->quota[coverage_cell(c, h)] - c->blocked_quota[h] <= 0;

    return nobody ? ALLOC_NO_ELIGIBLE_GIVER : ALLOC_SUPPLY_EXHAUSTED;
}

/*
 * Breadth first from the cell: a group that fits and has a free unit ends the way; else its cells could pass their
 * units on. Returns that group, or NOWHERE. from_cell[group], from_group[cell] lead back.
 */
static int32_t find_free_group(struct coverage *c, int32_t cell)
{
    int32_t head = 0, tail = 0;

    for (int32_t g = 0; g < c->n_groups; g++)
        c->from_cell[g] = NOWHERE;
    if (c->n_groups > 1)
        for (int32_t i = 0; i < c->n_cells; i++)
            c->from_group[i] = NOWHERE;
    c->from_group[cell] = ROOT;
    c->queue[tail++] = cell;
    while (head < tail) {
        int32_t at = c->queue[head++];

        for (int32_t g = c->n_groups - 1; g >= 0; g--) {
            const size_t row = (size_t)g * (size_t)c->n_cells;

            if (c->from_cell[g] != NOWHERE || !c->fits[row + (size_t)at])
                continue;
            c->from_cell[g] = at;
            if (c->free[g] > 0)
                return g;
            for (int32_t other = 0; c->n_groups > 1 && other < c->n_cells; other++)
                if (c->from_group[other] == NOWHERE && c->use[row + (size_t)other] > 0) {
                    c->from_group[other] = g;
                    c->queue[tail++] = other;
                }
        }
    }
    return NOWHERE;
}

/* From groups that fit and have free units: no search. */
static int32_t add_directly(struct coverage *c, int32_t cell, int32_t want)
{
    int32_t added = 0;

    for (int32_t g = c->n_groups - 1; g >= 0 && added < want; g--) {
        size_t at = (size_t)g * (size_t)c->n_cells + (size_t)cell;
        int32_t amount = c->free[g] < want - added ? c->free[g] : want - added;

        if (amount == 0 || !c->fits[at])
            continue;
        c->free[g] -= amount;
        c->use[at] += amount;
        added += amount;
    }
    return added;
}

int32_t coverage_add(struct coverage *c, int32_t cell, int32_t want)
{
    int32_t added = add_directly(c, cell, want);

    while (added < want) {
        int32_t group = find_free_group(c, cell), amount = want - added;

        if (group == NOWHERE)
            break;
        if (c->free[group] < amount)
            amount = c->free[group];
        for (int32_t g = group;;) {
            int32_t via = c->from_group[c->from_cell[g]];

            if (via == ROOT)
                break;
            int32_t used = c->use[(size_t)via * (size_t)c->n_cells + (size_t)c->from_cell[g]];

            amount = used < amount ? used : amount;
            g = via;
        }
        c->free[group] -= amount;
        for (int32_t g = group;;) {
            int32_t at = c->from_cell[g], via = c->from_group[at];

            c->use[(size_t)g * (size_t)c->n_cells + (size_t)at] += amount;
            if (via == ROOT)
                break;
            c->use[(size_t)via * (size_t)c->n_cells + (size_t)at] -= amount;
            g = via;
        }
        added += amount;
    }
    return added;
}

static bool anything_left(const struct coverage *c)
{
    for (int32_t g = 0; g < c->n_groups; g++)
        if (c->free[g] > 0)
            return true;
    return false;
}

/* Water filling: the smaller served / households goes first, ties by hash. */
static bool goes_first(const struct share *a, const struct share *b)
{
    int64_t left = (int64_t)a->served * b->households, right = (int64_t)b->served * a->households;

    if (left != right)
        return left < right;
    int order = memcmp(a->hash, b->hash, sizeof(a->hash));

    return order != 0 ? order < 0 : a->village < b->village;
}

static void sift_down(struct share **heap, int32_t n, int32_t i)
{
    for (;;) {
        int32_t least = i;

        for (int32_t child = 2 * i + 1; child <= 2 * i + 2 && child < n; child++)
            if (goes_first(heap[child], heap[least]))
                least = child;
        if (least == i)
            return;
        struct share *t = heap[i];

        heap[i] = heap[least];
        heap[least] = t;
        i = least;
    }
}

/* One package at a time; a village where nobody more can be served drops out for good. */
static void fill_water(struct coverage *c, struct share **heap, int32_t n)
{
    for (int32_t i = 0; i < n; i++)
        tiebreak_village_hash(&c->tiebreak, c->p->villages[heap[i]->village].id, heap[i]->hash);
    for (int32_t i = n / 2 - 1; i >= 0; i--)
        sift_down(heap, n, i);
    while (n > 0 && anything_left(c)) {
        struct share *s = heap[0];

        bool added = coverage_add(c, s->cell, 1) == 1;

        if (added) {
            s->taken++;
            s->served++;
        }
        if (!added || s->taken == s->n)
            heap[0] = heap[--n];
        sift_down(heap, n, 0);
    }
}

static int by_ticket(const void *a, const void *b)
{
    const struct ticket *x = a, *y = b;
    int order = memcmp(x->hash, y->hash, sizeof(x->hash));

    return order != 0 ? order : (x->household > y->household) - (x->household < y->household);
}

/* The first `taken` of the share's candidates by lottery. */
static int draw(struct coverage *c, struct arena *a, const struct share *s, const int32_t *list, uint8_t *served)
{
    if (s->taken == s->n) {
        for (int32_t i = 0; i < s->n; i++)
            served[list[s->first + i]] = 1;
        return 0;
    }
    if (s->taken == 0)
        return 0;
    struct ticket *tickets = ARENA_NEW(a, s->n, struct ticket);

    if (a->failed)
        return -ENOMEM;
    for (int32_t i = 0; i < s->n; i++) {
        tickets[i].household = list[s->first + i];
        tiebreak_hash(&c->tiebreak, alloc_household_id(c->p, tickets[i].household), tickets[i].hash);
    }
    qsort(tickets, (size_t)s->n, sizeof(*tickets), by_ticket);
    for (int32_t i = 0; i < s->taken; i++)
        served[tickets[i].household] = 1;
    return 0;
}

struct lists {
    int32_t *start;                 /* [classes x villages + 1] */
    int32_t *household;             /* candidates that somebody may serve, by class and village */
    int32_t *households, *served;   /* [classes x villages] */
};

static int make_lists(struct coverage *c, struct arena *a, const uint8_t *candidate, const uint8_t *served,
                      struct lists *l)
{
    const struct alloc_problem *p = c->p;
    int32_t groups = p->n_deciles * ALLOC_CLASSES_PER_DECILE * p->n_villages;

    l->start = ARENA_NEW(a, groups + 2, int32_t);
    l->household = ARENA_NEW(a, p->n_households, int32_t);
    l->households = ARENA_NEW(a, groups, int32_t);
    l->served = ARENA_NEW(a, groups, int32_t);
    if (a->failed)
        return -ENOMEM;
    for (int32_t i = 0; i < p->n_households; i++) {
        const struct alloc_household *h = &p->households[i];

        if (h->state == ALLOC_ABSENT)
            continue;
        int32_t k = h->cls * p->n_villages + h->village;

        l->households[k]++;
        if (h->state == ALLOC_DELIVERED || served[i])
            l->served[k]++;
        else if (candidate[i] && !coverage_hopeless(c, i))
            l->start[k + 2]++;
    }
    for (int32_t k = 0; k < groups; k++)
        l->start[k + 2] += l->start[k + 1];
    for (int32_t i = 0; i < p->n_households; i++) {
        const struct alloc_household *h = &p->households[i];

        if (h->state == ALLOC_OPEN && !served[i] && candidate[i] && !coverage_hopeless(c, i))
            l->household[l->start[h->cls * p->n_villages + h->village + 1]++] = i;
    }
    return 0;
}

/* Everybody of the class, if they can all be served; else nothing changes. */
static bool take_whole_class(struct coverage *c, struct share *shares, int32_t n, int32_t *keep)
{
    size_t table = (size_t)c->n_groups * (size_t)c->n_cells;
    int64_t wanted = 0, units = 0;

    for (int32_t i = 0; i < n; i++)
        wanted += shares[i].n;
    for (int32_t g = 0; g < c->n_groups; g++)
        units += c->free[g];
    if (units < wanted)
        return false;
    memcpy(keep, c->use, table * sizeof(*keep));
    memcpy(keep + table, c->free, (size_t)c->n_groups * sizeof(*keep));
    for (int32_t i = 0; i < n; i++)
        if (coverage_add(c, shares[i].cell, shares[i].n) < shares[i].n) {
            memcpy(c->use, keep, table * sizeof(*keep));
            memcpy(c->free, keep + table, (size_t)c->n_groups * sizeof(*keep));
            return false;
        }
    for (int32_t i = 0; i < n; i++)
        shares[i].taken = shares[i].n;
    return true;
}

int coverage_choose(struct coverage *c, struct arena *a, const uint8_t *candidate, uint8_t *served)
{
    const struct alloc_problem *p = c->p;
    struct lists l;
    struct share *shares = ARENA_NEW(a, p->n_villages, struct share);
    struct share **heap = ARENA_NEW(a, p->n_villages, struct share *);
    int32_t *keep = ARENA_NEW(a, (size_t)c->n_groups * (size_t)(c->n_cells + 1), int32_t);
    int ret = make_lists(c, a, candidate, served, &l);

    if (ret < 0)
        return ret;
    for (int32_t cls = 0; cls < p->n_deciles * ALLOC_CLASSES_PER_DECILE && anything_left(c); cls++) {
        int32_t n = 0;

        for (int32_t v = 0; v < p->n_villages; v++) {
            int32_t k = cls * p->n_villages + v;

            if (l.start[k + 1] == l.start[k])
                continue;
            shares[n] = (struct share){
                .village = v,
                .cell = v * cells_per_village(p) + cls / ALLOC_CLASSES_PER_DECILE,
                .first = l.start[k],
                .n = l.start[k + 1] - l.start[k],
                .households = l.households[k],
                .served = l.served[k],
            };
            n++;
        }
        for (int32_t i = 0; i < n; i++)
            heap[i] = &shares[i];
        if (n > 0 && !take_whole_class(c, shares, n, keep))
            fill_water(c, heap, n);
        for (int32_t i = 0; i < n && ret == 0; i++)
            ret = draw(c, a, &shares[i], l.household, served);
        if (ret < 0)
            return ret;
    }
    return 0;
}
