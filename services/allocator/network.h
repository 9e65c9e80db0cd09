/*
 * Levels 2-4 as one minimum-cost flow on aggregated nodes, for a set of families that level 1 has chosen.
 *
 *   cell ──▶ village ──▶ place ──▶ type ──▶ root          units of demand flow to those who give
 *     └────────── kept pairs ───────▶ type
 *     └ or village ──── direct ─────▶ type                earmarked donations, givers with an own family in the plan
 *
 * cell     families of a village that every giver may serve alike (deciles that no earmark tells apart); a family that
 *          is somebody's own is a cell by itself. A village with one cell has no node of its own.
 * place    where givers start: villages, and two nowheres (ALLOC_FAR_M from everywhere; 0 from everywhere)
 * type     ASN with the same places; a giver alone where that would not be exact (docs/allocation.md)
 *
 * All loops that create nodes and arcs run in canonical order (keys of ids), so the network is the same for every
 * order of input.
 */
#ifndef BERBAGI_ALLOCATOR_NETWORK_H
#define BERBAGI_ALLOCATOR_NETWORK_H

#include "services/allocator/arena.h"
#include "services/allocator/netsimplex.h"
#include "services/allocator/problem.h"
#include "services/allocator/tiebreak.h"

struct network_cell {
    int32_t village;
    int32_t decile;                 /* the position that names it */
    int32_t own;                    /* the one family, or ALLOC_NONE */
    int32_t first, n;               /* its families in `families` */
    uint64_t key;
};

struct network_type {
    int32_t place[2]; /* places (n_villages, n_villages + 1 = the nowheres), the smaller key first, or -1 */
    int32_t first, n;               /* members in `members` */
    int32_t units, firsts;          /* what is left; first units that level 2 counts */
    int32_t first_arc, more_arc;    /* to the root, -1 = none */
    int32_t start_arc[2];           /* from the places */
    uint64_t key;
    bool alone, direct;             /* one giver; reached without places */
};

struct network_arc {                /* a direct arc: to a giver alone, from a cell or from a village's node */
    int32_t arc, type, cell, village;   /* cell or village is -1 */
};

struct network {
    const struct alloc_problem *p;
    struct tiebreak tiebreak;
    bool level2;
    int32_t barred_giver, barred_family;    /* a pair that may not be, beside own families; ALLOC_NONE = none */
    uint64_t *giver_key;            /* [givers] of those with a unit left */
    uint64_t *place_key;            /* [places] */
    int32_t *givers, n_givers;      /* with a unit left, by key */
    int32_t *places, n_places;      /* those in use, by key */
    int32_t *villages, n_villages;  /* those with a served family, by key */

    int32_t *families, n_families;  /* served ones, cell by cell, by id within a cell */
    struct network_cell *cells;
    int32_t n_cells;
    int32_t *cell_of;               /* [households], -1 = not served */
    int32_t *village_first_cell, *village_cells;    /* [villages] */
    int32_t *keeper;                /* as `families`: the foster parent if it can keep the pair, or ALLOC_NONE */

    struct network_type *types;
    int32_t n_types, *members;
    int32_t *type_of;               /* [givers], -1 = no unit left */

    int32_t *distance;              /* [places in use x villages served], rows as in `places` */
    int32_t *place_row, *village_column;    /* [places], [villages]; -1 = not in use */
    int32_t max_distance;
    int64_t kept_weight, idle_weight, penalty;

    int32_t *village_node, *place_node;     /* [villages], [places]; cells are nodes 0.., types follow type_node0 */
    int32_t type_node0, root;
    int32_t *cell_arc;              /* [cells] to its village, -1 = it is the village's node */
    int32_t kept_arc0, n_kept_arcs;
    int32_t *kept_arc;              /* as `families`, -1 = no keeper */
    int32_t travel_arc0;            /* arcs village -> place: travel_arc0 + row * n_villages + column */
    struct network_arc *direct;     /* type by type */
    int32_t n_direct;
    struct netsimplex simplex;
};

/* May the giver serve the family in this network? Quota is not looked at. */
bool network_fits(const struct network *n, int32_t giver, int32_t household);
/* Builds it for the households with served[h] != 0. 0, -ENOMEM, -ERANGE (problem.h: cut_solve). */
must_check int network_build(struct network *n, struct arena *a, const struct alloc_problem *p, const uint8_t *served,
                             bool level2);
/* The same, with one pair barred. */
must_check int network_build_without(struct network *n, struct arena *a, const struct alloc_problem *p,
                                     const uint8_t *served, int32_t giver, int32_t household);
/* Metres between a type and a village in use. */
int32_t network_distance(const struct network *n, const struct network_type *t, int32_t village);
/* The solver's prices, for the checker. */
void network_evidence(const struct network *n, struct alloc_evidence *e);

/* Parts of network_build. */
must_check int network_order(struct network *n, struct arena *a, const uint8_t *served);    /* canonical orders */
must_check int network_cells(struct network *n, struct arena *a, const uint8_t *served);
must_check int network_types(struct network *n, struct arena *a);
must_check int network_arcs(struct network *n, struct arena *a);
must_check int network_start(struct network *n, struct arena *a);     /* a good first tree */

#endif
