/*
 * Level 1, checked from the result. Taking families one by one in the order
 *     class, share of the village before the package, hash of the village, ticket in the village's lottery
 * is the greedy method on a matroid. A set of families that can be served together is its result if and only if no
 * family left out could be added, or put in the place of one that comes later. Who could make room is read off the
 * plan: whoever is served by a group of supply that fits, whoever is served by a group that fits one of those, ….
 */
#include <string.h>

#include "services/allocator/certify_view.h"

struct part {                       /* a village's families of one class */
    int32_t all, delivered, served, left_out;
};

struct turn {                       /* when a family's turn comes in the greedy order; cls < 0 = never */
    int32_t cls, village;
    int64_t given, of;              /* the village's share before this package */
};

struct check {
    struct certify_view *v;
    struct part *parts;             /* [classes x villages] */
    uint8_t (*village_hash)[DIGEST_BYTES];
    struct turn *last;              /* [groups] the latest family that the group serves */
    uint8_t *linked;                /* [groups x cells] done */
    uint8_t *leads;                 /* [groups x groups] a family of the row could be served by the column */
    int32_t *stack;                 /* [groups] */
    uint8_t *seen;                  /* [groups] */
};

static bool hopeless(const struct certify_view *v, int32_t h)
{
    return v->left_for[certify_cell(v, h)] <= v->own_left[h];
}

static bool earlier(const struct check *c, const struct turn *a, const struct turn *b)
{
    if (a->cls != b->cls)
        return a->cls < b->cls;
    if (a->given * b->of != b->given * a->of)
        return a->given * b->of < b->given * a->of;
    return memcmp(c->village_hash[a->village], c->village_hash[b->village], DIGEST_BYTES) < 0;
}

static void count_parts(struct check *c)
{
    const struct alloc_problem *p = c->v->p;

    for (int32_t h = 0; h < p->n_households; h++) {
        const struct alloc_household *x = &p->households[h];

        if (x->state == ALLOC_ABSENT)
            continue;
        struct part *part = &c->parts[(size_t)x->cls * (size_t)p->n_villages + (size_t)x->village];
        part->all++;
        part->delivered += x->state == ALLOC_DELIVERED;
        part->served += c->v->giver[h] != ALLOC_NONE;
        part->left_out += x->state == ALLOC_OPEN && c->v->giver[h] == ALLOC_NONE && !hopeless(c->v, h);
    }
}

/* Within a part the served must hold the smaller tickets. */
static bool check_lottery(struct check *c, struct arena *a)
{
    const struct alloc_problem *p = c->v->p;
    size_t n_parts = (size_t)p->n_villages * (size_t)p->n_deciles * ALLOC_CLASSES_PER_DECILE;
    int32_t *row = ARENA_NEW(a, n_parts, int32_t), rows = 0;

    if (a->failed)
        return false;
    for (size_t i = 0; i < n_parts; i++)
        if (c->parts[i].served > 0 && c->parts[i].left_out > 0)
            row[i] = ++rows;
    struct limits {
        uint8_t last[DIGEST_BYTES], first[DIGEST_BYTES];    /* of the served, of those left out */
    } *limits = ARENA_NEW(a, rows, struct limits);

    if (a->failed)
        return false;
    for (int32_t i = 0; i < rows; i++)
        memset(limits[i].first, 0xff, DIGEST_BYTES);
    for (int32_t h = 0; h < p->n_households; h++) {
        const struct alloc_household *x = &p->households[h];
        uint8_t ticket[DIGEST_BYTES];

        if (x->state != ALLOC_OPEN)
            continue;
        int32_t r = row[(size_t)x->cls * (size_t)p->n_villages + (size_t)x->village] - 1;
        bool served = c->v->giver[h] != ALLOC_NONE;

        if (r < 0 || (!served && hopeless(c->v, h)))
            continue;
        certify_hash(c->v, alloc_household_id(p, h), ticket);
        if (served && memcmp(ticket, limits[r].last, DIGEST_BYTES) > 0)
            memcpy(limits[r].last, ticket, DIGEST_BYTES);
        if (!served && memcmp(ticket, limits[r].first, DIGEST_BYTES) < 0)
            memcpy(limits[r].first, ticket, DIGEST_BYTES);
        if (memcmp(limits[r].last, limits[r].first, DIGEST_BYTES) > 0)
            return certify_broken(c->v->verdict, CERTIFY_LOTTERY, h, ALLOC_NONE);
    }
    return true;
}

