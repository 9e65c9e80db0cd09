/*
 * What the two halves of the proof by prices share: certify_prices.c looks at the legs between givers, places,
 * villages and cells, certify_pairs.c at the families.
 */
#ifndef BERBAGI_ALLOCATOR_CERTIFY_PROOF_H
#define BERBAGI_ALLOCATOR_CERTIFY_PROOF_H

#include "common/core/sort.h"
#include "services/allocator/certify_labels.h"

struct certify_proof {
    struct certify_view *v;
    struct certify_labels *l;
    const struct alloc_evidence *e;
    struct alloc_price *cell;       /* [cells] */
    bool *used;                     /* [places] some type has it */
    bool *exact_travel, *exact_cell;/* [villages x places], [cells] the leg costs what the prices say */
    int32_t *last_exact;            /* [types] 1 + the cell to which the last exact leg of a kept pair was found */
    int32_t n_exact_kept;
    struct sort_entry *exact_kept;  /* such legs by type and cell; value: index of a family */
    int32_t *leader;                /* union-find: root, types, places, villages, cells */
    int32_t place0, village0, cell0;
    int64_t bonus;                  /* what a kept pair is worth, in hi */
};

static inline int certify_sign(int64_t x)
{
    return (x > 0) - (x < 0);
}

/*
 * A relation of two prices across a leg: from costs at most `hi, lo` more than to. slack < 0: the leg would be a
 * bargain; 0: exact; > 0: too dear to be used.
 */
static inline int certify_slack(struct alloc_price from, struct alloc_price to, int64_t hi, int64_t lo)
{
    int64_t h = to.hi + hi - from.hi, t = to.lo + lo - from.lo;

    return h != 0 ? certify_sign(h) : certify_sign(t);
}

static inline bool certify_same(struct alloc_price a, struct alloc_price b)
{
    return a.hi == b.hi && a.lo == b.lo;
}

/* From a village or a cell straight to a type. */
static inline int certify_direct_slack(const struct certify_proof *c, struct alloc_price from, int32_t t,
                                       int64_t square, uint64_t label)
{
    int s = certify_against(square, from.hi - c->l->types[t].price.hi);

    return s != 0 ? s : certify_sign(c->l->types[t].price.lo + certify_direct(c->l, t, label) - from.lo);
}

/* An exact leg joins two trees of the forest; if both ends hang together already, flow could go round: a tie. */
bool certify_join(struct certify_proof *c, int32_t x, int32_t y, int32_t household, int32_t giver);

/* The families' own part: kept pairs, pairs that could be kept, and the ways of plain ones. */
bool certify_pairs(struct certify_proof *c, struct arena *a);

#endif
