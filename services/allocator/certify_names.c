/*
 * Deals the plan's own numbers out again by the letter of the rule and compares. Every legal swap of two givers that
 * costs nothing changes the result, so a plan that passes is the one plan of its kind.
 *
 * Units wait in queues, one for each place, village and cell (the ways of certify_labels.h). Types put their units
 * into queues; then the villages in order draw from them: each family first what came to its cell, then what came to
 * its village, then from the places in order.
 */
#include "services/allocator/certify_names.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/sort.h"
#include "services/allocator/certify_labels.h"

struct queue {
    int32_t next, end;              /* in `units` */
};

struct member {                     /* of a type */
    int32_t giver, left;
    int32_t given;                  /* families so far; deliveries count as one */
};

struct redeal {
    struct certify_view *v;
    const struct certify_labels *l;
    struct sort_entry *scratch;

    int32_t *load;                  /* [givers] kept families */
    int32_t (*wanted)[2];           /* [types] plain units that leave by the first, the second place; or directly */
    bool *passed_over;              /* [givers] a pair that one of its type could keep is not kept */
    bool some_passed_over;

    int32_t *place_order;           /* [places] */
    int32_t *cells;                 /* [cells] in order, those of a village one after the other */
    struct sort_entry *families;    /* whose order decides, by cell in order and id; value: index of the family */
    int32_t *start;                 /* [cells in order + 1] where they begin */
    int32_t n_givers;
    struct sort_entry *givers;      /* whose order decides, by key and id */

    struct queue *queues;           /* [ways] */
    int32_t *units;                 /* givers */
};

static const char *giver_id(const struct redeal *d, const struct sort_entry *e)
{
    return alloc_giver_id(d->v->p, (int32_t)e->value);
}

static const char *family_id(const struct redeal *d, const struct sort_entry *e)
{
    return alloc_household_id(d->v->p, d->l->families[e->value].household);
}

static int by_giver_id(const void *a, const void *b, void *redeal)
{
    return strcmp(giver_id(redeal, a), giver_id(redeal, b));
}

static int by_family_id(const void *a, const void *b, void *redeal)
{
    return strcmp(family_id(redeal, a), family_id(redeal, b));
}

/* By key; entries with the same key by `tie`. */
static void sort_entries(struct redeal *d, struct sort_entry *e, int32_t n,
                         int (*tie)(const void *, const void *, void *))
{
    sort_by_key(e, d->scratch, (size_t)n);
    for (int32_t first = 0, end; first < n; first = end) {
        for (end = first + 1; end < n && e[end].key == e[first].key; end++)
            ;
        if (end - first > 1)
            qsort_r(e + first, (size_t)(end - first), sizeof(*e), tie, d);
    }
}

static int by_rank(const void *a, const void *b, void *redeal)
{
    const struct redeal *d = redeal;
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b, difference = d->l->cell_rank[x] - d->l->cell_rank[y];

    return difference != 0 ? difference
        : strcmp(alloc_household_id(d->v->p, d->l->cell_family[x]),
                 alloc_household_id(d->v->p, d->l->cell_family[y]));
}

/* Places by key; cells by village, then the common ones by decile, then own families by id. */
static bool order_places(struct redeal *d, struct arena *a)
{
    int32_t places = d->v->p->n_villages + 2, n = 0;
    struct sort_entry *order = ARENA_RAW(a, places, struct sort_entry);

    d->place_order = ARENA_RAW(a, places, int32_t);
    d->cells = ARENA_RAW(a, d->l->n_cells, int32_t);
    if (a->failed)
        return false;
    for (int32_t i = 0; i < places; i++)
        order[i] = (struct sort_entry){ d->l->place_key[i], (uint32_t)i };
    sort_by_key(order, d->scratch, (size_t)places);
    for (int32_t i = 0; i < places; i++) {
        int32_t village = d->place_order[i] = (int32_t)order[i].value, first = n;

        if (village >= d->v->p->n_villages)
            continue;
        for (int32_t cell = d->l->first_cell[village]; cell >= 0; cell = d->l->next_cell[cell])
            d->cells[n++] = cell;
        if (n - first > 1)
            qsort_r(d->cells + first, (size_t)(n - first), sizeof(*d->cells), by_rank, d);
    }
    return true;
}

