/*
 * Deals the plan's own numbers out again by the letter of the rule and compares. Every legal swap of two givers that
 * costs nothing changes the result, so a plan that passes is the one plan of its kind.
 */
#include "services/allocator/certify_names.h"

#include <stdlib.h>
#include <string.h>

#include "services/allocator/certify_labels.h"

struct ranked {
    uint64_t key;
    int32_t index;
    const char *id;
};

struct family {                     /* in the order in which they are dealt to */
    int32_t household, village, cell;   /* village: rank */
    int32_t village_node, cell_node, way;   /* way: the place its unit starts from, or one of the two nodes */
    bool kept;
};

struct unit {                       /* on its way: from a type to a place, a village, a cell */
    int32_t giver;
    int32_t to;                     /* where it goes, ascending in dealing order */
};

struct redeal {
    struct certify_view *v;
    struct certify_labels l;
    struct ranked *givers, *places;
    int32_t n_givers, *place_rank;
    struct family *families;
    int32_t *load;
};

static int by_key(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->id != NULL && y->id != NULL ? strcmp(x->id, y->id) : (x->index > y->index) - (x->index < y->index);
}

struct place_order {
    uint64_t head, tail;            /* the id's first 16 bytes as numbers */
    const char *id;
    int32_t kind, household;
};

static int by_place(const void *a, const void *b)
{
    const struct place_order *x = a, *y = b;

    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->head != y->head)
        return x->head < y->head ? -1 : 1;
    if (x->tail != y->tail)
        return x->tail < y->tail ? -1 : 1;
    return strcmp(x->id, y->id);
}

static uint64_t head_of(const char *s, const char *end)
{
    uint64_t head = 0;

    for (int i = 0; i < 8; i++)
        head = head << 8 | (s < end ? (unsigned char)*s++ : 0);
    return head;
}

static struct family family_of(const struct redeal *d, int32_t household)
{
    const struct alloc_household *h = &d->v->p->households[household];

    return (struct family){
        .household = household,
        .village = d->place_rank[h->village],
        .cell = d->l.cell_of[household],
        .kept = d->l.can_keep[household] && h->foster == d->v->giver[household],
    };
}

/* Families by village, cell and id: sorted as small records, village by village. */
static bool sort_families(struct redeal *d, struct arena *a)
{
    const struct alloc_problem *p = d->v->p;
    int32_t places = p->n_villages + 2, *start = ARENA_NEW(a, places + 2, int32_t);
    struct place_order *order = ARENA_NEW(a, d->l.n_families, struct place_order);

    if (a->failed)
        return false;
    for (int32_t h = 0; h < p->n_households; h++)
        if (d->l.cell_of[h] >= 0)
            start[d->place_rank[p->households[h].village] + 2]++;
    for (int32_t i = 0; i < places; i++)
        start[i + 2] += start[i + 1];
    for (int32_t h = 0; h < p->n_households; h++) {
        if (d->l.cell_of[h] < 0)
            continue;
        const char *id = alloc_household_id(p, h), *end = id + strnlen(id, 16);

        order[start[d->place_rank[p->households[h].village] + 1]++] = (struct place_order){
            head_of(id, end), end - id > 8 ? head_of(id + 8, end) : 0, id, d->l.cell_rank[d->l.cell_of[h]], h,
        };
    }
    for (int32_t i = 0; i < places; i++)
        if (start[i + 1] - start[i] > 1)
            qsort(order + start[i], (size_t)(start[i + 1] - start[i]), sizeof(*order), by_place);
    for (int32_t i = 0; i < d->l.n_families; i++)
        d->families[i] = family_of(d, order[i].household);
    return true;
}

/* Stable: units that go to the same node stay in the order they came in. */
static bool sort_units(struct arena *a, struct unit *units, int32_t n, int32_t nodes)
{
    int32_t *start = ARENA_NEW(a, nodes + 1, int32_t);
    struct unit *copy = ARENA_NEW(a, n, struct unit);

    if (a->failed)
        return false;
    for (int32_t i = 0; i < n; i++) {
        start[units[i].to + 1]++;
        copy[i] = units[i];
    }
    for (int32_t i = 0; i < nodes; i++)
        start[i + 1] += start[i];
    for (int32_t i = 0; i < n; i++)
        units[start[copy[i].to]++] = copy[i];
    return true;
}

static bool rank_all(struct redeal *d, struct arena *a)
{
    const struct alloc_problem *p = d->v->p;
    int32_t places = p->n_villages + 2;

    d->givers = ARENA_NEW(a, p->n_givers, struct ranked);
    d->places = ARENA_NEW(a, places, struct ranked);
    d->place_rank = ARENA_NEW(a, places, int32_t);
    d->families = ARENA_NEW(a, d->l.n_families, struct family);
    d->load = ARENA_NEW(a, p->n_givers, int32_t);
    if (a->failed)
        return false;
    for (int32_t g = 0; g < p->n_givers; g++)
        if (d->l.type_of[g] >= 0)
            d->givers[d->n_givers++] = (struct ranked){ d->l.giver_key[g], g, alloc_giver_id(p, g) };
    qsort(d->givers, (size_t)d->n_givers, sizeof(*d->givers), by_key);
    for (int32_t i = 0; i < places; i++)
        d->places[i] = (struct ranked){ d->l.place_key[i], i, NULL };
    qsort(d->places, (size_t)places, sizeof(*d->places), by_key);
    for (int32_t i = 0; i < places; i++)
        d->place_rank[d->places[i].index] = i;
    return sort_families(d, a);
}

