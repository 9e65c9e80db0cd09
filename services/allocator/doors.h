/*
 * A row's state is a function of the latest record of each visit to its family (contract, section 3, "Doors and
 * repairs"). This file evaluates that function and moves a row to where it says.
 */
#ifndef BERBAGI_ALLOCATOR_DOORS_H
#define BERBAGI_ALLOCATOR_DOORS_H

#include "services/allocator/change.h"

/* What the visits to one family say: ROW_DELIVERED by a giver, ROW_CANCELLED for a reason, or ROW_NONE: as planned. */
struct door {
    enum row_state state;
    enum row_reason reason;
    uint32_t giver; /* under its present number; NO_ID = a visit without a giver */
};
void doors_find(const struct regency *r, uint32_t period, uint32_t household, struct door *out);

/*
 * Moves the row of a family to what its visits and its own record say; nothing if it has no row. `taken_back`: the
 * trigger is a visit that used to deliver or cancel; only that undoes a delivery or a cancellation. 0 or -ENOMEM.
 */
must_check int doors_settle(struct changes *c, uint32_t household, bool taken_back);

/* A target's row as it begins: unserved for want of supply, classed by today's record. */
void doors_new_row(const struct regency *r, uint32_t period, uint32_t household, int waiting, struct row *out);

/* Why a row has nobody, by today's givers and their quota. O(givers). */
enum row_reason doors_unserved_reason(const struct regency *r, uint32_t period, const struct row *row);

/* The doors before the cut: a delivered row is off plan, a cancelled one has no giver. */
void doors_before_cut(const struct regency *r, uint32_t period, struct row *row);

/* Does this outcome decide a row: delivered, or one that cancels. */
bool doors_decides(uint8_t outcome);

/* Deliveries of the period that a family's visits hold and no row takes. */
int64_t doors_unmatched(const struct regency *r, uint32_t period, uint32_t household);

/* Metres between a giver's places of today and a place; NO_DISTANCE for one that the registry doesn't know. */
int32_t doors_distance(const struct regency *r, uint32_t giver, uint16_t place);

#endif