/* What each type gives beside kept pairs, and how long the queues get. */
static bool count_units(struct redeal *d, struct arena *a)
{
    int32_t ways = certify_ways(d->l, d->v), n = 0;

    d->load = ARENA_RAW(a, d->v->p->n_givers, int32_t);
    d->wanted = arena_array(a, (size_t)d->l->n_types, sizeof(*d->wanted));
    d->passed_over = ARENA_RAW(a, d->v->p->n_givers, bool);
    bool *passed_over = ARENA_NEW(a, d->l->n_types, bool);

    d->queues = ARENA_NEW(a, ways, struct queue);
    if (a->failed)
        return false;
    for (int32_t g = 0; g < d->v->p->n_givers; g++)
        d->load[g] = d->v->load[g];
    for (int32_t i = 0; i < d->l->n_plain; i++) {
        const struct certify_family *f = &d->l->families[d->l->plain[i]];

        d->load[f->giver]--;
        d->wanted[f->type][f->way == d->l->types[f->type].place[1]]++;
        d->queues[f->way].end++;
        if (f->keeper != ALLOC_NONE)
            passed_over[d->l->type_of[f->keeper]] = d->some_passed_over = true;
    }
    for (int32_t g = 0; g < d->v->p->n_givers; g++)
        d->passed_over[g] = d->l->type_of[g] >= 0 && passed_over[d->l->type_of[g]];
    for (int32_t w = 0; w < ways; w++) {
        int32_t length = d->queues[w].end;

        d->queues[w] = (struct queue){ n, n };
        n += length;
    }
    d->units = ARENA_RAW(a, n, int32_t);
    return !a->failed;
}

/* Plain families; and kept ones if another of the type was passed over. */
static int32_t list_families(const struct redeal *d, struct sort_entry *list)
{
    int32_t n = 0;

    for (int32_t i = 0; i < d->l->n_plain && !d->some_passed_over; i++)
        list[n++].value = (uint32_t)d->l->plain[i];
    for (int32_t i = 0; i < d->l->n_families && d->some_passed_over; i++)
        if (d->l->families[i].way != ALLOC_NONE || d->passed_over[d->l->families[i].giver])
            list[n++].value = (uint32_t)i;
    return n;
}

/* The beginnings of the ids as numbers, behind the first characters that all of them share. */
static void read_heads(const struct redeal *d, struct sort_entry *list, int32_t n)
{
    const char *first = n > 0 ? family_id(d, list) : "";
    size_t shared = strlen(first);

    for (int32_t i = 0; i < n; i++) {
        const char *id = family_id(d, &list[i]);

        if (strncmp(id, first, shared) != 0) {
            while (strncmp(id, first, shared) != 0)
                shared--;
            i = -1;     // from the beginning again: as often as the shared part gets shorter
            continue;
        }
        list[i].key = sort_head(id + shared);
    }
}

/* Families by cell and id: the beginnings of the ids go along as numbers. */
static bool order_families(struct redeal *d, struct arena *a)
{
    int32_t n_cells = d->l->n_cells, *place_of = ARENA_RAW(a, n_cells, int32_t);
    struct sort_entry *list = d->scratch;
    int32_t n = list_families(d, list);

    d->families = ARENA_RAW(a, n, struct sort_entry);
    d->start = ARENA_NEW(a, n_cells + 2, int32_t);
    if (a->failed)
        return false;
    for (int32_t i = 0; i < n_cells; i++)
        place_of[d->cells[i]] = i;
    for (int32_t i = 0; i < n; i++)
        d->start[place_of[d->l->families[list[i].value].cell] + 2]++;
    for (int32_t i = 0; i < n_cells; i++)
        d->start[i + 2] += d->start[i + 1];
    read_heads(d, list, n);
    for (int32_t i = 0; i < n; i++)
        d->families[d->start[place_of[d->l->families[list[i].value].cell] + 1]++] = list[i];
    for (int32_t i = 0; i < n_cells; i++)
        sort_entries(d, d->families + d->start[i], d->start[i + 1] - d->start[i], by_family_id);
    return true;
}

