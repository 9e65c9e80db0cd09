/*
 * Level 1, checked from the result. Taking families one by one in the order
 *     class, share of the village before the package, hash of the village, ticket in the village's lottery
 * is the greedy method on a matroid. A set of families that can be served together is its result if and only if no
 * family left out could be added, or put in the place of one that comes later. Who could make room is read off the
 * plan: whoever is served by a group of supply that fits, whoever is served by a group that fits one of those, ….
 */
#include <string.h>

#include "services/allocator/certify_view.h"

enum fate { DELIVERED, SERVED, LEFT_OUT, HOPELESS, HELD, LOST, FATES };    /* HELD, LOST: promised before a repair */

struct part {                       /* a village's families of one class */
    int32_t with[FATES];
};

struct turn {                       /* when a family's turn comes in the greedy order; cls < 0 = never */
    int32_t cls, village;
    int64_t given, of;              /* the village's share before this package */
};

struct check {
    struct certify_view *v;
    struct part *parts;             /* [classes x villages] */
    int32_t n_lost;
    uint8_t (*village_hash)[DIGEST_BYTES];
    struct turn *last;              /* [groups] the latest family that the group serves */
    uint8_t *leads;                 /* [groups x groups] a family of the row could be served by the column */
    int32_t *stack;                 /* [groups] */
    uint8_t *seen;                  /* [groups] */
};

/* Hopeless: all units that fit are its own relatives'. Of no use for a family that is not part of the problem. */
static inline enum fate fate_of(const struct certify_view *v, int32_t h)
{
    int hopeless = v->left_for[certify_cell(v, h)] <= v->own_left[v->kin[h]], left = v->giver[h] == ALLOC_NONE;

    if (v->repair && v->p->households[h].state == ALLOC_OPEN && v->p->households[h].planned != ALLOC_NONE)
        return left ? LOST : HELD;
    // Counted, not branched on: who is served is a matter of chance to the processor.
    return v->p->households[h].state == ALLOC_DELIVERED ? DELIVERED
        : (enum fate)(SERVED + left * (LEFT_OUT - SERVED + hopeless));
}

static struct part *part_at(const struct check *c, int32_t cls, int32_t village)
{
    return &c->parts[(size_t)village * (size_t)(c->v->p->n_deciles * ALLOC_CLASSES_PER_DECILE) + (size_t)cls];
}

static struct part *part_of(const struct check *c, const struct alloc_household *h)
{
    return part_at(c, h->cls, h->village);
}

static int64_t size_of(const struct part *part)
{
    int64_t size = 0;

    for (int i = 0; i < FATES; i++)
        size += part->with[i];
    return size;
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
        enum fate fate = fate_of(c->v, h);

        part_of(c, x)->with[fate]++;
        c->n_lost += fate == LOST;
    }
}

struct limits {                     /* tickets of the last who was served and the first who was left out */
    uint8_t last[DIGEST_BYTES], first[DIGEST_BYTES];
    int32_t left_out;               /* whose the latter is */
};

/* Parts of which some are served and some left out: 1 + the number of such a part, in `number`. Returns how many. */
static int32_t number_split_parts(const struct check *c, size_t n_parts, int32_t *number)
{
    int32_t n = 0;

    for (size_t i = 0; i < n_parts; i++)
        if (c->parts[i].with[SERVED] > 0 && c->parts[i].with[LEFT_OUT] > 0)
            number[i] = ++n;
    return n;
}

/* The families of these who took part in the lottery: listed first, so that ids come in while others are hashed. */
static int32_t list_split_parts(const struct check *c, const int32_t *number, int32_t *list)
{
    const struct alloc_problem *p = c->v->p;
    int32_t n = 0;

    for (int32_t h = 0; h < p->n_households; h++) {
        if (p->households[h].state != ALLOC_OPEN)
            continue;
        list[n] = h;
        enum fate fate = fate_of(c->v, h);

        n += (number[part_of(c, &p->households[h]) - c->parts] > 0) & ((fate == SERVED) | (fate == LEFT_OUT));
    }
    return n;
}

/* Within a part the served must hold the smaller tickets. */
static bool check_lottery(struct check *c, struct arena *a)
{
    const struct alloc_problem *p = c->v->p;
    size_t n_parts = (size_t)p->n_villages * (size_t)p->n_deciles * ALLOC_CLASSES_PER_DECILE;
    int32_t *number = ARENA_NEW(a, n_parts, int32_t), *list = ARENA_RAW(a, p->n_households, int32_t);
    int32_t n_split = a->failed ? 0 : number_split_parts(c, n_parts, number);
    struct limits *limits = ARENA_RAW(a, n_split + 1, struct limits);

    if (a->failed)
        return false;
    for (int32_t i = 1; i <= n_split; i++) {
        memset(limits[i].last, 0, DIGEST_BYTES);
        memset(limits[i].first, 0xff, DIGEST_BYTES);
    }
    int32_t n = n_split > 0 ? list_split_parts(c, number, list) : 0;

    for (int32_t i = 0; i < n; i++) {
        struct limits *x = &limits[number[part_of(c, &p->households[list[i]]) - c->parts]];
        bool served = fate_of(c->v, list[i]) == SERVED;
        uint8_t ticket[DIGEST_BYTES];

        certify_hash(c->v, alloc_household_id(p, list[i]), ticket);
        if (served && memcmp(ticket, x->last, DIGEST_BYTES) > 0)
            memcpy(x->last, ticket, DIGEST_BYTES);
        if (!served && memcmp(ticket, x->first, DIGEST_BYTES) < 0) {
            memcpy(x->first, ticket, DIGEST_BYTES);
            x->left_out = list[i];
        }
    }
    for (int32_t i = 1; i <= n_split; i++)
        if (memcmp(limits[i].last, limits[i].first, DIGEST_BYTES) > 0)
            return certify_broken(c->v->verdict, CERTIFY_LOTTERY, limits[i].left_out, ALLOC_NONE);
    return true;
}

