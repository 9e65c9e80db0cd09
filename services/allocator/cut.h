/*
 * The cut: the unique optimum of levels 1-4 (docs/allocation.md) for every ALLOC_OPEN household of a problem.
 * `planned` is not looked at. Deterministic: a function of the problem's content, not of the order of its arrays.
 */
#ifndef BERBAGI_ALLOCATOR_CUT_H
#define BERBAGI_ALLOCATOR_CUT_H

#include "services/allocator/problem.h"

/*
 * Fills `s` (from alloc_solution_init). 0, -EINVAL (alloc_problem_check), -ENOMEM, or -ERANGE: numbers so large that
 * the exact arithmetic could overflow (distances x villages beyond 2^61; no real regency comes near).
 */
must_check int cut_solve(const struct alloc_problem *p, struct alloc_solution *s);

#endif