/* Of the pairs of one type and cell that could be kept, the first by id are. */
static bool check_kept_first(struct redeal *d, struct arena *a)
{
    int32_t *passed_cell = ARENA_NEW(a, d->l->n_types, int32_t);

    if (a->failed)
        return false;
    for (int32_t i = 0; i < d->start[d->l->n_cells] && d->some_passed_over; i++) {
        const struct certify_family *f = &d->l->families[d->families[i].value];

        if (f->keeper == ALLOC_NONE)
            continue;
        int32_t t = d->l->type_of[f->keeper];

        if (f->way != ALLOC_NONE)
            passed_cell[t] = f->cell + 1;
        else if (passed_cell[t] == f->cell + 1)
            return certify_broken(d->v->verdict, CERTIFY_NAMES, f->household, f->giver);
    }
    return true;
}

/* Givers by key and id: of the types that give plain units. */
static bool order_givers(struct redeal *d, struct arena *a)
{
    d->givers = ARENA_RAW(a, d->v->p->n_givers, struct sort_entry);
    if (a->failed)
        return false;
    for (int32_t g = 0; g < d->v->p->n_givers; g++) {
        int32_t t = d->l->type_of[g];

        if (t < 0 || d->wanted[t][0] + d->wanted[t][1] == 0)
            continue;
        uint64_t key = d->l->types[t].alone ? d->l->types[t].key : certify_key(d->v, alloc_giver_id(d->v->p, g));

        d->givers[d->n_givers++] = (struct sort_entry){ key, (uint32_t)g };
    }
    sort_entries(d, d->givers, d->n_givers, by_giver_id);
    return true;
}

static void put(struct redeal *d, int32_t way, int32_t giver)
{
    d->units[d->queues[way].end++] = giver;
}

/*
 * The type's units come in rounds over its members: everybody's first, then everybody's second, …. The first place
 * gets its share, then the second one.
 */
static void deal_type(struct redeal *d, int32_t t, struct member *members, int32_t n)
{
    const struct certify_type *type = &d->l->types[t];
    int32_t wanted = d->wanted[t][0] + d->wanted[t][1];

    for (int32_t round = 0, dealt = 0; dealt < wanted; round++)
        for (struct member *m = members; m < members + n && dealt < wanted; m++) {
            if (m->given > round || m->left == 0)
                continue;
            m->given++;
            m->left--;
            put(d, type->place[dealt++ >= d->wanted[t][0]], m->giver);
        }
}

/* Who is reached without places stands alone: all its units are alike, and its rank says when they come. */
static void deal_directly(struct redeal *d, struct sort_entry *list, const int32_t *rank)
{
    int32_t n = 0;

    for (int32_t i = 0; i < d->l->n_plain; i++) {
        const struct certify_family *f = &d->l->families[d->l->plain[i]];

        if (d->l->types[f->type].direct)
            list[n++] = (struct sort_entry){ (uint64_t)rank[f->type], (uint32_t)d->l->plain[i] };
    }
    sort_by_key(list, d->scratch, (size_t)n);
    for (int32_t i = 0; i < n; i++)
        put(d, d->l->families[list[i].value].way, d->l->families[list[i].value].giver);
}