/* Of the pairs of one type and cell that could be kept, the first by id are. */
static bool check_kept_first(struct redeal *d, struct arena *a)
{
    const struct alloc_problem *p = d->v->p;
    int32_t *passed_cell = ARENA_NEW(a, d->l.n_types, int32_t);

    if (a->failed)
        return false;
    for (int32_t i = 0; i < d->l.n_families; i++) {
        const struct family *f = &d->families[i];

        if (!d->l.can_keep[f->household])
            continue;
        int32_t t = d->l.type_of[p->households[f->household].foster];

        if (!f->kept)
            passed_cell[t] = f->cell + 1;
        else if (passed_cell[t] == f->cell + 1)
            return certify_broken(d->v->verdict, CERTIFY_NAMES, f->household, d->v->giver[f->household]);
        else
            d->load[d->v->giver[f->household]]++;
    }
    return true;
}

/* The place a plain pair starts from: the cheaper one. 0 or 1 of the type's. */
static int start_of(const struct redeal *d, int32_t type, int32_t village)
{
    const struct certify_type *t = &d->l.types[type];

    if (t->place[1] < 0)
        return 0;
    int64_t m0 = certify_metres(&d->l, d->v, t->place[0], village),
            m1 = certify_metres(&d->l, d->v, t->place[1], village);
    int64_t t0 = certify_start(&d->l, type, t->place[0]) + certify_travel(&d->l, t->place[0], village);
    int64_t t1 = certify_start(&d->l, type, t->place[1]) + certify_travel(&d->l, t->place[1], village);

    return m0 != m1 ? m1 < m0 : t1 < t0;
}

/*
 * Places, villages and cells get numbers that ascend in dealing order: places by rank, then each village followed by
 * its cells, named by the first of their families.
 */
static int32_t village_node(const struct redeal *d, int32_t first_family)
{
    return d->v->p->n_villages + 2 + 2 * first_family;
}

static int32_t cell_node(const struct redeal *d, int32_t first_family)
{
    return village_node(d, first_family) + 1;
}

/* For each plain family: from which of its giver's places, or directly to its village or cell. */
static void find_ways(struct redeal *d)
{
    int32_t village = 0, cell = 0;

    for (int32_t i = 0; i < d->l.n_families; i++) {
        struct family *f = &d->families[i];
        int32_t g = d->v->giver[f->household], t = d->l.type_of[g], v = d->v->p->households[f->household].village;

        village = i == 0 || f->village != f[-1].village ? i : village;
        cell = i == 0 || f->cell != f[-1].cell ? i : cell;
        f->village_node = village_node(d, village);
        f->cell_node = cell_node(d, cell);
        if (f->kept)
            continue;
        if (d->l.types[t].direct)
            f->way = certify_whole_village(&d->l, d->v, g, v) ? f->village_node : f->cell_node;
        else
            f->way = d->place_rank[d->l.types[t].place[start_of(d, t, v)]];
    }
}

/* Rounds over the members: everybody's first unit, then everybody's second, …. */
static void deal_type(struct redeal *d, const int32_t *members, int32_t n, struct unit *units, int32_t wanted)
{
    for (int32_t round = 0, dealt = 0; dealt < wanted; round++)
        for (int32_t i = 0; i < n && dealt < wanted; i++) {
            const struct alloc_giver *g = &d->v->p->givers[members[i]];

            if (d->load[members[i]] + (g->taken > 0 ? 1 : 0) <= round && d->load[members[i]] < g->quota - g->taken) {
                d->load[members[i]]++;
                units[dealt++].giver = members[i];
            }
        }
}

struct buckets {                    /* items by type, in canonical order of types and items */
    int32_t *start, *item;
};

static bool fill_buckets(struct buckets *b, struct arena *a, int32_t n_buckets, int32_t n, const int32_t *bucket,
                         const int32_t *item)
{
    b->start = ARENA_NEW(a, n_buckets + 2, int32_t);
    b->item = ARENA_NEW(a, n, int32_t);
    if (a->failed)
        return false;
    for (int32_t i = 0; i < n; i++)
        b->start[bucket[i] + 2]++;
    for (int32_t i = 0; i < n_buckets; i++)
        b->start[i + 2] += b->start[i + 1];
    for (int32_t i = 0; i < n; i++)
        b->item[b->start[bucket[i] + 1]++] = item[i];
    return true;
}

