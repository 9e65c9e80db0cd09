/*
 * Level 1: who is served. The sets of families that can be served together are the independent sets of a matroid, so
 * taking families in order of need, each if it can be added to those taken before, gives the best set (docs/
 * allocation.md). An own family matters here only where nobody else is left to serve it: two families together always
 * have all ASN.
 *
 * Supply is kept as groups (group 0: everybody without an earmark; one group per earmark), demand as cells (village x
 * decile), and `use` is a matching of the families taken so far, in numbers.
 */
#ifndef BERBAGI_ALLOCATOR_COVERAGE_H
#define BERBAGI_ALLOCATOR_COVERAGE_H

#include "services/allocator/arena.h"
#include "services/allocator/problem.h"
#include "services/allocator/tiebreak.h"

struct coverage {
    const struct alloc_problem *p;
    struct tiebreak tiebreak;
    int32_t n_groups, n_cells;
    int32_t *free;                  /* [groups] units nobody has been promised */
    int32_t *use;                   /* [groups x cells] */
    uint8_t *fits;                  /* [groups x cells] */
    int64_t *supply;                /* [cells] units that may serve the cell, promised or not */
    int64_t *blocked;               /* [households] units of those whose own family this is */
    int64_t *group_quota;           /* [groups] */
    int64_t *quota, *blocked_quota; /* the same two, of whole quotas */
    /* Scratch of the search for a way to a free unit. */
    int32_t *queue, *from_group, *from_cell;
};

/* Reads givers and earmarks; nobody is taken yet. 0 or -ENOMEM. */
must_check int coverage_init(struct coverage *c, struct arena *a, const struct alloc_problem *p);

static inline int32_t coverage_group(const struct alloc_giver *g)
{
    return g->earmark + 1;
}
/* The cell of a household. */
int32_t coverage_cell(const struct coverage *c, int32_t h);
/* Nobody with a unit left may serve it, even if it were alone. */
bool coverage_hopeless(const struct coverage *c, int32_t h);
/* Why it has nobody, if it has nobody. */
enum alloc_reason coverage_reason(const struct coverage *c, int32_t h);
/* Takes up to `want` more families of a cell while all taken before stay; returns how many it could. */
int32_t coverage_add(struct coverage *c, int32_t cell, int32_t want);

/*
 * A repair's rule (a): of the open households with a planned giver (still able to serve or not) as many stay served as
 * can, the needier first by class order and lottery: sets kept[h] = 1. On a fresh struct. 0 or -ENOMEM.
 */
must_check int coverage_keep(struct coverage *c, struct arena *a, uint8_t *kept);

/*
 * Level 1 over the open households with candidate[h] != 0: sets served[h] = 1 for those taken. candidate and served
 * may be the same array only if served is read after the call. Counts for water filling: all households not absent;
 * as served before count the delivered and those with served[h] != 0 on entry. 0 or -ENOMEM.
 */
must_check int coverage_choose(struct coverage *c, struct arena *a, const uint8_t *candidate, uint8_t *served);

#endif
