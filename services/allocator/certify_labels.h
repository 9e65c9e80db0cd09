/*
 * Types, cells and keys as the checker understands the rule (docs/allocation.md): which givers and families are
 * interchangeable, and the tie-break of every leg. Written a second time, for the checker alone.
 */
#ifndef BERBAGI_ALLOCATOR_CERTIFY_LABELS_H
#define BERBAGI_ALLOCATOR_CERTIFY_LABELS_H

#include "services/allocator/certify_view.h"

struct certify_type {
    uint64_t key;
    struct alloc_price price;       /* of each of its givers (certify_prices) */
    int32_t place[2];               /* smaller key first; n_villages, n_villages + 1 = the nowheres; -1 = none */
    int32_t ends[2];                /* its places, twice the same if it has but one */
    int32_t member;                 /* one of its givers */
    bool alone, direct;
    bool exact[2];                  /* place -> type costs what the prices say (certify_prices) */
};

struct certify_family {             /* one that is served */
    int32_t household, giver, cell;
    int32_t keeper;                 /* its foster parent, if that may keep it, or ALLOC_NONE */
    int32_t type;                   /* of the giver (certify_prices) */
    int32_t way;                    /* of its unit (certify_prices); ALLOC_NONE = a kept pair */
};

struct certify_labels {
    int32_t n_types;
    struct certify_type *types;
    int32_t *type_of;               /* [givers], -1 = no unit left */
    uint64_t *place_key;            /* [villages + 2] */

    int32_t n_families;
    struct certify_family *families;/* households ascending */
    int32_t n_plain, *plain;        /* those that are not kept (certify_prices) */
    int32_t n_cells, n_villages;    /* with a served family */
    int32_t *cell_family;           /* [cells] household: one of its families */
    int32_t *cell_village;          /* [cells] */
    uint64_t *cell_key;             /* [cells] */
    int32_t *cell_rank; /* [cells] within the village: decile position; ALLOC_MAX_DECILES = an own family */
    int32_t *first_cell, *next_cell;/* [villages], [cells]: the cells of a village; -1 = end */
};

static inline bool certify_is_kept(const struct certify_family *f)
{
    return f->keeper != ALLOC_NONE && f->keeper == f->giver;
}

must_check int certify_labels_init(struct certify_labels *l, struct arena *a, const struct certify_view *v);

/* Ways of a plain unit: by a place, or directly to a village or to a cell. Places come first. */
static inline int32_t certify_village_way(const struct certify_view *v, int32_t village)
{
    return v->p->n_villages + 2 + village;
}

static inline int32_t certify_cell_way(const struct certify_view *v, int32_t cell)
{
    return certify_village_way(v, v->p->n_villages) + cell;
}

static inline int32_t certify_ways(const struct certify_labels *l, const struct certify_view *v)
{
    return certify_cell_way(v, l->n_cells);
}

/* May every served family of the village be served by the giver? */
bool certify_whole_village(const struct certify_labels *l, const struct certify_view *v, int32_t giver,
                           int32_t village);

int64_t certify_start(const struct certify_labels *l, int32_t type, int32_t place);
int64_t certify_travel(const struct certify_labels *l, int32_t place, int32_t village);
int64_t certify_direct(const struct certify_labels *l, int32_t type, uint64_t village_or_cell);
int64_t certify_kept(const struct certify_labels *l, int32_t type, int32_t cell);

/* The upper 39 bits of the mixer, and how a leg without a bonus stands above it (docs/allocation.md, "Level 4"). */
enum { CERTIFY_LEG_BITS = 39 };
int64_t certify_leg(uint64_t a, uint64_t b, uint64_t number);

/* The first 8 bytes, big-endian, of the hash of an id. */
uint64_t certify_key(const struct certify_view *v, const char *id);
uint64_t certify_village_key(const struct certify_view *v, int32_t village);
/* Whole metres of a square, rounded down. */
int64_t certify_root(int64_t square);

/*
 * Metres are roots of squares, rounded down; the squares decide all that is asked of them. From a place (or nowhere)
 * to a village, and from a type, by its nearer place.
 */
static inline int64_t certify_square_from(const struct certify_view *v, int32_t place, int32_t village)
{
    if (place >= v->p->n_villages)
        return place == v->p->n_villages ? (int64_t)ALLOC_FAR_M * ALLOC_FAR_M : 0;
    return certify_square(&v->p->villages[place], &v->p->villages[village]);
}

static inline int64_t certify_square_of(const struct certify_view *v, const struct certify_type *t, int32_t village)
{
    int64_t first = certify_square_from(v, t->ends[0], village);
    int64_t second = certify_square_from(v, t->ends[1], village);

    return first < second ? first : second;
}

/* The sign of the square's metres - x. */
static inline int certify_against(int64_t square, int64_t x)
{
    const int64_t beyond_earth = INT64_C(1) << 25;

    if (x < 0 || x > beyond_earth)
        return x < 0 ? 1 : -1;
    return (square > x * x + 2 * x) - (square < x * x);
}

#endif
