/*
 * Figures of a plan, all integers: the objective of a plan event, fairness, and what explain says about one family.
 * They read `planned` of open and delivered households, so the state machine writes a cut's plan there first.
 */
#ifndef BERBAGI_ALLOCATOR_FIGURES_H
#define BERBAGI_ALLOCATOR_FIGURES_H

#include "services/allocator/problem.h"

struct figures_class {
    int32_t households, served;     /* not cancelled; planned or delivered */
};
struct figures_fairness {           /* -1 = null: no village with 20 families of the decile */
    int32_t min_village_permille, max_deviation_permille, gini_permille;
};
struct figures {
    struct figures_class coverage[ALLOC_MAX_CLASSES];       /* by class */
    struct figures_class demand[ALLOC_MAX_DECILES];         /* by position in deciles */
    struct figures_fairness fairness[ALLOC_MAX_DECILES];    /* by position in deciles */
    int32_t idle_givers, kept, keepable;
    int64_t distance_m;             /* by today's places; rows that keep an older distance are the caller's to sum */
    int32_t distance_p50_m, distance_p95_m; /* nearest rank over served rows with a known giver; -1 = null */
};

/* 0 or -ENOMEM. `distances`: [n_households] metres of the rows (-1 = null) to use instead of today's places, or
 * NULL. */
must_check int figures_compute(const struct alloc_problem *p, const int32_t *distances, struct figures *ret);

/*
 * explain: the best plan in which household h has another giver and everybody served now stays served. *ret_giver: who
 * would come instead; *ret_more_m: what that plan costs more than the present one, in metres minus lambda_m per kept
 * pair (lambda_m = -1: metres alone). 0, -ENOENT (h has no giver, or there is no other way), -EINVAL, -ENOMEM,
 * -ERANGE. A full solve: for one family at a time.
 */
must_check int figures_second_best(const struct alloc_problem *p, int32_t h, int32_t *ret_giver, int64_t *ret_more_m);

#endif