/* Which group's families could pass to which other group; and the latest family of each group. */
static void link_groups(struct check *c)
{
    const struct certify_view *v = c->v;
    const struct alloc_problem *p = v->p;
    size_t cells = (size_t)v->n_cells;

    for (int32_t h = 0; h < p->n_households; h++) {
        if (v->giver[h] == ALLOC_NONE)
            continue;
        int32_t group = p->givers[v->giver[h]].earmark + 1, cell = certify_cell(v, h);
        const struct alloc_household *x = &p->households[h];
        uint8_t *linked = &c->linked[(size_t)group * cells + (size_t)cell];

        if (*linked)
            continue;
        *linked = 1;
        // All families of a cell are alike for supply; the latest class served there counts for each group in it.
        int32_t decile = x->cls / ALLOC_CLASSES_PER_DECILE;

        for (int32_t cls = decile * ALLOC_CLASSES_PER_DECILE; cls < (decile + 1) * ALLOC_CLASSES_PER_DECILE; cls++) {
            const struct part *part = &c->parts[(size_t)cls * (size_t)p->n_villages + (size_t)x->village];

            if (part->served == 0)
                continue;
            struct turn t = { cls, x->village, (int64_t)part->delivered + part->served - 1, part->all };

            if (c->last[group].cls < 0 || earlier(c, &c->last[group], &t))
                c->last[group] = t;
        }
        if (v->n_groups > 1)
            for (int32_t other = 0; other < v->n_groups; other++)
                c->leads[(size_t)group * (size_t)v->n_groups + (size_t)other] |=
                    v->fits[(size_t)other * cells + (size_t)cell];
    }
}

/* Every group a family of the cell could come to, directly or by others making room. Calls it done if one is free. */
static bool spread(struct check *c, int32_t cell, struct turn *latest, bool *free_unit)
{
    const struct certify_view *v = c->v;
    int32_t n = 0;

    memset(c->seen, 0, (size_t)v->n_groups);
    for (int32_t g = 0; g < v->n_groups; g++)
        if (v->units[g] > 0 && v->fits[(size_t)g * (size_t)v->n_cells + (size_t)cell]) {
            c->seen[g] = 1;
            c->stack[n++] = g;
        }
    *latest = (struct turn){ .cls = -1 };
    *free_unit = false;
    while (n > 0) {
        int32_t g = c->stack[--n];

        *free_unit |= v->used[g] < v->units[g];
        if (c->last[g].cls >= 0 && (latest->cls < 0 || earlier(c, latest, &c->last[g])))
            *latest = c->last[g];
        for (int32_t o = 0; o < v->n_groups; o++)
            if (!c->seen[o] && v->units[o] > 0 && c->leads[(size_t)g * (size_t)v->n_groups + (size_t)o]) {
                c->seen[o] = 1;
                c->stack[n++] = o;
            }
    }
    return *free_unit;
}

static int32_t someone_left_out(const struct check *c, int32_t cls, int32_t village)
{
    const struct alloc_problem *p = c->v->p;

    for (int32_t h = 0; h < p->n_households; h++)
        if (p->households[h].state == ALLOC_OPEN && p->households[h].cls == cls &&
            p->households[h].village == village && c->v->giver[h] == ALLOC_NONE && !hopeless(c->v, h))
            return h;
    return ALLOC_NONE;
}

/* The first family left out of each cell: nobody could make room for it but those before it. */
static bool check_left_out(struct check *c, bool only_maximal)
{
    const struct alloc_problem *p = c->v->p;

    for (int32_t cell = 0; cell < c->v->n_cells; cell++) {
        int32_t village = cell / p->n_deciles, cls = cell % p->n_deciles * ALLOC_CLASSES_PER_DECILE;
        const int32_t end = cls + ALLOC_CLASSES_PER_DECILE;
        const struct part *part = NULL;

        for (; cls < end; cls++) {
            part = &c->parts[(size_t)cls * (size_t)p->n_villages + (size_t)village];
            if (part->left_out > 0)
                break;
        }
        if (cls == end)
            continue;
        struct turn latest, own = { cls, village, (int64_t)part->delivered + part->served, part->all };
        bool free_unit;

        spread(c, cell, &latest, &free_unit);
        if (free_unit || (!only_maximal && latest.cls >= 0 && earlier(c, &own, &latest)))
            return certify_broken(c->v->verdict, CERTIFY_COVERAGE, someone_left_out(c, cls, village), ALLOC_NONE);
    }
    return true;
}

static bool prepare(struct check *c, struct certify_view *v, struct arena *a)
{
    const struct alloc_problem *p = v->p;

    *c = (struct check){
        .v = v,
        .parts = ARENA_NEW(a, (size_t)p->n_villages * (size_t)p->n_deciles * ALLOC_CLASSES_PER_DECILE, struct part),
        .village_hash = arena_array(a, (size_t)p->n_villages, DIGEST_BYTES),
        .last = ARENA_NEW(a, v->n_groups, struct turn),
        .linked = ARENA_NEW(a, (size_t)v->n_groups * (size_t)v->n_cells, uint8_t),
        .leads = ARENA_NEW(a, (size_t)v->n_groups * (size_t)v->n_groups, uint8_t),
        .stack = ARENA_NEW(a, v->n_groups, int32_t),
        .seen = ARENA_NEW(a, v->n_groups, uint8_t),
    };
    if (a->failed)
        return false;
    for (int32_t i = 0; i < p->n_villages; i++)
        certify_village_hash(v, i, c->village_hash[i]);
    for (int32_t g = 0; g < v->n_groups; g++)
        c->last[g].cls = -1;
    count_parts(c);
    link_groups(c);
    return true;
}

bool certify_coverage(struct certify_view *v, struct arena *a)
{
    struct check c;

    return prepare(&c, v, a) && check_lottery(&c, a) && check_left_out(&c, false);
}

bool certify_maximal(struct certify_view *v, struct arena *a)
{
    struct check c;

    return prepare(&c, v, a) && check_left_out(&c, true);
}
