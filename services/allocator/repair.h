/*
 * Repairs: after an event, the plan that (a) keeps planned families served, (b) gives left units to unserved targets
 * by level 1, (c) changes the fewest planned pairs, (d) costs least by levels 3 and 4. Exact. Delivered rows are
 * untouched.
 *
 * Use: repair_load once after a cut or a restore; then per registry event change the problem's entries in place and
 * call repair_run with the indices that changed (new entries too; arrays may have grown or moved: the problem struct
 * is read anew). Write the answer into `planned` of the households it names before the next run (repair_run knows that
 * it will stand there; no need to name them as changed again).
 */
#ifndef BERBAGI_ALLOCATOR_REPAIR_H
#define BERBAGI_ALLOCATOR_REPAIR_H

#include "services/allocator/problem.h"

struct repair;                      /* the cache: a function of the problem's present content */

/* Allocates; 0 or -ENOMEM. */
must_check int repair_new(struct repair **ret);
void repair_free(struct repair *r);                     /* accepts NULL */
/*
 * Reads the whole problem. The pairs in `planned` must stand as the last plan left them (valid, maximal); what changed
 * since then may be named in the first run instead. 0, -EINVAL, -ENOMEM.
 */
must_check int repair_load(struct repair *r, const struct alloc_problem *p);

/*
 * households, givers: indices of the entries that changed since the last run or load (twice is harmless).
 * *ret_changes (owned by r, valid until the next call) has *ret_n entries, ascending by household index; an ALLOC_OPEN
 * household whose `planned` was and stays ALLOC_NONE is not in it. Earmark, lambda, seed, deciles never change between
 * loads; a new earmark may be appended. 0, -EINVAL, -ENOMEM, -ERANGE.
 */
must_check int repair_run(struct repair *r, const struct alloc_problem *p,
                          const int32_t *households, int32_t n_households,
                          const int32_t *givers, int32_t n_givers,
                          const struct repair_change **ret_changes, int32_t *ret_n);

/* Runs without any cache or short cut: the oracle, and what repair_run falls back to. Fills giver and reason of s. */
must_check int repair_solve(const struct alloc_problem *p, struct alloc_solution *s);

#endif
