/*
 * The checker's own view of a problem: the rule written a second time, so that a mistake in the solver's reading of it
 * shows. Shared by the parts of the checker and by nothing else.
 */
#ifndef BERBAGI_ALLOCATOR_CERTIFY_VIEW_H
#define BERBAGI_ALLOCATOR_CERTIFY_VIEW_H

#include "common/domain/digest.h"
#include "services/allocator/arena.h"
#include "services/allocator/certify.h"

struct certify_view {
    const struct alloc_problem *p;
    const int32_t *giver;           /* the plan: [households] */
    bool repair;                    /* not a cut: who was planned before must stay served */
    struct certify_verdict *verdict;
    struct digest_series hashes;    /* seed | period | */

    int32_t n_groups, n_cells;      /* groups: 0 = no earmark, e + 1; cells: village x decile position */
    uint8_t *fits;                  /* [groups x cells] */
    int64_t *units;                 /* [groups] left */
    int64_t *left_for, *quota_for;  /* [cells] units of all groups that fit, left and whole */
    int32_t n_kin, *kin;            /* [households] a number from 1 if it is some giver's own family, else 0 */
    int64_t *own_left, *own_quota;  /* [kin] of the units that fit, those of its own givers; [0] = 0 */

    /* The plan as certify_feasible counts it. */
    int32_t n_open;                 /* targets that nobody has delivered to */
    int32_t n_served, *served;      /* households, ascending */
    int32_t *load;                  /* [givers] families of the plan */
    int64_t *used;                  /* [groups] units given */
    uint8_t *serves;                /* [groups x cells] some family of the cell is served by the group */
};

/* Fills what does not depend on the plan. 0 or -ENOMEM. */
must_check int certify_view_init(struct certify_view *v, struct arena *a, const struct alloc_problem *p,
                                 const int32_t *giver);

static inline int32_t certify_cell(const struct certify_view *v, int32_t household)
{
    const struct alloc_household *h = &v->p->households[household];

    return h->village * v->p->n_deciles + h->cls / ALLOC_CLASSES_PER_DECILE;
}

static inline bool certify_fits(const struct certify_view *v, int32_t giver, int32_t household)
{
    const struct alloc_giver *g = &v->p->givers[giver];

    return g->own != household &&
        v->fits[(size_t)(g->earmark + 1) * (size_t)v->n_cells + (size_t)certify_cell(v, household)] != 0;
}

/* Units that deliveries leave. */
static inline int64_t certify_left(const struct alloc_giver *g)
{
    return g->kind == 0 || g->quota <= g->taken ? 0 : (int64_t)g->quota - g->taken;
}

void certify_hash(const struct certify_view *v, const char *id, uint8_t out[DIGEST_BYTES]);
void certify_village_hash(const struct certify_view *v, int32_t village, uint8_t out[DIGEST_BYTES]);
/* The square of the distance in metres. */
static inline int64_t certify_square(const struct alloc_village *a, const struct alloc_village *b)
{
    int64_t d[3] = { (int64_t)a->x - b->x, (int64_t)a->y - b->y, (int64_t)a->z - b->z };

    return d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
}

/* Notes the first broken rule; always false, so that a check can end with it. */
bool certify_broken(struct certify_verdict *r, enum certify_rule rule, int32_t household, int32_t giver);

/* The parts; each returns false with the verdict set, or true. Memory: look at a->failed. */
bool certify_feasible(struct certify_view *v);
bool certify_reasons(struct certify_view *v, const uint8_t *reason);
bool certify_coverage(struct certify_view *v, struct arena *a);
/* After a repair: of those promised before only the least needy, and only who must, has lost it; then level 1. */
bool certify_promises(struct certify_view *v, struct arena *a);
/* After a repair: no exchange is better (certify.h). */
bool certify_exchange(struct certify_view *v, struct arena *a);
/* No open target without a giver could be served in addition. */
bool certify_maximal(struct certify_view *v, struct arena *a);

#endif