/* Types by their first member. */
static bool group_by_type(struct redeal *d, struct arena *a, struct buckets *members, struct buckets *plain,
                          int32_t *ret_types, int32_t *ret_plain)
{
    int32_t *rank = ARENA_NEW(a, d->l.n_types, int32_t), ranks = 0, n = 0;
    int32_t *bucket = ARENA_NEW(a, d->n_givers + d->l.n_families, int32_t);
    int32_t *item = ARENA_NEW(a, d->n_givers + d->l.n_families, int32_t);

    if (a->failed)
        return false;
    for (int32_t i = 0; i < d->n_givers; i++) {
        int32_t *r = &rank[d->l.type_of[d->givers[i].index]];

        *r = *r != 0 ? *r : ++ranks;
        bucket[i] = *r - 1;
        item[i] = d->givers[i].index;
    }
    if (!fill_buckets(members, a, ranks, d->n_givers, bucket, item))
        return false;
    for (int32_t i = 0; i < d->l.n_families; i++)
        if (!d->families[i].kept) {
            bucket[n] = rank[d->l.type_of[d->v->giver[d->families[i].household]]] - 1;
            item[n++] = i;
        }
    *ret_types = ranks;
    *ret_plain = n;
    return fill_buckets(plain, a, ranks, n, bucket, item);
}

/*
 * Where a type's units go, ascending: direct ones ascend as families do; others know two places, the first and the
 * last.
 */
static void list_ways(const struct redeal *d, const int32_t *family, int32_t n, struct unit *units)
{
    int32_t low = INT32_MAX, at = 0;

    for (int32_t i = 0; i < n; i++)
        low = d->families[family[i]].way < low ? d->families[family[i]].way : low;
    for (int pass = 0; pass < 2; pass++)
        for (int32_t i = 0; i < n; i++)
            if ((d->families[family[i]].way == low) == (pass == 0))
                units[at++] = (struct unit){ .to = d->families[family[i]].way };
}

/* From types to places, or directly to villages and cells: the ways out of a type, in order, take its units in
 * order. */
static void leave_types(struct redeal *d, const struct buckets *members, const struct buckets *plain, int32_t n_types,
                        struct unit *units)
{
    for (int32_t t = 0; t < n_types; t++) {
        int32_t first = plain->start[t], n = plain->start[t + 1] - first;

        list_ways(d, plain->item + first, n, units + first);
        deal_type(d, members->item + members->start[t], members->start[t + 1] - members->start[t], units + first, n);
    }
}

/* From places to villages: a place sends to its villages in order what has come to it, in order. */
static bool leave_places(struct redeal *d, struct arena *a, struct unit *units, int32_t n)
{
    struct unit *ways = ARENA_NEW(a, n, struct unit);
    int32_t n_ways = 0, n_places = d->v->p->n_villages + 2, nodes = cell_node(d, d->l.n_families) + 1;

    if (a->failed)
        return false;
    for (int32_t i = 0; i < d->l.n_families; i++)
        if (!d->families[i].kept && d->families[i].way < n_places)
            ways[n_ways++] = (struct unit){ .giver = i, .to = d->families[i].way };
    if (!sort_units(a, ways, n_ways, n_places) || !sort_units(a, units, n, nodes))
        return false;
    // Units for places come first in their list; the two agree place by place. What went directly to a village comes
    // before what came by places.
    struct unit *again = ARENA_NEW(a, n, struct unit);

    if (a->failed)
        return false;
    for (int32_t i = n_ways; i < n; i++)
        again[i - n_ways] = units[i];
    for (int32_t i = 0; i < n_ways; i++)
        again[n - n_ways + i] = (struct unit){ units[i].giver, d->families[ways[i].giver].village_node };
    for (int32_t i = 0; i < n; i++)
        units[i] = again[i];
    return sort_units(a, units, n, nodes);
}

/* Families in order take first what came to their cell, then what came to their village. */
static bool compare(struct redeal *d, struct arena *a, const struct unit *units, int32_t n)
{
    int32_t *next = ARENA_NEW(a, village_node(d, d->l.n_families) + 1, int32_t);

    if (a->failed)
        return false;
    for (int32_t i = n - 1; i >= 0; i--)
        next[units[i].to] = i;
    for (int32_t i = 0; i < d->l.n_families; i++) {
        const struct family *f = &d->families[i];

        if (f->kept)
            continue;
        int32_t at = next[f->cell_node], node = f->cell_node;

        if (at >= n || units[at].to != node) {
            node = f->village_node;
            at = next[node];
        }
        if (at >= n || units[at].to != node || units[at].giver != d->v->giver[f->household])
            return certify_broken(d->v->verdict, CERTIFY_NAMES, f->household, d->v->giver[f->household]);
        next[node]++;
    }
    return true;
}

bool certify_names(struct certify_view *v, const struct certify_labels *l, struct arena *a)
{
    struct redeal d = { .v = v, .l = *l };
    struct buckets members, plain;
    int32_t n, types;

    if (!rank_all(&d, a) || !check_kept_first(&d, a))
        return false;
    find_ways(&d);
    if (!group_by_type(&d, a, &members, &plain, &types, &n))
        return false;
    struct unit *units = ARENA_NEW(a, n, struct unit);

    if (a->failed)
        return false;
    leave_types(&d, &members, &plain, types, units);
    return leave_places(&d, a, units, n) && compare(&d, a, units, n);
}
