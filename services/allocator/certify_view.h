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
    struct certify_verdict *verdict;
    struct digest prefix;

    int32_t *load;                  /* [givers] families of the plan */
    int32_t n_groups, n_cells;      /* groups: 0 = no earmark, e + 1; cells: village x decile position */
    uint8_t *fits;                  /* [groups x cells] */
    int64_t *units, *used;          /* [groups] left, and given by the plan */
    int64_t *left_for, *quota_for;  /* [cells] units of all groups that fit, left and whole */
    int64_t *own_left, *own_quota;  /* [households] of these, units of givers whose own family it is */
};

/* Fills everything but verdict, `load` and `used` for a plan that has been found feasible. 0 or -ENOMEM. */
must_check int certify_view_init(struct certify_view *v, struct arena *a, const struct alloc_problem *p,
                                 const int32_t *giver);

bool certify_fits(const struct certify_view *v, int32_t giver, int32_t household);
int32_t certify_cell(const struct certify_view *v, int32_t household);
void certify_hash(const struct certify_view *v, const char *id, uint8_t out[DIGEST_BYTES]);
void certify_village_hash(const struct certify_view *v, int32_t village, uint8_t out[DIGEST_BYTES]);
/* The square of the distance in metres. */
int64_t certify_square(const struct alloc_village *a, const struct alloc_village *b);

/* Notes the first broken rule; always false, so that a check can end with it. */
bool certify_broken(struct certify_verdict *r, enum certify_rule rule, int32_t household, int32_t giver);

/* The parts; each returns false with the verdict set, or true. Memory: look at a->failed. */
bool certify_feasible(struct certify_view *v, struct arena *a);
bool certify_reasons(struct certify_view *v, const uint8_t *reason);
bool certify_coverage(struct certify_view *v, struct arena *a);
/* No open target without a giver could be served in addition. */
bool certify_maximal(struct certify_view *v, struct arena *a);

#endif