/* Types in the order of their first giver put their units into queues. */
static bool deal(struct redeal *d, struct arena *a)
{
    int32_t *rank = ARENA_NEW(a, d->l->n_types, int32_t), *type = ARENA_RAW(a, d->l->n_types, int32_t);
    int32_t *start = ARENA_NEW(a, d->l->n_types + 2, int32_t);
    struct member *member = ARENA_RAW(a, d->n_givers, struct member);
    struct sort_entry *direct = ARENA_RAW(a, d->l->n_plain, struct sort_entry);
    int32_t ranks = 0;

    if (a->failed)
        return false;
    for (int32_t i = 0; i < d->n_givers; i++) {
        int32_t t = d->l->type_of[d->givers[i].value];

        if (rank[t] == 0) {
            type[ranks] = t;
            rank[t] = ++ranks;
        }
        start[rank[t] + 1]++;
    }
    for (int32_t i = 0; i < ranks; i++)
        start[i + 2] += start[i + 1];
    for (int32_t i = 0; i < d->n_givers; i++) {
        int32_t g = (int32_t)d->givers[i].value, left = d->v->p->givers[g].quota - d->v->p->givers[g].taken;

        member[start[rank[d->l->type_of[g]]]++] =
            (struct member){ g, left - d->load[g], d->load[g] + (d->v->p->givers[g].taken > 0) };
    }
    for (int32_t i = 0; i < ranks; i++)
        if (!d->l->types[type[i]].direct)
            deal_type(d, type[i], member + start[i], start[i + 1] - start[i]);
    deal_directly(d, direct, rank);
    return true;
}

static int32_t *front(const struct redeal *d, int32_t way)
{
    struct queue *q = &d->queues[way];

    return q->next < q->end ? &q->next : NULL;
}

/* The village's families, cell by cell, draw their units; `from`: [places] zeroes, and again when it is done. */
static bool draw(const struct redeal *d, int32_t first, int32_t end, int32_t *from)
{
    const int32_t places = d->v->p->n_villages + 2;
    int32_t place = 0;

    for (int32_t i = first; i < end; i++) {
        int32_t way = d->l->families[d->families[i].value].way;

        if (way != ALLOC_NONE && way < places)
            from[way]++;
    }
    for (int32_t i = first; i < end; i++) {
        const struct certify_family *f = &d->l->families[d->families[i].value];

        if (f->way == ALLOC_NONE)
            continue;
        int32_t *unit = front(d, certify_cell_way(d->v, f->cell));

        if (unit == NULL)
            unit = front(d, certify_village_way(d->v, d->l->cell_village[f->cell]));
        if (unit == NULL) {
            while (from[d->place_order[place]] == 0)
                place++;
            from[d->place_order[place]]--;
            unit = &d->queues[d->place_order[place]].next;
        }
        if (d->units[(*unit)++] != f->giver)
            return certify_broken(d->v->verdict, CERTIFY_NAMES, f->household, f->giver);
    }
    return true;
}

static bool check_villages(const struct redeal *d, struct arena *a)
{
    int32_t *from = ARENA_NEW(a, d->v->p->n_villages + 2, int32_t);

    if (a->failed)
        return false;
    for (int32_t cell = 0, end; cell < d->l->n_cells; cell = end) {
        int32_t village = d->l->cell_village[d->cells[cell]];

        for (end = cell + 1; end < d->l->n_cells && d->l->cell_village[d->cells[end]] == village; end++)
            ;
        if (!draw(d, d->start[cell], d->start[end], from))
            return false;
    }
    return true;
}

bool certify_names(struct certify_view *v, const struct certify_labels *l, struct arena *a)
{
    struct redeal d = { .v = v, .l = l };
    size_t most = (size_t)v->p->n_villages + 2 + (size_t)v->p->n_givers + (size_t)l->n_families;

    d.scratch = ARENA_RAW(a, most, struct sort_entry);
    return count_units(&d, a) && order_places(&d, a) && order_families(&d, a) && check_kept_first(&d, a) &&
        order_givers(&d, a) && deal(&d, a) && check_villages(&d, a);
}
