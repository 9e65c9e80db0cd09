/*
 * The solver's view of an open period, kept in step with the state: entry i of the problem's households is family
 * number i, of its givers giver number i, of its villages place number i. Also what each giver has planned, for the
 * sums.
 */
#ifndef BERBAGI_ALLOCATOR_VIEW_H
#define BERBAGI_ALLOCATOR_VIEW_H

#include "services/allocator/history.h"
#include "services/allocator/state.h"

/* Builds the view of a cut period from its rows (an old one is dropped). The solver has not seen it. 0 or -ENOMEM. */
must_check int view_build(struct regency *r, uint32_t period);

/* Makes room for families, givers and places that came since, and renews every pointer of the problem. 0 or
 * -ENOMEM. */
must_check int view_fit(struct regency *r, uint32_t period);

/* After a row has changed (before->state ROW_NONE: it is new). 0 or -ENOMEM. */
must_check int view_row_changed(struct regency *r, uint32_t period, const struct row *before, const struct row *after);

/* After a giver's facts have changed, or whom its own family means. */
must_check int view_giver_changed(struct regency *r, uint32_t period, uint32_t giver);

/* After rows of earlier cuts or numbers have changed: who is the family's foster parent now. */
must_check int view_foster_changed(struct regency *r, uint32_t period, const struct history *history,
                                   uint32_t household);

/* After numbers or who is known have changed: every row's family and foster parent anew. */
must_check int view_rows_changed(struct regency *r, uint32_t period);

/* Reads the whole view into the solver. 0, -ENOMEM, -EINVAL. */
must_check int view_load(struct regency *r, uint32_t period);

/* What the solver would change now; the caller writes it into rows, then calls view_repaired(). *changes lives until
 * the next call. */
must_check int view_repair(struct regency *r, uint32_t period, const struct repair_change **changes, int32_t *n);
void view_repaired(struct regency *r, uint32_t period);

/* After a family's chain of numbers has changed: whom its givers' own family means now. */
must_check int view_own_families_changed(struct regency *r, uint32_t period, uint32_t household);

#endif
