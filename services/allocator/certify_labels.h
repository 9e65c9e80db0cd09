/*
 * Types, cells and keys as the checker understands the rule (docs/allocation.md): which givers and families are
 * interchangeable, and the tie-break of every leg. Written a second time, for the checker alone.
 */
#ifndef BERBAGI_ALLOCATOR_CERTIFY_LABELS_H
#define BERBAGI_ALLOCATOR_CERTIFY_LABELS_H

#include "services/allocator/certify_view.h"

struct certify_type {
    uint64_t key;
    int32_t place[2];               /* smaller key first; n_villages, n_villages + 1 = the nowheres; -1 = none */
    int32_t member;                 /* one of its givers */
    int32_t next;                   /* types of the same first place */
    bool direct;
};

struct certify_labels {
    int32_t n_types;
    struct certify_type *types;
    int32_t *type_of;               /* [givers], -1 = no unit left */
    uint64_t *giver_key, *place_key;/* [givers], [villages + 2] */

    int32_t n_cells, n_villages, n_families;    /* with a served family */
    int32_t *cell_of;               /* [households], -1 = not served */
    int32_t *cell_family;           /* [cells] one of its families */
    uint64_t *cell_key;             /* [cells] */
    int32_t *cell_rank; /* [cells] within the village: decile position; ALLOC_MAX_DECILES = an own family */
    int32_t *first_cell, *next_cell;/* [villages], [cells]: the cells of a village; -1 = end */
    uint8_t *can_keep;              /* [households] served, and the foster parent may keep it */
    int32_t *metres;                /* [places x villages] 1 + metres, once somebody asked; 0 = not yet */
};

must_check int certify_labels_init(struct certify_labels *l, struct arena *a, const struct certify_view *v);

/* May every served family of the village be served by the giver? */
bool certify_whole_village(const struct certify_labels *l, const struct certify_view *v, int32_t giver,
                           int32_t village);

int64_t certify_start(const struct certify_labels *l, int32_t type, int32_t place);
int64_t certify_travel(const struct certify_labels *l, int32_t place, int32_t village);
int64_t certify_direct(const struct certify_labels *l, int32_t type, uint64_t village_or_cell);
int64_t certify_kept(const struct certify_labels *l, int32_t type, int32_t cell);

/* Metres from a place (or nowhere) to a village; and of a type, by its nearer place. */
int64_t certify_metres(const struct certify_labels *l, const struct certify_view *v, int32_t place, int32_t village);
int64_t certify_type_metres(const struct certify_labels *l, const struct certify_view *v, int32_t type,
                            int32_t village);

#endif