/* The turn of the village's next family of the class, or the last one's that was served. */
static struct turn turn_of(const struct check *c, int32_t cls, int32_t village, bool next)
{
    const struct part *part = part_at(c, cls, village);

    int64_t given = (int64_t)part->with[DELIVERED] + part->with[HELD] + part->with[SERVED];

    return (struct turn){ cls, village, given - !next, size_of(part) };
}

/* Which group's families could pass to which other group; and the latest family of each group. */
static void link_group(struct check *c, int32_t group)
{
    const struct certify_view *v = c->v;
    size_t cells = (size_t)v->n_cells, row = (size_t)group * (size_t)v->n_groups;
    struct turn *last = &c->last[group];

    *last = (struct turn){ .cls = -1 };
    for (int32_t cell = 0; cell < v->n_cells; cell++) {
        int32_t village = cell / v->p->n_deciles, cls = cell % v->p->n_deciles * ALLOC_CLASSES_PER_DECILE;

        if (!v->serves[(size_t)group * cells + (size_t)cell])
            continue;
        // All families of a cell are alike for supply; the latest class served there counts for each group in it.
        for (const int32_t end = cls + ALLOC_CLASSES_PER_DECILE; cls < end; cls++) {
            struct turn t = turn_of(c, cls, village, false);

            if (part_at(c, cls, village)->with[SERVED] > 0 && (last->cls < 0 || earlier(c, last, &t)))
                *last = t;
        }
        for (int32_t other = 0; other < v->n_groups; other++)
            c->leads[row + (size_t)other] |= v->fits[(size_t)other * cells + (size_t)cell];
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
            p->households[h].village == village && fate_of(c->v, h) == LEFT_OUT)
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

        while (cls < end && part_at(c, cls, village)->with[LEFT_OUT] == 0)
            cls++;
        if (cls == end)
            continue;
        struct turn latest, own = turn_of(c, cls, village, true);
        bool free_unit;

        spread(c, cell, &latest, &free_unit);
        if (free_unit || (!only_maximal && latest.cls >= 0 && earlier(c, &own, &latest)))
            return certify_broken(c->v->verdict, CERTIFY_COVERAGE, someone_left_out(c, cls, village), ALLOC_NONE);
    }
    return true;
}

/* A promise is lost only if no unit is left for it, and everybody who could make room has an older one: by class and
 * lottery. */
static bool check_lost_one(struct check *c, int32_t h)
{
    const struct certify_view *v = c->v;
    const struct alloc_household *x = &v->p->households[h];
    uint8_t own[DIGEST_BYTES], other[DIGEST_BYTES];
    struct turn latest;
    bool free_unit;

    if (v->left_for[certify_cell(v, h)] <= v->own_left[v->kin[h]])
        return true;
    spread(c, certify_cell(v, h), &latest, &free_unit);
    if (free_unit || latest.cls >= 0)
        return certify_broken(v->verdict, CERTIFY_COVERAGE, h, ALLOC_NONE);
    certify_hash(v, alloc_household_id(v->p, h), own);
    for (int32_t i = 0; i < v->n_served; i++) {
        int32_t y = v->served[i], cls = v->p->households[y].cls;

        if (!c->seen[v->p->givers[v->giver[y]].earmark + 1] || cls < x->cls)
            continue;
        if (cls == x->cls)
            certify_hash(v, alloc_household_id(v->p, y), other);
        if (cls > x->cls || memcmp(other, own, DIGEST_BYTES) > 0)
            return certify_broken(v->verdict, CERTIFY_COVERAGE, h, v->giver[y]);
    }
    return true;
}

static bool check_lost(struct check *c)
{
    int32_t left = c->n_lost;

    for (int32_t h = 0; left > 0; h++)
        if (c->v->p->households[h].state == ALLOC_OPEN && fate_of(c->v, h) == LOST) {
            left--;
            if (!check_lost_one(c, h))
                return false;
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
        .leads = ARENA_NEW(a, (size_t)v->n_groups * (size_t)v->n_groups, uint8_t),
        .stack = ARENA_NEW(a, v->n_groups, int32_t),
        .seen = ARENA_NEW(a, v->n_groups, uint8_t),
    };
    if (a->failed)
        return false;
    for (int32_t i = 0; i < p->n_villages; i++)
        certify_village_hash(v, i, c->village_hash[i]);
    count_parts(c);
    for (int32_t g = 0; g < v->n_groups; g++)
        link_group(c, g);
    return true;
}

bool certify_coverage(struct certify_view *v, struct arena *a)
{
    struct check c;

    // Nobody is left out.
    if (v->n_served == v->n_open)
        return true;
    return prepare(&c, v, a) && check_lottery(&c, a) && check_left_out(&c, false);
}

bool certify_promises(struct certify_view *v, struct arena *a)
{
    struct check c;

    if (v->n_served == v->n_open)
        return true;
    return prepare(&c, v, a) && check_lost(&c) && check_lottery(&c, a) && check_left_out(&c, false);
}

bool certify_maximal(struct certify_view *v, struct arena *a)
{
    struct check c;

    if (v->n_served == v->n_open)
        return true;
    return prepare(&c, v, a) && check_left_out(&c, true);
}
